"""Marks in a plot of losses: what simple methods reach, and where somebody moved a lever."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette

from vae_desktop.core.events import LeverMoved
from vae_desktop.ui.loss_curves import LossView
from vae_desktop.ui.loss_history import Numbers
from vae_desktop.ui.numbers import plain
from vae_desktop.ui.plot_terms import SETTING_NAMES
from vae_desktop.ui.theme import accent, muted

_NEAR = 6.0


class Baselines:
    """Dashed lines at the losses of simple methods, each with its name."""

    def __init__(self, plot: pg.PlotItem) -> None:
        self._plot = plot
        self.lines: dict[str, pg.InfiniteLine] = {}
        self._values: dict[str, float] = {}
        self._colours = QPalette()
        self.places: Numbers = np.empty(0)

    def show(self, values: Mapping[str, float]) -> None:
        """Show baselines, by the text at their lines."""
        for line in self.lines.values():
            self._plot.removeItem(line)
        self._values = dict(values)
        self.places = np.empty(0)
        self.lines = {text: self._line(text) for text in values}
        self.tint(self._colours)

    def draw(self, view: LossView) -> None:
        """Put the lines where the view has their losses."""
        values = np.array(list(self._values.values()))
        _, self.places = view.points(np.ones(len(values)), values)
        for line, value in zip(self.lines.values(), values, strict=True):
            _, place = view.points(np.ones(1), np.array([value]))
            line.setVisible(len(place) == 1)
            if len(place):
                line.setValue(float(place[0]))

    def tint(self, colours: QPalette) -> None:
        """Take the colours of a palette."""
        self._colours = colours
        for line in self.lines.values():
            line.setPen(pg.mkPen(muted(colours), style=Qt.PenStyle.DashLine))
            line.label.setColor(muted(colours))

    def _line(self, text: str) -> pg.InfiniteLine:
        place = {"position": 0.98, "anchors": [(1, 1), (1, 1)]}
        line = pg.InfiniteLine(angle=0, label=text, labelOpts=place)
        self._plot.addItem(line, ignoreBounds=True)
        return line


class MoveLines:
    """Thin lines on the time axis where a lever was moved."""

    def __init__(self, plot: pg.PlotItem) -> None:
        self._plot = plot
        self._moves: Sequence[LeverMoved] = ()
        self.places: Numbers = np.empty(0)
        self.lines = pg.PlotCurveItem(connect="pairs")
        self.label = pg.TextItem(anchor=(0, 0))
        self.label.hide()
        for item in (self.lines, self.label):
            plot.addItem(item, ignoreBounds=True)

    def draw(self, moves: Sequence[LeverMoved], view: LossView) -> None:
        """Put a line at every move, as high as the plot is."""
        steps = np.array([move.step for move in moves], np.float64)
        self._moves, self.places = moves, view.x_of(steps)
        _, ends = self._plot.getViewBox().viewRange()
        self.lines.setData(np.repeat(self.places, 2), np.tile(ends, len(moves)))

    def point_at(self, x: float) -> None:
        """Say at the top of the plot what was moved near a place on the time axis."""
        found = self.near(x)
        self.label.setVisible(bool(found))
        if found:
            _, (_, top) = self._plot.getViewBox().viewRange()
            self.label.setText("\n".join(move_text(move) for move in found))
            self.label.setPos(self.places[list(self._moves).index(found[0])], top)

    def near(self, x: float) -> list[LeverMoved]:
        """The moves within some pixels of a place on the time axis."""
        width = _NEAR * self._plot.getViewBox().viewPixelSize()[0]
        close = np.flatnonzero(np.abs(self.places - x) <= width)
        return [self._moves[int(index)] for index in close]

    def leave(self) -> None:
        """Nobody points at anything any more."""
        self.label.hide()

    def tint(self, colours: QPalette) -> None:
        """Take the colours of a palette."""
        self.lines.setPen(pg.mkPen(accent(colours)))
        self.label.setColor(accent(colours))


def move_text(move: LeverMoved) -> str:
    """What a lever was moved to: 'β 4'."""
    return f"{SETTING_NAMES.get(move.name, move.name)} {plain(move.value)}"
