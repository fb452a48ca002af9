"""The Latent tab: the map, what is under the mouse, selection and the talk's experiments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
)

from vae_desktop.core.selecting import Mode
from vae_desktop.core.viewport import Points
from vae_desktop.session.clouds import CloudSource
from vae_desktop.session.judging import JudgeSource
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.state import Failure, State
from vae_desktop.ui.ask import Ask
from vae_desktop.ui.chip import ChipRow
from vae_desktop.ui.columns import column
from vae_desktop.ui.cursor_panel import CursorPanel
from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.experiments import PathDesk, SamplesDesk
from vae_desktop.ui.job_line import JobLine
from vae_desktop.ui.judge_desk import JudgeDesk
from vae_desktop.ui.latent_export import LatentExport
from vae_desktop.ui.latent_map import LatentMap
from vae_desktop.ui.latent_scene import LatentScene
from vae_desktop.ui.live import LivePanel
from vae_desktop.ui.map_bar import MapBar
from vae_desktop.ui.map_gestures import Tool
from vae_desktop.ui.map_layers import MapLayers
from vae_desktop.ui.map_models import MapModels
from vae_desktop.ui.map_overlay import overlay_of
from vae_desktop.ui.path_panel import PathPanel
from vae_desktop.ui.samples_panel import SamplesPanel
from vae_desktop.ui.scene_desk import NOT_FINITE, SceneDesk
from vae_desktop.ui.selection_desk import SelectionDesk
from vae_desktop.ui.selection_panel import THUMBNAILS, SelectionPanel
from vae_desktop.ui.tab import Tab

if TYPE_CHECKING:
    from vae_desktop.session.session import OpenedRun

_WIDTHS = (816, 400)
_SELECTION, _SAMPLES, _PATH = range(3)
_NO_RUN = "No run yet. Train one now (a few seconds)."
_CLASSIFIER = "This run is a classifier: it has no latent space, so there is no map of it."
_WAITING = "The map comes with the first weights."
_LOADING = "The images are being read; then the map comes."


class LatentTab(Tab):
    """The map on the left, what it says on the right.

    Args:
        on_view: the run that is looked at.
        judges: finds classifiers that read its pictures.
        ask: asks for files.
    """

    title = "Latent"
    start_requested = Signal()
    failed = Signal(object)
    noticed = Signal(str)

    def __init__(self, on_view: RunOnView, judges: JudgeSource, ask: Ask) -> None:
        super().__init__()
        self._on_view = on_view
        self.scene = LatentScene()
        self.source = CloudSource(on_view, self)
        models = self.models = MapModels(self.scene, on_view)
        self.map = LatentMap(models.fetch, models.decode, models.classes)
        self.under_mouse = CursorPanel(models.read)
        self.layers, self.job = MapLayers(), JobLine()
        self.export = LatentExport(self.scene, self.map, ask, self)
        self.bar = MapBar(self.export.menu)
        self.selection, self.samples, self.path = SelectionPanel(), SamplesPanel(), PathPanel()
        self.scene_desk = SceneDesk(
            self.scene, on_view, self.source, self.map, self.bar, self.layers, self.job
        )
        self.selection_desk = SelectionDesk(self.scene, self.source, self.selection)
        self.samples_desk = SamplesDesk(self.scene, self.samples)
        self.path_desk = PathDesk(self.scene, self.path)
        self.judge_desk = JudgeDesk(self.scene, on_view, judges, self.map, self.layers, ask)
        self.drawers = ChipRow(
            (
                ("Selection", "The selected images."),
                ("Samples", "Gaussians of the classes, sampled beside the prior."),
                ("Path", "A way from A to B, decoded."),
            ),
            "What is shown below",
        )
        self.empty, self.waiting = EmptyState(_NO_RUN, "Train a model"), EmptyState(_WAITING)
        self._stack, self._drawer = QStackedWidget(), QStackedWidget()
        self._lay_out()
        self._connect()

    def show_run(self, run: OpenedRun) -> None:
        self.under_mouse.set_pin(None)
        self.under_mouse.point_at(None)
        self.samples_desk.forget()
        self.path_desk.forget()
        self._show_page()

    def show_state(self, state: State) -> None:
        self.source.show_state(state)

    def live_panels(self) -> Sequence[LivePanel]:
        return self.map, self.under_mouse

    @property
    def settled(self) -> bool:
        return self._on_view.decoder is None or self.scene.cloud is not None

    def shutdown(self) -> None:
        """End what runs in the background; nothing runs afterwards."""
        self.source.shutdown()
        self.scene_desk.shutdown()
        self.selection_desk.shutdown()
        self.export.shutdown()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.source.watch(True)
        self._follow_weights()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.source.watch(False)

    def _show_page(self) -> None:
        """The map, or the sentence that says why there is none."""
        config = self._on_view.config
        if config is None:
            self._stack.setCurrentWidget(self.empty)
            return
        sentence = _CLASSIFIER if config.model.kind == "classifier" else ""
        if not sentence and self.scene.cloud is None:
            sentence = self._why_waiting()
        self.waiting.sentence.setText(sentence)
        self._stack.setCurrentIndex(1 if sentence else 2)

    def _why_waiting(self) -> str:
        return _WAITING if self._on_view.decoder is None else _LOADING

    def _follow_weights(self) -> None:
        """Newer weights: everything that is decoded is decoded again."""
        decoder = self._on_view.decoder
        self.map.decode_anew(self.models.version)
        if self.under_mouse.reading is not None:
            self.under_mouse.mark_stale()
        if self._drawer.currentIndex() == _SAMPLES:
            self.samples_desk.show(decoder)
        elif self._drawer.currentIndex() == _PATH:
            self.path_desk.show(decoder)

    def _show_overlay(self) -> None:
        """Put what the panels say onto the map."""
        overlay = overlay_of(self.scene, self.under_mouse.reading, self.under_mouse.pin)
        if self._drawer.currentIndex() == _SAMPLES:
            overlay = self.samples_desk.onto(overlay)
        elif self._drawer.currentIndex() == _PATH:
            overlay = self.path_desk.onto(overlay)
        self.map.show_overlay(overlay)

    def _open_drawer(self, index: int) -> None:
        self.drawers.show_choice(index)
        self._on_drawer_chosen(index)

    def _connect(self) -> None:
        self.empty.requested.connect(self.start_requested)
        self._on_view.weights_changed.connect(self._on_weights_changed)
        self._on_view.dataset_failed.connect(self._on_dataset_failed)
        self._on_view.z_changed.connect(self._on_z_changed)
        self.scene_desk.changed.connect(self._on_scene_changed)
        self.judge_desk.changed.connect(self._on_judge_changed)
        self.selection_desk.changed.connect(self._on_selection_changed)
        for desk in (self.samples_desk, self.path_desk):
            desk.changed.connect(self._show_overlay)
        self.under_mouse.shown.connect(self._show_overlay)
        self.drawers.chosen.connect(self._on_drawer_chosen)
        self.bar.tool_chosen.connect(self._on_tool_chosen)
        self.bar.fit_requested.connect(self.map.fit)
        self._connect_map()
        self._connect_layers()
        self._connect_export()

    def _connect_map(self) -> None:
        self.map.pointed.connect(self._on_pointed)
        self.map.left.connect(self._on_left)
        self.map.picked.connect(self._on_picked)
        self.map.outlined.connect(self._on_outlined)
        self.map.line_drawn.connect(self.path_desk.draw)
        self.map.handle_dragged.connect(self._on_handle_dragged)
        self.map.cancelled.connect(self._on_cancelled)

    def _connect_layers(self) -> None:
        self.layers.layer_toggled.connect(self.map.set_layer)
        self.layers.style_chosen.connect(self.map.set_style)
        self.layers.size_chosen.connect(self.map.set_dot_size)
        self.layers.opacity_chosen.connect(self.map.set_opacity)

    def _connect_export(self) -> None:
        desks = (self.scene_desk, self.selection_desk, self.judge_desk)
        for part in (self.source, *desks, self.export):
            part.failed.connect(self.failed)
        self.export.noticed.connect(self.noticed)
        self.selection.csv_requested.connect(self.export.save_selection)
        self.selection.pictures_requested.connect(self._on_save_pictures)
        self.path.strip_requested.connect(self._on_save_strip)
        self.path.gif_requested.connect(self._on_save_gif)

    def _lay_out(self) -> None:
        left = column(
            self.bar, self.map, self.job, self.export.writer.job, self.layers, tall=self.map
        )
        right = column(self.under_mouse, self.drawers, self._drawer, tall=self._drawer)
        self.drawers.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        for panel in (self.selection, self.samples, self.path):
            self._drawer.addWidget(panel)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(right)
        split.setSizes(_WIDTHS)
        split.setStretchFactor(0, 1)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(16)
        for page in (self.empty, self.waiting, split):
            self._stack.addWidget(page)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.addWidget(self._stack)

    @Slot(int)
    def _on_weights_changed(self, step: int) -> None:
        self._show_page()
        if self.isVisible():
            self._follow_weights()

    @Slot(object)
    def _on_dataset_failed(self, failure: Failure) -> None:
        self.waiting.sentence.setText(failure.sentence)
        self._stack.setCurrentWidget(self.waiting)

    @Slot()
    def _on_z_changed(self) -> None:
        """Another tab moved the shared code: a pin follows it."""
        plane, z = self.scene.linear, self._on_view.z
        if self.under_mouse.pin is not None and plane is not None and z is not None:
            x, y = plane.place(z[None])[0]
            self.under_mouse.set_pin((float(x), float(y)))

    @Slot()
    def _on_judge_changed(self) -> None:
        self.samples_desk.judge = self._on_view.judge
        if self.isVisible():
            self._follow_weights()

    @Slot()
    def _on_scene_changed(self) -> None:
        cloud = self.scene.cloud
        self.judge_desk.show()
        self.map.image_shape = None
        if self.scene.linear is not None and self.scene.dataset is not None:
            self.map.image_shape = self.scene.dataset.image_shape[1:]
        self.under_mouse.say("" if cloud is None or cloud.finite else NOT_FINITE)
        self._show_page()
        self._follow_weights()
        self._show_overlay()

    @Slot()
    def _on_selection_changed(self) -> None:
        self._on_view.set_selection(self.selection_desk.some_pictures())
        self.scene_desk.show()
        self._open_drawer(_SELECTION)

    @Slot(int)
    def _on_drawer_chosen(self, index: int) -> None:
        self._drawer.setCurrentIndex(index)
        self._follow_weights()
        self._show_overlay()

    @Slot(object)
    def _on_tool_chosen(self, tool: Tool) -> None:
        self.map.choose_tool(tool)
        if tool is Tool.PATH:
            self._open_drawer(_PATH)

    @Slot(float, float)
    def _on_pointed(self, x: float, y: float) -> None:
        self.under_mouse.point_at((x, y))

    @Slot()
    def _on_left(self) -> None:
        self.under_mouse.point_at(None)

    @Slot(float, float)
    def _on_picked(self, x: float, y: float) -> None:
        self.under_mouse.set_pin((x, y))
        code = self.scene.code_at(x, y)
        if code is not None:
            self._on_view.set_z(code)

    @Slot(object, object)
    def _on_outlined(self, outline: Points, mode: Mode) -> None:
        self.selection_desk.outline(outline, mode)

    @Slot(int, float, float)
    def _on_handle_dragged(self, handle: int, x: float, y: float) -> None:
        samples = self._drawer.currentIndex() == _SAMPLES
        (self.samples_desk if samples else self.path_desk).drag(handle, x, y)

    @Slot()
    def _on_cancelled(self) -> None:
        self.under_mouse.point_at(None)
        self.under_mouse.set_pin(None)
        if len(self.scene.selection):
            self.selection_desk.clear()

    @Slot()
    def _on_save_pictures(self) -> None:
        strip = self.selection.thumbnails
        self.export.writer.save_strip("selection.png", strip.pictures[:THUMBNAILS], strip.columns)

    @Slot()
    def _on_save_strip(self) -> None:
        if self.path_desk.pictures is not None:
            pictures = self.path_desk.pictures
            self.export.writer.save_strip("path.png", pictures, len(pictures))

    @Slot()
    def _on_save_gif(self) -> None:
        if self.path_desk.pictures is not None:
            self.export.writer.save_gif("path.gif", self.path_desk.pictures)
