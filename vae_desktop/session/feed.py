"""The mailbox between the worker and the window (plain Python, no Qt).

The worker puts events in at any speed; the window drains them at its own. Numbers are
kept all, in order. Of pictures and weights only the newest is kept: nobody could see the
others.
"""

import threading
from collections import deque
from typing import NamedTuple

from vae_desktop.core.events import Event, Preparing, Reconstructions, Snapshot

LATEST_ONLY = (Preparing, Reconstructions, Snapshot)


class Delivery(NamedTuple):
    """An event and the number of the run that it belongs to."""

    run: int
    event: Event


class Feed:
    """A mailbox; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: deque[Delivery] = deque()
        self._latest: dict[type, Delivery] = {}

    def put(self, run: int, event: Event) -> None:
        """Leave an event of run number `run`."""
        delivery = Delivery(run, event)
        with self._lock:
            if isinstance(event, LATEST_ONLY):
                self._latest[type(event)] = delivery
            else:
                self._queue.append(delivery)

    def drain(self) -> list[Delivery]:
        """Everything left since the last call: numbers in order, then the newest pictures."""
        with self._lock:
            deliveries = [*self._queue, *self._latest.values()]
            self._queue.clear()
            self._latest.clear()
        return deliveries
