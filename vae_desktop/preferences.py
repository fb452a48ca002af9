"""The user's preferences: a readable JSON file, always whole."""

import json
import logging
from pathlib import Path
from typing import Any

from vae_desktop.core.files import write_atomically

log = logging.getLogger(__name__)


class Preferences:
    """Named values that outlast the program.

    A file that cannot be read counts as empty, and one that cannot be written is a warning in
    the log: preferences are never a reason not to work.

    Args:
        path: the file; None keeps everything in memory.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._values = _read(path) if path is not None else {}

    def get(self, name: str, default: Any = None) -> Any:
        """The value of `name`, or `default` where it is not set."""
        return self._values.get(name, default)

    def set(self, name: str, value: Any) -> None:
        """Remember a value that JSON can hold."""
        if name in self._values and self._values[name] == value:
            return
        self._values[name] = value
        if self._path is not None:
            self._write(self._path)

    def _write(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, json.dumps(self._values, indent=2, sort_keys=True).encode())
        except OSError as error:
            log.warning("Preferences are not saved: %s", error)


def _read(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        log.warning("Preferences in %s are not read: %s", path, error)
        return {}
    return values if isinstance(values, dict) else {}
