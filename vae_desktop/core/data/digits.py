"""The built-in digits: 70,000 pictures drawn from stroke models, nothing to download.

They are laid out as MNIST is: 60,000 for training and 10,000 for testing, 28×28 grey,
white on black, size-normalised into a 20×20 box and centred by mass. The style of each
picture is kept as known factors. The same seed gives the same bytes on every machine.
"""

import gzip
import logging
import math
import os
import zlib
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from vae_desktop import paths
from vae_desktop.core.data.dataset import Dataset, Factor, Part, fingerprint_of
from vae_desktop.core.data.rendering import SIDE, Floats, Style, Tremble, draw
from vae_desktop.core.data.strokes import GLYPHS, MOST_POINTS, glyph_table
from vae_desktop.core.errors import DataError
from vae_desktop.core.files import write_atomically
from vae_desktop.core.progress import Progress, silent

log = logging.getLogger(__name__)

NAME = "digits"
TITLE = "Built-in digits"
TRAIN, TEST = 60_000, 10_000
SEED = 1998
VERSION = 1  # of the pictures: raise it with every change of strokes, styles or drawing
SHIPPED = f"{NAME}.cache.gz"  # as it comes with the packaged app: the cache's file, packed
BLOCK = 250  # images that share a random stream and are drawn together, 25 of each digit

# The residual of the hand, as standard deviations; see `rendering.Tremble`.
SHIFT, WARP, WAVER = 0.075, 0.07, 0.1


@dataclass(frozen=True)
class Trait:
    """A continuous factor and how it is distributed: normal, cut off at its limits."""

    factor: Factor
    low: float
    high: float
    mean: float
    spread: float


TRAITS = (
    Trait(Factor("slant", "degrees"), -30, 45, 7, 13),
    Trait(Factor("rotation", "degrees"), -20, 20, 0, 6.5),
    Trait(Factor("aspect"), 0.55, 1.6, 1.06, 0.2),
    Trait(Factor("thickness", "pixels"), 1.7, 5.5, 2.52, 0.72),
    Trait(Factor("pressure"), -0.4, 0.4, 0, 0.12),
    Trait(Factor("taper"), -0.35, 0.35, 0, 0.12),
    Trait(Factor("bend"), -0.35, 0.35, 0, 0.09),
    Trait(Factor("balance"), -0.3, 0.3, 0, 0.11),
)
"""The style of a picture but for the variant; `rendering.Style` tells what each one does."""

VARIANTS = max(len(glyphs) for glyphs in GLYPHS)  # of the digit that has the most

FACTORS = (
    Factor("variant", values=tuple(map(float, range(VARIANTS)))),
    *(trait.factor for trait in TRAITS),
)
"""The columns of the factors. A digit has `len(variant_names(digit))` variants."""

FACTOR_LIMITS = ((0.0, VARIANTS - 1.0), *((trait.low, trait.high) for trait in TRAITS))
"""The least and the greatest value of each factor."""

NEUTRAL = np.array([0.0, *(trait.mean for trait in TRAITS)], np.float32)
"""The middle style, (F,)."""


def load(cache_folder: Path, progress: Progress = silent) -> Dataset:
    """The digits as they came with the app, else from the cache or, at first use, drawn and kept.

    A cache that is missing, damaged or of another version is made anew; one that cannot
    be written is done without, with a warning in the log.

    Args:
        cache_folder: where the file of about 58 MB is kept; made if it is not there.
        progress: told of the drawing; may raise `Cancelled`, which leaves no file behind.
    """
    path = cache_folder / f"{NAME}.cache"
    progress(0.0, "Reading the built-in digits.")
    kept = _read(paths.shipped_data(SHIPPED)) or _read(path)
    if kept is not None:
        return _dataset(*kept)
    train, test = generate(TRAIN, TEST, SEED, progress)
    fingerprint = fingerprint_of(train, test)
    _write(path, train, test, fingerprint)
    return _dataset(train, test, fingerprint)


