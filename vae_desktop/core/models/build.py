"""From a config to a model with fresh weights, and between weights and numpy arrays."""

import math
from collections.abc import Mapping

import torch
from torch import nn

from vae_desktop.core.config import ModelConfig
from vae_desktop.core.errors import ConfigError, RunError
from vae_desktop.core.events import Floats, frozen
from vae_desktop.core.models.classifier import Classifier
from vae_desktop.core.models.conv import ConvDecoder, ConvEncoder, check_size
from vae_desktop.core.models.latent import VAE, Autoencoder, LatentModel, Scaling
from vae_desktop.core.models.mlp import MLPDecoder, MLPEncoder

Model = Classifier | LatentModel


def build(
    config: ModelConfig,
    image_shape: tuple[int, int, int],
    generator: torch.Generator,
    *,
    classes: int = 0,
    likelihood: str = "bernoulli",
    moments: tuple[float, float] = (0.0, 1.0),
) -> Model:
    """The model of a config, its weights drawn from `generator`.

    Args:
        config: what the network looks like.
        image_shape: (C, H, W) of its pictures.
        generator: the owner of the initial weights.
        classes: how many classes the pictures have; 0 without labels.
        likelihood: what a VAE's decoder says of the pixels.
        moments: mean and standard deviation of the training pixels, for normalised inputs.

    Raises:
        ConfigError: the architecture cannot take such pictures, or they have no classes.
    """
    model = _empty(config, image_shape, classes, likelihood).to_empty(device="cpu")
    initialise(model, generator)
    for module in model.modules():
        if isinstance(module, Scaling):
            module.mean.fill_(moments[0])
            module.std.fill_(moments[1])
    return model


def _empty(
    config: ModelConfig, image_shape: tuple[int, int, int], classes: int, likelihood: str
) -> Model:
    """The model without memory for its weights: nothing is drawn from the global generator."""
    if config.architecture == "conv":
        check_size(image_shape)
    if config.kind in ("classifier", "cvae") and not classes:
        raise ConfigError(
            f"Model: a {config.kind} learns from labels, but this data set has none; choose "
            "another model or a data set with classes."
        )
    with torch.device("meta"):
        scaling = Scaling() if config.inputs == "normalised" else None
        if config.kind == "classifier":
            return Classifier(_encoder(config, image_shape, classes), scaling)
        size = config.latent_dim
        if config.kind == "autoencoder":
            encoder, decoder = _encoder(config, image_shape, size), _decoder(config, image_shape)
            return Autoencoder(encoder, decoder, size, scaling, config.bottleneck_relu)
        told = classes if config.kind == "cvae" else 0
        encoder = _encoder(config, image_shape, 2 * size, told)
        return VAE(encoder, _decoder(config, image_shape, told), size, told, likelihood)


def _encoder(
    config: ModelConfig, image_shape: tuple[int, int, int], outputs: int, told: int = 0
) -> nn.Module:
    if config.architecture == "conv":
        return ConvEncoder(image_shape, outputs, config.activation, told)
    return MLPEncoder(image_shape, config.hidden, outputs, config.activation, told)


def _decoder(config: ModelConfig, image_shape: tuple[int, int, int], told: int = 0) -> nn.Module:
    inputs = config.latent_dim + told
    if config.architecture == "conv":
        return ConvDecoder(image_shape, inputs, config.activation)
    return MLPDecoder(image_shape, config.hidden, inputs, config.activation)


def initialise(model: nn.Module, generator: torch.Generator) -> None:
    """Draw all weights anew, from `generator` alone.

    Weights and biases are uniform in ±1/√inputs, PyTorch's own rule for linear layers and
    convolutions (`torch.nn.Linear`, `torch.nn.Conv2d`), so that published settings behave as
    published. For transposed convolutions PyTorch counts the outputs as inputs; so do we.
    """
    for module in model.modules():
        if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            bound = 1 / math.sqrt(module.weight[0].numel())
            for tensor in (module.weight, module.bias):
                assert tensor is not None
                nn.init.uniform_(tensor, -bound, bound, generator=generator)


def build_with(
    config: ModelConfig,
    image_shape: tuple[int, int, int],
    weights: Mapping[str, Floats],
    *,
    classes: int = 0,
    likelihood: str = "bernoulli",
) -> Model:
    """The model of a config with given weights, for viewing.

    Args: see `build`.

    Raises:
        RunError: the weights are not those of such a model; nothing is loaded half.
        ConfigError: as `build`.
    """
    model = _empty(config, image_shape, classes, likelihood)
    check_weights(model, weights)
    model.to_empty(device="cpu")
    load_weights(model, weights)
    return model.eval().requires_grad_(False)


def check_weights(model: Model, weights: Mapping[str, Floats]) -> None:
    """Whether weights have the names and shapes of the model's.

    Raises:
        RunError: they do not, with the first difference.
    """
    expected = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    found = {name: value.shape for name, value in weights.items()}
    if expected != found:
        raise RunError(f"The weights do not fit the model: {difference(expected, found)}.")


def load_weights(model: Model, weights: Mapping[str, Floats]) -> None:
    """Copy arrays into the model's weights; names and shapes are known to fit."""
    with torch.no_grad():
        for name, value in model.state_dict().items():
            # A copy, because PyTorch warns of arrays that it must not write to.
            value.copy_(torch.from_numpy(weights[name].copy()))


def weights_of(model: Model) -> dict[str, Floats]:
    """Read-only float32 copies of the model's weights, by name."""
    return {name: frozen(value.cpu().numpy()) for name, value in model.state_dict().items()}


def difference(expected: Mapping[str, object], found: Mapping[str, object]) -> str:
    """The first name or shape in which two sets of tensors differ, in words."""
    for name, shape in expected.items():
        if name not in found:
            return f"“{name}” is missing"
        if found[name] != shape:
            return f"“{name}” should have shape {shape} but has {found[name]}"
    extra = next(name for name in found if name not in expected)
    return f"“{extra}” does not belong to it"
