"""Work in the background: results, failures, cancel, and the newest request wins."""

import threading

import pytest
from pytestqt.qtbot import QtBot

from vae_desktop.core.errors import DataError
from vae_desktop.core.progress import Progress
from vae_desktop.session.jobs import JobRunner

TIMEOUT = 20_000


@pytest.fixture
def runner(qtbot: QtBot):
    runner = JobRunner()
    yield runner
    runner.shutdown()


def endless(progress: Progress) -> None:
    while True:
        progress(0.5, "Working")


def test_a_result_comes_back_from_another_thread(qtbot: QtBot, runner: JobRunner) -> None:
    with qtbot.waitSignal(runner.done, timeout=TIMEOUT) as done:
        runner.start(lambda progress: threading.get_ident())
    assert done.args[0] != threading.get_ident()
    assert not runner.busy


def test_signals_arrive_in_the_windows_thread(qtbot: QtBot, runner: JobRunner) -> None:
    seen: list[int] = []
    runner.progressed.connect(lambda *_: seen.append(threading.get_ident()))
    runner.start(endless)
    qtbot.waitUntil(lambda: bool(seen), timeout=TIMEOUT)
    assert set(seen) == {threading.get_ident()}


def test_errors_of_the_user_are_sentences(qtbot: QtBot, runner: JobRunner) -> None:
    def fail(progress: Progress) -> None:
        raise DataError("The file is broken.")

    with qtbot.waitSignal(runner.failed, timeout=TIMEOUT) as failed:
        runner.start(fail)
    assert (failed.args[0].sentence, failed.args[0].details) == ("The file is broken.", "")


def test_unforeseen_errors_bring_details(qtbot: QtBot, runner: JobRunner) -> None:
    with qtbot.waitSignal(runner.failed, timeout=TIMEOUT) as failed:
        runner.start(lambda progress: 1 / 0)
    assert "ZeroDivisionError" in failed.args[0].details


def test_cancel(qtbot: QtBot, runner: JobRunner) -> None:
    runner.start(endless)
    assert runner.busy
    with qtbot.waitSignal(runner.cancelled, timeout=TIMEOUT):
        runner.cancel()
    assert not runner.busy


def test_a_cancel_after_the_work_is_done_counts(qtbot: QtBot, runner: JobRunner) -> None:
    """The result is there but has not been told yet."""
    told: list[object] = []
    runner.done.connect(told.append)
    go_on = threading.Event()
    runner.start(lambda progress: go_on.wait(TIMEOUT))
    job = runner._job
    assert job is not None
    job.done.connect(runner.cancel)
    with qtbot.waitSignal(runner.cancelled, timeout=TIMEOUT):
        go_on.set()  # not earlier: the signal must be connected when it comes
    assert told == []


def test_the_newest_request_wins(qtbot: QtBot, runner: JobRunner) -> None:
    told: list[object] = []
    runner.done.connect(told.append)
    runner.cancelled.connect(lambda: told.append("cancelled"))
    runner.start(endless)
    runner.start(lambda progress: "second")
    runner.start(lambda progress: "third")
    qtbot.waitUntil(lambda: not runner.busy, timeout=TIMEOUT)
    assert told == ["third"]


def test_shutdown_waits_and_tells_nothing(qtbot: QtBot, runner: JobRunner) -> None:
    told: list[object] = []
    runner.cancelled.connect(lambda: told.append("cancelled"))
    runner.done.connect(told.append)
    runner.start(endless)
    runner.shutdown()
    assert not runner.busy
    runner.start(lambda progress: "again")
    assert not runner.busy
    assert not told
