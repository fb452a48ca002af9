"""A row with a control in a menu."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QWidget, QWidgetAction


def add_row(menu: QMenu, text: str, *controls: QWidget, before: QAction | None = None) -> None:
    """Put a text and controls into a menu, at its end or before one of its actions."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(24, 4, 8, 4)
    for widget in (QLabel(text), *controls):
        layout.addWidget(widget)
    action = QWidgetAction(menu)
    action.setDefaultWidget(row)
    if before is None:
        menu.addAction(action)
    else:
        menu.insertAction(before, action)
