"""What the self-test tries: short functions, run in this order on one `Bench`.

A check returns a few words on what it saw and raises where that is wrong. It may use what
the checks before it left in the window.
"""

import numpy as np
from PIL import Image
from PySide6.QtGui import QImage

from vae_desktop import paths
from vae_desktop.core import runs
from vae_desktop.core.config import DataConfig, RunConfig
from vae_desktop.core.data import catalogue, digits, own
from vae_desktop.core.data.import_options import ImportOptions
from vae_desktop.core.data.torchvision_door import torchvision_datasets
from vae_desktop.core.events import Batches, Ended, Evaluation
from vae_desktop.core.presets import PRESETS
from vae_desktop.core.training import train
from vae_desktop.core.tsne import tsne
from vae_desktop.preferences import Preferences
from vae_desktop.self_test.bench import (
    Bench,
    Check,
    decoder_of,
    expect,
    few_of,
    map_is_complete,
    run_folder,
    some_codes,
    wait_for_end,
    wait_for_run,
)
from vae_desktop.self_test.file_checks import FILE_CHECKS, board_of, files_of_the_run
from vae_desktop.session.on_view import MAPPED_KINDS
from vae_desktop.ui.chip import Chip

STEPS = 50
BATCH = 120


def packaged_files(bench: Bench) -> str:
    """Icons and fonts are where the program looks for them."""
    for name in ("icons/play.svg", "icons/vae-desktop.svg", "fonts/Inter-Regular.otf"):
        expect(paths.resource(name).is_file(), f"{paths.resource(name)} is missing")
    expect(not bench.window.windowIcon().isNull(), "the window has no icon")
    return f"{paths.resource('icons')}"


def tabs(bench: Bench) -> str:
    """Every tab can be looked at, and draws something."""
    for page in bench.window.pages:
        bench.window.tabs.setCurrentWidget(page)
        expect(colours_in(bench.window.grab().toImage()) > 2, f"the tab {page.title} is empty")
    return ", ".join(page.title for page in bench.window.pages)


def built_in_data(bench: Bench) -> str:
    """Every set that needs no files can be loaded, and its pictures are no blanks."""
    said = []
    for source in catalogue.SOURCES:
        if source.origin is catalogue.Origin.BUILT_IN:
            data = catalogue.load(DataConfig(source=source.key), paths.cache_folder())
            said.append(f"{source.key} {len(data.train) + len(data.test):,}")
            expect(data.test.images[:8].std() > 10, f"{source.key}: its pictures are blank")
    if paths.shipped_data(digits.SHIPPED).is_file():
        drawn = (paths.cache_folder() / "digits.cache").exists()
        expect(not drawn, "the digits were drawn although they came with the app")
        said.append("digits as shipped")
    return ", ".join(said)


def training(bench: Bench) -> str:
    """Fifty steps with the form and the start button, as a user trains."""
    data = {"train_limit": STEPS * BATCH}
    config = RunConfig().changed(data=data, training={"batch_size": BATCH, "epochs": 1})
    bench.window.training.form.set_config(config)
    bench.window.actions_.start.trigger()
    expect(bench.window.session.state.active, f"it did not start. {bench.said}")
    wait_for_end(bench)
    saved = runs.read(run_folder(bench))
    losses = np.concatenate([e.total for e in saved.history if isinstance(e, Batches)])
    expect(len(losses) == STEPS, f"{len(losses)} steps instead of {STEPS}")
    fell = float(losses[:5].mean() - losses[-5:].mean())
    expect(fell > 0, "the loss did not fall")
    tested = [event for event in saved.history if isinstance(event, Evaluation)]
    expect(tested and np.isfinite(tested[-1].total), "nothing was measured on the test set")
    return f"{STEPS} steps, loss {losses[0]:.0f} → {losses[-1]:.0f}, test {tested[-1].total:.1f}"


