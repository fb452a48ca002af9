"""t-SNE of codes (van der Maaten & Hinton 2008), told of and cancelled at every iteration.

Neighbours attract each other; the repulsion of all by all is interpolated on a grid and summed
by Fourier transform (Linderman et al. 2019, "Fast interpolation-based t-SNE"), so that its cost
grows with the number of codes and not with its square.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.errors import DataError
from vae_desktop.core.events import Floats
from vae_desktop.core.progress import Progress, silent

MOST = 10_000
"""Codes that are placed at most: their neighbours are found by comparing all with all."""
FEWEST = 5
PERPLEXITY = 30.0
ITERATIONS, EXAGGERATED = 750, 250
"""In all, and those at the beginning in which neighbours attract twelve times as much."""
EXAGGERATION = 12.0
SEED = 2008

FEW = 600
"""Of at most so many codes every pair is looked at, which is quicker then."""

_CHUNK = 256
_HALVINGS = 40
_NODES = 3
_BOXES = (50, 100)
"""Of the grid on a side, fewest and most; a box is 1 wide where there are enough of them."""

Matrix = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Edges:
    """Who attracts whom: pairs of codes, ordered by the first, and how much they are alike.

    Attributes:
        first, second: int (e,), each pair in both directions; every code is first somewhere.
        starts: int (n,), where the pairs of each first code begin.
        likeness: float32 (e,), p_ij of the paper; all together 1.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    starts: NDArray[np.intp]
    likeness: Matrix


def tsne(codes: Floats, progress: Progress = silent) -> Matrix:
    """Places (n, 2) of codes (n, D).

    Raises:
        DataError: there are too few codes, or some are not finite.
        Cancelled: by `progress`.
    """
    if len(codes) < FEWEST or not np.isfinite(codes).all():
        raise DataError(
            f"t-SNE needs at least {FEWEST} codes, all of them finite; choose another view."
        )
    edges = alike(codes, progress)
    places = _beginning(codes)
    gains, velocity = np.ones_like(places), np.zeros_like(places)
    rate = max(len(codes) / EXAGGERATION / 4, 50.0)
    for turn in range(ITERATIONS):
        progress(0.1 + 0.9 * turn / ITERATIONS, f"t-SNE of {len(codes):,} codes")
        early = turn < EXAGGERATED
        slope = gradient(edges, places, EXAGGERATION if early else 1.0)
        # Jacobs' gains, as in the authors' own program.
        gains = np.where(slope * velocity < 0, gains + 0.2, np.maximum(gains * 0.8, 0.01))
        velocity = (0.5 if early else 0.8) * velocity - rate * gains * slope
        places = places + velocity
        places -= places.mean(axis=0)
    return np.asarray(places, np.float32)


def alike(codes: Floats, progress: Progress = silent) -> Edges:
    """How much each code (n, D) is like its nearest, at the same perplexity for all."""
    count = len(codes)
    perplexity = min(PERPLEXITY, (count - 1) / 3)
    near = min(count - 1, round(3 * perplexity))
    others, squares = _nearest(codes, near, progress)
    shares = _conditional(squares, perplexity)
    one = np.repeat(np.arange(count), near)
    two = others.ravel()
    keys = np.concatenate([one * count + two, two * count + one])
    order = np.argsort(keys, kind="stable")
    keys, begins = np.unique(keys[order], return_index=True)
    sums = np.add.reduceat(np.tile(shares.ravel(), 2)[order], begins) / (2 * count)
    first, second = np.divmod(keys, count)
    starts = np.searchsorted(first, np.arange(count))
    return Edges(first, second, starts, sums.astype(np.float32))


def gradient(edges: Edges, places: Matrix, exaggeration: float = 1.0) -> Matrix:
    """The slope (n, 2) of the divergence of the places from the likeness of the codes."""
    away = places[edges.first] - places[edges.second]
    pull = edges.likeness / (1 + np.square(away).sum(axis=1))
    attraction = np.add.reduceat(pull[:, None] * away, edges.starts, axis=0)
    push, total = repulsion(places)
    return np.asarray(4 * (exaggeration * attraction - push / total), np.float32)


def repulsion(places: Matrix) -> tuple[Matrix, float]:
    """Σ_j K² (y_i − y_j), (n, 2), and Σ_i≠j K, with K = 1 / (1 + |y_i − y_j|²)."""
    return (every_pair if len(places) <= FEW else interpolated)(places)


def every_pair(places: Matrix) -> tuple[Matrix, float]:
    """`repulsion`, pair by pair."""
    across, up = (np.subtract.outer(values, values) for values in places.T)
    kernel = 1 / (1 + across * across + up * up)
    np.fill_diagonal(kernel, 0)
    squares = kernel * kernel
    push = places * squares.sum(axis=1)[:, None] - squares @ places
    return np.asarray(push, np.float32), max(float(kernel.sum()), 1e-12)


