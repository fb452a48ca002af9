"""What the strip under the Decode tab can hold."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QHideEvent, QShowEvent

from vae_desktop.core.projection import LinearMap
from vae_desktop.core.viewport import Points
from vae_desktop.session.clouds import CloudSource
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.live import LivePanel
from vae_desktop.ui.map_canvas import Overlay

_INTERVAL = 0.1


class DecodeStrip(LivePanel):
    """One content of the strip: it follows the run on view and may draw over the pad.

    A strip reads and moves the shared code by `on_view.z` and `on_view.set_z`; it decodes with
    `on_view.decoder`, and draws in `draw`.

    Args:
        on_view: the run that all tabs look at.

    Attributes:
        title, tip: of the chip that chooses it.
        takes_lines: whether lines that are drawn freely over the pad are meant for it.
    """

    title, tip = "", ""
    takes_lines = False

    marks_changed = Signal()
    """What it draws over the pad is another."""
    failed = Signal(object)
    """A `Failure` that the window should show."""
    noticed = Signal(str)
    """A sentence that the window should show."""

    def __init__(self, on_view: RunOnView) -> None:
        super().__init__(_INTERVAL)
        self.on_view = on_view

    def onto(self, overlay: Overlay, plane: LinearMap) -> Overlay:
        """The pad's overlay with what this strip draws over it, in the pad's plane."""
        return overlay

    def show_pair(self, first: int, second: int) -> None:
        """The pad shows the plane of these two latents (from 0) now."""

    def drag(self, handle: int, x: float, y: float) -> None:
        """One of the handles that it put into the overlay was dragged to a point of the pad."""

    def take_line(self, line: Points, plane: LinearMap) -> None:
        """A line (n, 2) was drawn freely over the pad, or points were clicked one by one."""

    def shutdown(self) -> None:
        """End what runs in the background."""

    def sizeHint(self) -> QSize:
        return QSize(960, 200)


class CodesStrip(DecodeStrip):
    """A strip that has the images encoded, while it is shown and wants their codes.

    Args:
        on_view: the run that all tabs look at.
        codes: the data set in latent space.
    """

    def __init__(self, on_view: RunOnView, codes: CloudSource) -> None:
        super().__init__(on_view)
        self.codes = codes

    def wants_codes(self) -> bool:
        """Whether what it shows now depends on the codes of the images."""
        return True

    def watch_codes(self) -> None:
        """It may want codes now, or no more."""
        self.codes.watch(self.isVisible() and self.wants_codes(), self)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.watch_codes()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.codes.watch(False, self)
