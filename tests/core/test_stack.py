"""The fast layers against PyTorch's own."""

import pytest
import torch

from vae_desktop.core.models import stack
from vae_desktop.core.models.stack import Stack

WIDTHS = [(784, 400, 4), (2, 400, 784), (64, 64), (30, 200, 100, 50, 7), (784, 10)]


def seeded(widths: tuple[int, ...], activation: str) -> Stack:
    layers = Stack(widths, activation)
    generator = torch.Generator().manual_seed(0)
    for parameter in layers.parameters():
        torch.nn.init.normal_(parameter, std=0.05, generator=generator)
    return layers


@pytest.mark.parametrize("activation", ["relu", "tanh", "silu"])
@pytest.mark.parametrize("widths", WIDTHS)
@pytest.mark.parametrize("batch", [1, 7, 120])
def test_values_and_gradients(widths: tuple[int, ...], activation: str, batch: int) -> None:
    """In double precision the layers go PyTorch's plain way."""
    layers = seeded(widths, activation)
    reference = seeded(widths, activation).double()
    x = torch.randn(batch, widths[0], generator=torch.Generator().manual_seed(1))
    ours, theirs = x.clone().requires_grad_(), x.double().requires_grad_()
    pull = torch.randn(batch, widths[-1], generator=torch.Generator().manual_seed(2))
    output, expected = layers(ours), reference(theirs)
    torch.testing.assert_close(output.double(), expected, rtol=1e-4, atol=1e-4)
    found = torch.autograd.grad((output * pull).sum(), [ours, *layers.parameters()])
    wanted = torch.autograd.grad((expected * pull).sum(), [theirs, *reference.parameters()])
    for one, two in zip(found, wanted, strict=True):
        torch.testing.assert_close(one.double(), two, rtol=1e-4, atol=1e-4)


def test_a_gradient_that_nobody_wants_is_not_made() -> None:
    layers, x = seeded((100, 50, 20), "relu"), torch.rand(3, 100)
    layers(x).sum().backward()
    assert x.grad is None
    assert all(parameter.grad is not None for parameter in layers.parameters())


def test_gradient_of_a_broadcast_output() -> None:
    """The gradient of a plain sum is not laid out as a matrix; it must not matter."""
    layers, x = Stack((100, 50), "relu"), torch.rand(3, 100)
    layers(x).sum().backward()
    weight = next(layers.parameters())
    assert weight.grad is not None
    torch.testing.assert_close(weight.grad, x.sum(0).expand(50, 100))


def test_same_result_twice() -> None:
    layers, x = Stack((784, 400, 20), "relu"), torch.rand(120, 784)
    assert torch.equal(layers(x), layers(x))


def test_where_onednn_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    layers, x = seeded((784, 400, 20), "relu"), torch.rand(12, 784)
    fast = layers(x)
    monkeypatch.setattr(stack, "_SERVES", False)
    torch.testing.assert_close(layers(x), fast, rtol=1e-4, atol=1e-4)
