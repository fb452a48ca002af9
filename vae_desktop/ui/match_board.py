"""Each factor beside the latent that matches it: two lines of pictures, one above the other."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vae_desktop.core.factor_matches import Match
from vae_desktop.core.imaging import tile
from vae_desktop.core.latents import Bytes
from vae_desktop.ui.fonts import tabular
from vae_desktop.ui.numbers import latent_name, nats
from vae_desktop.ui.theme import ink, muted

_BETWEEN = 24
_GAP = 4
_THIN = 2
_LEAST_SHARE = 0.1
"""A latent that knows less of a factor than this share of it does not stand for it."""


class _Grid(NamedTuple):
    columns: int
    rows: int
    width: float
    height: float
    side: float


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
        self.setToolTip(
            "Upper line: the factor itself, drawn. Lower line: the latent that knows most of it, "
            "decoded over the middle 98 % of its codes, the others held at the base image's."
        )

    def show_matches(self, matches: Sequence[Match]) -> None:
        """Show other sweeps; none show nothing."""
        self.matches = list(matches)
        self._images = [(_line(match.drawn), _line(match.decoded)) for match in matches]
        self.setAccessibleDescription(
            ", ".join(f"{match.factor}: {latent_name(match.latent)}" for match in matches)
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
        grid = self._grid()
        for index, match in enumerate(self.matches):
            row, column = divmod(index, grid.columns)
            left, top = column * (grid.width + _BETWEEN), row * (grid.height + _BETWEEN / 2)
            self._paint_match(painter, match, self._images[index], left, top, grid)

    def _line_height(self) -> float:
        return float(self.fontMetrics().height())

    def _grid(self) -> _Grid:
        """The layout whose pictures are largest; of equals the one with fewest rows."""
        count, most = len(self.matches), max(len(match.drawn) for match in self.matches)
        texts = 3 * self._line_height() + 3 * _GAP
        best = _Grid(count, 1, 0.0, 0.0, 0.0)
        for columns in range(count, 0, -1):
            rows = math.ceil(count / columns)
            width = (self.width() - (columns - 1) * _BETWEEN) / columns
            height = (self.height() - (rows - 1) * _BETWEEN / 2) / rows
            side = max(0.0, min((width - (most - 1) * _THIN) / most, (height - texts) / 2))
            side = self._crisp(side)
            if side > best.side:
                best = _Grid(columns, rows, width, texts + 2 * side, side)
        return best

    def _crisp(self, side: float) -> float:
        """A side at which every pixel of a picture is a whole number of the screen's."""
        pixels = self.matches[0].drawn.shape[-1] / self.devicePixelRatioF()
        return side // pixels * pixels if side >= pixels else side

    def _paint_match(
        self,
        painter: QPainter,
        match: Match,
        images: tuple[QImage, QImage],
        left: float,
        top: float,
        grid: _Grid,
    ) -> None:
        line, count = self._line_height(), len(match.drawn)
        self._paint_title(painter, match, QRectF(left, top, grid.width, line))
        first = QRectF(left, top + line + _GAP, grid.side, grid.side)
        under = grid.side + _GAP
        smooth = grid.side < match.drawn.shape[-1] / self.devicePixelRatioF()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        side = match.drawn.shape[-1]
        for place in range(count):
            source = QRectF(place * side, 0, side, match.drawn.shape[-2])
            for row, image in enumerate(images):
                target = first.translated(place * (grid.side + _THIN), row * under)
                painter.drawImage(target, image, source)
        below = QRectF(left, first.bottom() + under + _GAP / 2, grid.width, line)
        self._paint_ends(painter, match, below)

    def _paint_title(self, painter: QPainter, match: Match, area: QRectF) -> None:
        """'scale → z3', and how much of it is known."""
        stands = match.known >= _LEAST_SHARE * match.entropy
        title = f"{match.factor}  ↔  {latent_name(match.latent)}"
        bold = tabular(self.font(), bold=True)
        painter.setFont(bold)
        painter.setPen(ink(self.palette()) if stands else muted(self.palette()))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, title)
        known = f"{nats(match.known)} of {nats(match.entropy)} nats"
        text = known if stands else f"no latent stands for it ({known})"
        painter.setFont(tabular(self.font(), -1))
        painter.setPen(muted(self.palette()))
        rest = area.adjusted(QFontMetricsF(bold).horizontalAdvance(title) + 10, 0, 0, 0)
        fitting = QFontMetricsF(painter.font()).elidedText(
            text, Qt.TextElideMode.ElideRight, rest.width()
        )
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, fitting)

    def _paint_ends(self, painter: QPainter, match: Match, area: QRectF) -> None:
        """From where to where each of the lines runs."""
        codes = f"{match.begin:.2f} … {match.end:.2f}".replace("-", "−")
        text = f"{match.first} … {match.last}  ·  {latent_name(match.latent)}: {codes}"
        painter.setFont(tabular(self.font(), -1))
        painter.setPen(muted(self.palette()))
        fitting = QFontMetricsF(painter.font()).elidedText(
            text, Qt.TextElideMode.ElideRight, area.width()
        )
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, fitting)


def _line(pictures: Bytes) -> QImage:
    """Pictures (n, C, H, W) side by side."""
    pixels = np.ascontiguousarray(tile(pictures, len(pictures), 0))
    grey = pixels.ndim == 2
    height, width = pixels.shape[:2]
    form = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, width * (1 if grey else 3), form).copy()
