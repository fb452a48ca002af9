"""Training as a generator: what it yields, how it is steered, and that it is repeatable."""

from collections import Counter, deque
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from tests.samples import tiny_config, tiny_dataset
from vae_desktop.core.config import ObjectiveConfig, RunConfig
from vae_desktop.core.control import Control
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.data.pixels import Examples
from vae_desktop.core.errors import ConfigError, DeviceError, TrainingError
from vae_desktop.core.evaluation import evaluate
from vae_desktop.core.events import (
    Batches,
    Ended,
    Evaluation,
    Event,
    Prepared,
    Reconstructions,
    Snapshot,
)
from vae_desktop.core.models.build import build_with
from vae_desktop.core.objectives import Weights
from vae_desktop.core.training import train


@pytest.fixture(scope="module")
def data() -> Dataset:
    return tiny_dataset()


def of_kind(events: list[Event], kind: type) -> list:
    return [event for event in events if isinstance(event, kind)]


def losses(events: list[Event]) -> np.ndarray:
    """(3, steps): reconstruction, KL and total of every step."""
    batches = of_kind(events, Batches)
    return np.stack(
        [
            np.concatenate([getattr(event, name) for event in batches])
            for name in ("reconstruction", "kl", "total")
        ]
    )


def test_events_come_in_order(data: Dataset) -> None:
    events = list(train(tiny_config(), data))
    assert isinstance(events[0], Prepared)
    assert isinstance(events[-1], Ended)
    counts = Counter(type(event) for event in events)
    assert counts[Prepared] == counts[Ended] == 1
    assert [event.epoch for event in of_kind(events, Evaluation)] == [1, 2]
    steps = np.concatenate([event.step for event in of_kind(events, Batches)])
    assert steps.tolist() == list(range(1, 21))
    ended = events[-1]
    assert (ended.reason, ended.epoch, ended.step) == ("finished", 2, 20)


def test_prepared_says_what_will_be_done(data: Dataset) -> None:
    prepared = next(train(tiny_config(batch_size=32), data))
    assert isinstance(prepared, Prepared)
    assert (prepared.epochs, prepared.steps_per_epoch) == (2, 10)  # 300 / 32, rounded up
    assert (prepared.train_images, prepared.test_images) == (300, 90)
    assert prepared.image_shape == (1, 8, 8)
    assert prepared.fingerprint == data.fingerprint
    assert prepared.parameters == (64 * 24 + 24) + (24 * 4 + 4) + (2 * 24 + 24) + (24 * 64 + 64)


def test_training_learns(data: Dataset) -> None:
    events = list(train(tiny_config(epochs=15), data))
    first, *_, last = of_kind(events, Evaluation)
    assert last.total < first.total - 3
    assert last.total == pytest.approx(last.reconstruction + last.kl)
    assert last.kl == pytest.approx(last.kl_per_latent.sum(), rel=1e-5)
    assert last.images == 90


def test_totals_use_beta(data: Dataset) -> None:
    config = tiny_config().changed(objective={"beta": 4.0})
    events = list(train(config, data))
    reconstruction, kl, total = losses(events)
    np.testing.assert_allclose(total, reconstruction + 4 * kl, rtol=1e-5)
    evaluation = of_kind(events, Evaluation)[-1]
    assert evaluation.total == pytest.approx(evaluation.reconstruction + 4 * evaluation.kl)


def test_same_seed_same_run_to_the_last_bit(data: Dataset) -> None:
    first = list(train(tiny_config(), data))
    events: list[Event] = []
    for event in train(tiny_config(), data):
        torch.rand(3)  # somebody else uses the global generator meanwhile
        events.append(event)
    assert np.array_equal(losses(first), losses(events))
    one, two = first[-2], events[-2]
    assert isinstance(one, Snapshot)
    assert isinstance(two, Snapshot)
    assert all(np.array_equal(one.weights[name], two.weights[name]) for name in one.weights)


