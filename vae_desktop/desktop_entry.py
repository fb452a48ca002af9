"""The program in the menus of a Linux desktop, and offered for folders of runs.

Nothing is registered by itself: `vae-desktop desktop-entry` writes two files into the user's
folder, and `--remove` takes them away again.
"""

import os
import shutil
import sys
from pathlib import Path

from vae_desktop import paths
from vae_desktop.core.errors import UserError
from vae_desktop.core.files import write_atomically

NAME = "vae-desktop"

_ENTRY = """[Desktop Entry]
Type=Application
Name=VAE Desktop
GenericName=Autoencoder trainer
Comment=Train autoencoders, VAEs and β-VAEs and watch them learn
Exec={command} %f
Icon={name}
Terminal=false
Categories=Education;Science;
Keywords=VAE;autoencoder;latent;neural;training;
StartupWMClass={name}
# A run is a folder: file managers offer the program for one, and open it as they did before.
MimeType=inode/directory;
"""
_QUOTED = '"`$\\'


def install() -> tuple[Path, Path]:
    """Write the desktop entry and its icon; returns where.

    Raises:
        UserError: this is no Linux, or the folder cannot be written.
    """
    entry, icon = places()
    text = _ENTRY.format(command=" ".join(_quoted(word) for word in command()), name=NAME)
    try:
        for path in (entry, icon):
            path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(paths.resource(f"icons/{NAME}.svg"), icon)
        write_atomically(entry, text.encode())
    except OSError as error:
        raise UserError(
            f"{entry} cannot be written ({error.strerror}); the program works without it."
        ) from error
    return entry, icon


def remove() -> tuple[Path, ...]:
    """Take both away; returns those that were there.

    Raises:
        UserError: this is no Linux, or they cannot be removed.
    """
    found = tuple(path for path in places() if path.exists())
    try:
        for path in found:
            path.unlink()
    except OSError as error:
        raise UserError(f"{path} cannot be removed ({error.strerror}).") from error
    return found


def places() -> tuple[Path, Path]:
    """Where the entry and the icon belong.

    Raises:
        UserError: this is no Linux.
    """
    if sys.platform != "linux":
        raise UserError("Desktop entries are for Linux; here the program needs none.")
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    icons = data / "icons" / "hicolor" / "scalable" / "apps"
    return data / "applications" / f"{NAME}.desktop", icons / f"{NAME}.svg"


def command() -> list[str]:
    """How this very installation of the program is started."""
    if paths.app_folder() is not None:
        return [sys.executable]
    script = Path(sys.executable).with_name(NAME)
    return [str(script)] if script.exists() else [sys.executable, "-m", "vae_desktop"]


def _quoted(word: str) -> str:
    """A word of an Exec line, as the specification of desktop entries wants it."""
    inner = "".join(f"\\{sign}" if sign in _QUOTED else sign for sign in word)
    # The value of a key is a string in which a backslash is written twice; % begins a code.
    return '"' + inner.replace("\\", "\\\\").replace("%", "%%") + '"'
