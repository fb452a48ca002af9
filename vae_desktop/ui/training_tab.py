"""The Train tab: settings of the next run, losses and pictures of the one on view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QWidget

from vae_desktop.core.config import RunConfig
from vae_desktop.core.events import Evaluation, Event, Prepared
from vae_desktop.session.state import State
from vae_desktop.ui.actions import CONTROLS
from vae_desktop.ui.column_scroll import ColumnScroll
from vae_desktop.ui.columns import column
from vae_desktop.ui.config_form import ConfigForm
from vae_desktop.ui.confusion import ConfusionPanel
from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.folder_editor import ChooseFolder
from vae_desktop.ui.image_grid import ImageGrid
from vae_desktop.ui.kl_bars import KlBars
from vae_desktop.ui.labels import Heading, MutedLabel
from vae_desktop.ui.levers import Levers
from vae_desktop.ui.live import RunPanel
from vae_desktop.ui.loss_plot import LossPlot
from vae_desktop.ui.measure_panel import Measure, MeasurePanel
from vae_desktop.ui.numbers import count, plural
from vae_desktop.ui.plot_terms import faces_of
from vae_desktop.ui.results_line import ResultsLine
from vae_desktop.ui.tab import Tab

if TYPE_CHECKING:
    from vae_desktop.session.session import OpenedRun

_WIDTHS = (264, 528, 456)
_HEIGHTS = (500, 160)
_PICTURES_HEIGHTS = (320, 320)
_NO_RUN = "No run yet. Train one now (a few seconds)."


class TrainingTab(Tab):
    """Three columns: set-up, losses with the KL of every latent, reconstructions.

    A run without a KL term has no KL bars; one that names classes shows in the place of
    reconstructions which of them it confuses.

    Args:
        choose_folder: asks for a folder.
        measure: measures a saved run.
    """

    title = "Train"
    start_requested = Signal()

    def __init__(self, choose_folder: ChooseFolder, measure: Measure) -> None:
        super().__init__()
        self.form = ConfigForm(choose_folder)
        self.levers = Levers()
        self.size_line = MutedLabel()
        self.size_line.setWordWrap(True)
        self.results = ResultsLine()
        self.plot = LossPlot()
        self.bars = KlBars()
        self.grid = ImageGrid()
        self.confusion = ConfusionPanel()
        self.measuring = MeasurePanel(measure)
        self.empty = EmptyState(_NO_RUN, "Train with these settings")
        self.empty.requested.connect(self.start_requested)
        self.results.measure_toggled.connect(self.measuring.setVisible)
        self.measuring.hide()
        self._pages, self._pictures = QStackedWidget(), QStackedWidget()
        self._lay_out()

    def show_run(self, run: OpenedRun) -> None:
        self._show_kind(run.config)
        self.form.set_config(run.config)
        for panel in self.live_panels():
            panel.clear()
        self.size_line.setText("")
        self.results.clear()
        self.measuring.show_run(run.folder)
        self._pages.setCurrentIndex(1)

    def show_state(self, state: State) -> None:
        self.form.set_editable(CONTROLS[state].can_edit)
        self.levers.show_state(state)
        self.measuring.show_state(state)

    def show_obstacle(self, obstacle: str) -> None:
        """Say why no run can start with these settings, or "" where one can."""
        self.empty.sentence.setText(obstacle or _NO_RUN)
        self.empty.button.setEnabled(not obstacle)

    def take(self, event: Event) -> None:
        for panel in self.live_panels():
            panel.take(event)
        if isinstance(event, Prepared | Evaluation):
            self.results.take(event)
        if isinstance(event, Prepared):
            self.size_line.setText(
                f"{plural(event.parameters, 'weight')} · "
                f"{plural(event.steps_per_epoch, 'step')} per epoch · "
                f"{count(event.train_images)} training images · on {event.device}"
            )

    def live_panels(self) -> Sequence[RunPanel]:
        return self.plot, self.bars, self.grid, self.confusion, self.levers

    def shutdown(self) -> None:
        """End what runs in the background, and wait for it."""
        self.measuring.shutdown()

    def _show_kind(self, config: RunConfig) -> None:
        faces = faces_of(config)
        self.plot.show_faces(faces, config.model.latent_dim)
        self.results.show_faces(faces)
        self.bars.setVisible("kl" in faces.lower)
        self.grid.show_model(config.model.kind)
        names_classes = config.model.kind == "classifier"
        self._pictures.setCurrentWidget(self.confusion if names_classes else self.grid)

    def _lay_out(self) -> None:
        self._pictures.addWidget(self.grid)
        self._pictures.addWidget(self.confusion)
        setup = column(Heading("Set-up"), self.form, self.levers, self.size_line)
        losses = ColumnScroll(column(self.results, self.plot), _WIDTHS[1])
        centre = _split(_VERTICAL, (losses, self.bars), _HEIGHTS)
        right = _split(_VERTICAL, (self._pictures, self.measuring), _PICTURES_HEIGHTS)
        run = _split(_HORIZONTAL, (centre, right), _WIDTHS[1:])
        self._pages.addWidget(self.empty)
        self._pages.addWidget(run)
        columns = _split(_HORIZONTAL, (setup, self._pages), (_WIDTHS[0], sum(_WIDTHS[1:])))
        columns.setStretchFactor(1, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 8)
        layout.addWidget(columns)


_HORIZONTAL, _VERTICAL = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


def _split(
    direction: Qt.Orientation, widgets: Sequence[QWidget], sizes: Sequence[int]
) -> QSplitter:
    splitter = QSplitter(direction)
    for widget in widgets:
        splitter.addWidget(widget)
    splitter.setSizes(sizes)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(16)
    return splitter
