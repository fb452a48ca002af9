"""The main window: tabs over a transport, fed from the session on every tick."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from vae_desktop import __version__, paths
from vae_desktop.core.config import DataConfig, RunConfig
from vae_desktop.core.errors import ConfigError
from vae_desktop.core.events import Event
from vae_desktop.core.progress import Progress
from vae_desktop.preferences import Preferences
from vae_desktop.session.clouds import CloudSource
from vae_desktop.session.data_library import DataLibrary
from vae_desktop.session.judging import JudgeSource
from vae_desktop.session.measuring import Measured, measure
from vae_desktop.session.state import Failure, State
from vae_desktop.ui.actions import Actions
from vae_desktop.ui.ask import Ask
from vae_desktop.ui.backlog import Backlog
from vae_desktop.ui.data_tab import DataTab, dropped_path
from vae_desktop.ui.decode_strips import decode_strips
from vae_desktop.ui.decode_tab import DecodeTab
from vae_desktop.ui.examples_menu import ExamplesMenu
from vae_desktop.ui.latent_tab import LatentTab
from vae_desktop.ui.live import LivePanel, draw_most_overdue
from vae_desktop.ui.look import Look
from vae_desktop.ui.menus import fill_menu_bar, shortcut_list
from vae_desktop.ui.messages import MessageBar
from vae_desktop.ui.run_button import RecentMenu, RecentRuns, RunButton
from vae_desktop.ui.space_key import SpaceKey
from vae_desktop.ui.starter import Starter
from vae_desktop.ui.tab import Tab
from vae_desktop.ui.tab_bar import FlatTabs
from vae_desktop.ui.training_tab import TrainingTab
from vae_desktop.ui.transport import Transport
from vae_desktop.ui.traversal_tab import TraversalTab

if TYPE_CHECKING:
    from vae_desktop.session.on_view import RunOnView
    from vae_desktop.session.session import OpenedRun, TrainingSession

TICK_MS = 16
_SIZE = (1280, 800)


class MainWindow(QMainWindow):
    """Shows the run on view and steers the session.

    Args:
        session: trains and reads runs; the window shuts it down when it closes.
        on_view: the run that the tabs look at; likewise.
        library: loads the sets of the Data tab; likewise.
        preferences: what is remembered from one start to the next.
        ask: puts questions to the user.
    """

    ticked = Signal(float)

    def __init__(
        self,
        session: TrainingSession,
        on_view: RunOnView,
        library: DataLibrary,
        preferences: Preferences,
        ask: Ask,
    ) -> None:
        super().__init__()
        self.session, self.on_view = session, on_view
        self._preferences, self._ask = preferences, ask
        self._recent = RecentRuns(preferences)
        self.actions_ = Actions(self)
        self.look = Look(self.actions_, preferences, self)
        self.data = DataTab(library, self._choose_data_folder, self._choose_pictures)
        self.training = TrainingTab(self._choose_data_folder, self._measure)
        self.judges = JudgeSource(on_view, session.runs_folder, self._recent.folders, self)
        self.latent = LatentTab(on_view, self.judges, ask)
        self.codes = CloudSource(on_view, self)
        self.decode = DecodeTab(on_view, decode_strips(on_view, self.codes, ask))
        self.traversals = TraversalTab(on_view, ask, self._known_runs)
        self._library, self._data_shown = library, DataConfig()
        self.pages: list[Tab] = [
            self.data,
            self.training,
            self.latent,
            self.decode,
            self.traversals,
        ]
        self.tabs = FlatTabs()
        self.messages = MessageBar()
        self.starter = Starter(session, self.training.form, self.messages, preferences)
        self.transport = Transport(self.actions_)
        self._panels: list[LivePanel] = [self.transport]
        self._backlog = Backlog(session.feed, self._take)
        self.setAcceptDrops(True)
        self._build()
        self._connect_actions()
        self._connect_session()
        self._restore()
        self._on_state_changed(session.state)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)
        self._timer.start(TICK_MS)

    def open_run(self, folder: Path) -> None:
        """Show a saved run; it is read in the background."""
        self.starter.attempt(lambda: self.session.open_run(folder))

    def start_run(self) -> None:
        """Go on after a pause or with an unfinished run; else train a new one."""
        self.starter.start()

    @Slot(object)
    def show_failure(self, failure: Failure) -> None:
        """Say what went wrong."""
        self.messages.show_failure(failure)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.session.state.active and not self._ask.may_close_while_training(self):
            event.ignore()
            return
        self._timer.stop()
        self.data.shutdown()
        self.training.shutdown()
        self.latent.shutdown()
        self.judges.shutdown()
        self.decode.shutdown()
        self.codes.shutdown()
        self.traversals.shutdown()
        self.on_view.shutdown()
        self.session.shutdown()
        geometry = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        self._preferences.set("geometry", geometry)
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.actions_.tint(self.palette())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_path(event)
        if path is not None:
            event.acceptProposedAction()
            self.open_pictures(path)

    def _build(self) -> None:
        for page in self.pages:
            self.tabs.addTab(page, page.title)
            self._panels += page.live_panels()
        self.tabs.setCurrentWidget(self.training)
        self.recent_menu = RecentMenu(self._recent, self)
        self.recent_menu.run_requested.connect(self.open_run)
        self.run_button = RunButton(self.recent_menu)
        self.tabs.setCornerWidget(self.run_button)
        central = QWidget()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.messages)
        layout.addWidget(self.transport)
        self.setCentralWidget(central)
        self.examples_menu = ExamplesMenu(paths.example_runs(), self)
        self.examples_menu.run_requested.connect(self.open_run)
        menus = self.recent_menu, self.examples_menu
        fill_menu_bar(self.menuBar(), self.actions_, self.tabs, *menus)
        self.actions_.tint(self.palette())

    def _connect_actions(self) -> None:
        actions = self.actions_
        actions.new_run.triggered.connect(self._on_new_run)
        actions.open_run.triggered.connect(self._on_open_run)
        actions.save_plot.triggered.connect(self._on_save_plot)
        actions.close.triggered.connect(self.close)
        actions.start.triggered.connect(self.start_run)
        actions.train_anew.triggered.connect(self.starter.start_anew)
        actions.pause.triggered.connect(self.session.pause)
        actions.stop.triggered.connect(self._on_stop)
        actions.stop_after_epoch.triggered.connect(self._on_stop_after_epoch)
        actions.shortcuts.triggered.connect(self._on_shortcuts)
        actions.about.triggered.connect(self._on_about)
        SpaceKey(self).pressed.connect(self._on_space)
        self.data.chosen.connect(self._on_data_chosen)
        self.training.start_requested.connect(self.start_run)
        for page in (self.latent, self.decode, self.traversals):
            page.start_requested.connect(self.start_run)
            page.failed.connect(self.show_failure)
            page.noticed.connect(self.messages.show_notice)
        self.traversals.train_requested.connect(self.starter.start_with)
        self.training.form.changed.connect(self._on_form_changed)
        self.training.levers.moved.connect(self._on_lever_moved)

    def _connect_session(self) -> None:
        self.session.state_changed.connect(self._on_state_changed)
        self.session.state_changed.connect(self.judges.show_state)
        self.session.failed.connect(self.show_failure)
        self.session.open_failed.connect(self.show_failure)
        self.session.run_started.connect(self._on_run_on_view)
        self.session.run_opened.connect(self._on_run_on_view)

    def _restore(self) -> None:
        self.resize(*_SIZE)
        geometry = self._preferences.get("geometry", "")
        if isinstance(geometry, str) and geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode("ascii", "ignore")))
        try:
            config = RunConfig.parse(self._preferences.get("last_config", {}))
        except ConfigError:
            config = RunConfig()
        self.training.form.set_config(config)
        self.data.show_config(config.data)

    def _choose_data_folder(self, start: Path | None) -> Path | None:
        return self._ask.choose_folder(self, "Choose the folder of the data set", start)

    def _choose_pictures(self, start: Path | None) -> Path | None:
        kinds = "Pictures (*.zip *.npy *.npz *.gz *ubyte);;All files (*)"
        return self._ask.choose_file(self, "Choose a file of pictures", start, kinds)

    def open_pictures(self, path: Path) -> None:
        """Let the user import a file or folder of pictures."""
        self.tabs.setCurrentWidget(self.data)
        self.data.open_path(path)

    def _known_runs(self) -> list[Path]:
        """Recent runs first, then the others among the user's runs, the newest first."""
        try:
            kept = sorted(self.session.runs_folder.iterdir(), reverse=True)
        except OSError:
            kept = []
        return list(dict.fromkeys([*self._recent.folders(), *kept]))

    @Slot(object)
    def _on_data_chosen(self, data: DataConfig) -> None:
        self.training.form.set_data(data)
        self.tabs.setCurrentWidget(self.training)

    @Slot()
    def _on_tick(self) -> None:
        now = time.perf_counter()
        self._backlog.work(self.session.run)
        draw_most_overdue(self._panels, now)
        self.ticked.emit(now)

    def _take(self, event: Event) -> None:
        self.on_view.take(event)
        self.transport.take(event)
        for page in self.pages:
            page.take(event)

    @Slot(object)
    def _on_state_changed(self, state: State) -> None:
        self.messages.end_refusal()
        self._show_controls()
        self.transport.show_state(state)
        self.codes.show_state(state)
        for page in self.pages:
            page.show_state(state)

    @Slot(object)
    def _on_run_on_view(self, run: OpenedRun) -> None:
        self.messages.hide()
        self.on_view.show_run(run.config)
        self.transport.clear()
        for page in self.pages:
            page.show_run(run)
        self.starter.follow_run()
        self._show_controls()
        self._recent.add(run.folder)
        self.run_button.show_run(run.folder)
        self.setWindowTitle(f"{run.folder.name} – VAE Desktop")
        self.tabs.currentWidget().setFocus()

    def _measure(self, folder: Path, samples: int, progress: Progress) -> Measured:
        """Runs in the background."""
        return measure(folder, self._library.cache_folder, samples, progress)

    def _show_controls(self) -> None:
        obstacle = self.training.form.obstacle
        self.actions_.show_state(self.session.state, obstacle, goes_on=self.starter.goes_on)
        self.training.show_obstacle(obstacle)

    @Slot()
    def _on_form_changed(self) -> None:
        self._show_controls()
        config = self.starter.settings()
        if config is not None and config.data != self._data_shown:
            self._data_shown = config.data
            self.data.show_config(config.data)

    @Slot(str, float)
    def _on_lever_moved(self, name: str, value: float) -> None:
        if not self.starter.move_lever(name, value):
            self.training.levers.boxes[name].give_up()

    @Slot()
    def _on_new_run(self) -> None:
        self.training.form.set_config(RunConfig())
        self.tabs.setCurrentWidget(self.training)

    @Slot()
    def _on_open_run(self) -> None:
        recent = self._recent.folders()
        start = recent[0].parent if recent else None
        folder = self._ask.choose_folder(self, "Open the folder of a run", start)
        if folder is not None:
            self.open_run(folder)

    @Slot()
    def _on_save_plot(self) -> None:
        start = (self.session.folder or Path.home()) / "loss.png"
        path = self._ask.choose_file_to_save(self, "Save the loss plot", start, "PNG (*.png)")
        if path is None:
            return
        if path.suffix.lower() != ".png":
            path = path.with_name(f"{path.name}.png")
        if self.training.plot.picture().save(str(path), "PNG"):
            self.messages.show_notice(f"The loss plot is saved in {path}.")
        else:
            sentence = f"The loss plot cannot be saved in {path}; choose another folder."
            self.show_failure(Failure(sentence))

    @Slot()
    def _on_stop(self) -> None:
        self.session.stop_now()
        self.transport.expect_stop(after_epoch=False)

    @Slot()
    def _on_stop_after_epoch(self) -> None:
        self.session.stop_after_epoch()
        self.transport.expect_stop(after_epoch=True)

    @Slot()
    def _on_space(self) -> None:
        if self.session.state is State.PAUSED:
            self.session.resume()
        else:
            self.session.pause()

    @Slot()
    def _on_shortcuts(self) -> None:
        self._ask.show_text(self, "Keyboard shortcuts", shortcut_list(self.menuBar()))

    @Slot()
    def _on_about(self) -> None:
        text = (
            f"VAE Desktop {__version__}\n\nTrain variational autoencoders and watch them learn.\n"
            "MIT licence. Made with PySide6, pyqtgraph and PyTorch."
        )
        self._ask.show_text(self, "About VAE Desktop", text)
