"""A − B + C with codes from everywhere, against the model's own decode."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.samples import tiny_dataset
from tests.ui.strips.conftest import LinearCoder, Open, Show
from vae_desktop.core.data.dataset import Part
from vae_desktop.core.projection import two_latents
from vae_desktop.session.clouds import CloudSource
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.arithmetic_strip import FARTHEST, PICTURES, ArithmeticStrip, arrow
from vae_desktop.ui.map_canvas import Overlay

LEFT = Qt.MouseButton.LeftButton
A, B, C = np.array([[1.0, 0.5], [0.25, -0.5], [-1.0, 0.25]], np.float32)


@pytest.fixture
def strip(on_view: RunOnView, codes: CloudSource) -> ArithmeticStrip:
    return ArithmeticStrip(on_view, codes)


@pytest.fixture
def coder(strip: ArithmeticStrip, show_run: Show, open_strip: Open) -> LinearCoder:
    coder = show_run()
    open_strip(strip)
    return coder


@pytest.fixture
def filled(strip: ArithmeticStrip, coder: LinearCoder, on_view: RunOnView) -> ArithmeticStrip:
    for slot, code in zip(strip.slots, (A, B, C), strict=True):
        on_view.set_z(code)
        slot.current.trigger()
    strip.catch_up(0.0)
    return strip


def test_the_result_is_a_minus_b_plus_c(filled: ArithmeticStrip, coder: LinearCoder) -> None:
    assert (filled.result.picture == coder.decode((A - B + C)[None])[0, 0]).all()
    for slot, code in zip(filled.slots, (A, B, C), strict=True):
        assert (slot.view.picture == coder.decode(code[None])[0, 0]).all()
    shares = np.linspace(0, FARTHEST, PICTURES)[:, None]
    expected = coder.decode((C + shares * (A - B)).astype(np.float32))
    assert (filled.film.pictures == expected).all()


def test_the_slider_goes_along_the_arrow(
    qtbot: QtBot, filled: ArithmeticStrip, coder: LinearCoder, on_view: RunOnView
) -> None:
    filled.slider.setValue(500)
    filled.catch_up(0.0)
    half = C + (A - B) / 2
    assert on_view.z == pytest.approx(half)
    assert (filled.result.picture == coder.decode(half[None])[0, 0]).all()
    filled.follow.click()
    filled.slider.setValue(0)
    assert on_view.z == pytest.approx(half)
    qtbot.mouseClick(filled.go, LEFT)
    assert on_view.z == pytest.approx(C)
    film = filled.film
    qtbot.mouseClick(film, LEFT, pos=film.cell(2).center().toPoint())
    assert filled.share == pytest.approx(0.5)


def test_the_arrow_is_over_the_pad_and_can_be_dragged(
    filled: ArithmeticStrip, on_view: RunOnView
) -> None:
    overlay = filled.onto(Overlay(), two_latents(2))
    difference, way = (line for line, _ in overlay.curves)
    assert (difference[0], difference[1]) == (pytest.approx(B), pytest.approx(A))
    assert (way[0], way[1]) == (pytest.approx(C), pytest.approx(A - B + C))
    assert [name for *_, name in overlay.words] == ["A", "B", "C"]
    assert overlay.handles[0] == pytest.approx(tuple(A - B + C))
    across = np.array([-(A - B)[1], (A - B)[0]])
    filled.drag(0, *(C + 0.25 * (A - B) + 0.1 * across))
    assert filled.share == pytest.approx(0.25, abs=0.002)
    filled.drag(0, *(C - 5 * (A - B)))
    assert filled.share == 0
    filled.drag(0, *(C + 9 * (A - B)))
    assert filled.share == FARTHEST


def test_slots_take_test_images_the_drawn_picture_and_means_of_classes(
    qtbot: QtBot,
    strip: ArithmeticStrip,
    coder: LinearCoder,
    on_view: RunOnView,
    codes: CloudSource,
) -> None:
    qtbot.waitUntil(lambda: on_view.dataset is not None, timeout=10_000)
    assert on_view.dataset is not None
    test = tiny_dataset().test
    a, b, c = strip.slots
    for slot in strip.slots:
        slot.menu.aboutToShow.emit()
    assert not a.drawn.isEnabled()
    assert a.index.maximum() == len(test) - 1
    a.index.setValue(11)
    a.take_index.click()
    on_view.set_picture(test.images[3])
    b.menu.aboutToShow.emit()
    b.drawn.trigger()
    mean = c.classes.actions()[1]
    assert mean.text() == on_view.dataset.label_names[1]
    mean.trigger()
    strip.catch_up(0.0)
    assert "on their way" in strip.hint.text()
    qtbot.waitUntil(lambda: codes.cloud is not None, timeout=10_000)
    strip.catch_up(0.0)
    mu, _ = coder.encode(test.images)
    expected = mu[11], mu[3], mu[test.labels == 1].mean(axis=0)
    assert strip.known == pytest.approx(np.stack(expected), abs=1e-5)
    assert (a.view.picture[:, :8] == test.images[11, 0]).all()
    assert "test 11" in a.caption.text()
    coder.weights = 2 * coder.weights  # pictures are encoded anew
    on_view.weights_changed.emit(11)
    strip.catch_up(0.0)
    assert strip.known is not None
    assert strip.known[0] == pytest.approx(2 * mu[11], abs=1e-5)
    a.random.trigger()
    strip.catch_up(0.0)
    assert a.caption.text().startswith("test ")


def test_empty_slots_get_a_sentence(
    strip: ArithmeticStrip, coder: LinearCoder, on_view: RunOnView
) -> None:
    assert "Fill A, B and C" in strip.hint.text()
    assert not strip.slider.isEnabled()
    strip.slots[1].take_current()
    strip.catch_up(0.0)
    assert "Fill A, B and C" in strip.hint.text()
    assert strip.slots[1].view.picture.shape == (8, 8)
    assert not strip.onto(Overlay(), two_latents(2)).curves


def test_another_run_empties_the_slots(filled: ArithmeticStrip, show_run: Show) -> None:
    show_run(latents=3)
    filled.catch_up(0.0)
    assert all(slot.origin is None for slot in filled.slots)
    assert not filled.onto(Overlay(), two_latents(3)).curves


def test_an_arrow_has_a_head_at_its_end() -> None:
    line = arrow((0, 0), (10, 0))
    assert line[1] == pytest.approx([10, 0])
    assert line[2][0] == pytest.approx(line[4][0])
    assert line[2][1] == pytest.approx(-line[4][1])
    assert 8.5 < line[2][0] < 9.5


def test_a_slot_takes_the_mean_of_the_selection(
    strip: ArithmeticStrip, coder: LinearCoder, on_view: RunOnView
) -> None:
    slot = strip.slots[0]
    slot.menu.aboutToShow.emit()
    assert not slot.selected.isEnabled()
    images = tiny_dataset().test.images[2:6]
    on_view.set_selection(Part(images))
    slot.menu.aboutToShow.emit()
    slot.selected.trigger()
    strip.catch_up(0.0)
    mean = coder.encode(images)[0].mean(axis=0)
    assert (slot.view.picture == coder.decode(mean[None])[0, 0]).all()
    assert "4 selected" in slot.caption.text()
