"""The variational autoencoder (Kingma & Welling 2013)."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

LOGVAR_LIMITS = (-30.0, 20.0)
"""Beyond these, exp(log σ²) is zero or infinite in float32 and nothing can be learnt."""


class Posterior(NamedTuple):
    """q(z|x): a Gaussian with diagonal covariance, for every picture of a batch.

    Attributes:
        mu: its means, (B, latent_dim).
        logvar: its log variances, (B, latent_dim).
    """

    mu: Tensor
    logvar: Tensor

    def sample(self, noise: Tensor) -> Tensor:
        """μ + σ · noise, with noise (B, latent_dim) from N(0, I)."""
        return torch.addcmul(self.mu, torch.exp(0.5 * self.logvar), noise)


class VAE(nn.Module):
    """An encoder to a posterior and a decoder to the logits of the pixels.

    Args:
        encoder: (B, C, H, W) in [0, 1] to (B, 2 · latent_dim): means, then log variances.
        decoder: (B, latent_dim) to logits (B, C, H, W).
        latent_dim: numbers in a code.
    """

    def __init__(self, encoder: nn.Module, decoder: nn.Module, latent_dim: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        self.latent_dim = latent_dim

    def encode(self, x: Tensor) -> Posterior:
        """The posterior of pictures x (B, C, H, W) in [0, 1]."""
        mu, logvar = self.encoder(x).split(self.latent_dim, dim=1)
        return Posterior(mu, logvar.clamp(*LOGVAR_LIMITS))

    def decode(self, z: Tensor) -> Tensor:
        """Logits (B, C, H, W) of codes z (B, latent_dim)."""
        logits: Tensor = self.decoder(z)
        return logits

    def picture(self, z: Tensor) -> Tensor:
        """Expected pixels in [0, 1], (B, C, H, W), of codes z (B, latent_dim)."""
        return torch.sigmoid(self.decode(z))
