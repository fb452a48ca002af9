"""What a run is: data, model, objective and training, as one validated value.

This module is the door to the settings: their schema is in `schema`, what they are in
`sections`. Title, sentence, unit and limits of a setting are written there, once, and feed
the run's `config.json`, the form of the window and the options of the command line.
"""

import json
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError

from vae_desktop.core.errors import ConfigError
from vae_desktop.core.schema import (
    LIMIT_WORDS,
    Section,
    applies_to,
    limits_of,
    limits_text,
    unit_of,
)
from vae_desktop.core.sections import (
    LAYER_LIMIT,
    SECTIONS,
    DataConfig,
    ModelConfig,
    ObjectiveConfig,
    TrainingConfig,
    field_of,
)

__all__ = [
    "LAYER_LIMIT",
    "LIMIT_WORDS",
    "SECTIONS",
    "DataConfig",
    "ModelConfig",
    "ObjectiveConfig",
    "RunConfig",
    "Section",
    "TrainingConfig",
    "applies_to",
    "field_of",
    "limits_of",
    "limits_text",
    "sentence_of",
    "unit_of",
]


class RunConfig(Section):
    """Everything that defines a run; `config.json` in the run's folder."""

    version: Literal[1] = 1
    data: DataConfig = Field(default=DataConfig(), title="Data")
    model: ModelConfig = Field(default=ModelConfig(), title="Model")
    objective: ObjectiveConfig = Field(default=ObjectiveConfig(), title="Objective")
    training: TrainingConfig = Field(default=TrainingConfig(), title="Training")

    @classmethod
    def parse(cls, values: Any) -> Self:
        """A config from nested dictionaries, as JSON gives them.

        Raises:
            ConfigError: a setting is unknown, of the wrong kind or out of its limits.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise ConfigError(sentence_of(error)) from error

    @classmethod
    def read(cls, path: Path) -> Self:
        """A config from a JSON file.

        Raises:
            ConfigError: the file cannot be read, is not JSON or holds an impossible setting.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
            raise ConfigError(
                f"{path} is not a settings file: it is not valid JSON. Choose another run."
            ) from error
        try:
            return cls.parse(values)
        except ConfigError as error:
            raise ConfigError(f"{path}: {error}") from error

    def to_json(self) -> str:
        """The config as indented JSON; `parse` of it gives an equal config."""
        return self.model_dump_json(indent=2) + "\n"

    def changed(self, **sections: dict[str, Any]) -> Self:
        """A copy with some settings replaced: `config.changed(training={"epochs": 3})`.

        Raises:
            ConfigError: as `parse`.
        """
        values = self.model_dump()
        for section, settings in sections.items():
            values[section].update(settings)
        return type(self).parse(values)

    def applies(self, section: str, name: str) -> bool:
        """Whether a setting counts, given the other ones; the form hides it where not."""
        return all(
            self._value(full_name) in values
            for full_name, values in applies_to(field_of(section, name)).items()
        )

    def _value(self, full_name: str) -> Any:
        section, name = full_name.split(".")
        return getattr(getattr(self, section), name)

    def check(self) -> None:
        """Whether the settings fit each other; each alone is known to be within its limits.

        Raises:
            ConfigError: two of them do not, with a sentence on both.
        """
        if self.model.kind in ("vae", "cvae") and self.model.inputs == "normalised":
            raise ConfigError(
                "Pixels: the likelihood of a VAE needs pixels in [0, 1], but they are normalised; "
                "choose unit."
            )
        if self.applies("objective", "points"):
            _check_points(self.objective.points)


def _check_points(points: tuple[tuple[float, float], ...]) -> None:
    epochs = [epoch for epoch, _ in points]
    if not epochs:
        raise ConfigError(
            "β through points: the schedule is drawn, but there is no point; give at least one."
        )
    if any(later <= earlier for earlier, later in pairwise(epochs)):
        raise ConfigError(
            "β through points: each point must be at a later epoch than the one before; "
            "sort them and leave out doubles."
        )


def sentence_of(error: ValidationError) -> str:
    """What is wrong, for a reader: 'Latents: 0 is not allowed; it must be at least 1.'"""
    details = error.errors()
    wrong = {detail["loc"][:2] for detail in details if len(detail["loc"]) > 2}
    # A list none of whose elements is right also counts as too short; that is no news.
    told = [d for d in details if d["type"] != "too_short" or d["loc"][:2] not in wrong]
    return " ".join(_sentence(detail) for detail in told)


def _sentence(detail: Any) -> str:
    title = _title(detail["loc"])
    kind, context, value = detail["type"], detail.get("ctx", {}), detail.get("input")
    if kind == "extra_forbidden":
        return f"“{'.'.join(map(str, detail['loc']))}” is not a setting of this version."
    if kind == "literal_error":
        return f"{title}: {value!r} is not one of {context['expected']}."
    for key, words in LIMIT_WORDS.items():
        if key in context:
            return f"{title}: {value!r} is not allowed; it must be {words} {context[key]:,}."
    if kind in ("too_short", "too_long") and detail["loc"][-1:] == ("hidden",):
        return f"{title}: give 1 to {LAYER_LIMIT} widths."
    return f"{title}: {value!r} does not fit ({detail['msg'].lower()})."


def _title(location: Iterable[Any]) -> str:
    names = [str(part) for part in location]
    if len(names) >= 2:
        fields = dict(SECTIONS)[names[0]].model_fields if names[0] in dict(SECTIONS) else {}
        if names[1] in fields:
            return fields[names[1]].title or names[1]
    return names[-1] if names else "The settings"
