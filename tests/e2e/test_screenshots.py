"""The script that makes the README's pictures."""

import subprocess
import sys
from pathlib import Path

import numpy as np

from tests.e2e.test_demo import ROOT, environment
from vae_desktop.core.imaging import Bytes


def run(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tests.screenshots", "--quick", *arguments],
        cwd=ROOT,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=110,
    )


def picture(path: Path) -> Bytes:
    from PIL import Image

    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def test_tabs_are_photographed_on_a_trained_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(tmp_path, "--out", str(out), "--tab", "Train", "--tab", "Latent")
    assert result.returncode == 0, result.stderr
    assert sorted(path.name for path in out.iterdir()) == ["latent.png", "train.png"]
    for path in out.iterdir():
        assert picture(path).shape == (800, 1280, 3)
    # The map has points in the colours of the classes: the blue and the orange of two of them.
    colours = {tuple(colour) for colour in picture(out / "latent.png").reshape(-1, 3)}
    assert {(0x3F, 0x90, 0xDA), (0xFF, 0xA9, 0x0E)} <= colours


def test_a_tab_that_there_is_not_is_named(tmp_path: Path) -> None:
    result = run(tmp_path, "--out", str(tmp_path / "out"), "--tab", "Nowhere")
    assert result.returncode == 1
    assert "no tab Nowhere; choose of Data, Train" in result.stderr
