"""The kept losses: nothing lost when there are many."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.fakes import batches, evaluation
from vae_desktop.core.events import Batches, Floats
from vae_desktop.ui.loss_history import LossHistory


def noisy(count: int, seed: int = 0) -> tuple[LossHistory, Batches]:
    """A history of random losses, filled in unequal pieces, and the same in one piece."""
    random = np.random.default_rng(seed)
    steps = np.arange(1, count + 1)
    terms = random.normal(100, 10, (3, count)).astype(np.float32)
    history = LossHistory()
    edges = [0, *sorted(random.integers(0, count, 5)), count]
    for start, stop in pairwise(edges):
        if stop > start:
            part = slice(start, stop)
            history.add_batches(told(steps[part], *(term[part] for term in terms)))
    return history, told(steps, *terms)


def told(steps: NDArray[np.int64], reconstruction: Floats, kl: Floats, total: Floats) -> Batches:
    parts = {"reconstruction": reconstruction, "kl": kl}
    return Batches(steps, total, parts, np.zeros(2, np.float32), 1.0, 1.0)


@given(st.integers(1, 5000), st.integers(0, 100))
def test_short_histories_are_drawn_whole(count: int, seed: int) -> None:
    history, whole = noisy(count, seed)
    steps, values = history.training("kl", slice(0, count), 5000)
    np.testing.assert_array_equal(steps, whole.step)
    np.testing.assert_array_equal(values, whole.kl)


@given(st.integers(2000, 50_000), st.integers(0, 100))
def test_long_histories_keep_their_extremes(count: int, seed: int) -> None:
    history, whole = noisy(count, seed)
    steps, values = history.training("total", slice(0, count), 500)
    assert len(steps) == len(values) <= 1100
    assert np.all(np.diff(steps) >= 0)
    assert values.min() == whole.total.min()
    assert values.max() == whole.total.max()


@given(st.integers(1, 3000), st.sampled_from([1, 10, 50, 200]))
def test_the_running_mean_is_the_mean_of_the_last_steps(count: int, window: int) -> None:
    history, whole = noisy(count)
    steps, means = history.smoothed("reconstruction", window, slice(0, count), 10_000)
    kernel = np.ones(window) / window
    valid = count >= window
    expected = np.convolve(whole.reconstruction, kernel, "valid") if valid else np.empty(0)
    np.testing.assert_allclose(means, expected, rtol=1e-5)
    np.testing.assert_array_equal(steps, whole.step[window - 1 :])


@pytest.mark.parametrize(("step", "found"), [(0.0, 1), (3.4, 3), (3.6, 4), (99.0, 10)])
def test_the_nearest_step(step: float, found: int) -> None:
    history = LossHistory()
    history.add_batches(batches(1, 10))
    nearest = history.nearest(step, ("reconstruction",))
    assert nearest is not None
    assert nearest[0] == found
    assert nearest[1]["reconstruction"] == pytest.approx(150 + 1000 / found)


def test_an_empty_history_has_nothing() -> None:
    history = LossHistory()
    assert history.nearest(5, ("kl",)) is None
    assert history.last_step == 0
    assert history.test is None
    steps, values = history.training("kl", history.rows_between(0, 10), 100)
    assert len(steps) == len(values) == 0


def test_test_results_are_kept_by_step() -> None:
    history = LossHistory()
    history.add_evaluation(evaluation(1, 100))
    history.add_evaluation(evaluation(2, 200))
    steps, values = history.tested("kl")
    assert steps.tolist() == [100, 200]
    assert values.tolist() == [6.0, 6.0]
    assert history.last_step == 200
