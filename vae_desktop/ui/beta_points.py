"""The points of a drawn β schedule: where they may go, and how one is moved.

Pure functions. A point is an epoch and β there; points are sorted, no two at one epoch.
"""

import math
from collections.abc import Sequence

from vae_desktop.core.sections import POINT_LIMIT

Point = tuple[float, float]
Points = tuple[Point, ...]

LONGEST, LARGEST = 10_000.0, 1000.0
"""Limits of epoch and β."""

_PLACES = 100
"""Places along an axis that a point is moved to, at least."""


def flat(beta: float, epochs: int) -> Points:
    """The schedule to begin with: β all the time."""
    return (0.0, beta), (float(epochs), beta)


def rounded(value: float, span: float) -> float:
    """A place on an axis of this length, without digits that nobody meant."""
    return round(value, _decimals(span))


def step(span: float) -> float:
    """The distance of neighbouring places on an axis of this length."""
    return 10.0 ** -_decimals(span)


def _decimals(span: float) -> int:
    return -math.floor(math.log10(span / _PLACES))


def added(points: Points, point: Point) -> tuple[Points, int]:
    """The points with one more, and its index; one at the same epoch gives way to it.

    Unchanged, with the index of the nearest, where there are as many as a schedule takes.
    """
    others = [other for other in points if other[0] != point[0]]
    if len(others) >= POINT_LIMIT:
        return points, nearest(points, point[0])
    result = tuple(sorted([*others, point]))
    return result, result.index(point)


def nearest(points: Sequence[Point], epoch: float) -> int:
    """The index of the point whose epoch is nearest."""
    return min(range(len(points)), key=lambda index: abs(points[index][0] - epoch))


def moved(points: Points, index: int, point: Point, gap: float) -> Points:
    """The points with one put elsewhere; it stays between its neighbours, `gap` apart."""
    earliest = points[index - 1][0] + gap if index else 0.0
    latest = points[index + 1][0] - gap if index + 1 < len(points) else LONGEST
    epoch = min(latest, max(earliest, point[0])) if earliest <= latest else points[index][0]
    beta = min(LARGEST, max(0.0, point[1]))
    return (*points[:index], (epoch, beta), *points[index + 1 :])


def without(points: Points, index: int) -> Points:
    """The points without one."""
    return points[:index] + points[index + 1 :]
