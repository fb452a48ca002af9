"""A classifier at hand: which one is found, which one may be chosen, and when it is looked for."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from pytestqt.qtbot import QtBot

from tests.samples import tiny_config, tiny_dataset
from vae_desktop.core import runs
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.events import Event, Prepared
from vae_desktop.core.models.classifier import Classifier as Network
from vae_desktop.core.training import train
from vae_desktop.session.judging import JudgeSource
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.state import Failure, State

TIMEOUT = 20_000
DATA = tiny_dataset(60, 30)
SMALLER = tiny_dataset(60, 30, shape=(1, 6, 6))
OTHER_CLASSES = replace(DATA, label_names=("cats", "dogs"))


def keep(folder: Path, data: Dataset = DATA, kind: str = "classifier", moment: int = 0) -> Path:
    """Train a run and keep it; its weights were written at `moment`, in seconds."""
    config = tiny_config(epochs=1).changed(model={"kind": kind})
    runs.create(folder, config)
    for _ in runs.record(folder, train(config, data)):
        pass
    os.utime(folder / runs.WEIGHTS, (moment, moment))
    return folder


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of all sorts, the newest last; of the classifiers, "new" suits 8 × 8 pixels best."""
    parent = tmp_path_factory.mktemp("saved")
    keep(parent / "old", moment=1_000)
    keep(parent / "new", moment=2_000)
    keep(parent / "other classes", OTHER_CLASSES, moment=3_000)
    keep(parent / "smaller", SMALLER, moment=4_000)
    keep(parent / "model", kind="autoencoder", moment=5_000)
    broken = keep(parent / "broken", moment=6_000)
    (broken / runs.WEIGHTS).write_bytes(b"nonsense")
    os.utime(broken / runs.WEIGHTS, (6_000, 6_000))
    (parent / "empty").mkdir()
    return parent


def prepared_of(data: Dataset) -> Prepared:
    first: Event = next(iter(train(tiny_config(), data)))
    assert isinstance(first, Prepared)
    return first


def show(on_view: RunOnView, data: Dataset = DATA) -> None:
    on_view.show_run(tiny_config())
    on_view.take(prepared_of(data))


class Finding:
    """A source over a folder of runs, and what it told."""

    def __init__(self, qtbot: QtBot, on_view: RunOnView, folder: Path, recent: list[Path]) -> None:
        self.qtbot, self.on_view = qtbot, on_view
        self.source = JudgeSource(on_view, folder, lambda: recent)
        self.failures: list[Failure] = []
        self.source.failed.connect(self.failures.append)

    def name(self) -> str:
        return "" if self.on_view.judge is None else self.on_view.judge.name

    def wait_for(self, name: str) -> None:
        self.qtbot.waitUntil(lambda: self.name() == name, timeout=TIMEOUT)


@pytest.fixture
def finding(qtbot: QtBot, on_view: RunOnView, saved: Path) -> Iterator[Finding]:
    finding = Finding(qtbot, on_view, saved, [])
    yield finding
    finding.source.shutdown()


def test_the_newest_that_suits_is_at_hand_and_reads_as_its_run_does(
    finding: Finding, on_view: RunOnView, saved: Path
) -> None:
    show(on_view)
    finding.wait_for("new")
    judge, network = on_view.judge, runs.read(saved / "new").model()
    assert judge is not None
    assert isinstance(network, Network)
    assert judge.class_names == ("horizontal", "vertical")
    pictures = DATA.test.images[np.arange(30)]
    with torch.no_grad():
        expected = torch.softmax(network.classify(torch.from_numpy(pictures) / 255), dim=1)
    np.testing.assert_allclose(judge.probabilities(pictures), expected, atol=1e-6)
    assert np.array_equal(judge.classes(pictures), expected.argmax(dim=1))
    assert not finding.failures


def test_where_none_knows_the_classes_the_newest_of_the_shape_is_taken(
    finding: Finding, on_view: RunOnView
) -> None:
    show(on_view, replace(DATA, label_names=("circles", "squares")))
    finding.wait_for("other classes")


def test_pictures_of_another_shape_have_another_judge_or_none(
    finding: Finding, on_view: RunOnView
) -> None:
    show(on_view)
    finding.wait_for("new")
    show(on_view, SMALLER)
    assert on_view.judge is None
    finding.wait_for("smaller")


def test_recent_runs_are_looked_at_too(
    qtbot: QtBot, on_view: RunOnView, saved: Path, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    finding = Finding(qtbot, on_view, tmp_path / "nowhere", [gone, saved / "old"])
    show(on_view)
    finding.wait_for("old")
    finding.source.shutdown()


def test_a_training_that_ends_brings_its_classifier(
    qtbot: QtBot, on_view: RunOnView, saved: Path, tmp_path: Path
) -> None:
    recent = [saved / "old"]
    finding = Finding(qtbot, on_view, tmp_path / "nowhere", recent)
    show(on_view)
    finding.wait_for("old")
    first = on_view.judge
    finding.source.show_state(State.RUNNING)
    finding.source.show_state(State.IDLE)
    qtbot.waitUntil(lambda: not finding.source.busy, timeout=TIMEOUT)
    assert on_view.judge is first
    recent.append(saved / "new")
    finding.source.show_state(State.RUNNING)
    finding.source.show_state(State.IDLE)
    finding.wait_for("new")
    finding.source.shutdown()


def test_the_user_chooses_another_and_goes_back(
    finding: Finding, on_view: RunOnView, saved: Path
) -> None:
    show(on_view)
    finding.wait_for("new")
    finding.source.choose(saved / "old")
    finding.wait_for("old")
    show(on_view, SMALLER)
    finding.wait_for("smaller")
    show(on_view)
    finding.wait_for("old")
    finding.source.choose_newest()
    finding.wait_for("new")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("model", "“model” is no classifier but an autoencoder"),
        ("smaller", "“smaller” reads pictures of 1 × 6 × 6 pixels"),
        ("empty", "holds no run"),
        ("broken", "is damaged"),
    ],
)
def test_what_does_not_suit_is_said(
    finding: Finding, on_view: RunOnView, saved: Path, name: str, sentence: str
) -> None:
    show(on_view)
    finding.wait_for("new")
    with finding.qtbot.waitSignal(finding.source.failed, timeout=TIMEOUT):
        finding.source.choose(saved / name)
    assert sentence in finding.failures[0].sentence
    assert finding.name() == "new"
    assert finding.source.chosen is None
