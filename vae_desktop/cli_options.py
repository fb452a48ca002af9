"""Command-line options for every setting of a run, made from its schema."""

import inspect
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Annotated, Any, Literal, get_origin

import typer
from pydantic.fields import FieldInfo

from vae_desktop.core.config import SECTIONS, field_of, limits_text, unit_of
from vae_desktop.core.errors import ConfigError

FLAGS = {
    ("data", "source"): "--dataset",
    ("data", "folder"): "--data-dir",
    ("model", "kind"): "--model",
    ("objective", "kind"): "--objective",
    ("training", "learning_rate"): "--lr",
}
"""Settings whose options are called otherwise than they."""

Given = dict[str, dict[str, Any]]
"""Settings that were given on the command line, by section and name."""


def option(section: str, name: str) -> Any:
    """A command-line option for one setting: its help is written in the config's schema."""
    field = field_of(section, name)
    choices = ", ".join(field.annotation.__args__) if _is_choice(field) else ""  # type: ignore[union-attr]
    notes = " ".join(note for note in (limits_text(field), unit_of(field), choices) if note)
    sentence = f"{field.description} ({notes})" if notes else field.description
    return typer.Option(_flag(section, name), help=sentence, show_default=_shown(field))


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command one option per setting; it gets those that were given as `settings`."""
    own = inspect.signature(command, eval_str=True)
    made = {_key(section, name): (section, name) for section, name in _settings()}

    @wraps(command)
    def wrapped(**arguments: Any) -> None:
        given: Given = {}
        for key, (section, name) in made.items():
            value = arguments.pop(key)
            if value is not None:
                given.setdefault(section, {})[name] = _parsed(section, name, value)
        command(settings=given, **arguments)

    options = [_parameter(key, *setting) for key, setting in made.items()]
    kept = [parameter for name, parameter in own.parameters.items() if name != "settings"]
    signature = own.replace(parameters=[*kept, *options])
    wrapped.__signature__ = signature  # type: ignore[attr-defined]
    wrapped.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
    return wrapped


def _settings() -> Iterator[tuple[str, str]]:
    for section, kind in SECTIONS:
        for name, field in kind.model_fields.items():
            if field.json_schema_extra:
                yield section, name


def _parameter(key: str, section: str, name: str) -> inspect.Parameter:
    kind: Any = _kind(field_of(section, name)) | None
    annotation = Annotated[kind, option(section, name)]
    return inspect.Parameter(
        key, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation
    )


def _kind(field: FieldInfo) -> type:
    """As what Typer reads the option; texts are judged by the schema."""
    kind: Any = field.annotation
    if kind in (bool, float):
        return kind  # type: ignore[no-any-return]
    return int if kind in (int, int | None) else str


def _parsed(section: str, name: str, value: Any) -> Any:
    """A value as the schema takes it: lists of widths and points are written with commas."""
    if (section, name) == ("objective", "points"):
        return [_point(text) for text in value.split(",")]
    if get_origin(field_of(section, name).annotation) is tuple:
        return [part.strip() for part in value.split(",")]
    return value


def _point(text: str) -> list[str]:
    epoch, colon, beta = text.partition(":")
    if not colon:
        raise ConfigError(
            f"β through points: “{text}” is no point; write epoch:β, as in 0:0,5:1,10:4."
        )
    return [epoch.strip(), beta.strip()]


def _shown(field: FieldInfo) -> str | bool:
    default = field.default
    if isinstance(default, tuple):
        return ",".join(map(str, default)) or False
    return False if default is None or isinstance(default, bool) else str(default)


def _is_choice(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is Literal


def _flag(section: str, name: str) -> str:
    flag = FLAGS.get((section, name), f"--{name.replace('_', '-')}")
    return f"{flag}/--no{flag[1:]}" if field_of(section, name).annotation is bool else flag


def _key(section: str, name: str) -> str:
    return _flag(section, name).split("/")[0].strip("-").replace("-", "_")
