"""The session on real threads: states, steering, failures, and a clean end."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.samples import tiny_dataset
from vae_desktop.core import runs
from vae_desktop.core.config import RunConfig
from vae_desktop.core.errors import RunError, UserError
from vae_desktop.core.events import (
    Batches,
    Ended,
    Evaluation,
    Event,
    LeverMoved,
    Prepared,
    Snapshot,
)
from vae_desktop.session.session import OpenedRun, TrainingSession
from vae_desktop.session.state import Failure, State

TIMEOUT = 60_000


@pytest.fixture
def endless(config: RunConfig) -> RunConfig:
    """Trains until it is stopped."""
    return config.changed(training={"epochs": 10_000})


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path):
    session = TrainingSession(tmp_path / "runs", tmp_path / "cache")
    yield session
    session.shutdown()


class Watcher:
    """Remembers what a session said, in order."""

    def __init__(self, session: TrainingSession) -> None:
        self.states: list[State] = []
        self.failures: list[Failure] = []
        session.state_changed.connect(self.states.append)
        session.failed.connect(self.failures.append)
        session.open_failed.connect(self.failures.append)


def wait_for(qtbot: QtBot, session: TrainingSession, state: State) -> None:
    qtbot.waitUntil(lambda: session.state is state, timeout=TIMEOUT)


def drained(session: TrainingSession) -> list[Event]:
    return [delivery.event for delivery in session.feed.drain()]


def test_a_run_from_start_to_end(qtbot: QtBot, session: TrainingSession, config: RunConfig) -> None:
    watcher = Watcher(session)
    with qtbot.waitSignal(session.run_started, timeout=TIMEOUT) as started:
        session.start(config)
    wait_for(qtbot, session, State.IDLE)
    assert watcher.states == [State.PREPARING, State.RUNNING, State.IDLE]
    opened = started.args[0]
    assert isinstance(opened, OpenedRun)
    assert (opened.run, opened.config) == (session.run, config) == (1, config)
    events = drained(session)
    assert isinstance(events[0], Prepared)
    assert [event.epoch for event in events if isinstance(event, Evaluation)] == [1, 2]
    assert sum(len(event.step) for event in events if isinstance(event, Batches)) == 20
    assert any(isinstance(event, Ended) for event in events)
    assert session.folder is not None
    assert runs.read(session.folder).weights.step == 20


def test_the_window_run_equals_the_headless_run(
    qtbot: QtBot, session: TrainingSession, config: RunConfig
) -> None:
    from vae_desktop.core.training import train

    session.start(config)
    wait_for(qtbot, session, State.IDLE)
    live = [event for event in drained(session) if isinstance(event, Snapshot)][-1]
    data = tiny_dataset()
    headless = [event for event in train(config, data) if isinstance(event, Snapshot)][-1]
    assert all(np.array_equal(live.weights[name], headless.weights[name]) for name in live.weights)


def test_pause_and_resume(qtbot: QtBot, session: TrainingSession, endless: RunConfig) -> None:
    watcher = Watcher(session)
    session.start(endless)
    wait_for(qtbot, session, State.RUNNING)
    session.pause()
    assert session.state is State.PAUSED
    session.resume()
    assert session.state is State.RUNNING
    session.stop_now()
    wait_for(qtbot, session, State.IDLE)
    assert watcher.states[1:] == [
        State.RUNNING, State.PAUSED, State.RUNNING, State.STOPPING, State.IDLE,
    ]  # fmt: skip


@pytest.mark.parametrize("paused", [False, True])
def test_stop_now_keeps_the_run(
    qtbot: QtBot, session: TrainingSession, endless: RunConfig, paused: bool
) -> None:
    session.start(endless)
    wait_for(qtbot, session, State.RUNNING)
    if paused:
        session.pause()
    session.stop_now()
    wait_for(qtbot, session, State.IDLE)
    ended = next(event for event in drained(session) if isinstance(event, Ended))
    assert ended.reason == "stopped"
    assert session.folder is not None
    assert runs.read(session.folder).weights.step == ended.step


def test_stop_after_epoch(qtbot: QtBot, session: TrainingSession, endless: RunConfig) -> None:
    session.start(endless)
    wait_for(qtbot, session, State.RUNNING)
    session.stop_after_epoch()
    assert session.state is State.STOPPING
    wait_for(qtbot, session, State.IDLE)
    ended = next(event for event in drained(session) if isinstance(event, Ended))
    assert ended.step == 10 * ended.epoch


def test_a_second_start_is_refused_and_harms_nothing(
    qtbot: QtBot, session: TrainingSession, endless: RunConfig
) -> None:
    session.start(endless)
    folder = session.folder
    with pytest.raises(UserError, match="Stop the run"):
        session.start(endless)
    with pytest.raises(UserError, match="Stop the run"):
        session.open_run(Path("anywhere"))
    assert (session.run, session.folder) == (1, folder)
    wait_for(qtbot, session, State.RUNNING)


def test_runs_have_numbers_of_their_own(
    qtbot: QtBot, session: TrainingSession, config: RunConfig
) -> None:
    for number in (1, 2):
        session.start(config)
        wait_for(qtbot, session, State.IDLE)
        assert {delivery.run for delivery in session.feed.drain()} == {number}
    assert len(list((session.folder or Path()).parent.iterdir())) == 2


def test_missing_files_end_in_failed_with_a_sentence(
    qtbot: QtBot, session: TrainingSession, config: RunConfig
) -> None:
    watcher = Watcher(session)
    nowhere = config.changed(data={"folder": "/nowhere/at/all"})
    with qtbot.waitSignal(session.failed, timeout=TIMEOUT):
        session.start(nowhere)
    assert session.state is State.FAILED
    assert watcher.states == [State.PREPARING, State.FAILED]
    assert len(watcher.failures) == 1
    assert "/nowhere/at/all" in watcher.failures[0].sentence
    assert watcher.failures[0].details == ""
    assert session.folder is not None
    assert not session.folder.exists(), "a run that never began leaves no folder"
    session.start(config)
    wait_for(qtbot, session, State.IDLE)


def test_a_diverging_run_keeps_its_good_weights(
    qtbot: QtBot, session: TrainingSession, endless: RunConfig
) -> None:
    watcher = Watcher(session)
    wild = endless.changed(model={"hidden": [400] * 6}, training={"learning_rate": 10.0})
    with qtbot.waitSignal(session.failed, timeout=TIMEOUT):
        session.start(wild)
    assert "no longer a finite number" in watcher.failures[0].sentence
    assert session.folder is not None
    weights = runs.read_weights(session.folder / runs.WEIGHTS).weights
    assert all(np.isfinite(weight).all() for weight in weights.values())


def test_an_unforeseen_error_brings_its_details(
    qtbot: QtBot, session: TrainingSession, config: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vae_desktop.core import training

    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(training, "train", broken)
    watcher = Watcher(session)
    with qtbot.waitSignal(session.failed, timeout=TIMEOUT):
        session.start(config)
    assert "a fault of ours" in watcher.failures[0].sentence
    assert "ZeroDivisionError" in watcher.failures[0].details


def test_an_unwritable_place_is_refused_at_the_start(tmp_path: Path, config: RunConfig) -> None:
    (tmp_path / "file").write_text("in the way")
    session = TrainingSession(tmp_path / "file", tmp_path)
    with pytest.raises(RunError, match="cannot be written"):
        session.start(config)
    assert session.state is State.IDLE


def test_a_stop_while_preparing_counts_even_where_the_source_is_silent(
    qtbot: QtBot, session: TrainingSession, config: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vae_desktop.core.data import catalogue

    def silent_source(data: object, cache: Path, progress: object) -> object:
        session._control.stop_now()
        return tiny_dataset()

    monkeypatch.setattr(catalogue, "load", silent_source)
    session.start(config)
    wait_for(qtbot, session, State.IDLE)
    assert session.folder is not None
    assert not session.folder.exists()


def test_a_cancelled_preparation_leaves_nothing(
    qtbot: QtBot, session: TrainingSession, config: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vae_desktop.core.data import catalogue

    def slow(config: object, cache: Path, progress) -> None:
        while True:
            progress(0.5, "Reading")

    monkeypatch.setattr(catalogue, "load", slow)
    session.start(config)
    folder = session.folder
    assert session.state is State.PREPARING
    session.stop_now()
    wait_for(qtbot, session, State.IDLE)
    assert folder is not None
    assert not folder.exists()


def test_shutdown_ends_a_running_training(
    qtbot: QtBot, session: TrainingSession, endless: RunConfig
) -> None:
    session.start(endless)
    qtbot.waitUntil(
        lambda: any(isinstance(event, Batches) for event in drained(session)), timeout=TIMEOUT
    )
    session.shutdown()
    assert session.state is State.IDLE
    assert session.folder is not None
    assert runs.read(session.folder).weights.step > 0


def test_opening_a_saved_run(qtbot: QtBot, session: TrainingSession, config: RunConfig) -> None:
    session.start(config)
    wait_for(qtbot, session, State.IDLE)
    folder = session.folder
    session.feed.drain()
    assert folder is not None
    with qtbot.waitSignal(session.run_opened, timeout=TIMEOUT) as opened:
        session.open_run(folder)
    fingerprint = tiny_dataset().fingerprint
    kept = config.changed(data={"fingerprint": fingerprint})
    assert opened.args[0] == OpenedRun(2, folder, kept)
    deliveries = session.feed.drain()
    assert {delivery.run for delivery in deliveries} == {2}
    assert sum(isinstance(delivery.event, Evaluation) for delivery in deliveries) == 2


def test_the_newest_of_two_requests_to_open_wins(
    qtbot: QtBot, session: TrainingSession, config: RunConfig
) -> None:
    folders = []
    for _ in range(2):
        session.start(config)
        wait_for(qtbot, session, State.IDLE)
        folders.append(session.folder)
    opened: list[OpenedRun] = []
    session.run_opened.connect(opened.append)
    for folder in folders:
        session.open_run(folder)
    qtbot.waitUntil(lambda: bool(opened) and not session._reader.busy, timeout=TIMEOUT)
    assert [run.folder for run in opened] == folders[1:]


def test_a_start_while_a_run_is_being_read(
    qtbot: QtBot, session: TrainingSession, config: RunConfig
) -> None:
    session.start(config)
    wait_for(qtbot, session, State.IDLE)
    opened: list[OpenedRun] = []
    session.run_opened.connect(opened.append)
    session.open_run(session.folder)
    session.start(config)
    wait_for(qtbot, session, State.IDLE)
    qtbot.waitUntil(lambda: not session._reader.busy, timeout=TIMEOUT)
    assert opened == []
    assert session.run == 2


def test_a_stopped_run_goes_on_as_if_it_had_never_stopped(
    qtbot: QtBot, session: TrainingSession, config: RunConfig
) -> None:
    from vae_desktop.core.training import train

    longer = config.changed(training={"epochs": 60})
    session.start(longer)
    wait_for(qtbot, session, State.RUNNING)
    session.stop_now()
    wait_for(qtbot, session, State.IDLE)
    assert session.can_resume
    session.feed.drain()
    session.resume_run()
    wait_for(qtbot, session, State.IDLE)
    assert not session.can_resume
    events = drained(session)
    steps = np.concatenate([event.step for event in events if isinstance(event, Batches)])
    assert steps.tolist() == list(range(1, 601)), "the past is told again, then the rest"
    live = [event for event in events if isinstance(event, Snapshot)][-1]
    whole = [event for event in train(longer, tiny_dataset()) if isinstance(event, Snapshot)][-1]
    assert all(np.array_equal(live.weights[name], whole.weights[name]) for name in live.weights)


def test_there_is_nothing_to_resume(qtbot: QtBot, session: TrainingSession) -> None:
    assert not session.can_resume
    with pytest.raises(UserError, match="no run on view"):
        session.resume_run()


def test_levers_move_a_running_training(
    qtbot: QtBot, session: TrainingSession, endless: RunConfig
) -> None:
    session.set_beta(4.0)  # nothing runs: nothing happens
    session.start(endless)
    wait_for(qtbot, session, State.RUNNING)
    session.set_beta(4.0)
    with pytest.raises(UserError, match="Learning rate"):
        session.set_learning_rate(-1.0)
    moves: list[LeverMoved] = []

    def moved() -> bool:
        moves.extend(event for event in drained(session) if isinstance(event, LeverMoved))
        return bool(moves)

    qtbot.waitUntil(moved, timeout=TIMEOUT)
    assert [(move.name, move.value) for move in moves] == [("beta", 4.0)]


def test_opening_what_is_no_run(qtbot: QtBot, session: TrainingSession, tmp_path: Path) -> None:
    watcher = Watcher(session)
    with qtbot.waitSignal(session.open_failed, timeout=TIMEOUT):
        session.open_run(tmp_path)
    assert "holds no run" in watcher.failures[0].sentence
    assert session.state is State.IDLE
    assert session.run == 0
