"""Which points a rectangle or a lasso holds, and how selections combine."""

from enum import Enum

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.latents import Rows
from vae_desktop.core.viewport import Points


class Mode(Enum):
    """What a new outline does to the selection there is."""

    REPLACE = "replace"
    ADD = "add"
    REMOVE = "remove"


def inside(points: Points, outline: Points) -> NDArray[np.bool_]:
    """Which points (n, 2) are inside a closed outline (k, 2), by the even-odd rule.

    What is not finite is outside.
    """
    result = np.zeros(len(points), bool)
    if len(outline) < 3:
        return result
    low, high = outline.min(axis=0), outline.max(axis=0)
    near = np.flatnonzero(((points >= low) & (points <= high)).all(axis=1))
    x, y = points[near].astype(np.float64).T
    odd = np.zeros(len(near), bool)
    for (x1, y1), (x2, y2) in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        if y1 != y2:
            crosses = (y1 > y) != (y2 > y)
            odd ^= crosses & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    result[near] = odd
    return result


def combined(before: Rows, outlined: Rows, mode: Mode) -> Rows:
    """The selection after an outline was drawn, in ascending order."""
    if mode is Mode.ADD:
        return np.union1d(before, outlined)
    if mode is Mode.REMOVE:
        return np.setdiff1d(before, outlined)
    return np.unique(outlined)
