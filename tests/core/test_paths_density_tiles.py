"""Ways between codes, densities on the screen, and the grid of decoded tiles."""

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from vae_desktop.core.density import BINS, CELL, along, bands
from vae_desktop.core.paths import (
    SMOOTH,
    SPHERICAL,
    STRAIGHT,
    analogy,
    at_shares,
    curve,
    spherical,
    spline,
    straight,
)
from vae_desktop.core.tiles import MOST, mosaic, tile_grid
from vae_desktop.core.viewport import Viewport

RANDOM = np.random.default_rng(2)
VIEW = Viewport(0.3, -0.2, 0.01, 640, 480)


def test_the_talks_direction_in_eleven_steps() -> None:
    start, end = np.array([0, 10], "f4"), np.array([0, 5], "f4")
    codes = straight(start, end, np.linspace(0, 1, 11))
    assert codes[:, 0].tolist() == [0] * 11
    np.testing.assert_allclose(codes[:, 1], [10, 9.5, 9, 8.5, 8, 7.5, 7, 6.5, 6, 5.5, 5])
    np.testing.assert_allclose(spherical(start, end, np.linspace(0, 1, 11)), codes)


def test_an_arc_keeps_the_distance_from_zero() -> None:
    start, end = np.array([2, 0, 0], "f4"), np.array([0, 0, 2], "f4")
    codes = spherical(start, end, np.array([0, 1 / 3, 0.5, 1]))
    np.testing.assert_allclose(np.linalg.norm(codes, axis=1), 2, rtol=1e-6)
    np.testing.assert_allclose(codes[2], [2**0.5, 0, 2**0.5], rtol=1e-6)
    np.testing.assert_allclose(codes[[0, -1]], [start, end], atol=1e-6)
    np.testing.assert_allclose(codes[1, 2] / codes[1, 0], np.tan(np.pi / 6), rtol=1e-6)


@pytest.mark.parametrize("start", [(0, 0), (-3, -1)])
def test_an_arc_without_an_angle_is_a_line(start: tuple[float, float]) -> None:
    ends = np.array(start, "f4"), np.array([3, 1], "f4")
    middle = spherical(*ends, np.array([0.5]))
    np.testing.assert_allclose(middle[0], (ends[0] + ends[1]) / 2, atol=1e-6)


CORNERS = np.array([[0, 0, 1], [2, 1, 0], [3, -1, 2], [0, 0, 4]], np.float32)


def test_the_spline_is_the_natural_cubic_one() -> None:
    distances = np.linalg.norm(np.diff(CORNERS.astype(float), axis=0), axis=1)
    knots = np.concatenate([[0], np.cumsum(distances)])
    reference = CubicSpline(knots, CORNERS, bc_type="natural")
    places = np.concatenate([knots[i] + np.arange(20) / 20 * distances[i] for i in range(3)])
    expected = reference(np.append(places, knots[-1]))
    np.testing.assert_allclose(spline(CORNERS, 20), expected, atol=1e-5)


@pytest.mark.parametrize("way", [STRAIGHT, SMOOTH, SPHERICAL])
def test_every_way_goes_through_all_codes_in_order(way: int) -> None:
    line = curve(CORNERS, way)
    places = [int(np.argmin(np.linalg.norm(line - corner, axis=1))) for corner in CORNERS]
    assert places == sorted(places)
    np.testing.assert_allclose(line[places], CORNERS, atol=1e-6)
    assert (places[0], places[-1]) == (0, len(line) - 1)


def test_shares_are_of_the_length() -> None:
    corners = np.array([[0, 0], [3, 0], [3, 1]], np.float32)
    found = at_shares(curve(corners, STRAIGHT), np.array([0, 0.5, 0.75, 1]))
    np.testing.assert_allclose(found, [[0, 0], [2, 0], [3, 0], [3, 1]], atol=1e-6)


def test_codes_on_arcs_stay_as_far_from_zero() -> None:
    corners = np.array([[2, 0], [0, 2], [-2, 0]], np.float32)
    np.testing.assert_allclose(np.linalg.norm(curve(corners, SPHERICAL), axis=1), 2, rtol=1e-5)


