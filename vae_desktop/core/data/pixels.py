"""From a data set's bytes to the floats that a model sees."""

import numpy as np
import torch
from torch import Tensor

from vae_desktop.core.data.dataset import Images


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
