"""The traversal board as a page: base, range, live weights, and other runs beside it."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout

from vae_desktop.core.events import Batches, Evaluation, Event, Floats
from vae_desktop.core.traversal import Importance, by_variance
from vae_desktop.core.traverse_run import importance_of
from vae_desktop.session.clouds import CloudSource
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.state import State
from vae_desktop.ui.ask import Ask
from vae_desktop.ui.base_desk import BaseDesk
from vae_desktop.ui.board_controls import BoardControls
from vae_desktop.ui.board_export import BoardExport, BoardToSave
from vae_desktop.ui.board_pane import BoardPane
from vae_desktop.ui.compare_desk import Boards
from vae_desktop.ui.job_line import JobLine
from vae_desktop.ui.live import LivePanel
from vae_desktop.ui.numbers import count

if TYPE_CHECKING:
    from vae_desktop.session.decoder import Decoder

_INTERVAL = 0.03
_REORDER = 1.0
"""Seconds between two orders of the rows before the first evaluation."""
_INERTIA = 0.9


class BoardPage(LivePanel):
    """Controls in a line, and a board for each run.

    Args:
        on_view: the run that is looked at.
        ask: asks for files.
    """

    failed = Signal(object)
    refused = Signal(str)
    noticed = Signal(str)

    def __init__(self, on_view: RunOnView, ask: Ask) -> None:
        super().__init__(_INTERVAL)
        self._on_view = on_view
        self.controls, self.job = BoardControls(), JobLine()
        self.desk = BaseDesk(on_view, self.controls, self)
        self.main = BoardPane(self._decoder, removable=False)
        self.boards = Boards(self.main, on_view, self.desk, self.job)
        self.cloud = CloudSource(on_view, self)
        self.export = BoardExport(self._boards_to_save, ask, self)
        self._title, self._weight = "", ""
        self._training = self._watched = self._evaluated = False
        self._slow: Floats | None = None
        self._ordered = float("-inf")
        self._lay_out()
        self._connect()

    def show_run(self, name: str) -> None:
        """Another run comes on view."""
        config = self._on_view.config
        assert config is not None
        self._title = name
        self._evaluated, self._slow, self._ordered = False, None, float("-inf")
        self.main.forget()
        self.boards.follow_run(config)
        self.controls.show_model(config.model.kind != "autoencoder")
        self.desk.restart()

    def show_state(self, state: State) -> None:
        """The session is now in this state."""
        self._training = state in (State.RUNNING, State.STOPPING)
        self.main.source.training = self._training
        self.cloud.show_state(state)

    def take(self, event: Event) -> None:
        """Remember an event of the run on view."""
        if isinstance(event, Evaluation):
            importance = importance_of(event)
            if importance is not None:
                self._evaluated = True
                self._show_importance(importance)
        elif isinstance(event, Batches) and not self._evaluated and len(event.kl_per_latent):
            self._follow_batches(event)

    def show_weight(self, weight: str) -> None:
        """What weighs the run's KL term, for the board's name."""
        self._weight = weight
        self._show_name()

    @property
    def settled(self) -> bool:
        """Whether every board shows what was last asked for."""
        return not self._stale and all(pane.source.idle for pane in self.boards.panes)

    def draw(self) -> None:
        for pane in self.boards.panes:
            pane.draw()
        self._show_name()

    def compare_with(self, folder: Path) -> None:
        """Put the board of a saved run beside this one; it is read in the background."""
        self.boards.add(folder)

    def put_in(self, path: Path) -> None:
        """Make the picture in a file the base; it is read in the background."""
        self.desk.put_in(path)

    def shutdown(self) -> None:
        """End what runs in the background; nothing runs afterwards."""
        self.export.shutdown()
        self.desk.shutdown()
        self.cloud.shutdown()
        self.boards.shutdown()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watched = True
        self._update(urgent=True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._watched = False
        self.cloud.watch(False)

    def _decoder(self) -> Decoder | None:
        return self._on_view.decoder

    def _boards_to_save(self) -> list[BoardToSave]:
        found = [pane.to_save() for pane in self.boards.panes]
        return [board for board in found if board is not None]

    def _update(self, *, urgent: bool) -> None:
        """Ask for all boards as they should be now."""
        config = self._on_view.config
        if not self._watched or config is None:
            return
        self._on_view.want_dataset()
        settings = self.controls.settings()
        is_autoencoder = config.model.kind == "autoencoder"
        self.cloud.watch(settings.span.needs_codes or is_autoencoder)
        self.main.show_settings(settings)
        told = any(pane.is_conditional for pane in self.boards.panes)
        self.controls.show_classes(self.desk.class_names if told else (), self.desk.label)
        shape, start = self.desk.shape, self.desk.start()
        if shape is None or start is None:
            self.main.ask(urgent=urgent)  # that says what is missing
            return
        self.main.show_model(shape, not is_autoencoder)
        self.main.show_start(start, self.desk.base.text)
        self.main.show_class(self.desk.label, self.desk.image_label, self.desk.class_names)
        self.main.ask(urgent=urgent)
        if self.desk.base.kind != "code":
            self.boards.ask(settings, urgent=urgent)

    def _show_name(self) -> None:
        decoder = self._on_view.decoder
        step = f"step {count(decoder.step)}" if decoder is not None else ""
        self.main.show_name(self._title, self._weight, step)

    def _show_importance(self, importance: Importance) -> None:
        self.main.importance = importance
        self.controls.show_counts(len(importance.values), int(importance.in_use.sum()))
        # Rows that changed places are black until they are decoded: that is not to last.
        self._update(urgent=True)

    def _follow_batches(self, event: Batches) -> None:
        """Before the first evaluation: a slow mean over training batches, seldom re-ordered."""
        newest = np.nan_to_num(event.kl_per_latent)
        if self._slow is not None and len(self._slow) == len(newest):
            newest = _INERTIA * self._slow + (1 - _INERTIA) * newest
        self._slow = np.asarray(newest, np.float32)
        now = perf_counter()
        if now - self._ordered >= _REORDER:
            self._ordered = now
            self._show_importance(Importance(self._slow, "kl", "training batches so far"))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.controls)
        layout.addWidget(self.boards, 1)
        layout.addWidget(self.job)
        layout.addWidget(self.export.writer.job)

    def _connect(self) -> None:
        self._on_view.weights_changed.connect(self._on_weights_changed)
        self.cloud.cloud_changed.connect(self._on_cloud_changed)
        self.controls.changed.connect(self._on_changed)
        self.desk.changed.connect(self._on_changed)
        self.boards.changed.connect(self._on_boards_changed)
        self.boards.drawn.connect(self.mark_stale)
        self.main.drawn.connect(self._on_main_drawn)
        self.main.canvas.picked.connect(self._on_picked)
        self.main.canvas.dragged.connect(self._on_dragged)
        self.main.canvas.dropped.connect(self.desk.drop)
        self.export.noticed.connect(self.noticed)
        for refused in (self.desk.refused, self.boards.refused):
            refused.connect(self.refused)
        for part in (self.desk, self.boards, self.main, self.cloud, self.export):
            part.failed.connect(self.failed)

    @Slot(int)
    def _on_weights_changed(self, step: int) -> None:
        """Many times a second: only the pictures are drawn anew."""
        if not self._watched:
            return
        if self.main.newest is None:
            self._update(urgent=False)
        else:
            self.main.source.refresh()

    @Slot()
    def _on_changed(self) -> None:
        self._update(urgent=True)

    @Slot()
    def _on_boards_changed(self) -> None:
        self._update(urgent=True)
        self.boards.ask(self.controls.settings(), urgent=True)

    @Slot()
    def _on_cloud_changed(self) -> None:
        cloud, config = self.cloud.cloud, self._on_view.config
        self.main.codes = None if cloud is None else cloud.mu
        if cloud is not None and config is not None and config.model.kind == "autoencoder":
            self._show_importance(by_variance(cloud.mu, f"{count(len(cloud))} test images"))
        else:
            self._update(urgent=False)

    @Slot()
    def _on_main_drawn(self) -> None:
        """A base that is a code is linked by its picture, which is known only now."""
        self.mark_stale()
        if self.desk.base.kind == "code":
            urgent = self.desk.dragging or not self._training
            self.boards.ask(self.controls.settings(), urgent=urgent)

    @Slot(int, int)
    def _on_picked(self, row: int, column: int) -> None:
        drawn = self.main.canvas.drawn
        if drawn is not None and row < len(drawn.traversal.latents):
            self.desk.pick(drawn.traversal.code(row, column))

    @Slot(int, float)
    def _on_dragged(self, latent: int, value: float) -> None:
        drawn = self.main.canvas.drawn
        if drawn is not None:
            self.desk.drag(drawn.traversal, latent, value)
