"""How well single latents stand for single known factors: scores of codes and levels.

Every function takes codes (N, D), usually posterior means, and the levels (N, F) of the factors
that caused the pictures, whole numbers from 0 on. The definitions are those of
disentanglement_lib (Locatello et al. 2019), where the scores of many authors can be compared.
`factor_predictors` has the scores that train a classifier.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.errors import ConfigError, DataError
from vae_desktop.core.events import Floats
from vae_desktop.core.known_factors import Levels
from vae_desktop.core.progress import Progress, silent

BINS = 20
"""Bins of equal width into which a latent is cut for mutual information."""
GROUP = 64
"""Pictures that share a factor's level: in a vote of FactorVAE's, pairs of β-VAE's score."""
VOTES, TEST_VOTES = 10_000, 5_000
LEAST_DEVIATION = 0.05
"""FactorVAE's score leaves out latents whose standard deviation is below this."""
_CHUNK = 128

Doubles = NDArray[np.float64]


def mutual_information(codes: Floats, levels: Levels, bins: int = BINS) -> Doubles:
    """Mutual information of every factor with every latent, (F, D), in nats.

    Each latent is cut into bins of equal width between its least and its greatest code. The
    estimate from N pictures is too large by about (bins − 1)(levels − 1) / 2N.

    Raises:
        DataError: a code is not finite.
    """
    binned = _binned(codes, bins)
    result = np.zeros((levels.shape[1], codes.shape[1]))
    for factor, column in enumerate(levels.T):
        count = int(column.max()) + 1
        for latent, row in enumerate(binned.T):
            joint = np.bincount(column * bins + row, minlength=count * bins)
            result[factor, latent] = _information(joint.reshape(count, bins))
    return result


def entropies(levels: Levels) -> Doubles:
    """The entropy of every factor's levels, (F,), in nats."""
    return np.array([_information(np.diag(np.bincount(column))) for column in levels.T])


def matching_latents(information: Doubles) -> NDArray[np.intp]:
    """For each factor, (F,), the latent that knows most of it.

    Args:
        information: (F, D), see `mutual_information`.
    """
    return np.asarray(np.argmax(information, axis=1))


def mutual_information_gap(information: Doubles, entropy: Doubles) -> float:
    """MIG (Chen et al. 2018): by how much the best latent knows more than the second best.

    The mean over factors of that gap, divided by the factor's entropy: 1 where each factor is
    in one latent alone, 0 where two latents know equally much.

    Args:
        information: (F, D), see `mutual_information`.
        entropy: (F,), see `entropies`.

    Raises:
        ConfigError: there is only one latent, and so no second best.
    """
    need_latents("MIG", information.shape[1])
    best = np.sort(information, axis=1)
    return float(np.mean((best[:, -1] - best[:, -2]) / entropy))


def factor_vae_score(
    codes: Floats,
    levels: Levels,
    random: np.random.Generator,
    votes: int = VOTES,
    test_votes: int = TEST_VOTES,
    progress: Progress = silent,
) -> float:
    """The FactorVAE score (Kim & Mnih 2018): how often the calmest latent names the factor.

    For a vote one factor is fixed in 64 pictures; the latent whose variance among them is least,
    relative to its variance over all, votes. Each latent stands for the factor for which it
    votes most often; the score is the share of other votes that are right. Latents that hardly
    vary (see `LEAST_DEVIATION`) do not vote; where none varies the score is 0.

    Args:
        codes, levels: the pictures that groups are drawn from.
        random: decides which.
        votes, test_votes: how many to learn from, and how many to count.
        progress: told how far it is; may cancel.
    """
    need_finite(codes)
    variance = codes.var(axis=0, ddof=1, dtype=np.float64)
    varying = np.flatnonzero(np.sqrt(variance) >= LEAST_DEVIATION)
    if not len(varying):
        return 0.0
    scaled = codes[:, varying] / np.sqrt(variance[varying])
    groups, counts = Groups(levels), np.zeros((2, levels.shape[1], len(varying)), np.int64)
    total = votes + test_votes
    for start, factor in _fixed_factors(levels.shape[1], total, random):
        progress(start / total, "Counting votes")
        one = random.integers(0, len(levels), len(factor))
        members = groups.sharing(factor, np.repeat(one[:, None], GROUP, axis=1), random)
        calmest = scaled[members].var(axis=1, ddof=1).argmin(axis=1)
        counted = (np.arange(start, start + len(factor)) >= votes).astype(np.int64)
        np.add.at(counts, (counted, factor, calmest), 1)
    meaning = counts[0].argmax(axis=0)
    return float(counts[1][meaning, np.arange(len(varying))].sum() / test_votes)


