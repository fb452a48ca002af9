"""Test images and what the model makes of them, as one tiled picture."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from vae_desktop.core.events import Event, Reconstructions
from vae_desktop.core.imaging import tile
from vae_desktop.ui.chip import Chip, ChipRow
from vae_desktop.ui.labels import Caption, Heading
from vae_desktop.ui.live import RunPanel
from vae_desktop.ui.numbers import count
from vae_desktop.ui.picture_view import PictureView

Bytes = NDArray[np.uint8]

PAIRS = 10
SQUARE = 8
_INTERVAL = 0.1
_GAP = 1
_ROW_GAP = 6
_COLUMNS = (10, 5, 2, 1)


class ImageGrid(RunPanel):
    """Ten pairs, each original above what came back, or 8×8 that flip to their originals."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_INTERVAL, parent)
        self._shown: Reconstructions | None = None
        self._decoded = ""
        self.view = PictureView()
        self.view.setAccessibleName("Reconstructions of test images")
        self.layouts = ChipRow(
            (
                ("2×10", "Ten test images; under each, what came back."),
                ("8×8", "64 test images as they came back; hold the mouse on them to compare."),
            ),
            "Layout of the pictures",
        )
        self.originals = Chip(
            "originals",
            "Show the originals. Holding the mouse on the pictures does the same.",
            checked=False,
        )
        self.caption = Caption()
        self._lay_out()
        self.layouts.chosen.connect(self._on_layout_chosen)
        self.originals.toggled.connect(self.draw)
        self.view.pressed.connect(self._on_pressed)
        self.view.released.connect(self._on_released)
        self.show_model("vae")
        self._on_layout_chosen()

    def show_model(self, kind: str) -> None:
        """The pictures are those of such a model."""
        self._decoded = "code decoded" if kind == "autoencoder" else "mean decoded"

    def clear(self) -> None:
        """Forget the run."""
        self._shown = None
        self.mark_stale()

    def take(self, event: Event) -> None:
        """Remember an event of the run on view."""
        if isinstance(event, Reconstructions):
            self._shown = event
            self.mark_stale()

    def draw(self) -> None:
        shown = self._shown
        if shown is None:
            self.view.show_picture(np.zeros((0, 0), np.uint8))
            self.caption.setText("")
            return
        if self._in_pairs:
            self.view.show_picture(self._pairs(shown))
            what = f"below: {self._decoded}"
        else:
            images = shown.originals if self.originals.isChecked() else shown.reconstructions
            self.view.show_picture(tile(images[: SQUARE**2], SQUARE, _GAP))
            what = "originals" if self.originals.isChecked() else self._decoded
        self.caption.setText(f"step {count(shown.step)}, test images · {what}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._in_pairs and self._shown is not None:
            self.mark_stale()

    @property
    def _in_pairs(self) -> bool:
        return self.layouts.index == 0

    def _pairs(self, shown: Reconstructions) -> Bytes:
        images = min(PAIRS, len(shown.originals))
        columns = self._best_columns(*shown.originals.shape[2:])
        return pair_picture(shown.originals[:images], shown.reconstructions[:images], columns)

    def _best_columns(self, height: int, width: int) -> int:
        """Pairs in a row, so that the pictures come out as large as they can."""

        def scale(columns: int) -> float:
            rows = -(-PAIRS // columns)
            return self.view.scale_for(
                columns * (width + _GAP), rows * (2 * height + _GAP + _ROW_GAP)
            )

        return max(_COLUMNS, key=scale)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(Heading("Reconstructions"))
        top.addStretch()
        top.addWidget(self.originals)
        top.addWidget(self.layouts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.caption)
        layout.addWidget(self.view, 1)

    def _on_layout_chosen(self) -> None:
        self.originals.setVisible(not self._in_pairs)
        self.draw()

    def _on_pressed(self) -> None:
        if not self._in_pairs:
            self.originals.setChecked(True)

    def _on_released(self) -> None:
        self.originals.setChecked(False)


def pair_picture(originals: Bytes, reconstructions: Bytes, columns: int) -> Bytes:
    """Rows of pairs, originals above; a wider gap sets one row of pairs off from the next.

    Args:
        originals, reconstructions: uint8 (n, C, H, W).
        columns: pairs in a row.

    Returns:
        uint8 (R, K) or (R, K, 3).
    """
    bands = []
    for start in range(0, len(originals), columns):
        row = slice(start, start + columns)
        bands += [tile(originals[row], columns, _GAP), tile(reconstructions[row], columns, _GAP)]
    gaps = [np.zeros((size, *bands[0].shape[1:]), np.uint8) for size in (_GAP, _ROW_GAP)]
    spaced = [bands[0]]
    for index, band in enumerate(bands[1:]):
        spaced += [gaps[index % 2], band]
    return np.concatenate(spaced)
