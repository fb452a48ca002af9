"""What the pad draws over its map: the cross at the code, and the line that is being drawn."""

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF

from vae_desktop.core.viewport import Points, Viewport
from vae_desktop.ui.theme import accent

_RADIUS, _GAP = 6.0, 15.0
_DASHES = [5.0, 5.0]
_HALO = 0.55
_FAR = 1e5
"""Pixels; Qt's lines need not go farther."""


def paint_crosshair(
    painter: QPainter,
    view: Viewport,
    at: tuple[float, float],
    colours: QPalette,
    *,
    dashed: bool,
    upright: bool = False,
) -> None:
    """Lines from edge to edge that leave out a place, and a ring on it.

    Args:
        painter, view, colours: where and how.
        at: the place.
        dashed: no data is there.
        upright: only the upright line means something.
    """
    x, y = np.clip(view.to_pixels(np.array([at]))[0], -_FAR, _FAR)
    lines = [QLineF(x, 0, x, y - _GAP), QLineF(x, y + _GAP, x, view.height)]
    if not upright:
        lines += [QLineF(0, y, x - _GAP, y), QLineF(x + _GAP, y, view.width, y)]
    halo = QColor(colours.color(QPalette.ColorRole.Base))
    halo.setAlphaF(_HALO)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(halo, 3.0), QPen(accent(colours), 1.2)):
        if dashed:
            # In pixels, so that the dashes of both pens lie on each other.
            pen.setDashPattern([length / pen.widthF() for length in _DASHES])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLines(lines)
        pen.setWidthF(pen.widthF() + 0.8)
        painter.setPen(pen)
        painter.drawEllipse(QPointF(x, y), _RADIUS, _RADIUS)


def paint_trace(painter: QPainter, view: Viewport, line: Points, colours: QPalette) -> None:
    """A line through places, each with a dot where they are few; nothing for none."""
    if not len(line):
        return
    corners = [QPointF(x, y) for x, y in view.to_pixels(line)]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(colours.color(QPalette.ColorRole.Base), 4.0), QPen(accent(colours), 2.0)):
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(corners))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(accent(colours))
    for corner in (corners[0], corners[-1]):
        painter.drawEllipse(corner, 3, 3)
