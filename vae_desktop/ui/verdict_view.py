"""What a classifier reads in a picture: the likeliest classes, with their chances as bars."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vae_desktop.core.events import Floats
from vae_desktop.ui.fonts import tabular
from vae_desktop.ui.theme import accent, hairline, ink, mixed, muted

MOST = 3
_GAP = 8


class VerdictView(QWidget):
    """Up to three lines: a class, a bar, a chance in per cent."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, float]] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("What the classifier reads")

    def show_chances(self, chances: Floats | None, names: Sequence[str]) -> None:
        """Show the likeliest of classes with chances (K,), or nothing."""
        if chances is None:
            self.lines = []
        else:
            order = np.argsort(-chances, kind="stable")[:MOST]
            self.lines = [(names[label], float(chances[label])) for label in order]
        text = ", ".join(f"{name} {chance_text(chance)}" for name, chance in self.lines)
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, MOST * self._line())

    def minimumSizeHint(self) -> QSize:
        return QSize(96, MOST * self._line())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours, line = self.palette(), self._line()
        right = self.fontMetrics().horizontalAdvance("100 % ")
        longest = max((self._wide(name) for name, _ in self.lines), default=0)
        left = min(longest, self.width() // 3) + _GAP
        for row, (name, chance) in enumerate(self.lines):
            bold = row == 0
            painter.setFont(tabular(self.font(), bold=bold))
            painter.setPen(ink(colours) if bold else muted(colours))
            area = QRectF(0, row * line, left - _GAP, line)
            short = painter.fontMetrics().elidedText(
                name, Qt.TextElideMode.ElideRight, int(area.width()) + 1
            )
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, short)
            percent = QRectF(self.width() - right, row * line, right, line)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(percent, flags, chance_text(chance))
            track = QRectF(left, row * line + line / 2 - 3, self.width() - left - right - _GAP, 6)
            painter.fillRect(track, mixed(hairline(colours), colours.window().color(), 0.5))
            track.setWidth(max(0.0, track.width() * chance))
            painter.fillRect(track, accent(colours) if bold else muted(colours))

    def _wide(self, name: str) -> int:
        return self.fontMetrics().horizontalAdvance(name) + 4

    def _line(self) -> int:
        return self.fontMetrics().height() + 4


def chance_text(chance: float) -> str:
    """A chance in whole per cent, with certainty and its absence only where they are exact."""
    if 0.995 <= chance < 1:
        return ">99 %"
    if 0 < chance < 0.005:
        return "<1 %"
    return f"{100 * chance:.0f} %"
