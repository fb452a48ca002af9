"""Work in the background for a view: progress, cancel, and the newest request wins."""

import threading
import traceback
from collections.abc import Callable
from time import perf_counter
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from vae_desktop.core.errors import Cancelled, UserError
from vae_desktop.core.progress import Progress
from vae_desktop.session.state import Failure
from vae_desktop.session.threads import WorkerThread

REPORT_INTERVAL = 0.05
"""Seconds between two reports of progress, at least."""

Work = Callable[[Progress], Any]
"""Takes a `Progress`, returns the result; called on a thread of its own."""


class _Job(QObject):
    """One piece of work; emits exactly one of `done`, `failed` and `cancelled`, last of all."""

    progressed = Signal(float, str)
    done = Signal(object)
    failed = Signal(object)
    cancelled = Signal()

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work
        self._cancel = threading.Event()
        self._reported = 0.0

    def cancel(self) -> None:
        """Let the work end at its next report of progress; may be called from any thread."""
        self._cancel.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody has cancelled it; what it yields then is not told."""
        return self._cancel.is_set()

    @Slot()
    def run(self) -> None:
        try:
            result = self._work(self._report)
        except Cancelled:
            self.cancelled.emit()
        except UserError as error:
            self.failed.emit(Failure(str(error)))
        except Exception as error:
            sentence = f"This did not work, for a reason not foreseen ({type(error).__name__})."
            self.failed.emit(Failure(f"{sentence} {error}", traceback.format_exc()))
        else:
            self.done.emit(result)

    def _report(self, share: float, sentence: str) -> None:
        if self._cancel.is_set():
            raise Cancelled
        now = perf_counter()
        if now - self._reported >= REPORT_INTERVAL:
            self._reported = now
            self.progressed.emit(share, sentence)


class JobRunner(QObject):
    """Does one piece of work at a time for a view; a new request replaces the running one.

    Lives in the window's thread; its signals are emitted there. What a replaced request
    yields is never told.
    """

    started = Signal()
    progressed = Signal(float, str)
    done = Signal(object)
    failed = Signal(object)
    cancelled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: _Job | None = None
        self._thread: WorkerThread | None = None
        self._next: Work | None = None
        self._outcome: tuple[Any, tuple[object, ...]] | None = None
        self._over = False

    @property
    def busy(self) -> bool:
        """True from a request to its end."""
        return self._thread is not None

    def start(self, work: Work) -> None:
        """Do `work`, after the running one has been cancelled; nothing after `shutdown`."""
        if self._over:
            return
        if self._job is not None:
            self._next = work
            self._job.cancel()
            return
        self._launch(work)

    def cancel(self) -> None:
        """End the running work, if there is one; `cancelled` follows."""
        self._next = None
        if self._job is not None:
            self._job.cancel()
        if self._outcome is not None:
            self._outcome = self.cancelled, ()

    def shutdown(self) -> None:
        """End the running work and wait for its thread; nothing begins any more.

        What is shut down may still be told of changes: a closing window ends its training
        last, and whoever works at the end of a training would begin with nobody to wait for it.
        """
        self._over = True
        self.cancel()
        if self._thread is not None:
            self._thread.wait()
            self._job = self._thread = None

    def _launch(self, work: Work) -> None:
        self._job = job = _Job(work)
        self._thread = thread = WorkerThread(job, job.run)
        job.progressed.connect(self._on_progressed)
        job.done.connect(self._on_done)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        thread.ended.connect(self._on_thread_ended)
        thread.start()
        self.started.emit()

    @Slot(float, str)
    def _on_progressed(self, share: float, sentence: str) -> None:
        if self._next is None and self.busy:
            self.progressed.emit(share, sentence)

    @Slot(object)
    def _on_done(self, result: object) -> None:
        self._end(self.done, result)

    @Slot(object)
    def _on_failed(self, failure: Failure) -> None:
        self._end(self.failed, failure)

    @Slot()
    def _on_cancelled(self) -> None:
        self._end(self.cancelled)

    def _end(self, signal: Any, *values: object) -> None:
        """Remember how it ended; it is told once the thread is gone."""
        if self._job is not None and self._thread is not None and self.sender() is self._job:
            self._outcome = (self.cancelled, ()) if self._job.is_cancelled else (signal, values)
            self._thread.end()

    @Slot()
    def _on_thread_ended(self) -> None:
        self._job = self._thread = None
        outcome, self._outcome = self._outcome, None
        if self._next is not None:
            work, self._next = self._next, None
            self._launch(work)
        elif outcome is not None:
            signal, values = outcome
            signal.emit(*values)
