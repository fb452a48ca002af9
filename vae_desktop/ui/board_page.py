"""The traversal board as a page: base, range, live weights, and other runs beside it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from vae_desktop.core.events import Batches, Evaluation, Event, Floats
from vae_desktop.core.latents import Bytes, PictureSet
from vae_desktop.core.progress import Progress
from vae_desktop.core.traversal import Importance, by_variance
from vae_desktop.core.traverse_run import importance_of, picture_from
from vae_desktop.session.clouds import CloudSource
from vae_desktop.session.compared_runs import ComparedRun, read_compared
from vae_desktop.session.jobs import JobRunner
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.state import Failure, State
from vae_desktop.ui.base_history import Base, BaseHistory, Kind
from vae_desktop.ui.board_controls import BoardControls
from vae_desktop.ui.board_pane import BoardPane
from vae_desktop.ui.job_line import JobLine
from vae_desktop.ui.live import LivePanel
from vae_desktop.ui.numbers import count

if TYPE_CHECKING:
    from vae_desktop.session.decoder import Decoder

_INTERVAL = 0.03
_REORDER = 1.0
"""Seconds between two orders of the rows before the first evaluation."""
_INERTIA = 0.9
MOST_BOARDS = 4
_NO_PICTURE = (
    "No picture has been put in yet: drop a picture file on the board, or put one in by the "
    "Decode tab."
)
_NO_PRIOR = "An autoencoder has no prior, so it has no mean of one; choose another base."


class BoardPage(LivePanel):
    """Controls in a line, and a board for each run.

    Args:
        on_view: the run that is looked at.
    """

    failed = Signal(object)
    refused = Signal(str)
    noticed = Signal(str)

    def __init__(self, on_view: RunOnView) -> None:
        super().__init__(_INTERVAL)
        self._on_view = on_view
        self.controls, self.job = BoardControls(), JobLine()
        self.main = BoardPane(self._decoder, removable=False)
        self.others: list[tuple[ComparedRun, BoardPane]] = []
        self.cloud = CloudSource(on_view, self)
        self.history = BaseHistory(Base("test"))
        self.title, self.weight = "", ""
        self._training = self._watched = False
        self._evaluated = False
        self._slow: Floats | None = None
        self._ordered = float("-inf")
        self._before_drag: Base | None = None
        self._telling = False
        self._reader, self._dropper = JobRunner(self), JobRunner(self)
        self._random = np.random.default_rng()
        self._lay_out()
        self._connect()

    def show_run(self, name: str) -> None:
        """Another run comes on view."""
        config = self._on_view.config
        assert config is not None
        self.title = name
        self._reader.cancel()
        self._dropper.cancel()
        self._evaluated, self._slow, self._before_drag = False, None, None
        self.main.forget()
        self.history.restart(Base("test"))
        self.controls.show_model(config.model.kind != "autoencoder")
        for run, _ in list(self.others):
            self._take_away(run)
        self._show_base()

    def show_state(self, state: State) -> None:
        """The session is now in this state."""
        self._training = state in (State.RUNNING, State.STOPPING)
        self.main.source.training = self._training
        self.cloud.show_state(state)

    def take(self, event: Event) -> None:
        """Remember an event of the run on view."""
        if isinstance(event, Evaluation):
            importance = importance_of(event)
            if importance is not None:
                self._evaluated = True
                self._show_importance(importance)
        elif isinstance(event, Batches) and not self._evaluated and len(event.kl_per_latent):
            self._follow_batches(event)

    def show_weight(self, weight: str) -> None:
        """What weighs the run's KL term, for the board's name."""
        self.weight = weight
        self._show_name()

    def settle(self) -> bool:
        """Whether every board shows what was last asked for."""
        panes = [self.main, *(pane for _, pane in self.others)]
        return all(pane.source.idle for pane in panes) and not self._stale

    def draw(self) -> None:
        for pane in self._panes():
            pane.draw()
        self._show_name()

    def compare_with(self, folder: Path) -> None:
        """Put the board of a saved run beside this one; it is read in the background."""
        decoder, shape = self._on_view.decoder, self._shape()
        if decoder is None or shape is None:
            self.refused.emit("There is no run on view yet to compare with; train or open one.")
        elif len(self.others) + 1 >= MOST_BOARDS:
            sentence = f"There are {MOST_BOARDS} boards already; take one away first."
            self.refused.emit(sentence)
        elif any(run.folder == folder for run, _ in self.others):
            self.refused.emit(f"{folder.name} is on the board already; choose another run.")
        else:
            self._reader.start(partial(read_compared, folder, shape, self._pictures()))

    def put_in(self, path: Path) -> None:
        """Make the picture in a file the base; it is read in the background."""
        shape = self._shape()
        if shape is None:
            self.refused.emit("There is no model yet that could take a picture; train one first.")
            return
        self._dropper.start(partial(_read_picture, path, shape))

    def shutdown(self) -> None:
        """End what runs in the background; nothing runs afterwards."""
        self._reader.shutdown()
        self._dropper.shutdown()
        self.cloud.shutdown()
        for pane in self._panes():
            pane.shutdown()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watched = True
        self._update(urgent=True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._watched = False
        self.cloud.watch(False)

    def _panes(self) -> list[BoardPane]:
        return [self.main, *(pane for _, pane in self.others)]

    def _decoder(self) -> Decoder | None:
        return self._on_view.decoder

    def _shape(self) -> tuple[int, int, int] | None:
        """Of the pictures of the run on view; None before there is a model."""
        if self._on_view.dataset is not None:
            return self._on_view.dataset.image_shape
        decoder, z = self._on_view.decoder, self._on_view.z
        if decoder is None or z is None:
            return None
        channels, height, width = decoder.decode(z[None]).shape[1:]
        return channels, height, width

    def _pictures(self) -> PictureSet | None:
        dataset = self._on_view.dataset
        return None if dataset is None else PictureSet((("test", dataset.test),))

    def _update(self, *, urgent: bool) -> None:
        """Ask for all boards as they should be now."""
        config = self._on_view.config
        if not self._watched or config is None:
            return
        self._on_view.want_dataset()
        settings = self.controls.settings()
        is_autoencoder = config.model.kind == "autoencoder"
        self.cloud.watch(settings.span.needs_codes or is_autoencoder)
        shape, start = self._shape(), self._start()
        self._show_counts()
        for pane in self._panes():
            pane.show_settings(settings)
        if shape is None or start is None:
            return
        self.main.show_model(shape, not is_autoencoder)
        self.main.show_start(start, self.history.current.text)
        self.main.ask(urgent=urgent)
        if self.history.current.kind != "code":
            self._update_others(urgent=urgent)

    def _update_others(self, *, urgent: bool) -> None:
        """The base is linked: every run encodes the same picture by itself."""
        base, shape = self.history.current, self._shape()
        for run, pane in self.others:
            start, words = self._start(), base.text
            if base.kind == "prior":
                start = np.zeros(run.config.model.latent_dim, np.float32)
            elif base.kind == "code":
                newest = self.main.newest
                start = None if newest is None else newest.base
                words = "that board’s base, encoded here"
            if start is not None and shape is not None:
                pane.show_model(shape, run.config.model.kind != "autoencoder")
                pane.show_start(start, words)
                pane.ask(urgent=urgent)

    def _start(self) -> Bytes | Floats | None:
        """The base as an image or a code; None while its image is not here."""
        base, decoder = self.history.current, self._on_view.decoder
        config = self._on_view.config
        if decoder is None or config is None:
            return None
        match base.kind:
            case "test":
                return self._test_image(base.index)
            case "picture":
                return base.picture
            case "code":
                return base.code
            case _:
                return np.zeros(config.model.latent_dim, np.float32)

    def _test_image(self, index: int) -> Bytes | None:
        pictures = self._pictures()
        if pictures is None:
            return None
        image: Bytes = pictures.images(np.array([min(index, len(pictures) - 1)]))[0]
        return image

    def _go_to(self, base: Base, before: Base | None = None) -> None:
        """Another base, with a way back."""
        self.history.push(base, before)
        self._tell_code()
        self._show_base()
        self._update(urgent=True)

    def _tell_code(self) -> None:
        """A base that is a code is the code that all tabs share."""
        base = self.history.current
        if base.kind == "code" and base.code is not None:
            self._telling = True
            self._on_view.set_z(base.code)
            self._telling = False

    def _show_base(self) -> None:
        base, dataset = self.history.current, self._on_view.dataset
        images = 0 if dataset is None else len(dataset.test)
        self.controls.show_base(base.kind, base.index, images)
        self.controls.show_history(self.history.can_undo, self.history.can_redo)

    def _show_name(self) -> None:
        decoder = self._on_view.decoder
        step = f", step {count(decoder.step)}" if decoder is not None else ""
        self.main.name.setText(f"{self.title}   {self.weight}{step}")

    def _show_importance(self, importance: Importance) -> None:
        self.main.importance = importance
        self._update(urgent=False)

    def _show_counts(self) -> None:
        importance = self.main.importance
        if importance is not None:
            used = int(importance.in_use.sum())
            self.controls.show_counts(len(importance.values), used)

    def _follow_batches(self, event: Batches) -> None:
        """Before the first evaluation: a slow mean over training batches, seldom re-ordered."""
        newest = np.nan_to_num(event.kl_per_latent)
        same = self._slow is not None and len(self._slow) == len(newest)
        slow = _INERTIA * self._slow + (1 - _INERTIA) * newest if same else newest  # type: ignore[operator]
        self._slow = np.asarray(slow, np.float32)
        now = perf_counter()
        if now - self._ordered >= _REORDER:
            self._ordered = now
            self._show_importance(Importance(self._slow, "kl", "training batches so far"))

    def _add(self, run: ComparedRun) -> None:
        pane = BoardPane(lambda: run.decoder, removable=True)
        pane.importance, pane.codes = run.importance, run.codes
        pane.name.setText(f"{run.folder.name}   {run.weight}, step {count(run.decoder.step)}")
        pane.drawn.connect(self._on_other_drawn)
        pane.failed.connect(self.failed)
        pane.remove_requested.connect(self._on_remove)
        pane.canvas.picked.connect(self._on_other_picked)
        self.others.append((run, pane))
        self._boards.addWidget(pane, 1)
        self._update(urgent=True)
        self._update_others(urgent=True)

    def _take_away(self, run: ComparedRun) -> None:
        for index, (other, pane) in enumerate(self.others):
            if other is run:
                del self.others[index]
                pane.shutdown()
                self._boards.removeWidget(pane)
                pane.hide()
                pane.deleteLater()
                return

    def _lay_out(self) -> None:
        self._boards = QHBoxLayout()
        self._boards.setSpacing(16)
        self._boards.addWidget(self.main, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.controls)
        layout.addLayout(self._boards, 1)
        layout.addWidget(self.job)

    def _connect(self) -> None:
        on_view, controls = self._on_view, self.controls
        on_view.weights_changed.connect(self._on_weights_changed)
        on_view.dataset_changed.connect(self._on_dataset_changed)
        on_view.dataset_failed.connect(self._on_dataset_failed)
        on_view.z_changed.connect(self._on_z_changed)
        on_view.picture_changed.connect(self._on_picture_changed)
        self.cloud.cloud_changed.connect(self._on_cloud_changed)
        self.cloud.failed.connect(self.failed)
        controls.changed.connect(self._on_controls_changed)
        controls.base_chosen.connect(self._on_base_chosen)
        controls.index_chosen.connect(self._on_index_chosen)
        controls.random_requested.connect(self._on_random)
        controls.undo_requested.connect(self._on_undo)
        controls.redo_requested.connect(self._on_redo)
        self.main.drawn.connect(self._on_main_drawn)
        self.main.failed.connect(self.failed)
        self.main.canvas.picked.connect(self._on_picked)
        self.main.canvas.dragged.connect(self._on_dragged)
        self.main.canvas.dropped.connect(self._on_dropped)
        self._reader.started.connect(self.job.begin)
        self._reader.progressed.connect(self.job.show_progress)
        self._reader.done.connect(self._on_read)
        self._reader.failed.connect(self._on_read_failed)
        self._reader.cancelled.connect(self.job.end)
        self.job.cancel_requested.connect(self._reader.cancel)
        self._dropper.done.connect(self._on_picture_read)
        self._dropper.failed.connect(self.failed)

    @Slot(int)
    def _on_weights_changed(self, step: int) -> None:
        self._update(urgent=False)

    @Slot()
    def _on_dataset_changed(self) -> None:
        self._show_base()
        self._update(urgent=True)

    @Slot(object)
    def _on_dataset_failed(self, failure: Failure) -> None:
        """Without test images the board begins at the prior's mean."""
        config = self._on_view.config
        if config is not None and self.history.current.kind == "test":
            zeros = np.zeros(config.model.latent_dim, np.float32)
            autoencoder = config.model.kind == "autoencoder"
            self.history.replace(Base("code", code=zeros) if autoencoder else Base("prior"))
            self._show_base()
            self._update(urgent=True)

    @Slot()
    def _on_cloud_changed(self) -> None:
        cloud, config = self.cloud.cloud, self._on_view.config
        self.main.codes = None if cloud is None else cloud.mu
        if cloud is not None and config is not None and config.model.kind == "autoencoder":
            self.main.importance = by_variance(cloud.mu, f"{count(len(cloud))} test images")
        self._update(urgent=False)

    @Slot()
    def _on_z_changed(self) -> None:
        """Another tab moved the shared code: a base that is it follows."""
        if self.history.current.kind == "code" and not self._telling:
            self.history.replace(Base("code", code=self._on_view.z))
            self._update(urgent=True)

    @Slot()
    def _on_picture_changed(self) -> None:
        """Another tab changed the picture put in by hand: a base that is it follows."""
        picture, base = self._on_view.picture, self.history.current
        if base.kind == "picture" and picture is not None and not self._telling:
            self.history.replace(Base("picture", picture=picture, name="the picture put in"))
            self._update(urgent=True)

    @Slot()
    def _on_controls_changed(self) -> None:
        self._update(urgent=True)
        if self.history.current.kind == "code":
            self._update_others(urgent=True)

    @Slot(str)
    def _on_base_chosen(self, kind: Kind) -> None:
        base = self._chosen(kind)
        if base is None:
            self._show_base()
        else:
            self._go_to(base)

    def _chosen(self, kind: Kind) -> Base | None:
        """The base that a word of the controls means; None where there is none, said why."""
        config = self._on_view.config
        if kind == "picture":
            picture = self._on_view.picture
            if picture is None:
                self.refused.emit(_NO_PICTURE)
                return None
            return Base("picture", picture=picture, name="the picture put in")
        if kind == "prior" and config is not None and config.model.kind == "autoencoder":
            self.refused.emit(_NO_PRIOR)
            return None
        if kind == "code":
            return None if self._on_view.z is None else Base("code", code=self._on_view.z)
        return Base(kind, index=self.controls.index.value() - 1 if kind == "test" else 0)

    @Slot(int)
    def _on_index_chosen(self, index: int) -> None:
        self._go_to(Base("test", index=index))

    @Slot()
    def _on_random(self) -> None:
        if self._on_view.dataset is not None:
            images = len(self._on_view.dataset.test)
            self._go_to(Base("test", index=int(self._random.integers(images))))

    @Slot()
    def _on_undo(self) -> None:
        self.history.undo()
        self._return()

    @Slot()
    def _on_redo(self) -> None:
        self.history.redo()
        self._return()

    def _return(self) -> None:
        self._tell_code()
        self._show_base()
        self._update(urgent=True)

    @Slot()
    def _on_main_drawn(self) -> None:
        self.mark_stale()
        if self.history.current.kind == "code":
            self._update_others(urgent=self._before_drag is not None or not self._training)

    @Slot()
    def _on_other_drawn(self) -> None:
        self.mark_stale()

    @Slot(int, int)
    def _on_picked(self, row: int, column: int) -> None:
        drawn = self.main.canvas.drawn
        if drawn is not None and row < len(drawn.traversal.latents):
            self._go_to(Base("code", code=drawn.traversal.code(row, column)))

    @Slot(int, int)
    def _on_other_picked(self, row: int, column: int) -> None:
        """A cell of another run: its picture becomes the base, as a code of that run means
        something else to this one."""
        for run, pane in self.others:
            drawn = pane.canvas.drawn
            if pane.canvas is self.sender() and drawn is not None:
                code = drawn.traversal.code(row, column)
                picture = run.decoder.decode(code[None])[0]
                name = f"a cell of {run.folder.name}"
                self._go_to(Base("picture", picture=picture, name=name))
                return

    @Slot(int, float)
    def _on_dragged(self, latent: int, value: float) -> None:
        drawn = self.main.canvas.drawn
        if drawn is None:
            return
        if self._before_drag is None:
            self._before_drag = self.history.current
        base = self.history.current
        code = base.code if base.kind == "code" and base.code is not None else drawn.traversal.base
        code = code.copy()
        code[latent] = value
        self.history.replace(Base("code", code=code))
        self._tell_code()
        self._show_base()
        self._update(urgent=True)

    @Slot()
    def _on_dropped(self) -> None:
        before, self._before_drag = self._before_drag, None
        if before is not None:
            self._go_to(self.history.current, before)

    @Slot()
    def _on_remove(self) -> None:
        for run, pane in list(self.others):
            if pane is self.sender():
                self._take_away(run)

    @Slot(object)
    def _on_read(self, run: ComparedRun) -> None:
        self.job.end()
        self._add(run)

    @Slot(object)
    def _on_read_failed(self, failure: Failure) -> None:
        self.job.end()
        self.failed.emit(failure)

    @Slot(object)
    def _on_picture_read(self, read: tuple[str, Bytes]) -> None:
        name, picture = read
        self._telling = True
        self._on_view.set_picture(picture)
        self._telling = False
        self._go_to(Base("picture", picture=picture, name=name))


def _read_picture(path: Path, shape: tuple[int, int, int], progress: Progress) -> tuple[str, Bytes]:
    progress(0.0, f"Reading {path.name}")
    return path.name, picture_from(path, shape)
