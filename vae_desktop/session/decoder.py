"""The window's own copy of the model, refreshed from published snapshots.

Views decode and encode with it; the model that is being trained stays with the worker.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vae_desktop.core.config import ModelConfig
from vae_desktop.core.events import Floats, Snapshot
from vae_desktop.core.imaging import to_uint8
from vae_desktop.core.models.build import build_with, load_weights
from vae_desktop.core.models.latent import LatentModel

Labels = NDArray[np.int64]


class Decoder:
    """A model with a code, for viewing, and the step that its weights are from.

    Args:
        config: the model's architecture.
        image_shape: (C, H, W).
        snapshot: the first weights.
        classes: how many classes the pictures have; 0 without labels.
        likelihood: the run's, for what the decoder's numbers mean.

    Raises:
        RunError: the weights do not fit the architecture.
        ValueError: the model has no code (a classifier).

    Attributes:
        step: whose weights these are.
        label: the class (from 0) that a conditional model is told where no labels are given.
    """

    def __init__(
        self,
        config: ModelConfig,
        image_shape: tuple[int, int, int],
        snapshot: Snapshot,
        *,
        classes: int = 0,
        likelihood: str = "bernoulli",
    ) -> None:
        model = build_with(
            config, image_shape, snapshot.weights, classes=classes, likelihood=likelihood
        )
        if not isinstance(model, LatentModel):
            raise ValueError(f"a {config.kind} has no code to decode")
        self._model = model
        self.step, self.label = snapshot.step, 0

    @property
    def classes(self) -> int:
        """How many classes the model is told of; 0 where it is told none."""
        return self._model.classes

    def refresh(self, snapshot: Snapshot) -> None:
        """Take newer (or older) weights of the same run."""
        load_weights(self._model, snapshot.weights)
        self.step = snapshot.step

    @torch.no_grad()
    def decode(self, z: Floats, labels: Labels | None = None) -> NDArray[np.uint8]:
        """Pictures (n, C, H, W) of codes z (n, latent_dim), of classes `labels` (n,)."""
        codes = torch.from_numpy(np.array(z, np.float32))
        return to_uint8(self._model.picture(codes, self._told(labels, len(z))))

    @torch.no_grad()
    def encode(
        self, images: NDArray[np.uint8], labels: Labels | None = None
    ) -> tuple[Floats, Floats]:
        """Posterior means and standard deviations, each (n, latent_dim), of (n, C, H, W).

        Pictures of a data set come with their `labels`; others count as of class `label`.
        The codes of an autoencoder are points: their deviations are zero.
        """
        x = torch.from_numpy(np.array(images)).to(torch.float32).mul_(1 / 255)
        mu, logvar = self._model.encode(x, self._told(labels, len(x)))
        if logvar is None:
            return mu.numpy(), np.zeros(mu.shape, np.float32)
        return mu.numpy(), logvar.mul(0.5).exp_().numpy()

    def _told(self, labels: Labels | None, count: int) -> Tensor | None:
        """What the model is told of so many pictures; None where it wants to know nothing."""
        if not self.classes:
            return None
        if labels is None:
            return torch.full((count,), self.label)
        return torch.from_numpy(np.array(labels, np.int64))