def test_another_seed_another_run(data: Dataset) -> None:
    first, second = list(train(tiny_config(), data)), list(train(tiny_config(seed=1), data))
    assert not np.array_equal(losses(first), losses(second))


def test_the_test_result_is_that_of_the_weights(data: Dataset) -> None:
    """A model rebuilt from the last snapshot scores the same on the test set."""
    events = list(train(tiny_config(), data))
    snapshot, evaluation = of_kind(events, Snapshot)[-1], of_kind(events, Evaluation)[-1]
    model = build_with(tiny_config().model, (1, 8, 8), snapshot.weights)
    examples = Examples(data.test, torch.device("cpu"))
    scores = evaluate(model, examples, ObjectiveConfig(), Weights(1.0, 0.0, 1))
    assert scores.total == pytest.approx(evaluation.total, rel=1e-6)


def test_pictures_are_test_images_one_of_each_class_first(data: Dataset) -> None:
    pictures = of_kind(list(train(tiny_config(), data)), Reconstructions)[-1]
    labels = data.test.labels
    first = [int(np.flatnonzero(labels == label)[0]) for label in (0, 1)]
    assert np.array_equal(pictures.originals[:2], data.test.images[np.array(first)])
    assert pictures.originals.shape == pictures.reconstructions.shape == (64, 1, 8, 8)
    assert len(np.unique(pictures.originals.reshape(64, -1), axis=0)) > 32


def test_arrays_in_events_cannot_be_written_to(data: Dataset) -> None:
    for event in train(tiny_config(), data):
        arrays = [value for value in vars(event).values() if isinstance(value, np.ndarray)]
        if isinstance(event, Snapshot):
            arrays += event.weights.values()
        assert not any(array.flags.writeable for array in arrays), type(event)


def test_train_limit(data: Dataset) -> None:
    config = tiny_config().changed(data={"train_limit": 60})
    prepared = next(train(config, data))
    assert isinstance(prepared, Prepared)
    assert (prepared.train_images, prepared.steps_per_epoch) == (60, 2)


def steer(config: RunConfig, data: Dataset, control: Control, at_step: int) -> Iterator[Event]:
    """Train; the caller acts after the first event that tells of `at_step`."""
    for event in train(config, data, control):
        yield event
        if isinstance(event, Batches) and event.step[-1] >= at_step:
            at_step = 10**9
            control.stop_after_epoch()


def test_stop_after_epoch_finishes_the_epoch(data: Dataset) -> None:
    events = list(steer(tiny_config(epochs=50, batch_size=5), data, Control(), at_step=70))
    ended = events[-1]
    assert isinstance(ended, Ended)
    assert (ended.reason, ended.epoch, ended.step) == ("stopped", 2, 120)
    assert of_kind(events, Evaluation)[-1].epoch == 2


def test_stop_now_keeps_what_was_done(data: Dataset) -> None:
    control = Control()
    events: list[Event] = []
    for event in train(tiny_config(epochs=50), data, control):
        events.append(event)
        if isinstance(event, Evaluation):
            control.stop_now()
    ended = events[-1]
    assert isinstance(ended, Ended)
    assert (ended.reason, ended.epoch, ended.step) == ("stopped", 1, 10)
    assert losses(events).shape == (3, 10)
    assert isinstance(events[-2], Snapshot)


def test_stopping_in_the_middle_of_an_epoch_reports_every_step(data: Dataset) -> None:
    control = Control()
    events: list[Event] = []
    for event in train(tiny_config(batch_size=5), data, control):
        events.append(event)
        if isinstance(event, Batches):
            control.stop_now()
    assert events[-1].step == losses(events).shape[1] == 20
    assert not of_kind(events, Evaluation)


class ScriptedControl(Control):
    """Pauses before a given question and goes on when waited for, counting the waits."""

    def __init__(self, pause_at: int) -> None:
        super().__init__()
        self.questions, self.waits, self._pause_at = 0, 0, pause_at

    @property
    def paused(self) -> bool:
        self.questions += 1
        if self.questions == self._pause_at:
            self.pause()
        return super().paused

    def wait_while_paused(self) -> float:
        self.waits += 1
        self.resume()
        return super().wait_while_paused()


