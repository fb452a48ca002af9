"""Terms of the objective against closed forms and PyTorch's own."""

import math
from typing import Any, get_args

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence
from torch.nn import functional

from tests.samples import tiny_config
from vae_desktop.core.config import ModelConfig, ObjectiveConfig
from vae_desktop.core.data.dataset import Part
from vae_desktop.core.data.pixels import Batch, Examples
from vae_desktop.core.events import TERMS
from vae_desktop.core.meaning import notes_of
from vae_desktop.core.models.build import Model, build
from vae_desktop.core.models.classifier import Classifier
from vae_desktop.core.models.latent import VAE, Autoencoder, Posterior
from vae_desktop.core.objectives import (
    Terms,
    Weights,
    kl_per_latent,
    sample_and_kl,
    term_names,
    terms_of,
)


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


def test_sample_has_the_posteriors_moments(generator: torch.Generator) -> None:
    mu = torch.full((100_000, 1), 2.0)
    logvar = torch.full((100_000, 1), math.log(0.25))
    z = Posterior(mu, logvar).sample(torch.randn(100_000, 1, generator=generator))
    assert z.mean().item() == pytest.approx(2.0, abs=0.01)
    assert z.std().item() == pytest.approx(0.5, abs=0.01)


def batch_of(count: int, generator: torch.Generator) -> Batch:
    x = torch.rand(count, 1, 8, 8, generator=generator)
    return Batch(x, torch.randint(0, 3, (count,), generator=generator))


def small_terms(
    generator: torch.Generator, weights: Weights, model_kind: str = "vae", **objective: Any
) -> tuple[Terms, Model]:
    """The terms of a small model of three latents for ten pictures of three classes."""
    config = ModelConfig(kind=model_kind, latent_dim=3, hidden=(16,))
    model = build(config, (1, 8, 8), generator, classes=3)
    noise = torch.randn(10, 3, generator=generator)
    batch = batch_of(10, generator)
    return terms_of(model, batch, noise, ObjectiveConfig(**objective), weights), model


def test_terms_add_up(generator: torch.Generator) -> None:
    model = build(ModelConfig(latent_dim=3, hidden=(16,)), (1, 8, 8), generator)
    assert isinstance(model, VAE)
    batch = batch_of(10, generator)
    noise = torch.randn(10, 3, generator=generator)
    terms = terms_of(model, batch, noise, ObjectiveConfig(), Weights(4.0, 0.0, 10))
    mu, logvar = model.encode(batch.x)
    logits = model.decode(mu + (0.5 * logvar).exp() * noise)
    bce = functional.binary_cross_entropy_with_logits(logits, batch.x, reduction="sum") / 10
    kl = kl_divergence(Normal(mu, (0.5 * logvar).exp()), Normal(0.0, 1.0)).sum(1).mean()
    assert terms.parts["reconstruction"].item() == pytest.approx(bce.item(), rel=1e-5)
    assert terms.parts["kl"].item() == pytest.approx(kl.item(), rel=1e-4)
    assert terms.kl_per_latent.sum().item() == pytest.approx(kl.item(), rel=1e-4)
    assert terms.total.item() == pytest.approx((bce + 4 * kl).item(), rel=1e-5)


def test_capacity_holds_the_kl_term_from_both_sides(generator: torch.Generator) -> None:
    for capacity in (0.0, 100.0):
        held, _ = small_terms(generator, Weights(1.0, capacity, 10), kind="capacity", gamma=30.0)
        reconstruction, kl = (held.parts[name].item() for name in ("reconstruction", "kl"))
        expected = reconstruction + 30 * abs(kl - capacity)
        assert held.total.item() == pytest.approx(expected, rel=1e-5)


def test_free_bits_leave_each_latent_its_share(generator: torch.Generator) -> None:
    terms, _ = small_terms(generator, Weights(2.0, 0.0, 10), free_bits=0.05)
    paid = [max(0.05, kl) for kl in terms.kl_per_latent.tolist()]
    assert min(terms.kl_per_latent.tolist()) < 0.05, "the test has nothing to see otherwise"
    expected = terms.parts["reconstruction"].item() + 2 * sum(paid)
    assert terms.total.item() == pytest.approx(expected, rel=1e-6)


