"""A flat button with an icon that follows the palette."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QToolButton

from vae_desktop.ui.icons import icon


class IconButton(QToolButton):
    """Says by an icon what it does.

    Args:
        name: the drawing in `resources/icons`.
        title: for screen readers.
        sentence: what a click does.
    """

    def __init__(self, name: str, title: str, sentence: str) -> None:
        super().__init__()
        self._name = name
        self.setAccessibleName(title)
        self.setToolTip(sentence)
        self.setAutoRaise(True)
        self.setIconSize(QSize(16, 16))
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        self.setIcon(icon(self._name, self.palette()))
