"""Fully connected encoders and decoders."""

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from vae_desktop.core.models.linear import Linear

ACTIVATIONS: dict[str, type[nn.Module]] = {"relu": nn.ReLU, "tanh": nn.Tanh, "silu": nn.SiLU}


def layers(widths: Sequence[int], activation: str) -> nn.Sequential:
    """Linear layers through `widths`, the activation between them and none at the end."""
    modules: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        modules += [Linear(inputs, outputs), ACTIVATIONS[activation]()]
    return nn.Sequential(*modules[:-1])


class MLPEncoder(nn.Module):
    """Pictures (B, C, H, W) to `outputs` numbers (B, outputs)."""

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        hidden: Sequence[int],
        outputs: int,
        activation: str,
    ) -> None:
        super().__init__()
        self.body = layers([math.prod(image_shape), *hidden, outputs], activation)

    def forward(self, x: Tensor) -> Tensor:
        """Encode x (B, C, H, W)."""
        encoded: Tensor = self.body(x.flatten(1))
        return encoded


class MLPDecoder(nn.Module):
    """Codes (B, latent_dim) to logits (B, C, H, W); `hidden` as the encoder's, reversed here."""

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        hidden: Sequence[int],
        latent_dim: int,
        activation: str,
    ) -> None:
        super().__init__()
        self.image_shape = image_shape
        self.body = layers([latent_dim, *reversed(hidden), math.prod(image_shape)], activation)

    def forward(self, z: Tensor) -> Tensor:
        """Decode z (B, latent_dim)."""
        logits: Tensor = self.body(z)
        return logits.view(-1, *self.image_shape)


def initialise(model: nn.Module, generator: torch.Generator) -> None:
    """Draw all weights anew, from `generator` alone.

    Weights and biases are uniform in ±1/√inputs, PyTorch's own rule for linear layers
    (`torch.nn.Linear`), so that published settings behave as published.
    """
    for module in model.modules():
        if isinstance(module, nn.Linear):
            bound = 1 / math.sqrt(module.in_features)
            nn.init.uniform_(module.weight, -bound, bound, generator=generator)
            nn.init.uniform_(module.bias, -bound, bound, generator=generator)
