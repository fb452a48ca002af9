"""Decoded pictures under the map, a few at a time so that no frame takes long."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from vae_desktop.core.tiles import TileGrid, mosaic
from vae_desktop.core.viewport import Viewport
from vae_desktop.ui.pace import Pace

Bytes = NDArray[np.uint8]
DecodePoints = Callable[[NDArray[np.float64]], Bytes]
"""Pictures (n, C, H, W) of points (n, 2) of the map."""


class TileLayer:
    """One picture of many decoded ones; a new one replaces it when it is complete.

    Args:
        decode: pictures of points.

    Attributes:
        grid: the tiles of the picture that is shown; None before the first.
        picture: (R, K) or (R, K, 3); its first row is at the top of the map.
    """

    def __init__(self, decode: DecodePoints) -> None:
        self._decode, self._pace = decode, Pace()
        self.clear()

    def clear(self) -> None:
        """Show nothing."""
        self.grid: TileGrid | None = None
        self.picture: Bytes = np.zeros((0, 0), np.uint8)
        self._image = QImage()
        self._shown: tuple[TileGrid, object] | None = None
        self._next: tuple[TileGrid, object] | None = None
        self._decoded: list[Bytes] = []

    @property
    def busy(self) -> bool:
        """Whether a new picture is on its way."""
        return self._next is not None

    def want(self, grid: TileGrid, version: object) -> None:
        """Ask for these tiles, decoded by the model of this version.

        A newer version of the model waits until the picture that is on its way is complete,
        so that during training there is one in the end; another grid does not.
        """
        wanted = grid, version
        started = self._next is not None and self._next[0] == grid
        if wanted == self._shown or started:
            return
        self._next = wanted
        self._decoded = []

    def advance(self) -> bool:
        """Decode for a few milliseconds; True when the new picture has replaced the old."""
        if self._next is None:
            return False
        grid = self._next[0]
        centres = grid.centres()
        self._pace.begin()
        while (done := sum(map(len, self._decoded))) < len(centres):
            if not self._pace.allows():
                return False
            self._decoded.append(self._decode(centres[done : done + self._pace.batch]))
            self._pace.learn()
        self._show(grid, mosaic(np.concatenate(self._decoded), grid.columns))
        return True

    def paint(self, painter: QPainter, view: Viewport) -> None:
        """Draw the tiles where they belong; outside of them there is nothing."""
        if self.grid is None:
            return
        left, bottom, right, top = self.grid.bounds()
        corners = view.to_pixels(np.array([(left, top), (right, bottom)]))
        (x1, y1), (x2, y2) = corners
        shrinks = x2 - x1 < self._image.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, bool(shrinks))
        painter.drawImage(QRectF(x1, y1, x2 - x1, y2 - y1), self._image)

    def _show(self, grid: TileGrid, picture: Bytes) -> None:
        self.grid, self.picture, self._shown = grid, picture, self._next
        self._next, self._decoded = None, []
        height, width = picture.shape[:2]
        grey = picture.ndim == 2
        form = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
        self._image = QImage(picture.data, width, height, picture.strides[0], form)
