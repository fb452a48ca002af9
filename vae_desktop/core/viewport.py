"""Which part of a plane is on screen, and where: equal scale on both axes, second axis up."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.floating]
"""Points of a plane, (n, 2)."""

MARGIN = 0.06
"""Room left around the points when a view is fitted to them, as a share of its side."""
SMALLEST_SPAN = 1e-6
SMALLEST_FIT = 1e-3
"""Coordinates across a view at least, by hand and when it is fitted to a single point."""
LARGEST_SPAN = 1e9


@dataclass(frozen=True)
class Viewport:
    """A window on the plane.

    Attributes:
        x, y: the coordinates in the middle of the window.
        scale: coordinates per pixel, the same on both axes.
        width, height: the window in pixels, at least 1 each.
    """

    x: float = 0.0
    y: float = 0.0
    scale: float = 0.01
    width: int = 1
    height: int = 1

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top in coordinates."""
        half_width, half_height = self.width * self.scale / 2, self.height * self.scale / 2
        return self.x - half_width, self.y - half_height, self.x + half_width, self.y + half_height

    def to_pixels(self, points: Points) -> NDArray[np.float64]:
        """Pixels (n, 2), right and down from the upper left corner, of points (n, 2)."""
        left, _, _, top = self.bounds
        points = np.asarray(points, np.float64)
        return np.stack([points[:, 0] - left, top - points[:, 1]], axis=1) / self.scale

    def to_point(self, px: float, py: float) -> tuple[float, float]:
        """The coordinates under a pixel."""
        left, _, _, top = self.bounds
        return left + px * self.scale, top - py * self.scale

    def resized(self, width: int, height: int) -> Self:
        """The same middle and at least the same coordinates in a window of another size."""
        width, height = max(1, width), max(1, height)
        scale = self.scale * min(self.width, self.height) / min(width, height)
        return replace(self, scale=scale, width=width, height=height)

    def panned(self, dx: float, dy: float) -> Self:
        """The view after its contents were dragged by pixels right and down."""
        return replace(self, x=self.x - dx * self.scale, y=self.y + dy * self.scale)

    def zoomed(self, factor: float, px: float, py: float) -> Self:
        """The view `factor` times as large, the point under pixel (px, py) staying there."""
        side = min(self.width, self.height)
        smallest, largest = SMALLEST_SPAN / side, LARGEST_SPAN / side
        scale = min(max(self.scale / factor, smallest), largest)
        x, y = self.to_point(px, py)
        ratio = scale / self.scale
        return replace(self, x=x + (self.x - x) * ratio, y=y + (self.y - y) * ratio, scale=scale)

    def fitted(self, left: float, bottom: float, right: float, top: float) -> Self:
        """The view of a rectangle with a margin around it."""
        room = 1 - 2 * MARGIN
        wide, high = (right - left) / (room * self.width), (top - bottom) / (room * self.height)
        smallest = SMALLEST_FIT / min(self.width, self.height)
        scale = max(wide, high, smallest)
        return replace(self, x=(left + right) / 2, y=(bottom + top) / 2, scale=scale)

    def widened(self, left: float, bottom: float, right: float, top: float) -> Self:
        """This view where it holds a rectangle already; else the smallest larger one."""
        mine = self.bounds
        if mine[0] <= left and mine[1] <= bottom and mine[2] >= right and mine[3] >= top:
            return self
        inner = self.fitted(*mine)
        shrunk = (inner.scale / self.scale - 1) * self.scale
        kept = (
            mine[0] + shrunk * self.width / 2,
            mine[1] + shrunk * self.height / 2,
            mine[2] - shrunk * self.width / 2,
            mine[3] - shrunk * self.height / 2,
        )
        return self.fitted(
            min(kept[0], left), min(kept[1], bottom), max(kept[2], right), max(kept[3], top)
        )


def extent(points: Points, share: float = 1.0) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of the middle `share` of finite points on each axis.

    Raises:
        ValueError: there is not one finite point.
    """
    finite = points[np.isfinite(points).all(axis=1)]
    if not len(finite):
        raise ValueError("there is not one finite point")
    outside = (1 - share) / 2
    low, high = (
        np.quantile(finite, (outside, 1 - outside), axis=0)
        if outside
        else (
            finite.min(axis=0),
            finite.max(axis=0),
        )
    )
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
