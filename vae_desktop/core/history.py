"""What happened in a training, as lines of a file: one JSON object an event."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from vae_desktop.core.errors import RunError
from vae_desktop.core.events import Batches, Ended, Evaluation, Event, Prepared, frozen

_KINDS: dict[str, type] = {kind.__name__: kind for kind in (Prepared, Batches, Evaluation, Ended)}
_ARRAYS: dict[tuple[str, str], type[np.generic]] = {
    ("Batches", "step"): np.int64,
    ("Batches", "reconstruction"): np.float32,
    ("Batches", "kl"): np.float32,
    ("Batches", "total"): np.float32,
    ("Batches", "kl_per_latent"): np.float32,
    ("Evaluation", "kl_per_latent"): np.float32,
}


def append(path: Path, event: Event) -> None:
    """Add an event to the end of a history.

    Raises:
        OSError: the file cannot be written.
    """
    values = {name: _plain(value) for name, value in asdict(event).items()}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"event": type(event).__name__, **values}) + "\n")


def read(path: Path) -> tuple[Prepared, *tuple[Event, ...]]:
    """The events of a history; a last line that a crash has torn is left out.

    Raises:
        RunError: the file cannot be read, or a line of it makes no sense.
    """
    events: list[Event] = []
    lines = _lines(path)
    for number, line in enumerate(lines, start=1):
        try:
            events.append(_event(line))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            if number == len(lines) and events:
                break
            raise RunError(
                f"{path} is damaged in line {number}; the run cannot be shown."
            ) from error
    if not events or not isinstance(events[0], Prepared):
        raise RunError(f"{path} does not tell how training began; the run cannot be shown.")
    return events[0], *events[1:]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}.") from error


def _plain(value: Any) -> Any:
    """Arrays as lists; float32 in nine digits, which give back the very same number."""
    if not isinstance(value, np.ndarray):
        return value
    if value.dtype == np.float32:
        return [float(f"{number:.9g}") for number in value.tolist()]
    return value.tolist()


def _event(line: str) -> Event:
    values = json.loads(line)
    name = values.pop("event")
    event: Event = _KINDS[name](
        **{field: _value(name, field, value) for field, value in values.items()}
    )
    return event


def _value(event: str, field: str, value: Any) -> Any:
    if (event, field) in _ARRAYS:
        return frozen(np.array(value, _ARRAYS[event, field]))
    if field == "image_shape":
        channels, height, width = (int(number) for number in value)
        return channels, height, width
    return value
