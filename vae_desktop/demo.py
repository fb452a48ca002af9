"""The demo: the window, training at once; without a screen, its pictures and its results."""

import os
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from vae_desktop import paths
from vae_desktop.app import application, build_window, execute, has_screen
from vae_desktop.core import history, runs
from vae_desktop.core.config import RunConfig
from vae_desktop.core.errors import RunError, UserError
from vae_desktop.core.events import Ended, Evaluation
from vae_desktop.preferences import Preferences
from vae_desktop.session.state import Failure, State
from vae_desktop.terminal import print_table
from vae_desktop.ui.ask import Dialogs
from vae_desktop.ui.main_window import MainWindow

SETTLE_MS = 400
"""Views draw at most some times a second; after this long each shows the end of the run."""
PATIENCE = 75
"""How often a tab that still waits for something is given that long again."""


def run_demo(config: RunConfig, out: Path, offscreen: bool) -> int:
    """Open the window and train; see `vae-desktop demo --help`.

    Args:
        config: what to train.
        out: the folder for pictures and the run.
        offscreen: draw in memory even where there is a screen.

    Returns:
        The exit status.

    Raises:
        UserError: the folder cannot be written, or training failed offscreen.
    """
    in_memory = offscreen or not has_screen()
    if in_memory:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"{out} cannot be written ({error.strerror}); choose another.") from error
    folder = runs.free_folder(out, "run")
    qt = application()
    # Every demo looks the same: it neither reads nor changes the user's preferences.
    window = build_window(qt, Preferences(), paths.runs_folder(), Dialogs())
    window.show()
    photographer = Photographer(window, out) if in_memory else None
    window.session.start(config, folder)
    status = execute(qt, window)
    if photographer is not None:
        photographer.raise_failure()
        _print_results(folder, photographer.pictures)
    return status


class Photographer(QObject):
    """Waits for the end of the training, saves a picture of every tab, closes the window."""

    def __init__(self, window: MainWindow, out: Path) -> None:
        super().__init__(window)
        self._window, self._out = window, out
        self._failure: Failure | None = None
        self._waits = 0
        self._unseen: list[int] = list(range(window.tabs.count()))
        self.pictures: list[Path] = []
        window.session.state_changed.connect(self._on_state_changed)
        window.session.failed.connect(self._on_failed)

    def raise_failure(self) -> None:
        """Raise what made the training fail, if it did."""
        if self._failure is not None:
            raise UserError(self._failure.sentence)

    @Slot(object)
    def _on_state_changed(self, state: State) -> None:
        if state is State.IDLE:
            self._next_tab()

    @Slot(object)
    def _on_failed(self, failure: Failure) -> None:
        self._failure = failure
        QApplication.closeAllWindows()

    def _next_tab(self) -> None:
        if self._unseen:
            self._window.tabs.setCurrentIndex(self._unseen[0])
            QTimer.singleShot(SETTLE_MS, self._on_settled)
        else:
            self._window.close()

    @Slot()
    def _on_settled(self) -> None:
        if not self._window.pages[self._unseen[0]].settled and self._waits < PATIENCE:
            self._waits += 1
            QTimer.singleShot(SETTLE_MS, self._on_settled)
            return
        index, self._waits = self._unseen.pop(0), 0
        name = self._window.tabs.tabText(index).replace("&", "").lower()
        path = self._out / f"{index + 1}-{name}.png"
        if self._window.grab().save(str(path)):
            self.pictures.append(path)
            self._next_tab()
        else:
            self._failure = Failure(f"{path} cannot be written; choose another --out.")
            self._window.close()


def _print_results(folder: Path, pictures: list[Path]) -> None:
    rows = []
    for event in history.read(folder / runs.HISTORY):
        if isinstance(event, Evaluation):
            value = f"{event.total:.2f} = {event.reconstruction:.2f} + KL {event.kl:.2f}"
            rows.append((f"epoch {event.epoch}", value))
            images = event.images
        if isinstance(event, Ended):
            rows.append(("speed", f"{event.images_per_second:,.0f} images/s"))
            rows.append(("time", f"{event.seconds:.1f} s"))
    print_table(f"Test set, nats per image ({images:,} images)", rows)
    print(f"Run: {folder}")
    for picture in pictures:
        print(f"Picture: {picture}")
