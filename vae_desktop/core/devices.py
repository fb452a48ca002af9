"""Where the arithmetic is done, and with how many threads."""

import ctypes
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from vae_desktop.core.errors import DeviceError

KEPT_BLOCK, KEPT_MEMORY = 2**25, 2**30
"""Bytes: of a block that is kept (glibc takes no more), and of what is kept in all."""
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


def resolve(name: str) -> torch.device:
    """The device of a config's name; "auto" takes CUDA, then MPS, then the processor.

    Raises:
        DeviceError: that device is not in this machine.
    """
    present = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if name == "auto":
        name = next(device for device, here in present.items() if here)
    if not present[name]:
        raise DeviceError(
            f"This machine has no device “{name}” that PyTorch can use; choose auto or cpu."
        )
    return torch.device(name)


@contextmanager
def threads(count: int, spared: int = 0) -> Iterator[None]:
    """Let PyTorch use `count` threads for what this thread asks of it.

    Args:
        count: so many; 0 for one per core.
        spared: cores to leave to others where `count` is 0. PyTorch's threads wait for each
            other by spinning: one more of them than there are free cores, and each keeps
            the core from the very thread that it waits for. Measured on two cores with the
            window beside it, two threads train 30,000 images a second and one 39,000.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(count or max(1, (os.cpu_count() or 1) - spared))
    try:
        yield
    finally:
        torch.set_num_threads(before)


def keep_freed_memory() -> None:
    """Let the C library keep the memory that a training step frees, for the next step.

    glibc hands freed memory at the end of its heap back to the system and must have it mapped
    and cleared anew: with layers of a megabyte that happens at every step and takes a third of
    it. Other C libraries do not have this call and are left as they are.
    """
    if sys.platform != "linux":
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    mallopt(_M_MMAP_THRESHOLD, KEPT_BLOCK)
    mallopt(_M_TRIM_THRESHOLD, KEPT_MEMORY)


@contextmanager
def memory_explained(remedy: str) -> Iterator[None]:
    """Turn a lack of memory, on any device, into an error that a user understands.

    Args:
        remedy: what to do, as the end of a sentence ("choose a smaller batch").

    Raises:
        DeviceError: the memory was not enough, with the size that was asked for.
    """
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not _lacks_memory(error):
            raise
        asked = _size_asked(str(error))
        wanted = f": {asked} more were asked for" if asked else ""
        raise DeviceError(f"There is not enough memory{wanted}; {remedy}.") from error


def _lacks_memory(error: Exception) -> bool:
    """The processor's allocator has no error class of its own in PyTorch, only its words."""
    own = isinstance(error, MemoryError | torch.OutOfMemoryError)
    return own or "can't allocate memory" in str(error)


def _size_asked(text: str) -> str:
    """The size in an allocator's message, as a reader writes it, or ""."""
    match = re.search(r"allocate ([\d.]+) ?(bytes|[KMGTP]iB)", text)
    if match is None:
        return ""
    number, unit = match.groups()
    return f"{float(number) / 2**30:,.1f} GiB" if unit == "bytes" else f"{number} {unit}"
