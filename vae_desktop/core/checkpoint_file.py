"""A checkpoint as a file."""

from pathlib import Path

from vae_desktop.core.errors import RunError
from vae_desktop.core.events import Checkpoint
from vae_desktop.core.files import write_atomically
from vae_desktop.core.tensor_file import load, save


def write(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint, atomically.

    Raises:
        OSError: the folder cannot be written.
    """
    moment = {name: getattr(checkpoint, name) for name in ("step", "epoch", "batches")}
    write_atomically(path, save(checkpoint.tensors, {**moment, "facts": checkpoint.facts}))


def read(path: Path) -> Checkpoint:
    """A checkpoint from its file.

    Raises:
        RunError: it is missing, damaged or not from this program.
    """
    tensors, header = load(path)
    try:
        step, epoch, batches = (int(header[name]) for name in ("step", "epoch", "batches"))
        facts = dict(header["facts"])
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(
            f"{path} is damaged or not from this program; the run cannot go on from it."
        ) from error
    return Checkpoint(step, epoch, batches, tensors, facts)
