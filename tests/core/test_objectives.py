"""Terms of the objective against closed forms and PyTorch's own."""

import math

import pytest
import torch
from torch.distributions import Normal, kl_divergence
from torch.nn import functional

from vae_desktop.core.config import ModelConfig, ObjectiveConfig
from vae_desktop.core.data.pixels import Batch
from vae_desktop.core.likelihoods import bernoulli_nats
from vae_desktop.core.models.build import build
from vae_desktop.core.models.latent import Posterior
from vae_desktop.core.objectives import Weights, kl_per_latent, terms_of


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(1)


def test_kl_equals_torch_distributions(generator: torch.Generator) -> None:
    mu = 3 * torch.randn(50, 7, generator=generator)
    logvar = 2 * torch.randn(50, 7, generator=generator)
    posterior = Normal(mu, (0.5 * logvar).exp())
    expected = kl_divergence(posterior, Normal(0.0, 1.0))
    torch.testing.assert_close(kl_per_latent(Posterior(mu, logvar)), expected, atol=1e-5, rtol=1e-5)


def test_kl_of_the_prior_is_zero() -> None:
    zeros = torch.zeros(3, 2)
    assert kl_per_latent(Posterior(zeros, zeros)).abs().max() == 0


def test_kl_by_hand() -> None:
    # μ = 1, σ² = e: ½ (1 + e − 1 − 1)
    kl = kl_per_latent(Posterior(torch.tensor([[1.0]]), torch.tensor([[1.0]])))
    assert kl.item() == pytest.approx((math.e - 1) / 2, abs=1e-6)


def test_reconstruction_equals_torch(generator: torch.Generator) -> None:
    logits = 8 * torch.randn(5, 1, 28, 28, generator=generator)
    x = torch.rand(5, 1, 28, 28, generator=generator)
    expected = functional.binary_cross_entropy_with_logits(logits, x, reduction="sum")
    assert bernoulli_nats(logits, x).item() == pytest.approx(expected.item(), rel=1e-5)


def test_reconstruction_stays_finite_at_extreme_logits() -> None:
    logits = torch.tensor([[1e3, -1e3, 0.0]])
    x = torch.tensor([[1.0, 0.0, 0.5]])
    assert bernoulli_nats(logits, x).item() == pytest.approx(math.log(2), abs=1e-4)


def test_reconstruction_gradient(generator: torch.Generator) -> None:
    logits = torch.randn(4, 6, generator=generator, dtype=torch.float64, requires_grad=True)
    x = torch.rand(4, 6, generator=generator, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda value: bernoulli_nats(value, x), (logits,))


def test_half_probability_costs_784_ln_2() -> None:
    zeros = torch.zeros(1, 784)
    assert bernoulli_nats(zeros, torch.rand(1, 784)).item() == pytest.approx(543.43, abs=0.01)


def test_sample_has_the_posteriors_moments(generator: torch.Generator) -> None:
    mu = torch.full((100_000, 1), 2.0)
    logvar = torch.full((100_000, 1), math.log(0.25))
    z = Posterior(mu, logvar).sample(torch.randn(100_000, 1, generator=generator))
    assert z.mean().item() == pytest.approx(2.0, abs=0.01)
    assert z.std().item() == pytest.approx(0.5, abs=0.01)


def test_terms_add_up(generator: torch.Generator) -> None:
    model = build(ModelConfig(latent_dim=3, hidden=(16,)), (1, 8, 8), generator)
    x = torch.rand(10, 1, 8, 8, generator=generator)
    noise = torch.randn(10, 3, generator=generator)
    terms = terms_of(model, Batch(x, None), noise, ObjectiveConfig(), Weights(4.0, 0.0, 10))
    posterior = model.encode(x)
    logits = model.decode(posterior.mu + (0.5 * posterior.logvar).exp() * noise)
    expected = functional.binary_cross_entropy_with_logits(logits, x, reduction="sum") / 10
    assert terms.parts["reconstruction"].item() == pytest.approx(expected.item(), rel=1e-5)
    assert terms.parts["kl"].item() == pytest.approx(terms.kl_per_latent.sum().item(), rel=1e-6)
    assert terms.total.item() == pytest.approx(
        terms.parts["reconstruction"].item() + 4 * terms.parts["kl"].item(), rel=1e-6
    )
    assert terms.kl_per_latent.shape == (3,)
