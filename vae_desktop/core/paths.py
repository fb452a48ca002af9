"""Ways from one code to another."""

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.events import Floats

PARALLEL = 1e-6


def straight(start: Floats, end: Floats, shares: NDArray[np.floating]) -> Floats:
    """Codes (n, D) on the line from `start` to `end` (D,), at `shares` (n,) of the way."""
    return np.asarray(start + shares[:, None] * (end - start), np.float32)


def spherical(start: Floats, end: Floats, shares: NDArray[np.floating]) -> Floats:
    """Codes (n, D) on the arc about 0 from `start` to `end` (D,).

    sin((1 − t) ω) / sin ω · start + sin(t ω) / sin ω · end, ω the angle between the two
    (White 2016, arXiv:1609.04468); straight where they point the same or opposite ways.
    """
    lengths = float(np.linalg.norm(start) * np.linalg.norm(end))
    cosine = float(start @ end) / lengths if lengths else 1.0
    angle = np.arccos(np.clip(cosine, -1, 1))
    if np.sin(angle) < PARALLEL:
        return straight(start, end, shares)
    before, after = np.sin((1 - shares) * angle), np.sin(shares * angle)
    codes = (before[:, None] * start + after[:, None] * end) / np.sin(angle)
    return np.asarray(codes, np.float32)
