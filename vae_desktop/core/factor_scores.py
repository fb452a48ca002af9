"""A model scored against known factors: pictures drawn, encoded, scored, and all of it repeated."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.disentanglement import (
    entropies,
    factor_vae_score,
    mutual_information,
    mutual_information_gap,
    need_latents,
)
from vae_desktop.core.errors import ConfigError, DataError
from vae_desktop.core.events import Floats
from vae_desktop.core.factor_predictors import beta_vae_score, dci_scores, sap_score
from vae_desktop.core.known_factors import KnownFactors, draw, told_with_class
from vae_desktop.core.latents import BATCH, Bytes
from vae_desktop.core.progress import Progress, silent

IMAGES = 15_000
"""Pictures of a draw. Two thirds are for training where something is trained, the rest is for
testing; pairs and votes are taken from all of them."""
DRAWS = 3
TREE_IMAGES = 2_000
"""DCI's trees are trained on so many pictures at most: published scores take 10,000, which takes
minutes a draw. Fewer give lower scores: on one run of the sprites disentanglement was 0.049, 0.053
and 0.075 with 1,000, 2,000 and 5,000. Compare only what was measured with equally many."""
_TRAIN_SHARE, _ENCODING_SHARE = 2 / 3, 0.2

FACTOR_METRICS = {
    "mig": "MIG",
    "beta-vae": "β-VAE score",
    "factor-vae": "FactorVAE score",
    "dci": "DCI",
    "sap": "SAP",
}
"""Scores against known factors, and their names for a reader."""

NEED_TWO_LATENTS = ("mig", "dci", "sap")

Represent = Callable[[Bytes, NDArray[np.int64] | None], Floats]
"""Codes (n, D) of pictures (n, C, H, W) of classes (n,), which are None where there are none."""


@dataclass(frozen=True)
class FactorScore:
    """A score against known factors.

    Attributes:
        score: mean over the draws.
        spread: standard deviation over the draws; None for a single one.
        images: pictures of a draw that it was computed from.
        draws: how often pictures were drawn anew.
        seed: of the draws.
        each: the score of every draw.
        left_out: factors that do not count, because the model is told them.
    """

    score: float
    spread: float | None
    images: int
    draws: int
    seed: int
    each: tuple[float, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class DciScore(FactorScore):
    """DCI; `score` is disentanglement, and the others stand beside it.

    Attributes:
        completeness, informativeness: means over the draws.
        completeness_spread, informativeness_spread: standard deviations, as `spread`.
    """

    completeness: float
    completeness_spread: float | None
    informativeness: float
    informativeness_spread: float | None


@dataclass(frozen=True, eq=False)
class _Sample:
    """Codes (N, D) of drawn pictures and their factors; the first `train` are for training."""

    codes: Floats
    factors: KnownFactors
    train: int
    left_out: tuple[str, ...]


class _Stage:
    """One draw's progress as a part of that of all draws."""

    def __init__(self, progress: Progress, title: str, index: int, draws: int) -> None:
        self._progress, self._index, self._draws = progress, index, draws
        self._title = f"{title}, draw {index + 1} of {draws}" if draws > 1 else title

    def encoding(self, share: float, sentence: str) -> None:
        """Pictures are being encoded."""
        self._tell(_ENCODING_SHARE * share, sentence)

    def scoring(self, share: float, sentence: str) -> None:
        """The codes are being scored."""
        self._tell(_ENCODING_SHARE + (1 - _ENCODING_SHARE) * share, sentence)

    def _tell(self, share: float, sentence: str) -> None:
        done = (self._index + share) / self._draws
        self._progress(done, f"{self._title}: {sentence[:1].lower()}{sentence[1:]}")


