"""The pad: two latents as a plane with decoded tiles, and the code as a cross on it."""

from __future__ import annotations

from time import perf_counter

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from vae_desktop.core.events import Floats
from vae_desktop.core.latents import Bytes, Cloud, Rows
from vae_desktop.core.projection import LinearMap, through
from vae_desktop.core.viewport import Points
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.trusting import TrustSource
from vae_desktop.ui.latent_map import PRIOR_BOX, LatentMap
from vae_desktop.ui.map_gestures import Tool
from vae_desktop.ui.pad_painter import paint_crosshair, paint_trace
from vae_desktop.ui.point_colours import by_class
from vae_desktop.ui.steering import Steering

_ASKING = 0.1
"""Seconds between two questions whether there is data where the code is, at least."""
_STEP, _FINE = 12, 1
"""Pixels that an arrow key moves the code."""
_FAINT = 0.25
_NAME = "Pad of two latents"
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class DecodePad(LatentMap):
    """Moves the shared code in the plane of two latents; the others stay where they are.

    Args:
        on_view: the run and its code.
        steering: moves the code.
        trust: says whether there is data where the code is.

    Attributes:
        pair: the two latents, from 0; the second is the first where there is only one.
        plane: through the shared code; None without one.
        has_data: whether codes of the data lie about the code.
    """

    shows_cursor = False
    line_taken = Signal(object)
    pair_changed = Signal(int, int)

    def __init__(self, on_view: RunOnView, steering: Steering, trust: TrustSource) -> None:
        super().__init__(_no_pictures, self._decode)
        self._on_view, self._steering, self._trust = on_view, steering, trust
        self.pair = (0, 1)
        self.plane: LinearMap | None = None
        self.has_data = True
        self._tile_plane: LinearMap | None = None
        self._corners: list[tuple[float, float]] = []
        self._asked_at = float("-inf")
        self._wonders = False
        self.canvas.layers = {"tiles", "rings"}
        self.canvas.points.opacity = _FAINT
        self.tool = Tool.STEER
        self.setAccessibleName(_NAME)
        self.steered.connect(self._on_steered)
        self.picked.connect(self._on_picked)
        self.traced.connect(self._on_traced)
        on_view.z_changed.connect(self.follow)
        on_view.weights_changed.connect(self._on_weights_changed)
        trust.changed.connect(self._on_trust_changed)

    def forget(self) -> None:
        """Another run comes on view."""
        self.pair, self.plane, self._tile_plane = (0, 1), None, None
        self._corners = []
        self.has_data, self.image_shape = True, None
        self.canvas.tiles.clear()
        self.canvas.points.clear()
        self.fit()

    def choose_pair(self, first: int, second: int) -> None:
        """Show the plane of two other latents, from 0."""
        self.pair = first, second
        self._corners = []
        self._show_points(anew=True)
        self.follow()
        self.pair_changed.emit(first, second)

    def choose_tool(self, tool: Tool) -> None:
        super().choose_tool(tool)
        self._corners = []
        self.update()

    @property
    def at(self) -> tuple[float, float] | None:
        """Where the code is in the plane; None where it is nowhere."""
        z = self._on_view.z
        if self.plane is None or z is None or not np.isfinite(z).all():
            return None
        x, y = self.plane.place(z[None])[0]
        return float(x), float(y)

    @Slot()
    def follow(self) -> None:
        """The code is elsewhere: so is the cross, and the plane where others than the pair
        have changed."""
        z = self._on_view.z
        if z is None:
            self.plane = None
            return
        before = self.plane
        self.plane = through(np.nan_to_num(z), *self.pair)
        self.canvas.axes = self.plane.axes
        if before is None or not _alike(before, self.plane):
            self._decode_tiles()
        self._wonders = True
        self._describe()
        self.refresh()

    def draw(self) -> None:
        if not self.canvas.tiles.busy:
            # One picture of tiles is of one plane, also while the code moves on.
            self._tile_plane = self.plane
        super().draw()
        self._wonder()

    def overdue(self, now: float) -> float:
        overdue = super().overdue(now)
        waits = self._wonders and self.isVisible()
        return max(overdue, now - self._asked_at - _ASKING) if waits else overdue

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 200)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        line = [self.view.to_point(*corner) for corner in self._press.line] if self._press else []
        paint_trace(painter, self.view, np.array(line or self._corners), self.palette())
        if self.at is not None:
            paint_crosshair(
                painter,
                self.view,
                self.at,
                self.palette(),
                dashed=not self.has_data,
                upright=len(self.plane.origin) == 1 if self.plane is not None else False,
            )
        if self.hasFocus():
            painter.setPen(self.palette().highlight().color())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if self._press is None:
            return
        self.setFocus()
        if self.tool is Tool.STEER and self._press.handle is None:
            at = event.position()
            self._jump(*self.view.to_point(at.x(), at.y()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.tool is Tool.DRAW and self._corners:
            self._end_line()
        else:
            self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS and self.at is not None:
            fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            across, up = _ARROWS[key]
            step = (_FINE if fine else _STEP) * self.view.scale
            self._on_steered(self.at[0] + across * step, self.at[1] + up * step)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._corners:
            self._end_line()
        elif key is Qt.Key.Key_Escape and self._corners:
            self._corners = []
            self.update()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def _decode(self, points: Points) -> Bytes:
        """Pictures of points of the plane, for the tiles."""
        decoder = self._on_view.decoder
        if decoder is None or self._tile_plane is None:
            raise RuntimeError("tiles are wanted only where points can be decoded")
        return decoder.decode(self._tile_plane.codes(points))

    def _box(self, points: Points) -> tuple[float, float, float, float]:
        """Where the prior is; without one, where the codes are."""
        return PRIOR_BOX if self.has_prior else super()._box(points)

    @property
    def has_prior(self) -> bool:
        """Whether the run's codes are drawn from N(0, I): not those of an autoencoder."""
        config = self._on_view.config
        return config is None or config.model.kind != "autoencoder"

    def _decode_tiles(self) -> None:
        """The tiles of this plane, by these weights; they take a few ticks."""
        decoder, self.image_shape = self._on_view.decoder, self._shape()
        if decoder is not None and self.plane is not None:
            view = self._on_view
            self.decode_anew((decoder.step, view.label, self.pair, self.plane.origin.tobytes()))

    def _shape(self) -> tuple[int, int] | None:
        """(H, W) of what the model decodes; None where it is not known yet."""
        decoder, z = self._on_view.decoder, self._on_view.z
        if decoder is None or z is None:
            return None
        if self.image_shape is None:
            _, _, height, width = decoder.decode(np.zeros((1, len(z)), np.float32)).shape
            return height, width
        return self.image_shape

    def _wonder(self) -> None:
        """Ask now and then whether there is data where the code is."""
        z, now = self._on_view.z, perf_counter()
        if not self._wonders or z is None or now - self._asked_at < _ASKING:
            return
        self._wonders, self._asked_at = False, now
        has_data = self._trust.has_data(z)
        if has_data != self.has_data:
            self.has_data = has_data
            self._describe()
            self.update()

    def _describe(self) -> None:
        """Say to a screen reader where the code is."""
        if self.at is not None:
            names = [name for name in self.canvas.axes if name]
            places = [f"{name} {value:.2f}" for name, value in zip(names, self.at, strict=False)]
            where = ", ".join(places)
            self.setAccessibleDescription(where if self.has_data else f"{where}, no data there")

    def _jump(self, x: float, y: float) -> None:
        """The code is there from now on."""
        code = self._code(x, y)
        if code is not None:
            self._on_view.set_z(code)

    def _code(self, x: float, y: float) -> Floats | None:
        return None if self.plane is None else self.plane.codes(np.array([[x, y]]))[0]

    def _end_line(self) -> None:
        line, self._corners = np.array(self._corners), []
        if len(line) > 1:
            self.line_taken.emit(line)
        self.update()

    def _show_points(self, *, anew: bool) -> None:
        known = self._trust.known
        if known is None or self._on_view.z is None:
            return
        plane = through(self._on_view.z, *self.pair)
        points = plane.place(known.cloud.mu, known.cloud.rows)
        labels = self._labels(known.cloud)
        names = self._on_view.dataset.label_names if self._on_view.dataset is not None else ()
        colouring = by_class(labels, names, len(points), "Petroff")
        self.canvas.points.show_points(points, known.cloud.rows, colouring)
        self.show_points(points, anew=anew)

    def _labels(self, cloud: Cloud) -> np.ndarray | None:
        dataset = self._on_view.dataset
        labels = None if dataset is None else dataset.train.labels
        return None if labels is None else labels[cloud.rows]

    @Slot(float, float)
    def _on_steered(self, x: float, y: float) -> None:
        code = self._code(x, y)
        if code is not None:
            self._steering.hold(code)

    @Slot(float, float)
    def _on_picked(self, x: float, y: float) -> None:
        """A click: a corner of a line, or the place to go."""
        if self.tool is Tool.DRAW:
            self._corners.append((x, y))
            self.update()
        elif self.tool is not Tool.STEER:
            self._jump(x, y)

    @Slot(object)
    def _on_traced(self, line: Points) -> None:
        self._corners = []
        self.line_taken.emit(line)

    @Slot(int)
    def _on_weights_changed(self, step: int) -> None:
        if self.plane is None:
            self.follow()
        self._decode_tiles()

    @Slot()
    def _on_trust_changed(self) -> None:
        self._wonders = True
        self._show_points(anew=not len(self.canvas.points.points))


class Square(QWidget):
    """Keeps one widget square, as large as there is room, at the top in the middle."""

    def __init__(self, contents: QWidget) -> None:
        super().__init__()
        self._contents = contents
        contents.setParent(self)

    def sizeHint(self) -> QSize:
        return QSize(400, 400)

    def minimumSizeHint(self) -> QSize:
        return self._contents.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = min(self.width(), self.height())
        self._contents.setGeometry((self.width() - side) // 2, 0, side, side)


def _alike(one: LinearMap, other: LinearMap) -> bool:
    """Whether two planes are the same place in latent space."""
    same = one.origin.shape == other.origin.shape and one.axes == other.axes
    return same and np.array_equal(one.origin, other.origin)


def _no_pictures(rows: Rows) -> Bytes:
    """The points of the pad are dots."""
    return np.zeros((0, 1, 1, 1), np.uint8)
