"""The import dialog: what it previews is what the core would make of the pictures."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.core.picture_makers import BAD_FILES, save
from tests.samples import tiny_dataset, write_idx_folder
from vae_desktop.core.config import DataConfig
from vae_desktop.core.data import own
from vae_desktop.core.data.import_options import Colour, Fit, ImportOptions
from vae_desktop.core.imaging import untile
from vae_desktop.session.import_preview import PREVIEW_BYTES, ImportPreview
from vae_desktop.ui.import_dialog import ImportDialog

TIMEOUT = 20_000
GAP = 2


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pictures of two classes, two sizes and some colour, and two files that are none."""
    random = np.random.default_rng(0)
    for label, count in (("cats", 9), ("dogs", 5)):
        for number in range(count):
            shape = (20, 30, 3) if number else (24, 24, 3)
            save(tmp_path / label / f"{number}.png", random.integers(0, 256, shape, np.uint8))
    (tmp_path / "cats" / "cut.png").write_bytes(BAD_FILES["truncated"])
    (tmp_path / "dogs" / "notes.txt").write_bytes(BAD_FILES["text"])
    return tmp_path


@pytest.fixture
def preview(qtbot: QtBot) -> Iterator[ImportPreview]:
    preview = ImportPreview()
    yield preview
    preview.shutdown()


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    parent = QWidget()
    parent.show()
    return parent


def opened(
    path: Path, preview: ImportPreview, parent: QWidget, options: ImportOptions | None = None
) -> ImportDialog:
    dialog = ImportDialog(path, options or ImportOptions(), preview, parent)
    dialog.open()
    return dialog


def wait_until_ready(qtbot: QtBot, dialog: ImportDialog) -> None:
    qtbot.waitUntil(dialog.import_button.isEnabled, timeout=TIMEOUT)


def shown(dialog: ImportDialog, expected: np.ndarray) -> np.ndarray:
    """The pictures in the tiled preview."""
    columns = (dialog.view.picture.shape[1] + GAP) // (expected.shape[3] + GAP)
    return untile(dialog.view.picture, expected.shape[1:], columns, GAP)[: len(expected)]


def test_every_option_is_previewed_as_the_core_makes_it(
    qtbot: QtBot, folder: Path, preview: ImportPreview, parent: QWidget
) -> None:
    dialog = opened(folder, preview, parent)
    wait_until_ready(qtbot, dialog)
    scan, form = own.scan(folder), dialog.form
    expected = ImportOptions()
    np.testing.assert_array_equal(
        shown(dialog, own.preview(scan, expected)), own.preview(scan, expected)
    )
    edits = (
        (lambda: form.size_box.setCurrentText("28×28"), {"size": (28, 28)}),
        (lambda: form.colour.choose(1), {"colour": Colour.GREY}),
        (lambda: form.fit.choose(1), {"fit": Fit.PAD}),
        (lambda: form.invert.click(), {"invert": True}),
        (lambda: form.fit.choose(2), {"fit": Fit.STRETCH}),
        (lambda: form.size_box.setCurrentText("Other…"), {"size": (30, 20)}),
        (lambda: form.height_box.setValue(44), {"size": (30, 44)}),
        (lambda: form.share.setValue(35), {"test_share": 0.35}),
        (lambda: form.seed.setValue(7), {"seed": 7}),
    )
    values = {"test_share": 0.2}
    for edit, change in edits:
        edit()
        values |= change
        expected = ImportOptions(**values)
        assert form.options() == expected
        wait_until_ready(qtbot, dialog)
        pictures = own.preview(scan, expected)
        np.testing.assert_array_equal(shown(dialog, pictures), pictures)


def test_what_is_there_is_told(
    qtbot: QtBot, folder: Path, preview: ImportPreview, parent: QWidget
) -> None:
    dialog = opened(folder, preview, parent)
    wait_until_ready(qtbot, dialog)
    scan = own.scan(folder)
    assert dialog.import_button.text() == f"Import {scan.count} pictures"
    assert "30×20 (12), 24×24 (2)" in dialog.found.text()
    assert dialog.form.size_box.itemText(0) == "As found, 30×20"
    classes = [dialog.classes.item(row).toolTip() for row in range(dialog.classes.count())]
    assert classes == [f"{name}: {count}" for name, count in scan.class_counts]
    lines = dialog.report.skipped.toPlainText().splitlines()
    assert lines == [f"{file.name}: {file.reason}" for file in scan.skipped]
    assert any("notes.txt" in line for line in lines)


