"""What the window saves, each kind of file read back: part of the self-test."""

import csv
import json
from functools import partial
from pathlib import Path
from typing import TypeVar
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from vae_desktop import paths
from vae_desktop.core import embedding_files, runs
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.imaging import read_png
from vae_desktop.core.traversal_files import write_board_png
from vae_desktop.core.traversal_films import write_board_gif
from vae_desktop.core.traverse_run import Wish, sheet_of_run
from vae_desktop.self_test.bench import (
    Bench,
    Check,
    CheckFailedError,
    codes_on_map,
    decoder_of,
    expect,
    run_folder,
    some_codes,
)
from vae_desktop.ui.board_page import BoardPage
from vae_desktop.ui.manifold_strip import ManifoldStrip
from vae_desktop.ui.strip import DecodeStrip
from vae_desktop.ui.way_strip import WayStrip

MAP_WIDTH = 640
FILM = 7
CHOSEN = 12
BOARD, LAB = 0, 1  # pages of the Traversals tab


def loss_plot_file(bench: Bench) -> str:
    """The loss plot as PNG."""
    path = bench.save("loss.png", bench.window.actions_.save_plot.trigger)
    return picture_at(path)


def map_as_png(bench: Bench) -> str:
    """The map as PNG, as wide as asked for."""
    export = bench.window.latent.export
    export.width.setValue(MAP_WIDTH)
    path = bench.save("map.png", export.save_png)
    width = read_png(path).shape[1]
    expect(width == MAP_WIDTH, f"it is {width} pixels wide")
    return picture_at(path)


def map_as_svg(bench: Bench) -> str:
    """The map as SVG: one embedded picture, and words."""
    root = ElementTree.parse(bench.save("map.svg", bench.window.latent.export.save_svg)).getroot()
    tags = [element.tag.rpartition("}")[2] for element in root.iter()]
    expect(tags[0] == "svg" and tags.count("image") >= 1, "no picture in it")
    expect(tags.count("text") > 0, "no words in it")
    return f"{len(tags)} elements"


def traversal_as_picture(bench: Bench) -> str:
    """What each latent does, as the command line saves it: PNG and film."""
    saved, coder = runs.read(run_folder(bench)), decoder_of(bench)
    sheet = sheet_of_run(saved, coder, _no_data, Wish(base="prior", steps=FILM))
    font, cell = paths.resource("fonts/Inter-Regular.otf"), 32
    board, film = bench.files / "board.png", bench.files / "board.gif"
    bench.save(board.name, partial(write_board_png, board, sheet, cell, font))
    bench.save(film.name, partial(write_board_gif, film, sheet, cell, font))
    return f"{len(sheet.pictures)} rows, {picture_at(board)}, {film_at(film)}"


def codes_as_csv(bench: Bench) -> str:
    """All codes as CSV: as many lines as codes, the same numbers."""
    path = bench.save("codes.csv", bench.window.latent.export.save_csv)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    mu = np.array([(row["z1"], row["z2"]) for row in rows], float)
    expect(np.allclose(mu, codes_on_map(bench), rtol=1e-5, atol=1e-6), "other codes")
    return f"{len(rows):,} codes"


def codes_as_npz(bench: Bench) -> str:
    """All codes as NPZ."""
    path = bench.save("codes.npz", bench.window.latent.export.save_npz)
    with np.load(path, allow_pickle=False) as kept:
        expect((kept["mu"] == codes_on_map(bench)).all(), "other codes")
        return f"{', '.join(kept.files)}"


def projector_folder(bench: Bench) -> str:
    """A folder for the Embedding Projector: vectors, labels and a sprite that belong together."""
    folder = bench.save("projector", bench.window.latent.export.save_projector)
    entry = json.loads((folder / "projector_config.json").read_text("utf-8"))["embeddings"][0]
    count, width = entry["tensorShape"]
    vectors = np.loadtxt(folder / entry["tensorPath"], delimiter="\t")
    expect(vectors.shape == (count, width), f"vectors of shape {vectors.shape}")
    lines = (folder / entry["metadataPath"]).read_text("utf-8").splitlines()
    expect(len(lines) == count + 1, f"{len(lines)} lines of labels")
    side = read_png(folder / entry["sprite"]["imagePath"]).shape[0]
    expect(side <= embedding_files.SPRITE_SIDE, f"a sprite of {side} pixels")
    return f"{count:,} vectors, sprite of {side} pixels"


def path_as_strip(bench: Bench) -> str:
    """The way between two codes as one PNG."""
    latent = bench.window.latent
    latent.path.steps.setValue(FILM)
    latent.path_desk.show(decoder_of(bench))
    latent.path_desk.draw((-1.0, -1.0), (1.0, 1.0))
    return picture_at(bench.save("path.png", latent.path.save.click))


def path_as_film(bench: Bench) -> str:
    """The same way as GIF, there and back."""
    return film_at(bench.save("path.gif", bench.window.latent.path.gif.click))


