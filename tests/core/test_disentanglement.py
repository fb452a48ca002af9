"""Scores against known factors on codes for which the answer is known."""

import math

import numpy as np
import pytest
from sklearn.metrics import mutual_info_score

from vae_desktop.core.data import sprites
from vae_desktop.core.disentanglement import (
    Groups,
    entropies,
    factor_vae_score,
    matching_latents,
    mutual_information,
    mutual_information_gap,
    shared_differences,
)
from vae_desktop.core.errors import ConfigError, DataError
from vae_desktop.core.events import Floats
from vae_desktop.core.factor_predictors import (
    beta_vae_score,
    completeness_of,
    dci_scores,
    disentanglement_of,
    sap_score,
)
from vae_desktop.core.known_factors import KnownFactors, Levels

POINTS = 10_000
LATENTS = 10


def sprite_levels(count: int = POINTS, seed: int = 0) -> Levels:
    """Levels of the factors of dSprites but for the colour, drawn evenly."""
    random = np.random.default_rng(seed)
    return np.stack([random.integers(0, k, count) for k in sprites.LEVELS[1:]], axis=1)


def ideal(levels: Levels, seed: int = 1) -> Floats:
    """A latent of variance 1 for each factor; the others of ten are noise of variance 1."""
    known = (levels - levels.mean(axis=0)) / levels.std(axis=0)
    spare = np.random.default_rng(seed).normal(size=(len(levels), LATENTS - levels.shape[1]))
    return np.concatenate((known, spare), axis=1).astype(np.float32)


def noise(count: int, seed: int = 2) -> Floats:
    return np.random.default_rng(seed).normal(size=(count, LATENTS)).astype(np.float32)


def rotated(codes: Floats, seed: int) -> Floats:
    turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(LATENTS, LATENTS)))
    return (codes @ turn).astype(np.float32)


def known(
    levels: Levels, values: Floats | None = None, *, continuous: bool = False
) -> KnownFactors:
    names = tuple(f"factor {index}" for index in range(levels.shape[1]))
    shown = levels.astype(np.float32) if values is None else values
    return KnownFactors(names, levels, shown, (continuous,) * levels.shape[1])


def mig(codes: Floats, levels: Levels) -> float:
    return mutual_information_gap(mutual_information(codes, levels), entropies(levels))


def test_mutual_information_is_that_of_a_histogram() -> None:
    random = np.random.default_rng(3)
    levels = random.integers(0, 6, (2_000, 2))
    codes = (levels @ np.array([[1.0, 0.2], [0.3, 1.0]]) + random.normal(size=(2_000, 2))).astype(
        np.float32
    )
    found = mutual_information(codes, levels, bins=7)
    for factor in range(2):
        for latent in range(2):
            edges = np.histogram_bin_edges(codes[:, latent].astype(np.float64), 7)
            bins = np.digitize(codes[:, latent], edges[1:-1])
            expected = mutual_info_score(levels[:, factor], bins)
            assert found[factor, latent] == pytest.approx(expected, abs=2e-3)


def test_a_latent_that_is_a_factor_knows_all_of_it_and_a_constant_one_nothing() -> None:
    levels = np.arange(600)[:, None] % 4
    codes = np.stack([levels[:, 0], np.zeros(600)], axis=1).astype(np.float32)
    found = mutual_information(codes, levels)
    np.testing.assert_allclose(found, [[math.log(4), 0.0]], atol=1e-12)
    np.testing.assert_allclose(entropies(levels), [math.log(4)])
    assert mutual_information_gap(found, entropies(levels)) == pytest.approx(1.0)


def test_the_latent_that_knows_most_is_the_match() -> None:
    levels = sprite_levels(3_000)
    order = np.random.default_rng(4).permutation(LATENTS)
    information = mutual_information(ideal(levels)[:, order], levels)
    expected = [int(np.flatnonzero(order == factor)[0]) for factor in range(5)]
    assert matching_latents(information).tolist() == expected


def test_the_gap_of_ideal_noisy_and_rotated_codes() -> None:
    levels = sprite_levels()
    codes = ideal(levels)
    assert mig(codes, levels) == pytest.approx(0.896, abs=0.01)
    assert mig(noise(POINTS), levels) < 0.01
    # Single rotations are between 0.02 and 0.17.
    assert 0.03 <= np.mean([mig(rotated(codes, seed), levels) for seed in range(10)]) <= 0.10


def test_one_latent_has_no_gap() -> None:
    levels = sprite_levels(100)
    with pytest.raises(ConfigError, match="only one"):
        mig(ideal(levels)[:, :1], levels)


def test_codes_that_are_not_numbers_are_refused() -> None:
    levels = sprite_levels(100)
    codes = ideal(levels)
    codes[3, 2] = np.nan
    with pytest.raises(DataError, match="not finite"):
        mutual_information(codes, levels)


def test_partners_share_the_level_and_nothing_else_is_asked_of_them() -> None:
    levels, random = sprite_levels(2_000), np.random.default_rng(5)
    factor = random.integers(0, 5, 300)
    rows = random.integers(0, len(levels), (300, 8))
    partners = Groups(levels).sharing(factor, rows, random)
    column = factor[:, None]
    assert (levels[partners, column] == levels[rows, column]).all()
    scale = factor == 1
    share = np.mean(levels[partners[scale], 0] == levels[rows[scale], 0])
    assert share == pytest.approx(1 / 3, abs=0.05)


