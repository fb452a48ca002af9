"""How good a model is, measured on a whole data set."""

from typing import NamedTuple

import numpy as np
import torch

from vae_desktop.core.data.dataset import Dataset, shape_text
from vae_desktop.core.data.pixels import Pixels
from vae_desktop.core.devices import resolve
from vae_desktop.core.errors import DataError
from vae_desktop.core.events import Floats
from vae_desktop.core.models.build import build_with
from vae_desktop.core.models.vae import VAE
from vae_desktop.core.objectives import terms_of
from vae_desktop.core.progress import Progress, silent
from vae_desktop.core.runs import SavedRun

BATCH = 500
NOISE_SEED = 20130
"""Evaluation draws the same noise every time, so that two numbers differ by the weights."""


class Scores(NamedTuple):
    """Means over a data set, in nats per image, with one posterior sample per image.

    Attributes:
        reconstruction: −log p(x|z).
        kl: KL(q(z|x) ‖ p(z)).
        total: reconstruction + β · kl.
        kl_per_latent: float32 (latent_dim,).
        images: how many images.
    """

    reconstruction: float
    kl: float
    total: float
    kl_per_latent: Floats
    images: int


@torch.no_grad()
def evaluate(model: VAE, pixels: Pixels, beta: float, progress: Progress = silent) -> Scores:
    """The objective and its parts over all of `pixels`.

    Args:
        model: the VAE, on the device of `pixels`.
        pixels: the pictures.
        beta: weight of the KL term.
        progress: told how far it is; may cancel.
    """
    device = next(model.parameters()).device
    generator = torch.Generator().manual_seed(NOISE_SEED)
    reconstruction, per_latent = 0.0, np.zeros(model.latent_dim)
    for start in range(0, len(pixels), BATCH):
        progress(start / len(pixels), "Evaluating")
        indices = torch.arange(start, min(start + BATCH, len(pixels)))
        noise = torch.randn(len(indices), model.latent_dim, generator=generator).to(device)
        terms = terms_of(model, pixels.take(indices), noise, beta)
        reconstruction += float(terms.reconstruction) * len(indices)
        per_latent += terms.kl_per_latent.cpu().numpy().astype(np.float64) * len(indices)
    reconstruction /= len(pixels)
    per_latent /= len(pixels)
    kl = float(per_latent.sum())
    return Scores(
        reconstruction, kl, reconstruction + beta * kl, per_latent.astype(np.float32), len(pixels)
    )


def evaluate_run(run: SavedRun, data: Dataset, progress: Progress = silent) -> Scores:
    """Measure a saved run on the test part of a data set.

    Raises:
        DataError: the pictures have another shape than those the run was trained on.
        DeviceError: the run's device is not there.
    """
    expected = run.prepared.image_shape
    if data.image_shape != expected:
        raise DataError(
            f"{data.title} has pictures of {shape_text(data.image_shape)}, but the run was "
            f"trained on {shape_text(expected)}; choose a set of the same shape."
        )
    device = resolve(run.config.training.device)
    model = build_with(run.config.model, expected, run.weights.weights).to(device)
    pixels = Pixels(data.test.images, device)
    return evaluate(model, pixels, run.config.objective.beta, progress)
