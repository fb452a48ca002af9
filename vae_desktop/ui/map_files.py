"""The map as files: PNG at any size, and SVG with its points as one embedded picture."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPalette
from PySide6.QtSvg import QSvgGenerator

from vae_desktop.core.files import write_atomically
from vae_desktop.core.imaging import write_png
from vae_desktop.core.progress import Progress, silent
from vae_desktop.core.viewport import Viewport
from vae_desktop.ui.map_canvas import MapCanvas
from vae_desktop.ui.point_colours import Colouring
from vae_desktop.ui.theme import ink

_MARK = 10
_GAP = 8


def sized(view: Viewport, width: int) -> Viewport:
    """The same part of the plane, `width` pixels wide."""
    factor = max(1, width) / view.width
    height = max(1, round(view.height * factor))
    return Viewport(view.x, view.y, view.scale / factor, max(1, width), height)


def write_map_png(
    path: Path,
    canvas: MapCanvas,
    view: Viewport,
    width: int,
    colours: QPalette,
    font: QFont,
    progress: Progress = silent,
) -> None:
    """Save what a view shows, `width` pixels wide; dots and words keep their share of it.

    Raises:
        OSError: the folder cannot be written.
        MemoryError: the picture is too large.
        Cancelled: by `progress`; nothing is written.
    """
    progress(0.0, "Drawing the map")
    factor = width / view.width
    large = sized(view, width)
    image = QImage(large.width, large.height, QImage.Format.Format_RGB888)
    if image.isNull():
        raise MemoryError(f"{large.width} × {large.height} pixels")
    size = canvas.points.size
    canvas.points.size = max(1, round(size * factor))
    painter = QPainter(image)
    canvas.paint(painter, large, colours, _scaled(font, factor))
    _paint_legend(painter, canvas.points.colouring, colours, _scaled(font, factor))
    painter.end()
    canvas.points.size = size
    canvas.forget()
    progress(0.4, "Packing the picture")
    write_png(path, _pixels(image))


def write_map_svg(
    path: Path,
    canvas: MapCanvas,
    view: Viewport,
    colours: QPalette,
    font: QFont,
    progress: Progress = silent,
) -> None:
    """Save what a view shows: points and tiles as one picture, all else as vectors.

    Raises:
        OSError: the folder cannot be written.
        Cancelled: by `progress`; nothing is written.
    """
    progress(0.0, "Drawing the map")
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(view.width, view.height))
    generator.setViewBox(QRect(0, 0, view.width, view.height))
    generator.setTitle("Map of the latent space")
    painter = QPainter(generator)
    painter.drawImage(0, 0, canvas.raster(view, colours, font))
    canvas.paint_vectors(painter, view, colours, font)
    _paint_legend(painter, canvas.points.colouring, colours, font)
    painter.end()
    buffer.close()
    progress(0.9, "Writing the file")
    write_atomically(path, bytes(data.data()))


def _paint_legend(painter: QPainter, colouring: Colouring, colours: QPalette, font: QFont) -> None:
    """The classes in a column at the upper right; of a scale, its two ends."""
    painter.setFont(font)
    line = painter.fontMetrics().height()
    entries = list(zip(colouring.names, colouring.colours, strict=False))
    if colouring.scale is not None:
        title, low, high = colouring.scale
        texts = (f"{low:.3g}", f"{high:.3g} {title}")
        entries = list(zip(texts, colouring.colours[[0, -1]], strict=True))
    width = max((painter.fontMetrics().horizontalAdvance(name) for name, _ in entries), default=0)
    left = painter.viewport().width() - width - _MARK - 2 * _GAP
    for row, (name, colour) in enumerate(entries):
        top = _GAP + row * (line + 2)
        tint = QColor(*(int(value) for value in colour))
        painter.fillRect(left, top + (line - _MARK) // 2, _MARK, _MARK, tint)
        painter.setPen(ink(colours))
        painter.drawText(left + _MARK + _GAP // 2, top + painter.fontMetrics().ascent(), name)


def _pixels(image: QImage) -> NDArray[np.uint8]:
    """(H, W, 3) of an image of RGB bytes, whose rows Qt pads."""
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)


def _scaled(font: QFont, factor: float) -> QFont:
    larger = QFont(font)
    larger.setPointSizeF(max(1.0, font.pointSizeF() * factor))
    return larger
