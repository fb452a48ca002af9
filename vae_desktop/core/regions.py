"""Regions of a plane by class: read in coarse cells first, then finer along the borders."""

import math

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.tiles import TileGrid
from vae_desktop.core.viewport import Points, Viewport

Classes = NDArray[np.int64]

COARSEST = 32
"""Pixels of the screen that a cell of the first reading has at least."""
HALVINGS = 4
"""How often cells are halved after that: to 2 pixels, at most 4."""


def cell_grid(view: Viewport) -> TileGrid:
    """The square cells of the first reading."""
    width = 2.0 ** math.ceil(math.log2(COARSEST * view.scale))
    left, bottom, right, top = view.bounds
    first, low = math.floor(left / width), math.floor(bottom / width)
    columns, rows = math.ceil(right / width) - first, math.ceil(top / width) - low
    return TileGrid(width, width, first, low, max(1, columns), max(1, rows))


def halved(grid: TileGrid) -> TileGrid:
    """The same area in cells of half the side."""
    return TileGrid(
        grid.width / 2,
        grid.height / 2,
        2 * grid.left,
        2 * grid.bottom,
        2 * grid.columns,
        2 * grid.rows,
    )


def at_border(classes: Classes) -> NDArray[np.bool_]:
    """Which cells (R, C) have one of another class to the left, right, above or below."""
    found = np.zeros(classes.shape, bool)
    for one, other in ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1])):
        differs = classes[one] != classes[other]
        found[one] |= differs
        found[other] |= differs
    return found


class RegionSearch:
    """Asks for the class of one point after the other, and halves the cells at borders.

    A region smaller than a cell of the first reading that lies in another can be missed.

    Args:
        grid: the cells of the first reading.

    Attributes:
        grid: the cells that are being read.
        level: how often they have been halved.
    """

    def __init__(self, grid: TileGrid) -> None:
        self.grid, self.level = grid, 0
        self._classes = np.full((grid.rows, grid.columns), -1, np.int64)
        self._begin(np.ones(self._classes.shape, bool))

    @property
    def complete(self) -> bool:
        """Whether all cells of this level are known."""
        return self._done == len(self._unknown)

    @property
    def finished(self) -> bool:
        """Whether they are, and will not be halved."""
        return self.complete and self.level == HALVINGS

    @property
    def classes(self) -> Classes:
        """(R, C), the first row at the top; −1 where not known yet."""
        return self._classes

    def next_points(self, count: int) -> Points:
        """At most `count` points (n, 2) whose classes are wanted next."""
        return self._centres[self._unknown[self._done : self._done + count]]

    def take(self, classes: Classes) -> None:
        """The classes (n,) of the points that were asked for last."""
        places = self._unknown[self._done : self._done + len(classes)]
        self._classes.ravel()[places] = classes
        self._done += len(classes)
        if self.complete:
            # A border may bulge into cells that only inherited their class: read those too.
            self._want(at_border(self._classes) & ~self._read)

    def halve(self) -> None:
        """Go on with cells of half the side; those at borders are wanted anew."""
        unsure = at_border(self._classes).repeat(2, axis=0).repeat(2, axis=1)
        self._classes = self._classes.repeat(2, axis=0).repeat(2, axis=1)
        self.grid, self.level = halved(self.grid), self.level + 1
        self._begin(unsure)

    def _begin(self, unknown: NDArray[np.bool_]) -> None:
        """Cells (R, C) of a new level are wanted."""
        self._centres = self.grid.centres()
        self._read = np.zeros(unknown.shape, bool)
        self._want(unknown)

    def _want(self, cells: NDArray[np.bool_]) -> None:
        self._unknown, self._done = np.flatnonzero(cells), 0
        self._read |= cells
