"""Ways from one code to another."""

from itertools import pairwise

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


STRAIGHT, SMOOTH, SPHERICAL = range(3)
"""Ways through several codes: along lines, along a spline, along arcs about 0."""
_PER_PIECE = 48
"""Places between two codes that a curve is made of."""


def curve(corners: Floats, way: int) -> Floats:
    """A curve (m, D) through codes (k, D), k ≥ 2, so fine that lines between its places do.

    Every code is on it. Where two that follow each other are the same, one is left out.
    """
    corners = without_repeats(corners)
    if len(corners) < 2:
        return np.repeat(corners, 2, axis=0)
    shares = np.linspace(0, 1, _PER_PIECE, endpoint=False)
    if way == SMOOTH and len(corners) > 2:
        return spline(corners, _PER_PIECE)
    between = spherical if way == SPHERICAL else straight
    pieces = [between(*pair, shares) for pair in pairwise(corners)]
    return np.concatenate([*pieces, corners[-1:]])


def at_shares(line: Floats, shares: NDArray[np.floating]) -> Floats:
    """Places (n, D) on a line through (m, D), at `shares` (n,) of its whole length."""
    lengths = np.linalg.norm(np.diff(line.astype(np.float64), axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    wanted = np.asarray(shares) * along[-1]
    columns = [np.interp(wanted, along, line[:, column]) for column in range(line.shape[1])]
    return np.stack(columns, axis=1).astype(np.float32)


def spline(corners: Floats, per_piece: int) -> Floats:
    """The natural cubic spline through codes (k, D), k ≥ 3, no two neighbours alike.

    Its parameter grows with the distances of the codes, and its second derivative is zero at
    both ends (de Boor, A Practical Guide to Splines, chapter IV). `per_piece` places between
    two codes, and the last one.
    """
    values = corners.astype(np.float64)
    steps = np.linalg.norm(np.diff(values, axis=0), axis=1)
    second = _second_derivatives(values, steps)
    shares = np.linspace(0, 1, per_piece, endpoint=False)[:, None]
    before, after = 1 - shares, shares
    pieces = []
    for place, step in enumerate(steps):
        bend = (before**3 - before) * second[place] + (after**3 - after) * second[place + 1]
        line = before * values[place] + after * values[place + 1]
        pieces.append(line + bend * step**2 / 6)
    return np.concatenate([*pieces, values[-1:]]).astype(np.float32)


def without_repeats(corners: Floats) -> Floats:
    """Codes (k, D) without those that are the same as the one before."""
    differs = np.any(np.diff(corners, axis=0) != 0, axis=1)
    return np.asarray(corners[np.concatenate([[True], differs])])


def analogy(a: Floats, b: Floats, c: Floats, shares: NDArray[np.floating]) -> Floats:
    """Codes (n, D) on the arrow from c by a − b (D,), at `shares` (n,) of its length.

    At 1 that is a − b + c: what a has and b has not, added to c (Mikolov et al. 2013).
    """
    return np.asarray(c + shares[:, None] * (a - b), np.float32)


def _second_derivatives(
    values: NDArray[np.float64], steps: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(k, D), those of the natural spline at its codes; zero at both ends."""
    inner = len(values) - 2
    system = np.diag(2 * (steps[:-1] + steps[1:]))
    beside = np.arange(inner - 1)
    system[beside, beside + 1] = system[beside + 1, beside] = steps[1:-1]
    slopes = np.diff(values, axis=0) / steps[:, None]
    result = np.zeros_like(values)
    result[1:-1] = np.linalg.solve(system, 6 * np.diff(slopes, axis=0))
    return result
