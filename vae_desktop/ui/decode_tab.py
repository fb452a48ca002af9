"""The Decode tab: steer the generator by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from vae_desktop.core.events import Evaluation, Event
from vae_desktop.core.viewport import Points
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.state import State
from vae_desktop.session.trusting import TrustSource
from vae_desktop.ui.chip import ChipRow
from vae_desktop.ui.decode_pad import DecodePad, Square
from vae_desktop.ui.decode_picture import DecodePicture
from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.label_chooser import LabelChooser
from vae_desktop.ui.latent_sliders import LatentSliders
from vae_desktop.ui.live import LivePanel
from vae_desktop.ui.map_canvas import Overlay
from vae_desktop.ui.map_gestures import Tool
from vae_desktop.ui.neighbours_strip import NeighboursStrip
from vae_desktop.ui.pad_bar import PadBar
from vae_desktop.ui.steering import Steering
from vae_desktop.ui.strip import DecodeStrip
from vae_desktop.ui.tab import Tab

if TYPE_CHECKING:
    from vae_desktop.session.session import OpenedRun

_HEIGHTS = (440, 210)
_NO_RUN = "No run yet. Train one now (a few seconds)."
_NO_CODES = {
    "classifier": "This run is a classifier: it has no codes, so there is nothing to decode. "
    "Train an autoencoder or a VAE.",
}
_WAITING = "The first picture comes with the first weights."


class DecodeTab(Tab):
    """Pad, picture and sliders of one shared code; below them a strip with a choice of contents.

    Args:
        on_view: the run that is looked at.
        strips: what the strip can hold, besides the readings of trust, in order.
    """

    title = "Decode"
    start_requested = Signal()
    failed = Signal(object)
    noticed = Signal(str)

    def __init__(self, on_view: RunOnView, strips: Sequence[DecodeStrip] = ()) -> None:
        super().__init__()
        self._on_view = on_view
        self.steering, self.trust = Steering(on_view), TrustSource(on_view, self)
        self.picture = DecodePicture(on_view, self.steering)
        self.pad, self.bar = DecodePad(on_view, self.steering, self.trust), PadBar()
        self.labels = LabelChooser(on_view)
        self.sliders = LatentSliders(on_view, self.steering)
        self.neighbours = NeighboursStrip(on_view, self.trust)
        self.strips: tuple[DecodeStrip, ...] = (*strips, self.neighbours)
        choices = [(strip.title, strip.tip) for strip in self.strips]
        self.chips = ChipRow(choices, "What the strip below shows")
        self.empty, self.waiting = EmptyState(_NO_RUN, "Train a model"), EmptyState(_WAITING)
        self._stack, self._drawer = QStackedWidget(), QStackedWidget()
        self._pair_is_users = self._training = False
        self._lay_out()
        self._connect()
        self._add_keys()

    @property
    def strip(self) -> DecodeStrip:
        """What the strip shows."""
        return self.strips[self._drawer.currentIndex()]

    def show_run(self, run: OpenedRun) -> None:
        self._pair_is_users = False
        self.sliders.clear()
        self.pad.forget()
        self.picture.forget()
        self._show_spread()
        self._show_page()

    def show_state(self, state: State) -> None:
        self._training = state.active
        self.trust.show_state(state)
        if not state.active:
            self._choose_pair()

    def take(self, event: Event) -> None:
        self.sliders.take(event)
        if isinstance(event, Evaluation):
            self._choose_pair()

    def live_panels(self) -> Sequence[LivePanel]:
        return (self.picture, self.pad, self.sliders, *self.strips)

    def shutdown(self) -> None:
        """End what runs in the background; nothing runs afterwards."""
        self.sliders.sweep.stop()
        self.trust.shutdown()
        for strip in self.strips:
            strip.shutdown()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.trust.watch(True)
        self._choose_pair()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.trust.watch(False)

    def _show_page(self) -> None:
        """Pad, picture and sliders, or the sentence that says why there are none."""
        config = self._on_view.config
        if config is None:
            self._stack.setCurrentWidget(self.empty)
        elif self._on_view.decoder is None:
            self.waiting.sentence.setText(_NO_CODES.get(config.model.kind, _WAITING))
            self._stack.setCurrentWidget(self.waiting)
        else:
            self._stack.setCurrentIndex(2)

    def _choose_pair(self) -> None:
        """Until the user has chosen: the two latents that say most, once that is known."""
        z, (first, second) = self._on_view.z, self.pad.pair
        if z is None or self._pair_is_users or len(z) < 3:
            return
        stays = self._training and self.sliders.used(first) and self.sliders.used(second)
        moved_away = self.isVisible() and self.pad.pair != (0, 1)
        if not len(self.sliders.ranks) or (stays and moved_away):
            return
        self._show_pair(*self.sliders.by_rank()[:2])

    def _show_pair(self, first: int, second: int) -> None:
        self.bar.pair.show_pair(first, second)
        if (first, second) != self.pad.pair:
            self.pad.choose_pair(first, second)
            self._show_overlay()

    def _show_spread(self) -> None:
        """From where random codes come: the prior, or the codes of the data."""
        z, config, known = self._on_view.z, self._on_view.config, self.trust.known
        if z is None or config is None:
            self.steering.show_spread(None, None)
        elif config.model.kind != "autoencoder":
            if self.steering.means is None or len(self.steering.means) != len(z):
                self.steering.show_spread(np.zeros_like(z), np.ones_like(z))
        elif known is None or not known.cloud.finite or known.cloud.mu.shape[1] != len(z):
            self.steering.show_spread(None, None)
        else:
            codes = known.cloud.mu
            self.steering.show_spread(codes.mean(axis=0), codes.std(axis=0))

    def _show_overlay(self) -> None:
        """Put onto the pad what the strip says."""
        plane, config = self.pad.plane, self._on_view.config
        if plane is None or config is None:
            self.pad.show_overlay(Overlay())
            return
        has_prior = config.model.kind != "autoencoder" and len(plane.origin) > 1
        overlay = Overlay(prior=(0.0, 0.0) if has_prior else None)
        self.pad.show_overlay(self.strip.onto(overlay, plane))

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.bar.add_choice(self.labels)
        column.addWidget(self.bar)
        column.addWidget(Square(self.pad), 1)
        upper = QWidget()
        line = QHBoxLayout(upper)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(16)
        for widget, share in ((left, 4), (self.picture, 4), (self.sliders, 3)):
            line.addWidget(widget, share)
        lower = QWidget()
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.chips, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._drawer, 1)
        for strip in self.strips:
            self._drawer.addWidget(strip)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(upper)
        split.addWidget(lower)
        split.setSizes(_HEIGHTS)
        split.setStretchFactor(0, 1)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(8)
        for page in (self.empty, self.waiting, split):
            self._stack.addWidget(page)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.addWidget(self._stack)
        self.setFocusProxy(self.pad)

    def _connect(self) -> None:
        self.empty.requested.connect(self.start_requested)
        self._on_view.weights_changed.connect(self._on_weights_changed)
        self._on_view.z_changed.connect(self._on_z_changed)
        self.trust.changed.connect(self._on_trust_changed)
        self.trust.failed.connect(self.failed)
        self._on_view.dataset_failed.connect(self.failed)
        self.bar.tool_chosen.connect(self._on_tool_chosen)
        self.bar.pair_chosen.connect(self._on_pair_chosen)
        self.bar.layer_toggled.connect(self.pad.set_layer)
        self.bar.fit_requested.connect(self.pad.fit)
        self.pad.handle_dragged.connect(self._on_handle_dragged)
        self.pad.line_taken.connect(self._on_line_taken)
        self.pad.pair_changed.connect(self._on_pair_changed)
        self.chips.chosen.connect(self._on_strip_chosen)
        for strip in self.strips:
            strip.marks_changed.connect(self._on_marks_changed)
            strip.failed.connect(self.failed)
            strip.noticed.connect(self.noticed)

    def _add_keys(self) -> None:
        for key, slot in ((Qt.Key.Key_R, self._on_random), (Qt.Key.Key_0, self._on_zero)):
            QShortcut(QKeySequence(key), self).activated.connect(slot)

    @Slot(int)
    def _on_weights_changed(self, step: int) -> None:
        z = self._on_view.z
        if self._stack.currentIndex() != 2 and z is not None:
            self.bar.show_latents(len(z))
            self.pad.choose_pair(0, min(1, len(z) - 1))
            self._show_spread()
            self._choose_pair()
            self._show_page()
            self._show_overlay()

    @Slot()
    def _on_z_changed(self) -> None:
        self._show_overlay()

    @Slot()
    def _on_trust_changed(self) -> None:
        self._show_spread()
        self._show_overlay()

    @Slot()
    def _on_marks_changed(self) -> None:
        if self.sender() is self.strip:
            self._show_overlay()

    @Slot(int)
    def _on_strip_chosen(self, index: int) -> None:
        self._drawer.setCurrentIndex(index)
        self.bar.offer_lines(self.strip.takes_lines)
        self._show_overlay()

    @Slot(object)
    def _on_tool_chosen(self, tool: Tool) -> None:
        self.pad.choose_tool(tool)

    @Slot(int, int)
    def _on_pair_chosen(self, first: int, second: int) -> None:
        self._pair_is_users = True
        self._show_pair(first, second)

    @Slot(int, int)
    def _on_pair_changed(self, first: int, second: int) -> None:
        for strip in self.strips:
            strip.show_pair(first, second)

    @Slot(int, float, float)
    def _on_handle_dragged(self, handle: int, x: float, y: float) -> None:
        self.steering.by_hand = True
        try:
            self.strip.drag(handle, x, y)
        finally:
            self.steering.by_hand = False

    @Slot(object)
    def _on_line_taken(self, line: Points) -> None:
        if self.pad.plane is not None:
            self.strip.take_line(line, self.pad.plane)

    @Slot()
    def _on_random(self) -> None:
        self.steering.randomise()

    @Slot()
    def _on_zero(self) -> None:
        self.steering.zero()
