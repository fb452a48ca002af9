"""Regions read coarsely and halved at their borders, against every cell read by itself."""

import numpy as np
import pytest
from numpy.typing import NDArray

from vae_desktop.core.regions import HALVINGS, RegionSearch, at_border, cell_grid, halved
from vae_desktop.core.viewport import Points, Viewport

VIEW = Viewport(0.2, -0.4, 0.01, 700, 500)


def slanted(points: Points) -> NDArray[np.int64]:
    """Two half planes."""
    return (points[:, 1] > 0.7 * points[:, 0] + 0.3).astype(np.int64)


def rings(points: Points) -> NDArray[np.int64]:
    """Three circles within each other."""
    return np.minimum(np.hypot(points[:, 0], points[:, 1]).astype(np.int64), 3)


def searched(search: RegionSearch, truth: object, batch: int) -> int:
    """Answer until it is finished; how many points it asked for."""
    asked = 0
    while True:
        while len(points := search.next_points(batch)):
            asked += len(points)
            search.take(truth(points))  # type: ignore[operator]
        if search.finished:
            return asked
        search.halve()


@pytest.mark.parametrize("truth", [slanted, rings])
@pytest.mark.parametrize("batch", [1000, 17])
def test_regions_are_those_of_every_single_cell(truth: object, batch: int) -> None:
    search = RegionSearch(cell_grid(VIEW))
    asked = searched(search, truth, batch)
    expected = truth(search.grid.centres())  # type: ignore[operator]
    assert np.array_equal(search.classes.ravel(), expected)
    assert asked < 0.2 * search.classes.size


def test_the_grid_covers_the_view_and_its_cells_are_halved_in_place() -> None:
    grid = cell_grid(VIEW)
    left, bottom, right, top = grid.bounds()
    view = VIEW.bounds
    assert left <= view[0]
    assert bottom <= view[1]
    assert right >= view[2]
    assert top >= view[3]
    assert 32 <= grid.width / VIEW.scale <= 64
    fine = grid
    for _ in range(HALVINGS):
        fine = halved(fine)
    assert fine.bounds() == pytest.approx(grid.bounds())
    assert 2 <= fine.width / VIEW.scale <= 4


def test_a_view_of_one_pixel_has_cells() -> None:
    search = RegionSearch(cell_grid(Viewport(0.0, 0.0, 1.0, 1, 1)))
    searched(search, slanted, 10)
    assert search.finished


def test_borders_are_next_to_another_class() -> None:
    classes = np.zeros((4, 5), np.int64)
    classes[1, 1] = 1
    expected = np.zeros((4, 5), bool)
    for place in ((1, 1), (0, 1), (2, 1), (1, 0), (1, 2)):
        expected[place] = True
    assert np.array_equal(at_border(classes), expected)
