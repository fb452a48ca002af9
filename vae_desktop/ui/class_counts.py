"""How many pictures each class has, as bars; choosing classes leaves only theirs."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from vae_desktop.ui.fonts import use_tabular
from vae_desktop.ui.numbers import count
from vae_desktop.ui.row_ground import paint_row_ground
from vae_desktop.ui.theme import ink, mixed, muted

_COUNT = Qt.ItemDataRole.UserRole
_PADDING = 8
_Index = QModelIndex | QPersistentModelIndex
_BAR = 6
_NAME_SHARE = 0.45
_USUAL_ROWS, _FEWEST_ROWS = 10, 4


class ClassCounts(QListWidget):
    """One row per class: name, bar, number.

    Args:
        choosable: whether classes can be chosen, several at a time.
    """

    filter_changed = Signal()

    def __init__(self, *, choosable: bool) -> None:
        super().__init__()
        self.setAccessibleName("Pictures per class")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        modes = QAbstractItemView.SelectionMode
        self.setSelectionMode(modes.MultiSelection if choosable else modes.NoSelection)
        if not choosable:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        use_tabular(self)
        self._rows = _CountDelegate(self)
        self.setItemDelegate(self._rows)
        self.itemSelectionChanged.connect(self.filter_changed)

    def show_counts(self, names: Sequence[str], counts: Sequence[int]) -> None:
        """Show how many pictures the classes have; the same classes stay chosen."""
        have = [self.item(row).text() for row in range(self.count())]
        if have != list(names):
            self.blockSignals(True)
            self.clear()
            self.addItems(list(names))
            self.blockSignals(False)
        for row, number in enumerate(counts):
            item = self.item(row)
            item.setData(_COUNT, int(number))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{names[row]}, {count(number)}")
            item.setToolTip(f"{names[row]}: {count(number)}")
        metrics = self.fontMetrics()
        self.updateGeometry()
        self._rows.most = max(1, *counts) if counts else 1
        # One more, as advances are rounded and a name that fits to the pixel would be cut.
        self._rows.name_width = 1 + max((metrics.horizontalAdvance(n) for n in names), default=0)
        self.viewport().update()

    @property
    def chosen_classes(self) -> list[int]:
        """The chosen classes in ascending order; none means all."""
        return sorted(index.row() for index in self.selectedIndexes())

    def event(self, event: QEvent) -> bool:
        # The window pauses training on Space; here Space chooses a class.
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            event.accept()
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        return QSize(200, self._height_of(_USUAL_ROWS))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._height_of(_FEWEST_ROWS))

    def _height_of(self, rows: int) -> int:
        """The height of so many rows, or of all where they are fewer."""
        return self.sizeHintForRow(0) * min(rows, self.count()) if self.count() else 0


class _CountDelegate(QStyledItemDelegate):
    """Draws a row; knows the longest name and the largest number."""

    most = 1
    name_width = 0

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(120, option.fontMetrics.height() + 4)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        painter.save()
        painter.setFont(option.font)
        paint_row_ground(painter, option)
        area = option.rect.adjusted(_PADDING, 0, -_PADDING, 0)
        number = int(index.data(_COUNT) or 0)
        metrics = option.fontMetrics
        name_width = min(self.name_width, int(area.width() * _NAME_SHARE))
        number_width = metrics.horizontalAdvance(count(self.most))
        painter.setPen(ink(option.palette))
        name = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, name_width)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignLeft, name)
        painter.setPen(muted(option.palette))
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, count(number))
        room = area.adjusted(name_width + _PADDING, 0, -number_width - _PADDING, 0)
        self._paint_bar(painter, option, room, number)
        painter.restore()

    def _paint_bar(
        self, painter: QPainter, option: QStyleOptionViewItem, room: QRect, number: int
    ) -> None:
        width = room.width() * number / self.most
        top = room.center().y() + 1 - _BAR / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(muted(option.palette), option.palette.window().color(), 0.55))
        painter.drawRoundedRect(QRectF(room.left(), top, max(width, 1.0), _BAR), 2, 2)
