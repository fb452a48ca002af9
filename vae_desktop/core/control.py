"""The levers by which another thread steers a training."""

import threading
from time import perf_counter


class Control:
    """Pause and stop, for a training that asks at every step.

    Every method may be called from any thread.
    """

    def __init__(self) -> None:
        self._running = threading.Event()
        self._running.set()
        self._stop_now = threading.Event()
        self._stop_after_epoch = threading.Event()

    def pause(self) -> None:
        """Hold training before its next step."""
        self._running.clear()

    def resume(self) -> None:
        """Go on after a pause."""
        self._running.set()

    def stop_now(self) -> None:
        """End training after the step that it is in, paused or not."""
        self._stop_now.set()
        self._running.set()

    def stop_after_epoch(self) -> None:
        """End training after the epoch that it is in; goes on after a pause."""
        self._stop_after_epoch.set()
        self._running.set()

    @property
    def stops_now(self) -> bool:
        """True once an immediate stop was asked for."""
        return self._stop_now.is_set()

    @property
    def stops_after_epoch(self) -> bool:
        """True once any stop was asked for."""
        return self._stop_after_epoch.is_set() or self.stops_now

    @property
    def paused(self) -> bool:
        """True while training is to hold."""
        return not self._running.is_set()

    def wait_while_paused(self) -> float:
        """Return when training may go on; the seconds that it waited."""
        if self._running.is_set():
            return 0.0
        start = perf_counter()
        self._running.wait()
        return perf_counter() - start
