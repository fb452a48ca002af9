"""The window's own copy of the model."""

import numpy as np
import pytest
import torch

from vae_desktop.core.config import ModelConfig
from vae_desktop.core.events import Snapshot
from vae_desktop.core.models.build import build, weights_of
from vae_desktop.session.decoder import Decoder

SHAPE = (1, 6, 5)
CONFIG = ModelConfig(latent_dim=3, hidden=(8,))


def snapshot(seed: int, step: int) -> Snapshot:
    return Snapshot(0, step, weights_of(build(CONFIG, SHAPE, torch.Generator().manual_seed(seed))))


def test_it_decodes_and_encodes_as_the_model_does() -> None:
    model = build(CONFIG, SHAPE, torch.Generator().manual_seed(1))
    decoder = Decoder(CONFIG, SHAPE, snapshot(1, step=7))
    z = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    with torch.no_grad():
        expected = (model.picture(torch.from_numpy(z)) * 255).round().numpy()
        images = np.random.default_rng(1).integers(0, 256, (9, *SHAPE)).astype(np.uint8)
        posterior = model.encode(torch.from_numpy(images) / 255)
    assert np.array_equal(decoder.decode(z), expected.astype(np.uint8))
    mu, sigma = decoder.encode(images)
    np.testing.assert_allclose(mu, posterior.mu.numpy(), atol=1e-6)
    np.testing.assert_allclose(sigma, np.exp(posterior.logvar.numpy() / 2), rtol=1e-5)
    assert decoder.step == 7


def test_newer_weights_are_taken_over() -> None:
    decoder, z = Decoder(CONFIG, SHAPE, snapshot(1, step=7)), np.ones((1, 3), np.float32)
    before = decoder.decode(z)
    decoder.refresh(snapshot(2, step=9))
    assert decoder.step == 9
    assert np.array_equal(decoder.decode(z), Decoder(CONFIG, SHAPE, snapshot(2, 9)).decode(z))
    assert not np.array_equal(decoder.decode(z), before)


def test_a_conditional_model_is_told_the_class() -> None:
    config = ModelConfig(kind="cvae", latent_dim=3, hidden=(8,))
    weights = weights_of(build(config, SHAPE, torch.Generator().manual_seed(1), classes=4))
    decoder = Decoder(config, SHAPE, Snapshot(0, 7, weights), classes=4)
    assert decoder.classes == 4
    z = np.zeros((2, 3), np.float32)
    one, two = (decoder.decode(z, np.full(2, label)) for label in (0, 3))
    assert not np.array_equal(one, two)
    assert np.array_equal(decoder.decode(z), one)
    mu, sigma = decoder.encode(one, np.array([0, 0]))
    assert mu.shape == sigma.shape == (2, 3)
    assert np.array_equal(decoder.encode(one)[0], mu)
    decoder.label = 3
    assert np.array_equal(decoder.decode(z), two)
    assert not np.array_equal(decoder.encode(one)[0], mu)


def test_the_codes_of_an_autoencoder_are_points() -> None:
    config = ModelConfig(kind="autoencoder", latent_dim=3, hidden=(8,), inputs="normalised")
    model = build(config, SHAPE, torch.Generator().manual_seed(1), moments=(0.2, 0.4))
    decoder = Decoder(config, SHAPE, Snapshot(0, 7, weights_of(model)))
    mu, sigma = decoder.encode(np.full((2, *SHAPE), 128, np.uint8))
    assert mu.shape == (2, 3)
    assert not sigma.any()
    assert decoder.decode(mu).dtype == np.uint8


def test_a_classifier_has_nothing_to_decode() -> None:
    config = ModelConfig(kind="classifier", hidden=(8,))
    weights = weights_of(build(config, SHAPE, torch.Generator().manual_seed(1), classes=4))
    with pytest.raises(ValueError, match="no code"):
        Decoder(config, SHAPE, Snapshot(0, 7, weights), classes=4)
