"""Between the classifier at hand and the controls that show it."""

from PySide6.QtCore import QObject, Signal, Slot

from vae_desktop.session.judging import JudgeSource
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.ask import Ask
from vae_desktop.ui.latent_map import LatentMap
from vae_desktop.ui.latent_scene import LatentScene
from vae_desktop.ui.map_layers import MapLayers
from vae_desktop.ui.point_colours import rgb


class JudgeDesk(QObject):
    """Shows which classifier is at hand and lets the user choose another.

    Args:
        scene: in whose colours its classes are drawn.
        on_view: whose judge it is.
        source: finds and reads classifiers.
        view: draws the regions.
        layers: holds the controls.
        ask: asks for a folder.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        scene: LatentScene,
        on_view: RunOnView,
        source: JudgeSource,
        view: LatentMap,
        layers: MapLayers,
        ask: Ask,
    ) -> None:
        super().__init__(layers)
        self._scene, self._on_view, self._source = scene, on_view, source
        self._map, self._layers, self._ask = view, layers, ask
        on_view.judge_changed.connect(self._on_judge_changed)
        source.choice_changed.connect(self.show)
        source.failed.connect(self.failed)
        layers.judge.choose_requested.connect(self._on_choose)
        layers.judge.newest_requested.connect(source.choose_newest)
        self.show()

    @Slot()
    def show(self) -> None:
        """Show which classifier is at hand now."""
        judge, chosen = self._on_view.judge, self._source.chosen
        name = "" if judge is None else judge.name
        self._layers.show_judge(name, chosen=chosen is not None and chosen.name == name)
        self._map.judged = judge is not None
        if judge is not None:
            colours = [self._scene.class_colour(label) for label in range(len(judge.class_names))]
            self._map.canvas.regions.set_colours(rgb(colours))
            self._map.refresh()

    @Slot()
    def _on_judge_changed(self) -> None:
        self._map.canvas.regions.clear()
        self.show()
        self.changed.emit()

    @Slot()
    def _on_choose(self) -> None:
        title = "Choose the folder of a classifier"
        start = self._source.chosen or self._source.runs_folder
        folder = self._ask.choose_folder(self._layers, title, start)
        if folder is not None:
            self._source.choose(folder)
