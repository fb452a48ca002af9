"""Between the classifier at hand and the controls that show it."""

from PySide6.QtCore import QObject, Signal, Slot

from vae_desktop.session.judging import JudgeSource
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.ask import Ask
from vae_desktop.ui.map_layers import MapLayers


class JudgeDesk(QObject):
    """Shows which classifier is at hand and lets the user choose another.

    Args:
        on_view: whose judge it is.
        source: finds and reads classifiers.
        layers: holds the controls.
        ask: asks for a folder.
    """

    failed = Signal(object)

    def __init__(
        self, on_view: RunOnView, source: JudgeSource, layers: MapLayers, ask: Ask
    ) -> None:
        super().__init__(layers)
        self._on_view, self._source, self._layers, self._ask = on_view, source, layers, ask
        on_view.judge_changed.connect(self.show)
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

    @Slot()
    def _on_choose(self) -> None:
        title = "Choose the folder of a classifier"
        start = self._source.chosen or self._source.runs_folder
        folder = self._ask.choose_folder(self._layers, title, start)
        if folder is not None:
            self._source.choose(folder)
