"""How a board is painted: pictures as one image, words beside and above them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPalette, QPen

from vae_desktop.core.imaging import tile
from vae_desktop.core.latents import Bytes
from vae_desktop.core.span import signed
from vae_desktop.core.traversal import Importance, Traversal
from vae_desktop.ui.board_geometry import Geometry
from vae_desktop.ui.fonts import tabular
from vae_desktop.ui.numbers import latent_name, nats
from vae_desktop.ui.theme import KL, accent, hairline, ink, mixed, muted

_BAR = 4.0
_THUMB = 40.0
_GROUND = QColor("#000000")
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True)
class Look:
    """Colours and letters of a board."""

    colours: QPalette
    ground: QColor
    font: QFont

    @property
    def line(self) -> int:
        """Height of a line of small text."""
        return int(self.font.pointSizeF() * 2) + 2


def as_image(picture: Bytes) -> QImage:
    """A picture (H, W) or (H, W, 3) as an image that looks at its memory: keep both."""
    height, width = picture.shape[:2]
    grey = picture.ndim == 2
    form = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
    return QImage(picture.data, width, height, picture.strides[0], form)


class Tiled:
    """Rows of pictures as one image.

    Args:
        pictures: uint8 (n, S, C, H, W).
        first: the row of the board that they begin with.
    """

    def __init__(self, pictures: Bytes, first: int) -> None:
        self.first, self.count = first, len(pictures)
        self.steps, self.cell_height, self.cell_width = pictures.shape[1], *pictures.shape[3:]
        flat = pictures.reshape(-1, *pictures.shape[2:])
        self.picture = np.ascontiguousarray(tile(flat, pictures.shape[1], 1))
        self._image = as_image(self.picture)

    def paint(self, painter: QPainter, row: int, left: float, top: float, board: Geometry) -> bool:
        """Draw a row of the board; False where it is not there."""
        if not self.first <= row < self.first + self.count:
            return False
        above = (row - self.first) * (self.cell_height + 1)
        if board.cell[1] >= self.cell_height or board.steps != self.steps:
            source = QRectF(0, above, self._image.width(), self.cell_height)
            target = QRectF(left, top, board.width, board.cell[1])
            painter.drawImage(target, self._image, source)
            return True
        # A picture that shrinks must not mix with its neighbour and the gap between them.
        for column in range(self.steps):
            right = column * (self.cell_width + 1)
            source = QRectF(right, above, self.cell_width, self.cell_height)
            target = QRectF(left + column * board.column_pitch, top, *board.cell)
            painter.drawImage(target, self._image, source)
        return True


def paint_rows(
    painter: QPainter,
    geometry: Geometry,
    scroll: float,
    height: float,
    tiled: Tiled | None,
    ground: QColor,
) -> None:
    """Draw the pictures of all rows in view; what is not decoded yet is black."""
    shrinks = tiled is not None and geometry.cell[1] < tiled.cell_height
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrinks)
    for row in range(*geometry.visible(height, scroll)):
        top = geometry.row_top(row, scroll)
        if tiled is None or not tiled.paint(painter, row, geometry.left, top, geometry):
            row_area = QRectF(geometry.left, top, geometry.width, geometry.cell[1])
            painter.fillRect(row_area, _GROUND)
        for column in range(1, geometry.steps):
            right = geometry.left + column * geometry.column_pitch
            painter.fillRect(
                QRectF(right - geometry.gap, top, geometry.gap, geometry.cell[1]), ground
            )
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)


def paint_label(
    painter: QPainter, area: QRectF, latent: int, importance: Importance, look: Look
) -> None:
    """Name, value, bar and use of a row's latent, in two lines at the top of `area`.

    In a narrow area the value and the use have a line each, and the bar is below them.
    """
    line, colours = look.line, look.colours
    value, used = float(importance.values[latent]), bool(importance.in_use[latent])
    upper = QRectF(area.left(), area.top(), area.width(), line)
    painter.setFont(tabular(look.font, bold=True))
    painter.setPen(ink(colours) if used else muted(colours))
    painter.drawText(upper, _LEFT, latent_name(latent))
    painter.setFont(tabular(look.font, -1))
    unit = " nats" if importance.measure == "kl" else ""
    lower, narrow = upper.translated(0, line), area.width() < label_width(look, narrow=False)
    painter.drawText(lower if narrow else upper, _RIGHT, f"{nats(value)}{unit}")
    word = "in use" if used else "unused"
    painter.setPen(muted(colours))
    painter.drawText(upper if narrow else lower, _RIGHT, word)
    room = lower.width() - painter.fontMetrics().horizontalAdvance("unused") - 8
    if narrow:
        lower, room = QRectF(area.left(), lower.bottom() - 1, area.width(), _BAR), area.width()
    _paint_bar(painter, lower, room, importance.share(latent), used, look)


def label_width(look: Look, *, narrow: bool) -> float:
    """What `paint_label` needs, and the base's two pictures; a narrow one puts the bar below."""
    widest = "z128  unused" if narrow else "z128  888.88 nats"
    words = QFontMetricsF(tabular(look.font, bold=True)).horizontalAdvance(widest)
    return max(words, 2 * _THUMB + 4)


