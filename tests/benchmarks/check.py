"""One figure beside its reference."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One figure beside its reference.

    Attributes:
        name: which run or formula, and which figure of it.
        value: ours.
        low, high: where it has to lie.
        reference: the published figure or what it is compared with, in words.
        source: where that is from.
    """

    name: str
    value: float
    low: float
    high: float
    reference: str
    source: str

    @property
    def met(self) -> bool:
        """Whether the figure lies where it has to."""
        return self.low <= self.value <= self.high
