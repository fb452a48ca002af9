"""Autoencoders and conditional VAEs on the map."""

from pathlib import Path

import numpy as np
import pytest

from tests.samples import tiny_dataset
from tests.ui.latent.bench import Bench, config_for, told_by
from vae_desktop.core.events import Event
from vae_desktop.session.decoder import Decoder
from vae_desktop.ui.latent_tab import LatentTab


@pytest.fixture(scope="module")
def conditional(folder: Path) -> list[Event]:
    return told_by(config_for(folder, kind="cvae"))


@pytest.fixture(scope="module")
def autoencoder(folder: Path) -> list[Event]:
    return told_by(config_for(folder, kind="autoencoder"))


def open_conditional(bench: Bench, told: list[Event]) -> Decoder:
    bench.open(told, config=config_for(bench.folder, kind="cvae"))
    assert bench.on_view.decoder is not None
    return bench.on_view.decoder


def test_a_conditional_model_is_told_the_label_of_every_image(
    bench: Bench, tab: LatentTab, conditional: list[Event]
) -> None:
    decoder = open_conditional(bench, conditional)
    part, cloud = tiny_dataset().test, tab.scene.cloud
    assert cloud is not None
    mu, _ = decoder.encode(part.images[cloud.rows], part.labels[cloud.rows])
    np.testing.assert_allclose(tab.scene.points, mu, atol=1e-5)
    other, _ = decoder.encode(part.images[cloud.rows], 1 - part.labels[cloud.rows])
    assert not np.allclose(tab.scene.points, other, atol=1e-3)


def test_the_class_that_it_decodes_as_is_chosen_on_the_bar(
    bench: Bench, tab: LatentTab, conditional: list[Event]
) -> None:
    decoder = open_conditional(bench, conditional)
    box = tab.bar.labels
    assert box.isVisible()
    assert [box.itemText(index) for index in range(box.count())] == [
        "as “horizontal”",
        "as “vertical”",
    ]
    bench.hover(0.4, -0.2)
    reading = tab.under_mouse.reading
    assert reading is not None
    assert reading.code is not None
    zero, one = (decoder.decode(reading.code[None], np.array([k]))[0] for k in (0, 1))
    assert not np.array_equal(zero, one)
    assert np.array_equal(tab.under_mouse.decoded.picture, zero[0])
    box.setCurrentIndex(1)
    box.activated.emit(1)
    bench.tick()
    assert bench.on_view.label == 1
    assert np.array_equal(tab.under_mouse.decoded.picture, one[0])
    bench.on_view.set_label(0)
    bench.tick()
    assert box.currentIndex() == 0
    assert np.array_equal(tab.under_mouse.decoded.picture, zero[0])


def test_the_nearest_image_comes_back_as_its_own_class(
    bench: Bench, tab: LatentTab, conditional: list[Event]
) -> None:
    decoder = open_conditional(bench, conditional)
    labels = tab.scene.labels
    assert labels is not None
    place = int(np.flatnonzero(labels == 1)[0])
    bench.hover(*(float(value) for value in tab.scene.points[place]))
    reading = tab.under_mouse.reading
    assert reading is not None
    assert reading.near is not None
    own = labels[[reading.near.place]]
    expected = decoder.decode(reading.near.mu[None], own)[0]
    assert np.array_equal(reading.near.reconstruction, expected)


def test_samples_of_a_class_are_decoded_as_that_class(
    bench: Bench, tab: LatentTab, conditional: list[Event]
) -> None:
    decoder = open_conditional(bench, conditional)
    tab.drawers.choose(1)
    codes, labels = tab.samples_desk.samples.draw()
    assert labels.tolist() == [0, 1]
    expected = decoder.decode(codes, np.array([0, 1]))
    assert np.array_equal(tab.samples.class_strip.pictures, expected)


def test_other_models_have_no_class_to_choose(
    bench: Bench, tab: LatentTab, conditional: list[Event], autoencoder: list[Event]
) -> None:
    open_conditional(bench, conditional)
    bench.on_view.set_label(1)
    bench.open(autoencoder, config=config_for(bench.folder, kind="autoencoder"))
    assert not tab.bar.labels.isVisible()
    assert bench.on_view.label == 0


def test_an_autoencoder_has_no_prior(
    bench: Bench, tab: LatentTab, autoencoder: list[Event]
) -> None:
    bench.open(autoencoder, config=config_for(bench.folder, kind="autoencoder"))
    assert tab.scene.prior is None
    assert tab.map.canvas.overlay.prior is None
    rings = tab.layers.layers["rings"]
    assert not rings.isEnabled()
    assert "no prior" in rings.toolTip()
    assert "at its code" in tab.layers.caption.toolTip()
    tab.drawers.choose(1)
    assert tab.samples.of_prior.text() == "N(0, I)"
    assert "no prior of this model" in tab.samples.of_prior.toolTip()