def going_on(bench: Bench) -> str:
    """The same run goes on for another epoch from its checkpoint."""
    bench.window.open_run(run_folder(bench))
    wait_for_run(bench, bench.window.session.run + 1, STEPS)
    bench.window.session.resume_run(epochs=2)
    wait_for_end(bench)
    step = runs.read(run_folder(bench)).weights.step
    expect(step == 2 * STEPS, f"it ended at step {step} instead of {2 * STEPS}")
    return f"to step {step}"


def reopening(bench: Bench) -> str:
    """A saved run decodes to the same pictures when it is opened again."""
    codes = some_codes()
    before = decoder_of(bench).decode(codes)
    bench.window.open_run(run_folder(bench))
    wait_for_run(bench, bench.window.session.run + 1, 2 * STEPS)
    expect((decoder_of(bench).decode(codes) == before).all(), "other pictures than before")
    return f"{run_folder(bench).name}"


def decoding(bench: Bench) -> str:
    """Codes become pictures that differ, and pictures become codes."""
    decoder = decoder_of(bench)
    pictures = decoder.decode(some_codes())
    expect(pictures.shape == (9, 1, 28, 28), f"pictures of shape {pictures.shape}")
    expect(pictures.std(axis=0).max() > 0, "all codes give the same picture")
    mu, sigma = decoder.encode(pictures)
    expect(np.isfinite(mu).all() and (sigma > 0).all(), "codes that are no Gaussians")
    return f"{len(pictures)} pictures at step {decoder.step}"


def map_of_codes(bench: Bench) -> str:
    """The Latent tab draws the codes of the whole test set."""
    latent = bench.window.latent
    bench.window.tabs.setCurrentWidget(latent)
    bench.wait_until(lambda: map_is_complete(bench), "the map of all codes")
    cloud = latent.scene.cloud
    expect(cloud is not None and np.isfinite(cloud.mu).all(), "codes that are no numbers")
    colours = colours_in(latent.map.grab().toImage())
    expect(colours > 10, f"the map has {colours} colours only")
    return latent.layers.caption.text()


def pages_with_a_run(bench: Bench) -> str:
    """Every page and strip of every tab draws the run."""
    seen = every_page(bench)
    bench.window.tabs.setCurrentWidget(bench.window.latent)
    return f"{seen} pages"


def every_kind_of_model(bench: Bench) -> str:
    """Each preset learns for a few steps, on a few pictures of its own data."""
    said = []
    for preset in PRESETS:
        config = preset.applied_to(RunConfig()).changed(training={"batch_size": 20, "epochs": 1})
        data = catalogue.load(config.data, paths.cache_folder())
        ended = list(train(config, few_of(data)))[-1]
        expect(isinstance(ended, Ended) and ended.reason == "finished", f"{preset.key}: {ended}")
        said.append(preset.key)
    return ", ".join(said)


def example_runs(bench: Bench) -> str:
    """The trained runs that come with the app can be opened, and looked at on every tab."""
    found = paths.example_runs()
    for folder in found:
        saved, number = runs.read(folder), bench.window.session.run + 1
        bench.window.examples_menu.run_requested.emit(folder)
        wait_for_run(bench, number, saved.weights.step)
        every_page(bench)
        if saved.config.model.kind in MAPPED_KINDS:
            bench.window.tabs.setCurrentWidget(bench.window.latent)
            bench.wait_until(lambda: map_is_complete(bench), f"the map of {folder.name}")
            board_of(bench)
    return ", ".join(folder.name for folder in found) or "none in this installation"