class FactorBench:
    """Scores one model on one data set; each draw of pictures is encoded once for all scores.

    Args:
        data: a set with known factors.
        represent: the model.
        told_class: whether the model is told the class; factors that are the class do not
            count then.
        draws: how often pictures are drawn anew, for the spread.
        seed: of the draws.
        images: pictures of a draw, or as many as there are.
        tree_images: at most so many of them for DCI's trees.
    """

    def __init__(
        self,
        data: Dataset,
        represent: Represent,
        draws: int = DRAWS,
        seed: int = 0,
        images: int = IMAGES,
        tree_images: int = TREE_IMAGES,
        told_class: bool = False,
    ) -> None:
        self._data, self._represent, self._told_class = data, represent, told_class
        self._draws, self._seed, self._images = draws, seed, images
        self._tree_images = tree_images
        self._samples: dict[int, _Sample] = {}

    def score(self, name: str, progress: Progress = silent) -> FactorScore:
        """One of `FACTOR_METRICS`, on every draw.

        Raises:
            ConfigError: there is no such score, or the model has too few latents for it.
            DataError: the set has no known factors, or too few that the model is not told, or
                a code is not finite.
            Cancelled: by `progress`.
        """
        if name not in FACTOR_METRICS:
            raise ConfigError(f"There is no score “{name}”; choose of {', '.join(FACTOR_METRICS)}.")
        found = []
        for index in range(self._draws):
            stage = _Stage(progress, FACTOR_METRICS[name], index, self._draws)
            sample = self._sample(index, stage.encoding)
            found.append(self._values(name, sample, index, stage.scoring))
        return self._summary(name, np.array(found))

    def _values(
        self, name: str, sample: _Sample, index: int, progress: Progress
    ) -> tuple[float, ...]:
        """The score on one draw; DCI has three numbers."""
        codes, factors, cut = sample.codes, sample.factors, sample.train
        random = self._random(index, 1 + list(FACTOR_METRICS).index(name))
        if name in NEED_TWO_LATENTS:
            need_latents(FACTOR_METRICS[name], codes.shape[1])
        train, test = factors.first(cut), factors.between(cut, len(factors))
        match name:
            case "mig":
                known = mutual_information(codes[:cut], train.levels)
                return (mutual_information_gap(known, entropies(train.levels)),)
            case "beta-vae":
                return (beta_vae_score(codes, factors.levels, random, progress=progress),)
            case "factor-vae":
                return (factor_vae_score(codes, factors.levels, random, progress=progress),)
            case "sap":
                return (sap_score(codes[:cut], train, codes[cut:], test, progress),)
        few = min(cut, self._tree_images)
        told, seed = train.levels[:few], int(random.integers(2**31))
        found = dci_scores(codes[:few], told, codes[cut:], test.levels, seed, progress)
        return found.disentanglement, found.completeness, found.informativeness

    def _summary(self, name: str, values: NDArray[np.float64]) -> FactorScore:
        """Means and spreads of the values (draws, 1 or 3)."""
        sample = self._samples[0]
        used = {"mig": sample.train}.get(name, len(sample.codes))
        if name == "dci":
            used = min(sample.train, self._tree_images) + len(sample.codes) - sample.train
        means = [float(value) for value in values.mean(axis=0)]
        spreads: list[float | None] = [None] * len(means)
        if len(values) > 1:
            spreads = [float(value) for value in values.std(axis=0, ddof=1)]
        each = tuple(float(value) for value in values[:, 0])
        common = (means[0], spreads[0], used, self._draws, self._seed, each, sample.left_out)
        if name == "dci":
            return DciScore(*common, means[1], spreads[1], means[2], spreads[2])
        return FactorScore(*common)

    def _sample(self, index: int, progress: Progress) -> _Sample:
        """The codes of one draw, encoded at its first use."""
        if index not in self._samples:
            drawn = draw(self._data, self._images, self._random(index, 0))
            left_out = told_with_class(drawn) if self._told_class else ()
            factors = drawn.factors.without(left_out)
            if len(factors.names) < 2:
                raise DataError(
                    f"This model is told {' and '.join(left_out)}, and {self._data.title} has too "
                    "few other factors to score; score a model that is told no class."
                )
            codes = []
            for start in range(0, len(drawn), BATCH):
                progress(start / len(drawn), "Encoding")
                cut = slice(start, start + BATCH)
                images = drawn.pictures.images(drawn.rows[cut])
                codes.append(self._represent(images, drawn.labels(cut)))
            train = round(_TRAIN_SHARE * len(drawn))
            self._samples[index] = _Sample(np.concatenate(codes), factors, train, left_out)
        return self._samples[index]

    def _random(self, index: int, purpose: int) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence(self._seed, spawn_key=(index, purpose)))
