"""Drawing with a real mouse, and what the model makes of it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from pytestqt.qtbot import QtBot

from tests.fakes import RecordedAnswers
from tests.samples import tiny_dataset
from tests.ui.strips.conftest import LinearCoder, Open, Show
from vae_desktop.core.handwriting import normalised
from vae_desktop.core.projection import two_latents
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.state import Failure
from vae_desktop.ui.draw_seen import AS_DRAWN, AS_MNIST
from vae_desktop.ui.draw_strip import DrawStrip
from vae_desktop.ui.map_canvas import Overlay
from vae_desktop.ui.pictures import to_image

DIGIT = (1, 28, 28)
SEVEN = ((0.3, 0.25), (0.5, 0.24), (0.7, 0.25), (0.6, 0.5), (0.5, 0.8))


@pytest.fixture
def strip(on_view: RunOnView, answers: RecordedAnswers) -> DrawStrip:
    return DrawStrip(on_view, answers)


@pytest.fixture
def coder(strip: DrawStrip, show_run: Show, open_strip: Open) -> LinearCoder:
    coder = show_run(shape=DIGIT)
    open_strip(strip)
    return coder


def pull(
    qtbot: QtBot,
    strip: DrawStrip,
    points: tuple[tuple[float, float], ...],
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
) -> None:
    """Press at the first point (shares of the sheet), move through the others, let go."""
    area = strip.canvas.area()
    places = [QPoint(round(x * area.width()), round(y * area.height())) for x, y in points]
    qtbot.mousePress(strip.canvas, button, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(strip.canvas, place)
        strip.catch_up(0.0)
    qtbot.mouseRelease(strip.canvas, button, pos=places[-1])
    strip.catch_up(0.0)


def test_a_stroke_is_normalised_encoded_and_rebuilt(
    qtbot: QtBot, strip: DrawStrip, coder: LinearCoder, on_view: RunOnView
) -> None:
    pull(qtbot, strip, SEVEN)
    expected = normalised(strip.sheet.ink())
    assert (strip.seen.normal.picture == expected).all()
    assert on_view.picture is not None
    assert (on_view.picture == expected[None]).all()
    mu, _ = coder.encode(expected[None, None])
    assert strip.mu == pytest.approx(mu[0])
    assert (strip.answer.rebuilt.picture == coder.decode(mu)[0, 0]).all()
    assert on_view.z == pytest.approx(mu[0])
    overlay = strip.onto(Overlay(), two_latents(2))
    ((ellipse, _),) = overlay.gaussians
    assert (ellipse.x, ellipse.y) == pytest.approx(tuple(mu[0]), abs=1e-5)
    assert {round(ellipse.major, 4), round(ellipse.minor, 4)} == {0.3, 0.6}
    assert overlay.marks[0] == pytest.approx(mu[0], abs=1e-5)


def test_the_trail_fades_and_grows_while_one_draws(
    qtbot: QtBot, strip: DrawStrip, coder: LinearCoder
) -> None:
    pull(qtbot, strip, SEVEN)
    assert 2 < len(strip.trail.mu) <= len(SEVEN) + 1
    curves = strip.onto(Overlay(), two_latents(2)).curves
    opacities = [colour.alphaF() for _, colour in curves]
    assert opacities == sorted(opacities)
    assert len(curves) == 2 * (len(strip.trail.mu) - 1)


def test_the_trail_is_by_the_newest_weights(
    qtbot: QtBot, strip: DrawStrip, coder: LinearCoder, on_view: RunOnView
) -> None:
    pull(qtbot, strip, SEVEN)
    before, z = strip.trail.mu.copy(), on_view.z
    coder.weights, coder.step = 2 * coder.weights, 11
    on_view.weights_changed.emit(11)
    strip.catch_up(0.0)
    assert np.allclose(strip.trail.mu, 2 * before, atol=1e-5)
    assert z is not None
    assert on_view.z == pytest.approx(2 * z, abs=1e-5)
    on_view.set_z(np.array([0.5, 0.5]))  # the user goes elsewhere
    on_view.weights_changed.emit(12)
    strip.catch_up(0.0)
    assert on_view.z == pytest.approx([0.5, 0.5])


def test_without_follow_the_code_moves_on_request_only(
    qtbot: QtBot, strip: DrawStrip, coder: LinearCoder, on_view: RunOnView
) -> None:
    qtbot.mouseClick(strip.answer.follow, Qt.MouseButton.LeftButton)
    pull(qtbot, strip, SEVEN)
    assert on_view.z is not None
    assert not on_view.z.any()
    qtbot.mouseClick(strip.answer.go, Qt.MouseButton.LeftButton)
    assert on_view.z == pytest.approx(strip.mu)


def test_the_whole_sheet_can_be_what_the_model_sees(
    qtbot: QtBot, strip: DrawStrip, coder: LinearCoder, on_view: RunOnView
) -> None:
    pull(qtbot, strip, SEVEN)
    qtbot.mouseClick(strip.seen.raw, Qt.MouseButton.LeftButton)
    strip.catch_up(0.0)
    assert strip.seen.stage.index == AS_DRAWN
    small = strip.sheet.ink().reshape(28, 10, 28, 10).mean(axis=(1, 3))
    assert on_view.picture is not None
    assert np.abs(on_view.picture[0] - small).max() <= 0.5


def test_eraser_undo_redo_and_clear_by_mouse_and_keys(
    qtbot: QtBot, strip: DrawStrip, coder: LinearCoder, on_view: RunOnView
) -> None:
    left = Qt.MouseButton.LeftButton
    pull(qtbot, strip, SEVEN)
    drawn = strip.sheet.ink().copy()
    pull(qtbot, strip, ((0.2, 0.25), (0.8, 0.25)), Qt.MouseButton.RightButton)
    erased = strip.sheet.ink().copy()
    assert erased.sum() < drawn.sum()
    qtbot.keyClick(strip.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (strip.sheet.ink() == drawn).all()
    qtbot.mouseClick(strip.tools.redo, left)
    assert (strip.sheet.ink() == erased).all()
    strip.tools.tools.choose(1)
    pull(qtbot, strip, SEVEN)
    assert strip.sheet.ink().sum() < 0.2 * drawn.sum()
    strip.catch_up(0.0)
    qtbot.mouseClick(strip.tools.clear, left)
    strip.catch_up(0.0)
    assert strip.sheet.is_empty
    assert on_view.picture is None
    qtbot.mouseClick(strip.tools.undo, left)
    assert not strip.sheet.is_empty


def test_the_pen_is_as_thick_as_it_says(qtbot: QtBot, strip: DrawStrip, coder: LinearCoder) -> None:
    strip.tools.pen.set_value(4)
    pull(qtbot, strip, ((0.2, 0.5), (0.5, 0.5), (0.8, 0.5)))
    middle = strip.sheet.ink()[:, 140]
    assert middle.sum() / 255 == pytest.approx(40, abs=1)


def test_an_empty_drawing_gets_a_sentence(
    qtbot: QtBot, strip: DrawStrip, coder: LinearCoder, on_view: RunOnView
) -> None:
    assert "Nothing is drawn yet" in strip.answer.hint.text()
    assert not strip.answer.go.isEnabled()
    pull(qtbot, strip, ((0.5, 0.5), (0.6, 0.6)), Qt.MouseButton.RightButton)
    assert "Nothing is drawn yet" in strip.answer.hint.text()
    assert on_view.picture is None


class Oracle:
    """Reads how bright a picture is."""

    name = "oracle"
    class_names = ("dark", "dim", "bright", "glaring")

    def probabilities(self, pictures: np.ndarray) -> np.ndarray:
        light = pictures.mean(axis=(1, 2, 3)) / 255
        return np.stack([0.6 - light, light, np.full_like(light, 0.3), 0 * light + 0.1], axis=1)

    def classes(self, pictures: np.ndarray) -> np.ndarray:
        return self.probabilities(pictures).argmax(axis=1)


def test_a_classifier_reads_the_picture(
    qtbot: QtBot, strip: DrawStrip, coder: LinearCoder, on_view: RunOnView
) -> None:
    pull(qtbot, strip, SEVEN)
    assert "no classifier" in strip.answer.reader.text()
    on_view.judge = Oracle()
    on_view.judge_changed.emit()
    strip.catch_up(0.0)
    assert on_view.picture is not None
    light = on_view.picture.mean() / 255
    lines = dict(strip.answer.verdict.lines)
    assert list(lines)[:2] == ["dark", "bright"]
    assert lines["dark"] == pytest.approx(0.6 - light)
    assert len(lines) == 3
    assert "oracle" in strip.answer.reader.text()


def test_a_test_image_can_be_the_input_and_drawn_on(
    qtbot: QtBot, strip: DrawStrip, show_run: Show, open_strip: Open, on_view: RunOnView
) -> None:
    coder = show_run()
    open_strip(strip)
    qtbot.waitUntil(lambda: on_view.dataset is not None, timeout=10_000)
    strip.tools.index.setValue(7)
    strip.catch_up(0.0)
    image = tiny_dataset().test.images[7]
    assert on_view.picture is not None
    assert (on_view.picture == image).all()
    assert strip.mu == pytest.approx(coder.encode(image[None])[0][0])
    assert "test image 7" in strip.answer.where.text()
    pull(qtbot, strip, SEVEN)
    assert (on_view.picture != image).any()
    qtbot.mouseClick(strip.tools.random, Qt.MouseButton.LeftButton)
    strip.catch_up(0.0)
    chosen = tiny_dataset().test.images[strip.tools.index.value()]
    assert (on_view.picture == chosen).all()


def test_the_first_test_image_is_taken_with_enter(
    qtbot: QtBot, strip: DrawStrip, show_run: Show, open_strip: Open, on_view: RunOnView
) -> None:
    show_run()
    open_strip(strip)
    qtbot.waitUntil(lambda: on_view.dataset is not None, timeout=10_000)
    assert strip.tools.index.value() == 0
    qtbot.keyClick(strip.tools.index, Qt.Key.Key_Return)
    strip.catch_up(0.0)
    assert on_view.picture is not None
    assert (on_view.picture == tiny_dataset().test.images[0]).all()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Return):
        qtbot.keyClick(strip.tools.index, key)
    strip.sheet.undo()
    assert (strip.sheet.base == tiny_dataset().test.images[0]).all(), "taken once, not twice"


def drop(strip: DrawStrip, data: QMimeData) -> None:
    event = QDropEvent(
        QPointF(20, 20),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    strip.dropEvent(event)


def test_a_dropped_file_is_the_input(
    qtbot: QtBot, strip: DrawStrip, coder: LinearCoder, on_view: RunOnView, tmp_path: Path
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "mine.png")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "mine.png"))])
    with qtbot.waitSignal(strip.input.taken, timeout=10_000):
        drop(strip, data)
    strip.catch_up(0.0)
    assert on_view.picture is not None
    assert (on_view.picture == pixels[None]).all()
    assert "mine.png" in strip.answer.where.text()


def test_a_file_chosen_in_the_dialog_is_the_input(
    qtbot: QtBot,
    strip: DrawStrip,
    coder: LinearCoder,
    on_view: RunOnView,
    answers: RecordedAnswers,
    tmp_path: Path,
) -> None:
    answers.file = tmp_path / "grey.png"
    Image.fromarray(np.full((56, 56), 99, np.uint8)).save(answers.file)
    with qtbot.waitSignal(strip.input.taken, timeout=10_000):
        qtbot.mouseClick(strip.tools.file, Qt.MouseButton.LeftButton)
    strip.catch_up(0.0)
    assert on_view.picture is not None
    assert (on_view.picture == 99).all()


def test_a_picture_in_the_clipboard_is_the_input(
    qtbot: QtBot, strip: DrawStrip, coder: LinearCoder, on_view: RunOnView
) -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (1, 28, 28), np.uint8)
    QGuiApplication.clipboard().setImage(to_image(pixels))
    with qtbot.waitSignal(strip.input.taken, timeout=10_000):
        qtbot.keyClick(strip.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    strip.catch_up(0.0)
    assert on_view.picture is not None
    assert (on_view.picture == pixels).all()


def test_an_empty_clipboard_gets_a_sentence(
    qtbot: QtBot, strip: DrawStrip, coder: LinearCoder
) -> None:
    QGuiApplication.clipboard().clear()
    for nothing in (strip.tools.paste.click, lambda: strip.input.take_mime(None)):
        with qtbot.waitSignal(strip.failed) as told:
            nothing()
        assert "no picture in the clipboard" in told.args[0].sentence


def test_what_is_no_picture_gets_a_sentence(
    qtbot: QtBot, strip: DrawStrip, coder: LinearCoder, on_view: RunOnView, tmp_path: Path
) -> None:
    told: list[Failure] = []
    strip.failed.connect(told.append)
    (tmp_path / "notes.txt").write_text("no picture")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "notes.txt"))])
    with qtbot.waitSignal(strip.input.failed, timeout=10_000):
        drop(strip, data)
    QGuiApplication.clipboard().setText("no picture either")
    qtbot.mouseClick(strip.tools.paste, Qt.MouseButton.LeftButton)
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/picture.png")])
    drop(strip, data)
    sentences = [failure.sentence for failure in told]
    assert sentences[0].startswith("notes.txt cannot be used. It is not a picture")
    assert "no picture in the clipboard" in sentences[1]
    assert "no file of this machine" in sentences[2]
    assert on_view.picture is None


def test_a_file_without_a_run_gets_a_sentence(
    qtbot: QtBot, strip: DrawStrip, open_strip: Open, tmp_path: Path
) -> None:
    open_strip(strip)
    with qtbot.waitSignal(strip.failed) as caught:
        strip.input.take_file(tmp_path / "any.png")
    assert "no model yet" in caught.args[0].sentence


def test_a_picture_put_in_elsewhere_is_shown(
    strip: DrawStrip, coder: LinearCoder, on_view: RunOnView
) -> None:
    picture = np.full(DIGIT, 40, np.uint8)
    on_view.set_picture(picture)
    strip.catch_up(0.0)
    assert (strip.sheet.as_it_is() == picture).all()
    on_view.set_picture(None)
    strip.catch_up(0.0)
    assert strip.sheet.is_empty


def test_the_drawing_stays_for_the_next_run(
    qtbot: QtBot, strip: DrawStrip, coder: LinearCoder, show_run: Show, on_view: RunOnView
) -> None:
    pull(qtbot, strip, SEVEN)
    picture = on_view.picture
    assert picture is not None
    other = show_run(latents=5, shape=DIGIT)
    strip.catch_up(0.0)
    assert on_view.picture is not None
    assert (on_view.picture == picture).all()
    assert strip.mu == pytest.approx(other.encode(picture[None])[0][0])
    show_run()  # pictures of 8×8: another sheet
    strip.catch_up(0.0)
    assert strip.sheet.shape == (1, 8, 8)
    assert strip.sheet.is_empty


def test_an_autoencoder_has_no_ellipse_but_a_trail(
    qtbot: QtBot, strip: DrawStrip, show_run: Show, open_strip: Open
) -> None:
    show_run(kind="autoencoder", shape=DIGIT)
    open_strip(strip)
    pull(qtbot, strip, SEVEN)
    overlay = strip.onto(Overlay(), two_latents(2))
    assert not overlay.gaussians
    assert len(overlay.marks) == 1
    assert len(overlay.curves) == len(strip.trail.mu) - 1
    assert "a point" in strip.answer.deviation.text()


def test_stages_begin_as_suits_the_pictures(
    strip: DrawStrip, show_run: Show, open_strip: Open
) -> None:
    show_run(shape=DIGIT)
    open_strip(strip)
    assert strip.seen.stage.index == AS_MNIST
    show_run()
    strip.catch_up(0.0)
    assert strip.seen.stage.index == AS_DRAWN
