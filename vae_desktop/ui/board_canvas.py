"""A board under the mouse: cells are clicked, rows are dragged sideways, many rows scroll."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollBar, QSizePolicy, QWidget

from vae_desktop.core.latents import Bytes
from vae_desktop.core.span import signed
from vae_desktop.core.traversal import Importance, Rows
from vae_desktop.session.boards import DrawnBoard
from vae_desktop.ui import board_painter
from vae_desktop.ui.board_geometry import Geometry, Room, fitted
from vae_desktop.ui.board_painter import Look, Tiled, as_image
from vae_desktop.ui.fonts import tabular
from vae_desktop.ui.numbers import latent_name
from vae_desktop.ui.theme import muted

_DRAG = 4.0
"""Pixels that the mouse moves before a press is a drag."""
_NARROW = 480
"""A board less wide than this (one of three beside each other) saves room beside its rows."""
_ZOOM = 4
_KEYS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_TIP = "Click a cell to make it the base; drag sideways to move the row's latent."


class BoardCanvas(QWidget):
    """The cells with their words, painted.

    Args:
        draggable: whether rows can be dragged.

    Attributes:
        drawn: what is shown; None before the first board.
    """

    picked = Signal(int, int)
    dragged = Signal(int, float)
    dropped = Signal()
    rows_wanted = Signal()
    pointed = Signal(str)

    def __init__(self, *, draggable: bool = True) -> None:
        super().__init__()
        self._draggable = draggable
        self.drawn: DrawnBoard | None = None
        self.importance: Importance | None = None
        self.rows: Rows = np.zeros(0, np.int64)
        self._words: tuple[str, str] = ("", "")
        self._note = ""
        self._heads: Sequence[str] = ()
        self._own_values = False
        self._shape, self._steps, self._zoom = (1, 28, 28), 11, 0
        self._tiled: Tiled | None = None
        self._thumbs: list[tuple[Bytes, QImage]] = []
        self._pressed: QPointF | None = None
        self._held: tuple[DrawnBoard, int] | None = None
        self.cursor_cell: tuple[int, int] | None = None
        self._scroll = QScrollBar(Qt.Orientation.Vertical)
        self._scroll.valueChanged.connect(self._on_scrolled)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addStretch()
        layout.addWidget(self._scroll)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Traversal board")
        self.setToolTip(_TIP if draggable else "Click a cell to make its picture the base.")

    def set_up(self, shape: tuple[int, int, int], rows: Rows, steps: int, own_values: bool) -> None:
        """Make room for a board.

        Args:
            shape: of the pictures.
            rows: the latent of each row.
            steps: columns.
            own_values: whether every row has values of its own, written above it.
        """
        same = len(rows) == len(self.rows) and (steps, own_values) == (
            self._steps,
            self._own_values,
        )
        self.rows, self._steps, self._own_values, self._shape = rows, steps, own_values, shape
        if not same:
            self.cursor_cell = None
        self._show_scroll()
        self.update()

    def show_words(self, above: str, base: str, heads: Sequence[str]) -> None:
        """What is said above the cells and of the base, and above each column; without heads
        the columns have the first row's values."""
        self._words, self._heads = (above, base), heads
        self.update()

    def show_note(self, note: str) -> None:
        """Say in the middle why there is no row; "" where there are some."""
        self._note = note
        self.update()

    def show_importance(self, importance: Importance | None) -> None:
        """What the latents tell, for the words and bars left of the rows."""
        self.importance = importance
        self.update()

    def show_board(self, drawn: DrawnBoard | None) -> None:
        """Show pictures."""
        self.drawn = drawn
        self._tiled = Tiled(drawn.pictures, drawn.first) if drawn is not None else None
        pictures = [] if drawn is None else [drawn.given, drawn.base]
        kept = [plain(picture) for picture in pictures if picture is not None]
        self._thumbs = [(picture, as_image(picture)) for picture in kept]
        self.update()

    @property
    def look(self) -> Look:
        """Colours and letters."""
        colours = self.palette()
        return Look(colours, colours.color(self.backgroundRole()), self.font())

    @property
    def geometry_(self) -> Geometry:
        """Where everything stands."""
        look, narrow = self.look, self._narrow
        room = Room(
            width=self.width() - self._scroll.sizeHint().width() - 4,
            height=self.height(),
            left=board_painter.label_width(look, narrow=narrow) + self._beside,
            top=board_painter.header_height(look),
            least_row=2 * look.line + (4 if narrow else 0),
            lead=look.line if self._own_values else 0,
            ratio=self.devicePixelRatioF(),
        )
        _, height, width = self._shape
        return fitted(room, (width, height), len(self.rows), self._steps, self._zoom)

    @property
    def _narrow(self) -> bool:
        return self.width() < _NARROW

    @property
    def _beside(self) -> int:
        """Pixels between the words of the rows and their cells."""
        return 8 if self._narrow else 16

    @property
    def offset(self) -> float:
        """How far the rows are scrolled, in pixels."""
        return float(self._scroll.value())

    def rows_in_view(self) -> tuple[int, int]:
        """First row in view, and the one after the last."""
        return self.geometry_.visible(self.height(), self.offset)

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Where a cell is in the widget."""
        geometry = self.geometry_
        left = geometry.left + column * geometry.column_pitch
        return QRectF(left, geometry.row_top(row, self.offset), *geometry.cell)

    def sizeHint(self) -> QSize:
        return QSize(640, 400)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 150)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        geometry, look, scroll = self.geometry_, self.look, self.offset
        painter.save()
        painter.setClipRect(QRectF(0, geometry.top - 5, self.width(), self.height()))
        height, ground = self.height(), look.ground
        board_painter.paint_rows(painter, geometry, scroll, height, self._tiled, ground)
        for row in range(*geometry.visible(self.height(), scroll)):
            self._paint_row(painter, geometry, look, row)
        if self.cursor_cell is not None:
            board_painter.paint_cell_outline(painter, self.cell_rect(*self.cursor_cell), look)
        painter.restore()
        self._paint_header(painter, geometry, look)
        if self._note:
            painter.setFont(look.font)
            painter.setPen(muted(look.colours))
            middle = self.rect().adjusted(0, int(geometry.top), 0, 0)
            painter.drawText(middle, Qt.AlignmentFlag.AlignCenter, self._note)

    def resizeEvent(self, event: QEvent) -> None:
        self._show_scroll()
        self.rows_wanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1 if notches > 0 else -1)
        else:
            self._scroll.setValue(self._scroll.value() - notches // 2)
        event.accept()

    def zoom(self, steps: int) -> None:
        """Make the cells larger or smaller by whole steps."""
        self._zoom = min(_ZOOM, max(-_ZOOM, self._zoom + steps))
        self._show_scroll()
        self.rows_wanted.emit()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or cell is None:
            return
        self._pressed = event.position()
        if self.drawn is not None:
            self._held = self.drawn, cell[0]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._pressed is not None and self._draggable and self._held is not None:
            if self._dragging or abs(place.x() - self._pressed.x()) >= _DRAG:
                self._dragging = True
                self._drag_to(place.x())
            return
        self._point_at(self._cell_at(place))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        was_drag, self._dragging = self._dragging, False
        self._pressed = self._held = None
        if was_drag:
            self.dropped.emit()
            return
        cell = self._cell_at(event.position())
        if cell is not None:
            self.picked.emit(*cell)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _KEYS and len(self.rows):
            self._move_cursor(*_KEYS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.cursor_cell is not None:
            self.picked.emit(*self.cursor_cell)
        else:
            super().keyPressEvent(event)

    _dragging = False

    def _cell_at(self, place: QPointF) -> tuple[int, int] | None:
        return self.geometry_.cell_at(place.x(), place.y(), self.offset)

    def _drag_to(self, x: float) -> None:
        """The row's latent takes the value under the mouse, as the columns were at first."""
        assert self._held is not None
        drawn, row = self._held
        if row < len(drawn.traversal.latents):
            value = drawn.traversal.value_at(row, self.geometry_.place_at(x))
            latent = int(drawn.traversal.latents[row])
            self.dragged.emit(latent, value)
            self.pointed.emit(f"{latent_name(latent)} = {signed(value, 2)}")

    def _point_at(self, cell: tuple[int, int] | None) -> None:
        if cell != self.cursor_cell:
            self.cursor_cell = cell
            self.pointed.emit(self.reading(cell))
            self.update()

    def reading(self, cell: tuple[int, int] | None) -> str:
        """What is in a cell: 'z3 = 1.20 (base: 0.41)'."""
        if cell is None or self.drawn is None:
            return ""
        board, (row, column) = self.drawn.traversal, cell
        if row >= len(board.latents) or column >= board.steps:
            return ""
        latent = int(board.latents[row])
        value, base = float(board.values[row, column]), float(board.base[latent])
        return f"{latent_name(latent)} = {signed(value, 2)}   base {signed(base, 2)}"

    def _move_cursor(self, down: int, right: int) -> None:
        row, column = self.cursor_cell or (0, self._steps // 2)
        if self.cursor_cell is not None:
            row = min(len(self.rows) - 1, max(0, row + down))
            column = min(self._steps - 1, max(0, column + right))
        self._point_at((row, column))
        self._bring_into_view(row)

    def _bring_into_view(self, row: int) -> None:
        geometry = self.geometry_
        top, room = row * geometry.pitch, self.height() - geometry.top
        if top < self.offset:
            self._scroll.setValue(int(top))
        elif top + geometry.pitch > self.offset + room:
            self._scroll.setValue(int(top + geometry.pitch - room) + 1)

    def _paint_row(self, painter: QPainter, geometry: Geometry, look: Look, row: int) -> None:
        top = geometry.row_top(row, self.offset)
        if self.importance is not None and self.rows[row] < len(self.importance.values):
            area = QRectF(0, top, geometry.left - self._beside, geometry.cell[1])
            latent = int(self.rows[row])
            board_painter.paint_label(painter, area, latent, self.importance, look)
        board = self.drawn.traversal if self.drawn is not None else None
        if board is None or row >= len(board.latents) or board.steps != geometry.steps:
            return
        if self._own_values:
            values = board_painter.values_text(board.values[row].tolist())
            board_painter.paint_heads(painter, geometry, values, top - 4, look)
        board_painter.paint_base(painter, geometry, row, board, self.offset, look)

    def _paint_header(self, painter: QPainter, geometry: Geometry, look: Look) -> None:
        above, base = self._words
        painter.setFont(tabular(look.font, -1))
        painter.setPen(muted(look.colours))
        elide, metrics = Qt.TextElideMode.ElideRight, painter.fontMetrics()
        left, line = geometry.left, look.line
        upper = QRectF(0, 0, left - 16, line), QRectF(left, 0, self.width() - left, line)
        if self._narrow:
            upper = QRectF(0, 0, self.width(), line), upper[1].translated(0, line)
        for text, area in zip((base, above), upper, strict=True):
            painter.drawText(area, metrics.elidedText(text, elide, int(area.width())))
        board_painter.paint_thumbs(painter, 0, line + 1, [image for _, image in self._thumbs])
        heads = self._heads
        if not heads and self.drawn is not None and len(self.drawn.traversal.values):
            heads = board_painter.values_text(self.drawn.traversal.values[0].tolist())
        if len(heads) == geometry.steps:
            board_painter.paint_heads(painter, geometry, heads, geometry.top - 6, look)

    def _show_scroll(self) -> None:
        geometry = self.geometry_
        room = self.height() - geometry.top
        self._scroll.setRange(0, max(0, int(geometry.height - room) + 1))
        self._scroll.setPageStep(max(1, int(room)))
        self._scroll.setSingleStep(int(geometry.pitch / 2))
        self._scroll.setVisible(geometry.height > room)

    def _on_scrolled(self) -> None:
        self.rows_wanted.emit()
        self.update()


def plain(picture: Bytes) -> Bytes:
    """A picture (C, H, W) as (H, W) or (H, W, 3), for the screen."""
    if len(picture) == 1:
        return np.ascontiguousarray(picture[0])
    return np.ascontiguousarray(picture.transpose(1, 2, 0))
