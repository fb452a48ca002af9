"""The levers: what they ask for, what they show, and what was moved."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.fakes import batches
from vae_desktop.core.events import Batches, LeverMoved
from vae_desktop.session.state import State
from vae_desktop.ui.levers import Levers


def told(last: int, beta: float, rate: float) -> Batches:
    """Batches of twenty steps that were done with these numbers."""
    some = batches(last - 19, last)
    settings = {"beta": np.full(20, beta, np.float32), "learning_rate": np.full(20, rate, "f4")}
    return replace(some, terms={**some.terms, **settings})


@pytest.fixture
def levers(qtbot: QtBot) -> Levers:
    levers = Levers()
    qtbot.addWidget(levers)
    levers.take(told(20, 1.0, 1e-3))
    levers.show_state(State.RUNNING)
    levers.show()
    levers.catch_up(0.0)
    return levers


def type_in(qtbot: QtBot, levers: Levers, name: str, text: str) -> None:
    line = levers.boxes[name].lineEdit()
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def test_they_show_what_training_goes_by(levers: Levers) -> None:
    assert levers.boxes["beta"].text() == "1"
    assert levers.boxes["learning_rate"].text() == "0.001"


def test_a_number_takes_effect_on_enter(qtbot: QtBot, levers: Levers) -> None:
    moves: list[tuple[str, float]] = []
    levers.moved.connect(lambda name, value: moves.append((name, value)))
    type_in(qtbot, levers, "beta", "4")
    type_in(qtbot, levers, "learning_rate", "5e-4")
    assert moves == [("beta", 4.0), ("learning_rate", 5e-4)]


def test_the_arrows_take_effect_at_once(qtbot: QtBot, levers: Levers) -> None:
    with qtbot.waitSignal(levers.moved) as moved:
        qtbot.keyClick(levers.boxes["beta"], Qt.Key.Key_Up)
    assert moved.args == ["beta", 2.0]


def test_leaving_a_box_alone_moves_nothing(qtbot: QtBot, levers: Levers) -> None:
    with qtbot.assertNotEmitted(levers.moved):
        levers.boxes["beta"].setFocus()
        levers.boxes["learning_rate"].setFocus()


def test_nothing_that_is_no_number(qtbot: QtBot, levers: Levers) -> None:
    with qtbot.assertNotEmitted(levers.moved):
        type_in(qtbot, levers, "beta", "much")
    assert levers.boxes["beta"].text() == "1"


def test_older_batches_do_not_put_a_moved_lever_back(qtbot: QtBot, levers: Levers) -> None:
    type_in(qtbot, levers, "beta", "4")
    levers.take(told(40, 1.0, 1e-3))
    levers.catch_up(1.0)
    assert levers.boxes["beta"].text() == "4"
    levers.take(LeverMoved(45, 0.45, "beta", 4.0))
    levers.take(told(60, 5.0, 1e-3))
    levers.catch_up(2.0)
    assert levers.boxes["beta"].text() == "5"


def test_what_is_refused_goes_back(qtbot: QtBot, levers: Levers) -> None:
    type_in(qtbot, levers, "beta", "4")
    levers.boxes["beta"].give_up()
    assert levers.boxes["beta"].text() == "1"


def test_a_run_without_beta_has_no_such_lever(levers: Levers) -> None:
    levers.clear()
    rate = {"learning_rate": np.full(20, 0.01, np.float32)}
    levers.take(replace(batches(1, 20), terms=rate))
    levers.catch_up(1.0)
    assert not levers.boxes["beta"].isVisible()
    assert levers.boxes["learning_rate"].isVisible()


def test_moves_are_listed_and_stay_after_the_run(levers: Levers) -> None:
    levers.take(LeverMoved(231, 2.31, "beta", 4.0))
    levers.take(LeverMoved(300, 3.0, "learning_rate", 5e-4))
    levers.show_state(State.IDLE)
    levers.catch_up(1.0)
    assert not levers.boxes["beta"].isVisible()
    assert levers.list.isVisible()
    lines = levers.list.toolTip().splitlines()
    assert lines == ["β 4 from epoch 2.31", "learning rate 0.0005 from epoch 3.00"]
    assert levers.list.text().startswith(lines[-1])
