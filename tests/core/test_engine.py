"""Levers, plateaus, exploding losses, lack of memory, and what is told about a run."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch.nn.functional import binary_cross_entropy_with_logits

from tests.samples import bars, tiny_config, tiny_dataset
from vae_desktop.core import devices
from vae_desktop.core.clock import Clock
from vae_desktop.core.config import RunConfig
from vae_desktop.core.control import Control
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.data.pixels import Examples
from vae_desktop.core.errors import ConfigError, DeviceError, TrainingError
from vae_desktop.core.events import (
    Batches,
    Ended,
    Evaluation,
    Event,
    LeverMoved,
    Prepared,
    Reconstructions,
    Snapshot,
)
from vae_desktop.core.losses import Losses
from vae_desktop.core.objectives import Terms
from vae_desktop.core.preparation import generators, new_model
from vae_desktop.core.training import train

DATA = tiny_dataset()


def of_kind(events: list[Event], kind: type) -> list:
    return [event for event in events if isinstance(event, kind)]


def column(events: list[Event], name: str) -> np.ndarray:
    return np.concatenate([event.terms[name] for event in of_kind(events, Batches)])


def without_labels() -> Dataset:
    train_part, test_part = (replace(part, labels=None) for part in (DATA.train, DATA.test))
    return replace(DATA, train=train_part, test=test_part, label_names=())


def test_a_moved_lever_counts_from_the_next_step_on() -> None:
    control, events = Control(), []
    for event in train(tiny_config(), DATA, control):
        events.append(event)
        if isinstance(event, Evaluation) and event.epoch == 1:
            control.set_beta(7.0)
            control.set_learning_rate(0.25)
    moved = {event.name: event for event in of_kind(events, LeverMoved)}
    assert {name: event.value for name, event in moved.items()} == {
        "beta": 7.0,
        "learning_rate": 0.25,
    }
    assert {(event.step, event.epoch_position) for event in moved.values()} == {(10, 1.0)}
    assert column(events, "beta").tolist() == [1.0] * 10 + [7.0] * 10
    rates = column(events, "learning_rate")
    assert rates[:10] == pytest.approx(3e-3)
    assert rates[10:] == pytest.approx(0.25)
    total = np.concatenate([event.total for event in of_kind(events, Batches)])
    expected = column(events, "reconstruction") + column(events, "beta") * column(events, "kl")
    np.testing.assert_allclose(total, expected, rtol=1e-5)


def test_a_lever_out_of_its_limits_is_refused() -> None:
    with pytest.raises(ConfigError, match="β"):
        Control().set_beta(-1.0)
    with pytest.raises(ConfigError, match="Learning rate"):
        Control().set_learning_rate(0.0)


def test_schedules_reach_the_steps() -> None:
    config = tiny_config(lr_schedule="step").changed(
        objective={"beta": 2.0, "schedule": "warm-up", "warmup_epochs": 1.0}
    )
    events = list(train(config, DATA))
    beta = column(events, "beta")
    np.testing.assert_allclose(beta[:10], np.arange(10) / 10 * 2, rtol=1e-6)
    assert (beta[10:] == 2).all()
    rates = column(events, "learning_rate") / 3e-3
    np.testing.assert_allclose(rates, [1.0] * 10 + [0.1] * 5 + [0.01] * 5, rtol=1e-5)


def test_a_plateau_ends_the_run() -> None:
    # Weights that hardly move, and a β that makes each epoch worse than the one before.
    config = tiny_config(epochs=50, patience=2, learning_rate=1e-7).changed(
        objective={"schedule": "drawn", "points": [(0, 0), (50, 1000)]}
    )
    events = list(train(config, DATA))
    ended = events[-1]
    assert isinstance(ended, Ended)
    assert ended.reason == "plateau"
    totals = [event.total for event in of_kind(events, Evaluation)]
    assert len(totals) == 3, "the best result is as many epochs old as patience lasts"
    assert totals == sorted(totals)


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
@pytest.mark.parametrize("architecture", ["mlp", "conv"])
def test_steps_are_those_of_a_plain_loop(architecture: str, optimizer: str) -> None:
    """PyTorch's optimiser, autograd and its own cross-entropy, from the same random numbers."""
    data = tiny_dataset(shape=(1, 16, 16))
    config = tiny_config(optimizer=optimizer).changed(model={"architecture": architecture})
    examples = Examples(data.train, torch.device("cpu"))
    initial, order, noise = generators(config.training.seed)
    model = new_model(config, data, examples, initial)
    rate = config.training.learning_rate
    plain = torch.optim.Adam(model.parameters(), rate)
    if optimizer == "sgd":
        plain = torch.optim.SGD(model.parameters(), rate, momentum=config.training.momentum)
    x_all = torch.from_numpy(np.asarray(data.train.images[:])) / 255
    for _ in range(config.training.epochs):
        for indices in torch.randperm(len(x_all), generator=order).split(30):
            x, chance = x_all[indices], torch.randn(len(indices), 2, generator=noise)
            mu, logvar = model.encode(x)
            logits = model.decode(mu + (logvar / 2).exp() * chance)
            nats = binary_cross_entropy_with_logits(logits, x, reduction="sum")
            kl = -0.5 * (1 + logvar - mu.square() - logvar.exp()).sum()
            plain.zero_grad()
            ((nats + kl) / len(x)).backward()
            plain.step()
    found = of_kind(list(train(config, data)), Snapshot)[-1].weights
    for name, weight in model.state_dict().items():
        np.testing.assert_allclose(found[name], weight.numpy(), rtol=1e-3, atol=2e-4)


