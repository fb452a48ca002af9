"""Events on their way from the feed to the tabs, a little at each tick of the window."""

from collections import deque
from collections.abc import Callable
from time import perf_counter

from vae_desktop.core.events import Event
from vae_desktop.session.feed import Delivery, Feed

BUDGET = 0.008
"""Seconds of a tick that events may take; what is left waits for the next one."""


class Backlog:
    """Takes a feed's events to the window, in order and each exactly once.

    A run that is opened tells all of its history at once; in one go that would hold the
    window up.

    Args:
        feed: where events come from.
        take: what is done with an event; where it raises, the next tick goes on after it.
        clock: seconds.
    """

    def __init__(
        self, feed: Feed, take: Callable[[Event], None], clock: Callable[[], float] = perf_counter
    ) -> None:
        self._feed, self._take, self._clock = feed, take, clock
        self._waiting: deque[Delivery] = deque()

    def work(self, run: int) -> None:
        """Hand over the events of a run for as long as the budget lasts; drop older runs'."""
        self._waiting.extend(self._feed.drain())
        end = self._clock() + BUDGET
        while self._waiting:
            delivery = self._waiting.popleft()
            if delivery.run == run:
                self._take(delivery.event)
                if self._clock() >= end:
                    return
