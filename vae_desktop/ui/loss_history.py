"""All losses of a run, kept so that any stretch of them can be drawn fast."""

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.events import Batches, Evaluation

TERMS = ("total", "reconstruction", "kl")

Numbers = NDArray[np.float64]


class LossHistory:
    """Losses of every training step, and of the test set after every epoch.

    The buffers double when they are full. Beside the values their running sums are kept,
    so that the mean of any stretch of steps costs two look-ups.
    """

    def __init__(self) -> None:
        self._count = 0
        self._steps = np.zeros(1024)
        self._values = np.zeros((len(TERMS), 1024), np.float32)
        self._sums = np.zeros((len(TERMS), 1025))
        self._test: list[Evaluation] = []

    def __len__(self) -> int:
        return self._count

    @property
    def last_step(self) -> float:
        """The newest step of which anything is known; 0 where nothing is."""
        training = self._steps[self._count - 1] if self._count else 0.0
        return max(float(training), float(self._test[-1].step) if self._test else 0.0)

    @property
    def test(self) -> Evaluation | None:
        """The newest result on the test set."""
        return self._test[-1] if self._test else None

    def add_batches(self, batches: Batches) -> None:
        """Append the losses of some training steps."""
        new = slice(self._count, self._count + len(batches.step))
        self._reserve(new.stop)
        self._steps[new] = batches.step
        for row, term in enumerate(TERMS):
            values = getattr(batches, term)
            self._values[row, new] = values
            sums = np.cumsum(np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0))
            self._sums[row, new.start + 1 : new.stop + 1] = self._sums[row, new.start] + sums
        self._count = new.stop

    def add_evaluation(self, evaluation: Evaluation) -> None:
        """Append a result on the test set."""
        self._test.append(evaluation)

    def rows_between(self, first_step: float, last_step: float) -> slice:
        """The rows from one step to another, with one more at either end for the line."""
        steps = self._steps[: self._count]
        start, stop = np.searchsorted(steps, (first_step, last_step))
        return slice(max(0, int(start) - 1), min(self._count, int(stop) + 1))

    def training(self, term: str, rows: slice, points: int) -> tuple[Numbers, Numbers]:
        """Steps and losses of training, at most about `points` of them.

        Where there are more, each bucket of steps gives its least and its greatest loss,
        so that no peak is lost.
        """
        values = self._values[TERMS.index(term)]
        if rows.stop - rows.start <= points:
            return self._steps[rows], values[rows].astype(np.float64)
        size = _bucket_size(rows, points // 2)
        start = rows.start // size * size
        buckets = (rows.stop - start) // size
        whole = slice(start, start + buckets * size)
        table = values[whole].reshape(buckets, size)
        ends = np.stack((np.fmin.reduce(table, axis=1), np.fmax.reduce(table, axis=1)), axis=1)
        steps = self._steps[whole][:: size // 2]
        rest = slice(whole.stop, rows.stop)
        return (
            np.concatenate((steps, self._steps[rest])),
            np.concatenate((ends.ravel().astype(np.float64), values[rest])),
        )

    def smoothed(self, term: str, window: int, rows: slice, points: int) -> tuple[Numbers, Numbers]:
        """Steps and, at each, the mean loss of the last `window` training steps."""
        at = np.arange(max(rows.start, window - 1), rows.stop, _bucket_size(rows, points))
        sums = self._sums[TERMS.index(term)]
        return self._steps[at], (sums[at + 1] - sums[at + 1 - window]) / window

    def tested(self, term: str) -> tuple[Numbers, Numbers]:
        """Steps and losses on the test set."""
        steps = np.array([evaluation.step for evaluation in self._test], np.float64)
        return steps, np.array([getattr(evaluation, term) for evaluation in self._test], float)

    def nearest(self, step: float) -> tuple[int, dict[str, float]] | None:
        """The training step nearest to `step` and its losses; None without any."""
        if not self._count:
            return None
        steps = self._steps[: self._count]
        row = int(np.searchsorted(steps, step))
        if row == self._count or (row and step - steps[row - 1] <= steps[row] - step):
            row -= 1
        losses = {term: float(self._values[i, row]) for i, term in enumerate(TERMS)}
        return int(steps[row]), losses

    def _reserve(self, needed: int) -> None:
        capacity = len(self._steps)
        if needed <= capacity:
            return
        more = max(needed, 2 * capacity) - capacity
        self._steps = np.pad(self._steps, (0, more))
        self._values = np.pad(self._values, ((0, 0), (0, more)))
        self._sums = np.pad(self._sums, ((0, 0), (0, more)))


def _bucket_size(rows: slice, buckets: int) -> int:
    """How many steps share a bucket: a power of two, so that buckets stay as history grows."""
    size = 1
    while (rows.stop - rows.start) / size > max(1, buckets):
        size *= 2
    return size
