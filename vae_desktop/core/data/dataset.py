"""The one value that every data source yields.

Images are uint8, (N, C, H, W), C = 1 (grey) or 3 (RGB), 0 = black. They are either a
numpy array or an object that renders them on demand and looks like one (`Images`).
"""

import hashlib
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.errors import DataError


class RenderedImages(Protocol):
    """Pictures that are rendered when they are asked for; looks like a uint8 array."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(N, C, H, W)."""

    def __len__(self) -> int: ...

    def __getitem__(self, key: slice | NDArray[np.int64], /) -> NDArray[np.uint8]: ...


Images = NDArray[np.uint8] | RenderedImages
"""Pictures (N, C, H, W) in memory or rendered on demand."""


@dataclass(frozen=True)
class Factor:
    """A known cause of variation, such as slant or horizontal position.

    Attributes:
        name: what it is called, in lower case ("slant").
        unit: its unit ("degrees"), or "" where it has none.
        values: its possible values in order, where it is discrete (K,); else None.
        value_names: one name per value where the values are classes ("heart").
    """

    name: str
    unit: str = ""
    values: tuple[float, ...] | None = None
    value_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """The training part or the test part of a data set.

    Attributes:
        images: uint8 (N, C, H, W), see `Images`.
        labels: int64 (N,), indices into `Dataset.label_names`; None without labels.
        factors: float32 (N, F), columns in the order of `Dataset.factors`; None without.
    """

    images: Images
    labels: NDArray[np.int64] | None = None
    factors: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.images)


@dataclass(frozen=True)
class Dataset:
    """A data set: its pictures, what is known of them, and where they come from.

    Attributes:
        name: which set it is ("digits"); the same for all its sizes.
        title: its name for a reader ("Built-in digits").
        train, test: its two parts.
        label_names: a name per class; empty without labels.
        factors: the known factors; empty where nothing is known.
        source: a sentence that says where it comes from.
        licence: a sentence that says under which terms it may be used.
        fingerprint: hexadecimal, changes whenever a pixel or label does.
    """

    name: str
    title: str
    train: Part
    test: Part
    label_names: tuple[str, ...] = ()
    factors: tuple[Factor, ...] = ()
    source: str = ""
    licence: str = ""
    fingerprint: str = field(default="")

    def __post_init__(self) -> None:
        for part_name, part in (("training", self.train), ("test", self.test)):
            _check_part(self.title, part_name, part, len(self.factors))
        if self.train.images.shape[1:] != self.test.images.shape[1:]:
            raise DataError(
                f"{self.title}: training images are {shape_text(self.train.images.shape)} but "
                f"test images are {shape_text(self.test.images.shape)}; both must be alike."
            )

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(C, H, W)."""
        _, c, h, w = self.train.images.shape
        return c, h, w


def shape_text(shape: tuple[int, ...]) -> str:
    """(N, C, H, W) as a reader writes it: '28×28 grey'."""
    c, h, w = shape[-3:]
    return f"{w}×{h} {'grey' if c == 1 else 'colour'}"


def fingerprint_of(*parts: Part, extra: str = "") -> str:
    """BLAKE2b over the bytes of in-memory parts, 32 hexadecimal digits."""
    digest = hashlib.blake2b(extra.encode(), digest_size=16)
    for part in parts:
        digest.update(repr(part.images.shape).encode())
        for start in range(0, len(part.images), 8192):
            digest.update(np.ascontiguousarray(part.images[start : start + 8192]).data)
        if part.labels is not None:
            digest.update(np.ascontiguousarray(part.labels).data)
        if part.factors is not None:
            digest.update(np.ascontiguousarray(part.factors).data)
    return digest.hexdigest()


def _check_part(title: str, part_name: str, part: Part, factor_count: int) -> None:
    shape = part.images.shape
    if len(shape) != 4 or shape[1] not in (1, 3):
        raise DataError(f"{title}: {part_name} images have shape {shape}, not (N, 1 or 3, H, W).")
    if shape[0] == 0:
        raise DataError(f"{title}: there is not one {part_name} image in it.")
    if part.labels is not None and len(part.labels) != shape[0]:
        raise DataError(
            f"{title}: {shape[0]:,} {part_name} images but {len(part.labels):,} labels; "
            "the files do not belong together."
        )
    if part.factors is not None and part.factors.shape != (shape[0], factor_count):
        raise DataError(
            f"{title}: the {part_name} factors have shape {part.factors.shape}, "
            f"not ({shape[0]}, {factor_count})."
        )
