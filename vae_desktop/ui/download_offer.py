"""What is shown of a standard set that is not on disk: what it is, and two ways to get it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from vae_desktop.core.data.catalogue import Source
from vae_desktop.ui.labels import Heading, MutedLabel
from vae_desktop.ui.primary_button import PrimaryButton

_WIDTH = 480


class DownloadOffer(QWidget):
    """One sentence and two buttons; nothing is downloaded before one of them is pressed."""

    download_requested = Signal(str)
    folder_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.source: Source | None = None
        self.heading = Heading("")
        self.sentence = QLabel()
        self.licence = MutedLabel()
        self.download_button = PrimaryButton()
        self.folder_button = QPushButton("Choose a folder…")
        self.folder_button.setToolTip("Take the files from a folder where they are already.")
        self._lay_out()
        self.download_button.clicked.connect(self._on_download)
        self.folder_button.clicked.connect(self._on_folder)

    def show_source(self, source: Source) -> None:
        """Offer another set."""
        self.source = source
        size = f"{source.download_mb:,.0f} MB"
        self.heading.title.setText(source.title)
        self.sentence.setText(f"{source.sentence} It is not on this computer yet.")
        self.licence.setText(source.licence)
        self.download_button.setText(f"Download, {size}")
        self.download_button.setToolTip(f"Fetch {size} from the internet and keep it.")

    def show_busy(self, busy: bool) -> None:
        """Let neither be asked for while something is on its way."""
        self.download_button.setEnabled(not busy)
        self.folder_button.setEnabled(not busy)

    def _lay_out(self) -> None:
        column = QWidget()
        column.setMaximumWidth(_WIDTH)
        layout = QVBoxLayout(column)
        layout.setSpacing(8)
        layout.addStretch(2)
        layout.addWidget(self.heading)
        for label in (self.sentence, self.licence):
            label.setWordWrap(True)
            layout.addWidget(label)
        layout.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.download_button)
        buttons.addWidget(self.folder_button)
        buttons.addStretch()
        layout.addLayout(buttons)
        layout.addStretch(3)
        outer = QHBoxLayout(self)
        outer.addStretch()
        outer.addWidget(column, 8)
        outer.addStretch()
        outer.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def _on_download(self) -> None:
        assert self.source is not None
        self.download_requested.emit(self.source.key)

    def _on_folder(self) -> None:
        assert self.source is not None
        self.folder_requested.emit(self.source.key)
