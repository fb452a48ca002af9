"""Scores of the run on view, one after the other in the background."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.events import Floats
from vae_desktop.core.latents import Bytes, Coder, PictureSet, encode
from vae_desktop.core.progress import Progress
from vae_desktop.session.jobs import JobRunner
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.state import Failure

if TYPE_CHECKING:
    from vae_desktop.core.factor_scores import FactorBench, FactorScore
    from vae_desktop.core.metrics import ClassSeparation, NeighbourAccuracy

    Score = FactorScore | ClassSeparation | NeighbourAccuracy

PROXIES = ("knn", "separation")
"""Names in `METRICS` of what can be said with labels alone."""


@dataclass
class _Task:
    """What is scored: one model and one set, for several scores."""

    coder: Coder
    data: Dataset
    draws: int
    seed: int
    bench: FactorBench | None = None


class FactorScorer(QObject):
    """Computes scores for the newest weights, and tells each as soon as it is known.

    Signals:
        began: with the step of the weights.
        scored: with the name of a score and a `Score`, or the `Failure` that says why there
            is none.
        ended: all is done, or it was given up.
    """

    began = Signal(int)
    progressed = Signal(float, str)
    scored = Signal(str, object)
    ended = Signal()

    def __init__(self, on_view: RunOnView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_view = on_view
        self._runner = JobRunner(self)
        self._task: _Task | None = None
        self._names: list[str] = []
        self._count = 1
        self._runner.progressed.connect(self._on_progressed)
        self._runner.done.connect(self._on_done)
        self._runner.failed.connect(self._on_done)
        self._runner.cancelled.connect(self._on_cancelled)

    @property
    def busy(self) -> bool:
        """True from the first score's beginning to the last one's end."""
        return bool(self._names)

    def start(self, names: Sequence[str], draws: int, seed: int) -> None:
        """Compute these scores for the newest weights, if there are weights and a data set."""
        decoder, data = self._on_view.decoder, self._on_view.dataset
        if self.busy or decoder is None or data is None or not names:
            return
        self._task = _Task(copy.deepcopy(decoder), data, draws, seed)
        self._names, self._count = list(names), len(names)
        self.began.emit(decoder.step)
        self._next()

    def cancel(self) -> None:
        """Give up what is not done yet."""
        if self.busy:
            self._runner.cancel()

    def shutdown(self) -> None:
        """End what runs in the background."""
        self._runner.shutdown()

    def _next(self) -> None:
        assert self._task is not None  # `start` has made one
        self._runner.start(partial(_score, self._task, self._names[0]))

    @Slot(float, str)
    def _on_progressed(self, share: float, sentence: str) -> None:
        done = self._count - len(self._names)
        self.progressed.emit((done + share) / self._count, sentence)

    @Slot(object)
    def _on_done(self, result: Score | Failure) -> None:
        self.scored.emit(self._names.pop(0), result)
        if self._names:
            self._next()
        else:
            self._end()

    @Slot()
    def _on_cancelled(self) -> None:
        self._names = []
        self._end()

    def _end(self) -> None:
        self._task = None
        self.ended.emit()


def _score(task: _Task, name: str, progress: Progress) -> Score:
    """One score; the pictures of all of them are encoded once."""
    from vae_desktop.core.devices import threads

    with threads(1):
        if name in PROXIES:
            return _proxy(task, name, progress)
        if task.bench is None:
            from vae_desktop.core.factor_scores import FactorBench

            represent = partial(_represent, task.coder)
            told = task.coder.classes > 0
            task.bench = FactorBench(task.data, represent, task.draws, task.seed, told_class=told)
        return task.bench.score(name, progress)


def _proxy(task: _Task, name: str, progress: Progress) -> Score:
    from vae_desktop.core.metrics import neighbours_right, separation_of

    train, test = task.data.train.labels, task.data.test.labels
    assert train is not None  # nobody asks for proxies without labels
    assert test is not None
    if name == "separation":
        return separation_of(_codes(task, "test", progress), test)
    known = _codes(task, "training", lambda share, text: progress(0.5 * share, text))
    asked = _codes(task, "test", lambda share, text: progress(0.5 + 0.1 * share, text))
    return neighbours_right(
        known, train, asked, test, lambda share, text: progress(0.6 + 0.4 * share, text)
    )


def _codes(task: _Task, part: str, progress: Progress) -> Floats:
    """Posterior means (N, D) of one part of the set."""
    pictures = PictureSet(((part, task.data.test if part == "test" else task.data.train),))
    return encode(task.coder, pictures, np.arange(len(pictures)), progress=progress).mu


def _represent(coder: Coder, images: Bytes, labels: NDArray[np.int64] | None) -> Floats:
    return coder.encode(images, labels)[0]
