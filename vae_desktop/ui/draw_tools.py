"""What one draws with, and where pictures come from that are not drawn."""

from PySide6.QtWidgets import QPushButton, QSpinBox, QWidget

from vae_desktop.ui.chip import ChipRow
from vae_desktop.ui.icon_button import IconButton
from vae_desktop.ui.labels import MutedLabel
from vae_desktop.ui.strip_parts import ValueSlider, column, line

_THINNEST, _THICKEST, _USUAL = 0.5, 8.0, 2.5
WIDTH = 192


class DrawTools(QWidget):
    """The buttons beside the canvas; whoever shows them connects them."""

    def __init__(self) -> None:
        super().__init__()
        self.tools = ChipRow(
            (("pen", "Draw in white."), ("eraser", "Take ink away; the right button does, too.")),
            "Tool",
        )
        self.pen = ValueSlider("Size of the pen", _THINNEST, _THICKEST, 0.5, _USUAL, "{:.1f} px")
        self.pen.setToolTip("Diameter of pen and eraser, in pixels of the picture.")
        self.undo = IconButton("undo", "Undo", "Take the last stroke back (Ctrl+Z).")
        self.redo = IconButton("redo", "Redo", "Draw it again (Ctrl+Shift+Z).")
        self.clear = IconButton("clear", "Clear", "Take everything away (Delete).")
        self.invert = IconButton(
            "invert", "Invert", "Black and white change places: for dark writing on light paper."
        )
        self.index = QSpinBox()
        self.index.setAccessibleName("Test image")
        self.index.setToolTip("Take this image of the test set.")
        self.index.setKeyboardTracking(False)
        self.random = IconButton("shuffle", "Random test image", "Take any test image.")
        self.file = QPushButton("File…")
        self.file.setToolTip("Take a picture from a file; it can also be dropped here.")
        self.paste = QPushButton("Paste")
        self.paste.setToolTip("Take the picture in the clipboard (Ctrl+V).")
        self.show_test_images(0)
        body = column(
            line(self.tools, self.pen),
            line(self.undo, self.redo, self.clear, self.invert, None),
            line(MutedLabel("test image"), self.index, self.random, None),
            line(self.file, self.paste, None),
            None,
        )
        layout = line(body)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setLayout(layout)
        self.setFixedWidth(WIDTH)

    def show_test_images(self, number: int) -> None:
        """There are so many to choose from."""
        self.index.setRange(0, max(0, number - 1))
        for widget in (self.index, self.random):
            widget.setEnabled(number > 0)

    def show_history(self, *, undo: bool, redo: bool, clear: bool) -> None:
        """What can be done to the drawing."""
        self.undo.setEnabled(undo)
        self.redo.setEnabled(redo)
        self.clear.setEnabled(clear)
