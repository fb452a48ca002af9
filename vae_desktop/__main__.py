"""Entry point: what must be done before anything else, then the command line."""

import io
import multiprocessing
import os
import sys
from pathlib import Path


def main() -> int:
    """Run the program; returns its exit status."""
    multiprocessing.freeze_support()
    _replace_missing_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A β must not be the end of it where the terminal's code page has none.
            stream.reconfigure(errors="replace")
    if sys.platform == "win32":
        # On Windows PyTorch must be loaded before Qt, or its libraries do not initialise
        # (pytorch/pytorch#166628, seen with torch 2.9 and newer).
        _say_on_start_screen("Loading PyTorch …")
        import torch  # noqa: F401

        _say_on_start_screen(None)

    from vae_desktop.cli import run

    return run(sys.argv[1:])


def _say_on_start_screen(text: str | None) -> None:
    """Write on the start screen of the packaged app, where it has one; None closes it."""
    try:
        import pyi_splash  # a part of the packaged app
    except ImportError:
        return
    if text is None:
        pyi_splash.close()
    else:
        pyi_splash.update_text(text)


def _replace_missing_streams() -> None:
    """A windowed program on Windows has no standard streams; libraries write to them."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  (for good)
            setattr(sys, name, stream)


if __name__ == "__main__":
    sys.exit(main())
