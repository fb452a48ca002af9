"""The states of a training session, and the failure value that ends one badly."""

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """What the session is doing; every button is a function of it."""

    IDLE = "idle"
    PREPARING = "preparing"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    FAILED = "failed"

    @property
    def active(self) -> bool:
        """True while a worker is busy."""
        return self in (State.PREPARING, State.RUNNING, State.PAUSED, State.STOPPING)


@dataclass(frozen=True)
class Failure:
    """Why a run ended badly.

    Attributes:
        sentence: what is wrong and what to do, for the user.
        details: the traceback, for a report; "" for errors that a user caused.
    """

    sentence: str
    details: str = ""
