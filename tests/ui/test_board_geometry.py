"""Where cells stand, how many rows are in view, and what the base was before."""

import numpy as np
import pytest

from vae_desktop.ui.base_history import MOST, Base, BaseHistory
from vae_desktop.ui.board_geometry import Room, fitted
from vae_desktop.ui.rate_trail import MOST_DOTS, RateTrail, iso_line, iso_values, range_of

ROOM = Room(width=1000, height=600, left=150, top=60, least_row=40, lead=0, ratio=1.0)


def test_pictures_grow_by_whole_pixels() -> None:
    geometry = fitted(ROOM, (28, 28), 10, 11, 0)
    assert geometry.cell == (56, 56)  # 28 would be below the least cell of 44
    few = fitted(ROOM, (28, 28), 2, 11, 0)
    assert few.cell == (56, 56)  # 84 would be wider than 850 / 11
    assert fitted(ROOM, (28, 28), 2, 5, 0).cell == (140, 140)


def test_pictures_shrink_only_where_they_must() -> None:
    geometry = fitted(ROOM, (128, 128), 10, 11, 0)
    assert geometry.cell[0] < 128
    assert geometry.width <= 850
    assert fitted(ROOM, (64, 64), 10, 11, 0).cell == (64, 64)


def test_pictures_that_shrink_stand_in_whole_pixels() -> None:
    narrow = Room(400, 600, 150, 60, 40, 0, ratio=1.0)
    for shape, cell in (((28, 28), (21, 21)), ((64, 32), (21, 10))):
        geometry = fitted(narrow, shape, 4, 11, 0)
        assert (geometry.cell, geometry.gap) == (cell, 1)
    fine = fitted(Room(400, 600, 150, 60, 40, 0, ratio=2.0), (64, 64), 4, 11, 0)
    assert (fine.cell, fine.gap) == ((22, 22), 0.5)
    assert fitted(Room(100, 600, 150, 60, 40, 0, ratio=1.0), (28, 28), 4, 11, 0).cell == (3, 3)


def test_zoom_stays_within_the_width() -> None:
    for zoom in range(-4, 5):
        assert fitted(ROOM, (8, 8), 10, 11, zoom).width <= 850
    assert fitted(ROOM, (8, 8), 10, 11, -4).cell[0] < fitted(ROOM, (8, 8), 10, 11, 1).cell[0]


def test_device_pixels_are_whole_too() -> None:
    room = Room(1000, 600, 150, 60, 40, 0, ratio=2.0)
    side = fitted(room, (28, 28), 10, 11, 0).cell[0]
    assert (side * 2) % 28 == 0


def test_cells_and_places_are_found_under_the_mouse() -> None:
    geometry = fitted(ROOM, (28, 28), 10, 11, 0)
    for row in range(3):
        for column in (0, 5, 10):
            x = geometry.left + column * geometry.column_pitch + 5
            y = geometry.row_top(row, 0) + 5
            assert geometry.cell_at(x, y, 0) == (row, column)
            assert geometry.place_at(geometry.x_of(column)) == pytest.approx(column)
    assert geometry.cell_at(10, 100, 0) is None
    assert geometry.cell_at(200, 30, 0) is None
    assert geometry.cell_at(200, 100, geometry.pitch) == (1, 0)
    assert geometry.place_at(0) == -0.5
    assert geometry.place_at(5000) == 10.5


def test_rows_in_view() -> None:
    geometry = fitted(ROOM, (28, 28), 128, 11, 0)
    first, last = geometry.visible(600, 0)
    assert first == 0
    assert last * geometry.pitch >= 540 > (last - 1) * geometry.pitch
    assert geometry.visible(600, 3 * geometry.pitch)[0] == 3
    assert fitted(ROOM, (28, 28), 0, 11, 0).visible(600, 0) == (0, 0)


def test_bases_are_gone_back_to_and_forward() -> None:
    history = BaseHistory(Base("test", index=3))
    assert not history.can_undo
    history.push(Base("prior"))
    history.push(Base("test", index=5))
    assert history.undo().kind == "prior"
    assert history.undo().index == 3
    assert not history.can_undo
    assert history.redo().kind == "prior"
    history.push(Base("code", code=np.zeros(2, np.float32)))
    assert not history.can_redo
    assert history.undo().kind == "prior"


def test_a_drag_is_one_step_back() -> None:
    history = BaseHistory(Base("test", index=3))
    before = history.current
    for value in range(5):
        history.replace(Base("code", code=np.full(1, value, np.float32)))
    history.push(history.current, before)
    assert history.undo() is before


def test_the_oldest_bases_are_forgotten() -> None:
    history = BaseHistory(Base("test"))
    for index in range(MOST + 50):
        history.push(Base("test", index=index))
    undone = 0
    while history.can_undo:
        history.undo()
        undone += 1
    assert undone == MOST


def test_a_base_says_what_it_is() -> None:
    assert Base("test", index=1233).text == "test image 1,234"
    assert Base("picture", name="cat.png").text == "cat.png"


def test_iso_lines_have_slope_minus_one_and_round_values() -> None:
    x, y = (5.0, 20.0), (90.0, 140.0)
    values = iso_values(x, y)
    assert 4 <= len(values) <= 8
    assert np.allclose(np.diff(values), values[1] - values[0])
    for value in values:
        (x1, y1), (x2, y2) = iso_line(value, x, y)
        assert x1 + y1 == pytest.approx(value)
        assert x2 + y2 == pytest.approx(value)
        assert x[0] - 1e-9 <= x1 <= x2 <= x[1] + 1e-9
        assert y[0] - 1e-9 <= y2 <= y1 <= y[1] + 1e-9
    assert iso_values((0, 0), (0, 0)) == []


def test_many_batches_become_few_dots_with_the_same_mean() -> None:
    from tests.fakes import batches, evaluation

    trail = RateTrail()
    for first in range(1, 8001, 100):
        assert trail.take(batches(first, first + 99, kl=3.0))
    dots = trail.batches()
    assert len(dots) <= MOST_DOTS
    assert np.allclose(dots[:, 0], 3)
    steps = np.arange(1, 8001)
    assert dots[:, 1].mean() == pytest.approx((150 + 1000 / steps).mean(), rel=1e-4)
    assert trail.take(evaluation(1, 100, (4.0, 2.0)))
    assert trail.evaluated().tolist() == [[6.0, 155.0]]


def test_the_view_leaves_the_beginning_of_a_run_out() -> None:
    falling = np.stack([np.linspace(0, 10, 100), np.linspace(600, 100, 100)], axis=1)
    ends = range_of(falling, np.array([[10.0, 100.0]]))
    assert ends is not None
    low, high = ends
    assert high[1] < 600
    assert low[1] < 100
    assert range_of(np.zeros((0, 2)), np.zeros((0, 2))) is None
