"""Everything that can be done from a menu, a key or the transport, each as one QAction."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QPalette

from vae_desktop.session.state import State
from vae_desktop.ui.fonts import SCALES
from vae_desktop.ui.icons import icon
from vae_desktop.ui.theme import Mode


@dataclass(frozen=True)
class Controls:
    """What the run's controls say and allow in one state.

    Attributes:
        start, stop: texts of the two buttons.
        can_start, can_pause, can_stop, can_stop_after_epoch: what is enabled.
        can_edit: whether the settings of the next run can be changed.
    """

    start: str
    stop: str
    can_start: bool
    can_pause: bool
    can_stop: bool
    can_stop_after_epoch: bool
    can_edit: bool


CONTROLS = {
    State.IDLE: Controls("Train", "Stop", True, False, False, False, True),
    State.PREPARING: Controls("Train", "Cancel", False, False, True, False, False),
    State.RUNNING: Controls("Train", "Stop", False, True, True, True, False),
    State.PAUSED: Controls("Resume", "Stop", True, False, True, True, False),
    State.STOPPING: Controls("Train", "Stop now", False, False, True, False, False),
    State.FAILED: Controls("Train", "Stop", True, False, False, False, True),
}

_MODES = {Mode.SYSTEM: "As the system", Mode.LIGHT: "Light", Mode.DARK: "Dark"}
_SCALES = dict(zip(SCALES, ("Normal text", "Larger text", "Largest text"), strict=True))


class Actions(QObject):
    """The actions of the main window; the window connects them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        keys = QKeySequence.StandardKey
        self.new_run = self._action("New run", keys.New, "Set the form to its default settings.")
        self.open_run = self._action("Open run…", keys.Open, "Show a run that was saved.")
        self.save_plot = self._action(
            "Save loss plot as PNG…", keys.Save, "Write the loss plot as a picture."
        )
        self.close = self._action("Close", keys.Close, "Close the window.")
        self.start = self._action("Train", "F5", "Train a model with these settings.")
        self.train_anew = self._action(
            "Train as a new run", "Shift+F5", "Train with these settings in a new folder."
        )
        self.pause = self._action("Pause", None, "Hold training between two steps. (Space)")
        self.stop_after_epoch = self._action(
            "Stop after this epoch", "Ctrl+.", "Finish the epoch, test, and keep the result."
        )
        self.stop = self._action(
            "Stop", "Ctrl+Shift+.", "Stop after the current step and keep the result."
        )
        self.shortcuts = self._action("Keyboard shortcuts", keys.HelpContents, "List the keys.")
        self.about = self._action("About VAE Desktop", None, "Version and licence.")
        self.themes = self._choices(_MODES)
        self.scales = self._choices(_SCALES)

    def show_state(self, state: State, obstacle: str, *, goes_on: bool = False) -> None:
        """Set texts and enabled states.

        Args:
            state: of the session.
            obstacle: why no run can start, or "".
            goes_on: whether a start goes on with the run on view.
        """
        controls = CONTROLS[state]
        self.start.setText("Resume" if goes_on else controls.start)
        self.stop.setText(controls.stop)
        blocked = bool(obstacle) and controls.can_edit
        self.start.setEnabled(controls.can_start and not blocked)
        self.start.setToolTip(obstacle if blocked else _start_tip(state, goes_on))
        self.train_anew.setEnabled(controls.can_edit and not blocked)
        self.pause.setEnabled(controls.can_pause)
        self.stop.setEnabled(controls.can_stop)
        self.stop_after_epoch.setEnabled(controls.can_stop_after_epoch)
        self.new_run.setEnabled(controls.can_edit)
        self.open_run.setEnabled(controls.can_edit)

    def tint(self, colours: QPalette) -> None:
        """Draw the icons in the colours of a palette."""
        role = QPalette.ColorRole
        self.start.setIcon(icon("play", colours, role.Highlight))
        self.pause.setIcon(icon("pause", colours, role.ButtonText))
        self.stop.setIcon(icon("stop", colours, role.ButtonText))

    def _action(
        self, text: str, key: QKeySequence.StandardKey | str | None, sentence: str
    ) -> QAction:
        action = QAction(text, self)
        if key is not None:
            action.setShortcut(QKeySequence(key))
        action.setToolTip(sentence)
        return action

    def _choices(self, texts: dict[Any, str]) -> QActionGroup:
        """Checkable actions of which one is on; each holds its value as data."""
        group = QActionGroup(self)
        for value, text in texts.items():
            action = group.addAction(text)
            action.setCheckable(True)
            action.setData(value)
        return group


def _start_tip(state: State, goes_on: bool) -> str:
    if state is State.PAUSED:
        return "Go on with the paused run. (F5)"
    if goes_on:
        return "Go on with the run on view from where it ended. (F5)"
    return "Train a model with these settings. (F5)"