def test_the_word_is_given_as_a_config(
    qtbot: QtBot, folder: Path, preview: ImportPreview, parent: QWidget
) -> None:
    options = ImportOptions((50, 40), Colour.COLOUR, True, Fit.STRETCH, 0.3, 11)
    dialog = opened(folder, preview, parent, options)
    assert dialog.form.options() == options
    wait_until_ready(qtbot, dialog)
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.import_button.click()
    assert chosen.args == [DataConfig(source="own", folder=str(folder), pictures=options)]


def test_nothing_can_be_imported_before_the_scan(
    qtbot: QtBot, folder: Path, preview: ImportPreview, parent: QWidget
) -> None:
    dialog = opened(folder, preview, parent)
    assert not dialog.import_button.isEnabled()
    dialog.cancel_button.click()
    assert not dialog.isVisible()


@pytest.mark.parametrize("name", ["empty", "text", "header only"])
def test_a_bad_file_is_named(
    qtbot: QtBot, tmp_path: Path, preview: ImportPreview, parent: QWidget, name: str
) -> None:
    path = tmp_path / "my pictures.zip"
    path.write_bytes(BAD_FILES[name])
    dialog = opened(path, preview, parent)
    qtbot.waitUntil(lambda: dialog.messages.isVisible(), timeout=TIMEOUT)
    assert path.name in dialog.messages.sentence.text()
    assert not dialog.import_button.isEnabled()
    assert not dialog.form.isEnabled()


def test_a_size_that_memory_cannot_hold_is_refused_until_it_is_changed(
    qtbot: QtBot, tmp_path: Path, preview: ImportPreview, parent: QWidget
) -> None:
    np.save(tmp_path / "many.npy", np.zeros((200, 6, 6), np.uint8))
    dialog = opened(tmp_path / "many.npy", preview, parent)
    wait_until_ready(qtbot, dialog)
    dialog.form.size_box.setCurrentText("Other…")
    dialog.form.width_box.setValue(4096)
    dialog.form.height_box.setValue(4096)
    qtbot.waitUntil(lambda: dialog.messages.isVisible(), timeout=TIMEOUT)
    assert "3276×3276" in dialog.messages.sentence.text()
    assert not dialog.import_button.isEnabled()
    dialog.form.size_box.setCurrentIndex(0)
    wait_until_ready(qtbot, dialog)
    assert dialog.messages.isHidden()


def test_large_pictures_are_previewed_by_some_of_them(
    qtbot: QtBot, tmp_path: Path, preview: ImportPreview, parent: QWidget
) -> None:
    images = np.zeros((64, 20, 20, 3), np.uint8)
    images[1, 5, 5, 0] = 200  # the one picture that has colour is not among them
    np.save(tmp_path / "large.npy", images)
    dialog = opened(tmp_path / "large.npy", preview, parent, ImportOptions(size=(600, 600)))
    wait_until_ready(qtbot, dialog)
    assert 1 < len(dialog._pictures) < 64
    assert dialog._pictures.shape[1:] == (3, 600, 600)
    assert dialog._pictures.nbytes <= PREVIEW_BYTES
    assert dialog.caption.text() == f"{len(dialog._pictures)} of 64 · 600×600 colour"


def test_large_pictures_are_reduced_and_the_form_says_so(
    qtbot: QtBot, preview: ImportPreview, parent: QWidget, tmp_path: Path
) -> None:
    for side, text in ((64, "As found, 64×64"), (512, "Reduced, 128×128")):
        np.save(tmp_path / "squares.npy", np.zeros((4, side, side), np.uint8))
        dialog = opened(tmp_path / "squares.npy", preview, parent)
        wait_until_ready(qtbot, dialog)
        assert dialog.form.size_box.currentText() == text
        assert dialog.form.options().size is None
        dialog.reject()


def test_a_set_with_its_own_test_part_is_not_split(
    qtbot: QtBot, tmp_path: Path, preview: ImportPreview, parent: QWidget
) -> None:
    folder = write_idx_folder(tmp_path / "bars", tiny_dataset())
    dialog = opened(folder, preview, parent)
    wait_until_ready(qtbot, dialog)
    assert not dialog.form.share.isEnabled()
    assert not dialog.form.seed.isEnabled()
    assert "test part of their own" in dialog.form.share.toolTip()
