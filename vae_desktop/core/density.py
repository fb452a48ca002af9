"""How densely points lie, on the screen and along one latent."""

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.viewport import Points, Viewport

CELL = 4
"""Pixels on a side of the cells that points are counted in."""
LEVELS = 8
BINS = 120


def bands(points: Points, view: Viewport, reach: int = 4) -> NDArray[np.uint8]:
    """Steps of density, 0 to `LEVELS`, in cells of the screen, (rows, columns).

    The counts are smoothed by three passes of a box (nearly a Gaussian); each step is an
    equal part of the root of the highest density, so that thin parts show.

    Args:
        points: (n, 2).
        view: what is on screen.
        reach: of each pass, in cells to either side.
    """
    rows, columns = -(-view.height // CELL), -(-view.width // CELL)
    margin = 3 * reach
    cells = np.floor(view.to_pixels(points) / CELL) + margin
    inside = ((cells >= 0) & (cells < (columns + 2 * margin, rows + 2 * margin))).all(axis=1)
    column, row = cells[inside].astype(np.intp).T
    width = columns + 2 * margin
    counts = np.bincount(row * width + column, minlength=(rows + 2 * margin) * width)
    smooth = counts.reshape(-1, width).astype(np.float64)
    for _ in range(3):
        smooth = _boxed(_boxed(smooth, reach).T, reach).T
    shown = np.sqrt(smooth[margin:-margin, margin:-margin])
    peak = shown.max(initial=0.0)
    if not peak:
        return np.zeros((rows, columns), np.uint8)
    steps = np.floor(shown / peak * LEVELS * (1 - 1e-9))
    return np.asarray(steps, np.uint8)


def along(values: NDArray[np.floating], low: float, high: float) -> NDArray[np.float64]:
    """Density of values (n,) in `BINS` equal bins from low to high, smoothed; sums to the
    share of values that are inside, over the width of a bin."""
    values = values[np.isfinite(values)]
    counts, edges = np.histogram(values, BINS, (low, high))
    smooth = counts[None].astype(np.float64)
    for _ in range(3):
        smooth = _boxed(smooth, 2)
    return np.asarray(smooth[0] / max(1, len(values)) / (edges[1] - edges[0]))


def _boxed(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Means over 2 · reach + 1 neighbours along the rows; outside counts as zero."""
    padded = np.pad(values, ((0, 0), (reach + 1, reach)))
    sums = padded.cumsum(axis=1)
    means = (sums[:, 2 * reach + 1 :] - sums[:, : -2 * reach - 1]) / (2 * reach + 1)
    return np.asarray(means)
