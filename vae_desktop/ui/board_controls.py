"""The line above a board: base, range, steps, rows, difference, undo and redo."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Signal
from PySide6.QtGui import QKeySequence, QPalette, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QSpinBox,
    QToolButton,
    QWidget,
)

from vae_desktop.core.span import (
    USUAL_REACH,
    USUAL_TAIL,
    Span,
    SpanKind,
    limit_span,
    prior_span,
    quantile_span,
)
from vae_desktop.core.traversal import FEWEST_STEPS, MOST_STEPS, USUAL_STEPS, Which
from vae_desktop.ui.base_history import Kind
from vae_desktop.ui.chip import Chip
from vae_desktop.ui.flow import FlowLayout
from vae_desktop.ui.icons import icon
from vae_desktop.ui.labels import MutedLabel

_LEAST_WIDTH = 0.5
_BASES: dict[Kind, str] = {
    "test": "test image",
    "picture": "picture put in",
    "code": "code of the Decode tab",
    "prior": "prior’s mean",
}
_SPANS: dict[SpanKind, str] = {"prior": "prior ±", "quantiles": "quantiles", "limits": "from … to"}
_WHICH: dict[Which, str] = {"all": "all latents", "used": "in use only", "unused": "unused only"}
_SPAN_TIPS = {
    "prior": "Standard deviations of the prior N(0, 1) around 0, whatever the base is.",
    "quantiles": "Per cent left out at either end of the encoded test images; the columns are "
    "moved so that the median lies at the base.",
    "limits": "Values of z, the same in every row.",
}


@dataclass(frozen=True)
class BoardSettings:
    """How a board is shown."""

    span: Span = prior_span(USUAL_REACH)  # noqa: RUF009  (a frozen value)
    steps: int = USUAL_STEPS
    which: Which = "all"
    difference: bool = False


class BoardControls(QWidget):
    """Boxes and buttons; what they mean is the page's doing."""

    changed = Signal()
    base_chosen = Signal(str)
    index_chosen = Signal(int)
    label_chosen = Signal(int)
    random_requested = Signal()
    undo_requested = Signal()
    redo_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.bases = _combo("Base", "Where the latents are held that do not move.", _BASES)
        self.index = _spin("Number of the test image", "Which test image.", 1, 1)
        self.random = _tool("shuffle", "Another test image", "Take a test image at random.")
        self.labels = _combo(
            "Class",
            "The class that conditional models decode the board as; a test image is encoded as its "
            "own, a picture put in as this one.",
            {},
        )
        self.spans = _combo("Range", "From where to where each latent is moved.", _SPANS)
        self.reach = _real("Reach", _SPAN_TIPS["prior"], 0.5, 10, USUAL_REACH, 0.5, " σ")
        self.tail = _real("Tail", _SPAN_TIPS["quantiles"], 0, 45, USUAL_TAIL, 1, " %")
        self.low = _real("From", _SPAN_TIPS["limits"], -100, 99, -3, 0.5, "")
        self.high = _real("To", _SPAN_TIPS["limits"], -99, 100, 3, 0.5, "")
        steps = "How many columns."
        self.steps = _spin("Steps", steps, FEWEST_STEPS, MOST_STEPS, " steps")
        self.steps.setValue(USUAL_STEPS)
        self.rows = _combo("Rows", "Which latents are shown.", _WHICH)
        self.difference = Chip(
            "difference",
            "Show how each cell differs from the base: grey is the same, orange brighter, blue "
            "darker.",
            checked=False,
        )
        self.undo = _tool("undo", "Undo", "Go back to the base before.")
        self.redo = _tool("redo", "Redo", "Go forward to the next base.")
        self.undo.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))
        self.redo.setShortcut(QKeySequence(QKeySequence.StandardKey.Redo))
        self._has_prior = True
        self._lay_out()
        self._connect()
        self._show_span()
        self._tint()

    def settings(self) -> BoardSettings:
        """What the boxes say."""
        which: Which = self.rows.currentData()
        return BoardSettings(self._span(), self.steps.value(), which, self.difference.isChecked())

    def show_model(self, has_prior: bool) -> None:
        """A model without a prior (an autoencoder) begins with quantiles."""
        self._has_prior = has_prior
        with QSignalBlocker(self.spans):
            self.spans.setCurrentIndex(self.spans.findData("prior" if has_prior else "quantiles"))
        self._offer(self.spans, "prior", has_prior)
        self._offer(self.bases, "prior", has_prior)
        self._show_span()

    def show_base(self, kind: Kind, index: int, count: int) -> None:
        """Show what the base is, without telling anybody."""
        with QSignalBlocker(self.bases), QSignalBlocker(self.index):
            self.bases.setCurrentIndex(self.bases.findData(kind))
            self.index.setMaximum(max(1, count))
            self.index.setValue(index + 1)
        for widget in (self.index, self.random):
            widget.setVisible(kind == "test")
            widget.setEnabled(count > 0)

    def show_classes(self, names: Sequence[str], label: int) -> None:
        """Offer classes to decode as; without names there is nothing to choose."""
        with QSignalBlocker(self.labels):
            if list(names) != [self.labels.itemText(row) for row in range(self.labels.count())]:
                self.labels.clear()
                self.labels.addItems(list(names))
            self.labels.setCurrentIndex(label)
        self._classes.setVisible(bool(names))

    def show_history(self, can_undo: bool, can_redo: bool) -> None:
        """Which ways there are."""
        self.undo.setEnabled(can_undo)
        self.redo.setEnabled(can_redo)

    def show_counts(self, total: int, used: int) -> None:
        """How many latents each choice of rows shows."""
        counts = {"all": total, "used": used, "unused": total - used}
        for row in range(self.rows.count()):
            which: Which = self.rows.itemData(row)
            text = f"{_WHICH[which]} ({counts[which]})"
            if text != self.rows.itemText(row):
                self.rows.setItemText(row, text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _span(self) -> Span:
        match self.spans.currentData():
            case "prior":
                return prior_span(self.reach.value())
            case "quantiles":
                return quantile_span(self.tail.value())
            case _:
                return limit_span(self.low.value(), self.high.value())

    def _offer(self, box: QComboBox, data: str, offered: bool) -> None:
        model = box.model()
        assert isinstance(model, QStandardItemModel)
        model.item(box.findData(data)).setEnabled(offered)

    def _lay_out(self) -> None:
        layout = FlowLayout(self, ends_right=False)
        layout.addWidget(_group("Base", self.bases, self.index, self.random))
        self._classes = _group("as", self.labels)
        self._classes.setVisible(False)
        layout.addWidget(self._classes)
        for name, widgets in (
            ("Range", (self.spans, self.reach, self.tail, self.low, self.high)),
            ("", (self.steps,)),
            ("Rows", (self.rows, self.difference)),
            ("", (self.undo, self.redo)),
        ):
            layout.addWidget(_group(name, *widgets))

    def _connect(self) -> None:
        self.bases.activated.connect(self._on_base_chosen)
        self.labels.activated.connect(self.label_chosen)
        self.index.valueChanged.connect(self._on_index_changed)
        self.random.clicked.connect(self.random_requested)
        self.spans.activated.connect(self._on_span_chosen)
        for box in (self.reach, self.tail, self.steps):
            box.valueChanged.connect(self.changed)
        self.low.valueChanged.connect(self._on_low_changed)
        self.high.valueChanged.connect(self._on_high_changed)
        self.rows.activated.connect(self.changed)
        self.difference.toggled.connect(self.changed)
        self.undo.clicked.connect(self.undo_requested)
        self.redo.clicked.connect(self.redo_requested)

    def _show_span(self) -> None:
        kind = self.spans.currentData()
        shown = {"prior": (self.reach,), "quantiles": (self.tail,)}
        for box in (self.reach, self.tail, self.low, self.high):
            box.setVisible(box in shown.get(kind, (self.low, self.high)))

    def _tint(self) -> None:
        for button in (self.random, self.undo, self.redo):
            drawing = icon(button.objectName(), self.palette(), QPalette.ColorRole.ButtonText)
            button.setIcon(drawing)

    def _on_base_chosen(self) -> None:
        self.base_chosen.emit(self.bases.currentData())

    def _on_index_changed(self, number: int) -> None:
        self.index_chosen.emit(number - 1)

    def _on_span_chosen(self) -> None:
        self._show_span()
        self.changed.emit()

    def _on_low_changed(self, low: float) -> None:
        """One end that passes the other takes it along."""
        with QSignalBlocker(self.high):
            self.high.setValue(max(self.high.value(), low + _LEAST_WIDTH))
        self.changed.emit()

    def _on_high_changed(self, high: float) -> None:
        with QSignalBlocker(self.low):
            self.low.setValue(min(self.low.value(), high - _LEAST_WIDTH))
        self.changed.emit()


def _combo(name: str, tip: str, choices: dict) -> QComboBox:  # type: ignore[type-arg]
    box = QComboBox()
    for data, text in choices.items():
        box.addItem(text, data)
    box.setAccessibleName(name)
    box.setToolTip(f"<span>{tip}</span>")
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return box


def _spin(name: str, tip: str, low: int, high: int, suffix: str = "") -> QSpinBox:
    box = QSpinBox()
    box.setRange(low, high)
    box.setSuffix(suffix)
    _dress(box, name, tip)
    return box


def _real(
    name: str, tip: str, low: float, high: float, value: float, step: float, suffix: str
) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setDecimals(1)
    box.setRange(low, high)
    box.setSingleStep(step)
    box.setValue(value)
    box.setSuffix(suffix)
    _dress(box, name, tip)
    return box


def _dress(box: QAbstractSpinBox, name: str, tip: str) -> None:
    box.setAccessibleName(name)
    box.setToolTip(f"<span>{tip}</span>")
    box.setKeyboardTracking(False)


def _tool(drawing: str, name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(drawing)
    button.setAccessibleName(name)
    button.setToolTip(tip)
    button.setAutoRaise(True)
    button.setIconSize(QSize(16, 16))
    return button


def _group(name: str, *widgets: QWidget) -> QWidget:
    group = QWidget()
    layout = QHBoxLayout(group)
    layout.setContentsMargins(0, 0, 8, 0)
    layout.setSpacing(4)
    if name:
        layout.addWidget(MutedLabel(name))
    for widget in widgets:
        layout.addWidget(widget)
    return group
