"""What a user chooses when importing pictures, and what the import tells in return."""

import re
from dataclasses import dataclass
from enum import StrEnum

from vae_desktop.core.data.dataset import Part
from vae_desktop.core.errors import ConfigError

SIDE_LIMITS = (4, 4096)
"""Smallest and largest width or height that may be asked for, in pixels."""


class Colour(StrEnum):
    """Grey, colour, or colour only where the pictures have any."""

    AUTO = "auto"
    GREY = "grey"
    COLOUR = "colour"


class Fit(StrEnum):
    """How a picture of another shape becomes the chosen size."""

    CROP = "crop"  # the largest middle part of the right proportions
    PAD = "pad"  # all of it, with black bars
    STRETCH = "stretch"  # all of it, distorted


@dataclass(frozen=True)
class ImportOptions:
    """The choices of the import dialog.

    Attributes:
        size: (width, height) in pixels; None for the most common size of the pictures, or
            less where that is large: see `scan_result.usual_size`.
        colour: number of channels of the result.
        invert: exchange black and white, for dark drawings on white paper.
        fit: what happens to pictures of another shape.
        test_share: share of the images that is held out, in (0, 1); ignored where the
            source comes with a test part of its own.
        seed: of the shuffling into training and test part, not negative.

    Raises:
        ConfigError: a value is outside its limits.
    """

    size: tuple[int, int] | None = None
    colour: Colour = Colour.AUTO
    invert: bool = False
    fit: Fit = Fit.CROP
    test_share: float = 0.2
    seed: int = 0

    def __post_init__(self) -> None:
        low, high = SIDE_LIMITS
        if self.size is not None and not all(low <= side <= high for side in self.size):
            raise ConfigError(
                f"The size {self.size[0]}×{self.size[1]} is outside the limits: choose a width "
                f"and a height from {low} to {high} pixels."
            )
        if not 0 < self.test_share < 1:
            raise ConfigError(
                f"The test share {self.test_share} is not between 0 and 1; 0.2 is usual."
            )
        if self.seed < 0:
            raise ConfigError(f"The seed {self.seed} is negative; choose 0 or more.")


@dataclass(frozen=True)
class Skipped:
    """A file that was left out, and why (a sentence)."""

    name: str
    reason: str


@dataclass(frozen=True)
class Bundle:
    """Pictures in memory with what is known of them.

    Attributes:
        train: all pictures, or the training pictures where `test` is given.
        test: the test pictures that the source itself sets apart.
        label_names: a name per class; empty without labels.
        notes: sentences on what was changed while reading.
    """

    train: Part
    test: Part | None = None
    label_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def natural_key(name: str) -> tuple[list[tuple[int, int, str]], str]:
    """Sort key under which '2' comes before '10'; different names never have the same."""
    pieces = re.split(r"([0-9]+)", name)
    keys = [_number_key(p) if i % 2 else (1, 0, p.casefold()) for i, p in enumerate(pieces)]
    return keys, name


def _number_key(digits: str) -> tuple[int, int, str]:
    # By length, then by digits: int() refuses the very long numbers a hostile name may have.
    significant = digits.lstrip("0")
    return 0, len(significant), significant


def printable(name: str) -> str:
    """A file name that can be shown and encoded, whatever bytes the disk has for it."""
    return name.encode("utf-8", "replace").decode()
