"""Models with a code: pictures to a posterior, codes to pictures.

All of them have one small surface: `encode`, `decode` and `picture`. Pictures go in and come
out as pixels in [0, 1]; what the network is given inside is the model's own business.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from vae_desktop.core.likelihoods import expected_pixels

LOGVAR_LIMITS = (-30.0, 20.0)
"""Beyond these, exp(log σ²) is zero or infinite in float32 and nothing can be learnt."""


class Posterior(NamedTuple):
    """q(z|x): a Gaussian with diagonal covariance, for every picture of a batch.

    Attributes:
        mu: its means, (B, latent_dim).
        logvar: its log variances, (B, latent_dim); None for an autoencoder, whose code is a
            point.
    """

    mu: Tensor
    logvar: Tensor | None

    def sample(self, noise: Tensor) -> Tensor:
        """μ + σ · noise, with noise (B, latent_dim) from N(0, I); a point is its own sample."""
        if self.logvar is None:
            return self.mu
        return torch.addcmul(self.mu, torch.exp(0.5 * self.logvar), noise)


class Scaling(nn.Module):
    """Pixels in [0, 1] to (x − mean) / std and back; both are kept with the weights."""

    mean: Tensor
    std: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(1))
        self.register_buffer("std", torch.ones(1))

    def forward(self, x: Tensor) -> Tensor:
        """Pixels as the network wants them."""
        return (x - self.mean) / self.std

    def undo(self, scaled: Tensor) -> Tensor:
        """Pixels in [0, 1] again; what is outside is cut off."""
        return torch.addcmul(self.mean, scaled, self.std).clamp(0, 1)


class LatentModel(nn.Module):
    """An encoder and a decoder with `latent_dim` numbers between them.

    Args:
        encoder: (B, C, H, W) and the classes (B, K) or None to (B, outputs).
        decoder: (B, latent_dim + K) to (B, C, H, W).
        latent_dim: numbers in a code.
        classes: K, the classes that it is told of; 0 where it is told none.
    """

    def __init__(
        self, encoder: nn.Module, decoder: nn.Module, latent_dim: int, classes: int = 0
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        self.latent_dim = latent_dim
        self.classes = classes

    def encode(self, x: Tensor, labels: Tensor | None = None) -> Posterior:
        """The posterior of pictures x (B, C, H, W) in [0, 1].

        Args:
            x: the pictures.
            labels: int64 (B,), for a model that is told the class; others ignore them.
        """
        raise NotImplementedError

    def decode(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """What the decoder says of the pixels, (B, C, H, W), for codes z (B, latent_dim)."""
        told = self._told(labels)
        output: Tensor = self.decoder(z if told is None else torch.cat((z, told), dim=1))
        return output

    def picture(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Expected pixels in [0, 1], (B, C, H, W), of codes z (B, latent_dim)."""
        raise NotImplementedError

    def _told(self, labels: Tensor | None) -> Tensor | None:
        """Labels as one-hot rows (B, K); None where the model is told none."""
        if not self.classes:
            return None
        if labels is None:
            raise ValueError("a conditional model needs the labels of its pictures")
        return functional.one_hot(labels, self.classes).to(torch.float32)


class Autoencoder(LatentModel):
    """A code without chance in it.

    Args:
        encoder, decoder, latent_dim: see `LatentModel`; the decoder's output is in the scale
            of its input.
        scaling: what is done to pixels first; None for nothing.
        bottleneck_relu: cut off the negative numbers of a code.
    """

    def __init__(
        self,
        encoder: nn.Module,
        decoder: nn.Module,
        latent_dim: int,
        scaling: Scaling | None = None,
        bottleneck_relu: bool = False,
    ) -> None:
        super().__init__(encoder, decoder, latent_dim)
        self.scaling = scaling
        self.bottleneck_relu = bottleneck_relu

    def scaled(self, x: Tensor) -> Tensor:
        """Pictures in [0, 1] in the scale in which they are reconstructed."""
        return x if self.scaling is None else self.scaling(x)

    def encode(self, x: Tensor, labels: Tensor | None = None) -> Posterior:
        code = self.encoder(self.scaled(x))
        return Posterior(functional.relu(code) if self.bottleneck_relu else code, None)

    def picture(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        output = self.decode(z)
        return output.clamp(0, 1) if self.scaling is None else self.scaling.undo(output)


class VAE(LatentModel):
    """The variational autoencoder (Kingma & Welling 2013); conditional where it has classes.

    Args:
        encoder: see `LatentModel`; its outputs are means, then log variances.
        decoder, latent_dim, classes: see `LatentModel`.
        likelihood: what the decoder's numbers mean, see `likelihoods`.
    """

    def __init__(
        self,
        encoder: nn.Module,
        decoder: nn.Module,
        latent_dim: int,
        classes: int = 0,
        likelihood: str = "bernoulli",
    ) -> None:
        super().__init__(encoder, decoder, latent_dim, classes)
        self.likelihood = likelihood

    def encode(self, x: Tensor, labels: Tensor | None = None) -> Posterior:
        told = self._told(labels)
        mu, logvar = self.encoder(x, told).split(self.latent_dim, dim=1)
        return Posterior(mu, logvar.clamp(*LOGVAR_LIMITS))

    def picture(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        return expected_pixels(self.likelihood, self.decode(z, labels))
