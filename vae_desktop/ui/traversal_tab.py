"""The Traversals tab: what each latent does, what it is worth, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.core.data.picture_sources import is_picture_name
from vae_desktop.core.errors import RunError
from vae_desktop.core.events import Batches, Event
from vae_desktop.core.traverse_run import check_traversable
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.state import Failure, State
from vae_desktop.ui.ask import Ask
from vae_desktop.ui.beta_line import BetaLine
from vae_desktop.ui.board_page import BoardPage
from vae_desktop.ui.chip import ChipRow
from vae_desktop.ui.data_tab import dropped_path
from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.factor_lab import FactorLab
from vae_desktop.ui.live import LivePanel
from vae_desktop.ui.rate_plane import KnownRuns, RatePlane
from vae_desktop.ui.tab import Tab

if TYPE_CHECKING:
    from vae_desktop.session.session import OpenedRun

_NO_RUN = "No run yet. Train one now (a few seconds)."
_WAITING = "The board comes with the first weights."
_BOARD = 0


class TraversalTab(Tab):
    """Pages for the run on view, one of which is shown.

    Args:
        on_view: the run that is looked at.
        ask: asks for files and folders.
        known: the folders of saved runs, the newest first.
    """

    title = "Traversals"
    start_requested = Signal()
    train_requested = Signal(object)
    failed = Signal(object)
    noticed = Signal(str)

    def __init__(self, on_view: RunOnView, ask: Ask, known: KnownRuns) -> None:
        super().__init__()
        self._on_view, self._ask, self._known = on_view, ask, known
        self.board = BoardPage(on_view, ask)
        self.lab = FactorLab(on_view, ask)
        self.plane = RatePlane(known)
        self.beta = BetaLine()
        self.compare = QPushButton("Compare with…")
        self.compare.setToolTip("Put the board of a saved run beside this one.")
        self.export = QPushButton("Export")
        self.export.setToolTip("Save the board as a picture or a film.")
        self.export.setMenu(self.board.export.menu)
        self.chips = ChipRow(
            (
                ("Board", "What each latent does, row by row."),
                ("Factor lab", "How well latents match known factors."),
                ("Rate–distortion", "What the codes cost, against how well pictures come back."),
            ),
            "Page",
        )
        self.empty = EmptyState(_NO_RUN, "Train a model")
        self.waiting = EmptyState(_WAITING)
        self._stack, self._pages = QStackedWidget(), QStackedWidget()
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()

    def show_run(self, run: OpenedRun) -> None:
        self.board.show_run(run.folder.name)
        self.beta.show_run(run.config)
        self.lab.show_run(run)
        self.plane.show_run(run.folder, run.config)
        self._show_weight()
        self._show_page()

    def show_state(self, state: State) -> None:
        self.board.show_state(state)
        self.lab.show_state(state)

    def take(self, event: Event) -> None:
        self.board.take(event)
        self.plane.take(event)
        if isinstance(event, Batches) and "beta" in event.terms:
            self.beta.show_beta(float(event.terms["beta"][-1]))
            self._show_weight()

    def live_panels(self) -> Sequence[LivePanel]:
        return self.board, self.plane

    def shutdown(self) -> None:
        """End what runs in the background; nothing runs afterwards."""
        self.board.shutdown()
        self.lab.shutdown()
        self.plane.shutdown()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        path = dropped_path(event)
        if path is not None and is_picture_name(path.name) and self._shows_board():
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_path(event)
        if path is not None and is_picture_name(path.name) and self._shows_board():
            event.acceptProposedAction()
            self.board.put_in(path)
        else:
            event.ignore()

    def _shows_board(self) -> bool:
        return self.board.isVisible()

    def _show_weight(self) -> None:
        for page in (self.board, self.plane):
            page.show_weight(self.beta.text.text())

    def _show_page(self) -> None:
        """The pages, or the sentence that says why there are none."""
        config = self._on_view.config
        if config is None:
            self._stack.setCurrentWidget(self.empty)
            return
        sentence = ""
        if self._on_view.decoder is None:
            sentence = _why_none(config.model.kind)
        self.waiting.sentence.setText(sentence)
        self._stack.setCurrentIndex(1 if sentence else 2)

    def _lay_out(self) -> None:
        self.chips.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(self.chips)
        top.addStretch()
        top.addWidget(self.beta)
        top.addWidget(self.compare)
        top.addWidget(self.export)
        page = QWidget()
        inner = QVBoxLayout(page)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        inner.addLayout(top)
        inner.addWidget(self._pages, 1)
        self._pages.addWidget(self.board)
        self._pages.addWidget(self.lab)
        self._pages.addWidget(self.plane)
        for widget in (self.empty, self.waiting, page):
            self._stack.addWidget(widget)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.addWidget(self._stack)

    def _connect(self) -> None:
        self.empty.requested.connect(self.start_requested)
        self._on_view.weights_changed.connect(self._on_weights_changed)
        self.chips.chosen.connect(self._on_page_chosen)
        self.compare.clicked.connect(self._on_compare)
        self.beta.train_requested.connect(self.train_requested)
        self.beta.refused.connect(self._on_refused)
        self.board.refused.connect(self._on_refused)
        self.board.failed.connect(self.failed)
        self.plane.failed.connect(self.failed)
        self.lab.failed.connect(self.failed)
        self.board.noticed.connect(self.noticed)
        self.lab.noticed.connect(self.noticed)

    @Slot(int)
    def _on_weights_changed(self, step: int) -> None:
        if self._stack.currentIndex() != 2:
            self._show_page()

    @Slot(int)
    def _on_page_chosen(self, index: int) -> None:
        self._pages.setCurrentIndex(index)
        for button in (self.compare, self.export):
            button.setVisible(index == _BOARD)

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        self.failed.emit(Failure(sentence))

    @Slot()
    def _on_compare(self) -> None:
        known = self._known()
        start = known[0].parent if known else None
        folder = self._ask.choose_folder(self, "Choose the folder of a run to compare with", start)
        if folder is not None:
            self.board.compare_with(folder)


def _why_none(kind: str) -> str:
    """Why there is no board of a model that has no decoder yet, or never will."""
    try:
        check_traversable(kind)
    except RunError as error:
        return str(error)
    return _WAITING
