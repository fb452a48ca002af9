"""The choices of an import, as a form."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QWidget,
)

from vae_desktop.core.data.import_options import SIDE_LIMITS, Colour, Fit, ImportOptions
from vae_desktop.ui.chip import ChipRow

Size = tuple[int, int]

_SQUARES = (28, 32, 64, 128)
_OTHER = "Other"
_COLOURS = (
    (Colour.AUTO, "Automatic", "In colour if any picture of the sample has colour."),
    (Colour.GREY, "Grey", "All pictures in grey."),
    (Colour.COLOUR, "Colour", "All pictures in colour."),
)
_FITS = (
    (Fit.CROP, "Crop", "Keep the largest middle part of the right proportions."),
    (Fit.PAD, "Pad", "Keep all of the picture, with black bars."),
    (Fit.STRETCH, "Stretch", "Keep all of the picture, distorted."),
)
_LARGEST_SEED = 2**31 - 1


class ImportOptionsForm(QWidget):
    """Size, colour, fit and split; `changed` after every edit."""

    changed = Signal()

    def __init__(self, options: ImportOptions) -> None:
        super().__init__()
        self.size_box = QComboBox()
        self.size_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.width_box, self.height_box = (_spin(*SIDE_LIMITS, " px") for _ in range(2))
        self.other = QWidget()
        self.colour = ChipRow([(text, tip) for _, text, tip in _COLOURS], "Colour")
        self.fit = ChipRow([(text, tip) for _, text, tip in _FITS], "Pictures of another shape")
        self.invert = QCheckBox("Exchange black and white")
        self.invert.setToolTip("For dark drawings on white paper: models see black as nothing.")
        self.share = _spin(1, 99, " %")
        self.seed = _spin(0, _LARGEST_SEED, "")
        self._lay_out()
        self._show(options)
        self._connect()

    def options(self) -> ImportOptions:
        """The choices as they are now."""
        size = self.size_box.currentData()
        if size == _OTHER:
            size = self.width_box.value(), self.height_box.value()
        return ImportOptions(
            size=None if size is None else tuple(size),
            colour=_COLOURS[self.colour.index][0],
            invert=self.invert.isChecked(),
            fit=_FITS[self.fit.index][0],
            test_share=self.share.value() / 100,
            seed=self.seed.value(),
        )

    def show_found(self, found: Size, size: Size, has_test: bool) -> None:
        """Say which size is taken if none is chosen; a set with a test part is not split.

        Args:
            found: the most common size of the pictures.
            size: what is made of it.
            has_test: whether the pictures come with a test part of their own.
        """
        way = "As found" if size == found else "Reduced"
        self.size_box.setItemText(0, f"{way}, {_text(size)}")
        if self.size_box.currentData() != _OTHER:
            self.width_box.setValue(size[0])
            self.height_box.setValue(size[1])
        for box in (self.share, self.seed):
            box.setEnabled(not has_test)
            box.setToolTip("The pictures come with a test part of their own." if has_test else "")

    def _show(self, options: ImportOptions) -> None:
        sizes = [(side, side) for side in _SQUARES]
        self.size_box.addItem("As found", None)
        for size in sizes:
            self.size_box.addItem(_text(size), size)
        self.size_box.addItem("Other…", _OTHER)
        if options.size is not None:
            self.width_box.setValue(options.size[0])
            self.height_box.setValue(options.size[1])
            known = options.size in sizes
            self.size_box.setCurrentIndex(1 + (sizes.index(options.size) if known else len(sizes)))
        self.colour.choose([key for key, *_ in _COLOURS].index(options.colour))
        self.fit.choose([key for key, *_ in _FITS].index(options.fit))
        self.invert.setChecked(options.invert)
        self.share.setValue(round(options.test_share * 100))
        self.seed.setValue(options.seed)
        self._show_other()

    def _connect(self) -> None:
        self.size_box.currentIndexChanged.connect(self._show_other)
        for signal in (
            self.size_box.currentIndexChanged,
            self.width_box.valueChanged,
            self.height_box.valueChanged,
            self.colour.chosen,
            self.fit.chosen,
            self.invert.toggled,
            self.share.valueChanged,
            self.seed.valueChanged,
        ):
            signal.connect(self.changed)

    def _lay_out(self) -> None:
        sides = QHBoxLayout(self.other)
        sides.setContentsMargins(0, 0, 0, 0)
        sides.setSpacing(4)
        for widget in (self.width_box, QLabel("×"), self.height_box):
            sides.addWidget(widget)
        sides.addStretch()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        _add_row(grid, "Size", self.size_box)
        grid.addWidget(self.other, grid.rowCount(), 1)
        _add_row(grid, "Colour", self.colour)
        _add_row(grid, "Other shapes", self.fit)
        _add_row(grid, "Invert", self.invert)
        _add_row(grid, "Test share", self.share)
        _add_row(grid, "Seed", self.seed)

    def _show_other(self) -> None:
        self.other.setVisible(self.size_box.currentData() == _OTHER)


def _add_row(grid: QGridLayout, title: str, editor: QWidget) -> None:
    row = grid.rowCount()
    label = QLabel(title)
    label.setBuddy(editor)
    editor.setAccessibleName(title)
    grid.addWidget(label, row, 0)
    grid.addWidget(editor, row, 1, Qt.AlignmentFlag.AlignLeft)


def _spin(low: int, high: int, unit: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(low, high)
    box.setSuffix(unit)
    return box


def _text(size: Size) -> str:
    return f"{size[0]}×{size[1]}"
