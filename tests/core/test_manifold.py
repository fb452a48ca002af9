"""Grids over two latents against closed forms."""

import numpy as np
import pytest
from scipy.stats import norm

from vae_desktop.core.manifold import Manifold, between, grid, over_codes, over_prior


@pytest.mark.parametrize("count", [5, 20, 40])
def test_steps_over_the_prior_are_equal_in_probability(count: int) -> None:
    values = over_prior(count)
    assert len(values) == count
    assert norm.cdf(values) == pytest.approx(np.linspace(0.05, 0.95, count), abs=1e-9)
    assert values == pytest.approx(-values[::-1])


def test_codes_go_row_by_row_from_the_top_with_the_second_latent_upwards() -> None:
    made = grid(4, 2, 0, lambda j: np.array([10.0, 20, 30]) + j)
    codes = made.codes(np.array([0.1, 0.2, 0.3, 0.4], np.float32))
    assert (made.rows, made.columns) == (3, 3)
    assert codes.shape == (9, 4)
    assert codes[:, 1] == pytest.approx(0.2)
    assert codes[:, 3] == pytest.approx(0.4)
    assert codes[:3, 2] == pytest.approx([12, 22, 32])
    assert codes[:, 0] == pytest.approx([30, 30, 30, 20, 20, 20, 10, 10, 10])


def test_one_latent_makes_one_row() -> None:
    made = grid(1, 0, 0, lambda j: between(-2, 2, 5))
    assert made.rows == 1
    assert made.codes(np.zeros(1, np.float32))[:, 0] == pytest.approx([-2, -1, 0, 1, 2])
    assert made.nearest(np.array([0.8])) == 3


def test_the_nearest_picture_is_the_one_whose_code_is_nearest() -> None:
    made = Manifold(0, 1, over_prior(7), over_prior(6))
    codes = made.codes(np.zeros(2, np.float32))
    for z in np.random.default_rng(0).normal(size=(30, 2)):
        distances = np.square(codes - z).sum(axis=1)
        assert distances[made.nearest(z)] == pytest.approx(distances.min())


def test_the_range_of_the_codes_leaves_a_few_far_out_alone() -> None:
    values = np.append(np.linspace(-1, 1, 1001), [1e6, np.nan, np.inf])
    steps = over_codes(values, 5)
    assert steps == pytest.approx([-0.98, -0.49, 0, 0.49, 0.98], abs=0.02)
    with pytest.raises(ValueError, match="not one finite"):
        over_codes(np.array([np.nan]), 5)
