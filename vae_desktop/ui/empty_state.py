"""What a place shows that has nothing to show yet: one sentence, perhaps one button."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from vae_desktop.ui.primary_button import PrimaryButton


class EmptyState(QWidget):
    """A sentence in the middle and, where something can be done, the button that does it."""

    requested = Signal()

    def __init__(self, sentence: str, button: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setSpacing(16)
        layout.addStretch(2)
        self.sentence = QLabel(sentence)
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self.sentence)
        if button:
            self.button = PrimaryButton(button)
            self.button.clicked.connect(self.requested)
            layout.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
