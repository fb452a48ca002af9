"""Widgets under each other, as the tabs lay them out."""

from PySide6.QtWidgets import QVBoxLayout, QWidget


def column(*widgets: QWidget, tall: QWidget | None = None) -> QWidget:
    """Widgets under each other; `tall` takes the room that is left."""
    result = QWidget()
    layout = QVBoxLayout(result)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    for widget in widgets:
        layout.addWidget(widget, int(widget is tall))
    return result
