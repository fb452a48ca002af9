"""Regions of the map by class, as translucent colours; read a few at a time."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from vae_desktop.core.regions import Classes, RegionSearch, cell_grid
from vae_desktop.core.tiles import TileGrid
from vae_desktop.core.viewport import Points, Viewport
from vae_desktop.ui.pace import Pace

ReadPoints = Callable[[Points], Classes]
"""Classes (n,) of points (n, 2) of the map."""

OPACITY = 0.34


class RegionLayer:
    """The regions that were read last; newer ones replace them when they are as fine.

    Args:
        read: classes of points.

    Attributes:
        grid: the cells that are shown; None before the first.
        classes: (R, C), theirs; the first row is at the top of the map.
    """

    def __init__(self, read: ReadPoints) -> None:
        self._read, self._pace = read, Pace()
        self._colours = np.zeros((0, 3), np.uint8)
        self.clear()

    def clear(self) -> None:
        """Show nothing."""
        self.grid: TileGrid | None = None
        self.classes: Classes = np.zeros((0, 0), np.int64)
        self._image = QImage()
        self._search: RegionSearch | None = None
        self._sought: tuple[TileGrid, object] | None = None
        self._shown: tuple[TileGrid, int] | None = None

    @property
    def busy(self) -> bool:
        """Whether finer or newer regions are on their way."""
        return self._search is not None

    def set_colours(self, colours: NDArray[np.uint8]) -> None:
        """Draw class k in the colour of row k of (K, 3), and so on from the first."""
        if not np.array_equal(colours, self._colours):
            self._colours = colours
            self._draw()

    def want(self, view: Viewport, version: object) -> None:
        """Ask for the regions in a view, read with the models of this version.

        As with tiles a newer version waits until the one that is on its way is complete.
        """
        sought = cell_grid(view), version
        before = self._sought
        started = before is not None and self._search is not None and before[0] == sought[0]
        if sought == before or started:
            return
        self._sought, self._search = sought, RegionSearch(sought[0])

    def advance(self) -> bool:
        """Read for a few milliseconds; True when there is something new to be seen."""
        search = self._search
        if search is None:
            return False
        self._pace.begin()
        new = False
        while self._pace.allows():
            points = search.next_points(self._pace.batch)
            if len(points):
                search.take(self._read(points))
                self._pace.learn()
            if search.complete:
                new |= self._show(search)
                if search.finished:
                    self._search = None
                    break
                search.halve()
        return new

    def paint(self, painter: QPainter, view: Viewport) -> None:
        """Draw the regions where they belong."""
        if self.grid is None:
            return
        left, bottom, right, top = self.grid.bounds()
        (x1, y1), (x2, y2) = view.to_pixels(np.array([(left, top), (right, bottom)]))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(QRectF(x1, y1, x2 - x1, y2 - y1), self._image)

    def _show(self, search: RegionSearch) -> bool:
        """Show a complete level, unless finer regions of the same place are on screen."""
        assert self._sought is not None
        place, level = self._sought[0], search.level
        if self._shown is not None and self._shown[0] == place and level < self._shown[1]:
            return False
        self._shown = place, level
        self.grid, self.classes = search.grid, search.classes.copy()
        self._draw()
        return True

    def _draw(self) -> None:
        if not self.classes.size or not len(self._colours):
            return
        alpha = round(255 * OPACITY)
        table = np.full((len(self._colours), 4), alpha, np.uint8)
        # Premultiplied 0xAARRGGBB, composed as numbers so that the order of bytes is Qt's.
        table[:, :3] = np.round(self._colours[:, ::-1] * OPACITY)
        words = (table.astype(np.uint32) << np.array([0, 8, 16, 24], np.uint32)).sum(
            axis=1, dtype=np.uint32
        )
        pixels = np.ascontiguousarray(words[self.classes % len(words)])
        rows, columns = pixels.shape
        form = QImage.Format.Format_ARGB32_Premultiplied
        self._image = QImage(pixels.data, columns, rows, 4 * columns, form).copy()
