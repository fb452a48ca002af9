"""The editor of a folder: a line to type in and a button to choose with."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QToolButton

from vae_desktop.ui.editors import TextEditor
from vae_desktop.ui.icons import icon

ChooseFolder = Callable[[Path | None], Path | None]


class FolderEditor(TextEditor):
    """A folder on disk; `choose` asks the user for one, starting at the present one."""

    def __init__(self, choose: ChooseFolder) -> None:
        super().__init__()
        self._choose = choose
        self.button = QToolButton()
        self.button.setToolTip("Choose a folder.")
        self.button.setAccessibleName("Choose a folder")
        self.button.clicked.connect(self._on_clicked)
        self._row.addWidget(self.button)
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def set_hint(self, hint: str) -> None:
        """Say what an empty line means."""
        self.line.setPlaceholderText(hint)

    def _tint(self) -> None:
        self.button.setIcon(icon("folder", self.palette()))

    def _on_clicked(self) -> None:
        present = self.value()
        chosen = self._choose(Path(present) if present else None)
        if chosen is not None:
            self.set_value(chosen)