def selection_as_csv(bench: Bench) -> str:
    """The selected codes alone."""
    latent = bench.window.latent
    latent.selection_desk.select(np.arange(CHOSEN))
    bench.wait_until(lambda: latent.selection.measured is not None, "the selected pictures")
    path = bench.save("selection.csv", latent.selection.csv.click)
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted(int(row["index"]) for row in csv.DictReader(file))
    expect(rows == list(range(CHOSEN)), f"other images: {rows}")
    return f"{len(rows)} codes"


def selection_as_pictures(bench: Bench) -> str:
    """The selected pictures as one PNG."""
    return picture_at(bench.save("selection.png", bench.window.latent.selection.save.click))


def manifold_as_picture(bench: Bench) -> str:
    """The grid of Kingma & Welling as PNG."""
    strip = strip_of(bench, ManifoldStrip)
    bench.wait_until(lambda: strip.shown is not None, "the grid")
    return picture_at(bench.save("manifold.png", strip.save.click))


def way_as_strip(bench: Bench) -> str:
    """A way drawn over the pad of the Decode tab, as PNG."""
    strip = strip_of(bench, WayStrip)
    for code in some_codes()[[0, -1]]:
        bench.window.on_view.set_z(code)
        strip.add.click()
    bench.wait_until(lambda: strip.shown is not None, "the pictures along the way")
    return picture_at(bench.save("way.png", strip.png.click))


def way_as_film(bench: Bench) -> str:
    """The same way as GIF."""
    return film_at(bench.save("way.gif", strip_of(bench, WayStrip).gif.click))


def board_as_picture(bench: Bench) -> str:
    """The board on view, as PNG."""
    return picture_at(bench.save("shown.png", board_of(bench).export.save_png))


def board_as_film(bench: Bench) -> str:
    """The board on view, as GIF."""
    return film_at(bench.save("shown.gif", board_of(bench).export.save_gif))


def rows_as_films(bench: Bench) -> str:
    """A GIF per row of the board."""
    last = bench.save("row.gif", board_of(bench).export.save_row_gifs, "row-z2.gif")
    return f"z1 {film_at(last.with_name('row-z1.gif'))}, z2 {film_at(last)}"


def factors_as_csv(bench: Bench) -> str:
    """What each latent knows of each factor, as CSV."""
    traversals = bench.window.traversals
    bench.window.tabs.setCurrentWidget(traversals)
    traversals.chips.choose(LAB)
    lab = traversals.lab
    bench.wait_until(lambda: lab.source.view is not None, "the factor lab")
    path = bench.save("factors.csv", lab.save_button.click)
    traversals.chips.choose(BOARD)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = np.array([[row["z1"], row["z2"]] for row in rows], float)
    expect(known.size and np.isfinite(known).all(), "no nats in it")
    return f"{len(rows)} factors"


def files_of_the_run(bench: Bench) -> str:
    """What training left in the run's folder is all there."""
    folder = run_folder(bench)
    for name in (runs.CONFIG, runs.HISTORY, runs.WEIGHTS, runs.CHECKPOINT):
        expect((folder / name).stat().st_size, f"{name} is empty")
    return f"{len(list(folder.iterdir()))} files, preview {picture_at(folder / runs.PREVIEW)}"


AnyStrip = TypeVar("AnyStrip", bound=DecodeStrip)


def strip_of(bench: Bench, kind: type[AnyStrip]) -> AnyStrip:
    """A strip of the Decode tab, put on view."""
    decode = bench.window.decode
    bench.window.tabs.setCurrentWidget(decode)
    for place, strip in enumerate(decode.strips):
        if isinstance(strip, kind):
            decode.chips.choose(place)
            return strip
    raise CheckFailedError(f"the Decode tab has no {kind.__name__}")


def board_of(bench: Bench) -> BoardPage:
    """The board, drawn."""
    bench.window.tabs.setCurrentWidget(bench.window.traversals)
    board = bench.window.traversals.board
    bench.wait_until(lambda: board.settled and board.main.to_save() is not None, "the board")
    return board


def film_at(path: Path) -> str:
    """How many pictures a film in a file has; frames that are alike are kept as one."""
    with Image.open(path, formats=["GIF"]) as film:
        frames = getattr(film, "n_frames", 1)
    expect(frames > 1, f"{path.name} does not move")
    return f"{frames} frames"


def picture_at(path: Path) -> str:
    """The size of a picture in a file that is no blank."""
    with Image.open(path, formats=["PNG"]) as picture:
        expect(np.asarray(picture).std() > 0, f"{path.name} is blank")
        return f"{picture.width}×{picture.height}"


def _no_data() -> Dataset:
    raise CheckFailedError("the prior's mean needs no data")


FILE_CHECKS: tuple[Check, ...] = (
    loss_plot_file,
    map_as_png,
    map_as_svg,
    traversal_as_picture,
    codes_as_csv,
    codes_as_npz,
    projector_folder,
    path_as_strip,
    path_as_film,
    selection_as_csv,
    selection_as_pictures,
    manifold_as_picture,
    way_as_strip,
    way_as_film,
    board_as_picture,
    board_as_film,
    rows_as_films,
    factors_as_csv,
)
"""They need a run with two latents, complete on the map; each reads back what it had saved."""
