"""The grid of samples, under a real mouse."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.samples import tiny_dataset
from tests.ui.strips.conftest import LinearCoder, Open, Show
from vae_desktop.session.clouds import CloudSource
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.sample_strip import ALL, CLASSES, PRIOR, SampleStrip


@pytest.fixture
def strip(on_view: RunOnView, codes: CloudSource) -> SampleStrip:
    return SampleStrip(on_view, codes)


def wait_for_samples(qtbot: QtBot, strip: SampleStrip) -> np.ndarray:
    """Let the strip draw, and wait for its pictures."""
    strip.catch_up(0.0)
    qtbot.waitUntil(lambda: not strip._decoder.busy, timeout=10_000)
    return strip.grid.pictures


def middle(strip: SampleStrip, place: int) -> QPoint:
    return strip.grid.cell(place).center().toPoint()


def test_the_grid_shows_seeded_draws_of_the_prior(
    qtbot: QtBot, strip: SampleStrip, show_run: Show, open_strip: Open
) -> None:
    coder = show_run()
    open_strip(strip)
    strip.seed.setValue(5)
    strip.temperature.set_value(0.5)
    pictures = wait_for_samples(qtbot, strip)
    noise = np.random.default_rng((5, 0)).standard_normal((len(pictures), 2))
    assert len(pictures) > 20
    assert (pictures == coder.decode((0.5 * noise).astype(np.float32))).all()
    assert "prior" in strip.caption.text()


def test_a_click_on_a_cell_makes_its_code_the_current_one(
    qtbot: QtBot, strip: SampleStrip, show_run: Show, open_strip: Open, on_view: RunOnView
) -> None:
    coder = show_run()
    open_strip(strip)
    pictures = wait_for_samples(qtbot, strip)
    qtbot.mouseClick(strip.grid, Qt.MouseButton.LeftButton, pos=middle(strip, 17))
    assert on_view.z is not None
    assert (coder.decode(on_view.z[None])[0] == pictures[17]).all()
    assert on_view.z.any()


def test_arrow_keys_and_enter_choose_a_cell(
    qtbot: QtBot, strip: SampleStrip, show_run: Show, open_strip: Open, on_view: RunOnView
) -> None:
    coder = show_run()
    open_strip(strip)
    pictures = wait_for_samples(qtbot, strip)
    keys = Qt.Key
    for key in (keys.Key_Right, keys.Key_Right, keys.Key_Down, keys.Key_Return):
        qtbot.keyClick(strip.grid, key)
    assert on_view.z is not None
    place = strip.grid.columns + 1
    assert (coder.decode(on_view.z[None])[0] == pictures[place]).all()


def test_the_gaussians_are_those_of_the_codes(
    qtbot: QtBot, strip: SampleStrip, show_run: Show, open_strip: Open, codes: CloudSource
) -> None:
    coder = show_run()
    open_strip(strip)
    strip.temperature.set_value(0)
    strip.sources.choose(CLASSES)
    qtbot.waitUntil(lambda: codes.cloud is not None, timeout=10_000)
    pictures = wait_for_samples(qtbot, strip)
    test = tiny_dataset().test
    mu, _ = coder.encode(test.images)
    means = np.stack([mu[test.labels == label].mean(axis=0) for label in (0, 1)])
    expected = coder.decode(means)
    assert strip.grid.columns % 2 == 0
    difference = pictures.astype(int) - expected[np.arange(len(pictures)) % 2]
    assert np.abs(difference).max() <= 1
    strip.sources.choose(ALL)
    pictures = wait_for_samples(qtbot, strip)
    expected = coder.decode(mu.mean(axis=0, keepdims=True))
    assert np.abs(pictures.astype(int) - expected).max() <= 1


def test_one_class_alone_can_be_sampled(
    qtbot: QtBot, strip: SampleStrip, show_run: Show, open_strip: Open, codes: CloudSource
) -> None:
    coder = show_run()
    open_strip(strip)
    strip.temperature.set_value(0)
    strip.sources.choose(CLASSES)
    qtbot.waitUntil(lambda: codes.cloud is not None, timeout=10_000)
    wait_for_samples(qtbot, strip)
    strip.classes.setCurrentIndex(2)
    strip.classes.activated.emit(2)
    pictures = wait_for_samples(qtbot, strip)
    test = tiny_dataset().test
    expected = coder.decode(coder.encode(test.images[test.labels == 1])[0].mean(0, keepdims=True))
    assert np.abs(pictures.astype(int) - expected).max() <= 1


class ToldCoder(LinearCoder):
    """Pictures are as bright as their class says, whatever the code."""

    classes = 2

    def decode(self, z: np.ndarray, labels: object = None) -> np.ndarray:
        told = np.full(len(z), 7) if labels is None else np.asarray(labels)
        return np.tile(told.astype(np.uint8)[:, None, None, None], (1, *self.shape))


def test_a_conditional_model_decodes_each_class_as_itself(
    qtbot: QtBot,
    strip: SampleStrip,
    show_run: Show,
    open_strip: Open,
    codes: CloudSource,
    on_view: RunOnView,
) -> None:
    plain = show_run()
    on_view.decoder = ToldCoder(plain.weights, plain.sigma, classes=2)  # type: ignore[assignment]
    on_view.weights_changed.emit(plain.step)
    open_strip(strip)
    assert (wait_for_samples(qtbot, strip) == 7).all()  # the prior's: as the chosen class
    strip.sources.choose(CLASSES)
    qtbot.waitUntil(lambda: codes.cloud is not None, timeout=10_000)
    pictures = wait_for_samples(qtbot, strip)
    assert pictures[:, 0, 0, 0].tolist() == [place % 2 for place in range(len(pictures))]
    strip.grid.chosen.emit(3)
    assert on_view.label == 1
    strip.classes.setCurrentIndex(1)
    strip.classes.activated.emit(1)
    assert (wait_for_samples(qtbot, strip) == 0).all()


def test_an_autoencoder_has_no_prior_and_offers_its_class_gaussians(
    qtbot: QtBot, strip: SampleStrip, show_run: Show, open_strip: Open
) -> None:
    show_run(kind="autoencoder")
    open_strip(strip)
    assert strip.sources.index == CLASSES
    assert strip.no_prior.isVisible()
    assert "no prior" in strip.no_prior.text()
    strip.sources.choose(PRIOR)  # a click on what is off changes nothing
    assert strip.sources.index == CLASSES
    wait_for_samples_of_codes(qtbot, strip)
    show_run()
    assert not strip.no_prior.isVisible()


def wait_for_samples_of_codes(qtbot: QtBot, strip: SampleStrip) -> None:
    qtbot.waitUntil(lambda: strip.codes.cloud is not None, timeout=10_000)
    assert len(wait_for_samples(qtbot, strip)) > 0


def test_the_next_model_with_a_prior_is_sampled_from_it_again(
    strip: SampleStrip, show_run: Show, open_strip: Open
) -> None:
    show_run(kind="autoencoder")
    open_strip(strip)
    assert strip.sources.index == CLASSES
    show_run()
    assert strip.sources.index == PRIOR
    strip.sources.choose(ALL)
    show_run(kind="autoencoder")
    show_run()
    assert strip.sources.index == ALL


def test_newer_weights_draw_the_same_codes_anew(
    qtbot: QtBot, strip: SampleStrip, show_run: Show, open_strip: Open, on_view: RunOnView
) -> None:
    coder = show_run()
    open_strip(strip)
    before = wait_for_samples(qtbot, strip).copy()
    coder.weights, coder.step = -coder.weights, 11
    on_view.weights_changed.emit(11)
    after = wait_for_samples(qtbot, strip)
    assert np.abs(after.astype(int) + before - 256).max() <= 1
    assert "step 11" in strip.caption.text()


def test_before_the_first_weights_there_is_a_sentence(
    strip: SampleStrip, open_strip: Open, on_view: RunOnView
) -> None:
    open_strip(strip)
    assert "first weights" in strip.caption.text()
    assert not len(strip.grid.pictures)


def test_codes_are_encoded_only_while_their_gaussians_are_looked_at(
    qtbot: QtBot, strip: SampleStrip, show_run: Show, open_strip: Open, on_view: RunOnView
) -> None:
    show_run()
    open_strip(strip)
    wait_for_samples(qtbot, strip)
    assert on_view.dataset is None
    strip.hide()
    strip.sources.choose(ALL)
    assert on_view.dataset is None
    strip.show()
    qtbot.waitUntil(lambda: on_view.dataset is not None, timeout=10_000)
