"""A way through latent space, drawn over the pad: a film along it, and a dot to drag."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QSpinBox

from vae_desktop.core import paths
from vae_desktop.core.events import Floats
from vae_desktop.core.projection import LinearMap
from vae_desktop.core.viewport import Points
from vae_desktop.session.decoding import BackgroundDecoder, Decoded
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.ask import Ask
from vae_desktop.ui.cell_grid import CellGrid
from vae_desktop.ui.chip import Chip, ChipRow
from vae_desktop.ui.file_writer import FileWriter
from vae_desktop.ui.icon_button import IconButton
from vae_desktop.ui.labels import Caption, MutedLabel
from vae_desktop.ui.map_canvas import Overlay
from vae_desktop.ui.numbers import count, plural
from vae_desktop.ui.strip import DecodeStrip
from vae_desktop.ui.strip_parts import APART, column, line

MOST_CORNERS = 24
"""A line drawn freely becomes so many codes, equally far apart."""
_MOST_HANDLES = 12
"""With more codes than this, only the two ends and the dot can be dragged."""
_USUAL, _MOST = 16, 64
_SLIDER = 1000
_NEAR = 601
"""Places of the curve among which the one nearest to a dragged dot is looked for."""
_PLAY_MS, _PLAY_STEP = 33, 5
"""Of the slider's steps, so many with each picture of the walk: there in about seven seconds."""
_CONTROLS = 248
_HINT = (
    "Draw a line over the pad (freely, or click points and double-click the last), or add the "
    "current code, go elsewhere and add again."
)


