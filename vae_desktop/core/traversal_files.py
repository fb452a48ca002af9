"""Traversals as PNG files, with captions; `traversal_films` moves them."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.errors import ConfigError
from vae_desktop.core.files import write_atomically
from vae_desktop.core.span import signed
from vae_desktop.core.traversal_sheet import Sheet

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

Bytes = NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels; right and bottom are outside."""

SMALLEST_CELL, LARGEST_CELL = 8, 512
MOST_PIXELS = 100_000_000
GROUND, INK, MUTED, _LINE, _ACCENT = 255, 32, 110, 190, (11, 122, 117)
_KL = (232, 131, 12)
_GAP, _ROW_GAP, MARGIN = 2, 5, 16
SMALLEST_TYPE, LARGEST_TYPE = 11, 22


@dataclass(frozen=True)
class Layout:
    """Where everything stands in a saved board, in pixels.

    Attributes:
        cell: width and height of a cell.
        left, top: corner of the first cell.
        pitch: from one row to the next.
        rows, columns: how many cells.
        width, height: of the whole.
        type_size: of the letters.
    """

    cell: tuple[int, int]
    left: int
    top: int
    pitch: int
    rows: int
    columns: int
    width: int
    height: int
    type_size: int

    def box(self, row: int, column: int) -> Box:
        """The pixels of a cell."""
        left = self.left + column * (self.cell[0] + _GAP)
        top = self.top + row * self.pitch
        return left, top, left + self.cell[0], top + self.cell[1]


def cell_size(picture: Bytes, width: int) -> tuple[int, int]:
    """Width and height of a cell so wide, for pictures (C, H, W).

    Raises:
        ConfigError: cells cannot be so wide.
    """
    if not SMALLEST_CELL <= width <= LARGEST_CELL:
        raise ConfigError(
            f"Cell: {width} pixels are not allowed; give {SMALLEST_CELL} to {LARGEST_CELL}."
        )
    return width, max(1, round(width * picture.shape[1] / picture.shape[2]))


