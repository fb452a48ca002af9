"""Several pictures in as many rows as make them largest."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent

from vae_desktop.core.imaging import tile
from vae_desktop.ui.picture_view import PictureView

_GAP = 2


class PictureStrip(PictureView):
    """Shows pictures (n, C, H, W) in order, row by row.

    Attributes:
        pictures: what is shown.
        columns: pictures in a row.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.pictures: NDArray[np.uint8] = np.zeros((0, 1, 1, 1), np.uint8)
        self.columns = 1
        self.setAccessibleName(name)

    def show_pictures(self, pictures: NDArray[np.uint8]) -> None:
        """Show other pictures; none show nothing."""
        self.pictures = pictures
        if not len(pictures):
            self.show_picture(np.zeros((0, 0), np.uint8))
            return
        self.columns = self._best_columns()
        self.show_picture(tile(pictures, self.columns, _GAP))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 40)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if len(self.pictures) and self._best_columns() != self.columns:
            self.show_pictures(self.pictures)

    def _best_columns(self) -> int:
        """So many that the pictures come out largest; of equals, the fewest rows."""
        count, _, height, width = self.pictures.shape

        def scale(columns: int) -> float:
            rows = -(-count // columns)
            return self.scale_for(columns * (width + _GAP), rows * (height + _GAP))

        return max(range(count, 0, -1), key=scale)
