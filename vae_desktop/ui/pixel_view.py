"""One large picture, and the pixel under the mouse."""

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent

from vae_desktop.ui.picture_view import PictureView

_BORDER = 4


class PixelView(PictureView):
    """Shows uint8 (H, W) or (H, W, 3) at the top, and tells where the mouse is on it."""

    pixel_changed = Signal(object)
    """Row and column of the pixel under the mouse; None outside of the picture."""

    def __init__(self) -> None:
        super().__init__()
        self.setMouseTracking(True)
        self.pixel: tuple[int, int] | None = None

    def sizeHint(self) -> QSize:
        return QSize(400, 400)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._pixel_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._point_at(None)

    def _pixel_at(self, place: QPoint) -> tuple[int, int] | None:
        if not self.picture.size or not self._target().contains(place):
            return None
        target, (rows, columns) = self._target(), self.picture.shape[:2]
        row = (place.y() - target.top()) * rows // target.height()
        column = (place.x() - target.left()) * columns // target.width()
        return min(row, rows - 1), min(column, columns - 1)

    def _point_at(self, pixel: tuple[int, int] | None) -> None:
        if pixel != self.pixel:
            self.pixel = pixel
            self.pixel_changed.emit(pixel)

    def _target(self) -> QRect:
        """At the top, with room for the black border."""
        height, width = self.picture.shape[:2]
        ratio = self.devicePixelRatioF()
        room = 2 * _BORDER * ratio
        across, down = self.width() * ratio - room, self.height() * ratio - room
        fitting = min(across / width, down / height)
        factor = (int(fitting) if fitting >= 1 else max(fitting, 0.01)) / ratio
        wide, high = max(1, round(width * factor)), max(1, round(height * factor))
        return QRect((self.width() - wide) // 2, _BORDER, wide, high)
