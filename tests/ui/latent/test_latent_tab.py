"""The Latent tab with a real model and real background work, under mouse and keys."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.samples import tiny_dataset
from tests.ui.latent.bench import TIMEOUT, Bench, config_for, told_by
from vae_desktop.core.events import Event, Snapshot
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.state import State
from vae_desktop.ui.latent_scene import BY_ERROR, BY_KL
from vae_desktop.ui.latent_tab import LatentTab
from vae_desktop.ui.map_gestures import Tool

TEST_IMAGES = 90
LATENTS = (1, 2, 5)


@pytest.fixture(scope="module")
def told(folder: Path) -> dict[int, list[Event]]:
    """Events of a training, by number of latents."""
    return {latents: told_by(config_for(folder, latents)) for latents in LATENTS}


def inset(tab: LatentTab) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of the view without its outermost pixels."""
    left, bottom, right, top = tab.map.view.bounds
    rim = 3 * tab.map.view.scale
    return left + rim, bottom + rim, right - rim, top - rim


def test_without_a_run_there_is_a_button_that_trains(tab: LatentTab, qtbot: QtBot) -> None:
    assert tab.empty.isVisible()
    with qtbot.waitSignal(tab.start_requested):
        tab.empty.button.click()


def test_the_map_shows_the_posterior_means_of_the_test_set(
    bench: Bench, tab: LatentTab, told: dict[int, list[Event]]
) -> None:
    bench.open(told[2])
    assert tab.map.isVisible()
    data = tiny_dataset()
    decoder = bench.on_view.decoder
    assert decoder is not None
    assert isinstance(data.test.images, np.ndarray)
    mu, _ = decoder.encode(data.test.images)
    cloud = tab.scene.cloud
    assert cloud is not None
    np.testing.assert_allclose(tab.scene.points, mu[cloud.rows], atol=1e-5)
    assert tab.layers.caption.text() == "90 of 90 images · step 30"
    assert "posterior mean" in tab.layers.caption.toolTip()
    assert tab.scene.axes[0].startswith("z₁ · KL ")


