"""The one button of a place that does what the place is for."""

from PySide6.QtGui import QPaintEvent, QPalette
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter


class PrimaryButton(QPushButton):
    """A button in the accent."""

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        if self.isEnabled():
            colours, roles = QPalette(option.palette), QPalette.ColorRole
            colours.setColor(roles.Button, colours.color(roles.Highlight))
            colours.setColor(roles.ButtonText, colours.color(roles.HighlightedText))
            option.palette = colours
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)
