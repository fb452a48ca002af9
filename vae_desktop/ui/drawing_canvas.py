"""Where one draws with the mouse."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from vae_desktop.ui.drawing_sheet import Sheet
from vae_desktop.ui.theme import hairline

_GROUND, _HINT = QColor("#000000"), QColor("#98a0ad")
_PEN_RING = QColor(128, 128, 128, 200)
_LEFT, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
_HINT_TEXT = "Draw here"


class DrawingCanvas(QWidget):
    """Shows a `Sheet` as large as it fits; the left button draws, the right one erases.

    Attributes:
        sheet: what is drawn on.
        pen: the diameter of the pen, in pixels of the picture.
        erases: whether the left button erases, too.
    """

    drawn = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.sheet = Sheet((1, 28, 28))
        self.pen, self.erases = 2.5, False
        self._pen_at: QPointF | None = None
        self._button: Qt.MouseButton | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Drawing")
        self.setToolTip("Draw with the left button, erase with the right one.")

    def show_sheet(self, sheet: Sheet) -> None:
        """Draw on another sheet."""
        self.sheet, self._button = sheet, None
        self.update()

    def area(self) -> QRectF:
        """Where the sheet is in the widget."""
        scale = self._scale()
        image = self.sheet.image
        return QRectF(0, 0, image.width() * scale, image.height() * scale)

    def sizeHint(self) -> QSize:
        return QSize(196, 196)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.area()
        painter.fillRect(area, _GROUND)
        painter.drawImage(area, self.sheet.image)
        painter.setPen(hairline(self.palette()))
        painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
        if not self.sheet.can_undo and self._button is None:
            painter.setPen(_HINT)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, _HINT_TEXT)
        if self._pen_at is not None:
            radius = self.pen * self.sheet.factor * self._scale() / 2
            painter.setPen(QPen(_PEN_RING, 1.0))
            painter.drawEllipse(self._pen_at, radius, radius)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() not in (_LEFT, _RIGHT) or self._button is not None:
            return
        self._button = event.button()
        erases = self.erases or event.button() is _RIGHT
        width = self.pen * self.sheet.factor
        self.sheet.begin(*self._on_sheet(event.position()), width, erases=erases)
        self._tell(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._button is not None:
            self.sheet.extend(*self._on_sheet(event.position()))
            self._tell(event.position())
        else:
            self._pen_at = event.position()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is self._button:
            self._button = None
            self.sheet.end()
            self._tell(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._pen_at = None
        self.update()

    def _tell(self, at: QPointF) -> None:
        self._pen_at = at
        self.update()
        self.drawn.emit()

    def _on_sheet(self, at: QPointF) -> tuple[float, float]:
        scale = self._scale()
        return at.x() / scale, at.y() / scale

    def _scale(self) -> float:
        """Pixels of the widget per pixel of the sheet."""
        image = self.sheet.image
        return min(self.width() / image.width(), self.height() / image.height())
