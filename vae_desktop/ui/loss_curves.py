"""How losses are drawn, and the curves of one term."""

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor, QPalette

from vae_desktop.ui.loss_history import LossHistory, Numbers
from vae_desktop.ui.plot_terms import Face
from vae_desktop.ui.theme import ink, mixed

_FAINT = 0.35
_SMOOTHED = 0.7


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

    def line(self, steps: Numbers, values: Numbers) -> tuple[Numbers, Numbers]:
        """As `points`, but a single loss becomes a dash as wide as its step: a line of one
        point would not be seen."""
        if len(steps) == 1:
            steps, values = steps[0] + np.array([-0.5, 0.5]), np.repeat(values, 2)
        return self.points(steps, values)


class TermCurves:
    """The three curves of one term: every batch, their running mean, the test set."""

    def __init__(self, name: str, plot: pg.PlotItem) -> None:
        self.name = name
        self.visible = True
        self._scale = 1.0
        self._colour: QColor | None = None
        self.training = pg.PlotCurveItem()
        self.smoothed = pg.PlotCurveItem()
        self.tested = pg.PlotDataItem(symbol="o", symbolSize=6, antialias=True)
        for order, item in enumerate((self.training, self.smoothed, self.tested)):
            item.setZValue(order)
            plot.addItem(item, ignoreBounds=True)

    def show_face(self, face: Face) -> None:
        """Take the scale and the colour of a term."""
        self._scale, self._colour = face.scale, face.colour

    def tint(self, colours: QPalette) -> None:
        """Take the colours of a palette."""
        ground = colours.color(QPalette.ColorRole.Window)
        colour = self._colour or ink(colours)
        self.training.setPen(pg.mkPen(mixed(colour, ground, _FAINT)))
        self.smoothed.setPen(pg.mkPen(mixed(colour, ground, _SMOOTHED)))
        self.tested.setPen(pg.mkPen(colour, width=1.5))
        self.tested.setSymbolPen(pg.mkPen(ground))
        self.tested.setSymbolBrush(pg.mkBrush(colour))

    def draw(self, history: LossHistory, view: LossView, rows: slice, points: int) -> None:
        """Put a stretch of a history into the curves."""
        smooth = (np.empty(0), np.empty(0))
        if view.window:
            smooth = history.smoothed(self.name, view.window, rows, points // 2)
        training = self._scaled(history.training(self.name, rows, points))
        self.training.setData(*view.line(*training))
        self.smoothed.setData(*view.points(*self._scaled(smooth)))
        self.tested.setData(*view.points(*self._scaled(history.tested(self.name))))

    def set_visible(self, visible: bool) -> None:
        """Show the term, or hide it."""
        self.visible = visible
        for item in (self.training, self.smoothed, self.tested):
            item.setVisible(visible)

    def points(self) -> tuple[Numbers, Numbers]:
        """All that is drawn but the running mean."""
        drawn = [item.getData() for item in (self.training, self.tested)]
        known = [pair for pair in drawn if pair[0] is not None]
        if not known:
            return np.empty(0), np.empty(0)
        return np.concatenate([x for x, _ in known]), np.concatenate([y for _, y in known])

    def _scaled(self, curve: tuple[Numbers, Numbers]) -> tuple[Numbers, Numbers]:
        steps, values = curve
        return steps, values * self._scale
