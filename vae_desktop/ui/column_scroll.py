"""A column that scrolls up and down and is never cut off at the side."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class ColumnScroll(QScrollArea):
    """As wide as its contents need, also beside a scroll bar.

    Args:
        contents: what is scrolled.
        usual_width: how wide it would like to be, in pixels.
    """

    def __init__(self, contents: QWidget, usual_width: int) -> None:
        super().__init__()
        self._contents, self._usual_width = contents, usual_width
        self.setWidget(contents)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def sizeHint(self) -> QSize:
        return QSize(max(self._usual_width, self._least_width()), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._least_width(), 120)

    def _least_width(self) -> int:
        bar = self.verticalScrollBar().sizeHint().width()
        return self._contents.minimumSizeHint().width() + bar
