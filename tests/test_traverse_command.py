"""`vae-desktop traverse`: boards and films of real runs, without a window."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.samples import tiny_config, tiny_dataset, write_idx_folder
from vae_desktop import cli, paths
from vae_desktop.core import runs
from vae_desktop.core.config import RunConfig
from vae_desktop.core.events import Evaluation
from vae_desktop.core.training import train
from vae_desktop.core.traverse_run import Wish, sheet_of_run
from vae_desktop.session.decoder import Decoder

ROOT = Path(__file__).parent.parent
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's folders."""
    monkeypatch.setattr(paths, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(paths, "log_file", lambda: tmp_path / "log" / "vae-desktop.log")


def trained(folder: Path, **model: object) -> Path:
    """A run that took a moment, of pictures of 8×8 pixels."""
    data = write_idx_folder(folder / "data", tiny_dataset())
    config = tiny_config().changed(data={"source": "mnist", "folder": str(data)}, model=model)
    runs.create(folder / "run", config)
    for _ in runs.record(folder / "run", train(config, tiny_dataset())):
        pass
    return folder / "run"


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("vae"), latent_dim=3)


@pytest.fixture(scope="module")
def autoencoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("ae"), kind="autoencoder", latent_dim=2)


@pytest.fixture(scope="module")
def conditional(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("cvae"), kind="cvae", latent_dim=2)


def decoder_of(folder: Path) -> Decoder:
    run = runs.read(folder)
    return Decoder(run.config.model, run.prepared.image_shape, run.weights)


def cells(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image.convert("L"))


def holds(picture: NDArray[np.uint8], cell: NDArray[np.uint8]) -> bool:
    """Whether a picture of 8×8 pixels stands somewhere in a larger one."""
    views = np.lib.stride_tricks.sliding_window_view(picture, cell.shape)
    return bool((views == cell).all(axis=(2, 3)).any())


