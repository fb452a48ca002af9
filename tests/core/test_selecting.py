"""What an outline holds, and how selections combine."""

import numpy as np
import pytest

from vae_desktop.core.selecting import Mode, combined, inside


def test_a_square_holds_what_is_in_it() -> None:
    square = np.array([(0, 0), (2, 0), (2, 2), (0, 2)])
    points = np.array([(1, 1), (3, 1), (-0.1, 0.5), (1.9, 0.1), (np.nan, 1), (np.inf, 1)])
    assert inside(points, square).tolist() == [True, False, False, True, False, False]


def test_a_lasso_with_a_bay_leaves_the_bay_out() -> None:
    horseshoe = np.array([(0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3)])
    points = np.array([(0.5, 2), (1.5, 2), (2.5, 2), (1.5, 0.5)])
    assert inside(points, horseshoe).tolist() == [True, False, True, True]


@pytest.mark.parametrize("corners", [0, 1, 2])
def test_a_line_holds_nothing(corners: int) -> None:
    assert not inside(np.zeros((3, 2)), np.zeros((corners, 2))).any()


def test_selections_combine() -> None:
    before, new = np.array([1, 3, 5]), np.array([5, 4])
    assert combined(before, new, Mode.REPLACE).tolist() == [4, 5]
    assert combined(before, new, Mode.ADD).tolist() == [1, 3, 4, 5]
    assert combined(before, new, Mode.REMOVE).tolist() == [1, 3]
