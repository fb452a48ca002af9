"""How the ten digits are written: strokes through a few points, in several variants each.

A line of `_WRITING` is one variant: how often it is written relative to the digit's
others, its name, and its strokes. Strokes are parted by "|" (the line may go on after
one) and points by blanks; a point is "x,y" on a sheet 100 units high with y downwards.

The pen runs smoothly (Catmull-Rom) through the points of a stroke; a corner is the end of
one stroke and the beginning of the next. Points of a variant that are written alike are
one point, so that strokes which meet go on meeting when the hand trembles. A stroke that
ends where it began is a ring.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

SAMPLES = 96
"""Places along the pen's path of a whole glyph: less than a pixel apart in a 20-pixel box."""

_WRITING = (
    """
    3 oval: 42,0 14,15 2,50 10,85 32,100 58,86 70,50 66,14 42,0
    3 round: 50,0 17,14 2,50 16,86 46,100 80,86 95,50 82,14 50,0
    2 crossing ends: 66,8 38,2 12,25 2,60 13,92 40,100 68,80 78,45 66,14 44,4 26,12
    1 gap at the top: 54,2 26,10 4,40 4,78 28,100 60,90 78,55 74,22 60,6
    1 inward tail: 68,0 30,8 6,45 10,85 36,100 64,82 76,42 64,10 40,8 44,22
    1 pointed foot: 36,4 10,20 2,54 14,88 34,100 60,70 74,34 66,6 36,4
    """,
    """
    6 bar: 38,0 34,33 30,66 26,100
    2 curved bar: 42,0 34,30 29,65 28,100
    1 flag: 14,22 26,14 36,0 | 36,0 35,33 34,66 32,100
    1 flag and foot: 8,22 22,14 34,0 | 34,0 34,33 34,66 34,99 | 6,100 34,99 64,99
    """,
    """
    3 sharp heel: 5,22 15,5 40,0 62,12 64,34 45,62 20,85 3,98 | 3,98 38,97 78,96
    2 loop: 6,20 24,3 50,2 64,20 56,46 34,74 12,92 3,84 14,74 34,82 54,94 82,90
    2 wide loop: 2,16 20,2 48,0 60,18 52,48 30,80 8,98 2,80 22,66 48,78 68,92 96,88
    1 angular: 5,8 35,2 66,8 | 66,8 38,50 3,97 | 3,97 35,96 74,98
    2 wavy foot: 10,30 10,12 32,0 56,8 60,30 46,56 8,95 | 8,95 28,86 50,94 82,88
    1 small head: 18,18 30,3 48,4 54,20 44,50 20,80 2,97 | 2,97 40,97 98,92
    1 curled head: 26,34 8,26 12,6 38,0 58,14 54,44 28,76 4,96 | 4,96 30,84 56,96 84,92
    2 ring heel: 10,22 30,2 58,6 66,30 54,60 30,86 8,86 10,70 32,66 56,84 78,100
    1 narrow: 8,20 20,2 38,6 42,28 30,60 4,96 | 4,96 24,94 52,96
    """,
    """
    4 round: 8,12 28,0 52,4 60,22 48,40 26,48 | 26,48 52,52 66,72 54,93 28,100 3,88
    3 soft waist: 8,12 30,0 56,8 58,30 38,45 34,50 50,54 66,70 56,93 30,100 2,92
    1 flat top: 8,2 35,2 62,2 | 62,2 45,22 28,40 | 28,40 56,46 66,70 52,95 25,100 2,88
    1 waist loop: 6,10 32,0 58,12 50,36 26,50 22,44 40,46 64,64 60,88 34,100 2,92
    2 wide foot: 14,10 36,0 58,8 54,28 26,40 | 26,40 56,44 68,64 52,84 26,94 -6,98
    1 small belly: 2,14 30,0 64,6 66,26 34,50 | 34,50 58,54 62,76 42,92 18,100
    1 narrow: 6,18 20,0 44,4 46,24 24,44 | 24,44 46,54 50,78 32,98 6,96
    1 waist to the right: 4,8 30,0 56,8 60,28 44,44 | 44,44 62,56 66,78 42,98 2,94
    """,
    """
    3 open: 18,2 12,24 6,50 | 6,50 36,52 76,46 | 66,0 61,35 56,68 51,100
    2 round open: 12,0 6,24 10,46 34,50 60,38 | 70,2 63,35 56,68 51,100
    1 closed: 58,0 32,28 2,62 | 2,62 38,62 80,60 | 58,0 56,33 54,66 51,100
    0.4 like a nine: 58,4 34,14 8,40 22,52 46,48 66,40 | 66,0 61,35 56,68 51,100
    2 wide open: 6,4 4,26 8,48 36,48 88,42 | 70,2 64,35 56,68 50,100
    1 short stem: 40,0 22,30 2,58 | 2,58 36,60 84,52 | 64,26 56,52 48,76 42,100
    0.5 like a y: 4,6 4,30 20,46 48,36 72,4 | 72,4 60,40 46,70 34,100
    """,
    """
    3 two strokes: 16,4 13,22 10,42 | 10,42 34,36 58,48 62,72 48,94 24,100 2,90 | 16,4 44,3 78,0
    2 one stroke: 76,2 48,4 24,6 | 24,6 17,24 12,42 | 12,42 36,40 58,55 60,80 38,98 4,94
    1 like an s: 74,4 44,4 18,18 20,38 42,50 58,66 50,90 26,100 2,92
    1 low belly: 78,0 54,2 30,8 | 30,8 25,28 22,46 | 22,46 44,50 50,72 32,94 2,98
    3 long roof: 30,8 25,24 20,42 | 20,42 42,40 54,58 48,82 26,98 0,92 | 30,8 66,5 106,0
    1 round belly: 14,2 12,22 12,38 | 12,38 44,30 70,48 66,82 36,100 2,86 | 14,2 40,3 64,2
    1 curled belly: 24,6 19,26 14,44 | 14,44 42,38 60,58 52,88 26,100 4,86 10,72 | 24,6 46,5 72,2
    1 short roof: 18,2 16,22 14,42 | 14,42 38,40 54,62 44,90 6,98 | 18,2 36,4 54,2
    """,
    """
    3 curved: 44,0 22,20 6,50 6,80 26,100 50,92 58,72 44,56 22,62 8,78
    2 straight stem: 32,0 18,32 5,66 10,92 34,100 56,88 56,68 36,60 16,72 9,86
    1 big loop: 46,0 22,16 4,52 8,86 36,100 64,84 64,58 38,46 12,60 6,76
    1 curled top: 58,10 40,0 18,18 4,56 10,90 36,100 60,84 56,60 34,52 8,68
    3 small loop: 32,0 14,34 3,72 12,96 36,100 54,84 46,68 26,70 12,86
    2 open loop: 20,0 6,38 4,80 26,100 56,90 62,68 44,62 26,76 20,94
    2 upright: 12,0 4,36 4,76 22,100 48,94 54,72 36,60 14,70 4,84
    1 wide loop: 34,0 12,24 2,60 16,94 50,100 80,80 76,58 50,52 24,70 18,88
    1 wide open loop: 18,0 4,40 8,84 38,100 70,84 78,62 58,54 34,70 24,94
    """,
    """
    3 plain: 2,6 34,6 64,2 | 64,2 52,32 42,64 34,100
    3 round shoulder: 2,16 12,4 38,3 60,6 60,24 50,56 42,100
    2 crossbar: 2,6 34,5 64,2 | 64,2 52,32 42,64 34,100 | 18,54 42,52 72,48
    2 serif: 4,24 4,6 | 4,6 35,6 66,4 | 66,4 54,36 46,66 42,100
    1 bent leg: 2,4 30,8 62,2 | 62,2 40,30 34,60 36,100
    1 arch: 2,28 6,8 34,0 56,12 58,44 50,100
    1 narrow: 4,12 24,5 44,2 | 44,2 38,36 32,66 26,100
    """,
    """
    3 one stroke: 60,12 38,0 12,12 18,36 42,58 52,82 32,100 8,86 16,60 44,38 60,12
    2 two rings: 36,0 14,10 14,34 34,46 56,34 56,10 36,0 |
        34,46 10,58 8,88 32,100 56,88 58,58 34,46
    2 open top: 66,14 38,0 12,14 22,38 44,58 48,84 26,100 6,84 18,60 48,34 66,8
    2 straight upstroke: 70,10 36,2 10,16 26,42 46,62 42,88 20,100 4,84 20,60 74,4
    1 small foot: 62,16 38,0 8,14 16,40 40,54 50,76 34,100 16,88 18,66 48,42 62,16
    1 small head: 52,10 34,0 20,10 26,30 48,52 60,78 38,100 10,92 8,70 30,46 50,26 52,10
    """,
    """
    3 straight tail: 58,14 36,0 10,14 8,40 28,50 50,38 58,14 | 58,14 60,55 60,100
    2 curved tail: 58,12 34,0 8,16 8,42 32,50 58,12 | 58,12 60,50 48,88 26,100 8,92
    2 leaning leg: 60,8 34,2 6,26 14,48 40,42 60,8 | 60,8 52,40 42,70 34,100
    2 one sweep: 62,20 44,2 18,6 4,28 18,44 44,36 60,14 60,44 54,74 48,100
    2 small head: 48,12 28,0 6,12 8,34 30,36 50,8 | 50,8 50,55 48,100
    1 open head: 50,4 20,6 2,28 16,46 42,42 66,22 | 66,6 64,36 58,68 54,100
    2 tall head: 52,6 34,0 14,20 8,44 22,56 42,42 54,10 | 54,10 53,55 52,100
    2 narrow head: 54,4 32,4 12,22 12,40 28,46 46,30 54,4 | 54,4 52,50 50,100
    1 flat top: 64,2 34,2 8,16 10,38 32,44 52,28 64,2 | 64,2 56,48 48,100
    """,
)


