"""The measurements of a run: when they can be asked for, and how they read."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from vae_desktop.core.config import RunConfig
from vae_desktop.core.errors import Cancelled, DataError
from vae_desktop.core.evaluation import Scores
from vae_desktop.core.metrics import (
    ActiveUnits,
    ImportanceBound,
    NeighbourAccuracy,
    PcaBaseline,
)
from vae_desktop.core.progress import Progress
from vae_desktop.core.run_evaluation import RunScores
from vae_desktop.session.measuring import Measured
from vae_desktop.session.state import State
from vae_desktop.ui.measure_panel import MeasurePanel
from vae_desktop.ui.measured_rows import Row, as_text, rows_of

RUN = Path("/runs/one")
VAE = {
    "iwae": ImportanceBound(-150.25, 0.31, -153.0, 50, 10_000),
    "active": ActiveUnits(2, (0.9, 0.8), 10_000),
    "knn": NeighbourAccuracy(0.7123, 10, 10_000, 60_000),
    "pca": PcaBaseline(2, 43.55, 0.0555, 38.1, 0.0486, 10_000),
}


def scores(per_latent: tuple[float, ...] = (), **terms: float) -> Scores:
    total = next(iter(terms.values()))
    return Scores(total, terms, np.array(per_latent, np.float32), 10_000, None)


def measured(kind: str, result: RunScores) -> Measured:
    config = RunConfig().changed(model={"kind": kind})
    unit = "squared error per pixel" if kind == "autoencoder" else "nats per image"
    return Measured(RUN, config, "MNIST", unit, 5, result)


def of_a_vae() -> Measured:
    return measured("vae", RunScores(scores((2.25, 3.75), reconstruction=147.0, kl=6.0), VAE))


class Work:
    """A measuring that ends when the test says so."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.asked: list[tuple[Path, int]] = []
        self.failure: Exception | None = None

    def __call__(self, folder: Path, samples: int, progress: Progress) -> Measured:
        self.asked.append((folder, samples))
        while not self.may_end.wait(0.001):
            progress(0.5, "Sampling")
        if self.failure is not None:
            raise self.failure
        return of_a_vae()


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def panel(qtbot: QtBot, work: Work) -> Iterator[MeasurePanel]:
    panel = MeasurePanel(work)
    panel.resize(420, 400)
    panel.show()
    yield panel
    panel.shutdown()


def texts(panel: MeasurePanel) -> str:
    return "\n".join(label.text() for label in panel.table.findChildren(QLabel))


def test_it_says_why_nothing_can_be_measured(panel: MeasurePanel) -> None:
    assert not panel.button.isEnabled()
    assert "no run" in panel.caption.text()
    panel.show_run(RUN)
    assert panel.button.isEnabled()
    panel.show_state(State.RUNNING)
    assert not panel.button.isEnabled()
    assert "when training has ended" in panel.caption.text()
    panel.show_state(State.IDLE)
    assert panel.button.isEnabled()


def test_the_numbers_come_from_the_background(
    qtbot: QtBot, panel: MeasurePanel, work: Work
) -> None:
    panel.show_run(RUN)
    panel.samples.setValue(7)
    panel.button.click()
    qtbot.waitUntil(panel.job.isVisible)
    assert not panel.button.isEnabled()
    work.may_end.set()
    qtbot.waitUntil(lambda: panel.measured is not None)
    assert work.asked == [(RUN, 7)]
    assert not panel.job.isVisible()
    assert "−150.2 ± 0.31 nats" in texts(panel)
    assert panel.caption.text() == "MNIST, 10,000 test images, weights of epoch 5"
    panel.copy_button.click()
    assert QApplication.clipboard().text() == as_text(of_a_vae())


def test_measuring_can_be_given_up(qtbot: QtBot, panel: MeasurePanel, work: Work) -> None:
    panel.show_run(RUN)
    panel.button.click()
    qtbot.waitUntil(panel.job.isVisible)
    panel.job.cancel_button.click()
    qtbot.waitUntil(panel.button.isEnabled)
    assert panel.measured is None


@pytest.mark.parametrize("failure", [DataError("The folder is gone."), Cancelled()])
def test_what_fails_is_said_and_the_button_comes_back(
    qtbot: QtBot, panel: MeasurePanel, work: Work, failure: Exception
) -> None:
    work.failure = failure
    work.may_end.set()
    panel.show_run(RUN)
    panel.button.click()
    qtbot.waitUntil(panel.button.isEnabled)
    assert panel.caption.text() == (str(failure) or "Measure the run on its whole test set.")


def test_another_run_has_no_numbers_yet(qtbot: QtBot, panel: MeasurePanel, work: Work) -> None:
    work.may_end.set()
    panel.show_run(RUN)
    panel.button.click()
    qtbot.waitUntil(lambda: panel.measured is not None)
    panel.show_run(Path("/runs/two"))
    assert panel.measured is None
    assert texts(panel) == ""


def test_a_vae_is_told_with_units_and_how_each_number_was_got() -> None:
    rows = {row.name: row for row in rows_of(of_a_vae())}
    assert rows["ELBO"].value == "−153.0 nats"
    assert "one posterior sample" in rows["ELBO"].how
    assert rows["KL per latent"].value == "z2 3.75, z1 2.25"
    assert rows["Importance-weighted bound"].how.startswith("50 posterior samples")
    assert rows["Active latents"].value == "2 of 2"
    assert rows["Nearest neighbours"].value == "71.23 % right"
    assert "60,000 training codes" in rows["Nearest neighbours"].how
    assert (rows["Squared error per image"].value, rows["PCA, 2 components"].value) == (
        "38.10",
        "43.55",
    )


def test_a_classifier_has_no_codes_to_measure() -> None:
    result = RunScores(scores(cross_entropy=0.1096, accuracy=0.9682), {})
    assert rows_of(measured("classifier", result)) == [
        Row("Cross-entropy", "0.1096 nats", "mean over the images"),
        Row("Accuracy", "96.82 %", "images given their true class"),
    ]


def test_an_autoencoder_stands_beside_its_baseline() -> None:
    metrics = {"active": VAE["active"], "pca": VAE["pca"]}
    rows = rows_of(measured("autoencoder", RunScores(scores(reconstruction=0.5974), metrics)))
    assert rows[0] == Row("Squared error", "0.5974", "squared error per pixel")
    assert [row.name for row in rows[1:]] == [
        "Active latents",
        "Squared error per image",
        "PCA, 2 components",
    ]


def test_the_clipboard_gets_a_table() -> None:
    lines = as_text(of_a_vae()).splitlines()
    assert lines[0] == str(RUN)
    assert all(len(line.split("\t")) == 3 for line in lines[2:])
