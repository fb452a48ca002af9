"""The Data tab as its user meets it: choosing, downloading, failing, handing over."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from tests.samples import tiny_dataset, write_idx_folder
from vae_desktop.core.config import DataConfig, RunConfig
from vae_desktop.core.data import digits
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.data.import_options import Colour, ImportOptions
from vae_desktop.core.errors import DataError
from vae_desktop.core.progress import Progress
from vae_desktop.session.data_library import DataLibrary
from vae_desktop.session.session import OpenedRun
from vae_desktop.session.state import State
from vae_desktop.ui.data_tab import DataTab

TIMEOUT = 20_000
NO_NETWORK = "MNIST could not be downloaded: choose a folder, or take a built-in set."


@dataclass
class Outside:
    """What the tab meets outside of itself: a user, a server and a disk."""

    disk: Path
    folder: Path | None = None
    file: Path | None = None
    server: Callable[[str, Path, Progress], None] = field(default=lambda *_: None)
    drawn: int = 0

    def choose_folder(self, start: Path | None) -> Path | None:
        return self.folder

    def choose_file(self, start: Path | None) -> Path | None:
        return self.file

    def download(self, key: str, folder: Path, progress: Progress) -> None:
        self.server(key, folder, progress)

    def draw_digits(self, cache_folder: Path, progress: Progress) -> Dataset:
        self.drawn += 1
        train, test = digits.generate(60, 20)
        names = tuple("0123456789")
        return Dataset("digits", "Digits", train, test, names, digits.FACTORS)

    def array(self, name: str, count: int = 30) -> Path:
        path = self.disk / f"{name}.npy"
        np.save(path, np.random.default_rng(count).integers(0, 256, (count, 6, 9, 3), np.uint8))
        return path


def bring_bars(key: str, folder: Path, progress: Progress) -> None:
    write_idx_folder(folder / "MNIST" / "raw", tiny_dataset())


def bring_nothing(key: str, folder: Path, progress: Progress) -> None:
    raise DataError(NO_NETWORK)


def bring_forever(key: str, folder: Path, progress: Progress) -> None:
    while True:
        progress(0.25, "Downloading MNIST: 2.9 of 11.6 MB")


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Outside:
    outside = Outside(tmp_path)
    monkeypatch.setattr(digits, "load", outside.draw_digits)
    return outside


@pytest.fixture
def tab(qtbot: QtBot, outside: Outside) -> Iterator[DataTab]:
    library = DataLibrary(outside.disk / "cache", outside.download)
    tab = DataTab(library, outside.choose_folder, outside.choose_file)
    tab.resize(1200, 640)
    yield tab
    tab.shutdown()


@pytest.fixture
def digits_tab(qtbot: QtBot, tab: DataTab) -> DataTab:
    """The tab with the digits on view."""
    tab.show()
    wait_for(qtbot, tab, "Digits")
    return tab


def own(path: Path, **options: object) -> DataConfig:
    return DataConfig(source="own", folder=str(path), pictures=ImportOptions(**options))  # type: ignore[arg-type]


def wait_for(qtbot: QtBot, tab: DataTab, title: str) -> None:
    """Until a set is on view and nothing is on its way."""

    def arrived() -> bool:
        return tab.view.title.text() == title and tab._stack.currentWidget() is tab.view

    qtbot.waitUntil(arrived, timeout=TIMEOUT)


def wait_for_message(qtbot: QtBot, tab: DataTab, text: str) -> None:
    qtbot.waitUntil(lambda: text in tab.messages.sentence.text(), timeout=TIMEOUT)
    assert tab.messages.isVisible()


def choose(tab: DataTab, title: str) -> None:
    """Choose a row of the list, as a click or the arrow keys do."""
    tab.list.setCurrentItem(tab.list.findItems(title, Qt.MatchFlag.MatchExactly)[0])


def test_a_hidden_tab_does_nothing(qtbot: QtBot, tab: DataTab, outside: Outside) -> None:
    assert not tab.library.busy
    tab.show()
    wait_for(qtbot, tab, "Digits")
    tab.hide()
    tab.show()
    assert outside.drawn == 1


def test_the_set_of_a_run_comes_when_the_tab_is_shown(
    qtbot: QtBot, tab: DataTab, outside: Outside
) -> None:
    config = own(outside.array("mine"), colour=Colour.GREY)
    run = OpenedRun(1, outside.disk, RunConfig(data=config))
    tab.show_run(run)
    assert not tab.library.busy
    tab.show()
    wait_for(qtbot, tab, "mine.npy")
    assert tab.loaded is not None
    assert tab.loaded.dataset.image_shape == (1, 6, 9)
    assert tab.list.config() == config
    assert outside.drawn == 0


def test_use_for_training_hands_over_what_is_on_view(
    qtbot: QtBot, digits_tab: DataTab, outside: Outside
) -> None:
    for config in (
        DataConfig(),
        own(outside.array("mine"), invert=True, size=(12, 12), test_share=0.3),
        DataConfig(train_limit=500),
    ):
        digits_tab.show_config(config)
        wait_for(qtbot, digits_tab, "Digits" if config.source == "digits" else "mine.npy")
        with qtbot.waitSignal(digits_tab.chosen) as chosen:
            digits_tab.view.use_button.click()
        assert chosen.args == [config]


@pytest.mark.parametrize(("state", "enabled"), [(State.RUNNING, False), (State.IDLE, True)])
def test_a_running_training_keeps_its_data(tab: DataTab, state: State, enabled: bool) -> None:
    tab.show_state(state)
    assert tab.view.use_button.isEnabled() is enabled


def test_a_set_that_is_not_on_disk_is_offered(digits_tab: DataTab) -> None:
    choose(digits_tab, "CIFAR-10")
    offer = digits_tab.offer
    assert offer.isVisible()
    assert offer.download_button.text() == "Download, 170 MB"
    assert "CIFAR-10, by A. Krizhevsky" in offer.sentence.text()
    assert "no licence is known" in offer.licence.text()
    assert not digits_tab.library.busy


def test_back_from_an_offer_nothing_is_loaded_anew(
    qtbot: QtBot, digits_tab: DataTab, outside: Outside
) -> None:
    choose(digits_tab, "MNIST")
    choose(digits_tab, "Digits")
    assert digits_tab.view.isVisible()
    assert outside.drawn == 1


def test_a_download_is_shown_and_found_again(
    qtbot: QtBot, digits_tab: DataTab, outside: Outside
) -> None:
    outside.server = bring_bars
    choose(digits_tab, "MNIST")
    digits_tab.offer.download_button.click()
    wait_for(qtbot, digits_tab, "MNIST")
    row = digits_tab.list.currentItem()
    assert row.data(Qt.ItemDataRole.AccessibleTextRole) == "MNIST, on disk"
    with qtbot.waitSignal(digits_tab.chosen) as chosen:
        digits_tab.view.use_button.click()
    folder = str(outside.disk / "cache" / "datasets")
    assert chosen.args == [DataConfig(source="mnist", folder=folder)]


def test_a_failed_download_leaves_the_offer_and_the_set(
    qtbot: QtBot, digits_tab: DataTab, outside: Outside
) -> None:
    outside.server = bring_nothing
    choose(digits_tab, "MNIST")
    digits_tab.offer.download_button.click()
    wait_for_message(qtbot, digits_tab, NO_NETWORK)
    assert digits_tab.offer.isVisible()
    assert digits_tab.offer.download_button.isEnabled()
    assert digits_tab.loaded is not None
    assert digits_tab.loaded.config.source == "digits"


def test_a_download_tells_how_far_it_is_and_can_be_cancelled(
    qtbot: QtBot, digits_tab: DataTab, outside: Outside
) -> None:
    outside.server = bring_forever
    choose(digits_tab, "MNIST")
    digits_tab.offer.download_button.click()
    assert not digits_tab.offer.download_button.isEnabled()
    qtbot.waitUntil(lambda: digits_tab.job.isVisible(), timeout=TIMEOUT)
    text = "Downloading MNIST: 2.9 of 11.6 MB"
    qtbot.waitUntil(lambda: digits_tab.job.sentence.text() == text, timeout=TIMEOUT)
    assert 0 < (digits_tab.job.line.share or 0) < 0.3
    digits_tab.job.cancel_button.click()
    qtbot.waitUntil(lambda: not digits_tab.job.isVisible(), timeout=TIMEOUT)
    assert digits_tab.offer.download_button.isEnabled()
    choose(digits_tab, "Digits")
    assert digits_tab.view.isVisible()


def test_looking_away_does_not_end_a_download(
    qtbot: QtBot, digits_tab: DataTab, outside: Outside
) -> None:
    outside.server = bring_forever
    choose(digits_tab, "MNIST")
    digits_tab.offer.download_button.click()
    digits_tab.hide()
    digits_tab.show()
    qtbot.waitUntil(lambda: digits_tab.job.line.share not in (None, 0.0), timeout=TIMEOUT)
    assert digits_tab.library.busy


def test_files_in_a_folder_of_the_user(qtbot: QtBot, digits_tab: DataTab, outside: Outside) -> None:
    choose(digits_tab, "MNIST")
    digits_tab.offer.folder_button.click()
    assert digits_tab.offer.isVisible()
    broken = write_idx_folder(outside.disk / "broken", tiny_dataset())
    name = "train-images-idx3-ubyte"
    (broken / name).write_bytes((broken / name).read_bytes()[:999])
    outside.folder = broken
    digits_tab.offer.folder_button.click()
    wait_for_message(qtbot, digits_tab, name)
    assert digits_tab.loaded is not None
    assert digits_tab.loaded.config.source == "digits"
    outside.folder = write_idx_folder(outside.disk / "whole", tiny_dataset())
    digits_tab.offer.folder_button.click()
    wait_for(qtbot, digits_tab, "MNIST")
    assert digits_tab.messages.isHidden()
    assert digits_tab.loaded.config == DataConfig(source="mnist", folder=str(outside.folder))


def test_what_cannot_be_read_leaves_what_is_on_view(
    qtbot: QtBot, digits_tab: DataTab, outside: Outside
) -> None:
    path = outside.disk / "mine.npy"
    path.write_bytes(b"\x93NUMPY\x01\x00 and then nothing")
    digits_tab.show_config(own(path))
    wait_for_message(qtbot, digits_tab, "mine.npy")
    assert digits_tab.view.isVisible()
    assert digits_tab.view.title.text() == "Digits"
    current = digits_tab.list.config()
    assert current is not None
    assert current.source == "digits"


def test_a_first_set_that_cannot_be_read_leaves_the_list(
    qtbot: QtBot, tab: DataTab, outside: Outside
) -> None:
    tab.show_config(own(outside.disk / "gone.npy"))
    tab.show()
    wait_for_message(qtbot, tab, "gone.npy")
    assert tab.empty.isVisible()
    choose(tab, "Digits")
    wait_for(qtbot, tab, "Digits")
    assert tab.messages.isHidden()


def test_a_cancelled_first_set_can_be_chosen_again(
    qtbot: QtBot, tab: DataTab, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw_forever(cache_folder: Path, progress: Progress) -> Dataset:
        while True:
            progress(0.5, "Writing digits.")

    with monkeypatch.context() as patch:
        patch.setattr(digits, "load", draw_forever)
        tab.show()
        qtbot.waitUntil(lambda: tab.job.isVisible(), timeout=TIMEOUT)
        with qtbot.waitSignal(tab.library.cancelled, timeout=TIMEOUT):
            tab.job.cancel_button.click()
    assert tab.empty.isVisible()
    choose(tab, "Digits")
    wait_for(qtbot, tab, "Digits")


def test_the_newest_choice_wins(qtbot: QtBot, digits_tab: DataTab, outside: Outside) -> None:
    titles: list[str] = []
    digits_tab.library.loaded.connect(lambda result: titles.append(result.dataset.title))
    for name in ("one", "two", "three"):
        digits_tab.show_config(own(outside.array(name)))
    wait_for(qtbot, digits_tab, "three.npy")
    assert titles[-1] == "three.npy"
    assert not digits_tab.library.busy


def test_a_dropped_path_is_imported(qtbot: QtBot, digits_tab: DataTab, outside: Outside) -> None:
    path = outside.array("mine", 40)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(300, 300),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    digits_tab.dropEvent(event)
    dialog = digits_tab.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.import_button.isEnabled, timeout=TIMEOUT)
    dialog.form.invert.click()
    qtbot.waitUntil(dialog.import_button.isEnabled, timeout=TIMEOUT)
    dialog.import_button.click()
    wait_for(qtbot, digits_tab, "mine.npy")
    assert digits_tab.loaded is not None
    assert digits_tab.loaded.config == own(path, invert=True)
    assert digits_tab.view.facts.text().startswith("32 training and 8 test images")


def test_pictures_are_added_by_menu_and_imported_differently(
    qtbot: QtBot, digits_tab: DataTab, outside: Outside
) -> None:
    by_folder, by_file = digits_tab.add_menu.actions()
    by_folder.trigger()
    assert digits_tab.dialog is None
    outside.file = outside.array("mine")
    by_file.trigger()
    dialog = digits_tab.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.import_button.isEnabled, timeout=TIMEOUT)
    dialog.form.share.setValue(50)
    qtbot.waitUntil(dialog.import_button.isEnabled, timeout=TIMEOUT)
    dialog.import_button.click()
    wait_for(qtbot, digits_tab, "mine.npy")
    digits_tab.view.import_button.click()
    again = digits_tab.dialog
    assert again is not None
    assert again.form.options().test_share == 0.5
    again.reject()


def test_a_given_up_import_changes_nothing(
    qtbot: QtBot, digits_tab: DataTab, outside: Outside
) -> None:
    digits_tab.open_path(outside.array("mine"))
    dialog = digits_tab.dialog
    assert dialog is not None
    dialog.cancel_button.click()
    assert digits_tab.dialog is None
    assert digits_tab.view.title.text() == "Digits"


def test_the_newest_import_takes_the_place_of_the_one_before(
    qtbot: QtBot, digits_tab: DataTab, outside: Outside
) -> None:
    digits_tab.open_path(outside.array("one"))
    digits_tab.open_path(outside.array("two"))
    dialog = digits_tab.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.import_button.isEnabled, timeout=TIMEOUT)
    assert "two" in dialog.windowTitle()
    dialog.import_button.click()
    wait_for(qtbot, digits_tab, "two.npy")


def test_shutdown_ends_what_runs(qtbot: QtBot, digits_tab: DataTab, outside: Outside) -> None:
    outside.server = bring_forever
    choose(digits_tab, "MNIST")
    digits_tab.offer.download_button.click()
    digits_tab.shutdown()
    assert not digits_tab.library.busy
