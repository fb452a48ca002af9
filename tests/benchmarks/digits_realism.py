"""How real the built-in digits are: a classifier trained on them alone reads MNIST."""

import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from vae_desktop.core.data import digits, idx
from vae_desktop.core.data.dataset import Dataset, Part

MEAN, STD = 0.1307, 0.3081  # of MNIST's training pixels, in [0, 1]
BATCH, EPOCHS = 120, 10
SEED = 0


def measure(data_dir: Path) -> dict[str, float]:
    """Trains 784-1000-10 with SGD on the 60,000 built-in digits, in two threads.

    Args:
        data_dir: the folder that holds the four files of MNIST in `mnist/`.

    Returns:
        real_accuracy: share of the 10,000 MNIST test images that are read rightly.
        own_accuracy: the same of the 10,000 built-in test images.
        seconds_generate: to load the digits for the first time.
        seconds_cached: to load them again.
    """
    with tempfile.TemporaryDirectory() as folder:
        _, seconds_generate = _timed_load(Path(folder))
        dataset, seconds_cached = _timed_load(Path(folder))
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        model = _trained(dataset.train)
        real = _accuracy(model, idx.load(data_dir / "mnist").test)
        own = _accuracy(model, dataset.test)
    finally:
        torch.set_num_threads(threads)
    return {
        "real_accuracy": real,
        "own_accuracy": own,
        "seconds_generate": seconds_generate,
        "seconds_cached": seconds_cached,
    }


def _timed_load(folder: Path) -> tuple[Dataset, float]:
    start = time.perf_counter()
    dataset = digits.load(folder)
    return dataset, time.perf_counter() - start


def _inputs(images: NDArray[np.uint8]) -> torch.Tensor:
    pixels = torch.tensor(images.reshape(len(images), -1))
    return (pixels.float() / 255 - MEAN) / STD


def _trained(part: Part) -> nn.Module:
    torch.manual_seed(SEED)
    model = nn.Sequential(nn.Linear(784, 1000), nn.ReLU(), nn.Linear(1000, 10))
    optimiser = torch.optim.SGD(model.parameters(), lr=1e-2, momentum=0.5)
    inputs, labels = _inputs(part.images[:]), torch.tensor(part.labels)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(inputs)).split(BATCH):
            optimiser.zero_grad()
            nn.functional.cross_entropy(model(inputs[batch]), labels[batch]).backward()
            optimiser.step()
    return model


def _accuracy(model: nn.Module, part: Part) -> float:
    with torch.no_grad():
        read = model(_inputs(part.images[:])).argmax(dim=1).numpy()
    return float(np.mean(read == part.labels))
