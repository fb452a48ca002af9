"""From a config to a model with fresh weights, and between weights and numpy arrays."""

from collections.abc import Mapping

import torch

from vae_desktop.core.config import ModelConfig
from vae_desktop.core.errors import RunError
from vae_desktop.core.events import Floats, frozen
from vae_desktop.core.models.mlp import MLPDecoder, MLPEncoder, initialise
from vae_desktop.core.models.vae import VAE


def build(
    config: ModelConfig, image_shape: tuple[int, int, int], generator: torch.Generator
) -> VAE:
    """The model of a config for pictures (C, H, W), its weights drawn from `generator`."""
    model = _empty(config, image_shape).to_empty(device="cpu")
    initialise(model, generator)
    return model


def _empty(config: ModelConfig, image_shape: tuple[int, int, int]) -> VAE:
    """The model without memory for its weights: nothing is drawn from the global generator."""
    with torch.device("meta"):
        encoder = MLPEncoder(image_shape, config.hidden, 2 * config.latent_dim, config.activation)
        decoder = MLPDecoder(image_shape, config.hidden, config.latent_dim, config.activation)
        return VAE(encoder, decoder, config.latent_dim)


def build_with(
    config: ModelConfig, image_shape: tuple[int, int, int], weights: Mapping[str, Floats]
) -> VAE:
    """The model of a config with given weights, for viewing.

    Raises:
        RunError: the weights are not those of such a model; nothing is loaded half.
    """
    model = _empty(config, image_shape)
    expected = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    found = {name: value.shape for name, value in weights.items()}
    if expected != found:
        raise RunError(f"The weights do not fit the model: {_difference(expected, found)}.")
    model.to_empty(device="cpu")
    load_weights(model, weights)
    return model.eval().requires_grad_(False)


def load_weights(model: VAE, weights: Mapping[str, Floats]) -> None:
    """Copy arrays into the model's weights; names and shapes are known to fit."""
    with torch.no_grad():
        for name, value in model.state_dict().items():
            value.numpy()[...] = weights[name]


def weights_of(model: VAE) -> dict[str, Floats]:
    """Read-only float32 copies of the model's weights, by name."""
    return {name: frozen(value.cpu().numpy()) for name, value in model.state_dict().items()}


def _difference(
    expected: Mapping[str, tuple[int, ...]], found: Mapping[str, tuple[int, ...]]
) -> str:
    for name, shape in expected.items():
        if name not in found:
            return f"“{name}” is missing"
        if found[name] != shape:
            return f"“{name}” should have shape {shape} but has {found[name]}"
    extra = next(name for name in found if name not in expected)
    return f"“{extra}” does not belong to it"
