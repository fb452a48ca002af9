"""The KL term, averaged over data, split into three (Chen et al. 2018, β-TCVAE).

Mean KL(q(z|x) ‖ p(z)) = index-code mutual information + total correlation + dimension-wise KL.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from vae_desktop.core.models.latent import Posterior

LOG_2PI = math.log(2 * math.pi)


class Decomposition(NamedTuple):
    """Estimates from one batch, in nats per image; they add up to a sample of the KL term.

    Attributes:
        mutual_information: of picture and code, E[log q(z|x) − log q(z)].
        total_correlation: how far the latents depend on each other, E[log q(z) − Σ log q(z_j)].
        dimension_wise_kl: of each latent's own distribution, E[Σ log q(z_j) − log p(z)].
    """

    mutual_information: Tensor
    total_correlation: Tensor
    dimension_wise_kl: Tensor


def gaussian_log_density(z: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    """log N(z; μ, σ²), elementwise with broadcasting, in nats."""
    return -0.5 * (LOG_2PI + logvar + (z - mu).square() * torch.exp(-logvar))


def decompose(posterior: Posterior, z: Tensor, images: int) -> Decomposition:
    """The three parts, from one batch by stratified sampling.

    Args:
        posterior: of the batch.
        z: one sample of each posterior, (B, latent_dim).
        images: how many pictures the whole data set has.
    """
    mu, logvar = posterior
    assert logvar is not None
    # [i, j, d]: how likely sample i is under the posterior of picture j, in latent d.
    pairs = gaussian_log_density(z[:, None], mu[None], logvar[None])
    weights = log_weights(len(z), images).to(z)
    log_joint = torch.logsumexp(pairs.sum(2) + weights, dim=1)
    log_product = torch.logsumexp(pairs + weights[:, :, None], dim=1).sum(1)
    log_conditional = gaussian_log_density(z, mu, logvar).sum(1)
    log_prior = gaussian_log_density(z, torch.zeros_like(z), torch.zeros_like(z)).sum(1)
    return Decomposition(
        (log_conditional - log_joint).mean(),
        (log_joint - log_product).mean(),
        (log_product - log_prior).mean(),
    )


def log_weights(batch: int, images: int) -> Tensor:
    """Logarithms of the weights with which a batch stands for a data set of N images, (B, B).

    q(z) = 1/N Σ_n q(z|x_n). For the sample of picture i its own posterior is one term of that
    sum, with weight 1/N (the diagonal); the other B − 1 posteriors stand for the remaining
    N − 1, with (N − 1) / (N (B − 1)) each. Every row sums to one. This is the stratified
    estimate of Chen et al. 2018 (appendix C.1), averaged over the picture that theirs singles
    out to carry the rest.
    """
    images = max(images, batch)
    if batch == 1:
        return torch.zeros(1, 1)
    weights = torch.full((batch, batch), (images - 1) / (images * (batch - 1)))
    return weights.fill_diagonal_(1 / images).log_()
