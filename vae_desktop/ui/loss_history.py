"""All losses of a run, kept so that any stretch of them can be drawn fast."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.events import Batches, Evaluation, LeverMoved

Numbers = NDArray[np.float64]

_ROOM = 1024


class _Column:
    """One term at every step: its values and, for means, their running sums."""

    def __init__(self, capacity: int) -> None:
        self.values = np.full(capacity, np.nan, np.float32)
        self.sums = np.zeros(capacity + 1)
        self.least, self.most = np.inf, -np.inf

    def write(self, new: slice, values: NDArray[np.float32] | None) -> None:
        """Fill some rows; without values they hold none."""
        if values is None:
            self.sums[new.start + 1 : new.stop + 1] = self.sums[new.start]
            return
        self.values[new] = values
        finite = np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0)
        self.sums[new.start + 1 : new.stop + 1] = self.sums[new.start] + np.cumsum(finite)
        self.least = min(self.least, float(np.fmin.reduce(values)))
        self.most = max(self.most, float(np.fmax.reduce(values)))

    def grow(self, more: int) -> None:
        self.values = np.pad(self.values, (0, more), constant_values=np.nan)
        self.sums = np.pad(self.sums, (0, more))


class LossHistory:
    """Losses of every training step, and of the test set after every epoch.

    Terms are known by their names in `events.TERMS`, and "total", "beta" and "learning_rate".
    The buffers double when they are full. Beside the values their running sums are kept,
    so that the mean of any stretch of steps costs two look-ups.
    """

    def __init__(self) -> None:
        self._count = 0
        self._steps = np.zeros(_ROOM)
        self._columns: dict[str, _Column] = {}
        self._test: list[Evaluation] = []
        self.moves: list[LeverMoved] = []

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
        told = {"total": batches.total, **batches.terms}
        for name in told.keys() - self._columns.keys():
            self._columns[name] = _Column(len(self._steps))
        for name, column in self._columns.items():
            column.write(new, told.get(name))
        self._count = new.stop

    def add_evaluation(self, evaluation: Evaluation) -> None:
        """Append a result on the test set."""
        self._test.append(evaluation)

    def add_move(self, move: LeverMoved) -> None:
        """Append a change by hand."""
        self.moves.append(move)

    def varies(self, term: str) -> bool:
        """Whether a term has had more than one value."""
        column = self._columns.get(term)
        return column is not None and column.least < column.most

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
        if term not in self._columns:
            return np.empty(0), np.empty(0)
        values = self._columns[term].values
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
        if term not in self._columns:
            return np.empty(0), np.empty(0)
        at = np.arange(max(rows.start, window - 1), rows.stop, _bucket_size(rows, points))
        sums = self._columns[term].sums
        return self._steps[at], (sums[at + 1] - sums[at + 1 - window]) / window

    def tested(self, term: str) -> tuple[Numbers, Numbers]:
        """Steps and losses on the test set."""
        known = [(result.step, _of_test(result, term)) for result in self._test]
        table = np.array(known, np.float64).reshape(-1, 2)
        return table[:, 0], table[:, 1]

    def nearest(self, step: float, terms: Iterable[str]) -> tuple[int, dict[str, float]] | None:
        """The training step nearest to `step` and some of its losses; None without any."""
        if not self._count:
            return None
        steps = self._steps[: self._count]
        row = int(np.searchsorted(steps, step))
        if row == self._count or (row and step - steps[row - 1] <= steps[row] - step):
            row -= 1
        known = {term: self._columns[term] for term in terms if term in self._columns}
        return int(steps[row]), {term: float(known[term].values[row]) for term in known}

    def _reserve(self, needed: int) -> None:
        capacity = len(self._steps)
        if needed <= capacity:
            return
        more = max(needed, 2 * capacity) - capacity
        self._steps = np.pad(self._steps, (0, more))
        for column in self._columns.values():
            column.grow(more)


def _of_test(result: Evaluation, term: str) -> float:
    return result.total if term == "total" else result.terms.get(term, np.nan)


def _bucket_size(rows: slice, buckets: int) -> int:
    """How many steps share a bucket: a power of two, so that buckets stay as history grows."""
    size = 1
    while (rows.stop - rows.start) / size > max(1, buckets):
        size *= 2
    return size
