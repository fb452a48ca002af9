"""The button that trains, in the accent: the first thing to press."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QPalette

from vae_desktop.ui.icons import icon
from vae_desktop.ui.primary_button import PrimaryButton


class StartButton(PrimaryButton):
    """Looks like its action, and does it."""

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self._action = action
        self.setIconSize(QSize(16, 16))
        self.setMinimumHeight(32)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _follow(self) -> None:
        self.setText(self._action.text())
        self.setToolTip(self._action.toolTip())
        self.setEnabled(self._action.isEnabled())

    def _tint(self) -> None:
        self.setIcon(icon("play", self.palette(), QPalette.ColorRole.HighlightedText))
