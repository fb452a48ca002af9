"""A run's way over the rate–distortion plane, as its events tell it."""

import math

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.events import Batches, Evaluation, Event

Numbers = NDArray[np.float64]

MOST_DOTS = 800
"""Dots of training batches that are drawn; where there are more, neighbours are averaged."""
_ISO_LINES = 7
_ROUND = (1, 2, 2.5, 5, 10)


class RateTrail:
    """KL and reconstruction of training batches, and of every test on the whole test set."""

    def __init__(self) -> None:
        self._chunks: list[Numbers] = []
        self.tests: list[Evaluation] = []

    def take(self, event: Event) -> bool:
        """Remember an event; True where it is one of those that count."""
        if isinstance(event, Batches) and event.kl is not None:
            assert event.reconstruction is not None
            points = np.stack([event.kl, event.reconstruction], axis=1)
            self._chunks.append(points.astype(np.float64))
            return True
        if isinstance(event, Evaluation) and event.kl is not None:
            self.tests.append(event)
            return True
        return False

    def batches(self) -> Numbers:
        """Training batches (n, 2), in order, at most `MOST_DOTS` of them."""
        if not self._chunks:
            return np.zeros((0, 2))
        points = np.concatenate(self._chunks)
        self._chunks = [points]
        points = points[np.isfinite(points).all(axis=1)]
        each = math.ceil(len(points) / MOST_DOTS)
        if each <= 1:
            return points
        starts = np.arange(0, len(points), each)
        counts = np.diff(np.append(starts, len(points)))
        return np.asarray(np.add.reduceat(points, starts) / counts[:, None], np.float64)

    def evaluated(self) -> Numbers:
        """Tests (n, 2), in order."""
        pairs = [(test.kl, test.reconstruction) for test in self.tests]
        return np.array(pairs, np.float64).reshape(-1, 2)


def iso_values(x: tuple[float, float], y: tuple[float, float]) -> list[float]:
    """Round values of KL + reconstruction whose lines cross a part of the plane."""
    low, high = x[0] + y[0], x[1] + y[1]
    if not (math.isfinite(low) and math.isfinite(high) and high > low):
        return []
    power = 10.0 ** math.floor(math.log10((high - low) / _ISO_LINES))
    step = next(s * power for s in _ROUND if s * power * _ISO_LINES >= high - low)
    first = math.ceil(low / step)
    return [step * index for index in range(first, math.floor(high / step) + 1)]


def iso_line(
    value: float, x: tuple[float, float], y: tuple[float, float]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the line of slope −1 on which KL + reconstruction is `value` enters and leaves a
    part of the plane: (KL, reconstruction) twice."""
    left = max(x[0], value - y[1])
    right = min(x[1], value - y[0])
    return (left, value - left), (right, value - right)


def range_of(*clouds: Numbers, share: float = 0.3) -> tuple[Numbers, Numbers] | None:
    """Low and high ends (2,) of a view in which points can be seen; None without points.

    Args:
        clouds: points (n, 2); of the first, the beginning of a run, `share` is left out.
        share: so much of it.
    """
    first, *others = clouds
    settled = first[int(share * len(first)) :]
    points = np.concatenate([settled, *others])
    if not len(points):
        return None
    low, high = points.min(axis=0), points.max(axis=0)
    margin = np.maximum(0.12 * (high - low), 0.02 * np.abs(high) + 0.5)
    # KL is never below 0; a dot at 0 is still to be seen as a whole.
    least = np.array([-0.04 * (high[0] + margin[0]), -np.inf])
    return np.asarray(np.maximum(low - margin, least)), np.asarray(high + margin)
