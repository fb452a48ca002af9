"""What β, capacity and learning rate are at each step: schedules, and hands that move them."""

from vae_desktop.core.config import RunConfig
from vae_desktop.core.objectives import Weights
from vae_desktop.core.schedules import beta_at, capacity_at, learning_rate_at


class Levers:
    """The schedules of a run, each until somebody moves its lever.

    Args:
        config: the run.
        images: how many training images there are.
    """

    def __init__(self, config: RunConfig, images: int) -> None:
        self._config, self._images = config, images
        self._weighs_beta = config.applies("objective", "beta")
        self.moved: dict[str, float] = {}
        """Values of the levers that were moved: "beta", "learning_rate"."""

    def move(self, moves: dict[str, float]) -> dict[str, float]:
        """Take new values; returns those that mean something to this run."""
        taken = {name: value for name, value in moves.items() if self._means_something(name)}
        self.moved |= taken
        return taken

    def learning_rate(self, position: float) -> float:
        """The learning rate of the step at `position`, in epochs."""
        moved = self.moved.get("learning_rate")
        return learning_rate_at(self._config.training, position) if moved is None else moved

    def weights(self, position: float) -> Weights:
        """The weights of the objective's terms for the step at `position`, in epochs."""
        objective = self._config.objective
        moved = self.moved.get("beta")
        beta = beta_at(objective, position, self._config.training.epochs)
        return Weights(
            beta if moved is None else moved, capacity_at(objective, position), self._images
        )

    def settings(self, weights: Weights, learning_rate: float) -> dict[str, float]:
        """What a step was done with, for the history."""
        if self._weighs_beta:
            return {"beta": weights.beta, "learning_rate": learning_rate}
        return {"learning_rate": learning_rate}

    def _means_something(self, name: str) -> bool:
        return self._weighs_beta or name != "beta"
