"""Draws against the distributions that they are of."""

import numpy as np

from vae_desktop.core import sampling
from vae_desktop.core.gaussians import Gaussian

COVARIANCE = np.array([[2.0, 0.6], [0.6, 0.5]])


def test_more_draws_begin_with_the_fewer() -> None:
    few, many = (sampling.draw(sampling.prior(3), count, 1.0, 7) for count in (5, 50))
    assert (many[:5] == few).all()
    assert (sampling.draw(sampling.prior(3), 5, 1.0, 8) != few).all()


def test_the_temperature_scales_the_distances_from_the_mean() -> None:
    one = Gaussian(0, np.array([1.0, -2.0]), COVARIANCE)
    at_one, at_half, at_zero = (sampling.draw(one, 40, heat, 1) for heat in (1.0, 0.5, 0.0))
    assert np.allclose(at_half - one.mean, (at_one - one.mean) / 2, atol=1e-6)
    assert np.allclose(at_zero, one.mean)


def test_draws_have_the_mean_and_the_covariance_of_their_gaussian() -> None:
    one = Gaussian(4, np.array([1.0, -2.0]), COVARIANCE)
    drawn = sampling.draw(one, 40_000, 1.0, 2)
    assert np.allclose(drawn.mean(axis=0), one.mean, atol=0.03)
    assert np.allclose(np.cov(drawn.T), COVARIANCE, atol=0.05)


def test_several_gaussians_take_turns() -> None:
    several = [Gaussian(label, np.full(2, 10.0 * label), np.eye(2)) for label in (1, 3, 4)]
    drawn, labels = sampling.draw_in_turn(several, 8, 0.0)
    assert labels.tolist() == [1, 3, 4, 1, 3, 4, 1, 3]
    assert np.allclose(drawn, 10.0 * labels[:, None])


def test_the_gaussian_of_all_codes_is_fitted_to_all_of_them() -> None:
    mu = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)
    one = sampling.of_all(mu)
    assert one is not None
    assert np.allclose(one.mean, mu.mean(axis=0), atol=1e-6)
    assert np.allclose(one.covariance, np.cov(mu.T), atol=1e-6)
    assert sampling.of_all(mu[:1]) is None
