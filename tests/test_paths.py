"""Where things are kept: in the user's folders, beside the app, and what comes with it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.test_demo import environment
from vae_desktop import paths
from vae_desktop.core.errors import UserError

KEPT = (
    paths.cache_folder,
    paths.runs_folder,
    paths.log_file,
    paths.crash_file,
    paths.preferences_file,
)


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "_together", None)


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The executable of a packaged app."""
    program = tmp_path / "stick" / "VAE Desktop" / "vae-desktop"
    program.parent.mkdir(parents=True)
    program.touch()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    return program


def test_everything_is_kept_together_where_that_is_asked(tmp_path: Path) -> None:
    before = [place() for place in KEPT]
    paths.keep_together(tmp_path / "kept")
    assert all(place().is_relative_to(tmp_path / "kept") for place in KEPT)
    assert not any(place.is_relative_to(tmp_path) for place in before)
    assert len({place() for place in KEPT}) == len(KEPT)
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    before = paths.runs_folder()
    with pytest.raises(UserError, match=r"file.*without --portable"):
        paths.keep_together(tmp_path / "file" / "kept")
    assert paths.runs_folder() == before


def test_a_portable_app_keeps_all_beside_its_executable(frozen: Path) -> None:
    paths.go_portable()
    assert paths.runs_folder() == frozen.parent / "vae-desktop-data" / "runs"


def test_a_bundle_is_not_written_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "VAE Desktop.app" / "Contents" / "MacOS" / "vae-desktop"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    assert paths.app_folder() == tmp_path


def test_a_mark_beside_the_executable_makes_it_portable(frozen: Path) -> None:
    assert not paths.is_marked_portable()
    (frozen.parent / "portable").touch()
    assert paths.is_marked_portable()


def test_a_mark_beside_python_means_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "portable").touch()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert paths.app_folder() is None
    assert not paths.is_marked_portable()


def test_example_runs_are_the_folders_with_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("2 second", "1 first"):
        (tmp_path / "examples" / name).mkdir(parents=True)
        (tmp_path / "examples" / name / "config.json").touch()
    (tmp_path / "examples" / "no run").mkdir()
    monkeypatch.setattr(paths, "resource", lambda name: tmp_path / name)
    assert [folder.name for folder in paths.example_runs()] == ["1 first", "2 second"]


def test_the_portable_program_leaves_the_home_folder_alone(tmp_path: Path) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    root = Path(__file__).parent.parent
    few = ("--train-limit", "240", "--epochs", "1", "--out", "run")
    result = subprocess.run(
        [sys.executable, "-m", "vae_desktop", "--portable", "train", *few],
        cwd=here,
        env={
            **environment(home),
            "PYTHONPATH": f"{root}{os.pathsep}{os.environ.get('PYTHONPATH')}",
        },
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert result.returncode == 0, result.stderr
    assert list(home.rglob("*")) == []
    assert (here / "vae-desktop-data" / "cache" / "digits.cache").is_file()
