"""Pictures into files: asks where, writes, and says so."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from vae_desktop.core.imaging import tile, write_gif, write_png
from vae_desktop.session.state import Failure
from vae_desktop.ui.ask import Ask

Bytes = NDArray[np.uint8]

PNG, GIF = "PNG (*.png)", "GIF (*.gif)"
_GIF_ENLARGE = 6
_GAP = 2


class PictureSaver(QObject):
    """Asks for a file, writes it and says so.

    Args:
        ask: asks for the file.
        parent: the widget that questions belong to.
    """

    noticed = Signal(str)
    failed = Signal(object)

    def __init__(self, ask: Ask, parent: QWidget) -> None:
        super().__init__(parent)
        self._ask, self._window = ask, parent

    def save_strip(self, name: str, pictures: Bytes, columns: int) -> None:
        """Pictures (n, C, H, W) side by side as one PNG."""
        if len(pictures):
            self.save_picture(name, tile(pictures, columns, _GAP))

    def save_picture(self, name: str, picture: Bytes) -> None:
        """One picture (H, W) or (H, W, 3) as PNG."""
        self.save(name, PNG, lambda path: write_png(path, picture))

    def save_gif(self, name: str, pictures: Bytes) -> None:
        """Pictures (n, C, H, W) as a film."""
        if len(pictures):
            self.save(name, GIF, lambda path: write_gif(path, pictures, enlarge=_GIF_ENLARGE))

    def save(self, name: str, kinds: str, write: Callable[[Path], None]) -> None:
        """Ask for a file of some kinds and have it written."""
        path = self._ask.choose_file_to_save(self._window, "Save", Path.home() / name, kinds)
        if path is not None:
            self.write(path, write)

    def write(self, path: Path, write: Callable[[Path], None]) -> None:
        """Have a file or folder written."""
        try:
            write(path)
        except OSError as error:
            reason = error.strerror or "it cannot be written"
            self.failed.emit(Failure(f"{path} is not saved: {reason}. Choose another folder."))
        else:
            self.noticed.emit(f"Saved in {path}.")
