"""The real window with the real session: what a user does from start to end."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.samples import tiny_config, tiny_dataset, write_idx_folder
from vae_desktop import diagnostics, paths
from vae_desktop.app import application, build_window
from vae_desktop.core import runs
from vae_desktop.core.config import RunConfig
from vae_desktop.preferences import Preferences
from vae_desktop.session.state import State
from vae_desktop.ui.examples_menu import ExamplesMenu
from vae_desktop.ui.main_window import MainWindow

TIMEOUT = 60_000


class Answers:
    """Answers what the window asks, without a dialog."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.may_close = True
        self.asked: list[str] = []

    def choose_folder(self, parent: object, title: str, start: Path | None) -> Path | None:
        self.asked.append(title)
        return self.folder

    def choose_file_to_save(
        self, parent: object, title: str, start: Path, kinds: str
    ) -> Path | None:
        self.asked.append(title)
        return None

    def may_close_while_training(self, parent: object) -> bool:
        self.asked.append("close")
        return self.may_close

    def show_text(self, parent: object, title: str, text: str) -> None:
        self.asked.append(title)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def config(tmp_path: Path) -> RunConfig:
    folder = write_idx_folder(tmp_path / "data", tiny_dataset())
    return tiny_config().changed(data={"source": "mnist", "folder": str(folder)})


@pytest.fixture
def window(
    qtbot: QtBot, tmp_path: Path, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    monkeypatch.setattr(paths, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(diagnostics, "install_hooks", lambda report: None)
    window = build_window(application(), Preferences(), tmp_path / "runs", answers)
    qtbot.addWidget(window)
    window.show()
    yield window
    answers.may_close = True
    window.close()


def wait_for(qtbot: QtBot, window: MainWindow, state: State) -> None:
    qtbot.waitUntil(lambda: window.session.state is state, timeout=TIMEOUT)


def train(qtbot: QtBot, window: MainWindow, config: RunConfig) -> Path:
    """Train with the form as a user does; returns the run's folder."""
    window.training.form.set_config(config)
    window.actions_.start.trigger()
    qtbot.waitUntil(lambda: window.session.state.active, timeout=TIMEOUT)
    wait_for(qtbot, window, State.IDLE)
    assert window.session.folder is not None
    return window.session.folder


def shown(window: MainWindow) -> tuple[int, int]:
    """How many batches and evaluations the loss plot holds."""
    history = window.training.plot.history
    return len(history), len(history.tested("total")[0])


def test_train_look_and_open_again(
    qtbot: QtBot, window: MainWindow, config: RunConfig, answers: Answers
) -> None:
    folder = train(qtbot, window, config)
    qtbot.waitUntil(lambda: shown(window) == (20, 2), timeout=TIMEOUT)
    answers.folder = folder
    window.actions_.open_run.trigger()
    qtbot.waitUntil(lambda: window.session.run == 2, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: shown(window) == (20, 2), timeout=TIMEOUT)
    assert window.session.folder == folder


def test_an_example_run_is_opened_where_it_lies_and_stays_as_it_is(
    qtbot: QtBot, window: MainWindow, config: RunConfig
) -> None:
    folder = train(qtbot, window, config)
    (folder / runs.CHECKPOINT).unlink()
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}
    menu = ExamplesMenu([folder], window)
    menu.run_requested.connect(window.open_run)
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: window.session.run == 2, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: shown(window) == (20, 2), timeout=TIMEOUT)
    assert not window.session.can_resume
    assert window.actions_.start.text() == "Train"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == kept


def test_f5_starts_and_space_pauses(qtbot: QtBot, window: MainWindow, config: RunConfig) -> None:
    window.training.form.set_config(config.changed(training={"epochs": 10_000}))
    window.tabs.currentWidget().setFocus()
    qtbot.keyClick(window, Qt.Key.Key_F5)
    wait_for(qtbot, window, State.RUNNING)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    wait_for(qtbot, window, State.PAUSED)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    wait_for(qtbot, window, State.RUNNING)
    qtbot.waitUntil(lambda: shown(window)[0] > 0, timeout=TIMEOUT)
    window.actions_.stop.trigger()
    wait_for(qtbot, window, State.IDLE)
    assert runs.read(window.session.folder or Path()).weights.step > 0


def test_closing_while_training_asks_first(
    qtbot: QtBot, window: MainWindow, config: RunConfig, answers: Answers
) -> None:
    window.training.form.set_config(config.changed(training={"epochs": 10_000}))
    window.actions_.start.trigger()
    wait_for(qtbot, window, State.RUNNING)
    answers.may_close = False
    assert not window.close()
    assert window.session.state is State.RUNNING
    answers.may_close = True
    assert window.close()
    assert window.session.state is State.IDLE
    assert answers.asked == ["close", "close"]


def test_what_fails_is_said_and_the_next_run_works(
    qtbot: QtBot, window: MainWindow, config: RunConfig
) -> None:
    window.training.form.set_config(config.changed(data={"folder": "/no/such/folder"}))
    window.actions_.start.trigger()
    wait_for(qtbot, window, State.FAILED)
    assert window.messages.isVisible()
    assert "/no/such/folder" in window.messages.sentence.text()
    train(qtbot, window, config)
    assert not window.messages.isVisible()


def test_the_grid_shows_what_the_run_keeps(
    qtbot: QtBot, window: MainWindow, config: RunConfig
) -> None:
    """The pictures on screen are those that were saved with the run."""
    folder = train(qtbot, window, config)
    preview = runs.read(folder).preview
    assert preview is not None

    def on_screen(image: np.ndarray) -> bool:
        picture = window.training.grid.view.picture
        if picture.size < image.size:
            return False
        places = np.lib.stride_tricks.sliding_window_view(picture, image.shape)
        return bool((places == image).all(axis=(2, 3)).any())

    qtbot.waitUntil(
        lambda: all(on_screen(image[0]) for image in preview.reconstructions[:10]), timeout=TIMEOUT
    )
