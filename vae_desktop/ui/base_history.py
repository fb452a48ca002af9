"""What a board is of, and what it was of before."""

from dataclasses import dataclass
from typing import Literal

from vae_desktop.core.events import Floats
from vae_desktop.core.latents import Bytes

Kind = Literal["test", "picture", "code", "prior"]
MOST = 100
"""Bases that can be gone back to."""


@dataclass(frozen=True, eq=False)
class Base:
    """Where the latents are held that do not move.

    Attributes:
        kind: a test image, another picture, a code, or the prior's mean.
        index: of the test image, from 0.
        code: float32 (D,), for a code.
        picture: uint8 (C, H, W), for a picture.
        name: of the picture, for a reader.
        label: the class (from 0) that a conditional model decodes it as; None for its own.
    """

    kind: Kind
    index: int = 0
    code: Floats | None = None
    picture: Bytes | None = None
    name: str = "a picture"
    label: int | None = None

    @property
    def text(self) -> str:
        """What it is, for a reader."""
        match self.kind:
            case "test":
                return f"test image {self.index + 1:,}"
            case "picture":
                return self.name
            case "code":
                return "a code"
            case _:
                return "the prior's mean"


class BaseHistory:
    """The base of a board, with undo and redo."""

    def __init__(self, first: Base) -> None:
        self.current = first
        self._before: list[Base] = []
        self._after: list[Base] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier base."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether there is a later one."""
        return bool(self._after)

    def push(self, base: Base, before: Base | None = None) -> None:
        """Go to another base; the present one, or the one named, can be gone back to."""
        self._before = [*self._before, before or self.current][-MOST:]
        self._after = []
        self.current = base

    def replace(self, base: Base) -> None:
        """Go to another base without a way back: the present one has only moved."""
        self.current = base

    def undo(self) -> Base:
        """Go back by one."""
        self._after.append(self.current)
        self.current = self._before.pop()
        return self.current

    def redo(self) -> Base:
        """Go forward again by one."""
        self._before.append(self.current)
        self.current = self._after.pop()
        return self.current

    def restart(self, first: Base) -> None:
        """Forget everything."""
        self.current, self._before, self._after = first, [], []
