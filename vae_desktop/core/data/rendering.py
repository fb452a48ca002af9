"""From style to picture: places the pen, inks the sheet, normalises as MNIST did.

Everything here is additions, products, quotients, roots and comparisons of float32
numbers, one ufunc at a time. IEEE 754 fixes the result of each, so the pictures are the
same bytes on every processor; sines, sums over an axis or matrix products would not be.
Arrays carry the image as the last axis (n), where numpy is fastest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.strokes import MOST_POINTS, SAMPLES, glyph_table

Floats = NDArray[np.float32]

SIDE = 28  # pixels of a picture
BOX = 20  # pixels of the box that the ink fills
SOFTNESS = 0.9  # pixels over which the edge of a stroke fades
RADIANS = 0.017453292519943295  # per degree

TRAVEL: Floats = (np.arange(SAMPLES) / np.float64(SAMPLES - 1) * 2 - 1).astype(np.float32)[:, None]
"""How far along its path the pen is, from -1 to 1; (S, 1)."""


@dataclass(frozen=True)
class Style:
    """The known causes of a picture, one float32 (n,) each; angles in degrees.

    Attributes:
        variant: which of the digit's ways of writing, from 0.
        slant: shear; positive leans to the right.
        rotation: clockwise.
        aspect: width relative to the model's.
        thickness: diameter of the pen in pixels of the finished picture.
        pressure: how much thicker the pen is at the end than in the middle, relative.
        taper: how much wider the writing is at the foot than in the middle, relative.
        bend: how far head and foot lie to the right of the middle, in half heights.
        balance: how far the middle lies below its place, in half heights.
    """

    variant: Floats
    slant: Floats
    rotation: Floats
    aspect: Floats
    thickness: Floats
    pressure: Floats
    taper: Floats
    bend: Floats
    balance: Floats


@dataclass(frozen=True)
class Tremble:
    """What style does not explain. All zero for a picture of the style alone.

    Attributes:
        shift: displacement of a glyph's points in half heights, (2, K, n).
        warp: coefficients of the smooth warps of the sheet, (2, 4, n).
        waver: relative change of the pen along its way, (2, n).
    """

    shift: Floats
    warp: Floats
    waver: Floats

    @classmethod
    def none(cls, count: int) -> "Tremble":
        """The perfectly calm hand, for `count` pictures."""
        return cls(
            shift=np.zeros((2, MOST_POINTS, count), np.float32),
            warp=np.zeros((2, 4, count), np.float32),
            waver=np.zeros((2, count), np.float32),
        )


def draw(labels: NDArray[np.int64], style: Style, tremble: Tremble) -> NDArray[np.uint8]:
    """Pictures (n, 1, 28, 28), white ink on black, of the digits in `labels` (n,)."""
    table = glyph_table()
    variant = np.minimum(np.rint(style.variant).astype(np.int64), table.counts[labels] - 1)
    x, y = _trace(table.first[labels] + variant, tremble.shift)
    x, y = _shape(x, y, style, tremble.warp)
    radius = _pen(style, tremble.waver)
    return _centre(_ink(*_fit(x, y, radius), radius))


def _trace(glyphs: NDArray[np.int64], shift: Floats) -> tuple[Floats, Floats]:
    """Places of the pen on glyphs (n,) with displaced points: x and y, each (S, n)."""
    table = glyph_table()
    loose = table.looseness[glyphs].T
    count = len(glyphs)
    corners = table.corners[glyphs].T * count + np.arange(count)
    weights = table.weights[glyphs].T
    x, y = (
        _weighted((table.points[glyphs, :, axis].T + loose * shift[axis]).ravel(), corners, weights)
        for axis in range(2)
    )
    return x, y


def _weighted(points: Floats, corners: NDArray[np.int64], weights: Floats) -> Floats:
    """Sums (S, n) of points with weights (4, S, n), the points by their places `corners`."""
    total: Floats = weights[0] * points.take(corners[0])
    for corner, weight in zip(corners[1:], weights[1:], strict=True):
        total += weight * points.take(corner)
    return total


def _shape(x: Floats, y: Floats, style: Style, warp: Floats) -> tuple[Floats, Floats]:
    """Warps, then widens, tapers, bends, balances, slants and turns the places (S, n)."""
    x, y = x + _warped(x, y, warp[0]), y + _warped(x, y, warp[1])
    square = y * y
    x = x * style.aspect * (1 + style.taper * y) + style.bend * square
    y = y + style.balance * (1 - square)
    x = x - _tangent(style.slant) * y
    sine, cosine = _sine_cosine(style.rotation)
    return cosine * x - sine * y, sine * x + cosine * y


def _warped(x: Floats, y: Floats, warp: Floats) -> Floats:
    """The displacement of places (S, n) under quadratic and cubic warps (4, n)."""
    xx, yy = x * x, y * y
    quadratic = warp[0] * xx + warp[1] * (x * y) + warp[2] * yy
    warped: Floats = quadratic + warp[3] * (y * (yy - 1))
    return warped


def _tangent(degrees: Floats) -> Floats:
    """Series of the tangent; off by less than 0.01 within 45 degrees."""
    angle = degrees * np.float32(RADIANS)
    return angle * _series(angle, 1, 1 / 3, 2 / 15, 17 / 315, 62 / 2835)


def _sine_cosine(degrees: Floats) -> tuple[Floats, Floats]:
    """Series of sine and cosine; off by less than 0.00001 within 45 degrees."""
    angle = degrees * np.float32(RADIANS)
    sine = angle * _series(angle, 1, -1 / 6, 1 / 120, -1 / 5040)
    return sine, _series(angle, 1, -1 / 2, 1 / 24, -1 / 720)


def _series(angle: Floats, *coefficients: float) -> Floats:
    """Sum of the coefficients times the even powers of angles (n,)."""
    square = angle * angle
    total = np.zeros_like(angle)
    for coefficient in reversed(coefficients):
        total = total * square + np.float32(coefficient)
    return total


def _pen(style: Style, waver: Floats) -> Floats:
    """Radius of the pen in pixels along its way (S, n)."""
    square = TRAVEL * TRAVEL
    press = 1 + style.pressure * TRAVEL + waver[0] * square + waver[1] * (TRAVEL * square)
    radius: Floats = style.thickness / 2 * np.clip(press, np.float32(0.5), np.float32(1.6))
    return radius


def _fit(x: Floats, y: Floats, radius: Floats) -> tuple[Floats, Floats]:
    """Places (S, n) in pixels of the box: the longer side of the ink fills it.

    The ink begins on a whole pixel at the left and at the top, as cut-out writing does.
    """
    size = np.maximum(x.max(axis=0) - x.min(axis=0), y.max(axis=0) - y.min(axis=0))
    scale = (BOX - 2 * radius.max(axis=0)) / size
    # The thickest place of the pen need not lie on the rim: one step more fills the box.
    ink = np.maximum(_extent(x * scale, radius)[1], _extent(y * scale, radius)[1])
    scale = scale + (BOX - ink) / size
    return _settled(x * scale, radius), _settled(y * scale, radius)


def _extent(places: Floats, radius: Floats) -> tuple[Floats, Floats]:
    """Beginning and length (n,) of the ink along one axis."""
    start = (places - radius).min(axis=0)
    return start, (places + radius).max(axis=0) - start


def _settled(places: Floats, radius: Floats) -> Floats:
    """Places (S, n) moved so that the ink is in the middle but begins on a whole pixel."""
    start, length = _extent(places, radius)
    # Rounding can make the ink a hair longer than the box, and the margin negative.
    margin: Floats = np.maximum(BOX - length, np.float32(0)) // np.float32(2)
    return places + (margin - start)


def _ink(x: Floats, y: Floats, radius: Floats) -> NDArray[np.uint8]:
    """Grey levels (20, 20, n) of the box under discs of `radius` at places (S, n).

    The distance to a disc's edge is taken as (d² - r²) / 2r, which is right at the edge
    and falls apart into one term per axis: two operations per pixel and disc.
    """
    pixels = (np.arange(BOX, dtype=np.float32) + np.float32(0.5))[:, None]
    half, inverse = radius / 2, 1 / (2 * radius)
    edge = np.full((BOX, BOX, x.shape[1]), np.float32(BOX))
    both = np.empty_like(edge)
    for place in range(SAMPLES):
        across, down = pixels - x[place], pixels - y[place]
        across = across * across * inverse[place] - half[place]
        down = down * down * inverse[place]
        np.add(down[:, None], across, out=both)
        np.minimum(edge, both, out=edge)
    light: Floats = np.clip(np.float32(0.5) - edge / np.float32(SOFTNESS), 0, 1)
    return (light * 255 + np.float32(0.5)).astype(np.uint8)


def _centre(box: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Boxes (20, 20, n) into pictures (n, 1, 28, 28), centre of mass on pixel (14, 14).

    As in MNIST the box moves by whole pixels and stays inside the picture.
    """
    tiles = np.ascontiguousarray(box.transpose(2, 0, 1))
    whole = tiles.astype(np.int64)
    index = np.arange(BOX)
    rows = index + _offset(whole.sum(axis=2))[:, None]
    columns = index + _offset(whole.sum(axis=1))[:, None]
    pictures = np.zeros((len(tiles), 1, SIDE, SIDE), np.uint8)
    image = np.arange(len(tiles))[:, None, None]
    pictures[image, 0, rows[:, :, None], columns[:, None, :]] = tiles
    return pictures


def _offset(profile: NDArray[np.int64]) -> NDArray[np.int64]:
    """Whole pixels (n,) by which boxes move whose ink along one axis is `profile` (n, 20).

    That is 14 - moment / mass, rounded; in integers, so that it cannot depend on order.
    """
    mass = profile.sum(axis=1)
    moment = (profile * np.arange(BOX)).sum(axis=1)
    offset = (2 * (SIDE // 2 * mass - moment) + mass) // (2 * mass)
    inside: NDArray[np.int64] = np.clip(offset, 0, SIDE - BOX)
    return inside
