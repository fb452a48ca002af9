"""Training as a generator of events.

`train` owns the model, the optimiser, the random numbers and the cadence of everything that
it tells. It knows nothing of windows: tests iterate it, the command line prints it, the
worker forwards it.
"""

import math
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from time import perf_counter
from typing import Literal

import torch
from torch import Tensor

from vae_desktop.core import checkpoint as checkpoints
from vae_desktop.core.by_hand import can, terms_and_gradients
from vae_desktop.core.clock import Clock
from vae_desktop.core.config import RunConfig
from vae_desktop.core.control import Control
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.data.pixels import Examples
from vae_desktop.core.devices import keep_freed_memory, memory_explained, resolve, threads
from vae_desktop.core.errors import TrainingError
from vae_desktop.core.evaluation import evaluate
from vae_desktop.core.events import (
    Checkpoint,
    Ended,
    Evaluation,
    Event,
    LeverMoved,
    Prepared,
    Snapshot,
)
from vae_desktop.core.gallery import Gallery
from vae_desktop.core.levers import Levers
from vae_desktop.core.losses import Losses, test_not_finite
from vae_desktop.core.meaning import measure_of, notes_of
from vae_desktop.core.models.build import load_weights, weights_of
from vae_desktop.core.models.latent import LatentModel
from vae_desktop.core.objectives import term_names, terms_of
from vae_desktop.core.optimisation import Optimiser, clip
from vae_desktop.core.preparation import baselines_of, check_fits, generators, new_model

BATCHES_PER_EVENT = 20
"""Losses of so many steps travel in one event; also how often they are checked."""
PICTURES_INTERVAL = 0.1
SNAPSHOT_INTERVAL = 1 / 30
"""Seconds between two events of a kind, at least."""


def train(
    config: RunConfig,
    data: Dataset,
    control: Control | None = None,
    checkpoint: Checkpoint | None = None,
    spared_cores: int = 0,
) -> Iterator[Event]:
    """Train a model and yield what happens.

    The events, in order: `Prepared`; then `Batches`, `LeverMoved`, `Reconstructions` and
    `Snapshot` as they come, and after each epoch an `Evaluation` with its `Reconstructions`,
    `Snapshot` and `Checkpoint`; at last `Ended`. A pause and a stop give a `Checkpoint` too.
    What is yielded is a function of config, data and the moves of levers, except for times and
    for how often pictures and snapshots come.

    Args:
        config: what to train and how.
        data: the pictures.
        control: asked before every step whether to pause or stop, and for moved levers.
        checkpoint: where to go on from, as if training had not stopped; None for the start.
        spared_cores: left to others where the config does not say how many threads.

    Raises:
        ConfigError: the config does not fit the data, or settings do not fit each other.
        RunError: the checkpoint does not belong to this config and data.
        DeviceError: the device is not there or lacks memory.
        TrainingError: the loss is not finite or explodes; the last event before it is a
            `Snapshot` with the last good weights.
    """
    config.check()
    keep_freed_memory()
    remedy = "choose a smaller batch, narrower layers or fewer images"
    with ExitStack() as stack:
        stack.enter_context(threads(config.training.threads, spared_cores))
        stack.enter_context(memory_explained(remedy))
        training = _Training(config, data, control or Control())
        if checkpoint is not None:
            training.restore(checkpoint)
        yield from training.events()


