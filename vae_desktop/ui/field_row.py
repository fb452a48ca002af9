"""One setting in the form: its mark, label, editor, unit, and what is wrong with it."""

from html import escape
from typing import Any

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QWidget

from vae_desktop.core.config import RunConfig, applies_to, field_of, limits_text, unit_of
from vae_desktop.core.errors import ConfigError
from vae_desktop.ui.editors import Editor, editor_of
from vae_desktop.ui.icons import icon
from vae_desktop.ui.labels import MutedLabel

_MARK, _LABEL, _EDITOR, _UNIT = range(4)
_LABEL_ROOM, _UNIT_ROOM = "Learning rate", "per latent"
"""Texts as wide as the columns of labels and of units; what is longer goes on below."""


class FieldRow(QObject):
    """The widgets of one setting, placed in two rows of a shared grid.

    Attributes:
        counts: False where the other settings make this one meaningless.
        more: True for a setting that is shown under "More".
        applies: where it counts, by the full names of other settings.
    """

    changed = Signal()

    def __init__(self, section: str, name: str, editor: Editor | None = None) -> None:
        super().__init__()
        self.section, self.name = section, name
        field = field_of(section, name)
        self.default = field.default
        self.title = field.title or name
        self.more = bool((field.json_schema_extra or {}).get("more"))  # type: ignore[union-attr]
        self.applies = applies_to(field)
        self.counts = True
        self._wrong = self._conflict = ""
        self.editor = editor or editor_of(section, name)
        self.label = QLabel(self.title)
        self.label.setBuddy(self.editor.control)
        self.unit = MutedLabel(unit_of(field))
        self.message = QLabel()
        self.reset_button = QToolButton()
        self._dress(field.description or "", limits_text(field))
        self.editor.changed.connect(self._on_edited)
        self.reset_button.clicked.connect(self.reset)
        self.reset()
        self._on_edited()

    def _dress(self, sentence: str, limits: str) -> None:
        allowed = f"Allowed: {limits} {self.unit.text()}".strip() + "." if limits else ""
        tip = escape(sentence, quote=False) + (f"<br>{allowed}" if allowed else "")
        for widget in (self.label, self.editor, self.unit):
            widget.setToolTip(f"<span>{tip}</span>")
        self.editor.control.setAccessibleName(self.title)
        self.editor.control.setAccessibleDescription(f"{sentence} {allowed}".strip())
        self.reset_button.setAutoRaise(True)
        self.reset_button.setIconSize(QSize(12, 12))
        self.reset_button.setFixedSize(18, 18)
        self.reset_button.setAccessibleName(f"Reset {self.title}")
        self.message.setForegroundRole(QPalette.ColorRole.BrightText)
        for label in (self.label, self.unit, self.message):
            label.setWordWrap(True)
        self.message.hide()

    def place(self, grid: QGridLayout) -> None:
        """Put the widgets into the next two rows of a grid."""
        row = grid.rowCount()
        top = Qt.AlignmentFlag.AlignTop if self.editor.wide else Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(self.reset_button, row, _MARK, top)
        if self.editor.wide:
            grid.addWidget(self.editor, row, _LABEL, 1, 3)
        else:
            grid.addWidget(self.label, row, _LABEL)
            grid.addWidget(self.editor, row, _EDITOR, 1, 1 if self.unit.text() else 2)
            grid.addWidget(self.unit, row, _UNIT)
        grid.addWidget(self.message, row + 1, _LABEL, 1, 3)
        self.fit()

    def fit(self) -> None:
        """Take the widths that go with the size of the text; they are the same in all rows."""
        metrics = self.label.fontMetrics()
        self.label.setFixedWidth(metrics.horizontalAdvance(_LABEL_ROOM) + 8)
        self.unit.setFixedWidth(metrics.horizontalAdvance(_UNIT_ROOM) + 4)

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
    def obstacle(self) -> str:
        """What is wrong with the value, alone or beside the others, or ""."""
        return (self._wrong or self._conflict) if self.counts else ""

    @property
    def is_wrong(self) -> bool:
        """True where the value alone cannot be."""
        return bool(self._wrong)

    @property
    def is_changed(self) -> bool:
        """True where the value counts and is not the default."""
        if not self.counts:
            return False
        try:
            return bool(self.editor.value() != self.default)
        except ConfigError:
            return True

    @property
    def is_shown(self) -> bool:
        """True where the row is to be seen."""
        return not self.editor.isHidden()

    def show_row(self, visible: bool) -> None:
        """Show or hide the whole row."""
        self.label.setVisible(visible and not self.editor.wide)
        self.editor.setVisible(visible)
        self.unit.setVisible(visible and bool(self.unit.text()))
        keep_room(self.reset_button, visible)
        self._show_verdict()

    def show_conflict(self, sentence: str) -> None:
        """Say that the value does not go with the other settings; "" where it does."""
        self._conflict = sentence
        self._show_verdict()

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
            self._wrong = str(error)
        else:
            self._wrong = ""
        self._show_verdict()
        self.changed.emit()

    def _show_verdict(self) -> None:
        self.message.setText(self.obstacle)
        self.message.setVisible(self.is_shown and bool(self.obstacle))
        self.reset_button.setVisible(self.is_shown and self.is_changed)
        default = self.editor.text_of(self.default)
        self.reset_button.setToolTip(f"Changed; reset to {default}" if default else "Reset")


def keep_room(widget: QWidget, keep: bool) -> None:
    """Let a widget keep its place while it is hidden, so that nothing beside it moves."""
    policy = widget.sizePolicy()
    policy.setRetainSizeWhenHidden(keep)
    widget.setSizePolicy(policy)
