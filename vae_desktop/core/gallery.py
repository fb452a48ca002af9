"""Fixed test images, and what a model makes of them."""

import numpy as np
import torch
from torch import Tensor

from vae_desktop.core.data.dataset import Part
from vae_desktop.core.data.pixels import Examples
from vae_desktop.core.events import Reconstructions
from vae_desktop.core.imaging import to_uint8
from vae_desktop.core.models.latent import LatentModel

PICTURE_COUNT = 64


class Gallery:
    """The test images that are shown while a model trains.

    Args:
        part: the test part.
        examples: the same, on the model's device.
    """

    def __init__(self, part: Part, examples: Examples) -> None:
        self._batch = examples.take(_picked(part, PICTURE_COUNT))
        self._originals = to_uint8(self._batch.x)

    @torch.no_grad()
    def pictures(self, model: LatentModel, step: int) -> Reconstructions:
        """The images and their reconstructions from posterior means, after `step`."""
        x, labels = self._batch
        pictures = model.picture(model.encode(x, labels).mu, labels)
        return Reconstructions(step, self._originals, to_uint8(pictures))


def _picked(part: Part, count: int) -> Tensor:
    """Indices of the pictures that are shown: one of each class first, then the next ones."""
    indices = np.arange(min(len(part), 10 * count))
    if part.labels is not None:
        _, first = np.unique(part.labels[: len(indices)], return_index=True)
        rest = np.setdiff1d(indices, first)
        indices = np.concatenate((first, rest))
    return torch.from_numpy(indices[:count])
