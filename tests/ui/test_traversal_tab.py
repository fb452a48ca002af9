"""The Traversals tab with real models and real background work, under mouse and keys."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from tests.fakes import FakeSession, RecordedAnswers
from tests.samples import tiny_config, tiny_dataset, write_idx_folder
from vae_desktop.core import runs
from vae_desktop.core.config import RunConfig
from vae_desktop.core.events import Evaluation, Event, Snapshot
from vae_desktop.core.training import train
from vae_desktop.preferences import Preferences
from vae_desktop.session.data_library import DataLibrary
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.session import OpenedRun
from vae_desktop.session.state import Failure, State
from vae_desktop.ui.board_canvas import BoardCanvas
from vae_desktop.ui.board_page import BoardPage
from vae_desktop.ui.main_window import MainWindow
from vae_desktop.ui.traversal_tab import TraversalTab

TIMEOUT = 20_000
KINDS: dict[str, tuple[dict, dict]] = {
    "vae": ({"latent_dim": 3}, {"beta": 1}),
    "four": ({"latent_dim": 4}, {"beta": 4}),
    "one": ({"latent_dim": 1}, {}),
    "many": ({"latent_dim": 64}, {"beta": 200}),
    "plain": ({"kind": "autoencoder", "latent_dim": 3}, {}),
    "classes": ({"kind": "classifier"}, {}),
    "told": ({"kind": "cvae", "latent_dim": 3}, {}),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("runs")
    write_idx_folder(place / "data", tiny_dataset())
    return place


def config_for(place: Path, kind: str) -> RunConfig:
    model, objective = KINDS[kind]
    data = {"source": "mnist", "folder": str(place / "data")}
    return tiny_config(epochs=2).changed(data=data, model=model, objective=objective)


@pytest.fixture(scope="module")
def told(place: Path) -> dict[str, list[Event]]:
    """All events of a training, by kind; the runs are kept in folders too."""
    result = {}
    for kind in KINDS:
        config = config_for(place, kind)
        runs.create(place / kind, config)
        events = runs.record(place / kind, train(config, tiny_dataset()))
        result[kind] = list(events)
    return result


@pytest.fixture
def tab(
    qtbot: QtBot, on_view: RunOnView, answers: RecordedAnswers, place: Path
) -> Iterator[TraversalTab]:
    known = [place / kind for kind in KINDS]
    tab = TraversalTab(on_view, answers, lambda: known)
    tab.resize(1248, 640)
    tab.show()
    yield tab
    tab.shutdown()


class Bench:
    """Opens runs in the tab and waits for its boards."""

    def __init__(
        self,
        qtbot: QtBot,
        tab: TraversalTab,
        on_view: RunOnView,
        place: Path,
        told: dict[str, list[Event]],
    ) -> None:
        self.qtbot, self.tab, self.on_view = qtbot, tab, on_view
        self.place, self.told = place, told
        self.failures: list[Failure] = []
        tab.failed.connect(self.failures.append)

    @property
    def page(self) -> BoardPage:
        return self.tab.board

    @property
    def canvas(self) -> BoardCanvas:
        return self.page.main.canvas

    def begin(self, kind: str = "vae") -> None:
        config = config_for(self.place, kind)
        self.on_view.show_run(config)
        self.tab.show_run(OpenedRun(1, self.place / kind, config))

    def tell(self, *events: Event) -> None:
        for event in events:
            self.on_view.take(event)
            self.tab.take(event)

    def open(self, kind: str = "vae") -> None:
        self.begin(kind)
        self.tell(*self.told[kind])
        self.wait()

    def wait(self) -> None:
        """Until the board shows what was asked for, of the newest weights."""

        def shown() -> bool:
            self.tick()
            drawn, decoder = self.canvas.drawn, self.on_view.decoder
            return bool(
                self.page.settled
                and drawn is not None
                and decoder is not None
                and drawn.step == decoder.step
            )

        self.qtbot.waitUntil(shown, timeout=TIMEOUT)

    def tick(self) -> None:
        for panel in self.tab.live_panels():
            panel.catch_up(0.0)

    def middle(self, row: int, column: int) -> QPoint:
        return self.canvas.cell_rect(row, column).center().toPoint()

    def click(self, row: int, column: int) -> None:
        self.qtbot.mouseClick(self.canvas, Qt.MouseButton.LeftButton, pos=self.middle(row, column))
        self.wait()

    def base(self) -> np.ndarray:
        assert self.canvas.drawn is not None
        return self.canvas.drawn.traversal.base


@pytest.fixture
def bench(
    qtbot: QtBot,
    tab: TraversalTab,
    on_view: RunOnView,
    place: Path,
    told: dict[str, list[Event]],
) -> Bench:
    return Bench(qtbot, tab, on_view, place, told)


def posterior(bench: Bench, index: int) -> np.ndarray:
    """What the run on view makes of a test image."""
    assert bench.on_view.decoder is not None
    return bench.on_view.decoder.encode(tiny_dataset().test.images[np.array([index])])[0][0]


def test_before_a_run_there_is_a_button(bench: Bench, tab: TraversalTab) -> None:
    with bench.qtbot.waitSignal(tab.start_requested):
        bench.qtbot.mouseClick(tab.empty.button, Qt.MouseButton.LeftButton)


def test_the_board_begins_with_the_first_test_image(bench: Bench) -> None:
    bench.open()
    assert np.allclose(bench.base(), posterior(bench, 0), atol=1e-4)
    page, canvas = bench.page, bench.canvas
    assert page.main.importance.measure == "kl"
    kl = page.main.importance.values[canvas.rows]
    assert (np.diff(kl) <= 0).all()
    assert np.allclose(canvas.drawn.traversal.values[0], np.linspace(-3, 3, 11))
    decoded = bench.on_view.decoder.decode(canvas.drawn.traversal.code(1, 7)[None])[0]
    assert np.abs(canvas.drawn.pictures[1, 7].astype(int) - decoded).max() <= 1
    assert "0.01 nats" in page.main.caption.text()
    assert "β 1" in page.main.name.text()


def test_until_the_test_images_are_here_the_board_says_so(bench: Bench) -> None:
    bench.begin()
    bench.tell(*bench.told["vae"])
    assert bench.on_view.dataset is None
    assert bench.canvas._note == "The test images are being read."
    assert not len(bench.canvas.rows)
    bench.wait()
    assert bench.canvas._note == ""


def test_a_click_makes_a_cell_the_base_and_undo_goes_back(bench: Bench) -> None:
    bench.open()
    first = bench.base().copy()
    bench.click(1, 8)
    latent = int(bench.canvas.rows[1])
    assert bench.base()[latent] == pytest.approx(1.8)
    others = np.delete(bench.base(), latent)
    assert np.allclose(others, np.delete(first, latent))
    assert np.allclose(bench.on_view.z, bench.base())
    assert bench.canvas.drawn.traversal.exact[1]
    controls = bench.page.controls
    assert controls.bases.currentData() == "code"
    bench.qtbot.mouseClick(controls.undo, Qt.MouseButton.LeftButton)
    bench.wait()
    assert np.allclose(bench.base(), first, atol=1e-5)
    assert not controls.undo.isEnabled()
    bench.qtbot.mouseClick(controls.redo, Qt.MouseButton.LeftButton)
    bench.wait()
    assert bench.base()[latent] == pytest.approx(1.8)


def test_dragging_moves_the_latent_and_tells_the_other_tabs(bench: Bench) -> None:
    bench.open()
    first, told = bench.base().copy(), []
    bench.on_view.z_changed.connect(lambda: told.append(bench.on_view.z.copy()))
    latent, canvas = int(bench.canvas.rows[0]), bench.canvas
    bench.qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=bench.middle(0, 5))
    places = [bench.middle(0, 5) + QPoint(step, 0) for step in (8, 20, 41)]
    for place in places:
        bench.qtbot.mouseMove(canvas, place)
    bench.qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])
    bench.wait()
    column = canvas.geometry_.place_at(places[-1].x())
    assert bench.base()[latent] == pytest.approx(-3 + 0.6 * column, abs=1e-3)
    assert np.allclose(np.delete(bench.base(), latent), np.delete(first, latent))
    values = [z[latent] for z in told]
    assert len(values) >= 3
    assert values == sorted(values)
    controls = bench.page.controls
    bench.qtbot.mouseClick(controls.undo, Qt.MouseButton.LeftButton)
    bench.wait()
    assert np.allclose(bench.base(), first, atol=1e-5)
    assert not controls.undo.isEnabled()


def test_a_press_beside_the_cells_does_nothing(bench: Bench) -> None:
    bench.open()
    first = bench.base().copy()
    bench.qtbot.mouseClick(bench.canvas, Qt.MouseButton.LeftButton, pos=QPoint(5, 200))
    assert bench.page.desk.base.kind == "test"
    assert np.array_equal(bench.base(), first)


def test_keys_walk_over_the_cells(bench: Bench) -> None:
    bench.open()
    keys = (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return)
    for key in keys:
        bench.qtbot.keyClick(bench.canvas, key)
    bench.wait()
    assert bench.canvas.cursor_cell == (1, 6)
    assert bench.base()[bench.canvas.rows[1]] == pytest.approx(0.6)


def test_pointing_says_the_value(bench: Bench) -> None:
    bench.open()
    bench.qtbot.mouseMove(bench.canvas, bench.middle(2, 10))
    latent = int(bench.canvas.rows[2])
    assert bench.page.main.caption.text().startswith(f"z{latent + 1} = 3.00")


@pytest.mark.parametrize("kind", ["prior", "code"])
def test_other_bases(bench: Bench, kind: str) -> None:
    bench.open()
    controls = bench.page.controls
    bench.on_view.set_z(np.array([0.5, 1.5, -1], np.float32))
    controls.bases.setCurrentIndex(controls.bases.findData(kind))
    controls.bases.activated.emit(controls.bases.currentIndex())
    bench.wait()
    expected = [0, 0, 0] if kind == "prior" else [0.5, 1.5, -1]
    assert bench.base().tolist() == expected
    bench.on_view.set_z(np.array([1, 1, 1], np.float32))
    bench.wait()
    assert bench.base().tolist() == ([0, 0, 0] if kind == "prior" else [1, 1, 1])


def test_other_test_images(bench: Bench) -> None:
    bench.open()
    controls = bench.page.controls
    assert controls.index.maximum() == 90
    controls.index.setValue(13)
    bench.wait()
    assert np.allclose(bench.base(), posterior(bench, 12), atol=1e-4)
    bench.qtbot.mouseClick(controls.random, Qt.MouseButton.LeftButton)
    bench.wait()
    index = bench.page.desk.base.index
    assert np.allclose(bench.base(), posterior(bench, index), atol=1e-4)
    assert controls.index.value() == index + 1


def test_a_picture_put_in_elsewhere_can_be_the_base(bench: Bench) -> None:
    bench.open()
    controls = bench.page.controls
    row = controls.bases.findData("picture")
    controls.bases.setCurrentIndex(row)
    controls.bases.activated.emit(row)
    assert "No picture" in bench.failures[-1].sentence
    assert controls.bases.currentData() == "test"
    picture = np.full((1, 8, 8), 77, np.uint8)
    bench.on_view.set_picture(picture)
    controls.bases.setCurrentIndex(row)
    controls.bases.activated.emit(row)
    bench.wait()
    expected = bench.on_view.decoder.encode(picture[None])[0][0]
    assert np.allclose(bench.base(), expected, atol=1e-4)


def drop(tab: TraversalTab, path: Path) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    actions, buttons = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    keys = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(300, 300), actions, data, buttons, keys)
    tab.dropEvent(event)
    return event.isAccepted()


def test_a_dropped_picture_becomes_the_base(bench: Bench, tmp_path: Path) -> None:
    bench.open()
    Image.fromarray(np.full((16, 16), 90, np.uint8)).save(tmp_path / "grey.png")
    assert drop(bench.tab, tmp_path / "grey.png")
    bench.qtbot.waitUntil(lambda: bench.on_view.picture is not None, timeout=TIMEOUT)
    bench.wait()
    assert bench.on_view.picture.tolist() == np.full((1, 8, 8), 90).tolist()
    assert bench.page.desk.base.text == "grey.png"
    expected = bench.on_view.decoder.encode(np.full((1, 1, 8, 8), 90, np.uint8))[0][0]
    assert np.allclose(bench.base(), expected, atol=1e-4)


def test_what_is_no_picture_is_refused(bench: Bench, tmp_path: Path) -> None:
    bench.open()
    (tmp_path / "bad.png").write_text("no picture")
    assert drop(bench.tab, tmp_path / "bad.png")
    bench.qtbot.waitUntil(lambda: bool(bench.failures), timeout=TIMEOUT)
    assert "bad.png" in bench.failures[0].sentence
    assert not drop(bench.tab, tmp_path)


def test_quantiles_are_centred_on_the_base(bench: Bench) -> None:
    bench.open()
    controls = bench.page.controls
    controls.spans.setCurrentIndex(controls.spans.findData("quantiles"))
    controls.spans.activated.emit(controls.spans.currentIndex())
    bench.qtbot.waitUntil(lambda: bench.page.main.codes is not None, timeout=TIMEOUT)
    bench.wait()
    board = bench.canvas.drawn.traversal
    assert np.allclose(board.values[:, 5], board.base[board.latents], atol=1e-5)
    images = tiny_dataset().test.images
    codes = bench.on_view.decoder.encode(np.asarray(images[:]))[0]
    spread = np.quantile(codes, 0.95, axis=0) - np.quantile(codes, 0.05, axis=0)
    assert np.allclose(board.values[:, -1] - board.values[:, 0], spread[board.latents], atol=1e-3)


def test_limits_and_steps(bench: Bench) -> None:
    bench.open()
    controls = bench.page.controls
    controls.spans.setCurrentIndex(controls.spans.findData("limits"))
    controls.spans.activated.emit(controls.spans.currentIndex())
    controls.low.setValue(4)
    assert controls.high.value() == 4.5
    controls.steps.setValue(3)
    bench.wait()
    assert np.allclose(bench.canvas.drawn.traversal.values[0], [4, 4.25, 4.5])


def test_the_difference_is_heat(bench: Bench) -> None:
    bench.open()
    assert bench.canvas.drawn.pictures.shape[2] == 1
    bench.click(0, 5)
    bench.qtbot.mouseClick(bench.page.controls.difference, Qt.MouseButton.LeftButton)
    bench.wait()
    pictures = bench.canvas.drawn.pictures
    assert pictures.shape[2] == 3
    assert len(np.unique(pictures[0, 5].reshape(3, -1), axis=1).T) == 1
    assert len(np.unique(pictures[0, 10].reshape(3, -1), axis=1).T) > 1


def test_unused_rows_only_and_none(bench: Bench) -> None:
    bench.open("many")
    controls, importance = bench.page.controls, bench.page.main.importance
    unused = int((~importance.in_use).sum())
    assert unused > 0
    for which, expected in (("unused", unused), ("used", 64 - unused)):
        controls.rows.setCurrentIndex(controls.rows.findData(which))
        controls.rows.activated.emit(controls.rows.currentIndex())
        if expected:
            bench.wait()
        assert len(bench.canvas.rows) == expected
        if not expected:
            assert bench.page.main.why_empty == "None of the 64 latents is in use."


def test_many_rows_are_decoded_as_they_come_into_view(bench: Bench) -> None:
    bench.open("many")
    canvas = bench.canvas
    assert len(canvas.rows) == 64
    assert len(canvas.drawn.pictures) < 30
    for _ in range(400):
        bench.qtbot.keyClick(canvas, Qt.Key.Key_Down)
        if canvas.cursor_cell == (63, 5):
            break
    bench.wait()
    first, last = canvas.rows_in_view()
    assert last == 64
    assert canvas.drawn.first <= first
    assert canvas.drawn.first + len(canvas.drawn.pictures) == 64


def test_one_latent_is_one_row(bench: Bench) -> None:
    bench.open("one")
    assert bench.canvas.drawn.pictures.shape[:2] == (1, 11)
    bench.click(0, 0)
    assert bench.base().tolist() == [-3]


def test_an_autoencoder_has_rows_by_variance(bench: Bench) -> None:
    bench.begin("plain")
    bench.tell(*bench.told["plain"])
    bench.qtbot.waitUntil(lambda: bench.page.main.importance is not None, timeout=TIMEOUT)
    bench.wait()
    assert bench.page.main.importance.measure == "variance"
    assert "No KL" in bench.page.main.caption.text()
    controls = bench.page.controls
    assert controls.spans.currentData() == "quantiles"
    assert not controls.bases.model().item(controls.bases.findData("prior")).isEnabled()
    assert bench.tab.beta.text.text() == "no KL term"
    assert not bench.tab.beta.button.isVisible()


def test_a_classifier_has_no_board(bench: Bench) -> None:
    bench.begin("classes")
    bench.tell(*bench.told["classes"])
    assert "no latents" in bench.tab.waiting.sentence.text()
    assert bench.tab.waiting.isVisible()


def test_the_board_follows_newer_weights(bench: Bench) -> None:
    bench.begin()
    bench.tab.show_state(State.RUNNING)
    events = bench.told["vae"]
    half = next(e for e in events if isinstance(e, Snapshot))
    cut = next(index for index, event in enumerate(events) if event is half) + 1
    bench.tell(*events[:cut])
    if bench.page.main.importance is None:
        bench.tell(*[e for e in events if type(e).__name__ == "Batches"][:1])
    bench.wait()
    assert bench.canvas.drawn.step == half.step
    bench.tell(*events[cut:])
    bench.wait()
    assert bench.canvas.drawn.step > half.step
    assert "epoch 2" in bench.page.main.caption.text()
    bench.tab.show_state(State.IDLE)


def test_a_run_that_was_never_tested_has_rows_even_right_after_another(bench: Bench) -> None:
    bench.begin("vae")
    bench.tell(*[event for event in bench.told["vae"] if not isinstance(event, Evaluation)])
    bench.begin("four")
    bench.tell(*[event for event in bench.told["four"] if not isinstance(event, Evaluation)])
    bench.wait()
    assert len(bench.canvas.rows) == 4
    assert "training batches" in bench.page.main.caption.text()


def test_missing_data_leaves_the_priors_mean(bench: Bench) -> None:
    config = config_for(bench.place, "vae").changed(data={"folder": "/nowhere"})
    bench.on_view.show_run(config)
    bench.tab.show_run(OpenedRun(1, bench.place / "vae", config))
    bench.tell(*bench.told["vae"])
    bench.qtbot.waitUntil(lambda: bench.page.desk.base.kind == "prior", timeout=TIMEOUT)
    bench.wait()
    assert bench.base().tolist() == [0, 0, 0]


def test_runs_stand_side_by_side_with_one_base(bench: Bench, answers: RecordedAnswers) -> None:
    bench.open()
    answers.folder = bench.place / "four"
    bench.qtbot.mouseClick(bench.tab.compare, Qt.MouseButton.LeftButton)
    bench.qtbot.waitUntil(lambda: len(bench.page.boards.others) == 1, timeout=TIMEOUT)
    bench.wait()
    run, pane = bench.page.boards.others[0]
    assert "β 4" in pane.name.text()
    image = tiny_dataset().test.images[np.array([0])]
    expected = run.decoder.encode(np.asarray(image))[0][0]
    assert np.allclose(pane.canvas.drawn.traversal.base, expected, atol=1e-4)
    bench.page.controls.steps.setValue(7)
    bench.wait()
    assert pane.canvas.drawn.traversal.steps == 7
    bench.click(0, 6)
    linked = run.decoder.encode(bench.canvas.drawn.base[None])[0][0]
    assert np.allclose(pane.canvas.drawn.traversal.base, linked, atol=1e-4)
    bench.qtbot.mouseClick(pane.remove, Qt.MouseButton.LeftButton)
    assert not bench.page.boards.others


def test_four_boards_stand_in_two_rows(bench: Bench) -> None:
    bench.open()
    for number, kind in enumerate(("four", "one", "many"), start=1):
        bench.page.compare_with(bench.place / kind)
        bench.qtbot.waitUntil(lambda n=number: len(bench.page.boards.others) == n, timeout=TIMEOUT)
        bench.wait()
    boards = bench.page.boards
    places = [(pane.y() > 0, pane.x() > 0) for pane in boards.panes]
    assert places == [(False, False), (False, True), (True, False), (True, True)]
    assert len({pane.width() // 10 for pane in boards.panes}) == 1
    bench.qtbot.mouseClick(boards.others[1][1].remove, Qt.MouseButton.LeftButton)
    bench.qtbot.waitUntil(lambda: all(pane.y() == 0 for pane in boards.panes), timeout=TIMEOUT)
    assert [run.folder.name for run, _ in boards.others] == ["four", "many"]
    bench.wait()


def test_a_cell_of_another_run_becomes_the_base(bench: Bench) -> None:
    bench.open()
    bench.page.compare_with(bench.place / "four")
    bench.qtbot.waitUntil(lambda: len(bench.page.boards.others) == 1, timeout=TIMEOUT)
    bench.wait()
    _, pane = bench.page.boards.others[0]
    cell = pane.canvas.drawn.pictures[1, 9]
    place = pane.canvas.cell_rect(1, 9).center().toPoint()
    bench.qtbot.mouseClick(pane.canvas, Qt.MouseButton.LeftButton, pos=place)
    bench.wait()
    assert "four" in bench.page.desk.base.text
    picture = bench.page.desk.base.picture
    assert np.abs(picture.astype(int) - cell).max() <= 1


def test_what_cannot_stand_beside_is_told(bench: Bench) -> None:
    bench.page.compare_with(bench.place / "four")
    assert "no run on view" in bench.failures[-1].sentence
    bench.open()
    bench.page.compare_with(bench.place / "classes")
    bench.qtbot.waitUntil(lambda: len(bench.failures) == 2, timeout=TIMEOUT)
    assert "no latents" in bench.failures[-1].sentence
    bench.page.compare_with(bench.place / "four")
    bench.qtbot.waitUntil(lambda: len(bench.page.boards.others) == 1, timeout=TIMEOUT)
    bench.page.compare_with(bench.place / "four")
    assert "already" in bench.failures[-1].sentence
    bench.wait()


def own_class(index: int) -> int:
    labels = tiny_dataset().test.labels
    assert labels is not None
    return int(labels[index])


def choose_class(bench: Bench, label: int) -> None:
    box = bench.page.controls.labels
    box.setCurrentIndex(label)
    box.activated.emit(label)
    bench.wait()


def cell(bench: Bench, label: int) -> np.ndarray:
    """What the run on view makes of a cell of the second row, as one class."""
    code = bench.canvas.drawn.traversal.code(1, 9)[None]
    return bench.on_view.decoder.decode(code, np.array([label]))[0].astype(int)


def test_a_conditional_board_is_of_the_class_of_its_image_until_another_is_chosen(
    bench: Bench,
) -> None:
    bench.open("told")
    controls, own = bench.page.controls, own_class(0)
    names = tiny_dataset().label_names
    assert controls.labels.isVisible()
    assert [controls.labels.itemText(row) for row in range(2)] == list(names)
    assert controls.labels.currentIndex() == own
    image = tiny_dataset().test.images[np.array([0])]
    code = bench.on_view.decoder.encode(image, np.array([own]))[0][0]
    assert np.allclose(bench.base(), code, atol=1e-4)
    assert np.abs(bench.canvas.drawn.pictures[1, 9] - cell(bench, own)).max() <= 1
    assert bench.canvas._words[0].endswith(f"decoded as “{names[own]}”")
    board = bench.page.main.to_save()
    assert board is not None
    assert f"Base: test image 1, as “{names[own]}”" in board.caption[1]
    choose_class(bench, 1 - own)
    assert np.allclose(bench.base(), code, atol=1e-4)
    assert np.abs(bench.canvas.drawn.pictures[1, 9] - cell(bench, 1 - own)).max() <= 1
    assert bench.on_view.label == 0
    bench.qtbot.mouseClick(controls.undo, Qt.MouseButton.LeftButton)
    bench.wait()
    assert controls.labels.currentIndex() == own
    assert np.abs(bench.canvas.drawn.pictures[1, 9] - cell(bench, own)).max() <= 1


def test_a_cell_of_a_conditional_board_takes_its_class_to_the_other_tabs(bench: Bench) -> None:
    bench.open("told")
    choose_class(bench, 1)
    before = bench.canvas.drawn.pictures[1, 9].astype(int)
    bench.click(1, 9)
    assert bench.on_view.label == 1
    assert np.allclose(bench.on_view.z, bench.base())
    assert np.abs(bench.canvas.drawn.base - before).max() <= 1
    bench.on_view.set_label(0)
    bench.wait()
    assert bench.page.controls.labels.currentIndex() == 0
    assert np.abs(bench.canvas.drawn.pictures[1, 9] - cell(bench, 0)).max() <= 1
    bench.open("vae")
    assert not bench.page.controls.labels.isVisible()


def test_a_conditional_run_beside_one_that_is_told_nothing(bench: Bench) -> None:
    bench.open()
    assert not bench.page.controls.labels.isVisible()
    bench.page.compare_with(bench.place / "told")
    bench.qtbot.waitUntil(lambda: len(bench.page.boards.others) == 1, timeout=TIMEOUT)
    bench.wait()
    run, pane = bench.page.boards.others[0]
    own, image = own_class(0), tiny_dataset().test.images[np.array([0])]
    code = run.decoder.encode(image, np.array([own]))[0][0]
    for label in (own, 1 - own):
        choose_class(bench, label)
        drawn = pane.canvas.drawn
        assert np.allclose(drawn.traversal.base, code, atol=1e-4)
        told = np.array([label])
        expected = run.decoder.decode(drawn.traversal.code(1, 9)[None], told)[0]
        assert np.abs(drawn.pictures[1, 9] - expected.astype(int)).max() <= 1
    place = pane.canvas.cell_rect(1, 9).center().toPoint()
    bench.qtbot.mouseClick(pane.canvas, Qt.MouseButton.LeftButton, pos=place)
    bench.wait()
    assert np.abs(bench.page.desk.base.picture - expected.astype(int)).max() <= 1
    assert bench.page.desk.label == 1 - own
    bench.qtbot.mouseClick(pane.remove, Qt.MouseButton.LeftButton)
    assert not bench.page.controls.labels.isVisible()


def test_the_same_with_another_beta(bench: Bench) -> None:
    bench.open()
    assert bench.tab.beta.text.text() == "β 1"
    with bench.qtbot.waitSignal(bench.tab.train_requested) as asked:
        bench.tab.beta.box.lineEdit().setText("7.5")
        bench.qtbot.mouseClick(bench.tab.beta.button, Qt.MouseButton.LeftButton)
    expected = config_for(bench.place, "vae").changed(objective={"beta": 7.5})
    assert asked.args[0] == expected
    for text, said in (("many", "no number"), ("-1", "at least 0"), ("nan", "no number")):
        bench.tab.beta.box.lineEdit().setText(text)
        bench.qtbot.mouseClick(bench.tab.beta.button, Qt.MouseButton.LeftButton)
        assert said in bench.failures[-1].sentence


def test_a_board_is_saved_with_all_its_rows(
    bench: Bench, answers: RecordedAnswers, tmp_path: Path
) -> None:
    bench.open()
    export = bench.page.export
    export.cell.setValue(16)
    for name, action in (("a.png", 0), ("b.gif", 1), ("row.gif", 2)):
        answers.file = tmp_path / name
        with bench.qtbot.waitSignal(bench.tab.noticed, timeout=TIMEOUT) as told:
            export.menu.actions()[action].trigger()
        assert str(tmp_path) in told.args[0]
    with Image.open(tmp_path / "b.gif") as film:
        assert film.n_frames == 20
    assert len(list(tmp_path.glob("row-z*.gif"))) == 3
    with Image.open(tmp_path / "a.png") as saved:
        picture = np.asarray(saved.convert("L"))
    cell = bench.canvas.drawn.pictures[0, 10, 0].repeat(2, 0).repeat(2, 1)
    views = np.lib.stride_tricks.sliding_window_view(picture, cell.shape)
    near = np.abs(views.astype(int) - cell).max(axis=(2, 3)) <= 1
    assert near.any()


def test_a_board_that_cannot_be_saved_is_told(
    bench: Bench, answers: RecordedAnswers, tmp_path: Path
) -> None:
    bench.page.export.save_png()
    assert "no board to save" in bench.failures[-1].sentence
    bench.open()
    answers.file = tmp_path / "nowhere" / "a.png"
    bench.page.export.save_png()
    bench.qtbot.waitUntil(lambda: len(bench.failures) == 2, timeout=TIMEOUT)
    assert "a.png is not saved" in bench.failures[-1].sentence


def test_the_plane_shows_the_run_and_saved_ones(bench: Bench) -> None:
    bench.open()
    bench.tab.chips.choose(2)
    plane = bench.tab.plane
    bench.qtbot.waitUntil(lambda: bool(plane.finished.runs), timeout=TIMEOUT)
    bench.tick()
    assert {run.folder.name for run in plane.finished.runs} == {"four", "one", "many", "told"}
    tests = plane.trail.evaluated()
    assert len(tests) == 2
    newest = plane.trail.tests[-1]
    reading = plane.reading(newest.kl, newest.reconstruction)
    assert reading.startswith("This run, epoch 2")
    assert f"{newest.kl + newest.reconstruction:.1f}" in reading
    four = next(run for run in plane.finished.runs if run.folder.name == "four")
    assert "β 4" in plane.reading(four.kl, four.reconstruction)


def test_a_run_without_kl_has_no_place_on_the_plane(bench: Bench) -> None:
    bench.begin("plain")
    bench.tell(*bench.told["plain"])
    bench.tab.chips.choose(2)
    assert bench.tab.plane.empty.isVisible()
    assert "no KL" in bench.tab.plane.empty.sentence.text()


@pytest.fixture
def window(qtbot: QtBot, on_view: RunOnView, tmp_path: Path) -> MainWindow:
    session = FakeSession(tmp_path)
    library = DataLibrary(tmp_path)
    window = MainWindow(session, on_view, library, Preferences(), RecordedAnswers())  # type: ignore[arg-type]
    window.show()
    return window


def test_the_window_trains_the_same_with_another_beta(window: MainWindow) -> None:
    session: FakeSession = window.session  # type: ignore[assignment]
    session.start(RunConfig().changed(training={"seed": 9}))
    session.enter(State.IDLE)
    window.traversals.beta.box.lineEdit().setText("16")
    window.traversals.beta.button.click()
    assert session.calls == ["start", "start"]
    assert session.config is not None
    assert (session.config.objective.beta, session.config.training.seed) == (16, 9)
    assert window.training.form.config() == session.config


def test_the_window_says_why_it_does_not_train_now(window: MainWindow) -> None:
    session: FakeSession = window.session  # type: ignore[assignment]
    session.start(RunConfig())
    session.refusal = "Stop the run that is going on first; then start the new one."
    window.traversals.beta.button.click()
    assert session.calls == ["start"]
    assert window.messages.sentence.text() == session.refusal
