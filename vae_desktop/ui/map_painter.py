"""The lines and words of a map: rings, ellipses, paths, marks and axes.

Everything here draws vectors with a painter, so that screen, PNG and SVG are alike.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPalette, QPen, QPolygonF

from vae_desktop.core.density import CELL, LEVELS
from vae_desktop.core.viewport import Points, Viewport
from vae_desktop.ui.fonts import tabular
from vae_desktop.ui.theme import accent, hairline, ink, mixed, muted

RINGS = (1, 2, 3)
_TICK_GAP = 84
_HALO = [QPointF(x, y) for x in (-1.5, 0, 1.5) for y in (-1.5, 0, 1.5) if x or y]
_SELECTED = 4.0


def paint_density(painter: QPainter, bands: NDArray[np.uint8], tint: QColor) -> None:
    """Steps of density as steps of a tint, over the whole view."""
    table = np.zeros((LEVELS + 1, 4), np.uint8)
    alpha = (np.linspace(0, 0.75, LEVELS + 1) * 255).astype(np.uint8)
    for channel, value in enumerate((tint.blue(), tint.green(), tint.red())):
        table[:, channel] = value * (alpha / 255)
    table[:, 3] = alpha
    pixels = np.ascontiguousarray(table[bands])
    rows, columns = bands.shape
    form = QImage.Format.Format_ARGB32_Premultiplied
    image = QImage(pixels.data, columns, rows, 4 * columns, form)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
    painter.drawImage(QRectF(0, 0, columns * CELL, rows * CELL), image)


def paint_rings(
    painter: QPainter, view: Viewport, centre: tuple[float, float], colours: QPalette
) -> None:
    """The prior's 1, 2 and 3 σ about its mean."""
    x, y = view.to_pixels(np.array([centre]))[0]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for sigma in RINGS:
        radius = sigma / view.scale
        painter.setPen(QPen(muted(colours), 1, Qt.PenStyle.DashLine))
        painter.drawEllipse(QPointF(x, y), radius, radius)
        _paint_word(painter, QPointF(x + 0.71 * radius, y - 0.71 * radius), f"{sigma} σ", colours)


def paint_outline(
    painter: QPainter, view: Viewport, outline: Points, colour: QColor, width: float = 1.0
) -> None:
    """A closed curve through points of the map."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(_polygon(view, outline))


def paint_gaussian(
    painter: QPainter, view: Viewport, outlines: Sequence[Points], colour: QColor
) -> None:
    """Ellipses at growing numbers of σ, the innermost lightly filled."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for place, outline in enumerate(outlines):
        fill = QColor(colour)
        fill.setAlphaF(0.16 if place == 0 else 0.0)
        painter.setBrush(fill)
        painter.setPen(QPen(colour, 2.0 if place == 0 else 1.0))
        painter.drawPolygon(_polygon(view, outline))


def paint_handles(
    painter: QPainter, pixels: Iterable[tuple[float, float]], colours: QPalette
) -> None:
    """Dots that can be dragged."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colours.color(QPalette.ColorRole.Base), 1.5))
    painter.setBrush(accent(colours))
    for x, y in pixels:
        painter.drawEllipse(QPointF(x, y), 4, 4)


def paint_path(
    painter: QPainter, view: Viewport, path: Points, stops: Points, colours: QPalette
) -> None:
    """A dashed way with the places of its pictures, named A and B at its ends."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    line = _polygon(view, path)
    painter.setPen(QPen(colours.color(QPalette.ColorRole.Base), 4.0))
    painter.drawPolyline(line)
    painter.setPen(QPen(accent(colours), 2.0, Qt.PenStyle.DashLine))
    painter.drawPolyline(line)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(accent(colours))
    for x, y in view.to_pixels(stops):
        painter.drawEllipse(QPointF(x, y), 2.5, 2.5)
    for name, place in (("A", line.first()), ("B", line.last())):
        _paint_word(painter, place + QPointF(0, -14), name, colours, bold=True)


