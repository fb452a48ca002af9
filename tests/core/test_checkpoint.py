"""Stopping and going on: to the last bit as if nothing had happened, or refused."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.samples import tiny_config, tiny_dataset
from vae_desktop.core import checkpoint_file, runs
from vae_desktop.core.config import RunConfig
from vae_desktop.core.control import Control
from vae_desktop.core.errors import ConfigError, RunError
from vae_desktop.core.events import (
    Batches,
    Checkpoint,
    Ended,
    Evaluation,
    Event,
    LeverMoved,
    Prepared,
    Snapshot,
)
from vae_desktop.core.training import train

STEPS = 20
DATA = tiny_dataset()


class StopsAt(Control):
    """Stops before the step after `step`, whenever training asks."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self._left = step

    @property
    def paused(self) -> bool:
        if self._left == 0:
            self.stop_now()
        self._left -= 1
        return super().paused


def last(events: list[Event], kind: type) -> Any:
    return next(event for event in reversed(events) if isinstance(event, kind))


def story(events: list[Event]) -> dict[str, np.ndarray]:
    """Everything that must not depend on a stop: losses, test results, final weights."""
    batches = [event for event in events if isinstance(event, Batches)]
    evaluations = [event for event in events if isinstance(event, Evaluation)]
    told = {f"weight {name}": value for name, value in last(events, Snapshot).weights.items()}
    told["steps"] = np.concatenate([event.step for event in batches])
    told["totals"] = np.concatenate([event.total for event in batches])
    for name in batches[0].terms:
        told[name] = np.concatenate([event.terms[name] for event in batches])
    told["test"] = np.array([event.total for event in evaluations])
    told["epochs"] = np.array([event.epoch for event in evaluations])
    return told


def same(one: dict[str, np.ndarray], two: dict[str, np.ndarray]) -> bool:
    return one.keys() == two.keys() and all(np.array_equal(one[name], two[name]) for name in one)


def settings_of(optimizer: str) -> RunConfig:
    """A config with everything that carries something from step to step."""
    return tiny_config(
        optimizer=optimizer, gradient_clip=5.0, weight_decay=0.01, lr_schedule="cosine"
    ).changed(objective={"schedule": "cyclical", "cycles": 3})


@cache
def unbroken(optimizer: str) -> dict[str, np.ndarray]:
    return story(list(train(settings_of(optimizer), DATA)))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["adam", "adamw", "sgd", "adagrad"]), st.integers(0, STEPS - 1))
def test_a_stop_leaves_no_trace(optimizer: str, step: int) -> None:
    config = settings_of(optimizer)
    first = list(train(config, DATA, StopsAt(step)))
    assert last(first, Ended).step == step
    # A stop between two epochs finds the checkpoint that the epoch's end has left.
    kept = [event for event in first if isinstance(event, Checkpoint)]
    if step == 0:
        assert not kept, "nothing was done: there is nothing to go on from"
        return
    assert kept[-1].step == step
    second = list(train(config, DATA, checkpoint=kept[-1]))
    assert second[0].step == step
    assert same(story(first + second), unbroken(optimizer))


@pytest.mark.parametrize("kind", ["classifier", "autoencoder", "cvae"])
def test_every_model_goes_on(kind: str) -> None:
    inputs = "unit" if kind == "cvae" else "normalised"
    config = tiny_config().changed(model={"kind": kind, "inputs": inputs})
    first = list(train(config, DATA, StopsAt(7)))
    second = list(train(config, DATA, checkpoint=last(first, Checkpoint)))
    assert same(story(first + second), story(list(train(config, DATA))))


def test_convolutions_go_on(tmp_path: Path) -> None:
    """Their weights lie otherwise in memory than in the file."""
    data = tiny_dataset(shape=(1, 16, 16))
    config = tiny_config().changed(model={"architecture": "conv"})
    first = list(train(config, data, StopsAt(7)))
    checkpoint_file.write(tmp_path / "there", last(first, Checkpoint))
    read = checkpoint_file.read(tmp_path / "there")
    second = list(train(config, data, checkpoint=read))
    assert same(story(first + second), story(list(train(config, data))))


def test_a_run_is_stopped_and_continued_in_its_folder(tmp_path: Path) -> None:
    config = tiny_config()
    whole, parts = (runs.create(tmp_path / name, config) for name in ("whole", "parts"))
    list(runs.record(whole, train(config, DATA)))
    list(runs.record(parts, train(config, DATA, StopsAt(13))))
    again, checkpoint = runs.resume(parts)
    assert again == config.changed(data={"fingerprint": DATA.fingerprint})
    list(runs.record(parts, train(again, DATA, checkpoint=checkpoint)))
    one, two = runs.read(whole), runs.read(parts)
    assert same(story([*one.history, one.weights]), story([*two.history, two.weights]))
    assert [type(event) for event in two.history].count(Ended) == 1
    assert two.history[-1].reason == "finished"


def test_what_happened_after_the_checkpoint_is_done_again(tmp_path: Path) -> None:
    """A crash may come after losses were written and before the next checkpoint."""
    config = tiny_config()
    folder = runs.create(tmp_path / "run", config)
    for event in runs.record(folder, _without_late_checkpoints(train(config, DATA))):
        if isinstance(event, Batches) and event.step[-1] == STEPS:
            break
    history = (folder / runs.HISTORY).read_text()
    assert f"{STEPS}]" in history
    config, checkpoint = runs.resume(folder)
    assert checkpoint.step == 10
    list(runs.record(folder, train(config, DATA, checkpoint=checkpoint)))
    saved = runs.read(folder)
    assert same(story([*saved.history, saved.weights]), unbroken_tiny())


