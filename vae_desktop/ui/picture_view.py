"""One picture, as large as it fits, every pixel a crisp square."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_GROUND = QColor("#000000")


class PictureView(QWidget):
    """Shows uint8 (H, W) or (H, W, 3) on black, enlarged by a whole factor."""

    pressed = Signal()
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = np.zeros((0, 0), np.uint8)
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_picture(self, picture: NDArray[np.uint8]) -> None:
        """Show another picture; an empty one shows nothing."""
        self.picture = np.ascontiguousarray(picture)
        height, width = picture.shape[:2]
        grey = picture.ndim == 2
        form = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
        stride = width * (1 if grey else 3)
        self._image = QImage(self.picture.data, width, height, stride, form)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 96)

    def scale_for(self, width: int, height: int) -> float:
        """By how much a picture of this size would be enlarged (device pixels per pixel)."""
        ratio = self.devicePixelRatioF()
        fitting = min(self.width() * ratio / width, self.height() * ratio / height)
        return float(int(fitting)) if fitting >= 1 else fitting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        target = self._target()
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, target.width() < self._image.width()
        )
        painter.fillRect(target.adjusted(-4, -4, 4, 4), _GROUND)
        painter.drawImage(target, self._image)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.released.emit()

    def _target(self) -> QRect:
        size = self._image.size()
        factor = self.scale_for(size.width(), size.height()) / self.devicePixelRatioF()
        width, height = round(size.width() * factor), round(size.height() * factor)
        return QRect((self.width() - width) // 2, 4, width, height)
