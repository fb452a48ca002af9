"""What each latent knows of each known factor, and each factor beside the latent that matches it.

The sweeps of a `Match` are two lines of pictures: the factor itself, drawn from its least to its
greatest value, and the latent that knows most of it, decoded over the middle 98 % of its codes.
What is not swept is that of one base picture. A factor that a conditional model is told as its
class has no latent: the base's code is decoded as each class. The latent's line runs the way in
which its codes follow the factor, so that both lines can be compared.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.data.factor_drawing import FactorDrawing, Knob, Settings, drawing_of
from vae_desktop.core.disentanglement import (
    BINS,
    Doubles,
    entropies,
    matching_latents,
    mutual_information,
    need_finite,
)
from vae_desktop.core.events import Floats
from vae_desktop.core.known_factors import draw, told_with_class
from vae_desktop.core.latents import Bytes, Coder, Rows, encode
from vae_desktop.core.progress import Progress, silent

STEPS = 5
"""Pictures of a sweep; of a factor with few values one for each."""
MOST_VALUES = 6
_MIDDLE = (0.01, 0.99)
_SEED = 11


@dataclass(frozen=True, eq=False)
class FactorInformation:
    """Mutual information of factors and latents at one moment.

    Attributes:
        step: whose weights these were.
        images: how many pictures it was estimated from.
        names: of the factors, (F,).
        entropy: (F,), of each factor's levels, in nats.
        information: (F, D), in nats.
        by_chance: (F,), nats that a latent seems to know that knows nothing: the estimate's
            bias.
        kl: (D,), mean KL of each latent in nats; zero for codes that are points.
        deviation: (D,), standard deviation of the posterior means.
        low, high: (D,), between which the middle 98 % of the posterior means are.
        rising: (F, D), whether codes grow with the factor.
        has_posterior: whether there is a KL.
        told: factors that a conditional model is told as its class.
    """

    step: int
    images: int
    names: tuple[str, ...]
    entropy: Doubles
    information: Doubles
    by_chance: Doubles
    kl: Doubles
    deviation: Doubles
    low: Doubles
    high: Doubles
    rising: NDArray[np.bool_]
    has_posterior: bool
    told: tuple[str, ...] = ()

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """Latents by mean KL, the largest first; by variance where there is no KL."""
        weight = self.kl if self.has_posterior else self.deviation
        return np.argsort(-weight, kind="stable")

    @cached_property
    def matches(self) -> NDArray[np.intp]:
        """For each factor the latent that knows most of it."""
        return matching_latents(self.information)


@dataclass(frozen=True, eq=False)
class Match:
    """A factor swept, and the latent that matches it best swept.

    Attributes:
        factor: its name.
        latent: which one, from 0; None where the model is told the factor: the class takes the
            latent's place.
        known: nats that the latent knows of the factor.
        entropy: nats that there are to be known.
        by_chance: nats that a latent which knows nothing would seem to know.
        drawn, decoded: uint8 (n, C, H, W) each.
        first, last: texts of the factor's first and last value.
        begin, end: the latent's first and last code; begin > end where it falls. Of a class
            both are zero.
    """

    factor: str
    latent: int | None
    known: float
    entropy: float
    by_chance: float
    drawn: Bytes
    decoded: Bytes
    first: str
    last: str
    begin: float
    end: float


def inform(
    coder: Coder, data: Dataset, images: int, progress: Progress = silent
) -> FactorInformation:
    """Estimate what the latents know; the same pictures are drawn every time.

    Raises:
        DataError: the set has no known factors, or a code is not finite.
        Cancelled: by `progress`.
    """
    drawn = draw(data, images, np.random.default_rng(_SEED))
    cloud = encode(coder, drawn.pictures, drawn.rows, progress=progress)
    need_finite(cloud.mu)
    codes, levels = cloud.mu.astype(np.float64), drawn.factors.levels
    low, high = np.quantile(codes, _MIDDLE, axis=0)
    return FactorInformation(
        step=cloud.step,
        images=len(cloud),
        names=drawn.factors.names,
        entropy=entropies(levels),
        information=mutual_information(cloud.mu, levels),
        by_chance=(BINS - 1) * levels.max(axis=0) / (2 * len(cloud)),
        kl=cloud.kl.mean(axis=0, dtype=np.float64),
        deviation=codes.std(axis=0),
        low=low,
        high=high,
        rising=(levels - levels.mean(axis=0)).T @ (codes - codes.mean(axis=0)) >= 0,
        has_posterior=cloud.has_posterior,
        told=told_with_class(drawn) if coder.classes else (),
    )


def sweep_matches(
    coder: Coder, data: Dataset, found: FactorInformation, base: Settings | None = None
) -> list[Match]:
    """Sweep every factor and the latent that matches it, or the class where it is told.

    Args:
        coder: the model.
        data: a set whose pictures can be drawn; for others the list is empty.
        found: of the same model.
        base: the settings of the base picture; None for those to begin with.
    """
    drawing = drawing_of(data)
    if drawing is None:
        return []
    settings = drawing.neutral() if base is None else base
    own = np.array([drawing.label_of(settings)])
    centre = coder.encode(drawing.draw(settings)[None], own)[0][0]
    knobs = {knob.name: index for index, knob in enumerate(drawing.knobs(settings))}
    result = []
    for index, name in enumerate(found.names):
        drawn, labels, first, last = _factor_line(drawing, settings, knobs[name])
        latent, begin, end = int(found.matches[index]), 0.0, 0.0
        codes = np.repeat(centre[None], len(drawn), axis=0)
        if name not in found.told:
            ends = found.low[latent], found.high[latent]
            begin, end = ends if found.rising[index, latent] else ends[::-1]
            codes[:, latent] = np.linspace(begin, end, len(drawn))
            labels = np.repeat(own, len(drawn))
        result.append(
            Match(
                factor=name,
                latent=None if name in found.told else latent,
                known=float(found.information[index, latent]),
                entropy=float(found.entropy[index]),
                by_chance=float(found.by_chance[index]),
                drawn=drawn,
                decoded=coder.decode(codes, labels),
                first=first,
                last=last,
                begin=float(begin),
                end=float(end),
            )
        )
    return result


def _factor_line(
    drawing: FactorDrawing, settings: Settings, place: int
) -> tuple[Bytes, Rows, str, str]:
    """Pictures of one setting from its least to its greatest, their classes, the texts of both."""
    knob = drawing.knobs(settings)[place]
    values = _stops(knob)
    rows = np.repeat(settings[None], len(values), axis=0)
    rows[:, place] = values
    pictures = np.stack([drawing.draw(row) for row in rows])
    labels = np.array([drawing.label_of(row) for row in rows])
    return pictures, labels, knob.text(float(values[0])), knob.text(float(values[-1]))


def _stops(knob: Knob) -> Floats:
    """Where a sweep of a knob stops."""
    if knob.is_discrete and len(knob.texts) <= MOST_VALUES:
        return np.arange(knob.low, knob.high + 1, dtype=np.float32)
    stops = np.linspace(knob.low, knob.high, STEPS)
    return np.asarray(np.rint(stops) if knob.is_discrete else stops, np.float32)
