"""Panels that are told much and draw seldom."""

from collections.abc import Iterable

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from vae_desktop.core.events import Event


class LivePanel(QWidget):
    """A widget whose contents come faster than anybody can look.

    What comes in is only remembered, and the panel marked stale. The window asks every
    panel on each of its ticks; a stale one draws when its interval has passed, so the last
    thing told is always drawn in the end. A hidden panel draws nothing and catches up when
    it is shown.
    """

    def __init__(self, interval: float, parent: QWidget | None = None) -> None:
        """`interval`: seconds between two drawings, at least."""
        super().__init__(parent)
        self.interval = interval
        self._stale = False
        self._drawn_at = float("-inf")

    def mark_stale(self) -> None:
        """What is on screen is no longer what is known."""
        self._stale = True

    def overdue(self, now: float) -> float:
        """Seconds since this panel should have drawn; negative where it need not yet."""
        if not self._stale or not self.isVisible():
            return -1.0
        return now - self._drawn_at - self.interval

    def catch_up(self, now: float) -> None:
        """Draw what is known."""
        self._stale = False
        self._drawn_at = now
        self.draw()

    def draw(self) -> None:
        """Put what is known on the screen; overridden by each panel."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.catch_up(self._drawn_at)


class RunPanel(LivePanel):
    """A live panel that is told of the run on view."""

    def clear(self) -> None:
        """Forget the run."""

    def take(self, event: Event) -> None:
        """Remember an event of the run on view."""


def draw_most_overdue(panels: Iterable[LivePanel], now: float) -> None:
    """Let one panel draw: one a tick keeps every tick short."""
    due = max(panels, key=lambda panel: panel.overdue(now), default=None)
    if due is not None and due.overdue(now) >= 0:
        due.catch_up(now)
