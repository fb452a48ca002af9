"""Reads a saved run on a thread of its own."""

import traceback
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from vae_desktop.core import runs
from vae_desktop.core.errors import UserError
from vae_desktop.session.state import Failure


class RunReader(QObject):
    """Reads one run's folder; emits exactly one of `opened` (a `SavedRun`) and `failed`."""

    opened = Signal(object)
    failed = Signal(object)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    @Slot()
    def run(self) -> None:
        """Read; called once, on the reader's thread."""
        try:
            self.opened.emit(runs.read(self._folder))
        except UserError as error:
            self.failed.emit(Failure(str(error)))
        except Exception as error:
            sentence = f"{self._folder} cannot be opened ({type(error).__name__}: {error})."
            self.failed.emit(Failure(sentence, traceback.format_exc()))