def board_layout(sheet: Sheet, cell: int, font: Path) -> Layout:
    """Where everything of a board stands, with cells `cell` pixels wide.

    Raises:
        ConfigError: the picture would be too large.
    """
    size = cell_size(sheet.pictures[0, 0], cell)
    type_size = int(np.clip(cell // 4, SMALLEST_TYPE, LARGEST_TYPE))
    letters, line = letters_of(font, type_size), type_size * 3 // 2
    widest = max(letters.getlength(text) for text in (*sheet.names, *sheet.facts))
    left = MARGIN + round(widest) + 12
    rows, columns = sheet.pictures.shape[:2]
    top = MARGIN + line * len(sheet.caption) + 8 + line
    own_line = line if sheet.span.needs_codes else 0
    pitch = max(size[1], 2 * line + 10) + own_line + _ROW_GAP
    words = max(letters.getlength(text) for text in sheet.caption) if sheet.caption else 0
    board = left + columns * (size[0] + _GAP) - _GAP + MARGIN
    width = max(board, 2 * MARGIN + round(words))
    height = top + own_line + rows * pitch - own_line + MARGIN
    if width * height > MOST_PIXELS:
        raise ConfigError(
            f"The picture would have {width:,}×{height:,} pixels, which is too large; choose a "
            "smaller cell or fewer rows."
        )
    return Layout(size, left, top + own_line, pitch, rows, columns, width, height, type_size)


def board_picture(sheet: Sheet, cell: int, font: Path) -> Bytes:
    """A board with its captions, uint8 (R, K, 3).

    Args:
        sheet: what is shown.
        cell: width of a cell in pixels.
        font: a file with the letters.

    Raises:
        ConfigError: cells of this size cannot be.
    """
    from PIL import Image, ImageDraw

    layout = board_layout(sheet, cell, font)
    image = Image.new("RGB", (layout.width, layout.height), (GROUND,) * 3)
    draw, letters = ImageDraw.Draw(image), letters_of(font, layout.type_size)
    _draw_caption(draw, sheet.caption, letters, layout)
    for row in range(layout.rows):
        _draw_row_words(draw, sheet, row, letters, layout)
        for column in range(layout.columns):
            picture = scaled(sheet.pictures[row, column], layout.cell)
            image.paste(picture, layout.box(row, column)[:2])
        _draw_base(draw, sheet, row, layout)
    _draw_heads(draw, sheet, letters, layout)
    return np.asarray(image)


def write_board_png(path: Path, sheet: Sheet, cell: int, font: Path) -> None:
    """Save a board as PNG, atomically.

    Raises:
        ConfigError: cells of this size cannot be.
        OSError: the folder cannot be written.
    """
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(board_picture(sheet, cell, font)).save(buffer, format="PNG")
    write_atomically(path, buffer.getvalue())


def letters_of(path: Path, size: int) -> "FreeTypeFont":
    """The letters of a file, so many pixels high."""
    from PIL import ImageFont

    return ImageFont.truetype(str(path), size)


def scaled(picture: Bytes, size: tuple[int, int]) -> "Image":
    """A picture (C, H, W) as a cell: pixels are repeated, or averaged where there are too many."""
    from PIL import Image

    pixels = picture[0] if len(picture) == 1 else np.ascontiguousarray(picture.transpose(1, 2, 0))
    image = Image.fromarray(pixels)
    grows = size[0] >= image.width and size[1] >= image.height
    return image.resize(size, Image.Resampling.NEAREST if grows else Image.Resampling.BOX)


def _draw_caption(
    draw: "ImageDraw", caption: Sequence[str], letters: "FreeTypeFont", layout: Layout
) -> None:
    line = layout.type_size * 3 // 2
    for index, text in enumerate(caption):
        tone = (MUTED if index else INK,) * 3
        draw.text((MARGIN, MARGIN + index * line), text, tone, letters)


def _draw_heads(draw: "ImageDraw", sheet: Sheet, letters: "FreeTypeFont", layout: Layout) -> None:
    own = layout.type_size * 3 // 2 if sheet.span.needs_codes else 0
    for column, text in enumerate(sheet.heads):
        left, top, right, _ = layout.box(0, column)
        _draw_fitting(
            draw, text, (left + right) / 2, top - own - _ROW_GAP - 2, letters, layout.cell[0]
        )


def _draw_row_words(
    draw: "ImageDraw", sheet: Sheet, row: int, letters: "FreeTypeFont", layout: Layout
) -> None:
    line, top = layout.type_size * 3 // 2, layout.box(row, 0)[1]
    draw.text((MARGIN, top), sheet.names[row], (INK,) * 3, letters)
    draw.text((MARGIN, top + line), sheet.facts[row], (MUTED,) * 3, letters)
    _draw_bar(draw, sheet, row, top + 2 * line + 2, layout)
    if sheet.span.needs_codes:
        for column, value in enumerate(sheet.traversal.values[row]):
            left, _, right, _ = layout.box(row, column)
            text = signed(float(value), 2)
            _draw_fitting(
                draw, text, (left + right) / 2, top - _ROW_GAP - 1, letters, layout.cell[0]
            )


def _draw_bar(draw: "ImageDraw", sheet: Sheet, row: int, top: int, layout: Layout) -> None:
    """How much the row's latent tells, beside the one that tells most."""
    latent = int(sheet.traversal.latents[row])
    share = sheet.importance.share(latent)
    width = layout.left - 12 - MARGIN
    colour = _KL if sheet.importance.in_use[latent] else (_LINE,) * 3
    draw.rectangle((MARGIN, top, MARGIN + max(1, round(width * share)), top + 4), colour)


def _draw_fitting(
    draw: "ImageDraw", text: str, x: float, y: float, letters: "FreeTypeFont", room: int
) -> None:
    """A number centred above a column, smaller where the column is narrow."""
    width = letters.getlength(text)
    if width > room:
        letters = letters.font_variant(size=max(6, int(letters.size * room / width)))
    draw.text((x, y), text, (INK,) * 3, letters, anchor="ms")


def _draw_base(draw: "ImageDraw", sheet: Sheet, row: int, layout: Layout) -> None:
    """A tick above the row where the base's own value lies; its column is outlined.

    The outline is bold where the column is the base itself, thin where it is only the nearest;
    outside of the range there is none.
    """
    board = sheet.traversal
    place, column = float(board.places[row]), int(board.base_columns[row])
    left, top, right, bottom = layout.box(row, column)
    if board.exact[row]:
        draw.rectangle((left - 2, top - 2, right + 1, bottom + 1), outline=_ACCENT, width=2)
    elif 0 <= place <= board.steps - 1:
        draw.rectangle((left - 1, top - 1, right, bottom), outline=_ACCENT)
    x = layout.left + (place + 0.5) * (layout.cell[0] + _GAP) - _GAP / 2
    draw.rectangle((x - 2, top - _ROW_GAP, x + 2, top - 1), fill=_ACCENT)
