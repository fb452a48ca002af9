"""From the levels of a sprite to its pixels, by way of tables made at first use.

A picture takes the edges of its rows out of one table, turns each edge into a 64-bit
word whose set bits are the pixels left of it, and joins the words of a row by exclusive
or: what is left of an odd number of edges is inside. No picture needs arithmetic with
fractions, and the tables hold 10 MiB instead of the 3 GiB of all pictures.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.sprite_shapes import FINE, REACH, SHAPES, WINDOW, Ints, template

SIDE = 64  # pixels of a picture
SCALES = tuple((5 + level) / 10 for level in range(6))
POSITIONS = 32
TURNS = 39
"""Orientations that differ: the published 40 take in both 0 and 2π, which are the same."""

_WINDOW_TOP = 2  # pixel row of the window at y level 0; it moves down a row with each level
_ON = np.uint8(255)


class Tables(NamedTuple):
    """All that drawing looks up.

    Attributes:
        edges: uint16 (shapes × scales × turns, y levels, WINDOW, EDGES), see `template`:
            those of the WINDOW pixel rows that a sprite may touch.
        words: little-endian uint64 (x levels, 2·REACH + 1): bit i is set where pixel i of
            a row is left of the edge.
    """

    edges: NDArray[np.uint16]
    words: NDArray[np.uint64]

    @property
    def nbytes(self) -> int:
        return self.edges.nbytes + self.words.nbytes


def build_tables() -> Tables:
    """The tables, computed anew (about 0.3 s)."""
    level = np.arange(POSITIONS)[:, None]
    rows = _lattice(level + _WINDOW_TOP + np.arange(WINDOW), level) + REACH
    angles = [2 * np.pi * turn / TURNS for turn in range(TURNS)]
    edges = np.stack(
        [
            template(shape, scale, angle)[rows]
            for shape in SHAPES
            for scale in SCALES
            for angle in angles
        ]
    )
    return Tables(edges, _words())


tables = cache(build_tables)


def render(shape: Ints, scale: Ints, orientation: Ints, x: Ints, y: Ints) -> NDArray[np.uint8]:
    """Draws sprites from the levels of their factors.

    Args:
        shape, scale, orientation, x, y: levels, (n,) each, taken to be within their limits.

    Returns:
        (n, 1, SIDE, SIDE), 0 or 255.
    """
    edges, words = tables()
    of_template = (shape * len(SCALES) + scale) * TURNS + orientation % TURNS
    of_rows = edges[of_template, y]
    start = (x * words.shape[1])[:, None]
    window = words.take(start + of_rows[..., 0])
    for edge in range(1, of_rows.shape[-1]):
        window ^= words.take(start + of_rows[..., edge])
    canvas = np.zeros((len(x), SIDE), words.dtype)
    top = (y + _WINDOW_TOP)[:, None]
    canvas[np.arange(len(x))[:, None], top + np.arange(WINDOW)] = window
    pixels = np.unpackbits(canvas.view(np.uint8), bitorder="little")
    pixels *= _ON
    return pixels.reshape(-1, 1, SIDE, SIDE)


def _lattice(pixel: Ints, level: Ints) -> Ints:
    """The lattice column (or row) of a pixel's centre, for a sprite at an x (or y) level."""
    return FINE * (pixel - level) - level - 481


def _words() -> NDArray[np.uint64]:
    columns = _lattice(np.arange(SIDE), np.arange(POSITIONS)[:, None]) + REACH
    edges = np.arange(2 * REACH + 1)
    left = np.count_nonzero(columns[:, None, :] < edges[:, None], axis=2)
    powers = [(1 << count) - 1 for count in range(SIDE + 1)]
    words: NDArray[np.uint64] = np.array(powers, "<u8")[left]
    return words
