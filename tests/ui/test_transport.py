"""What the row under the tabs says has room there."""

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from tests.fakes import batches, prepared
from vae_desktop.core.events import Ended, Event
from vae_desktop.session.state import State
from vae_desktop.ui.actions import Actions
from vae_desktop.ui.transport import Transport

LAST = batches(88_701, 88_710)
FINISHED = Ended("finished", 888, 88_800, 8_000.0, 8_888_888.0)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("events", [[LAST], [LAST, FINISHED], []])
def test_nothing_is_cut_off(qtbot: QtBot, state: State, events: list[Event]) -> None:
    """Up to 888 epochs, in every state; the row is as wide as the smallest window."""
    owner = QObject()
    transport = Transport(Actions(owner))
    qtbot.addWidget(transport)
    transport.resize(1024, transport.sizeHint().height())
    transport.show()
    for event in (prepared(888, 100), *events):
        transport.take(event)
    transport.show_state(state)
    transport.expect_stop(after_epoch=True)
    for label in (transport.words, transport.speed, transport.time):
        assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width()
