"""Uncaught errors are logged and handed over, whatever thread they come from."""

import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from vae_desktop import diagnostics


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the hooks hand over."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    collected: list[tuple[str, str]] = []
    diagnostics.install_hooks(lambda sentence, details: collected.append((sentence, details)))
    return collected


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "logs" / "app.log"
    diagnostics.start_log(path)
    yield path
    logger = logging.getLogger("vae_desktop")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


def test_an_uncaught_exception(reports: list[tuple[str, str]], log_file: Path) -> None:
    error = ValueError("odd")
    sys.excepthook(ValueError, error, None)
    assert len(reports) == 1
    assert "ValueError: odd" in reports[0][0]
    assert "ValueError: odd" in log_file.read_text()


def test_an_exception_on_another_thread(reports: list[tuple[str, str]]) -> None:
    def fail() -> None:
        raise RuntimeError("on a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert "on a thread" in reports[0][0]
    assert "Traceback" in reports[0][1]


def test_ctrl_c_is_no_fault(reports: list[tuple[str, str]], capsys: object) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert reports == []


def test_a_log_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    before = len(logging.getLogger("vae_desktop").handlers)
    diagnostics.start_log(tmp_path / "file" / "app.log")
    logger = logging.getLogger("vae_desktop")
    assert isinstance(logger.handlers[-1], logging.NullHandler)
    for handler in logger.handlers[before:]:
        logger.removeHandler(handler)


def test_the_last_words_of_a_crash_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faulthandler.enable", lambda file: None)
    path = tmp_path / "crash.txt"
    assert diagnostics.start_crash_file(path) == ""
    path.write_text("Fatal Python error: Segmentation fault")
    assert "Segmentation fault" in diagnostics.start_crash_file(path)
    assert path.read_text() == ""
    assert diagnostics._crash_file is not None
    diagnostics._crash_file.close()
