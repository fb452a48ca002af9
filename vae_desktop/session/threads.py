"""A worker object on a thread of its own, from its start to its clean end."""

import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal, Slot

STACK_BYTES = 16 << 20
"""macOS gives threads of Qt a stack too small for PyTorch."""


class WorkerThread(QObject):
    """Runs one worker on a QThread; lives in the thread that made it.

    Args:
        worker: without a parent; moved to the new thread.
        run: its slot that does the work. The worker ends by `end` being called (as a slot
            of its last signal, say).
    """

    ended = Signal()

    def __init__(self, worker: QObject, run: Callable[[], None]) -> None:
        super().__init__()
        self._worker: QObject | None = worker
        self._thread = QThread()
        if sys.platform == "darwin":
            self._thread.setStackSize(STACK_BYTES)
        worker.moveToThread(self._thread)
        self._thread.started.connect(run)
        self._thread.finished.connect(self._on_finished)

    def start(self) -> None:
        """Let the worker work."""
        self._thread.start()

    @Slot()
    def end(self) -> None:
        """Leave the thread's event loop, now that the work is done."""
        self._thread.quit()

    def wait(self) -> None:
        """Block until the thread has ended; the caller has told the worker to stop.

        The caller knows that it has ended now: `ended` is not emitted any more.
        """
        self._thread.quit()
        self._thread.wait()
        self._worker = None

    @Slot()
    def _on_finished(self) -> None:
        if self._worker is not None:
            self.wait()
            self.ended.emit()
