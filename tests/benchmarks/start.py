"""Time from the start of the process to the first painted window."""

import subprocess
import sys
from time import perf_counter

from tests.benchmarks.context import ROOT, Context, environment
from tests.benchmarks.table import Row, alternate, at_most_times

BARE_IMPORTS = "import torch, PySide6.QtWidgets, pyqtgraph; print('ready', flush=True)"
FIRST_PAINT = """
import os, sys
from PySide6.QtCore import QEvent, QObject, QTimer

class Eye(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self.tell)
        return False

    def tell(self):
        print("ready", flush=True)
        os._exit(0)

from vae_desktop import app
def execute(qt, window):
    eye = Eye()
    window.centralWidget().installEventFilter(eye)
    return qt.exec()

app.execute, app.has_screen = execute, lambda: True
from vae_desktop.cli import run
run([])
"""


def start(context: Context) -> list[Row]:
    """The program's first painted window against the bare imports of its libraries."""
    for code in (FIRST_PAINT, BARE_IMPORTS):
        seconds_until_ready(code)  # byte code is compiled once
    ours, reference = alternate(
        max(3, context.repeats),
        lambda: seconds_until_ready(FIRST_PAINT),
        lambda: seconds_until_ready(BARE_IMPORTS),
    )
    return [at_most_times("start", ours, reference, "s", 1.5)]


def seconds_until_ready(code: str) -> float:
    """Seconds from the start of Python until it prints its first line."""
    begin = perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        seconds = perf_counter() - begin
    if line.strip() != "ready":
        raise RuntimeError("the program ended before its first paint")
    return seconds
