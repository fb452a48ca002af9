"""The loss of a run while it happens: reconstruction, KL and total, training and test."""

from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QPalette, QPixmap
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from vae_desktop.core.events import Batches, Evaluation, Event, Prepared
from vae_desktop.ui.chip import Chip
from vae_desktop.ui.flow import FlowLayout
from vae_desktop.ui.labels import Caption, Heading
from vae_desktop.ui.live import LivePanel
from vae_desktop.ui.loss_axis import LossAxis
from vae_desktop.ui.loss_history import LossHistory
from vae_desktop.ui.loss_pane import LossPane, LossView
from vae_desktop.ui.numbers import count, nats
from vae_desktop.ui.theme import KL, RECONSTRUCTION, ink

_INTERVAL = 0.08
_WINDOWS = {"Raw only": 0, "Mean of 10": 10, "Mean of 50": 50, "Mean of 200": 200}
_DEFAULT_WINDOW = "Mean of 50"
_TIPS = {
    "total": "Reconstruction term + β · KL term: what training makes small.",
    "reconstruction": "How badly pictures come back, in nats summed over the pixels.",
    "kl": "How much the codes tell about a picture beyond the prior, in nats.",
}
_NAMES = {"total": "total", "reconstruction": "reconstruction", "kl": "KL"}


