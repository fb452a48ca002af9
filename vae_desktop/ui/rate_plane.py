"""The rate–distortion plane: what codes cost against how well pictures come back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Signal, Slot
from PySide6.QtGui import QHideEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from vae_desktop.core.config import RunConfig
from vae_desktop.core.events import Ended, Event
from vae_desktop.session.compared_runs import FinishedRun, FinishedRuns, finished_runs
from vae_desktop.session.jobs import JobRunner
from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.job_line import JobLine
from vae_desktop.ui.labels import Caption, Heading
from vae_desktop.ui.live import LivePanel
from vae_desktop.ui.loss_pane import dress, tint_axes
from vae_desktop.ui.numbers import nats, plural
from vae_desktop.ui.rate_trail import RateTrail, iso_line, iso_values, range_of
from vae_desktop.ui.theme import KL, RECONSTRUCTION, accent, hairline, ink, mixed, muted

KnownRuns = Callable[[], Sequence[Path]]
"""The folders of all runs that are known, the newest first."""

MOST_RUNS = 30
_INTERVAL = 0.2
_NEAR = 12.0
_SPACE = "\N{EN SPACE}"
"""Between a dot and its label."""
_SENTENCE = (
    "Dots: the test set after each epoch; faint: training batches. Along a thin line "
    "reconstruction + KL is the same."
)
_NO_KL = (
    "This run has no KL term: its codes cost nothing that could be counted in nats, so it has no "
    "place on this plane. Train a VAE to see one."
)


class RatePlane(LivePanel):
    """A plot: the trail of the run on view, and saved runs of the same data as labelled dots.

    Args:
        known: the folders of runs.
    """

    failed = Signal(object)

    def __init__(self, known: KnownRuns) -> None:
        super().__init__(_INTERVAL)
        self._known = known
        self._config: RunConfig | None = None
        self._folder: Path | None = None
        self.trail = RateTrail()
        self.finished = FinishedRuns((), 0)
        self._watched = self._read = False
        self.caption, self.beside, self.job = Caption(), Caption(), JobLine()
        self._reader = JobRunner(self)
        self._labels: list[pg.TextItem] = []
        self._iso_labels: list[pg.TextItem] = []
        self._make_plot()
        self._lay_out()
        self._connect()
        self._tint()

    def show_run(self, folder: Path, config: RunConfig) -> None:
        """Another run comes on view."""
        self._reader.cancel()
        self._folder, self._config = folder, config
        self.trail, self._read = RateTrail(), False
        self.finished = FinishedRuns((), 0)
        self._own_range = None
        has_kl = config.model.kind in ("vae", "cvae")
        self._pages.setCurrentIndex(1 if has_kl else 0)
        self.mark_stale()
        self._look()

    def show_weight(self, weight: str) -> None:
        """What weighs the run's KL term."""
        self._own_label.setText(f"{_SPACE}{weight}, this run")

    def take(self, event: Event) -> None:
        """Remember an event of the run on view."""
        if self.trail.take(event):
            self.mark_stale()
        elif isinstance(event, Ended):
            self._read = False
            self._look()

    def draw(self) -> None:
        batches, tests = self.trail.batches(), self.trail.evaluated()
        self._batches.setData(pos=batches)
        self._path.setData(tests[:, 0], tests[:, 1])
        self._tests.setData(pos=tests)
        self._newest.setData(pos=tests[-1:])
        self._own_label.setVisible(len(tests) > 0)
        if len(tests):
            self._own_label.setPos(*tests[-1])
        others = np.array([(r.kl, r.reconstruction) for r in self.finished.runs]).reshape(-1, 2)
        self._others.setData(pos=others)
        ends = range_of(batches, tests, others)
        if ends is not None and self._follows:
            self._fit(*ends)
        self._say()

    def shutdown(self) -> None:
        """End what runs in the background."""
        self._reader.shutdown()

    def reading(self, x: float, y: float) -> str:
        """What is nearest to a place on the plane, within some pixels; else ""."""
        width, height = self._plot.getViewBox().viewPixelSize()
        found: list[tuple[float, str]] = []
        for test in self.trail.tests:
            assert test.kl is not None
            assert test.reconstruction is not None
            text = f"This run, epoch {test.epoch}: {_sum(test.kl, test.reconstruction)}"
            found.append(
                (np.hypot((test.kl - x) / width, (test.reconstruction - y) / height), text)
            )
        for run in self.finished.runs:
            text = f"{run.folder.name}, {run.label}, epoch {run.epoch}: "
            text += _sum(run.kl, run.reconstruction)
            found.append((np.hypot((run.kl - x) / width, (run.reconstruction - y) / height), text))
        distance, text = min(found, default=(np.inf, ""))
        return text if distance <= _NEAR else ""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watched = True
        self._look()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._watched = False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    _follows = True
    _own_range: tuple[float, ...] | None = None

    def _make_plot(self) -> None:
        self._graphics = pg.GraphicsLayoutWidget()
        self._graphics.setAccessibleName("Rate–distortion plane")
        self._plot = self._graphics.addPlot(0, 0)
        dress(self._plot)
        self._plot.setLabel("bottom", "KL: what the codes cost (nats per image)")
        self._plot.setLabel("left", "Reconstruction (nats per image)")
        self._plot.getAxis("left").setWidth(72)
        self._iso = pg.PlotCurveItem(connect="pairs")
        self._batches = pg.ScatterPlotItem(size=3, pen=None)
        self._path = pg.PlotCurveItem()
        self._tests = pg.ScatterPlotItem(size=6, pen=None)
        self._newest = pg.ScatterPlotItem(size=11, pen=None)
        self._others = pg.ScatterPlotItem(size=9, pen=None)
        self._own_label = pg.TextItem(anchor=(0, 0.5))
        self._plot.addItem(self._own_label, ignoreBounds=True)
        items = (self._iso, self._batches, self._path, self._tests, self._others, self._newest)
        for item in items:
            self._plot.addItem(item, ignoreBounds=True)

    def _lay_out(self) -> None:
        self._pages = QStackedWidget()
        self.empty = EmptyState(_NO_KL)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self._graphics)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(Heading("Rate and distortion", "test set, nats per image"))
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.caption)
        layout.addWidget(self.beside)
        layout.addWidget(self.job)

    def _connect(self) -> None:
        self._graphics.scene().sigMouseMoved.connect(self._on_mouse_moved)
        box = self._plot.getViewBox()
        box.sigRangeChanged.connect(self._on_range_changed)
        box.sigRangeChangedManually.connect(self._on_zoomed)
        self.job.follow(self._reader)
        self._reader.done.connect(self._on_read)
        self._reader.failed.connect(self.failed)

    def _look(self) -> None:
        """Read the saved runs, once for each run on view and again when it has ended."""
        config = self._config
        if not self._watched or self._read or config is None:
            return
        if config.model.kind not in ("vae", "cvae"):
            return
        self._read = True
        folders = list(self._known())[:MOST_RUNS]
        self._reader.start(partial(finished_runs, folders, config, self._folder))

    def _fit(self, low: np.ndarray, high: np.ndarray) -> None:
        wanted = (low[0], high[0], low[1], high[1])
        if self._own_range is not None:
            # All is in view and not too small: then the axes keep still.
            x0, x1, y0, y1 = self._own_range
            inside = x0 <= low[0] and high[0] <= x1 and y0 <= low[1] and high[1] <= y1
            if inside and x1 - x0 < 1.6 * (high[0] - low[0]) and y1 - y0 < 1.6 * (high[1] - low[1]):
                return
        self._own_range = wanted
        box = self._plot.getViewBox()
        box.setRange(xRange=wanted[:2], yRange=wanted[2:], padding=0)

    def _say(self) -> None:
        self.caption.setText(_SENTENCE)
        runs, others = len(self.finished.runs), self.finished.others
        beside = f"Beside it {plural(runs, 'saved run')} of the same data." if runs else ""
        left = f"{plural(others, 'run')} of other data, likelihood or kind left out."
        self.beside.setText(f"{beside} {left if others else ''}".strip())

    def _show_labels(self) -> None:
        for label in self._labels:
            self._plot.removeItem(label)
        self._labels = [self._label(run) for run in self.finished.runs]

    def _label(self, run: FinishedRun) -> pg.TextItem:
        label = pg.TextItem(f"{_SPACE}{run.label}", anchor=(0, 0.5), color=ink(self.palette()))
        label.setPos(run.kl, run.reconstruction)
        self._plot.addItem(label, ignoreBounds=True)
        return label

    def _tint(self) -> None:
        colours = self.palette()
        ground = colours.color(QPalette.ColorRole.Window)
        self._graphics.setBackground(ground)
        tint_axes(self._plot, colours)
        faint = mixed(hairline(colours), ground, 0.7)
        self._iso.setPen(pg.mkPen(faint))
        self._batches.setBrush(mixed(RECONSTRUCTION, ground, 0.3))
        self._path.setPen(pg.mkPen(RECONSTRUCTION))
        self._tests.setBrush(RECONSTRUCTION)
        self._newest.setBrush(accent(colours))
        self._others.setBrush(KL)
        for label in (*self._labels, self._own_label):
            label.setColor(ink(colours))
        for label in self._iso_labels:
            label.setColor(muted(colours))

    @Slot(object)
    def _on_read(self, finished: FinishedRuns) -> None:
        self.finished = finished
        self._show_labels()
        self.mark_stale()

    def _on_zoomed(self) -> None:
        self._follows = False

    def _on_range_changed(self) -> None:
        """Lines of slope −1 across what is in view, each with its value."""
        (x0, x1), (y0, y1) = self._plot.getViewBox().viewRange()
        values = iso_values((x0, x1), (y0, y1))
        ends = [iso_line(value, (x0, x1), (y0, y1)) for value in values]
        points = np.array(ends, np.float64).reshape(-1, 2)
        self._iso.setData(points[:, 0], points[:, 1])
        while len(self._iso_labels) < len(values):
            label = pg.TextItem(color=muted(self.palette()), anchor=(0, 0))
            self._plot.addItem(label, ignoreBounds=True)
            self._iso_labels.append(label)
        for index, label in enumerate(self._iso_labels):
            label.setVisible(index < len(values))
            if index < len(values):
                label.setText(f"sum {values[index]:g}")
                label.setPos(*ends[index][0])

    def _on_mouse_moved(self, place: QPointF) -> None:
        box = self._plot.getViewBox()
        if box.sceneBoundingRect().contains(place):
            point = box.mapSceneToView(place)
            text = self.reading(point.x(), point.y())
            if text:
                self.caption.setText(text)
            else:
                self._say()


def _sum(kl: float, reconstruction: float) -> str:
    total = nats(kl + reconstruction)
    return f"KL {nats(kl)} + reconstruction {nats(reconstruction)} = {total} nats"
