"""The row under every tab: start, pause, stop, and how far the run is."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from vae_desktop.core.events import Batches, Ended, Evaluation, Event, Prepared, Preparing
from vae_desktop.session.state import State
from vae_desktop.ui.actions import Actions
from vae_desktop.ui.labels import CountingLabel
from vae_desktop.ui.live import RunPanel
from vae_desktop.ui.numbers import count, duration, plural, speed
from vae_desktop.ui.progress_line import ProgressLine
from vae_desktop.ui.start_button import StartButton

_INTERVAL = 0.2
_WIDEST = {
    "words": "paused in epoch 888 of 888",
    "speed": "8,888,888 images/s",
    "time": "88:88 left",
}


class Transport(RunPanel):
    """Buttons of the run, its progress, epoch, speed and time left.

    Reads the events of the run on view; how a button looks in a state is the actions' doing.
    """

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(_INTERVAL, parent)
        self.line = ProgressLine()
        self.words = CountingLabel("Epoch", _WIDEST["words"])
        self.speed = CountingLabel("Speed", _WIDEST["speed"])
        self.time = CountingLabel("Time", _WIDEST["time"])
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(8)
        self.start_button = StartButton(actions.start)
        self.pause_button = _button(actions.pause)
        self.stop_button = _button(actions.stop)
        self.stop_button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.stop_button.setMenu(_stop_menu(actions, self))
        for button in (self.start_button, self.pause_button, self.stop_button):
            layout.addWidget(button)
        layout.addSpacing(8)
        layout.addWidget(self.line, 1)
        for label in (self.words, self.speed, self.time):
            layout.addSpacing(8)
            layout.addWidget(label)
        self._state = State.IDLE
        self._stop_after_epoch = False
        self.clear()

    def clear(self) -> None:
        """Forget the run."""
        self._preparing: Preparing | None = None
        self._prepared: Prepared | None = None
        self._ended: Ended | None = None
        self._step = 0
        self._seconds = 0.0
        self._images_per_second = 0.0
        self.draw()

    def show_state(self, state: State) -> None:
        """The session is now in this state."""
        self._state = state
        if state is not State.STOPPING:
            self._stop_after_epoch = False
        self.draw()

    def expect_stop(self, *, after_epoch: bool) -> None:
        """The user asked to stop: at once, or when the epoch is over."""
        self._stop_after_epoch = after_epoch
        self.draw()

    def take(self, event: Event) -> None:
        """Remember an event of the run on view."""
        match event:
            case Preparing():
                self._preparing = event
            case Prepared():
                self._prepared = event
            case Batches():
                self._step = int(event.step[-1])
                self._seconds = event.seconds
                self._images_per_second = event.images_per_second
            case Evaluation():
                self._step = max(self._step, event.step)
            case Ended():
                self._ended = event
                self._step, self._seconds = event.step, event.seconds
                self._images_per_second = event.images_per_second
        self.mark_stale()

    def draw(self) -> None:
        self.words.setText(self._words())
        self.speed.setText(
            f"{speed(self._images_per_second)} images/s" if self._images_per_second else ""
        )
        self.time.setText(self._time())
        self.line.show_share(self._share(), self._prepared.epochs if self._prepared else 0)

    def _words(self) -> str:
        if self._ended is not None:
            return f"{self._ended.reason} after {plural(self._ended.epoch, 'epoch')}"
        if self._prepared is None:
            return self._preparing.sentence if self._preparing and self._state.active else ""
        epoch = self._epoch(self._prepared)
        if self._state is State.STOPPING:
            return f"stops after epoch {count(epoch)}" if self._stop_after_epoch else "stopping"
        where = f"epoch {count(epoch)} of {count(self._prepared.epochs)}"
        if not self._state.active:
            return f"ended in {where}"
        return f"paused in {where}" if self._state is State.PAUSED else where

    def _epoch(self, run: Prepared) -> int:
        return min(run.epochs, max(0, self._step - 1) // max(1, run.steps_per_epoch) + 1)

    def _share(self) -> float | None:
        if self._prepared is not None:
            return min(1.0, self._step / _steps(self._prepared))
        if self._preparing is not None and self._state is State.PREPARING:
            return self._preparing.share
        return None

    def _time(self) -> str:
        if self._prepared is None:
            return ""
        if self._ended is not None or self._step == 0 or not self._state.active:
            return duration(self._seconds)
        steps = _steps(self._prepared)
        return f"{duration(self._seconds / self._step * (steps - self._step))} left"


def _steps(run: Prepared) -> int:
    return max(1, run.epochs * run.steps_per_epoch)


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setIconSize(QSize(16, 16))
    button.setMinimumHeight(32)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _stop_menu(actions: Actions, parent: QWidget) -> QMenu:
    menu = QMenu(parent)
    menu.addAction(actions.stop_after_epoch)
    menu.addAction(actions.stop)
    return menu
