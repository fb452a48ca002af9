"""Questions to the user, gathered in one object that tests replace by recorded answers."""

from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget


class Ask(Protocol):
    """What the window may ask; each returns the answer and does nothing else."""

    def choose_folder(self, parent: QWidget, title: str, start: Path | None) -> Path | None:
        """A folder that exists, or None where the user gave up."""

    def choose_file(
        self, parent: QWidget, title: str, start: Path | None, kinds: str
    ) -> Path | None:
        """A file that exists, or None where the user gave up."""

    def choose_file_to_save(
        self, parent: QWidget, title: str, start: Path, kinds: str
    ) -> Path | None:
        """A file to write, or None where the user gave up."""

    def may_close_while_training(self, parent: QWidget) -> bool:
        """True where the window may close although a run is active."""

    def show_text(self, parent: QWidget, title: str, text: str) -> None:
        """Let the user read something."""


class Dialogs:
    """The questions as dialogs."""

    def choose_folder(self, parent: QWidget, title: str, start: Path | None) -> Path | None:
        chosen = QFileDialog.getExistingDirectory(parent, title, str(start or Path.home()))
        return Path(chosen) if chosen else None

    def choose_file(
        self, parent: QWidget, title: str, start: Path | None, kinds: str
    ) -> Path | None:
        chosen, _ = QFileDialog.getOpenFileName(parent, title, str(start or Path.home()), kinds)
        return Path(chosen) if chosen else None

    def choose_file_to_save(
        self, parent: QWidget, title: str, start: Path, kinds: str
    ) -> Path | None:
        chosen, _ = QFileDialog.getSaveFileName(parent, title, str(start), kinds)
        return Path(chosen) if chosen else None

    def may_close_while_training(self, parent: QWidget) -> bool:
        box = QMessageBox(parent)
        box.setWindowTitle("Stop training and close?")
        box.setText("A run is being trained.")
        box.setInformativeText("Closing stops it after the current step; its result is kept.")
        stop = box.addButton("Stop and close", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("Keep training", QMessageBox.ButtonRole.RejectRole)
        box.exec()
        return box.clickedButton() is stop

    def show_text(self, parent: QWidget, title: str, text: str) -> None:
        box = QMessageBox(parent)
        box.setWindowTitle(title)
        box.setText(text)
        box.open()
