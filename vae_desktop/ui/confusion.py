"""Which classes a classifier takes for which: the confusion matrix of the test set."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QVBoxLayout, QWidget

from vae_desktop.core.events import Evaluation, Event, Prepared
from vae_desktop.ui.fonts import tabular
from vae_desktop.ui.labels import Caption, Heading, MutedLabel
from vae_desktop.ui.live import RunPanel
from vae_desktop.ui.numbers import count, percent
from vae_desktop.ui.theme import KL, RECONSTRUCTION, ink, is_dark, muted

_INTERVAL = 0.2
_MOST_NAME = 84
_GAP = 4
_FAINTEST = 0.12
_SMALLER = (1.0, 2.0, 3.0)  # points


class ConfusionMatrix(QWidget):
    """One square a pair of classes: true ones as rows, what they were taken for as columns.

    The colour of a square is its share of the row: right ones blue, wrong ones orange, on a
    scale that lets rare mistakes be seen.
    """

    def __init__(self) -> None:
        super().__init__()
        self.counts = np.zeros((0, 0), np.int64)
        self.names: tuple[str, ...] = ()
        self.setAccessibleName("Confusion matrix")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)

    def show_counts(self, counts: NDArray[np.int64], names: tuple[str, ...]) -> None:
        """Show counts (K, K) of classes with these names."""
        known = len(names) == len(counts)
        self.counts = counts
        self.names = names if known else tuple(str(index) for index in range(len(counts)))
        self.update()

    def tip_at(self, place: QPointF) -> str:
        """What the square at a place says: '4 taken for 9: 31 of 982'; "" beside all."""
        area, cell = self._area(), self._cell()
        if not len(self.counts) or not area.contains(place):
            return ""
        row = min(len(self.counts) - 1, int((place.y() - area.top()) / cell))
        column = min(len(self.counts) - 1, int((place.x() - area.left()) / cell))
        number, whole = int(self.counts[row, column]), int(self.counts[row].sum())
        what = "taken for itself" if row == column else f"taken for {self.names[column]}"
        return f"{self.names[row]} {what}: {count(number)} of {count(whole)}"

    def sizeHint(self) -> QSize:
        return QSize(320, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 160)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self.counts):
            return
        painter = QPainter(self)
        area, cell = self._area(), self._cell()
        painter.drawImage(area, self._heat())
        self._paint_counts(painter, area, cell)
        painter.setFont(tabular(self.font(), -1))
        self._paint_names(painter, area, cell)

    def _area(self) -> QRectF:
        left = self._name_width() + _GAP
        top = self._name_width() + _GAP if self._turned() else self.fontMetrics().height() + _GAP
        room = min(self.width() - left, self.height() - top)
        cells = max(1, len(self.counts))
        side = room // cells * cells if room >= 4 * cells else room
        return QRectF(left, top, side, side)

    def _cell(self) -> float:
        return self._area().width() / max(1, len(self.counts))

    def _name_width(self) -> int:
        widest = max((self.fontMetrics().horizontalAdvance(n) for n in self.names), default=0)
        return min(_MOST_NAME, widest)

    def _turned(self) -> bool:
        """Whether the names above the columns are too wide to be read across."""
        room = (self.width() - self._name_width()) / max(1, len(self.counts))
        return self._name_width() > max(room - 2, 3 * self.fontMetrics().averageCharWidth())

    def _heat(self) -> QImage:
        """One pixel a square."""
        size = len(self.counts)
        shares = self.counts / np.maximum(1, self.counts.sum(axis=1, keepdims=True))
        right = np.eye(size, dtype=bool)
        strength = _FAINTEST + (1 - _FAINTEST) * np.where(right, shares, np.sqrt(shares))
        strength[shares == 0] = _FAINTEST / 2
        hues = np.where(right[..., None], _rgb(RECONSTRUCTION), _rgb(KL))
        hues[shares == 0] = _rgb(muted(self.palette()))
        ground = _rgb(self.palette().color(self.backgroundRole()))
        mixture = ground + strength[..., None] * (hues - ground)
        pixels = np.ascontiguousarray(mixture.astype(np.uint8))
        return QImage(pixels.data, size, size, 3 * size, QImage.Format.Format_RGB888).copy()

    def _paint_counts(self, painter: QPainter, area: QRectF, cell: float) -> None:
        """The count of every square that is not empty, where there is room for the largest."""
        widest = str(self.counts.max())
        fonts = [tabular(self.font(), -smaller) for smaller in _SMALLER]
        fitting = [f for f in fonts if QFontMetricsF(f).horizontalAdvance(widest) < cell - 1]
        if not fitting:
            return
        painter.setFont(fitting[0])
        dark = is_dark(self.palette())
        for (row, column), number in np.ndenumerate(self.counts):
            if number:
                strong = row == column and not dark
                painter.setPen(QColor("#ffffff") if strong else ink(self.palette()))
                square = QRectF(area.left() + column * cell, area.top() + row * cell, cell, cell)
                painter.drawText(square, Qt.AlignmentFlag.AlignCenter, str(number))

    def _paint_names(self, painter: QPainter, area: QRectF, cell: float) -> None:
        """Every name that has room: the rows' at the left, the columns' above."""
        painter.setPen(muted(self.palette()))
        line = painter.fontMetrics().height()
        every = max(1, -(-line * 3 // 4 // max(1, int(cell))))
        turned = self._turned()
        for index in range(0, len(self.names), every):
            middle = (index + 0.5) * cell
            self._paint_row_name(painter, index, area, area.top() + middle)
            self._paint_column_name(painter, index, area, area.left() + middle, turned)

    def _paint_row_name(self, painter: QPainter, index: int, area: QRectF, y: float) -> None:
        line = painter.fontMetrics().height()
        place = QRectF(0, y - line / 2, area.left() - _GAP, line)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(place, right, self._elided(painter, index))

    def _paint_column_name(
        self, painter: QPainter, index: int, area: QRectF, x: float, turned: bool
    ) -> None:
        painter.save()
        painter.translate(x, area.top() - _GAP)
        line = painter.fontMetrics().height()
        if turned:
            painter.rotate(-90)
            place = QRectF(0, -line / 2, area.top(), line)
            alignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        else:
            place = QRectF(-area.left(), -line, 2 * area.left(), line)
            alignment = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
        painter.drawText(place, alignment, self._elided(painter, index))
        painter.restore()

    def _elided(self, painter: QPainter, index: int) -> str:
        elide = Qt.TextElideMode.ElideRight
        return painter.fontMetrics().elidedText(self.names[index], elide, _MOST_NAME)


def _rgb(colour: QColor) -> NDArray[np.float64]:
    return np.array((colour.red(), colour.green(), colour.blue()), np.float64)


class ConfusionPanel(RunPanel):
    """The confusion matrix of the newest evaluation."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_INTERVAL, parent)
        self.matrix = ConfusionMatrix()
        self.caption = Caption()
        self._newest: Evaluation | None = None
        self._names: tuple[str, ...] = ()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(Heading("Confusion matrix", "test images"))
        layout.addWidget(MutedLabel("rows: true class, columns: taken for"))
        layout.addWidget(self.caption)
        layout.addWidget(self.matrix, 1)

    def clear(self) -> None:
        """Forget the run."""
        self._newest, self._names = None, ()
        self.mark_stale()

    def take(self, event: Event) -> None:
        """Remember an event of the run on view."""
        if isinstance(event, Prepared):
            self._names = event.label_names
        elif isinstance(event, Evaluation):
            self._newest = event
        else:
            return
        self.mark_stale()

    def draw(self) -> None:
        newest = self._newest
        if newest is None or newest.confusion is None:
            self.matrix.show_counts(np.zeros((0, 0), np.int64), ())
            self.caption.setText("It is counted after every epoch.")
            return
        self.matrix.show_counts(newest.confusion, self._names)
        right = np.trace(newest.confusion) / max(1, newest.confusion.sum())
        self.caption.setText(
            f"epoch {count(newest.epoch)} · {percent(right)} right of {count(newest.images)} images"
        )
