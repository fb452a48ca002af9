"""A group of rows under a heading that folds."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from vae_desktop.ui.field_row import FieldRow, keep_room
from vae_desktop.ui.fold_button import FoldButton


class FoldGroup(QWidget):
    """Settings under a heading; the rarer ones unfold below "More".

    Attributes:
        rows: the settings, in order.
    """

    changed = Signal()

    def __init__(self, title: str, rows: list[FieldRow]) -> None:
        super().__init__()
        self.rows = rows
        self.header = FoldButton(title, f"Settings of {title}", heading=True)
        self.more_button = FoldButton("More", f"More settings of {title}", heading=False)
        self.reset_button = QToolButton()
        self.reset_button.setText("Reset")
        self.reset_button.setToolTip(f"Set all of {title} back.")
        self.reset_button.setAccessibleName(f"Reset {title}")
        self.reset_button.setAutoRaise(True)
        keep_room(self.reset_button, True)
        self.body = QWidget()
        self._lay_out()
        self.header.toggled.connect(self.body.setVisible)
        self.more_button.toggled.connect(self._on_more_toggled)
        self.reset_button.clicked.connect(self._on_reset)
        for row in rows:
            row.changed.connect(self.changed)
        self.tint()
        self.show_rows()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.header)
        top.addStretch()
        top.addWidget(self.reset_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.body)
        self._fill_grid(QGridLayout(self.body))

    def _fill_grid(self, grid: QGridLayout) -> None:
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, 20)
        grid.setColumnStretch(2, 1)
        for row in self.rows:
            if not row.more:
                row.place(grid)
        grid.addWidget(self.more_button, grid.rowCount(), 1, 1, 3)
        for row in self.rows:
            if row.more:
                row.place(grid)

    def show_rows(self, *, keep: bool = False) -> None:
        """Show what counts: of the rarer settings only the changed ones, unless unfolded.

        `keep`: also those that are shown already, which somebody may be editing.
        """
        unfolded = self.more_button.isChecked()
        for row in self.rows:
            wanted = not row.more or unfolded or row.is_changed or (keep and row.is_shown)
            row.show_row(wanted and (row.counts or row.editor.illustrates))
        self.more_button.setVisible(any(row.more and row.counts for row in self.rows))
        self.reset_button.setVisible(any(row.is_changed for row in self.rows))

    def set_enabled(self, enabled: bool) -> None:
        """Let the values be edited, or only read."""
        self.reset_button.setEnabled(enabled)
        for row in self.rows:
            row.set_enabled(enabled)

    def tint(self) -> None:
        """Take the colours of the palette."""
        for row in self.rows:
            row.tint(self.palette())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.tint()
        elif event.type() == QEvent.Type.FontChange:
            for row in self.rows:
                row.fit()

    def _on_more_toggled(self) -> None:
        self.show_rows()

    def _on_reset(self) -> None:
        for row in self.rows:
            row.reset()
