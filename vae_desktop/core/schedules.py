"""How β, capacity and learning rate run over a training: pure functions of the position.

The position is counted in epochs and is a fraction within one: 2.5 is the middle of the third.
"""

import math

import numpy as np

from vae_desktop.core.config import ObjectiveConfig, TrainingConfig

RISING_SHARE = 0.5
"""Of a cycle, β rises for so long and then stays (Fu et al. 2019)."""


def beta_at(config: ObjectiveConfig, position: float, epochs: int) -> float:
    """β of the step at `position` of a run of `epochs`."""
    match config.schedule:
        case "warm-up":
            return config.beta * min(1.0, position / config.warmup_epochs)
        case "cyclical":
            share = position * config.cycles / epochs % 1.0 if position < epochs else 1.0
            return config.beta * min(1.0, share / RISING_SHARE)
        case "drawn":
            at, beta = np.transpose(config.points)
            return float(np.interp(position, at, beta))
        case _:
            return config.beta


def capacity_at(config: ObjectiveConfig, position: float) -> float:
    """The KL term, in nats, that the step at `position` is held at (Burgess et al. 2018)."""
    return config.capacity * min(1.0, position / config.capacity_epochs)


def learning_rate_at(config: TrainingConfig, position: float) -> float:
    """The learning rate of the step at `position`."""
    share = min(1.0, position / config.epochs)
    match config.lr_schedule:
        case "cosine":
            return config.learning_rate * (1 + math.cos(math.pi * share)) / 2
        case "step":
            return config.learning_rate * 0.1 ** ((share >= 0.5) + (share >= 0.75))
        case _:
            return config.learning_rate
