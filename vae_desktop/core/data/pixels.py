"""From a data set's bytes to the floats that a model sees."""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from vae_desktop.core.data.dataset import Images, Part


class Pixels:
    """Pictures ready to be taken in batches, as floats in [0, 1] on a device.

    In-memory pictures stay uint8 (a quarter of the memory and as fast); pictures that are
    rendered on demand are rendered batch by batch.

    Args:
        images: uint8 (N, C, H, W).
        device: where the batches are wanted.
        limit: look at only the first so many pictures; None for all.
    """

    def __init__(self, images: Images, device: torch.device, limit: int | None = None) -> None:
        self._images = images
        self._device = device
        self._count = min(limit or len(images), len(images))
        self._bytes: Tensor | None = None
        if isinstance(images, np.ndarray):
            # PyTorch warns of arrays that it must not write to; it never writes to these.
            writable = images if images.flags.writeable else images.copy()
            self._bytes = torch.from_numpy(writable[: self._count]).to(device)

    def __len__(self) -> int:
        return self._count

    def take(self, indices: Tensor) -> Tensor:
        """Pictures (B, C, H, W) in [0, 1] at int64 indices (B,)."""
        if self._bytes is None:
            rendered = torch.from_numpy(self._images[indices.numpy()])
            return rendered.to(self._device).to(torch.float32).mul_(1 / 255)
        picked = self._bytes.index_select(0, indices.to(self._device))
        return picked.to(torch.float32).mul_(1 / 255)


class Batch(NamedTuple):
    """Some pictures and, where they are known, their classes.

    Attributes:
        x: (B, C, H, W) in [0, 1].
        labels: int64 (B,), or None.
    """

    x: Tensor
    labels: Tensor | None


class Examples:
    """The pictures of a part of a data set with their labels, on a device.

    Args:
        part: where they are from.
        device: where the batches are wanted.
        limit: look at only the first so many; None for all.
        with_labels: False where nobody asks for the classes: batches then come faster.
    """

    def __init__(
        self,
        part: Part,
        device: torch.device,
        limit: int | None = None,
        *,
        with_labels: bool = True,
    ) -> None:
        self.pixels = Pixels(part.images, device, limit)
        self.device = device
        self.labels: Tensor | None = None
        if with_labels and part.labels is not None:
            self.labels = torch.from_numpy(part.labels[: len(self.pixels)].copy()).to(device)

    def __len__(self) -> int:
        return len(self.pixels)

    def take(self, indices: Tensor) -> Batch:
        """The examples at int64 indices (B,)."""
        if self.labels is None:
            return Batch(self.pixels.take(indices), None)
        return Batch(self.pixels.take(indices), self.labels[indices.to(self.device)])

    def spread(self, count: int) -> Tensor:
        """At most about `count` pictures (B, C, H, W), evenly spaced over all of them."""
        return self.pixels.take(torch.arange(0, len(self), max(1, len(self) // count)))