@dataclass(frozen=True)
class Glyph:
    """One way to write a digit.

    Attributes:
        name: what distinguishes it ("crossbar").
        share: how often it is written, relative to the digit's other variants.
        path: its strokes, in the notation of this module.
    """

    name: str
    share: float
    path: str


def _glyphs(writing: str) -> tuple[Glyph, ...]:
    """The variants of one digit, one from each line."""
    glyphs = []
    for line in writing.replace("|\n", "|").strip().splitlines():
        head, path = line.split(":")
        share, name = head.split(maxsplit=1)
        glyphs.append(Glyph(name, float(share), path))
    return tuple(glyphs)


GLYPHS = tuple(_glyphs(writing) for writing in _WRITING)
"""The variants of each digit, 0 to 9."""


@dataclass(frozen=True)
class GlyphTable:
    """All glyphs as arrays: T glyphs, K = `MOST_POINTS` points and S = `SAMPLES` samples each.

    A sample is a weighted sum of four points of its glyph; unused points are zero.

    Attributes:
        first: row of each digit's variant 0, int64 (10,).
        counts: variants of each digit, int64 (10,).
        shares: cumulated shares of a digit's variants, the last 1, float32 (10, V).
        points: float32 (T, K, 2), x to the right and y down, heights from -1 to 1.
        looseness: how much each point trembles, float32 (T, K).
        corners: int64 (T, S, 4), the points that a sample is made of.
        weights: float32 (T, S, 4), by how much.
    """

    first: NDArray[np.int64]
    counts: NDArray[np.int64]
    shares: NDArray[np.float32]
    points: NDArray[np.float32]
    looseness: NDArray[np.float32]
    corners: NDArray[np.int64]
    weights: NDArray[np.float32]


