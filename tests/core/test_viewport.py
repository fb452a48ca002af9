"""The window on the plane: coordinates to pixels and back, zoom, pan, fit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae_desktop.core.viewport import Viewport, extent

VIEW = Viewport(x=1.0, y=-2.0, scale=0.05, width=300, height=200)
PIXELS = st.floats(-1e3, 1e3)


def test_corners() -> None:
    assert VIEW.bounds == pytest.approx((-6.5, -7.0, 8.5, 3.0))
    corners = VIEW.to_pixels(np.array([(-6.5, 3.0), (8.5, -7.0)]))
    np.testing.assert_allclose(corners, [(0, 0), (300, 200)], atol=1e-9)


@given(PIXELS, PIXELS)
def test_pixels_and_back(px: float, py: float) -> None:
    point = VIEW.to_point(px, py)
    np.testing.assert_allclose(VIEW.to_pixels(np.array([point]))[0], (px, py), atol=1e-6)


@given(PIXELS, PIXELS, st.floats(0.1, 10))
def test_the_point_under_the_mouse_stays_while_zooming(px: float, py: float, by: float) -> None:
    before, zoomed = VIEW.to_point(px, py), VIEW.zoomed(by, px, py)
    assert zoomed.to_point(px, py) == pytest.approx(before, abs=1e-6)
    assert zoomed.scale == pytest.approx(VIEW.scale / by)


def test_zoom_has_ends() -> None:
    view = VIEW
    for _ in range(500):
        view = view.zoomed(10, 3, 3)
    assert 0 < view.scale < 1e-7
    for _ in range(500):
        view = view.zoomed(0.1, 3, 3)
    assert np.isfinite(view.scale)


def test_dragging_moves_the_contents_along() -> None:
    point = np.array([VIEW.to_point(50, 60)])
    np.testing.assert_allclose(VIEW.panned(10, -5).to_pixels(point)[0], (60, 55))


def test_fit_holds_everything_with_a_margin() -> None:
    view = VIEW.fitted(-1, -1, 1, 1)
    left, bottom, right, top = view.bounds
    assert (view.x, view.y) == (0, 0)
    assert left < -1
    assert bottom == pytest.approx(-2 / 2 / 0.88)
    assert right - left == pytest.approx(1.5 * (top - bottom))


def test_a_single_point_can_be_fitted() -> None:
    assert np.isfinite(VIEW.fitted(2, 3, 2, 3).bounds).all()


def test_axes_hold_still_until_points_leave() -> None:
    assert VIEW.widened(-6, -6, 8, 2) is VIEW
    wider = VIEW.widened(-6, -6, 12, 2)
    assert wider.bounds[2] > 12
    assert wider.bounds[0] <= -6
    assert wider.scale > VIEW.scale
    assert wider.widened(-6, -6, 12, 2) is wider


def test_a_resized_window_shows_at_least_the_same() -> None:
    for size in ((600, 400), (100, 500), (1, 1), (0, 0)):
        other = VIEW.resized(*size)
        side = min(other.width, other.height) * other.scale
        assert side == pytest.approx(200 * 0.05)


def test_extent_leaves_out_what_is_not_finite_and_what_is_far_out() -> None:
    points = np.array([(np.nan, 0), (0, np.inf), (1, 2), (-3, 5)])
    assert extent(points) == (-3, 2, 1, 5)
    many = np.concatenate([np.random.default_rng(0).uniform(-1, 1, (5000, 2)), [(900.0, -900.0)]])
    assert max(map(abs, extent(many, 0.99))) < 1
    with pytest.raises(ValueError, match="finite"):
        extent(np.full((3, 2), np.nan))
