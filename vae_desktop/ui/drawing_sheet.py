"""A sheet that is drawn on: its marks in order, and what they look like. No widget."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from vae_desktop.core.handwriting import normalised, shrunk
from vae_desktop.ui.pictures import to_image

Bytes = NDArray[np.uint8]
Shape = tuple[int, int, int]

_SIDE = 280
"""Pixels of a sheet's longer side, about: a whole number for every pixel of the picture."""
_NEAR = 0.75
"""Pixels that the pen must move before its place is noted."""
_INK, _GROUND = QColor("#ffffff"), QColor("#000000")


@dataclass(frozen=True)
class Stroke:
    """One movement of the pen.

    Attributes:
        points: where it was, in pixels of the sheet; at least one.
        width: its diameter, in pixels of the sheet.
        erases: whether it takes ink away.
    """

    points: tuple[tuple[float, float], ...]
    width: float
    erases: bool = False


@dataclass(frozen=True, eq=False)
class Laid:
    """A picture (C, H, W) laid over everything."""

    picture: Bytes


@dataclass(frozen=True)
class Wiped:
    """Everything was taken away."""


@dataclass(frozen=True)
class Inverted:
    """Black and white changed places."""


Mark = Stroke | Laid | Wiped | Inverted


class Sheet:
    """White ink on black, and every mark can be undone.

    Args:
        shape: (C, H, W) of the pictures that are made of it.

    Attributes:
        image: what it looks like, `factor` times as large as its pictures.
        factor: pixels of the sheet for each of the picture.
    """

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.factor = max(1, round(_SIDE / max(shape[1:])))
        self._marks: list[Mark] = []
        self._undone: list[Mark] = []
        self._stroke: Stroke | None = None
        self._finished = self._blank()
        self.image = self._finished

    @property
    def can_undo(self) -> bool:
        """Whether there is a mark to take back."""
        return bool(self._marks)

    @property
    def can_redo(self) -> bool:
        """Whether a mark was taken back."""
        return bool(self._undone)

    @property
    def is_empty(self) -> bool:
        """Whether there is no ink on it."""
        return not self.ink().any()

    @property
    def base(self) -> Bytes | None:
        """The picture laid last that was not drawn over or inverted since; None for none."""
        last = self._marks[-1] if self._marks else None
        return last.picture if isinstance(last, Laid) and self._stroke is None else None

    def begin(self, x: float, y: float, width: float, *, erases: bool = False) -> None:
        """The pen touches the sheet at a place, in pixels of the sheet."""
        self._stroke = Stroke(((x, y),), width, erases)
        self._show_stroke()

    def extend(self, x: float, y: float) -> None:
        """The pen moves."""
        stroke = self._stroke
        if stroke is None or np.hypot(*np.subtract(stroke.points[-1], (x, y))) < _NEAR:
            return
        self._stroke = replace(stroke, points=(*stroke.points, (x, y)))
        self._show_stroke()

    def end(self) -> None:
        """The pen leaves the sheet."""
        if self._stroke is not None:
            stroke, self._stroke = self._stroke, None
            self._add(stroke)

    def lay(self, picture: Bytes) -> None:
        """Lay a picture (C, H, W) over everything."""
        self._add(Laid(np.array(picture, np.uint8)))

    def clear(self) -> None:
        """Take everything away; that too can be undone."""
        if not self.is_empty:
            self._add(Wiped())

    def invert(self) -> None:
        """Black and white change places."""
        self._add(Inverted())

    def undo(self) -> None:
        """Take the last mark back."""
        if self._marks:
            self._undone.append(self._marks.pop())
            self._finished = self._blank()
            for mark in self._marks:
                self._finished = self._marked(self._finished, mark)
            self.image = self._finished

    def redo(self) -> None:
        """Make the mark again that was taken back last."""
        if self._undone:
            mark = self._undone.pop()
            self._marks.append(mark)
            self.image = self._finished = self._marked(self._finished, mark)

    def ink(self) -> Bytes:
        """How bright the sheet is, uint8 (h, w)."""
        return np.asarray(self._pixels().max(axis=0))

    def as_it_is(self) -> Bytes:
        """The sheet as a picture (C, H, W): each pixel the mean of what it covers."""
        return shrunk(self._pixels(), *self.shape[1:])

    def as_mnist(self) -> Bytes:
        """The ink as a picture (C, H, W), in the box and about the centre of mass of MNIST."""
        picture = normalised(self.ink(), *self.shape[1:])
        return np.repeat(picture[None], self.shape[0], axis=0)

    def _pixels(self) -> Bytes:
        """uint8 (C, h, w) of the sheet."""
        height, stride = self.image.height(), self.image.bytesPerLine()
        rows = np.frombuffer(self.image.constBits(), np.uint8).reshape(height, stride // 4, 4)
        # Qt keeps blue, green, red; the ink and grey pictures have the same in all of them.
        return rows[:, : self.image.width(), 2::-1].transpose(2, 0, 1)[: self.shape[0]]

    def _blank(self) -> QImage:
        _, height, width = self.shape
        image = QImage(width * self.factor, height * self.factor, QImage.Format.Format_RGB32)
        image.fill(_GROUND)
        return image

    def _add(self, mark: Mark) -> None:
        self._marks.append(mark)
        self._undone = []
        self.image = self._finished = self._marked(self._finished, mark)

    def _show_stroke(self) -> None:
        assert self._stroke is not None
        self.image = self._marked(self._finished, self._stroke)

    def _marked(self, image: QImage, mark: Mark) -> QImage:
        """A copy of the sheet with one more mark."""
        image = image.copy()
        if isinstance(mark, Inverted):
            image.invertPixels()
            return image
        if isinstance(mark, Wiped):
            return self._blank()
        painter = QPainter(image)
        if isinstance(mark, Laid):
            large = mark.picture.repeat(self.factor, axis=1).repeat(self.factor, axis=2)
            painter.drawImage(0, 0, to_image(large))
        else:
            _paint_stroke(painter, mark)
        painter.end()
        return image


def _paint_stroke(painter: QPainter, stroke: Stroke) -> None:
    pen = QPen(_GROUND if stroke.erases else _INK, stroke.width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if len(stroke.points) == 1:
        painter.drawPoint(QPointF(*stroke.points[0]))
    else:
        painter.drawPath(smooth_path(stroke.points))


def smooth_path(points: tuple[tuple[float, float], ...]) -> QPainterPath:
    """A smooth curve along points (at least two): from the middle between two to the middle
    between the next two, bent towards the point that they share."""
    places = [QPointF(x, y) for x, y in points]
    path = QPainterPath(places[0])
    for here, following in pairwise(places[1:]):
        path.quadTo(here, (here + following) / 2)
    path.lineTo(places[-1])
    return path
