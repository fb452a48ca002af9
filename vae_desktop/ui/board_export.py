"""Saving boards: asks for a file, decodes and writes in the background, and says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSpinBox, QWidget, QWidgetAction

from vae_desktop.core.errors import RunError
from vae_desktop.core.progress import Progress
from vae_desktop.core.traversal import Importance, Span, Traversal
from vae_desktop.core.traversal_files import (
    LARGEST_CELL,
    SMALLEST_CELL,
    write_board_gif,
    write_board_png,
    write_row_gifs,
)
from vae_desktop.core.traversal_sheet import Sheet, make_sheet
from vae_desktop.paths import resource
from vae_desktop.session.jobs import JobRunner
from vae_desktop.session.state import Failure
from vae_desktop.ui.ask import Ask
from vae_desktop.ui.job_line import JobLine

if TYPE_CHECKING:
    from vae_desktop.session.decoder import Decoder

_USUAL = 64
_NOTHING = "There is no board to save yet; train a model or open a run first."


@dataclass(frozen=True, eq=False)
class BoardToSave:
    """A board as it is on view.

    Attributes:
        name: of its run.
        coder: its model, a copy that another thread may use.
        traversal, importance, span, caption, difference: see `make_sheet`.
    """

    name: str
    coder: Decoder
    traversal: Traversal
    importance: Importance
    span: Span
    caption: tuple[str, ...]
    difference: bool


class BoardExport(QObject):
    """A menu of what can be saved.

    Args:
        boards: those on view now, the run on view first.
        ask: asks for the file.
        job: shows how far it is.
        parent: the widget that questions belong to.
    """

    noticed = Signal(str)
    failed = Signal(object)

    def __init__(
        self, boards: Callable[[], list[BoardToSave]], ask: Ask, job: JobLine, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._boards, self._ask, self._job, self._window = boards, ask, job, parent
        self._runner = JobRunner(self)
        self.menu = QMenu("Export", parent)
        self.cell = QSpinBox()
        self.cell.setRange(SMALLEST_CELL, LARGEST_CELL)
        self.cell.setValue(_USUAL)
        self.cell.setSuffix(" px")
        self.cell.setAccessibleName("Width of a cell in the file")
        self._fill()
        self._connect()

    def save_png(self) -> None:
        """Every board on view as PNG."""
        self._save("board.png", "PNG (*.png)", _png)

    def save_gif(self) -> None:
        """Every board on view as a film of all its rows."""
        self._save("board.gif", "GIF (*.gif)", _gif)

    def save_row_gifs(self) -> None:
        """A film per row."""
        self._save("row.gif", "GIF (*.gif)", _row_gifs)

    def shutdown(self) -> None:
        """End what runs in the background."""
        self._runner.shutdown()

    def _fill(self) -> None:
        for text, slot in (
            ("Board as PNG…", self.save_png),
            ("Board as GIF…", self.save_gif),
            ("A GIF per row…", self.save_row_gifs),
        ):
            self.menu.addAction(text).triggered.connect(slot)
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(24, 4, 8, 4)
        layout.addWidget(QLabel("Cell width"))
        layout.addWidget(self.cell)
        action = QWidgetAction(self.menu)
        action.setDefaultWidget(row)
        self.menu.addAction(action)

    def _connect(self) -> None:
        self._runner.started.connect(self._job.begin)
        self._runner.progressed.connect(self._job.show_progress)
        self._runner.done.connect(self._on_done)
        self._runner.failed.connect(self._on_failed)
        self._runner.cancelled.connect(self._job.end)
        self._job.cancel_requested.connect(self._runner.cancel)

    def _save(self, name: str, kinds: str, write: _Write) -> None:
        boards = self._boards()
        if not boards:
            self.failed.emit(Failure(_NOTHING))
            return
        start = Path.home() / name
        path = self._ask.choose_file_to_save(self._window, "Save the board", start, kinds)
        if path is None:
            return
        if path.suffix.lower() != Path(name).suffix:
            path = path.with_name(f"{path.name}{Path(name).suffix}")
        self._runner.start(partial(_save_all, boards, path, self.cell.value(), write))

    @Slot(object)
    def _on_done(self, files: list[Path]) -> None:
        self._job.end()
        more = f" and {len(files) - 1} more beside it" if len(files) > 1 else ""
        self.noticed.emit(f"Saved in {files[0]}{more}.")

    @Slot(object)
    def _on_failed(self, failure: Failure) -> None:
        self._job.end()
        self.failed.emit(failure)


def _png(board: BoardToSave, path: Path, cell: int, progress: Progress) -> list[Path]:
    write_board_png(path, _sheet(board, progress), cell, _font())
    return [path]


def _gif(board: BoardToSave, path: Path, cell: int, progress: Progress) -> list[Path]:
    write_board_gif(path, _sheet(board, progress), cell, _font())
    return [path]


def _row_gifs(board: BoardToSave, path: Path, cell: int, progress: Progress) -> list[Path]:
    return write_row_gifs(path, _sheet(board, progress), cell, _font(), progress)


_Write = Callable[[BoardToSave, Path, int, Progress], list[Path]]


def _sheet(board: BoardToSave, progress: Progress) -> Sheet:
    return make_sheet(
        board.coder.decode,
        board.traversal,
        board.importance,
        board.span,
        board.caption,
        difference=board.difference,
        progress=progress,
    )


def _font() -> Path:
    return resource("fonts/Inter-Regular.otf")


def _save_all(
    boards: list[BoardToSave], path: Path, cell: int, write: _Write, progress: Progress
) -> list[Path]:
    """Boards after the first get the names of their runs behind the file's.

    Raises:
        UserError: a file cannot be written, or would be too large.
        Cancelled: by `progress`; what is written stays.
    """
    from vae_desktop.core.devices import threads

    files: list[Path] = []
    with threads(1):
        for index, board in enumerate(boards):
            name = f"{path.stem}-{board.name}{path.suffix}" if index else path.name
            try:
                files += write(board, path.with_name(name), cell, progress)
            except OSError as error:
                reason = error.strerror or "it cannot be written"
                raise RunError(
                    f"{path.with_name(name)} is not saved: {reason}. Choose another folder."
                ) from error
    return files
