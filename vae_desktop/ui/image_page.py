"""One picture of a set, as large as it fits, with all that is known of it."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from vae_desktop.ui.fonts import use_tabular
from vae_desktop.ui.labels import MutedLabel
from vae_desktop.ui.pictures import to_picture
from vae_desktop.ui.side_view import SideView


class ImagePage(QWidget):
    """The picture that was picked among the samples."""

    def __init__(self) -> None:
        super().__init__()
        self.view = SideView()
        self.view.setAccessibleName("Picked image")
        self.title = QLabel()
        self.title.setWordWrap(True)
        self.names, self.values = MutedLabel(), QLabel()
        use_tabular(self.values)
        self.values.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.values.setAccessibleName("Factors")
        factors = QGridLayout()
        factors.addWidget(self.names, 0, 0)
        factors.addWidget(self.values, 0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.title)
        layout.addWidget(self.view, 1)
        layout.addLayout(factors)
        layout.addStretch()

    def show_image(
        self, image: NDArray[np.uint8], title: str, factors: Iterable[tuple[str, str]]
    ) -> None:
        """Show another picture.

        Args:
            image: uint8 (C, H, W).
            title: what it is.
            factors: what is known of it, names and values.
        """
        self.view.show_picture(to_picture(image))
        self.title.setText(title)
        pairs = list(factors)
        self.names.setText("\n".join(name for name, _ in pairs))
        self.values.setText("\n".join(value for _, value in pairs))
