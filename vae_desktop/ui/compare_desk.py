"""The boards of saved runs beside that of the run on view."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from vae_desktop.core.config import RunConfig
from vae_desktop.core.latents import PictureSet
from vae_desktop.session.compared_runs import ComparedRun, read_compared, same_data
from vae_desktop.session.jobs import JobRunner
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.base_desk import BaseDesk, Start
from vae_desktop.ui.base_history import Base
from vae_desktop.ui.board_controls import BoardSettings
from vae_desktop.ui.board_pane import BoardPane
from vae_desktop.ui.job_line import JobLine
from vae_desktop.ui.numbers import count

MOST_BOARDS = 4
"""Boards side by side, that of the run on view included."""

_LINKED = "linked, as encoded here"


class Boards(QWidget):
    """Boards side by side, with one base and one range.

    Args:
        main: the board of the run on view.
        on_view: that run.
        desk: what the boards are of.
        job: shows how far a run is read.
    """

    changed = Signal()
    drawn = Signal()
    refused = Signal(str)
    failed = Signal(object)

    def __init__(self, main: BoardPane, on_view: RunOnView, desk: BaseDesk, job: JobLine) -> None:
        super().__init__()
        self._main, self._on_view, self._desk = main, on_view, desk
        self.others: list[tuple[ComparedRun, BoardPane]] = []
        self._reader = JobRunner(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(16)
        self._place()
        job.follow(self._reader)
        self._reader.done.connect(self._on_read)
        self._reader.failed.connect(self.failed)

    @property
    def panes(self) -> list[BoardPane]:
        """All boards, that of the run on view first."""
        return [self._main, *(pane for _, pane in self.others)]

    def add(self, folder: Path) -> None:
        """Put the board of a saved run beside the others; it is read in the background."""
        shape = self._desk.shape
        if self._on_view.decoder is None or shape is None:
            self.refused.emit("There is no run on view yet to compare with; train or open one.")
        elif len(self.panes) >= MOST_BOARDS:
            self.refused.emit(f"There are {MOST_BOARDS} boards already; take one away first.")
        elif any(run.folder == folder for run, _ in self.others):
            self.refused.emit(f"{folder.name} is on the board already; choose another run.")
        else:
            dataset = self._on_view.dataset
            pictures = None if dataset is None else PictureSet((("test", dataset.test),))
            names = self._desk.class_names
            self._reader.start(partial(read_compared, folder, shape, pictures, names))

    def follow_run(self, config: RunConfig) -> None:
        """Another run is on view: only boards of runs with the same data stay beside it."""
        self._reader.cancel()
        for run, pane in list(self.others):
            if not same_data(run.config.data, config.data):
                self._take_away(run, pane)

    def ask(self, settings: BoardSettings, *, urgent: bool) -> None:
        """Want the compared boards drawn: every run encodes the base's picture by itself."""
        shape = self._desk.shape
        for run, pane in self.others:
            start, words = self._linked(run)
            pane.show_class(self._desk.label, self._desk.image_label, self._desk.class_names)
            pane.show_settings(settings)
            if start is not None and shape is not None:
                pane.show_model(shape, run.config.model.kind != "autoencoder")
                pane.show_start(start, words)
                pane.ask(urgent=urgent)

    def shutdown(self) -> None:
        """End what runs in the background; nothing runs afterwards."""
        self._reader.shutdown()
        for pane in self.panes:
            pane.shutdown()

    def _linked(self, run: ComparedRun) -> tuple[Start | None, str]:
        """The base as another run has it. A code means something else to it, so it gets the
        picture that the code is decoded to."""
        base = self._desk.base
        if base.kind == "prior":
            return np.zeros(run.config.model.latent_dim, np.float32), base.text
        if base.kind == "code":
            newest = self._main.newest
            return (None if newest is None else newest.base), _LINKED
        return self._desk.start(), base.text

    def _take_away(self, run: ComparedRun, pane: BoardPane) -> None:
        self.others.remove((run, pane))
        pane.shutdown()
        pane.hide()
        pane.deleteLater()
        self._place()

    def _place(self) -> None:
        """All side by side, but four in two rows: their pictures would be too small."""
        panes = self.panes
        across = 2 if len(panes) == MOST_BOARDS else len(panes)
        while self._grid.count():
            self._grid.takeAt(0)
        for index, pane in enumerate(panes):
            self._grid.addWidget(pane, *divmod(index, across))
        for column in range(MOST_BOARDS):
            self._grid.setColumnStretch(column, int(column < across))

    @Slot(object)
    def _on_read(self, run: ComparedRun) -> None:
        pane = BoardPane(lambda: run.decoder, removable=True)
        pane.importance, pane.codes = run.importance, run.codes
        pane.show_name(run.folder.name, run.weight, f"step {count(run.decoder.step)}")
        pane.drawn.connect(self.drawn)
        pane.failed.connect(self.failed)
        pane.remove_requested.connect(self._on_remove)
        pane.canvas.picked.connect(self._on_picked)
        self.others.append((run, pane))
        self._place()
        self.changed.emit()

    @Slot()
    def _on_remove(self) -> None:
        for run, pane in list(self.others):
            if pane is self.sender():
                self._take_away(run, pane)
        self.changed.emit()

    @Slot(int, int)
    def _on_picked(self, row: int, column: int) -> None:
        """A cell of another run: its picture becomes the base."""
        for run, pane in self.others:
            drawn = pane.canvas.drawn
            if pane.canvas is self.sender() and drawn is not None:
                code = drawn.traversal.code(row, column)
                name, label = f"a cell of {run.folder.name}", self._desk.label
                picture = pane.decode(code)
                self._desk.go_to(Base("picture", picture=picture, name=name, label=label))
                return
