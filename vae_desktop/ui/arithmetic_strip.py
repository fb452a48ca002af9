"""Reckoning with codes: what A has and B has not, added to C."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSlider

from vae_desktop.core.events import Floats
from vae_desktop.core.latents import Coder
from vae_desktop.core.paths import analogy
from vae_desktop.core.projection import LinearMap
from vae_desktop.core.viewport import Points
from vae_desktop.session.clouds import CloudSource
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.arithmetic_slot import EMPTY, SIDE, ArithmeticSlot, MeanOfClass, code_of
from vae_desktop.ui.cell_grid import CellGrid
from vae_desktop.ui.chip import Chip
from vae_desktop.ui.labels import Caption, MutedLabel
from vae_desktop.ui.map_canvas import Overlay
from vae_desktop.ui.numbers import count
from vae_desktop.ui.picture_view import PictureView
from vae_desktop.ui.pictures import to_picture
from vae_desktop.ui.strip import CodesStrip
from vae_desktop.ui.strip_parts import APART, column, line
from vae_desktop.ui.theme import TRAIL

FARTHEST = 1.25
"""The slider goes so many times the whole arrow."""
PICTURES = 6
"""Along the arrow; the last but one is at its end."""
_SLIDER = 1000
_HEAD_LINES = 112
"""Twice the pixels above the pictures of the slots."""
_HEAD, _HEAD_ANGLE = 0.12, 0.5
"""Of an arrow's head: its share of the length, and half its opening in radians."""
_FAINT = 0.45
_HINT = "Fill A, B and C with “Take…”: the result is what A has and B has not, added to C."
_NO_CODE = "The codes of the images are on their way; then the mean of the class comes."
_SIGNS = ("−", "+", "=")


