"""One plot with the curves of some terms of the loss."""

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor, QPalette

from vae_desktop.ui.loss_history import LossHistory, Numbers
from vae_desktop.ui.theme import KL, RECONSTRUCTION, hairline, ink, mixed, muted

MAX_POINTS = 4000
_FAINT = 0.35
_SMOOTHED = 0.7
_MARGIN = 0.06
_SETTLED = 0.1
_AXIS_WIDTH = 48


@dataclass(frozen=True)
class LossView:
    """How losses are drawn.

    Attributes:
        log_x, log_y: logarithmic axes.
        steps_per_unit: steps in one unit of the horizontal axis (1, or those of an epoch).
        window: steps in the mean of the smoothed line; 0 draws none.
    """

    log_x: bool = False
    log_y: bool = False
    steps_per_unit: float = 1.0
    window: int = 50

    def x_of(self, steps: Numbers) -> Numbers:
        """Places on the horizontal axis."""
        x = steps / self.steps_per_unit
        return np.log10(np.maximum(x, 1e-9)) if self.log_x else x

    def step_at(self, x: float) -> float:
        """The step at a place on the horizontal axis."""
        return float((10.0 ** min(x, 12.0) if self.log_x else x) * self.steps_per_unit)

    def points(self, steps: Numbers, values: Numbers) -> tuple[Numbers, Numbers]:
        """Places of the losses that can be drawn: not those without a finite logarithm."""
        keep = np.isfinite(values)
        if self.log_y:
            keep &= values > 0
        if self.log_x:
            keep &= steps > 0
        steps, values = steps[keep], values[keep]
        return self.x_of(steps), np.log10(values) if self.log_y else values


class _Term:
    """The three curves of one term: every batch, their running mean, the test set."""

    def __init__(self, name: str, plot: pg.PlotItem) -> None:
        self.name = name
        self.visible = True
        self.training = pg.PlotCurveItem()
        self.smoothed = pg.PlotCurveItem()
        self.tested = pg.PlotDataItem(symbol="o", symbolSize=6, antialias=True)
        for order, item in enumerate((self.training, self.smoothed, self.tested)):
            item.setZValue(order)
            plot.addItem(item, ignoreBounds=True)

    def tint(self, colour: QColor, ground: QColor) -> None:
        self.training.setPen(pg.mkPen(mixed(colour, ground, _FAINT)))
        self.smoothed.setPen(pg.mkPen(mixed(colour, ground, _SMOOTHED)))
        self.tested.setPen(pg.mkPen(colour, width=1.5))
        self.tested.setSymbolPen(pg.mkPen(ground))
        self.tested.setSymbolBrush(pg.mkBrush(colour))

    def draw(self, history: LossHistory, view: LossView, rows: slice, points: int) -> None:
        training = view.points(*history.training(self.name, rows, points))
        tested = view.points(*history.tested(self.name))
        smooth = (np.empty(0), np.empty(0))
        if view.window:
            smooth = view.points(*history.smoothed(self.name, view.window, rows, points // 2))
        self.training.setData(*training)
        self.smoothed.setData(*smooth)
        self.tested.setData(*tested)

    def set_visible(self, visible: bool) -> None:
        self.visible = visible
        for item in (self.training, self.smoothed, self.tested):
            item.setVisible(visible)

    def points(self) -> tuple[Numbers, Numbers]:
        drawn = [item.getData() for item in (self.training, self.tested)]
        known = [pair for pair in drawn if pair[0] is not None]
        if not known:
            return np.empty(0), np.empty(0)
        return np.concatenate([x for x, _ in known]), np.concatenate([y for _, y in known])


class LossPane:
    """A plot of some terms of the loss over training."""

    def __init__(self, plot: pg.PlotItem, terms: tuple[str, ...], *, bottom: bool) -> None:
        self.plot = plot
        self.terms = {name: _Term(name, plot) for name in terms}
        self.cursor = pg.InfiniteLine(angle=90)
        self.cursor.hide()
        plot.addItem(self.cursor, ignoreBounds=True)
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.disableAutoRange()
        plot.getAxis("left").setWidth(_AXIS_WIDTH)
        plot.getAxis("bottom").setStyle(showValues=bottom)
        self._bottom = bottom
        self._range = (0.0, 1.0)

    def tint(self, colours: QPalette) -> None:
        """Take the colours of a palette."""
        ground = colours.color(QPalette.ColorRole.Window)
        inks = {"total": ink(colours), "reconstruction": RECONSTRUCTION, "kl": KL}
        for name, term in self.terms.items():
            term.tint(inks[name], ground)
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(pg.mkPen(hairline(colours)))
            axis.setTextPen(pg.mkPen(muted(colours)))
        self.cursor.setPen(pg.mkPen(muted(colours)))

    def set_axes(self, view: LossView) -> None:
        """Label the axes in numbers of the view."""
        self.plot.getAxis("bottom").setLogMode(view.log_x)
        self.plot.getAxis("left").setLogMode(view.log_y)
        if self._bottom:
            self.plot.setLabel("bottom", "step" if view.steps_per_unit == 1 else "epoch")
        self._range = (0.0, 0.0)

    def draw(self, history: LossHistory, view: LossView) -> None:
        """Put the visible stretch of a history into the curves."""
        (left, right), _ = self.plot.getViewBox().viewRange()
        rows = history.rows_between(view.step_at(left), view.step_at(right))
        width = int(self.plot.getViewBox().width())
        points = max(200, min(MAX_POINTS, 2 * width))
        for term in self.terms.values():
            if term.visible:
                term.draw(history, view, rows, points)

    def fit(self, *, everything: bool) -> None:
        """Choose the range of losses: all drawn ones, or those after the first descent."""
        wanted = self._wanted_range(everything)
        if wanted is None or (not everything and _still_good(self._range, wanted)):
            return
        self._range = wanted
        self.plot.getViewBox().setYRange(*wanted, padding=0)

    def _wanted_range(self, everything: bool) -> tuple[float, float] | None:
        drawn = [term.points() for term in self.terms.values() if term.visible]
        if not any(len(x) for x, _ in drawn):
            return None
        x = np.concatenate([x for x, _ in drawn])
        y = np.concatenate([y for _, y in drawn])
        if not everything:
            settled = y[x >= x.min() + _SETTLED * (x.max() - x.min())]
            y = settled if len(settled) else y
        low, high = float(y.min()), float(y.max())
        margin = _MARGIN * (high - low) or 0.5
        return low - margin, high + margin


def _still_good(present: tuple[float, float], wanted: tuple[float, float]) -> bool:
    """True where all is in view and not too small: then the axis keeps still."""
    inside = present[0] <= wanted[0] and wanted[1] <= present[1]
    return inside and (present[1] - present[0]) < 1.6 * (wanted[1] - wanted[0])
