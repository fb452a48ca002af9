"""What latents know of known factors, kept up to date in the background."""

import copy
from dataclasses import dataclass
from functools import partial
from time import perf_counter, thread_time

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.data.factor_drawing import Settings
from vae_desktop.core.factor_matches import FactorInformation, Match, inform, sweep_matches
from vae_desktop.core.known_factors import lacks_factors
from vae_desktop.core.latents import Coder
from vae_desktop.core.progress import Progress
from vae_desktop.session.jobs import JobRunner
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.state import State

IMAGES, LIVE_IMAGES = 10_000, 4_000
"""Pictures drawn for an estimate when training rests, and while the model trains."""
LIVE_INTERVAL = 4.0
"""Seconds between two estimates while the model trains, at least."""
LIVE_SHARE = 0.04
"""Of one core's time, the most that they may take."""


@dataclass(frozen=True, eq=False)
class FactorView:
    """The newest estimate, and the sweeps made of it."""

    information: FactorInformation
    matches: list[Match]


@dataclass(frozen=True)
class _Request:
    """What is to be estimated; equal requests give equal answers."""

    run: int
    step: int
    images: int
    base: tuple[float, ...] | None


class FactorSource(QObject):
    """Estimates mutual information for the run on view, whenever its weights have changed.

    While the model trains it does so seldom and with fewer pictures; when training rests, at
    once. It works only while somebody watches, and only for sets with known factors.

    Attributes:
        view: the newest; None until there is one.
    """

    changed = Signal()
    began = Signal()
    progressed = Signal(float, str)
    ended = Signal()
    failed = Signal(object)

    def __init__(self, on_view: RunOnView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_view = on_view
        self._runner = JobRunner(self)
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._on_rested)
        self._run = 0
        self._training = self._watched = False
        self._base: Settings | None = None
        self._asked: _Request | None = None
        self._next_at = float("-inf")
        self.view: FactorView | None = None
        self._runner.done.connect(self._on_done)
        self._runner.failed.connect(self._on_failed)
        self._runner.cancelled.connect(self._on_cancelled)
        self._runner.progressed.connect(self.progressed)
        on_view.run_changed.connect(self._on_run_changed)
        on_view.weights_changed.connect(self._on_weights_changed)
        on_view.dataset_changed.connect(self._on_dataset_changed)

    def watch(self, watched: bool) -> None:
        """Somebody begins or ends to look."""
        self._watched = watched
        self._update()

    def show_state(self, state: State) -> None:
        """The session is now in this state."""
        self._training = state in (State.RUNNING, State.STOPPING)
        self._update()

    def update_now(self) -> None:
        """Estimate at once, also while the model trains."""
        self._next_at, self._asked = float("-inf"), None
        self._update()

    def set_base(self, base: Settings | None) -> None:
        """Sweep from the picture of other settings; None for those to begin with."""
        self._base, self._next_at = base, float("-inf")
        self._update()

    def cancel(self) -> None:
        """Give the running estimate up."""
        self._runner.cancel()

    def shutdown(self) -> None:
        """End what runs in the background."""
        self._rest.stop()
        self._runner.shutdown()

    def _update(self) -> None:
        """Begin to estimate if the newest answer is not what is wanted now."""
        if not self._watched or self._on_view.config is None:
            return
        self._on_view.want_dataset()
        data, request = self._on_view.dataset, self._wanted()
        if data is None or request is None or request == self._asked or self._runner.busy:
            return
        rest = self._next_at - perf_counter()
        if self._training and rest > 0:
            if not self._rest.isActive():
                self._rest.start(round(1e3 * rest))
            return
        self._begin(data, request)

    def _wanted(self) -> _Request | None:
        decoder, data = self._on_view.decoder, self._on_view.dataset
        if decoder is None or data is None or lacks_factors(data):
            return None
        images = LIVE_IMAGES if self._training else IMAGES
        base = None if self._base is None else tuple(float(value) for value in self._base)
        return _Request(self._run, decoder.step, images, base)

    def _begin(self, data: Dataset, request: _Request) -> None:
        self._asked = request
        coder = copy.deepcopy(self._on_view.decoder)
        assert coder is not None  # there is no request without one
        known = self.view.information if self.view is not None else None
        same = known is not None and known.step == request.step and known.images == request.images
        found = known if same else None
        self._runner.start(partial(_work, coder, data, request, self._base, found))
        self.began.emit()

    @Slot()
    def _on_run_changed(self) -> None:
        self._run += 1
        self.view = self._asked = self._base = None
        self._next_at = float("-inf")
        self._runner.cancel()
        self.changed.emit()
        self._update()

    @Slot(int)
    def _on_weights_changed(self, step: int) -> None:
        self._update()

    @Slot()
    def _on_dataset_changed(self) -> None:
        self._update()

    @Slot()
    def _on_rested(self) -> None:
        self._update()

    @Slot(object)
    def _on_done(self, result: tuple[_Request, FactorView, float]) -> None:
        request, view, seconds = result
        self._next_at = perf_counter() + max(LIVE_INTERVAL, seconds / LIVE_SHARE)
        self.ended.emit()
        if request.run == self._run:
            self.view = view
            self.changed.emit()
        self._update()

    @Slot(object)
    def _on_failed(self, failure: object) -> None:
        self.ended.emit()
        self.failed.emit(failure)

    @Slot()
    def _on_cancelled(self) -> None:
        self.ended.emit()
        if self._asked is not None and self._asked.run != self._run:
            self._asked = None
        self._update()


def _work(
    coder: Coder,
    data: Dataset,
    request: _Request,
    base: Settings | None,
    found: FactorInformation | None,
    progress: Progress,
) -> tuple[_Request, FactorView, float]:
    """The request, its answer, and the processor time that it took."""
    from vae_desktop.core.devices import threads

    begin = thread_time()
    with threads(1):
        if found is None:
            found = inform(coder, data, request.images, progress)
        view = FactorView(found, sweep_matches(coder, data, found, base))
    return request, view, thread_time() - begin
