"""A run's folder: everything that is kept of a training.

    config.json             what was asked for
    history.jsonl           what happened, one event a line, only ever appended to
    weights.safetensors     the weights of the last finished epoch, or of the end
    checkpoint.safetensors  all that going on from there needs
    preview.png             test images and their reconstructions at the end

Each file is replaced as a whole or appended to, so that a crash loses at most what came
after the last epoch. Nothing in a run's folder can run code when it is opened.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from vae_desktop.core import checkpoint_file, history, tensor_file
from vae_desktop.core.config import RunConfig
from vae_desktop.core.errors import ConfigError, RunError
from vae_desktop.core.events import (
    Batches,
    Checkpoint,
    Ended,
    Evaluation,
    Event,
    LeverMoved,
    Prepared,
    Reconstructions,
    Snapshot,
    frozen,
)
from vae_desktop.core.files import write_atomically
from vae_desktop.core.imaging import interleave, read_png, tile, untile, write_png
from vae_desktop.core.late_torch import load_torch

if TYPE_CHECKING:
    from vae_desktop.core.models.build import Model

Kept = TypeVar("Kept")

CONFIG, HISTORY = "config.json", "history.jsonl"
WEIGHTS, PREVIEW = "weights.safetensors", "preview.png"
CHECKPOINT = "checkpoint.safetensors"
PREVIEW_COLUMNS = 16


@dataclass(frozen=True, eq=False)
class SavedRun:
    """A run as it was read from its folder.

    Attributes:
        folder: where it is.
        config: what was asked for.
        prepared: how training began.
        history: `Batches`, `Evaluation`, `LeverMoved` and `Ended` events in order; `Ended` is
            missing where the program died during training.
        weights: the kept weights.
        preview: the pictures at the end; None where they are missing.
    """

    folder: Path
    config: RunConfig
    prepared: Prepared
    history: tuple[Event, ...]
    weights: Snapshot
    preview: Reconstructions | None

    def events(self) -> Iterator[Event]:
        """The run told again, as far as it was kept."""
        yield self.prepared
        yield from self.history
        if self.preview is not None:
            yield self.preview
        yield self.weights

    def model(self) -> "Model":
        """The model with the kept weights, for viewing.

        Raises:
            RunError: the weights are not those of such a model.
        """
        # Imported late: making a run's folder must not wait for PyTorch.
        load_torch()
        from vae_desktop.core.models.build import build_with

        return build_with(
            self.config.model,
            self.prepared.image_shape,
            self.weights.weights,
            classes=len(self.prepared.label_names),
            likelihood=self.config.objective.likelihood,
        )


def create(folder: Path, config: RunConfig) -> Path:
    """Make a run's folder and write its config.

    Raises:
        RunError: there is a run in it already, or it cannot be written.
    """
    try:
        if (folder / CONFIG).exists() or (folder / HISTORY).exists():
            raise RunError(f"{folder} already holds a run; choose another folder for the new one.")
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / CONFIG, config.to_json().encode())
    except OSError as error:
        raise RunError(
            f"{folder} cannot be written ({error.strerror}); choose another folder."
        ) from error
    return folder


def free_folder(parent: Path, name: str) -> Path:
    """`parent / name`, or the first of "name 2", "name 3" ... that does not exist."""
    candidate, number = parent / name, 1
    while candidate.exists():
        number += 1
        candidate = parent / f"{name} {number}"
    return candidate


def discard_unstarted(folder: Path) -> None:
    """Remove the folder of a run that ended before it began; keep any other."""
    if not (folder / HISTORY).exists():
        (folder / CONFIG).unlink(missing_ok=True)
        with suppress(OSError):
            folder.rmdir()


def record(folder: Path, events: Iterable[Event]) -> Iterator[Event]:
    """Pass the events of a training on, and keep them in the run's folder.

    Weights are written after every epoch and at the end. Where training fails, the last
    weights that it yielded are written before the error goes on. A checkpoint is written and
    goes no further: nobody but `resume` wants it. Where `Prepared` says that the run goes on,
    so does its history.

    Raises:
        RunError: the folder cannot be written any more.
        Exception: whatever the training raises.
    """
    snapshot: Snapshot | None = None
    pictures: Reconstructions | None = None
    evaluated = False
    try:
        for event in events:
            match event:
                case Snapshot():
                    snapshot = event
                    if evaluated:
                        _guarded(folder, write_weights, snapshot)
                        evaluated = False
                case Reconstructions():
                    pictures = event
                case Checkpoint():
                    _guarded(folder / CHECKPOINT, checkpoint_file.write, event)
                    continue
                case Prepared():
                    _guarded(folder / HISTORY, history.begin, event)
                    _guarded(folder, _keep_fingerprint, event.fingerprint)
                case Batches() | Evaluation() | LeverMoved() | Ended():
                    _guarded(folder / HISTORY, history.append, event)
                    evaluated = isinstance(event, Evaluation)
            yield event
    finally:
        if snapshot is not None:
            _guarded(folder, write_weights, snapshot)
        if pictures is not None:
            _guarded(folder, _write_preview, pictures)


def read(folder: Path) -> SavedRun:
    """A run from its folder.

    Raises:
        RunError: it is no run's folder, or one of its files is missing or broken.
    """
    config = read_config(folder)
    prepared, *events = history.read(folder / HISTORY)
    weights = read_weights(folder / WEIGHTS)
    preview = _read_preview(folder, prepared, weights.step)
    run = SavedRun(folder, config, prepared, tuple(events), weights, preview)
    run.model()
    return run


def read_config(folder: Path) -> RunConfig:
    """What was asked for, of the run in a folder.

    Raises:
        RunError: it is no run's folder, or its config is broken.
    """
    try:
        if not folder.is_dir():
            raise RunError(f"{folder} is not a folder; choose the folder of a run.")
        if not (folder / CONFIG).is_file():
            raise RunError(f"{folder} holds no run: {CONFIG} is missing. Choose another folder.")
        return RunConfig.read(folder / CONFIG)
    except OSError as error:
        raise RunError(f"{folder} cannot be read: {error.strerror}.") from error
    except ConfigError as error:
        raise RunError(str(error)) from error


def resume(folder: Path, epochs: int | None = None) -> tuple[RunConfig, Checkpoint]:
    """What `train` needs to go on with a run; record its events in the same folder.

    Args:
        folder: the run's.
        epochs: how many epochs the run is to have now; None for as many as before.

    Raises:
        RunError: it is no run's folder, or has no checkpoint that can be read.
        ConfigError: so many epochs cannot be, or are done already.
    """
    saved = read(folder)
    checkpoint = checkpoint_file.read(folder / CHECKPOINT)
    config = saved.config
    if epochs is not None:
        config = config.changed(training={"epochs": epochs})
    if checkpoint.epoch >= config.training.epochs:
        raise ConfigError(
            f"Epochs: the run has done {checkpoint.epoch:,} already; ask for more to go on."
        )
    if config != saved.config:
        _guarded(folder / CONFIG, write_atomically, config.to_json().encode())
    return config, checkpoint


def write_weights(folder: Path, snapshot: Snapshot) -> None:
    """Write a snapshot as the run's weights, atomically.

    Raises:
        OSError: the folder cannot be written.
    """
    moment = {"epoch": snapshot.epoch, "step": snapshot.step}
    write_atomically(folder / WEIGHTS, tensor_file.save(snapshot.weights, moment))


def read_weights(path: Path) -> Snapshot:
    """The weights in a safetensors file, and the moment that they are from.

    Raises:
        RunError: the file is missing, too large or broken.
    """
    weights, moment = tensor_file.load(path)
    try:
        if any(weight.dtype != np.float32 for weight in weights.values()):
            raise ValueError("weights that are not float32")
        return Snapshot(int(moment["epoch"]), int(moment["step"]), weights)
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"{path} is damaged or not from this program; choose another run."
        ) from error


def _guarded(path: Path, write: Callable[[Path, Kept], None], value: Kept) -> None:
    try:
        write(path, value)
    except OSError as error:
        raise RunError(
            f"{path} cannot be written any more ({error.strerror}); training stopped. What was "
            "saved before is kept."
        ) from error


def _keep_fingerprint(folder: Path, fingerprint: str) -> None:
    """Let the config name the very pictures that the run learns from."""
    config = RunConfig.read(folder / CONFIG).changed(data={"fingerprint": fingerprint})
    write_atomically(folder / CONFIG, config.to_json().encode())


def _write_preview(folder: Path, pictures: Reconstructions) -> None:
    usable = len(pictures.originals) // PREVIEW_COLUMNS * PREVIEW_COLUMNS
    columns = PREVIEW_COLUMNS if usable else len(pictures.originals)
    count = usable or columns
    pairs = interleave(pictures.originals[:count], pictures.reconstructions[:count], columns)
    write_png(folder / PREVIEW, tile(pairs, columns))


def _read_preview(folder: Path, prepared: Prepared, step: int) -> Reconstructions | None:
    """The pictures of the end; None where there are none or they cannot be used."""
    try:
        picture = read_png(folder / PREVIEW)
        columns = min(PREVIEW_COLUMNS, (picture.shape[1] + 1) // (prepared.image_shape[2] + 1))
        cells = untile(picture, prepared.image_shape, columns)
        pairs = cells.reshape(-1, 2, columns, *prepared.image_shape)
    except (OSError, ValueError):
        return None
    originals, reconstructions = (
        frozen(pairs[:, side].reshape(-1, *prepared.image_shape)) for side in (0, 1)
    )
    return Reconstructions(step, originals, reconstructions)
