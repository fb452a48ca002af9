"""The loss plot: what its curves hold, and when its view moves."""

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.fakes import batches, evaluation, prepared
from vae_desktop.core.events import Batches
from vae_desktop.ui.loss_axis import LossAxis
from vae_desktop.ui.loss_plot import LossPlot


@pytest.fixture
def plot(qtbot: QtBot) -> LossPlot:
    plot = LossPlot()
    plot.resize(600, 500)
    plot.show()
    plot.take(prepared(epochs=4, steps_per_epoch=100))
    return plot


def curve(plot: LossPlot, term: str, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """What is drawn of a term: kind is training, smoothed or tested."""
    pane = next(pane for pane in plot.panes if term in pane.terms)
    x, y = getattr(pane.terms[term], kind).getData()
    return (np.empty(0), np.empty(0)) if x is None else (x, y)


@pytest.mark.parametrize("term", ["total", "reconstruction", "kl"])
def test_curves_hold_what_training_told(plot: LossPlot, term: str) -> None:
    told = batches(1, 250)
    plot.take(told)
    plot.take(evaluation(1, 100))
    plot.catch_up(0.0)
    plot.catch_up(1.0)
    x, y = curve(plot, term, "training")
    np.testing.assert_allclose(x, told.step / 100)
    np.testing.assert_allclose(y, getattr(told, term))
    x, y = curve(plot, term, "tested")
    assert x.tolist() == [1.0]
    assert y.tolist() == [getattr(evaluation(1, 100), term)]


def test_smoothing_leaves_the_raw_losses_alone(plot: LossPlot) -> None:
    plot.take(batches(1, 90))
    plot.catch_up(0.0)
    raw = curve(plot, "kl", "training")
    plot.controls.smoothing.setCurrentText("Mean of 10")
    plot.catch_up(1.0)
    assert len(curve(plot, "kl", "smoothed")[0]) == 81
    plot.controls.smoothing.setCurrentText("Raw only")
    plot.catch_up(2.0)
    assert len(curve(plot, "kl", "smoothed")[0]) == 0
    np.testing.assert_array_equal(curve(plot, "kl", "training")[1], raw[1])


def test_log_axes_drop_what_has_no_logarithm(plot: LossPlot) -> None:
    told = batches(1, 5)
    kl = np.array([0.0, np.nan, -1.0, np.inf, 100.0], np.float32)
    terms = {**told.terms, "kl": kl}
    plot.take(Batches(told.step, told.total, terms, told.kl_per_latent, 1.0, 1.0))
    plot.controls.log_y.click()
    plot.controls.log_x.click()
    plot.catch_up(0.0)
    x, y = curve(plot, "kl", "training")
    assert x.tolist() == [pytest.approx(np.log10(5 / 100))]
    assert y.tolist() == [2.0]


def test_the_time_axis_counts_epochs_or_steps(plot: LossPlot) -> None:
    plot.take(batches(1, 80))
    plot.controls.steps.click()
    plot.catch_up(0.0)
    assert curve(plot, "kl", "training")[0][-1] == 80
    plot.controls.steps.click()
    plot.catch_up(1.0)
    assert curve(plot, "kl", "training")[0][-1] == pytest.approx(0.8)


def test_the_legend_hides_a_term(plot: LossPlot) -> None:
    plot.controls.chips["total"].click()
    term = plot.panes[0].terms["total"]
    assert not term.training.isVisible()
    assert not term.tested.isVisible()
    assert plot.panes[0].terms["reconstruction"].training.isVisible()


def test_the_view_grows_in_doublings_up_to_the_whole_run(plot: LossPlot) -> None:
    ends = []
    for last in (10, 90, 110, 190, 210, 400):
        plot.take(batches(int(plot.history.last_step) + 1, last))
        plot.catch_up(0.0)
        ends.append(round(plot.panes[0].plot.getViewBox().viewRange()[0][1]))
    assert ends == [1, 1, 2, 2, 4, 4]


def test_the_first_descent_does_not_squeeze_the_rest(plot: LossPlot) -> None:
    plot.take(batches(1, 400))
    plot.catch_up(0.0)
    plot.catch_up(1.0)
    top = plot.panes[0].plot.getViewBox().viewRange()[1][1]
    assert top < 300
    plot.show_all()
    assert plot.panes[0].plot.getViewBox().viewRange()[1][1] > 1150
    assert not plot.controls.follow.isChecked()


def test_zooming_ends_following(plot: LossPlot) -> None:
    plot.take(batches(1, 50))
    plot.catch_up(0.0)
    box = plot.panes[0].plot.getViewBox()
    box.sigRangeChangedManually.emit(box.state["mouseEnabled"])
    box.setXRange(0.1, 0.2, padding=0)
    plot.take(batches(51, 300))
    plot.catch_up(1.0)
    assert box.viewRange()[0] == [pytest.approx(0.1), pytest.approx(0.2)]


def test_the_readout_gives_exact_values(plot: LossPlot) -> None:
    plot.take(batches(1, 50))
    plot.catch_up(0.0)
    text = plot.readout.text()
    assert "step 50, epoch 0.50" in text
    assert "total 176.0" in text
    assert "reconstruction 170.0" in text
    assert "KL 6.00" in text


def test_long_histories_are_thinned(plot: LossPlot) -> None:
    plot.take(replace(prepared(), epochs=1000, steps_per_epoch=1000))
    plot.take(batches(1, 500_000))
    plot.catch_up(0.0)
    plot.catch_up(1.0)
    assert 500 < len(curve(plot, "kl", "training")[0]) <= 4000


def test_clearing_forgets_the_run(plot: LossPlot) -> None:
    plot.take(batches(1, 50))
    plot.take(evaluation(1, 50))
    plot.catch_up(0.0)
    plot.clear()
    plot.catch_up(1.0)
    assert len(curve(plot, "total", "training")[0]) == 0
    assert len(curve(plot, "total", "tested")[0]) == 0
    assert plot.readout.text() == ""


def test_a_short_log_axis_has_ticks(qtbot: QtBot) -> None:
    axis = LossAxis("left")
    axis.setLogMode(True)
    low, high = np.log10(150), np.log10(190)
    ticks = [value for _, values in axis.tickValues(low, high, 300) for value in values]
    assert len([tick for tick in ticks if low <= tick <= high]) >= 3
    assert axis.logTickStrings([np.log10(160)], 1.0, 1.0) == ["160"]


@pytest.mark.parametrize(("epochs", "steps"), [(4, 0), (0, 100), (0, 0)])
def test_a_history_without_steps_or_epochs_is_drawn(
    plot: LossPlot, epochs: int, steps: int
) -> None:
    plot.take(prepared(epochs=epochs, steps_per_epoch=steps))
    plot.take(batches(1, 50))
    plot.catch_up(0.0)
    assert len(plot.history) == 50
    assert "step 50" in plot.readout.text()


def test_log_x_in_the_first_epoch_shows_its_steps(plot: LossPlot) -> None:
    plot.take(batches(1, 30))
    plot.catch_up(0.0)
    plot.controls.log_x.click()
    plot.grab()
    left, right = plot.panes[0].plot.getViewBox().viewRange()[0]
    assert left <= -2 <= 0 <= right < 0.5  # from 1 to 100 of 100 steps an epoch


def test_log_y_is_fitted_before_it_is_painted(plot: LossPlot) -> None:
    plot.take(batches(1, 400))
    plot.catch_up(0.0)
    plot.controls.log_y.click()
    plot.grab()
    low, high = plot.panes[0].plot.getViewBox().viewRange()[1]
    assert 2 < low < high < 3.1  # 152.5 at the end; the first loss is 1,156
    plot.controls.log_y.click()
    plot.grab()
    assert plot.panes[0].plot.getViewBox().viewRange()[1][1] > 150


def test_a_log_axis_survives_a_range_of_another_run(plot: LossPlot) -> None:
    plot.controls.log_y.click()
    plot.panes[0].plot.getViewBox().setYRange(150, 350, padding=0)
    plot.grab()
    assert plot.panes[0].plot.getAxis("left").logTickStrings([350.0], 1.0, 1.0)


def test_the_part_that_was_zoomed_into_stays_in_view_on_other_axes(plot: LossPlot) -> None:
    plot.take(batches(1, 400))
    plot.catch_up(0.0)
    box = plot.panes[0].plot.getViewBox()
    box.sigRangeChangedManually.emit(box.state["mouseEnabled"])
    box.setXRange(1.0, 2.0, padding=0)
    plot.controls.log_x.click()
    plot.grab()
    assert box.viewRange()[0] == pytest.approx([0.0, np.log10(2)], abs=0.02)
    plot.controls.log_x.click()
    plot.controls.steps.click()
    plot.grab()
    assert box.viewRange()[0] == pytest.approx([100, 200], abs=5)


def test_a_single_batch_is_seen(plot: LossPlot) -> None:
    plot.take(prepared(epochs=1, steps_per_epoch=1))
    plot.take(batches(1, 1))
    plot.catch_up(0.0)
    x, y = curve(plot, "reconstruction", "training")
    assert len(x) == 2
    assert x[0] < 1.0 < x[1]
    assert y.tolist() == [1150.0, 1150.0]


def test_clearing_forgets_the_ranges_of_the_run(plot: LossPlot) -> None:
    plot.take(batches(1, 400))
    plot.catch_up(0.0)
    plot.clear()
    plot.catch_up(1.0)
    assert plot.panes[0].plot.getViewBox().viewRange()[1] == pytest.approx([0.0, 1.0])


def test_labels_of_a_log_axis_do_not_overlap(qtbot: QtBot) -> None:
    axis = LossAxis("left")
    axis.setLogMode(True)
    low, high, size = np.log10(3), np.log10(26), 90.0
    ticks = sorted(v for _, values in axis.tickValues(low, high, size) for v in values)
    pixels = np.diff(ticks) * size / (high - low)
    assert len(ticks) >= 2
    assert pixels.min() >= 20
