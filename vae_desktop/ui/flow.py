"""A row that breaks into more rows where it is too narrow, as words do."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

_GAP = 4


class FlowLayout(QLayout):
    """Items from left to right, row by row.

    Args:
        parent: whose layout this is; None inside another layout.
        ends_right: every row ends at the right edge; else it begins at the left one.
    """

    def __init__(self, parent: QWidget | None = None, *, ends_right: bool = True) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self._ends_right = ends_right
        self._items: list[QLayoutItem] = []

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = self._rows(width)
        return sum(_height(row) for row in rows) + _GAP * max(0, len(rows) - 1)

    def sizeHint(self) -> QSize:
        items = self._shown()
        return QSize(_width(items), _height(items))

    def minimumSize(self) -> QSize:
        items = self._shown()
        widest = max((item.minimumSize().width() for item in items), default=0)
        return QSize(widest, _height(items))

    def setGeometry(self, area: QRect) -> None:
        super().setGeometry(area)
        y = area.top()
        for row in self._rows(area.width()):
            x = area.right() + 1 - _width(row) if self._ends_right else area.left()
            height = _height(row)
            for item in row:
                size = item.sizeHint()
                size.setWidth(min(size.width(), area.width()))
                down = (height - size.height()) // 2
                item.setGeometry(QRect(QPoint(x, y + down), size))
                x += size.width() + _GAP
            y += height + _GAP

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _rows(self, width: int) -> list[list[QLayoutItem]]:
        rows: list[list[QLayoutItem]] = []
        for item in self._shown():
            if rows and _width([*rows[-1], item]) <= width:
                rows[-1].append(item)
            else:
                rows.append([item])
        return rows


def _width(row: list[QLayoutItem]) -> int:
    return sum(item.sizeHint().width() for item in row) + _GAP * max(0, len(row) - 1)


def _height(row: list[QLayoutItem]) -> int:
    return max((item.sizeHint().height() for item in row), default=0)
