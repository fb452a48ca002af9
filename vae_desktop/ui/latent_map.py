"""The map as a widget: mouse and keys become signals in coordinates of the map."""

import numpy as np
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy

from vae_desktop.core.selecting import Mode
from vae_desktop.core.tiles import tile_grid
from vae_desktop.core.viewport import Points, Viewport, extent
from vae_desktop.ui import map_gestures as gestures
from vae_desktop.ui import map_painter as paint
from vae_desktop.ui.live import LivePanel
from vae_desktop.ui.map_canvas import MapCanvas, Overlay
from vae_desktop.ui.map_cursors import cursor_for
from vae_desktop.ui.map_gestures import (
    Dragged,
    Lined,
    Outlined,
    Panned,
    Picked,
    Press,
    Steered,
    Tool,
    Traced,
)
from vae_desktop.ui.point_layer import Fetch, Style
from vae_desktop.ui.region_layer import ReadPoints
from vae_desktop.ui.tile_layer import DecodePoints

_INTERVAL = 0.016
_STEP_PIXELS, _FINE_PIXELS = 12, 1
_HALF_TURN = 8.0
"""Qt counts a wheel in eighths of a degree."""
SHARE_SHOWN = 0.998
"""The view holds this middle share of the points: a few far out do not make the rest small."""
PRIOR_BOX = (-3.2, -3.2, 3.2, 3.2)
STRIP_BOX = (-3.2, -1.0, 3.2, 1.8)
"""Where the prior is, with two latents and with one."""

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class LatentMap(LivePanel):
    """Shows a `MapCanvas` and lets it be held.

    The view is fitted to the points at first and widens when they leave it; from the first
    zoom or drag on it is the user's, until `fit`.

    Attributes:
        canvas: what is drawn.
        view: which part of the plane is on screen.
        tool: what dragging does.
        image_shape: (H, W) of the tiles; None where there are none.
        judged: whether points can be read, for the regions.
        frame: left, bottom, right, top of what a fitted view holds besides the points.
        cursor_at: the pixel where the mouse is, or the keys moved to; None outside.
        shows_cursor: whether that is drawn while the map has the keyboard.
    """

    shows_cursor = True

    pointed = Signal(float, float)
    left = Signal()
    picked = Signal(float, float)
    outlined = Signal(object, object)
    handle_dragged = Signal(int, float, float)
    line_drawn = Signal(object, object)
    steered = Signal(float, float)
    traced = Signal(object)
    cancelled = Signal()

    def __init__(self, fetch: Fetch, decode: DecodePoints, read: ReadPoints | None = None) -> None:
        super().__init__(_INTERVAL)
        self.canvas = MapCanvas(fetch, decode, read)
        self.view = Viewport().fitted(*PRIOR_BOX)
        self.tool = Tool.PAN
        self.image_shape: tuple[int, int] | None = None
        self._version: object = None
        self.judged = False
        self._turn = 0
        self.frame: tuple[float, float, float, float] | None = None
        self.cursor_at: tuple[float, float] | None = None
        self._is_users = False
        self._press: Press | None = None
        self._mode = Mode.REPLACE
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Map of the latent space")
        self._show_cursor()

    def show_points(self, points: Points, *, anew: bool) -> None:
        """The canvas has other points (n, 2); `anew` where they have another meaning."""
        self.canvas.forget()
        if anew:
            self._is_users = False
        self._follow(points, anew=anew)
        self.refresh()

    def show_overlay(self, overlay: Overlay) -> None:
        """Draw other things over the points."""
        self.canvas.overlay = overlay
        self.refresh()

    def choose_tool(self, tool: Tool) -> None:
        """Let dragging do something else."""
        self.tool, self._press = tool, None
        self._show_cursor()

    def set_layer(self, name: str, shown: bool) -> None:
        """Draw a layer or leave it out."""
        (self.canvas.layers.add if shown else self.canvas.layers.discard)(name)
        self.refresh()

    def set_style(self, style: Style) -> None:
        """Draw points as dots, glyphs or pictures."""
        self.canvas.points.style = style
        self.refresh()

    def set_dot_size(self, pixels: int) -> None:
        """Draw dots of this diameter."""
        self.canvas.points.size = pixels
        self.canvas.forget()
        self.refresh()

    def set_opacity(self, opacity: float) -> None:
        """Draw points with this opacity, in [0, 1]."""
        self.canvas.points.opacity = opacity
        self.canvas.forget()
        self.refresh()

    def fit(self) -> None:
        """Show all points, and the prior's rings where they mean something."""
        self._is_users = False
        self._follow(self.canvas.points.points, anew=True)
        self.refresh()

    def settle(self) -> None:
        """The points have come to rest: show them all, unless the view is the user's."""
        if not self._is_users:
            self.fit()

    def decode_anew(self, version: object) -> None:
        """What decodes and reads points of the map is now of this version."""
        self._version = version
        if self.canvas.layers & {"tiles", "verdict"}:
            self.mark_stale()

    def refresh(self) -> None:
        """Something has changed; draw at the next tick."""
        self.mark_stale()
        self.update()

    def draw(self) -> None:
        """Let tiles and regions get on; they take a few ticks."""
        tiles, regions, layers = self.canvas.tiles, self.canvas.regions, self.canvas.layers
        if self.image_shape is None:
            return
        if "tiles" in layers:
            tiles.want(tile_grid(self.view, *self.image_shape), self._version)
        if "verdict" in layers and self.judged:
            regions.want(self.view, self._version)
        parts = (("tiles", tiles), ("verdict", regions))
        busy = [part for name, part in parts if name in layers and part.busy]
        if busy:
            # One of them a tick, in turns: each may take what a frame can spare.
            self._turn += 1
            if busy[self._turn % len(busy)].advance():
                self.update()
        if any(part.busy for part in busy):
            self.mark_stale()

    def sizeHint(self) -> QSize:
        return QSize(640, 560)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 160)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.view = self.view.resized(self.width(), self.height())
        if not self._is_users:
            self._follow(self.canvas.points.points, anew=True)
        self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = self.palette()
        self.canvas.paint(painter, self.view, colours, self.font())
        paint.paint_handles(painter, self._handles(), colours)
        if self.canvas.overlay.pin is not None:
            at = self.view.to_pixels(np.array([self.canvas.overlay.pin]))[0]
            paint.paint_cross(painter, (at[0], at[1]), colours, pinned=True)
        if self._press is not None and self._press.outline:
            paint.paint_region(painter, self._press.outline, colours)
        if self.shows_cursor and self.cursor_at is not None and self.hasFocus():
            paint.paint_cross(painter, self.cursor_at, colours, pinned=False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        at = event.position()
        self._press = gestures.pressed(self.tool, (at.x(), at.y()), self._handles())
        self._show_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().x(), event.position().y()
        self._read_keys(event.modifiers())
        if self._press is not None:
            self._press, result = gestures.moved(self._press, at)
            self._carry_out(result)
        self._point_at(at)
        self._show_cursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._press is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        self._read_keys(event.modifiers())
        press, self._press = self._press, None
        self._carry_out(gestures.released(press))
        self._show_cursor()
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        at = event.position()
        factor = gestures.zoom_of(event.angleDelta().y() / _HALF_TURN)
        self._take_view(self.view.zoomed(factor, at.x(), at.y()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.cursor_at = None
        self.left.emit()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        self._read_keys(event.modifiers())
        if key in _ARROWS:
            fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._step(*_ARROWS[key], _FINE_PIXELS if fine else _STEP_PIXELS)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.cursor_at is not None:
            self.picked.emit(*self.view.to_point(*self.cursor_at))
        elif key is Qt.Key.Key_Escape:
            self._press = self.cursor_at = None
            self.cancelled.emit()
            self.update()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self._read_keys(QApplication.keyboardModifiers())
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _carry_out(self, result: gestures.Result | None) -> None:
        match result:
            case Panned(dx, dy):
                self._take_view(self.view.panned(dx, dy))
            case Picked(at):
                self.setFocus()
                self.picked.emit(*self.view.to_point(*at))
            case Outlined(corners):
                outline = np.array([self.view.to_point(*corner) for corner in corners])
                self.outlined.emit(outline, self._mode)
            case Dragged(handle, at):
                self.handle_dragged.emit(handle, *self.view.to_point(*at))
            case Lined(start, end):
                self.line_drawn.emit(self.view.to_point(*start), self.view.to_point(*end))
            case Steered(at):
                self.steered.emit(*self.view.to_point(*at))
            case Traced(corners):
                self.traced.emit(np.array([self.view.to_point(*corner) for corner in corners]))
        if self._press is not None and (self._press.outline or self._press.line):
            self.update()

    def _step(self, across: int, down: int, pixels: int) -> None:
        """Move the cursor with the keys; from the middle where it was outside."""
        x, y = self.cursor_at or (self.width() / 2, self.height() / 2)
        x = min(max(x + across * pixels, 0.0), self.width() - 1.0)
        y = min(max(y + down * pixels, 0.0), self.height() - 1.0)
        self._point_at((x, y))
        self.update()

    def _point_at(self, at: tuple[float, float]) -> None:
        self.cursor_at = at
        self.pointed.emit(*self.view.to_point(*at))

    def _take_view(self, view: Viewport) -> None:
        self._is_users = True
        self.view = view
        self.refresh()

    def _follow(self, points: Points, *, anew: bool) -> None:
        """Fit the view to points, or only widen it."""
        if self._is_users:
            return
        box = self._box(points)
        self.view = self.view.fitted(*box) if anew else self.view.widened(*box)

    def _box(self, points: Points) -> tuple[float, float, float, float]:
        """What the view should hold."""
        around = self.frame
        try:
            box = extent(points, SHARE_SHOWN)
        except ValueError:
            return around or PRIOR_BOX
        if around is None:
            return box
        low = min(box[0], around[0]), min(box[1], around[1])
        return *low, max(box[2], around[2]), max(box[3], around[3])

    def _handles(self) -> list[tuple[float, float]]:
        places = self.canvas.overlay.handles
        pixels = self.view.to_pixels(np.array(places).reshape(-1, 2))
        return [(float(x), float(y)) for x, y in pixels]

    def _read_keys(self, modifiers: Qt.KeyboardModifier) -> None:
        held = Qt.KeyboardModifier
        self._mode = gestures.mode_of(
            ctrl=bool(modifiers & held.ControlModifier), alt=bool(modifiers & held.AltModifier)
        )
        self._show_cursor()

    def _show_cursor(self) -> None:
        at, press = self.cursor_at, self._press
        over = (
            at is not None and gestures.pressed(self.tool, at, self._handles()).handle is not None
        )
        over = over if press is None else press.handle is not None
        self.setCursor(
            cursor_for(self.tool, self._mode, over_handle=over, dragging=press is not None)
        )
