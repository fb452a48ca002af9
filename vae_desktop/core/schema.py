"""How a setting is described: one schema for the file, the form and the command line."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

LIMIT_WORDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}

Applies = Mapping[str, tuple[str, ...]]
"""By the full name of another setting ("model.kind"): its values where this one counts."""


class Section(BaseModel):
    """A group of settings; immutable, and strict about names it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def setting(
    default: Any,
    title: str,
    sentence: str,
    *,
    unit: str = "",
    more: bool = False,
    applies: Applies | None = None,
    **limits: Any,
) -> Any:
    """A field of a section.

    Args:
        default: the value without the user's doing.
        title: its label in the form.
        sentence: its tooltip and its help text on the command line.
        unit: what the number counts, "" where it counts nothing.
        more: True for a setting that the form shows under "more".
        applies: where it counts; elsewhere the form hides it and it is ignored.
        limits: `ge`, `gt`, `le`, `lt`, `max_length` ... as in pydantic.
    """
    extra: Any = {"unit": unit, "more": more, "applies": dict(applies or {})}
    return Field(default, title=title, description=sentence, json_schema_extra=extra, **limits)


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
        return f"{_plain(limits['ge'])} to {_plain(limits['le'])}"
    return " and ".join(
        f"{words} {_plain(limits[key])}" for key, words in LIMIT_WORDS.items() if key in limits
    )


def _plain(limit: float) -> str:
    return f"{limit:,.0f}" if limit == int(limit) else f"{limit:g}"


def unit_of(field: FieldInfo) -> str:
    """What the number of a setting counts, or ""."""
    extra = field.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def applies_to(field: FieldInfo) -> dict[str, tuple[str, ...]]:
    """Where a setting counts, see `Applies`; empty where it always does."""
    extra: Any = field.json_schema_extra
    return dict(extra.get("applies", {})) if isinstance(extra, dict) else {}
