"""Drawings as MNIST would show them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.samples import REAL_DATA
from vae_desktop.core.data import digits
from vae_desktop.core.data.idx import read_idx
from vae_desktop.core.handwriting import box_side, centre_of_mass, is_empty, normalised, shrunk


def blot(height: int, width: int, rows: slice, columns: slice) -> np.ndarray:
    """A drawing with one filled rectangle."""
    ink = np.zeros((height, width), np.uint8)
    ink[rows, columns] = 255
    return ink


def box_of(picture: np.ndarray) -> tuple[int, int]:
    """Height and width of the ink."""
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    return int(rows[-1] - rows[0] + 1), int(columns[-1] - columns[0] + 1)


def scribble(seed: int, side: int = 280) -> np.ndarray:
    """A few thick straight strokes anywhere."""
    random = np.random.default_rng(seed)
    ink = np.zeros((side, side), np.uint8)
    down, across = np.mgrid[:side, :side]
    for _ in range(3):
        (y0, x0), (y1, x1) = random.uniform(30, side - 30, (2, 2))
        for share in np.linspace(0, 1, 60):
            y, x = y0 + share * (y1 - y0), x0 + share * (x1 - x0)
            ink[(down - y) ** 2 + (across - x) ** 2 < 144] = 255
    return ink


@pytest.mark.parametrize("seed", range(8))
def test_a_drawing_fills_the_box_and_its_mass_is_at_the_centre(seed: int) -> None:
    picture = normalised(scribble(seed))
    assert picture.shape == (28, 28)
    assert max(box_of(picture)) == 20
    row, column = centre_of_mass(picture)
    assert abs(row - 14) <= 0.51
    assert abs(column - 14) <= 0.51


def test_the_proportions_are_kept() -> None:
    tall = normalised(blot(280, 280, slice(10, 210), slice(50, 100)))
    assert box_of(tall) == (20, 5)
    wide = normalised(blot(280, 280, slice(200, 230), slice(0, 280)))
    assert box_of(wide) == (2, 20)


def test_edges_are_grey_where_a_pixel_is_half_covered() -> None:
    # 40 rows become 20; the first of 20 columns has ink on every other row of the drawing.
    ink = blot(60, 60, slice(5, 45), slice(6, 45))
    ink[5:45:2, 5] = 255
    picture = normalised(ink)
    assert box_of(picture) == (20, 20)
    left = np.flatnonzero(picture.any(axis=0))[0]
    column = picture[:, left][picture[:, left] > 0]
    assert (column == round(255 * 3 / 4)).all()


def test_the_generated_digits_survive_being_enlarged_and_normalised() -> None:
    """They are made by the same rules, written independently; enlarging changes nothing."""
    for picture in digits.generate(40, 1, seed=1)[0].images[:40]:
        if max(box_of(picture[0])) == 20:
            again = normalised(np.kron(picture[0], np.ones((10, 10), np.uint8)))
            assert (again == picture[0]).all()


@pytest.mark.skipif(not (REAL_DATA / "mnist").is_dir(), reason="no MNIST here")
def test_real_mnist_survives_being_enlarged_and_normalised() -> None:
    (file,) = (REAL_DATA / "mnist").glob("t10k-images*")
    pictures = read_idx(file)[:200]
    for picture in pictures:
        if max(box_of(picture)) == 20:
            again = normalised(np.kron(picture, np.ones((10, 10), np.uint8)))
            assert (again == picture).all()


def test_other_sizes_have_a_box_to_scale() -> None:
    assert box_side(28, 28) == 20
    assert box_side(64, 64) == 46
    picture = normalised(blot(300, 300, slice(0, 100), slice(0, 40)), 32, 64)
    assert picture.shape == (32, 64)
    assert box_of(picture) == (23, 9)
    row, column = centre_of_mass(picture)
    assert abs(row - 16) <= 0.5
    assert abs(column - 32) <= 0.5


def test_the_box_stays_in_the_picture_where_the_mass_lies_at_its_edge() -> None:
    ink = blot(280, 280, slice(0, 10), slice(100, 140))
    ink[10:200, 120] = 40  # a faint stem, so that nearly all mass is at the head
    picture = normalised(ink)
    rows = np.flatnonzero(picture.any(axis=1))
    assert (rows[0], rows[-1]) == (8, 27)


def test_an_empty_drawing_stays_empty() -> None:
    empty = np.zeros((280, 280), np.uint8)
    assert is_empty(empty)
    assert not normalised(empty).any()
    with pytest.raises(ValueError, match="no centre of mass"):
        centre_of_mass(empty)


@given(st.integers(0, 279), st.integers(0, 279))
def test_a_single_dot_anywhere_fills_the_box(row: int, column: int) -> None:
    ink = np.zeros((280, 280), np.uint8)
    ink[row, column] = 255
    assert box_of(normalised(ink)) == (20, 20)


def test_shrinking_takes_means() -> None:
    picture = np.arange(16, dtype=np.uint8).reshape(1, 4, 4) * 10
    expected = picture.reshape(1, 2, 2, 2, 2).mean(axis=(2, 4))
    assert (shrunk(picture, 2, 2) == np.rint(expected)).all()


def test_shrinking_an_enlarged_picture_gives_it_back() -> None:
    picture = np.random.default_rng(3).integers(0, 256, (3, 7, 5), np.uint8)
    assert (shrunk(picture.repeat(6, axis=1).repeat(6, axis=2), 7, 5) == picture).all()
