"""A heading that folds what is under it."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from vae_desktop.ui.icons import pixmap
from vae_desktop.ui.theme import accent, ink, muted

_ARROW = 12
_SPACE = 4


class FoldButton(QAbstractButton):
    """An arrow and words; checked means open."""

    def __init__(self, text: str, name: str, *, heading: bool) -> None:
        super().__init__()
        self.setText(text)
        self.setAccessibleName(name)
        self.setCheckable(True)
        self.setChecked(heading)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._heading = heading
        if heading:
            font = self.font()
            font.setWeight(QFont.Weight.DemiBold)
            self.setFont(font)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self.text()) + _ARROW + _SPACE + 2
        return QSize(width, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = self.palette()
        lively = self.underMouse() or self.hasFocus()
        colour = accent(colours) if lively else (ink if self._heading else muted)(colours)
        name = "chevron-down" if self.isChecked() else "chevron-right"
        arrow = QRect(0, (self.height() - _ARROW) // 2, _ARROW, _ARROW)
        painter.drawPixmap(arrow, pixmap(name, colour, 2 * _ARROW))
        painter.setPen(colour)
        text = self.rect().adjusted(_ARROW + _SPACE, 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self.text())
