"""Stand-ins for what the window works with, and events as training yields them."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from vae_desktop.core.config import RunConfig
from vae_desktop.core.errors import UserError
from vae_desktop.core.events import Batches, Evaluation, Event, Prepared, Reconstructions
from vae_desktop.core.progress import Progress
from vae_desktop.session.feed import Feed
from vae_desktop.session.measuring import Measured
from vae_desktop.session.session import OpenedRun
from vae_desktop.session.state import State


class FakeSession(QObject):
    """A session that trains nothing: the test puts the events into its feed.

    Attributes:
        calls: names of the methods that steered it, in order.
        refusal: what every wish is refused with, or "".
        can_resume: whether the run on view is unfinished.
    """

    state_changed = Signal(object)
    run_started = Signal(object)
    run_opened = Signal(object)
    failed = Signal(object)
    open_failed = Signal(object)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.feed = Feed()
        self.state = State.IDLE
        self.run = 0
        self.folder: Path | None = None
        self.config: RunConfig | None = None
        self.calls: list[str] = []
        self.refusal = ""
        self.can_resume = False
        self.runs_folder = self._folder = folder

    def enter(self, state: State) -> None:
        self.state = state
        self.state_changed.emit(state)

    def put(self, *events: Event) -> None:
        for event in events:
            self.feed.put(self.run, event)

    def start(self, config: RunConfig) -> None:
        self.run_started.emit(self._next("start", self._folder / f"run {self.run + 1}", config))
        self.enter(State.RUNNING)

    def open_run(self, folder: Path) -> None:
        self.run_opened.emit(self._next("open_run", folder, RunConfig()))

    def pause(self) -> None:
        self.calls.append("pause")
        self.enter(State.PAUSED)

    def resume(self) -> None:
        self.calls.append("resume")
        self.enter(State.RUNNING)

    def stop_now(self) -> None:
        self.calls.append("stop_now")
        self.enter(State.STOPPING)

    def stop_after_epoch(self) -> None:
        self.calls.append("stop_after_epoch")
        self.enter(State.STOPPING)

    def resume_run(self, epochs: int | None = None) -> None:
        assert self.folder is not None
        assert self.config is not None
        run = self._next(f"resume_run {epochs}", self.folder, self.config)
        self.can_resume = False
        self.run_started.emit(run)
        self.enter(State.RUNNING)

    def set_beta(self, value: float) -> None:
        self._move(f"set_beta {value}")

    def set_learning_rate(self, value: float) -> None:
        self._move(f"set_learning_rate {value}")

    def shutdown(self) -> None:
        self.calls.append("shutdown")

    def _move(self, call: str) -> None:
        if self.refusal:
            raise UserError(self.refusal)
        self.calls.append(call)

    def _next(self, call: str, folder: Path, config: RunConfig) -> OpenedRun:
        if self.refusal:
            raise UserError(self.refusal)
        self.calls.append(call)
        folder.mkdir(parents=True, exist_ok=True)
        self.run += 1
        self.folder, self.config = folder, config
        return OpenedRun(self.run, folder, config)


@dataclass
class RecordedAnswers:
    """Answers every question with what the test put here, and remembers what was asked."""

    folder: Path | None = None
    file: Path | None = None
    may_close: bool = True
    asked: list[str] = field(default_factory=list)

    def choose_folder(self, parent: QWidget, title: str, start: Path | None) -> Path | None:
        self.asked.append("choose_folder")
        return self.folder

    def choose_file(
        self, parent: QWidget, title: str, start: Path | None, kinds: str
    ) -> Path | None:
        self.asked.append("choose_file")
        return self.file

    def choose_file_to_save(
        self, parent: QWidget, title: str, start: Path, kinds: str
    ) -> Path | None:
        self.asked.append("choose_file_to_save")
        return self.file

    def may_close_while_training(self, parent: QWidget) -> bool:
        self.asked.append("may_close_while_training")
        return self.may_close

    def show_text(self, parent: QWidget, title: str, text: str) -> None:
        self.asked.append(text)


def no_measuring(folder: Path, samples: int, progress: Progress) -> Measured:
    """For tests that measure nothing."""
    raise AssertionError("nothing was to be measured")


def prepared(epochs: int = 10, steps_per_epoch: int = 100) -> Prepared:
    return Prepared(
        epochs=epochs,
        steps_per_epoch=steps_per_epoch,
        batch_size=120,
        train_images=12_000,
        test_images=500,
        image_shape=(1, 28, 28),
        parameters=631_988,
        device="cpu",
        fingerprint="",
    )


def batches(first: int, last: int, latents: int = 2, kl: float = 6.0) -> Batches:
    """Losses of the steps from `first` to `last`: reconstruction = 150 + 1000 / step."""
    steps = np.arange(first, last + 1)
    reconstruction = (150 + 1000 / steps).astype(np.float32)
    terms = np.full(len(steps), kl, np.float32)
    per_latent = np.full(latents, kl / latents, np.float32)
    parts = {"reconstruction": reconstruction, "kl": terms}
    return Batches(steps, reconstruction + terms, parts, per_latent, last / 200, 24_000.0)


def evaluation(epoch: int, step: int, kl_per_latent: tuple[float, ...] = (4.0, 2.0)) -> Evaluation:
    kl = np.array(kl_per_latent, np.float32)
    total = float(kl.sum())
    parts = {"reconstruction": 155.0, "kl": total}
    return Evaluation(epoch, step, 155.0 + total, parts, kl, 500, step / 200)


def pictures(
    count: int = 64, shape: tuple[int, int, int] = (1, 28, 28), step: int = 100
) -> Reconstructions:
    random = np.random.default_rng(step)
    originals, reconstructions = random.integers(0, 256, (2, count, *shape), np.uint8)
    return Reconstructions(step, originals, reconstructions)
