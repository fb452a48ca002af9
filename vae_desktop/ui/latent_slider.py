"""The slider of one latent: its name, how much it says, and its value in units of σ."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy

from vae_desktop.core.projection import axis_name
from vae_desktop.ui.fonts import tabular
from vae_desktop.ui.theme import KL, accent, hairline, ink, mixed, muted

REACH = 4.0
"""The slider's ends, in σ to either side of the mean."""
_STEPS = 100
"""Positions in a σ."""
_STEP, _FINE_STEP, _PAGE = 10, 1, 100
_NAME_WIDTH, _KNOB, _MARGIN = 40, 6.0, 9.0


@dataclass(frozen=True)
class Bearing:
    """What a latent's slider is to show besides its value.

    Attributes:
        latent: from 0.
        mean, deviation: where 0 σ is, and how long a σ is; the deviation is above 0.
        share: of its KL (or variance) in that of the latent with most, in [0, 1].
        used: whether it is in use.
        says: how much it says, in words.
    """

    latent: int
    mean: float = 0.0
    deviation: float = 1.0
    share: float = 0.0
    used: bool = True
    says: str = ""


class LatentSlider(QAbstractSlider):
    """A track with a mark at every σ.

    Qt's own slider has places only, so the exact value is kept beside them: it may lie between
    two of them, or beyond the ends.

    Attributes:
        bearing: what is shown besides the value.
        exact: the value.
    """

    moved = Signal(int, float)
    """The user has moved it: the latent, and its value from now on."""
    zeroed = Signal(int)
    taken = Signal(int)
    """The user has turned to this latent."""

    def __init__(self) -> None:
        super().__init__()
        self.bearing, self.exact = Bearing(0), 0.0
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(round(-REACH * _STEPS), round(REACH * _STEPS))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_bearing(self.bearing)

    def show_bearing(self, bearing: Bearing) -> None:
        """Be the slider of a latent."""
        self.bearing = bearing
        name = axis_name(bearing.latent)
        said = f" {bearing.says}." if bearing.says else ""
        unused = "" if bearing.used else " Not in use: the picture hardly changes with it."
        self.setAccessibleName(f"Latent {bearing.latent + 1}")
        self.setToolTip(f"<span>{name}.{said}{unused} Double-click to set it to 0.</span>")
        self.show_exact(self.exact)
        self.update()

    def show_exact(self, value: float) -> None:
        """Show a value; nothing is emitted."""
        self.exact = value
        self.setAccessibleDescription(f"{value:.2f}")
        self.blockSignals(True)
        self.setValue(self._place(value))
        self.blockSignals(False)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(180, 26)

    def minimumSizeHint(self) -> QSize:
        return QSize(110, 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_name(painter)
        self._paint_track(painter)
        self._paint_knob(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.taken.emit(self.bearing.latent)
            if event.position().x() >= _NAME_WIDTH:
                self._move_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._move_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.zeroed.emit(self.bearing.latent)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the list scrolls, not the value

    def keyPressEvent(self, event: QKeyEvent) -> None:
        fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        step = _FINE_STEP if fine else _STEP
        keys = Qt.Key
        steps = {
            keys.Key_Left: -step,
            keys.Key_Right: step,
            keys.Key_Down: -step,
            keys.Key_Up: step,
            keys.Key_PageDown: -_PAGE,
            keys.Key_PageUp: _PAGE,
        }
        if event.key() in steps:
            change = steps[keys(event.key())] / _STEPS * self.bearing.deviation
            self._tell(self.exact + change)
        elif event.key() == keys.Key_Home:
            self._tell(self._value(self.minimum()))
        elif event.key() == keys.Key_End:
            self._tell(self._value(self.maximum()))
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.taken.emit(self.bearing.latent)
            self.update()
        elif event.type() == QEvent.Type.FocusOut:
            self.update()
        return super().event(event)

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        super().sliderChange(change)
        moved = change is QAbstractSlider.SliderChange.SliderValueChange
        # A screen reader may move the slider too; what is shown by us blocks the signals.
        if moved and not self.signalsBlocked():
            self._tell(self._value(self.value()))

    def _place(self, value: float) -> int:
        """The slider's place nearest to a value; in the middle for one that is no number."""
        if value != value:
            return 0
        sigmas = (value - self.bearing.mean) / self.bearing.deviation
        return round(min(max(sigmas, -REACH), REACH) * _STEPS)

    def _value(self, place: int) -> float:
        return self.bearing.mean + place / _STEPS * self.bearing.deviation

    def _tell(self, value: float) -> None:
        self.show_exact(value)
        self.moved.emit(self.bearing.latent, value)

    def _track(self) -> tuple[float, float]:
        """Left and right end of the track, in pixels."""
        return _NAME_WIDTH + _MARGIN, max(self.width() - _MARGIN, _NAME_WIDTH + _MARGIN + 1)

    def _x(self, place: float) -> float:
        left, right = self._track()
        return left + (place - self.minimum()) / (self.maximum() - self.minimum()) * (right - left)

    def _move_to(self, x: float) -> None:
        left, right = self._track()
        share = min(max((x - left) / (right - left), 0.0), 1.0)
        place = round(self.minimum() + share * (self.maximum() - self.minimum()))
        self._tell(self._value(place))

    def _paint_name(self, painter: QPainter) -> None:
        colours = self.palette()
        painter.setFont(tabular(self.font()))
        painter.setPen(ink(colours) if self.bearing.used else muted(colours))
        room = QRectF(4, 0, _NAME_WIDTH - 4, self.height() - 5)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, left, axis_name(self.bearing.latent))
        bar = QRectF(4, self.height() - 6, _NAME_WIDTH - 8, 3)
        painter.fillRect(bar, mixed(hairline(colours), self._ground(), 0.5))
        bar.setWidth(bar.width() * self.bearing.share)
        painter.fillRect(bar, KL if self.bearing.used else hairline(colours))

    def _paint_track(self, painter: QPainter) -> None:
        colours, middle = self.palette(), self.height() / 2
        left, right = self._track()
        pen = QPen(hairline(colours), 2)
        if not self.bearing.used:
            pen.setStyle(Qt.PenStyle.DotLine)
        for sigma in range(round(-REACH) + 1, round(REACH)):
            x, half = self._x(sigma * _STEPS), 6 if sigma == 0 else 4
            painter.setPen(QPen(muted(colours) if sigma == 0 else hairline(colours), 1))
            painter.drawLine(QLineF(x, middle - half, x, middle + half))
        painter.setPen(pen)
        painter.drawLine(QLineF(left, middle, right, middle))
        if self.bearing.used:
            painter.setPen(QPen(mixed(accent(colours), self._ground(), 0.6), 3))
            painter.drawLine(QLineF(self._x(0), middle, self._x(self._place(self.exact)), middle))

    def _paint_knob(self, painter: QPainter) -> None:
        colours = self.palette()
        centre = QPointF(self._x(self._place(self.exact)), self.height() / 2)
        if self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mixed(accent(colours), self._ground(), 0.3))
            painter.drawEllipse(centre, _KNOB + 3, _KNOB + 3)
        painter.setPen(QPen(self._ground(), 1.5))
        painter.setBrush(accent(colours) if self.bearing.used else muted(colours))
        painter.drawEllipse(centre, _KNOB, _KNOB)

    def _ground(self) -> QColor:
        return self.palette().color(self.backgroundRole())
