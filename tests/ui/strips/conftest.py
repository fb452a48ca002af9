"""A run on view whose model is a linear map made by hand, and strips that tick."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.fakes import prepared
from tests.samples import tiny_config, tiny_dataset, write_idx_folder
from vae_desktop.session.clouds import CloudSource
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.strip import DecodeStrip

SHAPE = (1, 8, 8)


@dataclass
class LinearCoder:
    """Means are weighted sums of pixels in [0, 1]; pixels are weighted sums of the code.

    Attributes:
        weights: (D, pixels).
        sigma: (D,), the same for every picture; zeros for a code that is a point.
        shape: (C, H, W) of pictures.
    """

    weights: np.ndarray
    sigma: np.ndarray
    shape: tuple[int, int, int] = SHAPE
    step: int = 10
    classes: int = 0

    def encode(self, images: np.ndarray, labels: object = None) -> tuple[np.ndarray, np.ndarray]:
        x = images.reshape(len(images), -1).astype(np.float32) / 255
        mu = (x @ self.weights.T).astype(np.float32)
        return mu, np.tile(self.sigma.astype(np.float32), (len(images), 1))

    def decode(self, z: np.ndarray, labels: object = None) -> np.ndarray:
        pixels = 128 + 25 * (z @ np.sign(self.weights))
        return np.clip(np.rint(pixels), 0, 255).astype(np.uint8).reshape(-1, *self.shape)


def linear_coder(latents: int = 2, shape: tuple[int, int, int] = SHAPE) -> LinearCoder:
    weights = np.random.default_rng(latents).normal(size=(latents, int(np.prod(shape))))
    return LinearCoder(weights / 4, np.linspace(0.3, 0.6, latents), shape)


@pytest.fixture(scope="session")
def bars_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_idx_folder(tmp_path_factory.mktemp("bars"), tiny_dataset())


@pytest.fixture
def codes(on_view: RunOnView) -> Iterator[CloudSource]:
    codes = CloudSource(on_view)
    yield codes
    codes.shutdown()


Show = Callable[..., LinearCoder]


@pytest.fixture
def show_run(on_view: RunOnView, bars_folder: Path) -> Show:
    """Puts a run with a linear model on view."""

    def show(
        latents: int = 2, kind: str = "vae", shape: tuple[int, int, int] = SHAPE
    ) -> LinearCoder:
        data = {"source": "mnist", "folder": str(bars_folder)}
        model = {"kind": kind, "latent_dim": latents}
        on_view.show_run(tiny_config().changed(data=data, model=model))
        on_view.take(replace(prepared(), image_shape=shape))
        coder = linear_coder(latents, shape)
        if kind == "autoencoder":
            coder.sigma = np.zeros(latents)
        on_view.decoder = coder  # type: ignore[assignment]
        on_view.z = np.zeros(latents, np.float32)
        on_view.weights_changed.emit(coder.step)
        return coder

    return show


Open = Callable[[DecodeStrip], None]


@pytest.fixture
def open_strip(qtbot: QtBot) -> Iterator[Open]:
    """Shows a strip as wide as the window has room for it, and lets it tick."""
    opened: list[DecodeStrip] = []

    def open_(strip: DecodeStrip) -> None:
        strip.resize(992, 220)
        strip.show()
        qtbot.waitExposed(strip)
        strip.catch_up(0.0)
        opened.append(strip)

    yield open_
    for strip in opened:
        strip.shutdown()
