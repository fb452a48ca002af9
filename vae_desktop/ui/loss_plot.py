"""The loss of a run while it happens: its terms, in training and on the test set."""

from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QSize
from PySide6.QtGui import QPalette, QPixmap
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vae_desktop.core.events import Batches, Evaluation, Event, LeverMoved, Prepared
from vae_desktop.ui.live import RunPanel
from vae_desktop.ui.loss_axis import LossAxis
from vae_desktop.ui.loss_controls import LossControls
from vae_desktop.ui.loss_curves import LossView
from vae_desktop.ui.loss_history import LossHistory
from vae_desktop.ui.loss_pane import LossPane, show_time
from vae_desktop.ui.numbers import count
from vae_desktop.ui.plot_marks import move_text
from vae_desktop.ui.plot_terms import EVERY, SETTING_NAMES, VARIATIONAL, Faces, baseline_label
from vae_desktop.ui.readout import Readout
from vae_desktop.ui.setting_strip import HEIGHT, SettingStrip

_INTERVAL = 0.08
_STRETCH = (5, 3)
_LEAST_HEIGHT = 64
_ANY_HEIGHT = 16_777_215.0


class _Graphics(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """Takes the height that there is; a view would like to be as high as its scene."""

    def sizeHint(self) -> QSize:
        return QSize(320, self.minimumHeight())


class LossPlot(RunPanel):
    """Plots over one time: what is made small above, its smaller parts below.

    Faint lines are training batches, the stronger line is their running mean, and the line
    with dots is the test set. β and the learning rate have low strips of their own where they
    change. The view follows the run until someone zooms.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_INTERVAL, parent)
        self.history = LossHistory()
        self.view = LossView()
        self.faces = VARIATIONAL
        self._latents = 0
        self._prepared: Prepared | None = None
        self._x_end: float | None = None
        self.controls = LossControls()
        self.readout = Readout()
        self._make_graphics()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.controls)
        layout.addWidget(self._graphics, 1)
        layout.addWidget(self.readout)
        self._connect()
        self._tint()
        self.show_faces(VARIATIONAL, 0)
        self.clear()

    def show_faces(self, faces: Faces, latents: int) -> None:
        """Show the terms of another kind of run, whose code has so many numbers."""
        self.faces, self._latents = faces, latents
        upper, lower = self.panes
        upper.show_faces(faces.upper)
        lower.show_faces(faces.lower, is_loss=faces.lower_is_loss)
        self.controls.show_faces(faces)
        self._tint()
        self._show_rows()
        self._expect_losses()

    def clear(self) -> None:
        """Forget the run."""
        self.history = LossHistory()
        self._prepared = None
        for pane in self.panes:
            pane.clear()
        self.controls.follow.setChecked(True)
        self._set_view(steps_per_unit=1.0)

    def take(self, event: Event) -> None:
        """Remember an event of the run on view."""
        match event:
            case Prepared():
                self._take_prepared(event)
            case Batches():
                self.history.add_batches(event)
            case Evaluation():
                self.history.add_evaluation(event)
            case LeverMoved():
                self.history.add_move(event)
            case _:
                return
        self.mark_stale()

    def draw(self) -> None:
        changed = [strip.follow(self.history) for strip in self.strips]
        if any(changed):
            self._show_rows()
        if self.controls.follow.isChecked():
            self._follow_run()
        for pane in self._shown_panes():
            pane.draw(self.history, self.view)
            if self.controls.follow.isChecked():
                pane.fit(everything=False)
        for strip in self.strips:
            strip.draw(self.history, self.view)
        self._show_newest()

    def show_all(self) -> None:
        """Bring everything into view, the first steep descent too."""
        self.controls.follow.setChecked(False)
        self._show_steps(1.0, self.history.last_step)
        self._fit_all()

    def picture(self) -> QPixmap:
        """The plot and its legend, as they are on the screen."""
        return self.grab()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _make_graphics(self) -> None:
        self._graphics = _Graphics()
        self._graphics.setAccessibleName("Loss over training")
        self._graphics.ci.layout.setContentsMargins(0, 4, 8, 0)
        self._graphics.ci.layout.setSpacing(4)
        upper = dict.fromkeys(name for faces in EVERY for name in faces.upper)
        lower = dict.fromkeys(name for faces in EVERY for name in faces.lower)
        self.panes = LossPane(self._add_plot(0), upper), LossPane(self._add_plot(1), lower)
        self.strips = [
            SettingStrip(self._add_plot(2 + row), term, label)
            for row, (term, label) in enumerate(SETTING_NAMES.items())
        ]
        for item in self._all()[1:]:
            item.plot.setXLink(self.panes[0].plot)

    def _add_plot(self, row: int) -> pg.PlotItem:
        axes = {side: LossAxis(side) for side in ("left", "bottom")}
        return self._graphics.addPlot(row, 0, axisItems=axes)

    def _connect(self) -> None:
        controls = self.controls
        controls.terms_chosen.connect(self._on_terms_chosen)
        controls.axes_chosen.connect(self._on_axes_chosen)
        controls.steps.toggled.connect(self._choose_unit)
        controls.smoothing_chosen.connect(self._on_smoothing_chosen)
        controls.follow.toggled.connect(self.mark_stale)
        controls.all.clicked.connect(self.show_all)
        self._graphics.scene().sigMouseMoved.connect(self._on_mouse_moved)
        for pane in self.panes:
            pane.plot.getViewBox().sigRangeChangedManually.connect(self._on_zoomed)

    def _take_prepared(self, event: Prepared) -> None:
        self._prepared = event
        self.controls.show_measure(event.measure)
        named = {baseline_label(name, self._latents): v for name, v in event.baselines.items()}
        self.panes[0].baselines.show(named)
        self._choose_unit()

    def _all(self) -> list[LossPane | SettingStrip]:
        return [*self.panes, *self.strips]

    def _shown_panes(self) -> list[LossPane]:
        return [pane for pane in self.panes if pane.plot.isVisible()]

    def _show_rows(self) -> None:
        """Share the height among the plots that are there; the lowest numbers the time."""
        shown = [item for item in self._all() if item.plot.isVisible()]
        for item in shown:
            show_time(item.plot, self._time_label() if item is shown[-1] else "")
        layout = self._graphics.ci.layout
        for row, pane in enumerate(self.panes):
            shown_here = pane.plot.isVisible()
            layout.setRowStretchFactor(row, _STRETCH[row] if shown_here else 0)
            layout.setRowMaximumHeight(row, _ANY_HEIGHT if shown_here else 0)
        axis = shown[-1].plot.getAxis("bottom").maximumHeight()
        for row, strip in enumerate(self.strips, start=len(self.panes)):
            height = HEIGHT + axis * (strip is shown[-1])
            layout.setRowFixedHeight(row, height if strip.shown else 0)
        low = sum(strip.shown for strip in self.strips)
        panes = len(shown) - low
        self._graphics.setMinimumHeight(int(_LEAST_HEIGHT * panes + HEIGHT * low + axis))

    def _time_label(self) -> str:
        return "step" if self.view.steps_per_unit == 1 else "epoch"

    def _set_view(self, **changes: object) -> None:
        """Change how losses are drawn; what was in view stays there, on the new axes."""
        (left, right), _ = self.panes[0].plot.getViewBox().viewRange()
        steps = self.view.step_at(left), self.view.step_at(right)
        self.view = replace(self.view, **changes)  # type: ignore[arg-type]
        for item in self._all():
            item.set_axes(self.view)
        self._show_rows()
        self._x_end = None
        if self.controls.follow.isChecked():
            self._follow_run()
        else:
            self._show_steps(*steps)
        self._fit_all()
        self.mark_stale()

    def _fit_all(self) -> None:
        for pane in self._shown_panes():
            pane.draw(self.history, self.view)
            pane.fit(everything=not self.controls.follow.isChecked())

    def _choose_unit(self) -> None:
        in_epochs = not self.controls.steps.isChecked() and self._prepared is not None
        steps = self._prepared.steps_per_epoch if in_epochs and self._prepared else 1
        self._set_view(steps_per_unit=float(max(1, steps)))

    def _follow_run(self) -> None:
        """Widen the time axis in doublings up to the whole run: it moves seldom."""
        per_epoch = max(1, self._prepared.steps_per_epoch) if self._prepared else 100
        whole = per_epoch * max(1, self._prepared.epochs) if self._prepared else float("inf")
        end = float(per_epoch)
        while end < self.history.last_step:
            end *= 2
        end = max(2.0, min(end, whole))
        if end != self._x_end:
            self._show_steps(1.0 if self.view.log_x else 0.0, end)
            self._x_end = end

    def _show_steps(self, first: float, last: float) -> None:
        ends = self.view.x_of(np.array([first, max(last, first + 1.0)]))
        self.panes[0].plot.getViewBox().setXRange(*ends, padding=0.01)

    def _show_newest(self) -> None:
        if not self.panes[0].cursor.isVisible():
            self._show_losses(self.history.last_step)

    def _show_losses(self, step: float, *notes: str) -> None:
        visible = [name for pane in self.panes for name, t in pane.terms.items() if t.visible]
        found = self.history.nearest(step, visible)
        if found is None:
            self.readout.show_losses("", ())
            return
        at, losses = found
        faces = self.faces.all
        parts = [f"{faces[name].label} {faces[name].write(v)}" for name, v in losses.items()]
        per_epoch = max(1, self._prepared.steps_per_epoch) if self._prepared else 0
        epoch = f", epoch {at / per_epoch:.2f}" if per_epoch else ""
        self.readout.show_losses(f"Batch at step {count(at)}{epoch}", (*parts, *notes))

    def _expect_losses(self) -> None:
        visible = {name for pane in self.panes for name, t in pane.terms.items() if t.visible}
        self.readout.expect([f.label for name, f in self.faces.all.items() if name in visible])

    def _on_terms_chosen(self) -> None:
        for pane in self.panes:
            for name, term in pane.terms.items():
                term.set_visible(name in self.faces.all and self.controls.shows(name))
        self._expect_losses()
        self._fit_all()
        self.mark_stale()

    def _on_axes_chosen(self) -> None:
        controls = self.controls
        self._set_view(log_x=controls.log_x.isChecked(), log_y=controls.log_y.isChecked())

    def _on_smoothing_chosen(self, window: int) -> None:
        self._set_view(window=window)

    def _on_zoomed(self) -> None:
        self.controls.follow.setChecked(False)
        self.mark_stale()

    def _on_mouse_moved(self, place: QPointF) -> None:
        for pane in self._shown_panes():
            box = pane.plot.getViewBox()
            if box.sceneBoundingRect().contains(place) and len(self.history):
                self._point_at(box.mapSceneToView(place).x())
                return
        for pane in self.panes:
            pane.cursor.hide()
            pane.moves.leave()

    def _point_at(self, x: float) -> None:
        for pane in self.panes:
            pane.cursor.setValue(x)
            pane.cursor.show()
        moves = self.panes[0].moves
        moves.point_at(x)
        self._show_losses(self.view.step_at(x), *(move_text(move) for move in moves.near(x)))

    def _tint(self) -> None:
        colours = self.palette()
        self._graphics.setBackground(colours.color(QPalette.ColorRole.Window))
        for item in self._all():
            item.tint(colours)
        self.controls.tint(colours)
