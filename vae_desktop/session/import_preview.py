"""A look at pictures before they are imported, in the background."""

import math
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from vae_desktop.core.data import own
from vae_desktop.core.data.import_options import Colour, ImportOptions
from vae_desktop.core.data.scan_result import plan_for
from vae_desktop.core.progress import Progress
from vae_desktop.session.jobs import JobRunner

PREVIEW_BYTES = 2**23
"""Bytes (8 MiB) that a preview may have, so that it is drawn without a pause."""


class ImportPreview(QObject):
    """Scans a path once, then shows its sample as any options make it."""

    progressed = Signal(float, str)
    scanned = Signal(object)
    scan_failed = Signal(object)
    previewed = Signal(object)
    preview_failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scan: own.Scan | None = None
        self._scanning = JobRunner(self)
        self._fitting = JobRunner(self)
        self._scanning.progressed.connect(self.progressed)
        self._scanning.done.connect(self._on_scanned)
        self._scanning.failed.connect(self.scan_failed)
        self._fitting.done.connect(self.previewed)
        self._fitting.failed.connect(self.preview_failed)

    def start(self, path: Path) -> None:
        """Scan a file or folder; `scanned` or `scan_failed` follows."""
        self.scan = None
        self._fitting.cancel()
        self._scanning.start(partial(own.scan, path))

    def show(self, options: ImportOptions) -> None:
        """Fit the sample anew; `previewed` or `preview_failed` follows for the newest options."""
        if self.scan is not None:
            self._fitting.start(partial(_fit, self.scan, options))

    def cancel(self) -> None:
        """Give up the scan."""
        self._scanning.cancel()
        self._fitting.cancel()

    def shutdown(self) -> None:
        """Give up the scan and wait until it has ended."""
        self._scanning.shutdown()
        self._fitting.shutdown()

    @Slot(object)
    def _on_scanned(self, scan: own.Scan) -> None:
        self.scan = scan
        self.scanned.emit(scan)


def _fit(scan: own.Scan, options: ImportOptions, progress: Progress) -> NDArray[np.uint8]:
    """The sample as the model will see it; of large pictures only some, from all over it."""
    plan = plan_for(scan, options)
    most = max(1, PREVIEW_BYTES // math.prod(plan.shape))
    step = -(-len(scan.sample) // most)
    # What "automatic" means follows from the whole sample, not from what is left of it.
    colour = Colour.COLOUR if plan.channels == 3 else Colour.GREY
    return own.preview(replace(scan, sample=scan.sample[::step]), replace(options, colour=colour))
