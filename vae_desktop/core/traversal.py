"""Traversals: one latent varies, the others stay where the base image put them.

Pure values: which latents make the rows, in which order, and which codes the columns are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.errors import ConfigError
from vae_desktop.core.events import KL_IN_USE, Floats
from vae_desktop.core.span import Span, quantile_levels

Rows = NDArray[np.int64]
Which = Literal["all", "used", "unused"]

FEWEST_STEPS, MOST_STEPS = 3, 21
USUAL_STEPS = 11
VARIANCE_IN_USE = 0.01
"""An autoencoder's latent whose code varies by more than this over the test set is in use."""
_NO_WIDTH = 1e-6


@dataclass(frozen=True, eq=False)
class Importance:
    """How much each latent tells of a picture: what the rows are sorted by.

    Attributes:
        values: float32 (D,), mean KL in nats over images, or the variance of the codes.
        measure: which of the two.
        images: of what they are the mean ("test images, epoch 3").
    """

    values: Floats
    measure: Literal["kl", "variance"]
    images: str = ""

    @cached_property
    def order(self) -> Rows:
        """All latents (D,), the one that tells most first; what is no number comes last."""
        key = np.where(np.isfinite(self.values), self.values, -np.inf)
        return np.asarray(np.argsort(-key, kind="stable"), np.int64)

    @property
    def threshold(self) -> float:
        """From where on a latent is in use."""
        return KL_IN_USE if self.measure == "kl" else VARIANCE_IN_USE

    @cached_property
    def in_use(self) -> NDArray[np.bool_]:
        """Whether each latent (D,) tells something."""
        return np.asarray(self.values >= self.threshold)

    def rows(self, which: Which = "all") -> Rows:
        """Latents in order: all of them, those in use, or those that are not."""
        if which == "all":
            return self.order
        chosen = self.in_use[self.order] == (which == "used")
        return np.asarray(self.order[chosen], np.int64)

    def share(self, latent: int) -> float:
        """What a latent tells, for a bar in [0, 1]: beside the one that tells most, or beside
        the threshold where none is in use."""
        values = self.values[np.isfinite(self.values)]
        most = max(float(values.max(initial=0.0)), self.threshold)
        value = float(self.values[latent])
        return min(1.0, max(0.0, value / most)) if math.isfinite(value) else 0.0

    @property
    def unit(self) -> str:
        """Of the values."""
        return "nats" if self.measure == "kl" else "variance"

    @property
    def sentence(self) -> str:
        """What the rows are sorted by, and what "in use" means."""
        if self.measure == "kl":
            what = f"By mean KL, {self.images}"
            return f"{what}; in use from {self.threshold} nats."
        what = f"No KL: rows by the variance of the codes, {self.images}"
        return f"{what}; in use from {self.threshold}."


def by_variance(codes: Floats, images: str) -> Importance:
    """The importance of an autoencoder's latents, from codes (n, D)."""
    variance = codes.astype(np.float64).var(axis=0) if len(codes) else np.zeros(codes.shape[1])
    return Importance(np.asarray(variance, np.float32), "variance", images)


def check_steps(steps: int) -> int:
    """The number of columns, if there can be so many.

    Raises:
        ConfigError: there cannot.
    """
    if not FEWEST_STEPS <= steps <= MOST_STEPS:
        raise ConfigError(
            f"Steps: {steps} is not allowed; give {FEWEST_STEPS} to {MOST_STEPS} columns."
        )
    return steps


