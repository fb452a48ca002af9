"""The two rows above the loss plot: what is shown, and on which axes."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from vae_desktop.ui.chip import Chip
from vae_desktop.ui.flow import FlowLayout
from vae_desktop.ui.labels import Heading
from vae_desktop.ui.plot_terms import EVERY, Faces
from vae_desktop.ui.theme import ink

_WINDOWS = {"Raw only": 0, "Mean of 10": 10, "Mean of 50": 50, "Mean of 200": 200}
_DEFAULT_WINDOW = "Mean of 50"
_ACCURACY = ", %"


class _Choice(QComboBox):
    """A box as wide as its widest text: Qt keeps the width that was right for smaller text."""

    def minimumSizeHint(self) -> QSize:
        texts = (self.itemText(index) for index in range(self.count()))
        widest = max((self.fontMetrics().horizontalAdvance(text) for text in texts), default=0)
        arrow = 2 * self.fontMetrics().height()
        return QSize(widest + arrow, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()


class LossControls(QWidget):
    """Title, chips for the axes, the legend as toggles, smoothing."""

    terms_chosen = Signal()
    axes_chosen = Signal()
    smoothing_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        names = dict.fromkeys(name for faces in EVERY for name in faces.all)
        self.chips = {name: Chip("", "", marked=True) for name in names}
        self.heading = Heading("Loss", "nats per image")
        self.steps = Chip("steps", "Count training in steps, not in epochs.", checked=False)
        self.log_x = Chip("log x", "Logarithmic horizontal axis.", checked=False)
        self.log_y = Chip("log y", "Logarithmic loss axes.", checked=False)
        self.follow = Chip("follow", "Keep the newest losses in view; zooming turns it off.")
        self.all = Chip("all", "Bring the first steep descent into view too.", checked=False)
        self.all.setCheckable(False)
        self._make_smoothing()
        self._lay_out()
        self._connect()
        self._faces: Faces | None = None

    def show_faces(self, faces: Faces) -> None:
        """Offer the terms of another kind of run."""
        self._faces = faces
        for name, chip in self.chips.items():
            face = faces.all.get(name)
            chip.setVisible(face is not None)
            if face is not None:
                chip.show_text(face.label, face.tip)
                self._check(chip, face.shown)
        self.tint(self.palette())

    def show_measure(self, measure: str) -> None:
        """Say what the losses count."""
        has_accuracy = self._faces is not None and "accuracy" in self._faces.lower
        self.heading.remark.setText(measure + (_ACCURACY if has_accuracy else ""))

    def shows(self, name: str) -> bool:
        """Whether a term is to be seen."""
        return self.chips[name].isChecked()

    def tint(self, colours: QPalette) -> None:
        """Take the colours of a palette."""
        for name, face in self._faces.all.items() if self._faces else ():
            self.chips[name].set_mark(face.colour or ink(colours))

    def _make_smoothing(self) -> None:
        self.smoothing = _Choice()
        self.smoothing.addItems(list(_WINDOWS))
        self.smoothing.setCurrentText(_DEFAULT_WINDOW)
        self.smoothing.setAccessibleName("Smoothing")
        self.smoothing.setToolTip(
            "The stronger line is the mean of so many training steps up to each step; "
            "the faint line keeps every batch."
        )

    def _lay_out(self) -> None:
        axes = FlowLayout()
        for chip in (self.steps, self.log_x, self.log_y, self.follow, self.all):
            axes.addWidget(chip)
        legend = FlowLayout(ends_right=False)
        for entry in self.chips.values():
            legend.addWidget(entry)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        top, below = QHBoxLayout(), QHBoxLayout()
        for row in (top, below):
            row.setSpacing(4)
            layout.addLayout(row)
        top.addWidget(self.heading)
        top.addLayout(axes, 1)
        below.addLayout(legend, 1)
        below.addWidget(self.smoothing, alignment=Qt.AlignmentFlag.AlignTop)

    def _connect(self) -> None:
        for chip in self.chips.values():
            chip.toggled.connect(self.terms_chosen)
        for chip in (self.log_x, self.log_y):
            chip.toggled.connect(self.axes_chosen)
        self.smoothing.currentTextChanged.connect(self._on_smoothing_chosen)

    def _check(self, chip: Chip, checked: bool) -> None:
        blocked = chip.blockSignals(True)
        chip.setChecked(checked)
        chip.blockSignals(blocked)

    def _on_smoothing_chosen(self, text: str) -> None:
        self.smoothing_chosen.emit(_WINDOWS[text])
