"""Saved runs beside the one on view: for boards, and for the rate–distortion plane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vae_desktop.core import history, runs
from vae_desktop.core.config import DataConfig, RunConfig
from vae_desktop.core.data.dataset import shape_text
from vae_desktop.core.errors import ConfigError, RunError, UserError
from vae_desktop.core.events import Evaluation, Floats
from vae_desktop.core.latents import PictureSet, encode
from vae_desktop.core.progress import Progress
from vae_desktop.core.traversal import Importance
from vae_desktop.core.traversal_sheet import newest_beta, weight_text
from vae_desktop.core.traverse_run import (
    ENCODED,
    check_traversable,
    importance_in,
    importance_of_codes,
)

if TYPE_CHECKING:
    from vae_desktop.session.decoder import Decoder


@dataclass(frozen=True, eq=False)
class ComparedRun:
    """A saved run as a board beside the run on view needs it.

    Attributes:
        folder, config: which.
        decoder: its model with the kept weights.
        importance: what its latents tell.
        codes: (n, D), test images encoded by it; None where there were none to encode.
        weight: its β, for a reader.
    """

    folder: Path
    config: RunConfig
    decoder: Decoder
    importance: Importance
    codes: Floats | None
    weight: str


def read_compared(
    folder: Path,
    shape: tuple[int, int, int],
    pictures: PictureSet | None,
    names: tuple[str, ...],
    progress: Progress,
) -> ComparedRun:
    """A saved run to stand beside another; to be called in the background.

    Args:
        folder: the saved run's.
        shape: (C, H, W) of the pictures of the other run.
        pictures: test images, for quantiles and variances.
        names: of their classes; a conditional model must have been told the same.
        progress: told how far it is; may cancel.

    Raises:
        RunError: it cannot be read, or cannot stand beside the other; with the reason.
    """
    # PyTorch takes a second to import: here it does not hold up the window.
    from vae_desktop.core.devices import threads
    from vae_desktop.session.decoder import Decoder

    progress(0.0, f"Reading {folder.name}")
    run = runs.read(folder)
    check_traversable(run.config.model.kind)
    if run.prepared.image_shape != shape:
        raise RunError(
            f"{folder.name} has pictures of {shape_text((1, *run.prepared.image_shape))}, the run "
            f"on view of {shape_text((1, *shape))}; choose a run with the same."
        )
    if run.config.model.kind == "cvae" and run.prepared.label_names != names:
        raise RunError(
            f"{folder.name} is a conditional VAE that is told other classes than the run on view "
            "has; choose a run of the same data set."
        )
    decoder = Decoder(
        run.config.model,
        run.prepared.image_shape,
        run.weights,
        classes=len(run.prepared.label_names),
        likelihood=run.config.objective.likelihood,
    )
    cloud = None
    if pictures is not None:
        with threads(1):
            cloud = encode(decoder, pictures, pictures.subset(ENCODED), progress=progress)
    importance = importance_in(run)
    if importance is None:
        if cloud is None:
            raise RunError(
                f"{folder.name} is an autoencoder, or was never tested: its rows need test "
                "images, which are not here yet; try again when they are read."
            )
        importance = importance_of_codes(cloud)
    weight = weight_text(run.config, newest_beta(run.history))
    codes = None if cloud is None else cloud.mu
    return ComparedRun(folder, run.config, decoder, importance, codes, weight)


@dataclass(frozen=True)
class FinishedRun:
    """Where a saved run ended on the rate–distortion plane.

    Attributes:
        folder: the run's.
        label: what to call it: its β, how many latents it has where that is another number, and
            whether it is told the class.
        kl, reconstruction: on the whole test set, in nats per image.
        epoch: after which epoch.
    """

    folder: Path
    label: str
    kl: float
    reconstruction: float
    epoch: int


@dataclass(frozen=True)
class FinishedRuns:
    """The saved runs that can be compared with the one on view.

    Attributes:
        runs: the newest first.
        others: how many were left out, because their data set or likelihood is another or
            because they have no KL.
    """

    runs: tuple[FinishedRun, ...]
    others: int


def finished_runs(
    folders: Sequence[Path], config: RunConfig, on_view: Path | None, progress: Progress
) -> FinishedRuns:
    """Where saved runs ended; to be called in the background.

    Runs that cannot be read are counted among the others.

    Args:
        folders: of the runs.
        config: of the run on view: only runs with its data set and likelihood count.
        on_view: its folder, which is left out.
        progress: told how far it is; may cancel.

    Raises:
        Cancelled: by `progress`.
    """
    found, others = [], 0
    for index, folder in enumerate(folders):
        progress(index / len(folders), f"Reading {folder.name}")
        if folder == on_view or not (folder / runs.CONFIG).is_file():
            continue
        run = _finished(folder, config)
        if run is None:
            others += 1
        else:
            found.append(run)
    return FinishedRuns(tuple(found), others)


def same_data(one: DataConfig, other: DataConfig) -> bool:
    """Whether two runs learn from the same pictures, as far as their settings tell."""
    if one.fingerprint and other.fingerprint:
        return one.fingerprint == other.fingerprint
    return one.model_copy(update={"fingerprint": ""}) == other.model_copy(
        update={"fingerprint": ""}
    )


def _finished(folder: Path, config: RunConfig) -> FinishedRun | None:
    try:
        own = RunConfig.read(folder / runs.CONFIG)
        if not _comparable(own, config):
            return None
        events = history.read(folder / runs.HISTORY)
    except (UserError, ConfigError, OSError):
        return None
    for event in reversed(events):
        if isinstance(event, Evaluation) and event.kl is not None:
            assert event.reconstruction is not None
            label = weight_text(own, newest_beta(events))
            latents = own.model.latent_dim
            if latents != config.model.latent_dim:
                label += f", {latents} latent{'' if latents == 1 else 's'}"
            if own.model.kind == "cvae":
                label += ", told the class"
            return FinishedRun(folder, label, event.kl, event.reconstruction, event.epoch)
    return None


def _comparable(one: RunConfig, other: RunConfig) -> bool:
    likelihoods = [
        (c.objective.likelihood, c.objective.sigma)
        if c.objective.likelihood == "gaussian-fixed"
        else (c.objective.likelihood, 0.0)
        for c in (one, other)
    ]
    return same_data(one.data, other.data) and likelihoods[0] == likelihoods[1]
