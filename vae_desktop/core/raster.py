"""Points of a plane as a picture, drawn with numpy: a million of them in a frame or two.

Every point has a number from 1 to 255; where points overlap, the later one is on top. The
picture of numbers becomes a picture of colours by way of a table.
"""

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.viewport import Viewport

Numbers = NDArray[np.uint8]

CHUNK = 1 << 15
"""Points at a time: what is in between stays in the processor's cache."""
STAMP_LIMIT = 250_000
"""Up to so many pixels the dots are stamped one by one, later over earlier; beyond that
single pixels are grown, which is faster and leaves the rims of dots that touch to either."""


class PointRaster:
    """Draws points as dots of one size into a picture of their numbers.

    Args:
        x, y: float32 (n,), coordinates; what is not finite is left out.
        numbers: uint8 (n,), 1 to 255 for each point.
    """

    def __init__(self, x: NDArray[np.float32], y: NDArray[np.float32], numbers: Numbers) -> None:
        self._x, self._y, self._numbers = x, y, numbers

    def __len__(self) -> int:
        return len(self._x)

    def draw(self, view: Viewport, size: int = 1) -> Numbers:
        """The numbers of the dots on screen.

        Args:
            view: what is on screen.
            size: the diameter of a dot in pixels.

        Returns:
            uint8 (height, width), 0 where there is no dot.
        """
        offsets = _disc(size)
        pad = size  # a dot whose middle is off screen may still reach into it
        canvas = np.zeros((view.height + 2 * pad, view.width + 2 * pad), np.uint8)
        stamps = len(self._x) * len(offsets) <= STAMP_LIMIT
        self._plot(canvas, view, pad, offsets if stamps else offsets[:0])
        inner = (slice(pad, pad + view.height), slice(pad, pad + view.width))
        drawn = canvas[inner]
        return drawn if stamps or size == 1 else _grown(canvas, pad, offsets)[inner]

    def _plot(self, canvas: Numbers, view: Viewport, pad: int, offsets: NDArray[np.intp]) -> None:
        """Put every point, or its whole dot, on a canvas with `pad` pixels around the view."""
        height, width = canvas.shape
        left, _, _, top = view.bounds
        per = np.float32(1 / view.scale)
        # One cell behind the last catches the points that are not on the canvas.
        flat = np.append(canvas.ravel(), np.uint8(0))
        shifts = (offsets[:, 0] * width + offsets[:, 1]).astype(np.int32)
        edge = pad // 2 if len(offsets) else 0
        for start in range(0, len(self._x), CHUNK):
            part = slice(start, start + CHUNK)
            cells = _cells(
                (self._x[part] - np.float32(left)) * per + np.float32(pad),
                (np.float32(top) - self._y[part]) * per + np.float32(pad),
                width,
                height,
                edge,
            )
            if len(offsets):
                kept = cells < len(flat) - 1
                dots = cells[kept, None] + shifts
                flat[dots] = self._numbers[part][kept, None]
            else:
                flat[cells] = self._numbers[part]
        canvas[...] = flat[:-1].reshape(canvas.shape)


def coloured(numbers: Numbers, table: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Colours (H, W) of a picture of numbers by a table of 256 (0xAARRGGBB)."""
    return table.take(numbers)


def colour_table(colours: NDArray[np.uint8], opacity: float = 1.0) -> NDArray[np.uint32]:
    """A table for `coloured`: number k gets colour k − 1, and 0 is clear.

    Args:
        colours: uint8 (k, 3), RGB, k up to 255.
        opacity: of all of them, in [0, 1].

    Returns:
        uint32 (256,), 0xAARRGGBB with the colours multiplied by the opacity.
    """
    table = np.zeros(256, np.uint32)
    red, green, blue = np.round(colours.astype(np.float64) * opacity).astype(np.uint32).T
    alpha = np.uint32(round(255 * opacity))
    table[1 : 1 + len(colours)] = (alpha << 24) | (red << 16) | (green << 8) | blue
    return table


def _cells(
    px: NDArray[np.float32], py: NDArray[np.float32], width: int, height: int, edge: int
) -> NDArray[np.int32]:
    """Places in the flat canvas, and width · height for what is off it or not finite."""
    # A comparison with what is not a number is false, so that falls out by itself.
    inside = (px >= edge) & (px < width - edge) & (py >= edge) & (py < height - edge)
    with np.errstate(invalid="ignore"):
        cells = py.astype(np.int32) * np.int32(width) + px.astype(np.int32)
    return np.where(inside, cells, np.int32(width * height))


def _disc(size: int) -> NDArray[np.intp]:
    """Rows and columns (k, 2) of the pixels of a dot, about its middle."""
    if size <= 1:
        return np.zeros((1, 2), np.intp)
    steps = np.arange(size) - (size - 1) // 2
    rows, columns = np.meshgrid(steps, steps, indexing="ij")
    shift = (size - 1) / 2 - (size - 1) // 2
    inside = (rows - shift) ** 2 + (columns - shift) ** 2 <= (size / 2) ** 2 + 0.1
    return np.stack([rows[inside], columns[inside]], axis=1)


def _grown(canvas: Numbers, pad: int, offsets: NDArray[np.intp]) -> Numbers:
    """Every number spread over the pixels of a dot, where nothing was drawn."""
    height, width = canvas.shape
    result = canvas.copy()
    here = (slice(pad, height - pad), slice(pad, width - pad))
    free = np.where(canvas[here] == 0, np.uint8(255), np.uint8(0))
    for row, column in offsets[(offsets != 0).any(axis=1)]:
        there = (
            slice(pad - row, height - pad - row),
            slice(pad - column, width - pad - column),
        )
        np.maximum(result[here], canvas[there] & free, out=result[here])
    return result
