"""β and the learning rate as levers that can be moved while training runs."""

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from vae_desktop.core.config import field_of, limits_of
from vae_desktop.core.events import Batches, Event, LeverMoved
from vae_desktop.session.state import State
from vae_desktop.ui.labels import Caption, Heading
from vae_desktop.ui.live import RunPanel
from vae_desktop.ui.number_box import NumberBox
from vae_desktop.ui.numbers import plural
from vae_desktop.ui.plot_marks import move_text

_INTERVAL = 0.25
_FIELDS = {"beta": ("objective", "beta"), "learning_rate": ("training", "learning_rate")}
_DIGITS = 7  # of a float32


class LeverBox(NumberBox):
    """A number that takes effect as soon as it stands there: on Enter, or with each arrow.

    Args:
        name: of the lever, as in `LeverMoved`.
    """

    settled = Signal(str, float)

    def __init__(self, name: str) -> None:
        field = field_of(*_FIELDS[name])
        super().__init__(limits_of(field))
        self.name, self.title = name, field.title or name
        self._told = math.nan
        self._asked: float | None = None
        self.setAccessibleName(self.title)
        self.setToolTip(f"<span>{field.description} Takes effect from the next step on.</span>")
        self.editingFinished.connect(self._on_finished)

    def stepBy(self, steps: int) -> None:
        super().stepBy(steps)
        self._on_finished()

    def show_told(self, value: float) -> None:
        """Show what training goes by, unless something else is being asked for."""
        value = float(f"{value:.{_DIGITS}g}")
        idle = self._asked is None and not self.lineEdit().isModified()
        if idle and value != self._told:
            self._told = value
            self.set_value(value)

    def confirm(self) -> None:
        """Training goes by what was asked for from now on."""
        self._asked = None

    def give_up(self) -> None:
        """What was asked for cannot be: show what is."""
        self._asked = None
        if math.isfinite(self._told):
            self.set_value(self._told)

    def _on_finished(self) -> None:
        self.lineEdit().setModified(False)
        try:
            value = self.value()
        except ValueError:
            self.give_up()
            return
        if value != (self._told if self._asked is None else self._asked):
            self._asked = value
            self.settled.emit(self.name, value)


class Levers(RunPanel):
    """A box for each lever that means something to the run on view, and what was moved."""

    moved = Signal(str, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_INTERVAL, parent)
        self.boxes = {name: LeverBox(name) for name in _FIELDS}
        self._labels = {name: QLabel(box.title) for name, box in self.boxes.items()}
        self._heading, self.list = Heading("Levers"), Caption()
        self._newest: dict[str, float] = {}
        self._moves: list[LeverMoved] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setSpacing(4)
        grid.addWidget(self._heading, 0, 0, 1, 2)
        for row, (name, box) in enumerate(self.boxes.items(), start=1):
            grid.addWidget(self._labels[name], row, 0)
            grid.addWidget(box, row, 1)
            self._labels[name].setBuddy(box)
            box.settled.connect(self.moved)
        grid.addWidget(self.list, len(self.boxes) + 1, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        self._active = False
        self.clear()

    def clear(self) -> None:
        """Forget the run."""
        self._newest, self._moves = {}, []
        self._show_what_is_there()

    def show_state(self, state: State) -> None:
        """The levers are there while a run goes on."""
        self._active = state in (State.RUNNING, State.PAUSED)
        self._show_what_is_there()

    def take(self, event: Event) -> None:
        """Remember an event of the run on view."""
        if isinstance(event, Batches):
            known = {name: event.terms[name] for name in _FIELDS if name in event.terms}
            is_first = not self._newest
            self._newest = {name: float(values[-1]) for name, values in known.items()}
            if is_first:
                self._show_what_is_there()
        elif isinstance(event, LeverMoved):
            self._moves.append(event)
            if event.name in self.boxes:
                self.boxes[event.name].confirm()
            self._show_what_is_there()
        self.mark_stale()

    def draw(self) -> None:
        for name, value in self._newest.items():
            self.boxes[name].show_told(value)
        lines = [f"{move_text(move)} from epoch {move.epoch_position:.2f}" for move in self._moves]
        if lines:
            self.list.setText(lines[-1])
            self.list.setToolTip("\n".join(lines))

    def _show_what_is_there(self) -> None:
        """Take no room for what means nothing to the run, or cannot be moved now."""
        for name, box in self.boxes.items():
            there = self._active and name in self._newest
            box.setVisible(there)
            self._labels[name].setVisible(there)
        moves = plural(len(self._moves), "move")
        self._heading.remark.setText("apply at once" if self._active else moves)
        self.list.setVisible(bool(self._moves))
        self.setVisible(bool(self._moves) or (self._active and bool(self._newest)))
        self.mark_stale()
