"""Samples as a grid: of the prior, of the classes' Gaussians, of one Gaussian of all codes."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox

from vae_desktop.core import gaussians, sampling
from vae_desktop.core.events import Floats
from vae_desktop.core.gaussians import Gaussian
from vae_desktop.core.latents import Cloud, Rows
from vae_desktop.session.clouds import CloudSource
from vae_desktop.session.decoding import BackgroundDecoder, Decoded
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.cell_grid import CellGrid
from vae_desktop.ui.chip import ChipRow
from vae_desktop.ui.icon_button import IconButton
from vae_desktop.ui.labels import Caption, MutedLabel
from vae_desktop.ui.numbers import count
from vae_desktop.ui.strip import CodesStrip
from vae_desktop.ui.strip_parts import APART, ValueSlider, column, line

PRIOR, CLASSES, ALL = range(3)
_GAP = 2
_SIDES = (40, 58, 88)
"""Pixels of the screen that a sample is wide, at most, by size."""
_CONTROLS = 264
_MOST = 600
_HOTTEST = 2.0
_PRIOR_TIP = "Codes of the prior N(0, I), which the model was trained to decode."
_NO_PRIOR = (
    "An autoencoder has no prior: nothing in its training says where codes lie. Draw from the "
    "Gaussians of the classes or of all codes instead."
)
_NO_CLASSES = "This data set has no classes; draw from one Gaussian of all codes instead."
_NO_CODES = "The images are being encoded; then their Gaussians come."
_NO_GAUSSIAN = "No two codes are finite numbers, so there is no Gaussian; train on, look again."
_SIZE_CHIPS = (
    ("small", "Many small pictures."),
    ("medium", "Pictures of medium size."),
    ("large", "Few large pictures."),
)


@dataclass(frozen=True)
class _Room:
    """Into how many rows and columns the grid is divided, and by how much it enlarges."""

    rows: int
    columns: int
    limit: float


class SampleStrip(CodesStrip):
    """A grid of decoded samples; a click on one makes its code the current one.

    Args:
        on_view: the run that all tabs look at.
        codes: the data set in latent space, for the Gaussians.
    """

    title = "Samples"
    tip = "Pictures of codes drawn at random; click one to go there."

    def __init__(self, on_view: RunOnView, codes: CloudSource) -> None:
        super().__init__(on_view, codes)
        self._decoder = BackgroundDecoder(on_view, self)
        self._shown: Decoded | None = None
        self._fitted: tuple[Cloud | None, bool, list[Gaussian]] = (None, False, [])
        self.sources = ChipRow(
            (
                ("prior", _PRIOR_TIP),
                ("classes", "Codes of Gaussians fitted to the codes of each class."),
                ("all codes", "Codes of one Gaussian fitted to the codes of all images."),
            ),
            "Drawn from",
        )
        self.classes = QComboBox()
        self.classes.setAccessibleName("Class that is sampled")
        self.temperature = ValueSlider("Temperature", 0, _HOTTEST, 0.05, 1.0, "{:.2f}")
        self.temperature.setToolTip(
            "Scales the distances from the mean: 0 is the mean itself, 1 the distribution."
        )
        self.seed = QSpinBox()
        self.seed.setRange(0, 999_999)
        self.seed.setAccessibleName("Seed of the samples")
        self.again = IconButton("shuffle", "Other samples", "Draw again, with the next seed.")
        self.sizes = ChipRow(_SIZE_CHIPS, "Size of the samples")
        self.sizes.show_choice(1)
        self.caption = Caption()
        self.grid = CellGrid("Samples", _GAP)
        self._awaits_prior = False
        self._lay_out()
        self._connect()
        self._follow_run()

    def draw(self) -> None:
        self._show_classes()
        decoder, sentence = self.on_view.decoder, ""
        if self.sources.index != PRIOR:
            sentence = self._obstacle()
        if decoder is None or self.on_view.z is None:
            self._show_nothing("The samples come with the first weights.")
        elif sentence:
            self._show_nothing(sentence)
        else:
            room = self._room()
            codes, labels = self._draw(min(_MOST, room.rows * room.columns))
            self._decoder.want(codes, room, labels if decoder.classes else None)

    def wants_codes(self) -> bool:
        return self.sources.index != PRIOR

    def shutdown(self) -> None:
        self._decoder.shutdown()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.mark_stale()

    def _draw(self, number: int) -> tuple[Floats, Rows | None]:
        """Codes (number, D) from what is chosen, and their classes where they have some."""
        heat, seed = self.temperature.value, self.seed.value()
        if self.sources.index == PRIOR:
            assert self.on_view.z is not None
            return sampling.draw(sampling.prior(len(self.on_view.z)), number, heat, seed), None
        chosen = self._chosen()
        if self.sources.index == ALL:
            return sampling.draw(chosen[0], number, heat, seed), None
        return sampling.draw_in_turn(chosen, number, heat, seed)

    def _chosen(self) -> list[Gaussian]:
        """The Gaussians that are drawn from."""
        label = self.classes.currentData()
        fitted = self._gaussians()
        if self.sources.index == ALL or label is None:
            return fitted
        return [one for one in fitted if one.label == label]

    def _gaussians(self) -> list[Gaussian]:
        """Of the newest codes; fitted once for each of them."""
        cloud, all_codes = self.codes.cloud, self.sources.index == ALL
        if self._fitted[:2] != (cloud, all_codes):
            self._fitted = cloud, all_codes, self._fit(cloud, all_codes)
        return self._fitted[2]

    def _fit(self, cloud: Cloud | None, all_codes: bool) -> list[Gaussian]:
        if cloud is None:
            return []
        if all_codes:
            one = sampling.of_all(cloud.mu)
            return [] if one is None else [one]
        pictures = self.codes.pictures
        if pictures is None or pictures.labels is None:
            return []
        return gaussians.fit(cloud.mu, pictures.labels[cloud.rows], full=True)

    def _obstacle(self) -> str:
        """Why there are no Gaussians to draw from; "" where there are."""
        dataset = self.on_view.dataset
        if self.sources.index == CLASSES and dataset is not None and dataset.test.labels is None:
            return _NO_CLASSES
        if self.codes.cloud is None:
            return _NO_CODES
        return "" if self._chosen() else _NO_GAUSSIAN

    def _room(self) -> _Room:
        """So many pictures of the chosen size as fit."""
        shape = self.on_view.image_shape
        height, width = (28, 28) if shape is None else shape[1:]
        side = max(height, width)
        wanted = _SIDES[self.sizes.index] / side
        limit = float(int(wanted)) if wanted >= 1 else wanted
        columns = max(1, int((self.grid.width() / limit + _GAP) / (width + _GAP)))
        rows = max(1, int((self.grid.height() / limit + _GAP) / (height + _GAP)))
        classes = len(self._chosen()) if self.sources.index == CLASSES else 1
        if 1 < classes <= columns:
            columns -= columns % classes  # so that each class has columns of its own
        return _Room(rows, columns, limit)

    def _show_nothing(self, sentence: str) -> None:
        self._decoder.forget()
        self._shown = None
        self.grid.show_cells(np.zeros((0, 1, 1, 1), np.uint8), 1)
        self.caption.setText(sentence)

    def _show_classes(self) -> None:
        """Offer the classes of the data set."""
        dataset = self.on_view.dataset
        names = dataset.label_names if dataset is not None else ()
        texts = ["every class in turn", *(f"only “{name}”" for name in names)]
        if texts != [self.classes.itemText(index) for index in range(self.classes.count())]:
            self.classes.clear()
            for label, text in enumerate(texts, -1):
                self.classes.addItem(text, None if label < 0 else label)

    def _follow_run(self) -> None:
        """An autoencoder has no prior."""
        config = self.on_view.config
        without = config is not None and config.model.kind == "autoencoder"
        self.sources.enable(PRIOR, not without, _NO_PRIOR if without else _PRIOR_TIP)
        self.no_prior.setVisible(without)
        if without and self.sources.index == PRIOR:
            self.sources.show_choice(CLASSES)
            self._awaits_prior = True
        elif self._awaits_prior and not without:
            self.sources.show_choice(PRIOR)
            self._awaits_prior = False
        self._on_source_chosen()

    def _connect(self) -> None:
        self.on_view.run_changed.connect(self._on_run_changed)
        self.on_view.weights_changed.connect(self._on_changed)
        self.on_view.dataset_changed.connect(self._on_changed)
        self.codes.cloud_changed.connect(self._on_changed)
        self._decoder.decoded.connect(self._on_decoded)
        self._decoder.failed.connect(self.failed)
        self.sources.chosen.connect(self._on_source_chosen)
        self.sizes.chosen.connect(self._on_changed)
        self.classes.activated.connect(self._on_changed)
        self.temperature.changed.connect(self._on_changed)
        self.seed.valueChanged.connect(self._on_changed)
        self.again.clicked.connect(self._on_again)
        self.grid.chosen.connect(self._on_cell_chosen)

    def _lay_out(self) -> None:
        self.no_prior = MutedLabel(_NO_PRIOR)
        self.no_prior.setWordWrap(True)
        controls = column(
            line(self.sources, None),
            self.classes,
            line(MutedLabel("temperature"), self.temperature),
            line(MutedLabel("seed"), self.seed, self.again, None),
            line(self.sizes, None),
            self.no_prior,
            None,
            width=_CONTROLS,
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(APART)
        layout.addWidget(controls, alignment=Qt.AlignmentFlag.AlignTop)
        layout.addWidget(column(self.caption, self.grid), 1)

    @Slot()
    def _on_changed(self) -> None:
        self.mark_stale()

    @Slot()
    def _on_run_changed(self) -> None:
        self._show_nothing("")
        self._follow_run()

    @Slot()
    def _on_source_chosen(self) -> None:
        self.classes.setVisible(self.sources.index == CLASSES)
        self.watch_codes()
        self.mark_stale()

    @Slot()
    def _on_again(self) -> None:
        self.seed.setValue((self.seed.value() + 1) % (self.seed.maximum() + 1))

    @Slot(int)
    def _on_cell_chosen(self, place: int) -> None:
        if self._shown is not None:
            if self._shown.labels is not None:
                self.on_view.set_label(int(self._shown.labels[place]))
            self.on_view.set_z(self._shown.codes[place])

    @Slot(object)
    def _on_decoded(self, decoded: Decoded) -> None:
        room = decoded.about
        assert isinstance(room, _Room)
        self._shown = decoded
        self.grid.show_cells(decoded.pictures, room.columns, room.limit)
        number = count(len(decoded.codes))
        self.caption.setText(
            f"{number} samples of {self._source_text()} · step {count(decoded.step)} · "
            "click one to go there"
        )

    def _source_text(self) -> str:
        if self.sources.index == PRIOR:
            return "the prior N(0, I)"
        if self.sources.index == ALL:
            return "the Gaussian of all codes"
        chosen = self._chosen()
        return "the Gaussian of its class" if len(chosen) == 1 else "the Gaussians of the classes"
