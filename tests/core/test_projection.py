"""Planes through latent space, there and back."""

import numpy as np
import pytest

from vae_desktop.core.gaussians import ellipse
from vae_desktop.core.projection import Embedded, Strip, axis_name, principal, two_latents

RANDOM = np.random.default_rng(3)
CODES = RANDOM.normal(size=(50, 5)).astype(np.float32)


def test_two_latents_are_shown_as_they_are() -> None:
    plane = two_latents(5, 3, 1)
    np.testing.assert_allclose(plane.place(CODES), CODES[:, [3, 1]], atol=1e-6)
    assert plane.axes == ("z₄", "z₂")
    back = plane.codes(np.array([[1.5, -2.0]]))[0]
    assert back.tolist() == [0, -2.0, 0, 1.5, 0]


def test_names_of_axes() -> None:
    assert axis_name(0) == "z₁"
    assert axis_name(127) == "z₁₂₈"


def test_pca_finds_the_directions_that_vary_most() -> None:
    directions = np.linalg.qr(RANDOM.normal(size=(6, 6)))[0]
    spread = np.array([5.0, 3.0, 0.1, 0.1, 0.1, 0.1])
    codes = (RANDOM.normal(size=(4000, 6)) * spread) @ directions.T + 2
    plane = principal(codes.astype(np.float32))
    cosines = np.abs(plane.matrix @ directions[:, :2])
    np.testing.assert_allclose(cosines, np.eye(2), atol=0.02)
    assert plane.shares == pytest.approx((25 / 34.04, 9 / 34.04), abs=0.02)
    inside = plane.codes(plane.place(codes.astype(np.float32)))
    assert np.abs(inside - codes).max() < 1


def test_pca_is_not_mirrored_by_an_update() -> None:
    codes = RANDOM.normal(size=(500, 4)) * (4, 2, 1, 1)
    signs = [
        np.sign(
            principal((codes + RANDOM.normal(scale=0.01, size=codes.shape)).astype("f4")).matrix
        )
        for _ in range(5)
    ]
    peaks = np.abs(principal(codes.astype("f4")).matrix).argmax(axis=1)
    for sign in signs:
        assert (sign[[0, 1], peaks] > 0).all()


def test_pca_of_one_code_or_of_none_is_two_latents() -> None:
    broken = np.full((5, 3), np.nan, np.float32)
    for codes in (CODES[:1, :3], broken):
        assert principal(codes).axes == ("z₁", "z₂")


def test_covariances_are_those_of_projected_samples() -> None:
    plane = principal(CODES)
    root = RANDOM.normal(size=(5, 5))
    covariance = root @ root.T
    samples = RANDOM.multivariate_normal(np.zeros(5), covariance, 200_000).astype(np.float32)
    expected = np.cov(plane.place(samples).T)
    np.testing.assert_allclose(plane.covariance(covariance[None])[0], expected, rtol=0.03, atol=0.1)
    variances = np.array([[1.0, 2, 3, 4, 5]])
    np.testing.assert_allclose(
        plane.covariance(variances), plane.covariance(np.diag(variances[0])[None]), atol=1e-9
    )


def test_posterior_ellipses_are_to_scale() -> None:
    plane = two_latents(2)
    sigma = np.array([[0.5, 0.25]])
    drawn = ellipse(np.array([1.0, 2.0]), plane.covariance(sigma**2)[0]).outline()
    assert np.ptp(drawn, axis=0) == pytest.approx((1.0, 0.5), abs=1e-3)
    assert drawn.mean(axis=0) == pytest.approx((1, 2), abs=0.02)


def test_one_latent_is_a_strip() -> None:
    plane = two_latents(1)
    assert isinstance(plane, Strip)
    mu = CODES[:, :1]
    points = plane.place(mu, np.arange(len(mu)))
    np.testing.assert_allclose(points[:, 0], mu[:, 0])
    assert (points[:, 1] < 0).all()
    assert len(np.unique(points[:, 1])) == len(mu)
    assert plane.codes(np.array([[0.7, 3.0]])).tolist() == [[pytest.approx(0.7)]]


def test_embedded_points_have_no_way_back() -> None:
    places = np.array([[0, 1], [np.nan, np.nan], [2, 3]], np.float32)
    plane = Embedded(places)
    assert plane.place(CODES[:2], np.array([2, 0])).tolist() == [[2, 3], [0, 1]]
    assert np.isnan(plane.place(CODES[:2])).all()
    with pytest.raises(ValueError, match="no way back"):
        plane.codes(places)
