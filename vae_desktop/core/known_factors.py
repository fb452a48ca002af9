"""Pictures drawn by chance together with what caused them, for scores against known factors.

A factor of few values has one *level* a value. A continuous one (the slant of a digit) is cut
into `CLASSES` levels of equally many pictures, or fewer where many pictures share a value.
Factors that do not vary (the colour of the sprites) are left out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data import digits, sprites
from vae_desktop.core.data.dataset import Dataset, Factor, Part
from vae_desktop.core.errors import DataError
from vae_desktop.core.events import Floats
from vae_desktop.core.latents import PictureSet, Rows

CLASSES = 10
"""Levels of a continuous factor."""

Levels = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class KnownFactors:
    """What is known of some pictures; only factors that vary.

    Attributes:
        names: of the factors.
        levels: int64 (N, F), from 0 on.
        values: float32 (N, F), what the levels stand for.
        continuous: for each factor, whether its levels were cut out of a continuum.
    """

    names: tuple[str, ...]
    levels: Levels
    values: Floats
    continuous: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.levels)

    def first(self, count: int) -> "KnownFactors":
        """Only the first so many pictures."""
        return self.between(0, count)

    def between(self, start: int, stop: int) -> "KnownFactors":
        """Only the pictures from `start` to before `stop`."""
        cut = slice(start, stop)
        return KnownFactors(self.names, self.levels[cut], self.values[cut], self.continuous)

    def without(self, names: tuple[str, ...]) -> "KnownFactors":
        """All factors but those named."""
        kept = [index for index, name in enumerate(self.names) if name not in names]
        return KnownFactors(
            tuple(self.names[index] for index in kept),
            self.levels[:, kept],
            self.values[:, kept],
            tuple(self.continuous[index] for index in kept),
        )


@dataclass(frozen=True, eq=False)
class Drawn:
    """Pictures that were drawn by chance, and their factors.

    Attributes:
        pictures: what they are of.
        rows: which of `pictures`, in the order of `factors`.
        factors: of each.
    """

    pictures: PictureSet
    rows: Rows
    factors: KnownFactors

    def __len__(self) -> int:
        return len(self.rows)

    def labels(self, cut: slice) -> NDArray[np.int64] | None:
        """The classes of some of them; None where the set has none."""
        labels = self.pictures.labels
        return None if labels is None else labels[self.rows[cut]]


def told_with_class(drawn: Drawn) -> tuple[str, ...]:
    """The factors that are the class under another name, as the shape of a sprite is.

    A conditional model is told them, so that its latents need not know them.
    """
    labels = drawn.labels(slice(None))
    if labels is None:
        return ()
    named = zip(drawn.factors.names, drawn.factors.levels.T, strict=True)
    return tuple(name for name, levels in named if _same_groups(levels, labels))


def factor_names(data: Dataset) -> tuple[str, ...]:
    """The factors of a set that vary and that scores can be measured against.

    Of the built-in digits the digit itself is one, while the variant is left out: its values
    mean something else for every digit.
    """
    return tuple(factor.name for factor, _ in _columns(data))


def lacks_factors(data: Dataset) -> str:
    """Why nothing can be measured against factors of a set, as a sentence; "" where it can."""
    if len(factor_names(data)) >= 2:
        return ""
    return (
        f"{data.title} has no known factors, so nothing can be scored against them; the "
        "sprites and the built-in digits have them, and knn and separation need only labels."
    )


def draw(data: Dataset, count: int, random: np.random.Generator) -> Drawn:
    """Draw pictures and their factors.

    Of the sprites every combination of levels is equally likely, whether or not it was trained
    on; of other sets pictures of both parts are drawn, none of them twice.

    Args:
        data: of what.
        count: so many, or as many as there are.
        random: decides which.

    Raises:
        DataError: the set has no known factors.
    """
    if reason := lacks_factors(data):
        raise DataError(reason)
    if data.name == sprites.NAME:
        drawn = np.stack([random.integers(0, k, count) for k in sprites.LEVELS], axis=1)
        part = Part(
            sprites.SpriteImages(sprites.numbers_of(drawn)),
            drawn[:, 1],
            sprites.factors_of(drawn),
        )
        pictures = PictureSet((("drawn", part),))
    else:
        pictures = PictureSet((("test", data.test), ("training", data.train)))
    rows = random.permutation(len(pictures))[:count].astype(np.int64)
    return Drawn(pictures, rows, _factors(data, pictures, rows))


def _same_groups(one: Levels, other: Levels) -> bool:
    """Whether two columns (n,) put the same pictures together."""
    pairs = len(np.unique(np.stack([one, other]), axis=1).T)
    return pairs == len(np.unique(one)) == len(np.unique(other))


def _columns(data: Dataset) -> list[tuple[Factor, int]]:
    """The factors that vary and their columns; -1 is that of the labels."""
    found = []
    if data.test.factors is not None and data.train.factors is not None:
        found = [
            (factor, column)
            for column, factor in enumerate(data.factors)
            if factor.values is None or len(factor.values) > 1
        ]
    if data.name == digits.NAME and found:
        whole = Factor("digit", values=tuple(map(float, range(len(data.label_names)))))
        found = [(whole, -1), *(pair for pair in found if pair[0].name != "variant")]
    return found


def _factors(data: Dataset, pictures: PictureSet, rows: Rows) -> KnownFactors:
    columns, values, levels = _columns(data), [], []
    known, labels = pictures.factors, pictures.labels
    assert known is not None  # `draw` has looked
    for factor, column in columns:
        if column < 0:
            assert labels is not None  # the digits have them
            values.append(labels[rows].astype(np.float32))
        else:
            values.append(known[rows, column])
        levels.append(_levels(factor, values[-1]))
    return KnownFactors(
        tuple(factor.name for factor, _ in columns),
        np.stack(levels, axis=1),
        np.stack(values, axis=1),
        tuple(factor.values is None for factor, _ in columns),
    )


def _levels(factor: Factor, values: Floats) -> Levels:
    """The levels (n,) of values (n,) of one factor."""
    if factor.values is None:
        cuts = np.unique(np.quantile(values, np.arange(1, CLASSES) / CLASSES))
        return np.searchsorted(cuts, values, side="right").astype(np.int64)
    places = np.sort(np.array(factor.values, np.float32))
    middles = (places[1:] + places[:-1]) / 2
    return np.searchsorted(middles, values).astype(np.int64)
