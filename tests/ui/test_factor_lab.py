"""The factor lab with real models and real background work, under the mouse."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes import RecordedAnswers
from tests.samples import tiny_config, tiny_dataset, write_idx_folder
from vae_desktop.core import factor_scores
from vae_desktop.core.config import RunConfig
from vae_desktop.core.data import sprites
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.data.factor_drawing import SpriteDrawing
from vae_desktop.core.events import Event, Prepared, Snapshot
from vae_desktop.core.factor_matches import FactorInformation
from vae_desktop.core.training import train
from vae_desktop.session import factor_source
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.session import OpenedRun
from vae_desktop.session.state import Failure, State
from vae_desktop.ui.factor_lab import FactorLab
from vae_desktop.ui.information_heat import InformationHeat
from vae_desktop.ui.score_rows import AGAINST_FACTORS, BY_LABELS

TIMEOUT = 20_000
SPRITES = sprites.load(90, test_count=30)


def told(config: RunConfig, data: Dataset) -> list[Event]:
    """What a training tells of its weights: the beginning and the end."""
    events = [e for e in train(config, data) if isinstance(e, Prepared | Snapshot)]
    return [events[0], events[-1]]


def of_sprites(**model: object) -> RunConfig:
    settings = {"latent_dim": 3, "hidden": [8], **model}
    return tiny_config(epochs=1).changed(data={"source": "sprites"}, model=settings)


@pytest.fixture(scope="module")
def sprite_events() -> list[Event]:
    return told(of_sprites(), SPRITES)


@pytest.fixture(autouse=True)
def _few_images(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a test takes a moment."""
    monkeypatch.setattr(factor_source, "IMAGES", 600)
    monkeypatch.setattr(factor_source, "LIVE_IMAGES", 300)


@pytest.fixture
def lab(qtbot: QtBot, on_view: RunOnView, answers: RecordedAnswers) -> Iterator[FactorLab]:
    lab = FactorLab(on_view, answers)
    lab.resize(1200, 600)
    lab.show()
    yield lab
    lab.shutdown()


def begin(lab: FactorLab, on_view: RunOnView, config: RunConfig, folder: Path) -> None:
    on_view.show_run(config)
    lab.show_run(OpenedRun(1, folder, config))


def open_run(
    qtbot: QtBot, lab: FactorLab, on_view: RunOnView, config: RunConfig, events: list[Event]
) -> None:
    begin(lab, on_view, config, Path("run"))
    for event in events:
        on_view.take(event)
    qtbot.waitUntil(lambda: on_view.dataset is not None, timeout=TIMEOUT)


def open_sprites(
    qtbot: QtBot, lab: FactorLab, on_view: RunOnView, events: list[Event]
) -> FactorInformation:
    open_run(qtbot, lab, on_view, of_sprites(), events)
    qtbot.waitUntil(lambda: lab.source.view is not None, timeout=TIMEOUT)
    assert lab.source.view is not None
    return lab.source.view.information


def sentence(lab: FactorLab) -> str:
    """What stands in place of the lab; "" where it is there."""
    return lab.empty.sentence.text() if lab.empty.isVisible() else ""


def test_it_says_why_there_is_nothing(lab: FactorLab, on_view: RunOnView, tmp_path: Path) -> None:
    assert "No run yet" in sentence(lab)
    begin(lab, on_view, tiny_config().changed(model={"kind": "classifier"}), tmp_path)
    assert "is a classifier: it has no latents" in sentence(lab)
    begin(lab, on_view, of_sprites(), tmp_path)
    assert "first weights" in sentence(lab)
    assert not lab.scores.button.isVisible()