def own_pictures(bench: Bench) -> str:
    """A folder of pictures of a user's own becomes a data set."""
    folder = bench.files / "pictures"
    shades = np.linspace(0, 255, 24, dtype=np.uint8)
    for number, shade in enumerate(shades):
        place = folder / f"class {number % 2}"
        place.mkdir(parents=True, exist_ok=True)
        kind = (".png", ".jpg", ".bmp", ".webp", ".gif", ".tif")[number % 6]
        Image.fromarray(np.full((16, 16), shade, np.uint8)).save(place / f"{number}{kind}")
    found = own.load(folder, ImportOptions(size=(16, 16)))
    count = len(found.dataset.train) + len(found.dataset.test)
    expect(count == len(shades), f"{count} of {len(shades)} were read")
    return f"{count} pictures of six formats, {len(found.dataset.label_names)} classes"


def libraries_used_late(bench: Bench) -> str:
    """What is imported only when it is needed: t-SNE, MAT files, torchvision, predictors."""
    from scipy.io import loadmat, savemat
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    codes = np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32)
    places = tsne(codes)
    expect(np.isfinite(places).all() and places.shape == (60, 2), "t-SNE gave no places")
    path = bench.files / "array.mat"
    savemat(path, {"x": np.arange(6)})
    expect((loadmat(path)["x"].ravel() == np.arange(6)).all(), "a MAT file came back changed")
    expect(hasattr(torchvision_datasets(), "MNIST"), "torchvision has no data sets")
    for predictor in (LogisticRegression(), LinearSVC(), GradientBoostingClassifier()):
        share = predictor.fit(codes, codes[:, 0] > 0).score(codes, codes[:, 0] > 0)
        expect(share > 0.9, f"{type(predictor).__name__} predicts {share:.0%} of what it saw")
    return "t-SNE, MAT files, torchvision, three predictors"


def nothing_unsaid(bench: Bench) -> str:
    """Nothing went wrong that the window had to speak of, in the background either."""
    failures = bench.failures
    expect(not failures, f"{len(failures)} failures: {' '.join(failures[:3])}")
    return "no failure was shown"


def settings(bench: Bench) -> str:
    """What the window remembers is written where it is looked for at the next start."""
    path = paths.preferences_file()
    kept = RunConfig.parse(Preferences(path).get("last_config"))
    expect(kept.data.train_limit == STEPS * BATCH, "the last settings are not kept")
    return path.name


def no_network(bench: Bench) -> str:
    """Nothing of all this reached for a network."""
    attempts = bench.network.attempts
    expect(not attempts, f"{len(attempts)} attempts: {', '.join(attempts[:5])}")
    return "0 attempts to connect"


def every_page(bench: Bench) -> int:
    """Look at every tab, and at every page and strip in it; returns how many there are.

    Raises:
        CheckFailedError: one is empty.
    """
    window, seen = bench.window, 0
    rows = {
        window.latent: window.latent.drawers,
        window.decode: window.decode.chips,
        window.traversals: window.traversals.chips,
    }
    for page in window.pages:
        window.tabs.setCurrentWidget(page)
        chips = rows[page].findChildren(Chip) if page in rows else []
        # The first again in the end, for it is the one that checks begin with.
        for turn_on in [*(chip.click for chip in (*chips, *chips[:1]))] or [page.update]:
            turn_on()
            bench.let_draw()
            expect(colours_in(window.grab().toImage()) > 2, f"the tab {page.title} is empty")
        seen += max(len(chips), 1)
    return seen


def colours_in(image: QImage) -> int:
    """How many colours a picture has, looking at every fourth pixel of every fourth row."""
    across, down = range(0, image.width(), 4), range(0, image.height(), 4)
    return len({image.pixel(x, y) for y in down for x in across})


CHECKS: tuple[Check, ...] = (
    packaged_files,
    tabs,
    built_in_data,
    training,
    going_on,
    reopening,
    decoding,
    files_of_the_run,
    map_of_codes,
    pages_with_a_run,
    *FILE_CHECKS,
    every_kind_of_model,
    example_runs,
    own_pictures,
    libraries_used_late,
    settings,
    nothing_unsaid,
    no_network,
)
"""In the order in which they run; the window is on screen before the first."""
