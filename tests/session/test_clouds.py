"""Codes kept up to date in the background: only while watched, fewer where it costs much."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from vae_desktop.core.config import RunConfig
from vae_desktop.core.events import Event, Snapshot
from vae_desktop.session import clouds
from vae_desktop.session.clouds import CloudSource
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.state import State

TIMEOUT = 20_000


@pytest.fixture
def source(on_view: RunOnView) -> Iterator[CloudSource]:
    source = CloudSource(on_view)
    yield source
    source.shutdown()


def test_nothing_is_done_while_nobody_looks(
    qtbot: QtBot, source: CloudSource, on_view: RunOnView, config: RunConfig, told: list[Event]
) -> None:
    on_view.show_run(config)
    for event in told:
        on_view.take(event)
    assert on_view.dataset is None
    source.watch(True)
    qtbot.waitUntil(lambda: source.cloud is not None, timeout=TIMEOUT)
    assert source.cloud is not None
    assert source.cloud.complete


def test_a_slow_model_is_asked_for_fewer_pictures(
    qtbot: QtBot,
    source: CloudSource,
    on_view: RunOnView,
    config: RunConfig,
    told: list[Event],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clouds, "LIVE_COUNT", 64)
    monkeypatch.setattr(clouds, "LIVE_FEWEST", 16)
    monkeypatch.setattr(clouds, "LIVE_SHARE", 0.0)
    on_view.show_run(config)
    source.watch(True)
    source.show_state(State.RUNNING)
    sizes: list[int] = []
    source.cloud_changed.connect(
        lambda: sizes.append(len(source.cloud)) if source.cloud is not None else None
    )
    for event in told:
        on_view.take(event)
    qtbot.waitUntil(lambda: sizes[-1:] == [16], timeout=TIMEOUT)
    assert [size for size in sizes if size < 90] == [64, 32, 16]


@pytest.mark.parametrize(("share", "second"), [(1e6, 90), (0.0, 40)])
def test_the_whole_set_is_encoded_when_an_epoch_has_ended_and_it_is_cheap(
    qtbot: QtBot,
    source: CloudSource,
    on_view: RunOnView,
    config: RunConfig,
    told: list[Event],
    monkeypatch: pytest.MonkeyPatch,
    share: float,
    second: int,
) -> None:
    monkeypatch.setattr(clouds, "LIVE_COUNT", 40)
    monkeypatch.setattr(clouds, "LIVE_SHARE", 1e6)
    monkeypatch.setattr(clouds, "WHOLE_SHARE", share)
    monkeypatch.setattr(clouds, "LIVE_INTERVAL", 0.01)
    sizes: list[int] = []
    source.cloud_changed.connect(
        lambda: sizes.append(len(source.cloud)) if source.cloud is not None else None
    )
    snapshots = [event for event in told if isinstance(event, Snapshot)]
    on_view.show_run(config)
    source.watch(True)
    source.show_state(State.RUNNING)
    on_view.take(told[0])
    on_view.take(replace(snapshots[0], epoch=0))
    qtbot.waitUntil(lambda: sizes == [40], timeout=TIMEOUT)
    on_view.take(replace(snapshots[-1], epoch=1))
    qtbot.waitUntil(lambda: len(sizes) > 1, timeout=TIMEOUT)
    assert sizes[1] == second
    assert source.resting is False


def test_a_copy_of_the_model_stays_as_it_was(
    source: CloudSource, on_view: RunOnView, config: RunConfig, told: list[Event]
) -> None:
    assert source.coder() is None
    on_view.show_run(config)
    for event in told[:2]:
        on_view.take(event)
    coder, z = source.coder(), np.zeros((1, 2), np.float32)
    assert coder is not None
    before = coder.decode(z)
    on_view.take(told[-1])
    assert on_view.decoder is not None
    assert np.array_equal(coder.decode(z), before)
    assert not np.array_equal(on_view.decoder.decode(z), before)


def test_nothing_begins_after_the_end(
    qtbot: QtBot, source: CloudSource, on_view: RunOnView, config: RunConfig, told: list[Event]
) -> None:
    """The session's last change of state comes when the views have been shut down."""
    on_view.show_run(config)
    on_view.take(told[0])
    on_view.take(told[1])
    source.watch(True)
    qtbot.waitUntil(lambda: source.cloud is not None, timeout=TIMEOUT)
    source.shutdown()
    on_view.take(told[-1])
    source.show_state(State.IDLE)
    assert not source._runner.busy
