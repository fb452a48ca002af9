"""β over the epochs as a small line: axes, the line, and its value under the mouse."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from vae_desktop.ui import beta_points
from vae_desktop.ui.beta_points import Point
from vae_desktop.ui.fonts import tabular
from vae_desktop.ui.numbers import plain
from vae_desktop.ui.theme import hairline, ink, mixed, muted

_LINES = 6
"""Height in lines of text: 96 pixels at the usual size."""

_HEADROOM = 1.2
_SHADE = 0.12
_SMALLEST = 1e-12  # what is below is drawn as 0


class SchedulePlot(QWidget):
    """A line over the epochs of a run, painted by hand.

    Attributes:
        epochs: the length of the run.
        top: β at the upper end of the axis.
        mouse: where the mouse is in the widget; None where it is elsewhere.
    """

    def __init__(self) -> None:
        super().__init__()
        self.epochs, self.top = 1.0, 1.0
        self._line: tuple[Point, ...] = ()
        self.mouse: QPointF | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_line(self, line: Sequence[Point], epochs: float, *, fit: bool = True) -> None:
        """Show a line through pairs of epoch and β; `fit` chooses the range of β anew."""
        self._line, self.epochs = tuple(line), epochs
        if fit:
            self.top = round_top(max((beta for _, beta in line), default=0.0))
        self.update()

    @property
    def reading(self) -> str:
        """Epoch and β of the line under the mouse, or ""."""
        if self.mouse is None or not self._line:
            return ""
        epoch = min(self.epochs, max(0.0, self.point_at(self.mouse)[0]))
        beta = float(np.interp(epoch, *np.transpose(self._line)))
        at = beta_points.rounded(epoch, self.epochs)
        return f"epoch {plain(at)}  β {plain(float(f'{beta:.3g}'))}"

    def sizeHint(self) -> QSize:
        return QSize(160, _LINES * self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def area(self) -> QRectF:
        """Where the line is drawn."""
        metrics = self.fontMetrics()
        left = metrics.horizontalAdvance(plain(self.top)) + 12
        below = metrics.height() + 4
        return QRectF(self.rect()).adjusted(left, metrics.height() + 6, -6, -below)

    def place_of(self, point: Point) -> QPointF:
        """Where a point is in the widget."""
        area = self.area()
        x = area.left() + area.width() * point[0] / self.epochs
        return QPointF(x, area.bottom() - area.height() * point[1] / self.top)

    def point_at(self, place: QPointF) -> Point:
        """Epoch and β at a place in the widget, also outside of the axes."""
        area = self.area()
        epoch = (place.x() - area.left()) / area.width() * self.epochs
        return epoch, (area.bottom() - place.y()) / area.height() * self.top

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.mouse = event.position()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.mouse = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(tabular(self.font(), -1))
        self._paint_axes(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._line:
            self._paint_line(painter, self.line_colour())

    def line_colour(self) -> QColor:
        """The colour of the line."""
        return muted(self.palette())

    def _paint_line(self, painter: QPainter, colour: QColor) -> None:
        places = [self.place_of(point) for point in self._line]
        bottom = self.area().bottom()
        ground = [QPointF(places[-1].x(), bottom), QPointF(places[0].x(), bottom)]
        painter.setPen(Qt.PenStyle.NoPen)
        window = self.palette().color(self.backgroundRole())
        painter.setBrush(mixed(colour, window, _SHADE))
        painter.drawPolygon(QPolygonF([*places, *ground]))
        painter.setPen(QPen(colour, 1.5))
        painter.drawPolyline(QPolygonF(places))

    def _paint_axes(self, painter: QPainter) -> None:
        area, colours = self.area(), self.palette()
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        line = self.fontMetrics().height()
        painter.setPen(hairline(colours))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.drawLine(area.topLeft(), area.bottomLeft())
        painter.setPen(muted(colours))
        for text, y in ((plain(self.top), area.top()), ("0", area.bottom())):
            painter.drawText(QRectF(0, y - line / 2, area.left() - 8, line), right, text)
        below = QRectF(area.left(), area.bottom() + 3, area.width(), line)
        painter.drawText(below, left, "0")
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, "epoch")
        painter.drawText(below, right, f"{self.epochs:,.0f}")
        above = QRectF(0, 0, self.width() - 6, line)
        painter.drawText(above.adjusted(area.left() - 3, 0, 0, 0), left, "β")
        painter.setPen(ink(colours) if self.isEnabled() else muted(colours))
        painter.drawText(above, right, self.reading)


def round_top(value: float) -> float:
    """A round number with some room above a value: the end of an axis."""
    if value < _SMALLEST:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    steps = (1, 1.5, 2, 3, 5, 7.5, 10, 15)
    return next(step * power for step in steps if step * power >= _HEADROOM * value)
