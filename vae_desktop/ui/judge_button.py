"""A small button that says which classifier is at hand, and lets another be chosen."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

_NONE = "No classifier"
_TIP = "Which classifier reads the decoded pictures; choose another."


class JudgeButton(QToolButton):
    """Opens a menu: the name of the classifier at hand, and ways to have another."""

    choose_requested = Signal()
    newest_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText("▾")
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        # The menu's own sign would stand beside ours.
        self.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        menu = QMenu(self)
        self.title = menu.addAction(_NONE)
        self.title.setEnabled(False)
        menu.addSeparator()
        self.choose = menu.addAction("Choose another classifier…")
        self.newest = menu.addAction("Use the newest one that suits")
        self.choose.triggered.connect(self.choose_requested)
        self.newest.triggered.connect(self.newest_requested)
        self.setMenu(menu)
        self.show_judge("", chosen=False)

    def show_judge(self, name: str, *, chosen: bool) -> None:
        """Show which classifier is at hand ("" for none), and whether the user chose it."""
        how = "chosen by you" if chosen else "the newest that suits"
        self.title.setText(f"{name} ({how})" if name else _NONE)
        self.choose.setText("Choose another classifier…" if name else "Choose a classifier…")
        self.newest.setEnabled(chosen)
        self.setToolTip(
            f"Read by “{name}”, {how}. {_TIP}" if name else f"{_NONE} is at hand. {_TIP}"
        )
        self.setAccessibleName(f"Classifier: {name or 'none'}")
