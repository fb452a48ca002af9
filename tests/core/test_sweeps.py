"""Where a value is that runs by itself."""

import pytest

from vae_desktop.core.sweeps import Course, Sweep


def places(course: Course, start: float, *seconds: float) -> list[float | None]:
    sweep = Sweep(-3, 3, start, 2, course)
    return [sweep.at(second) for second in seconds]


def test_there_and_back_is_a_zigzag_from_where_it_was() -> None:
    assert places(Course.BACK, 0, 0, 1, 1.5, 2, 4.5, 6) == pytest.approx([0, 2, 3, 2, -3, 0])


def test_a_loop_begins_again_at_the_lower_end() -> None:
    assert places(Course.LOOP, 0, 0, 1, 2, 3) == pytest.approx([0, 2, -2, 0])


def test_once_is_over_at_the_upper_end() -> None:
    assert places(Course.ONCE, 1, 0, 1, 1.5) == [1, 3, None]
    assert places(Course.ONCE, 3, 0, 3) == [-3, 3]


@pytest.mark.parametrize("course", list(Course))
def test_from_outside_it_begins_at_an_end(course: Course) -> None:
    assert places(course, -9, 0, 0.5) == pytest.approx([-3, -2])