def paint_heads(
    painter: QPainter, geometry: Geometry, heads: Sequence[str], bottom: float, look: Look
) -> None:
    """Text centred above the columns; above some of them only, where columns are narrow."""
    font = tabular(look.font, -1)
    painter.setFont(font)
    widest = max(map(painter.fontMetrics().horizontalAdvance, heads), default=0)
    every = max(1, math.ceil((widest + 6) / geometry.column_pitch))
    painter.setPen(ink(look.colours))
    for column in range(0, len(heads), every):
        middle = geometry.x_of(column)
        area = QRectF(middle - 60, bottom - look.line, 120, look.line)
        painter.drawText(area, _CENTRE, heads[column])


def values_text(values: Sequence[float]) -> list[str]:
    """z values, with as many decimals as they need to be told apart, two at most."""
    whole = all(abs(10 * value - round(10 * value)) < 1e-4 for value in values)
    return [signed(float(value), 1 if whole else 2) for value in values]


def paint_base(
    painter: QPainter, geometry: Geometry, row: int, board: Traversal, scroll: float, look: Look
) -> None:
    """A tick above the row where the base's own value lies; its column is outlined.

    The outline is bold where the column is the base itself, thin where it is only the nearest;
    where the base is outside of the range there is none.
    """
    place, column = float(board.places[row]), int(board.base_columns[row])
    top = geometry.row_top(row, scroll)
    left = geometry.left + column * geometry.column_pitch
    cell = QRectF(left, top, *geometry.cell)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    colour = accent(look.colours)
    if board.exact[row]:
        painter.setPen(QPen(colour, 2))
        painter.drawRect(cell.adjusted(-1, -1, 1, 1))
    elif 0 <= place <= board.steps - 1:
        painter.setPen(QPen(colour, 1))
        painter.drawRect(cell.adjusted(-0.5, -0.5, 0.5, 0.5))
    tick = QRectF(geometry.x_of(place) - 2, top - 4, 4, 4)
    painter.fillRect(tick, colour)


def paint_cell_outline(painter: QPainter, cell: QRectF, look: Look) -> None:
    """The cell under the mouse or the keys."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink(look.colours), 1))
    painter.drawRect(cell.adjusted(-0.5, -0.5, 0.5, 0.5))


def paint_thumbs(painter: QPainter, left: float, top: float, thumbs: Sequence[QImage]) -> None:
    """The base image and the base as it is decoded, side by side."""
    for image in thumbs:
        width = _THUMB * image.width() / max(1, image.height())
        shrinks = image.height() > _THUMB
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrinks)
        painter.drawImage(QRectF(left, top, width, _THUMB), image)
        left += width + 4
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)


def header_height(look: Look) -> float:
    """Room above the rows: a line of words, the base's pictures, and the columns' values."""
    return look.line + _THUMB + 10


def _paint_bar(
    painter: QPainter, line: QRectF, room: float, share: float, used: bool, look: Look
) -> None:
    middle = line.center().y()
    track = QRectF(line.left(), middle - _BAR / 2, max(0.0, room), _BAR)
    painter.fillRect(track, mixed(hairline(look.colours), look.ground, 0.45))
    bar = QRectF(track.left(), track.top(), max(1.0, room * share), _BAR)
    painter.fillRect(bar, KL if used else hairline(look.colours))
