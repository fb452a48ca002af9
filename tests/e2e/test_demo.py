"""The README's first command, and the program in a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.samples import tiny_dataset, write_idx_folder
from vae_desktop.core import runs

ROOT = Path(__file__).parent.parent.parent
TIMEOUT = 100


def environment(home: Path) -> dict[str, str]:
    """No screen, and a home of its own."""
    kept = {n: v for n, v in os.environ.items() if n not in ("DISPLAY", "WAYLAND_DISPLAY")}
    folders = {f"XDG_{name}_HOME": str(home / name) for name in ("CACHE", "DATA", "CONFIG")}
    return {**kept, **folders, "HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}


def program(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "vae_desktop", *arguments],
        cwd=ROOT,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return write_idx_folder(tmp_path / "data", tiny_dataset(3000, 300, (1, 28, 28)))


def test_the_demo_trains_and_saves_pictures(tmp_path: Path, data_dir: Path) -> None:
    out = tmp_path / "out"
    source = ("--dataset", "mnist", "--data-dir", str(data_dir))
    result = program(tmp_path, "demo", *source, "--epochs", "2", "--out", str(out))
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    assert "epoch 2" in result.stdout
    assert "300 images" in result.stdout
    saved = runs.read(out / "run")
    assert saved.weights.epoch == 2
    pictures = sorted(path.name for path in out.glob("*.png"))
    assert [name.split("-")[1] for name in pictures] == [
        "data.png", "train.png", "latent.png", "decode.png", "traversals.png",
    ]  # fmt: skip
    for name in pictures:
        assert (out / name).read_bytes().startswith(b"\x89PNG")
        assert str(out / name) in result.stdout


def test_a_demo_that_fails_is_one_line(tmp_path: Path) -> None:
    out = tmp_path / "out"
    source = ("--dataset", "mnist", "--data-dir", str(tmp_path / "nowhere"))
    result = program(tmp_path, "demo", *source, "--out", str(out))
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert "nowhere" in result.stderr
    assert not (out / "run").exists()


def test_pictures_that_cannot_be_saved_are_not_claimed(tmp_path: Path, data_dir: Path) -> None:
    out = tmp_path / "out"
    (out / "1-data.png").mkdir(parents=True)
    source = ("--dataset", "mnist", "--data-dir", str(data_dir))
    result = program(tmp_path, "demo", *source, "--epochs", "1", "--out", str(out))
    assert result.returncode == 2
    assert "1-data.png cannot be written" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
@pytest.mark.parametrize("command", ["demo", "train"])
def test_ctrl_c_ends_cleanly_and_keeps_the_run(
    tmp_path: Path, data_dir: Path, command: str
) -> None:
    out = tmp_path / "out"
    arguments = (command, "--dataset", "mnist", "--data-dir", str(data_dir))
    process = subprocess.Popen(
        [sys.executable, "-m", "vae_desktop", *arguments, "--epochs", "9999", "--out", str(out)],
        cwd=ROOT,
        env=environment(tmp_path),
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    folder = out / "run" if command == "demo" else out
    while not (folder / runs.WEIGHTS).exists():
        assert process.poll() is None, "it ended by itself"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=TIMEOUT)
    assert "Traceback" not in errors
    assert process.returncode in (0, 130)
    assert runs.read(folder).weights.step > 0


@pytest.mark.skipif(sys.platform != "linux", reason="displays are a matter of X11")
def test_a_dead_display_is_explained(tmp_path: Path) -> None:
    env = {**environment(tmp_path), "DISPLAY": ":4711"}
    del env["QT_QPA_PLATFORM"]
    result = subprocess.run(
        [sys.executable, "-m", "vae_desktop"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )
    assert result.returncode == 2
    assert "the window cannot be opened" in result.stderr
