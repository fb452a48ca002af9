"""The map of the latent space: points drawn anew, and the nearest point found."""

import json
import sys
from collections.abc import Callable
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.context import Context, python_json
from tests.benchmarks.table import Row, alternate, at_least_times, at_most, percentile, told
from vae_desktop.core.point_index import PointIndex
from vae_desktop.core.raster import PointRaster, colour_table, coloured
from vae_desktop.core.viewport import Viewport

SIDE = 900
VIEW = Viewport(0.0, 0.0, 8 / SIDE, SIDE, SIDE)
CLASSES = 10
COLOURS = np.random.default_rng(1).integers(0, 256, (CLASSES, 3)).astype(np.uint8)
QUERIES = 500
DOT = 3


def map_70k(context: Context) -> list[Row]:
    """70,000 points of ten classes, as dots of 3 pixels, from coordinates to colours."""
    return [at_most("map-70k", 1e3 * _median(context, 70_000), "ms", 4)]


def map_1m(context: Context) -> list[Row]:
    """The same with a million points."""
    return [at_most("map-1m", 1e3 * _median(context, 1_000_000), "ms", 30)]


def map_vs_scatter(context: Context) -> list[Row]:
    """70,000 points on a widget against pyqtgraph's scatter item: new data, and a moved view."""
    figures = python_json("-m", "tests.benchmarks.maps", str(4 * context.repeats))
    return [
        at_least_times("map-vs-scatter", *figures["data"], "redraws/s", 8),
        Row("map-vs-scatter pan", *figures["pan"], "redraws/s", "", None),
    ]


def nearest_1m(context: Context) -> list[Row]:
    """The six points nearest to places inside and around a cloud of a million."""
    points, _ = cloud(1_000_000)
    begin = perf_counter()
    index = PointIndex(points)
    built = perf_counter() - begin
    times = []
    for x, y in np.random.default_rng(2).uniform(-6, 6, (QUERIES, 2)):
        begin = perf_counter()
        index.nearest(x, y, 6)
        times.append(1e3 * (perf_counter() - begin))
    return [
        at_most("nearest-1m p99", percentile(times, 0.99), "ms", 1),
        told("nearest-1m p50", percentile(times, 0.5), "ms"),
        told("nearest-1m index", 1e3 * built, "ms"),
    ]


def cloud(count: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Points from N(0, I), (count, 2), and a number from 1 to 10 for each."""
    random = np.random.default_rng(0)
    points = random.normal(size=(count, 2)).astype(np.float32)
    return points, random.integers(1, CLASSES + 1, count).astype(np.uint8)


def _raster(count: int) -> PointRaster:
    points, numbers = cloud(count)
    x, y = np.ascontiguousarray(points.T)
    return PointRaster(x, y, numbers)


def _median(context: Context, count: int) -> float:
    raster, table = _raster(count), colour_table(COLOURS)
    return alternate(
        5 * context.repeats, lambda: _seconds(lambda: coloured(raster.draw(VIEW, DOT), table))
    )[0]


def _seconds(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return perf_counter() - begin


def main(repeats: int) -> None:
    """Print redraws a second of both, for new data and for a moved view, as JSON."""
    import pyqtgraph
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtWidgets import QApplication, QWidget

    app = QApplication([])
    points, numbers = cloud(70_000)
    raster, table = _raster(70_000), colour_table(COLOURS)

    class Ours(QWidget):
        view = VIEW

        def paintEvent(self, event: object) -> None:
            pixels = coloured(raster.draw(self.view, DOT), table)
            form = QImage.Format.Format_ARGB32_Premultiplied
            QPainter(self).drawImage(0, 0, QImage(pixels.data, SIDE, SIDE, 4 * SIDE, form))

    ours = Ours()
    ours.resize(SIDE, SIDE)
    scene = pyqtgraph.PlotWidget()
    scene.resize(SIDE, SIDE)
    brushes = [pyqtgraph.mkBrush(*colour) for colour in COLOURS]
    brush = [brushes[number - 1] for number in numbers]
    item = pyqtgraph.ScatterPlotItem(size=DOT, pen=None, pxMode=True)
    scene.addItem(item)
    for widget in (ours, scene):
        widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        widget.show()

    def pan_ours() -> float:
        ours.view = ours.view.panned(1, 0)
        return _seconds(ours.grab)

    def pan_theirs() -> float:
        scene.getViewBox().translateBy((0.01, 0))
        return _seconds(scene.grab)

    def data_theirs() -> float:
        def work() -> None:
            item.setData(pos=points, brush=brush)
            scene.grab()

        return _seconds(work)

    item.setData(pos=points, brush=brush)
    scene.grab()
    pan = [1 / value for value in alternate(repeats, pan_ours, pan_theirs)]
    data = [1 / value for value in alternate(repeats, pan_ours, data_theirs)]
    print(json.dumps({"pan": pan, "data": data}))
    app.quit()


if __name__ == "__main__":
    main(int(sys.argv[1]))
