"""The mouse cursor over the map says what a drag will do."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPen, QPixmap

from vae_desktop.core.selecting import Mode
from vae_desktop.ui.map_gestures import Tool

_SIDE = 24
_MIDDLE = 10
_SIGN = 19


def cursor_for(tool: Tool, mode: Mode, *, over_handle: bool, dragging: bool) -> QCursor:
    """The cursor of a tool; a plus or a minus beside it while keys add or remove."""
    shapes = Qt.CursorShape
    if over_handle:
        return QCursor(shapes.ClosedHandCursor if dragging else shapes.OpenHandCursor)
    if tool is Tool.PAN:
        return QCursor(shapes.ClosedHandCursor if dragging else shapes.CrossCursor)
    if tool in (Tool.PATH, Tool.STEER, Tool.DRAW) or mode is Mode.REPLACE:
        return QCursor(shapes.CrossCursor)
    return QCursor(_signed(mode), _MIDDLE, _MIDDLE)


def _signed(mode: Mode) -> QPixmap:
    """A cross with a small plus or minus, dark on a light rim."""
    picture = QPixmap(_SIDE, _SIDE)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    lines = [(_MIDDLE, 2, _MIDDLE, 18), (2, _MIDDLE, 18, _MIDDLE)]
    lines.append((_SIGN - 4, _SIGN, _SIGN + 4, _SIGN))
    if mode is Mode.ADD:
        lines.append((_SIGN, _SIGN - 4, _SIGN, _SIGN + 4))
    for colour, width in ((QColor("#ffffff"), 4.0), (QColor("#1d222b"), 1.6)):
        painter.setPen(QPen(colour, width))
        for x1, y1, x2, y2 in lines:
            painter.drawLine(QPointF(x1, y1), QPointF(x2, y2))
    painter.end()
    return picture
