"""From a mouse event on the Decode tab's pad to the picture that it asks for.

Run as a process of its own: python -m tests.benchmarks.steering FOLDER EVENTS_PER_SECOND SECONDS
"""

import json
import math
import os
import sys
import tempfile
import threading
import time
from collections import deque
from pathlib import Path
from statistics import median

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from tests.benchmarks.context import Context, python_json
from tests.benchmarks.table import Row, at_most, percentile, told
from vae_desktop.app import application, build_window, execute
from vae_desktop.core.config import RunConfig
from vae_desktop.preferences import Preferences
from vae_desktop.session.state import State
from vae_desktop.ui.ask import Dialogs
from vae_desktop.ui.main_window import MainWindow

SCREEN, FAST = 60, 1000
"""Mouse events a second: as a desktop hands them on, and as a fast mouse sends them."""
_SETTLE_MS = 3_000


def decode_latency(context: Context) -> list[Row]:
    """Latency while the mouse is dragged over the pad, at rest and while training."""
    rows = []
    for rate in (SCREEN, FAST):
        arguments = [str(context.mnist), str(rate), str(context.seconds)]
        runs = [
            python_json("-m", "tests.benchmarks.steering", *arguments)
            for _ in range(context.repeats)
        ]
        for phase, limit in (("idle", 10), ("training", 16)):
            figures = [run[phase] for run in runs]
            name = f"decode, {phase}, {rate} events/s"
            rows += _rows(name, figures, limit, aims=rate == SCREEN)
    return rows


def _rows(name: str, figures: list[dict[str, float]], limit: float, *, aims: bool) -> list[Row]:
    def of(key: str) -> float:
        return median(figure[key] for figure in figures)

    low, high = of("p50_ms"), of("p99_ms")
    if not aims:
        pace = at_most(f"{name}, pictures", of("pictures_per_second"), "/s", 126)
        return [pace, told(f"{name} p50", low, "ms"), told(f"{name} p99", high, "ms")]
    return [at_most(f"{name} p50", low, "ms", 2), at_most(f"{name} p99", high, "ms", limit)]