def test_the_map_says_what_latents_know(
    qtbot: QtBot, lab: FactorLab, on_view: RunOnView, sprite_events: list[Event]
) -> None:
    found = open_sprites(qtbot, lab, on_view, sprite_events)
    assert sentence(lab) == ""
    assert found.images == 600
    assert lab.heat.found is found
    assert "600 images" in lab.caption.text()
    assert "latents by KL" in lab.caption.text()
    assert [match.factor for match in lab.matches.matches] == list(found.names)
    assert not lab.scores.rows.texts
    assert lab.scores.button.isEnabled()


def test_newer_weights_are_followed_at_once_at_rest_and_seldom_in_training(
    qtbot: QtBot, lab: FactorLab, on_view: RunOnView, sprite_events: list[Event]
) -> None:
    open_sprites(qtbot, lab, on_view, sprite_events)
    last = sprite_events[-1]
    assert isinstance(last, Snapshot)

    def newest() -> tuple[int, int]:
        view = lab.source.view
        assert view is not None
        return view.information.step, view.information.images

    lab.show_state(State.RUNNING)
    assert not lab.scores.button.isEnabled()
    on_view.take(Snapshot(last.epoch, 1000, last.weights))
    assert newest() == (last.step, 600)
    lab.update_button.click()
    qtbot.waitUntil(lambda: newest() == (1000, 300), timeout=TIMEOUT)
    lab.show_state(State.IDLE)
    qtbot.waitUntil(lambda: newest() == (1000, 600), timeout=TIMEOUT)


