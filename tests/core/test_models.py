"""Models: shapes, weights from one generator, and weights as arrays."""

import numpy as np
import pytest
import torch

from vae_desktop.core.config import ModelConfig
from vae_desktop.core.errors import RunError
from vae_desktop.core.models.build import build, build_with, load_weights, weights_of


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (1, 5, 9)])
@pytest.mark.parametrize("latent_dim", [1, 2, 128])
def test_shapes(shape: tuple[int, int, int], latent_dim: int) -> None:
    model = build(ModelConfig(latent_dim=latent_dim, hidden=(20, 10)), shape, seeded())
    posterior = model.encode(torch.rand(7, *shape))
    assert posterior.mu.shape == posterior.logvar.shape == (7, latent_dim)
    picture = model.picture(posterior.mu)
    assert picture.shape == (7, *shape)
    assert 0 <= picture.min() <= picture.max() <= 1


def test_the_talks_vae_has_its_number_of_weights() -> None:
    model = build(ModelConfig(), (1, 28, 28), seeded())
    expected = (784 * 400 + 400) + (400 * 4 + 4) + (2 * 400 + 400) + (400 * 784 + 784)
    assert sum(weight.numel() for weight in model.parameters()) == expected == 631_188


def test_weights_come_from_the_generator_alone() -> None:
    torch.manual_seed(1)
    first = weights_of(build(ModelConfig(), (1, 28, 28), seeded(5)))
    torch.manual_seed(2)
    second = weights_of(build(ModelConfig(), (1, 28, 28), seeded(5)))
    other = weights_of(build(ModelConfig(), (1, 28, 28), seeded(6)))
    assert all(np.array_equal(first[name], second[name]) for name in first)
    assert not all(np.array_equal(first[name], other[name]) for name in first)


def test_building_leaves_the_global_generator_alone() -> None:
    before = torch.get_rng_state()
    build(ModelConfig(), (1, 28, 28), seeded())
    assert torch.equal(before, torch.get_rng_state())


def test_weights_are_spread_as_pytorch_spreads_them() -> None:
    weights = weights_of(build(ModelConfig(), (1, 28, 28), seeded()))
    first = weights["encoder.body.0.weight"]
    bound = 784**-0.5
    assert np.abs(first).max() <= bound
    assert first.std() == pytest.approx(bound / 3**0.5, rel=0.01)


def test_weights_are_read_only_copies() -> None:
    model = build(ModelConfig(), (1, 8, 8), seeded())
    weights = weights_of(model)
    kept = weights["encoder.body.0.bias"].copy()
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(1)
    assert np.array_equal(weights["encoder.body.0.bias"], kept)
    with pytest.raises(ValueError, match="read-only"):
        weights["encoder.body.0.bias"][0] = 1


def test_a_model_with_given_weights_decodes_alike() -> None:
    config, shape = ModelConfig(latent_dim=4), (1, 9, 7)
    model = build(config, shape, seeded(3))
    copy = build_with(config, shape, weights_of(model))
    z = torch.randn(5, 4, generator=seeded())
    assert torch.equal(model.picture(z), copy.picture(z))
    load_weights(copy, weights_of(build(config, shape, seeded(4))))
    assert not torch.equal(model.picture(z), copy.picture(z))


def test_weights_of_another_model_are_refused() -> None:
    weights = weights_of(build(ModelConfig(latent_dim=2), (1, 8, 8), seeded()))
    with pytest.raises(RunError, match=r"should have shape \(6, 400\)"):
        build_with(ModelConfig(latent_dim=3), (1, 8, 8), weights)
    bias = "encoder.body.0.bias"
    rest = {name: value for name, value in weights.items() if name != bias}
    with pytest.raises(RunError, match="missing"):
        build_with(ModelConfig(), (1, 8, 8), rest)
    with pytest.raises(RunError, match="does not belong"):
        build_with(ModelConfig(), (1, 8, 8), {**weights, "more": weights[bias]})


def test_log_variance_is_clamped() -> None:
    model = build(ModelConfig(hidden=(4,)), (1, 2, 2), seeded())
    with torch.no_grad():
        model.encoder.body[-1].bias.fill_(1e6)
    assert model.encode(torch.rand(1, 1, 2, 2)).logvar.max() == 20