def generate(
    train: int = TRAIN, test: int = TEST, seed: int = SEED, progress: Progress = silent
) -> tuple[Part, Part]:
    """Draws the first `train` training and the first `test` test images of a seed.

    Labels are shuffled; in every full block of `BLOCK` images each is equally frequent.
    """
    rows = _empty(train), _empty(test)
    done = 0
    # Closed at once when `progress` cancels: its threads must not outlive the call.
    with closing(_fill(rows, seed)) as blocks:
        for written in blocks:
            done += written
            progress(done / (train + test), f"Writing digits: {done:,} of {train + test:,}.")
    return Part(*rows[0]), Part(*rows[1])


def render_factors(labels: NDArray[np.int64], factors: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Draws digits (n,) in styles (n, F), columns as in `FACTORS`: uint8 (n, 1, 28, 28).

    For the labels and factors of a picture of the data set this is that picture without
    the tremble of the hand, which no factor explains. Values beyond `FACTOR_LIMITS` are
    taken as the limit, and variants that a digit does not have as its last.

    Raises:
        DataError: the shapes do not match, a label is no digit or a factor is no number.
    """
    _check_request(labels, factors)
    limits = np.array(FACTOR_LIMITS, np.float32)
    columns = np.clip(factors.astype(np.float32), limits[:, 0], limits[:, 1]).T
    pictures = np.empty((len(labels), 1, SIDE, SIDE), np.uint8)
    for start in range(0, len(labels), BLOCK):
        cut = slice(start, start + BLOCK)
        still = Tremble.none(len(labels[cut]))
        pictures[cut] = draw(labels[cut], Style(*columns[:, cut]), still)
    return pictures


def variant_names(digit: int) -> tuple[str, ...]:
    """What the values 0, 1, … of the factor "variant" mean for a digit."""
    return tuple(glyph.name for glyph in GLYPHS[digit])


def _check_request(labels: NDArray[np.int64], factors: NDArray[np.float32]) -> None:
    if labels.ndim != 1 or factors.shape != (len(labels), len(FACTORS)):
        raise DataError(
            f"Styles of shape {factors.shape} for digits of shape {labels.shape}: for n digits "
            f"there must be n rows of {len(FACTORS)} factors."
        )
    if len(labels) and not 0 <= labels.min() <= labels.max() <= 9:
        raise DataError("Only the digits 0 to 9 can be drawn.")
    if not np.isfinite(factors).all():
        raise DataError("A digit cannot be drawn: one of its factors is not a finite number.")


class _Rows(NamedTuple):
    """A part of the data set while it is filled; fields as in `Part`."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    factors: Floats


def _empty(count: int) -> _Rows:
    return _Rows(
        images=np.empty((count, 1, SIDE, SIDE), np.uint8),
        labels=np.empty(count, np.int64),
        factors=np.empty((count, len(FACTORS)), np.float32),
    )


def _fill(parts: tuple[_Rows, _Rows], seed: int) -> Generator[int, None, None]:
    """Fills the parts in threads; yields the size of each block when it is done, in order."""
    jobs = [
        (rows, start, np.random.SeedSequence(seed, spawn_key=(which, start // BLOCK)))
        for which, rows in enumerate(parts)
        for start in range(0, len(rows.labels), BLOCK)
    ]
    pool = ThreadPoolExecutor(min(4, os.cpu_count() or 1))
    try:
        yield from pool.map(lambda job: _fill_block(*job), jobs)
    finally:
        pool.shutdown(cancel_futures=True)


def _fill_block(rows: _Rows, start: int, seed: np.random.SeedSequence) -> int:
    """Writes one block from row `start` on; returns how much of it there was room for."""
    count = min(BLOCK, len(rows.labels) - start)
    block = _block(_Draws(seed))
    rows.images[start : start + count] = block.images[:count]
    rows.labels[start : start + count] = block.labels[:count]
    rows.factors[start : start + count] = block.factors[:count]
    return count


def _block(draws: "_Draws") -> _Rows:
    """`BLOCK` images with their labels and factors."""
    labels = draws.order(BLOCK) % len(GLYPHS)
    factors = _styles(draws, labels)
    return _Rows(draw(labels, Style(*factors), _tremble(draws)), labels, factors.T)


def _styles(draws: "_Draws", labels: NDArray[np.int64]) -> Floats:
    """Random factors (F, n) for digits (n,)."""
    chance = draws.uniform(len(labels))
    variant = (chance[:, None] >= glyph_table().shares[labels]).sum(axis=1).astype(np.float32)
    table = np.array([(t.low, t.high, t.mean, t.spread) for t in TRAITS], np.float32)
    low, high, mean, spread = table.T[:, :, None]
    traits = np.clip(mean + spread * draws.normal(len(TRAITS), len(labels)), low, high)
    return np.concatenate((variant[None], traits))


def _tremble(draws: "_Draws") -> Tremble:
    return Tremble(
        shift=draws.normal(2, MOST_POINTS, BLOCK) * np.float32(SHIFT),
        warp=draws.normal(2, 4, BLOCK) * np.float32(WARP),
        waver=draws.normal(2, BLOCK) * np.float32(WAVER),
    )


class _Draws:
    """Random numbers made of PCG64's raw integers, which no numpy version may change."""

    def __init__(self, seed: np.random.SeedSequence) -> None:
        self._bits = np.random.PCG64(seed)

    def _raw(self, count: int) -> NDArray[np.uint64]:
        return np.asarray(self._bits.random_raw(count), np.uint64)

    def uniform(self, count: int) -> Floats:
        """Float32 in [0, 1), (count,)."""
        return (self._raw(count) >> np.uint64(40)).astype(np.float32) * np.float32(2**-24)

    def normal(self, *shape: int) -> Floats:
        """Float32 of mean 0 and variance 1, nearly normal and within 3.5.

        Each is a sum of four uniform integers below 2¹⁶, which has the mean 2 (2¹⁶ - 1)
        and the variance (2³² - 1) / 3, made of the four lanes of one raw integer.
        """
        raw = self._raw(math.prod(shape))
        total = np.zeros_like(raw)
        for lane in range(4):
            total += (raw >> np.uint64(16 * lane)) & np.uint64(0xFFFF)
        centred = total.astype(np.float32) - np.float32(2 * (2**16 - 1))
        return (centred * np.float32(math.sqrt(3) / 2**16)).reshape(shape)

    def order(self, count: int) -> NDArray[np.int64]:
        """A random permutation of range(count)."""
        return np.argsort(self._raw(count), kind="stable").astype(np.int64)


def _dataset(train: Part, test: Part, fingerprint: str) -> Dataset:
    return Dataset(
        name=NAME,
        title=TITLE,
        train=train,
        test=test,
        label_names=tuple("0123456789"),
        factors=FACTORS,
        source="Drawn by this program from stroke models of handwriting.",
        licence="Part of this program and under its licence.",
        fingerprint=fingerprint,
    )


def _header(fingerprint: str) -> bytes:
    """First line of the cache, before the raw arrays of both parts."""
    return f"vae-desktop {NAME} {VERSION} {SEED} {fingerprint}\n".encode()


def _read(path: Path) -> tuple[Part, Part, str] | None:
    """Both parts and their fingerprint, or None where the file is not what `_write` wrote."""
    try:
        with _opened(path) as file:
            header = file.readline(len(_header("0" * 32)))
            rows = _empty(TRAIN), _empty(TEST)
            complete = all(_read_into(file, part) for part in rows)
            if not complete or file.read(1):
                return None
    except (OSError, EOFError, zlib.error):
        return None
    train, test = Part(*rows[0]), Part(*rows[1])
    fingerprint = fingerprint_of(train, test)
    return (train, test, fingerprint) if header == _header(fingerprint) else None


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _read_into(file: BinaryIO, rows: _Rows) -> bool:
    """Fills a part with the next bytes; False where there are too few."""
    return all(file.readinto(array.data) == array.nbytes for array in rows)  # type: ignore[attr-defined]


def _write(path: Path, train: Part, test: Part, fingerprint: str) -> None:
    """Keeps the parts in the cache, whole or not at all; a failure is only logged."""
    arrays = (a for part in (train, test) for a in (part.images, part.labels, part.factors))
    content = b"".join((_header(fingerprint), *(np.asarray(array).tobytes() for array in arrays)))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
    except OSError as error:
        log.warning("The built-in digits could not be kept in %s: %s", path, error)
