"""Saved boards, opened again: sizes, frames, and every pixel of the cells."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from vae_desktop.core.errors import ConfigError
from vae_desktop.core.imaging import FRAME_MS
from vae_desktop.core.span import Span, limit_span, prior_span, quantile_span
from vae_desktop.core.traversal import Importance, traversal
from vae_desktop.core.traversal_files import board_layout, write_board_png
from vae_desktop.core.traversal_films import film_layout, write_board_gif, write_row_gifs
from vae_desktop.core.traversal_sheet import Sheet, make_sheet
from vae_desktop.paths import resource

FONT = resource("fonts/Inter-Regular.otf")
SIDE = 8


def decode(z: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Ramps whose slope and height are the code's."""
    across, down = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    pixels = 120 + 9 * z[:, :1, None] * (across - 4) + 9 * z[:, 1:2, None] * (down - 4)
    return np.clip(pixels, 0, 255).astype(np.uint8)[:, None]


def pixels_in(path: Path) -> NDArray[np.uint8]:
    """The RGB pixels of a saved picture, of a film those of its first frame."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def sheet_of(span: Span, rows: int = 3, *, difference: bool = False) -> Sheet:
    base = np.array([0.0, 0.7, 9.0], np.float32)
    codes = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    importance = Importance(np.array([2.0, 1.0, 0.001], np.float32), "kl", "90 test images")
    board = traversal(base, np.arange(rows), span, 5, codes)
    caption = ("a run, β 4", "Range: ..., 5 steps. Base: test image 1")
    return make_sheet(decode, board, importance, span, caption, difference=difference)


@pytest.mark.parametrize("span", [prior_span(3), limit_span(-1, 2), quantile_span(5)])
@pytest.mark.parametrize("cell", [8, 24, 64])
def test_png_holds_the_decoded_pixels(tmp_path: Path, span: Span, cell: int) -> None:
    sheet = sheet_of(span)
    write_board_png(tmp_path / "board.png", sheet, cell, FONT)
    layout = board_layout(sheet, cell, FONT)
    with Image.open(tmp_path / "board.png") as image:
        assert (image.format, image.size) == ("PNG", (layout.width, layout.height))
        pixels = np.asarray(image)
    for row in range(3):
        for column in range(5):
            left, top, right, bottom = layout.box(row, column)
            factor = cell // SIDE
            expected = sheet.pictures[row, column, 0].repeat(factor, 0).repeat(factor, 1)
            found = pixels[top:bottom, left:right]
            assert np.array_equal(found, np.repeat(expected[..., None], 3, axis=2))
    assert [path.name for path in tmp_path.iterdir()] == ["board.png"]


def test_only_the_bases_own_column_is_outlined(tmp_path: Path) -> None:
    """Rows: 0 is the middle column; 0.7 lies between two; 9 is outside of the range."""
    sheet = sheet_of(prior_span(3))
    write_board_png(tmp_path / "board.png", sheet, 24, FONT)
    layout = board_layout(sheet, 24, FONT)
    pixels = pixels_in(tmp_path / "board.png")

    def outlined(row: int, column: int, distance: int) -> bool:
        left, top, right, bottom = layout.box(row, column)
        edges = pixels[top + 4 : bottom - 4, [left - distance, right + distance - 1]]
        return bool((edges == (11, 122, 117)).all())

    bold = [[outlined(row, column, 2) for column in range(5)] for row in range(3)]
    assert bold == [[False, False, True, False, False], [False] * 5, [False] * 5]
    thin = [outlined(1, column, 1) for column in range(5)]
    assert thin == [False, False, True, False, False]


def test_heat_is_saved_in_colour(tmp_path: Path) -> None:
    sheet = sheet_of(prior_span(3), difference=True)
    write_board_png(tmp_path / "board.png", sheet, SIDE, FONT)
    left, top, right, bottom = board_layout(sheet, SIDE, FONT).box(0, 4)
    found = pixels_in(tmp_path / "board.png")[top:bottom, left:right]
    assert np.array_equal(found, sheet.pictures[0, 4].transpose(1, 2, 0))


def test_gif_sweeps_there_and_back(tmp_path: Path) -> None:
    sheet = sheet_of(prior_span(3))
    write_board_gif(tmp_path / "board.gif", sheet, 24, FONT)
    layout = film_layout(sheet, 24, FONT)
    with Image.open(tmp_path / "board.gif") as film:
        assert film.size == (layout.width, layout.height)
        assert film.n_frames == 2 * 5 - 2
        assert film.info["loop"] == 0
        assert film.info["duration"] == FRAME_MS
        frames = [np.asarray(frame.convert("L")) for frame in ImageSequence.Iterator(film)]
    for frame, column in zip(frames, [0, 1, 2, 3, 4, 3, 2, 1], strict=True):
        for row in range(3):
            left, top, right, bottom = layout.box(row)
            expected = sheet.pictures[row, column, 0].repeat(3, 0).repeat(3, 1)
            assert np.array_equal(frame[top:bottom, left:right], expected)


def test_a_film_per_row(tmp_path: Path) -> None:
    files = write_row_gifs(tmp_path / "b.gif", sheet_of(prior_span(3), 2), 16, FONT)
    assert [file.name for file in files] == ["b-z1.gif", "b-z2.gif"]
    for file in files:
        with Image.open(file) as film:
            assert film.n_frames == 8


def test_colour_films_come_close(tmp_path: Path) -> None:
    sheet = sheet_of(prior_span(3), 1, difference=True)
    write_board_gif(tmp_path / "c.gif", sheet, 64, FONT)
    left, top, right, bottom = film_layout(sheet, 64, FONT).box(0)
    first = pixels_in(tmp_path / "c.gif")[top:bottom, left:right]
    expected = sheet.pictures[0, 0].transpose(1, 2, 0).repeat(8, 0).repeat(8, 1)
    assert np.abs(first.astype(int) - expected).mean() < 12


@pytest.mark.parametrize("cell", [7, 513])
def test_cells_have_limits(tmp_path: Path, cell: int) -> None:
    with pytest.raises(ConfigError, match="8 to 512"):
        write_board_png(tmp_path / "a.png", sheet_of(prior_span(3)), cell, FONT)
    assert not list(tmp_path.iterdir())


def test_a_board_that_is_too_large_is_refused(tmp_path: Path) -> None:
    sheet = sheet_of(prior_span(3))
    many = replace(
        sheet,
        pictures=np.broadcast_to(sheet.pictures[:1, :1], (128, 21, 1, SIDE, SIDE)),
        traversal=traversal(np.zeros(128, np.float32), np.arange(128), prior_span(3), 21),
        importance=Importance(np.ones(128, np.float32), "kl"),
    )
    with pytest.raises(ConfigError, match="smaller cell"):
        write_board_png(tmp_path / "a.png", many, 512, FONT)