def test_the_map_follows_training_with_a_subset_and_rests_with_all(
    bench: Bench, tab: LatentTab, told: dict[int, list[Event]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vae_desktop.session.clouds.LIVE_COUNT", 40)
    monkeypatch.setattr("vae_desktop.session.clouds.WHOLE_SHARE", 0.0)
    bench.begin()
    tab.show_state(State.RUNNING)
    for event in told[2][:2]:
        bench.on_view.take(event)
    bench.qtbot.waitUntil(lambda: tab.scene.cloud is not None, timeout=TIMEOUT)
    first = tab.scene.cloud
    assert first is not None
    assert len(first) == 40
    bench.on_view.take(told[2][-1])
    bench.qtbot.waitUntil(
        lambda: tab.scene.cloud is not None and tab.scene.cloud.step == 30, timeout=TIMEOUT
    )
    assert np.array_equal(tab.scene.cloud.rows, first.rows)
    tab.show_state(State.PAUSED)
    bench.wait_for_codes()
    assert len(tab.scene.points) == TEST_IMAGES


def test_hovering_reads_what_is_there(
    bench: Bench, tab: LatentTab, told: dict[int, list[Event]]
) -> None:
    bench.open(told[2])
    x, y = (float(value) for value in tab.scene.points[17])
    bench.hover(x, y)
    reading = tab.under_mouse.reading
    assert reading is not None
    assert reading.code == pytest.approx([x, y], abs=0.05)
    assert reading.step == 30
    decoder = bench.on_view.decoder
    assert decoder is not None
    assert np.array_equal(tab.under_mouse.decoded.picture, decoder.decode(reading.code[None])[0, 0])
    distances = np.hypot(*(tab.scene.points - (reading.x, reading.y)).T)
    assert reading.near is not None
    assert reading.near.place == distances.argmin()
    images = tiny_dataset().test.images
    assert np.array_equal(
        tab.under_mouse.image.picture, images[np.array([reading.near.index])][0, 0]
    )
    assert len(reading.near.others) == 5
    assert "test image" in tab.under_mouse.what.text()
    assert tab.under_mouse.deviation.text().startswith("σ = (")
    assert len(tab.map.canvas.overlay.posteriors) == 6


def test_a_pin_stays_and_changes_as_training_goes_on(
    bench: Bench, tab: LatentTab, told: dict[int, list[Event]], on_view: RunOnView
) -> None:
    bench.begin()
    for event in told[2][:2]:
        on_view.take(event)
    bench.wait_for_codes()
    bench.qtbot.mouseClick(tab.map, Qt.MouseButton.LeftButton, pos=bench.pixel(0.5, 0.5))
    bench.tick()
    before = tab.under_mouse.decoded.picture.copy()
    assert on_view.z == pytest.approx([0.5, 0.5], abs=0.05)
    assert tab.under_mouse.heading.title.text() == "Pinned"
    bench.hover(-1.0, -1.0)
    assert np.array_equal(tab.under_mouse.decoded.picture, before)
    on_view.take(told[2][-1])
    bench.tick()
    assert not np.array_equal(tab.under_mouse.decoded.picture, before)
    on_view.set_z(np.array([1.0, -1.0], np.float32))
    assert tab.under_mouse.pin == pytest.approx((1.0, -1.0))
    bench.qtbot.keyClick(tab.map, Qt.Key.Key_Escape)
    bench.tick()
    assert tab.under_mouse.pin is None


def test_a_lasso_selects_adds_and_removes(
    bench: Bench, tab: LatentTab, told: dict[int, list[Event]]
) -> None:
    bench.open(told[2])
    left, bottom, right, top = inset(tab)
    middle = (left + right) / 2
    tab.bar.choose_tool(Tool.RECTANGLE)
    bench.drag((left, top), (middle, bottom))
    scene, cloud = tab.scene, tab.scene.cloud
    assert cloud is not None
    west = np.sort(cloud.rows[scene.points[:, 0] < middle])
    assert scene.selection.tolist() == west.tolist()
    assert scene.pictures is not None
    assert bench.on_view.selection is not None
    assert (bench.on_view.selection.images == scene.pictures.images(west)).all()
    assert scene.pictures.labels is not None
    assert np.array_equal(bench.on_view.selection.labels, scene.pictures.labels[west])
    tab.bar.choose_tool(Tool.LASSO)
    around = ((middle, top), (right, top), (right, bottom), (middle, bottom))
    bench.drag(*around, keys=Qt.KeyboardModifier.ControlModifier)
    assert len(scene.selection) >= TEST_IMAGES - 2
    bench.drag(*around, keys=Qt.KeyboardModifier.AltModifier)
    assert len(np.setxor1d(scene.selection, west)) <= 2
    bench.qtbot.waitUntil(lambda: tab.selection.measured is not None, timeout=TIMEOUT)
    measured = tab.selection.measured
    assert measured is not None
    assert measured.error is not None
    assert (np.diff(measured.error[tab.selection.order]) <= 0).all()
    assert tab.selection.summary.text().startswith(f"{len(scene.selection)} of 90 images")
    bench.qtbot.keyClick(tab.map, Qt.Key.Key_Escape)
    assert not len(scene.selection)
    assert "Nothing is selected" in tab.selection.hint.text()


def test_an_empty_selection_says_how_to_select(
    bench: Bench, tab: LatentTab, told: dict[int, list[Event]]
) -> None:
    bench.open(told[2])
    left, _, _, top = inset(tab)
    tab.bar.choose_tool(Tool.RECTANGLE)
    small = 12 * tab.map.view.scale
    bench.drag((left, top), (left + small, top - small))
    assert tab.selection.hint.isVisible()
    assert not tab.selection.csv.isEnabled()


def test_hidden_classes_are_neither_drawn_nor_found(
    bench: Bench, tab: LatentTab, told: dict[int, list[Event]]
) -> None:
    bench.open(told[2])
    labels = tab.scene.labels
    assert labels is not None
    tab.layers.legend.chips[1].click()
    assert (labels[tab.map.canvas.points.shown] == 0).all()
    for x, y in tab.scene.points[labels == 1][:10]:
        place = tab.scene.nearest(float(x), float(y))
        assert place is not None
        assert labels[place] == 0
    tab.layers.legend.chips[1].click()
    assert len(tab.map.canvas.points.shown) == TEST_IMAGES


def test_very_many_points_are_found_before_and_after_they_are_sorted(
    bench: Bench, tab: LatentTab, told: dict[int, list[Event]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vae_desktop.ui.latent_scene.AT_ONCE", 10)
    bench.open(told[2])
    tab.layers.legend.chips[1].click()
    labels = tab.scene.labels
    assert labels is not None
    shown = np.flatnonzero(labels == 0)
    at = tab.scene.points[shown].mean(axis=0)
    nearest = shown[np.hypot(*(tab.scene.points[shown] - at).T).argmin()]
    assert tab.scene.unsorted is not None
    assert tab.scene.nearest(*at) == nearest
    bench.qtbot.waitUntil(lambda: tab.scene.unsorted is None, timeout=TIMEOUT)
    assert tab.scene.nearest(*at) == nearest


def test_colours_by_error_and_by_kl(
    bench: Bench, tab: LatentTab, told: dict[int, list[Event]]
) -> None:
    bench.open(told[2])
    for name, title in ((BY_ERROR, "squared error, summed over pixels"), (BY_KL, "KL, nats")):
        index = tab.bar.colours.findData(name)
        tab.bar.colours.setCurrentIndex(index)
        tab.bar.colours.activated.emit(index)
        bench.qtbot.waitUntil(
            lambda title=title: (tab.scene.colouring().scale or ("",))[0] == title, timeout=TIMEOUT
        )
    assert tab.layers.legend.scale.isVisible()


def test_the_training_set_and_both(
    bench: Bench, tab: LatentTab, told: dict[int, list[Event]]
) -> None:
    bench.open(told[2])
    for index, images in ((1, 300), (2, 390)):
        tab.bar.parts.activated.emit(index)
        bench.qtbot.waitUntil(
            lambda images=images: len(tab.scene.points) == images, timeout=TIMEOUT
        )


def test_gaussians_are_sampled_and_follow_their_handles(
    bench: Bench, tab: LatentTab, told: dict[int, list[Event]]
) -> None:
    bench.open(told[2])
    tab.drawers.choose(1)
    bench.tick()
    assert len(tab.samples.class_strip.pictures) == 2
    assert len(tab.samples.prior_strip.pictures) == 2
    assert len(tab.map.canvas.overlay.gaussians) == 2
    before = tab.samples.class_strip.pictures.copy()
    x, y = tab.map.canvas.overlay.handles[0]
    target = (x + 40 * tab.map.view.scale, y)
    bench.drag((x, y), target)
    first = tab.map.canvas.overlay.gaussians[0][0]
    assert (first.x, first.y) == pytest.approx(target, abs=2 * tab.map.view.scale)
    assert not np.array_equal(tab.samples.class_strip.pictures, before)
    tab.samples.reset.click()
    assert np.array_equal(tab.samples.class_strip.pictures, before)
    tab.samples.again.click()
    assert not np.array_equal(tab.samples.class_strip.pictures, before)
    tab.samples.classes.activated.emit(1)
    assert len(tab.samples.class_strip.pictures) == 16


def test_the_talks_direction_and_a_drawn_line(
    bench: Bench, tab: LatentTab, told: dict[int, list[Event]]
) -> None:
    bench.open(told[2])
    tab.drawers.choose(2)
    tab.path.preset.click()
    decoder = bench.on_view.decoder
    assert decoder is not None
    codes = np.stack([np.zeros(11), np.linspace(10, 5, 11)], axis=1).astype(np.float32)
    assert np.array_equal(tab.path.strip.pictures, decoder.decode(codes))
    tab.bar.choose_tool(Tool.PATH)
    bench.drag((-1.0, 0.0), (0.0, 0.5), (1.0, 1.0))
    wish = tab.path.wish
    assert wish is not None
    assert (*wish.start, *wish.end) == pytest.approx((-1, 0, 1, 1), abs=0.05)
    tab.path.dot.setValue(500)
    dot = tab.map.canvas.overlay.handles[2]
    assert dot == pytest.approx((0.0, 0.5), abs=0.05)
    bench.drag(dot, (0.5, 0.75))
    assert tab.path.wish is not None
    assert tab.path.wish.share == pytest.approx(0.75, abs=0.03)


def test_more_latents_by_axes_pca_and_tsne(
    bench: Bench, tab: LatentTab, told: dict[int, list[Event]]
) -> None:
    bench.open(told[5], 5)
    cloud = tab.scene.cloud
    assert cloud is not None
    tab.bar.first.setCurrentIndex(3)
    tab.bar.first.activated.emit(3)
    np.testing.assert_allclose(tab.scene.points, cloud.mu[:, [3, 1]], atol=1e-6)
    tab.bar.seen.setCurrentIndex(1)
    tab.bar.seen.activated.emit(1)
    assert "% of the variance" in tab.scene.axes[0]
    bench.hover(*(float(value) for value in tab.scene.points[3]))
    reading = tab.under_mouse.reading
    assert reading is not None
    assert reading.code is not None
    assert tab.scene.linear is not None
    back = tab.scene.linear.place(reading.code[None])[0]
    assert back == pytest.approx((reading.x, reading.y), abs=1e-4)
    tab.bar.seen.setCurrentIndex(2)
    tab.bar.seen.activated.emit(2)
    bench.qtbot.waitUntil(lambda: tab.scene.view.kind == "tsne", timeout=60_000)
    assert not tab.job.isVisible()
    bench.hover(*(float(value) for value in tab.scene.points[3]))
    assert "no way back" in tab.under_mouse.hint.text()
    assert tab.under_mouse.reading is not None
    assert tab.under_mouse.reading.decoded is None
    assert tab.under_mouse.reading.near is not None


def test_another_run_ends_tsne(bench: Bench, tab: LatentTab, told: dict[int, list[Event]]) -> None:
    bench.open(told[5], 5)
    tab.bar.seen.activated.emit(tab.bar.seen.findData("tsne"))
    tab.bar.seen.setCurrentIndex(2)
    tab.bar.seen.activated.emit(2)
    bench.open(told[2])
    bench.qtbot.waitUntil(lambda: not tab.job.isVisible(), timeout=TIMEOUT)
    assert tab.scene.view.kind == "latents"
    assert tab.scene.latent_dim == 2


def test_one_latent_is_a_strip_with_densities(
    bench: Bench, tab: LatentTab, told: dict[int, list[Event]]
) -> None:
    bench.open(told[1], 1)
    assert tab.scene.is_strip
    assert len(tab.map.canvas.overlay.curves) == 2
    bench.hover(0.3, 0.5)
    assert tab.under_mouse.reading is not None
    assert tab.under_mouse.reading.code == pytest.approx([0.3], abs=0.05)


def test_codes_that_are_not_finite_are_said(
    bench: Bench, tab: LatentTab, told: dict[int, list[Event]]
) -> None:
    bench.begin()
    bench.on_view.take(told[2][0])
    last = told[2][-1]
    assert isinstance(last, Snapshot)
    broken = {name: np.full_like(weight, np.nan) for name, weight in last.weights.items()}
    bench.on_view.take(Snapshot(1, 99, broken))
    bench.wait_for_codes()
    assert "not finite numbers" in tab.layers.caption.text()
    bench.hover(0.0, 0.0)
    tab.drawers.choose(1)
    assert "finite" in tab.samples.sentence.text()
    for layer in ("tiles", "density"):
        tab.layers.layers[layer].click()
    bench.tick()
    assert not tab.map.grab().isNull()


def test_a_classifier_run_has_no_map(bench: Bench, tab: LatentTab, folder: Path) -> None:
    config = config_for(folder)
    model = config.model.model_copy(update={"kind": "classifier"})
    bench.begin(config=config.model_copy(update={"model": model}))
    assert "no latent space" in tab.waiting.sentence.text()
    assert tab.waiting.isVisible()


def test_one_class_only_is_said(bench: Bench, tab: LatentTab, told: dict[int, list[Event]]) -> None:
    bench.open(told[2])
    pictures = tab.scene.pictures
    assert pictures is not None
    assert pictures.labels is not None
    pictures.labels[:] = 0
    tab.drawers.choose(1)
    assert "one class only" in tab.samples.sentence.text()
    assert len(tab.samples.class_strip.pictures) == 1


def test_missing_data_is_said_in_place_of_the_map(
    bench: Bench, tab: LatentTab, told: dict[int, list[Event]], folder: Path
) -> None:
    config = config_for(folder).changed(data={"folder": "/nowhere"})
    bench.begin(config=config)
    for event in told[2][:2]:
        bench.on_view.take(event)
    bench.qtbot.waitUntil(lambda: "/nowhere" in tab.waiting.sentence.text(), timeout=TIMEOUT)
    assert tab.waiting.isVisible()
