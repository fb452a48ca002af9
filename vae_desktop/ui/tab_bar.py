"""Flat tabs over a hairline: the one on view is underlined."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QTabBar, QTabWidget

from vae_desktop.ui.theme import accent, hairline, ink, muted

_LINE = 2


class FlatTabBar(QTabBar):
    """Tabs as words in a row, the current one underlined in the accent."""

    def __init__(self) -> None:
        super().__init__()
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setAccessibleName("Tabs")

    def tabSizeHint(self, index: int) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.tabText(index)) + 32, metrics.height() + 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = self.palette()
        for index in range(self.count()):
            area = self.tabRect(index)
            current = index == self.currentIndex()
            painter.setPen(ink(colours) if current else muted(colours))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.tabText(index))
            if current:
                painter.fillRect(_under(area, _LINE), accent(colours))
            if current and self.hasFocus():
                painter.setPen(accent(colours))
                painter.drawRect(area.adjusted(6, 6, -6, -8))


def _under(area: QRect, height: int) -> QRect:
    return QRect(area.left(), area.bottom() + 1 - height, area.width(), height)


class FlatTabs(QTabWidget):
    """Pages under flat tabs."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabBar(FlatTabBar())
        self.setDocumentMode(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        bar = QRect(0, 0, self.width(), self.tabBar().height())
        painter.fillRect(_under(bar, 1), hairline(self.palette()))
