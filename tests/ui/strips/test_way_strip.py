"""A way over the pad, its film and its dot, under a real mouse."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.fakes import RecordedAnswers
from tests.ui.strips.conftest import LinearCoder, Open, Show
from vae_desktop.core.imaging import read_png, untile
from vae_desktop.core.paths import SMOOTH, SPHERICAL
from vae_desktop.core.projection import LinearMap, two_latents
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.map_canvas import Overlay
from vae_desktop.ui.way_strip import MOST_CORNERS, WayStrip

LEFT = Qt.MouseButton.LeftButton
PLANE = two_latents(2)
CORNER = np.array([[-1.0, 0.0], [1.0, 0.0], [1.0, 2.0]])


@pytest.fixture
def strip(on_view: RunOnView, answers: RecordedAnswers) -> WayStrip:
    return WayStrip(on_view, answers)


@pytest.fixture
def coder(strip: WayStrip, show_run: Show, open_strip: Open) -> LinearCoder:
    coder = show_run()
    open_strip(strip)
    return coder


def wait_for_film(qtbot: QtBot, strip: WayStrip) -> np.ndarray:
    strip.catch_up(0.0)
    qtbot.waitUntil(lambda: not strip._decoder.busy, timeout=10_000)
    return strip.film.pictures


def test_a_line_over_the_pad_becomes_a_film(
    qtbot: QtBot, strip: WayStrip, coder: LinearCoder, on_view: RunOnView
) -> None:
    assert strip.hint.isVisible()
    strip.take_line(CORNER, PLANE)
    strip.number.setValue(5)
    film = wait_for_film(qtbot, strip)
    expected = np.array([[-1, 0], [0, 0], [1, 0], [1, 1], [1, 2]], np.float32)
    assert (film == coder.decode(expected)).all()
    assert on_view.z == pytest.approx([-1, 0])
    assert not strip.hint.isVisible()
    overlay = strip.onto(Overlay(), PLANE)
    assert overlay.stops == pytest.approx(expected)
    assert overlay.path[0] == pytest.approx([-1, 0])
    assert overlay.path[-1] == pytest.approx([1, 2])
    assert np.array(overlay.handles) == pytest.approx(np.array([[-1, 0], *CORNER]))


def test_the_dot_is_the_current_code(
    qtbot: QtBot, strip: WayStrip, coder: LinearCoder, on_view: RunOnView
) -> None:
    strip.take_line(CORNER, PLANE)
    wait_for_film(qtbot, strip)
    strip.onto(Overlay(), PLANE)
    strip.dot.setValue(500)
    assert on_view.z == pytest.approx([1, 0], abs=1e-5)
    strip.drag(0, 1.4, 1.5)  # the nearest place of the way is (1, 1.5)
    assert on_view.z == pytest.approx([1, 1.5], abs=0.01)
    assert strip.dot.value() == pytest.approx(875, abs=2)
    film = strip.film
    qtbot.mouseClick(film, LEFT, pos=film.cell(len(film.pictures) - 1).center().toPoint())
    assert on_view.z == pytest.approx([1, 2], abs=1e-5)
    assert film.marked == len(film.pictures) - 1


def test_a_corner_can_be_dragged_and_only_what_is_seen_moves(
    strip: WayStrip, show_run: Show, open_strip: Open
) -> None:
    show_run(latents=4)
    open_strip(strip)
    plane = two_latents(4, 1, 3)
    strip.take_line(CORNER, plane)
    other = LinearMap(np.eye(4)[[0, 1]], np.array([0, 0, 7.0, 0]), ("a", "b"))
    strip.onto(Overlay(), other)
    strip.drag(2, 5.0, -3.0)  # handle 0 is the dot
    assert strip.corners[1] == pytest.approx([5, -3, 0, 0])
    assert strip.corners[2] == pytest.approx([0, 1, 0, 2])


def test_ways_are_straight_smooth_or_spherical(
    qtbot: QtBot, strip: WayStrip, coder: LinearCoder
) -> None:
    strip.take_line(np.array([[2.0, 0.0], [0.0, 2.0], [-2.0, 0.0]]), PLANE)
    strip.ways.choose(SPHERICAL)
    wait_for_film(qtbot, strip)
    assert strip.shown is not None
    assert np.linalg.norm(strip.shown.codes, axis=1) == pytest.approx(2, abs=1e-3)
    strip.ways.choose(SMOOTH)
    wait_for_film(qtbot, strip)
    lengths = np.linalg.norm(strip.shown.codes, axis=1)
    assert lengths.min() > 1.5
    assert lengths.max() == pytest.approx(2, abs=0.2)


def test_a_free_line_becomes_a_few_codes(strip: WayStrip, coder: LinearCoder) -> None:
    turn = np.linspace(0, np.pi, 300)
    strip.take_line(np.stack([np.cos(turn), np.sin(turn)], axis=1), PLANE)
    assert len(strip.corners) == MOST_CORNERS
    assert strip.corners[0] == pytest.approx([1, 0], abs=1e-6)
    assert strip.corners[-1] == pytest.approx([-1, 0], abs=1e-6)
    assert len(strip.onto(Overlay(), PLANE).handles) == 3


def test_codes_can_be_added_one_by_one(
    qtbot: QtBot, strip: WayStrip, coder: LinearCoder, on_view: RunOnView
) -> None:
    qtbot.mouseClick(strip.add, LEFT)
    assert len(strip.onto(Overlay(), PLANE).marks) == 1
    assert not strip.dot.isEnabled()
    on_view.set_z(np.array([1.0, 1.0]))
    qtbot.mouseClick(strip.add, LEFT)
    assert strip.corners == pytest.approx(np.array([[0, 0], [1, 1]]))
    assert len(wait_for_film(qtbot, strip)) == strip.number.value()
    qtbot.mouseClick(strip.clear, LEFT)
    assert not strip.has_way
    assert strip.hint.isVisible()


def test_the_dot_walks_there_and_back(
    qtbot: QtBot, strip: WayStrip, coder: LinearCoder, on_view: RunOnView
) -> None:
    strip.take_line(CORNER, PLANE)
    strip.dot.setValue(998)
    qtbot.mouseClick(strip.play, LEFT)
    shares = []
    on_view.z_changed.connect(lambda: shares.append(strip.share))
    for _ in range(3):
        strip._on_walk()
    assert shares[:2] == [1.0, pytest.approx(0.995)]
    strip.hide()
    assert not strip.play.isChecked()
    assert not strip._walk.isActive()


def test_the_film_is_saved_as_png_and_gif(
    qtbot: QtBot,
    strip: WayStrip,
    coder: LinearCoder,
    answers: RecordedAnswers,
    tmp_path: Path,
) -> None:
    strip.take_line(CORNER, PLANE)
    strip.number.setValue(6)
    film = wait_for_film(qtbot, strip)
    answers.file = tmp_path / "path.png"
    with qtbot.waitSignal(strip.noticed):
        qtbot.mouseClick(strip.png, LEFT)
    assert (untile(read_png(answers.file), (1, 8, 8), 6, 2) == film).all()
    answers.file = tmp_path / "path.gif"
    with qtbot.waitSignal(strip.noticed):
        qtbot.mouseClick(strip.gif, LEFT)
    with Image.open(answers.file) as image:
        assert image.n_frames == 10  # six there, four back
        first = np.asarray(image.convert("L"))
    side = first.shape[0] // 8
    assert (first[side // 2 :: side, side // 2 :: side] == film[0, 0]).all()


def test_newer_weights_make_a_newer_film_and_leave_the_code(
    qtbot: QtBot, strip: WayStrip, coder: LinearCoder, on_view: RunOnView
) -> None:
    strip.take_line(CORNER, PLANE)
    wait_for_film(qtbot, strip)
    on_view.set_z(np.array([0.3, 0.3]))
    coder.weights, coder.step = -coder.weights, 11
    on_view.weights_changed.emit(11)
    film = wait_for_film(qtbot, strip)
    assert strip.shown is not None
    assert (film == coder.decode(strip.shown.codes)).all()
    assert on_view.z == pytest.approx([0.3, 0.3])


def test_another_run_forgets_the_way(strip: WayStrip, coder: LinearCoder, show_run: Show) -> None:
    strip.take_line(CORNER, PLANE)
    show_run(latents=3)
    assert not strip.has_way
    assert strip.onto(Overlay(), two_latents(3)).path.size == 0
