"""The program tries itself: the real window, a short training, files of every kind.

What is tried is listed in `checks` and `file_checks`; each check is one line on standard
output. `bench` is what they work on.
"""

import os
import tempfile
from pathlib import Path
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Slot

from vae_desktop import paths
from vae_desktop.app import execute, has_screen
from vae_desktop.core.errors import UserError
from vae_desktop.self_test.bench import Bench, Check, CheckFailedError, NetworkWatch


def run_self_test() -> int:
    """Run all checks; see `vae-desktop --self-test`.

    All files are written into a temporary folder, which is removed at the end.

    Returns:
        0 where every check passed, else 1.
    """
    network = NetworkWatch()
    if not has_screen():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    began = perf_counter()
    with tempfile.TemporaryDirectory(prefix="vae-desktop-self-test-") as folder:
        paths.keep_together(Path(folder) / "kept")
        paths.tell_libraries()
        examiner = Examiner(Path(folder), network)
        examiner.run()
    failed, tried = examiner.failed, examiner.tried
    seconds = f"{perf_counter() - began:.1f} s"
    said = f"{failed} of {tried} checks failed" if failed else f"All {tried} checks passed"
    print(f"{said} ({seconds}).", flush=True)
    return int(failed > 0 or tried == 0)


class Examiner(QObject):
    """Runs the checks one after another inside the window's event loop."""

    def __init__(self, folder: Path, network: NetworkWatch) -> None:
        super().__init__()
        self.failed = self.tried = 0
        self._bench = Bench(folder, network)

    def run(self) -> None:
        """Show the window, check, and close it."""
        self._bench.window.show()
        QTimer.singleShot(0, self._on_started)
        execute(self._bench.qt, self._bench.window)

    @Slot()
    def _on_started(self) -> None:
        self._try("window", _painted)
        # Late: the first paint is timed, and does not need what the checks need.
        checks: list[Check] = []
        self._try("libraries", lambda bench: _load_checks(checks))
        for check in checks:
            self._try(check.__name__.replace("_", " "), check)
        self._bench.window.close()
        # A window that is closed before anything was shown would not end the program.
        self._bench.qt.quit()

    def _try(self, name: str, check: Check) -> None:
        begin, self.tried = perf_counter(), self.tried + 1
        try:
            verdict, sentence = "ok  ", check(self._bench)
        except Exception as error:
            self.failed += 1
            known = isinstance(error, CheckFailedError | UserError)
            reason = str(error) if known else f"{type(error).__name__}: {error}"
            verdict, sentence = "FAIL", " ".join(reason.split())
        print(f"{verdict}  {name}: {sentence} ({perf_counter() - begin:.1f} s)", flush=True)


def _painted(bench: Bench) -> str:
    bench.wait_until(lambda: bench.painted, "the first paint")
    size = bench.window.size()
    return f"painted, {size.width()}×{size.height()}, {bench.qt.platformName()}"


def _load_checks(checks: list[Check]) -> str:
    from vae_desktop.core.late_torch import load_torch

    load_torch()
    from vae_desktop.self_test.checks import CHECKS

    checks += CHECKS
    return f"{len(checks)} checks follow"
