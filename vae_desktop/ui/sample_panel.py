"""The samples of a data set with what chooses among them."""

import numpy as np
from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from vae_desktop.core.data.dataset import Dataset, Part
from vae_desktop.ui.chip import Chip, ChipRow
from vae_desktop.ui.icons import icon
from vae_desktop.ui.labels import Caption
from vae_desktop.ui.numbers import count
from vae_desktop.ui.sample_grid import Rows, SampleGrid

_PARTS = ("training", "test")


class SamplePanel(QWidget):
    """Training or test pictures, all or of some classes, in order or shuffled."""

    part_changed = Signal()
    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._data: Dataset | None = None
        self._classes: list[int] = []
        self._random = np.random.default_rng(0)
        self.grid = SampleGrid()
        self.parts = ChipRow(
            (("Training", "Pictures to learn from."), ("Test", "Pictures held out for testing.")),
            "Part of the data set",
        )
        self.labels = Chip("Labels", "Write its label under every picture.")
        self.caption = Caption()
        self.shuffle = self._button("shuffle", "Shuffle", "Show other pictures first.")
        self.smaller = self._button("minus", "Smaller pictures", "Smaller pictures (Ctrl+wheel).")
        self.larger = self._button("plus", "Larger pictures", "Larger pictures (Ctrl+wheel).")
        self._lay_out()
        self._tint()
        self.parts.chosen.connect(self._on_part_chosen)
        self.labels.toggled.connect(self.grid.show_labels)
        self.shuffle.clicked.connect(self._on_shuffle)
        self.smaller.clicked.connect(self._on_smaller)
        self.larger.clicked.connect(self._on_larger)
        self.grid.picked.connect(self.picked)

    @property
    def part(self) -> Part | None:
        """The part on view."""
        if self._data is None:
            return None
        return self._data.test if self.parts.index else self._data.train

    @property
    def part_name(self) -> str:
        """ "training" or "test"."""
        return _PARTS[self.parts.index]

    def show_set(self, data: Dataset) -> None:
        """Show the samples of another set."""
        self._data, self._classes = data, []
        self.labels.setVisible(bool(data.label_names))
        self._show_part()

    def show_classes(self, classes: list[int]) -> None:
        """Leave only pictures of some classes; none means all."""
        self._classes = classes
        self._show_rows(self._matching())

    def label_of(self, row: int) -> str:
        """The name of a picture's class, or ""."""
        if self.part is None or self.part.labels is None or self._data is None:
            return ""
        return self._data.label_names[int(self.part.labels[row])]

    def title_of(self, row: int) -> str:
        """What a picture is: 'Training image 12 of 60,000, label 7'."""
        assert self.part is not None
        title = f"{self.part_name.capitalize()} image {count(row + 1)} of {count(len(self.part))}"
        return f"{title}, label {self.label_of(row)}" if self.label_of(row) else title

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _button(self, name: str, title: str, sentence: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(title)
        button.setToolTip(sentence)
        button.setAutoRaise(True)
        button.setIconSize(QSize(16, 16))
        return button

    def _tint(self) -> None:
        for button in (self.shuffle, self.smaller, self.larger):
            button.setIcon(icon(button.objectName(), self.palette()))

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self.parts)
        tools.addWidget(self.caption, 1)
        for widget in (self.labels, self.shuffle, self.smaller, self.larger):
            tools.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(tools)
        layout.addWidget(self.grid, 1)

    def _matching(self) -> Rows:
        part = self.part
        assert part is not None
        if not self._classes or part.labels is None or self._data is None:
            return np.arange(len(part), dtype=np.int64)
        wanted = np.zeros(len(self._data.label_names), np.bool_)
        wanted[self._classes] = True
        return np.flatnonzero(wanted[part.labels])

    def _show_part(self) -> None:
        part = self.part
        assert part is not None
        self.grid.show_images(part.images, self.label_of, self.title_of)
        self.grid.show_labels(bool(self.labels.isChecked() and part.labels is not None))
        self._show_rows(self._matching())

    def _show_rows(self, rows: Rows) -> None:
        part = self.part
        assert part is not None
        self.grid.show_rows(rows)
        some = f"{count(len(rows))} of " if len(rows) < len(part) else ""
        self.caption.setText(f"{some}{count(len(part))} images")

    def _on_part_chosen(self) -> None:
        if self._data is not None:
            self._show_part()
            self.part_changed.emit()

    def _on_shuffle(self) -> None:
        if self._data is not None:
            self.grid.show_rows(self._random.permutation(self._matching()))

    def _on_smaller(self) -> None:
        self.grid.zoom(-1)

    def _on_larger(self) -> None:
        self.grid.zoom(1)
