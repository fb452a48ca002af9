"""Batches in small advances."""

from vae_desktop.ui.pace import MOST, Pace


def test_work_that_takes_no_time_never_makes_a_batch_too_large_for_a_number() -> None:
    pace = Pace()
    for _ in range(2_000):
        pace.begin()
        assert pace.allows()
        pace.learn()
    assert 1 <= pace.batch <= MOST
