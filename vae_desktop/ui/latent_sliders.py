"""A slider for every latent, those that say most first."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from vae_desktop.core.events import KL_IN_USE, Batches, Evaluation, Event, Floats
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.chip import Chip
from vae_desktop.ui.column_scroll import ColumnScroll
from vae_desktop.ui.labels import Caption, Heading
from vae_desktop.ui.latent_row import LatentRow
from vae_desktop.ui.latent_slider import Bearing
from vae_desktop.ui.live import RunPanel
from vae_desktop.ui.numbers import nats
from vae_desktop.ui.steering import Steering
from vae_desktop.ui.sweep_bar import SweepBar

_INTERVAL = 0.03
_ROWS_A_TICK = 6
"""Rows made in one tick: so 128 of them never hold the window up."""
FEW = 16
"""With more latents than this, those that are not in use are left out at first."""
_WIDTH = 320
_IN_USE_TIP = (
    f"Show only latents that are in use: mean KL of at least {KL_IN_USE} nats. The others say "
    "nothing of the picture, and the decoder takes no notice of them."
)
_NO_KL = "An autoencoder has no KL, so all of its latents count as in use."


class LatentSliders(RunPanel):
    """The list, and what is done to all latents at once.

    Rows stay where they are while somebody holds one; their order is that of the last
    evaluation.

    Args:
        on_view: the run and its code.
        steering: moves the code.

    Attributes:
        rows: as many as were ever needed; the first `len(order)` of them are shown.
        order: the latents that are shown, from 0.
        sweep: plays one of them.
    """

    order_changed = Signal()

    def __init__(self, on_view: RunOnView, steering: Steering) -> None:
        super().__init__(_INTERVAL)
        self._on_view, self._steering = on_view, steering
        self.rows: list[LatentRow] = []
        self.order: list[int] = []
        self.heading, self.caption = Heading("Latents"), Caption()
        self.in_use = Chip("in use", _IN_USE_TIP, checked=False)
        self.sweep, self.sentence = SweepBar(), Caption()
        self.random, self.zero = QPushButton("Random"), QPushButton("Zero")
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self.scrolled = ColumnScroll(self._list, _WIDTH)
        self._set_up()
        self._lay_out()
        self.clear()
        on_view.z_changed.connect(self._on_z_changed)
        on_view.weights_changed.connect(self._on_weights_changed)
        steering.spread_changed.connect(self._on_spread_changed)

    def clear(self) -> None:
        """Forget the run."""
        self.sweep.stop()
        self._kl, self._ranks = np.zeros(0, np.float32), np.zeros(0, np.float32)
        self._evaluated, self._chose, self._anew = False, False, True
        self._touched = False
        self._steering.locked.clear()
        self.order = []
        self._say("")
        self.mark_stale()

    def take(self, event: Event) -> None:
        """Remember an event of the run on view."""
        if not isinstance(event, Batches | Evaluation) or not len(event.kl_per_latent):
            return
        self._kl = np.nan_to_num(event.kl_per_latent)
        if isinstance(event, Evaluation) or not self._evaluated:
            self._evaluated = self._evaluated or isinstance(event, Evaluation)
            self._ranks = self._kl
            self._anew = True
        self.mark_stale()

    @property
    def ranks(self) -> Floats:
        """What the latents are sorted by, (D,): KL, or the variance of the codes; empty where
        neither is known."""
        latents = self._latents()
        if self._has_kl:
            return self._ranks
        deviations = self._steering.deviations
        if not self._has_prior() and deviations is not None and len(deviations) == latents:
            return np.square(deviations)
        return np.zeros(0, np.float32)

    def by_rank(self) -> list[int]:
        """All latents, those that say most first."""
        ranks = self.ranks
        return [
            int(j)
            for j in (np.argsort(-ranks, kind="stable") if len(ranks) else range(self._latents()))
        ]

    def used(self, latent: int) -> bool:
        """Whether a latent is in use; True where that is not known."""
        return not self._has_kl or bool(self._ranks[latent] >= KL_IN_USE)

    def draw(self) -> None:
        z = self._on_view.z
        if z is None:
            return
        self._offer_filter()
        if self._anew and not self._held():
            self._sort()
        missing = len(self.order) - len(self.rows)
        for _ in range(min(missing, _ROWS_A_TICK)):
            self._add_row()
        for row, latent in zip(self.rows, self.order, strict=False):
            row.show_bearing(self._bearing(latent), locked=latent in self._steering.locked)
            row.show_value(float(z[latent]))
            row.show()
        for row in self.rows[len(self.order) :]:
            row.hide()
        if missing > _ROWS_A_TICK:
            self.mark_stale()
        if self.sweep.latent < len(z) and not self.sweep.playing:
            self.sweep.value = float(z[self.sweep.latent])

    def _sort(self) -> None:
        self._anew = False
        latents = self.by_rank()
        if self.in_use.isChecked():
            latents = [latent for latent in latents if self.used(latent)] or latents
        self.order = latents
        self.caption.setText(self._sorted_by())
        if self.order and (not self._touched or self.sweep.latent not in self.order):
            self._sweep_about(self.order[0])
        self.order_changed.emit()

    def _sorted_by(self) -> str:
        latents = self._latents()
        if self._has_kl:
            used = sum(self.used(latent) for latent in range(latents))
            return f"{used} of {latents} in use · by KL"
        if self._has_prior():
            return "by number: no KL yet"
        by = "variance of the codes" if len(self.ranks) else "number"
        return f"by {by} (no KL)"

    def _offer_filter(self) -> None:
        """Filter at first where there are many; an autoencoder has nothing to filter by."""
        known = self._has_kl
        self.in_use.setEnabled(known)
        self.in_use.setToolTip(_IN_USE_TIP if known or self._has_prior() else _NO_KL)
        if known and not self._chose:
            self._chose = True
            self.in_use.blockSignals(True)
            self.in_use.setChecked(self._latents() > FEW)
            self.in_use.blockSignals(False)

    def _bearing(self, latent: int) -> Bearing:
        mean, deviation = self._spread(latent)
        ranks = self._kl if self._has_kl else self.ranks
        most = float(ranks.max(initial=0.0)) if len(ranks) else 0.0
        share = float(ranks[latent]) / most if most > 0 else 0.0
        # Rounded: a bearing that is the same to the eye is not drawn again.
        share = round(min(max(share, 0.0), 1.0), 2)
        says = ""
        if self._has_kl:
            says = f"KL {nats(float(self._ranks[latent]))} nats"
        elif len(ranks):
            says = f"variance {float(ranks[latent]):.2f}"
        return Bearing(latent, mean, deviation, share, self.used(latent), says)

    def _spread(self, latent: int) -> tuple[float, float]:
        """Mean and standard deviation that the slider's marks stand for."""
        means, deviations = self._steering.means, self._steering.deviations
        if means is None or deviations is None or latent >= len(means):
            return 0.0, 1.0
        return float(means[latent]), max(float(deviations[latent]), 1e-6)

    @property
    def _has_kl(self) -> bool:
        """Whether the KL of every latent is known."""
        return 0 < len(self._ranks) == self._latents()

    def _latents(self) -> int:
        return 0 if self._on_view.z is None else len(self._on_view.z)

    def _has_prior(self) -> bool:
        config = self._on_view.config
        return config is None or config.model.kind != "autoencoder"

    def _held(self) -> bool:
        """Whether the rows should stay where they are."""
        if not self.order or len(self.order) > self._latents():
            return False
        focus = self._list.focusWidget()
        inside = focus is not None and focus.hasFocus()
        return inside or self.sweep.playing or any(row.busy for row in self.rows)

    def _add_row(self) -> None:
        row = LatentRow()
        row.moved.connect(self._on_moved)
        row.typed.connect(self._on_typed)
        row.zeroed.connect(self._on_zeroed)
        row.locked.connect(self._on_locked)
        row.refused.connect(self._say)
        row.taken.connect(self._on_taken)
        self._column.insertWidget(len(self.rows), row)
        # Tab goes from row to row; Qt would put what is made late behind all else.
        chain = (self.rows[-1].lock if self.rows else self.scrolled, row.slider, row.box, row.lock)
        for before, after in pairwise(chain):
            self.setTabOrder(before, after)
        self.rows.append(row)

    def _set_up(self) -> None:
        self.random.setToolTip("Draw every latent that is not locked from the prior (R).")
        self.zero.setToolTip("Set every latent that is not locked to 0 (0).")
        self.random.clicked.connect(self._steering.randomise)
        self.zero.clicked.connect(self._steering.zero)
        self.in_use.toggled.connect(self._on_filter_toggled)
        self.sweep.moved.connect(self._on_swept)
        self.scrolled.setAccessibleName("Sliders of the latents")

    def _lay_out(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addStretch()
        top = QHBoxLayout()
        top.setSpacing(8)
        self.heading.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        top.addWidget(self.heading)
        top.addWidget(self.caption, 1)
        top.addWidget(self.in_use)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self.random, 1)
        buttons.addWidget(self.zero, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.scrolled, 1)
        layout.addWidget(self.sentence)
        layout.addWidget(self.sweep)
        layout.addLayout(buttons)

    @Slot(str)
    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))

    @Slot()
    def _on_z_changed(self) -> None:
        self.mark_stale()

    @Slot(int)
    def _on_weights_changed(self, step: int) -> None:
        if not self.order:
            self._anew = True
            self.mark_stale()

    @Slot()
    def _on_spread_changed(self) -> None:
        known = self._steering.means is not None
        self.random.setEnabled(known)
        drawn = "the prior" if self._has_prior() else "the spread of the data's codes"
        waits = "" if known else " The codes are not known yet."
        self.random.setToolTip(f"Draw every latent that is not locked from {drawn} (R).{waits}")
        self._anew = True
        self.mark_stale()

    @Slot(int, float)
    def _on_moved(self, latent: int, value: float) -> None:
        if self.sweep.playing:
            self.sweep.stop()
        self._say("")
        self._steering.hold_latent(latent, value)

    @Slot(int, float)
    def _on_typed(self, latent: int, value: float) -> None:
        self._say("")
        self._steering.jump_latent(latent, value)

    @Slot(int)
    def _on_zeroed(self, latent: int) -> None:
        self._steering.jump_latent(latent, 0.0)

    @Slot(int, float)
    def _on_swept(self, latent: int, value: float) -> None:
        self._steering.hold_latent(latent, value)

    @Slot(int, bool)
    def _on_locked(self, latent: int, locked: bool) -> None:
        (self._steering.locked.add if locked else self._steering.locked.discard)(latent)

    @Slot(int)
    def _on_taken(self, latent: int) -> None:
        """The sweep is about the latent that was touched last."""
        self._touched = True
        self._sweep_about(latent)

    def _sweep_about(self, latent: int) -> None:
        self.sweep.show_latent(latent, *self._spread(latent))
        z = self._on_view.z
        if z is not None and latent < len(z):
            self.sweep.value = float(z[latent])

    @Slot(bool)
    def _on_filter_toggled(self, checked: bool) -> None:
        self._chose = True
        self._anew = True
        self._sort()
        self.mark_stale()
