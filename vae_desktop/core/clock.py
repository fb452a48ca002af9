"""How long training took and how fast it is."""

from collections import deque
from time import perf_counter

SPEED_WINDOW = 1.0


class Clock:
    """Training time without pauses and evaluations, and the speed over the last second.

    Args:
        seconds, images: what was done before, where a run goes on.
    """

    def __init__(self, seconds: float = 0.0, images: int = 0) -> None:
        self._seconds = seconds
        self._started = float("inf")
        self.images = images
        self._marks: deque[tuple[float, int]] = deque([(seconds, images)])

    def start(self) -> None:
        """Time counts from now on."""
        self._started = perf_counter()

    def pause(self) -> None:
        """Time does not count any more."""
        self._seconds = self.seconds
        self._started = float("inf")

    def count(self, images: int) -> None:
        """So many images were learnt from just now."""
        self.images += images
        now = self.seconds
        self._marks.append((now, self.images))
        while self._marks[0][0] < now - SPEED_WINDOW:
            self._marks.popleft()

    @property
    def seconds(self) -> float:
        """Training time so far."""
        return self._seconds + max(0.0, perf_counter() - self._started)

    @property
    def speed(self) -> float:
        """Images a second, over the last second."""
        (start, before), (end, after) = self._marks[0], self._marks[-1]
        return (after - before) / (end - start) if end > start else 0.0

    @property
    def mean_speed(self) -> float:
        """Images a second, over the whole run."""
        seconds = self.seconds
        return self.images / seconds if self.images and seconds else 0.0
