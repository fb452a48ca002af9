"""What the checks of the self-test work on: the real window, and folders of its own."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from vae_desktop import paths
from vae_desktop.app import application, build_window
from vae_desktop.core import runs
from vae_desktop.core.data.dataset import Dataset, Part
from vae_desktop.preferences import Preferences
from vae_desktop.session.on_view import MAPPED_KINDS
from vae_desktop.session.state import Failure, State
from vae_desktop.ui.file_writer import FileWriter
from vae_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from vae_desktop.session.decoder import Decoder

PATIENCE, LITTLE_PATIENCE = 60.0, 5.0
"""Seconds after which what is waited for is taken to have failed; less once something has."""
LOOK_INTERVAL_MS = 10
DRAWING = 0.2
"""Seconds in which the window draws all panels of a tab, one a tick."""
FEW = 100

NETWORK_EVENTS = frozenset({"socket.connect", "socket.getaddrinfo", "socket.sendto"})
"""What the interpreter tells of (its audit events) when something reaches for a network."""


class CheckFailedError(Exception):
    """What was checked is not as it should be."""


def expect(holds: object, otherwise: str) -> None:
    """Go on where something holds.

    Raises:
        CheckFailedError: it does not; says `otherwise`.
    """
    if not holds:
        raise CheckFailedError(otherwise)


class NetworkWatch:
    """Counts attempts to reach a network, from now to the end of the process."""

    def __init__(self) -> None:
        self.attempts: list[str] = []
        sys.addaudithook(self._on_event)

    def _on_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in NETWORK_EVENTS:
            self.attempts.append(event)


class PathAnswers:
    """Answers every question for a file or folder with the one that the check wants."""

    def __init__(self) -> None:
        self.path: Path | None = None

    def choose_folder(self, parent: QWidget, title: str, start: Path | None) -> Path | None:
        return self.path

    def choose_file(
        self, parent: QWidget, title: str, start: Path | None, kinds: str
    ) -> Path | None:
        return self.path

    def choose_file_to_save(
        self, parent: QWidget, title: str, start: Path, kinds: str
    ) -> Path | None:
        return self.path

    def may_close_while_training(self, parent: QWidget) -> bool:
        return True

    def show_text(self, parent: QWidget, title: str, text: str) -> None:
        return None


class Bench(QObject):
    """The real window with folders of its own, and what checks need around it.

    Attributes:
        window: not shown before the first check.
        files: an empty folder for what checks write.
        network: has counted since the start.
        failures: the sentences with which the window said that something went wrong.
    """

    def __init__(self, folder: Path, network: NetworkWatch) -> None:
        super().__init__()
        self.qt = application()
        self.files, self.network = folder / "files", network
        self.files.mkdir()
        self.preferences = Preferences(paths.preferences_file())
        self._answers = PathAnswers()
        self._patience = PATIENCE
        self.window: MainWindow = build_window(
            self.qt, self.preferences, paths.runs_folder(), self._answers
        )
        self.failures: list[str] = []
        self.window.messages.failed.connect(self._on_failed)
        self.painted = False
        self.window.tabs.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.painted = self.painted or event.type() == QEvent.Type.Paint
        return False

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """Let the window live until a condition holds.

        Raises:
            CheckFailedError: it does not after `PATIENCE` seconds.
            Exception: whatever the condition raises.
        """
        patience = self._patience
        loop, timer, begin = QEventLoop(), QTimer(), perf_counter()
        errors: list[Exception] = []

        def look() -> None:
            try:
                over = condition() or perf_counter() - begin > patience
            except Exception as error:
                # In a slot it would go to the hooks, and nobody would end the waiting.
                errors.append(error)
                over = True
            if over:
                loop.quit()

        timer.timeout.connect(look)
        timer.start(LOOK_INTERVAL_MS)
        loop.exec()
        timer.stop()
        if errors:
            raise errors[0]
        if not condition():
            self._patience = LITTLE_PATIENCE
            sentence = f"{what} did not come within {patience:g} s. {self.said}"
            raise CheckFailedError(sentence.strip())

    def save(self, name: str, act: Callable[[], object], written: str = "") -> Path:
        """Let the window save a file, at once or in the background; returns where.

        Args:
            name: the answer to the window's question for a file.
            act: what makes the window ask.
            written: the file that is there afterwards, where it has another name.

        Raises:
            CheckFailedError: it wrote none.
        """
        self._answers.path = self.files / name
        act()
        path, writers = self.files / (written or name), self.window.findChildren(FileWriter)

        def is_written() -> bool:
            return path.exists() and not any(writer.busy for writer in writers)

        self.wait_until(is_written, f"the file {path.name}")
        return path

    def let_draw(self) -> None:
        """Let every panel that can be seen draw what it shows."""
        begin = perf_counter()
        self.wait_until(lambda: perf_counter() - begin > DRAWING, "the end of drawing")

    @Slot(object)
    def _on_failed(self, failure: Failure) -> None:
        self.failures.append(failure.sentence)

    @property
    def said(self) -> str:
        """What the window says went wrong; "" for nothing."""
        messages = self.window.messages
        return messages.sentence.text() if messages.isVisible() else ""


Check = Callable[[Bench], str]
"""Tries one thing; returns what was seen, or raises."""


def run_folder(bench: Bench) -> Path:
    """The folder of the run on view."""
    folder = bench.window.session.folder
    expect(folder is not None, "there is no run on view")
    return folder or Path()


def decoder_of(bench: Bench) -> "Decoder":
    """The window's own model."""
    decoder = bench.window.on_view.decoder
    if decoder is None:
        raise CheckFailedError("there is no model on view")
    return decoder


