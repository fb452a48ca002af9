"""Training as a generator of events.

`train` owns the model, the optimiser, the random numbers and the cadence of everything that
it tells. It knows nothing of windows: tests iterate it, the command line prints it, the
worker forwards it.
"""

from collections import deque
from collections.abc import Iterator
from time import perf_counter

import numpy as np
import torch
from torch import Tensor

from vae_desktop.core.config import RunConfig
from vae_desktop.core.control import Control
from vae_desktop.core.data.dataset import Dataset, Part
from vae_desktop.core.data.pixels import Pixels
from vae_desktop.core.devices import resolve, threads
from vae_desktop.core.errors import ConfigError, TrainingError
from vae_desktop.core.evaluation import evaluate
from vae_desktop.core.events import (
    Batches,
    Ended,
    Evaluation,
    Event,
    Floats,
    Prepared,
    Reconstructions,
    Snapshot,
    frozen,
)
from vae_desktop.core.imaging import to_uint8
from vae_desktop.core.models.build import build, weights_of
from vae_desktop.core.objectives import Terms, terms_of

BATCHES_PER_EVENT = 20
"""Losses of so many steps travel in one event; also how often they are checked."""
PICTURES_INTERVAL = 0.1
SNAPSHOT_INTERVAL = 1 / 30
"""Seconds between two events of a kind, at least."""
SPEED_WINDOW = 1.0
PICTURE_COUNT = 64


def train(config: RunConfig, data: Dataset, control: Control | None = None) -> Iterator[Event]:
    """Train a model and yield what happens.

    The events, in order: `Prepared`; then `Batches`, `Reconstructions` and `Snapshot` as they
    come, and after each epoch an `Evaluation` with its `Reconstructions` and `Snapshot`; at
    last `Ended`. What is yielded is a function of config and data, except for times and for
    how often pictures and snapshots come.

    Args:
        config: what to train and how.
        data: the pictures.
        control: asked before every step whether to pause or stop.

    Raises:
        ConfigError: the config does not fit the data.
        DeviceError: the device is not there.
        TrainingError: the loss is not finite; the last event before it is a `Snapshot` with
            the last good weights.
    """
    with threads(config.training.threads):
        yield from _Training(config, data, control or Control()).events()


