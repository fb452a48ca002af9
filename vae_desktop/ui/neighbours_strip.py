"""Can this picture be trusted? What the training images and a classifier say about it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from vae_desktop.core.events import Floats
from vae_desktop.core.projection import LinearMap
from vae_desktop.core.trust import NEAREST, NO_DATA, RANK, Known, round_trips
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.trusting import TrustSource
from vae_desktop.ui.labels import Caption, Heading, MutedLabel
from vae_desktop.ui.map_canvas import Overlay
from vae_desktop.ui.numbers import count, value_text
from vae_desktop.ui.picture_strip import PictureStrip
from vae_desktop.ui.strip import DecodeStrip

_NOTHING = np.zeros((0, 1, 1, 1), np.uint8)
_WAITING = "The training images are being encoded."
_NO_JUDGE = "no classifier at hand: train one on this data set"
_TIPS = {
    "Density": "How densely the codes of the training images lie here: the share of images whose "
    f"own codes lie no denser. Measured by the distance to the nearest code but {RANK - 1}, in the "
    f"latents in use; below {100 * NO_DATA:.0f} % the cross on the pad is dashed.",
    "Round trip": "|z − μ(decode(z))|: how far from this code the encoder puts the decoded "
    "picture. Large where the model does not recognise what it drew.",
    "Classifier": "What a trained classifier reads in the decoded picture.",
}


class NeighboursStrip(DecodeStrip):
    """The nearest training images, and four readings of the code that is looked at.

    Args:
        on_view: the run and its code.
        trust: where the training images' codes lie.

    Attributes:
        places: of the nearest images in the cloud, nearest first.
    """

    title = "Can I trust it?"
    tip = "The nearest training images, how dense the data is here, and what comes back."

    def __init__(self, on_view: RunOnView, trust: TrustSource) -> None:
        super().__init__(on_view)
        self._trust = trust
        self.places = np.zeros(0, np.intp)
        self.heading, self.which = Heading("Nearest training images"), Caption()
        self.images = PictureStrip("Nearest training images")
        self.density, self.round_trip, self.verdict = Caption(), Caption(), Caption()
        self._lay_out()
        for signal in (on_view.z_changed, on_view.judge_changed, on_view.run_changed):
            signal.connect(self._on_changed)
        on_view.weights_changed.connect(self._on_weights_changed)
        trust.changed.connect(self._on_changed)

    def onto(self, overlay: Overlay, plane: LinearMap) -> Overlay:
        known = self._trust.known
        if known is None or not len(self.places):
            return overlay
        places = self.places[self.places < len(known.cloud)]
        rows = known.cloud.rows[places]
        return replace(overlay, marks=plane.place(known.cloud.mu[places], rows))

    def draw(self) -> None:
        known, z = self._trust.known, self.on_view.z
        before = self.places
        sane = z is not None and bool(np.isfinite(z).all())
        self.places = np.zeros(0, np.intp)
        if z is None or not sane:
            self._show_nothing("" if z is None else "This code is not finite: nothing is near it.")
        else:
            self._read_picture(z, known)
            if known is None:
                self.which.setText(_WAITING)
            else:
                self._show_near(z, known)
        if not np.array_equal(before, self.places):
            self.marks_changed.emit()

    def _show_near(self, z: Floats, known: Known) -> None:
        self.places, distances = known.nearest(z, NEAREST)
        pictures, numbers = self._trust.images(self.places)
        self.images.show_pictures(pictures)
        names = self._trust.labels(self.places)
        words = [f"“{name}”" for name in names] or [f"image {count(one)}" for one in numbers]
        told = [f"{word} {value_text(apart)}" for word, apart in zip(words, distances, strict=True)]
        self.which.setText("at " + ", ".join(told) if told else _nothing_near(known))
        self.density.setText(self._density_text(z, known))

    def _density_text(self, z: Floats, known: Known) -> str:
        share = self._trust.density(z)
        if share is None:
            return ""
        total = "" if known.cloud.complete else f"of {count(known.cloud.total)} "
        asked = f"of {count(len(known.cloud))} {total}images"
        if share < NO_DATA:
            return f"no data here: less dense than 99 % {asked}"
        return f"denser than at {100 * share:.0f} % {asked}"

    def _read_picture(self, z: Floats, known: Known | None) -> None:
        decoder = self.on_view.decoder
        if decoder is None:
            return
        text = value_text(float(round_trips(decoder, z[None])[0]))
        if known is not None and known.round_trip is not None:
            text += f" · {known.round_trip:.2f} for the middle training image"
        self.round_trip.setText(text)
        judge = self.on_view.judge
        if judge is None:
            self.verdict.setText(_NO_JUDGE)
            return
        chances = judge.probabilities(decoder.decode(z[None]))[0]
        likeliest = int(np.argmax(chances))
        name = judge.class_names[likeliest]
        self.verdict.setText(f"“{name}”, {100 * float(chances[likeliest]):.0f} % · by {judge.name}")

    def _show_nothing(self, sentence: str) -> None:
        self.images.show_pictures(_NOTHING)
        self.which.setText(sentence)
        for line in (self.density, self.round_trip, self.verdict):
            line.setText("")

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(4)
        top = QHBoxLayout()
        top.setSpacing(8)
        self.heading.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        top.addWidget(self.heading)
        top.addWidget(self.which, 1)
        left.addLayout(top)
        left.addWidget(self.images, 1)
        right = QWidget()
        grid = QGridLayout(right)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        lines = (self.density, self.round_trip, self.verdict)
        for row, (name, line) in enumerate(zip(_TIPS, lines, strict=True)):
            label = MutedLabel(name)
            label.setToolTip(f"<span>{_TIPS[name]}</span>")
            line.setAccessibleName(name)
            grid.addWidget(label, row, 0)
            grid.addWidget(line, row, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(len(lines), 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(24)
        layout.addLayout(left, 1)
        layout.addWidget(right, 1)

    @Slot()
    def _on_changed(self) -> None:
        self.mark_stale()

    @Slot(int)
    def _on_weights_changed(self, step: int) -> None:
        self.mark_stale()


def _nothing_near(known: Known) -> str:
    """Why no distance is a number."""
    if np.isfinite(known.means).all(axis=1).any():
        return "This code is too far from all of them for a distance."
    return "No code of a training image is finite."
