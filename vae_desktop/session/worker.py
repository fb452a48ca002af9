"""The worker: runs one training on its own thread and forwards what it yields."""

import traceback
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from vae_desktop.core import history
from vae_desktop.core.config import RunConfig
from vae_desktop.core.control import Control
from vae_desktop.core.errors import Cancelled, UserError
from vae_desktop.core.events import Event, Prepared, Preparing
from vae_desktop.core.late_torch import load_torch
from vae_desktop.core.runs import HISTORY, discard_unstarted, record, resume
from vae_desktop.session.state import Failure

SPARED_CORES = 1
"""The window's, which draws while the model trains."""


class TrainingWorker(QObject):
    """Loads the data, trains, and puts every event where it is told.

    Exactly one of `finished`, `stopped` and `failed` is emitted, last of all.

    Args:
        config: what to train.
        folder: the run's folder, already made.
        cache_folder: where generated data sets are kept.
        goes_on: whether the run in the folder goes on from its checkpoint.
        control: the levers, held by the session.
        put: takes an event; called on the worker's thread.
    """

    training_started = Signal()
    finished = Signal()
    stopped = Signal()
    failed = Signal(object)

    def __init__(
        self,
        config: RunConfig,
        folder: Path,
        cache_folder: Path,
        goes_on: bool,
        control: Control,
        put: Callable[[Event], None],
    ) -> None:
        super().__init__()
        self._config, self._folder, self._cache_folder = config, folder, cache_folder
        self._goes_on, self._control, self._put = goes_on, control, put

    @Slot()
    def run(self) -> None:
        """Train to the end; called once, on the worker's thread."""
        failure: Failure | None = None
        try:
            self._train()
        except Cancelled:
            pass
        except UserError as error:
            failure = Failure(str(error))
        except MemoryError:
            failure = Failure("There is not enough memory for this; choose a smaller model or set.")
        except Exception as error:
            failure = Failure(_unexpected(error), traceback.format_exc())
        finally:
            discard_unstarted(self._folder)
            self._end(failure)

    def _end(self, failure: Failure | None) -> None:
        if failure is not None:
            self.failed.emit(failure)
        elif self._control.stops_after_epoch:
            self.stopped.emit()
        else:
            self.finished.emit()

    def _train(self) -> None:
        # PyTorch takes a second to import: here it does not hold up the window.
        load_torch()
        from vae_desktop.core.data import catalogue
        from vae_desktop.core.training import train

        data = catalogue.load(self._config.data, self._cache_folder, self._progress)
        # Not every source tells of its progress; a wish to stop counts all the same.
        self._progress(1.0, "Preparing the model")
        config, checkpoint = self._config, None
        if self._goes_on:
            config, checkpoint = resume(self._folder, config.training.epochs)
        events = train(config, data, self._control, checkpoint, SPARED_CORES)
        for event in record(self._folder, events):
            self._put(event)
            if isinstance(event, Prepared):
                self._tell_the_past(event)
                self.training_started.emit()

    def _tell_the_past(self, prepared: Prepared) -> None:
        """What was kept of the steps before those that follow."""
        if prepared.step:
            for event in history.read(self._folder / HISTORY)[1:]:
                self._put(event)

    def _progress(self, share: float, sentence: str) -> None:
        if self._control.stops_after_epoch:
            raise Cancelled
        self._put(Preparing(share, sentence))


def _unexpected(error: Exception) -> str:
    return (
        f"Something went wrong that this program did not foresee ({type(error).__name__}: "
        f"{error}). What was saved before is kept; the details help to mend it."
    )
