"""Figures of the sprites: how fast they are drawn, and how near to the published ones."""

import csv
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from vae_desktop.core.data.sprite_raster import build_tables
from vae_desktop.core.data.sprites import FACTORS, IMAGES, SpriteImages, render_factors

BATCH = 256
BATCHES = 400
ROUNDS = 3


def measure(data_dir: Path) -> dict[str, float]:
    """Measures on this machine, in one thread, the best of three rounds.

    Args:
        data_dir: the folder that holds `dsprites/dsprites.gif` and `dsprites/frames.csv`.

    Returns:
        images_per_second: drawn in batches of 256 random images of the full set.
        template_mb: MB (10⁶ bytes) that the tables occupy.
        build_seconds: to compute the tables.
        exact_frames: how many of the 320 published frames come out pixel for pixel.
        worst_pixels: the most pixels by which one of the others differs.
    """
    wrong = _wrong_pixels(data_dir / "dsprites")
    return {
        "images_per_second": BATCH * BATCHES / min(_drawing_seconds() for _ in range(ROUNDS)),
        "template_mb": build_tables().nbytes / 1e6,
        "build_seconds": min(_build_seconds() for _ in range(ROUNDS)),
        "exact_frames": float(np.count_nonzero(wrong == 0)),
        "worst_pixels": float(wrong.max()),
    }


def _drawing_seconds() -> float:
    images = SpriteImages(np.arange(IMAGES))
    batches = np.random.default_rng(0).integers(0, IMAGES, (BATCHES, BATCH))
    start = time.perf_counter()
    for batch in batches:
        images[batch]
    return time.perf_counter() - start


def _build_seconds() -> float:
    start = time.perf_counter()
    build_tables()
    return time.perf_counter() - start


def _wrong_pixels(folder: Path) -> NDArray[np.int64]:
    """By how many pixels each published frame differs from ours, (320,)."""
    with Image.open(folder / "dsprites.gif") as film:
        frames = [np.array(frame.convert("L")) for frame in ImageSequence.Iterator(film)]
    with (folder / "frames.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    levels = np.zeros((len(rows), len(FACTORS)), np.int64)
    for column, factor in enumerate(FACTORS[1:], start=1):
        shown = np.array([float(row[factor.name]) for row in rows])
        levels[:, column] = np.abs(shown[:, None] - np.array(factor.values)).argmin(axis=1)
    differs = render_factors(levels)[:, 0] != np.stack(frames)
    return np.asarray(np.count_nonzero(differs, axis=(1, 2)), np.int64)
