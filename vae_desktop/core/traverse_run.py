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
from vae_desktop.core.latents import Bytes, Cloud, Coder, PictureSet, encode
from vae_desktop.core.progress import Progress, silent
from vae_desktop.core.runs import SavedRun
from vae_desktop.core.span import Span, prior_span
from vae_desktop.core.traversal import USUAL_STEPS, Importance, by_variance, parse_rows, traversal
from vae_desktop.core.traversal_sheet import (
    Sheet,
    decoding_as,
    make_sheet,
    newest_beta,
    weight_text,
)

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
        label: the class that a conditional model decodes as, by its name; "" for that of the
            test image.
    """

    rows: str = "all"
    span: Span = USUAL_SPAN
    steps: int = USUAL_STEPS
    base: str = "test:1"
    difference: bool = False
    label: str = ""


@dataclass(frozen=True)
class _Base:
    """Where the latents are held, and what that is for a reader.

    Attributes:
        code: (D,).
        text: its words.
        label: the class that the board is decoded as; 0 where the model is told none.
    """

    code: Floats
    text: str
    label: int = 0


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
        RunError: its model has no code.
        ConfigError: the wish names what there is not.
        DataError: the base's picture cannot be read.
    """
    check_traversable(run.config.model.kind)
    codes: Floats | None = None
    importance = importance_in(run)
    if importance is None or wish.span.needs_codes:
        pictures = PictureSet((("test", load().test),))
        cloud = encode(coder, pictures, pictures.subset(ENCODED), progress=progress)
        codes = cloud.mu
        importance = importance or importance_of_codes(cloud)
    base = _base(run, coder, load, wish)
    rows = parse_rows(wish.rows, importance)
    board = traversal(base.code, rows, wish.span, wish.steps, codes)
    weight = weight_text(run.config, newest_beta(run.history))
    has_prior = run.config.model.kind != "autoencoder"
    caption = captions(
        f"{run.folder.name}, {weight}, step {run.weights.step:,}",
        wish.span.text(has_prior),
        wish.steps,
        base.text,
        importance,
        difference=wish.difference,
    )
    return make_sheet(
        decoding_as(coder, base.label),
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


def importance_in(run: SavedRun) -> Importance | None:
    """What the newest evaluation says of each latent; None for a run without KL, and for one that
    ended before its first evaluation."""
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


def importance_of_codes(cloud: Cloud) -> Importance:
    """What encoded test images say of each latent: mean KL, or variance where there is none."""
    images = f"{len(cloud):,} test images"
    if not cloud.has_posterior:
        return by_variance(cloud.mu, images)
    return Importance(cloud.kl.mean(axis=0), "kl", images)


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


def as_class(base: str, name: str) -> str:
    """The words of a base with the class that it is decoded as; "" names none."""
    return f"{base}, as “{name}”" if name else base


def _base(run: SavedRun, coder: Coder, load: Load, wish: Wish) -> _Base:
    """What a wish's words for a base mean.

    Raises:
        ConfigError: they mean nothing, or there is no such class, or none is named where one
            is needed.
        DataError: a picture cannot be read.
    """
    names = run.prepared.label_names if run.config.model.kind == "cvae" else ()
    label = _label(wish.label, names)
    kind, colon, rest = wish.base.partition(":")
    if colon and kind == "test":
        return _test_image(rest, coder, load(), label, names)
    if names and label is None:
        raise ConfigError(
            f"Class: this run is a conditional VAE, and the base “{wish.base}” has no class of "
            f"its own; name one with --class: {', '.join(names)}."
        )
    label = label or 0
    name = names[label] if names else ""
    if wish.base == "prior":
        zeros = np.zeros(run.config.model.latent_dim, np.float32)
        return _Base(zeros, as_class("the prior's mean", name), label)
    if colon and kind == "z":
        code = _code(rest, run.config.model.latent_dim)
        return _Base(code, as_class("a given code", name), label)
    path, shape = Path(wish.base).expanduser(), run.prepared.image_shape
    code = coder.encode(picture_from(path, shape)[None], np.array([label]))[0][0]
    return _Base(code, as_class(f"{path.name}, as {shape_text((1, *shape))}", name), label)


def _label(name: str, names: tuple[str, ...]) -> int | None:
    """The class of this name; None where none is named."""
    if not name:
        return None
    if not names:
        raise ConfigError("Class: only a conditional VAE is told one; leave --class out.")
    if name not in names:
        raise ConfigError(f"Class: there is none called “{name}”; choose of {', '.join(names)}.")
    return names.index(name)


def _test_image(
    text: str, coder: Coder, data: Dataset, label: int | None, names: tuple[str, ...]
) -> _Base:
    """A test image encoded as of its own class, whatever class it is decoded as."""
    try:
        number = int(text)
    except ValueError as error:
        raise ConfigError(f"Base: “{text}” is no number; write test:12, say.") from error
    if not 1 <= number <= len(data.test):
        raise ConfigError(
            f"Base: there is no test image {number:,}; {data.title} has 1 to {len(data.test):,}."
        )
    row = np.array([number - 1])
    own = None if data.test.labels is None else data.test.labels[row]
    if names and own is None:
        raise DataError(f"This run is told classes, but {data.title} has none; choose its own set.")
    code = coder.encode(data.test.images[row], own)[0][0]
    if label is None:
        label = int(own[0]) if names and own is not None else 0
    return _Base(code, as_class(f"test image {number:,}", names[label] if names else ""), label)


def _code(text: str, latents: int) -> Floats:
    try:
        code = np.array([float(part.replace("−", "-")) for part in text.split(",")], np.float32)
    except ValueError as error:
        raise ConfigError(f"Base: “{text}” is no code; write z:0.5,-1 …") from error
    if len(code) != latents or not np.isfinite(code).all():
        raise ConfigError(f"Base: this run's codes have {latents} finite numbers; give as many.")
    return code