class _Training:
    """One training: its model, optimiser, generators, and where it is."""

    def __init__(self, config: RunConfig, data: Dataset, control: Control) -> None:
        settings = config.training
        self.config, self.data, self.control = config, data, control
        self.device = resolve(settings.device)
        self.examples = Examples(
            data.train,
            self.device,
            config.data.train_limit,
            with_labels=config.model.kind in ("classifier", "cvae"),
        )
        self.test = Examples(data.test, self.device)
        check_fits(config, data, self.examples)
        weights, self.order, self.noise = generators(settings.seed)
        self.order_state = self.order.get_state()
        self.model = new_model(config, data, self.examples, weights).to(self.device)
        self.weights = dict(self.model.named_parameters())
        self.weight_list = list(self.weights.values())
        self.by_hand = can(self.model, config.objective)
        self.optimiser = Optimiser(settings, self.weights)
        self.levers = Levers(config, len(self.examples))
        self.names = term_names(self.model, config.objective)
        self.losses = Losses(self.names)
        self.steps_per_epoch = -(-len(self.examples) // settings.batch_size)
        # Finished epochs, and batches of the one after them.
        self.epoch = self.batch = 0
        self.best, self.epochs_since_best = float("inf"), 0
        self.clock = Clock()
        # The newest weights that somebody was shown, and those that gave sane losses since.
        self.shown: Snapshot | None = None
        self.good: deque[Snapshot] = deque(maxlen=2)
        self.gallery = Gallery(data.test, self.test)
        self.pictures_due = self.snapshot_due = 0.0

    @property
    def step(self) -> int:
        """Finished steps."""
        return self.epoch * self.steps_per_epoch + self.batch

    @property
    def position(self) -> float:
        """Finished epochs, with the share of the one that training is in."""
        return self.epoch + self.batch / self.steps_per_epoch

    def events(self) -> Iterator[Event]:
        """All events, from `Prepared` to `Ended`."""
        yield self._prepared()
        yield from self._looks()
        self._keep_good()
        self.clock.start()
        while not self._ends:
            yield from self._epoch()
            if self.control.stops_now:
                break
        self.clock.pause()
        if self.batch:
            yield from self._batches()
            yield self._checkpoint()
        yield from self._looks()
        yield self._ended()

    @property
    def _ends(self) -> bool:
        finished = self.epoch >= self.config.training.epochs
        return finished or self._on_plateau or self.control.stops_after_epoch

    @property
    def _on_plateau(self) -> bool:
        patience = self.config.training.patience
        return 0 < patience <= self.epochs_since_best

    def _epoch(self) -> Iterator[Event]:
        """The steps of an epoch and the evaluation after it; ends early on `stops_now`."""
        order = torch.randperm(len(self.examples), generator=self.order)
        for indices in torch.split(order, self.config.training.batch_size)[self.batch :]:
            if self.control.paused:
                yield from self._hold()
            if self.control.stops_now:
                return
            yield from self._moved_levers()
            self._train_on(indices)
            if len(self.losses) == BATCHES_PER_EVENT:
                yield from self._batches()
            yield from self._views()
        self.epoch, self.batch = self.epoch + 1, 0
        self.order_state = self.order.get_state()
        self.clock.pause()
        yield from self._batches()
        evaluation = self._evaluation()
        if not math.isfinite(evaluation.total):
            yield from self._fall_back()
            raise test_not_finite(self.step, self.levers.learning_rate(self.position))
        yield evaluation
        yield from self._looks()
        yield self._checkpoint()
        self.clock.start()

    def _train_on(self, indices: Tensor) -> None:
        """One step of the optimiser on the training images at `indices` (B,)."""
        weights, rate = self.levers.weights(self.position), self.levers.learning_rate(self.position)
        noise = torch.randn(len(indices), self._latents, generator=self.noise).to(self.device)
        batch = self.examples.take(indices)
        if self.by_hand:
            terms, gradients = terms_and_gradients(self.model, batch, noise, weights.beta)
        else:
            terms = terms_of(self.model, batch, noise, self.config.objective, weights)
            gradients = torch.autograd.grad(terms.total, self.weight_list)
        clip(gradients, self.config.training.gradient_clip)
        self.optimiser.step(gradients, rate)
        self.batch += 1
        self.losses.add(terms, self.levers.settings(weights, rate))
        self.clock.count(len(indices))

    def _moved_levers(self) -> Iterator[Event]:
        for name, value in self.levers.move(self.control.take_moves()).items():
            yield LeverMoved(self.step, self.position, name, value)

    def _hold(self) -> Iterator[Event]:
        """Show where training stands, then wait until it may go on."""
        self.clock.pause()
        yield from self._batches()
        yield from self._looks()
        yield self._checkpoint()
        self.control.wait_while_paused()
        self.clock.start()

    def _views(self) -> Iterator[Event]:
        """Pictures and weights for those who watch, where they are due."""
        now = perf_counter()
        if now >= self.pictures_due:
            yield from self._pictures()
        if now >= self.snapshot_due:
            yield self._snapshot()

    def _looks(self) -> Iterator[Event]:
        yield from self._pictures()
        yield self._snapshot()

    def _prepared(self) -> Prepared:
        return Prepared(
            epochs=self.config.training.epochs,
            steps_per_epoch=self.steps_per_epoch,
            batch_size=self.config.training.batch_size,
            train_images=len(self.examples),
            test_images=len(self.test),
            image_shape=self.data.image_shape,
            parameters=sum(weight.numel() for weight in self.weight_list),
            device=self.device.type,
            fingerprint=self.data.fingerprint,
            measure=measure_of(self.config),
            notes=notes_of(self.config, self.examples),
            baselines=baselines_of(self.model, self.examples, self.test),
            label_names=self.data.label_names,
            step=self.step,
        )

    def _batches(self) -> Iterator[Event]:
        """The losses gathered since the last time, once they are known to be sane."""
        if not self.losses:
            return
        try:
            rate = self.levers.learning_rate(self.position)
            batches = self.losses.take(self.step, self.clock, rate)
        except TrainingError:
            yield from self._fall_back()
            raise
        self._keep_good()
        yield batches

    def _keep_good(self) -> None:
        """Keep the weights that were shown last, now that the losses until here are sane."""
        if self.shown is not None and self.shown not in self.good:
            self.good.append(self.shown)

    def _fall_back(self) -> Iterator[Event]:
        """The last good weights, and what they make of the test images.

        Weights after a step with a sane loss may already be spoilt by its gradient; those
        that were kept before them have given sane losses since.
        """
        good = self.good[0]
        load_weights(self.model, good.weights)
        yield good
        if isinstance(self.model, LatentModel):
            yield self.gallery.pictures(self.model, good.step)

    def _evaluation(self) -> Evaluation:
        weights = self.levers.weights(self.position)
        scores = evaluate(self.model, self.test, self.config.objective, weights)
        better = scores.total < self.best
        self.best = min(self.best, scores.total)
        self.epochs_since_best = 0 if better else self.epochs_since_best + 1
        return Evaluation(
            epoch=self.epoch,
            step=self.step,
            total=scores.total,
            terms=scores.terms,
            kl_per_latent=scores.kl_per_latent,
            images=scores.images,
            seconds=self.clock.seconds,
            confusion=scores.confusion,
        )

    def _pictures(self) -> Iterator[Event]:
        self.pictures_due = perf_counter() + PICTURES_INTERVAL
        if isinstance(self.model, LatentModel):
            yield self.gallery.pictures(self.model, self.step)

    def _snapshot(self) -> Snapshot:
        self.snapshot_due = perf_counter() + SNAPSHOT_INTERVAL
        self.shown = Snapshot(self.epoch, self.step, weights_of(self.model))
        return self.shown

    def _ended(self) -> Ended:
        reason: Literal["finished", "stopped", "plateau"] = "stopped"
        if self.epoch >= self.config.training.epochs:
            reason = "finished"
        elif self._on_plateau:
            reason = "plateau"
        return Ended(reason, self.epoch, self.step, self.clock.seconds, self.clock.mean_speed)

    def _checkpoint(self) -> Checkpoint:
        facts = checkpoints.facts_of(self.config, self.data.fingerprint) | {
            "seconds": self.clock.seconds,
            "images": self.clock.images,
            "start": self.losses.start,
            "best": self.best if self.epoch else None,
            "epochs_since_best": self.epochs_since_best,
            "levers": self.levers.moved,
        }
        tensors = checkpoints.copies(self._live())
        return Checkpoint(self.step, self.epoch, self.batch, tensors, facts)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go to where a checkpoint was taken; see `train`."""
        live = self._live()
        checkpoints.check(checkpoint, self.config, self.data.fingerprint, live)
        checkpoints.restore(checkpoint.tensors, live)
        self.order.set_state(self.order_state)
        self.noise.set_state(live["generator.noise"])
        facts = checkpoint.facts
        self.epoch, self.batch = checkpoint.epoch, checkpoint.batches
        self.clock = Clock(facts["seconds"], facts["images"])
        self.losses.start = facts["start"]
        self.best = float("inf") if facts["best"] is None else facts["best"]
        self.epochs_since_best = facts["epochs_since_best"]
        self.levers.moved = dict(facts["levers"])

    def _live(self) -> dict[str, Tensor]:
        """Every tensor that training goes on from; generators as their states."""
        weights = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        state = {f"optimiser.{name}": value for name, value in self.optimiser.tensors().items()}
        generators = {
            "generator.order": self.order_state,
            "generator.noise": self.noise.get_state(),
        }
        return {**weights, **state, **generators}

    @property
    def _latents(self) -> int:
        return self.model.latent_dim if isinstance(self.model, LatentModel) else 0
