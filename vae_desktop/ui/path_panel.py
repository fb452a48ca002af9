"""The talk's second experiment: a way from A to B through latent space, decoded."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.ui.chip import ChipRow
from vae_desktop.ui.labels import Caption, MutedLabel
from vae_desktop.ui.number_box import NumberBox
from vae_desktop.ui.numbers import plain
from vae_desktop.ui.picture_strip import PictureStrip
from vae_desktop.ui.picture_view import PictureView
from vae_desktop.ui.pictures import to_picture

_SLIDER = 1000
_DOT_SIDE = 64
_BOXES = ("A, first", "A, second", "B, first", "B, second")
_HINT = "Drag a line with the A→B tool, or type the coordinates of both ends."


@dataclass(frozen=True)
class PathWish:
    """What way is wanted.

    Attributes:
        start, end: A and B on the map.
        steps: pictures on the way, both ends included.
        spherical: along an arc about 0 instead of a line.
        share: where the dot is, from 0 at A to 1 at B.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    steps: int = 11
    spherical: bool = False
    share: float = 0.0


TALK = PathWish((0.0, 10.0), (0.0, 5.0), 11)
"""The direction of variation that the talk showed."""


class PathPanel(QWidget):
    """Gathers a `PathWish` and shows the pictures on the way.

    Attributes:
        wish: what is wanted now; None before the first line.
    """

    wish_changed = Signal()
    strip_requested = Signal()
    gif_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.wish: PathWish | None = None
        self.boxes = [NumberBox() for _ in range(4)]
        for box, name in zip(
            self.boxes, ("A, first", "A, second", "B, first", "B, second"), strict=True
        ):
            box.setAccessibleName(f"{name} coordinate")
            box.setFixedWidth(72)
        self.steps = QSpinBox()
        self.steps.setRange(2, 64)
        self.steps.setValue(TALK.steps)
        self.steps.setAccessibleName("Pictures on the way")
        self.ways = ChipRow(
            (("straight", "Along a line."), ("spherical", "Along an arc about 0.")), "Way"
        )
        self.preset = QPushButton("(0, 10) → (0, 5)")
        self.preset.setToolTip("The direction of variation of the talk, in 11 pictures.")
        self.dot = QSlider(Qt.Orientation.Horizontal)
        self.dot.setRange(0, _SLIDER)
        self.dot.setAccessibleName("Place between A and B")
        self.hint = MutedLabel(_HINT)
        self.hint.setWordWrap(True)
        self.caption = Caption()
        self.strip = PictureStrip("Decoded pictures from A to B")
        self.at_dot = PictureView()
        self.at_dot.setFixedSize(_DOT_SIDE, _DOT_SIDE)
        self.at_dot.setAccessibleName("Decoded at the dot")
        self.save = QPushButton("Save strip…")
        self.gif = QPushButton("Save GIF…")
        self._lay_out()
        self._connect()
        self.set_wish(None)

    def set_wish(self, wish: PathWish | None) -> None:
        """Show another wish, without telling anybody."""
        self.wish = wish
        for widget in (self.save, self.gif, self.dot):
            widget.setEnabled(wish is not None)
        self.hint.setVisible(wish is None)
        if wish is None:
            self.show_pictures(np.zeros((0, 1, 1, 1), np.uint8), None, "")
            return
        for box, value in zip(self.boxes, (*wish.start, *wish.end), strict=True):
            with QSignalBlocker(box):
                box.set_value(round(value, 3))
        with QSignalBlocker(self.dot), QSignalBlocker(self.steps):
            self.dot.setValue(round(wish.share * _SLIDER))
            self.steps.setValue(wish.steps)
        self.ways.show_choice(int(wish.spherical))

    def show_pictures(
        self, strip: NDArray[np.uint8], at_dot: NDArray[np.uint8] | None, caption: str
    ) -> None:
        """Show the way (n, C, H, W) and the picture at the dot (C, H, W)."""
        self.strip.show_pictures(strip)
        empty = np.zeros((0, 0), np.uint8)
        self.at_dot.show_picture(empty if at_dot is None else to_picture(at_dot))
        self.caption.setText(caption)

    def ask_for(self, wish: PathWish) -> None:
        """Show a wish and tell of it."""
        self.set_wish(wish)
        self.wish_changed.emit()

    def move_ends(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Ask for the way between other ends, everything else as it is."""
        spherical = self.ways.index == 1
        share = self.wish.share if self.wish is not None else 0.0
        self.ask_for(PathWish(start, end, self.steps.value(), spherical, share))

    def _connect(self) -> None:
        for box in self.boxes:
            box.changed.connect(self._on_edited)
        self.steps.valueChanged.connect(self._on_edited)
        self.ways.chosen.connect(self._on_edited)
        self.dot.valueChanged.connect(self._on_edited)
        self.preset.clicked.connect(self._on_preset)
        self.save.clicked.connect(self.strip_requested)
        self.gif.clicked.connect(self.gif_requested)

    def _on_edited(self) -> None:
        try:
            ax, ay, bx, by = (box.value() for box in self.boxes)
        except ValueError:
            return
        if not np.isfinite([ax, ay, bx, by]).all():
            return
        share = self.dot.value() / _SLIDER
        spherical = self.ways.index == 1
        self.wish = PathWish((ax, ay), (bx, by), self.steps.value(), spherical, share)
        for widget in (self.save, self.gif, self.dot):
            widget.setEnabled(True)
        self.hint.hide()
        self.wish_changed.emit()

    def _on_preset(self) -> None:
        self.ask_for(TALK)

    def _lay_out(self) -> None:
        ends = QGridLayout()
        ends.setSpacing(4)
        for row, name in enumerate("AB"):
            ends.addWidget(QLabel(name), row, 0)
            ends.addWidget(self.boxes[2 * row], row, 1)
            ends.addWidget(self.boxes[2 * row + 1], row, 2)
        ends.addWidget(self.preset, 0, 3)
        steps = QHBoxLayout()
        steps.addWidget(self.steps)
        steps.addWidget(MutedLabel("pictures"))
        steps.addWidget(self.ways)
        steps.addStretch()
        ends.addLayout(steps, 1, 3)
        ends.setColumnStretch(3, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(ends)
        layout.addWidget(self.hint)
        layout.addWidget(self.caption)
        layout.addWidget(self.strip, 1)
        layout.addLayout(self._walk())

    def _walk(self) -> QHBoxLayout:
        """The dot's picture and slider, and the buttons."""
        along = QHBoxLayout()
        along.addWidget(QLabel("A"))
        along.addWidget(self.dot, 1)
        along.addWidget(QLabel("B"))
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addStretch()
        buttons.addWidget(self.save)
        buttons.addWidget(self.gif)
        right = QVBoxLayout()
        right.addLayout(along)
        right.addLayout(buttons)
        walk = QHBoxLayout()
        walk.addWidget(self.at_dot)
        walk.addLayout(right, 1)
        return walk


def place_text(place: tuple[float, float]) -> str:
    """A point for a reader: "(0, 10)"."""
    return f"({', '.join(plain(round(value, 2)).replace('-', '−') for value in place)})"
