"""Where things are: the user's folders, or one folder beside the app, and packaged resources."""

import os
import sys
from importlib.resources import files
from pathlib import Path

from platformdirs import PlatformDirs

from vae_desktop.core.errors import UserError

PORTABLE_FOLDER = "vae-desktop-data"
"""Where a portable app keeps everything: beside its executable."""
PORTABLE_MARK = "portable"
"""A file of this name beside the executable makes the app portable without being asked."""

_DIRS = PlatformDirs("VAE Desktop", appauthor=False)
_together: Path | None = None


def keep_together(folder: Path) -> None:
    """Keep settings, runs, caches and logs in one folder from now on; it is made.

    Raises:
        UserError: it cannot be written.
    """
    global _together
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise UserError(
            f"{folder} cannot be written ({error.strerror}); copy the app to a place that can, or "
            "start it without --portable."
        ) from error
    _together = folder


def go_portable() -> None:
    """Keep everything beside the app; see `portable_folder`.

    Raises:
        UserError: nothing can be written there.
    """
    keep_together(portable_folder())


def portable_folder() -> Path:
    """Beside the executable of the packaged app; else in the current folder."""
    return (app_folder() or Path.cwd()) / PORTABLE_FOLDER


def is_marked_portable() -> bool:
    """Whether the packaged app is to be portable without being asked."""
    folder = app_folder()
    return folder is not None and (folder / PORTABLE_MARK).is_file()


def app_folder() -> Path | None:
    """The folder that holds the packaged app's executable; None for an installed package.

    On macOS it is the folder that holds the bundle: nothing is written into that.
    """
    if not getattr(sys, "frozen", False):
        return None
    executable = Path(sys.executable).resolve()
    bundles = [parent for parent in executable.parents if parent.suffix == ".app"]
    return (bundles[-1] if bundles else executable).parent


def tell_libraries() -> None:
    """Let what libraries keep lie among our caches.

    PyTorch makes a folder for its compiler as soon as there is an optimiser, though nothing is
    compiled here; it would lie among the system's temporary files (seen with torch 2.13.0).
    """
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(cache_folder() / "torch"))


def cache_folder() -> Path:
    """Generated data that can be made again at any time."""
    return _together / "cache" if _together else Path(_DIRS.user_cache_dir)


def runs_folder() -> Path:
    """Where the window keeps runs."""
    return (_together or Path(_DIRS.user_data_dir)) / "runs"


def log_file() -> Path:
    """The program's log."""
    return _log_folder() / "vae-desktop.log"


def crash_file() -> Path:
    """What the interpreter writes when it dies."""
    return _log_folder() / "crash.txt"


def preferences_file() -> Path:
    """The user's preferences, readable JSON."""
    return (_together or Path(_DIRS.user_config_dir)) / "preferences.json"


def example_runs() -> tuple[Path, ...]:
    """The folders of the trained runs that come with the packaged app, in order."""
    return tuple(sorted(path.parent for path in resource("examples").glob("*/config.json")))


def shipped_data(name: str) -> Path:
    """A data set that was drawn when the app was packaged; read only, and maybe not there."""
    return resource(f"data/{name}")


def resource(name: str) -> Path:
    """A packaged file, by its path below `resources/` ("icons/play.svg")."""
    return Path(str(files("vae_desktop") / "resources" / name)) if _packaged() else _source(name)


def _log_folder() -> Path:
    return _together / "logs" if _together else Path(_DIRS.user_log_dir)


def _packaged() -> bool:
    return (Path(__file__).parent / "resources").is_dir()


def _source(name: str) -> Path:
    return Path(__file__).parent.parent / "resources" / name
