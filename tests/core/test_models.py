"""Models: shapes, weights from one generator, and weights as arrays."""

import numpy as np
import pytest
import torch

from vae_desktop.core.config import ModelConfig
from vae_desktop.core.errors import ConfigError, RunError
from vae_desktop.core.models.build import build, build_with, load_weights, weights_of
from vae_desktop.core.models.classifier import Classifier
from vae_desktop.core.models.latent import VAE, Autoencoder


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


SIZES = [(8, 8), (28, 28), (64, 64), (128, 128), (9, 31), (8, 128), (33, 17), (127, 65)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("channels", [1, 3])
def test_convolutions_give_back_the_size_they_got(size: tuple[int, int], channels: int) -> None:
    shape = (channels, *size)
    model = build(ModelConfig(architecture="conv", latent_dim=5), shape, seeded())
    assert isinstance(model, VAE)
    posterior = model.encode(torch.rand(2, *shape))
    assert posterior.mu.shape == (2, 5)
    assert model.picture(posterior.mu).shape == (2, *shape)


def test_the_convolutional_network_is_that_of_burgess() -> None:
    model = build(ModelConfig(architecture="conv", latent_dim=10), (1, 64, 64), seeded())
    encoder = 32 * (4 * 4 + 1)  # one input channel
    encoder += 3 * (32 * 16 * 32 + 32)
    encoder += (512 * 256 + 256) + (256 * 256 + 256) + (256 * 20 + 20)
    decoder = (10 * 256 + 256) + (256 * 256 + 256) + (256 * 512 + 512)
    decoder += 3 * (32 * 16 * 32 + 32) + (32 * 16 + 1)
    assert sum(weight.numel() for weight in model.parameters()) == encoder + decoder


@pytest.mark.parametrize("size", [(7, 64), (64, 7), (129, 64), (4, 4)])
def test_a_size_that_convolutions_cannot_take(size: tuple[int, int]) -> None:
    config = ModelConfig(architecture="conv")
    with pytest.raises(ConfigError, match=rf"8 to 128 pixels.*{size[1]}×{size[0]}; choose mlp"):
        build(config, (1, *size), seeded())


def test_all_layers_are_drawn_as_pytorch_draws_them() -> None:
    """The spread of each layer's weights is that of a fresh PyTorch layer of its shape."""
    model = build(ModelConfig(architecture="conv"), (3, 32, 32), seeded())
    layers = [module for module in model.modules() if hasattr(module, "weight")]
    assert len(layers) > 6
    for layer in layers:
        fan_in, _ = torch.nn.init._calculate_fan_in_and_fan_out(layer.weight)
        expected = (1 / fan_in) ** 0.5 / 3**0.5  # of a uniform in ±1/√inputs
        assert layer.weight.std().item() == pytest.approx(expected, rel=0.1)
        assert layer.bias.abs().max() <= fan_in**-0.5


@pytest.mark.parametrize("architecture", ["mlp", "conv"])
def test_a_conditional_model_hears_the_class(architecture: str) -> None:
    config = ModelConfig(kind="cvae", architecture=architecture, latent_dim=2, hidden=(16,))
    model = build(config, (1, 8, 8), seeded(), classes=4)
    assert isinstance(model, VAE)
    x, z = torch.rand(3, 1, 8, 8), torch.zeros(3, 2)
    zero, one = torch.zeros(3, dtype=torch.int64), torch.ones(3, dtype=torch.int64)
    assert not torch.equal(model.encode(x, zero).mu, model.encode(x, one).mu)
    assert not torch.equal(model.picture(z, zero), model.picture(z, one))
    with pytest.raises(ValueError, match="needs the labels"):
        model.encode(x)


@pytest.mark.parametrize("kind", ["classifier", "cvae"])
def test_labels_that_are_not_there_are_asked_for(kind: str) -> None:
    with pytest.raises(ConfigError, match=f"{kind} learns from labels"):
        build(ModelConfig(kind=kind), (1, 8, 8), seeded())


@pytest.mark.parametrize("architecture", ["mlp", "conv"])
def test_the_classifier_has_one_output_per_class(architecture: str) -> None:
    config = ModelConfig(kind="classifier", architecture=architecture)
    model = build(config, (3, 16, 12), seeded(), classes=7)
    assert isinstance(model, Classifier)
    assert model.classify(torch.rand(5, 3, 16, 12)).shape == (5, 7)


def test_the_talks_networks_have_their_numbers_of_weights() -> None:
    talk = ModelConfig(kind="classifier", hidden=(1000,), inputs="normalised")
    model = build(talk, (1, 28, 28), seeded(), classes=10)
    assert sum(weight.numel() for weight in model.parameters()) == 785 * 1000 + 1001 * 10
    talk = ModelConfig(kind="autoencoder", hidden=(100,), inputs="normalised")
    model = build(talk, (1, 28, 28), seeded())
    expected = 785 * 100 + 101 * 2 + 3 * 100 + 101 * 784
    assert sum(weight.numel() for weight in model.parameters()) == expected


def autoencoder(**settings: object) -> Autoencoder:
    config = ModelConfig(kind="autoencoder", latent_dim=6, hidden=(16,), **settings)
    model = build(config, (1, 8, 8), seeded(), moments=(0.25, 0.5))
    assert isinstance(model, Autoencoder)
    return model


def test_the_code_of_an_autoencoder_is_a_point() -> None:
    model, x = autoencoder(), torch.rand(40, 1, 8, 8)
    posterior = model.encode(x)
    assert posterior.logvar is None
    assert torch.equal(posterior.sample(torch.randn(40, 6)), posterior.mu)
    assert posterior.mu.min() < 0
    cut = autoencoder(bottleneck_relu=True).encode(x).mu
    torch.testing.assert_close(cut, posterior.mu.clamp_min(0))


def test_normalised_pixels_come_back_as_pixels() -> None:
    plain, scaled = autoencoder(), autoencoder(inputs="normalised")
    x = torch.rand(4, 1, 8, 8)
    torch.testing.assert_close(scaled.scaled(x), (x - 0.25) / 0.5)
    torch.testing.assert_close(scaled.encode(x).mu, plain.encode((x - 0.25) / 0.5).mu)
    z = 3 * torch.randn(4, 6, generator=seeded())
    expected = (scaled.decode(z) * 0.5 + 0.25).clamp(0, 1)
    torch.testing.assert_close(scaled.picture(z), expected)


def test_the_scale_of_the_pixels_is_kept_with_the_weights() -> None:
    model = autoencoder(inputs="normalised")
    config = ModelConfig(kind="autoencoder", latent_dim=6, hidden=(16,), inputs="normalised")
    copy = build_with(config, (1, 8, 8), weights_of(model))
    x = torch.rand(4, 1, 8, 8)
    assert torch.equal(model.encode(x).mu, copy.encode(x).mu)


@pytest.mark.parametrize("likelihood", ["continuous-bernoulli", "gaussian", "gaussian-fixed"])
def test_pictures_of_other_likelihoods_are_pictures(likelihood: str) -> None:
    model = build(ModelConfig(hidden=(8,)), (1, 8, 8), seeded(), likelihood=likelihood)
    picture = model.picture(10 * torch.randn(5, 2, generator=seeded()))
    assert 0 <= picture.min() <= picture.max() <= 1
