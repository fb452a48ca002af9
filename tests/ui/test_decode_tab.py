"""The Decode tab with a real model and real background work, under mouse and keys."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.fakes import RecordedAnswers, evaluation
from tests.samples import tiny_dataset, write_idx_folder
from vae_desktop.core.config import RunConfig
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.events import Evaluation, Event, Prepared, Snapshot
from vae_desktop.core.projection import LinearMap
from vae_desktop.core.training import train
from vae_desktop.session.judging import JudgeSource
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.session import OpenedRun
from vae_desktop.session.state import State
from vae_desktop.ui.decode_tab import DecodeTab
from vae_desktop.ui.latent_row import LatentRow
from vae_desktop.ui.latent_tab import LatentTab
from vae_desktop.ui.map_canvas import Overlay
from vae_desktop.ui.map_gestures import Tool
from vae_desktop.ui.strip import DecodeStrip

TIMEOUT = 20_000
SIDE = 12
LEFT = Qt.MouseButton.LeftButton
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


class RecordingStrip(DecodeStrip):
    """Takes lines and a handle, and remembers what it was told."""

    title, tip, takes_lines = "Recorder", "Remembers.", True

    def __init__(self, on_view: RunOnView) -> None:
        super().__init__(on_view)
        self.handle = (1.0, 1.0)
        self.lines: list[tuple[NDArray[np.floating], LinearMap]] = []
        self.drags: list[tuple[int, float, float]] = []

    def onto(self, overlay: Overlay, plane: LinearMap) -> Overlay:
        return Overlay(prior=overlay.prior, handles=[self.handle])

    def drag(self, handle: int, x: float, y: float) -> None:
        self.drags.append((handle, x, y))

    def take_line(self, line: NDArray[np.floating], plane: LinearMap) -> None:
        self.lines.append((line, plane))


class Reader:
    """Reads every picture as vertical, surely."""

    name, class_names = "reader", ("horizontal", "vertical")

    def probabilities(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.tile(np.array([[0.0, 1.0]], np.float32), (len(pictures), 1))

    def classes(self, pictures: NDArray[np.uint8]) -> NDArray[np.int64]:
        return np.ones(len(pictures), np.int64)


def dataset() -> Dataset:
    """With enough pixels for 128 latents."""
    return tiny_dataset(shape=(1, SIDE, SIDE))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_idx_folder(tmp_path_factory.mktemp("data"), dataset())


def config_for(folder: Path, latents: int = 2, kind: str = "vae") -> RunConfig:
    preset = RunConfig().changed(model={"kind": kind}) if kind == "vae" else autoencoder()
    data = {"source": "mnist", "folder": str(folder)}
    sizes = {"latent_dim": latents, "hidden": [24]}
    training = {"epochs": 2, "batch_size": 30, "threads": 1, "learning_rate": 3e-3}
    return preset.changed(data=data, model=sizes, training=training)


def autoencoder() -> RunConfig:
    return RunConfig.parse({"model": {"kind": "autoencoder"}})


@pytest.fixture(scope="module")
def told(folder: Path) -> dict[tuple[int, str], list[Event]]:
    """Events of a training, by number of latents and kind."""
    result = {}
    for latents, kind in ((2, "vae"), (1, "vae"), (5, "vae"), (128, "vae"), (2, "autoencoder")):
        events = train(config_for(folder, latents, kind), dataset())
        kept = [one for one in events if isinstance(one, Prepared | Snapshot | Evaluation)]
        result[latents, kind] = kept
    return result


@pytest.fixture
def recorder(on_view: RunOnView) -> RecordingStrip:
    return RecordingStrip(on_view)


@pytest.fixture
def tab(qtbot: QtBot, on_view: RunOnView, recorder: RecordingStrip) -> Iterator[DecodeTab]:
    tab = DecodeTab(on_view, [recorder])
    tab.chips.choose(1)
    tab.picture.moves.setChecked(False)
    tab.resize(1248, 660)
    tab.show()
    tab.activateWindow()
    yield tab
    tab.shutdown()


class Bench:
    """Opens runs in the tab and lets it tick."""

    def __init__(
        self,
        qtbot: QtBot,
        tab: DecodeTab,
        on_view: RunOnView,
        folder: Path,
        told: dict[tuple[int, str], list[Event]],
    ) -> None:
        self.qtbot, self.tab, self.on_view = qtbot, tab, on_view
        self.folder, self.told = folder, told

    def begin(self, config: RunConfig) -> None:
        self.on_view.show_run(config)
        self.tab.show_run(OpenedRun(1, self.folder, config))

    def open(self, latents: int = 2, kind: str = "vae", *, known: bool = False) -> None:
        self.begin(config_for(self.folder, latents, kind))
        for event in self.told[latents, kind]:
            self.on_view.take(event)
            self.tab.take(event)
        if known:
            trust = self.tab.trust
            self.qtbot.waitUntil(
                lambda: (
                    trust.known is not None
                    and self.on_view.decoder is not None
                    and trust.known.cloud.step == self.on_view.decoder.step
                ),
                timeout=TIMEOUT,
            )
        self.tick(40 if latents > 8 else 4)

    def tick(self, times: int = 4) -> None:
        for _ in range(times):
            for panel in self.tab.live_panels():
                if panel.isVisible():
                    panel.catch_up(0.0)

    @property
    def z(self) -> NDArray[np.float32]:
        assert self.on_view.z is not None
        return self.on_view.z

    def expected(self, z: NDArray[np.float32] | None = None) -> NDArray[np.uint8]:
        """What the model itself decodes the code to, (H, W)."""
        assert self.on_view.decoder is not None
        return self.on_view.decoder.decode((self.z if z is None else z)[None])[0, 0]

    def pixel(self, x: float, y: float) -> QPoint:
        px, py = self.tab.pad.view.to_pixels(np.array([(x, y)]))[0]
        return QPoint(round(px), round(py))

    def point(self, pixel: QPoint) -> tuple[float, float]:
        return self.tab.pad.view.to_point(pixel.x(), pixel.y())

    def drag(self, *points: tuple[float, float]) -> None:
        places = [self.pixel(*point) for point in points]
        self.qtbot.mousePress(self.tab.pad, LEFT, NONE, places[0])
        for place in places[1:]:
            self.qtbot.mouseMove(self.tab.pad, place)
        self.qtbot.mouseRelease(self.tab.pad, LEFT, NONE, places[-1])

    def wait_for_picture(self) -> None:
        picture = self.tab.picture
        self.qtbot.waitUntil(
            lambda: picture.code is not None and np.array_equal(picture.code, self.z)
        )

    def row(self, latent: int) -> LatentRow:
        rows = self.tab.sliders.rows[: len(self.tab.sliders.order)]
        return next(row for row in rows if row.latent == latent)


@pytest.fixture
def bench(
    qtbot: QtBot,
    tab: DecodeTab,
    on_view: RunOnView,
    folder: Path,
    told: dict[tuple[int, str], list[Event]],
) -> Bench:
    return Bench(qtbot, tab, on_view, folder, told)


def test_without_a_run_there_is_a_button_that_trains(tab: DecodeTab, qtbot: QtBot) -> None:
    assert tab.empty.isVisible()
    with qtbot.waitSignal(tab.start_requested):
        tab.empty.button.click()


def test_tab_goes_through_the_sliders_and_on(bench: Bench, tab: DecodeTab) -> None:
    bench.open(5)
    rows = [row for row in tab.sliders.rows if row.isVisible()]
    rows[0].slider.setFocus()
    met: list[QWidget] = []
    for _ in range(3 * len(rows) + 1):
        focus = tab.window().focusWidget()
        assert focus is not None
        met.append(focus)
        bench.qtbot.keyClick(focus, Qt.Key.Key_Tab)
    wanted = [part for row in rows for part in (row.slider, row.box, row.lock)]
    assert met == [*wanted, tab.sliders.sweep.play]


@pytest.mark.parametrize(
    ("kind", "words"), [("classifier", "has no codes"), ("vae", "with the first weights")]
)
def test_what_cannot_be_decoded_is_said(
    bench: Bench, tab: DecodeTab, kind: str, words: str
) -> None:
    config = config_for(bench.folder)
    model = config.model.model_copy(update={"kind": kind})
    bench.begin(config.model_copy(update={"model": model}))
    assert tab.waiting.isVisible()
    assert words in tab.waiting.sentence.text()


def test_dragging_on_the_pad_shows_what_the_model_decodes_there(
    bench: Bench, tab: DecodeTab
) -> None:
    bench.open()
    bench.drag((0, 0), (1.0, 0.5), (-1.5, 0.7))
    assert bench.z == pytest.approx(bench.point(bench.pixel(-1.5, 0.7)), abs=1e-5)
    bench.wait_for_picture()
    assert np.array_equal(tab.picture.view.picture, bench.expected())
    assert tab.pad.at == pytest.approx(bench.z)
    assert tab.picture.step.text() == "step 20"


def test_a_click_on_the_pad_is_enough(bench: Bench, tab: DecodeTab) -> None:
    bench.open()
    bench.qtbot.mouseClick(tab.pad, LEFT, NONE, bench.pixel(1.0, -1.0))
    assert bench.z == pytest.approx((1, -1), abs=0.03)


def test_however_fast_the_mouse_there_is_one_decoding_a_frame(
    bench: Bench, tab: DecodeTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.open()
    shown: list[NDArray[np.float32]] = []
    tab.picture.shown.connect(lambda: shown.append(bench.z.copy()))
    monkeypatch.setattr("vae_desktop.ui.decode_picture.FRAME", 1000.0)
    for step in range(100):
        tab.steering.hold(np.array([step / 50, 0], np.float32))
    assert len(shown) <= 1
    monkeypatch.setattr("vae_desktop.ui.decode_picture.FRAME", 0.0)
    tab.steering.hold(np.array([1, 1], np.float32))
    assert np.array_equal(shown[-1], [1, 1])
    assert np.array_equal(tab.picture.view.picture, bench.expected())


def test_the_newest_of_many_moves_is_shown_when_the_frame_is_over(
    bench: Bench, tab: DecodeTab
) -> None:
    bench.open()
    for step in range(50):
        tab.steering.hold(np.array([step / 25, 0], np.float32))
    bench.wait_for_picture()
    assert np.array_equal(tab.picture.view.picture, bench.expected())


def test_newer_weights_are_decoded_too(bench: Bench, tab: DecodeTab) -> None:
    bench.begin(config_for(bench.folder))
    prepared, first, *_ = bench.told[2, "vae"]
    last = next(e for e in reversed(bench.told[2, "vae"]) if isinstance(e, Snapshot))
    assert isinstance(first, Snapshot)
    for event in (prepared, first):
        bench.on_view.take(event)
    bench.tick()
    before = tab.picture.view.picture.copy()
    bench.on_view.take(last)
    bench.tick()
    assert not np.array_equal(tab.picture.view.picture, before)
    assert np.array_equal(tab.picture.view.picture, bench.expected())


def test_arrows_move_the_code_on_the_pad(bench: Bench, tab: DecodeTab) -> None:
    bench.open()
    scale = tab.pad.view.scale
    bench.qtbot.keyClick(tab.pad, Qt.Key.Key_Right)
    bench.qtbot.keyClick(tab.pad, Qt.Key.Key_Up, SHIFT)
    assert bench.z == pytest.approx((12 * scale, scale), abs=1e-5)


def test_all_tabs_share_the_code(
    bench: Bench, tab: DecodeTab, on_view: RunOnView, tmp_path: Path
) -> None:
    judges = JudgeSource(on_view, tmp_path / "runs", lambda: [])
    latent = LatentTab(on_view, judges, RecordedAnswers())
    latent.resize(1000, 600)
    latent.show()
    bench.open()
    latent.show_run(OpenedRun(1, bench.folder, config_for(bench.folder)))
    bench.qtbot.waitUntil(lambda: latent.scene.linear is not None, timeout=TIMEOUT)
    pixel = latent.map.view.to_pixels(np.array([(0.8, -0.4)]))[0]
    place = QPoint(round(pixel[0]), round(pixel[1]))
    bench.qtbot.mouseClick(latent.map, LEFT, NONE, place)
    bench.tick()
    assert bench.z == pytest.approx((0.8, -0.4), abs=0.05)
    assert np.array_equal(tab.picture.view.picture, bench.expected())
    assert tab.pad.at == pytest.approx(bench.z)
    assert bench.row(0).slider.exact == pytest.approx(bench.z[0])
    bench.drag((0, 0), (-1, 1))
    assert latent.under_mouse.pin == pytest.approx(bench.z)
    latent.shutdown()
    judges.shutdown()


def test_a_slider_is_held_by_the_mouse(bench: Bench, tab: DecodeTab) -> None:
    bench.open()
    slider = bench.row(1).slider
    middle = slider.height() // 2
    bench.qtbot.mousePress(slider, LEFT, NONE, QPoint(slider.width() // 2, middle))
    bench.qtbot.mouseMove(slider, QPoint(slider.width() + 50, middle))
    bench.qtbot.mouseRelease(slider, LEFT, NONE, QPoint(slider.width() + 50, middle))
    assert bench.z == pytest.approx((0, 4))
    assert bench.row(1).box.text() == "4.00"
    bench.wait_for_picture()
    assert np.array_equal(tab.picture.view.picture, bench.expected())
    bench.qtbot.mouseDClick(slider, LEFT, NONE, QPoint(slider.width() // 2, middle))
    assert bench.z == pytest.approx((0, 0))


def test_keys_move_a_slider_by_tenths_and_hundredths_of_sigma(bench: Bench) -> None:
    bench.open()
    slider = bench.row(0).slider
    for key, held, value in (
        (Qt.Key.Key_Right, NONE, 0.1),
        (Qt.Key.Key_Up, SHIFT, 0.11),
        (Qt.Key.Key_PageDown, NONE, -0.89),
        (Qt.Key.Key_End, NONE, 4.0),
    ):
        bench.qtbot.keyClick(slider, key, held)
        assert bench.z[0] == pytest.approx(value, abs=1e-5)


@pytest.mark.parametrize(("text", "value"), [("1.25", 1.25), ("-7,5", -7.5), ("1e30", 1e30)])
def test_a_value_is_typed(bench: Bench, tab: DecodeTab, text: str, value: float) -> None:
    bench.open()
    box = bench.row(0).box
    box.selectAll()
    bench.qtbot.keyClicks(box, text)
    bench.qtbot.keyClick(box, Qt.Key.Key_Return)
    bench.tick()
    assert bench.z[0] == pytest.approx(value)
    assert not tab.grab().isNull()


@pytest.mark.parametrize("text", ["abc", "nan", "inf", "1e39", ""])
def test_what_is_no_value_is_said_and_changes_nothing(
    bench: Bench, tab: DecodeTab, text: str
) -> None:
    bench.open()
    tab.steering.hold_latent(0, 0.5)
    bench.tick()
    box = bench.row(0).box
    box.selectAll()
    bench.qtbot.keyClick(box, Qt.Key.Key_Delete)
    bench.qtbot.keyClicks(box, text)
    bench.qtbot.keyClick(box, Qt.Key.Key_Return)
    assert tab.sliders.sentence.isVisible()
    assert "number" in tab.sliders.sentence.text()
    assert box.text() == "0.50"
    assert bench.z == pytest.approx((0.5, 0))


def test_random_and_zero_leave_locked_latents(bench: Bench, tab: DecodeTab) -> None:
    bench.open(5)
    tab.steering.hold(np.arange(5, dtype=np.float32))
    bench.tick()
    bench.row(3).lock.click()
    tab.steering.random = np.random.default_rng(7)
    bench.qtbot.keyClick(tab.pad, Qt.Key.Key_R)
    drawn = np.random.default_rng(7).standard_normal(5)
    drawn[3] = 3
    assert bench.z == pytest.approx(drawn, abs=1e-5)
    bench.qtbot.keyClick(tab.pad, Qt.Key.Key_0)
    assert list(bench.z) == [0, 0, 0, 3, 0]


def test_a_sweep_runs_from_where_the_latent_is(bench: Bench, tab: DecodeTab) -> None:
    bench.open()
    bench.row(1).slider.setFocus()
    sweep = tab.sliders.sweep
    assert sweep.play.text() == "Sweep z₂"
    sweep.play.click()
    bench.qtbot.waitUntil(lambda: bench.z[1] > 0.05)
    assert bench.z[0] == 0
    sweep.play.click()
    assert not sweep.playing
    sweep.course.setCurrentIndex(2)
    sweep.speed.setValue(10)
    tab.steering.hold_latent(1, 2.9)
    bench.tick()
    sweep.play.click()
    bench.qtbot.waitUntil(lambda: not sweep.playing)
    assert bench.z[1] > 2.8


def test_sliders_are_sorted_by_kl_and_unused_ones_can_be_left_out(
    bench: Bench, tab: DecodeTab
) -> None:
    bench.open(5)
    kl = np.array([0.001, 2.0, 0.5, 0.0, 1.0], np.float32)
    tab.take(Evaluation(3, 30, 9.0, {}, kl, 90, 1.0))
    bench.tick()
    assert tab.sliders.order == [1, 4, 2, 0, 3]
    assert [row.slider.bearing.used for row in tab.sliders.rows] == [True] * 3 + [False] * 2
    assert tab.pad.pair == (1, 4)
    assert "3 of 5 in use" in tab.sliders.caption.text()
    tab.sliders.in_use.click()
    bench.tick()
    assert [row.latent for row in tab.sliders.rows if row.isVisible()] == [1, 4, 2]


def test_the_plane_holds_the_other_latents(bench: Bench, tab: DecodeTab) -> None:
    bench.open(5)
    tab.bar.pair.first.setCurrentIndex(4)
    tab.bar.pair.first.activated.emit(4)
    tab.bar.pair.second.setCurrentIndex(2)
    tab.bar.pair.second.activated.emit(2)
    tab.steering.hold(np.array([1, 2, 0, 3, 0], np.float32))
    bench.drag((0, 0), (1, -1))
    assert bench.z == pytest.approx((1, 2, -1, 3, 1), abs=0.03)
    tiles = tab.pad.canvas.tiles

    def shows(held: float) -> bool:
        bench.tick(1)
        if tiles.grid is None:
            return False
        x, y = tiles.grid.centres()[0]
        code = np.array([held, 2, y, 3, x], np.float32)
        return np.array_equal(tiles.picture[:SIDE, :SIDE], bench.expected(code))

    bench.qtbot.waitUntil(lambda: shows(1))
    tab.steering.hold_latent(0, -2)
    bench.qtbot.waitUntil(lambda: shows(-2))


def test_the_pad_rests_while_training_and_shows_what_says_most_at_its_end(
    bench: Bench, tab: DecodeTab
) -> None:
    bench.open(5)
    tab.show_state(State.RUNNING)
    tab.take(evaluation(1, 10, kl_per_latent=(0.1, 2.0, 0.2, 5.0, 1.0)))
    began = tab.pad.pair
    tab.take(evaluation(2, 20, kl_per_latent=(3.0, 2.0, 0.2, 1.0, 4.0)))
    assert tab.pad.pair == began
    tab.show_state(State.IDLE)
    assert tab.pad.pair == tab.bar.pair.pair == (4, 0)
    tab.bar.pair.first.setCurrentIndex(2)
    tab.bar.pair.first.activated.emit(2)
    tab.show_state(State.IDLE)
    assert tab.pad.pair == (2, 0)


def test_the_same_latent_twice_is_not_to_be_had(bench: Bench, tab: DecodeTab) -> None:
    bench.open(5)
    first, second = tab.pad.pair
    tab.bar.pair.first.setCurrentIndex(second)
    tab.bar.pair.first.activated.emit(second)
    assert tab.pad.pair == tab.bar.pair.pair == (second, first)


def test_one_latent(bench: Bench, tab: DecodeTab) -> None:
    bench.open(1, known=True)
    bench.drag((0, 0), (1.5, 2))
    assert bench.z == pytest.approx([1.5], abs=0.03)
    bench.wait_for_picture()
    bench.tick()
    assert np.array_equal(tab.picture.view.picture, bench.expected())
    assert not tab.grab().isNull()


def test_many_latents_are_made_a_few_at_a_time(bench: Bench, tab: DecodeTab) -> None:
    bench.begin(config_for(bench.folder, 128))
    for event in bench.told[128, "vae"]:
        bench.on_view.take(event)
    tab.sliders.catch_up(0.0)
    assert 0 < len(tab.sliders.rows) < 20
    bench.tick(40)
    assert len(tab.sliders.rows) == 128
    tab.steering.hold(np.linspace(-1, 1, 128).astype(np.float32))
    bench.tick()
    assert bench.row(127).box.text() == "1.00"
    kl = np.zeros(128, np.float32)
    kl[[100, 7]] = 1, 3
    tab.take(Evaluation(3, 30, 9.0, {}, kl, 90, 1.0))
    bench.tick()
    assert tab.sliders.order == [7, 100]
    assert tab.pad.pair == (7, 100)


def test_an_autoencoder_takes_the_spread_of_its_codes(bench: Bench, tab: DecodeTab) -> None:
    bench.open(kind="autoencoder", known=True)
    known = tab.trust.known
    assert known is not None
    mean, deviation = known.cloud.mu.mean(axis=0), known.cloud.mu.std(axis=0)
    assert "no KL" in tab.sliders.caption.text()
    assert tab.sliders.order == list(np.argsort(-deviation))
    assert not tab.sliders.in_use.isEnabled()
    assert tab.pad.canvas.overlay.prior is None
    bench.qtbot.keyClick(bench.row(0).slider, Qt.Key.Key_End)
    assert bench.z[0] == pytest.approx(mean[0] + 4 * deviation[0], rel=1e-4)
    tab.steering.random = np.random.default_rng(7)
    tab.sliders.random.click()
    drawn = np.random.default_rng(7).standard_normal(2) * deviation + mean
    assert bench.z == pytest.approx(drawn, rel=1e-4)


def test_a_code_that_is_not_finite_is_said(bench: Bench, tab: DecodeTab) -> None:
    bench.open(known=True)
    bench.on_view.set_z(np.array([np.nan, 1], np.float32))
    bench.tick()
    assert "not finite" in tab.picture.where.text()
    assert tab.pad.at is None
    assert "not finite" in tab.neighbours.which.text()
    assert not tab.grab().isNull()
    bench.qtbot.keyClick(tab.pad, Qt.Key.Key_0)
    bench.tick()
    assert np.array_equal(tab.picture.view.picture, bench.expected())


def test_a_code_beyond_all_distances_is_said(bench: Bench, tab: DecodeTab) -> None:
    bench.open(known=True)
    bench.on_view.set_z(np.array([1e30, 1], np.float32))
    bench.tick()
    bench.wait_for_picture()
    assert "too far" in tab.neighbours.which.text()
    assert tab.picture.where.text() == "z = (1.0e+30, 1.00)"


def test_the_neighbours_are_the_nearest_training_images(bench: Bench, tab: DecodeTab) -> None:
    bench.open(known=True)
    images = dataset().train.images
    assert isinstance(images, np.ndarray)
    decoder = bench.on_view.decoder
    assert decoder is not None
    mu, _ = decoder.encode(images)
    bench.on_view.set_z(mu[17] + 0.001)
    bench.tick()
    nearest = np.argsort(np.linalg.norm(mu - bench.z, axis=1))[:5]
    assert np.array_equal(tab.neighbours.images.pictures, images[nearest])
    assert tab.pad.canvas.overlay.marks == pytest.approx(mu[nearest], abs=1e-5)
    back, _ = decoder.encode(decoder.decode(bench.z[None]))
    apart = float(np.linalg.norm(bench.z - back[0]))
    assert tab.neighbours.round_trip.text().startswith(f"{apart:.2f} ·")
    assert "of 300 images" in tab.neighbours.density.text()


def test_the_cross_is_dashed_where_there_is_no_data(
    bench: Bench, tab: DecodeTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vae_desktop.ui.decode_pad._ASKING", 0.0)
    bench.open(known=True)
    known = tab.trust.known
    assert known is not None
    bench.on_view.set_z(np.median(known.cloud.mu, axis=0))
    bench.tick()
    solid = tab.pad.grab().toImage()
    assert tab.pad.has_data
    bench.on_view.set_z(np.array([40, 40], np.float32))
    bench.tick()
    assert not tab.pad.has_data
    assert "no data" in tab.neighbours.density.text()
    assert "no data" in tab.pad.accessibleDescription()
    bench.on_view.set_z(np.median(known.cloud.mu, axis=0))
    tab.pad.has_data = False
    assert tab.pad.grab().toImage() != solid


def test_a_classifier_at_hand_is_asked(bench: Bench, tab: DecodeTab) -> None:
    bench.open(known=True)
    assert "no classifier" in tab.neighbours.verdict.text()
    bench.on_view.judge = Reader()
    bench.on_view.judge_changed.emit()
    bench.tick()
    assert tab.neighbours.verdict.text() == "“vertical”, 100 % · by reader"


def test_the_pixel_under_the_mouse_is_told(bench: Bench, tab: DecodeTab) -> None:
    bench.open()
    view = tab.picture.view
    factor = (min(view.width(), view.height()) - 8) // SIDE
    left = (view.width() - SIDE * factor) // 2
    place = QPoint(round(left + 5.5 * factor), round(4 + 2.5 * factor))
    bench.qtbot.mouseMove(view, place)
    value = bench.expected()[2, 5]
    assert tab.picture.pixel.text() == f"(5, 2) {value}"


def test_a_jump_is_a_glide_unless_switched_off(bench: Bench, tab: DecodeTab) -> None:
    bench.open()
    tab.picture.moves.setChecked(True)
    tab.picture._changed_at = float("-inf")
    seen: list[float] = []
    tab.picture.shown.connect(lambda: seen.append(float(tab.picture.code[0])))
    bench.on_view.set_z(np.array([2, 0], np.float32))
    assert tab.picture.gliding
    bench.qtbot.waitUntil(lambda: not tab.picture.gliding)
    bench.wait_for_picture()
    assert seen == sorted(seen)
    assert any(0 < value < 2 for value in seen)
    assert np.array_equal(tab.picture.view.picture, bench.expected())
    tab.picture.moves.setChecked(False)
    tab.picture._changed_at = float("-inf")
    bench.on_view.set_z(np.array([-2, 0], np.float32))
    assert not tab.picture.gliding


def test_a_hand_on_the_code_ends_a_glide(bench: Bench, tab: DecodeTab) -> None:
    bench.open()
    tab.picture.moves.setChecked(True)
    tab.picture._changed_at = float("-inf")
    bench.on_view.set_z(np.array([2, 0], np.float32))
    assert tab.picture.gliding
    bench.drag((1, 1), (1.2, 1))
    assert not tab.picture.gliding


def test_lines_and_handles_go_to_the_strip(
    bench: Bench, tab: DecodeTab, recorder: RecordingStrip
) -> None:
    bench.open()
    assert tab.pad.tool is Tool.STEER
    assert not tab.bar.tools[Tool.DRAW].isEnabled()
    tab.chips.choose(0)
    assert tab.pad.tool is Tool.DRAW
    bench.drag((-1, -1), (0, -0.5), (0.5, 0.5))
    line, plane = recorder.lines.pop()
    assert line == pytest.approx(np.array([(-1, -1), (0, -0.5), (0.5, 0.5)]), abs=0.03)
    assert plane is tab.pad.plane
    assert list(bench.z) == [0, 0]
    for point in ((-2, 0), (0, 2)):
        bench.qtbot.mouseClick(tab.pad, LEFT, NONE, bench.pixel(*point))
    bench.qtbot.keyClick(tab.pad, Qt.Key.Key_Return)
    line, _ = recorder.lines.pop()
    assert line == pytest.approx(np.array([(-2, 0), (0, 2)]), abs=0.03)
    bench.drag(recorder.handle, (2, 2))
    handle, x, y = recorder.drags[-1]
    assert (handle, x, y) == pytest.approx((0, 2, 2), abs=0.03)
    tab.chips.choose(1)
    assert tab.pad.tool is Tool.STEER


def test_the_wheel_zooms_and_fit_comes_back(bench: Bench, tab: DecodeTab) -> None:
    bench.open()
    fitted = tab.pad.view
    tab.bar.choose_tool(Tool.PAN)
    bench.drag((0, 0), (1, 1))
    assert list(bench.z) == [0, 0]
    assert tab.pad.view.x == pytest.approx(fitted.x - 1, abs=0.03)
    tab.bar.fit.click()
    assert tab.pad.view == fitted


def test_every_control_has_a_name(bench: Bench, tab: DecodeTab) -> None:
    bench.open(5)
    row = bench.row(2)
    controls = [tab.pad, tab.picture.view, row.slider, row.box, row.lock, tab.sliders.sweep.play]
    controls += [tab.sliders.sweep.speed, tab.sliders.sweep.course]
    controls += [tab.bar.pair.first, tab.bar.pair.second]
    controls += [*tab.bar.tools.values(), tab.bar.fit, *tab.bar.layers.values()]
    assert all(control.accessibleName() for control in controls)


def test_another_run_forgets_the_last(bench: Bench, tab: DecodeTab) -> None:
    bench.open(5, known=True)
    bench.row(2).lock.click()
    tab.sliders.sweep.play.click()
    bench.open(2)
    assert not tab.sliders.sweep.playing
    assert tab.steering.locked == set()
    assert tab.pad.pair == (0, 1)
    assert len(tab.sliders.order) == 2
    assert np.array_equal(tab.picture.view.picture, bench.expected())
