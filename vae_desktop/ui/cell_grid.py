"""Pictures side by side as one, each of which can be pointed at and clicked."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from vae_desktop.core.imaging import tile
from vae_desktop.ui.pictures import to_image
from vae_desktop.ui.theme import TRAIL, accent

Bytes = NDArray[np.uint8]

_GROUND = QColor("#000000")


class CellGrid(QWidget):
    """Shows pictures in rows; the one under the mouse is outlined, a click chooses it.

    With the arrow keys the outline moves, and Enter chooses.

    Args:
        name: for screen readers.
        gap: pixels of the pictures between two of them.

    Attributes:
        pictures: uint8 (n, C, H, W), what is shown.
        columns: pictures in a row.
        place: which picture is pointed at; -1 for none.
        marked: which picture is marked; -1 for none.
    """

    chosen = Signal(int)
    pointed = Signal(int)

    def __init__(self, name: str, gap: int = 0) -> None:
        super().__init__()
        self._gap = gap
        self._limit = 0.0
        self.pictures: Bytes = np.zeros((0, 1, 1, 1), np.uint8)
        self.columns, self.place, self.marked = 1, -1, -1
        self._fits = False
        self._tiled: Bytes = np.zeros((0, 0), np.uint8)
        self._image = to_image(np.zeros((1, 1, 1), np.uint8))
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_cells(self, pictures: Bytes, columns: int = 0, limit: float = 0.0) -> None:
        """Show other pictures, row by row.

        Args:
            pictures: uint8 (n, C, H, W).
            columns: pictures in a row; 0 for so many that they come out largest.
            limit: by how much they are enlarged at most; 0 for no limit.
        """
        self.pictures, self._limit, self._fits = pictures, limit, columns == 0
        self.columns = columns or self._best_columns()
        self._join()
        if self.place >= len(pictures):
            self.place = -1
        self.update()

    def mark(self, place: int) -> None:
        """Mark one picture, or with -1 none."""
        if place != self.marked:
            self.marked = place
            self.update()

    def area(self) -> QRectF:
        """Where all pictures together are in the widget; empty without pictures."""
        if not len(self.pictures):
            return QRectF()
        height, width = self._tiled.shape[:2]
        scale = self._scale(width, height)
        return QRectF(0, 0, width * scale, height * scale)

    def cell(self, place: int) -> QRectF:
        """Where one picture is in the widget."""
        height, width = self.pictures.shape[2:]
        row, column = divmod(place, self.columns)
        scale = self._scale(self._tiled.shape[1], self._tiled.shape[0])
        return QRectF(
            column * (width + self._gap) * scale,
            row * (height + self._gap) * scale,
            width * scale,
            height * scale,
        )

    def place_at(self, x: float, y: float) -> int:
        """Which picture is at a pixel of the widget; -1 for none."""
        if not self.area().contains(x, y):
            return -1
        height, width = self.pictures.shape[2:]
        scale = self._scale(self._tiled.shape[1], self._tiled.shape[0])
        column = int(x / ((width + self._gap) * scale))
        row = int(y / ((height + self._gap) * scale))
        place = row * self.columns + column
        return place if column < self.columns and place < len(self.pictures) else -1

    def sizeHint(self) -> QSize:
        return QSize(480, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 96)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self.pictures):
            return
        painter = QPainter(self)
        target = self.area()
        shrinks = target.width() < self._image.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrinks)
        painter.fillRect(target, _GROUND)
        painter.drawImage(target, self._image)
        for place, colour in ((self.marked, TRAIL), (self.place, accent(self.palette()))):
            if 0 <= place < len(self.pictures):
                painter.setPen(QPen(colour, 2))
                painter.drawRect(self.cell(place).adjusted(1, 1, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fits and self._best_columns() != self.columns:
            self.columns = self._best_columns()
            self._join()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.place_at(event.position().x(), event.position().y()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position().x(), event.position().y())
        if event.button() is Qt.MouseButton.LeftButton and place >= 0:
            self._point(place)
            self.chosen.emit(place)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(-1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        steps = {
            keys.Key_Left: -1,
            keys.Key_Right: 1,
            keys.Key_Up: -self.columns,
            keys.Key_Down: self.columns,
        }
        step = steps.get(keys(event.key()))
        if step is not None and len(self.pictures):
            place = 0 if self.place < 0 else self.place + step
            if 0 <= place < len(self.pictures):
                self._point(place)
        elif event.key() in (keys.Key_Return, keys.Key_Enter) and self.place >= 0:
            self.chosen.emit(self.place)
        else:
            super().keyPressEvent(event)

    def _point(self, place: int) -> None:
        if place != self.place:
            self.place = place
            self.pointed.emit(place)
            self.update()

    def _join(self) -> None:
        """Make one picture of them all."""
        if len(self.pictures):
            self._tiled = tile(self.pictures, self.columns, self._gap)
            self._image = to_image(_channels_first(self._tiled))

    def _best_columns(self) -> int:
        """So many that the pictures come out largest; of equals, the fewest rows."""
        count, _, height, width = self.pictures.shape

        def scale(columns: int) -> float:
            rows = -(-count // columns)
            return self._scale(columns * (width + self._gap), rows * (height + self._gap))

        return max(range(count, 0, -1), key=scale, default=1)

    def _scale(self, width: int, height: int) -> float:
        """Pixels of the widget per pixel of the pictures: a whole number of the screen's, or
        less than one."""
        ratio = self.devicePixelRatioF()
        fitting = min(self.width() * ratio / width, self.height() * ratio / height)
        if self._limit:
            fitting = min(fitting, self._limit * ratio)
        return (float(int(fitting)) if fitting >= 1 else fitting) / ratio


def _channels_first(picture: Bytes) -> Bytes:
    return picture[None] if picture.ndim == 2 else picture.transpose(2, 0, 1)