def _without_late_checkpoints(events: Iterator[Event]) -> Iterator[Event]:
    for event in events:
        if not (isinstance(event, Checkpoint) and event.step > 10):
            yield event


@cache
def unbroken_tiny() -> dict[str, np.ndarray]:
    return story(list(train(tiny_config(), DATA)))


def test_more_epochs_than_were_planned(tmp_path: Path) -> None:
    config = tiny_config(epochs=1)
    folder = runs.create(tmp_path / "run", config)
    list(runs.record(folder, train(config, DATA)))
    with pytest.raises(ConfigError, match="has done 1 already; ask for more"):
        runs.resume(folder)
    longer, checkpoint = runs.resume(folder, epochs=2)
    list(runs.record(folder, train(longer, DATA, checkpoint=checkpoint)))
    saved = runs.read(folder)
    assert saved.config.training.epochs == saved.prepared.epochs == 2
    assert same(story([*saved.history, saved.weights]), unbroken_tiny())


def test_moved_levers_stay_moved() -> None:
    def train_with(control: Control, checkpoint: Checkpoint | None = None) -> list[Event]:
        return list(train(tiny_config(), DATA, control, checkpoint))

    steered, interrupted = StopsAt(STEPS), StopsAt(6)
    for control in (steered, interrupted):
        control.set_beta(3.0)
        control.set_learning_rate(0.01)
    first = train_with(interrupted)
    second = train_with(Control(), last(first, Checkpoint))
    assert not any(isinstance(event, LeverMoved) for event in second)
    assert same(story(first + second), story(train_with(steered)))


def test_a_pause_leaves_a_checkpoint_too(tmp_path: Path) -> None:
    control, pauses = Control(), []

    def go_on() -> float:
        pauses.append((folder / runs.CHECKPOINT).stat().st_size)
        control.resume()
        return 0.0

    control.wait_while_paused = go_on  # type: ignore[method-assign]
    control.pause()
    folder = runs.create(tmp_path / "run", tiny_config())
    list(runs.record(folder, train(tiny_config(), DATA, control)))
    assert pauses


@pytest.fixture(scope="module")
def stopped() -> Checkpoint:
    return last(list(train(tiny_config(), DATA, StopsAt(5))), Checkpoint)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": {"latent_dim": 5}}, "Latents: the checkpoint was made with 2"),
        ({"model": {"kind": "autoencoder"}}, "Model: the checkpoint was made with vae"),
        ({"training": {"optimizer": "sgd"}}, "Optimiser: the checkpoint was made with adam"),
        ({"training": {"batch_size": 10}}, "Batch size"),
        ({"training": {"seed": 3}}, "Seed"),
        ({"data": {"train_limit": 100}}, "Training images"),
    ],
)
def test_a_checkpoint_of_another_run(stopped: Checkpoint, changes: dict, words: str) -> None:
    with pytest.raises(RunError, match=words):
        list(train(tiny_config().changed(**changes), DATA, checkpoint=stopped))


def test_a_checkpoint_of_other_pictures(stopped: Checkpoint) -> None:
    with pytest.raises(RunError, match="from other pictures"):
        list(train(tiny_config(), tiny_dataset(301), checkpoint=stopped))


def test_a_checkpoint_of_another_version(stopped: Checkpoint) -> None:
    strange = replace(stopped, facts={**stopped.facts, "version": 99})
    with pytest.raises(RunError, match="format version 99, this program reads version 1"):
        list(train(tiny_config(), DATA, checkpoint=strange))


@pytest.mark.parametrize("damage", ["missing", "shape", "type", "more"])
def test_tensors_that_do_not_fit(stopped: Checkpoint, damage: str) -> None:
    tensors = dict(stopped.tensors)
    name = "optimiser.mean.encoder.body.0.weight"
    if damage == "missing":
        del tensors[name]
    elif damage == "more":
        tensors["more"] = np.zeros(3, np.float32)
    elif damage == "shape":
        tensors[name] = np.zeros((10**4, 10**2), np.float32)
    else:
        tensors[name] = tensors[name].astype(np.float64)
    words = "more" if damage == "more" else name.replace(".", r"\.")
    with pytest.raises(RunError, match=f"does not fit the run: “{words}”"):
        list(train(tiny_config(), DATA, checkpoint=replace(stopped, tensors=tensors)))


@pytest.mark.parametrize("damage", ["missing", "empty", "noise", "half", "shape", "facts"])
def test_broken_files_are_named(tmp_path: Path, stopped: Checkpoint, damage: str) -> None:
    path = tmp_path / "checkpoint.safetensors"
    checkpoint_file.write(path, stopped)
    content = path.read_bytes()
    path.unlink()
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "noise":
        path.write_bytes(np.random.default_rng(0).bytes(500))
    elif damage == "half":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "shape":
        header = json.dumps(
            {"a": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]}}
        ).encode()
        path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(64))
    elif damage == "facts":
        path.write_bytes(safetensors.numpy.save({}, metadata={"vae_desktop": '{"step": "x"}'}))
    with pytest.raises(RunError, match=r"checkpoint\.safetensors"):
        checkpoint_file.read(path)


def test_a_checkpoint_comes_back_as_it_was(tmp_path: Path, stopped: Checkpoint) -> None:
    path = tmp_path / "checkpoint.safetensors"
    checkpoint_file.write(path, stopped)
    read = checkpoint_file.read(path)
    assert (read.step, read.epoch, read.batches) == (5, 0, 5)
    assert read.facts == stopped.facts
    assert same(dict(read.tensors), dict(stopped.tensors))


def test_prepared_says_where_the_run_goes_on(stopped: Checkpoint) -> None:
    prepared = next(train(tiny_config(), DATA, checkpoint=stopped))
    assert isinstance(prepared, Prepared)
    assert prepared.step == 5
