"""Import of a folder or ZIP of pictures: a first look, then all of it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.dataset import Part
from vae_desktop.core.data.fitting import Plan, fitted
from vae_desktop.core.data.guarded_zip import ZipBombError
from vae_desktop.core.data.import_options import (
    Bundle,
    Fit,
    ImportOptions,
    Skipped,
    natural_key,
    printable,
)
from vae_desktop.core.data.picture_sources import Entry, PictureSource, open_source
from vae_desktop.core.data.pictures import Header, Trait, decode, read_header
from vae_desktop.core.data.progress_span import span
from vae_desktop.core.data.scan_result import (
    SAMPLE_COUNT,
    Scan,
    check_count,
    evenly_spaced,
    plan_for,
)
from vae_desktop.core.errors import DataError
from vae_desktop.core.progress import Progress

SAMPLE_BYTES = 2**27
"""Bytes (128 MiB) after which the sample takes no further picture."""

_Result = TypeVar("_Result", Header, NDArray[np.uint8])
_FITTED = {Fit.CROP: "cropped", Fit.PAD: "given black bars", Fit.STRETCH: "stretched"}


def scan(path: Path, progress: Progress) -> Scan:
    """A first look at a folder or ZIP: every header, and the pixels of a sample.

    Raises:
        DataError: it cannot be read, or holds fewer than two readable pictures.
        Cancelled: through `progress`.
    """
    with open_source(path, progress) as source:
        return _survey(path, source, progress).scan


def read(
    path: Path, options: ImportOptions, progress: Progress
) -> tuple[Bundle, tuple[Skipped, ...]]:
    """All pictures as the options want them, and what was left out.

    Raises:
        DataError: as `scan`, or the result does not fit into memory.
        Cancelled: through `progress`.
    """
    with open_source(path, progress) as source:
        survey = _survey(path, source, span(progress, 0.0, 0.3))
        plan = plan_for(survey.scan, options)
        images, entries, failed = _decode_all(source, survey, plan, span(progress, 0.3, 1.0))
    skipped = survey.scan.skipped + failed
    check_count(path.name, len(entries), skipped)
    notes = (*survey.scan.notes, *_size_note(survey.scan, plan))
    return _bundle(images, entries, notes), skipped


@dataclass(frozen=True)
class _Survey:
    """A scan, and the entries that it found readable."""

    scan: Scan
    entries: tuple[Entry, ...]


def _survey(path: Path, source: PictureSource, progress: Progress) -> _Survey:
    headers, unreadable = _headers(source, span(progress, 0.0, 0.8))
    sample, broken = _sample(source, list(headers), span(progress, 0.8, 1.0))
    for entry in broken:
        del headers[entry]
    skipped = source.skipped + unreadable + tuple(broken.values())
    check_count(path.name, len(headers), skipped)
    labels = Counter(entry.label for entry in headers if entry.label is not None)
    found = Scan(
        path=path,
        kind="folder of pictures" if path.is_dir() else "ZIP of pictures",
        count=len(headers),
        class_counts=tuple(sorted(labels.items(), key=lambda item: natural_key(item[0]))),
        sizes=tuple(Counter(header.size for header in headers.values()).most_common()),
        sample=sample,
        has_test=source.has_test,
        notes=_trait_notes(headers),
        skipped=tuple(Skipped(printable(item.name), item.reason) for item in skipped),
    )
    return _Survey(found, tuple(headers))


def _headers(
    source: PictureSource, progress: Progress
) -> tuple[dict[Entry, Header], tuple[Skipped, ...]]:
    headers: dict[Entry, Header] = {}
    skipped = []
    for number, entry in enumerate(source.entries):
        share = number / len(source.entries)
        progress(share, f"Looking at picture {number:,} of {len(source.entries):,}")
        result = _attempt(source, entry, read_header)
        if isinstance(result, Skipped):
            skipped.append(result)
        else:
            headers[entry] = result
    return headers, tuple(skipped)


def _sample(
    source: PictureSource, entries: list[Entry], progress: Progress
) -> tuple[tuple[NDArray[np.uint8], ...], dict[Entry, Skipped]]:
    """Pictures from all over the source, and the entries that could not be decoded."""
    sample: list[NDArray[np.uint8]] = []
    broken: dict[Entry, Skipped] = {}
    for index in evenly_spaced(len(entries)):
        progress(len(sample) / SAMPLE_COUNT, "Reading a sample")
        result = _attempt(source, entries[index], decode)
        if isinstance(result, Skipped):
            broken[entries[index]] = result
            continue
        sample.append(result)
        if len(sample) == SAMPLE_COUNT or sum(p.nbytes for p in sample) > SAMPLE_BYTES:
            break
    return tuple(sample), broken


def _decode_all(
    source: PictureSource, survey: _Survey, plan: Plan, progress: Progress
) -> tuple[NDArray[np.uint8], list[Entry], tuple[Skipped, ...]]:
    """Pictures (N, C, H, W), the entries they are of, and what could not be decoded."""
    images = np.empty((len(survey.entries), *plan.shape), np.uint8)
    done: list[Entry] = []
    failed = []
    for number, entry in enumerate(survey.entries):
        share = number / len(survey.entries)
        progress(share, f"Reading picture {number:,} of {len(survey.entries):,}")
        result = _attempt(source, entry, decode)
        if isinstance(result, Skipped):
            failed.append(Skipped(printable(result.name), result.reason))
        else:
            images[len(done)] = fitted(result, plan)
            done.append(entry)
    return images[: len(done)], done, tuple(failed)


def _attempt(
    source: PictureSource, entry: Entry, read: Callable[[IO[bytes]], _Result]
) -> _Result | Skipped:
    try:
        with source.open(entry) as stream:
            return read(stream)
    except ZipBombError:
        raise
    except FileNotFoundError:
        return Skipped(entry.name, "It is no longer there.")
    except OSError as error:
        return Skipped(entry.name, f"It cannot be read: {error.strerror or error}.")
    except DataError as error:
        return Skipped(entry.name, str(error))


def _trait_notes(headers: dict[Entry, Header]) -> tuple[str, ...]:
    counts = Counter(trait for header in headers.values() for trait in header.traits)
    return tuple(
        f"{counts[trait]:,} of {len(headers):,} pictures {trait.value}"
        for trait in Trait
        if counts[trait]
    )


def _size_note(found: Scan, plan: Plan) -> tuple[str, ...]:
    others = sum(count for size, count in found.sizes if size != plan.size)
    if not others:
        return ()
    width, height = plan.size
    return (
        f"{others:,} of {found.count:,} pictures had another size; they were "
        f"{_FITTED[plan.fit]} and resized to {width}×{height}.",
    )


def _bundle(images: NDArray[np.uint8], entries: list[Entry], notes: tuple[str, ...]) -> Bundle:
    names = sorted({entry.label for entry in entries if entry.label is not None}, key=natural_key)
    index = {name: number for number, name in enumerate(names)}
    labels = np.array([index[e.label] for e in entries if e.label is not None], np.int64)
    is_test = np.array([entry.is_test for entry in entries], np.bool_)

    def part(rows: NDArray[np.bool_]) -> Part:
        return Part(images[rows], labels[rows] if names else None)

    if not is_test.any():
        return Bundle(Part(images, labels if names else None), None, tuple(names), notes)
    return Bundle(part(~is_test), part(is_test), tuple(names), notes)
