"""Words in the window: headings, captions, and text that gives way."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from vae_desktop.ui.fonts import use_tabular


class MutedLabel(QLabel):
    """Text in the lighter tone of units and captions."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)


class TextLine(QWidget):
    """One line of text that changes often; what is too long ends in an ellipsis.

    Its size does not depend on the text. A `QLabel` asks for a new layout with every text it
    is given, and behind a splitter and a stack that repaints the whole window.

    Args:
        widest: a text as wide as the line would like to be; "" where it takes what it gets.
        muted: in the lighter tone of captions.
        gives_way: it may become narrower than its widest text.
    """

    def __init__(self, widest: str = "", *, muted: bool = False, gives_way: bool = False) -> None:
        super().__init__()
        use_tabular(self)
        self._text, self._widest, self._gives_way = "", widest, gives_way or not widest
        self._alignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        role = QPalette.ColorRole.PlaceholderText if muted else QPalette.ColorRole.WindowText
        self.setForegroundRole(role)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """What the line says."""
        return self._text

    def setText(self, text: str) -> None:
        """Say something else."""
        if text != self._text:
            self._text = text
            self.setAccessibleDescription(text)
            self.update()

    def set_widest(self, widest: str) -> None:
        """Make room for another widest text."""
        if widest != self._widest:
            self._widest = widest
            self.updateGeometry()

    def setAlignment(self, alignment: Qt.AlignmentFlag) -> None:
        """Where in its width the text stands."""
        self._alignment = alignment
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._widest) or 64, metrics.height())

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(0, hint.height()) if self._gives_way else hint

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), self._alignment, text)


class Caption(TextLine):
    """A line in the lighter tone; the whole of it is its tooltip."""

    def __init__(self) -> None:
        super().__init__(muted=True)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)


class CountingLabel(TextLine):
    """A number that counts: as wide as its widest text from the start, so nothing moves."""

    def __init__(self, name: str, widest: str) -> None:
        super().__init__(widest)
        self.setAccessibleName(name)


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
        layout.addStretch()
