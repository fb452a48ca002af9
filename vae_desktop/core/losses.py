"""The losses of training steps on their way into events, and whether they are still sane."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vae_desktop.core.clock import Clock
from vae_desktop.core.errors import TrainingError
from vae_desktop.core.events import Batches, frozen
from vae_desktop.core.objectives import Terms

MOST_KL = 1e6
"""Nats; a KL term above this has exploded."""
MOST_GROWTH = 1e4
"""A loss that is so many times what it was at the start has exploded."""


class Losses:
    """Gathers what each step cost; tells it many steps at a time.

    Args:
        names: of the parts of the objective, in the order of `Terms.parts`.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._rows: list[tuple[Tensor, ...]] = []
        self._settings: list[dict[str, float]] = []
        self.start: float | None = None
        """The total of the first step of the run, once it is known."""

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, terms: Terms, settings: dict[str, float]) -> None:
        """Take a step's terms, and the numbers that it was done with."""
        self._rows.append((terms.total.detach(), *terms.parts.values(), terms.kl_per_latent))
        self._settings.append(settings)

    def take(self, step: int, clock: Clock, learning_rate: float) -> Batches:
        """All losses since the last time; the newest is that of `step`.

        Raises:
            TrainingError: one of them is not finite, or has exploded.
        """
        rows = torch.stack([torch.hstack(row) for row in self._rows]).detach().cpu().numpy()
        settings = {
            name: frozen(np.array([one[name] for one in self._settings], np.float32))
            for name in self._settings[0]
        }
        self._rows, self._settings = [], []
        first = step - len(rows) + 1
        self._check(rows, first, learning_rate)
        columns = rows.T
        parts = len(self._names) + 1
        terms = dict(zip(self._names, map(frozen, columns[1:parts]), strict=True))
        return Batches(
            step=frozen(np.arange(first, step + 1, dtype=np.int64)),
            total=frozen(columns[0]),
            terms=terms | settings,
            kl_per_latent=frozen(rows[:, parts:].mean(axis=0)),
            seconds=clock.seconds,
            images_per_second=clock.speed,
        )

    def _check(self, rows: NDArray[np.float32], first: int, learning_rate: float) -> None:
        if self.start is None:
            self.start = float(rows[0, 0])
        totals = rows[:, 0]
        bad = np.flatnonzero(~np.isfinite(rows).all(axis=1))
        if bad.size:
            raise _stopped(first + bad[0], "is no longer a finite number", learning_rate)
        bad = np.flatnonzero(totals > MOST_GROWTH * max(1.0, abs(self.start)))
        if bad.size:
            grown = f"has grown from {self.start:,.4g} to {totals[bad[0]]:,.4g}"
            raise _stopped(first + bad[0], grown, learning_rate)
        if "kl" in self._names:
            kl = rows[:, 1 + self._names.index("kl")]
            bad = np.flatnonzero(kl > MOST_KL)
            if bad.size:
                grown = f"has a KL term of {kl[bad[0]]:,.4g} nats"
                raise _stopped(first + bad[0], grown, learning_rate)


def test_not_finite(step: int, rate: float) -> TrainingError:
    """Why training ends after `step`, where the loss on the test set is no finite number."""
    return TrainingError(
        f"Training stopped after step {step:,}: the loss on the test set is no finite number. "
        f"The likely cause is the learning rate ({rate:g}); try {rate / 10:g}. The last good "
        "weights are kept."
    )


def _stopped(step: int, what: str, rate: float) -> TrainingError:
    return TrainingError(
        f"Training stopped at step {step:,}: the loss {what}. The likely cause is the learning "
        f"rate ({rate:g}); try {rate / 10:g}. The last good weights are kept."
    )