def shared_differences(
    codes: Floats,
    levels: Levels,
    points: int,
    random: np.random.Generator,
    progress: Progress = silent,
) -> tuple[Doubles, Levels]:
    """What β-VAE's score is made of: how far codes differ that share one factor.

    For a point, one factor is fixed in 64 pairs of pictures: each pair shares its level. The
    point is the mean of |z₁ − z₂| over the pairs.

    Returns:
        Points (points, D) and the factor (points,) that was fixed.
    """
    need_finite(codes)
    groups, result = Groups(levels), np.zeros((points, codes.shape[1]))
    fixed = np.zeros(points, np.int64)
    for start, factor in _fixed_factors(levels.shape[1], points, random):
        progress(start / points, "Comparing pairs")
        first = random.integers(0, len(levels), (len(factor), GROUP))
        second = groups.sharing(factor, first, random)
        stop = start + len(factor)
        result[start:stop] = np.abs(codes[first] - codes[second]).mean(axis=1)
        fixed[start:stop] = factor
    return result, fixed


class Groups:
    """Pictures by the level of each factor.

    Args:
        levels: (N, F).
    """

    def __init__(self, levels: Levels) -> None:
        self._levels = levels
        self._order = np.argsort(levels, axis=0, kind="stable")
        self._counts = [np.bincount(column) for column in levels.T]
        self._starts = [np.cumsum(counts) - counts for counts in self._counts]

    def sharing(self, factor: Levels, rows: Levels, random: np.random.Generator) -> Levels:
        """For each of `rows` (P, n) a random picture with the same level of `factor` (P,)."""
        chance, result = random.random(rows.shape), np.zeros(rows.shape, np.int64)
        for index in range(self._levels.shape[1]):
            mine = factor == index
            level = self._levels[rows[mine], index]
            step = (chance[mine] * self._counts[index][level]).astype(np.int64)
            result[mine] = self._order[self._starts[index][level] + step, index]
        return result


def need_latents(score: str, latents: int) -> None:
    """Refuse a score that compares latents where there is only one."""
    if latents < 2:
        raise ConfigError(
            f"{score} compares latents with each other, but this run has only one; train one "
            "with two latents or more."
        )


def need_finite(codes: Floats) -> None:
    """Refuse codes that are not numbers."""
    if not np.isfinite(codes).all():
        raise DataError(
            "Some codes of this run are not finite, so nothing can be said of them; its training "
            "went astray: try a lower learning rate."
        )


def _fixed_factors(
    factors: int, points: int, random: np.random.Generator
) -> Iterator[tuple[int, Levels]]:
    """Which factor is fixed in each of `points`, in pieces: where a piece starts, and (n,)."""
    for start in range(0, points, _CHUNK):
        yield start, random.integers(0, factors, min(_CHUNK, points - start))


def _binned(codes: Floats, bins: int) -> Levels:
    """The bin (N, D) of every code, of equal width between the least and the greatest."""
    need_finite(codes)
    low = codes.min(axis=0).astype(np.float64)
    width = (codes.max(axis=0) - low) / bins
    places = (codes - low) / np.where(width > 0, width, 1.0)
    return np.asarray(np.minimum(places.astype(np.int64), bins - 1))


def _information(joint: NDArray[np.int64]) -> float:
    """Mutual information of the rows and columns of a table of counts, in nats."""
    share = joint / joint.sum()
    independent = share.sum(axis=1, keepdims=True) * share.sum(axis=0)
    some = share > 0
    return float((share[some] * np.log(share[some] / independent[some])).sum())