@pytest.mark.parametrize("way", [STRAIGHT, SMOOTH, SPHERICAL])
def test_codes_that_repeat_are_passed_once(way: int) -> None:
    repeated = np.repeat(CORNERS, [2, 1, 3, 1], axis=0)
    np.testing.assert_array_equal(curve(repeated, way), curve(CORNERS, way))
    still = curve(np.repeat(CORNERS[:1], 3, axis=0), way)
    np.testing.assert_array_equal(at_shares(still, np.array([0, 0.5, 1])), CORNERS[[0, 0, 0]])


def test_an_analogy_goes_from_c_to_a_minus_b_plus_c() -> None:
    a, b, c = CORNERS[:3]
    found = analogy(a, b, c, np.array([0, 0.5, 1.5]))
    np.testing.assert_allclose(found, [c, c + (a - b) / 2, c + 1.5 * (a - b)])


def test_density_is_highest_where_points_are() -> None:
    left = RANDOM.normal((-1.5, 1.0), 0.1, (900, 2))
    right = RANDOM.normal((1.5, -1.0), 0.1, (300, 2))
    steps = bands(np.concatenate([left, right, [(np.nan, 0)]]), VIEW)
    assert steps.shape == (480 // CELL, 640 // CELL)
    (lx, ly), (rx, ry) = (VIEW.to_pixels(np.array([(-1.5, 1.0), (1.5, -1.0)])) // CELL).astype(int)
    assert steps[ly, lx] == steps.max()
    assert 0 < steps[ry, rx] < steps[ly, lx]
    assert steps[0, -1] == 0
    assert not bands(np.zeros((0, 2)), VIEW).any()


def test_density_along_one_latent_integrates_to_one() -> None:
    values = RANDOM.normal(0.5, 0.7, 20_000)
    density = along(values, -4, 4)
    width = 8 / BINS
    assert density.sum() * width == pytest.approx(1, abs=0.01)
    centres = -4 + (np.arange(BINS) + 0.5) * width
    assert (density * centres).sum() * width == pytest.approx(0.5, abs=0.02)
    assert not along(np.array([np.nan]), -1, 1).any()


def test_tiles_cover_the_view_upright() -> None:
    grid = tile_grid(VIEW, 28, 28)
    left, bottom, right, top = grid.bounds()
    assert left <= VIEW.bounds[0] < left + grid.width
    assert bottom <= VIEW.bounds[1] < bottom + grid.height
    assert right >= VIEW.bounds[2]
    assert top >= VIEW.bounds[3]
    centres = grid.centres()
    assert centres[0] == pytest.approx((left + grid.width / 2, top - grid.height / 2))
    assert centres[-1] == pytest.approx((right - grid.width / 2, bottom + grid.height / 2))


def test_tiles_split_into_four_while_zooming_in() -> None:
    coarse = tile_grid(VIEW, 28, 28)
    fine = tile_grid(VIEW.zoomed(2.0, 320, 240), 28, 28)
    assert fine.width == coarse.width / 2
    assert 28 <= coarse.width / VIEW.scale < 56
    panned = tile_grid(VIEW.panned(7, 3), 28, 28)
    assert panned.width == coarse.width


@pytest.mark.parametrize("size", [(1, 1), (3000, 2000), (100, 900)])
def test_tiles_are_never_too_many_nor_none(size: tuple[int, int]) -> None:
    view = Viewport(0, 0, 0.01, *size)
    grid = tile_grid(view, 8, 8)
    assert 1 <= grid.columns * grid.rows <= 2 * MOST


def test_tiles_of_wide_pictures_keep_their_shape() -> None:
    grid = tile_grid(VIEW, 20, 40)
    assert grid.height == grid.width / 2


@pytest.mark.parametrize("channels", [1, 3])
def test_a_mosaic_has_its_pictures_in_rows(channels: int) -> None:
    pictures = RANDOM.integers(0, 256, (6, channels, 4, 5)).astype(np.uint8)
    joined = mosaic(pictures, 3).reshape(8, 15, channels)
    for index, picture in enumerate(pictures):
        row, column = divmod(index, 3)
        cell = joined[4 * row : 4 * row + 4, 5 * column : 5 * column + 5]
        assert np.array_equal(cell, picture.transpose(1, 2, 0))
