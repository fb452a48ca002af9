"""The data set in latent space, kept up to date in the background."""

import copy
import os
from dataclasses import dataclass
from functools import partial
from time import perf_counter, thread_time

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from vae_desktop.core.latents import Cloud, Coder, PictureSet, Rows, encode
from vae_desktop.core.progress import Progress
from vae_desktop.session.jobs import JobRunner
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.state import State

LIVE_COUNT = 1_000
"""Pictures that are encoded again and again while the model trains."""
LIVE_FEWEST = 100
LIVE_INTERVAL = 0.45
"""Seconds between the beginnings of two encodings while the model trains, at least."""
LIVE_SHARE = 0.03
"""Of the processor's time, the most that they may take; beyond that, fewer are encoded."""
WHOLE_SHARE = 0.02
"""The same for the whole set, which is encoded at the end of an epoch: where epochs are short,
at the end of some of them only."""
PARTS = ("test", "training", "both")


@dataclass(frozen=True)
class _Request:
    """What is to be encoded; equal requests give equal clouds."""

    run: int
    step: int
    part: str
    count: int
    with_error: bool


class CloudSource(QObject):
    """Encodes the pictures of the run on view, whenever its weights have changed.

    While the model trains it takes a fixed subset a few times a second, and all pictures at
    the ends of epochs; when training rests, all pictures. It works only while somebody watches.

    Attributes:
        cloud: the newest codes; None until there are any.
        pictures: what `cloud.rows` counts; None until the data set is here.
    """

    cloud_changed = Signal()
    failed = Signal(object)

    def __init__(self, on_view: RunOnView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_view = on_view
        self._runner = JobRunner(self)
        self._runner.done.connect(self._on_done)
        self._runner.failed.connect(self._on_failed)
        self._runner.cancelled.connect(self._on_cancelled)
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._on_rested)
        self._run = 0
        self._training = self._with_error = False
        self._watchers: set[int] = set()
        self._part = PARTS[0]
        self._live_count = LIVE_COUNT
        self._asked: _Request | None = None
        self._began = float("-inf")
        self._epoch, self._each, self._whole_at = 0, 0.0, float("-inf")
        self.cloud: Cloud | None = None
        self.pictures: PictureSet | None = None
        on_view.run_changed.connect(self._on_run_changed)
        on_view.weights_changed.connect(self._on_weights_changed)
        on_view.dataset_changed.connect(self._on_dataset_changed)

    @property
    def resting(self) -> bool:
        """Whether no training goes on that would change the codes."""
        return not self._training

    def watch(self, watched: bool, who: object = None) -> None:
        """Somebody begins or ends to look; several may, each by itself."""
        (self._watchers.add if watched else self._watchers.discard)(id(who))
        self._update()

    def show_state(self, state: State) -> None:
        """The session is now in this state."""
        self._training = state in (State.RUNNING, State.STOPPING)
        self._update()

    def choose_part(self, part: str) -> None:
        """Encode "test", "training" or "both"."""
        self._part = part
        self._choose_pictures()

    def measure_errors(self, wanted: bool) -> None:
        """Also decode every code and compare it with its picture."""
        self._with_error = wanted
        self._update()

    def coder(self) -> Coder | None:
        """A copy of the newest model that another thread may use."""
        return copy.deepcopy(self._on_view.decoder)

    def shutdown(self) -> None:
        """End what runs in the background; nothing begins afterwards."""
        self._rest.stop()
        self._runner.shutdown()

    def _update(self) -> None:
        """Begin to encode if the newest cloud is not what is wanted now."""
        if not self._watchers or self._on_view.config is None:
            return
        self._on_view.want_dataset()
        request = self._wanted()
        if request is None or request == self._asked or self._runner.busy:
            return
        rest = self._began + LIVE_INTERVAL - perf_counter()
        if self._training and rest > 0:
            if not self._rest.isActive():
                self._rest.start(round(1e3 * rest))
            return
        self._begin(request)

    def _wanted(self) -> _Request | None:
        decoder, pictures = self._on_view.decoder, self.pictures
        if decoder is None or pictures is None:
            return None
        all_of_them = not self._training or self._epoch_ended(len(pictures))
        count = len(pictures) if all_of_them else min(self._live_count, len(pictures))
        return _Request(self._run, decoder.step, self._part, count, self._with_error)

    def _epoch_ended(self, count: int) -> bool:
        """Whether all of `count` pictures are due: an epoch has ended, and it is cheap enough."""
        if self._on_view.epoch <= self._epoch or not self._each:
            return False
        saved = (perf_counter() - self._whole_at) * WHOLE_SHARE * (os.cpu_count() or 1)
        return saved >= self._each * count

    def _begin(self, request: _Request) -> None:
        coder, pictures = self.coder(), self.pictures
        if coder is None or pictures is None:
            return
        self._asked, self._began = request, perf_counter()
        if request.count == len(pictures):
            self._epoch, self._whole_at = self._on_view.epoch, self._began
        threads = 1 if self._training else 0
        rows = pictures.subset(request.count)
        self._runner.start(partial(_encode, coder, pictures, rows, request, threads))

    def _choose_pictures(self) -> None:
        dataset = self._on_view.dataset
        self.cloud = self.pictures = self._asked = None
        self._runner.cancel()
        if dataset is not None:
            both = (("test", dataset.test), ("training", dataset.train))
            parts = [part for part in both if self._part in (part[0], "both")]
            self.pictures = PictureSet(tuple(parts))
        self.cloud_changed.emit()
        self._update()

    @Slot()
    def _on_run_changed(self) -> None:
        self._run += 1
        self._live_count = LIVE_COUNT
        self._epoch, self._each, self._whole_at = 0, 0.0, float("-inf")
        self._choose_pictures()

    @Slot(int)
    def _on_weights_changed(self, step: int) -> None:
        self._update()

    @Slot()
    def _on_dataset_changed(self) -> None:
        self._choose_pictures()

    @Slot()
    def _on_rested(self) -> None:
        self._update()

    @Slot(object)
    def _on_done(self, result: tuple[_Request, Cloud, float]) -> None:
        request, cloud, seconds = result
        if request == self._asked:
            self.cloud, self._each = cloud, seconds / max(1, len(cloud))
            share = seconds / (LIVE_INTERVAL * (os.cpu_count() or 1))
            if self._training and share > LIVE_SHARE and not cloud.complete:
                self._live_count = max(LIVE_FEWEST, self._live_count // 2)
            self.cloud_changed.emit()
        self._update()

    @Slot(object)
    def _on_failed(self, failure: object) -> None:
        self.failed.emit(failure)

    @Slot()
    def _on_cancelled(self) -> None:
        self._update()


def _encode(
    coder: Coder,
    pictures: PictureSet,
    rows: Rows,
    request: _Request,
    thread_count: int,
    progress: Progress,
) -> tuple[_Request, Cloud, float]:
    """The request, its cloud, and the processor time of this thread that it took."""
    from vae_desktop.core.devices import threads

    begin = thread_time()
    with threads(thread_count):
        cloud = encode(coder, pictures, rows, with_error=request.with_error, progress=progress)
    return request, cloud, thread_time() - begin
