"""Which points of a plane are nearest to a place, in well under a millisecond."""

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.viewport import Points, extent

PER_CELL = 8
MOST_CELLS = 256
"""Cells on a side at most: a search looks at whole rows of them, one row at a time."""
COVERED = 0.998
"""The cells cover the middle share of the points; the outermost cells reach to infinity, so
that a few points far out do not leave all the others in one cell."""


class PointIndex:
    """Points sorted into the cells of a square grid.

    Args:
        points: float (n, 2); those that are not finite are never found.
    """

    def __init__(self, points: Points) -> None:
        self._kept = np.flatnonzero(np.isfinite(points).all(axis=1))
        kept = points[self._kept]
        if not len(kept):
            return
        self._side = int(np.clip(np.sqrt(len(kept) / PER_CELL), 1, MOST_CELLS))
        left, bottom, right, top = extent(kept, COVERED)
        self._low = np.array([left, bottom])
        span = np.array([right - left, top - bottom])
        self._cell = np.where(span > 0, span, 1.0) / self._side
        columns, rows = self._cells_of(kept).T
        cells = rows * self._side + columns
        order = np.argsort(cells, kind="stable")
        self._order = self._kept[order]
        self._sorted = np.ascontiguousarray(kept[order], np.float64)
        self._starts = np.searchsorted(cells[order], np.arange(self._side**2 + 1))

    def nearest(self, x: float, y: float, count: int = 1) -> NDArray[np.intp]:
        """Places in `points` of the `count` nearest to (x, y), nearest first.

        Fewer where there are not so many.
        """
        count = min(count, len(self._kept))
        if count == 0:
            return np.zeros(0, np.intp)
        place = np.array([x, y])
        middle = self._cells_of(place[None])[0]
        radius, found = 0, self._within(middle, middle)
        while len(found) < count:
            radius = 2 * radius + 1
            found = self._within(middle - radius, middle + radius)
        reach = np.sqrt(self._closest(place, found, count)[1][-1])
        # Whatever is nearer still is in a cell that this circle touches.
        first, last = self._cells_of(np.stack([place - reach, place + reach]))
        found, _ = self._closest(place, self._within(first, last), count)
        places: NDArray[np.intp] = self._order[found]
        return places

    def _cells_of(self, points: Points) -> NDArray[np.intp]:
        """Column and row (n, 2) of the cell that each point is in."""
        cells = np.floor((points - self._low) / self._cell)
        return np.asarray(np.clip(cells, 0, self._side - 1), np.intp)

    def _within(self, first: NDArray[np.intp], last: NDArray[np.intp]) -> NDArray[np.intp]:
        """Places in the sorted points of all in a rectangle of cells, both ends included."""
        left, low = np.maximum(first, 0)
        right, high = np.minimum(last, self._side - 1)
        rows = np.arange(low, high + 1) * self._side
        starts, ends = self._starts[rows + left], self._starts[rows + right + 1]
        spans = [np.arange(start, end) for start, end in zip(starts, ends, strict=True)]
        return np.concatenate(spans)

    def _closest(
        self, place: NDArray[np.float64], found: NDArray[np.intp], count: int
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """The `count` of `found` that are closest, in order, and their squared distances."""
        squares = np.square(self._sorted[found] - place).sum(axis=1)
        nearest = np.argpartition(squares, count - 1)[:count]
        nearest = nearest[np.argsort(squares[nearest], kind="stable")]
        return found[nearest], squares[nearest]
