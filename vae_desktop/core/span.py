"""From where to where a traversal moves its latents."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.errors import ConfigError

SpanKind = Literal["prior", "quantiles", "limits"]

USUAL_REACH, USUAL_TAIL = 3.0, 5.0
FURTHEST = 1000.0
"""The largest number that a range may name."""


@dataclass(frozen=True)
class Span:
    """From where to where a latent is moved.

    Attributes:
        kind: "prior": ±`high` standard deviations of the prior N(0, 1) around 0; "quantiles":
            from the `low` to the `high` percentile of the encoded images, moved so that their
            median is the base's own value; "limits": from `low` to `high`.
    """

    kind: SpanKind
    low: float
    high: float

    @property
    def needs_codes(self) -> bool:
        """Whether the values depend on the encoded images."""
        return self.kind == "quantiles"

    def __str__(self) -> str:
        """The span as `parse` reads it."""
        match self.kind:
            case "prior":
                return f"prior:{self.high:g}"
            case "quantiles":
                return f"quantiles:{self.low:g}"
            case _:
                return f"limits:{self.low:g}:{self.high:g}"

    def text(self, has_prior: bool = True) -> str:
        """The span for a reader; a model without a prior (an autoencoder) has none to name."""
        match self.kind:
            case "prior" if has_prior:
                return f"prior ±{self.high:g} σ"
            case "quantiles":
                ends = f"{self.low:g}–{self.high:g} % of the encoded test images"
                return f"{ends}, centred on the base"
            case _:
                return f"from {signed(self.low)} to {signed(self.high)}"


def prior_span(reach: float = USUAL_REACH) -> Span:
    """±`reach` standard deviations of the prior.

    Raises:
        ConfigError: that is no range.
    """
    if not 0 < reach <= FURTHEST:
        raise ConfigError(f"Range: ±{reach:g} is no range; give a number above 0, such as 3.")
    return Span("prior", -reach, reach)


def quantile_span(tail: float = USUAL_TAIL) -> Span:
    """From the `tail` percentile to the one as far from the other end.

    Raises:
        ConfigError: that is no range.
    """
    if not 0 <= tail < 50:
        raise ConfigError(
            f"Range: {tail:g} % is no tail; give a percentage from 0 to below 50, such as 5."
        )
    return Span("quantiles", tail, 100 - tail)


def limit_span(low: float, high: float) -> Span:
    """From `low` to `high`.

    Raises:
        ConfigError: that is no range.
    """
    if not -FURTHEST <= low < high <= FURTHEST:
        raise ConfigError(
            f"Range: from {low:g} to {high:g} is no range; give two numbers, the smaller one first."
        )
    return Span("limits", low, high)


def parse_span(text: str) -> Span:
    """A span from "prior:3", "quantiles:5" or "limits:-2:2".

    Raises:
        ConfigError: it is none of these.
    """
    kind, *rest = (part.strip() for part in text.split(":"))
    try:
        numbers = [float(number.replace("−", "-")) for number in rest]
    except ValueError:
        numbers = [math.nan] * 3
    match kind, numbers:
        case "prior", [] | [_]:
            return prior_span(*numbers)
        case "quantiles", [] | [_]:
            return quantile_span(*numbers)
        case "limits", [low, high]:
            return limit_span(low, high)
        case _:
            raise ConfigError(
                f"Range: “{text}” is none; write prior:3, quantiles:5 or limits:-2:2."
            )


def quantile_levels(span: Span, steps: int) -> NDArray[np.float64]:
    """The shares (S,) of images below the value of each column."""
    return np.linspace(span.low, span.high, steps) / 100


def signed(value: float, decimals: int | None = None) -> str:
    """A latent's value for a reader, with a true minus sign."""
    text = f"{value:g}" if decimals is None else f"{value:.{decimals}f}"
    if decimals is not None and float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", "−")