def interpolated(places: Matrix) -> tuple[Matrix, float]:
    """`repulsion`, from charges and fields on a grid: a few per cent off, and
    up to a tenth where places are far apart in a wide map."""
    low = places.min(axis=0)
    span = max(float((places.max(axis=0) - low).max()), 1e-6) * (1 + 1e-5)
    boxes = int(np.clip(np.ceil(span), *_BOXES))
    side, width = boxes * _NODES, span / boxes
    cells, weights = _spread((places - low) / width, boxes)
    charges = np.stack([np.ones(len(places), np.float32), places[:, 0], places[:, 1]])
    grids = np.stack(
        [
            np.bincount(cells.ravel(), (weights * charge[:, None]).ravel(), side * side)
            for charge in charges
        ]
    ).reshape(3, side, side)
    distant, wide = _kernels(side, width / _NODES)
    size = 2 * side
    waves = np.fft.rfft2(grids.astype(np.float32), (size, size))
    waves = np.concatenate([waves * wide, waves[:1] * distant])
    fields = np.fft.irfft2(waves, (size, size))[:, :side, :side].reshape(4, -1)
    ones, x, y, nearness = (fields[:, cells] * weights).sum(axis=2)
    push = places * ones[:, None] - np.stack([x, y], axis=1)
    total = float(nearness.sum()) - _of_itself(weights, width / _NODES)
    return np.asarray(push, np.float32), max(total, 1e-12)


def _of_itself(weights: Matrix, gap: float) -> float:
    """What the interpolation holds for the K of every place and itself, all together."""
    nodes = np.stack(np.divmod(np.arange(_NODES**2), _NODES), axis=1) * gap
    squares = np.square(nodes[:, None] - nodes).sum(axis=2)
    return float(((weights @ (1 / (1 + squares))) * weights).sum())


def _spread(at: Matrix, boxes: int) -> tuple[NDArray[np.intp], Matrix]:
    """The nine nodes (n, 9) of the box of each place (n, 2), and their weights (n, 9)."""
    box = np.minimum(at.astype(np.intp), boxes - 1)
    inside = (at - box) * _NODES - 0.5
    x, y = (_lagrange(inside[:, axis]) for axis in (0, 1))
    columns, rows = (box[:, axis, None] * _NODES + np.arange(_NODES) for axis in (0, 1))
    cells = rows[:, :, None] * (boxes * _NODES) + columns[:, None, :]
    weights = y[:, :, None] * x[:, None, :]
    return cells.reshape(len(at), -1), weights.reshape(len(at), -1).astype(np.float32)


def _lagrange(at: NDArray[np.floating]) -> NDArray[np.floating]:
    """Weights (n, 3) of the nodes 0, 1 and 2 for values at (n,): exact for parabolas."""
    return np.stack([(at - 1) * (at - 2) / 2, at * (2 - at), at * (at - 1) / 2], axis=1)


def _kernels(side: int, gap: float) -> tuple[NDArray[np.complex64], NDArray[np.complex64]]:
    """Transforms of K and of K² on a grid of twice the side, which wraps around."""
    steps = np.minimum(np.arange(2 * side), 2 * side - np.arange(2 * side)) * gap
    squares = np.square(steps)
    kernel = (1 / (1 + squares[:, None] + squares)).astype(np.float32)
    near, wide = np.fft.rfft2(kernel), np.fft.rfft2(np.square(kernel))
    return near.astype(np.complex64), wide.astype(np.complex64)


def _nearest(codes: Floats, near: int, progress: Progress) -> tuple[NDArray[np.intp], Matrix]:
    """The `near` others nearest to each code and their squared distances, (n, near) each."""
    codes = np.asarray(codes - codes.mean(axis=0), np.float32)
    lengths = np.square(codes).sum(axis=1)
    others = np.zeros((len(codes), near), np.intp)
    squares = np.zeros((len(codes), near), np.float32)
    for start in range(0, len(codes), _CHUNK):
        progress(0.1 * start / len(codes), f"Neighbours of {len(codes):,} codes")
        part = slice(start, start + _CHUNK)
        all_of = lengths[part, None] + lengths - 2 * codes[part] @ codes.T
        rows = np.arange(len(all_of))
        all_of[rows, start + rows] = np.inf
        others[part] = np.argpartition(all_of, near - 1, axis=1)[:, :near]
        squares[part] = np.take_along_axis(all_of, others[part], axis=1)
    return others, np.maximum(squares, 0)


def _conditional(squares: Matrix, perplexity: float) -> Matrix:
    """p_j|i (n, k) of squared distances (n, k), all rows of this perplexity."""
    squares = squares - squares.min(axis=1, keepdims=True)
    scale = squares.mean(axis=1, keepdims=True) + np.float32(1e-12)
    low, high = np.full_like(scale, -20.0), np.full_like(scale, 20.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        weights = np.exp(-squares / scale * np.exp(middle))
        shares = weights / weights.sum(axis=1, keepdims=True)
        entropy = -(shares * np.log(np.maximum(shares, 1e-30))).sum(axis=1, keepdims=True)
        too_wide = entropy > np.log(perplexity)
        low, high = np.where(too_wide, middle, low), np.where(too_wide, high, middle)
    return np.asarray(shares, np.float32)


def _beginning(codes: Floats) -> Matrix:
    """The two principal components, made small; the same codes always begin alike."""
    centred = codes.astype(np.float64) - codes.mean(axis=0)
    _, vectors = np.linalg.eigh(np.atleast_2d(np.cov(centred.T)))
    places = np.zeros((len(codes), 2))
    places[:, : min(2, codes.shape[1])] = centred @ vectors[:, ::-1][:, :2]
    spread = max(float(places[:, 0].std()), 1e-12)
    # Equal codes must not begin at one place: nothing would ever part them.
    noise = np.random.default_rng(SEED).normal(size=places.shape)
    return np.asarray(1e-4 * (places / spread + 1e-3 * noise), np.float32)
