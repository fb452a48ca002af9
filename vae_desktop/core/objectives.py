"""What training makes small, and its terms.

All terms are in nats per image: summed over pixels or latents, averaged over images.
"""

from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from vae_desktop.core.models.vae import VAE, Posterior


class Terms(NamedTuple):
    """The parts of the objective for one batch.

    Attributes:
        reconstruction: scalar, −log p(x|z) per image for one posterior sample z.
        kl_per_latent: (latent_dim,), KL(q(z_j|x) ‖ N(0, 1)) per image.
        kl: scalar, its sum.
        total: scalar, reconstruction + β · kl.
    """

    reconstruction: Tensor
    kl_per_latent: Tensor
    kl: Tensor
    total: Tensor


def kl_per_latent(posterior: Posterior) -> Tensor:
    """KL(q(z_j|x) ‖ N(0, 1)) for every picture and latent, (B, latent_dim), in nats.

    −½ (1 + log σ² − μ² − σ²): Kingma & Welling 2013, appendix B.
    """
    mu, logvar = posterior
    return 0.5 * (mu.square() + logvar.exp() - logvar - 1)


class _BernoulliNats(torch.autograd.Function):
    """Σ softplus(l) − l·x, the cross-entropy of pixels x in [0, 1] under logits l.

    `binary_cross_entropy_with_logits` gives the same number by way of more passes over
    memory, in both directions; here the gradient is simply sigmoid(l) − x.
    """

    @staticmethod
    def forward(ctx: Any, logits: Tensor, x: Tensor) -> Tensor:
        ctx.save_for_backward(logits, x)
        return functional.softplus(logits).sum() - torch.dot(logits.view(-1), x.view(-1))

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        logits, x = ctx.saved_tensors
        return torch.sigmoid(logits).sub_(x).mul_(gradient), None


def bernoulli_nats(logits: Tensor, x: Tensor) -> Tensor:
    """−log p(x) under independent Bernoulli pixels, summed over everything: a scalar.

    Args:
        logits: log-odds of the pixels, any shape, contiguous.
        x: pixels in [0, 1], the same shape; grey values count as probabilities.
    """
    total: Tensor = _BernoulliNats.apply(logits, x)  # type: ignore[no-untyped-call]
    return total


def terms_of(model: VAE, x: Tensor, noise: Tensor, beta: float) -> Terms:
    """The objective's parts for pictures x, with one posterior sample each.

    Args:
        model: the VAE.
        x: (B, C, H, W) in [0, 1], contiguous.
        noise: (B, latent_dim) from N(0, I).
        beta: weight of the KL term.
    """
    posterior = model.encode(x)
    logits = model.decode(posterior.sample(noise))
    reconstruction = bernoulli_nats(logits, x) / len(x)
    per_latent = kl_per_latent(posterior).mean(dim=0)
    kl = per_latent.sum()
    return Terms(reconstruction, per_latent, kl, torch.add(reconstruction, kl, alpha=beta))
