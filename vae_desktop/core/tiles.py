"""Tiles of decoded pictures over a map: a grid that stays put and refines as one zooms."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.viewport import Viewport

SMALLEST = 28
"""Pixels of the screen that a tile has at least."""
MOST = 1200
"""Tiles on screen at most."""

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class TileGrid:
    """The tiles that cover a view: column i spans x from i · width to (i + 1) · width.

    Attributes:
        width, height: of a tile, in coordinates; the width is a power of two, so that
            zooming in splits every tile into four.
        left, bottom: column and row of the tile in the lower left corner.
        columns, rows: how many there are.
    """

    width: float
    height: float
    left: int
    bottom: int
    columns: int
    rows: int

    def centres(self) -> NDArray[np.float64]:
        """The middles of the tiles, (rows · columns, 2), from the upper left, row by row."""
        x = (self.left + np.arange(self.columns) + 0.5) * self.width
        y = (self.bottom + np.arange(self.rows)[::-1] + 0.5) * self.height
        across, up = np.meshgrid(x, y)
        return np.stack([across.ravel(), up.ravel()], axis=1)

    def bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top in coordinates."""
        left, bottom = self.left * self.width, self.bottom * self.height
        return left, bottom, left + self.columns * self.width, bottom + self.rows * self.height


def tile_grid(view: Viewport, image_height: int, image_width: int) -> TileGrid:
    """The finest grid whose tiles are not smaller on screen than their pictures."""
    pixels = max(SMALLEST, image_width, math.sqrt(view.width * view.height / MOST))
    width = 2.0 ** math.ceil(math.log2(pixels * view.scale))
    height = width * image_height / image_width
    left, bottom, right, top = view.bounds
    first, low = math.floor(left / width), math.floor(bottom / height)
    columns, rows = math.ceil(right / width) - first, math.ceil(top / height) - low
    return TileGrid(width, height, first, low, max(1, columns), max(1, rows))


def mosaic(pictures: Bytes, columns: int) -> Bytes:
    """Pictures (n, C, H, W), row by row, as one without gaps: (R, K) or (R, K, 3)."""
    count, channels, height, width = pictures.shape
    cells = pictures.reshape(count // columns, columns, channels, height, width)
    joined = cells.transpose(0, 3, 1, 4, 2).reshape(-1, columns * width, channels)
    return np.ascontiguousarray(joined[..., 0] if channels == 1 else joined)
