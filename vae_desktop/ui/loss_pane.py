"""One plot with the curves of some terms of the loss."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QPalette

from vae_desktop.ui.loss_curves import LossView, TermCurves
from vae_desktop.ui.loss_history import LossHistory, Numbers
from vae_desktop.ui.plot_marks import Baselines, MoveLines
from vae_desktop.ui.plot_terms import Face
from vae_desktop.ui.theme import hairline, muted

MAX_POINTS = 4000
AXIS_WIDTH = 56
_MARGIN = 0.06
_SETTLED = 0.1


class LossPane:
    """A plot of some terms of the loss over training.

    Args:
        plot: the empty plot.
        names: of all terms that it may ever show.
    """

    def __init__(self, plot: pg.PlotItem, names: Iterable[str]) -> None:
        self.plot = plot
        self.terms = {name: TermCurves(name, plot) for name in names}
        self.cursor = pg.InfiniteLine(angle=90)
        self.cursor.hide()
        plot.addItem(self.cursor, ignoreBounds=True)
        self.baselines = Baselines(plot)
        self.moves = MoveLines(plot)
        dress(plot)
        self._is_loss = True
        self._range = (0.0, 1.0)

    def show_faces(self, faces: Mapping[str, Face], *, is_loss: bool = True) -> None:
        """Show these terms; a pane that shows no loss keeps its linear scale."""
        self._is_loss = is_loss
        self.plot.setVisible(bool(faces))
        for name, term in self.terms.items():
            term.set_visible(name in faces and faces[name].shown)
            if name in faces:
                term.show_face(faces[name])

    def tint(self, colours: QPalette) -> None:
        """Take the colours of a palette."""
        for term in self.terms.values():
            term.tint(colours)
        tint_axes(self.plot, colours)
        for marks in (self.baselines, self.moves):
            marks.tint(colours)
        self.cursor.setPen(pg.mkPen(muted(colours)))

    def set_axes(self, view: LossView) -> None:
        """Label the axes in numbers of the view."""
        self.plot.getAxis("bottom").setLogMode(view.log_x)
        self.plot.getAxis("left").setLogMode(self._own(view).log_y)
        self._range = (0.0, 0.0)

    def draw(self, history: LossHistory, view: LossView) -> None:
        """Put the visible stretch of a history into the curves."""
        view = self._own(view)
        (left, right), _ = self.plot.getViewBox().viewRange()
        rows = history.rows_between(view.step_at(left), view.step_at(right))
        width = int(self.plot.getViewBox().width())
        points = max(200, min(MAX_POINTS, 2 * width))
        for term in self.terms.values():
            if term.visible:
                term.draw(history, view, rows, points)
        self.baselines.draw(view)
        self.moves.draw(history.moves, view)

    def fit(self, *, everything: bool) -> None:
        """Choose the range of losses: all drawn ones, or those after the first descent."""
        wanted = self._wanted_range(everything)
        if wanted is None or (not everything and _still_good(self._range, wanted)):
            return
        self._range = wanted
        self.plot.getViewBox().setYRange(*wanted, padding=0)

    def clear(self) -> None:
        """Forget the run, the range of its losses too."""
        self._range = (0.0, 0.0)
        self.baselines.show({})
        self.plot.getViewBox().setYRange(0.0, 1.0, padding=0)

    def _own(self, view: LossView) -> LossView:
        return view if self._is_loss else replace(view, log_y=False)

    def _wanted_range(self, everything: bool) -> tuple[float, float] | None:
        drawn = [term.points() for term in self.terms.values() if term.visible]
        if not any(len(x) for x, _ in drawn):
            return None
        x = np.concatenate([x for x, _ in drawn])
        y = np.concatenate([y for _, y in drawn])
        if not everything:
            settled = y[x >= x.min() + _SETTLED * (x.max() - x.min())]
            y = settled if len(settled) else y
        return _widened(np.append(y, self.baselines.places))


def dress(plot: pg.PlotItem) -> None:
    """What all plots over the run have in common."""
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.disableAutoRange()
    plot.getAxis("left").setWidth(AXIS_WIDTH)


def tint_axes(plot: pg.PlotItem, colours: QPalette) -> None:
    """Draw the axes of a plot in the colours of a palette."""
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(pg.mkPen(hairline(colours)))
        axis.setTextPen(pg.mkPen(muted(colours)))


def show_time(plot: pg.PlotItem, label: str) -> None:
    """Number the time axis of a plot and label it; with "" do neither."""
    plot.getAxis("bottom").setStyle(showValues=bool(label))
    plot.showLabel("bottom", bool(label))
    if label:
        plot.setLabel("bottom", label)


def _widened(y: Numbers) -> tuple[float, float]:
    low, high = float(y.min()), float(y.max())
    margin = _MARGIN * (high - low) or max(0.05 * abs(low), 1e-6)
    return low - margin, high + margin


def _still_good(present: tuple[float, float], wanted: tuple[float, float]) -> bool:
    """True where all is in view and not too small: then the axis keeps still."""
    inside = present[0] <= wanted[0] and wanted[1] <= present[1]
    return inside and (present[1] - present[0]) < 1.6 * (wanted[1] - wanted[0])