@dataclass(frozen=True, eq=False)
class Traversal:
    """Codes of a board: in each row one latent takes the values of the columns.

    Attributes:
        base: float32 (D,), where all latents are that do not move.
        latents: int64 (R,), which latent moves in each row.
        values: float32 (R, S), its values, rising.
    """

    base: Floats
    latents: Rows
    values: Floats

    @property
    def steps(self) -> int:
        """S, the number of columns."""
        return int(self.values.shape[1])

    @property
    def codes(self) -> Floats:
        """float32 (R, S, D), the code of every cell."""
        return self.codes_of(np.arange(len(self.latents)))

    def codes_of(self, rows: Rows | slice | Sequence[int]) -> Floats:
        """float32 (n, S, D), the codes of some rows."""
        latents, values = self.latents[rows], self.values[rows]
        codes = np.tile(self.base, (len(latents), self.steps, 1))
        np.put_along_axis(codes, latents[:, None, None], values[..., None], axis=2)
        return codes

    def code(self, row: int, column: int) -> Floats:
        """float32 (D,), the code of a cell."""
        code = self.base.copy()
        code[self.latents[row]] = self.values[row, column]
        return code

    @cached_property
    def places(self) -> NDArray[np.float64]:
        """Where the base's own value lies in each row (R,), counted in columns.

        2.0 is the third column itself and 2.5 lies half-way to the fourth: between two columns
        it is found by straight interpolation. −0.5 is left of the first column and S − 0.5
        right of the last: the base is outside of the range.
        """
        return np.array([self.place_of(row, self.base[j]) for row, j in enumerate(self.latents)])

    def place_of(self, row: int, value: float) -> float:
        """Where a value lies in a row, as in `places`."""
        values = self.values[row].astype(np.float64)
        width = float(values[-1] - values[0])
        if width <= _NO_WIDTH and abs(value - values[0]) <= _NO_WIDTH:
            return (self.steps - 1) / 2
        slack = _NO_WIDTH * max(1.0, width)
        if not values[0] - slack <= value <= values[-1] + slack:
            return -0.5 if value < values[0] else self.steps - 0.5
        return float(np.interp(value, values, np.arange(self.steps)))

    def value_at(self, row: int, place: float) -> float:
        """The value at a place in a row, between columns too; beyond the ends goes on straight."""
        values = self.values[row].astype(np.float64)
        left = int(np.clip(math.floor(place), 0, self.steps - 2))
        return float(values[left] + (place - left) * (values[left + 1] - values[left]))

    @property
    def base_columns(self) -> Rows:
        """The column (R,) that is nearest to the base's own value in each row."""
        return np.clip(np.floor(self.places + 0.5), 0, self.steps - 1).astype(np.int64)

    @property
    def exact(self) -> NDArray[np.bool_]:
        """Whether that column (R,) is the base itself, and not only near to it."""
        return np.asarray(np.abs(self.places - self.base_columns) < 1e-4)


def traversal(
    base: Floats, latents: Rows, span: Span, steps: int, codes: Floats | None = None
) -> Traversal:
    """The board of a base.

    Args:
        base: (D,), the posterior mean of the base image, or any other code.
        latents: (R,), which latents make the rows.
        span: from where to where.
        steps: columns.
        codes: (n, D), the posterior means of the encoded images, for quantiles.

    Raises:
        ConfigError: so many steps cannot be.
        ValueError: quantiles of no codes.
    """
    check_steps(steps)
    if span.kind == "quantiles":
        if codes is None or not len(codes):
            raise ValueError("quantiles need the encoded images")
        picked = codes[:, latents].astype(np.float64)
        levels = [*quantile_levels(span, steps), 0.5]
        found = np.quantile(picked, levels, axis=0)
        values = (found[:-1] - found[-1]).T + base[latents][:, None]
    else:
        values = np.tile(np.linspace(span.low, span.high, steps), (len(latents), 1))
    return Traversal(np.asarray(base, np.float32), latents, np.asarray(values, np.float32))


def parse_rows(text: str, importance: Importance) -> Rows:
    """Latents named as "all", "used", "unused" or by numbers from 1: "1,3-5".

    Named latents keep the order of `importance`.

    Raises:
        ConfigError: there is no such latent, or none at all.
    """
    count = len(importance.values)
    if text in ("all", "used", "unused"):
        rows = importance.rows(text)  # type: ignore[arg-type]
        if not len(rows):
            raise ConfigError(f"Rows: none of the {count} latents is {text}; choose all.")
        return rows
    wanted: set[int] = set()
    for part in text.split(","):
        first, dash, last = (piece.strip().removeprefix("z") for piece in part.partition("-"))
        try:
            numbers = range(int(first), int(last if dash else first) + 1)
        except ValueError as error:
            raise ConfigError(
                f"Rows: “{part.strip()}” is no latent; write all, used, unused or 1,3-5."
            ) from error
        if not numbers or numbers[0] < 1 or numbers[-1] > count:
            raise ConfigError(
                f"Rows: there is no latent {part.strip()}; this run has 1 to {count}."
            )
        wanted.update(number - 1 for number in numbers)
    return np.array([j for j in importance.order if int(j) in wanted], np.int64)
