"""The sprites: 737,280 white shapes on black, each with its six known causes.

The design is that of dSprites (Matthey et al. 2017): every combination of one colour,
3 shapes, 6 scales, 40 orientations, 32 x and 32 y positions, once each, 64×64 pixels.
An image's *number* is its place in the published order, in which y runs fastest, then x,
orientation, scale, shape and colour. Its *levels* are the places 0, 1, 2, … of its six
values among the `FACTORS`. Images are drawn when they are asked for.
"""

import hashlib
import math

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.dataset import Dataset, Factor, Part
from vae_desktop.core.data.sprite_raster import POSITIONS, SCALES, SIDE, TURNS, render
from vae_desktop.core.data.sprite_shapes import SHAPES
from vae_desktop.core.errors import DataError

NAME = "sprites"
TITLE = "Sprites (dSprites design)"
VERSION = 1  # of the pictures and the split: raise it when either changes
TRAIN, TEST = 50_000, 10_000

SOURCE = (
    "Drawn by this program after the design of dSprites (L. Matthey, I. Higgins, D. Hassabis and "
    "A. Lerchner, 2017); no pixel of the published images is used."
)
LICENCE = (
    "The pictures fall under this program's own licence; the published dSprites images, which are "
    "not part of it, were generated with LÖVE, which is under the zlib/libpng licence."
)

SHAPE_NAMES = tuple(shape.name for shape in SHAPES)
_PLACES = tuple(level / (POSITIONS - 1) for level in range(POSITIONS))

FACTORS: tuple[Factor, ...] = (
    Factor("colour", values=(1.0,), value_names=("white",)),
    Factor("shape", values=(1.0, 2.0, 3.0), value_names=SHAPE_NAMES),
    Factor("scale", values=SCALES),
    Factor("orientation", "radians", tuple(2 * math.pi * k / TURNS for k in range(TURNS + 1))),
    Factor("x", values=_PLACES),
    Factor("y", values=_PLACES),
)
"""In the published order. Orientation turns counter-clockwise; x grows to the right and y
downwards, as shares of the way across the middle half of the picture."""

_VALUES = tuple(np.array(factor.values, np.float32) for factor in FACTORS)
_CHUNK = 2**16  # images whose factors are looked up at a time
LEVELS = tuple(len(values) for values in _VALUES)
IMAGES = math.prod(LEVELS)


class SpriteImages:
    """Some of the sprites, drawn on demand; see `dataset.RenderedImages`.

    Args:
        numbers: which of the images, and in what order, (N,).

    Raises:
        DataError: a number is not that of an image.
    """

    def __init__(self, numbers: NDArray[np.int64]) -> None:
        self._numbers = _checked_numbers(numbers)

    @property
    def shape(self) -> tuple[int, ...]:
        """(N, 1, 64, 64)."""
        return len(self), 1, SIDE, SIDE

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, key: slice | NDArray[np.int64], /) -> NDArray[np.uint8]:
        """uint8 (n, 1, 64, 64), 0 or 255.

        Raises:
            IndexError: a place is not below N, or the key is neither slice nor (n,) array.
        """
        numbers = self._numbers[key]
        if np.ndim(numbers) != 1:
            raise IndexError("Sprites are taken by a slice or a one-dimensional array of places.")
        return _draw(_split(numbers))


