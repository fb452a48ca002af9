"""The Train tab: settings of the next run, losses and pictures of the one on view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from vae_desktop.core.events import Evaluation, Event, Prepared
from vae_desktop.session.state import State
from vae_desktop.ui.actions import CONTROLS
from vae_desktop.ui.config_form import ConfigForm
from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.folder_editor import ChooseFolder
from vae_desktop.ui.image_grid import ImageGrid
from vae_desktop.ui.kl_bars import KlBars
from vae_desktop.ui.labels import Heading, MutedLabel
from vae_desktop.ui.live import LivePanel
from vae_desktop.ui.loss_plot import LossPlot
from vae_desktop.ui.numbers import count
from vae_desktop.ui.results_line import ResultsLine
from vae_desktop.ui.tab import Tab

if TYPE_CHECKING:
    from vae_desktop.session.session import OpenedRun

_WIDTHS = (264, 528, 456)
_HEIGHTS = (440, 200)


class TrainingTab(Tab):
    """Three columns: set-up, losses with the KL of every latent, reconstructions."""

    title = "Train"
    start_requested = Signal()

    def __init__(self, choose_folder: ChooseFolder) -> None:
        super().__init__()
        self.form = ConfigForm(choose_folder)
        self.size_line = MutedLabel()
        self.size_line.setWordWrap(True)
        self.results = ResultsLine()
        self.plot = LossPlot()
        self.bars = KlBars()
        self.grid = ImageGrid()
        self.empty = EmptyState(
            "No run yet. Train one now (a few seconds).", "Train with these settings"
        )
        self.empty.requested.connect(self.start_requested)
        self._stack = QStackedWidget()
        self._lay_out()

    def show_run(self, run: OpenedRun) -> None:
        self.form.set_config(run.config)
        for panel in (self.plot, self.bars, self.grid):
            panel.clear()
        self.size_line.setText("")
        self.results.clear()
        self._stack.setCurrentIndex(1)

    def show_state(self, state: State) -> None:
        self.form.set_editable(CONTROLS[state].can_edit)

    def take(self, event: Event) -> None:
        for panel in (self.plot, self.bars, self.grid):
            panel.take(event)
        if isinstance(event, Prepared):
            self.size_line.setText(
                f"{count(event.parameters)} weights · {count(event.steps_per_epoch)} steps per "
                f"epoch · {count(event.train_images)} training images · on {event.device}"
            )
        elif isinstance(event, Evaluation):
            self.results.show_result(event)

    def live_panels(self) -> Sequence[LivePanel]:
        return self.plot, self.bars, self.grid

    def _lay_out(self) -> None:
        columns = QSplitter(Qt.Orientation.Horizontal)
        columns.addWidget(_column(Heading("Set-up"), self.form, self.size_line))
        columns.addWidget(self._stack)
        run = QSplitter(Qt.Orientation.Horizontal)
        centre = QSplitter(Qt.Orientation.Vertical)
        centre.addWidget(_column(self.results, self.plot))
        centre.addWidget(self.bars)
        centre.setSizes(_HEIGHTS)
        run.addWidget(centre)
        run.addWidget(self.grid)
        run.setSizes(_WIDTHS[1:])
        self._stack.addWidget(self.empty)
        self._stack.addWidget(run)
        columns.setSizes((_WIDTHS[0], sum(_WIDTHS[1:])))
        columns.setStretchFactor(1, 1)
        for splitter in (columns, run, centre):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(16)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 8)
        layout.addWidget(columns)


def _column(*widgets: QWidget) -> QWidget:
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    for widget in widgets:
        layout.addWidget(widget)
    return column