class Finger(QObject):
    """Lives in the window's thread and hands mouse events to the pad there.

    Events made in another thread and posted from it are freed by two threads at once, which
    corrupts memory (PySide6 6.11); a queued signal is safe and waits in the same queue.
    """

    asked = Signal(int, float, float)

    def __init__(self, pad: QWidget) -> None:
        super().__init__()
        self._pad = pad
        self._origin = pad.mapToGlobal(QPointF(0, 0))
        self.asked.connect(self._on_asked)

    @Slot(int, float, float)
    def _on_asked(self, kind: int, x: float, y: float) -> None:
        what, buttons = QEvent.Type(kind), Qt.MouseButton
        moved, released = what == QEvent.Type.MouseMove, what == QEvent.Type.MouseButtonRelease
        event = QMouseEvent(
            what,
            QPointF(x, y),
            self._origin + QPointF(x, y),
            buttons.NoButton if moved else buttons.LeftButton,
            buttons.NoButton if released else buttons.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QCoreApplication.sendEvent(self._pad, event)


class Hand(threading.Thread):
    """Moves the mouse with its button down, whatever the window is busy with.

    A thread of its own, because a timer of the window would wait with it and never see it late.
    """

    def __init__(self, window: MainWindow, rate: float, seconds: float) -> None:
        super().__init__(daemon=True)
        pad = window.decode.pad
        self._rate, self._seconds = rate, seconds
        self._side = min(pad.width(), pad.height())
        self._finger = Finger(pad)
        self.waiting: deque[tuple[float, tuple[float, float]]] = deque()

    def run(self) -> None:
        begin = time.perf_counter()
        self._point(QEvent.Type.MouseButtonPress, 0.0)
        while (now := time.perf_counter() - begin) < self._seconds:
            self._point(QEvent.Type.MouseMove, now)
            time.sleep(1 / self._rate)
        self._point(QEvent.Type.MouseButtonRelease, now)

    def _point(self, kind: QEvent.Type, seconds: float) -> None:
        turn = 2 * math.pi * seconds / 1.7
        radius = self._side * (0.2 + 0.15 * math.sin(seconds))
        x = self._side / 2 + radius * math.cos(turn)
        y = self._side / 2 + radius * math.sin(turn)
        if kind == QEvent.Type.MouseMove:
            self.waiting.append((time.perf_counter(), (x, y)))
        self._finger.asked.emit(kind.value, x, y)


class Observer(QObject):
    """Trains a little, lets the hand steer at rest and while training, and closes the window."""

    def __init__(
        self, window: MainWindow, config: RunConfig, folder: Path, rate: float, seconds: float
    ) -> None:
        super().__init__(window)
        self._window, self._config, self._folder = window, config, folder
        self._rate, self._seconds = rate, seconds
        self._phases = deque(("idle", "training"))
        self._hand: Hand | None = None
        self._handled: deque[float] = deque()
        self._latencies: list[float] = []
        self._pictures = 0
        self.figures: dict[str, dict[str, float]] = {}
        window.decode.pad.steered.connect(self._on_steered)
        window.decode.picture.shown.connect(self._on_shown)
        window.session.state_changed.connect(self._on_state_changed)

    @Slot(object)
    def _on_state_changed(self, state: State) -> None:
        wanted = {"idle": State.IDLE, "training": State.RUNNING}
        if self._phases and self._hand is None and state is wanted[self._phases[0]]:
            QTimer.singleShot(_SETTLE_MS, self._on_settled)

    @Slot()
    def _on_settled(self) -> None:
        self._latencies, self._pictures = [], 0
        self._hand = Hand(self._window, self._rate, self._seconds)
        self._hand.start()
        QTimer.singleShot(round(1e3 * self._seconds) + 500, self._on_phase_ended)

    @Slot(float, float)
    def _on_steered(self, x: float, y: float) -> None:
        """A mouse event has arrived: its picture is on its way, or there already."""
        if self._hand is not None and self._hand.waiting:
            sent, _ = self._hand.waiting.popleft()
            z, code = self._window.on_view.z, self._window.decode.picture.code
            if z is code or (z is not None and code is not None and (z == code).all()):
                self._latencies.append(time.perf_counter() - sent)
            else:
                self._handled.append(sent)

    @Slot()
    def _on_shown(self) -> None:
        if self._hand is not None:
            now = time.perf_counter()
            self._pictures += 1
            # Whatever came before the picture was set is answered by it.
            self._latencies += [now - sent for sent in self._handled]
            self._handled.clear()

    @Slot()
    def _on_phase_ended(self) -> None:
        times = [1e3 * seconds for seconds in self._latencies[5:]]
        self.figures[self._phases.popleft()] = {
            "p50_ms": percentile(times, 0.5),
            "p99_ms": percentile(times, 0.99),
            "pictures_per_second": self._pictures / self._seconds,
        }
        self._hand = None
        if self._phases:
            long = self._config.changed(training={"epochs": 1_000})
            self._window.session.start(long, self._folder / "training")
        else:
            self._window.close()


def main(folder: str, rate: float, seconds: float) -> None:
    """Steer in the real window and print the figures."""
    config = RunConfig().changed(data={"source": "mnist", "folder": folder}, training={"epochs": 1})
    with tempfile.TemporaryDirectory() as scratch:
        qt = application()
        ask = Dialogs()
        ask.may_close_while_training = lambda parent: True  # type: ignore[method-assign]
        window = build_window(qt, Preferences(), Path(scratch), ask)
        window.show()
        window.tabs.setCurrentWidget(window.decode)
        observer = Observer(window, config, Path(scratch), rate, seconds)
        window.session.start(config, Path(scratch) / "run")
        execute(qt, window)
    print(json.dumps(observer.figures))


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
