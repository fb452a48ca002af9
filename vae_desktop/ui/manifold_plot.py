"""A manifold grid with the values of its latents at its edges, on screen and as a picture."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QWidget

from vae_desktop.core.imaging import tile
from vae_desktop.core.manifold import Manifold
from vae_desktop.core.projection import axis_name
from vae_desktop.ui.cell_grid import CellGrid
from vae_desktop.ui.fonts import tabular
from vae_desktop.ui.numbers import value_text
from vae_desktop.ui.picture_input import pixels_of
from vae_desktop.ui.pictures import to_image
from vae_desktop.ui.theme import ink, muted, palette

Bytes = NDArray[np.uint8]

_SMALLEST = 1000
"""Pixels that a saved grid is wide at least; its pictures are enlarged by a whole factor."""
_LETTERS = 60
"""A saved grid is so many times as wide as its letters are high."""
_GAP = 4.0


class ManifoldPlot(QWidget):
    """A `CellGrid` with labelled axes, the second latent upwards."""

    chosen = Signal(int)
    pointed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.manifold: Manifold | None = None
        self.grid = CellGrid("Manifold grid")
        layout = QHBoxLayout(self)
        layout.addWidget(self.grid)
        self.grid.chosen.connect(self.chosen)
        self.grid.pointed.connect(self.pointed)
        left, line = margins(self._letters())
        layout.setContentsMargins(round(left), round(line), 0, round(line))

    def show_manifold(self, manifold: Manifold, pictures: Bytes) -> None:
        """Show decoded pictures (n, C, H, W), row by row from the top."""
        self.manifold = manifold
        self.grid.show_cells(pictures, manifold.columns)
        self.update()

    def show_nothing(self) -> None:
        """Show an empty place."""
        self.manifold = None
        self.grid.show_cells(np.zeros((0, 1, 1, 1), np.uint8), 1)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(232, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.manifold is None or not len(self.grid.pictures):
            return
        painter = QPainter(self)
        corner = QPointF(self.grid.pos())
        size = self.grid.cell(0).size()
        paint_axes(painter, corner, size, self.manifold, self.palette(), self._letters())

    def _letters(self) -> QFont:
        return tabular(self.font(), -1)


def margins(font: QFont) -> tuple[float, float]:
    """Room left of a grid for its values, and above and below it for a line."""
    metrics = QFontMetricsF(font)
    return metrics.horizontalAdvance("−0.00") + 2 * _GAP, metrics.height() + 1


def paint_axes(
    painter: QPainter,
    corner: QPointF,
    cell: QSizeF,
    manifold: Manifold,
    colours: QPalette,
    font: QFont,
) -> None:
    """Write values and names beside a grid.

    Args:
        painter: what to paint with.
        corner: the upper left corner of the grid.
        cell: the size of one of its pictures.
        manifold: whose values they are.
        colours, font: of the words.
    """
    painter.setFont(font)
    left, line = margins(font)
    bottom = corner.y() + manifold.rows * cell.height()
    step = _every(left + _GAP, cell.width())
    painter.setPen(muted(colours))
    for place in range(0, manifold.columns, step):
        middle = corner.x() + (place + 0.5) * cell.width()
        area = QRectF(middle - left, bottom, 2 * left, line)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, value_text(manifold.across[place]))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for place in range(0, len(manifold.up), _every(line, cell.height())):
        middle = bottom - (place + 0.5) * cell.height()
        area = QRectF(corner.x() - left, middle - line / 2, left - _GAP, line)
        painter.drawText(area, right, value_text(manifold.up[place]))
    painter.setPen(ink(colours))
    name = QRectF(corner.x() - left, bottom, left - _GAP, line)
    if step * cell.width() < left:  # the first value would be over the name
        name.translate(0, line)
    painter.drawText(name, Qt.AlignmentFlag.AlignLeft, f"{axis_name(manifold.first)} →")
    if len(manifold.up):
        name = QRectF(corner.x() - left, corner.y() - line, 2 * left, line)
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft, f"{axis_name(manifold.second)} ↑")


def labelled_picture(manifold: Manifold, pictures: Bytes, font: QFont) -> Bytes:
    """A grid of pictures (n, C, H, W) with its axes, on white: uint8 (R, K, 3).

    All pixels of the pictures are in it, enlarged by a whole factor where they are few.
    """
    height, width = pictures.shape[2:]
    factor = max(1, -(-_SMALLEST // (width * manifold.columns)))
    large = pictures.repeat(factor, axis=2).repeat(factor, axis=3)
    tiled = tile(large, manifold.columns, 0)
    image = to_image(tiled[None] if tiled.ndim == 2 else tiled.transpose(2, 0, 1))
    letters = tabular(font)
    letters.setPixelSize(max(12, image.width() // _LETTERS))
    left, line = margins(letters)
    corner = QPointF(round(left), round(line + _GAP))
    sheet = QImage(
        round(corner.x() + image.width() + left),
        round(corner.y() + image.height() + line + _GAP),
        QImage.Format.Format_RGB32,
    )
    sheet.fill(QColor("#ffffff"))
    painter = QPainter(sheet)
    painter.drawImage(corner, image)
    cell = QSizeF(width * factor, height * factor)
    paint_axes(painter, corner, cell, manifold, palette(dark=False), letters)
    painter.end()
    pixels = pixels_of(sheet)
    return np.ascontiguousarray(np.broadcast_to(pixels, (3, *pixels.shape[1:])).transpose(1, 2, 0))


def _every(room: float, cell: float) -> int:
    """Every how many cells there is room for a word."""
    return max(1, int(np.ceil(room / cell)))
