"""Speed of training with convolutions at 64×64: ours, and PyTorch's own layers in a plain loop."""

from time import perf_counter

import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.benchmarks.context import Context
from tests.benchmarks.table import Row, alternate, at_least_times
from vae_desktop.core.config import RunConfig
from vae_desktop.core.control import Control
from vae_desktop.core.data import sprites
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.devices import threads
from vae_desktop.core.events import Batches
from vae_desktop.core.training import BATCHES_PER_EVENT, train

IMAGES, BATCH, LATENTS = 8_000, 64, 10


def train_conv(context: Context) -> list[Row]:
    """The network of Burgess et al. 2018 on sprites, with all cores, in one process."""
    data = sprites.load(IMAGES)
    plain = PlainLoop(data)
    ours, reference = alternate(
        context.repeats,
        lambda: our_speed(data, 2 * context.seconds),
        lambda: plain.speed(context.seconds),
    )
    return [at_least_times("train-conv", ours, reference, "images/s", 1)]


def our_speed(data: Dataset, seconds: float) -> float:
    """Images a second of our training, without its first event's warm-up."""
    config = RunConfig().changed(
        model={"architecture": "conv", "latent_dim": LATENTS}, training={"batch_size": BATCH}
    )
    control, start, told = Control(), perf_counter(), []
    for event in train(config, data, control):
        if isinstance(event, Batches):
            told.append(event)
        if perf_counter() - start > seconds and len(told) > 1:
            control.stop_now()
    steps = int(told[-1].step[-1] - told[0].step[-1])
    return BATCH * max(steps, BATCHES_PER_EVENT) / (told[-1].seconds - told[0].seconds)


class PlainLoop:
    """PyTorch's layers and Adam on pictures in memory, as tutorials write it."""

    def __init__(self, data: Dataset) -> None:
        self._images = torch.from_numpy(data.train.images[:])
        self._encoder = nn.Sequential(
            *_halving(1), *_halving(32), *_halving(32), *_halving(32), nn.Flatten(),
            nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(),
            nn.Linear(256, 2 * LATENTS),
        )  # fmt: skip
        self._decoder = nn.Sequential(
            nn.Linear(LATENTS, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(),
            nn.Linear(256, 512), nn.ReLU(), nn.Unflatten(1, (32, 4, 4)),
            *_doubling(), *_doubling(), *_doubling(), nn.ConvTranspose2d(32, 1, 4, 2, 1),
        )  # fmt: skip
        parameters = [*self._encoder.parameters(), *self._decoder.parameters()]
        self._optimizer = torch.optim.Adam(parameters, lr=1e-3)

    def speed(self, seconds: float) -> float:
        """Images a second."""
        with threads(0):
            self._step()
            start, steps = perf_counter(), 0
            while perf_counter() - start < seconds:
                self._step()
                steps += 1
            return BATCH * steps / (perf_counter() - start)

    def _step(self) -> None:
        x: Tensor = self._images[torch.randint(len(self._images), (BATCH,))] / 255
        mu, logvar = self._encoder(x).chunk(2, dim=1)
        logits = self._decoder(mu + torch.exp(0.5 * logvar) * torch.randn_like(mu))
        bce = functional.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        self._optimizer.zero_grad()
        ((bce + kl) / BATCH).backward()
        self._optimizer.step()


def _halving(inputs: int) -> list[nn.Module]:
    return [nn.Conv2d(inputs, 32, 4, 2, 1), nn.ReLU()]


def _doubling() -> list[nn.Module]:
    return [nn.ConvTranspose2d(32, 32, 4, 2, 1), nn.ReLU()]
