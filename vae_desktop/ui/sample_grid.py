"""A wall of pictures that may be endless: only what is on screen is fetched and drawn."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip

from vae_desktop.core.data.dataset import Images
from vae_desktop.ui.fonts import tabular
from vae_desktop.ui.pictures import to_image

Rows = NDArray[np.int64]
NameOf = Callable[[int], str]

_GROUND = QColor("#000000")
_CAPTION = QColor("#98a0ad")
_OUTLINE = QColor("#ffffff")
_GAP = 4
_SCALES = (1 / 8, 1 / 4, 1 / 3, 1 / 2, 3 / 4, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
_USUAL_SIDE = 72


class SampleGrid(QAbstractScrollArea):
    """Pictures in rows, each with its label; one of them can be picked.

    Attributes:
        rows: which pictures are shown, by their places among all, in order.
        place: which of `rows` is picked, or -1.
    """

    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.rows: Rows = np.zeros(0, np.int64)
        self.place = -1
        self._images: Images = np.zeros((0, 1, 1, 1), np.uint8)
        self._label_of: NameOf = str
        self._title_of: NameOf = str
        self._with_labels = True
        self._zoom = _SCALES.index(1.0)
        self._fetched: tuple[int, list[QImage]] = (0, [])
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName("Sample images")

    def show_images(self, images: Images, label_of: NameOf, title_of: NameOf) -> None:
        """Show the pictures of a part, in a size that suits them.

        Args:
            images: uint8 (N, C, H, W).
            label_of: the caption of a picture by its place in `images`.
            title_of: what a picture is, for a tooltip.
        """
        height, width = images.shape[2:]
        fitting = [s for s in _SCALES if max(width, height) * s <= _USUAL_SIDE]
        if self._images.shape[1:] != images.shape[1:]:
            self._zoom = _SCALES.index(fitting[-1]) if fitting else 0
        self._images, self._label_of, self._title_of = images, label_of, title_of
        self.show_rows(np.arange(len(images), dtype=np.int64))

    def show_rows(self, rows: Rows) -> None:
        """Show only these pictures, from the first on; none of them is picked."""
        self.rows = rows
        self.place = -1
        self._forget()
        self.verticalScrollBar().setValue(0)

    def show_labels(self, shown: bool) -> None:
        """Write the label under every picture, or leave only pictures."""
        self._with_labels = shown
        self._forget()

    def zoom(self, steps: int) -> None:
        """Show larger (positive) or smaller pictures; the first on screen stays there."""
        first = self._visible()[0]
        self._zoom = min(max(self._zoom + steps, 0), len(_SCALES) - 1)
        self._forget()
        self.verticalScrollBar().setValue(first // self.columns * self._cell().height())

    @property
    def columns(self) -> int:
        """Pictures in a row."""
        return max(1, (self.viewport().width() - _GAP) // self._cell().width())

    @property
    def on_screen(self) -> Rows:
        """The places among all pictures of those that are on screen."""
        first, last = self._visible()
        return self.rows[first:last]

    def pick(self, place: int) -> None:
        """Pick one of `rows` and bring it on screen."""
        if not len(self.rows):
            return
        self.place = min(max(place, 0), len(self.rows) - 1)
        top = self.place // self.columns * self._cell().height()
        bar = self.verticalScrollBar()
        lowest = top + self._cell().height() + _GAP - self.viewport().height()
        bar.setValue(min(max(bar.value(), lowest), top))
        self.setAccessibleDescription(self._title_of(int(self.rows[self.place])))
        self.viewport().update()
        self.picked.emit(int(self.rows[self.place]))

    def sizeHint(self) -> QSize:
        return QSize(480, 400)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._forget()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        if not len(self.rows):
            return
        painter.fillRect(self._block(), _GROUND)
        painter.setFont(tabular(self.font(), -1))
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, _SCALES[self._zoom] < 1
        )
        first, images = self._fetch()
        for place, image in enumerate(images, first):
            self._paint_cell(painter, place, image)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().toPoint())
        if place is not None:
            self.pick(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1 if event.angleDelta().y() > 0 else -1)
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = max(1, self.viewport().height() // self._cell().height()) * self.columns
        keys = Qt.Key
        moves = {
            keys.Key_Left: -1,
            keys.Key_Right: 1,
            keys.Key_Up: -self.columns,
            keys.Key_Down: self.columns,
            keys.Key_PageUp: -page,
            keys.Key_PageDown: page,
            keys.Key_Home: -len(self.rows),
            keys.Key_End: len(self.rows),
        }
        move = moves.get(keys(event.key()))
        if move is None:
            super().keyPressEvent(event)
        else:
            self.pick(max(self.place, 0) + move if self.place >= 0 else 0)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            place = self._place_at(event.pos())
            text = "" if place is None else self._title_of(int(self.rows[place]))
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)

    def _picture_size(self) -> QSize:
        height, width = self._images.shape[2:]
        scale = _SCALES[self._zoom]
        return QSize(max(1, round(width * scale)), max(1, round(height * scale)))

    def _cell(self) -> QSize:
        """A picture with its caption and the gap to the next."""
        line = QFontMetrics(tabular(self.font(), -1)).height() if self._with_labels else 0
        return self._picture_size() + QSize(_GAP, _GAP + line)

    def _block(self) -> QRect:
        """All rows, where they are now."""
        lines = -(-len(self.rows) // self.columns)
        width = self.columns * self._cell().width() + _GAP
        left = (self.viewport().width() - width) // 2
        top = -self.verticalScrollBar().value()
        return QRect(left, top, width, lines * self._cell().height() + _GAP)

    def _place_at(self, point: QPoint) -> int | None:
        inside = point - self._block().topLeft() - QPoint(_GAP, _GAP) / 2
        column, line = inside.x() // self._cell().width(), inside.y() // self._cell().height()
        place = line * self.columns + column
        return place if 0 <= column < self.columns and 0 <= place < len(self.rows) else None

    def _visible(self) -> tuple[int, int]:
        """First and behind-last of `rows` that are on screen."""
        height, top = self._cell().height(), self.verticalScrollBar().value()
        first = max(0, (top - _GAP) // height)
        last = (top + self.viewport().height()) // height + 1
        return first * self.columns, min(last * self.columns, len(self.rows))

    def _fetch(self) -> tuple[int, list[QImage]]:
        """What is on screen, fetched only when that has changed."""
        first, last = self._visible()
        have_first, have = self._fetched
        if (first, last) != (have_first, have_first + len(have)):
            pictures = self._images[self.rows[first:last]]
            self._fetched = first, [to_image(picture) for picture in pictures]
        return self._fetched

    def _forget(self) -> None:
        """Fetch and lay out anew."""
        self._fetched = (0, [])
        bar, room = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, self._block().height() - room))
        bar.setPageStep(room)
        bar.setSingleStep(self._cell().height())
        self.viewport().update()

    def _paint_cell(self, painter: QPainter, place: int, image: QImage) -> None:
        line, column = divmod(place, self.columns)
        cell, size = self._cell(), self._picture_size()
        corner = self._block().topLeft() + QPoint(_GAP, _GAP)
        target = QRect(corner + QPoint(column * cell.width(), line * cell.height()), size)
        painter.drawImage(target, image)
        if place == self.place:
            painter.setPen(_OUTLINE)
            painter.drawRect(target.adjusted(-2, -2, 1, 1))
            painter.drawRect(target.adjusted(-1, -1, 0, 0))
        if self._with_labels:
            self._paint_label(painter, target, self._label_of(int(self.rows[place])))

    def _paint_label(self, painter: QPainter, target: QRect, text: str) -> None:
        metrics = painter.fontMetrics()
        area = QRect(target.left(), target.bottom() + 1, target.width(), metrics.height())
        painter.setPen(_CAPTION)
        short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, short)
