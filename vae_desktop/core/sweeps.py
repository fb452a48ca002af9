"""A value that runs by itself between two ends."""

from dataclasses import dataclass
from enum import Enum


class Course(Enum):
    """What a sweep does at its upper end."""

    ONCE = "once"
    LOOP = "loop"
    BACK = "there and back"


@dataclass(frozen=True)
class Sweep:
    """A run from a value upwards.

    Attributes:
        low, high: its ends, low < high.
        start: where it begins; from the nearer end where it is outside.
        speed: how far it goes in a second, above 0.
        course: what it does at the upper end.
    """

    low: float
    high: float
    start: float
    speed: float
    course: Course

    def at(self, seconds: float) -> float | None:
        """The value after so many seconds; None when the sweep is over."""
        span = self.high - self.low
        way = min(max(self.start - self.low, 0.0), span)
        if self.course is Course.ONCE:
            # From the upper end there is nowhere to go but from the beginning.
            way = (0.0 if way >= span else way) + self.speed * seconds
            return self.low + way if way <= span else None
        way += self.speed * seconds
        if self.course is Course.LOOP:
            return self.low + way % span
        turned = way % (2 * span)
        return self.low + min(turned, 2 * span - turned)
