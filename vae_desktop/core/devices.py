"""Where the arithmetic is done, and with how many threads."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from vae_desktop.core.errors import DeviceError


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
def threads(count: int) -> Iterator[None]:
    """Let PyTorch use `count` threads (0: all cores) for what this thread asks of it."""
    before = torch.get_num_threads()
    torch.set_num_threads(count or os.cpu_count() or 1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
