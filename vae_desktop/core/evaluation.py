"""The objective and its parts, measured on a whole data set."""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from vae_desktop.core.config import ObjectiveConfig
from vae_desktop.core.data.pixels import Examples
from vae_desktop.core.events import Floats, frozen
from vae_desktop.core.models.build import Model
from vae_desktop.core.models.classifier import Classifier
from vae_desktop.core.models.latent import LatentModel
from vae_desktop.core.objectives import Weights, terms_of
from vae_desktop.core.progress import Progress, silent

BATCH = 500
NOISE_SEED = 20130
"""Evaluation draws the same noise every time, so that two numbers differ by the weights."""


class Scores(NamedTuple):
    """Means over a data set, with one posterior sample per image.

    Attributes:
        total: what training makes small.
        terms: its parts, by their names in `events.TERMS`.
        kl_per_latent: float32 (latent_dim,), in nats; (0,) without a KL term.
        images: how many images.
        confusion: int64 (K, K), images of class [row] taken for [column]; None without classes.
    """

    total: float
    terms: dict[str, float]
    kl_per_latent: Floats
    images: int
    confusion: NDArray[np.int64] | None


@torch.no_grad()
def evaluate(
    model: Model,
    examples: Examples,
    config: ObjectiveConfig,
    weights: Weights,
    progress: Progress = silent,
) -> Scores:
    """The objective and its parts over all of `examples`.

    Args:
        model: what is measured, on the device of `examples`.
        examples: the pictures and labels.
        config, weights: the objective, see `terms_of`.
        progress: told how far it is; may cancel.
    """
    generator = torch.Generator().manual_seed(NOISE_SEED)
    latents = model.latent_dim if isinstance(model, LatentModel) else 0
    sums: dict[str, float] = {}
    per_latent = np.zeros(0)
    weights = weights._replace(images=len(examples))
    for indices in torch.split(torch.arange(len(examples)), BATCH):
        progress(int(indices[0]) / len(examples), "Evaluating")
        noise = torch.randn(len(indices), latents, generator=generator).to(examples.device)
        terms = terms_of(model, examples.take(indices), noise, config, weights)
        share = len(indices) / len(examples)
        for name, value in {"total": terms.total, **terms.parts}.items():
            sums[name] = sums.get(name, 0.0) + share * float(value)
        batch_kl = terms.kl_per_latent.cpu().numpy().astype(np.float64) * share
        per_latent = per_latent + batch_kl if per_latent.size else batch_kl
    confusion = confusion_of(model, examples) if isinstance(model, Classifier) else None
    total = sums.pop("total")
    return Scores(total, sums, frozen(per_latent.astype(np.float32)), len(examples), confusion)


@torch.no_grad()
def confusion_of(model: Classifier, examples: Examples) -> NDArray[np.int64]:
    """How many images of each class (row) the classifier takes for each class (column)."""
    assert examples.labels is not None
    taken = torch.cat(
        [
            model.classify(examples.take(indices).x).argmax(1)
            for indices in torch.split(torch.arange(len(examples)), BATCH)
        ]
    ).cpu()
    classes = int(model.classify(examples.take(torch.zeros(1, dtype=torch.int64)).x).shape[1])
    counts = torch.bincount(examples.labels.cpu() * classes + taken, minlength=classes**2)
    table: NDArray[np.int64] = counts.view(classes, classes).numpy()
    return frozen(table)
