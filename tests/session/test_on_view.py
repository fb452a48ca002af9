"""The run on view: weights, data set and the shared code."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.samples import tiny_config, tiny_dataset
from vae_desktop.core.config import RunConfig
from vae_desktop.core.events import Event, Snapshot
from vae_desktop.core.training import train
from vae_desktop.session.on_view import RunOnView

TIMEOUT = 20_000


def test_weights_follow_the_run(on_view: RunOnView, config: RunConfig, told: list[Event]) -> None:
    steps: list[int] = []
    on_view.weights_changed.connect(steps.append)
    on_view.show_run(config)
    assert on_view.decoder is None
    for event in told:
        on_view.take(event)
    assert steps == [event.step for event in told if isinstance(event, Snapshot)]
    assert on_view.decoder is not None
    assert on_view.decoder.step == 20
    assert on_view.decoder.decode(np.zeros((3, 2), np.float32)).shape == (3, 1, 8, 8)


def test_weights_without_a_run_are_left_alone(on_view: RunOnView, told: list[Event]) -> None:
    for event in told:
        on_view.take(event)
    assert on_view.decoder is None


def test_the_code_is_shared(on_view: RunOnView, config: RunConfig, told: list[Event]) -> None:
    on_view.show_run(config)
    for event in told:
        on_view.take(event)
    assert on_view.z is not None
    assert on_view.z.tolist() == [0, 0]
    heard: list[list[float]] = []
    on_view.z_changed.connect(lambda: heard.append(on_view.z.tolist()))
    on_view.set_z(np.array([1.5, -2.0]))
    assert heard == [[1.5, -2.0]]
    on_view.show_run(config)
    assert on_view.z is None


def test_the_data_set_comes_once_and_only_when_wanted(
    qtbot: QtBot, on_view: RunOnView, config: RunConfig
) -> None:
    on_view.show_run(config)
    assert on_view.dataset is None
    with qtbot.waitSignal(on_view.dataset_changed, timeout=TIMEOUT):
        on_view.want_dataset()
    first = on_view.dataset
    assert first is not None
    assert len(first.train) == 300
    on_view.show_run(config.changed(training={"epochs": 5}))
    on_view.want_dataset()
    assert on_view.dataset is first


def test_missing_data_is_told(qtbot: QtBot, on_view: RunOnView, config: RunConfig) -> None:
    on_view.show_run(config.changed(data={"folder": "/nowhere"}))
    with qtbot.waitSignal(on_view.dataset_failed, timeout=TIMEOUT) as failed:
        on_view.want_dataset()
    assert "/nowhere" in failed.args[0].sentence


@pytest.mark.parametrize("kind", ["classifier", "autoencoder", "cvae"])
def test_every_kind_of_run_can_be_followed(on_view: RunOnView, kind: str) -> None:
    config = tiny_config().changed(model={"kind": kind})
    on_view.show_run(config)
    for event in train(config, tiny_dataset()):
        on_view.take(event)
    assert (on_view.decoder is None) == (kind == "classifier")
    if on_view.decoder is not None:
        assert on_view.decoder.decode(np.zeros((3, 2), np.float32)).shape == (3, 1, 8, 8)
