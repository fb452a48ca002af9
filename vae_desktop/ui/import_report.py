"""What an import changed and what it left out."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from vae_desktop.core.data.import_options import Skipped
from vae_desktop.ui.labels import Heading, MutedLabel
from vae_desktop.ui.numbers import count

_MOST_LINES = 1_000


class ImportReport(QWidget):
    """The notes as sentences, and a list of skipped files that can be scrolled and copied."""

    def __init__(self) -> None:
        super().__init__()
        self.notes = MutedLabel()
        self.notes.setWordWrap(True)
        self.heading = Heading("Left out")
        self.skipped = QPlainTextEdit()
        self.skipped.setReadOnly(True)
        self.skipped.setTabChangesFocus(True)
        self.skipped.setAccessibleName("Files that were left out")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.notes)
        layout.addWidget(self.heading, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.skipped, 1)

    def show_report(self, notes: Sequence[str], skipped: Sequence[Skipped]) -> None:
        """Show another report; what has nothing to say is hidden."""
        self.notes.setText("\n".join(notes))
        self.notes.setVisible(bool(notes))
        lines = [f"{file.name}: {file.reason}" for file in skipped[:_MOST_LINES]]
        if len(skipped) > _MOST_LINES:
            lines.append(f"… and {count(len(skipped) - _MOST_LINES)} more")
        self.skipped.setPlainText("\n".join(lines))
        self.heading.remark.setText(count(len(skipped)))
        for widget in (self.heading, self.skipped):
            widget.setVisible(bool(skipped))
