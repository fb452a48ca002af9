"""A traversal decoded, with all that a reader wants to know of it: what is shown and saved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.config import RunConfig
from vae_desktop.core.difference import heat
from vae_desktop.core.events import Batches, Event, Floats
from vae_desktop.core.latents import Coder
from vae_desktop.core.progress import Progress, silent
from vae_desktop.core.span import Span, quantile_levels, signed
from vae_desktop.core.traversal import Importance, Traversal

Bytes = NDArray[np.uint8]
Decode = Callable[[Floats], Bytes]
"""Pictures (n, C, H, W) of codes (n, D)."""

BATCH = 64
"""Pictures decoded at a time; progress is told after each."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A board with its words.

    Attributes:
        traversal: the codes.
        pictures: uint8 (R, S, C, H, W), what the cells show.
        importance: of all latents.
        span: of the columns.
        caption: lines on run, β, range and base.
    """

    traversal: Traversal
    pictures: Bytes
    importance: Importance
    span: Span
    caption: tuple[str, ...]

    @property
    def heads(self) -> list[str]:
        """What stands above the columns: z, or the percentile where each row has values of
        its own."""
        if self.span.needs_codes:
            levels = quantile_levels(self.span, self.traversal.steps)
            return [f"{100 * level:.3g} %" for level in levels]
        return [signed(float(value), 2) for value in self.traversal.values[0]]

    @property
    def names(self) -> list[str]:
        """A name per row: 'z3' is the third latent."""
        return [f"z{j + 1}" for j in self.traversal.latents]

    @property
    def facts(self) -> list[str]:
        """What each row's latent tells, and whether it is in use."""
        return [row_fact(self.importance, int(j)) for j in self.traversal.latents]


def row_fact(importance: Importance, latent: int) -> str:
    """What a latent tells: '1.24 nats, in use'."""
    value = float(importance.values[latent])
    unit = " nats" if importance.measure == "kl" else ""
    number = f"{value:.3f}" if abs(value) < 0.1 else f"{value:.2f}"
    return f"{number}{unit}, {'in use' if importance.in_use[latent] else 'unused'}"


def decoding_as(coder: Coder, label: int) -> Decode:
    """A model's decoder; a conditional one is told the class `label` of every code."""

    def decode(codes: Floats) -> Bytes:
        return coder.decode(codes, np.full(len(codes), label))

    return decode


def decode_all(decode: Decode, codes: Floats, progress: Progress = silent) -> Bytes:
    """Pictures (…, C, H, W) of codes (…, D), some at a time.

    Raises:
        Cancelled: by `progress`.
    """
    flat = codes.reshape(-1, codes.shape[-1])
    parts = []
    for start in range(0, len(flat), BATCH):
        progress(start / len(flat), "Decoding")
        parts.append(decode(flat[start : start + BATCH]))
    pictures = np.concatenate(parts)
    return pictures.reshape(*codes.shape[:-1], *pictures.shape[1:])


def make_sheet(
    decode: Decode,
    traversal: Traversal,
    importance: Importance,
    span: Span,
    caption: Sequence[str],
    *,
    difference: bool = False,
    progress: Progress = silent,
) -> Sheet:
    """Decode a board.

    Args:
        decode: the model's decoder.
        traversal, importance, span, caption: what it shows.
        difference: show how cells differ from the base's picture, as heat.
        progress: told how far it is; may cancel.

    Raises:
        Cancelled: by `progress`.
    """
    pictures = decode_all(decode, traversal.codes, progress)
    if difference:
        base = decode(traversal.base[None])[0]
        flat = heat(pictures.reshape(-1, *pictures.shape[2:]), base)
        pictures = flat.reshape(*pictures.shape[:2], *flat.shape[1:])
    return Sheet(traversal, pictures, importance, span, tuple(caption))


def weight_text(config: RunConfig, beta: float | None = None) -> str:
    """What weighs the KL term of a run: 'β 4'.

    Args:
        config: the run's.
        beta: the newest β where it moves; None for the one in the settings.
    """
    if config.model.kind not in ("vae", "cvae"):
        return "no KL term"
    objective = config.objective
    if objective.kind == "capacity":
        return f"capacity {objective.capacity:g} nats, γ {objective.gamma:g}"
    weighs = " on the total correlation" if objective.kind == "tc" else ""
    return f"β {objective.beta if beta is None else beta:.4g}{weighs}"


def newest_beta(history: Sequence[Event]) -> float | None:
    """β of the last step that a history tells of; None where there was none."""
    for event in reversed(history):
        if isinstance(event, Batches) and "beta" in event.terms:
            return float(event.terms["beta"][-1])
    return None
