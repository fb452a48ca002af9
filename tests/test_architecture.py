"""The house rules that a machine can hold: who imports whom, and a core without Qt."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMutex, QObject, Signal

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "vae_desktop"
RANKS = {
    "core": 0,
    "session": 1,
    "ui": 2,
    "app": 3,
    "demo": 3,
    "self_test": 3,
    "cli": 4,
    "__main__": 5,
}
LEAVES = {
    "paths",
    "preferences",
    "diagnostics",
    "terminal",
    "report",
    "cli_options",
    "desktop_entry",
}
QT = ("PySide6", "pyqtgraph")


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Names of all modules that a file imports, late imports too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(name: str) -> str:
    """The first part below the package: "core" for vae_desktop.core.config."""
    parts = name.split(".")
    return parts[1] if parts[0] == "vae_desktop" and len(parts) > 1 else ""


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    others = {room_of(name) for name in imported(path)} & RANKS.keys()
    if own in RANKS:
        assert all(RANKS[other] <= RANKS[own] for other in others), (own, others)
    if own in LEAVES:
        assert others <= {"core"}, (own, others)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_core_and_the_leaves_know_no_widgets(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    names = list(imported(path))
    if own in {"core", *LEAVES}:
        assert not [name for name in names if name.startswith(QT)]
    if own == "session":
        qt = [name for name in names if name.startswith(QT)]
        assert all(name.startswith("PySide6.QtCore") for name in qt)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_the_house_forbids_is_not_there(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"processEvents", "terminate", "unsafe_load"}, node.lineno
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"torch.load", "np.load"}:
            safe = {ast.unparse(keyword) for keyword in node.keywords}
            assert safe & {"weights_only=True", "allow_pickle=False"}, node.lineno


WITHOUT_QT = """
import importlib, pkgutil, sys

class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"PySide6", "pyqtgraph", "shiboken6"}:
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Block())
import vae_desktop.core
for module in pkgutil.walk_packages(vae_desktop.core.__path__, "vae_desktop.core."):
    importlib.import_module(module.name)

from tests.samples import tiny_config, tiny_dataset
from vae_desktop.core.training import train
print(list(train(tiny_config(), tiny_dataset()))[-1].reason)
"""


def run_python(code: str) -> str:
    """What a fresh interpreter prints."""
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=100
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_the_core_trains_where_there_is_no_qt() -> None:
    assert run_python(WITHOUT_QT) == "finished"


def test_the_window_is_imported_without_torch() -> None:
    """The first paint must not wait for PyTorch, nor for what data sets need."""
    heavy = "'torch', 'sklearn', 'scipy', 'PIL'"
    code = f"import sys, vae_desktop.app; print({{{heavy}}} & sys.modules.keys())"
    assert run_python(code) == "set()"


class Emitter(QObject):
    fired = Signal(bool)


def test_pyside_keeps_the_references_of_true_and_none() -> None:
    """PySide6 6.12.0 drops one of them at each call on Python 3.11, and the process dies."""
    emitter, mutex = Emitter(), QMutex()
    before = sys.getrefcount(True), sys.getrefcount(None)
    for _ in range(200):
        emitter.fired.emit(True)
        mutex.lock()
        mutex.unlock()
    after = sys.getrefcount(True), sys.getrefcount(None)
    assert all(abs(one - two) < 50 for one, two in zip(before, after, strict=True))