Point = tuple[float, float]

END_LOOSENESS = 1.7  # a stroke's free end is placed with less care than its middle
RING_LOOSENESS = 0.65  # a trembling ring looks like a polygon


def _parse(path: str) -> tuple[list[Point], list[list[int]]]:
    """The distinct points of a glyph, and its strokes as indices into them."""
    places: dict[str, int] = {}
    strokes = [
        [places.setdefault(word, len(places)) for word in stroke.split()]
        for stroke in path.split("|")
    ]
    pairs = (word.split(",") for word in places)
    return [(float(x), float(y)) for x, y in pairs], strokes


MOST_POINTS = max(len(_parse(glyph.path)[0]) for digit in GLYPHS for glyph in digit)
"""Distinct points of the glyph that has the most."""


def _centred(points: list[Point]) -> NDArray[np.float64]:
    """Points (K, 2) about the middle of their bounding box, heights from -1 to 1."""
    sheet = np.array(points)
    low, high = sheet.min(axis=0), sheet.max(axis=0)
    return np.asarray((sheet - (low + high) / 2) * (2 / (high[1] - low[1])), np.float64)


def _looseness(count: int, strokes: list[list[int]]) -> NDArray[np.float64]:
    """How much each of a glyph's points trembles (count,); 1 is usual."""
    loose = np.ones(count)
    uses = [index for stroke in strokes for index in stroke]
    for stroke in strokes:
        if stroke[0] == stroke[-1]:
            loose[stroke] = RING_LOOSENESS
        else:
            free = [end for end in (stroke[0], stroke[-1]) if uses.count(end) == 1]
            loose[free] = END_LOOSENESS
    return loose


