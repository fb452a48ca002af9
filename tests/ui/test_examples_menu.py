"""The menu of the runs that come with the app."""

from pathlib import Path

from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from vae_desktop.ui.examples_menu import ExamplesMenu


def test_each_run_can_be_asked_for(qtbot: QtBot) -> None:
    file = QMenu()
    qtbot.addWidget(file)
    folders = [Path("/app/1 Classifier"), Path("/app/2 VAE")]
    menu = ExamplesMenu(folders, file)
    file.addMenu(menu)
    assert [action.text() for action in menu.actions()] == ["1 Classifier", "2 VAE"]
    with qtbot.waitSignal(menu.run_requested) as told:
        menu.actions()[1].trigger()
    assert told.args == [folders[1]]
    assert menu.menuAction().isVisible()


def test_without_runs_there_is_no_such_menu(qtbot: QtBot) -> None:
    file = QMenu()
    qtbot.addWidget(file)
    menu = ExamplesMenu((), file)
    file.addMenu(menu)
    assert not menu.menuAction().isVisible()
