"""The slim line that shows how far a run is."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vae_desktop.ui.theme import accent, hairline, muted

_TRACK = 4.0
_KNOB = 6.0
_MAX_TICKS = 50


class ProgressLine(QWidget):
    """A whole run from left to right, with a tick at the end of every epoch.

    Attributes:
        share: how much is done, in [0, 1]; None where there is nothing to show.
        epochs: how many ticks part the line; 0 draws none.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.share: float | None = None
        self.epochs = 0
        self.setAccessibleName("Progress of the run")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float | None, epochs: int = 0) -> None:
        """Show progress; an unchanged value repaints nothing."""
        if (share, epochs) == (self.share, self.epochs):
            return
        self.share, self.epochs = share, epochs
        self.setAccessibleDescription("" if share is None else f"{share:.0%}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(_KNOB, (self.height() - _TRACK) / 2, self.width() - 2 * _KNOB, _TRACK)
        painter.setBrush(hairline(self.palette()))
        painter.drawRoundedRect(track, _TRACK / 2, _TRACK / 2)
        self._paint_ticks(painter, track)
        if self.share is not None:
            self._paint_done(painter, track, self.share)

    def _paint_ticks(self, painter: QPainter, track: QRectF) -> None:
        if not 1 < self.epochs <= _MAX_TICKS:
            return
        painter.setBrush(muted(self.palette()))
        for epoch in range(1, self.epochs):
            x = track.left() + track.width() * epoch / self.epochs
            painter.drawRect(QRectF(round(x), track.bottom() + 3, 1, 3))

    def _paint_done(self, painter: QPainter, track: QRectF, share: float) -> None:
        painter.setBrush(accent(self.palette()))
        done = QRectF(track)
        done.setWidth(track.width() * share)
        painter.drawRoundedRect(done, _TRACK / 2, _TRACK / 2)
        painter.drawEllipse(QPointF(done.right(), track.center().y()), _KNOB, _KNOB)
