"""Drawing one picture from its factors, for the sets whose pictures can be drawn.

The settings of a picture are one row of numbers, one per `Knob`; `FactorDrawing` hides
what differs between the sets.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data import digits, sprites
from vae_desktop.core.data.dataset import Dataset, Factor, Part

Settings = NDArray[np.float32]
"""One number per knob, (K,)."""

_UNITS = {"degrees": "°", "radians": " rad", "pixels": " px"}


@dataclass(frozen=True)
class Knob:
    """Something about a picture that can be set.

    Attributes:
        name: what it is called ("slant").
        low, high: its least and its greatest setting.
        texts: one text per setting low, low + 1, ... where only whole numbers are
            possible; empty where any number between the limits is.
        unit: what follows the number of a continuous one ("°"), or "".
    """

    name: str
    low: float
    high: float
    texts: tuple[str, ...] = ()
    unit: str = ""

    @property
    def is_discrete(self) -> bool:
        """True where only whole numbers are possible."""
        return bool(self.texts)

    def text(self, setting: float) -> str:
        """A setting for a reader."""
        if self.is_discrete:
            return self.texts[round(setting - self.low)]
        return f"{setting:.{1 if self.high - self.low > 10 else 2}f}{self.unit}".replace("-", "−")


class FactorDrawing(Protocol):
    """How a set draws a picture from settings."""

    def knobs(self, settings: Settings) -> tuple[Knob, ...]:
        """What can be set; the limits of some depend on the settings of others."""

    def neutral(self) -> Settings:
        """The settings to begin with."""

    def settings_of(self, part: Part, row: int) -> Settings:
        """The settings of a picture of the set."""

    def draw(self, settings: Settings) -> NDArray[np.uint8]:
        """The picture of these settings, uint8 (C, H, W)."""

    def label_of(self, settings: Settings) -> int:
        """The class (from 0) of that picture."""


class DigitDrawing:
    """The built-in digits: which digit, then its style."""

    def knobs(self, settings: Settings) -> tuple[Knob, ...]:
        variants = digits.variant_names(round(float(settings[0])))
        return (
            Knob("digit", 0, 9, tuple("0123456789")),
            Knob("variant", 0, len(variants) - 1, variants),
            *(
                Knob(trait.factor.name, trait.low, trait.high, unit=_unit(trait.factor))
                for trait in digits.TRAITS
            ),
        )

    def neutral(self) -> Settings:
        return np.concatenate((np.zeros(1, np.float32), digits.NEUTRAL))

    def settings_of(self, part: Part, row: int) -> Settings:
        assert part.labels is not None  # the digits have both
        assert part.factors is not None
        return np.concatenate((part.labels[row : row + 1], part.factors[row])).astype(np.float32)

    def draw(self, settings: Settings) -> NDArray[np.uint8]:
        label = np.rint(settings[:1]).astype(np.int64)
        picture: NDArray[np.uint8] = digits.render_factors(label, settings[None, 1:])[0]
        return picture

    def label_of(self, settings: Settings) -> int:
        return round(float(settings[0]))


class SpriteDrawing:
    """The sprites: the levels of their factors, but for the colour, which is always white."""

    def knobs(self, settings: Settings) -> tuple[Knob, ...]:
        return tuple(
            Knob(factor.name, 0, len(_values(factor)) - 1, _level_texts(factor))
            for factor in sprites.FACTORS[1:]
        )

    def neutral(self) -> Settings:
        levels = [0, *(count // 2 for count in sprites.LEVELS[2:])]
        levels[1], levels[2] = sprites.LEVELS[2] - 1, 0  # largest and upright
        return np.array(levels, np.float32)

    def settings_of(self, part: Part, row: int) -> Settings:
        assert part.factors is not None  # the sprites have them
        pairs = zip(sprites.FACTORS[1:], part.factors[row, 1:], strict=True)
        levels = [np.abs(_values(factor) - value).argmin() for factor, value in pairs]
        return np.array(levels, np.float32)

    def draw(self, settings: Settings) -> NDArray[np.uint8]:
        levels = np.rint(np.concatenate(([0], settings))).astype(np.int64)
        picture: NDArray[np.uint8] = sprites.render_factors(levels[None])[0]
        return picture

    def label_of(self, settings: Settings) -> int:
        return round(float(settings[0]))  # labels are the shapes


def drawing_of(data: Dataset) -> FactorDrawing | None:
    """How pictures of a set are drawn; None where nothing is known of their factors."""
    if data.name == digits.NAME and data.factors:
        return DigitDrawing()
    if data.name == sprites.NAME:
        return SpriteDrawing()
    return None


def _values(factor: Factor) -> NDArray[np.float32]:
    return np.array(factor.values, np.float32)


def _level_texts(factor: Factor) -> tuple[str, ...]:
    if factor.value_names:
        return factor.value_names
    return tuple(f"{value:.2f}{_unit(factor)}" for value in _values(factor))


def _unit(factor: Factor) -> str:
    return _UNITS.get(factor.unit, f" {factor.unit}" if factor.unit else "")
