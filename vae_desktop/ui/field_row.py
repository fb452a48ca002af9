"""One setting in the form: its mark, label, editor, unit, and what is wrong with it."""

from typing import Any

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QWidget

from vae_desktop.core.config import RunConfig, field_of, unit_of
from vae_desktop.core.errors import ConfigError
from vae_desktop.ui.editors import Editor, editor_of
from vae_desktop.ui.icons import icon
from vae_desktop.ui.labels import MutedLabel

_MARK, _LABEL, _EDITOR, _UNIT = range(4)


class FieldRow(QObject):
    """The widgets of one setting, placed in two rows of a shared grid.

    Attributes:
        obstacle: the sentence that says what is wrong with the value, or "".
    """

    changed = Signal()

    def __init__(self, section: str, name: str, editor: Editor | None = None) -> None:
        super().__init__()
        self.section, self.name = section, name
        field = field_of(section, name)
        self.default = field.default
        self.title = field.title or name
        self.more = bool((field.json_schema_extra or {}).get("more"))  # type: ignore[union-attr]
        self.obstacle = ""
        self.editor = editor or editor_of(section, name)
        self.label = QLabel(self.title)
        self.label.setBuddy(self.editor.control)
        self.unit = MutedLabel(unit_of(field))
        self.message = QLabel()
        self.message.setForegroundRole(QPalette.ColorRole.BrightText)
        self.message.setWordWrap(True)
        self.reset_button = QToolButton()
        self._dress(field.description or "")
        self.editor.changed.connect(self._on_edited)
        self.reset_button.clicked.connect(self.reset)
        self.reset()
        self._on_edited()

    def _dress(self, sentence: str) -> None:
        for widget in (self.label, self.editor, self.unit):
            widget.setToolTip(f"<span>{sentence}</span>")
        self.editor.control.setAccessibleName(self.title)
        self.editor.control.setAccessibleDescription(sentence)
        self.reset_button.setAutoRaise(True)
        self.reset_button.setIconSize(QSize(12, 12))
        self.reset_button.setFixedSize(18, 18)
        self.reset_button.setAccessibleName(f"Reset {self.title}")
        self.message.hide()

    def place(self, grid: QGridLayout) -> None:
        """Put the widgets into the next two rows of a grid."""
        row = grid.rowCount()
        grid.addWidget(self.reset_button, row, _MARK)
        grid.addWidget(self.label, row, _LABEL)
        if self.unit.text():
            grid.addWidget(self.editor, row, _EDITOR)
            grid.addWidget(self.unit, row, _UNIT)
        else:
            grid.addWidget(self.editor, row, _EDITOR, 1, 2)
        grid.addWidget(self.message, row + 1, _LABEL, 1, 3)

    def value(self) -> Any:
        """What the setting is now.

        Raises:
            ConfigError: it cannot be, with the sentence that the row shows.
        """
        try:
            value = self.editor.value()
        except ConfigError as error:
            raise ConfigError(f"{self.title}: {error}") from error
        RunConfig.parse({self.section: {self.name: value}})
        return value

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self.editor.set_value(value)

    def reset(self) -> None:
        """Show the default."""
        self.set_value(self.default)

    @property
    def is_changed(self) -> bool:
        """True where the value is not the default."""
        try:
            return bool(self.editor.value() != self.default)
        except ConfigError:
            return True

    def show_row(self, visible: bool) -> None:
        """Show or hide the whole row."""
        for widget in (self.label, self.editor):
            widget.setVisible(visible)
        self.unit.setVisible(visible and bool(self.unit.text()))
        keep_room(self.reset_button, visible)
        self.reset_button.setVisible(visible and self.is_changed)
        self.message.setVisible(visible and bool(self.obstacle))

    def set_enabled(self, enabled: bool) -> None:
        """Let the value be edited, or only read."""
        self.editor.setEnabled(enabled)
        self.reset_button.setEnabled(enabled)

    def tint(self, colours: QPalette) -> None:
        """Take the colours of a palette."""
        self.reset_button.setIcon(icon("reset", colours, QPalette.ColorRole.Highlight))

    def _on_edited(self) -> None:
        try:
            self.value()
        except ConfigError as error:
            self.obstacle = str(error)
        else:
            self.obstacle = ""
        self._show_verdict()
        self.changed.emit()

    def _show_verdict(self) -> None:
        shown = not self.editor.isHidden()
        self.message.setText(self.obstacle)
        self.message.setVisible(shown and bool(self.obstacle))
        self.reset_button.setVisible(shown and self.is_changed)
        self.reset_button.setToolTip(f"Changed; reset to {_text(self.default)}")


def keep_room(widget: QWidget, keep: bool) -> None:
    """Let a widget keep its place while it is hidden, so that nothing beside it moves."""
    policy = widget.sizePolicy()
    policy.setRetainSizeWhenHidden(keep)
    widget.setSizePolicy(policy)


def _text(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int | float) else str(value)
