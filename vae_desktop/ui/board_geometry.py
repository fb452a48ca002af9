"""Where the cells of a board stand in their widget: pure arithmetic."""

import math
from dataclasses import dataclass

_LEAST_CELL = 44
"""Logical pixels of a cell that a board is not made smaller for, only to show all its rows."""


@dataclass(frozen=True)
class Geometry:
    """A board of `rows` × `steps` cells, in logical pixels.

    Attributes:
        left, top: where the cells begin.
        cell: width and height of a picture.
        gap: between two columns.
        pitch: from one row to the next.
        lead: of a pitch, what is above the picture (the row's own z values).
        rows, steps: how many cells.
    """

    left: float
    top: float
    cell: tuple[float, float]
    gap: float
    pitch: float
    lead: float
    rows: int
    steps: int

    @property
    def column_pitch(self) -> float:
        """From one column to the next."""
        return self.cell[0] + self.gap

    @property
    def width(self) -> float:
        """Of all cells of a row."""
        return self.steps * self.column_pitch - self.gap

    @property
    def height(self) -> float:
        """Of all rows."""
        return self.rows * self.pitch

    def x_of(self, place: float) -> float:
        """The middle of a column; places between columns are between their middles."""
        return self.left + (place + 0.5) * self.column_pitch - self.gap / 2

    def row_top(self, row: int, scroll: float) -> float:
        """Upper edge of a row's pictures."""
        return self.top + self.lead + row * self.pitch - scroll

    def place_at(self, x: float) -> float:
        """The place at a point, in columns, from −0.5 to S − 0.5."""
        place = (x + self.gap / 2 - self.left) / self.column_pitch - 0.5
        return min(self.steps - 0.5, max(-0.5, place))

    def cell_at(self, x: float, y: float, scroll: float) -> tuple[int, int] | None:
        """Row and column at a point; None beside the cells."""
        column = math.floor((x - self.left) / self.column_pitch)
        row = math.floor((y + scroll - self.top) / self.pitch)
        inside = 0 <= column < self.steps and 0 <= row < self.rows and y >= self.top
        return (row, column) if inside else None

    def visible(self, height: float, scroll: float) -> tuple[int, int]:
        """First row in view, and the one after the last."""
        first = int(max(0.0, scroll) // self.pitch)
        last = math.ceil((scroll + height - self.top) / self.pitch)
        last = min(self.rows, max(1, last))
        return min(first, max(0, last - 1)), last


@dataclass(frozen=True)
class Room:
    """What a board has to fit into, in logical pixels.

    Attributes:
        width, height: of the widget.
        left, top: for words beside and above the cells.
        least_row: a row is at least so high, for its words.
        lead: above the pictures of each row.
        ratio: device pixels per logical pixel.
    """

    width: float
    height: float
    left: float
    top: float
    least_row: float
    lead: float
    ratio: float


def fitted(room: Room, picture: tuple[int, int], rows: int, steps: int, zoom: int) -> Geometry:
    """The board that fits best: as wide as there is room, and with all rows if they can be seen.

    Args:
        room: where it has to fit in.
        picture: width and height in pixels.
        rows, steps: how many cells.
        zoom: whole steps larger or smaller than the best; pictures grow by whole pixels.
    """
    width, height = picture
    pixels = (room.width - room.left) * room.ratio / steps
    across = pixels / (width + 1)
    each = (room.height - room.top) / max(1, rows) - room.lead
    least = math.ceil(_LEAST_CELL * room.ratio / height)
    factor = max(least, math.floor(each * room.ratio / (height + 1))) + zoom
    if across >= 1:
        scale = min(max(1, factor), math.floor(across))
        cell, gap = (width * scale, height * scale), scale
    else:  # they shrink: cells and gaps stay whole pixels of the screen
        side, gap = max(3, math.floor(pixels) - 1), 1
        cell = side, max(3, round(side * height / width))
    cell_size = cell[0] / room.ratio, cell[1] / room.ratio
    pitch = max(cell_size[1], room.least_row) + room.lead + max(4.0, gap / room.ratio)
    return Geometry(room.left, room.top, cell_size, gap / room.ratio, pitch, room.lead, rows, steps)
