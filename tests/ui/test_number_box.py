"""The box for numbers: its arrows."""

import sys

import pytest
from pytestqt.qtbot import QtBot

from vae_desktop.ui.number_box import NumberBox


def test_the_arrows_of_a_number_go_through_one_two_five(qtbot: QtBot) -> None:
    box = NumberBox()
    box.set_value(0.001)
    seen = []
    for _ in range(4):
        box.stepBy(1)
        seen.append(box.text())
    assert seen == ["0.002", "0.005", "0.01", "0.02"]
    box.stepBy(-4)
    assert box.value() == 0.001


@pytest.mark.parametrize("text", ["inf", "-inf", "nan", "1e309", "fast", ""])
def test_the_arrows_leave_alone_what_is_no_finite_number(qtbot: QtBot, text: str) -> None:
    box = NumberBox()
    box.lineEdit().setText(text)
    for steps in (1, -1):
        box.stepBy(steps)
    assert box.text() == text


@pytest.mark.parametrize(
    ("limits", "start", "steps", "end"),
    [
        ({"ge": 0, "le": 1000}, 500, 5, 1000),
        ({"ge": 0, "le": 1000}, 2000, 1, 1000),
        ({"ge": 0.5, "le": 1000}, 1, -3, 0.5),
        ({"ge": 0, "lt": 1}, 0.5, 3, 0.5),
        ({"gt": 0, "le": 10}, 5e-324, -1, 5e-324),
        ({}, 1e308, 3, sys.float_info.max),
    ],
)
def test_the_arrows_stop_at_the_limits(
    qtbot: QtBot, limits: dict[str, float], start: float, steps: int, end: float
) -> None:
    box = NumberBox(limits)
    box.set_value(start)
    box.stepBy(steps)
    assert box.value() == end
