"""The training session: what the window asks of training, and in which state it is."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from vae_desktop.core import runs
from vae_desktop.core.config import RunConfig
from vae_desktop.core.control import Control
from vae_desktop.core.errors import UserError
from vae_desktop.core.events import Ended
from vae_desktop.core.progress import Progress
from vae_desktop.core.runs import CHECKPOINT, CONFIG
from vae_desktop.session.feed import Feed
from vae_desktop.session.jobs import JobRunner
from vae_desktop.session.state import Failure, State
from vae_desktop.session.threads import WorkerThread
from vae_desktop.session.worker import TrainingWorker


@dataclass(frozen=True)
class OpenedRun:
    """A run that comes on view, new or saved.

    Attributes:
        run: its number in this session; events carry it.
        folder: where it is kept.
        config: what it is.
    """

    run: int
    folder: Path
    config: RunConfig


class TrainingSession(QObject):
    """Starts, steers and ends trainings, one at a time, and reads saved runs.

    Lives in the window's thread; all its signals are emitted there. Signals tell of changes
    of state only; what training yields is in `feed`.

    Args:
        runs_folder: where new runs get their folders.
        cache_folder: where generated data sets are kept.
    """

    state_changed = Signal(object)
    run_started = Signal(object)
    run_opened = Signal(object)
    failed = Signal(object)
    open_failed = Signal(object)

    def __init__(self, runs_folder: Path, cache_folder: Path) -> None:
        super().__init__()
        self.feed = Feed()
        self._runs_folder, self._cache_folder = runs_folder, cache_folder
        self._state = State.IDLE
        self._run = 0
        self._folder: Path | None = None
        self._control = Control()
        self._thread: WorkerThread | None = None
        self._unfinished = False
        self._failure: Failure | None = None
        self._reader = JobRunner(self)
        self._reader.done.connect(self._on_opened)
        self._reader.failed.connect(self.open_failed)

    @property
    def runs_folder(self) -> Path:
        """Where new runs get their folders."""
        return self._runs_folder

    @property
    def state(self) -> State:
        """What the session is doing."""
        return self._state

    @property
    def run(self) -> int:
        """The number of the run on view; 0 before the first."""
        return self._run

    @property
    def folder(self) -> Path | None:
        """The folder of the run on view."""
        return self._folder

    def start(self, config: RunConfig, folder: Path | None = None) -> None:
        """Begin a new run.

        Args:
            config: what to train.
            folder: where to keep it; by default a new folder among the user's runs.

        Raises:
            UserError: another run is still going, or the folder cannot be written.
        """
        self._refuse_if_busy("Stop the run that is going on first; then start the new one.")
        self._launch(config, self._new_folder(config, folder), goes_on=False)

    @property
    def can_resume(self) -> bool:
        """Whether the run on view was stopped before its last epoch and can go on."""
        idle = self._thread is None and not self._state.active
        return idle and self._unfinished and (self.folder or Path()).joinpath(CHECKPOINT).is_file()

    def resume_run(self, epochs: int | None = None) -> None:
        """Go on with the run on view from where it was stopped.

        Args:
            epochs: how many epochs it is to have in all; None for as many as it was to have.

        Raises:
            UserError: there is none, it is still going, or its settings cannot be read.
        """
        self._refuse_if_busy("The run is still going on.")
        if self._folder is None:
            raise UserError("There is no run on view to go on with; open one first.")
        config = RunConfig.read(self._folder / CONFIG)
        if epochs is not None:
            config = config.changed(training={"epochs": epochs})
        self._launch(config, self._folder, goes_on=True)

    def set_beta(self, value: float) -> None:
        """Let β be `value` from the next step on; nothing where no run is going on.

        Raises:
            ConfigError: the value is out of its limits.
        """
        if self._state.active:
            self._control.set_beta(value)

    def set_learning_rate(self, value: float) -> None:
        """Let the learning rate be `value` from the next step on; else as `set_beta`.

        Raises:
            ConfigError: the value is out of its limits.
        """
        if self._state.active:
            self._control.set_learning_rate(value)

    def _launch(self, config: RunConfig, folder: Path, goes_on: bool) -> None:
        self._reader.cancel()
        self._folder, self._control, self._failure = folder, Control(), None
        self._run += 1
        self._unfinished = True
        put = partial(self.feed.put, self._run)
        worker = TrainingWorker(config, folder, self._cache_folder, goes_on, self._control, put)
        worker.training_started.connect(self._on_training_started)
        worker.finished.connect(self._on_finished)
        worker.stopped.connect(self._on_ended)
        worker.failed.connect(self._on_failed)
        self.run_started.emit(OpenedRun(self._run, self._folder, config))
        self._enter(State.PREPARING)
        self._thread = WorkerThread(worker, worker.run)
        self._thread.ended.connect(self._on_thread_ended)
        self._thread.start()

    def open_run(self, folder: Path) -> None:
        """Read a saved run in the background; `run_opened` or `open_failed` follows.

        A run that is being read is forgotten: the newest request wins.

        Raises:
            UserError: a run is still going.
        """
        self._refuse_if_busy("Stop the run that is going on first; then open another one.")
        self._reader.start(partial(_read_run, folder))

    def pause(self) -> None:
        """Hold training after the step that it is in."""
        if self._state is State.RUNNING:
            self._control.pause()
            self._enter(State.PAUSED)

    def resume(self) -> None:
        """Go on after a pause."""
        if self._state is State.PAUSED:
            self._control.resume()
            self._enter(State.RUNNING)

    def stop_now(self) -> None:
        """End the run after the step that it is in, and keep it."""
        if self._state.active:
            self._control.stop_now()
            self._enter(State.STOPPING)

    def stop_after_epoch(self) -> None:
        """End the run after the epoch that it is in, and keep it."""
        if self._state.active:
            self._control.stop_after_epoch()
            self._enter(State.STOPPING)

    def shutdown(self) -> None:
        """End whatever is going on and wait for its thread; nothing runs afterwards."""
        self._control.stop_now()
        self._reader.shutdown()
        if self._thread is not None:
            self._thread.wait()
            self._on_thread_ended()

    def _refuse_if_busy(self, sentence: str) -> None:
        if self._state.active or self._thread is not None:
            raise UserError(sentence)

    def _new_folder(self, config: RunConfig, folder: Path | None) -> Path:
        if folder is None:
            name = f"{datetime.now():%Y-%m-%d %H.%M.%S} {config.data.source} {config.model.kind}"
            folder = runs.free_folder(self._runs_folder, name)
        return runs.create(folder, config)

    @Slot()
    def _on_training_started(self) -> None:
        if self._state is State.PREPARING:
            self._enter(State.RUNNING)

    @Slot()
    def _on_finished(self) -> None:
        self._unfinished = False
        self._end_thread()

    @Slot()
    def _on_ended(self) -> None:
        self._end_thread()

    @Slot(object)
    def _on_failed(self, failure: Failure) -> None:
        self._failure = failure
        self._end_thread()

    @Slot(object)
    def _on_opened(self, saved: runs.SavedRun) -> None:
        self._run += 1
        self._folder = saved.folder
        self._failure = None
        self._unfinished = not any(
            isinstance(event, Ended) and event.reason == "finished" for event in saved.history
        )
        self._enter(State.IDLE)
        self.run_opened.emit(OpenedRun(self._run, saved.folder, saved.config))
        for event in saved.events():
            self.feed.put(self._run, event)

    def _end_thread(self) -> None:
        if self._thread is not None:
            self._thread.end()

    @Slot()
    def _on_thread_ended(self) -> None:
        """Say how the run ended, now that nothing of it runs any more."""
        self._thread = None
        if self._failure is not None:
            failure, self._failure = self._failure, None
            self._enter(State.FAILED)
            self.failed.emit(failure)
        elif self._state.active:
            self._enter(State.IDLE)

    def _enter(self, state: State) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)


def _read_run(folder: Path, progress: Progress) -> runs.SavedRun:
    return runs.read(folder)
