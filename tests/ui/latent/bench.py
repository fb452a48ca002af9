"""A Latent tab with a real model and real background work, for tests to hold."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.samples import tiny_config, tiny_dataset
from vae_desktop.core.config import RunConfig
from vae_desktop.core.events import Event, Prepared, Snapshot
from vae_desktop.core.training import train
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.session import OpenedRun
from vae_desktop.ui.latent_tab import LatentTab

TIMEOUT = 20_000


def config_for(folder: Path, latents: int = 2, kind: str = "vae") -> RunConfig:
    """A short training on the data set in a folder."""
    data = {"source": "mnist", "folder": str(folder)}
    model = {"latent_dim": latents, "kind": kind}
    return tiny_config(epochs=3).changed(data=data, model=model)


def told_by(config: RunConfig) -> list[Event]:
    """What a training tells of its weights."""
    events = train(config, tiny_dataset())
    return [event for event in events if isinstance(event, Prepared | Snapshot)]


class Bench:
    """Opens runs in the tab and lets it tick."""

    def __init__(self, qtbot: QtBot, tab: LatentTab, on_view: RunOnView, folder: Path) -> None:
        self.qtbot, self.tab, self.on_view, self.folder = qtbot, tab, on_view, folder

    def begin(self, latents: int = 2, config: RunConfig | None = None) -> None:
        config = config or config_for(self.folder, latents)
        self.on_view.show_run(config)
        self.tab.show_run(OpenedRun(1, self.folder, config))

    def open(self, events: list[Event], latents: int = 2, config: RunConfig | None = None) -> None:
        self.begin(latents, config)
        for event in (events[0], events[-1]):
            self.on_view.take(event)
        self.wait_for_codes()

    def wait_for_codes(self) -> None:
        scene, decoder = self.tab.scene, self.on_view.decoder
        assert decoder is not None
        self.qtbot.waitUntil(
            lambda: (
                scene.cloud is not None
                and scene.cloud.complete
                and scene.cloud.step == decoder.step
            ),
            timeout=TIMEOUT,
        )
        self.tick()

    def tick(self) -> None:
        for panel in self.tab.live_panels():
            panel.catch_up(0.0)

    def pixel(self, x: float, y: float) -> QPoint:
        px, py = self.tab.map.view.to_pixels(np.array([(x, y)]))[0]
        return QPoint(round(px), round(py))

    def hover(self, x: float, y: float) -> None:
        self.qtbot.mouseMove(self.tab.map, self.pixel(x, y))
        self.tick()

    def drag(self, *points: tuple[float, float], keys: Qt.KeyboardModifier | None = None) -> None:
        """Press at the first point, move through the others, and let go at the last."""
        held = keys or Qt.KeyboardModifier.NoModifier
        left, places = Qt.MouseButton.LeftButton, [self.pixel(*point) for point in points]
        self.qtbot.mousePress(self.tab.map, left, held, places[0])
        for place in places[1:]:
            self.qtbot.mouseMove(self.tab.map, place)
        self.qtbot.mouseRelease(self.tab.map, left, held, places[-1])
        self.tick()
