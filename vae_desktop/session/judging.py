"""A trained classifier for the views: found among the saved runs, or chosen by the user."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from vae_desktop.core import history, runs
from vae_desktop.core.errors import RunError, UserError
from vae_desktop.core.late_torch import load_torch
from vae_desktop.core.progress import Progress
from vae_desktop.session.jobs import JobRunner
from vae_desktop.session.on_view import Pictures, RunOnView
from vae_desktop.session.state import State

if TYPE_CHECKING:
    from vae_desktop.session.run_classifier import RunClassifier

KIND = "classifier"


@dataclass(frozen=True)
class Saved:
    """A saved classifier, its weights not yet read.

    Attributes:
        folder: of its run.
        moment: when its weights were written, in nanoseconds.
        pictures: what it was trained on.
    """

    folder: Path
    moment: int
    pictures: Pictures


class JudgeSource(QObject):
    """Keeps a classifier that suits the run on view at hand, as its `judge`.

    That is the newest saved one whose pictures have the same shape, one that knows the same
    classes before all others; or the one that the user has chosen, wherever it suits. It is
    looked for in the background, whenever the run on view changes or a training ends.

    Args:
        on_view: the run that it is to suit.
        runs_folder: whose folders are searched.
        recent: gives folders of further runs.

    Attributes:
        runs_folder: as given.
        chosen: the folder of the user's own choice; None for the newest.
    """

    choice_changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        on_view: RunOnView,
        runs_folder: Path,
        recent: Callable[[], Sequence[Path]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._on_view, self.runs_folder, self._recent = on_view, runs_folder, recent
        self.chosen: Path | None = None
        self._asked: Pictures | None = None
        self._training = False
        self._finder, self._chooser = JobRunner(self), JobRunner(self)
        self._finder.done.connect(self._on_found)
        self._finder.failed.connect(self.failed)
        self._chooser.done.connect(self._on_read)
        self._chooser.failed.connect(self.failed)
        on_view.prepared.connect(self._on_prepared)

    @property
    def busy(self) -> bool:
        """Whether it is looking or reading."""
        return self._finder.busy or self._chooser.busy

    def look(self) -> None:
        """Look for a classifier again; the run on view is told of what is found."""
        pictures = self._on_view.pictures
        if pictures is None:
            return
        self._asked = pictures
        folders = [*([] if self.chosen is None else [self.chosen]), *self._recent()]
        known = self._on_view.judge
        self._finder.start(partial(find, folders, self.runs_folder, pictures, self.chosen, known))

    def choose(self, folder: Path) -> None:
        """Take the classifier in this folder; `failed` says why it does not suit."""
        pictures = self._on_view.pictures
        if pictures is not None:
            self._asked = pictures
            self._chooser.start(partial(read, folder, pictures))

    def choose_newest(self) -> None:
        """Forget the user's choice."""
        self.chosen = None
        self.choice_changed.emit()
        self.look()

    def show_state(self, state: State) -> None:
        """The session is now in this state."""
        ended = self._training and not state.active
        self._training = state.active
        if ended:
            self.look()

    def shutdown(self) -> None:
        """End what runs in the background."""
        self._finder.shutdown()
        self._chooser.shutdown()

    @Slot()
    def _on_prepared(self) -> None:
        pictures, judge = self._on_view.pictures, self._on_view.judge
        if judge is not None and pictures is not None and judge.image_shape != pictures.shape:
            self._on_view.set_judge(None)
        self.look()

    @Slot(object)
    def _on_found(self, found: RunClassifier | None) -> None:
        if self._asked == self._on_view.pictures:
            self._on_view.set_judge(found)

    @Slot(object)
    def _on_read(self, found: RunClassifier) -> None:
        if self._asked == self._on_view.pictures:
            self._finder.cancel()
            self.chosen = found.folder
            self._on_view.set_judge(found)
            self.choice_changed.emit()


def find(
    folders: Sequence[Path],
    runs_folder: Path,
    pictures: Pictures,
    chosen: Path | None,
    known: object,
    progress: Progress,
) -> RunClassifier | None:
    """The classifier that suits pictures best; to be called in the background.

    Args:
        folders: of runs; those that are gone, broken or no classifiers are passed over.
        runs_folder: whose folders are looked at as well.
        pictures: which it is to read.
        chosen: the folder that goes before all others.
        known: what is at hand; given back where its weights have not been written since.
        progress: may cancel.
    """
    suitable = []
    for folder in dict.fromkeys((*folders, *_inside(runs_folder))):
        progress(0.0, "Looking for a classifier")
        with suppress(UserError, OSError):
            saved = look_at(folder)
            if saved.pictures.shape == pictures.shape:
                suitable.append(saved)
    suitable.sort(
        key=lambda one: (one.folder == chosen, one.pictures == pictures, one.moment), reverse=True
    )
    for saved in suitable:
        with suppress(UserError):
            return _reader(saved, known)
    return None


def read(folder: Path, pictures: Pictures, progress: Progress) -> RunClassifier:
    """The classifier in a folder; to be called in the background.

    Raises:
        RunError: there is none, or it reads other pictures.
    """
    saved = look_at(folder)
    if saved.pictures.shape != pictures.shape:
        raise RunError(
            f"“{folder.name}” reads pictures of {_size(saved.pictures)} pixels, those of the run "
            f"on view have {_size(pictures)}; choose a classifier trained on such pictures."
        )
    return _reader(saved, None)


def look_at(folder: Path) -> Saved:
    """What a saved classifier reads.

    Raises:
        RunError: there is no run, it is no classifier, or it cannot be read.
    """
    config = runs.read_config(folder)
    if config.model.kind != KIND:
        raise RunError(
            f"“{folder.name}” is no classifier but {_A[config.model.kind]}; choose the folder of a "
            "classifier, or train one."
        )
    prepared = history.beginning(folder / runs.HISTORY)
    try:
        moment = (folder / runs.WEIGHTS).stat().st_mtime_ns
    except OSError as error:
        raise RunError(
            f"“{folder.name}” has no weights yet; choose a classifier that was trained for an "
            "epoch at least."
        ) from error
    return Saved(folder, moment, Pictures(prepared.image_shape, prepared.label_names))


_A = {"autoencoder": "an autoencoder", "vae": "a VAE", "cvae": "a conditional VAE"}


def _inside(folder: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from (path for path in folder.iterdir() if (path / runs.CONFIG).is_file())


def _reader(saved: Saved, known: object) -> RunClassifier:
    # PyTorch takes a second to import: only where there is a classifier, and not in the window.
    load_torch()
    from vae_desktop.session.run_classifier import RunClassifier

    if isinstance(known, RunClassifier) and known.is_of(saved.folder, saved.moment):
        return known
    config = runs.read_config(saved.folder).model
    weights = runs.read_weights(saved.folder / runs.WEIGHTS)
    return RunClassifier(
        saved.folder, saved.moment, config, saved.pictures.shape, saved.pictures.names, weights
    )


def _size(pictures: Pictures) -> str:
    return " × ".join(str(number) for number in pictures.shape)