class ArithmeticStrip(CodesStrip):
    """A − B + C, decoded, and the way there from C.

    Args:
        on_view: the run that all tabs look at.
        codes: the data set in latent space, for means of classes.

    Attributes:
        slots: A, B and C.
        known: their codes (3, D); None until all are filled.
    """

    title = "Arithmetic"
    tip = "A − B + C with codes: carry over what makes A another than B."

    def __init__(self, on_view: RunOnView, codes: CloudSource) -> None:
        super().__init__(on_view, codes)
        self.slots = tuple(ArithmeticSlot(letter, on_view) for letter in "ABC")
        self.known: Floats | None = None
        self._plane: LinearMap | None = None
        self.film = CellGrid("Pictures along the arrow", 2)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, round(FARTHEST * _SLIDER))
        self.slider.setValue(_SLIDER)
        self.slider.setAccessibleName("Place on the arrow from C")
        self.result, self.caption, self.share_text = PictureView(), Caption(), Caption()
        self.result.setFixedSize(SIDE, SIDE)
        self.result.setAccessibleName("A − B + C")
        self.follow = Chip("follow", "The current code follows the slider.")
        self.go = QPushButton("Go there")
        self.go.setToolTip("Make the result the current code.")
        self.hint = MutedLabel()
        self.hint.setWordWrap(True)
        self._lay_out()
        self._connect()
        self._show_nothing(_HINT)

    @property
    def share(self) -> float:
        """How far along the arrow: 0 at C, 1 at A − B + C."""
        return self.slider.value() / _SLIDER

    def draw(self) -> None:
        decoder = self.on_view.decoder
        if decoder is None:
            self._show_nothing("The pictures come with the first weights.")
            return
        codes = self._find_codes(decoder)
        for slot, code in zip(self.slots, codes, strict=True):
            slot.show_picture(None if code is None else decoder.decode(code[None])[0])
        found = [code for code in codes if code is not None]
        if len(found) < len(self.slots):
            waits = all(slot.origin is not None for slot in self.slots)
            self._show_nothing(_NO_CODE if waits else _HINT)
            return
        self.known = np.stack(found)
        self._show_result(decoder.step)
        self.marks_changed.emit()

    def onto(self, overlay: Overlay, plane: LinearMap) -> Overlay:
        self._plane = plane
        if self.known is None or self.known.shape[1] != len(plane.origin):
            return overlay
        ends = self._along(np.array([1.0, self.share]))
        (ax, ay), (bx, by), (cx, cy), whole, here = plane.place(np.concatenate([self.known, ends]))
        faint = QColor(TRAIL)
        faint.setAlphaF(_FAINT)
        arrows = [
            (arrow((bx, by), (ax, ay)), faint),
            (arrow((cx, cy), (whole[0], whole[1])), TRAIL),
        ]
        words = [(float(x), float(y), name) for x, y, name in ((ax, ay, "A"), (bx, by, "B"))]
        return replace(
            overlay,
            curves=[*overlay.curves, *arrows],
            words=[*overlay.words, *words, (float(cx), float(cy), "C")],
            handles=[(float(here[0]), float(here[1]))],
        )

    def drag(self, handle: int, x: float, y: float) -> None:
        """The place on the arrow: what is nearest on it to the mouse."""
        plane = self._plane
        if plane is None or self.known is None:
            return
        start, end = plane.place(self._along(np.array([0.0, 1.0])))
        way = (end - start).astype(np.float64)
        length = float(way @ way)
        if length:
            share = float((np.array([x, y]) - start) @ way) / length
            self.slider.setValue(round(min(max(share, 0.0), FARTHEST) * _SLIDER))

    def wants_codes(self) -> bool:
        return any(isinstance(slot.origin, MeanOfClass) for slot in self.slots)

    def showEvent(self, event: QShowEvent) -> None:
        self.mark_stale()
        super().showEvent(event)
        self.on_view.want_dataset()

    def _find_codes(self, coder: Coder) -> list[Floats | None]:
        """What is known of A, B and C by the newest weights; None where nothing finite is."""
        cloud, pictures = self.codes.cloud, self.codes.pictures
        found = [code_of(slot.origin, coder, cloud, pictures) for slot in self.slots]
        return [code if code is not None and np.isfinite(code).all() else None for code in found]

    def _show_nothing(self, sentence: str) -> None:
        self.known = None
        self.film.show_cells(np.zeros((0, 1, 1, 1), np.uint8))
        self.result.show_picture(EMPTY)
        self.caption.setText("")
        self.hint.setText(sentence)
        self.hint.show()
        self.share_text.setText("")
        self.slider.setEnabled(False)
        self.go.setEnabled(False)
        self.marks_changed.emit()

    def _show_result(self, step: int) -> None:
        """Decode along the arrow and at the slider."""
        decoder = self.on_view.decoder
        if decoder is None or self.known is None:
            return
        shares = np.append(np.linspace(0, FARTHEST, PICTURES), self.share)
        pictures = decoder.decode(self._along(shares))
        self.film.show_cells(pictures[:-1])
        self.film.mark(round(self.share / FARTHEST * (PICTURES - 1)))
        self.result.show_picture(to_picture(pictures[-1]))
        self.hint.hide()
        self.caption.setText(f"from C on along A − B · step {count(step)}")
        self.share_text.setText(f"C + {self.share:.2f} (A − B)")
        self.slider.setEnabled(True)
        self.go.setEnabled(True)

    def _result(self) -> Floats | None:
        return None if self.known is None else self._along(np.array([self.share]))[0]

    def _along(self, shares: np.ndarray) -> Floats:
        """Codes at shares of the arrow."""
        assert self.known is not None
        a, b, c = self.known
        return analogy(a, b, c, shares)

    def _go(self) -> None:
        result = self._result()
        if result is not None:
            self.on_view.set_z(result)

    def _connect(self) -> None:
        self.on_view.run_changed.connect(self._on_run_changed)
        self.on_view.weights_changed.connect(self._on_changed)
        self.codes.cloud_changed.connect(self._on_changed)
        for slot in self.slots:
            slot.changed.connect(self._on_slot_changed)
        self.slider.valueChanged.connect(self._on_slider_moved)
        self.film.chosen.connect(self._on_picture_chosen)
        self.go.clicked.connect(self._on_go)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(APART // 2)
        top = Qt.AlignmentFlag.AlignTop
        for slot, sign in zip(self.slots, _SIGNS, strict=True):
            layout.addWidget(slot, alignment=top)
            label = QLabel(sign)
            label.setFixedHeight(_HEAD_LINES + SIDE // 2)  # beside two pictures in a slot
            layout.addWidget(label, alignment=top)
        head = MutedLabel("result")
        head.setFixedHeight(self.slots[0].button.sizeHint().height())
        layout.addWidget(column(head, self.share_text, self.result, width=SIDE), alignment=top)
        layout.addSpacing(APART // 2)
        head_line = line(self.caption, self.follow, self.go)
        head_line.setStretch(0, 1)
        film = column(head_line, self.slider, self.hint, self.film)
        layout.addWidget(film, 1)

    @Slot()
    def _on_changed(self) -> None:
        self.mark_stale()

    @Slot()
    def _on_run_changed(self) -> None:
        """Codes of one model mean nothing to another, and its pictures may be of another set."""
        for slot in self.slots:
            slot.fill(None)
        self._show_nothing(_HINT)
        self.mark_stale()

    @Slot()
    def _on_slot_changed(self) -> None:
        self.watch_codes()
        self.mark_stale()

    @Slot()
    def _on_slider_moved(self) -> None:
        if self.follow.isChecked():
            self._go()
        self.mark_stale()
        self.marks_changed.emit()

    @Slot(int)
    def _on_picture_chosen(self, place: int) -> None:
        share = place / (PICTURES - 1) * FARTHEST
        self.slider.setValue(round(share * _SLIDER))

    @Slot()
    def _on_go(self) -> None:
        self._go()


def arrow(start: Sequence[float], end: Sequence[float]) -> Points:
    """An arrow as one line (5, 2), its head at the end."""
    first, last = np.asarray(start, np.float64), np.asarray(end, np.float64)
    back = (first - last) * _HEAD
    cos, sin = np.cos(_HEAD_ANGLE), np.sin(_HEAD_ANGLE)
    left = last + np.array([[cos, -sin], [sin, cos]]) @ back
    right = last + np.array([[cos, sin], [-sin, cos]]) @ back
    return np.stack([first, last, left, last, right])
