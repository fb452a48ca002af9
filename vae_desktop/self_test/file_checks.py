"""What the window saves, each kind of file read back: part of the self-test."""

import csv
import json
from functools import partial
from pathlib import Path
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
)

MAP_WIDTH = 640
FILM = 7


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
    """What each latent does, as PNG and as a film."""
    saved, coder = runs.read(run_folder(bench)), decoder_of(bench)
    sheet = sheet_of_run(saved, coder, _no_data, Wish(base="prior", steps=FILM))
    font, cell = paths.resource("fonts/Inter-Regular.otf"), 32
    board, film = bench.files / "board.png", bench.files / "board.gif"
    bench.save(board.name, partial(write_board_png, board, sheet, cell, font))
    bench.save(film.name, partial(write_board_gif, film, sheet, cell, font))
    with Image.open(film) as frames:
        expect(getattr(frames, "n_frames", 1) >= FILM, "the film does not move")
    return f"{len(sheet.pictures)} rows, {picture_at(board)}"


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
    path = bench.save("path.gif", bench.window.latent.path.gif.click)
    with Image.open(path, formats=["GIF"]) as film:
        frames = getattr(film, "n_frames", 1)
    # Frames that are alike are kept as one that lasts longer.
    expect(2 <= frames <= 2 * FILM - 2, f"{frames} frames")
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
)
"""They need a run with two latents, complete on the map."""
