"""What happened in a training, as lines of a file: one JSON object an event."""

import json
import math
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from vae_desktop.core.errors import RunError
from vae_desktop.core.events import (
    Batches,
    Ended,
    Evaluation,
    Event,
    LeverMoved,
    Prepared,
    frozen,
)
from vae_desktop.core.files import write_atomically

_KINDS: dict[str, type] = {
    kind.__name__: kind for kind in (Prepared, Batches, Evaluation, LeverMoved, Ended)
}
_ARRAYS: dict[tuple[str, str], type[np.generic]] = {
    ("Batches", "step"): np.int64,
    ("Batches", "total"): np.float32,
    ("Batches", "kl_per_latent"): np.float32,
    ("Evaluation", "kl_per_latent"): np.float32,
    ("Evaluation", "confusion"): np.int64,
}
_TUPLES = ("notes", "label_names")
_LONGEST_LINE = 2**20
_POSITIVE = ("epochs", "steps_per_epoch", "batch_size")


def begin(path: Path, prepared: Prepared) -> None:
    """Start a history, or go on with one after the step that `prepared` names.

    What an older history tells of later steps is dropped: those will be done again.

    Raises:
        OSError: the file cannot be written.
        RunError: the older history cannot be read.
    """
    kept: list[Event] = []
    if prepared.step:
        kept = [event for event in read(path)[1:] if _until(event, prepared.step)]
    lines = "".join(_line(event) for event in (prepared, *kept))
    write_atomically(path, lines.encode())


def _until(event: Event, step: int) -> bool:
    match event:
        case Batches():
            return int(event.step[-1]) <= step
        case Evaluation() | LeverMoved():
            return event.step <= step
        case _:
            return False


def append(path: Path, event: Event) -> None:
    """Add an event to the end of a history.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("a", encoding="utf-8") as file:
        file.write(_line(event))


def _line(event: Event) -> str:
    values = {name: _plain(value) for name, value in asdict(event).items()}
    return json.dumps({"event": type(event).__name__, **values}, allow_nan=False) + "\n"


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


def beginning(path: Path) -> Prepared:
    """How the training of a history began; what followed is not read.

    Raises:
        RunError: the file cannot be read, or does not tell it.
    """
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            event = _event(file.readline(_LONGEST_LINE))
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RunError(f"{path} is damaged in line 1; the run cannot be shown.") from error
    if not isinstance(event, Prepared):
        raise RunError(f"{path} does not tell how training began; the run cannot be shown.")
    return event


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}.") from error


def _plain(value: Any) -> Any:
    """Arrays as lists; float32 in nine digits, which give back the very same number."""
    if isinstance(value, dict):
        return {name: _plain(number) for name, number in value.items()}
    if not isinstance(value, np.ndarray):
        return value
    if value.dtype == np.float32:
        return [float(f"{number:.9g}") for number in value.tolist()]
    return value.tolist()


def _event(line: str) -> Event:
    values = json.loads(line)
    name = values.pop("event")
    kind = _KINDS[name]
    event: Event = kind(**{field: _value(name, field, value) for field, value in values.items()})
    for field in fields(kind):
        _check(field.type, field.name, getattr(event, field.name))
    if isinstance(event, Batches):
        _check_lengths(event)
    return event


def _check(kind: object, name: str, value: Any) -> None:
    """A number where a number belongs, and counts that count.

    Raises:
        ValueError: something else stands there.
    """
    fits = True
    if kind is int:
        fits = type(value) is int and value >= (1 if name in _POSITIVE else 0)
    elif kind is float:
        fits = type(value) in (int, float) and math.isfinite(value)
    elif kind is str:
        fits = isinstance(value, str)
    if not fits:
        raise ValueError(f"{name} is {value!r}")


def _check_lengths(batches: Batches) -> None:
    shapes = {batches.step.shape, batches.total.shape, *(v.shape for v in batches.terms.values())}
    if len(shapes) != 1 or len(batches.step) == 0 or batches.step.ndim != 1:
        raise ValueError(f"losses of shapes {shapes}")


def _value(event: str, field: str, value: Any) -> Any:
    if (event, field) in _ARRAYS and value is not None:
        return frozen(np.array(value, _ARRAYS[event, field]))
    if (event, field) == ("Batches", "terms"):
        return {name: frozen(np.array(numbers, np.float32)) for name, numbers in value.items()}
    if field == "image_shape":
        channels, height, width = (int(number) for number in value)
        return channels, height, width
    return tuple(value) if field in _TUPLES else value
