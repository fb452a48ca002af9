"""Words in the window: headings, captions, and text that gives way."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from vae_desktop.ui.fonts import use_tabular


class MutedLabel(QLabel):
    """Text in the lighter tone of units and captions."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)


class Caption(MutedLabel):
    """One line of numbers and words; where it is too long it ends in an ellipsis."""

    def __init__(self) -> None:
        super().__init__()
        use_tabular(self)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(64, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), self.alignment(), text)


class CountingLabel(QLabel):
    """A number that counts: as wide as its widest text from the start, so nothing moves."""

    def __init__(self, name: str, widest: str) -> None:
        super().__init__()
        use_tabular(self)
        self.setAccessibleName(name)
        self._widest = widest

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._widest)
        return super().sizeHint().expandedTo(QSize(width, 0))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class Heading(QWidget):
    """A panel's title and, lighter, its unit."""

    def __init__(self, title: str, remark: str = "") -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self.title = QLabel(title)
        font = self.title.font()
        font.setWeight(QFont.Weight.DemiBold)
        self.title.setFont(font)
        self.remark = MutedLabel(remark)
        for label in (self.title, self.remark):
            layout.addWidget(label, alignment=Qt.AlignmentFlag.AlignVCenter)
