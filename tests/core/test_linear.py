"""The fast linear layer against PyTorch's own."""

import pytest
import torch
from torch.nn import functional

from vae_desktop.core.models.linear import Linear


@pytest.mark.parametrize("sizes", [(784, 400), (400, 784), (400, 4), (2, 400), (64, 64)])
@pytest.mark.parametrize("batch", [1, 7, 120])
def test_values_and_gradients(sizes: tuple[int, int], batch: int) -> None:
    generator = torch.Generator().manual_seed(batch)
    layer = Linear(*sizes)
    weight, bias = (
        torch.randn(shape, generator=generator, requires_grad=True)
        for shape in ((sizes[1], sizes[0]), (sizes[1],))
    )
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)
    x = torch.randn(batch, sizes[0], generator=generator)
    ours, theirs = x.clone().requires_grad_(), x.clone().requires_grad_()
    pull = torch.randn(batch, sizes[1], generator=generator)
    product, expected = layer(ours), functional.linear(theirs, weight, bias)
    torch.testing.assert_close(product, expected, rtol=1e-4, atol=1e-3)
    (product * pull).sum().backward()
    (expected * pull).sum().backward()
    for one, two in (
        (ours.grad, theirs.grad),
        (layer.weight.grad, weight.grad),
        (layer.bias.grad, bias.grad),
    ):
        torch.testing.assert_close(one, two, rtol=1e-4, atol=2e-3)


def test_gradient_of_a_broadcast_output() -> None:
    """The gradient of a plain sum is not laid out as a matrix; it must not matter."""
    layer, x = Linear(100, 50), torch.rand(3, 100)
    layer(x).sum().backward()
    assert layer.weight.grad is not None
    torch.testing.assert_close(layer.weight.grad, x.sum(0).expand(50, 100))


def test_same_result_twice() -> None:
    layer, x = Linear(784, 400), torch.rand(120, 784)
    assert torch.equal(layer(x), layer(x))
