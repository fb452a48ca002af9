"""Speed of training: ours, the usual loop's, and what the matrix products alone would allow."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.benchmarks.context import Context, python_json
from tests.benchmarks.table import Row, alternate, at_least, at_least_times, at_most, told
from vae_desktop.core.config import RunConfig
from vae_desktop.core.control import Control
from vae_desktop.core.data import idx
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.data.torchvision_door import torchvision_datasets
from vae_desktop.core.devices import threads
from vae_desktop.core.events import Batches
from vae_desktop.core.training import train
from vae_desktop.session.worker import SPARED_CORES

BATCH = 120
WIDTHS = (784, 400, 2, 784)


def train_headless(context: Context) -> list[Row]:
    """Ours against the usual loop and against the matrix products, in one process."""
    data = idx.load(context.mnist)
    usual = UsualLoop(unpacked(context.mnist, context.scratch))
    ours, reference, floor = alternate(
        context.repeats,
        lambda: our_speed(data, context.seconds),
        lambda: usual.speed(context.seconds),
        lambda: floor_speed(context.seconds),
    )
    return [
        at_least_times("train-headless", ours, reference, "images/s", 4),
        at_least_times("train-floor", ours, floor, "images/s", 0.65),
    ]


def train_live(context: Context) -> list[Row]:
    """Training in the window against training without one, each in its own process.

    Both with as many threads as the window takes: it keeps a core for itself. What all cores
    reach without a window is told beside it.
    """
    epochs = max(2, round(context.seconds))
    figures: list[dict[str, float]] = []

    def live() -> float:
        figures.append(python_json("-m", "tests.benchmarks.live", str(context.mnist), str(epochs)))
        return figures[-1]["images_per_second"]

    def headless(threads: int) -> float:
        out = context.scratch / f"run-{threads}-{len(figures)}"
        arguments = ["train", "--dataset", "mnist", "--data-dir", str(context.mnist)]
        arguments += ["--epochs", str(epochs), "--out", str(out), "--threads", str(threads)]
        return float(python_json("-m", "vae_desktop", *arguments, "--json")["images_per_second"])

    spared = max(1, (os.cpu_count() or 1) - SPARED_CORES)
    ours, reference, all_cores = alternate(
        context.repeats, live, lambda: headless(spared), lambda: headless(0)
    )
    return [
        at_least_times("train-live, same threads", ours, reference, "images/s", 0.9),
        told("headless, all cores", all_cores, "images/s"),
        *_window_rows(figures),
    ]


def map_live(context: Context) -> list[Row]:
    """Training with the Latent tab open against training with the Train tab open, in turns."""
    epochs = str(max(4, round(2 * context.seconds)))
    figures: list[dict[str, float]] = []

    def window(tab: str) -> dict[str, float]:
        arguments = (str(context.mnist), epochs, tab)
        result: dict[str, float] = python_json("-m", "tests.benchmarks.live", *arguments)
        return result

    def with_map() -> float:
        figures.append(window("latent"))
        return figures[-1]["images_per_second"]

    ours, reference = alternate(
        context.repeats, with_map, lambda: window("train")["images_per_second"]
    )
    updates, frame = (
        median(figure[name] for figure in figures) for name in ("maps_per_second", "tick_p99_ms")
    )
    return [
        at_least_times("map-live, training", ours, reference, "images/s", 0.95),
        at_least("map-live, updates", updates, "1/s", 2),
        at_most("map-live, frame p99", frame, "ms", 25),
    ]


def _window_rows(figures: list[dict[str, float]]) -> list[Row]:
    def of(name: str) -> float:
        return median(figure[name] for figure in figures)

    return [
        told("frame p50", of("tick_p50_ms"), "ms"),
        at_most("frame p99", of("tick_p99_ms"), "ms", 25),
        told("frame max after 1 s", of("tick_max_ms"), "ms"),
        at_most("memory peak, live on MNIST", of("peak_mb"), "MB", 1100),
    ]


def our_speed(data: Dataset, seconds: float) -> float:
    """Images a second of our training, evaluation not counted, after a warm-up."""
    control = Control()
    start, first, last = perf_counter(), None, None
    for event in train(RunConfig(), data, control):
        if isinstance(event, Batches):
            first, last = first or event, event
        if perf_counter() - start > seconds + 0.5:
            control.stop_now()
    assert first is not None
    assert last is not None
    images = BATCH * int(last.step[-1] - first.step[-1])
    return images / (last.seconds - first.seconds)


def unpacked(folder: Path, scratch: Path) -> Path:
    """A folder as torchvision wants it, with the unpacked files of `folder`."""
    raw = scratch / "torchvision" / "MNIST" / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.gz"):
        (raw / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    return scratch / "torchvision"


class UsualModel(nn.Module):
    """The VAE as tutorials write it."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.mu, self.logvar = nn.Linear(784, 400), nn.Linear(400, 2), nn.Linear(400, 2)
        self.fc3, self.fc4 = nn.Linear(2, 400), nn.Linear(400, 784)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        h = functional.relu(self.fc1(x.view(-1, 784)))
        mu, logvar = self.mu(h), self.logvar(h)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return torch.sigmoid(self.fc4(functional.relu(self.fc3(z)))), mu, logvar


class UsualLoop:
    """torchvision's data set with ToTensor, a DataLoader and Adam."""

    def __init__(self, root: Path) -> None:
        datasets = torchvision_datasets()
        # Only now: the import fails where the door has not mended it.
        from torchvision.transforms import ToTensor

        images = datasets.MNIST(root, train=True, transform=ToTensor())
        self._loader = torch.utils.data.DataLoader(images, batch_size=BATCH, shuffle=True)
        self._model = UsualModel()
        self._optimizer = torch.optim.Adam(self._model.parameters(), lr=1e-3)

    def speed(self, seconds: float) -> float:
        """Images a second."""
        with threads(0):
            start, images = perf_counter(), 0
            for x, _ in self._loader:
                self._step(x)
                images += len(x)
                if perf_counter() - start > seconds:
                    break
            return images / (perf_counter() - start)

    def _step(self, x: Tensor) -> None:
        self._optimizer.zero_grad()
        recon, mu, logvar = self._model(x)
        bce = functional.binary_cross_entropy(recon, x.view(-1, 784), reduction="sum")
        kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        (bce + kl).backward()
        self._optimizer.step()


def floor_speed(seconds: float) -> float:
    """Images a second if the matrix products of forward and backward were all there is."""
    with threads(0):
        products = matrix_products()
        for product in products:
            product()
        start, steps = perf_counter(), 0
        while perf_counter() - start < seconds:
            for product in products:
                product()
            steps += 1
        return BATCH * steps / (perf_counter() - start)


def matrix_products() -> list[Callable[[], Tensor]]:
    """All products of one step of the 784-400-(2, 2)-400-784 VAE; none for its input."""
    x, h, codes = torch.rand(BATCH, 784), torch.rand(BATCH, 400), torch.rand(BATCH, 4)
    z, g = torch.rand(BATCH, 2), torch.rand(BATCH, 784)
    w1, w2, w3, w4 = (torch.rand(*shape) for shape in ((400, 784), (4, 400), (400, 2), (784, 400)))
    forward = [lambda: x @ w1.T, lambda: h @ w2.T, lambda: z @ w3.T, lambda: h @ w4.T]
    backward = [
        lambda: g.T @ h,
        lambda: g @ w4,
        lambda: h.T @ z,
        lambda: h @ w3,
        lambda: codes.T @ h,
        lambda: codes @ w2,
        lambda: h.T @ x,
    ]
    return forward + backward
