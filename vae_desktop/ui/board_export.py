"""Saving boards: asks for a file, decodes and writes in the background, and says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QSpinBox, QWidget

from vae_desktop.core.progress import Progress
from vae_desktop.core.span import Span
from vae_desktop.core.traversal import Importance, Traversal
from vae_desktop.core.traversal_files import LARGEST_CELL, SMALLEST_CELL, write_board_png
from vae_desktop.core.traversal_films import write_board_gif, write_row_gifs
from vae_desktop.core.traversal_sheet import Decode, Sheet, make_sheet
from vae_desktop.paths import resource
from vae_desktop.session.state import Failure
from vae_desktop.ui.ask import Ask
from vae_desktop.ui.file_writer import GIF, PNG, FileWriter
from vae_desktop.ui.menu_row import add_row

_USUAL = 64
_NOTHING = "There is no board to save yet; train a model or open a run first."


@dataclass(frozen=True, eq=False)
class BoardToSave:
    """A board as it is on view.

    Attributes:
        name: of its run.
        decode: its decoder, a copy that another thread may use.
        traversal, importance, span, caption, difference: see `make_sheet`.
    """

    name: str
    decode: Decode
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
        parent: the widget that questions belong to.

    Attributes:
        menu: what can be saved.
        writer: saves it.
    """

    noticed = Signal(str)
    failed = Signal(object)

    def __init__(self, boards: Callable[[], list[BoardToSave]], ask: Ask, parent: QWidget) -> None:
        super().__init__(parent)
        self._boards = boards
        self.writer = FileWriter(ask, parent)
        self.writer.noticed.connect(self.noticed)
        self.writer.failed.connect(self.failed)
        self.menu = QMenu("Export", parent)
        self.cell = QSpinBox()
        self.cell.setRange(SMALLEST_CELL, LARGEST_CELL)
        self.cell.setValue(_USUAL)
        self.cell.setSuffix(" px")
        self.cell.setAccessibleName("Width of a cell in the file")
        self._fill()

    def save_png(self) -> None:
        """Every board on view as PNG."""
        self._save("board.png", PNG, _png)

    def save_gif(self) -> None:
        """Every board on view as a film of all its rows."""
        self._save("board.gif", GIF, _gif)

    def save_row_gifs(self) -> None:
        """A film per row."""
        self._save("row.gif", GIF, _row_gifs)

    def shutdown(self) -> None:
        """End what runs in the background."""
        self.writer.shutdown()

    def _fill(self) -> None:
        for text, slot in (
            ("Board as PNG…", self.save_png),
            ("Board as GIF…", self.save_gif),
            ("A GIF per row…", self.save_row_gifs),
        ):
            self.menu.addAction(text).triggered.connect(slot)
        add_row(self.menu, "Cell width", self.cell)

    def _save(self, name: str, kinds: str, write: _Write) -> None:
        boards = self._boards()
        if boards:
            self.writer.save(name, kinds, partial(_save_all, boards, self.cell.value(), write))
        else:
            self.failed.emit(Failure(_NOTHING))


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
        board.decode,
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
    boards: list[BoardToSave], cell: int, write: _Write, path: Path, progress: Progress
) -> list[Path]:
    """Boards after the first get the names of their runs behind the file's.

    Raises:
        ConfigError: a file would be too large.
        OSError: a file cannot be written.
        Cancelled: by `progress`; what is written stays.
    """
    from vae_desktop.core.devices import threads

    files: list[Path] = []
    with threads(1):
        for index, board in enumerate(boards):
            name = f"{path.stem}-{board.name}{path.suffix}" if index else path.name
            files += write(board, path.with_name(name), cell, progress)
    return files
