"""Preferences outlast the program, and a broken file is no reason not to start."""

import json
from pathlib import Path

import pytest

from vae_desktop.preferences import Preferences


def test_values_outlast_the_program(tmp_path: Path) -> None:
    path = tmp_path / "new" / "preferences.json"
    Preferences(path).set("theme", "dark")
    assert Preferences(path).get("theme") == "dark"
    assert json.loads(path.read_text()) == {"theme": "dark"}


def test_defaults() -> None:
    preferences = Preferences()
    assert preferences.get("theme", "light") == "light"
    preferences.set("theme", "dark")
    assert preferences.get("theme", "light") == "dark"


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b'"text"'])
def test_a_broken_file_counts_as_empty(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "preferences.json"
    path.write_bytes(content)
    preferences = Preferences(path)
    assert preferences.get("theme") is None
    preferences.set("theme", "dark")
    assert Preferences(path).get("theme") == "dark"


def test_an_unwritable_place_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    preferences = Preferences(tmp_path / "file" / "preferences.json")
    preferences.set("theme", "dark")
    assert preferences.get("theme") == "dark"
