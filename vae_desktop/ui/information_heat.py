"""What every latent knows of every factor, as a map of colours with the numbers in it."""

import numpy as np
import pyqtgraph
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QToolTip

from vae_desktop.core.factor_matches import FactorInformation
from vae_desktop.ui.fonts import tabular
from vae_desktop.ui.numbers import latent_name, nats, percent
from vae_desktop.ui.theme import ink, muted

_GAP = 8
_WIDEST = 72
_LOWEST, _HIGHEST = 20, 44
_LEAST_TOP = 0.5
_BRIGHT = 0.58
"""From this share of the scale on, viridis is so bright that dark figures are read better."""
_COLOURS = 256
_TOLD = " The model is told this factor as its class, so its latents need not know it."


class InformationHeat(QAbstractScrollArea):
    """A row per factor, a column per latent; the best latent of each factor is outlined, but of
    one that the model is told.

    Latents stand in the order of their KL. Where there are too many for the width, the names
    of the factors stay and the columns scroll.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: FactorInformation | None = None
        self._image = QImage()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Mutual information of factors and latents")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)

    @property
    def top(self) -> float:
        """The brightest colour's value in nats."""
        return _LEAST_TOP if self.found is None else max(_LEAST_TOP, self.found.information.max())

    def show_information(self, found: FactorInformation | None) -> None:
        """Show another estimate; None shows nothing."""
        self.found = found
        if found is not None:
            self._image = _coloured(found.information[:, found.order] / self.top)
            self.setAccessibleDescription(
                ", ".join(
                    f"{name}: {latent_name(int(latent))} {nats(known[latent])}"
                    for name, latent, known in zip(
                        found.names, found.matches, found.information, strict=True
                    )
                )
            )
        self._fit()
        self.viewport().update()

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """The factor and the latent (from 0) at a place of the viewport."""
        if self.found is None or not self._window().contains(place):
            return None
        width, height = self._cell()
        area = self._window()
        column = int((place.x() - area.left() + self.horizontalScrollBar().value()) / width)
        row = int((place.y() - area.top()) / height)
        if column >= len(self.found.order) or row >= len(self.found.names):
            return None
        return row, int(self.found.order[column])

    def tip_at(self, place: QPointF) -> str:
        """What is to be said of a place; "" beside all."""
        cell = self.cell_at(place)
        if cell is None or self.found is None:
            return ""
        factor, latent = cell
        known, whole = self.found.information[factor, latent], self.found.entropy[factor]
        chance = f"A latent that knows nothing would show {nats(self.found.by_chance[factor])}."
        use = f" Its KL is {nats(self.found.kl[latent])} nats." if self.found.has_posterior else ""
        told = _TOLD if self.found.names[factor] in self.found.told else ""
        return (
            f"<span>{latent_name(latent)} knows {nats(known)} of the {nats(whole)} nats of "
            f"{self.found.names[factor]} ({percent(known / whole)}). {chance}{use}{told}</span>"
        )

    def minimumSizeHint(self) -> QSize:
        rows = 5 if self.found is None else len(self.found.names)
        return QSize(200, round(rows * _LOWEST + self._head()))

    def sizeHint(self) -> QSize:
        return QSize(520, 260)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.found is None:
            return
        painter = QPainter(self.viewport())
        area, (width, height) = self._window(), self._cell()
        self._paint_names(painter, self.found, height)
        painter.setClipRect(area.adjusted(-1, -self._head(), 1, 1))
        left = area.left() - self.horizontalScrollBar().value()
        columns, rows = len(self.found.order), len(self.found.names)
        painter.drawImage(QRectF(left, area.top(), columns * width, rows * height), self._image)
        self._paint_heads(painter, self.found, left, width)
        self._paint_values(painter, self.found, left, width, height)
        self._paint_matches(painter, self.found, left, width, height)

    def _line(self) -> int:
        return self.fontMetrics().height()

    def _head(self) -> float:
        return 2 * self._line() + _GAP / 2

    def _names_width(self) -> float:
        names = () if self.found is None else _row_names(self.found)
        return max((self.fontMetrics().horizontalAdvance(name) for name in names), default=0) + _GAP

    def _window(self) -> QRectF:
        """Where columns are seen."""
        left, top = self._names_width(), self._head()
        rows = 0 if self.found is None else len(self.found.names)
        room = self.viewport().width() - left - 2
        width = self._cell()[0] * (0 if self.found is None else len(self.found.order))
        return QRectF(left, top, min(room, width), rows * self._cell()[1])

    def _cell(self) -> tuple[float, float]:
        """Width and height of a cell: wide enough for its number."""
        if self.found is None:
            return 1.0, 1.0
        least = self.fontMetrics().horizontalAdvance("8.88") + 8
        room = self.viewport().width() - self._names_width() - 2
        width = min(max(room // len(self.found.order), least), max(_WIDEST, least))
        height = (self.viewport().height() - self._head() - 2) // len(self.found.names)
        return float(width), float(min(max(height, _LOWEST), _HIGHEST))

    def _fit(self) -> None:
        """Let the scroll bar reach all columns."""
        bar, area = self.horizontalScrollBar(), self._window()
        columns = 0 if self.found is None else len(self.found.order)
        bar.setRange(0, max(0, round(columns * self._cell()[0] - area.width())))
        bar.setPageStep(max(1, round(area.width())))
        bar.setSingleStep(round(self._cell()[0]))

    def _paint_names(self, painter: QPainter, found: FactorInformation, height: float) -> None:
        painter.setPen(ink(self.palette()))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for row, name in enumerate(_row_names(found)):
            top = self._head() + row * height
            painter.drawText(QRectF(0, top, self._names_width() - _GAP, height), right, name)
        painter.setPen(muted(self.palette()))
        if found.has_posterior:
            line = QRectF(0, self._line(), self._names_width() - _GAP, self._line())
            painter.drawText(line, right, "KL")

    def _paint_heads(
        self, painter: QPainter, found: FactorInformation, left: float, width: float
    ) -> None:
        for column, latent in enumerate(found.order):
            slot = QRectF(left + column * width, 0, width, self._line())
            painter.setFont(self.font())
            painter.setPen(ink(self.palette()))
            painter.drawText(slot, Qt.AlignmentFlag.AlignCenter, latent_name(int(latent)))
            if found.has_posterior:
                painter.setFont(tabular(self.font(), -1))
                painter.setPen(muted(self.palette()))
                slot.translate(0, self._line())
                painter.drawText(slot, Qt.AlignmentFlag.AlignCenter, f"{found.kl[latent]:.2f}")

    def _paint_values(
        self, painter: QPainter, found: FactorInformation, left: float, width: float, height: float
    ) -> None:
        painter.setFont(tabular(self.font(), -0.5))
        for row in range(len(found.names)):
            for column, latent in enumerate(found.order):
                value = found.information[row, latent]
                slot = QRectF(left + column * width, self._head() + row * height, width, height)
                bright = value / self.top > _BRIGHT
                painter.setPen(QColor("#101418" if bright else "#f2f4f7"))
                painter.drawText(slot, Qt.AlignmentFlag.AlignCenter, f"{value:.2f}")

    def _paint_matches(
        self, painter: QPainter, found: FactorInformation, left: float, width: float, height: float
    ) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor("#ffffff"), 2))
        places = np.argsort(found.order)
        for row, latent in enumerate(found.matches):
            if found.names[row] in found.told:
                continue
            x = left + places[latent] * width
            cell = QRectF(x, self._head() + row * height, width, height)
            painter.drawRect(cell.adjusted(1, 1, -1, -1))


def _row_names(found: FactorInformation) -> list[str]:
    """What stands left of the rows: the factor, and whether the model is told it."""
    return [f"{name} (told)" if name in found.told else name for name in found.names]


def _coloured(shares: NDArray[np.floating]) -> QImage:
    """One pixel a cell, along viridis."""
    steps = np.linspace(0, 1, _COLOURS)
    table = pyqtgraph.colormap.get("viridis").map(steps, mode=pyqtgraph.ColorMap.BYTE)
    places = (np.clip(shares, 0, 1) * (_COLOURS - 1)).astype(np.intp)
    pixels = np.ascontiguousarray(np.asarray(table, np.uint8)[places][..., :3])
    rows, columns, _ = pixels.shape
    return QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
