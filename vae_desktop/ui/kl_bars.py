"""Which latents the model uses: the KL term of each as a bar."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from vae_desktop.core.events import KL_IN_USE, Batches, Evaluation, Event
from vae_desktop.ui.chip import Chip
from vae_desktop.ui.fonts import tabular
from vae_desktop.ui.labels import Caption, Heading
from vae_desktop.ui.live import RunPanel
from vae_desktop.ui.numbers import latent_name, nats
from vae_desktop.ui.theme import KL, hairline, ink, muted

_INTERVAL = 0.1
_MAX_BAR = 48
_LOG_DECADES_BELOW = 1
_ORDER_INERTIA = 0.9
_MEANING = (
    f"A latent is in use when its KL is at least {KL_IN_USE} nats: below that its code is "
    "the same for every picture, and the decoder learns nothing from it."
)


class Bars(QWidget):
    """The bars themselves: tallest first, those not in use grey and behind a dashed line."""

    def __init__(self) -> None:
        super().__init__()
        self.values = np.zeros(0, np.float32)
        self.order = np.zeros(0, np.intp)
        self.logarithmic = False
        self._top = 1.0
        self.setAccessibleName("KL per latent")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setToolTip(_MEANING)
        self.setMouseTracking(True)

    def show_values(self, values: NDArray[np.float32], order: NDArray[np.intp]) -> None:
        """Show the KL of every latent, drawn in this order."""
        self.values, self.order = values, order
        peak = float(values[np.isfinite(values)].max(initial=0.0))
        if not 0.55 * self._top <= peak <= self._top:
            self._top = _round_up(peak)
        self.setAccessibleDescription(
            ", ".join(f"{latent_name(j)} {nats(values[j])}" for j in order[:8])
        )
        self.update()

    @property
    def in_use(self) -> int:
        """How many latents carry something."""
        return int(np.count_nonzero(self.values >= KL_IN_USE))

    def sizeHint(self) -> QSize:
        return QSize(320, 160)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 96)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(tabular(self.font(), -1))
        area = self._area()
        if len(self.values):
            self._paint_bars(painter, area)
            self._paint_threshold(painter, area)
        painter.setPen(hairline(self.palette()))
        painter.drawLine(area.bottomLeft(), area.bottomRight())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        rank = self._rank_at(event.position().x())
        self.setToolTip(_MEANING if rank is None else self._tip(int(self.order[rank])))

    def _area(self) -> QRectF:
        line = self.fontMetrics().height()
        return QRectF(self.rect()).adjusted(8, line + 8, -8, -line - 4)

    def _tip(self, latent: int) -> str:
        value = f"{latent_name(latent)}: {self.values[latent]:.4f} nats per image."
        return f"<span>{value} {_MEANING}</span>"

    def _slot(self, area: QRectF) -> float:
        return min(area.width() / max(1, len(self.values)), _MAX_BAR * 1.5)

    def _rank_at(self, x: float) -> int | None:
        area = self._area()
        rank = int((x - area.left()) // self._slot(area))
        return rank if 0 <= rank < len(self.values) else None

    def _height(self, value: float) -> float:
        """The height of a value as a share of the area."""
        if not math.isfinite(value):
            return 1.0 if value > 0 else 0.0
        if not self.logarithmic:
            return max(0.0, value) / self._top
        floor = math.log10(KL_IN_USE) - _LOG_DECADES_BELOW
        span = math.log10(self._top) - floor
        return max(0.0, (math.log10(max(value, 1e-12)) - floor) / span)

    def _paint_bars(self, painter: QPainter, area: QRectF) -> None:
        slot = self._slot(area)
        gap = 8.0 if slot > 24 else 1.0 if slot > 3 else 0.0
        metrics = painter.fontMetrics()
        names_fit = slot >= metrics.horizontalAdvance("z888") + 2
        values_fit = slot >= metrics.horizontalAdvance("88.88") + 4
        for rank, latent in enumerate(self.order):
            value = float(self.values[latent])
            height = area.height() * self._height(value)
            left = area.left() + rank * slot
            bar = QRectF(left, area.bottom() - height, slot - gap, height)
            painter.fillRect(bar, self._colour(value))
            if names_fit:
                name = latent_name(int(latent))
                self._paint_label(painter, bar, nats(value) if values_fit else "", name)

    def _colour(self, value: float) -> QColor:
        return KL if value >= KL_IN_USE else hairline(self.palette())

    def _paint_label(self, painter: QPainter, bar: QRectF, value: str, name: str) -> None:
        line = painter.fontMetrics().height()
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
        above = QRectF(bar.left(), bar.top() - line - 2, bar.width(), line)
        below = QRectF(bar.left(), bar.bottom() + 4, bar.width(), line)
        painter.setPen(ink(self.palette()))
        painter.drawText(above, centre, value)
        painter.setPen(muted(self.palette()))
        painter.drawText(below, centre, name)

    def _paint_threshold(self, painter: QPainter, area: QRectF) -> None:
        pen = QPen(muted(self.palette()), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        if self.logarithmic:
            y = round(area.bottom() - area.height() * self._height(KL_IN_USE)) + 0.5
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            self._paint_threshold_label(painter, area, y)
        elif self.in_use < len(self.values):
            x = round(area.left() + self.in_use * self._slot(area)) - 0.5
            painter.drawLine(QPointF(x, area.top() - 8), QPointF(x, area.bottom()))
            text = f"below {KL_IN_USE} nats: not in use"
            width = painter.fontMetrics().horizontalAdvance(text)
            left = x + 6 if x + 6 + width <= self.width() else x - 6 - width
            painter.drawText(QPointF(left, area.top()), text)

    def _paint_threshold_label(self, painter: QPainter, area: QRectF, y: float) -> None:
        """Say what the line is, on a ground of its own: bars may be behind it."""
        metrics, text = painter.fontMetrics(), f"in use from {KL_IN_USE} nats"
        width = metrics.horizontalAdvance(text) + 8
        plate = QRectF(area.right() - width, y - metrics.height() - 2, width, metrics.height())
        painter.fillRect(plate, self.palette().color(self.backgroundRole()))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


class KlBars(RunPanel):
    """Bars of the newest training batches, how many latents are in use, and their sum.

    The bars keep their places while values flicker: their order follows a slow average.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_INTERVAL, parent)
        self.bars = Bars()
        self.summary = Caption()
        self.summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.log = Chip("log", "Logarithmic bars, down to a tenth of the threshold.", checked=False)
        self.log.toggled.connect(self._on_log_toggled)
        top = QHBoxLayout()
        top.addWidget(Heading("KL per latent", "nats"))
        top.addWidget(self.summary, 1)
        top.addWidget(self.log)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.bars, 1)
        self.clear()

    def clear(self) -> None:
        """Forget the run."""
        self._values = np.zeros(0, np.float32)
        self._slow = np.zeros(0, np.float32)
        self.mark_stale()

    def take(self, event: Event) -> None:
        """Remember an event of the run on view."""
        if not isinstance(event, Batches | Evaluation):
            return
        self._values = event.kl_per_latent
        same = len(self._slow) == len(self._values)
        inertia = _ORDER_INERTIA if same and isinstance(event, Batches) else 0.0
        before = self._slow if same else np.zeros(len(self._values), np.float32)
        sane = np.nan_to_num(self._values)
        self._slow = inertia * before + (1 - inertia) * sane
        self.mark_stale()

    def draw(self) -> None:
        self.bars.show_values(self._values, np.argsort(-self._slow, kind="stable"))
        if not len(self._values):
            self.summary.setText("")
            return
        used = f"{self.bars.in_use} of {len(self._values)} in use"
        self.summary.setText(f"{used}, total {nats(float(self._values.sum()))}")

    def _on_log_toggled(self, checked: bool) -> None:
        self.bars.logarithmic = checked
        self.bars.update()


def _round_up(value: float) -> float:
    """A round number not far above a value."""
    if not (value > 0 and math.isfinite(value)):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 3, 5, 7.5, 10) if step * power >= value)
