"""Gaussians of the classes: fitted, drawn, dragged, sampled."""

import numpy as np
import pytest

from vae_desktop.core.gaussians import Gaussian, ellipse, ellipse_of, fit, moved, sample, stretched
from vae_desktop.core.projection import principal, two_latents

RANDOM = np.random.default_rng(11)
LABELS = RANDOM.integers(0, 3, 3000)
CODES = (RANDOM.normal(size=(3000, 2)) @ [[2, 1], [0, 0.5]] + LABELS[:, None] * 4).astype("f4")


def test_each_class_gets_its_mean_and_covariance() -> None:
    full, diagonal = fit(CODES, LABELS, full=True), fit(CODES, LABELS, full=False)
    assert [one.label for one in full] == [0, 1, 2]
    for one, plain in zip(full, diagonal, strict=True):
        mine = CODES[one.label == LABELS].astype(float)
        assert one.count == len(mine)
        np.testing.assert_allclose(one.mean, mine.mean(axis=0), rtol=1e-5)
        centred = mine - mine.mean(axis=0)
        expected = centred.T @ centred / (len(mine) - 1)
        np.testing.assert_allclose(one.covariance, expected, rtol=1e-4)
        np.testing.assert_allclose(plain.covariance, np.diag(np.diag(expected)), rtol=1e-4)


def test_what_is_not_finite_and_classes_of_one_are_left_out() -> None:
    codes = np.array([[0, 0], [1, 1], [np.nan, 0], [5, 5]], np.float32)
    assert [one.label for one in fit(codes, np.array([0, 0, 0, 1]), full=True)] == [0]
    assert fit(codes[2:3], np.array([0]), full=False) == []


def test_samples_have_the_gaussians_moments() -> None:
    one = Gaussian(0, np.array([1.0, -2.0]), np.array([[4.0, 1.5], [1.5, 1.0]]))
    drawn = sample(one, 50_000, np.random.default_rng(0)).astype(float)
    np.testing.assert_allclose(drawn.mean(axis=0), one.mean, atol=0.05)
    np.testing.assert_allclose(np.cov(drawn.T), one.covariance, atol=0.1)


def test_samples_follow_a_gaussian_that_is_moved() -> None:
    plane = two_latents(2)
    one = fit(CODES, LABELS, full=True)[1]
    before = sample(one, 10, np.random.default_rng(5))
    shifted = moved(one, plane, one.mean[0] + 3, one.mean[1] - 1)
    after = sample(shifted, 10, np.random.default_rng(5))
    np.testing.assert_allclose(after - before, np.tile([3, -1], (10, 1)), atol=1e-4)


def test_an_ellipse_has_its_axes_and_angle() -> None:
    turn = np.radians(30)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    drawn = ellipse(np.array([1.0, 2.0]), rotation @ np.diag([9.0, 4.0]) @ rotation.T)
    assert (drawn.major, drawn.minor) == pytest.approx((3, 2))
    assert np.tan(drawn.angle) == pytest.approx(np.tan(turn))
    assert drawn.handles()[0] == pytest.approx((1, 2))
    outline = drawn.outline(2.0) - (1, 2)
    inverse = np.linalg.inv(rotation @ np.diag([9.0, 4.0]) @ rotation.T)
    distances = np.einsum("ni,ij,nj->n", outline, inverse, outline)
    np.testing.assert_allclose(distances, 4.0, rtol=1e-9)


@pytest.mark.parametrize("handle", [1, 2])
@pytest.mark.parametrize("latents", [2, 6])
def test_a_dragged_handle_comes_to_the_mouse(handle: int, latents: int) -> None:
    codes = RANDOM.normal(size=(400, latents)).astype("f4") * np.linspace(3, 1, latents)
    plane = two_latents(2) if latents == 2 else principal(codes.astype("f4"))
    one = fit(codes.astype("f4"), np.zeros(400, np.int64), full=True)[0]
    old = ellipse_of(one, plane)
    target = (
        np.array([old.x + 7.0, old.y + 5.0])
        if handle == 1
        else np.array([old.x + 0.3, old.y + 0.4])
    )
    new = ellipse_of(stretched(one, plane, handle, *target), plane)
    away = target - (new.x, new.y)
    lengths = sorted([np.hypot(*away), old.minor if handle == 1 else old.major])
    assert sorted([new.major, new.minor]) == pytest.approx(lengths, rel=1e-6)
    handles = new.handles()[1:] - (new.x, new.y)
    along = np.abs(handles @ away) / np.linalg.norm(handles, axis=1) / np.hypot(*away)
    assert along.max() == pytest.approx(1.0)


def test_what_lies_outside_of_the_plane_stays() -> None:
    plane = two_latents(3, 0, 1)
    one = Gaussian(0, np.zeros(3), np.diag([4.0, 1.0, 9.0]))
    wider = stretched(one, plane, 1, 5.0, 0.0)
    np.testing.assert_allclose(np.diag(wider.covariance), [25, 1, 9], rtol=1e-9)
    far = moved(one, plane, 2.0, 3.0)
    np.testing.assert_allclose(far.mean, [2, 3, 0])
