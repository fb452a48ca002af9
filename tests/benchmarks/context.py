"""What every benchmark needs to know: the data, how thorough to be, and subprocesses."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Context:
    """How to measure.

    Attributes:
        data: the folder with the real data sets.
        repeats: how often each measurement is taken.
        seconds: about how long a measurement of speed may take.
        scratch: an empty folder.
    """

    data: Path
    repeats: int
    seconds: float
    scratch: Path

    @property
    def mnist(self) -> Path:
        """The folder with MNIST's four files."""
        return self.data / "mnist"


def environment() -> dict[str, str]:
    """The environment of a user: byte code is cached, the window is drawn in memory."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "QT_QPA_PLATFORM": "offscreen"}


def python_json(*arguments: str) -> Any:
    """Run Python in a process of its own; what its last line of output says, as JSON."""
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return json.loads(result.stdout.splitlines()[-1])
