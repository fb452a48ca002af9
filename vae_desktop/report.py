"""Results of trainings and evaluations, for a reader and as JSON."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from vae_desktop.core.config import RunConfig
from vae_desktop.core.events import TERMS, Ended, Prepared


class Tested(Protocol):
    """What an `Evaluation` and `Scores` have in common."""

    @property
    def total(self) -> float: ...

    @property
    def terms(self) -> Any: ...

    @property
    def images(self) -> int: ...


def test_values(tested: Tested) -> dict[str, float | None]:
    """A result on the test set, under its names in JSON; None for a term that does not apply."""
    always = {"loss": tested.total, "reconstruction": None, "kl": None}
    return {**always, **tested.terms, "images": tested.images}


def test_rows(tested: Tested) -> list[tuple[str, str]]:
    """A result on the test set as names and values."""
    parts = [(TERMS[name], value) for name, value in tested.terms.items()]
    return [(name, f"{value:,.4g}") for name, value in [("Loss", tested.total), *parts]]


def test_title(data: str, measure: str, images: int, sampled: bool) -> str:
    """What a table of results is about."""
    how = ", one posterior sample each" if sampled else ""
    return f"{data}, {measure}{how} ({images:,} images)"


def training_json(
    run: Path, config: RunConfig, tested: Tested, prepared: Prepared, ended: Ended
) -> dict[str, Any]:
    """A training's result as one JSON object."""
    return {
        "run": str(run),
        "model": config.model.kind,
        "dataset": config.data.source,
        "epochs": ended.epoch,
        "reason": ended.reason,
        "measure": prepared.measure,
        "test": test_values(tested),
        "images_per_second": round(ended.images_per_second, 1),
        "seconds": round(ended.seconds, 3),
    }


def metric_rows(values: Any) -> list[tuple[str, str]]:
    """A metric as names and values; lists and what is unknown are left to JSON."""
    return [
        (name.replace("_", " "), f"{value:,.5g}" if isinstance(value, float) else f"{value:,}")
        for name, value in asdict(values).items()
        if not isinstance(value, tuple) and value is not None
    ]
