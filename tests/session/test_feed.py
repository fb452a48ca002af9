"""The mailbox: numbers are kept all, pictures latest-only."""

import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vae_desktop.core.events import Batches, Ended, Event, Preparing, Reconstructions, Snapshot
from vae_desktop.session.feed import Feed


def batches(step: int) -> Batches:
    one = np.ones(1, np.float32)
    return Batches(np.array([step]), one, {"kl": one}, one, seconds=0.0, images_per_second=0.0)


def pictures(step: int) -> Reconstructions:
    return Reconstructions(step, np.zeros((1, 1, 1, 1), np.uint8), np.zeros((1, 1, 1, 1), np.uint8))


def snapshot(step: int) -> Snapshot:
    return Snapshot(0, step, {})


def test_an_empty_feed_gives_nothing() -> None:
    assert Feed().drain() == []


def test_numbers_come_in_order_and_only_once() -> None:
    feed = Feed()
    for step in range(5):
        feed.put(1, batches(step))
    assert [delivery.event.step[0] for delivery in feed.drain()] == [0, 1, 2, 3, 4]
    assert feed.drain() == []


makers = st.sampled_from([batches, pictures, snapshot])


@given(st.lists(st.tuples(makers, st.integers(0, 99))))
def test_every_number_and_the_newest_picture(puts: list) -> None:
    feed = Feed()
    for make, step in puts:
        feed.put(3, make(step))
    got = feed.drain()
    steps = [delivery.event.step[0] for delivery in got if isinstance(delivery.event, Batches)]
    assert steps == [step for make, step in puts if make is batches]
    for make, kind in ((pictures, Reconstructions), (snapshot, Snapshot)):
        newest = [step for other, step in puts if other is make][-1:]
        assert [d.event.step for d in got if isinstance(d.event, kind)] == newest
    assert all(delivery.run == 3 for delivery in got)


def test_preparing_is_latest_only() -> None:
    feed = Feed()
    for share in (0.1, 0.5, 0.9):
        feed.put(1, Preparing(share, "Drawing"))
    assert [delivery.event.share for delivery in feed.drain()] == [0.9]


def test_many_threads_lose_nothing() -> None:
    feed, got = Feed(), []
    done = threading.Event()

    def fill(run: int) -> None:
        for step in range(500):
            feed.put(run, batches(step))

    def empty() -> None:
        while not done.is_set():
            got.extend(feed.drain())

    reader = threading.Thread(target=empty)
    writers = [threading.Thread(target=fill, args=(run,)) for run in range(4)]
    reader.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    done.set()
    reader.join()
    got.extend(feed.drain())
    for run in range(4):
        assert [d.event.step[0] for d in got if d.run == run] == list(range(500))


def test_the_end_comes_after_all_numbers() -> None:
    feed = Feed()
    events: list[Event] = [batches(1), pictures(1), Ended("finished", 1, 1, 0.0, 0.0)]
    for event in events:
        feed.put(1, event)
    kinds = [type(delivery.event) for delivery in feed.drain()]
    assert kinds == [Batches, Ended, Reconstructions]