@pytest.mark.parametrize("kind", ["classifier", "autoencoder", "vae", "cvae"])
@pytest.mark.parametrize("architecture", ["mlp", "conv"])
def test_every_model_learns(kind: str, architecture: str) -> None:
    config = tiny_config(epochs=6).changed(model={"kind": kind, "architecture": architecture})
    events = list(train(config, DATA))
    first, *_, final = of_kind(events, Evaluation)
    assert final.total < first.total
    assert bool(of_kind(events, Reconstructions)) == (kind != "classifier")
    assert of_kind(events, Snapshot)
    is_vae = kind in ("vae", "cvae")
    assert (final.kl is not None) == is_vae
    assert final.kl_per_latent.shape == ((2,) if is_vae else (0,))
    assert ("beta" in of_kind(events, Batches)[0].terms) == is_vae


def test_a_classifier_tells_what_it_mistakes_for_what() -> None:
    config = tiny_config(epochs=8).changed(model={"kind": "classifier"})
    final = of_kind(list(train(config, DATA)), Evaluation)[-1]
    assert final.confusion.shape == (2, 2)
    assert final.confusion.sum(1).tolist() == np.bincount(DATA.test.labels).tolist()
    right = np.trace(final.confusion) / final.confusion.sum()
    assert final.terms["accuracy"] == pytest.approx(right)
    assert right > 0.9


@pytest.mark.parametrize("kind", ["classifier", "cvae"])
def test_models_that_need_labels_say_so(kind: str) -> None:
    with pytest.raises(ConfigError, match="learns from labels, but this data set has none"):
        list(train(tiny_config().changed(model={"kind": kind}), without_labels()))


def test_settings_that_do_not_fit_each_other_do_not_start() -> None:
    with pytest.raises(ConfigError, match="choose unit"):
        list(train(tiny_config().changed(model={"inputs": "normalised"}), DATA))


def prepared(**changes: dict) -> Prepared:
    event = next(train(tiny_config().changed(**changes), DATA))
    assert isinstance(event, Prepared)
    return event


def test_what_the_numbers_mean_is_told() -> None:
    assert "grey" in prepared().notes[0]
    assert prepared().measure == "nats per image"
    scaled = prepared(model={"kind": "autoencoder", "inputs": "normalised"})
    assert scaled.measure == "squared error per pixel"
    assert "standard deviation" in scaled.notes[0]
    assert "densities" in prepared(objective={"likelihood": "continuous-bernoulli"}).notes[0]
    assert any("no bound" in note for note in prepared(objective={"kind": "tc"}).notes)
    assert any("weighs" in note for note in prepared(objective={"beta": 4.0}).notes)
    assert prepared(model={"kind": "classifier"}).notes == ()
    assert prepared().label_names == ("horizontal", "vertical")


