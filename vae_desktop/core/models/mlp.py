"""Fully connected encoders and decoders."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from vae_desktop.core.models.stack import Stack


class MLPEncoder(nn.Module):
    """Pictures (B, C, H, W) to `outputs` numbers (B, outputs).

    `classes` numbers per picture join its pixels.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        hidden: Sequence[int],
        outputs: int,
        activation: str,
        classes: int = 0,
    ) -> None:
        super().__init__()
        self.body = Stack([math.prod(image_shape) + classes, *hidden, outputs], activation)

    def forward(self, x: Tensor, told: Tensor | None = None) -> Tensor:
        """Encode x (B, C, H, W), with one-hot classes (B, K) where it is told them."""
        pixels = x.flatten(1)
        encoded: Tensor = self.body(pixels if told is None else torch.cat((pixels, told), 1))
        return encoded


class MLPDecoder(nn.Module):
    """Codes (B, inputs) to (B, C, H, W); `hidden` as the encoder's, reversed here."""

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        hidden: Sequence[int],
        inputs: int,
        activation: str,
    ) -> None:
        super().__init__()
        self.image_shape = image_shape
        self.body = Stack([inputs, *reversed(hidden), math.prod(image_shape)], activation)

    def forward(self, z: Tensor) -> Tensor:
        """Decode z (B, inputs)."""
        output: Tensor = self.body(z)
        return output.view(-1, *self.image_shape)
