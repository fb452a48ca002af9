"""The manifold grid of Kingma & Welling, live, over any two latents."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSpinBox

from vae_desktop.core.manifold import (
    FEWEST,
    MOST,
    Manifold,
    between,
    grid,
    over_codes,
    over_prior,
)
from vae_desktop.core.projection import LinearMap, axis_name
from vae_desktop.session.clouds import CloudSource
from vae_desktop.session.decoding import BackgroundDecoder, Decoded
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.ask import Ask
from vae_desktop.ui.cell_grid import CellGrid
from vae_desktop.ui.chip import Chip, ChipRow
from vae_desktop.ui.file_writer import FileWriter
from vae_desktop.ui.labels import Caption, MutedLabel
from vae_desktop.ui.manifold_plot import ManifoldPlot, labelled_picture
from vae_desktop.ui.map_canvas import Overlay
from vae_desktop.ui.numbers import count, value_text
from vae_desktop.ui.pair_chooser import PairChooser
from vae_desktop.ui.picture_view import PictureView
from vae_desktop.ui.pictures import to_picture
from vae_desktop.ui.strip import CodesStrip
from vae_desktop.ui.strip_parts import APART, ValueSlider, column, line
from vae_desktop.ui.theme import TRAIL

PRIOR, EQUAL, CODES = range(3)
_USUAL = 15
_CONTROLS, _LENS = 232, 120
_REACH = 3.0
_PRIOR_TIP = (
    "Equal steps of probability under the prior, from its 5 % to its 95 % quantile, as in the "
    "paper of Kingma and Welling."
)
_AS_PAD_TIP = "The grid goes over the two latents of the pad, also when the pad shows others."
_NO_PRIOR = "An autoencoder has no prior whose quantiles could be gone through."
_NOTHING = np.zeros((0, 0), np.uint8)


class ManifoldStrip(CodesStrip):
    """Pictures of codes on a grid; a click on one makes its code the current one.

    Args:
        on_view: the run that all tabs look at.
        codes: the data set in latent space, for how far its codes reach.
        ask: asks for a file to save.
    """

    title = "Manifold"
    tip = "Pictures of a grid of codes over two latents, as in the paper of Kingma and Welling."

    def __init__(self, on_view: RunOnView, codes: CloudSource, ask: Ask) -> None:
        super().__init__(on_view, codes)
        self._decoder = BackgroundDecoder(on_view, self)
        self.writer = FileWriter(ask, self)
        self.shown: Decoded | None = None
        self.steps = QSpinBox()
        self.steps.setRange(FEWEST, MOST)
        self.steps.setValue(_USUAL)
        self.steps.setKeyboardTracking(False)
        self.steps.setAccessibleName("Steps on a side")
        self.spacing = ChipRow(
            (
                ("prior", _PRIOR_TIP),
                ("equal", "Equal steps of z about 0."),
                ("codes", "Equal steps of z over the middle 98 % of the codes of the images."),
            ),
            "Spacing of the grid",
        )
        self.reach = ValueSlider("Reach", 0.5, 8.0, 0.5, _REACH, "±{:.1f}")
        self.pair = PairChooser("of the grid")
        self.as_pad = Chip("as on the pad", _AS_PAD_TIP)
        self._pair_on_pad = (0, 1)
        self.save = QPushButton("Save PNG…")
        self.save.setToolTip("Save the grid at full resolution, with its values.")
        self.plot = ManifoldPlot()
        self.lens = PictureView()
        self.lens.setFixedSize(_LENS, _LENS)
        self.lens.setAccessibleName("Picture of the grid under the mouse")
        self.lens_caption, self.lens_code = Caption(), Caption()
        self.row, self.column = CellGrid("Row through it", 1), CellGrid("Column through it", 1)
        self.row_caption, self.column_caption, self.caption = (Caption() for _ in range(3))
        self._awaits_prior = False
        self._lay_out()
        self._connect()
        self._follow_run()

    def draw(self) -> None:
        z, decoder = self.on_view.z, self.on_view.decoder
        if z is None or decoder is None:
            self._show_nothing("The grid comes with the first weights.")
            return
        self._show_latents(len(z))
        if self.spacing.index == CODES and self.codes.cloud is None:
            self.caption.setText("The images are encoded first.")
            return
        manifold = self._manifold(len(z))
        self._decoder.want(manifold.codes(z), manifold)

    def onto(self, overlay: Overlay, plane: LinearMap) -> Overlay:
        """The outline of the grid."""
        manifold = self._shown_manifold()
        if manifold is None or self.shown is None or not len(manifold.up):
            return overlay
        last = manifold.columns - 1
        corners = [0, last, len(self.shown.codes) - 1, len(self.shown.codes) - 1 - last, 0]
        outline = plane.place(self.shown.codes[corners])
        return replace(overlay, curves=[*overlay.curves, (outline, TRAIL)])

    def show_pair(self, first: int, second: int) -> None:
        self._pair_on_pad = first, second
        self.mark_stale()

    def wants_codes(self) -> bool:
        return self.spacing.index == CODES

    def shutdown(self) -> None:
        self._decoder.shutdown()
        self.writer.shutdown()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.plot.setFixedWidth(min(self.height() + 16, self.width() // 2))

    def _manifold(self, latent_dim: int) -> Manifold:
        number, reach = self.steps.value(), self.reach.value

        def values(latent: int) -> np.ndarray:
            if self.spacing.index == PRIOR:
                return over_prior(number)
            cloud = self.codes.cloud
            if self.spacing.index == EQUAL or cloud is None or not cloud.finite:
                return between(-reach, reach, number)
            return over_codes(cloud.mu[:, latent].astype(np.float64), number)

        return grid(latent_dim, *self.pair.pair, values)

    def _show_latents(self, number: int) -> None:
        """The grid goes over the pad's two latents, unless others were chosen here."""
        self.pair.show_latents(number)
        self.latents.setVisible(number > 2)
        if self.as_pad.isChecked() and max(self._pair_on_pad) < number:
            self.pair.show_pair(*self._pair_on_pad)

    def _shown_manifold(self) -> Manifold | None:
        about = None if self.shown is None else self.shown.about
        return about if isinstance(about, Manifold) else None

    def _show_nothing(self, sentence: str) -> None:
        self._decoder.forget()
        self.shown = None
        self.plot.show_nothing()
        self.lens.show_picture(_NOTHING)
        for strip in (self.row, self.column):
            strip.show_cells(np.zeros((0, 1, 1, 1), np.uint8), 1)
        for label in (self.lens_caption, self.lens_code, self.row_caption, self.column_caption):
            label.setText("")
        self.caption.setText(sentence)
        self.save.setEnabled(False)

    def _show_lens(self) -> None:
        """The picture under the mouse, or the one nearest to the current code."""
        manifold, shown, z = self._shown_manifold(), self.shown, self.on_view.z
        if manifold is None or shown is None or z is None or len(z) != shown.codes.shape[1]:
            return
        pointed = self.plot.grid.place
        nearest = manifold.nearest(z)
        self.plot.grid.mark(nearest)
        place = nearest if pointed < 0 else pointed
        self.lens_caption.setText("nearest to z" if pointed < 0 else "under the mouse")
        self.lens.show_picture(to_picture(shown.pictures[place]))
        self._show_lines(manifold, shown, place)

    def _show_lines(self, manifold: Manifold, shown: Decoded, place: int) -> None:
        row, along = divmod(place, manifold.columns)
        width = manifold.columns
        self.row.show_cells(shown.pictures[row * width : (row + 1) * width], width)
        first, x = axis_name(manifold.first), value_text(manifold.across[along])
        ends = f"{value_text(manifold.across[0])} to {value_text(manifold.across[-1])}"
        if not len(manifold.up):
            self.row_caption.setText(f"{first} from {ends}")
            self.lens_code.setText(f"{first} {x}")
            return
        second, y = axis_name(manifold.second), value_text(manifold.up[::-1][row])
        self.lens_code.setText(f"{first} {x}   {second} {y}")
        self.row_caption.setText(f"{first} from {ends} at {second} = {y}")
        self.column.show_cells(shown.pictures[along::width][::-1], manifold.rows)
        ends = f"{value_text(manifold.up[0])} to {value_text(manifold.up[-1])}"
        self.column_caption.setText(f"{second} from {ends} at {first} = {x}")

    def _go_to(self, place: int) -> None:
        if self.shown is not None:
            self.on_view.set_z(self.shown.codes[place])

    def _place_on_screen(self) -> tuple[int, int]:
        """Row and column of the picture that the lens shows."""
        manifold, z = self._shown_manifold(), self.on_view.z
        if manifold is None or z is None:
            return 0, 0
        row, along = divmod(manifold.nearest(z), manifold.columns)
        return row, along

    def _follow_run(self) -> None:
        config = self.on_view.config
        without = config is not None and config.model.kind == "autoencoder"
        self.spacing.enable(PRIOR, not without, _NO_PRIOR if without else _PRIOR_TIP)
        self.no_prior.setVisible(without)
        if without and self.spacing.index == PRIOR:
            self.spacing.show_choice(CODES)
            self._awaits_prior = True
        elif self._awaits_prior and not without:
            self.spacing.show_choice(PRIOR)
            self._awaits_prior = False
        self._show_nothing("")
        self.as_pad.setChecked(True)
        self._on_spacing_chosen()

    def _holds_still(self) -> bool:
        """Whether the current code has the same latents as the grid, but for its own two."""
        manifold, shown, z = self._shown_manifold(), self.shown, self.on_view.z
        if manifold is None or shown is None or z is None or len(z) != shown.codes.shape[1]:
            return False
        others = np.delete(z - shown.codes[0], [manifold.first, manifold.second])
        return not others.any()

    def _connect(self) -> None:
        self.on_view.run_changed.connect(self._on_run_changed)
        self.on_view.weights_changed.connect(self._on_changed)
        self.on_view.z_changed.connect(self._on_z_changed)
        self.codes.cloud_changed.connect(self._on_cloud_changed)
        self._decoder.decoded.connect(self._on_decoded)
        self._decoder.failed.connect(self.failed)
        self.writer.failed.connect(self.failed)
        self.writer.noticed.connect(self.noticed)
        self.steps.valueChanged.connect(self._on_changed)
        self.reach.changed.connect(self._on_changed)
        self.spacing.chosen.connect(self._on_spacing_chosen)
        self.pair.chosen.connect(self._on_pair_chosen)
        self.as_pad.toggled.connect(self._on_changed)
        self.save.clicked.connect(self._on_save)
        self.plot.chosen.connect(self._go_to)
        self.plot.pointed.connect(self._show_lens)
        self.row.chosen.connect(self._on_row_chosen)
        self.column.chosen.connect(self._on_column_chosen)

    def _lay_out(self) -> None:
        self.no_prior = MutedLabel(_NO_PRIOR)
        self.no_prior.setWordWrap(True)
        latents = line(self.pair, self.as_pad, None)
        self.latents = column(latents)
        self.latents.hide()
        controls = column(
            line(self.steps, MutedLabel("steps a side"), None),
            line(self.spacing, None),
            self.reach,
            self.latents,
            line(self.save, None),
            self.no_prior,
            self.caption,
            self.writer.job,
            None,
            width=_CONTROLS,
        )
        lens = column(self.lens_caption, self.lens, self.lens_code, None, width=_LENS)
        lines = column(self.row_caption, self.row, self.column_caption, self.column)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(APART)
        layout.addWidget(controls, alignment=Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.plot)
        layout.addWidget(lens, alignment=Qt.AlignmentFlag.AlignTop)
        layout.addWidget(lines, 1)

    @Slot()
    def _on_changed(self) -> None:
        self.mark_stale()

    @Slot()
    def _on_run_changed(self) -> None:
        self._follow_run()

    @Slot()
    def _on_z_changed(self) -> None:
        """The grid is another only where a latent has changed that it does not go over."""
        if not self._holds_still():
            self.mark_stale()
        if self.isVisible():
            self._show_lens()

    @Slot()
    def _on_cloud_changed(self) -> None:
        if self.spacing.index == CODES:
            self.mark_stale()

    @Slot()
    def _on_spacing_chosen(self) -> None:
        self.reach.setVisible(self.spacing.index == EQUAL)
        self.watch_codes()
        self.mark_stale()

    @Slot(int, int)
    def _on_pair_chosen(self, first: int, second: int) -> None:
        """From now on the grid keeps its latents; the pad's own make it follow the pad again."""
        self.as_pad.setChecked((first, second) == self._pair_on_pad)
        self.mark_stale()

    @Slot()
    def _on_save(self) -> None:
        manifold, shown = self._shown_manifold(), self.shown
        if manifold is not None and shown is not None:
            picture = labelled_picture(manifold, shown.pictures, self.font())
            self.writer.save_picture("manifold.png", picture)

    @Slot(int)
    def _on_row_chosen(self, along: int) -> None:
        manifold = self._shown_manifold()
        if manifold is not None:
            self._go_to(self._place_on_screen()[0] * manifold.columns + along)

    @Slot(int)
    def _on_column_chosen(self, upwards: int) -> None:
        manifold = self._shown_manifold()
        if manifold is not None:
            row = manifold.rows - 1 - upwards
            self._go_to(row * manifold.columns + self._place_on_screen()[1])

    @Slot(object)
    def _on_decoded(self, decoded: Decoded) -> None:
        manifold = decoded.about
        assert isinstance(manifold, Manifold)
        self.shown = decoded
        self.plot.show_manifold(manifold, decoded.pictures)
        self.save.setEnabled(True)
        self.caption.setText(f"{count(len(decoded.codes))} pictures · step {count(decoded.step)}")
        self._show_lens()
        self.marks_changed.emit()
