"""The gradient that is written out against the one that autograd finds."""

import pytest
import torch

from vae_desktop.core.by_hand import can, terms_and_gradients
from vae_desktop.core.config import ModelConfig, ObjectiveConfig
from vae_desktop.core.data.pixels import Batch
from vae_desktop.core.models.build import Model, build
from vae_desktop.core.models.latent import VAE
from vae_desktop.core.objectives import Weights, terms_of


def made(**settings: object) -> Model:
    config = ModelConfig(**{"latent_dim": 3, "hidden": (40, 30), **settings})
    return build(config, (1, 12, 12), torch.Generator().manual_seed(0), classes=2)


def inputs(count: int) -> tuple[Batch, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    x = torch.rand(count, 1, 12, 12, generator=generator)
    return Batch(x, None), torch.randn(count, 3, generator=generator)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("beta", [0.0, 1.0, 4.0])
@pytest.mark.parametrize("clamped", [False, True])
@pytest.mark.parametrize("count", [1, 50])
def test_the_same_as_autograd(activation: str, beta: float, clamped: bool, count: int) -> None:
    model = made(activation=activation)
    assert isinstance(model, VAE)
    if not can(model, ObjectiveConfig()):
        pytest.skip("this processor goes PyTorch's own way")
    if clamped:
        with torch.no_grad():
            model.encoder.body[-1].bias[-1] = -50
    batch, noise = inputs(count)
    expected = terms_of(model, batch, noise, ObjectiveConfig(), Weights(beta, 0.0, 100))
    wanted = torch.autograd.grad(expected.total, list(model.parameters()))
    terms, found = terms_and_gradients(model, batch, noise, beta)
    assert list(terms.parts) == list(expected.parts)
    for name, value in expected.parts.items():
        torch.testing.assert_close(terms.parts[name], value)
    torch.testing.assert_close(terms.total, expected.total)
    torch.testing.assert_close(terms.kl_per_latent, expected.kl_per_latent)
    for one, two in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, two, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("model", "objective"),
    [
        ({"kind": "cvae"}, {}),
        ({"kind": "autoencoder"}, {}),
        ({"kind": "classifier"}, {}),
        ({"architecture": "conv"}, {}),
        ({"activation": "silu"}, {}),
        ({}, {"likelihood": "gaussian"}),
        ({}, {"kind": "tc"}),
        ({}, {"kind": "capacity"}),
        ({}, {"free_bits": 0.1}),
    ],
)
def test_what_is_left_to_autograd(model: dict, objective: dict) -> None:
    assert not can(made(**model), ObjectiveConfig(**objective))
