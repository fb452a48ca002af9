"""From a drawing to a picture as those of MNIST are.

Each digit of MNIST was made as large as fits a box of 20×20 pixels with its proportions kept,
which gave it grey edges, and put into 28×28 pixels so that its centre of mass lies at the
centre (http://yann.lecun.com/exdb/mnist/). In its files that is: the longer side is 20 pixels,
and the centre of mass is at most half a pixel from the middle of pixel (14, 14), because the box
was moved by whole pixels.
"""

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

BOX, SIDE = 20, 28
"""Pixels on a side of MNIST's box, and of its pictures."""


def is_empty(drawing: Bytes) -> bool:
    """Whether there is no ink in a drawing, of any shape."""
    return not drawing.any()


def normalised(ink: Bytes, height: int = SIDE, width: int = SIDE) -> Bytes:
    """A drawing as MNIST would show it.

    Args:
        ink: uint8 (h, w) of any size, bright on 0.
        height, width: of the result; its box is to the shorter of them as 20 to 28.

    Returns:
        uint8 (height, width). The box never leaves the picture: of ink whose centre of mass is
        far from its middle, the box touches the edge instead. Black for an empty drawing.
    """
    if is_empty(ink):
        return np.zeros((height, width), np.uint8)
    boxed = _in_box(_cropped(ink).astype(np.float64), box_side(height, width))
    picture = np.zeros((height, width))
    top = _corner(boxed.sum(axis=1), height)
    left = _corner(boxed.sum(axis=0), width)
    picture[top : top + boxed.shape[0], left : left + boxed.shape[1]] = boxed
    return np.rint(picture).astype(np.uint8)


def box_side(height: int, width: int) -> int:
    """The side of the box in pictures of this size."""
    return max(1, round(min(height, width) * BOX / SIDE))


def centre_of_mass(picture: NDArray[np.generic]) -> tuple[float, float]:
    """Row and column of the centre of mass of a picture (H, W); a pixel's middle is whole.

    Raises:
        ValueError: there is no ink.
    """
    mass = picture.astype(np.float64)
    total = mass.sum()
    if not total:
        raise ValueError("an empty picture has no centre of mass")
    rows, columns = (np.arange(side) for side in mass.shape)
    return float(mass.sum(axis=1) @ rows / total), float(mass.sum(axis=0) @ columns / total)


def shrunk(picture: Bytes, height: int, width: int) -> Bytes:
    """A picture (..., h, w) in another size: each pixel the mean of what it covers."""
    across = _shares(picture.shape[-1], width)
    down = _shares(picture.shape[-2], height)
    return np.rint(down @ picture.astype(np.float64) @ across.T).astype(np.uint8)


def _cropped(ink: Bytes) -> Bytes:
    """The smallest rectangle that holds all ink."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _in_box(ink: Floats, side: int) -> Floats:
    """Ink so large that its longer side is that of the box."""
    height, width = ink.shape
    scale = side / max(height, width)
    down = _shares(height, max(1, round(height * scale)))
    across = _shares(width, max(1, round(width * scale)))
    return np.asarray(down @ ink @ across.T)


def _shares(have: int, want: int) -> Floats:
    """(want, have): how much of each of its pixels a coarser or finer pixel consists of.

    Row i averages over what lies between i and i + 1, in units of `have` / `want` pixels.
    """
    edges = np.arange(want + 1) * (have / want)
    low, high = edges[:-1, None], edges[1:, None]
    pixels = np.arange(have)
    overlap = np.minimum(high, pixels + 1) - np.maximum(low, pixels)
    return np.asarray(np.maximum(overlap, 0) * (want / have))


def _corner(profile: Floats, side: int) -> int:
    """Where the box begins, so that its centre of mass is nearest to the middle pixel."""
    mean = profile @ np.arange(len(profile)) / profile.sum()
    return int(np.clip(np.floor(side // 2 - mean + 0.5), 0, side - len(profile)))
