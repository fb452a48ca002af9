"""A saved run, measured on a data set."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vae_desktop.core import metrics
from vae_desktop.core.data.dataset import Dataset, shape_text
from vae_desktop.core.data.pixels import Examples
from vae_desktop.core.devices import memory_explained, resolve
from vae_desktop.core.disentanglement import need_latents
from vae_desktop.core.errors import ConfigError, DataError
from vae_desktop.core.evaluation import Scores, evaluate
from vae_desktop.core.events import Batches, Floats
from vae_desktop.core.factor_scores import (
    DRAWS,
    FACTOR_METRICS,
    NEED_TWO_LATENTS,
    TREE_IMAGES,
    FactorBench,
)
from vae_desktop.core.known_factors import lacks_factors
from vae_desktop.core.latents import Bytes
from vae_desktop.core.levers import Levers
from vae_desktop.core.models.latent import VAE, LatentModel
from vae_desktop.core.objectives import Weights
from vae_desktop.core.progress import Progress, silent
from vae_desktop.core.runs import SavedRun

METRICS = {
    "iwae": "importance-weighted bound",
    "active": "latents in use",
    "knn": "nearest neighbours' accuracy (a proxy: labels, not known factors)",
    "pca": "principal components",
    "separation": "classes apart (a proxy: labels, not known factors)",
    **FACTOR_METRICS,
}
"""What can be measured beside the objective, and its name for a reader."""


@dataclass(frozen=True, eq=False)
class RunScores:
    """A run on the test part of a data set.

    Attributes:
        scores: the objective and its parts, one posterior sample per image.
        metrics: by their names in `METRICS`, values of the classes of `metrics`.
    """

    scores: Scores
    metrics: dict[str, Any]


def evaluate_run(
    run: SavedRun,
    data: Dataset,
    wanted: Sequence[str] = (),
    samples: int = 50,
    progress: Progress = silent,
    draws: int = DRAWS,
    seed: int = 0,
    tree_images: int = TREE_IMAGES,
) -> RunScores:
    """Measure a saved run on the test part of a data set.

    Args:
        run: what is measured.
        data: on what; its training part serves as the neighbours and for the components.
        wanted: names of `METRICS`.
        samples: posterior samples per image for the importance-weighted bound.
        progress: told how far it is; may cancel.
        draws, seed: how often pictures are drawn for a score against known factors, and how.
        tree_images: at most so many of them train DCI's trees.

    Raises:
        DataError: the pictures have another shape than those the run was trained on, or lack
            the labels or known factors that the model or a metric needs.
        ConfigError: a metric does not exist, or not for such a model.
        DeviceError: the run's device is not there or lacks memory.
    """
    _check_data(run, data)
    device = resolve(run.config.training.device)
    with memory_explained("choose fewer samples or another device"):
        model = run.model().to(device)
        for name in wanted:
            _check_metric(name, model, data)
        train, test = Examples(data.train, device), Examples(data.test, device)
        scores = evaluate(model, test, run.config.objective, last_weights(run), progress)
        found: dict[str, Any] = {}
        if isinstance(model, LatentModel):
            bench = FactorBench(
                data,
                partial(_codes, model, device),
                draws,
                seed,
                tree_images=tree_images,
                told_class=model.classes > 0,
            )
            for name in wanted:
                if name in FACTOR_METRICS:
                    found[name] = bench.score(name, progress)
                else:
                    found[name] = _measure(name, model, train, test, samples, run, progress)
    return RunScores(scores, found)


def last_weights(run: SavedRun) -> Weights:
    """The weights of the objective's terms when the run ended, moved levers included."""
    weights = Levers(run.config, run.prepared.train_images).weights(run.config.training.epochs)
    for event in reversed(run.history):
        if isinstance(event, Batches) and "beta" in event.terms:
            return weights._replace(beta=float(event.terms["beta"][-1]))
    return weights


def _measure(
    name: str,
    model: LatentModel,
    train: Examples,
    test: Examples,
    samples: int,
    run: SavedRun,
    progress: Progress,
) -> Any:
    match name:
        case "iwae":
            assert isinstance(model, VAE)
            objective = run.config.objective
            sigma = objective.sigma if objective.likelihood == "gaussian-fixed" else None
            return metrics.importance_bound(model, test, samples, sigma, progress)
        case "active":
            return metrics.active_units(model, test, progress)
        case "knn":
            return metrics.neighbour_accuracy(model, train, test, progress)
        case "separation":
            return metrics.class_separation(model, test, progress)
        case _:
            return metrics.pca_baseline(model, train, test, progress)


@torch.no_grad()
def _codes(
    model: LatentModel, device: torch.device, images: Bytes, labels: NDArray[np.int64] | None
) -> Floats:
    """Posterior means (n, D) of pictures (n, C, H, W)."""
    x = torch.from_numpy(images).to(device).to(torch.float32).mul_(1 / 255)
    told = None if labels is None else torch.from_numpy(labels).to(device)
    return np.asarray(model.encode(x, told).mu.cpu().numpy())


def _check_metric(name: str, model: object, data: Dataset) -> None:
    if name not in METRICS:
        raise ConfigError(f"There is no metric “{name}”; choose of {', '.join(METRICS)}.")
    if not isinstance(model, LatentModel) or (name == "iwae" and not isinstance(model, VAE)):
        needs = "samples of a posterior" if name == "iwae" else "codes"
        raise ConfigError(f"{name}: this needs {needs}, which this run's model does not have.")
    lacks_labels = data.train.labels is None or data.test.labels is None
    if name in ("knn", "separation") and lacks_labels:
        raise DataError(f"{name}: this needs labels, but {data.title} has none.")
    if name in FACTOR_METRICS and (reason := lacks_factors(data)):
        raise DataError(f"{name}: {reason}")
    if name in NEED_TWO_LATENTS:
        need_latents(FACTOR_METRICS[name], model.latent_dim)


def _check_data(run: SavedRun, data: Dataset) -> None:
    expected = run.prepared.image_shape
    if data.image_shape != expected:
        raise DataError(
            f"{data.title} has pictures of {shape_text(data.image_shape)}, but the run was "
            f"trained on {shape_text(expected)}; choose a set of the same shape."
        )
    kind, classes = run.config.model.kind, len(run.prepared.label_names)
    if kind in ("classifier", "cvae"):
        if data.test.labels is None:
            raise DataError(f"A {kind} needs labels, but {data.title} has none; choose another.")
        if len(data.label_names) != classes:
            raise DataError(
                f"{data.title} has {len(data.label_names)} classes, but the run was trained on "
                f"{classes}; choose a set with the same classes."
            )