class LossPlot(LivePanel):
    """Two plots over one time: total and reconstruction above, KL below.

    Faint lines are training batches, the stronger line is their running mean, and the line
    with dots is the test set. The view follows the run until someone zooms.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_INTERVAL, parent)
        self.history = LossHistory()
        self.view = LossView()
        self._prepared: Prepared | None = None
        self._graphics = pg.GraphicsLayoutWidget()
        self._graphics.setAccessibleName("Loss over training")
        self._graphics.ci.layout.setContentsMargins(0, 4, 8, 0)
        self._graphics.ci.layout.setSpacing(4)
        self.panes = (
            LossPane(self._add_plot(0), ("total", "reconstruction"), bottom=False),
            LossPane(self._add_plot(1), ("kl",), bottom=True),
        )
        self.panes[1].plot.setXLink(self.panes[0].plot)
        self._graphics.ci.layout.setRowStretchFactor(0, 5)
        self._graphics.ci.layout.setRowStretchFactor(1, 3)
        self._make_controls()
        self._lay_out()
        self._connect()
        self._tint()
        self._show_axes()

    def clear(self) -> None:
        """Forget the run."""
        self.history = LossHistory()
        self._prepared = None
        self.follow.setChecked(True)
        self._set_view(steps_per_unit=1.0)

    def take(self, event: Event) -> None:
        """Remember an event of the run on view."""
        match event:
            case Prepared():
                self._prepared = event
                self._choose_unit()
            case Batches():
                self.history.add_batches(event)
            case Evaluation():
                self.history.add_evaluation(event)
            case _:
                return
        self.mark_stale()

    def draw(self) -> None:
        if self.follow.isChecked():
            self._follow_run()
        for pane in self.panes:
            pane.draw(self.history, self.view)
            if self.follow.isChecked():
                pane.fit(everything=False)
        self._show_newest()

    def show_all(self) -> None:
        """Bring everything into view, the first steep descent too."""
        self.follow.setChecked(False)
        self._set_x_range(self.history.last_step)
        for pane in self.panes:
            pane.draw(self.history, self.view)
            pane.fit(everything=True)

    def picture(self) -> QPixmap:
        """The plot and its legend, as they are on the screen."""
        return self.grab()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _add_plot(self, row: int) -> pg.PlotItem:
        axes = {side: LossAxis(side) for side in ("left", "bottom")}
        return self._graphics.addPlot(row, 0, axisItems=axes)

    def _make_controls(self) -> None:
        self.chips = {term: Chip(_NAMES[term], tip, marked=True) for term, tip in _TIPS.items()}
        self.steps = Chip("steps", "Count training in steps, not in epochs.", checked=False)
        self.log_x = Chip("log x", "Logarithmic horizontal axis.", checked=False)
        self.log_y = Chip("log y", "Logarithmic loss axes.", checked=False)
        self.follow = Chip("follow", "Keep the newest losses in view; zooming turns it off.")
        self.all = Chip("all", "Bring the first steep descent into view too.", checked=False)
        self.all.setCheckable(False)
        self.smoothing = QComboBox()
        self.smoothing.addItems(list(_WINDOWS))
        self.smoothing.setCurrentText(_DEFAULT_WINDOW)
        self.smoothing.setAccessibleName("Smoothing")
        self.smoothing.setToolTip(
            "The stronger line is the mean of so many training steps up to each step; "
            "the faint line keeps every batch."
        )
        self.readout = Caption()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(Heading("Loss", "nats per image"))
        controls = FlowLayout()
        top.addLayout(controls, 1)
        for chip in (self.steps, self.log_x, self.log_y, self.follow, self.all):
            controls.addWidget(chip)
        legend = QHBoxLayout()
        legend.setSpacing(4)
        for entry in self.chips.values():
            legend.addWidget(entry)
        legend.addStretch()
        legend.addWidget(self.smoothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addLayout(legend)
        layout.addWidget(self._graphics, 1)
        layout.addWidget(self.readout)

    def _connect(self) -> None:
        for chip in self.chips.values():
            chip.toggled.connect(self._on_terms_chosen)
        self.steps.toggled.connect(self._choose_unit)
        self.log_x.toggled.connect(self._on_axes_chosen)
        self.log_y.toggled.connect(self._on_axes_chosen)
        self.smoothing.currentTextChanged.connect(self._on_smoothing_chosen)
        self.follow.toggled.connect(self.mark_stale)
        self.all.clicked.connect(self.show_all)
        self._graphics.scene().sigMouseMoved.connect(self._on_mouse_moved)
        for pane in self.panes:
            pane.plot.getViewBox().sigRangeChangedManually.connect(self._on_zoomed)

    def _set_view(self, **changes: object) -> None:
        self.view = replace(self.view, **changes)  # type: ignore[arg-type]
        self._show_axes()
        self.mark_stale()

    def _choose_unit(self) -> None:
        in_epochs = not self.steps.isChecked() and self._prepared is not None
        steps = float(self._prepared.steps_per_epoch) if in_epochs and self._prepared else 1.0
        self._set_view(steps_per_unit=steps)

    def _show_axes(self) -> None:
        for pane in self.panes:
            pane.set_axes(self.view)
        self._x_end = 0.0

    def _follow_run(self) -> None:
        """Widen the time axis in doublings up to the whole run: it moves seldom."""
        per_epoch = self._prepared.steps_per_epoch if self._prepared else 100
        whole = per_epoch * self._prepared.epochs if self._prepared else float("inf")
        end = float(per_epoch)
        while end < self.history.last_step:
            end *= 2
        self._set_x_range(min(end, whole))

    def _set_x_range(self, last_step: float) -> None:
        first, last = self.view.x_of(np.array([1.0, max(2.0, last_step)]))
        if last != self._x_end:
            self._x_end = last
            start = first if self.view.log_x else 0.0
            self.panes[0].plot.getViewBox().setXRange(start, last, padding=0.01)

    def _show_newest(self) -> None:
        if not self.panes[0].cursor.isVisible():
            self._show_losses(self.history.last_step)

    def _show_losses(self, step: float) -> None:
        found = self.history.nearest(step)
        if found is None:
            self.readout.setText("")
            return
        at, losses = found
        parts = [f"{_NAMES[term]} {nats(value)}" for term, value in losses.items()]
        epoch = f", epoch {at / self._prepared.steps_per_epoch:.2f}" if self._prepared else ""
        self.readout.setText(f"Batch  {'   '.join(parts)}   at step {count(at)}{epoch}")

    def _on_terms_chosen(self) -> None:
        for pane in self.panes:
            for name, term in pane.terms.items():
                term.set_visible(self.chips[name].isChecked())
        self.mark_stale()

    def _on_axes_chosen(self) -> None:
        self._set_view(log_x=self.log_x.isChecked(), log_y=self.log_y.isChecked())

    def _on_smoothing_chosen(self, text: str) -> None:
        self._set_view(window=_WINDOWS[text])

    def _on_zoomed(self) -> None:
        self.follow.setChecked(False)
        self.mark_stale()

    def _on_mouse_moved(self, place: QPointF) -> None:
        for pane in self.panes:
            box = pane.plot.getViewBox()
            if box.sceneBoundingRect().contains(place) and len(self.history):
                self._point_at(box.mapSceneToView(place).x())
                return
        for pane in self.panes:
            pane.cursor.hide()

    def _point_at(self, x: float) -> None:
        for pane in self.panes:
            pane.cursor.setValue(x)
            pane.cursor.show()
        self._show_losses(self.view.step_at(x))

    def _tint(self) -> None:
        colours = self.palette()
        self._graphics.setBackground(colours.color(QPalette.ColorRole.Window))
        for pane in self.panes:
            pane.tint(colours)
        marks = {"total": ink(colours), "reconstruction": RECONSTRUCTION, "kl": KL}
        for term, chip in self.chips.items():
            chip.set_mark(marks[term])