def paint_cross(
    painter: QPainter, at: tuple[float, float], colours: QPalette, *, pinned: bool
) -> None:
    """Where the cursor is, or a pin."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    arms = ((-11, 0, -4, 0), (4, 0, 11, 0), (0, -11, 0, -4), (0, 4, 0, 11))
    for pen in (
        QPen(colours.color(QPalette.ColorRole.Base), 4.0),
        QPen(accent(colours) if pinned else ink(colours), 1.6),
    ):
        painter.setPen(pen)
        for x1, y1, x2, y2 in arms:
            painter.drawLine(QPointF(at[0] + x1, at[1] + y1), QPointF(at[0] + x2, at[1] + y2))
    if pinned:
        painter.drawEllipse(QPointF(*at), 7, 7)


def paint_marks(painter: QPainter, view: Viewport, points: Points, colours: QPalette) -> None:
    """Rings around a few points: the nearest image and its neighbours."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for place, (x, y) in enumerate(view.to_pixels(points)):
        for pen in (
            QPen(colours.color(QPalette.ColorRole.Base), 3.0),
            QPen(ink(colours), 1.5 if place else 2.0),
        ):
            painter.setPen(pen)
            painter.drawEllipse(
                QPointF(x, y), _SELECTED + (0 if place else 2), _SELECTED + (0 if place else 2)
            )


def paint_words(
    painter: QPainter,
    view: Viewport,
    words: Sequence[tuple[float, float, str]],
    colours: QPalette,
) -> None:
    """A word above each place."""
    for x, y, text in words:
        px, py = view.to_pixels(np.array([(x, y)]))[0]
        _paint_word(painter, QPointF(px, py - 14), text, colours, bold=True)


def paint_region(
    painter: QPainter, corners: Sequence[tuple[float, float]], colours: QPalette
) -> None:
    """The outline that is being drawn, in pixels."""
    fill = QColor(accent(colours))
    fill.setAlphaF(0.12)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill)
    painter.setPen(QPen(accent(colours), 1.5))
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))


def paint_axes(
    painter: QPainter, view: Viewport, names: tuple[str, str], colours: QPalette, font: QFont
) -> None:
    """Ticks with their numbers along the lower and the left edge, and what the axes are."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(tabular(font, -1))
    left, bottom, right, top = view.bounds
    step = tick_step(view.scale)
    line = painter.fontMetrics().height()
    if names[0]:
        for value in _ticks(left, right, step):
            x = (value - left) / view.scale
            painter.setPen(hairline(colours))
            painter.drawLine(QPointF(x, view.height - 5), QPointF(x, view.height))
            place = QPointF(x, view.height - 6 - line / 2)
            _paint_word(painter, place, tick_text(value, step), colours)
    if names[1]:
        for value in _ticks(bottom, top - 2 * line * view.scale, step):
            y = (top - value) / view.scale
            painter.setPen(hairline(colours))
            painter.drawLine(QPointF(0, y), QPointF(5, y))
            text = tick_text(value, step)
            width = painter.fontMetrics().horizontalAdvance(text)
            _paint_word(painter, QPointF(9 + width / 2, y), text, colours)
    painter.setFont(tabular(font, bold=True))
    line = painter.fontMetrics().height()
    across, up = (painter.fontMetrics().horizontalAdvance(name) / 2 for name in names)
    place = QPointF(view.width - across - 12, view.height - 1.9 * line)
    _paint_word(painter, place, names[0], colours, bold=True)
    _paint_word(painter, QPointF(up + 12, line), names[1], colours, bold=True)


def tick_step(scale: float) -> float:
    """A round distance (1, 2 or 5 times a power of ten) between ticks."""
    least = _TICK_GAP * scale
    power = 10.0 ** math.floor(math.log10(least))
    return next(times * power for times in (1, 2, 5, 10) if times * power >= least * (1 - 1e-9))


def tick_text(value: float, step: float) -> str:
    """A tick's number with as many decimals as its step needs and a true minus."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    text = f"{value:.{decimals}f}"
    return text.replace("-", "−") if float(text) else text.replace("-", "")


def _ticks(low: float, high: float, step: float) -> list[float]:
    margin = 0.3 * step
    first, last = math.ceil((low + margin) / step), math.floor((high - margin) / step)
    return [index * step for index in range(first, last + 1)]


def _polygon(view: Viewport, points: Points) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in view.to_pixels(points)])


def _paint_word(
    painter: QPainter, centre: QPointF, text: str, colours: QPalette, *, bold: bool = False
) -> None:
    """A word on a halo of the ground, so that it can be read on anything."""
    metrics = painter.fontMetrics()
    left = centre.x() - metrics.horizontalAdvance(text) / 2
    place = QPointF(left, centre.y() + metrics.ascent() / 2 - 1)
    painter.setPen(colours.color(QPalette.ColorRole.Base))
    # Text drawn eight times is several times faster than one stroked outline.
    for shift in _HALO:
        painter.drawText(place + shift, text)
    painter.setPen(ink(colours) if bold else mixed(ink(colours), muted(colours), 0.4))
    painter.drawText(place, text)
