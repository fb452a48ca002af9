"""Rows of the benchmark table: what was measured, beside what, and whether it is enough."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One figure.

    Attributes:
        name: the benchmark and what it measured.
        ours: the median of our measurements.
        reference: the median of what it is compared with in the same run; None without.
        unit: of both.
        target: what it has to reach, in words.
        met: whether it does; None where the figure is only told.
    """

    name: str
    ours: float
    reference: float | None
    unit: str
    target: str
    met: bool | None

    @property
    def ratio(self) -> float | None:
        """Ours as a multiple of the reference."""
        return self.ours / self.reference if self.reference else None

    def as_json(self) -> dict[str, object]:
        """The row as it goes into the JSON file."""
        return {**asdict(self), "ratio": self.ratio}


def at_least_times(name: str, ours: float, reference: float, unit: str, factor: float) -> Row:
    """A row that is met where ours is at least `factor` times the reference."""
    target = f"≥ {factor:g} × reference"
    return Row(name, ours, reference, unit, target, ours >= factor * reference)


def at_most_times(name: str, ours: float, reference: float, unit: str, factor: float) -> Row:
    """A row that is met where ours is at most `factor` times the reference."""
    target = f"≤ {factor:g} × reference"
    return Row(name, ours, reference, unit, target, ours <= factor * reference)


def at_least(name: str, ours: float, unit: str, limit: float) -> Row:
    """A row that is met where ours is at least `limit`."""
    return Row(name, ours, None, unit, f"≥ {limit:g} {unit}", ours >= limit)


def at_most(name: str, ours: float, unit: str, limit: float) -> Row:
    """A row that is met where ours is at most `limit`."""
    return Row(name, ours, None, unit, f"≤ {limit:g} {unit}", ours <= limit)


def told(name: str, ours: float, unit: str) -> Row:
    """A row without a target."""
    return Row(name, ours, None, unit, "", None)


def alternate(repeats: int, *measure: Callable[[], float]) -> list[float]:
    """Medians of several measurements that take turns, so that a busy moment hits all."""
    results: list[list[float]] = [[] for _ in measure]
    for _ in range(repeats):
        for values, function in zip(results, measure, strict=True):
            values.append(function())
    return [statistics.median(values) for values in results]


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
