"""How a picture is judged by what the decoder says of its pixels.

The decoder gives one number l per pixel, the natural parameter of its distribution: log-odds
for the (continuous) Bernoulli, the mean for the Gaussians. All results are in nats.
"""

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

LOG_2PI = math.log(2 * math.pi)
SMALLEST_VARIANCE = 1e-6
"""Of the Gaussian of best width: a perfect reconstruction must not be worth infinitely much."""
NOTHING = 1e-15
"""Gradients of pixels below this count as none. A pixel that is surely black has one of 1e-30; a
few layers further down that is a subnormal number, with which processors take a hundred times as
long: convolutions on sprites trained at 734 instead of 1,024 images a second (two cores)."""
NEAR_HALF = 0.1
"""Log-odds below this: the exact formulas divide zero by zero, their series is used."""


class _BernoulliNats(torch.autograd.Function):
    """Σ softplus(l) − l·x over a batch, divided by its size: cross-entropy of pixels x.

    `binary_cross_entropy_with_logits` gives the same number by way of more passes over
    memory, in both directions; here the gradient is simply sigmoid(l) − x.
    """

    @staticmethod
    def forward(ctx: Any, logits: Tensor, x: Tensor) -> Tensor:
        ctx.save_for_backward(logits, x)
        return bernoulli_value(logits, x)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        nats = bernoulli_gradient(*ctx.saved_tensors).mul_(gradient)
        return functional.hardshrink(nats, NOTHING), None


def bernoulli_value(logits: Tensor, x: Tensor) -> Tensor:
    """As `bernoulli_nats`, unknown to autograd."""
    nats = functional.softplus(logits).sum() - torch.dot(logits.view(-1), x.view(-1))
    return nats.div_(len(x))


def bernoulli_gradient(logits: Tensor, x: Tensor) -> Tensor:
    """The gradient of `bernoulli_nats` by the logits, same shape."""
    return torch.sigmoid(logits).sub_(x).div_(len(x))


def bernoulli_nats(logits: Tensor, x: Tensor) -> Tensor:
    """−log p(x) under independent Bernoulli pixels, mean over the pictures: a scalar.

    Args:
        logits: log-odds of the pixels, (B, C, H, W), contiguous.
        x: pixels in [0, 1], the same shape; grey values count as probabilities.
    """
    nats: Tensor = _BernoulliNats.apply(logits, x)  # type: ignore[no-untyped-call]
    return nats


def log_normaliser(logits: Tensor) -> Tensor:
    """ln C(λ) of the continuous Bernoulli with λ = sigmoid(logits), elementwise.

    C = 2 artanh(1 − 2λ) / (1 − 2λ) (Loaiza-Ganem & Cunningham 2019), which is l / tanh(l/2) in
    the log-odds l. Near λ = ½ the series ln 2 + l²/12 − 7 l⁴/1440 is used, which is the paper's
    ln 2 + 4/3 d² + 104/45 d⁴ in d = λ − ½.
    """
    near = logits.abs() < NEAR_HALF
    # The branch that is not taken must be finite too, or its gradient spoils the other's.
    away = torch.where(near, torch.ones_like(logits), logits)
    exact = (away / torch.tanh(away / 2)).log()
    square = logits.square()
    series = math.log(2) + square / 12 - 7 * square.square() / 1440
    return torch.where(near, series, exact)


def per_image(likelihood: str, output: Tensor, x: Tensor, sigma: Tensor | float) -> Tensor:
    """−log p(x|z) of every picture, (B,), in nats.

    Args:
        likelihood: its name in the config.
        output: what the decoder says, (B, C, H, W).
        x: the pictures in [0, 1], (B, C, H, W).
        sigma: standard deviation of a pixel, for the Gaussians.
    """
    output, x = output.flatten(1), x.flatten(1)
    match likelihood:
        case "bernoulli":
            return (functional.softplus(output) - output * x).sum(1)
        case "continuous-bernoulli":
            nats = functional.softplus(output) - output * x - log_normaliser(output)
            return nats.sum(1)
        case _:
            variance = torch.as_tensor(sigma, device=x.device).square()
            errors = (output - x).square().sum(1)
            return 0.5 * (errors / variance + x.shape[1] * (LOG_2PI + variance.log()))


def batch_nats(likelihood: str, output: Tensor, x: Tensor, sigma: float) -> Tensor:
    """−log p(x|z), mean over the pictures of a batch: a scalar, in nats per image.

    Args: as `per_image`. The Gaussian of best width takes σ² = the mean squared error of this
    batch, which leaves D/2 (ln(2π σ²) + 1) (σ-VAE, Rybkin et al. 2021).
    """
    if likelihood == "bernoulli":
        return bernoulli_nats(output, x)
    if likelihood == "gaussian":
        variance = best_variance(output, x)
        return 0.5 * x[0].numel() * (LOG_2PI + 1 + variance.log())
    return per_image(likelihood, output, x, sigma).mean()


def best_variance(output: Tensor, x: Tensor) -> Tensor:
    """The variance of a pixel that makes these pictures most likely: their mean squared error."""
    return functional.mse_loss(output, x).clamp_min(SMALLEST_VARIANCE)


def expected_pixels(likelihood: str, output: Tensor) -> Tensor:
    """The mean of every pixel's distribution, in [0, 1], same shape as `output`."""
    match likelihood:
        case "bernoulli":
            return torch.sigmoid(output)
        case "continuous-bernoulli":
            return _continuous_mean(output)
        case _:
            return output.clamp(0, 1)


def _continuous_mean(logits: Tensor) -> Tensor:
    """½ + ½ coth(l/2) − 1/l: the derivative of the continuous Bernoulli's log-partition.

    Near 0 the series ½ + l/12 − l³/720.
    """
    near = logits.abs() < NEAR_HALF
    away = torch.where(near, torch.ones_like(logits), logits)
    exact = 0.5 + 0.5 / torch.tanh(away / 2) - 1 / away
    return torch.where(near, 0.5 + logits / 12 - logits.pow(3) / 720, exact)
