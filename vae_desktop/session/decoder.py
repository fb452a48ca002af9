"""The window's own copy of the model, refreshed from published snapshots.

Views decode and encode with it; the model that is being trained stays with the worker.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from vae_desktop.core.config import ModelConfig
from vae_desktop.core.events import Floats, Snapshot
from vae_desktop.core.imaging import to_uint8
from vae_desktop.core.models.build import build_with, load_weights


class Decoder:
    """A model for viewing, and the step that its weights are from.

    Args:
        config: the model's architecture.
        image_shape: (C, H, W).
        snapshot: the first weights.

    Raises:
        RunError: the weights do not fit the architecture.
    """

    def __init__(
        self, config: ModelConfig, image_shape: tuple[int, int, int], snapshot: Snapshot
    ) -> None:
        self._model = build_with(config, image_shape, snapshot.weights)
        self.step = snapshot.step

    def refresh(self, snapshot: Snapshot) -> None:
        """Take newer (or older) weights of the same run."""
        load_weights(self._model, snapshot.weights)
        self.step = snapshot.step

    @torch.no_grad()
    def decode(self, z: Floats) -> NDArray[np.uint8]:
        """Pictures (n, C, H, W) of codes z (n, latent_dim)."""
        return to_uint8(self._model.picture(torch.from_numpy(np.array(z, np.float32))))

    @torch.no_grad()
    def encode(self, images: NDArray[np.uint8]) -> tuple[Floats, Floats]:
        """Posterior means and standard deviations, each (n, latent_dim), of (n, C, H, W)."""
        x = torch.from_numpy(np.array(images)).to(torch.float32).mul_(1 / 255)
        posterior = self._model.encode(x)
        return posterior.mu.numpy(), posterior.logvar.mul(0.5).exp_().numpy()
