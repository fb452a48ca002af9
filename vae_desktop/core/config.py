"""What a run is: data, model, objective and training, as one validated value.

The same schema feeds the run's `config.json`, the form of the window and the options of
the command line: title, sentence, unit and limits of a setting are written here, once.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from vae_desktop.core.data.import_options import ImportOptions
from vae_desktop.core.errors import ConfigError

LAYER_LIMIT = 6
LIMIT_WORDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
Width = Annotated[int, Field(ge=1, le=4096)]


def setting(
    default: Any,
    title: str,
    sentence: str,
    *,
    unit: str = "",
    more: bool = False,
    **limits: Any,
) -> Any:
    """A field of a section.

    Args:
        default: the value without the user's doing.
        title: its label in the form.
        sentence: its tooltip and its help text on the command line.
        unit: what the number counts, "" where it counts nothing.
        more: True for a setting that the form shows under "more".
        limits: `ge`, `gt`, `le`, `lt`, `max_length` ... as in pydantic.
    """
    extra: Any = {"unit": unit, "more": more}
    return Field(default, title=title, description=sentence, json_schema_extra=extra, **limits)


class Section(BaseModel):
    """A group of settings; immutable, and strict about names it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class DataConfig(Section):
    """Which pictures the run learns from."""

    source: str = setting(
        "digits", "Data set", "The pictures that the model learns and is tested on.", max_length=64
    )
    folder: str | None = setting(
        None, "Folder", "Where the files of the data set are, for a set that is read from disk."
    )
    train_limit: int | None = setting(
        None,
        "Training images",
        "Learn from only the first so many training images; empty means all of them.",
        unit="images",
        more=True,
        ge=1,
    )
    pictures: ImportOptions = Field(
        default=ImportOptions(),
        title="Import",
        description="How own pictures become images of one size.",
    )
    fingerprint: str = Field(
        default="", title="Fingerprint", description="Of the pixels and labels."
    )


class ModelConfig(Section):
    """What the network looks like."""

    kind: Literal["vae"] = setting(
        "vae",
        "Model",
        "A variational autoencoder encodes a picture as a Gaussian in latent space and decodes "
        "samples of it.",
    )
    latent_dim: int = setting(
        2,
        "Latents",
        "How many numbers the code of a picture has; with two, the whole latent space can be "
        "drawn as a map.",
        ge=1,
        le=128,
    )
    hidden: tuple[Width, ...] = setting(
        (400,),
        "Hidden layers",
        "Widths of the encoder's hidden layers, separated by commas; the decoder has the same "
        "in reverse.",
        unit="units",
        min_length=1,
        max_length=LAYER_LIMIT,
    )
    activation: Literal["relu", "tanh", "silu"] = setting(
        "relu",
        "Activation",
        "The function between two layers that makes the network more than one linear map.",
        more=True,
    )


class ObjectiveConfig(Section):
    """What training makes small: reconstruction term + β · KL term, in nats per image."""

    beta: float = setting(
        1.0,
        "β",
        "Weight of the KL term: 1 is the VAE, more presses the codes closer to the prior and "
        "blurs the pictures, 0 leaves the codes free.",
        ge=0.0,
        le=1000.0,
    )


class TrainingConfig(Section):
    """How the weights are found."""

    epochs: int = setting(
        10, "Epochs", "How often training goes through all training images.", ge=1, le=10_000
    )
    batch_size: int = setting(
        120,
        "Batch size",
        "How many images each step of the optimiser looks at.",
        unit="images",
        ge=1,
        le=16_384,
    )
    learning_rate: float = setting(
        1e-3,
        "Learning rate",
        "How far a step moves the weights: too small learns slowly, too large never settles.",
        gt=0.0,
        le=10.0,
    )
    optimizer: Literal["adam"] = setting(
        "adam", "Optimiser", "The rule by which gradients change the weights.", more=True
    )
    seed: int = setting(
        0,
        "Seed",
        "Start of all random numbers: the same seed and settings give the same run.",
        more=True,
        ge=0,
        le=2**31 - 1,
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = setting(
        "auto",
        "Device",
        "Where the arithmetic is done: auto takes a graphics processor where there is one.",
        more=True,
    )
    threads: int = setting(
        0,
        "Threads",
        "Processor threads for training; 0 takes all cores. One thread makes two runs alike to "
        "the last bit.",
        more=True,
        ge=0,
        le=256,
    )


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


SECTIONS: tuple[tuple[str, type[Section]], ...] = (
    ("data", DataConfig),
    ("model", ModelConfig),
    ("objective", ObjectiveConfig),
    ("training", TrainingConfig),
)


def field_of(section: str, name: str) -> FieldInfo:
    """The schema of one setting, by the names of its section and itself."""
    return dict(SECTIONS)[section].model_fields[name]


def limits_of(field: FieldInfo) -> dict[str, float]:
    """The limits of a numeric setting: some of `ge`, `gt`, `le`, `lt`."""
    return {
        key: getattr(rule, key)
        for rule in field.metadata
        for key in LIMIT_WORDS
        if hasattr(rule, key)
    }


def limits_text(field: FieldInfo) -> str:
    """The limits of a numeric setting in words: "1 to 128", or "" where it has none."""
    limits = limits_of(field)
    if "ge" in limits and "le" in limits:
        return f"{limits['ge']:,} to {limits['le']:,}"
    return " and ".join(
        f"{words} {limits[key]:,}" for key, words in LIMIT_WORDS.items() if key in limits
    )


def unit_of(field: FieldInfo) -> str:
    """What the number of a setting counts, or ""."""
    extra = field.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def sentence_of(error: ValidationError) -> str:
    """What is wrong, for a reader: 'Latents: 0 is not allowed; it must be at least 1.'"""
    return " ".join(_sentence(detail) for detail in error.errors())


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
    if kind in ("too_short", "too_long"):
        return f"{title}: give 1 to {LAYER_LIMIT} widths."
    return f"{title}: {value!r} does not fit ({detail['msg'].lower()})."


def _title(location: Iterable[Any]) -> str:
    names = [str(part) for part in location]
    if len(names) >= 2:
        fields = dict(SECTIONS)[names[0]].model_fields if names[0] in dict(SECTIONS) else {}
        if names[1] in fields:
            return fields[names[1]].title or names[1]
    return names[-1] if names else "The settings"
