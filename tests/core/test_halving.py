"""Halving and doubling a picture, against PyTorch's own layers and their gradients."""

import pytest
import torch
from torch import Tensor, nn

from vae_desktop.core.models.halving import Doubling, Halving

Layer = nn.Conv2d | nn.ConvTranspose2d


def numbers(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def results(layer: Layer, x: Tensor, order: torch.memory_format) -> list[Tensor]:
    """The output, and the gradients of input, weight and bias for one seen gradient."""
    x = x.contiguous(memory_format=order).requires_grad_()
    output = layer(x)
    seen = numbers(*output.shape, seed=9)
    return [output.detach(), *torch.autograd.grad(output, (x, layer.weight, layer.bias), seen)]


def compare(ours: Layer, theirs: Layer, x: Tensor, order: torch.memory_format) -> None:
    with torch.no_grad():
        theirs.weight.copy_(numbers(*theirs.weight.shape, seed=1))
        theirs.bias.copy_(numbers(*theirs.bias.shape, seed=2))
    ours.load_state_dict(theirs.state_dict())
    for one, two in zip(
        results(ours, x, order), results(theirs, x, torch.contiguous_format), strict=True
    ):
        torch.testing.assert_close(one, two, rtol=1e-4, atol=1e-3)


ORDERS = pytest.mark.parametrize("order", [torch.contiguous_format, torch.channels_last])


@ORDERS
@pytest.mark.parametrize("size", [(8, 8), (9, 14), (2, 3)])
@pytest.mark.parametrize("inputs", [1, 3, 32])
def test_halving(inputs: int, size: tuple[int, int], order: torch.memory_format) -> None:
    compare(Halving(inputs, 32), nn.Conv2d(inputs, 32, 4, 2, 1), numbers(5, inputs, *size), order)


@ORDERS
@pytest.mark.parametrize("lost", [(0, 0), (1, 0), (1, 1)])
@pytest.mark.parametrize("outputs", [1, 3, 4, 5, 32])
def test_doubling(outputs: int, lost: tuple[int, int], order: torch.memory_format) -> None:
    theirs = nn.ConvTranspose2d(32, outputs, 4, 2, 1, output_padding=lost)
    compare(Doubling(32, outputs, lost), theirs, numbers(5, 32, 3, 6), order)


def test_one_picture_and_none() -> None:
    """A live view may decode a single code, and a class without pictures."""
    for count in (1, 0):
        assert Doubling(32, 1)(torch.zeros(count, 32, 4, 4)).shape == (count, 1, 8, 8)
        assert Halving(1, 32)(torch.zeros(count, 1, 8, 8)).shape == (count, 32, 4, 4)


def test_the_input_needs_no_gradient() -> None:
    """As the pictures at the beginning of an encoder do not."""
    layer = Halving(1, 2)
    output = layer(numbers(3, 1, 8, 8))
    (gradient,) = torch.autograd.grad(output.sum(), (layer.bias,))
    # Every one of the 16 output pixels of 3 pictures counts once.
    assert torch.equal(gradient, torch.full((2,), 48.0))
