"""The desktop entry: read back by the rules of its specification, and taken away again."""

import configparser
import subprocess
import sys
from pathlib import Path

import pytest

from vae_desktop import desktop_entry
from vae_desktop.core.errors import UserError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="desktop entries are for Linux")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path


def read(path: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser(delimiters="=")
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text("utf-8"))
    return dict(parser["Desktop Entry"])


def test_the_entry_starts_this_program_with_a_folder(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = ['/opt/50 % "of" $5/`vae`/a\\b', "-m"]
    monkeypatch.setattr(desktop_entry, "command", lambda: strange)
    entry, icon = desktop_entry.install()
    assert entry == home / "applications" / "vae-desktop.desktop"
    assert icon.read_text("utf-8").startswith("<svg")
    told = read(entry)
    # First the string's escapes; the quotes are those of a shell; then the codes.
    line = told["Exec"].replace("\\\\", "\\")
    shell = ["sh", "-c", f"for word in {line}; do echo x; printf '%s\\n' \"$word\"; done"]
    words = subprocess.run(shell, capture_output=True, text=True, check=True).stdout
    *program, folder = words.removeprefix("x\n").rstrip("\n").split("\nx\n")
    assert [word.replace("%%", "%") for word in program] == strange
    assert folder == "%f"
    assert told["MimeType"] == "inode/directory;"
    assert told["Icon"] == icon.stem


def test_the_command_is_one_that_exists() -> None:
    assert Path(desktop_entry.command()[0]).is_file()


def test_it_is_taken_away(home: Path) -> None:
    written = desktop_entry.install()
    assert set(desktop_entry.remove()) == set(written)
    assert not [path for path in home.rglob("*") if path.is_file()]
    assert desktop_entry.remove() == ()


def test_a_folder_that_cannot_be_written_is_named(home: Path) -> None:
    (home / "applications").write_text("in the way")
    with pytest.raises(UserError, match="applications"):
        desktop_entry.install()


def test_elsewhere_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(UserError, match="Linux"):
        desktop_entry.install()