class _Training:
    """One training: its model, optimiser, generators, and where it is."""

    def __init__(self, config: RunConfig, data: Dataset, control: Control) -> None:
        settings = config.training
        self.config, self.data, self.control = config, data, control
        self.device = resolve(settings.device)
        self.pixels = Pixels(data.train.images, self.device, config.data.train_limit)
        self.test_pixels = Pixels(data.test.images, self.device)
        if settings.batch_size > len(self.pixels):
            raise ConfigError(
                f"Batch size: {settings.batch_size:,} is more than the {len(self.pixels):,} "
                "training images; choose a smaller one."
            )
        weights, self.order, self.noise = _generators(settings.seed)
        self.model = build(config.model, data.image_shape, weights).to(self.device)
        self.optimizer = torch.optim.Adam(
            self.model.parameters(), lr=settings.learning_rate, fused=True
        )
        self.epoch = self.step = 0
        self.clock = _Clock(settings.batch_size)
        self.losses: list[Tensor] = []
        self.good: deque[Snapshot] = deque(maxlen=2)
        self.shown = _picked(data.test, PICTURE_COUNT)
        self.pictures_due = self.snapshot_due = 0.0

    def events(self) -> Iterator[Event]:
        """All events, from `Prepared` to `Ended`."""
        yield self._prepared()
        yield self._pictures()
        self.good.append(self._snapshot())
        yield self.good[0]
        self.clock.start()
        while self.epoch < self.config.training.epochs and not self.control.stops_after_epoch:
            yield from self._epoch()
            if self.control.stops_now:
                break
        if self.losses:
            yield from self._batches()
        yield self._pictures()
        yield self._snapshot()
        yield self._ended()

    def _epoch(self) -> Iterator[Event]:
        """The steps of an epoch and the evaluation after it; ends early on `stops_now`."""
        order = torch.randperm(len(self.pixels), generator=self.order)
        for indices in torch.split(order, self.config.training.batch_size):
            if self.control.paused:
                yield from self._hold()
            if self.control.stops_now:
                return
            self._train_on(indices)
            if len(self.losses) == BATCHES_PER_EVENT:
                yield from self._batches()
            yield from self._views()
        self.epoch += 1
        if self.losses:
            yield from self._batches()
        yield self._evaluation()
        yield self._pictures()
        yield self._snapshot()

    def _train_on(self, indices: Tensor) -> None:
        """One step of the optimiser on the training images at `indices` (B,)."""
        x = self.pixels.take(indices)
        noise = torch.randn(len(indices), self.model.latent_dim, generator=self.noise)
        terms = terms_of(self.model, x, noise.to(self.device), self.config.objective.beta)
        self.optimizer.zero_grad(set_to_none=True)
        terms.total.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.step += 1
        self.losses.append(_row(terms))
        self.clock.count(len(indices))

    def _hold(self) -> Iterator[Event]:
        """Show where training stands, then wait until it may go on."""
        if self.losses:
            yield from self._batches()
        yield self._pictures()
        yield self._snapshot()
        self.clock.leave_out(self.control.wait_while_paused())

    def _views(self) -> Iterator[Event]:
        """Pictures and weights for those who watch, where they are due."""
        now = perf_counter()
        if now >= self.pictures_due:
            yield self._pictures()
        if now >= self.snapshot_due:
            yield self._snapshot()

    def _prepared(self) -> Prepared:
        batch_size = self.config.training.batch_size
        return Prepared(
            epochs=self.config.training.epochs,
            steps_per_epoch=-(-len(self.pixels) // batch_size),
            batch_size=batch_size,
            train_images=len(self.pixels),
            test_images=len(self.test_pixels),
            image_shape=self.data.image_shape,
            parameters=sum(weight.numel() for weight in self.model.parameters()),
            device=self.device.type,
            fingerprint=self.data.fingerprint,
        )

    def _batches(self) -> Iterator[Event]:
        """The losses gathered since the last time, once they are known to be finite."""
        rows = torch.stack(self.losses).cpu().numpy()
        first = self.step - len(rows) + 1
        self.losses.clear()
        bad = np.flatnonzero(~np.isfinite(rows).all(axis=1))
        if bad.size:
            yield self._last_good()
            raise self._not_finite(first + int(bad[0]))
        self.good.append(self._snapshot())
        yield Batches(
            step=_frozen_steps(first, len(rows)),
            reconstruction=_floats(rows[:, 0]),
            kl=_floats(rows[:, 1]),
            total=_floats(rows[:, 2]),
            kl_per_latent=_floats(rows[:, 3:].mean(axis=0)),
            seconds=self.clock.seconds,
            images_per_second=self.clock.speed,
        )

    def _last_good(self) -> Snapshot:
        """The newest kept weights that are finite.

        Weights after a step with a finite loss may already be spoilt by its gradient; those
        that were kept before them gave finite losses since, so one of the two is good.
        """
        newest = self.good[-1]
        finite = all(np.isfinite(weight).all() for weight in newest.weights.values())
        return newest if finite else self.good[0]

    def _not_finite(self, step: int) -> TrainingError:
        rate = self.config.training.learning_rate
        return TrainingError(
            f"Training stopped at step {step:,}: the loss is no longer a finite number. The "
            f"likely cause is the learning rate ({rate:g}); try {rate / 10:g}. The last good "
            "weights are kept."
        )

    def _evaluation(self) -> Evaluation:
        self.clock.pause()
        scores = evaluate(self.model, self.test_pixels, self.config.objective.beta)
        self.clock.start()
        return Evaluation(
            epoch=self.epoch,
            step=self.step,
            reconstruction=scores.reconstruction,
            kl=scores.kl,
            total=scores.total,
            kl_per_latent=_floats(scores.kl_per_latent),
            images=scores.images,
            seconds=self.clock.seconds,
        )

    @torch.no_grad()
    def _pictures(self) -> Reconstructions:
        self.pictures_due = perf_counter() + PICTURES_INTERVAL
        x = self.test_pixels.take(self.shown)
        pictures = self.model.picture(self.model.encode(x).mu)
        return Reconstructions(self.step, to_uint8(x), to_uint8(pictures))

    def _snapshot(self) -> Snapshot:
        self.snapshot_due = perf_counter() + SNAPSHOT_INTERVAL
        return Snapshot(self.epoch, self.step, weights_of(self.model))

    def _ended(self) -> Ended:
        finished = self.epoch == self.config.training.epochs
        return Ended(
            reason="finished" if finished else "stopped",
            epoch=self.epoch,
            step=self.step,
            seconds=self.clock.seconds,
            images_per_second=self.clock.mean_speed,
        )


class _Clock:
    """Training time without pauses and evaluations, and the speed over the last second."""

    def __init__(self, batch_size: int) -> None:
        self._seconds = 0.0
        self._started = perf_counter()
        self._images = 0
        self._marks: deque[tuple[float, int]] = deque([(0.0, 0)])

    def start(self) -> None:
        self._started = perf_counter()

    def pause(self) -> None:
        self._seconds = self.seconds
        self._started = float("inf")

    def leave_out(self, seconds: float) -> None:
        """Do not count the last `seconds`."""
        self._seconds -= seconds

    def count(self, images: int) -> None:
        """So many images were learnt from just now."""
        self._images += images
        now = self.seconds
        self._marks.append((now, self._images))
        while self._marks[0][0] < now - SPEED_WINDOW:
            self._marks.popleft()

    @property
    def seconds(self) -> float:
        """Training time so far."""
        return self._seconds + max(0.0, perf_counter() - self._started)

    @property
    def speed(self) -> float:
        """Images a second, over the last second."""
        (start, before), (end, after) = self._marks[0], self._marks[-1]
        return (after - before) / (end - start) if end > start else 0.0

    @property
    def mean_speed(self) -> float:
        """Images a second, over the whole run."""
        return self._images / self.seconds if self._images else 0.0


def _generators(seed: int) -> tuple[torch.Generator, torch.Generator, torch.Generator]:
    """Independent random numbers for initial weights, batch order and noise."""
    words = np.random.SeedSequence(seed).generate_state(3, np.uint64)
    initial, order, noise = (torch.Generator().manual_seed(int(word)) for word in words)
    return initial, order, noise


def _row(terms: Terms) -> Tensor:
    """(3 + latent_dim,): reconstruction, KL, total, KL per latent; detached."""
    scalars = torch.stack((terms.reconstruction, terms.kl, terms.total))
    return torch.cat((scalars, terms.kl_per_latent)).detach()


def _picked(part: Part, count: int) -> Tensor:
    """Indices of the pictures that are shown: one of each class first, then the next ones."""
    indices = np.arange(min(len(part), 10 * count))
    if part.labels is not None:
        _, first = np.unique(part.labels[: len(indices)], return_index=True)
        rest = np.setdiff1d(indices, first)
        indices = np.concatenate((first, rest))
    return torch.from_numpy(indices[:count])


def _frozen_steps(first: int, count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    steps = np.arange(first, first + count, dtype=np.int64)
    steps.flags.writeable = False
    return steps


def _floats(array: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Floats:
    return frozen(array.astype(np.float32, copy=False))
