"""Where things are: the user's folders and the packaged resources."""

from importlib.resources import files
from pathlib import Path

from platformdirs import PlatformDirs

_DIRS = PlatformDirs("VAE Desktop", appauthor=False)


def cache_folder() -> Path:
    """Generated data that can be made again at any time."""
    return Path(_DIRS.user_cache_dir)


def runs_folder() -> Path:
    """Where the window keeps runs."""
    return Path(_DIRS.user_data_dir) / "runs"


def log_file() -> Path:
    """The program's log."""
    return Path(_DIRS.user_log_dir) / "vae-desktop.log"


def crash_file() -> Path:
    """What the interpreter writes when it dies."""
    return Path(_DIRS.user_log_dir) / "crash.txt"


def preferences_file() -> Path:
    """The user's preferences, readable JSON."""
    return Path(_DIRS.user_config_dir) / "preferences.json"


def resource(name: str) -> Path:
    """A packaged file, by its path below `resources/` ("icons/play.svg")."""
    return Path(str(files("vae_desktop") / "resources" / name)) if _packaged() else _source(name)


def _packaged() -> bool:
    return (Path(__file__).parent / "resources").is_dir()


def _source(name: str) -> Path:
    return Path(__file__).parent.parent / "resources" / name