def _chords(points: NDArray[np.float64], stroke: list[int]) -> NDArray[np.float64]:
    """Distance from the stroke's beginning to each of its points, along straight lines."""
    steps = points[stroke[1:]] - points[stroke[:-1]]
    return np.concatenate(([0.0], np.cumsum(np.sqrt(steps[:, 0] ** 2 + steps[:, 1] ** 2))))


def _allot(lengths: list[float]) -> list[int]:
    """`SAMPLES` shared out to strokes by length, two at least for each."""
    counts = [max(2, int(SAMPLES * length / sum(lengths))) for length in lengths]
    counts[lengths.index(max(lengths))] += SAMPLES - sum(counts)
    return counts


def _catmull_rom(u: float) -> tuple[float, float, float, float]:
    """Weights of the four points around a place u in [0, 1] between the middle two."""
    return (
        0.5 * u * (u * (2 - u) - 1),
        0.5 * (u * u * (3 * u - 5) + 2),
        0.5 * u * (u * (4 - 3 * u) + 1),
        0.5 * u * u * (u - 1),
    )


def _spread(stroke: list[int], segment: int, u: float, size: int) -> NDArray[np.float64]:
    """Weights (size,) of a glyph's points for the place u in a stroke's segment.

    Beyond a free end stands the mirror image 2a - b of its neighbour; a ring goes on.
    """
    row = np.zeros(size)
    last = len(stroke) - 1
    ring = stroke[0] == stroke[-1]
    for place, weight in zip(range(segment - 1, segment + 3), _catmull_rom(u), strict=True):
        if 0 <= place <= last:
            row[stroke[place]] += weight
        elif ring:
            row[stroke[place % last]] += weight
        else:
            end, inner = (0, 1) if place < 0 else (last, last - 1)
            row[stroke[end]] += 2 * weight
            row[stroke[inner]] -= weight
    return row


def _samples(points: NDArray[np.float64], strokes: list[list[int]]) -> NDArray[np.float64]:
    """Weights (S, K) that turn a glyph's points into `SAMPLES` places of the pen."""
    chords = [_chords(points, stroke) for stroke in strokes]
    rows = []
    for stroke, chord, count in zip(
        strokes, chords, _allot([float(chord[-1]) for chord in chords]), strict=True
    ):
        for step in range(count):
            way = chord[-1] * (step / (count - 1))
            segment = min(int(np.searchsorted(chord, way, side="right")), len(chord) - 1) - 1
            u = (way - chord[segment]) / (chord[segment + 1] - chord[segment])
            rows.append(_spread(stroke, segment, min(float(u), 1.0), len(points)))
    return np.array(rows)


@cache
def glyph_table() -> GlyphTable:
    """Every glyph of `GLYPHS`, ready to be drawn; computed at its first use (30 ms)."""
    counts = np.array([len(digit) for digit in GLYPHS])
    rows = int(counts.sum())
    table = GlyphTable(
        first=np.cumsum(counts) - counts,
        counts=counts,
        shares=_cumulated_shares(int(counts.max())),
        points=np.zeros((rows, MOST_POINTS, 2), np.float32),
        looseness=np.zeros((rows, MOST_POINTS), np.float32),
        corners=np.zeros((rows, SAMPLES, 4), np.int64),
        weights=np.zeros((rows, SAMPLES, 4), np.float32),
    )
    for row, glyph in enumerate(glyph for digit in GLYPHS for glyph in digit):
        _enter(table, row, glyph)
    return table


def _enter(table: GlyphTable, row: int, glyph: Glyph) -> None:
    listed, strokes = _parse(glyph.path)
    points = _centred(listed)
    table.points[row, : len(points)] = points
    table.looseness[row, : len(points)] = _looseness(len(points), strokes)
    dense = _samples(points, strokes)
    used = np.argsort(dense == 0, axis=1, kind="stable")[:, :4]
    table.corners[row] = used
    table.weights[row] = np.take_along_axis(dense, used, axis=1)


def _cumulated_shares(most: int) -> NDArray[np.float32]:
    """Row d: the odds of a variant of digit d up to each one, filled up with 1."""
    shares = np.ones((len(GLYPHS), most), np.float32)
    for row, digit in enumerate(GLYPHS):
        odds = np.cumsum([glyph.share for glyph in digit])
        shares[row, : len(digit)] = odds / odds[-1]
    return shares
