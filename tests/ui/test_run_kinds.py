"""The Train tab of every kind of run: its terms, its measure, its pictures."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from tests.fakes import batches, evaluation, no_measuring, prepared
from vae_desktop.core.config import RunConfig
from vae_desktop.core.events import Batches, Evaluation, LeverMoved
from vae_desktop.session.session import OpenedRun
from vae_desktop.ui.confusion import ConfusionMatrix
from vae_desktop.ui.training_tab import TrainingTab

SPLIT = {"mutual_information": 3.0, "total_correlation": 1.0, "dimension_wise_kl": 2.0}


@pytest.fixture
def tab(qtbot: QtBot) -> TrainingTab:
    tab = TrainingTab(lambda start: None, no_measuring)
    tab.resize(1200, 700)
    tab.show()
    return tab


def show(tab: TrainingTab, **sections: dict[str, object]) -> None:
    config = RunConfig().changed(**sections)
    tab.show_run(OpenedRun(1, Path("/runs/one"), config))


def draw(tab: TrainingTab) -> None:
    for panel in tab.live_panels():
        if panel.isVisible():
            panel.catch_up(0.0)
    tab.grab()


def told(last: int, **terms: float) -> Batches:
    """Batches of steps 1 to `last` with terms that stay the same; the first is the total."""
    values = {name: np.full(last, value, np.float32) for name, value in terms.items()}
    total = next(iter(values.values()))
    return Batches(np.arange(1, last + 1), total, values, np.zeros(0, np.float32), 1.0, 1.0)


def outcome(confusion: np.ndarray | None = None, **terms: float) -> Evaluation:
    total = next(iter(terms.values()))
    return Evaluation(1, 100, total, terms, np.zeros(0, np.float32), 500, 1.0, confusion)


def shown_terms(tab: TrainingTab) -> list[str]:
    return [chip.text() for chip in tab.plot.controls.chips.values() if chip.isVisible()]


def test_an_autoencoder_has_no_kl(tab: TrainingTab) -> None:
    show(tab, model={"kind": "autoencoder"})
    measure = "squared error per pixel"
    tab.take(replace(prepared(), measure=measure, baselines={"pca": 0.585}, notes=("Mind this.",)))
    tab.take(told(100, reconstruction=0.6))
    tab.take(outcome(reconstruction=0.5974))
    draw(tab)
    assert shown_terms(tab) == ["squared error"]
    assert not tab.bars.isVisible()
    assert not tab.plot.panes[1].plot.isVisible()
    assert tab.plot.controls.heading.remark.text() == measure
    assert tab.results.figures["reconstruction"].value.text() == "0.5974"
    assert "squared error 0.6000" in tab.plot.readout.text()


def test_a_baseline_is_a_dashed_line_in_view(tab: TrainingTab) -> None:
    show(tab, model={"kind": "autoencoder", "latent_dim": 2})
    tab.take(replace(prepared(), baselines={"pca": 0.585}))
    tab.take(told(100, reconstruction=0.9))
    draw(tab)
    lines = tab.plot.panes[0].baselines.lines
    assert list(lines) == ["PCA, 2 latents"]
    assert lines["PCA, 2 latents"].value() == pytest.approx(0.585)
    low, high = tab.plot.panes[0].plot.getViewBox().viewRange()[1]
    assert low < 0.585 < 0.9 < high
    tab.plot.controls.log_y.click()
    assert lines["PCA, 2 latents"].value() == pytest.approx(np.log10(0.585))
    show(tab)
    assert tab.plot.panes[0].baselines.lines == {}


def test_a_classifier_has_accuracy_and_confusion(tab: TrainingTab) -> None:
    show(tab, model={"kind": "classifier"})
    counts = np.array([[90, 10], [5, 95]])
    tab.take(replace(prepared(), label_names=("cat", "dog")))
    tab.take(told(100, cross_entropy=0.3, accuracy=0.9))
    tab.take(outcome(counts, cross_entropy=0.25, accuracy=0.925))
    draw(tab)
    assert shown_terms(tab) == ["cross-entropy", "accuracy"]
    assert tab.results.figures["accuracy"].value.text() == "92.50 %"
    assert tab.plot.panes[1].terms["accuracy"].tested.getData()[1].tolist() == [92.5]
    assert tab.confusion.isVisible()
    assert not tab.grid.isVisible()
    assert not tab.bars.isVisible()
    assert "92.50 % right" in tab.confusion.caption.text()
    assert tab.confusion.matrix.names == ("cat", "dog")


def test_accuracy_keeps_its_scale_on_a_log_axis(tab: TrainingTab) -> None:
    show(tab, model={"kind": "classifier"})
    tab.take(prepared())
    tab.take(told(100, cross_entropy=0.1, accuracy=0.9))
    tab.plot.controls.log_y.click()
    draw(tab)
    upper, lower = tab.plot.panes
    assert upper.terms["cross_entropy"].training.getData()[1][0] == pytest.approx(-1)
    assert lower.terms["accuracy"].training.getData()[1][0] == pytest.approx(90)


def test_the_parts_of_the_kl_term_can_be_shown(tab: TrainingTab) -> None:
    show(tab, objective={"kind": "tc"})
    tab.take(prepared())
    tab.take(told(100, reconstruction=150.0, kl=6.0, **SPLIT))
    draw(tab)
    assert shown_terms(tab) == ["total", "reconstruction", "KL", "MI", "TC", "dimension-wise"]
    lower = tab.plot.panes[1]
    assert [name for name, term in lower.terms.items() if term.visible] == ["kl"]
    for name, value in SPLIT.items():
        tab.plot.controls.chips[name].click()
        draw(tab)
        assert lower.terms[name].visible
        assert lower.terms[name].training.getData()[1][-1] == value
    assert "TC 1.00" in tab.plot.readout.text()


def test_another_kind_of_run_takes_the_place(tab: TrainingTab) -> None:
    show(tab, model={"kind": "classifier"})
    show(tab)
    tab.take(prepared())
    tab.take(batches(1, 50))
    tab.take(evaluation(1, 100))
    draw(tab)
    assert shown_terms(tab) == ["total", "reconstruction", "KL"]
    assert tab.grid.isVisible()
    assert tab.bars.isVisible()
    assert tab.plot.panes[1].plot.isVisible()
    assert tab.plot.controls.heading.remark.text() == "nats per image"


def with_settings(count: int, beta: np.ndarray) -> Batches:
    some = batches(1, count)
    rate = np.full(count, 1e-3, np.float32)
    return replace(some, terms={**some.terms, "beta": beta, "learning_rate": rate})


def test_beta_has_a_strip_only_where_it_changes(tab: TrainingTab) -> None:
    show(tab)
    tab.take(prepared())
    tab.take(with_settings(50, np.ones(50, np.float32)))
    draw(tab)
    assert not any(strip.shown for strip in tab.plot.strips)
    show(tab)
    tab.take(prepared())
    rising = np.linspace(0, 1, 50, dtype=np.float32)
    tab.take(with_settings(50, rising))
    draw(tab)
    assert [strip.term for strip in tab.plot.strips if strip.shown] == ["beta"]
    np.testing.assert_allclose(tab.plot.strips[0].curve.getData()[1], rising)


def test_a_low_window_cuts_nothing_off_the_plot(tab: TrainingTab, qtbot: QtBot) -> None:
    """What has no room is scrolled to; nothing is drawn over anything else."""
    tab.resize(1000, 420)
    show(tab)
    tab.take(prepared())
    tab.take(with_settings(50, np.linspace(0, 1, 50, dtype=np.float32)))
    draw(tab)
    graphics, readout = tab.plot._graphics, tab.plot.readout
    qtbot.waitUntil(lambda: graphics.geometry().bottom() < readout.geometry().top())
    assert graphics.height() >= graphics.minimumHeight() > 0


def test_moves_of_levers_are_marked_and_named_under_the_mouse(tab: TrainingTab) -> None:
    show(tab)
    tab.take(prepared())
    tab.take(batches(1, 80))
    tab.take(LeverMoved(40, 0.4, "beta", 4.0))
    draw(tab)
    for pane in tab.plot.panes:
        assert set(pane.moves.lines.getData()[0]) == {0.4}
    box = tab.plot.panes[0].plot.getViewBox()
    scene = tab.plot.panes[0].plot.scene()
    scene.sigMouseMoved.emit(box.mapViewToScene(QPointF(0.4, np.mean(box.viewRange()[1]))))
    assert tab.plot.panes[0].moves.label.toPlainText() == "β 4"
    assert "β 4" in tab.plot.readout.text()
    scene.sigMouseMoved.emit(box.mapViewToScene(QPointF(0.6, np.mean(box.viewRange()[1]))))
    assert not tab.plot.panes[0].moves.label.isVisible()


def test_notes_wait_to_be_asked_for(tab: TrainingTab) -> None:
    show(tab)
    tab.take(prepared())
    assert not tab.results.about.isVisible()
    tab.take(replace(prepared(), notes=("Grey pixels.", "Weighed.")))
    assert not tab.results.notes.isVisible()
    tab.results.about.click()
    assert tab.results.notes.isVisible()
    assert tab.results.notes.text() == "Grey pixels. Weighed."


def test_sizes_have_a_singular(tab: TrainingTab) -> None:
    show(tab)
    tab.take(prepared(steps_per_epoch=1))
    assert "1 step per epoch" in tab.size_line.text()


@pytest.mark.parametrize("classes", [2, 10, 62])
def test_a_square_tells_what_was_taken_for_what(qtbot: QtBot, classes: int) -> None:
    matrix = ConfusionMatrix()
    matrix.resize(480, 520)
    matrix.show()
    counts = np.arange(classes**2).reshape(classes, classes)
    names = tuple(f"n{index}" for index in range(classes))
    matrix.show_counts(counts, names)
    wanted = f"n1 taken for n0: {classes:,} of {counts[1].sum():,}"
    below = next(y for y in range(480) if matrix.tip_at(QPointF(60, y)).startswith("n1 "))
    across = [x for x in range(320) if matrix.tip_at(QPointF(x, below + 1)) == wanted]
    assert len(across) >= 6
    assert across == list(range(across[0], across[-1] + 1))
    assert matrix.tip_at(QPointF(0, 0)) == ""
    assert not matrix.grab().toImage().isNull()


def test_right_and_wrong_have_colours_of_their_own(qtbot: QtBot) -> None:
    matrix = ConfusionMatrix()
    matrix.resize(300, 300)
    matrix.show_counts(np.array([[50, 50], [0, 100]]), ("a", "b"))
    image = matrix.grab().toImage()

    def colour(row: int, column: int) -> tuple[int, int, int]:
        wanted = f"{'ab'[row]} taken for {'itself' if row == column else 'ab'[column]}:"
        for y in range(4, 300, 8):
            for x in range(4, 300, 8):
                if matrix.tip_at(QPointF(x, y)).startswith(wanted):
                    return image.pixelColor(x, y).getRgb()[:3]
        raise AssertionError(wanted)

    red, _, blue = colour(0, 0)
    assert blue > red
    red, _, blue = colour(0, 1)
    assert red > blue
    red, green, blue = colour(1, 0)
    assert max(red, green, blue) - min(red, green, blue) < 20
