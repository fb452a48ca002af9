"""What the map shows, layer by layer, for the screen and for files alike."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPalette

from vae_desktop.core import density
from vae_desktop.core.gaussians import Ellipse
from vae_desktop.core.regions import Classes
from vae_desktop.core.viewport import Points, Viewport
from vae_desktop.ui import map_painter as paint
from vae_desktop.ui.point_layer import Fetch, PointLayer, Style
from vae_desktop.ui.region_layer import ReadPoints, RegionLayer
from vae_desktop.ui.theme import accent, ink
from vae_desktop.ui.tile_layer import DecodePoints, TileLayer

LAYERS = ("points", "tiles", "rings", "density", "ellipses", "verdict")
_SIGMAS = (1.0, 2.0)


def no_points() -> Points:
    """(0, 2)."""
    return np.zeros((0, 2))


def no_classes(points: Points) -> Classes:
    """All points are of the first class."""
    return np.zeros(len(points), np.int64)


@dataclass(frozen=True, eq=False)
class Overlay:
    """What is drawn over the points, in coordinates of the map.

    Attributes:
        prior: the middle of the prior's rings; None where they mean nothing.
        gaussians: ellipses of classes at 1 σ, with their colours.
        posteriors: of single pictures at 1 σ, to scale.
        curves: lines with their colours (densities along one latent).
        path: the way from A to B; empty for none.
        stops: the places of its pictures.
        handles: places that can be dragged.
        marks: the nearest image, then its neighbours.
        pin: the pinned place; None for none.
        words: names beside places (x, y).
    """

    prior: tuple[float, float] | None = None
    gaussians: Sequence[tuple[Ellipse, QColor]] = ()
    posteriors: Sequence[Ellipse] = ()
    curves: Sequence[tuple[Points, QColor]] = ()
    path: Points = field(default_factory=no_points)
    stops: Points = field(default_factory=no_points)
    handles: Sequence[tuple[float, float]] = ()
    marks: Points = field(default_factory=no_points)
    pin: tuple[float, float] | None = None
    words: Sequence[tuple[float, float, str]] = ()


class MapCanvas:
    """Layers in one plane.

    Args:
        fetch: pictures of rows, for points that are drawn as pictures.
        decode: pictures of points, for the tiles.
        read: classes of points, for the regions; None where there are none.

    Attributes:
        layers: which are drawn, of `LAYERS`.
        axes: names of the two axes.
        overlay: what is drawn over the points.
    """

    def __init__(self, fetch: Fetch, decode: DecodePoints, read: ReadPoints | None = None) -> None:
        self.points, self.tiles = PointLayer(fetch), TileLayer(decode)
        self.regions = RegionLayer(read or no_classes)
        self.layers = {"points", "rings", "ellipses"}
        self.axes = ("", "")
        self.overlay = Overlay()
        self.forget()

    def forget(self) -> None:
        """The points have changed: draw them anew."""
        self._dots: tuple[Viewport, QImage] | None = None
        self._bands: tuple[Viewport, NDArray[np.uint8]] | None = None

    def still(self, fetch: Fetch) -> "MapCanvas":
        """A copy as it is now, for another thread to draw; `fetch` is to be its own."""
        other = copy.copy(self)
        other.points, other.tiles = self.points.still(fetch), copy.copy(self.tiles)
        other.regions, other.layers = copy.copy(self.regions), set(self.layers)
        other.forget()
        return other

    def forget_decoded(self) -> None:
        """Points have other codes, or none: show no tiles and regions until there are new."""
        self.tiles.clear()
        self.regions.clear()

    def paint(self, painter: QPainter, view: Viewport, colours: QPalette, font: QFont) -> None:
        """Draw everything into `view`, from (0, 0) on."""
        self._paint_pixels(painter, view, colours, font)
        self.paint_vectors(painter, view, colours, font)

    def raster(self, view: Viewport, colours: QPalette, font: QFont) -> QImage:
        """Everything that consists of pixels, as one picture."""
        image = QImage(view.width, view.height, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        self._paint_pixels(painter, view, colours, font)
        painter.end()
        return image

    def paint_vectors(
        self, painter: QPainter, view: Viewport, colours: QPalette, font: QFont
    ) -> None:
        """Draw only what consists of lines and words."""
        overlay = self.overlay
        painter.setFont(font)
        if "rings" in self.layers and overlay.prior is not None:
            paint.paint_rings(painter, view, overlay.prior, colours)
        for curve, colour in overlay.curves:
            paint.paint_outline(painter, view, curve, colour, 1.5)
        for ellipse, colour in overlay.gaussians:
            outlines = [ellipse.outline(times) for times in _SIGMAS]
            paint.paint_gaussian(painter, view, outlines, colour)
        if "ellipses" in self.layers:
            for ellipse in overlay.posteriors:
                paint.paint_outline(painter, view, ellipse.outline(), accent(colours), 1.5)
        if len(overlay.path):
            paint.paint_path(painter, view, overlay.path, overlay.stops, colours)
        paint.paint_marks(painter, view, overlay.marks, colours)
        paint.paint_words(painter, view, overlay.words, colours)
        paint.paint_axes(painter, view, self.axes, colours, font)

    def _paint_pixels(
        self, painter: QPainter, view: Viewport, colours: QPalette, font: QFont
    ) -> None:
        painter.fillRect(0, 0, view.width, view.height, colours.color(QPalette.ColorRole.Base))
        if "tiles" in self.layers:
            self.tiles.paint(painter, view)
        if "verdict" in self.layers:
            self.regions.paint(painter, view)
        if "density" in self.layers and len(self.points.shown):
            paint.paint_density(painter, self._density(view), ink(colours))
        if "points" in self.layers:
            if self.points.style is not Style.GLYPHS:
                painter.drawImage(0, 0, self._picture(view))
            self.points.paint_signs(painter, view, font)

    def _picture(self, view: Viewport) -> QImage:
        """The dots; kept until view or points change."""
        if self._dots is None or self._dots[0] != view:
            self._dots = view, self.points.image(view)
        return self._dots[1]

    def _density(self, view: Viewport) -> NDArray[np.uint8]:
        if self._bands is None or self._bands[0] != view:
            shown = self.points.points[self.points.shown]
            self._bands = view, density.bands(shown, view)
        return self._bands[1]
