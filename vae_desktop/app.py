"""The composition root of the window: hooks, QApplication, session, main window."""

import gc
import logging
import os
import signal
import sys
import threading
from functools import partial
from pathlib import Path

import pyqtgraph
from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QTimer,
    QtMsgType,
    Signal,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from vae_desktop import __version__, diagnostics, paths
from vae_desktop.core.errors import UserError
from vae_desktop.core.late_torch import load_torch
from vae_desktop.preferences import Preferences
from vae_desktop.session.data_library import DataLibrary
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.session import TrainingSession
from vae_desktop.session.state import Failure
from vae_desktop.ui.ask import Ask
from vae_desktop.ui.main_window import MainWindow
from vae_desktop.ui.theme import apply_theme

log = logging.getLogger(__name__)

SWITCH_INTERVAL = 0.001
"""Seconds after which a busy thread lets the window's have its turn: a fifth of Python's own
default; the window answers three times as fast under load, for 2 % of training speed."""
COLLECT_INTERVAL_MS = 5_000


class ErrorRelay(QObject):
    """Carries uncaught errors of any thread to the window's."""

    reported = Signal(object)

    def report(self, sentence: str, details: str) -> None:
        """Hand an error over; may be called from any thread."""
        self.reported.emit(Failure(sentence, details))


class GarbageCollector(QObject):
    """Collects cyclic garbage on the window's thread only.

    Python would collect on whichever thread happens to allocate, and destroying widgets
    anywhere but in the window's thread kills the program (napari/napari#1029).
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        timer = QTimer(self)
        timer.timeout.connect(self._on_timeout)
        timer.start(COLLECT_INTERVAL_MS)

    @Slot()
    def _on_timeout(self) -> None:
        gc.collect()


class WarmUp(QObject):
    """Imports PyTorch in the background once the window is on screen.

    Its import takes a second and its first optimiser imports a compiler that takes another;
    neither is to hold up the first paint or the first training.
    """

    done = Signal()

    def start(self) -> None:
        """Begin; `done` is emitted at the end."""
        threading.Thread(target=self._run, name="warm-up", daemon=True).start()

    def _run(self) -> None:
        load_torch()
        self.done.emit()


def application() -> QApplication:
    """The QApplication, made with everything that has to come before widgets."""
    pyqtgraph.setConfigOptions(imageAxisOrder="row-major", antialias=False, useOpenGL=False)
    sys.setswitchinterval(SWITCH_INTERVAL)
    qInstallMessageHandler(_log_qt_message)
    qt = QApplication.instance() or QApplication(["vae-desktop"])
    assert isinstance(qt, QApplication)
    qt.setApplicationName("VAE Desktop")
    qt.setApplicationVersion(__version__)
    qt.setDesktopFileName("vae-desktop")
    qt.setWindowIcon(QIcon(str(paths.resource("icons/vae-desktop.svg"))))
    return qt


def has_screen() -> bool:
    """Whether a window could be shown to somebody."""
    if os.environ.get("QT_QPA_PLATFORM", "").startswith(("offscreen", "minimal")):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def build_window(
    qt: QApplication, preferences: Preferences, runs_folder: Path, ask: Ask
) -> MainWindow:
    """The main window with a session of its own; not yet shown."""
    apply_theme(qt, preferences)
    session = TrainingSession(runs_folder, paths.cache_folder())
    on_view = RunOnView(paths.cache_folder())
    window = MainWindow(session, on_view, DataLibrary(paths.cache_folder()), preferences, ask)
    relay = ErrorRelay(window)
    relay.reported.connect(window.show_failure)
    diagnostics.install_hooks(relay.report)
    return window


def run_window(folder: Path | None) -> int:
    """Show the window, on a saved run where one is named; returns the exit status.

    Raises:
        UserError: there is no screen to show it on.
    """
    if not has_screen():
        raise UserError(
            "There is no screen to open a window on; “vae-desktop demo” draws it in memory and "
            "saves pictures, “vae-desktop train” works without one."
        )
    diagnostics.start_log(paths.log_file())
    crash = diagnostics.start_crash_file(paths.crash_file())
    from vae_desktop.ui.ask import Dialogs

    qt = application()
    window = build_window(qt, Preferences(paths.preferences_file()), paths.runs_folder(), Dialogs())
    window.show()
    if folder is not None:
        window.open_run(folder)
    if crash:
        window.show_failure(Failure("The program ended unexpectedly the last time.", crash))
    return execute(qt, window)


def execute(qt: QApplication, window: MainWindow) -> int:
    """Run the event loop until the window is closed; returns the exit status."""
    GarbageCollector(window)
    warm_up = WarmUp(window)
    warm_up.done.connect(_freeze)
    signal.signal(signal.SIGINT, partial(_on_interrupt, window))
    # After the first paint: an import on another thread slows this one down.
    QTimer.singleShot(0, warm_up.start)
    return qt.exec()


def _log_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Qt's warnings are for developers: they belong into the log, not into a terminal.

    After a fatal message Qt kills the process; the user is to know why.
    """
    log.info("Qt: %s", message)
    if kind == QtMsgType.QtFatalMsg:
        reason = " ".join(message.split())
        print(
            f"vae-desktop: the window cannot be opened: {reason} Without a screen, use "
            "“vae-desktop demo --offscreen”; the README lists the libraries that Qt needs.",
            file=sys.stderr,
            flush=True,
        )
        os._exit(2)


def _on_interrupt(window: MainWindow, number: int, frame: object) -> None:
    """Ctrl+C in the terminal: stop what runs, keep it, close the window."""
    window.session.shutdown()
    window.close()


def _freeze() -> None:
    """Leave what is there for good out of every later collection."""
    gc.collect()
    gc.freeze()
