"""The class that a conditional model decodes as, chosen on the Decode tab."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.fakes import RecordedAnswers
from tests.samples import tiny_config, tiny_dataset, write_idx_folder
from vae_desktop.core.config import RunConfig
from vae_desktop.core.data.dataset import Part
from vae_desktop.core.events import Prepared, Snapshot
from vae_desktop.core.training import train
from vae_desktop.session.clouds import CloudSource
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.session import OpenedRun
from vae_desktop.ui.arithmetic_strip import ArithmeticStrip
from vae_desktop.ui.decode_tab import DecodeTab
from vae_desktop.ui.draw_strip import DrawStrip
from vae_desktop.ui.label_chooser import LabelChooser


def conditional(folder: Path) -> RunConfig:
    data = {"source": "mnist", "folder": str(write_idx_folder(folder / "data", tiny_dataset()))}
    return tiny_config().changed(model={"kind": "cvae"}, data=data)


def opened(on_view: RunOnView, config: RunConfig) -> None:
    on_view.show_run(config)
    for event in train(config, tiny_dataset()):
        if isinstance(event, Prepared | Snapshot):
            on_view.take(event)


@pytest.mark.parametrize("kind", ["vae", "cvae"])
def test_only_a_conditional_model_is_asked_for_a_class(
    qtbot: QtBot, tmp_path: Path, kind: str
) -> None:
    on_view = RunOnView(tmp_path)
    box = LabelChooser(on_view)
    qtbot.addWidget(box)
    opened(on_view, tiny_config().changed(model={"kind": kind}))
    if kind == "vae":
        assert box.isHidden()
        return
    assert [box.itemText(i) for i in range(2)] == ["as “horizontal”", "as “vertical”"]
    decoder = on_view.decoder
    assert decoder is not None
    z = np.zeros((1, 2), np.float32)
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert on_view.label == 1
    assert (decoder.decode(z) == decoder.decode(z, np.array([1]))).all()
    on_view.shutdown()


@pytest.fixture
def tab(qtbot: QtBot, on_view: RunOnView, answers: RecordedAnswers) -> Iterator[DecodeTab]:
    codes = CloudSource(on_view)
    tab = DecodeTab(on_view, [ArithmeticStrip(on_view, codes), DrawStrip(on_view, answers)])
    tab.resize(1248, 660)
    tab.show()
    yield tab
    tab.shutdown()
    codes.shutdown()


def test_the_tiles_of_the_pad_are_of_the_class(
    qtbot: QtBot, on_view: RunOnView, tab: DecodeTab, tmp_path: Path
) -> None:
    config = conditional(tmp_path)
    tab.show_run(OpenedRun(1, tmp_path, config))
    opened(on_view, config)
    decoder, tiles = on_view.decoder, tab.pad.canvas.tiles
    assert decoder is not None

    def shows(label: int) -> bool:
        tab.pad.catch_up(0.0)
        if tiles.grid is None or tiles.busy:
            return False
        codes = tiles.grid.centres()[:1].astype(np.float32)
        return np.array_equal(tiles.picture[:8, :8], decoder.decode(codes, np.array([label]))[0, 0])

    qtbot.waitUntil(lambda: shows(0), timeout=10_000)
    qtbot.keyClick(tab.labels, Qt.Key.Key_Down)
    assert on_view.label == 1
    qtbot.waitUntil(lambda: shows(1), timeout=10_000)


def test_a_test_image_is_encoded_as_of_its_own_class(
    qtbot: QtBot, on_view: RunOnView, tab: DecodeTab, tmp_path: Path
) -> None:
    config, test = conditional(tmp_path), tiny_dataset().test
    tab.show_run(OpenedRun(1, tmp_path, config))
    opened(on_view, config)
    qtbot.waitUntil(lambda: on_view.dataset is not None, timeout=10_000)
    arithmetic, draw = tab.strips[:2]
    assert isinstance(arithmetic, ArithmeticStrip)
    assert isinstance(draw, DrawStrip)
    assert on_view.decoder is not None
    assert test.labels is not None
    vertical = np.flatnonzero(test.labels)[:3]
    for slot, index in zip(arithmetic.slots, vertical, strict=True):
        slot.take_test(int(index))
    arithmetic.catch_up(0.0)
    expected, _ = on_view.decoder.encode(test.images[vertical], np.ones(3, np.int64))
    assert arithmetic.known == pytest.approx(expected)
    assert arithmetic.known != pytest.approx(on_view.decoder.encode(test.images[vertical])[0])
    on_view.set_selection(Part(test.images[vertical], test.labels[vertical]))
    arithmetic.slots[0].take_selection()
    arithmetic.catch_up(0.0)
    assert arithmetic.known is not None
    assert arithmetic.known[0] == pytest.approx(expected.mean(axis=0), abs=1e-5)
    tab.chips.choose(1)
    draw.input.take_test(int(vertical[0]))
    draw.catch_up(0.0)
    assert "taken for “horizontal”" in draw.answer.where.text()