class WayStrip(DecodeStrip):
    """Pictures along a way through codes; its dot is the current code.

    Args:
        on_view: the run that all tabs look at.
        ask: asks for files to save.

    Attributes:
        corners: float32 (k, D), the codes that the way goes through.
        share: where the dot is, of the whole length.
        shown: the pictures along the way; None for none.
    """

    title = "Path"
    tip = "Draw a way over the pad and see the pictures along it."
    takes_lines = True

    def __init__(self, on_view: RunOnView, ask: Ask) -> None:
        super().__init__(on_view)
        self._decoder = BackgroundDecoder(on_view, self)
        self.writer = FileWriter(ask, self)
        self._plane: LinearMap | None = None
        self._forwards = True
        self._walk = QTimer(self, interval=_PLAY_MS)
        self.corners: Floats = np.zeros((0, 0), np.float32)
        self._curve: Floats = self.corners
        self.share = 0.0
        self.shown: Decoded | None = None
        self.ways = ChipRow(
            (
                ("straight", "Along straight lines."),
                ("smooth", "Along a smooth curve through all points."),
                ("spherical", "Along arcs about 0, on which codes stay as likely."),
            ),
            "Way",
        )
        self.number = QSpinBox()
        self.number.setRange(2, _MOST)
        self.number.setValue(_USUAL)
        self.number.setKeyboardTracking(False)
        self.number.setAccessibleName("Pictures along the way")
        self.add = QPushButton("Add current code")
        self.add.setToolTip("The way goes on to the code looked at now.")
        self.clear = IconButton("clear", "Clear", "Forget the way.")
        self.play = Chip("play", "Let the dot walk there and back.", checked=False)
        self.gif = QPushButton("Save GIF…")
        self.gif.setToolTip("Save the pictures as a film that runs there and back.")
        self.png = QPushButton("Save PNG…")
        self.png.setToolTip("Save the pictures side by side.")
        self.dot = QSlider(Qt.Orientation.Horizontal)
        self.dot.setRange(0, _SLIDER)
        self.dot.setAccessibleName("Place of the dot on the way")
        self.film = CellGrid("Pictures along the way", 2)
        self.hint, self.caption = MutedLabel(_HINT), Caption()
        self.hint.setWordWrap(True)
        self._lay_out()
        self._connect()
        self._forget()

    @property
    def has_way(self) -> bool:
        """Whether there is a way to go."""
        return len(self._curve) > 1

    def draw(self) -> None:
        decoder = self.on_view.decoder
        if decoder is not None and self.has_way:
            shares = np.linspace(0, 1, self.number.value())
            self._decoder.want(paths.at_shares(self._curve, shares))

    def onto(self, overlay: Overlay, plane: LinearMap) -> Overlay:
        self._plane = plane
        if not len(self.corners) or self.corners.shape[1] != len(plane.origin):
            return overlay
        if not self.has_way:
            return replace(overlay, marks=plane.place(self.corners))
        stops = paths.at_shares(self._curve, np.linspace(0, 1, self.number.value()))
        return replace(
            overlay,
            path=plane.place(self._curve),
            stops=plane.place(stops),
            handles=[(float(x), float(y)) for x, y in self._handles(plane)],
        )

    def drag(self, handle: int, x: float, y: float) -> None:
        plane = self._plane
        if plane is None or not self.has_way:
            return
        if handle == 0:
            self._move_dot(self._nearest_share(plane, x, y))
            return
        place = self._draggable()[handle - 1]
        corners = self.corners.copy()
        # Only what is seen on the pad moves; the other latents stay as they are.
        corners[place] += ((x, y) - plane.place(corners[place : place + 1])[0]) @ plane.matrix
        self._take(corners)

    def take_line(self, points: Points, plane: LinearMap) -> None:
        self._plane = plane
        points = points[np.isfinite(points).all(axis=1)]
        if len(points) < 2:
            return
        codes = plane.codes(points)
        if len(codes) > MOST_CORNERS:
            codes = paths.at_shares(codes, np.linspace(0, 1, MOST_CORNERS))
        self.share = 0.0
        self._take(codes)
        self._move_dot(0.0)

    def shutdown(self) -> None:
        self._walk.stop()
        self._decoder.shutdown()
        self.writer.shutdown()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.play.setChecked(False)

    def _take(self, corners: Floats) -> None:
        """Go through other codes."""
        self.corners = np.asarray(corners, np.float32)
        self._bend()

    def _bend(self) -> None:
        """Find the curve through the codes anew."""
        way = self.ways.index
        many = len(self.corners) > 1
        self._curve = paths.curve(self.corners, way) if many else self.corners
        for widget in (self.dot, self.play, self.gif, self.png):
            widget.setEnabled(self.has_way)
        self.clear.setEnabled(bool(len(self.corners)))
        self.hint.setVisible(not self.has_way)
        self._show_dot()
        self.mark_stale()
        self.marks_changed.emit()

    def _forget(self) -> None:
        self._decoder.forget()
        self.shown, self.share = None, 0.0
        self.play.setChecked(False)
        self.film.show_cells(np.zeros((0, 1, 1, 1), np.uint8))
        self.caption.setText("")
        self._take(np.zeros((0, 0), np.float32))

    def _move_dot(self, share: float) -> None:
        """The dot goes to a share of the way, and the current code with it."""
        if not self.has_way:
            return
        self.share = min(max(share, 0.0), 1.0)
        self._show_dot()
        self.on_view.set_z(paths.at_shares(self._curve, np.array([self.share]))[0])
        self.marks_changed.emit()

    def _show_dot(self) -> None:
        self.dot.blockSignals(True)
        self.dot.setValue(round(self.share * _SLIDER))
        self.dot.blockSignals(False)
        self.film.mark(round(self.share * (self.number.value() - 1)) if self.has_way else -1)

    def _draggable(self) -> list[int]:
        """Which of the codes have a handle."""
        last = len(self.corners) - 1
        return list(range(last + 1)) if last < _MOST_HANDLES else [0, last]

    def _handles(self, plane: LinearMap) -> Points:
        """The dot, then the codes that can be dragged."""
        dot = paths.at_shares(self._curve, np.array([self.share]))
        return plane.place(np.concatenate([dot, self.corners[self._draggable()]]))

    def _nearest_share(self, plane: LinearMap, x: float, y: float) -> float:
        """The place on the way that is nearest to a point of the pad."""
        shares = np.linspace(0, 1, _NEAR)
        points = plane.place(paths.at_shares(self._curve, shares))
        return float(shares[np.argmin(np.hypot(*(points - (x, y)).T))])

    def _connect(self) -> None:
        self.on_view.run_changed.connect(self._on_run_changed)
        self.on_view.weights_changed.connect(self._on_weights_changed)
        self._decoder.decoded.connect(self._on_decoded)
        self._decoder.failed.connect(self.failed)
        self.writer.failed.connect(self.failed)
        self.writer.noticed.connect(self.noticed)
        self._walk.timeout.connect(self._on_walk)
        self.ways.chosen.connect(self._on_way_chosen)
        self.number.valueChanged.connect(self._on_number_changed)
        self.add.clicked.connect(self._on_add)
        self.clear.clicked.connect(self._on_clear)
        self.play.toggled.connect(self._on_play_toggled)
        self.gif.clicked.connect(self._on_gif)
        self.png.clicked.connect(self._on_png)
        self.dot.valueChanged.connect(self._on_dot_moved)
        self.film.chosen.connect(self._on_picture_chosen)

    def _lay_out(self) -> None:
        controls = column(
            line(self.ways, None),
            line(self.number, MutedLabel("pictures"), self.play, None),
            line(self.add, self.clear, None),
            line(self.gif, self.png, None),
            self.hint,
            self.writer.job,
            None,
            width=_CONTROLS,
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(APART)
        layout.addWidget(controls, alignment=Qt.AlignmentFlag.AlignTop)
        layout.addWidget(column(self.caption, self.dot, self.film), 1)

    @Slot()
    def _on_run_changed(self) -> None:
        """Codes of one model mean nothing to another."""
        self._forget()

    @Slot(int)
    def _on_weights_changed(self, step: int) -> None:
        self.mark_stale()

    @Slot(int)
    def _on_way_chosen(self, way: int) -> None:
        self._bend()
        if self.shown is not None:
            self._move_dot(self.share)

    @Slot()
    def _on_number_changed(self) -> None:
        self._show_dot()
        self.mark_stale()
        self.marks_changed.emit()

    @Slot()
    def _on_add(self) -> None:
        z = self.on_view.z
        if z is None or not np.isfinite(z).all():
            return
        before = self.corners if len(self.corners) else np.zeros((0, len(z)), np.float32)
        self.share = 1.0
        self._take(np.concatenate([before, z[None]]))

    @Slot()
    def _on_clear(self) -> None:
        self._forget()

    @Slot(bool)
    def _on_play_toggled(self, plays: bool) -> None:
        if plays:
            self._forwards = self.share < 1
            self._walk.start()
        else:
            self._walk.stop()

    @Slot()
    def _on_walk(self) -> None:
        step = _PLAY_STEP / _SLIDER
        share = self.share + (step if self._forwards else -step)
        if not 0 <= share <= 1:
            self._forwards = not self._forwards
        self._move_dot(share)

    @Slot(int)
    def _on_dot_moved(self, value: int) -> None:
        self._move_dot(value / _SLIDER)

    @Slot(int)
    def _on_picture_chosen(self, place: int) -> None:
        self._move_dot(place / (len(self.film.pictures) - 1))

    @Slot(object)
    def _on_decoded(self, decoded: Decoded) -> None:
        self.shown = decoded
        self.film.show_cells(decoded.pictures)
        self._show_dot()
        way = ("straight", "smooth", "spherical")[self.ways.index]
        through = plural(len(self.corners), "code")
        self.caption.setText(f"{way} through {through} · step {count(decoded.step)}")

    @Slot()
    def _on_gif(self) -> None:
        if self.shown is not None:
            self.writer.save_gif("path.gif", self.shown.pictures)

    @Slot()
    def _on_png(self) -> None:
        if self.shown is not None:
            self.writer.save_strip("path.png", self.shown.pictures, len(self.shown.pictures))
