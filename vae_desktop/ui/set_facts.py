"""What is known of a data set as a whole: classes, mean image, pixels, where it is from."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.data.summary import Summary
from vae_desktop.ui.class_counts import ClassCounts
from vae_desktop.ui.field_row import keep_room
from vae_desktop.ui.fonts import use_tabular
from vae_desktop.ui.labels import Heading, MutedLabel
from vae_desktop.ui.numbers import count
from vae_desktop.ui.picture_view import PictureView
from vae_desktop.ui.pictures import to_picture

_MEAN_ROOM = (168, 140)  # pixels, width and height
_BORDER = 8
_FINGERPRINT_DIGITS = 12
_FIGURES = ("Mean", "Deviation", "Zero")
_MEANINGS = {
    "Mean": "Mean of all pixel values; 0 is black, 1 is white.",
    "Deviation": "Standard deviation of all pixel values.",
    "Zero": "Share of the pixel values that are exactly 0.",
}


class SetFacts(QWidget):
    """The overview beside the samples; classes can be chosen in it."""

    def __init__(self) -> None:
        super().__init__()
        self.classes = ClassCounts(choosable=True)
        self.class_heading = Heading("Classes")
        self.all_button = QToolButton()
        self.all_button.setText("Show all")
        self.all_button.setToolTip("Show the pictures of all classes again.")
        self.all_button.setAutoRaise(True)
        keep_room(self.all_button, True)
        self.mean_heading = Heading("Mean image", "of the training images")
        self.mean_view = PictureView()
        self.mean_view.setAccessibleName("Mean image")
        self.figures = {name: QLabel() for name in _FIGURES}
        self.basis = MutedLabel()
        self.about = MutedLabel()
        self._lay_out()
        self.all_button.clicked.connect(self.classes.clearSelection)
        self.classes.filter_changed.connect(self._on_filter_changed)

    def show_set(self, data: Dataset) -> None:
        """Show another set; its summary follows."""
        has_classes = bool(data.label_names)
        for widget in (self.class_heading, self.all_button, self.classes):
            widget.setVisible(has_classes)
        self.classes.clearSelection()
        self.class_heading.remark.setText(count(len(data.label_names)))
        self._on_filter_changed()
        self._show_mean(np.zeros(data.image_shape, np.uint8))
        self.show_summary(None)
        self.about.setText(
            f"{data.source}\n\n{data.licence}\n\n"
            f"Fingerprint {data.fingerprint[:_FINGERPRINT_DIGITS]}"
        )
        self.about.setToolTip(f"Fingerprint {data.fingerprint}")

    def show_summary(self, summary: Summary | None) -> None:
        """Show mean image and pixel figures; None while they are on their way."""
        if summary is None:
            self.basis.setText("Measuring…")
            for figure in self.figures.values():
                figure.setText("–")
            return
        self._show_mean(summary.mean_image)
        self.figures["Mean"].setText(f"{summary.mean:.3f}")
        self.figures["Deviation"].setText(f"{summary.std:.3f}")
        self.figures["Zero"].setText(f"{summary.zero_share:.1%}")
        some = f"{count(summary.images)} of " if summary.images < summary.of else ""
        self.basis.setText(f"Measured on {some}{count(summary.of)} images")

    def _show_mean(self, image: NDArray[np.uint8]) -> None:
        height, width = image.shape[1:]
        fitting = min(_MEAN_ROOM[0] / width, _MEAN_ROOM[1] / height)
        scale = int(fitting) if fitting >= 1 else fitting
        self.mean_view.setFixedSize(round(width * scale) + _BORDER, round(height * scale) + _BORDER)
        self.mean_view.show_picture(to_picture(image))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.class_heading)
        top.addStretch()
        top.addWidget(self.all_button)
        mean = QHBoxLayout()
        mean.setSpacing(16)
        mean.addWidget(self.mean_view, alignment=Qt.AlignmentFlag.AlignTop)
        mean.addLayout(self._figure_column(), 1)
        self.about.setWordWrap(True)
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 8, 0)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self.classes)
        layout.addSpacing(8)
        layout.addWidget(self.mean_heading, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(mean)
        layout.addSpacing(8)
        layout.addWidget(Heading("About"))
        layout.addWidget(self.about)
        layout.addStretch(1)

    def _figure_column(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        for row, (name, figure) in enumerate(self.figures.items()):
            label = MutedLabel(name)
            use_tabular(figure)
            for widget in (label, figure):
                widget.setToolTip(_MEANINGS[name])
            figure.setAccessibleName(name)
            grid.addWidget(label, row, 0)
            grid.addWidget(figure, row, 1, Qt.AlignmentFlag.AlignRight)
        self.basis.setWordWrap(True)
        column.addLayout(grid)
        column.addSpacing(4)
        column.addWidget(self.basis)
        column.addStretch()
        return column

    def _on_filter_changed(self) -> None:
        self.all_button.setVisible(bool(self.classes.chosen_classes))
