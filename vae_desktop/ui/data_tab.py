"""The Data tab: choose a data set, look at it, and hand it to the next run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.core.config import DataConfig
from vae_desktop.core.data.catalogue import source_of
from vae_desktop.core.data.import_options import ImportOptions
from vae_desktop.session.data_library import DataLibrary, LoadedSet, same_pictures
from vae_desktop.session.import_preview import ImportPreview
from vae_desktop.session.state import Failure, State
from vae_desktop.ui.actions import CONTROLS
from vae_desktop.ui.data_list import DataList
from vae_desktop.ui.download_offer import DownloadOffer
from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.import_dialog import ImportDialog
from vae_desktop.ui.job_line import JobLine
from vae_desktop.ui.messages import MessageBar
from vae_desktop.ui.set_view import SetView
from vae_desktop.ui.tab import Tab
from vae_desktop.ui.theme import accent

if TYPE_CHECKING:
    from vae_desktop.session.session import OpenedRun

ChoosePath = Callable[[Path | None], Path | None]
"""Asks the user for a path, starting at one; None where the user gave up."""

_WIDTHS = (264, 968)


class DataTab(Tab):
    """The list of sets at the left, the one that is loaded beside it.

    Args:
        library: loads and downloads; the tab shuts it down.
        choose_folder: asks for a folder.
        choose_file: asks for a file with pictures.
    """

    title = "Data"
    chosen = Signal(object)

    def __init__(
        self, library: DataLibrary, choose_folder: ChoosePath, choose_file: ChoosePath
    ) -> None:
        super().__init__()
        self.library, self._preview = library, ImportPreview()
        self._choose_folder, self._choose_file = choose_folder, choose_file
        self._wanted, self._behind = DataConfig(), True
        self.dialog: ImportDialog | None = None
        self.list = DataList(library.downloads)
        self.add_button = QPushButton("Add pictures…")
        self.add_menu = QMenu(self)
        self.empty = EmptyState("No data set is loaded. Choose one from the list.")
        self.offer = DownloadOffer()
        self.view = SetView()
        self.job = JobLine()
        self.messages = MessageBar()
        self._stack = QStackedWidget()
        self.setAcceptDrops(True)
        self._drop_offered = False
        self._lay_out()
        self._connect()
        self.list.select(self._wanted)

    @property
    def loaded(self) -> LoadedSet | None:
        """The set that can be looked at."""
        return self.view.loaded

    def show_config(self, data: DataConfig) -> None:
        """Show the set that a run or the form uses; loaded when the tab is on view."""
        data = self.list.located(data)
        self.list.select(data)
        self._on_set_chosen(data)

    def show_run(self, run: OpenedRun) -> None:
        self.show_config(run.config.data)

    def show_state(self, state: State) -> None:
        self.view.use_button.setEnabled(CONTROLS[state].can_edit)

    def open_path(self, path: Path) -> None:
        """Let the user import a file or folder of pictures."""
        if self.dialog is not None:
            self.dialog.reject()
        known = self.list.own_config(path)
        options = known.pictures if known else ImportOptions()
        self.dialog = ImportDialog(path, options, self._preview, self)
        self.dialog.chosen.connect(self._on_import_chosen)
        self.dialog.finished.connect(self._on_dialog_finished)
        self.dialog.open()

    def shutdown(self) -> None:
        """End everything that runs in the background, and wait for it."""
        self.library.shutdown()
        self._preview.shutdown()
        self.view.shutdown()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.list.refresh()
        if self._behind:
            self._follow()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path(event) is not None:
            event.acceptProposedAction()
            self._offer_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._offer_drop(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._offer_drop(False)
        path = dropped_path(event)
        if path is not None:
            event.acceptProposedAction()
            self.open_path(path)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._drop_offered:
            painter = QPainter(self)
            painter.setPen(QPen(accent(self.palette()), 2))
            painter.drawRect(self.rect().adjusted(4, 4, -4, -4))

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.list, 1)
        column.addWidget(self.add_button)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for page in (self.empty, self.offer, self.view):
            self._stack.addWidget(page)
        column.addWidget(self._stack, 1)
        column.addWidget(self.job)
        column.addWidget(self.messages)
        columns = QSplitter(Qt.Orientation.Horizontal)
        columns.addWidget(left)
        columns.addWidget(right)
        columns.setSizes(_WIDTHS)
        columns.setStretchFactor(1, 1)
        columns.setChildrenCollapsible(False)
        columns.setHandleWidth(24)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 8)
        layout.addWidget(columns)

    def _connect(self) -> None:
        self.add_menu.addAction("Folder of pictures…").triggered.connect(self._on_add_folder)
        self.add_menu.addAction("ZIP, array or IDX file…").triggered.connect(self._on_add_file)
        self.add_button.setMenu(self.add_menu)
        self.list.chosen.connect(self._on_set_chosen)
        self.offer.download_requested.connect(self._on_download_requested)
        self.offer.folder_requested.connect(self._on_folder_requested)
        self.view.use_requested.connect(self._on_use_requested)
        self.view.import_requested.connect(self._on_import_requested)
        self.job.cancel_requested.connect(self.library.cancel)
        self.library.started.connect(self._on_started)
        self.library.progressed.connect(self.job.show_progress)
        self.library.loaded.connect(self._on_loaded)
        self.library.failed.connect(self._on_failed)
        self.library.cancelled.connect(self._on_cancelled)

    def _follow(self) -> None:
        """Bring what is wanted on screen: at once, after loading, or as an offer."""
        self._behind = False
        self.messages.hide()
        loaded, wanted = self.loaded, self._wanted
        if loaded is not None and same_pictures(loaded.config, wanted):
            self.library.cancel()
            self.view.loaded = replace(loaded, config=wanted)
            self._stack.setCurrentWidget(self.view)
        elif not self.list.is_present(wanted):
            self.library.cancel()
            self.offer.show_source(source_of(wanted.source))
            self._stack.setCurrentWidget(self.offer)
        else:
            self._stack.setCurrentWidget(self.empty if loaded is None else self.view)
            self.library.load(wanted)

    def _go_back(self) -> None:
        """What was wanted did not come: what is loaded stays; an offer still stands."""
        self.job.end()
        self.offer.show_busy(False)
        if self._stack.currentWidget() is self.offer:
            self._wanted = self.list.config() or self._wanted
        elif self.loaded is not None:
            self._wanted = self.loaded.config
            self.list.select(self._wanted)
        else:
            self.list.select(None)  # so that the same row can be chosen again

    def _offer_drop(self, offered: bool) -> None:
        self._drop_offered = offered
        self.update()

    def _on_set_chosen(self, config: DataConfig) -> None:
        self._wanted, self._behind = config, True
        if self.isVisible():
            self._follow()

    def _on_import_chosen(self, config: DataConfig) -> None:
        self._wanted = config
        self._follow()

    def _on_dialog_finished(self) -> None:
        self.dialog = None

    def _on_started(self) -> None:
        self.job.begin()
        self.offer.show_busy(True)

    def _on_loaded(self, loaded: LoadedSet) -> None:
        self.job.end()
        self.offer.show_busy(False)
        if not same_pictures(loaded.config, self._wanted):
            return
        self.messages.hide()
        self.list.remember(loaded.config)
        self.list.select(loaded.config)
        self.view.show_set(loaded)
        self._stack.setCurrentWidget(self.view)

    def _on_failed(self, failure: Failure) -> None:
        self._go_back()
        self.messages.show_failure(failure)

    def _on_cancelled(self) -> None:
        self._go_back()

    def _on_download_requested(self, key: str) -> None:
        self.messages.hide()
        self._wanted = DataConfig(source=key, folder=str(self.library.downloads))
        self.library.download(key)

    def _on_folder_requested(self, key: str) -> None:
        folder = self._choose_folder(None)
        if folder is not None:
            self.messages.hide()
            self._wanted = DataConfig(source=key, folder=str(folder))
            self.library.load(self._wanted)

    def _on_add_folder(self) -> None:
        folder = self._choose_folder(None)
        if folder is not None:
            self.open_path(folder)

    def _on_add_file(self) -> None:
        file = self._choose_file(None)
        if file is not None:
            self.open_path(file)

    def _on_import_requested(self) -> None:
        if self.loaded is not None and self.loaded.config.folder:
            self.open_path(Path(self.loaded.config.folder))

    def _on_use_requested(self) -> None:
        if self.loaded is not None:
            self.chosen.emit(self.loaded.config)


def dropped_path(event: QDropEvent) -> Path | None:
    """The one file or folder that is dragged, if it is one."""
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
