"""Trains MNIST in the real window and prints what was measured there, as JSON.

Run as a process of its own: python -m tests.benchmarks.live FOLDER EPOCHS [train|latent],
with the tab that is open.
"""

import json
import resource
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from tests.benchmarks.table import percentile
from vae_desktop.app import application, build_window, execute
from vae_desktop.core import history, runs
from vae_desktop.core.config import RunConfig
from vae_desktop.core.events import Ended
from vae_desktop.preferences import Preferences
from vae_desktop.session.state import State
from vae_desktop.ui.ask import Dialogs
from vae_desktop.ui.main_window import MainWindow


class Observer(QObject):
    """Notes the window's ticks while training runs, and closes it at the end."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._training = window, False
        self.ticks: list[float] = []
        self.maps = 0
        window.ticked.connect(self._on_ticked)
        window.latent.source.cloud_changed.connect(self._on_cloud_changed)
        window.session.state_changed.connect(self._on_state_changed)

    @Slot(float)
    def _on_ticked(self, now: float) -> None:
        if self._training:
            self.ticks.append(now)

    @Slot()
    def _on_cloud_changed(self) -> None:
        self.maps += self._training

    @Slot(object)
    def _on_state_changed(self, state: State) -> None:
        self._training = state is State.RUNNING
        if state in (State.IDLE, State.FAILED):
            self._window.close()


def main(folder: str, epochs: int, tab: str = "train") -> None:
    """Train in the window and print the figures."""
    config = RunConfig().changed(
        data={"source": "mnist", "folder": folder}, training={"epochs": epochs}
    )
    with tempfile.TemporaryDirectory() as scratch:
        qt = application()
        window = build_window(qt, Preferences(), Path(scratch), Dialogs())
        window.show()
        window.tabs.setCurrentWidget(window.latent if tab == "latent" else window.training)
        observer = Observer(window)
        run_folder = Path(scratch) / "run"
        window.session.start(config, run_folder)
        execute(qt, window)
        ended = history.read(run_folder / runs.HISTORY)[-1]
    assert isinstance(ended, Ended)
    after = [now for now in observer.ticks if now > observer.ticks[0] + 1]
    intervals = [1e3 * (late - early) for early, late in pairwise(after)]
    figures = {
        "images_per_second": ended.images_per_second,
        "tick_p50_ms": percentile(intervals, 0.5),
        "tick_p99_ms": percentile(intervals, 0.99),
        "tick_max_ms": max(intervals),
        "maps_per_second": observer.maps / (observer.ticks[-1] - observer.ticks[0]),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