def test_differences_of_pairs_have_the_mean_that_they_must_have() -> None:
    """Two levels that are drawn evenly of 0 and 1 differ by ½; shared, by 0."""
    levels = np.random.default_rng(6).integers(0, 2, (4_000, 2))
    points, fixed = shared_differences(
        levels.astype(np.float32), levels, 500, np.random.default_rng(7)
    )
    expected = np.where(fixed[:, None] == np.arange(2), 0.0, 0.5)
    np.testing.assert_allclose(points, expected, atol=0.3)
    np.testing.assert_allclose(points.mean(axis=0), expected.mean(axis=0), atol=0.01)


@pytest.mark.parametrize("score", [beta_vae_score, factor_vae_score])
def test_the_fixed_factor_is_named_from_ideal_codes_and_guessed_from_noise(score: object) -> None:
    assert callable(score)
    levels = sprite_levels(6_000)
    sizes = (1_000, 1_000)
    assert score(ideal(levels), levels, np.random.default_rng(8), *sizes) > 0.99
    chance = score(noise(6_000), levels, np.random.default_rng(9), *sizes)
    assert chance == pytest.approx(1 / 5, abs=0.06)


def test_votes_leave_out_latents_that_hardly_vary() -> None:
    """A collapsed latent that knows a factor must not vote; where all are, nobody does."""
    levels = sprite_levels(4_000)[:, 2:]
    codes = np.zeros((4_000, 2), np.float32)
    codes[:, 0] = levels[:, 0]
    codes[:, 1] = 0.01 * levels[:, 1] / 32
    random = np.random.default_rng(10)
    # The one latent left always votes for one factor of three.
    assert factor_vae_score(codes, levels, random, 300, 600) == pytest.approx(1 / 3, abs=0.07)
    assert factor_vae_score(0.001 * codes[:, 1:], levels, random, 300, 600) == 0.0


def test_importances_make_disentanglement_and_completeness() -> None:
    """By hand: a latent of two factors has entropy 1 of at most 1, a latent of one has 0."""
    importance = np.array([[0.5, 0.5], [0.5, 0.0], [0.0, 0.5]])
    assert disentanglement_of(importance) == pytest.approx(0.5, abs=1e-6)
    assert completeness_of(importance) == pytest.approx(1 - math.log(2) / math.log(3), abs=1e-6)
    assert disentanglement_of(np.eye(3)) == pytest.approx(1.0)
    assert completeness_of(np.ones((3, 3))) == pytest.approx(0.0, abs=1e-9)
    assert disentanglement_of(np.zeros((3, 3))) == 0.0


def test_dci_of_ideal_codes_and_of_noise() -> None:
    levels, others = sprite_levels(600)[:, :2], sprite_levels(300, seed=1)[:, :2]
    good = dci_scores(ideal(levels), levels, ideal(others), others, seed=0)
    assert good.disentanglement > 0.98
    assert good.completeness > 0.98
    assert good.informativeness > 0.99
    assert good.importance.argmax(axis=0).tolist() == [0, 1]
    bad = dci_scores(noise(600), levels, noise(300, 5), others, seed=0)
    assert bad.disentanglement < 0.2
    assert bad.completeness < 0.2
    assert bad.informativeness == pytest.approx((1 / 3 + 1 / 6) / 2, abs=0.06)


def test_sap_is_the_gap_between_the_two_best_predictors() -> None:
    """Two levels: the first latent tells all right, the second 3 of 4, others guess."""
    random = np.random.default_rng(11)

    def make(count: int) -> tuple[Floats, KnownFactors]:
        levels = random.integers(0, 2, (count, 1))
        wrong = random.random(count) < 0.25
        second = np.where(wrong, 1 - levels[:, 0], levels[:, 0])
        codes = np.stack([levels[:, 0], second, random.normal(size=count)], axis=1)
        return (2 * codes - 1).astype(np.float32), known(levels)

    (codes, factors), (others, truth) = make(4_000), make(2_000)
    assert sap_score(codes, factors, others, truth) == pytest.approx(0.25, abs=0.03)


def test_sap_of_continuous_factors_is_a_gap_of_squared_correlations() -> None:
    random = np.random.default_rng(12)
    values = random.normal(size=(20_000, 1)).astype(np.float32)
    codes = np.concatenate([values + random.normal(size=(20_000, 1)), 0 * values], axis=1)
    factors = known(np.zeros((20_000, 1), np.int64), values, continuous=True)
    # value and value + noise of the same variance correlate by √½.
    found = sap_score(codes.astype(np.float32), factors, codes[:1], factors.first(1))
    assert found == pytest.approx(0.5, abs=0.02)


def test_sap_of_noise_is_nothing() -> None:
    levels, others = known(sprite_levels(3_000)), known(sprite_levels(1_500, seed=1))
    assert sap_score(noise(3_000), levels, noise(1_500, 6), others) < 0.03


def test_scores_that_compare_latents_need_two() -> None:
    levels = sprite_levels(100)
    codes = ideal(levels)[:, :1]
    with pytest.raises(ConfigError, match="DCI compares latents"):
        dci_scores(codes, levels, codes, levels, seed=0)
    with pytest.raises(ConfigError, match="SAP compares latents"):
        sap_score(codes, known(levels), codes, known(levels))