def test_a_pause_changes_nothing_but_shows_the_state(data: Dataset) -> None:
    control = ScriptedControl(pause_at=8)
    paused = list(train(tiny_config(), data, control))
    assert control.waits == 1
    assert any(isinstance(event, Batches) and event.step[-1] == 7 for event in paused), (
        "the losses until the pause are told before it"
    )
    assert any(isinstance(event, Snapshot) and event.step == 7 for event in paused)
    assert np.array_equal(losses(paused), losses(list(train(tiny_config(), data))))


def test_a_diverging_run_stops_with_cause_and_good_weights(data: Dataset) -> None:
    config = tiny_config(learning_rate=10.0, epochs=200).changed(model={"hidden": [400] * 6})
    events: list[Event] = []
    with pytest.raises(TrainingError, match=r"step \d+.*learning rate \(10\); try 1\b"):
        deque(map(events.append, train(config, data)))
    last, pictures = events[-2:]
    assert isinstance(last, Snapshot)
    assert all(np.isfinite(weight).all() for weight in last.weights.values())
    assert isinstance(pictures, Reconstructions)
    assert pictures.step == last.step
    assert pictures.reconstructions.any(), "the pictures are those of the good weights"


def test_weights_spoilt_by_the_last_step_of_an_epoch_are_noticed(data: Dataset) -> None:
    """The loss of the only step is that of the weights before it, and finite."""
    config = tiny_config(learning_rate=10.0, epochs=1, batch_size=300)
    wild = config.changed(model={"hidden": [400] * 6})
    events: list[Event] = []
    with pytest.raises(TrainingError, match=r"test set is no finite number"):
        deque(map(events.append, train(wild, data)))
    assert not of_kind(events, Evaluation)
    last = of_kind(events, Snapshot)[-1]
    assert all(np.isfinite(weight).all() for weight in last.weights.values())


def test_a_batch_larger_than_the_data_is_refused(data: Dataset) -> None:
    with pytest.raises(ConfigError, match=r"Batch size: 301.*300"):
        list(train(tiny_config(batch_size=301), data))


def test_more_latents_than_pixels_are_refused() -> None:
    config = tiny_config().changed(model={"latent_dim": 65})
    with pytest.raises(ConfigError, match=r"Latents: 65 is more than the 64 numbers"):
        list(train(config, tiny_dataset()))


def test_a_missing_device_is_named(data: Dataset) -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    with pytest.raises(DeviceError, match="cuda"):
        list(train(tiny_config(device="cuda"), data))


def test_the_callers_thread_count_is_restored(data: Dataset) -> None:
    before = torch.get_num_threads()
    list(train(tiny_config(threads=1 if before > 1 else 2), data))
    assert torch.get_num_threads() == before


@pytest.mark.parametrize("shape", [(3, 6, 9), (1, 28, 28)])
def test_any_picture_shape(shape: tuple[int, int, int]) -> None:
    events = list(train(tiny_config(epochs=1), tiny_dataset(60, 20, shape)))
    pictures = of_kind(events, Reconstructions)[-1]
    assert pictures.reconstructions.shape == (20, *shape)


class Rendered:
    """Pictures on demand, as a source that does not fit into memory gives them."""

    def __init__(self, images: np.ndarray) -> None:
        self._images = images

    @property
    def shape(self) -> tuple[int, ...]:
        return self._images.shape

    def __len__(self) -> int:
        return len(self._images)

    def __getitem__(self, key: slice | np.ndarray) -> np.ndarray:
        return self._images[key]


def test_rendered_pictures_train_like_pictures_in_memory(data: Dataset) -> None:
    from dataclasses import replace

    lazy = replace(data, train=replace(data.train, images=Rendered(data.train.images)))
    first, second = list(train(tiny_config(), data)), list(train(tiny_config(), lazy))
    assert np.array_equal(losses(first), losses(second))
