"""Convolutional encoders and decoders for pictures of any size from 8×8 to 128×128.

At 64×64 it is the network of Burgess et al. 2018: four 4×4 convolutions of 32 channels that
halve the picture, and two fully connected layers of 256. Smaller and larger pictures are
halved until their shorter side has 3 to 5 pixels.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn

from vae_desktop.core.errors import ConfigError
from vae_desktop.core.models.halving import Doubling, Halving
from vae_desktop.core.models.stack import ACTIVATIONS, Stack

SIDES = (8, 128)
CHANNELS = 32
WIDTH = 256
SHORTEST = 3


def check_size(image_shape: tuple[int, int, int]) -> None:
    """Whether convolutions can take pictures (C, H, W).

    Raises:
        ConfigError: they are too small or too large.
    """
    _, height, width = image_shape
    if not all(SIDES[0] <= side <= SIDES[1] for side in (height, width)):
        raise ConfigError(
            f"Architecture: conv takes pictures with sides of {SIDES[0]} to {SIDES[1]} pixels, "
            f"but these are {width}×{height}; choose mlp or pictures of another size."
        )


def halvings(height: int, width: int) -> list[tuple[int, int]]:
    """The sizes of a picture on its way through the encoder, itself first."""
    sizes = [(height, width)]
    while min(sizes[-1]) // 2 >= SHORTEST:
        sizes.append((sizes[-1][0] // 2, sizes[-1][1] // 2))
    return sizes


class ConvEncoder(nn.Module):
    """Pictures (B, C, H, W) to `outputs` numbers (B, outputs).

    `classes` numbers per picture join the features before the fully connected layers.
    """

    def __init__(
        self, image_shape: tuple[int, int, int], outputs: int, activation: str, classes: int = 0
    ) -> None:
        super().__init__()
        sizes = halvings(*image_shape[1:])
        modules: list[nn.Module] = []
        for index in range(len(sizes) - 1):
            inputs = image_shape[0] if index == 0 else CHANNELS
            modules += [Halving(inputs, CHANNELS), ACTIVATIONS[activation]()]
        self.convolutions = nn.Sequential(*modules)
        height, width = sizes[-1]
        features = CHANNELS * height * width
        self.body = Stack([features + classes, WIDTH, WIDTH, outputs], activation)

    def forward(self, x: Tensor, told: Tensor | None = None) -> Tensor:
        """Encode x (B, C, H, W), with one-hot classes (B, K) where it is told them."""
        features = self.convolutions(x).flatten(1)
        encoded: Tensor = self.body(features if told is None else torch.cat((features, told), 1))
        return encoded


class ConvDecoder(nn.Module):
    """Codes (B, inputs) to (B, C, H, W): the encoder's way back."""

    def __init__(self, image_shape: tuple[int, int, int], inputs: int, activation: str) -> None:
        super().__init__()
        sizes = halvings(*image_shape[1:])[::-1]
        self._smallest = (CHANNELS, *sizes[0])
        height, width = sizes[0]
        self.body = Stack([inputs, WIDTH, WIDTH, CHANNELS * height * width], activation)
        modules: list[nn.Module] = []
        for index, (small, large) in enumerate(pairwise(sizes)):
            outputs = image_shape[0] if index == len(sizes) - 2 else CHANNELS
            # Halving an odd side loses a pixel; the way back must add it again.
            lost = (large[0] - 2 * small[0], large[1] - 2 * small[1])
            modules += [
                ACTIVATIONS[activation](),
                Doubling(CHANNELS, outputs, lost),
            ]
        self.convolutions = nn.Sequential(*modules)

    def forward(self, z: Tensor) -> Tensor:
        """Decode z (B, inputs)."""
        output: Tensor = self.convolutions(self.body(z).view(-1, *self._smallest))
        return output
