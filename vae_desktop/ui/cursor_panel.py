"""Under the mouse: what the model decodes there, the nearest image and its neighbours."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from vae_desktop.core.events import Floats
from vae_desktop.core.imaging import tile
from vae_desktop.core.projection import axis_name
from vae_desktop.ui.cursor_reading import NEIGHBOURS, Near, Reading
from vae_desktop.ui.labels import Caption, Heading, MutedLabel
from vae_desktop.ui.live import LivePanel
from vae_desktop.ui.numbers import count, value_text
from vae_desktop.ui.picture_view import PictureView
from vae_desktop.ui.pictures import to_picture

_SIDES = (112, 112, 112)
_STRIP = 68
_CAPTIONS = ("decoded here", "nearest", "rebuilt")
_MOST_NUMBERS = 4
_INTERVAL = 0.03
_HINT = "Point at the map: the model decodes what lies under the mouse. Click to pin a place."
_NOTHING = np.zeros((0, 0), np.uint8)

Point = tuple[float, float]


class CursorPanel(LivePanel):
    """Shows what is at the pinned place or, without a pin, under the mouse.

    Args:
        read: what is at a point of the map.

    Attributes:
        pin: the pinned point; None for none.
        reading: what is shown; None for nothing.
    """

    shown = Signal()

    def __init__(self, read: Callable[[float, float], Reading | None]) -> None:
        super().__init__(_INTERVAL)
        self._read = read
        self._pointed: Point | None = None
        self.pin: Point | None = None
        self.reading: Reading | None = None
        self._sentence = _HINT
        self.decoded, self.image, self.reconstruction, self.others = (
            PictureView() for _ in range(4)
        )
        self.heading = Heading("Under the mouse")
        self.where, self.mean, self.deviation, self.what = (Caption() for _ in range(4))
        self.captions = [MutedLabel() for _ in _CAPTIONS]
        self.hint = MutedLabel()
        self.hint.setWordWrap(True)
        for view, name in (
            (self.decoded, "Decoded here"),
            (self.image, "Nearest image"),
            (self.reconstruction, "Its reconstruction"),
            (self.others, "Its nearest neighbours"),
        ):
            view.setAccessibleName(name)
        self._lay_out()
        self.draw()

    def point_at(self, point: Point | None) -> None:
        """The mouse is at a point of the map, or nowhere."""
        self._pointed = point
        if self.pin is None:
            self.mark_stale()

    def set_pin(self, pin: Point | None) -> None:
        """Stay at a point while training goes on, or follow the mouse again."""
        self.pin = pin
        self.mark_stale()

    def say(self, sentence: str) -> None:
        """What to say where there is nothing to show; "" for how the panel is used."""
        self._sentence = sentence or _HINT
        self.mark_stale()

    def draw(self) -> None:
        place, before = self.pin or self._pointed, self.reading
        self.reading = None if place is None else self._read(*place)
        if self.reading is not None:
            self._show(self.reading)
        else:
            self._show_nothing()
            if before is None:
                return
        self.shown.emit()

    def _show_nothing(self) -> None:
        self.heading.title.setText("Under the mouse")
        self.heading.remark.setText("")
        self.hint.setText(self._sentence)
        self.hint.show()
        for view in (self.decoded, self.image, self.reconstruction, self.others):
            view.show_picture(_NOTHING)
        for label in (self.where, self.mean, self.deviation, self.what):
            label.setText("")
        self._show_captions(False)

    def _show(self, reading: Reading) -> None:
        self.heading.title.setText("Under the mouse" if self.pin is None else "Pinned")
        self.heading.remark.setText(f"step {count(reading.step)}")
        self.hint.setText(reading.no_inverse and f"{reading.no_inverse} Only images are shown.")
        self.hint.setVisible(bool(reading.no_inverse))
        self._show_captions(True)
        decoded = reading.decoded
        self.decoded.show_picture(_NOTHING if decoded is None else to_picture(decoded))
        self.where.setText("" if reading.code is None else f"z = {vector_text(reading.code)}")
        if reading.near is not None:
            self._show_near(reading.near)

    def _show_captions(self, shown: bool) -> None:
        for caption, text in zip(self.captions, _CAPTIONS, strict=True):
            caption.setText(text if shown else "")

    def _show_near(self, near: Near) -> None:
        self.image.show_picture(to_picture(near.image))
        self.reconstruction.show_picture(to_picture(near.reconstruction))
        self.others.show_picture(tile(near.others_images, NEIGHBOURS, 2))
        name = f"{near.label} · " if near.label else ""
        self.what.setText(f"{name}{near.part} image {count(near.index)}")
        self.mean.setText(f"μ = {vector_text(near.mu)}")
        has_posterior = bool((near.sigma > 0).any())
        text = f"σ = {vector_text(near.sigma)}" if has_posterior else "no σ: its code is a point"
        self.deviation.setText(text)

    def _lay_out(self) -> None:
        pictures = QGridLayout()
        pictures.setSpacing(4)
        views = (self.decoded, self.image, self.reconstruction)
        for column, (view, side) in enumerate(zip(views, _SIDES, strict=True)):
            view.setFixedSize(side + 8, side + 8)
            pictures.addWidget(self.captions[column], 0, column)
            pictures.addWidget(view, 1, column, Qt.AlignmentFlag.AlignTop)
        pictures.setColumnStretch(3, 1)
        self.others.setFixedHeight(_STRIP)
        self.others.setToolTip("Its five nearest neighbours in latent space.")
        lines = QVBoxLayout()
        lines.setSpacing(0)
        for label in (self.where, self.what, self.mean, self.deviation):
            lines.addWidget(label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        top = QHBoxLayout()
        top.addWidget(self.heading)
        top.addStretch()
        layout.addLayout(top)
        layout.addWidget(self.hint)
        layout.addLayout(pictures)
        layout.addLayout(lines)
        layout.addWidget(self.others)


def vector_text(vector: Floats) -> str:
    """A code for a reader: "(0.42, −1.30)"; of a long one the largest entries by name."""
    if len(vector) <= _MOST_NUMBERS:
        return f"({', '.join(value_text(value) for value in vector)})"
    largest = np.argsort(-np.abs(vector))[: _MOST_NUMBERS - 1]
    named = [f"{axis_name(int(j))} {value_text(vector[j])}" for j in sorted(largest)]
    return f"({', '.join(named)}, …)"
