"""What the space bar does in the window."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget


class SpaceKey(QObject):
    """Presses what was reached with the Tab key; everywhere else it is `pressed`."""

    pressed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        QShortcut(QKeySequence(Qt.Key.Key_Space), window).activated.connect(self._on_activated)

    def _on_activated(self) -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, QAbstractButton):
            focus.click()
        elif isinstance(focus, QComboBox):
            focus.showPopup()
        else:
            self.pressed.emit()
