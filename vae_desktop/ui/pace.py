"""Work in small advances: as much of it in a frame as the frame can spare."""

from time import perf_counter

import numpy as np

BUDGET = 0.004
"""Seconds of a frame that one such work may take."""
_FIRST_BATCH = 16

MOST = 4096
"""However quick it is: without a limit the batch of an idle layer doubles until it overflows."""


class Pace:
    """Finds batches that take about half of the budget, so that two fit into it.

    Attributes:
        batch: how many to do next.
    """

    def __init__(self) -> None:
        self.batch = _FIRST_BATCH
        self._deadline = self._began = 0.0
        self._first = True

    def begin(self) -> None:
        """A frame begins."""
        self._deadline, self._first = perf_counter() + BUDGET, True

    def allows(self) -> bool:
        """Whether one more batch fits into this frame; the first always does."""
        self._began = perf_counter()
        ahead = 0.0 if self._first else BUDGET / 2
        self._first = False
        return self._began + ahead <= self._deadline

    def learn(self) -> None:
        """A batch is done: choose the size of the next."""
        seconds = perf_counter() - self._began
        ideal = self.batch * BUDGET / 2 / max(seconds, 1e-6)
        self.batch = int(np.clip(ideal, max(1, self.batch // 2), min(2 * self.batch, MOST)))
