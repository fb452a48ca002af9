"""A low plot of one number that the steps are done with: β, or the learning rate."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QPalette

from vae_desktop.ui.loss_curves import LossView
from vae_desktop.ui.loss_history import LossHistory
from vae_desktop.ui.loss_pane import dress, tint_axes
from vae_desktop.ui.theme import SETTING, muted

HEIGHT = 44
_POINTS = 1000
_BELOW, _ABOVE = 0.15, 0.9
"""Room around the curve, as a share of its height; the name stands above it."""


class SettingStrip:
    """Shown only where the number changes over the run.

    Args:
        plot: the empty plot.
        term: its name in `Batches.terms`.
        label: its name for a reader.
    """

    def __init__(self, plot: pg.PlotItem, term: str, label: str) -> None:
        self.plot, self.term = plot, term
        self.curve = pg.PlotCurveItem(pen=pg.mkPen(SETTING))
        plot.addItem(self.curve, ignoreBounds=True)
        plot.setMouseEnabled(x=True, y=False)
        dress(plot)
        self._label = pg.TextItem(label, anchor=(0, 0))
        self._label.setParentItem(plot.getViewBox())
        self._label.setPos(2, -2)
        plot.hide()

    @property
    def shown(self) -> bool:
        """Whether there is anything to see."""
        return bool(self.plot.isVisible())

    def follow(self, history: LossHistory) -> bool:
        """Show or hide the strip, as the history needs; True where that is a change."""
        wanted = history.varies(self.term)
        changed = wanted != self.shown
        if changed:
            self.plot.setVisible(wanted)
        return changed

    def set_axes(self, view: LossView) -> None:
        """Label the axes in numbers of the view."""
        self.plot.getAxis("bottom").setLogMode(view.log_x)

    def draw(self, history: LossHistory, view: LossView) -> None:
        """Put the whole course of the number into the curve."""
        if not self.shown:
            return
        rows = history.rows_between(0, history.last_step)
        steps, values = history.training(self.term, rows, _POINTS)
        keep = np.isfinite(values)
        self.curve.setData(view.x_of(steps[keep]), values[keep])
        low, high = float(values[keep].min()), float(values[keep].max())
        span = high - low
        self.plot.getViewBox().setYRange(low - _BELOW * span, high + _ABOVE * span, padding=0)
        self.plot.getAxis("left").setTicks([[(value, f"{value:.3g}") for value in (low, high)]])

    def tint(self, colours: QPalette) -> None:
        """Take the colours of a palette."""
        tint_axes(self.plot, colours)
        self._label.setColor(muted(colours))
