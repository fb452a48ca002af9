"""The KL term's parts, where they are known in closed form."""

import math

import pytest
import torch
from torch.distributions import MultivariateNormal

from vae_desktop.core.models.latent import Posterior
from vae_desktop.core.objectives import kl_per_latent
from vae_desktop.core.total_correlation import decompose, log_weights

BATCH, IMAGES = 256, 60_000


def aggregate(correlation: float, latents: int, seed: int) -> tuple[Posterior, torch.Tensor]:
    """A batch whose posterior means and samples are jointly Gaussian.

    Means have variance ½ and the given correlation between the first two latents; the
    posteriors have variance ½, so that every latent of q(z) has variance 1.
    """
    generator = torch.Generator().manual_seed(seed)
    mu = torch.randn(BATCH, latents, generator=generator) * math.sqrt(0.5)
    if correlation:
        mu[:, 1] = correlation * mu[:, 0] + math.sqrt(1 - correlation**2) * mu[:, 1]
    logvar = torch.full_like(mu, math.log(0.5))
    posterior = Posterior(mu, logvar)
    return posterior, posterior.sample(torch.randn(mu.shape, generator=generator))


@pytest.mark.parametrize("latents", [2, 5, 10])
def test_independent_gaussians_have_no_total_correlation(latents: int) -> None:
    posterior, z = aggregate(0.0, latents, seed=latents)
    parts = decompose(posterior, z, IMAGES)
    assert parts.total_correlation.item() == pytest.approx(0, abs=1.5)
    # I(x; z) of each latent is ½ ln(1 / ½); q(z) is the prior itself.
    assert parts.mutual_information.item() == pytest.approx(latents * math.log(2) / 2, abs=1.5)
    assert parts.dimension_wise_kl.item() == pytest.approx(0, abs=0.3)


def test_a_known_correlation_is_found() -> None:
    """Two latents of q(z) with covariance ½ρ have the total correlation −½ ln(1 − ¼ρ²)."""
    found = [
        decompose(*aggregate(0.99, 2, seed), IMAGES).total_correlation.item() for seed in range(20)
    ]
    covariance = torch.tensor([[1.0, 0.495], [0.495, 1.0]])
    joint = MultivariateNormal(torch.zeros(2), covariance)
    expected = 2 * (0.5 * math.log(2 * math.pi * math.e)) - joint.entropy().item()
    assert expected == pytest.approx(-0.5 * math.log(1 - 0.495**2), abs=1e-5)
    assert sum(found) / 20 == pytest.approx(expected, abs=0.03)


def test_the_parts_add_up_to_the_kl_term() -> None:
    posterior, z = aggregate(0.5, 4, seed=1)
    parts = decompose(posterior, z, IMAGES)
    exact = kl_per_latent(posterior).sum(1).mean().item()
    # The parts use samples, the closed form does not.
    assert sum(parts).item() == pytest.approx(exact, abs=0.3)


@pytest.mark.parametrize(("batch", "images"), [(2, 2), (5, 5), (256, 60_000), (120, 121)])
def test_weights_stand_for_the_whole_set(batch: int, images: int) -> None:
    weights = log_weights(batch, images).exp()
    torch.testing.assert_close(weights.sum(1), torch.ones(batch))
    torch.testing.assert_close(weights.diagonal(), torch.full((batch,), 1 / images))
    off = weights[~torch.eye(batch, dtype=torch.bool)]
    assert off.min() == off.max(), "no picture of the batch is special"


def test_the_weights_are_unbiased() -> None:
    """The mean over all batches that hold a picture is the density under the whole set."""
    generator = torch.Generator().manual_seed(3)
    densities = torch.rand(7, generator=generator, dtype=torch.float64)
    own = 2
    others = [index for index in range(7) if index != own]
    pairs = [[own, one, two] for one in others for two in others if one < two]
    weights = log_weights(3, 7).exp()[0].double()
    estimates = [(weights * densities[batch]).sum() for batch in pairs]
    assert torch.stack(estimates).mean().item() == pytest.approx(densities.mean().item(), rel=1e-6)


def test_a_single_picture_says_nothing() -> None:
    posterior = Posterior(torch.ones(1, 3), torch.zeros(1, 3))
    parts = decompose(posterior, torch.ones(1, 3), IMAGES)
    assert parts.mutual_information.item() == 0
    assert parts.total_correlation.item() == pytest.approx(0, abs=1e-5)


def test_gradients() -> None:
    generator = torch.Generator().manual_seed(0)
    mu, logvar, noise = torch.randn(3, 5, 2, generator=generator, dtype=torch.float64)

    def total(mu: torch.Tensor, logvar: torch.Tensor) -> torch.Tensor:
        posterior = Posterior(mu, logvar)
        return decompose(posterior, posterior.sample(noise), 50).total_correlation

    assert torch.autograd.gradcheck(total, (mu.requires_grad_(), logvar.requires_grad_()))
