"""Before own pictures are imported: what is there, and how the model will see it."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.core.config import DataConfig
from vae_desktop.core.data.dataset import shape_text
from vae_desktop.core.data.import_options import ImportOptions
from vae_desktop.core.data.scan_result import Scan, usual_size
from vae_desktop.core.imaging import tile
from vae_desktop.session.import_preview import ImportPreview
from vae_desktop.session.state import Failure
from vae_desktop.ui.class_counts import ClassCounts
from vae_desktop.ui.column_scroll import ColumnScroll
from vae_desktop.ui.import_options_form import ImportOptionsForm
from vae_desktop.ui.import_report import ImportReport
from vae_desktop.ui.job_line import JobLine
from vae_desktop.ui.labels import Caption, Heading, MutedLabel
from vae_desktop.ui.messages import MessageBar
from vae_desktop.ui.numbers import count
from vae_desktop.ui.picture_view import PictureView
from vae_desktop.ui.primary_button import PrimaryButton

_SIZE = (960, 640)
_SIDE_WIDTH = 336
_COLUMNS = (4, 6, 8, 10, 12, 16)
_GAP = 2
_MOST_SIZES = 3


class ImportDialog(QDialog):
    """Scans in the background, previews every change of the options, and asks for the word.

    Args:
        path: the file or folder.
        options: what the form begins with.
        preview: scans and fits.
    """

    chosen = Signal(object)

    def __init__(
        self, path: Path, options: ImportOptions, preview: ImportPreview, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._path, self._preview = path, preview
        self._pictures: NDArray[np.uint8] = np.zeros((0, 1, 1, 1), np.uint8)
        self.setWindowTitle(f"Import {path.name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form = ImportOptionsForm(options)
        self.view = PictureView()
        self.view.setAccessibleName("Preview")
        self.caption = Caption()
        self.found = MutedLabel()
        self.classes = ClassCounts(choosable=False)
        self.class_heading = Heading("Classes")
        self.report = ImportReport()
        self.job = JobLine(cancellable=False)
        self.messages = MessageBar()
        self.import_button = PrimaryButton("Import")
        self.cancel_button = QPushButton("Cancel")
        self.resize(*_SIZE)
        self._lay_out()
        self.import_button.setEnabled(False)
        self.form.setEnabled(False)
        self._connect()
        self.job.begin()
        preview.start(path)

    def done(self, result: int) -> None:
        self._preview.cancel()
        super().done(result)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_pictures()

    def _connect(self) -> None:
        self.form.changed.connect(self._on_form_changed)
        self.import_button.clicked.connect(self._on_import)
        self.cancel_button.clicked.connect(self.reject)
        self._preview.progressed.connect(self.job.show_progress)
        self._preview.scanned.connect(self._on_scanned)
        self._preview.scan_failed.connect(self._on_failed)
        self._preview.previewed.connect(self._on_previewed)
        self._preview.preview_failed.connect(self._on_failed)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(Heading("As the model will see them"))
        top.addWidget(self.caption, 1)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addLayout(top)
        left.addWidget(self.view, 1)
        columns = QHBoxLayout()
        columns.setSpacing(24)
        columns.addLayout(left, 1)
        columns.addWidget(self._side())
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.job, 1)
        buttons.addStretch()
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.import_button)
        self.import_button.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(columns, 1)
        layout.addWidget(self.messages)
        layout.addLayout(buttons)
        for widget in (self.class_heading, self.classes, self.report):
            widget.hide()  # until the scan tells what is there

    def _side(self) -> QWidget:
        side = QWidget()
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(8)
        layout.addWidget(Heading(self._path.name))
        self.found.setWordWrap(True)
        layout.addWidget(self.found)
        layout.addWidget(self.form)
        layout.addSpacing(8)
        layout.addWidget(self.class_heading, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.classes)
        layout.addWidget(self.report)
        layout.addStretch()
        scroll = ColumnScroll(side, _SIDE_WIDTH)
        scroll.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        return scroll

    def _show_pictures(self) -> None:
        """Tile the preview so that its pictures come out as large as they can."""
        if not len(self._pictures):
            return
        height, width = self._pictures.shape[2:]

        def scale(columns: int) -> float:
            rows = -(-len(self._pictures) // columns)
            return self.view.scale_for(columns * (width + _GAP), rows * (height + _GAP))

        columns = max(_COLUMNS, key=scale)
        self.view.show_picture(tile(self._pictures, columns, _GAP))

    def _on_scanned(self, scan: Scan) -> None:
        self.job.end()
        self.form.setEnabled(True)
        self.form.show_found(scan.sizes[0][0], usual_size(scan), scan.has_test)
        self.found.setText(f"{scan.kind.capitalize()}, {count(scan.count)} in all: {_sizes(scan)}.")
        self.import_button.setText(f"Import {count(scan.count)} pictures")
        names = [name for name, _ in scan.class_counts]
        self.class_heading.remark.setText(count(len(names)))
        self.classes.show_counts(names, [number for _, number in scan.class_counts])
        for widget in (self.class_heading, self.classes):
            widget.setVisible(bool(names))
        self.report.show_report(scan.notes, scan.skipped)
        self.report.show()
        self._preview.show(self.form.options())

    def _on_form_changed(self) -> None:
        self.import_button.setEnabled(False)
        self._preview.show(self.form.options())

    def _on_previewed(self, pictures: NDArray[np.uint8]) -> None:
        self._pictures = pictures
        self.messages.hide()
        self._show_pictures()
        self.import_button.setEnabled(True)
        scan = self._preview.scan
        whole = count(scan.count) if scan else ""
        self.caption.setText(f"{count(len(pictures))} of {whole} · {shape_text(pictures.shape)}")

    def _on_failed(self, failure: Failure) -> None:
        self.job.end()
        self.import_button.setEnabled(False)
        self.messages.show_failure(failure)

    def _on_import(self) -> None:
        options = self.form.options()
        self.accept()
        self.chosen.emit(DataConfig(source="own", folder=str(self._path), pictures=options))


def _sizes(scan: Scan) -> str:
    """The most common sizes: '640×480 (90), 320×240 (12) and 4 more sizes'."""
    if len(scan.sizes) == 1:
        return "{}×{}".format(*scan.sizes[0][0])
    parts = [f"{width}×{height} ({count(n)})" for (width, height), n in scan.sizes[:_MOST_SIZES]]
    rest = len(scan.sizes) - _MOST_SIZES
    return ", ".join(parts) + (f" and {rest} more sizes" if rest > 0 else "")
