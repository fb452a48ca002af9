"""What becomes of a drawing: made small, and normalised as MNIST is; one of them is seen."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from vae_desktop.ui.chip import ChipRow
from vae_desktop.ui.draw_answer import EMPTY, SIDE
from vae_desktop.ui.drawing_sheet import Shape, Sheet
from vae_desktop.ui.picture_view import PictureView
from vae_desktop.ui.pictures import to_picture
from vae_desktop.ui.strip_parts import SPACING, column, line

Bytes = NDArray[np.uint8]

AS_DRAWN, AS_MNIST = range(2)
_STAGES = (
    ("as drawn", "The model sees the whole sheet, made small."),
    (
        "as in MNIST",
        "The model sees the ink in a box of 20×20, its centre of mass in the middle.",
    ),
)


class DrawSeen(QWidget):
    """Both pictures beside each other, and above each the chip that lets the model see it."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.stage = ChipRow(_STAGES, "What the model sees")
        self.raw, self.normal = PictureView(), PictureView()
        for view, name in (
            (self.raw, "Drawing made small"),
            (self.normal, "Drawing normalised as MNIST is"),
        ):
            view.setFixedSize(SIDE, SIDE)
            view.setAccessibleName(name)
        self.stage.show_choice(AS_MNIST)
        self.stage.setFixedWidth(2 * SIDE + SPACING)  # each chip above its picture
        layout = line(column(self.stage, line(self.raw, self.normal), None))
        layout.setContentsMargins(0, 0, 0, 0)
        self.setLayout(layout)
        self.stage.chosen.connect(self.chosen)
        self.raw.pressed.connect(self._on_raw_pressed)
        self.normal.pressed.connect(self._on_normal_pressed)

    def show_sheet(self, sheet: Sheet) -> Bytes | None:
        """Show what becomes of a sheet; returns what the model is to see of it, (C, H, W), or
        None of an empty one."""
        raw, normal = sheet.as_it_is(), sheet.as_mnist()
        empty = sheet.is_empty
        self.raw.show_picture(EMPTY if empty else to_picture(raw))
        self.normal.show_picture(EMPTY if empty else to_picture(normal))
        if empty:
            return None
        return normal if self.stage.index == AS_MNIST else raw

    def choose_usual(self, shape: Shape) -> None:
        """Pictures of the size of MNIST's are taken to be like them."""
        self.stage.show_choice(AS_MNIST if shape == (1, 28, 28) else AS_DRAWN)

    @Slot()
    def _on_raw_pressed(self) -> None:
        self.stage.choose(AS_DRAWN)

    @Slot()
    def _on_normal_pressed(self) -> None:
        self.stage.choose(AS_MNIST)
