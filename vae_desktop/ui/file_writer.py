"""Files written in the background: asks where, writes, shows how far it is, and says so."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from vae_desktop.core.errors import UserError
from vae_desktop.core.imaging import tile, write_gif, write_png
from vae_desktop.core.progress import Progress
from vae_desktop.session.jobs import JobRunner
from vae_desktop.session.state import Failure
from vae_desktop.ui.ask import Ask
from vae_desktop.ui.job_line import JobLine

Bytes = NDArray[np.uint8]
Write = Callable[[Path, Progress], list[Path] | None]
"""Writes a file or a folder of files, on a thread of its own; returns the files where they are
several or have other names, else None."""

PNG, GIF = "PNG (*.png)", "GIF (*.gif)"
_GIF_ENLARGE = 6
_GAP = 2
_BUSY = "Another file is still being written; wait for it, or cancel it."


class FileWriter(QObject):
    """Writes one file at a time.

    Args:
        ask: asks for the file.
        parent: the widget that questions belong to.

    Attributes:
        job: shows how far the file is; whoever owns the writer finds a place for it.
    """

    noticed = Signal(str)
    failed = Signal(object)

    def __init__(self, ask: Ask, parent: QWidget) -> None:
        super().__init__(parent)
        self._ask, self._window = ask, parent
        self.job = JobLine()
        self._runner = JobRunner(self)
        self.job.follow(self._runner)
        self._runner.done.connect(self._on_done)
        self._runner.failed.connect(self.failed)

    @property
    def busy(self) -> bool:
        """Whether a file is being written."""
        return self._runner.busy

    def save(self, name: str, kinds: str, write: Write) -> None:
        """Ask for a file of some kinds, with `name` proposed, and have it written."""
        if self._refuses():
            return
        path = self._ask.choose_file_to_save(self._window, "Save", Path.home() / name, kinds)
        if path is not None:
            ending = Path(name).suffix
            right = path.suffix.lower() == ending
            self.write(path if right else path.with_name(f"{path.name}{ending}"), write)

    def save_in_folder(self, question: str, write: Write) -> None:
        """Ask for a folder and have files written into it."""
        if self._refuses():
            return
        folder = self._ask.choose_folder(self._window, question, None)
        if folder is not None:
            self.write(folder, write)

    def save_strip(self, name: str, pictures: Bytes, columns: int) -> None:
        """Pictures (n, C, H, W) as one PNG, row by row."""
        if len(pictures):
            self.save(name, PNG, partial(_write_strip, pictures.copy(), columns))

    def save_picture(self, name: str, picture: Bytes) -> None:
        """One picture (H, W) or (H, W, 3) as PNG."""
        self.save(name, PNG, partial(_write_picture, picture.copy()))

    def save_gif(self, name: str, pictures: Bytes) -> None:
        """Pictures (n, C, H, W) as a film."""
        if len(pictures):
            self.save(name, GIF, partial(_write_gif, pictures.copy()))

    def write(self, path: Path, write: Write) -> None:
        """Have a file or folder written, after whatever is being written was cancelled."""
        self._runner.start(partial(_guarded, path, write))

    def shutdown(self) -> None:
        """End what runs in the background; a file that is not complete is not there."""
        self._runner.shutdown()

    def _refuses(self) -> bool:
        if self.busy:
            self.failed.emit(Failure(_BUSY))
        return self.busy

    @Slot(object)
    def _on_done(self, files: list[Path]) -> None:
        more = f" and {len(files) - 1} more beside it" if len(files) > 1 else ""
        self.noticed.emit(f"Saved in {files[0]}{more}.")


def _guarded(path: Path, write: Write, progress: Progress) -> list[Path]:
    """Write in the background; what prevents it is said with the file's name."""
    try:
        return write(path, progress) or [path]
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise UserError(f"{path} is not saved: {reason}. Choose another folder.") from error
    except MemoryError as error:
        raise UserError(
            f"{path} is not saved: there is not enough memory for it. Choose a smaller picture, "
            "or fewer images."
        ) from error


def _write_strip(pictures: Bytes, columns: int, path: Path, progress: Progress) -> None:
    _write_picture(tile(pictures, columns, _GAP), path, progress)


def _write_picture(picture: Bytes, path: Path, progress: Progress) -> None:
    progress(0.0, "Writing the picture")
    write_png(path, picture)


def _write_gif(pictures: Bytes, path: Path, progress: Progress) -> None:
    progress(0.0, "Writing the film")
    write_gif(path, pictures, enlarge=_GIF_ENLARGE)
