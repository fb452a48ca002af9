"""Each factor beside the latent that matches it: two lines of pictures, one above the other."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from vae_desktop.core.factor_matches import Match
from vae_desktop.core.imaging import tile
from vae_desktop.core.latents import Bytes
from vae_desktop.ui.fonts import tabular
from vae_desktop.ui.numbers import latent_name, nats
from vae_desktop.ui.theme import ink, muted

_BETWEEN = 24
_GAP = 4
_THIN = 2
_LEAST_WIDTH = 144
_SMALLEST, _SMALL, _LARGEST = 16, 36, 128
_CHANCE = 3.0
"""A latent that knows less than so many times what chance alone shows stands for nothing."""
_CLASS = "the class"
_TOLD = (
    "This model is told {factor} as its class, so no latent need know it. Upper line: drawn. Lower "
    "line: the code of the base image, decoded as each class."
)
_MEANING = (
    "Upper line: the factor itself, drawn. Lower line: the latent that knows most of it, decoded "
    "over the middle 98 % of its codes; the others stay those of the base image."
)


class _Place(NamedTuple):
    """Where a match is, and how wide it may write."""

    left: float
    top: float
    width: float
    height: float


class MatchBoard(QWidget):
    """A column per factor, in as many rows as make the pictures largest.

    Above, the factor drawn from its least to its greatest value; below, the latent that knows
    most of it, decoded. Each says its two ends.
    """

    def __init__(self) -> None:
        super().__init__()
        self.matches: list[Match] = []
        self._images: list[tuple[QImage, QImage]] = []
        self.setAccessibleName("Factors beside the latents that match them")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_matches(self, matches: Sequence[Match]) -> None:
        """Show other sweeps; none show nothing."""
        self.matches = list(matches)
        self._images = [(_line(match.drawn), _line(match.decoded)) for match in matches]
        self.setAccessibleDescription(
            ", ".join(f"{match.factor}: {_partner(match)}" for match in matches)
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(800, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 160)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.matches:
            return
        painter = QPainter(self)
        side, lines, places = self._arranged()
        for index, match in enumerate(self.matches):
            self._paint_match(painter, match, self._images[index], places[index], side)
            if lines:
                self._paint_ends(painter, match, places[index])

    def tip_at(self, place: QPointF) -> str:
        """What is to be said of the match at a place; "" beside all."""
        if not self.matches:
            return ""
        _, _, places = self._arranged()
        for match, spot in zip(self.matches, places, strict=True):
            if QRectF(spot.left, spot.top, spot.width, spot.height).contains(place):
                if match.latent is None:
                    return f"<span>{_TOLD.format(factor=match.factor)}</span>"
                return f"<span>{'; '.join(_ends(match))}. {_known(match)}. {_MEANING}</span>"
        return ""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _arranged(self) -> tuple[float, int, list[_Place]]:
        """The largest pictures that fit, lines of text under them, and where each match is.

        Where pictures would become small, the text gives way: it is in the tooltip, too.
        """
        side, places = self._fitting(2)
        if side >= _SMALL:
            return side, 2, places
        side, places = self._fitting(0)
        return side, 0, places

    def _fitting(self, lines: int) -> tuple[float, list[_Place]]:
        """The largest pictures that fit above so many lines of text."""
        shown = self.matches[0].drawn.shape[-1] / self.devicePixelRatioF()
        for side in range(_LARGEST, _SMALLEST, -1):
            # Enlarged pictures must have pixels that are whole numbers of the screen's.
            if side >= shown and side % shown:
                continue
            places = self._places(float(side), lines)
            right = max(place.left + place.width for place in places)
            bottom = places[-1].top + places[-1].height
            if bottom <= self.height() and right <= self.width():
                return float(side), places
        return float(_SMALLEST), self._places(float(_SMALLEST), lines)

    def _places(self, side: float, lines: int) -> list[_Place]:
        """Matches in rows, as many in each as the width allows."""
        places: list[_Place] = []
        left = top = 0.0
        height = (1 + lines) * self.fontMetrics().height() + 2 * _GAP + 2 * side
        for match in self.matches:
            width = max(len(match.drawn) * (side + _THIN), _LEAST_WIDTH)
            if left > 0 and left + width > self.width():
                left, top = 0.0, top + height + _BETWEEN / 2
            places.append(_Place(left, top, width, height))
            left += width + _BETWEEN
        return places

    def _paint_match(
        self,
        painter: QPainter,
        match: Match,
        images: tuple[QImage, QImage],
        place: _Place,
        side: float,
    ) -> None:
        line, (_, _, height, width) = self.fontMetrics().height(), match.drawn.shape
        self._paint_title(painter, match, QRectF(place.left, place.top, place.width, line))
        first = QRectF(place.left, place.top + line + _GAP, side, side)
        smooth = side < width / self.devicePixelRatioF()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        for index in range(len(match.drawn)):
            source = QRectF(index * width, 0, width, height)
            for row, image in enumerate(images):
                target = first.translated(index * (side + _THIN), row * (side + _GAP))
                painter.drawImage(target, image, source)

    def _paint_title(self, painter: QPainter, match: Match, area: QRectF) -> None:
        """'scale ↔ z3', and how much of it is known; grey where it is chance alone."""
        stands = match.latent is None or match.known >= _CHANCE * match.by_chance
        title = f"{match.factor}  ↔  {_partner(match)}"
        bold = tabular(self.font(), bold=True)
        painter.setFont(bold)
        painter.setPen(ink(self.palette()) if stands else muted(self.palette()))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, title)
        rest = area.adjusted(QFontMetricsF(bold).horizontalAdvance(title) + 10, 0, 0, 0)
        known, small = f"{match.known:.2f} of {nats(match.entropy)}", tabular(self.font(), -1)
        fits = QFontMetricsF(small).horizontalAdvance(known) <= rest.width()
        known = known if fits else f"{match.known:.2f}"
        if match.latent is None:
            known = "told"
        self._write(painter, known if stands else "chance", rest)

    def _paint_ends(self, painter: QPainter, match: Match, place: _Place) -> None:
        """From where to where each of the lines runs."""
        line = self.fontMetrics().height()
        top = place.top + place.height - 2 * line
        for index, text in enumerate(_ends(match)):
            area = QRectF(place.left, top + index * line, place.width, line)
            self._write(painter, text, area)

    def _write(self, painter: QPainter, text: str, area: QRectF) -> None:
        """A small line in the lighter tone."""
        painter.setFont(tabular(self.font(), -1))
        painter.setPen(muted(self.palette()))
        fitting = QFontMetricsF(painter.font()).elidedText(
            text, Qt.TextElideMode.ElideRight, area.width()
        )
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, fitting)


def _partner(match: Match) -> str:
    """What stands for the factor in the model: 'z3', or the class that it is told."""
    return _CLASS if match.latent is None else latent_name(match.latent)


def _ends(match: Match) -> tuple[str, str]:
    """Where the lines of a match begin and end: '0.50 … 1.00' and 'z3: −1.20 … 1.31'."""
    drawn = f"{match.first} … {match.last}"
    if match.latent is None:
        return drawn, "decoded as each class"
    codes = f"{match.begin:.2f} … {match.end:.2f}".replace("-", "−")
    return drawn, f"{latent_name(match.latent)}: {codes}"


def _known(match: Match) -> str:
    """'z3 knows 0.90 of 3.46 nats of x; chance alone would show 0.03'."""
    known = f"{_partner(match)} knows {nats(match.known)} of {nats(match.entropy)} nats"
    return f"{known} of {match.factor}; chance alone would show {nats(match.by_chance)}"


def _line(pictures: Bytes) -> QImage:
    """Pictures (n, C, H, W) side by side."""
    pixels = np.ascontiguousarray(tile(pictures, len(pictures), 0))
    grey = pixels.ndim == 2
    height, width = pixels.shape[:2]
    form = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, width * (1 if grey else 3), form).copy()
