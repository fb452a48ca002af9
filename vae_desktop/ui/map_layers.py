"""The lines below the map: which layers are drawn, how points look, and the legend."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSlider, QSpinBox, QVBoxLayout, QWidget

from vae_desktop.ui.chip import Chip
from vae_desktop.ui.flow import FlowLayout
from vae_desktop.ui.fonts import tabular
from vae_desktop.ui.judge_button import JudgeButton
from vae_desktop.ui.labels import Caption
from vae_desktop.ui.map_canvas import LAYERS
from vae_desktop.ui.point_colours import PALETTES, Colouring
from vae_desktop.ui.point_layer import Style
from vae_desktop.ui.theme import muted

_TIPS = {
    "points": "Every encoded image, at the mean of its posterior.",
    "tiles": "What the model decodes all over the map; finer as you zoom in.",
    "rings": "The prior N(0, I) at 1, 2 and 3 σ.",
    "density": "How densely the points lie.",
    "verdict": "Regions by what the classifier “{judge}” reads in the pictures decoded there.",
    "ellipses": "Posteriors at 1 σ, to scale: of the image under the mouse and its neighbours.",
}
_NO_JUDGE = (
    "Regions by what a classifier reads in the decoded pictures. Train a classifier on this "
    "data set first, or choose one beside this."
)
_NO_PRIOR = "An autoencoder has no prior; a VAE has."
_INVERTED = ("tiles", "rings", "ellipses", "verdict")
"""Layers that need a way back from points to codes."""
_STYLES = (Style.DOTS, Style.GLYPHS, Style.PICTURES)
_MOST_NAMES = 24


class MapLayers(QWidget):
    """Chips, sliders and the legend."""

    layer_toggled = Signal(str, bool)
    style_chosen = Signal(object)
    size_chosen = Signal(int)
    opacity_chosen = Signal(float)
    palette_chosen = Signal(str)
    hidden_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.layers = {
            name: Chip(name, _TIPS[name], checked=name in ("points", "rings", "ellipses"))
            for name in LAYERS
        }
        self.judge = JudgeButton()
        self._missing, self._judge_name, self._has_prior = "", "", True
        self.styles, self.palettes = QComboBox(), QComboBox()
        self.dot_size, self.opacity = QSpinBox(), QSlider(Qt.Orientation.Horizontal)
        self.legend = Legend()
        self.caption = Caption()
        self._set_up()
        self._lay_out()
        self._show_available()

    def show_colouring(self, colouring: Colouring, hidden: frozenset[int]) -> None:
        """Show what the colours mean."""
        self.legend.show_colouring(colouring, hidden)
        self.palettes.setVisible(bool(colouring.names))

    def show_inverse(self, missing: str) -> None:
        """Layers that decode points of the map need a way back to codes, or say it is missing."""
        self._missing = missing
        self._show_available()

    def show_prior(self, *, exists: bool) -> None:
        """Rings need a prior."""
        self._has_prior = exists
        self._show_available()

    def show_judge(self, name: str, *, chosen: bool) -> None:
        """Show which classifier is at hand ("" for none), and whether the user chose it."""
        self._judge_name = name
        self.judge.show_judge(name, chosen=chosen)
        self._show_available()

    def _show_available(self) -> None:
        for name in _INVERTED:
            self.layers[name].setEnabled(not self._missing)
            tip = _TIPS[name].format(judge=self._judge_name)
            self.layers[name].setToolTip(self._missing or tip)
        for name, there, why in (
            ("verdict", self._judge_name, _NO_JUDGE),
            ("rings", self._has_prior, _NO_PRIOR),
        ):
            if not there and not self._missing:
                self.layers[name].setEnabled(False)
                self.layers[name].setToolTip(why)

    def _set_up(self) -> None:
        for name, chip in self.layers.items():
            chip.toggled.connect(self._on_layer_toggled)
            chip.setProperty("layer", name)
        self.styles.addItems([style.value for style in _STYLES])
        self.styles.setToolTip("What a point looks like.")
        self.styles.setAccessibleName("Style of the points")
        self.palettes.addItems(list(PALETTES))
        self.palettes.setToolTip("Colours of the classes.")
        self.palettes.setAccessibleName("Palette")
        self.dot_size.setRange(1, 12)
        self.dot_size.setValue(3)
        self.dot_size.setSuffix(" px")
        self.dot_size.setToolTip("Diameter of a dot.")
        self.dot_size.setAccessibleName("Size of the dots")
        self.opacity.setRange(5, 100)
        self.opacity.setValue(100)
        self.opacity.setFixedWidth(64)
        self.opacity.setToolTip("Opacity of the points.")
        self.opacity.setAccessibleName("Opacity of the points")
        self.styles.activated.connect(self._on_style_chosen)
        self.palettes.textActivated.connect(self.palette_chosen)
        self.dot_size.valueChanged.connect(self.size_chosen)
        self.opacity.valueChanged.connect(self._on_opacity_changed)
        self.legend.hidden_changed.connect(self.hidden_changed)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(4)
        for chip in self.layers.values():
            line.addWidget(chip)
        line.addWidget(self.judge)
        line.addStretch()
        for widget in (self.styles, self.dot_size, self.opacity):
            line.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(line)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.caption, 3)
        below.addWidget(self.legend, 5)
        below.addWidget(self.palettes)
        layout.addLayout(below)

    def _on_layer_toggled(self, shown: bool) -> None:
        self.layer_toggled.emit(self.sender().property("layer"), shown)

    def _on_style_chosen(self, index: int) -> None:
        self.style_chosen.emit(_STYLES[index])

    def _on_opacity_changed(self, percent: int) -> None:
        self.opacity_chosen.emit(percent / 100)


class Legend(QWidget):
    """Classes as chips that hide and show them, or a scale from its lowest to its highest."""

    hidden_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.chips: list[Chip] = []
        self.scale = ScaleBar()
        self._shown: object = None
        self._row = QWidget()
        self._flow = FlowLayout(self._row)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._row, 1)
        layout.addWidget(self.scale, 1)

    def show_colouring(self, colouring: Colouring, hidden: frozenset[int]) -> None:
        """Show what the colours mean."""
        names = colouring.names[:_MOST_NAMES]
        shown = colouring.colours.tobytes(), names, hidden, colouring.scale
        if shown == self._shown:
            return
        self._shown = shown
        if [chip.text() for chip in self.chips] != list(names):
            self._make_chips(names)
        for index, chip in enumerate(self.chips):
            chip.set_mark(QColor(*(int(value) for value in colouring.colours[index])))
            chip.blockSignals(True)
            chip.setChecked(index not in hidden)
            chip.blockSignals(False)
        self._row.setVisible(bool(names))
        self.scale.setVisible(colouring.scale is not None)
        self.scale.show_scale(colouring)

    def _make_chips(self, names: Sequence[str]) -> None:
        while self._flow.takeAt(0) is not None:
            pass
        for chip in self.chips:
            chip.deleteLater()
        self.chips = [Chip(name, f"Show or hide “{name}”.", marked=True) for name in names]
        for chip in self.chips:
            chip.toggled.connect(self._on_toggled)
            self._flow.addWidget(chip)

    def _on_toggled(self) -> None:
        hidden = [index for index, chip in enumerate(self.chips) if not chip.isChecked()]
        self.hidden_changed.emit(frozenset(hidden))


class ScaleBar(QWidget):
    """The colours of a scale from left to right, its ends and its name."""

    def __init__(self) -> None:
        super().__init__()
        self._colouring: Colouring | None = None

    def show_scale(self, colouring: Colouring) -> None:
        """Show a scale; of classes nothing is shown."""
        self._colouring = colouring
        if colouring.scale is not None:
            title, low, high = colouring.scale
            self.setAccessibleName(f"{title}: from {low:.4g} to {high:.4g}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, self.fontMetrics().height() + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._colouring is None or self._colouring.scale is None:
            return
        title, low, high = self._colouring.scale
        painter = QPainter(self)
        painter.setFont(tabular(self.font(), -1))
        painter.setPen(muted(self.palette()))
        metrics = painter.fontMetrics()
        x, middle = 0, Qt.AlignmentFlag.AlignVCenter
        for text, width in ((f"{low:.3g}", 0), ("", 120), (f"{high:.3g}  {title}", 0)):
            if width:
                bar = QRectF(x, self.height() / 2 - 4, width, 8)
                painter.drawImage(bar, _gradient(self._colouring))
            else:
                width = metrics.horizontalAdvance(text)
                painter.drawText(QRectF(x, 0, width + 2, self.height()), middle, text)
            x += width + 8


def _gradient(colouring: Colouring) -> QImage:
    """All colours in one row."""
    row = np.ascontiguousarray(colouring.colours[None])
    count = row.shape[1]
    return QImage(row.data, count, 1, 3 * count, QImage.Format.Format_RGB888).copy()
