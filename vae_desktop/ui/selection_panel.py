"""The selected images: the worst rebuilt first, how many of each class, and their mean."""

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from vae_desktop.core.latents import Cloud, PictureSet, Rows
from vae_desktop.ui.cursor_panel import vector_text
from vae_desktop.ui.labels import Caption, MutedLabel
from vae_desktop.ui.numbers import count
from vae_desktop.ui.picture_strip import PictureStrip

THUMBNAILS = 48
_MEANING = (
    "The error is that of the decoded mean: squared, summed over the pixels, averaged over the "
    "selected images. The thumbnails begin with the largest."
)
_HINT = (
    "Nothing is selected. Draw a rectangle or a lasso on the map; Ctrl adds to the selection, "
    "Alt takes away from it."
)


class SelectionPanel(QWidget):
    """Shows a selection and lets it be saved.

    Attributes:
        measured: the selected images with their errors; None while they are measured.
        order: places in `measured`, from the largest error to the smallest.
    """

    csv_requested = Signal()
    pictures_requested = Signal()
    cleared = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.measured: Cloud | None = None
        self.order = np.zeros(0, np.intp)
        self.hint = MutedLabel(_HINT)
        self.hint.setWordWrap(True)
        self.summary, self.classes, self.mean = (Caption() for _ in range(3))
        self.thumbnails = PictureStrip("Selected images, the largest error first")
        self.thumbnails.setToolTip(_MEANING)
        self.csv = QPushButton("Save as CSV…")
        self.csv.setToolTip("Index, label and code of every selected image.")
        self.save = QPushButton("Save pictures…")
        self.save.setToolTip("The thumbnails as one PNG.")
        self.clear = QPushButton("Clear")
        self.csv.clicked.connect(self.csv_requested)
        self.save.clicked.connect(self.pictures_requested)
        self.clear.clicked.connect(self.cleared)
        self._lay_out()
        self.show_nothing()

    def show_nothing(self) -> None:
        """Nothing is selected."""
        self.measured = None
        self._show(selected=False)
        self.thumbnails.show_pictures(np.zeros((0, 1, 1, 1), np.uint8))
        for label in (self.summary, self.classes, self.mean):
            label.setText("")

    def show_rows(self, rows: Rows, pictures: PictureSet, names: tuple[str, ...]) -> None:
        """So many are selected; how well they are rebuilt follows."""
        self._show(selected=True)
        self.summary.setText(f"{count(len(rows))} of {count(len(pictures))} images selected")
        self.classes.setText(counts_text(rows, pictures, names))

    def show_measured(self, measured: Cloud, pictures: PictureSet) -> None:
        """Show the thumbnails in order of error."""
        if measured.error is None:
            return
        self.measured = measured
        self.order = np.argsort(-measured.error, kind="stable")
        first = measured.rows[self.order[:THUMBNAILS]]
        self.thumbnails.show_pictures(pictures.images(first))
        self.summary.setText(
            f"{count(len(measured))} of {count(measured.total)} images · "
            f"squared error {measured.error.mean():.1f} · step {count(measured.step)}"
        )
        self.mean.setText(f"mean μ = {vector_text(measured.mu.mean(axis=0))} · largest error first")

    def _show(self, *, selected: bool) -> None:
        self.hint.setVisible(not selected)
        for widget in (self.csv, self.save, self.clear):
            widget.setEnabled(selected)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for button in (self.csv, self.save, self.clear):
            buttons.addWidget(button)
        buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self.hint, self.summary, self.classes, self.mean):
            layout.addWidget(widget)
        layout.addWidget(self.thumbnails, 1)
        layout.addLayout(buttons)


def counts_text(rows: Rows, pictures: PictureSet, names: tuple[str, ...]) -> str:
    """How many are of each class, the most frequent first: "3: 120 · 5: 40"."""
    if pictures.labels is None or not names:
        return ""
    counts = np.bincount(pictures.labels[rows], minlength=len(names))
    order = np.argsort(-counts, kind="stable")
    return " · ".join(f"{names[k]}: {count(int(counts[k]))}" for k in order if counts[k])
