"""A run measured in the background: its own data set, everything that its model allows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vae_desktop.core import runs
from vae_desktop.core.config import RunConfig
from vae_desktop.core.data import catalogue
from vae_desktop.core.progress import Progress

if TYPE_CHECKING:
    from vae_desktop.core.run_evaluation import RunScores


@dataclass(frozen=True, eq=False)
class Measured:
    """What a run was found to be worth.

    Attributes:
        folder: the run's.
        config: the run's.
        title: of the data set that it was measured on.
        measure: what its losses count.
        epoch: finished epochs of the weights.
        result: the numbers.
    """

    folder: Path
    config: RunConfig
    title: str
    measure: str
    epoch: int
    result: RunScores


def measure(folder: Path, cache_folder: Path, samples: int, progress: Progress) -> Measured:
    """Measure a saved run on its own test set; to be called in the background.

    Args:
        folder: the run's.
        cache_folder: where generated and downloaded sets are kept.
        samples: posterior samples per image for the importance-weighted bound.
        progress: told how far it is; may cancel.

    Raises:
        UserError: the run or its data cannot be read, or memory or device are lacking.
    """
    # PyTorch takes a second to import: here it does not hold up the window.
    from vae_desktop.core.run_evaluation import evaluate_run

    run = runs.read(folder)
    data = catalogue.load(run.config.data, cache_folder, progress)
    labelled = data.train.labels is not None and data.test.labels is not None
    wanted = metrics_for(run.config.model.kind, labelled=labelled)
    stages = Stages(progress, 1 + len(wanted))
    result = evaluate_run(run, data, wanted, samples, stages.report)
    unit = run.prepared.measure
    return Measured(folder, run.config, data.title, unit, run.weights.epoch, result)


class Stages:
    """Several tasks, each of which tells of its progress from 0 to 1, as one.

    Args:
        progress: told how far all of it is; may cancel.
        count: how many tasks there are, of equal length.
    """

    def __init__(self, progress: Progress, count: int) -> None:
        self._progress, self._count = progress, count
        self._done, self._last = 0, 0.0

    def report(self, share: float, sentence: str) -> None:
        """A task is so far; where that is less than before, it is the next one."""
        if share < self._last:
            self._done += 1
        self._last = share
        self._progress(min(1.0, (self._done + share) / self._count), sentence)


def metrics_for(kind: str, *, labelled: bool) -> list[str]:
    """The names in `METRICS` of what can be measured of such a model."""
    if kind == "classifier":
        return []
    bound = [] if kind == "autoencoder" else ["iwae"]
    return [*bound, "active", *(["knn"] if labelled else []), "pca"]