def test_total_correlation_alone_is_weighed(generator: torch.Generator) -> None:
    model = build(ModelConfig(latent_dim=3, hidden=(16,)), (1, 8, 8), generator)
    batch, noise = batch_of(10, generator), torch.randn(10, 3, generator=generator)
    config = ObjectiveConfig(kind="tc")
    parts = terms_of(model, batch, noise, config, Weights(1.0, 0.0, 500)).parts
    names = ("mutual_information", "total_correlation", "dimension_wise_kl")
    information, correlation, dimensions = (parts[name].item() for name in names)
    for beta in (1.0, 6.4):
        total = terms_of(model, batch, noise, config, Weights(beta, 0.0, 500)).total.item()
        expected = information + beta * correlation + dimensions
        assert total - parts["reconstruction"].item() == pytest.approx(expected, abs=1e-4)


def test_the_autoencoder_loses_what_its_pixels_are_off(generator: torch.Generator) -> None:
    config = ModelConfig(kind="autoencoder", hidden=(16,), inputs="normalised")
    model = build(config, (1, 8, 8), generator, moments=(0.3, 0.5))
    assert isinstance(model, Autoencoder)
    batch = batch_of(10, generator)
    terms = terms_of(model, batch, torch.zeros(10, 2), ObjectiveConfig(), Weights(1.0, 0.0, 10))
    output = model.decode(model.encode(batch.x).mu)
    error = (output - (batch.x - 0.3) / 0.5).square().mean()
    assert terms.parts.keys() == {"reconstruction"}
    assert terms.total.item() == pytest.approx(error.item(), rel=1e-5)
    assert terms.kl_per_latent.numel() == 0


def test_the_classifier_is_judged_by_its_labels(generator: torch.Generator) -> None:
    model = build(ModelConfig(kind="classifier", hidden=(16,)), (1, 8, 8), generator, classes=3)
    assert isinstance(model, Classifier)
    batch = batch_of(30, generator)
    terms = terms_of(model, batch, torch.zeros(30, 0), ObjectiveConfig(), Weights(1.0, 0.0, 30))
    chances = torch.softmax(model.classify(batch.x), 1)
    assert batch.labels is not None
    own = chances[torch.arange(30), batch.labels]
    right = (chances.max(1).indices == batch.labels).double().mean()
    assert terms.total.item() == pytest.approx(-own.log().mean().item(), rel=1e-5)
    assert terms.parts["accuracy"].item() == pytest.approx(right.item())


@pytest.mark.parametrize("kind", ["beta", "capacity", "tc"])
@pytest.mark.parametrize("model_kind", ["vae", "cvae", "autoencoder", "classifier"])
def test_names_of_terms_come_in_their_order(
    kind: str, model_kind: str, generator: torch.Generator
) -> None:
    terms, model = small_terms(generator, Weights(1.0, 0.0, 10), model_kind, kind=kind)
    assert tuple(terms.parts) == term_names(model, ObjectiveConfig(kind=kind))
    assert set(terms.parts) <= set(TERMS)


def test_sample_and_kl_are_those_of_the_posterior(generator: torch.Generator) -> None:
    mu, logvar, noise = torch.randn(3, 9, 4, generator=generator)
    z, kl = sample_and_kl(Posterior(mu, logvar), noise)
    torch.testing.assert_close(z, mu + torch.exp(logvar / 2) * noise)
    expected = kl_divergence(Normal(mu, torch.exp(logvar / 2)), Normal(0.0, 1.0)).mean(0)
    torch.testing.assert_close(kl, expected, atol=1e-5, rtol=1e-5)


def test_gradients_of_sample_and_kl(generator: torch.Generator) -> None:
    mu, logvar, noise = torch.randn(3, 5, 2, generator=generator, dtype=torch.float64)
    assert torch.autograd.gradcheck(
        lambda *posterior: sample_and_kl(Posterior(*posterior), noise),
        (mu.requires_grad_(), logvar.requires_grad_()),
    )


def test_every_objective_says_what_its_total_means() -> None:
    """Training begins with these sentences: an objective without one could not be trained."""
    black = Part(np.zeros((4, 1, 8, 8), np.uint8))
    examples = Examples(black, torch.device("cpu"))
    for kind in get_args(ObjectiveConfig.model_fields["kind"].annotation):
        config = tiny_config().changed(objective={"kind": kind, "beta": 4.0})
        (sentence,) = notes_of(config, examples)
        assert "reconstruction + KL" in sentence