def test_all_scores_come_one_after_the_other_with_how_they_were_got(
    qtbot: QtBot,
    lab: FactorLab,
    on_view: RunOnView,
    sprite_events: list[Event],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    score = factor_scores.FactorBench.score

    def few(bench: factor_scores.FactorBench, *arguments: object) -> object:
        bench._images, bench._tree_images = 150, 20
        return score(bench, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(factor_scores.FactorBench, "score", few)
    open_sprites(qtbot, lab, on_view, sprite_events)
    lab.scores.draws.setValue(2)
    lab.scores.seed.setValue(9)
    qtbot.mouseClick(lab.scores.button, Qt.MouseButton.LeftButton)
    assert not lab.scores.button.isEnabled()
    with qtbot.waitSignal(lab.scores.scorer.ended, timeout=60_000):
        pass
    texts = lab.scores.rows.texts
    assert list(texts) == [meaning.key for meaning in AGAINST_FACTORS]
    assert all("±" in value for value, _ in texts.values())
    assert texts["mig"][1] == "100 images"
    assert texts["dci"][1] == "70 images"
    assert "± over 2 draws, seed 9" in lab.scores.caption.text()
    assert lab.scores.button.isEnabled()
    lab.scores.copy_button.click()
    lines = QApplication.clipboard().text().splitlines()
    assert len(lines) == 1 + len(AGAINST_FACTORS)


def test_scoring_can_be_given_up(
    qtbot: QtBot, lab: FactorLab, on_view: RunOnView, sprite_events: list[Event]
) -> None:
    open_sprites(qtbot, lab, on_view, sprite_events)
    lab.scores.button.click()
    qtbot.waitUntil(lab.scores.job.isVisible, timeout=TIMEOUT)
    with qtbot.waitSignal(lab.scores.scorer.ended, timeout=TIMEOUT):
        lab.scores.job.cancel_button.click()
    assert lab.scores.button.isEnabled()
    assert not lab.scores.job.isVisible()


def test_another_base_image_changes_the_sweeps_but_not_the_map(
    qtbot: QtBot, lab: FactorLab, on_view: RunOnView, sprite_events: list[Event]
) -> None:
    found = open_sprites(qtbot, lab, on_view, sprite_events)
    assert lab.source.view is not None
    before = lab.source.view.matches
    with qtbot.waitSignal(lab.source.changed, timeout=TIMEOUT):
        lab.base_button.click()
    assert lab.source.view.information is found
    assert not all(
        np.array_equal(one.drawn, other.drawn)
        for one, other in zip(before, lab.source.view.matches, strict=True)
    )
    words = lab.board_caption.text().removeprefix("base: test image ")
    row = int(words.replace(",", "")) - 1
    assert on_view.dataset is not None
    drawing, test = SpriteDrawing(), on_view.dataset.test
    shape = drawing.label_of(drawing.settings_of(test, row))
    itself = lab.source.view.matches[0].drawn[shape]
    np.testing.assert_array_equal(itself, test.images[np.array([row])][0])


def test_the_map_is_saved_as_a_table(
    qtbot: QtBot,
    lab: FactorLab,
    on_view: RunOnView,
    answers: RecordedAnswers,
    sprite_events: list[Event],
    tmp_path: Path,
) -> None:
    found = open_sprites(qtbot, lab, on_view, sprite_events)
    answers.file = tmp_path / "factors.csv"
    with qtbot.waitSignal(lab.noticed):
        lab.save_button.click()
    rows = list(csv.reader(answers.file.read_text("utf-8").splitlines()))
    assert rows[0] == ["factor", "entropy", "z1", "z2", "z3"]
    assert [row[0] for row in rows[1:]] == list(found.names)
    np.testing.assert_allclose(
        np.array([row[2:] for row in rows[1:]], float), found.information, atol=1e-6
    )
    answers.file = tmp_path / "nowhere" / "factors.csv"
    with qtbot.waitSignal(lab.failed) as failure:
        lab.save_button.click()
    assert failure.args is not None
    assert "is not saved" in failure.args[0].sentence


def test_a_set_without_factors_gets_its_proxies_named_as_such(
    qtbot: QtBot, lab: FactorLab, on_view: RunOnView, tmp_path: Path
) -> None:
    data = tiny_dataset()
    folder = write_idx_folder(tmp_path / "data", data)
    config = tiny_config().changed(data={"source": "mnist", "folder": str(folder)})
    open_run(qtbot, lab, on_view, config, told(config, data))
    assert "MNIST has no known factors" in lab.lacking.sentence.text()
    assert lab.lacking.isVisible()
    assert not lab.matches.isVisible()
    assert all("proxy" in meaning.name for meaning in lab.scores.rows.meanings)
    with qtbot.waitSignal(lab.scores.scorer.ended, timeout=TIMEOUT):
        lab.scores.button.click()
    texts = lab.scores.rows.texts
    assert list(texts) == [meaning.key for meaning in BY_LABELS]
    assert all(value.endswith(" %") for value, _ in texts.values())
    assert "300 codes vote; 90 test images" in texts["knn"][1]


def test_one_latent_is_shown_and_scores_that_need_two_say_so(
    qtbot: QtBot, lab: FactorLab, on_view: RunOnView
) -> None:
    config = of_sprites(latent_dim=1)
    open_run(qtbot, lab, on_view, config, told(config, SPRITES))
    qtbot.waitUntil(lambda: lab.source.view is not None, timeout=TIMEOUT)
    assert lab.heat.found is not None
    assert lab.heat.found.information.shape == (5, 1)
    scored: dict[str, object] = {}
    lab.scores.scorer.scored.connect(scored.__setitem__)
    lab.scores.scorer.start(["mig", "sap"], 1, 0)
    qtbot.waitUntil(lambda: len(scored) == 2, timeout=TIMEOUT)
    for failure in scored.values():
        assert isinstance(failure, Failure)
        assert "has only one" in failure.sentence
    assert "has only one" in lab.scores.rows.texts["mig"][1]


def test_an_autoencoder_is_ordered_by_variance_and_says_so(
    qtbot: QtBot, lab: FactorLab, on_view: RunOnView
) -> None:
    config = of_sprites(kind="autoencoder")
    open_run(qtbot, lab, on_view, config, told(config, SPRITES))
    qtbot.waitUntil(lambda: lab.source.view is not None, timeout=TIMEOUT)
    assert "latents by variance, as these codes have no KL" in lab.caption.text()


def test_a_conditional_model_is_told_the_shape(
    qtbot: QtBot, lab: FactorLab, on_view: RunOnView
) -> None:
    config = of_sprites(kind="cvae")
    open_run(qtbot, lab, on_view, config, told(config, SPRITES))
    qtbot.waitUntil(lambda: lab.source.view is not None, timeout=TIMEOUT)
    assert lab.caption.text().endswith("the model is told shape")
    view = lab.source.view
    assert view is not None
    shape, scale = view.matches[:2]
    assert (shape.factor, shape.latent) == ("shape", None)
    assert scale.latent is not None
    decoder = on_view.decoder
    assert decoder is not None
    drawn = shape.drawn[:1]  # the neutral picture is a square, the first of the shapes
    code = np.repeat(decoder.encode(drawn, np.array([0]))[0], 3, axis=0)
    expected = decoder.decode(code, np.arange(3)).astype(int)
    assert np.abs(shape.decoded - expected).max() <= 1
    assert "told shape as its class" in lab.matches.tip_at(QPointF(5, 5))
    cell = lab.heat._window().topLeft() + QPointF(5, 5)
    assert "The model is told this factor" in lab.heat.tip_at(cell)
    scored: dict[str, object] = {}
    lab.scores.scorer.scored.connect(scored.__setitem__)
    lab.scores.scorer.start(["mig"], 1, 0)
    qtbot.waitUntil(lambda: "mig" in scored, timeout=60_000)
    assert lab.scores.rows.texts["mig"][1].endswith("without shape, which the model is told")


def information(latents: int) -> FactorInformation:
    """Two factors: the last latent knows all of the first, the first all of the second."""
    known = np.full((2, latents), 0.25)
    known[0, -1], known[1, 0] = 2.0, 1.0
    return FactorInformation(
        step=1,
        images=100,
        names=("width", "height"),
        entropy=np.array([2.0, 2.0]),
        information=known,
        by_chance=np.array([0.1, 0.1]),
        kl=np.arange(latents, dtype=np.float64),
        deviation=np.ones(latents),
        low=-np.ones(latents),
        high=np.ones(latents),
        rising=np.ones((2, latents), bool),
        has_posterior=True,
    )


@pytest.fixture
def heat(qtbot: QtBot) -> InformationHeat:
    heat = InformationHeat()
    heat.resize(600, 200)
    heat.show()
    return heat


def test_columns_are_sorted_by_kl_and_coloured_by_nats(heat: InformationHeat) -> None:
    heat.show_information(information(4))
    window, (width, height) = heat._window(), heat._cell()
    first = QPointF(window.left() + width / 2, window.top() + height / 2)
    assert heat.cell_at(first) == (0, 3)
    assert heat.cell_at(first + QPointF(3 * width, height)) == (1, 0)
    assert heat.cell_at(QPointF(2, 2)) is None
    tip = heat.tip_at(first)
    assert "z4 knows 2.00 of the 2.00 nats of width (100.00 %)" in tip
    assert "KL is 3.00 nats" in tip
    picture = heat.viewport().grab().toImage()

    def colour(place: QPointF) -> QColor:
        corner = place - QPointF(width / 2 - 6, height / 2 - 6)
        return picture.pixelColor(corner.toPoint())

    # Viridis runs from dark violet to bright yellow.
    assert colour(first).lightness() > colour(first + QPointF(3 * width, height)).lightness()
    assert colour(first + QPointF(width, 0)).blue() > colour(first + QPointF(width, 0)).green()


def test_many_latents_scroll(heat: InformationHeat) -> None:
    heat.show_information(information(128))
    bar, window = heat.horizontalScrollBar(), heat._window()
    assert bar.maximum() > 0
    place = QPointF(window.right() - 3, window.top() + 3)
    assert heat.cell_at(place) != (0, 0)
    bar.setValue(bar.maximum())
    assert heat.cell_at(place) == (0, 0)
    heat.show_information(information(3))
    assert bar.maximum() == 0
