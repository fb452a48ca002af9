"""Measures the run on view in the background, and shows every number with what it means."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QLabel, QSpinBox, QWidget

from vae_desktop.core.progress import Progress
from vae_desktop.session.jobs import JobRunner
from vae_desktop.session.measuring import Measured
from vae_desktop.session.state import Failure, State
from vae_desktop.ui.fonts import use_tabular
from vae_desktop.ui.labels import MutedLabel
from vae_desktop.ui.measured_rows import as_text, rows_of, title_of
from vae_desktop.ui.result_panel import ResultPanel

Measure = Callable[[Path, int, Progress], Measured]
"""Measures the run in a folder with so many samples; called in the background."""

_SAMPLES, _MOST_SAMPLES = 50, 5000
_ASKS = "Measure the run on its whole test set."
_NO_RUN = "There is no run to measure. Train one, or open one."
_TRAINS = "The run can be measured when training has ended."


class MeasurePanel(ResultPanel):
    """A button, how far it is, and the numbers.

    Args:
        measure: does the work.
    """

    def __init__(self, measure: Measure) -> None:
        super().__init__("Measurements", "Measure")
        self._measure, self._jobs = measure, JobRunner(self)
        self._folder: Path | None = None
        self._active = False
        self.measured: Measured | None = None
        self.caption = MutedLabel(_NO_RUN)
        self.caption.setWordWrap(True)
        self.table = QWidget()
        self.samples = QSpinBox()
        self._dress()
        self.stack(self.caption, (MutedLabel("k"), self.samples), beside=False)
        self.show_results(self.table)
        self._connect()
        self._show_controls()

    def show_run(self, folder: Path) -> None:
        """Another run comes on view."""
        self._jobs.cancel()
        self._folder, self.measured = folder, None
        self._show_rows()
        self._show_controls()

    def show_state(self, state: State) -> None:
        """The session is now in this state."""
        self._active = state.active
        self._show_controls()

    def shutdown(self) -> None:
        """End what runs in the background, and wait for it."""
        self._jobs.shutdown()

    def _dress(self) -> None:
        self.samples.setRange(1, _MOST_SAMPLES)
        self.samples.setValue(_SAMPLES)
        self.samples.setAccessibleName("Samples per image")
        self.samples.setToolTip(
            "<span>k: posterior samples per image for the importance-weighted bound; more make "
            "it tighter and take longer.</span>"
        )
        self.copy_button.setToolTip("Put the numbers on the clipboard.")

    def _connect(self) -> None:
        self.button.clicked.connect(self._on_clicked)
        self.copy_button.clicked.connect(self._on_copy)
        self.job.cancel_requested.connect(self._jobs.cancel)
        self._jobs.started.connect(self._on_started)
        self._jobs.progressed.connect(self.job.show_progress)
        self._jobs.done.connect(self._on_done)
        self._jobs.failed.connect(self._on_failed)
        self._jobs.cancelled.connect(self._on_ended)

    def _show_controls(self) -> None:
        can = self._folder is not None and not self._active and not self._jobs.busy
        self.button.setEnabled(can)
        self.samples.setEnabled(can)
        self.copy_button.setVisible(self.measured is not None)
        if self._folder is None:
            self.caption.setText(_NO_RUN)
        elif self._active:
            self.caption.setText(_TRAINS)
        else:
            self.caption.setText(title_of(self.measured) if self.measured else _ASKS)

    def _show_rows(self) -> None:
        self.table = QWidget()
        grid = QGridLayout(self.table)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        rows = rows_of(self.measured) if self.measured else []
        for index, row in enumerate(rows):
            value, how = QLabel(row.value), MutedLabel(row.how)
            use_tabular(value, bold=True)
            for label in (value, how):
                label.setWordWrap(True)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(QLabel(row.name), 2 * index, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, 2 * index, 1)
            grid.addWidget(how, 2 * index + 1, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(2 * len(rows), 1)
        self.show_results(self.table)

    def _on_clicked(self) -> None:
        if self._folder is not None:
            self._jobs.start(partial(self._measure, self._folder, self.samples.value()))

    def _on_started(self) -> None:
        self.job.begin()
        self._show_controls()

    def _on_done(self, measured: Measured) -> None:
        self.measured = measured
        self._show_rows()
        self._on_ended()

    def _on_failed(self, failure: Failure) -> None:
        self._on_ended()
        self.caption.setText(failure.sentence)

    def _on_ended(self) -> None:
        self.job.end()
        self._show_controls()

    def _on_copy(self) -> None:
        if self.measured is not None:
            QGuiApplication.clipboard().setText(as_text(self.measured))
