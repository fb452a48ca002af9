"""What every test of the window needs: no modal dialogs, and nothing left behind."""

import gc
import os
from collections.abc import Iterator
from typing import Any, NoReturn

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QThread
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QInputDialog, QMessageBox


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise AssertionError("a modal dialog was opened: inject the answer instead")


@pytest.fixture(autouse=True)
def _no_modal_dialogs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is there to answer."""
    for kind in (QDialog, QMessageBox, QFileDialog):
        monkeypatch.setattr(kind, "exec", _refuse)
    for name in ("getExistingDirectory", "getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, _refuse)
    for name in ("question", "warning", "critical", "information"):
        monkeypatch.setattr(QMessageBox, name, _refuse)
    for name in ("getText", "getInt", "getDouble", "getItem"):
        monkeypatch.setattr(QInputDialog, name, _refuse)


@pytest.fixture(scope="session", autouse=True)
def _imported_for_good() -> None:
    """Leave what the libraries hold out of the collection after every test: 0.1 s each."""
    import torch  # noqa: F401

    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Destroy all windows at once, not whenever Python gets to it; no thread may still run."""
    yield
    app = QApplication.instance()
    if "qtbot" not in request.fixturenames or not isinstance(app, QApplication):
        return
    # Only what was shown: pyqtgraph owns menus without parents and must delete them itself.
    for widget in app.topLevelWidgets():
        if widget.isVisible():
            widget.close()
            widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    threads = [thing for thing in gc.get_objects() if type(thing) is QThread]
    running = [thread for thread in threads if shiboken6.isValid(thread) and thread.isRunning()]
    assert not running, f"{request.node.name} left a thread running"