def wait_for_end(bench: Bench) -> None:
    """Until the run has ended and everything it told has reached the window."""
    session = bench.window.session
    bench.wait_until(lambda: not session.state.active, "the end of the run")
    expect(session.state is State.IDLE, f"the run failed. {bench.said}")
    step = runs.read(run_folder(bench)).weights.step
    wait_for_run(bench, session.run, step)


def wait_for_run(bench: Bench, run: int, step: int) -> None:
    """Until the window shows run number `run` with the weights of a step, if it has a code."""

    def is_there() -> bool:
        window = bench.window
        config, decoder = window.on_view.config, window.on_view.decoder
        if window.session.run < run or config is None:
            return False
        return config.model.kind not in MAPPED_KINDS or (
            decoder is not None and decoder.step == step
        )

    bench.wait_until(is_there, f"run {run} at step {step}")


def map_is_complete(bench: Bench) -> bool:
    """Whether the map shows all codes of the weights on view."""
    cloud = bench.window.latent.scene.cloud
    return cloud is not None and cloud.complete and cloud.step == decoder_of(bench).step


def codes_on_map(bench: Bench) -> NDArray[np.float32]:
    """The codes (n, D) that the map shows."""
    cloud = bench.window.latent.scene.cloud
    if cloud is None:
        raise CheckFailedError("there are no codes on the map")
    return cloud.mu


def some_codes() -> NDArray[np.float32]:
    """Nine codes (9, 2) around the middle."""
    x, y = np.meshgrid((-1.5, 0.0, 1.5), (-1.5, 0.0, 1.5))
    return np.stack((x.ravel(), y.ravel()), axis=1).astype(np.float32)


def few_of(data: Dataset) -> Dataset:
    """The same set with a hundred pictures in each part."""

    def cut(part: Part) -> Part:
        labels = None if part.labels is None else part.labels[:FEW]
        factors = None if part.factors is None else part.factors[:FEW]
        return Part(np.ascontiguousarray(part.images[:FEW]), labels, factors)

    return replace(data, train=cut(data.train), test=cut(data.test))
