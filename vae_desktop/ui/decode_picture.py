"""The picture that the shared code decodes to, as fast as the hand moves."""

from __future__ import annotations

import math
from time import perf_counter

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStyle, QVBoxLayout

from vae_desktop.core.events import Floats
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.chip import Chip
from vae_desktop.ui.cursor_panel import vector_text
from vae_desktop.ui.labels import Caption, Heading, TextLine
from vae_desktop.ui.live import LivePanel
from vae_desktop.ui.numbers import count
from vae_desktop.ui.pictures import to_picture
from vae_desktop.ui.pixel_view import PixelView
from vae_desktop.ui.steering import Steering

_INTERVAL = 0.03
FRAME = 0.008
"""Seconds between two decodings at least, however fast the mouse moves: a frame at 120 Hz."""
GLIDE = 0.2
"""Seconds that a move from one code to another takes."""
REST = 0.25
"""A change that comes sooner after the last belongs to one movement, and is followed at once."""
_NOT_FINITE = "This code is not finite: there is no picture of it. Press 0 for the zero code."
_GREY, _COLOUR = "(888, 888) 888", "(888, 888) 888 888 888"
_MOVES_TIP = "A jump to another code is shown as a way of a fifth of a second, not as a cut."


class DecodePicture(LivePanel):
    """Shows what the run's newest weights decode the shared code to.

    A change of the code is decoded at once, unless the last one was less than a frame ago:
    then the newest of them is decoded when the frame is over.

    Args:
        on_view: the run and its code.
        steering: says whether a hand is on the code.

    Attributes:
        code: what is shown, float32 (D,); on its way between two codes during a glide.
    """

    shown = Signal()

    def __init__(self, on_view: RunOnView, steering: Steering) -> None:
        super().__init__(_INTERVAL)
        self._on_view, self._steering = on_view, steering
        self.code: Floats | None = None
        self._glide: tuple[Floats, float] | None = None
        self._changed_at = float("-inf")
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_frame)
        self.heading, self.step = Heading("Picture"), TextLine("step 888,888,888", muted=True)
        self.view = PixelView()
        self.view.setAccessibleName("Decoded picture")
        self.where, self.pixel = Caption(), TextLine(_GREY, muted=True)
        self.moves = Chip("smooth moves", _MOVES_TIP, checked=self._wants_motion())
        self._lay_out()
        self.view.pixel_changed.connect(self._on_pixel_changed)
        on_view.z_changed.connect(self._on_z_changed)
        on_view.weights_changed.connect(self._on_weights_changed)

    def forget(self) -> None:
        """Another run comes on view."""
        self._end_glide()
        self.code = None
        self.view.show_picture(np.zeros((0, 0), np.uint8))
        self.mark_stale()

    @property
    def gliding(self) -> bool:
        """Whether the picture is on its way to the code."""
        return self._glide is not None

    def draw(self) -> None:
        self._drawn_at = perf_counter()
        self._timer.stop()
        decoder, z = self._on_view.decoder, self._on_view.z
        if decoder is None or z is None:
            return
        self.code = self._code_now(z)
        if np.isfinite(self.code).all():
            picture = to_picture(decoder.decode(self.code[None])[0])
            self.view.show_picture(picture)
            self.pixel.set_widest(_GREY if picture.ndim == 2 else _COLOUR)
            self.where.setText(f"z = {vector_text(self.code)}")
        else:
            self.view.show_picture(np.zeros((0, 0), np.uint8))
            self.where.setText(_NOT_FINITE)
        self.step.setText(f"step {count(decoder.step)}")
        self._on_pixel_changed(self.view.pixel)
        self.shown.emit()
        if self._glide is not None:
            self._wait()

    def _code_now(self, z: Floats) -> Floats:
        """The code, or a place on the way to it."""
        if self._glide is None:
            return z
        start, began = self._glide
        share = (perf_counter() - began) / GLIDE
        if share >= 1:
            self._glide = None
            return z
        eased = share * share * (3 - 2 * share)
        return np.asarray(start + eased * (z - start), np.float32)

    def _wants_glide(self, now: float) -> bool:
        z, rested = self._on_view.z, now - self._changed_at >= REST
        if self._steering.by_hand or not self.moves.isChecked() or not rested:
            return False
        if self.code is None or z is None or z.shape != self.code.shape:
            return False
        return bool(np.isfinite(self.code).all() and np.isfinite(z).all())

    def _wait(self) -> None:
        """Draw again when this frame is over."""
        if not self._timer.isActive():
            rest = self._drawn_at + FRAME - perf_counter()
            self._timer.start(max(0, math.ceil(1e3 * rest)))

    def _end_glide(self) -> None:
        self._glide = None
        self._timer.stop()

    def _wants_motion(self) -> bool:
        """Whether the desktop wants things to move at all."""
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        return self.style().styleHint(hint, None, self) > 0

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        self.heading.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        top.addWidget(self.heading)
        top.addWidget(self.step)
        top.addStretch()
        top.addWidget(self.moves)
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        bottom.addWidget(self.where, 1)
        bottom.addWidget(self.pixel)
        self.pixel.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        layout.addLayout(bottom)

    @Slot()
    def _on_z_changed(self) -> None:
        now = perf_counter()
        code, glides = self.code, self.isVisible() and self._wants_glide(now)
        self._glide = (code, now) if glides and code is not None else None
        self._changed_at = now
        self.mark_stale()
        if not self.isVisible():
            return
        if now - self._drawn_at >= FRAME:
            self.catch_up(now)
        else:
            self._wait()

    @Slot(int)
    def _on_weights_changed(self, step: int) -> None:
        self.mark_stale()

    @Slot()
    def _on_frame(self) -> None:
        if self.isVisible():
            self.catch_up(perf_counter())
        else:
            self._glide = None

    @Slot(object)
    def _on_pixel_changed(self, pixel: tuple[int, int] | None) -> None:
        if pixel is None or not self.view.picture.size:
            self.pixel.setText("")
            return
        row, column = pixel
        values = np.atleast_1d(self.view.picture[row, column])
        self.pixel.setText(f"({column}, {row}) {' '.join(str(value) for value in values)}")
