"""A picture in a narrow column, with nothing but the picture between its neighbours."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QResizeEvent

from vae_desktop.ui.picture_view import PictureView

_BORDER = 8


class SideView(PictureView):
    """Grows to the width of its column and never higher than its picture then is."""

    def show_picture(self, picture: NDArray[np.uint8]) -> None:
        super().show_picture(picture)
        self._limit_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._limit_height()

    def _limit_height(self) -> None:
        height, width = self.picture.shape[:2]
        if width:
            ratio = self.devicePixelRatioF()
            scale = self.width() * ratio / width
            whole = int(scale) if scale >= 1 else scale
            self.setMaximumHeight(round(height * whole / ratio) + _BORDER)
