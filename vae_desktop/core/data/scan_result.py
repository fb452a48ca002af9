"""What a first look at the user's pictures tells, and what follows from it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.fitting import Plan, Size, fitted, has_colour
from vae_desktop.core.data.guarded_zip import size_text
from vae_desktop.core.data.import_options import Colour, ImportOptions, Skipped
from vae_desktop.core.errors import DataError

SAMPLE_COUNT = 64
UNASKED_SIDE = 128
"""Pixels of the longer side to which large pictures are reduced unless a size is chosen:
what convolutions take, and what a laptop trains on; photos as they are would fill it."""
RESULT_LIMIT = 2 * 2**30
"""Bytes (2 GiB) that the finished pictures may take in memory."""


@dataclass(frozen=True)
class Scan:
    """What is there.

    Attributes:
        path: the file or folder.
        kind: what it is, for a reader ("folder of pictures").
        count: pictures that look readable.
        class_counts: (class, pictures in it); empty without labels.
        sizes: ((width, height), pictures of it), most common first.
        sample: up to `SAMPLE_COUNT` pictures from all over it, untouched: uint8 (C, H, W)
            of their own sizes, C = 1 or 3; fewer where they are large.
        has_test: whether it sets a test part apart, so that nothing is split.
        notes: sentences on what is changed while reading.
        skipped: files that are left out, and why; more may turn out while loading.
    """

    path: Path
    kind: str
    count: int
    class_counts: tuple[tuple[str, int], ...]
    sizes: tuple[tuple[Size, int], ...]
    sample: tuple[NDArray[np.uint8], ...]
    has_test: bool = False
    notes: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()


def usual_size(scan: Scan) -> Size:
    """What the pictures become where no size is chosen: their most common size, reduced in
    proportion to `UNASKED_SIDE`."""
    width, height = scan.sizes[0][0]
    shrink = min(1.0, UNASKED_SIDE / max(width, height))
    return max(1, round(width * shrink)), max(1, round(height * shrink))


def plan_for(scan: Scan, options: ImportOptions) -> Plan:
    """What every picture will become.

    Colour "auto" means: in colour if any picture of the sample has colour.

    Raises:
        DataError: the result would not fit into `RESULT_LIMIT`.
    """
    size = options.size or usual_size(scan)
    if options.colour is Colour.AUTO:
        channels = 3 if any(map(has_colour, scan.sample)) else 1
    else:
        channels = 3 if options.colour is Colour.COLOUR else 1
    plan = Plan(size, channels, options.invert, options.fit)
    _check_memory(scan, plan)
    return plan


def preview(scan: Scan, options: ImportOptions) -> NDArray[np.uint8]:
    """The sample exactly as the model will see it: uint8 (n, C, H, W).

    Raises:
        DataError: as `plan_for`.
    """
    plan = plan_for(scan, options)
    return np.stack([fitted(picture, plan) for picture in scan.sample])


def evenly_spaced(count: int) -> Iterator[int]:
    """All of 0..count-1, beginning with `SAMPLE_COUNT` from all over it."""
    steps = min(count, SAMPLE_COUNT)
    first = dict.fromkeys(i * count // steps for i in range(steps))
    yield from first
    yield from (i for i in range(count) if i not in first)


def check_count(name: str, count: int, skipped: tuple[Skipped, ...] = ()) -> None:
    """Raises DataError if there are not at least two pictures: one to train, one to test."""
    if count >= 2:
        return
    found = "only one picture" if count else "no picture"
    hint = (
        f" The first that was left out, {skipped[0].name}: {skipped[0].reason}" if skipped else ""
    )
    raise DataError(
        f"{name} holds {found} that can be read, but at least two are needed: one to train and "
        f"one to test.{hint}"
    )


def _check_memory(scan: Scan, plan: Plan) -> None:
    needed = scan.count * math.prod(plan.shape)
    if needed <= RESULT_LIMIT:
        return
    width, height = plan.size
    shrink = math.sqrt(RESULT_LIMIT / needed)
    smaller = max(1, int(width * shrink)), max(1, int(height * shrink))
    raise DataError(
        f"{scan.count:,} pictures of {width}×{height} pixels need {size_text(needed)} of memory, "
        f"more than the limit of {size_text(RESULT_LIMIT)}: choose a size of at most "
        f"{smaller[0]}×{smaller[1]}, or fewer pictures."
    )
