"""Likelihoods against closed forms, torch.distributions and published values."""

import math

import pytest
import torch
from torch.distributions import ContinuousBernoulli, Normal
from torch.nn import functional

from vae_desktop.core.likelihoods import (
    batch_nats,
    bernoulli_nats,
    expected_pixels,
    log_normaliser,
    per_image,
)

LIKELIHOODS = ["bernoulli", "continuous-bernoulli", "gaussian", "gaussian-fixed"]


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(1)


def logit(share: float) -> torch.Tensor:
    return torch.tensor(math.log(share / (1 - share)), dtype=torch.float64)


def test_bernoulli_equals_torch(generator: torch.Generator) -> None:
    logits = 8 * torch.randn(5, 1, 28, 28, generator=generator)
    x = torch.rand(5, 1, 28, 28, generator=generator)
    expected = functional.binary_cross_entropy_with_logits(logits, x, reduction="sum")
    for found in (bernoulli_nats(logits, x), batch_nats("bernoulli", logits, x, 1.0)):
        assert found.item() == pytest.approx(expected.item() / 5, rel=1e-5)


def test_bernoulli_stays_finite_at_extreme_logits() -> None:
    logits = torch.tensor([[1e3, -1e3, 0.0]])
    x = torch.tensor([[1.0, 0.0, 0.5]])
    assert bernoulli_nats(logits, x).item() == pytest.approx(math.log(2), abs=1e-4)


def test_half_probability_costs_784_ln_2() -> None:
    zeros = torch.zeros(1, 784)
    assert bernoulli_nats(zeros, torch.rand(1, 784)).item() == pytest.approx(543.43, abs=0.01)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_gradients(likelihood: str, generator: torch.Generator) -> None:
    output = torch.randn(4, 1, 2, 3, generator=generator, dtype=torch.float64)
    # On either side of where the series takes over, and on it.
    output[0, 0, 0] = torch.tensor([0.0, 0.05, -0.2])
    output.requires_grad_()
    x = torch.rand(4, 1, 2, 3, generator=generator, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda value: batch_nats(likelihood, value, x, 0.3), (output,))


@pytest.mark.parametrize(
    ("share", "value"),
    [(0.01, 1.5452), (0.1, 1.01034), (0.3, 0.75059), (0.45, 0.696495), (0.5, math.log(2))],
)
def test_the_normaliser_at_published_values(share: float, value: float) -> None:
    digits = 5e-5 if share == 0.01 else 1e-5
    assert log_normaliser(logit(share)).item() == pytest.approx(value, abs=digits)
    assert log_normaliser(logit(1 - share)).item() == pytest.approx(value, abs=digits)


def test_the_normaliser_near_one_half_is_its_series_in_the_share() -> None:
    for distance in (1e-6, 1e-3, 0.02, 0.03):
        expected = math.log(2) + 4 / 3 * distance**2 + 104 / 45 * distance**4
        assert log_normaliser(logit(0.5 + distance)).item() == pytest.approx(expected, abs=1e-8)


def test_continuous_bernoulli_equals_torch(generator: torch.Generator) -> None:
    logits = 3 * torch.randn(6, 1, 4, 5, generator=generator, dtype=torch.float64)
    x = torch.rand(6, 1, 4, 5, generator=generator, dtype=torch.float64)
    theirs = ContinuousBernoulli(logits=logits)
    ours = per_image("continuous-bernoulli", logits, x, 1.0)
    # PyTorch takes a series of fewer terms in a wide region around one half.
    torch.testing.assert_close(ours, -theirs.log_prob(x).flatten(1).sum(1), atol=1e-3, rtol=1e-5)
    means = expected_pixels("continuous-bernoulli", logits)
    torch.testing.assert_close(means, theirs.mean, atol=1e-3, rtol=1e-4)


def test_the_continuous_bernoulli_integrates_to_one() -> None:
    x = torch.linspace(0, 1, 20_001, dtype=torch.float64).view(-1, 1)
    for logits in (-6.0, -0.05, 0.0, 2.0):
        output = torch.full_like(x, logits)
        density = torch.exp(-per_image("continuous-bernoulli", output, x, 1.0))
        assert torch.trapezoid(density, x[:, 0]).item() == pytest.approx(1, abs=1e-6)
        mean = torch.trapezoid(density * x[:, 0], x[:, 0]).item()
        found = expected_pixels("continuous-bernoulli", output[:1]).item()
        assert found == pytest.approx(mean, abs=1e-6)


def test_the_fixed_gaussian_equals_torch(generator: torch.Generator) -> None:
    mean, x = torch.randn(2, 7, 1, 3, 3, generator=generator)
    expected = -Normal(mean, 0.4).log_prob(x).flatten(1).sum(1)
    torch.testing.assert_close(per_image("gaussian-fixed", mean, x, 0.4), expected)
    fixed = batch_nats("gaussian-fixed", mean, x, 0.4)
    torch.testing.assert_close(fixed, expected.mean())


def test_the_best_width_is_better_than_any_other(generator: torch.Generator) -> None:
    mean, x = torch.rand(2, 7, 1, 3, 3, generator=generator)
    best = batch_nats("gaussian", mean, x, 1.0).item()
    error = functional.mse_loss(mean, x).item()
    assert best == pytest.approx(9 / 2 * (math.log(2 * math.pi * error) + 1), rel=1e-5)
    widths = [error**0.5 * factor for factor in (0.5, 0.9, 1.1, 2.0)]
    others = [batch_nats("gaussian-fixed", mean, x, width).item() for width in widths]
    assert best < min(others)
    assert best == pytest.approx(batch_nats("gaussian-fixed", mean, x, error**0.5).item(), rel=1e-5)


def test_a_perfect_picture_is_not_worth_infinitely_much() -> None:
    x = torch.rand(3, 1, 4, 4)
    assert math.isfinite(batch_nats("gaussian", x, x, 1.0).item())


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_expected_pixels_are_pixels(likelihood: str) -> None:
    output = torch.linspace(-40, 40, 401)
    pixels = expected_pixels(likelihood, output)
    assert pixels.isfinite().all()
    assert 0 <= pixels.min() <= pixels.max() <= 1
    assert (pixels.diff() >= -1e-6).all()
