"""What the main window asks of a tab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from vae_desktop.core.events import Event
from vae_desktop.session.state import State
from vae_desktop.ui.live import LivePanel

if TYPE_CHECKING:
    from vae_desktop.session.session import OpenedRun


class Tab(QWidget):
    """A page of the main window: it follows the run that is on view."""

    title = ""

    def show_run(self, run: OpenedRun) -> None:
        """Forget the last run; the events of `run` follow."""

    def show_state(self, state: State) -> None:
        """The session is now in this state."""

    def take(self, event: Event) -> None:
        """Remember an event of the run on view; drawing comes later."""

    @property
    def settled(self) -> bool:
        """Whether nothing is under way that the tab waits for before it can show the run."""
        return True

    def live_panels(self) -> Sequence[LivePanel]:
        """The panels that draw on the window's ticks."""
        return ()
