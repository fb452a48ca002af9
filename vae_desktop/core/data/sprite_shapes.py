"""The outlines of the three sprites, and exactly which pixels lie inside them.

A pixel is on when its centre is inside the shape. The centre of pixel i is at i + ½ and
that of a sprite at 16 + 32·k/31, so the two are (C + ½)/31 pixels apart, with a whole
number C = 31·(i − k) − k − 481: the same for x and y. Every question that a picture can
ask of a shape is therefore asked at a point of one lattice, 31 to the pixel. A template
answers them all for one shape, scale and orientation: for each row of the lattice it
holds the columns where inside and outside take turns.

No point of the lattice comes closer than 1e-8 pixels to an outline, in any of the 702
templates. What the last digits of a sine are on some machine cannot change a picture.

Here u, v are a shape's own coordinates in pixels at scale 1, v downwards; dx, dy are
pixels of the picture from the sprite's centre; θ turns counter-clockwise on the screen:
u = cos θ·dx − sin θ·dy and v = sin θ·dx + cos θ·dy, both divided by the scale.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

FINE = 31  # lattice points per pixel
WINDOW = 29  # pixel rows that the largest sprite may touch, wherever it is
REACH = (FINE * WINDOW + 1) // 2  # the lattice rows of a template are −REACH … REACH − 1
EDGES = 8  # a row of the heart enters and leaves it up to four times: its flanks are wavy

HALF_SIDE = 9.6
SEMI_U, SEMI_V = 12.76, 7.22

# The heart's radius in pixels by the angle above the u axis in degrees: the tip is at
# −90, the notch at 90, and between two angles the radius is linear in the angle.
# fmt: off
HEART_RADII: tuple[tuple[float, float], ...] = (
    (-90, 9.67), (-88, 8.74), (-86, 8.30), (-83, 7.78), (-80, 7.34), (-75, 6.85), (-70, 6.44),
    (-65, 6.30), (-60, 6.01), (-55, 5.95), (-50, 5.93), (-45, 5.79), (-40, 5.97), (-35, 6.03),
    (-30, 6.17), (-25, 6.34), (-20, 6.58), (-15, 6.88), (-10, 7.22), (-5, 7.65), (0, 8.08),
    (5, 8.66), (10, 9.20), (15, 9.70), (20, 10.19), (25, 10.57), (30, 10.90), (35, 11.11),
    (40, 11.23), (45, 11.29), (50, 11.19), (55, 11.02), (60, 10.73), (65, 10.30), (70, 9.71),
    (75, 8.90), (80, 7.88), (83, 7.20), (86, 6.35), (88, 5.74), (90, 5.04),
)
# fmt: on
_HEART_ANGLES, _HEART_LENGTHS = np.array(HEART_RADII, np.float64).T

# Chords of 1/16 degree leave an ellipse or heart by less than 2e-6 pixels. That much may
# misplace an edge by one lattice column, which `template` mends, or miss a row of the
# lattice that only grazes the outline: at this step none of them holds a lattice point.
_OUTLINE_STEPS_PER_DEGREE = 16


@dataclass(frozen=True)
class Shape:
    """One of the three sprites, upright and at scale 1.

    Attributes:
        name: what it is called.
        holds: whether the points (u, v) are inside; arrays of one shape in and out.
        outline: its border as a closed polygon, (2, P): u and v.
    """

    name: str
    holds: Callable[[Floats, Floats], Bools]
    outline: Floats


def _square_holds(u: Floats, v: Floats) -> Bools:
    return (np.abs(u) <= HALF_SIDE) & (np.abs(v) <= HALF_SIDE)


def _ellipse_holds(u: Floats, v: Floats) -> Bools:
    return (u / SEMI_U) ** 2 + (v / SEMI_V) ** 2 <= 1


def _heart_radius(degrees: Floats) -> Floats:
    radius: Floats = np.interp(degrees, _HEART_ANGLES, _HEART_LENGTHS)
    return radius


def _heart_holds(u: Floats, v: Floats) -> Bools:
    return np.hypot(u, v) <= _heart_radius(np.degrees(np.arctan2(-v, np.abs(u))))


def _degrees(first: int, last: int) -> Floats:
    """(P,): `first` to `last`, both included; whole degrees are among them."""
    step = _OUTLINE_STEPS_PER_DEGREE
    return np.arange(first * step, last * step + 1) / step


def _square_outline() -> Floats:
    return HALF_SIDE * np.array([[1.0, 1.0, -1.0, -1.0], [-1.0, 1.0, 1.0, -1.0]])


def _ellipse_outline() -> Floats:
    angle = np.radians(_degrees(0, 360))
    return np.stack([SEMI_U * np.cos(angle), SEMI_V * np.sin(angle)])


def _heart_outline() -> Floats:
    degrees = _degrees(-90, 90)
    angle, radius = np.radians(degrees), _heart_radius(degrees)
    u, v = radius * np.cos(angle), -radius * np.sin(angle)
    return np.stack([np.append(u, -u[::-1]), np.append(v, v[::-1])])


SHAPES = (
    Shape("square", _square_holds, _square_outline()),
    Shape("ellipse", _ellipse_holds, _ellipse_outline()),
    Shape("heart", _heart_holds, _heart_outline()),
)


def template(shape: Shape, scale: float, angle: float) -> NDArray[np.uint16]:
    """Where the lattice rows of a turned and scaled shape enter and leave it.

    Args:
        shape: one of `SHAPES`.
        scale: 1 for the sizes above; less is smaller.
        angle: counter-clockwise on the screen, in radians.

    Returns:
        (2·REACH, EDGES): for row R − REACH, ascending columns + REACH. A point is inside
        when an odd number of them is less than or equal to its own column + REACH;
        columns that are not needed repeat the one before, and so come in equal pairs.
    """
    cos, sin = np.cos(angle), np.sin(angle)
    u, v = shape.outline * scale
    row, column = _crossings(FINE * (cos * u + sin * v) - 0.5, FINE * (cos * v - sin * u) - 0.5)
    turn = np.arange(len(row)) - np.searchsorted(row, row)  # 0, 1, 2, … within each row
    entering = turn % 2 == 0

    # The lattice point next to the crossing is the only one whose side the polygon can
    # mistake: the shape itself decides.
    nearest = np.rint(column).astype(np.int64)
    dx, dy = (nearest + 0.5) / (FINE * scale), (row + 0.5) / (FINE * scale)
    beyond = shape.holds(cos * dx - sin * dy, sin * dx + cos * dy) == entering
    edges = np.zeros((2 * REACH, EDGES), np.uint16)
    edges[row + REACH, turn] = np.where(beyond, nearest, nearest + 1) + REACH
    # Two crossings between neighbouring points may have changed places: no point is
    # between them, so that they become one. The unused columns follow suit.
    return np.maximum.accumulate(edges, axis=1)


def _crossings(x: Floats, y: Floats) -> tuple[Ints, Floats]:
    """Where a closed polygon crosses the rows y = 0, ±1, ±2, …, by row and then by x.

    Args:
        x, y: its corners, (P,) each.

    Returns:
        The row and the x of each crossing, (Q,) each; every row has an even number.
    """
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    lowest = np.floor(np.minimum(y, next_y)).astype(np.int64)
    count = np.floor(np.maximum(y, next_y)).astype(np.int64) - lowest
    side = np.repeat(np.arange(len(x)), count)
    place = np.arange(len(side)) - np.repeat(np.cumsum(count) - count, count)
    row = lowest[side] + 1 + place
    slope = (next_x - x)[side] / (next_y - y)[side]
    crossing = x[side] + (row - y[side]) * slope
    order = np.lexsort((crossing, row))
    return row[order], crossing[order]
