"""What a training needs before its first step, and whether config and data fit each other."""

import math

import numpy as np
import torch

from vae_desktop.core.config import RunConfig
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.data.pixels import Examples
from vae_desktop.core.errors import ConfigError
from vae_desktop.core.models.build import Model, build
from vae_desktop.core.models.latent import Autoencoder
from vae_desktop.core.pca import PrincipalComponents, residual_of

STATISTICS_IMAGES = 20_000
BASELINE_NUMBERS = 2**23
"""So many pictures tell the pixels' mean, and so many pixels the baseline: enough for both."""
SMALLEST_DEVIATION = 1 / 255
"""Of the training pixels: pictures that are all alike must not be divided by zero."""


def check_fits(config: RunConfig, data: Dataset, examples: Examples) -> None:
    """Whether the data is large enough for the settings.

    Raises:
        ConfigError: a batch has more images than there are, or a code more numbers than a
            picture has.
    """
    batch_size, latents = config.training.batch_size, config.model.latent_dim
    if batch_size > len(examples):
        raise ConfigError(
            f"Batch size: {batch_size:,} is more than the {len(examples):,} training images; "
            "choose a smaller one."
        )
    numbers = math.prod(data.image_shape)
    if config.applies("model", "latent_dim") and latents > numbers:
        raise ConfigError(
            f"Latents: {latents} is more than the {numbers} numbers of a picture; choose fewer."
        )


def generators(seed: int) -> tuple[torch.Generator, torch.Generator, torch.Generator]:
    """Independent random numbers for initial weights, batch order and noise."""
    words = np.random.SeedSequence(seed).generate_state(3, np.uint64)
    initial, order, noise = (torch.Generator().manual_seed(int(word)) for word in words)
    return initial, order, noise


def new_model(
    config: RunConfig, data: Dataset, examples: Examples, generator: torch.Generator
) -> Model:
    """The model of a run with fresh weights, on the processor.

    Args:
        config, data: the run.
        examples: its training images; normalised inputs take mean and deviation from them.
        generator: the owner of the initial weights.

    Raises:
        ConfigError: as `build`.
    """
    moments = (0.0, 1.0)
    if config.model.inputs == "normalised":
        std, mean = torch.std_mean(examples.spread(STATISTICS_IMAGES), correction=0)
        moments = float(mean), max(float(std), SMALLEST_DEVIATION)
    return build(
        config.model,
        data.image_shape,
        generator,
        classes=len(data.label_names),
        likelihood=config.objective.likelihood,
        moments=moments,
    )


def baselines_of(model: Model, train: Examples, test: Examples) -> dict[str, float]:
    """What principal components of as many numbers lose, in an autoencoder's own measure."""
    if not isinstance(model, Autoencoder):
        return {}
    components = PrincipalComponents(train, model.latent_dim, BASELINE_NUMBERS)
    pixels = test.spread(1)[0].numel()
    scale = 1.0 if model.scaling is None else float(model.scaling.std)
    return {"pca": residual_of(components, test) / pixels / scale**2}
