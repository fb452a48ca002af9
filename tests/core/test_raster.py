"""The picture of points: where dots are, which is on top, and what is left out."""

import numpy as np
import pytest
from numpy.typing import NDArray

from vae_desktop.core import raster
from vae_desktop.core.raster import PointRaster, colour_table, coloured
from vae_desktop.core.viewport import Viewport

VIEW = Viewport(x=0.0, y=0.0, scale=0.1, width=40, height=20)


def drawn(
    points: list[tuple[float, float]], numbers: list[int], size: int = 1
) -> NDArray[np.uint8]:
    x, y = np.array(points, np.float32).reshape(-1, 2).T
    return PointRaster(x, y, np.array(numbers, np.uint8)).draw(VIEW, size)


def test_points_are_where_the_view_says_and_up_is_up() -> None:
    picture = drawn([(0.05, 0.05), (1.95, 0.95), (-1.95, -0.95)], [1, 2, 3])
    places = {int(picture[row, column]): (row, column) for row, column in np.argwhere(picture)}
    assert places == {1: (9, 20), 2: (0, 39), 3: (19, 0)}


@pytest.mark.parametrize("limit", [0, 10**9], ids=["grown", "stamped"])
def test_a_dot_has_its_size(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster, "STAMP_LIMIT", limit)
    picture = drawn([(0.05, 0.05)], [7], size=3)
    assert np.array_equal(np.unique(picture), [0, 7])
    rows, columns = np.nonzero(picture)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (8, 10, 19, 21)
    assert drawn([(0.05, 0.05)], [7], size=6).astype(bool).sum() == pytest.approx(np.pi * 9, abs=6)


@pytest.mark.parametrize("limit", [0, 10**9], ids=["grown", "stamped"])
def test_dots_at_the_edge_are_cut(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster, "STAMP_LIMIT", limit)
    picture = drawn([(-1.95, 0.95), (-2.05, 0.0), (5.0, 0.0)], [1, 2, 3], size=3)
    assert picture[0, 0] == 1
    assert picture[9:12, 0].tolist().count(2) >= 1
    assert not (picture == 3).any()


def test_later_points_are_on_top() -> None:
    assert drawn([(0.05, 0.05), (0.05, 0.05)], [1, 2])[9, 20] == 2
    assert drawn([(0.05, 0.05), (0.05, 0.05)], [2, 1])[9, 20] == 1


def test_what_is_not_finite_is_left_out() -> None:
    picture = drawn([(np.nan, 0), (np.inf, 0), (0, -np.inf), (0.05, 0.05)], [1, 2, 3, 4])
    assert np.unique(picture).tolist() == [0, 4]


def test_no_points_and_a_window_of_one_pixel() -> None:
    assert not drawn([], []).any()
    x = np.zeros(5, np.float32)
    one = PointRaster(x, x, np.ones(5, np.uint8)).draw(Viewport(0, 0, 1, 1, 1), 3)
    assert one.tolist() == [[1]]


def test_many_points_fill_as_many_pixels_as_a_loop_does() -> None:
    points = np.random.default_rng(0).normal(size=(100_000, 2)).astype(np.float32)
    numbers = np.random.default_rng(1).integers(1, 11, 100_000).astype(np.uint8)
    x, y = np.ascontiguousarray(points.T)
    picture = PointRaster(x, y, numbers).draw(VIEW)
    expected = np.zeros_like(picture)
    for (px, py), number in zip(VIEW.to_pixels(points), numbers, strict=True):
        if 0 <= px < 40 and 0 <= py < 20:
            expected[int(py), int(px)] = number
    assert (picture == expected).mean() > 0.99


def test_colours_are_premultiplied() -> None:
    table = colour_table(np.array([[255, 128, 0], [0, 0, 10]], np.uint8), opacity=0.5)
    pixels = coloured(np.array([[0, 1, 2]], np.uint8), table)
    assert [hex(value) for value in pixels[0]] == ["0x0", "0x80804000", "0x80000005"]
