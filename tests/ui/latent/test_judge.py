"""The classifier at hand in the Latent tab: what it counts, its regions, and another one."""

from pathlib import Path

import numpy as np
import pytest

from tests.fakes import FakeJudge, RecordedAnswers
from tests.samples import tiny_config, tiny_dataset
from tests.ui.latent.bench import TIMEOUT, Bench, config_for, told_by
from vae_desktop.core import runs
from vae_desktop.core.events import Event
from vae_desktop.core.regions import at_border
from vae_desktop.core.training import train
from vae_desktop.session.judging import JudgeSource
from vae_desktop.ui.latent_tab import LatentTab


@pytest.fixture(scope="module")
def told(folder: Path) -> list[Event]:
    return told_by(config_for(folder))


def test_a_classifier_counts_what_it_reads_as_intended(
    bench: Bench, tab: LatentTab, told: list[Event]
) -> None:
    bench.open(told)
    tab.drawers.choose(1)
    assert "read as intended" not in tab.samples.of_classes.text()
    bench.on_view.set_judge(FakeJudge(class_names=tab.scene.class_names))
    for strip, caption in (
        (tab.samples.class_strip, tab.samples.of_classes),
        (tab.samples.prior_strip, tab.samples.of_prior),
    ):
        left_halves = strip.pictures[:, 0, :, :4].reshape(2, -1).mean(axis=1)
        read = sum(
            int(light * len(tab.scene.class_names) / 256) == label
            for label, light in enumerate(left_halves)
        )
        assert f"{read} of 2 read as intended" in caption.text()
    bench.on_view.set_judge(FakeJudge(class_names=("cats", "dogs")))
    assert "read as intended" not in tab.samples.of_classes.text()


def test_regions_are_what_the_judge_reads_in_decoded_pictures(
    bench: Bench, tab: LatentTab, told: list[Event]
) -> None:
    bench.open(told)
    chip, regions = tab.layers.layers["verdict"], tab.map.canvas.regions
    assert not chip.isEnabled()
    assert "Train a classifier on this data set first" in chip.toolTip()
    judge = FakeJudge(class_names=tuple("abcdefghijklmnop"))
    bench.on_view.set_judge(judge)
    assert "“by hand”" in chip.toolTip()
    chip.click()

    def settled() -> bool:
        bench.tick()
        return regions.grid is not None and not regions.busy

    bench.qtbot.waitUntil(settled, timeout=TIMEOUT)
    decoder, grid = bench.on_view.decoder, regions.grid
    assert decoder is not None
    assert grid is not None
    centres = grid.centres()
    sure = ~at_border(regions.classes).ravel()
    expected = judge.classes(decoder.decode(centres.astype(np.float32)))
    assert len(np.unique(expected)) > 1
    assert (regions.classes.ravel() == expected)[sure].mean() > 0.999
    bench.on_view.set_judge(None)
    assert regions.grid is None
    assert not chip.isEnabled()


def test_another_classifier_is_chosen_by_its_folder(
    bench: Bench,
    tab: LatentTab,
    judges: JudgeSource,
    told: list[Event],
    answers: RecordedAnswers,
    tmp_path: Path,
) -> None:
    bench.open(told)
    folder = tmp_path / "reader"
    config = tiny_config(epochs=1).changed(model={"kind": "classifier"})
    runs.create(folder, config)
    for _ in runs.record(folder, train(config, tiny_dataset())):
        pass
    answers.folder = folder
    tab.layers.judge.choose.trigger()
    bench.qtbot.waitUntil(lambda: bench.on_view.judge is not None, timeout=TIMEOUT)
    assert tab.layers.judge.title.text() == "reader (chosen by you)"
    assert tab.layers.judge.newest.isEnabled()
    failures: list[object] = []
    tab.failed.connect(failures.append)
    answers.folder = tmp_path
    tab.layers.judge.choose.trigger()
    bench.qtbot.waitUntil(lambda: len(failures) == 1, timeout=TIMEOUT)
    assert "holds no run" in failures[0].sentence
    tab.layers.judge.newest.trigger()
    bench.qtbot.waitUntil(lambda: bench.on_view.judge is None, timeout=TIMEOUT)
    assert tab.layers.judge.title.text() == "No classifier"
