"""Traversals as films: GIF files that sweep all rows, or one, there and back."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vae_desktop.core.errors import ConfigError
from vae_desktop.core.imaging import write_film
from vae_desktop.core.progress import Progress, silent
from vae_desktop.core.span import signed
from vae_desktop.core.traversal_files import (
    GROUND,
    INK,
    LARGEST_TYPE,
    MARGIN,
    MOST_PIXELS,
    MUTED,
    SMALLEST_TYPE,
    Box,
    cell_size,
    letters_of,
    scaled,
)
from vae_desktop.core.traversal_sheet import Sheet

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont


@dataclass(frozen=True)
class FilmLayout:
    """Where everything stands in a film of a board: a tile per row, side by side.

    Attributes:
        cell: width and height of a picture.
        across: tiles beside each other.
        tile: width and height of a tile with its words.
        top: where the tiles begin.
        width, height: of the whole.
        type_size: of the letters.
    """

    cell: tuple[int, int]
    across: int
    tile: tuple[int, int]
    top: int
    width: int
    height: int
    type_size: int

    def box(self, row: int) -> Box:
        """The pixels of the picture of a row."""
        down, right = divmod(row, self.across)
        left = MARGIN + right * self.tile[0] + (self.tile[0] - self.cell[0]) // 2
        top = self.top + down * self.tile[1]
        return left, top, left + self.cell[0], top + self.cell[1]


def film_layout(sheet: Sheet, cell: int, font: Path) -> FilmLayout:
    """Where everything of a film stands, with pictures `cell` pixels wide.

    Raises:
        ConfigError: the picture would be too large.
    """
    size = cell_size(sheet.pictures[0, 0], cell)
    rows = len(sheet.pictures)
    type_size = int(np.clip(cell // 6, SMALLEST_TYPE, LARGEST_TYPE))
    letters, line = letters_of(font, type_size), type_size * 3 // 2
    words = max(letters.getlength(text) for text in (*sheet.facts, "z128 = −888.88"))
    tile = max(size[0], round(words)) + 12, size[1] + 2 * line + 12
    across = rows if rows <= 5 else -(-rows // max(2, round(rows / 5)))
    caption = max(map(letters.getlength, sheet.caption)) if sheet.caption else 0
    width = 2 * MARGIN + max(across * tile[0], round(caption))
    top = MARGIN + line * len(sheet.caption) + 8
    height = top + -(-rows // across) * tile[1] + MARGIN
    if width * height > MOST_PIXELS // 4:
        raise ConfigError(
            f"The film would have {width:,}×{height:,} pixels, which is too large; choose a "
            "smaller cell or fewer rows."
        )
    return FilmLayout(size, across, tile, top, width, height, type_size)


def film_frames(sheet: Sheet, cell: int, font: Path) -> "list[Image]":
    """One image per column: every row's picture there, with its name and value.

    Grey pictures make grey frames, which a GIF keeps to the last bit.
    """
    from PIL import Image, ImageDraw

    layout = film_layout(sheet, cell, font)
    grey = sheet.pictures.shape[2] == 1
    frames, letters = [], letters_of(font, layout.type_size)
    for column in range(sheet.traversal.steps):
        ground = GROUND if grey else (GROUND,) * 3
        frame = Image.new("L" if grey else "RGB", (layout.width, layout.height), ground)
        draw = ImageDraw.Draw(frame)
        line = layout.type_size * 3 // 2
        for index, text in enumerate(sheet.caption):
            draw.text((MARGIN, MARGIN + index * line), text, _tone(MUTED, grey), letters)
        for row in range(len(sheet.pictures)):
            box = layout.box(row)
            frame.paste(scaled(sheet.pictures[row, column], layout.cell), box[:2])
            _draw_tile_words(draw, sheet, row, column, box, letters, grey)
        frames.append(frame)
    return frames


def write_board_gif(path: Path, sheet: Sheet, cell: int, font: Path) -> None:
    """Save a board as a film that sweeps all rows there and back for ever, atomically.

    Raises:
        ConfigError: cells of this size cannot be.
        OSError: the folder cannot be written.
    """
    write_film(path, film_frames(sheet, cell, font))


def write_row_gifs(
    path: Path, sheet: Sheet, cell: int, font: Path, progress: Progress = silent
) -> list[Path]:
    """Save a film per row: 'board.gif' becomes 'board-z3.gif', 'board-z1.gif' ...

    Returns:
        The files, in the order of the rows.

    Raises:
        ConfigError, OSError: as `write_board_gif`.
        Cancelled: by `progress`; the files written so far stay.
    """
    files = []
    for row, name in enumerate(sheet.names):
        progress(row / len(sheet.names), f"Saving {name}")
        file = path.with_name(f"{path.stem}-{name}{path.suffix}")
        write_board_gif(file, row_of(sheet, row), cell, font)
        files.append(file)
    return files


def row_of(sheet: Sheet, row: int) -> Sheet:
    """A board of one row of another."""
    one = slice(row, row + 1)
    board = sheet.traversal
    part = replace(board, latents=board.latents[one], values=board.values[one])
    return replace(sheet, traversal=part, pictures=sheet.pictures[one])


def _tone(value: int, grey: bool) -> int | tuple[int, int, int]:
    return value if grey else (value,) * 3


def _draw_tile_words(
    draw: "ImageDraw",
    sheet: Sheet,
    row: int,
    column: int,
    box: Box,
    letters: "FreeTypeFont",
    grey: bool,
) -> None:
    middle, line = (box[0] + box[2]) / 2, int(letters.size) * 3 // 2
    value = signed(float(sheet.traversal.values[row, column]), 2)
    words = f"{sheet.names[row]} = {value}"
    draw.text((middle, box[3] + line - 2), words, _tone(INK, grey), letters, anchor="ms")
    fact = sheet.facts[row]
    draw.text((middle, box[3] + 2 * line - 2), fact, _tone(MUTED, grey), letters, anchor="ms")