def test_black_and_white_pictures_need_no_warning() -> None:
    part = replace(bars(50, (1, 8, 8), 0), images=np.full((50, 1, 8, 8), 255, np.uint8))
    event = next(train(tiny_config(), replace(DATA, train=part)))
    assert isinstance(event, Prepared)
    assert event.notes == ()


def test_the_baseline_is_that_of_principal_components() -> None:
    plain = prepared(model={"kind": "autoencoder", "latent_dim": 3}).baselines["pca"]
    train_x, test_x = (
        part.images.reshape(len(part), -1) / 255.0 for part in (DATA.train, DATA.test)
    )
    pca = PCA(3, svd_solver="full").fit(train_x)
    lost = np.square(test_x - pca.inverse_transform(pca.transform(test_x))).mean()
    assert plain == pytest.approx(lost, rel=1e-4)
    model = {"kind": "autoencoder", "latent_dim": 3, "inputs": "normalised"}
    assert prepared(model=model).baselines["pca"] == pytest.approx(lost / train_x.var(), rel=1e-4)


def losses_of(*rows: tuple[float, float]) -> Losses:
    """Losses with the given totals and KL terms."""
    losses = Losses(("reconstruction", "kl"))
    for total, kl in rows:
        numbers = [torch.tensor(number) for number in (total, total - kl, kl)]
        parts = {"reconstruction": numbers[1], "kl": numbers[2]}
        losses.add(Terms(numbers[0], parts, numbers[2][None]), {"learning_rate": 0.5})
    return losses


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([(100.0, 1.0), (float("nan"), 1.0)], r"step 12: the loss is no longer a finite"),
        ([(100.0, 1.0), (100.0, float("inf"))], r"step 12: the loss is no longer a finite"),
        ([(100.0, 1.0), (2e6, 1.0)], r"step 12: the loss has grown from 100 to 2e\+06"),
        ([(1e7, 2e6)], r"step 12: the loss has a KL term of 2e\+06 nats"),
    ],
)
def test_exploding_losses_are_explained(rows: list, words: str) -> None:
    with pytest.raises(TrainingError, match=rf"{words}.*learning rate \(0.5\); try 0.05\."):
        losses_of(*rows).take(12, Clock(), 0.5)


def test_sane_losses_are_told() -> None:
    batches = losses_of((100.0, 1.0), (50.0, 2.0)).take(12, Clock(), 0.5)
    assert batches.step.tolist() == [11, 12]
    assert batches.total.tolist() == [100.0, 50.0]
    assert batches.reconstruction.tolist() == [99.0, 48.0]
    assert batches.kl.tolist() == [1.0, 2.0]
    assert batches.kl_per_latent.tolist() == [1.5]


def test_a_lack_of_memory_is_explained() -> None:
    with (
        pytest.raises(DeviceError, match=r"not enough memory: 262,144.0 GiB more.*choose less"),
        devices.memory_explained("choose less"),
    ):
        torch.empty(2**46)


def test_other_lacks_of_memory_are_explained_too() -> None:
    text = "CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of 3 GiB"
    for error, words in ((torch.OutOfMemoryError(text), "2.50 GiB"), (MemoryError(), "memory;")):
        with (
            pytest.raises(DeviceError, match=words),
            devices.memory_explained("choose less"),
        ):
            raise error


def test_other_errors_are_not_called_lack_of_memory() -> None:
    with pytest.raises(RuntimeError, match="else"), devices.memory_explained("choose less"):
        raise RuntimeError("something else")


def test_a_batch_that_memory_cannot_hold_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    def hungry(*_: object) -> torch.Tensor:
        return torch.empty(2**46)

    monkeypatch.setattr("vae_desktop.core.objectives.decompose", hungry)
    config: RunConfig = tiny_config().changed(objective={"kind": "tc"})
    with pytest.raises(DeviceError, match="smaller batch"):
        list(train(config, DATA))
