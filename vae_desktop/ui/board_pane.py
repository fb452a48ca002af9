"""A run's board with its name and β; several of them stand side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from vae_desktop.core.events import Floats
from vae_desktop.core.latents import Bytes
from vae_desktop.core.span import quantile_levels
from vae_desktop.core.traversal import Importance, Rows
from vae_desktop.core.traversal_sheet import decoding_as
from vae_desktop.core.traverse_run import as_class, captions
from vae_desktop.session.boards import BoardSource, BoardWish, DrawnBoard
from vae_desktop.ui.base_desk import Start
from vae_desktop.ui.board_canvas import BoardCanvas
from vae_desktop.ui.board_controls import BoardSettings
from vae_desktop.ui.board_export import BoardToSave
from vae_desktop.ui.icons import icon
from vae_desktop.ui.labels import Caption, TextLine

if TYPE_CHECKING:
    from vae_desktop.session.decoder import Decoder


class BoardPane(QWidget):
    """One board: asks for pictures, shows them.

    Args:
        decoder: the run's model; None while there is none.
        removable: whether it can be taken away; then it cannot be dragged, because its codes
            are not those that the other tabs share.

    Attributes:
        importance: what its latents tell; None before anything is known.
        codes: (n, D), the encoded test images; None where they are not here.
        newest: the newest board; the canvas shows it when the page draws.
    """

    drawn = Signal()
    failed = Signal(object)
    remove_requested = Signal()

    def __init__(self, decoder: Callable[[], Decoder | None], *, removable: bool) -> None:
        super().__init__()
        self._decoder = decoder
        self.source = BoardSource(decoder, self)
        self.canvas = BoardCanvas(draggable=not removable)
        self.name, self.caption = TextLine(gives_way=True), Caption()
        self.remove = QToolButton()
        self.importance: Importance | None = None
        self.codes: Floats | None = None
        self.newest: DrawnBoard | None = None
        self._settings = BoardSettings()
        self._shape = (1, 28, 28)
        self._start: Start | None = None
        self._has_prior, self._base = True, ""
        self._label = self._image_label = 0
        self._class = ""
        self.run_name = ""
        self._lay_out(removable)
        self.source.drawn.connect(self._on_drawn)
        self.source.failed.connect(self.failed)
        self.canvas.rows_wanted.connect(self._on_rows_wanted)
        self.canvas.pointed.connect(self._on_pointed)
        self.remove.clicked.connect(self.remove_requested)

    def show_name(self, run: str, weight: str, step: str) -> None:
        """Which run, what weighs its KL term, and whose weights."""
        self.run_name = run
        self.name.setText(", ".join(part for part in (run, weight, step) if part))

    @property
    def rows(self) -> Rows:
        """The latents that are shown, in order."""
        if self.importance is None:
            return np.zeros(0, np.int64)
        return self.importance.rows(self._settings.which)

    @property
    def why_empty(self) -> str:
        """Why there is no board; "" where there is one or will be."""
        if self.importance is None:
            return "The rows come with the first losses."
        if self._start is None:
            return "The test images are being read."
        if not len(self.rows):
            word, other = "in use", "unused"
            if self._settings.which == "unused":
                word, other = other, word
            count = len(self.importance.values)
            return f"None of the {count} latents is {word}." if count > 1 else f"z1 is {other}."
        if self._settings.span.needs_codes and self.codes is None:
            return "The quantiles come when the test images are encoded."
        return ""

    def forget(self) -> None:
        """Another run takes the place of this one."""
        self.source.forget()
        self.importance = self.codes = self.newest = self._start = None
        self.canvas.show_board(None)
        self.canvas.show_importance(None)

    def show_model(self, shape: tuple[int, int, int], has_prior: bool) -> None:
        """What the pictures are like, and whether there is a prior."""
        self._shape, self._has_prior = shape, has_prior

    def show_settings(self, settings: BoardSettings) -> None:
        """Show the board otherwise; `ask` for it."""
        self._settings = settings

    def show_start(self, start: Start, words: str) -> None:
        """Where the latents are held, and what that is for a reader; `ask` for the board."""
        self._start, self._base = start, words

    def show_class(self, label: int, image_label: int, names: Sequence[str]) -> None:
        """What a conditional model decodes as, what class the base's image is of, all names."""
        self._label, self._image_label = label, image_label
        self._class = names[label] if self.is_conditional else ""

    def decode(self, code: Floats) -> Bytes:
        """The picture (C, H, W) of a code (D,), as on the board."""
        decoder = self._decoder()
        assert decoder is not None  # there was a board
        return np.asarray(decoding_as(decoder, self._label)(code[None])[0], np.uint8)

    @property
    def is_conditional(self) -> bool:
        """Whether its model is told classes."""
        decoder = self._decoder()
        return decoder is not None and decoder.classes > 0

    def ask(self, *, urgent: bool) -> None:
        """Want the board drawn with what was last said."""
        self._show_frame()
        start = self._start
        if start is None or self.why_empty:
            return
        is_image = start.dtype == np.uint8
        wish = BoardWish(
            image=start if is_image else None,  # type: ignore[arg-type]
            code=None if is_image else start,  # type: ignore[arg-type]
            latents=self.rows,
            span=self._settings.span,
            steps=self._settings.steps,
            codes=self.codes if self._settings.span.needs_codes else None,
            rows=self.canvas.rows_in_view(),
            difference=self._settings.difference,
            label=self._label,
            image_label=self._image_label,
        )
        self.source.ask(wish, urgent=urgent)

    def draw(self) -> None:
        """Put the newest board on the screen."""
        if self.newest is None or self.why_empty:
            return
        board = self.newest.traversal
        # One of rows or steps that are no longer wanted: the next is on its way.
        if np.array_equal(board.latents, self.canvas.rows) and board.steps == self._settings.steps:
            self.canvas.show_board(self.newest)

    def to_save(self) -> BoardToSave | None:
        """The board on view with all its rows, to be saved; None where there is none."""
        board, importance, coder = self.newest, self.importance, self.source.coder()
        if board is None or importance is None or coder is None or self.why_empty:
            return None
        settings = self._settings
        caption = captions(
            self.name.text(),
            settings.span.text(self._has_prior),
            settings.steps,
            as_class(self._base, self._class),
            importance,
            difference=settings.difference,
        )
        return BoardToSave(
            self.run_name,
            decoding_as(coder, self._label),
            board.traversal,
            importance,
            settings.span,
            caption,
            settings.difference,
        )

    def shutdown(self) -> None:
        """End what runs in the background."""
        self.source.shutdown()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.remove.setIcon(icon("close", self.palette()))

    def _show_frame(self) -> None:
        """Rows and columns as they will be; their pictures follow."""
        settings = self._settings
        rows = self.rows if not self.why_empty else np.zeros(0, np.int64)
        if not np.array_equal(rows, self.canvas.rows) or settings.steps != self._shown_steps():
            self.canvas.show_board(None)
        self.canvas.set_up(self._shape, rows, settings.steps, settings.span.needs_codes)
        self.canvas.show_importance(self.importance)
        self.canvas.show_note(self.why_empty)
        heads: list[str] = []
        if settings.span.needs_codes:
            levels = quantile_levels(settings.span, settings.steps)
            heads = [f"{100 * level:.3g} %" for level in levels]
        text = f"z of each row: {settings.span.text(self._has_prior)}"
        if self._class:
            text += f", decoded as “{self._class}”"
        if settings.difference:
            text += "; orange is brighter than the base, blue darker"
        self.canvas.show_words(text, f"Base: {self._base}", heads)
        self._on_pointed("")

    def _shown_steps(self) -> int:
        drawn = self.canvas.drawn
        return self._settings.steps if drawn is None else drawn.traversal.steps

    def _lay_out(self, removable: bool) -> None:
        self.remove.setAutoRaise(True)
        self.remove.setIconSize(QSize(16, 16))
        self.remove.setAccessibleName("Take this board away")
        self.remove.setToolTip("Take this board away; the run stays.")
        keeping = self.remove.sizePolicy()
        keeping.setRetainSizeWhenHidden(True)
        self.remove.setSizePolicy(keeping)
        self.remove.setVisible(removable)
        self.remove.setIcon(icon("close", self.palette()))
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.name, 1)
        top.addWidget(self.remove)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.caption)

    @Slot(object)
    def _on_drawn(self, board: DrawnBoard) -> None:
        self.newest = board
        self.drawn.emit()

    @Slot()
    def _on_rows_wanted(self) -> None:
        board = self.newest
        first, last = self.canvas.rows_in_view()
        there = board is not None and board.first <= first
        if not there or board is None or last > board.first + len(board.pictures):
            self.ask(urgent=True)

    @Slot(str)
    def _on_pointed(self, reading: str) -> None:
        sentence = self.importance.sentence if self.importance is not None else ""
        self.caption.setText(reading or sentence)