def levels_of(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """The levels of images, (n, 6), from their numbers, (n,).

    Raises:
        DataError: a number is not that of an image.
    """
    return _split(_checked_numbers(numbers))


def numbers_of(levels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of images, (n,), from their levels, (n, 6).

    Raises:
        DataError: the levels have another shape, or one of them is out of its limits.
    """
    columns = tuple(_checked_levels(levels).T)
    return np.asarray(np.ravel_multi_index(columns, LEVELS), np.int64)


def factors_of(levels: NDArray[np.int64]) -> NDArray[np.float32]:
    """The values of the `FACTORS`, (n, 6), from their levels, (n, 6).

    Raises:
        DataError: the levels have another shape, or one of them is out of its limits.
    """
    columns = _checked_levels(levels).T
    return np.stack([values[column] for values, column in zip(_VALUES, columns, strict=True)], 1)


def render_factors(levels: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Draws the sprites with the given levels, (n, 6): uint8 (n, 1, 64, 64), 0 or 255.

    Raises:
        DataError: the levels have another shape, or one of them is out of its limits.
    """
    return _draw(_checked_levels(levels))


def load(count: int | None = TRAIN, seed: int = 0, test_count: int = TEST) -> Dataset:
    """The sprites as a data set: labels are the shapes, factors their published values.

    All images are shuffled by the seed. The first `test_count` are the test part and the
    next `count` the training part, so that the two never share an image, and one seed has
    one test part however many images are trained on.

    Args:
        count: training images; None takes all that are not in the test part.
        seed: draws the images, 0 or more.
        test_count: test images.

    Raises:
        DataError: a count is below 1, both together are more than there are, or the seed
            is negative.
    """
    train_count = IMAGES - test_count if count is None else count
    _check_request(train_count, test_count, seed)
    order = _shuffled(seed)
    asked = f"{NAME} {VERSION}, {train_count} + {test_count} images, seed {seed}"
    return Dataset(
        name=NAME,
        title=TITLE,
        train=_part(order[test_count : test_count + train_count]),
        test=_part(order[:test_count]),
        label_names=SHAPE_NAMES,
        factors=FACTORS,
        source=SOURCE,
        licence=LICENCE,
        fingerprint=hashlib.blake2b(asked.encode(), digest_size=16).hexdigest(),
    )


def _part(numbers: NDArray[np.int64]) -> Part:
    labels = np.empty(len(numbers), np.int64)
    factors = np.empty((len(numbers), len(FACTORS)), np.float32)
    for start in range(0, len(numbers), _CHUNK):  # all levels at once would take 35 MB
        rows = slice(start, start + _CHUNK)
        levels = levels_of(numbers[rows])
        labels[rows], factors[rows] = levels[:, 1], factors_of(levels)
    return Part(SpriteImages(numbers), labels, factors)


def _shuffled(seed: int) -> NDArray[np.int64]:
    # The raw stream of PCG64 is fixed for good; `Generator.permutation` may change with
    # numpy, and then a fingerprint would stand for other images.
    return np.argsort(np.random.PCG64(seed).random_raw(IMAGES), kind="stable")


def _split(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.stack(np.unravel_index(numbers, LEVELS), axis=1)


def _draw(levels: NDArray[np.int64]) -> NDArray[np.uint8]:
    _, shape, scale, orientation, x, y = levels.T
    return render(shape, scale, orientation, x, y)


def _check_request(train_count: int, test_count: int, seed: int) -> None:
    if test_count < 1 or train_count < 1 or train_count + test_count > IMAGES:
        raise DataError(
            f"{TITLE}: {train_count:,} training and {test_count:,} test images were asked for; "
            f"take at least one of each, and at most {IMAGES:,} together."
        )
    if seed < 0:
        raise DataError(f"{TITLE}: the seed is {seed}; choose 0 or a positive whole number.")


def _checked_numbers(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu":
        raise DataError(
            f"{TITLE}: image numbers are whole and in one row, not {numbers.dtype} in an array "
            f"of shape {numbers.shape}; give an int64 array (n,)."
        )
    wrong = numbers[(numbers < 0) | (numbers >= IMAGES)]
    if len(wrong):
        raise DataError(
            f"{TITLE}: there is no image {wrong[0]:,}; choose numbers from 0 to {IMAGES - 1:,}."
        )
    return numbers.astype(np.int64)


def _checked_levels(levels: NDArray[np.int64]) -> NDArray[np.int64]:
    if levels.ndim != 2 or levels.shape[1] != len(FACTORS) or levels.dtype.kind not in "iu":
        raise DataError(
            f"{TITLE}: levels are whole numbers, one for each of the {len(FACTORS)} factors, not "
            f"{levels.dtype} in an array of shape {levels.shape}; give an int64 array "
            f"(n, {len(FACTORS)})."
        )
    for factor, column, count in zip(FACTORS, levels.T, LEVELS, strict=True):
        wrong = column[(column < 0) | (column >= count)]
        if len(wrong):
            raise DataError(
                f"{TITLE}: {factor.name} has no level {wrong[0]}; choose from 0 to {count - 1}."
            )
    return levels.astype(np.int64)
