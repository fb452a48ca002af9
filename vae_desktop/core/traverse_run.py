"""The traversal of a saved run, from words as a command line has them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vae_desktop.core.data.dataset import Dataset, shape_text
from vae_desktop.core.data.fitting import Plan, fitted
from vae_desktop.core.data.pictures import decode as read_picture
from vae_desktop.core.errors import ConfigError, DataError, RunError
from vae_desktop.core.events import Evaluation, Floats
from vae_desktop.core.latents import Bytes, Coder, PictureSet, encode
from vae_desktop.core.progress import Progress, silent
from vae_desktop.core.runs import SavedRun
from vae_desktop.core.span import Span, prior_span
from vae_desktop.core.traversal import USUAL_STEPS, Importance, by_variance, parse_rows, traversal
from vae_desktop.core.traversal_sheet import Sheet, make_sheet, newest_beta, weight_text

ENCODED = 1000
"""Test images that quantiles and variances are taken of, at most."""

USUAL_SPAN = prior_span()

Load = Callable[[], Dataset]
"""Brings the run's data set, where it is needed at all."""


@dataclass(frozen=True)
class Wish:
    """What is to be shown of a run.

    Attributes:
        rows: "all", "used", "unused" or numbers from 1: "1,3-5".
        span: from where to where.
        steps: columns.
        base: "prior", "test:12" (the twelfth test image), "z:0.5,-1,…" or the path of a picture.
        difference: show the difference from the base.
    """

    rows: str = "all"
    span: Span = USUAL_SPAN
    steps: int = USUAL_STEPS
    base: str = "test:1"
    difference: bool = False


def sheet_of_run(
    run: SavedRun, coder: Coder, load: Load, wish: Wish, progress: Progress = silent
) -> Sheet:
    """The traversal of a saved run.

    Args:
        run: which.
        coder: its model.
        load: brings its data set; called only where the wish needs test images.
        wish: what is to be shown.
        progress: told how far it is; may cancel.

    Raises:
        RunError: its model has no code, or needs a class.
        ConfigError: the wish names what there is not.
        DataError: the base's picture cannot be read.
    """
    check_traversable(run.config.model.kind)
    latents = run.config.model.latent_dim
    codes: Floats | None = None
    importance = importance_in(run)
    if importance is None or wish.span.needs_codes:
        codes = encoded(coder, load(), progress)
    if importance is None:
        assert codes is not None
        importance = by_variance(codes, f"{len(codes):,} test images")
    base, base_text = _base(wish.base, coder, load, run.prepared.image_shape, latents)
    rows = parse_rows(wish.rows, importance)
    board = traversal(base, rows, wish.span, wish.steps, codes)
    weight = weight_text(run.config, newest_beta(run.history))
    has_prior = run.config.model.kind != "autoencoder"
    caption = captions(
        f"{run.folder.name}, {weight}, step {run.weights.step:,}",
        wish.span.text(has_prior),
        wish.steps,
        base_text,
        importance,
        difference=wish.difference,
    )
    return make_sheet(
        coder.decode,
        board,
        importance,
        wish.span,
        caption,
        difference=wish.difference,
        progress=progress,
    )


def captions(
    run: str, span: str, steps: int, base: str, importance: Importance, *, difference: bool
) -> tuple[str, ...]:
    """The lines above a saved board: run, range and base, and what the rows are sorted by."""
    shown = "; difference from the base: blue darker, orange brighter" if difference else ""
    return run, f"Range: {span}, {steps} steps. Base: {base}{shown}", importance.sentence


def check_traversable(kind: str) -> None:
    """Whether a model has codes that can be traversed.

    Raises:
        RunError: it has not, and why.
    """
    if kind == "classifier":
        raise RunError("This run is a classifier: it has no latents to traverse; choose another.")
    if kind == "cvae":
        raise RunError(
            "This run is a conditional VAE: its codes are other pictures for every class, and "
            "traversing them is not part of this version yet; choose another run."
        )


def importance_in(run: SavedRun) -> Importance | None:
    """What the newest evaluation says of each latent; None for a run without KL."""
    for event in reversed(run.history):
        if isinstance(event, Evaluation):
            return importance_of(event)
    return None


def importance_of(event: Evaluation) -> Importance | None:
    """What an evaluation says of each latent; None for a run without KL."""
    if not len(event.kl_per_latent):
        return None
    images = f"{event.images:,} test images, epoch {event.epoch}"
    return Importance(event.kl_per_latent, "kl", images)


def encoded(coder: Coder, data: Dataset, progress: Progress = silent) -> Floats:
    """Posterior means (n, D) of test images."""
    pictures = PictureSet((("test", data.test),))
    return encode(coder, pictures, pictures.subset(ENCODED), progress=progress).mu


def picture_from(path: Path, shape: tuple[int, int, int]) -> Bytes:
    """The picture in a file as the model sees it, uint8 (C, H, W).

    Raises:
        DataError: the file cannot be read, or is no picture.
    """
    try:
        with path.open("rb") as stream:
            picture = read_picture(stream)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise DataError(f"{path}: {reason}; choose another picture.") from error
    except DataError as error:
        raise DataError(f"{path}: {error} Choose another picture.") from error
    channels, height, width = shape
    return fitted(picture, Plan((width, height), channels))


def _base(
    text: str, coder: Coder, load: Load, shape: tuple[int, int, int], latents: int
) -> tuple[Floats, str]:
    """The code that a base's words mean, and the words for a reader."""
    if text == "prior":
        return np.zeros(latents, np.float32), "the prior's mean"
    kind, colon, rest = text.partition(":")
    if colon and kind == "test":
        return _test_image(rest, coder, load())
    if colon and kind == "z":
        return _code(rest, latents), "a given code"
    path = Path(text).expanduser()
    picture = picture_from(path, shape)
    return coder.encode(picture[None])[0][0], f"{path.name}, as {shape_text((1, *shape))}"


def _test_image(text: str, coder: Coder, data: Dataset) -> tuple[Floats, str]:
    try:
        number = int(text)
    except ValueError as error:
        raise ConfigError(f"Base: “{text}” is no number; write test:12, say.") from error
    if not 1 <= number <= len(data.test):
        raise ConfigError(
            f"Base: there is no test image {number:,}; {data.title} has 1 to {len(data.test):,}."
        )
    images = data.test.images[np.array([number - 1])]
    return coder.encode(images)[0][0], f"test image {number:,}"


def _code(text: str, latents: int) -> Floats:
    try:
        code = np.array([float(part.replace("−", "-")) for part in text.split(",")], np.float32)
    except ValueError as error:
        raise ConfigError(f"Base: “{text}” is no code; write z:0.5,-1 …") from error
    if len(code) != latents or not np.isfinite(code).all():
        raise ConfigError(f"Base: this run's codes have {latents} finite numbers; give as many.")
    return code
