"""A wall of pictures that may be endless: only what is on screen is fetched and drawn."""

from collections.abc import Callable, Iterable

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
_SCALES = (*(1 / n for n in (64, 32, 16, 8, 4, 3, 2)), 3 / 4, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
_SMALLEST_SIDE, _USUAL_SIDE = 24, 72  # pixels on screen


class SampleGrid(QAbstractScrollArea):
    """Pictures in rows, each with its label; one of them can be picked.

    A click or Enter on a picture asks for a closer look at it: `opened`.

    Attributes:
        rows: which pictures are shown, by their places among all, in order.
        place: which of `rows` is picked, or -1.
    """

    picked = Signal(int)
    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: Rows = np.zeros(0, np.int64)
        self.place = -1
        self._images: Images = np.zeros((0, 1, 1, 1), np.uint8)
        self._label_of: NameOf = str
        self._title_of: NameOf = str
        self._with_labels = True
        self._scale = 1.0
        self._fetched: dict[int, QImage] = {}
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName("Sample images")

    def show_images(self, images: Images, label_of: NameOf, title_of: NameOf) -> None:
        """Take the pictures of a part, in a size that suits them; `show_rows` shows some.

        Args:
            images: uint8 (N, C, H, W).
            label_of: the caption of a picture by its place in `images`.
            title_of: what a picture is, for a tooltip.
        """
        side = max(images.shape[2:])
        if self._images.shape[1:] != images.shape[1:]:
            fitting = [scale for scale in _SCALES if side * scale <= _USUAL_SIDE]
            self._scale = max(fitting, default=_SCALES[0])
        self._images, self._label_of, self._title_of = images, label_of, title_of
        self.show_rows(np.zeros(0, np.int64))

    def show_rows(self, rows: Rows) -> None:
        """Show only these pictures, from the first on, which is picked."""
        self.rows = rows
        self.place = -1
        self._forget()
        self.verticalScrollBar().setValue(0)
        self.pick(0)

    def show_labels(self, shown: bool) -> None:
        """Write the label under every picture, or leave only pictures."""
        self._with_labels = shown
        self._forget()

    def zoom(self, steps: int) -> None:
        """Show larger (positive) or smaller pictures; the first on screen stays there."""
        first = self._visible()[0]
        side = max(self._images.shape[2:])
        scales = [s for s in _SCALES if s == self._scale or side * s >= _SMALLEST_SIDE]
        index = scales.index(self._scale) + steps
        self._scale = scales[min(max(index, 0), len(scales) - 1)]
        self._forget()
        self.verticalScrollBar().setValue(first // self.columns * self._cell().height())

    @property
    def columns(self) -> int:
        """Pictures in a row."""
        return max(1, (self.viewport().width() - _GAP) // (self._picture_size().width() + _GAP))

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
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._scale < 1)
        self._fetch()
        cell, size, columns = self._cell(), self._picture_size(), self.columns
        corner = self._block().topLeft() + QPoint(_GAP, _GAP)
        for place, image in self._fetched.items():
            line, column = divmod(place, columns)
            at = corner + QPoint(column * cell.width(), line * cell.height())
            self._paint_picture(painter, place, QRect(at, size), image)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().toPoint())
        if place is not None:
            self.pick(place)
            self.opened.emit()

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
        if event.key() in (keys.Key_Return, keys.Key_Enter):
            self.opened.emit()
        elif (move := moves.get(keys(event.key()))) is not None:
            self.pick(self.place + move)
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            place = self._place_at(event.pos())
            text = "" if place is None else self._title_of(int(self.rows[place]))
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)

    def _picture_size(self) -> QSize:
        height, width = self._images.shape[2:]
        scale = self._scale
        return QSize(max(1, round(width * scale)), max(1, round(height * scale)))

    def _cell(self) -> QSize:
        """A picture with its caption and the gap to the next; a row fills the width."""
        line = QFontMetrics(tabular(self.font(), -1)).height() if self._with_labels else 0
        width = (self.viewport().width() - _GAP) // self.columns
        return QSize(width, self._picture_size().height() + _GAP + line)

    def _block(self) -> QRect:
        """All rows, where they are now."""
        lines = -(-len(self.rows) // self.columns)
        width = self.columns * self._cell().width() + _GAP
        top = -self.verticalScrollBar().value()
        return QRect(0, top, width, lines * self._cell().height() + _GAP)

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

    def _fetch(self) -> None:
        """Have what is on screen and nothing else; only what is new is asked for."""
        places = range(*self._visible())
        missing = [place for place in places if place not in self._fetched]
        if missing:
            pictures = self._pictures(self.rows[missing])
            self._fetched |= {
                place: to_image(picture) for place, picture in zip(missing, pictures, strict=True)
            }
        self._fetched = {place: self._fetched[place] for place in places}

    def _pictures(self, rows: Rows) -> Iterable[NDArray[np.uint8]]:
        """Some pictures; of large ones no more pixels than it takes to show them smoothly."""
        step = int(0.5 / self._scale)
        if step <= 1:
            return self._images[rows]
        return [self._images[row : row + 1][0, :, ::step, ::step] for row in rows.tolist()]

    def _forget(self) -> None:
        """Fetch and lay out anew."""
        self._fetched = {}
        bar, room = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, self._block().height() - room))
        bar.setPageStep(room)
        bar.setSingleStep(self._cell().height())
        self.viewport().update()

    def _paint_picture(self, painter: QPainter, place: int, target: QRect, image: QImage) -> None:
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
