"""The points of the map: as dots, as glyphs of their classes or as their pictures."""

import copy
from collections.abc import Callable
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from vae_desktop.core.events import Floats
from vae_desktop.core.latents import Rows
from vae_desktop.core.raster import PointRaster, colour_table, coloured
from vae_desktop.core.viewport import Viewport
from vae_desktop.ui.pictures import to_image
from vae_desktop.ui.point_colours import DIM, Colouring

Bytes = NDArray[np.uint8]
Fetch = Callable[[Rows], Bytes]
"""Pictures (n, C, H, W) at rows (n,)."""

DIM_OPACITY = 0.18
_GLYPH_PIXELS = 11
_PICTURE_PIXELS = 34
_BORDER = 2


class Style(Enum):
    """What a point looks like."""

    DOTS = "dots"
    GLYPHS = "glyphs"
    PICTURES = "pictures"


class PointLayer:
    """Draws the points of a cloud and keeps the picture while nothing changes.

    Attributes:
        points: float32 (n, 2), all of them.
        rows: int64 (n,), which pictures of the set they are.
        shown: places of those that are drawn, in drawing order.
        style, size, opacity: how; size is a dot's diameter in pixels.
    """

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self.style, self.size, self.opacity = Style.DOTS, 3, 1.0
        self._images: tuple[bytes, list[QImage]] = (b"", [])
        self.clear()

    def clear(self) -> None:
        """Show no points."""
        none = Colouring(np.zeros(0, np.uint8), np.zeros((0, 3), np.uint8))
        self.show_points(np.zeros((0, 2), np.float32), np.zeros(0, np.int64), none)

    def show_points(
        self,
        points: Floats,
        rows: Rows,
        colouring: Colouring,
        hidden: frozenset[int] = frozenset(),
        selected: NDArray[np.bool_] | None = None,
    ) -> None:
        """Show other points.

        Args:
            points, rows: of the cloud, (n, 2) and (n,).
            colouring: of its points.
            hidden: classes (from 0) that are not drawn.
            selected: bool (n,); the others are dim. None where nothing is selected.
        """
        self.points, self.rows, self.colouring = points, rows, colouring
        numbers = colouring.numbers
        visible = ~np.isin(numbers, [label + 1 for label in hidden])
        if selected is not None:
            numbers = np.where(selected, numbers, numbers + DIM).astype(np.uint8)
            order = np.argsort(selected, kind="stable")
        else:
            order = np.arange(len(numbers))
        self.shown = order[visible[order]]
        self._numbers = numbers[self.shown]
        x, y = np.ascontiguousarray(points[self.shown].T)
        self._raster = PointRaster(x, y, self._numbers)
        self._images = (b"", [])

    def still(self, fetch: Fetch) -> "PointLayer":
        """A copy as it is now, that gets its pictures from `fetch`."""
        other = copy.copy(self)
        other._fetch = fetch
        return other

    def raster(self, view: Viewport) -> NDArray[np.uint32]:
        """The dots as premultiplied 0xAARRGGBB, (height, width)."""
        table = colour_table(self.colouring.colours, self.opacity)
        dim = colour_table(self.colouring.colours, self.opacity * DIM_OPACITY)
        table[DIM + 1 :] = dim[1 : 256 - DIM]
        return coloured(self._raster.draw(view, self.size), table)

    def image(self, view: Viewport) -> QImage:
        """The dots as a picture."""
        pixels = self.raster(view)
        form = QImage.Format.Format_ARGB32_Premultiplied
        return QImage(pixels.data, view.width, view.height, 4 * view.width, form).copy()

    def paint_signs(self, painter: QPainter, view: Viewport, font: QFont) -> None:
        """Glyphs or pictures over the dots; nothing in the style of dots."""
        if self.style is Style.GLYPHS:
            self._paint_glyphs(painter, view, font)
        elif self.style is Style.PICTURES:
            self._paint_pictures(painter, view)

    def _places(self, view: Viewport, cell: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Places in `shown` of points on screen, one per cell of so many pixels, and pixels."""
        pixels = view.to_pixels(self.points[self.shown])
        chosen = thinned(pixels, view.width, view.height, cell)
        return chosen, pixels[chosen]

    def _paint_glyphs(self, painter: QPainter, view: Viewport, font: QFont) -> None:
        places, pixels = self._places(view, _GLYPH_PIXELS)
        glyphs = [_glyph(name, self._colour(k), font) for k, name in self._named()]
        for place, (x, y) in zip(places, pixels, strict=True):
            number = int(self._numbers[place])
            painter.setOpacity(DIM_OPACITY if number > DIM else self.opacity)
            if (number - 1) % DIM < len(glyphs):
                glyph = glyphs[(number - 1) % DIM]
                painter.drawImage(QPointF(x - glyph.width() / 2, y - glyph.height() / 2), glyph)
        painter.setOpacity(1.0)

    def _named(self) -> list[tuple[int, str]]:
        return list(enumerate(self.colouring.names))

    def _paint_pictures(self, painter: QPainter, view: Viewport) -> None:
        places, pixels = self._places(view, _PICTURE_PIXELS)
        side = _PICTURE_PIXELS - 2 * _BORDER - 2
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        images = self._pictures_of(self.rows[self.shown[places]])
        for place, (x, y), image in zip(places, pixels, images, strict=True):
            number = int(self._numbers[place])
            painter.setOpacity(DIM_OPACITY if number > DIM else 1.0)
            height = side * image.height() / image.width()
            area = QRectF(x - side / 2, y - height / 2, side, height)
            frame = area.adjusted(-_BORDER, -_BORDER, _BORDER, _BORDER)
            painter.fillRect(frame, self._colour((number - 1) % DIM))
            painter.drawImage(area, image)
        painter.setOpacity(1.0)

    def _pictures_of(self, rows: Rows) -> list[QImage]:
        """Images of rows; the last ones are kept, as most repaints show the same."""
        key = rows.tobytes()
        if self._images[0] != key:
            pictures = self._fetch(rows) if len(rows) else np.zeros((0, 1, 1, 1), np.uint8)
            self._images = key, [to_image(picture) for picture in pictures]
        return self._images[1]

    def _colour(self, index: int) -> QColor:
        return QColor(*(int(value) for value in self.colouring.colours[index]))


def thinned(pixels: NDArray[np.floating], width: int, height: int, cell: int) -> NDArray[np.intp]:
    """Places of the first point in each cell of so many pixels, of those on screen."""
    inside = np.flatnonzero(((pixels >= 0) & (pixels < (width, height))).all(axis=1))
    column, row = (pixels[inside] // cell).astype(np.intp).T
    _, first = np.unique(row * (width // cell + 1) + column, return_index=True)
    return inside[first]


def _glyph(name: str, colour: QColor, font: QFont) -> QImage:
    """The first letters of a class in its colour."""
    side = 2 * _GLYPH_PIXELS
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    face = QFont(font)
    face.setPixelSize(_GLYPH_PIXELS + 1)
    face.setBold(True)
    painter.setFont(face)
    painter.setPen(QPen(colour))
    painter.drawText(image.rect(), Qt.AlignmentFlag.AlignCenter, name[:2])
    painter.end()
    return image
