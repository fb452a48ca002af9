"""Named arrays and a few facts in one safetensors file: plain numbers, nothing that can run."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy

from vae_desktop.core.errors import RunError
from vae_desktop.core.events import frozen

FILE_LIMIT = 2 * 2**30
"""A larger file is not opened."""
_KEY = "vae_desktop"


def save(tensors: Mapping[str, np.ndarray[Any, Any]], facts: Mapping[str, Any]) -> bytes:
    """The content of such a file."""
    data: bytes = safetensors.numpy.save(dict(tensors), metadata={_KEY: json.dumps(facts)})
    return data


def load(path: Path) -> tuple[dict[str, np.ndarray[Any, Any]], dict[str, Any]]:
    """Read-only arrays by name, and the facts.

    Raises:
        RunError: the file is missing, too large, damaged or not from this program.
    """
    try:
        if path.stat().st_size > FILE_LIMIT:
            raise RunError(f"{path} is larger than {FILE_LIMIT // 2**30} GiB; it is not opened.")
        # Read as a whole: a mapped file could not be replaced on Windows.
        data = path.read_bytes()
        tensors = {name: frozen(array) for name, array in safetensors.numpy.load(data).items()}
        return tensors, dict(json.loads(_metadata(data)[_KEY]))
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}.") from error
    except (safetensors.SafetensorError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise RunError(
            f"{path} is damaged or not from this program; choose another run."
        ) from error


def _metadata(data: bytes) -> dict[str, str]:
    """The free part of a safetensors header: 8 bytes of length, then JSON."""
    length = int.from_bytes(data[:8], "little")
    metadata: dict[str, str] = json.loads(data[8 : 8 + length])["__metadata__"]
    return metadata
