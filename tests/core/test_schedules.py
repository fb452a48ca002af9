"""Schedules at the points where they are known."""

import pytest

from vae_desktop.core.config import ObjectiveConfig, RunConfig, TrainingConfig
from vae_desktop.core.levers import Levers
from vae_desktop.core.schedules import beta_at, capacity_at, learning_rate_at


@pytest.mark.parametrize(
    ("settings", "values"),
    [
        ({}, {0: 4, 3.3: 4, 8: 4}),
        ({"schedule": "warm-up", "warmup_epochs": 2}, {0: 0, 0.5: 1, 1: 2, 2: 4, 7.9: 4}),
        # Four cycles of two epochs: one epoch up, one epoch at the top.
        ({"schedule": "cyclical", "cycles": 4}, {0: 0, 0.5: 2, 1: 4, 1.9: 4, 2: 0, 6.25: 1, 8: 4}),
        (
            {"schedule": "drawn", "points": ((1, 2), (3, 6), (5, 0))},
            {0: 2, 1: 2, 2: 4, 3: 6, 4: 3, 5: 0, 8: 0},
        ),
    ],
)
def test_beta(settings: dict, values: dict) -> None:
    config = ObjectiveConfig(beta=4.0, **settings)
    for position, beta in values.items():
        assert beta_at(config, position, epochs=8) == pytest.approx(beta)


def test_capacity_rises_and_stays() -> None:
    config = ObjectiveConfig(capacity=25.0, capacity_epochs=10.0)
    assert [capacity_at(config, at) for at in (0, 4, 10, 20)] == [0, 10, 25, 25]


def test_learning_rates() -> None:
    constant = TrainingConfig(epochs=8, learning_rate=0.1)
    assert learning_rate_at(constant, 7.9) == 0.1
    cosine = TrainingConfig(epochs=8, learning_rate=0.1, lr_schedule="cosine")
    assert learning_rate_at(cosine, 0) == 0.1
    assert learning_rate_at(cosine, 4) == pytest.approx(0.05)
    assert learning_rate_at(cosine, 8) == pytest.approx(0, abs=1e-12)
    step = TrainingConfig(epochs=8, learning_rate=0.1, lr_schedule="step")
    rates = [learning_rate_at(step, at) for at in (0, 3.9, 4, 5.9, 6, 8)]
    assert rates == pytest.approx([0.1, 0.1, 0.01, 0.01, 0.001, 0.001])


def test_a_moved_lever_overrides_its_schedule() -> None:
    config = RunConfig().changed(objective={"schedule": "warm-up", "warmup_epochs": 1})
    levers = Levers(config, images=100)
    assert levers.weights(0.5).beta == 0.5
    assert levers.move({"beta": 3.0}) == {"beta": 3.0}
    assert levers.weights(0.5).beta == levers.weights(9.0).beta == 3.0
    assert levers.learning_rate(9.0) == config.training.learning_rate
    levers.move({"learning_rate": 0.5})
    assert levers.learning_rate(9.0) == 0.5


def test_a_lever_without_meaning_is_not_moved() -> None:
    levers = Levers(RunConfig().changed(model={"kind": "autoencoder"}), images=100)
    assert levers.move({"beta": 3.0}) == {}
    assert levers.moved == {}