def test_a_board_holds_what_the_run_decodes(run_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "board.png"
    arguments = ["traverse", str(run_folder), "--out", str(out), "--cell", "8", "--steps", "3"]
    assert cli.run([*arguments, "--base", "test:12", "--range", "limits:-2:2"]) == 0
    decoder, image = decoder_of(run_folder), tiny_dataset().test.images[np.array([11])]
    base = decoder.encode(image)[0][0]
    board = cells(out)
    for latent in range(3):
        for value in (-2, 0, 2):
            code = base.copy()
            code[latent] = value
            assert holds(board, decoder.decode(code[None])[0, 0])
    other = decoder.decode(np.full((1, 3), 7, np.float32))[0, 0]
    assert not holds(board, other)


@pytest.mark.parametrize("named", ["", "horizontal", "vertical"])
def test_a_conditional_run_is_decoded_as_a_class(
    conditional: Path, tmp_path: Path, named: str
) -> None:
    run, part, out = runs.read(conditional), tiny_dataset().test, tmp_path / "board.png"
    decoder = Decoder(run.config.model, run.prepared.image_shape, run.weights, classes=2)
    arguments = ["traverse", str(conditional), "--out", str(out), "--cell", "8", "--steps", "3"]
    extra = ["--class", named] if named else []
    assert cli.run([*arguments, "--base", "test:4", "--range", "limits:-2:2", *extra]) == 0
    assert part.labels is not None
    own = part.labels[3:4]
    code = decoder.encode(part.images[np.array([3])], own)[0][0]
    told = tiny_dataset().label_names.index(named) if named else int(own[0])
    code[0] = 2
    board = cells(out)
    for label in (0, 1):
        cell = decoder.decode(code[None], np.array([label]))[0, 0]
        assert holds(board, cell) == (label == told)


def test_a_class_is_named_where_the_base_has_none(
    conditional: Path, run_folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    out = ["--out", str(tmp_path / "board.png")]
    for folder, extra, told in (
        (conditional, ["--base", "prior"], "name one with --class: horizontal, vertical"),
        (conditional, ["--class", "round"], "none called “round”; choose of horizontal, vertical"),
        (run_folder, ["--class", "vertical"], "only a conditional VAE is told one"),
    ):
        assert cli.run(["traverse", str(folder), *out, *extra]) == cli.USAGE_ERROR
        assert told in capsys.readouterr().err
    assert (
        cli.run(["traverse", str(conditional), *out, "--base", "prior", "--class", "vertical"]) == 0
    )


def test_films_of_chosen_rows(run_folder: Path, tmp_path: Path, capsys: Captured) -> None:
    out = tmp_path / "film.gif"
    arguments = ["traverse", str(run_folder), "--out", str(out), "--base", "prior", "--steps", "4"]
    assert cli.run([*arguments, "--rows", "2"]) == 0
    with Image.open(out) as film:
        assert film.n_frames == 6
    assert cli.run([*arguments, "--rows", "1,3", "--each", "--range", "quantiles:5"]) == 0
    names = sorted(path.name for path in tmp_path.glob("film-*.gif"))
    assert names == ["film-z1.gif", "film-z3.gif"]
    assert "film-z3.gif" in capsys.readouterr().out


def test_an_autoencoder_has_rows_by_variance(autoencoder: Path, tmp_path: Path) -> None:
    picture = tmp_path / "mine.png"
    Image.fromarray(np.full((20, 30, 3), 200, np.uint8)).save(picture)
    out = tmp_path / "board.png"
    arguments = ["traverse", str(autoencoder), "--out", str(out), "--base", str(picture)]
    assert cli.run([*arguments, "--difference"]) == 0
    with Image.open(out) as image:
        assert image.mode == "RGB"


def test_a_run_that_ended_before_its_first_test_has_rows_by_kl(run_folder: Path) -> None:
    run = runs.read(run_folder)
    untested = replace(run, history=tuple(e for e in run.history if not isinstance(e, Evaluation)))
    decoder, data = decoder_of(run_folder), tiny_dataset()
    sheet = sheet_of_run(untested, decoder, lambda: data, Wish())
    images = np.asarray(data.test.images[:])
    mu, sigma = (part.astype(np.float64) for part in decoder.encode(images))
    kl = 0.5 * (mu**2 + sigma**2 - 1 - 2 * np.log(sigma)).mean(axis=0)
    assert sheet.importance.values == pytest.approx(kl, rel=1e-3)
    assert "By mean KL, 90 test images" in sheet.caption[-1]


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        (["--out", "board.svg"], "only .png and .gif"),
        (["--out", "a.png", "--each"], "ends in .gif"),
        (["--out", "a.png", "--rows", "9"], "1 to 3"),
        (["--out", "a.png", "--range", "wide"], "prior:3"),
        (["--out", "a.png", "--steps", "40"], "3 to 21"),
        (["--out", "a.png", "--cell", "4"], "8 to 512"),
        (["--out", "a.png", "--base", "test:91"], "1 to 90"),
        (["--out", "a.png", "--base", "test:x"], "test:12"),
        (["--out", "a.png", "--base", "z:1,2"], "3 finite numbers"),
        (["--out", "a.png", "--base", "z:1,2,nan"], "3 finite numbers"),
        (["--out", "a.png", "--base", "nowhere.png"], "nowhere.png"),
        (["--out", "nowhere/a.png"], "nowhere/a.png is not saved"),
    ],
)
def test_mistakes_are_one_line(
    run_folder: Path,
    tmp_path: Path,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
    extra: list[str],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.run(["traverse", str(run_folder), *extra]) == cli.USAGE_ERROR
    assert told in capsys.readouterr().err
    assert not list(tmp_path.glob("*.png"))


def test_a_classifier_has_nothing_to_traverse(tmp_path: Path, capsys: Captured) -> None:
    config = RunConfig().changed(model={"kind": "classifier"})
    runs.create(tmp_path / "run", config)
    assert cli.run(["traverse", str(tmp_path), "--out", "a.png"]) == cli.USAGE_ERROR
    assert "holds no run" in capsys.readouterr().err
    folder = trained(tmp_path / "named", kind="classifier")
    assert cli.run(["traverse", str(folder), "--out", "a.png"]) == cli.USAGE_ERROR
    assert "no latents" in capsys.readouterr().err


def test_no_window_is_loaded(run_folder: Path, tmp_path: Path) -> None:
    arguments = ["traverse", str(run_folder), "--out", str(tmp_path / "b.png"), "--base", "prior"]
    code = (
        f"import sys; from vae_desktop import cli; status = cli.run({arguments!r}); "
        "print(status, {name.split('.')[0] for name in sys.modules} & {'PySide6', 'pyqtgraph'})"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=100
    )
    assert result.stdout.splitlines()[-1] == "0 set()"
