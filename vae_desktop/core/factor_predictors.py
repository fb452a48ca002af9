"""Scores against known factors for which something is trained: β-VAE's, DCI and SAP.

Codes, levels and definitions are as in `disentanglement`. scikit-learn is imported late: it
takes a second.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from vae_desktop.core.disentanglement import (
    Doubles,
    need_finite,
    need_latents,
    shared_differences,
)
from vae_desktop.core.events import Floats
from vae_desktop.core.known_factors import KnownFactors, Levels
from vae_desktop.core.progress import Progress, silent

POINTS, TEST_POINTS = 10_000, 5_000
_MOST_ROUNDS = 1_000
_SVM_STRENGTH = 0.01
_TREES = 100
_TINY = 1e-11


@dataclass(frozen=True)
class Dci:
    """Disentanglement, completeness and informativeness (Eastwood & Williams 2018).

    Attributes:
        disentanglement: 1 where each latent matters for one factor only.
        completeness: 1 where for each factor one latent only matters.
        informativeness: share of other pictures whose levels are told right, mean over factors.
        importance: (D, F), how much each latent matters for each factor.
    """

    disentanglement: float
    completeness: float
    informativeness: float
    importance: Doubles


def beta_vae_score(
    codes: Floats,
    levels: Levels,
    random: np.random.Generator,
    points: int = POINTS,
    test_points: int = TEST_POINTS,
    progress: Progress = silent,
) -> float:
    """The β-VAE score (Higgins et al. 2017): how often a linear classifier names the factor.

    It is given how far codes differ, on average over 64 pairs that share one factor, and is
    counted on `test_points` others. By chance it reaches 1 / F.

    Args:
        codes, levels: the pictures that pairs are drawn from.
        random: decides which.
        points, test_points: how many to train on, and how many to count.
        progress: told how far it is; may cancel.
    """
    from sklearn.linear_model import LogisticRegression

    told = points + test_points
    x, fixed = shared_differences(codes, levels, told, random, progress)
    model = LogisticRegression(max_iter=_MOST_ROUNDS).fit(x[:points], fixed[:points])
    return float(model.score(x[points:], fixed[points:]))


def dci_scores(
    codes: Floats,
    levels: Levels,
    test_codes: Floats,
    test_levels: Levels,
    seed: int,
    progress: Progress = silent,
) -> Dci:
    """DCI from gradient-boosted trees, one model a factor.

    A latent's importance for a factor is how much its splits reduce the trees' error, as a
    share. The trees take time in proportion to pictures, latents and the sum of all levels.

    Args:
        codes, levels: what the trees are trained on.
        test_codes, test_levels: what informativeness is counted on.
        seed: for the trees.
        progress: told how far it is; may cancel.

    Raises:
        ConfigError: there is only one latent.
        DataError: a code is not finite.
    """
    from sklearn.ensemble import GradientBoostingClassifier

    need_latents("DCI", codes.shape[1])
    need_finite(codes)
    importance, right = np.zeros((codes.shape[1], levels.shape[1])), []
    work = (
        np.cumsum([0, *(int(column.max()) + 1 for column in levels.T)]) / (levels.max(0) + 1).sum()
    )
    for factor, column in enumerate(levels.T):
        begin, end = float(work[factor]), float(work[factor + 1])

        def tell(stage: int, *_: Any, begin: float = begin, end: float = end) -> bool:
            progress(begin + (end - begin) * stage / _TREES, "Growing trees")
            return False

        model = GradientBoostingClassifier(n_estimators=_TREES, random_state=seed)
        model.fit(codes, column, monitor=tell)
        importance[:, factor] = model.feature_importances_
        right.append(np.mean(model.predict(test_codes) == test_levels[:, factor]))
    return Dci(
        disentanglement_of(importance),
        completeness_of(importance),
        float(np.mean(right)),
        importance,
    )


def disentanglement_of(importance: Doubles) -> float:
    """1 − the entropy of each latent's importances over factors, weighted by importance."""
    return _concentration(importance)


def completeness_of(importance: Doubles) -> float:
    """1 − the entropy of each factor's importances over latents, weighted by importance."""
    return _concentration(importance.T)


def sap_score(
    codes: Floats,
    factors: KnownFactors,
    test_codes: Floats,
    test_factors: KnownFactors,
    progress: Progress = silent,
) -> float:
    """SAP (Kumar et al. 2018): how much better the best latent predicts a factor than the next.

    A latent's score for a factor of single values is the share of other pictures that a linear
    support vector machine on it alone tells right; for a continuous factor it is the squared
    correlation.

    Raises:
        ConfigError: there is only one latent.
        DataError: a code is not finite.
    """
    need_latents("SAP", codes.shape[1])
    need_finite(codes)
    scores = np.zeros((codes.shape[1], len(factors.names)))
    for latent in range(codes.shape[1]):
        progress(latent / codes.shape[1], "Predicting factors")
        mine, others = codes[:, latent], test_codes[:, latent]
        for factor, continuous in enumerate(factors.continuous):
            if continuous:
                scores[latent, factor] = _explained(mine, factors.values[:, factor])
            else:
                told, truth = factors.levels[:, factor], test_factors.levels[:, factor]
                scores[latent, factor] = _told_right(mine, told, others, truth)
    best = np.sort(scores, axis=0)
    return float(np.mean(best[-1] - best[-2]))


def _explained(codes: Floats, values: Floats) -> float:
    """The squared correlation; 0 for a latent that does not vary."""
    covariance = np.cov(codes, values)
    if covariance[0, 0] <= 1e-12:
        return 0.0
    return float(covariance[0, 1] ** 2 / (covariance[0, 0] * covariance[1, 1]))


def _told_right(codes: Floats, levels: Levels, test_codes: Floats, test_levels: Levels) -> float:
    from sklearn.svm import LinearSVC

    # Solved in the primal: the same optimum as in the dual, and it always converges.
    model = LinearSVC(C=_SVM_STRENGTH, class_weight="balanced", dual=False)
    model.fit(codes[:, None].astype(np.float64), levels)
    return float(np.mean(model.predict(test_codes[:, None].astype(np.float64)) == test_levels))


def _concentration(importance: Doubles) -> float:
    """1 − the entropy of each row, in units of its greatest, weighted by the rows' sums."""
    whole = importance.sum()
    if whole == 0:
        return 0.0
    share = importance + _TINY
    share = share / share.sum(axis=1, keepdims=True)
    entropy = -(share * np.log(share)).sum(axis=1) / np.log(importance.shape[1])
    return float(((1 - entropy) * importance.sum(axis=1)).sum() / whole)
