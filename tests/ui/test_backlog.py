"""Events on their way to the tabs: all of them, in order, a little at a time."""

import pytest

from tests.fakes import batches
from vae_desktop.core.events import Batches, Event
from vae_desktop.session.feed import Feed
from vae_desktop.ui.backlog import BUDGET, Backlog


class Clock:
    """Time passes only where the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def filled(count: int, run: int = 1) -> tuple[Feed, list[Batches]]:
    feed = Feed()
    events = [batches(step, step) for step in range(1, count + 1)]
    for event in events:
        feed.put(run, event)
    return feed, events


def test_a_long_history_takes_several_ticks() -> None:
    feed, events = filled(10)
    clock, taken = Clock(), []

    def take(event: Event) -> None:
        taken.append(event)
        clock.now += BUDGET / 3

    backlog = Backlog(feed, take, clock)
    lengths = []
    for _ in range(4):
        backlog.work(1)
        lengths.append(len(taken))
    assert lengths == [3, 6, 9, 10] or lengths == [4, 8, 10, 10]
    assert taken == events


def test_what_comes_later_waits_its_turn() -> None:
    feed, events = filled(2)
    clock, taken = Clock(), []

    def take(event: Event) -> None:
        taken.append(event)
        clock.now += BUDGET

    backlog = Backlog(feed, take, clock)
    backlog.work(1)
    late = batches(3, 3)
    feed.put(1, late)
    for _ in range(2):
        backlog.work(1)
    assert taken == [*events, late]


def test_an_event_that_cannot_be_taken_loses_no_other() -> None:
    feed, events = filled(3)
    taken: list[Event] = []

    def take(event: Event) -> None:
        if event is events[1]:
            raise ValueError("broken")
        taken.append(event)

    backlog = Backlog(feed, take, Clock())
    with pytest.raises(ValueError, match="broken"):
        backlog.work(1)
    backlog.work(1)
    assert taken == [events[0], events[2]]


def test_events_of_older_runs_are_dropped() -> None:
    feed, _ = filled(3, run=1)
    newer = batches(1, 1)
    feed.put(2, newer)
    taken: list[Event] = []
    Backlog(feed, taken.append, Clock()).work(2)
    assert taken == [newer]
