"""The optimisers against PyTorch's own, step by step."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import torch

from vae_desktop.core.config import TrainingConfig
from vae_desktop.core.optimisation import Optimiser, clip

SHAPES = ((5, 3), (5,), (2, 3, 4, 4))
REFERENCES: dict[str, Callable[..., Any]] = {
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "sgd": torch.optim.SGD,
    "adagrad": torch.optim.Adagrad,
}


def tensors(seed: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator) for shape in SHAPES]


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("name", REFERENCES)
def test_the_same_steps_as_torch(name: str, decay: float) -> None:
    config = TrainingConfig(optimizer=name, weight_decay=decay, momentum=0.7)
    ours = {str(index): weight for index, weight in enumerate(tensors(0))}
    theirs = [weight.clone().requires_grad_() for weight in ours.values()]
    extra = {"momentum": 0.7} if name == "sgd" else {}
    reference = REFERENCES[name](theirs, lr=0.01, weight_decay=decay, **extra)
    optimiser = Optimiser(config, ours)
    for step in range(1, 6):
        gradients = tensors(step)
        optimiser.step([gradient.clone() for gradient in gradients], 0.01)
        for weight, gradient in zip(theirs, gradients, strict=True):
            weight.grad = gradient
        reference.step()
        for one, two in zip(ours.values(), theirs, strict=True):
            torch.testing.assert_close(one, two.detach(), rtol=1e-5, atol=1e-6)


def test_gradients_may_lie_otherwise_in_memory() -> None:
    config = TrainingConfig(optimizer="adam")
    gradient = torch.randn(3, 5, generator=torch.Generator().manual_seed(0))
    results = []
    for laid_out in (gradient.t(), gradient.t().contiguous()):
        weight = torch.ones(5, 3)
        Optimiser(config, {"w": weight}).step([laid_out], 0.1)
        results.append(weight)
    assert torch.equal(*results)


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("gradients_too", [True, False])
def test_weights_may_lie_otherwise_in_memory(name: str, gradients_too: bool) -> None:
    """As those of convolutions do: every number must be moved by its own gradient."""
    config = TrainingConfig(optimizer=name, momentum=0.7)
    ours = tensors(0)[2].contiguous(memory_format=torch.channels_last)
    theirs = ours.clone(memory_format=torch.contiguous_format).requires_grad_()
    extra = {"momentum": 0.7} if name == "sgd" else {"weight_decay": 0.0}
    reference, optimiser = (
        REFERENCES[name]([theirs], lr=0.01, **extra),
        Optimiser(config, {"w": ours}),
    )
    for step in range(1, 4):
        gradient = tensors(step)[2]
        theirs.grad = gradient.clone()
        reference.step()
        if gradients_too:
            gradient = gradient.contiguous(memory_format=torch.channels_last)
        optimiser.step([gradient], 0.01)
    torch.testing.assert_close(ours, theirs.detach(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("longest", [0.5, 100.0])
def test_clipping_equals_torch(longest: float) -> None:
    gradients = tensors(3)
    weights = [torch.zeros_like(gradient, requires_grad=True) for gradient in gradients]
    for weight, gradient in zip(weights, gradients, strict=True):
        weight.grad = gradient.clone()
    torch.nn.utils.clip_grad_norm_(weights, longest)
    clip(tuple(gradients), longest)
    for weight, gradient in zip(weights, gradients, strict=True):
        torch.testing.assert_close(gradient, weight.grad)


def test_clipping_can_be_off() -> None:
    gradients = tensors(3)
    clip(tuple(gradients), 0.0)
    assert all(torch.equal(one, two) for one, two in zip(gradients, tensors(3), strict=True))


def test_the_compiler_is_not_imported() -> None:
    """torch.optim's first step imports it, for over a second."""
    code = (
        "import sys, torch\n"
        "from vae_desktop.core.config import TrainingConfig\n"
        "from vae_desktop.core.optimisation import Optimiser\n"
        "Optimiser(TrainingConfig(), {'w': torch.ones(3)}).step([torch.ones(3)], 0.1)\n"
        "print('torch._dynamo' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "False", result.stderr
