"""The nearest points, against a search through all of them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from vae_desktop.core.point_index import PointIndex

RANDOM = np.random.default_rng(5)
CLOUDS = {
    "round": RANDOM.normal(size=(3000, 2)),
    "even": RANDOM.uniform(-1, 1, (1000, 2)),
    "one far out": np.concatenate([RANDOM.normal(size=(2000, 2)), [(1e6, -1e6)]]),
    "a line": np.stack([RANDOM.normal(size=500), np.zeros(500)], axis=1),
    "one place": np.ones((100, 2)),
    "few": RANDOM.normal(size=(3, 2)),
}


@pytest.mark.parametrize("points", CLOUDS.values(), ids=CLOUDS.keys())
@pytest.mark.parametrize("count", [1, 6])
def test_it_finds_what_a_search_through_all_finds(points: NDArray[np.float64], count: int) -> None:
    index = PointIndex(points)
    for place in RANDOM.normal(scale=3, size=(200, 2)):
        distances = np.hypot(*(points - place).T)
        found = index.nearest(*place, count)
        assert len(found) == len(set(found.tolist())) == min(count, len(points))
        np.testing.assert_allclose(distances[found], np.sort(distances)[:count])


def test_points_that_are_not_finite_are_never_found() -> None:
    points = np.array([(0, 0), (np.nan, 0), (np.inf, 1), (5, 5)])
    assert PointIndex(points).nearest(0.1, 0.1, 9).tolist() == [0, 3]


def test_no_points() -> None:
    assert not len(PointIndex(np.zeros((0, 2))).nearest(0, 0))
    assert not len(PointIndex(np.full((4, 2), np.nan)).nearest(0, 0))
