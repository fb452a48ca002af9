"""The levers by which another thread steers a training."""

import threading
from time import perf_counter

from vae_desktop.core.config import RunConfig


class Control:
    """Pause, stop, β and the learning rate, for a training that asks at every step.

    Every method may be called from any thread.
    """

    def __init__(self) -> None:
        self._running = threading.Event()
        self._running.set()
        self._stop_now = threading.Event()
        self._stop_after_epoch = threading.Event()
        self._lock = threading.Lock()
        self._moves: dict[str, float] = {}

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

    def set_beta(self, value: float) -> None:
        """Let β be `value` from the next step on, whatever its schedule says.

        Raises:
            ConfigError: the value is out of the limits of β.
        """
        RunConfig.parse({"objective": {"beta": value}})
        self._move("beta", value)

    def set_learning_rate(self, value: float) -> None:
        """Let the learning rate be `value` from the next step on, whatever its schedule says.

        Raises:
            ConfigError: the value is out of the limits of the learning rate.
        """
        RunConfig.parse({"training": {"learning_rate": value}})
        self._move("learning_rate", value)

    def take_moves(self) -> dict[str, float]:
        """New values of "beta" and "learning_rate", each told once."""
        if not self._moves:
            return {}
        with self._lock:
            moves, self._moves = self._moves, {}
        return moves

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

    def _move(self, name: str, value: float) -> None:
        with self._lock:
            self._moves = {**self._moves, name: value}
