"""What the board is of: chosen, clicked, dragged, dropped, and gone back to."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.events import Floats
from vae_desktop.core.latents import Bytes
from vae_desktop.core.progress import Progress
from vae_desktop.core.traversal import Traversal
from vae_desktop.core.traverse_run import picture_from
from vae_desktop.session.jobs import JobRunner
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.state import Failure
from vae_desktop.ui.base_history import Base, BaseHistory, Kind
from vae_desktop.ui.board_controls import BoardControls

Start = Bytes | Floats
"""A base: an image uint8 (C, H, W), or a code float32 (D,)."""

_PUT_IN = "the picture put in"
_NO_PICTURE = (
    "No picture has been put in yet: drop a picture file on the board, or put one in by the "
    "Decode tab."
)
_NO_MODEL = "There is no model yet that could take a picture; train one first."


class BaseDesk(QObject):
    """Keeps the base in step with the controls, the mouse, and the other tabs.

    A base that is a code is the code that all tabs share: it is told them, and follows them.

    Args:
        on_view: the run that is looked at.
        controls: say and ask what the base is.
        parent: owns it.
    """

    changed = Signal()
    refused = Signal(str)
    failed = Signal(object)

    def __init__(self, on_view: RunOnView, controls: BoardControls, parent: QObject) -> None:
        super().__init__(parent)
        self._on_view, self._controls = on_view, controls
        self.history = BaseHistory(Base("test"))
        self._before_drag: Base | None = None
        self._telling = False
        self._dropper = JobRunner(self)
        self._random = np.random.default_rng()
        self._connect()

    @property
    def base(self) -> Base:
        """What the board is of."""
        return self.history.current

    @property
    def dragging(self) -> bool:
        """Whether somebody is moving a latent right now."""
        return self._before_drag is not None

    @property
    def shape(self) -> tuple[int, int, int] | None:
        """(C, H, W) of the pictures of the run on view; None before there is a model."""
        decoder, z = self._on_view.decoder, self._on_view.z
        if self._on_view.dataset is not None:
            return self._on_view.dataset.image_shape
        if decoder is None or z is None:
            return None
        channels, height, width = decoder.decode(z[None]).shape[1:]
        return channels, height, width

    @property
    def label(self) -> int:
        """The class (from 0) that conditional models decode as: the one chosen, or that of the
        test image, or the one that all tabs share."""
        if self.base.label is not None:
            return self.base.label
        own = self._own_label
        return self._on_view.label if own is None else own

    @property
    def image_label(self) -> int:
        """The class of the base's image; nobody knows that of one put in, so it is `label`."""
        own = self._own_label
        return self.label if own is None else own

    @property
    def _own_label(self) -> int | None:
        """The class of the test image that is the base; None where there is none."""
        dataset = self._on_view.dataset
        if self.base.kind != "test" or dataset is None or dataset.test.labels is None:
            return None
        return int(dataset.test.labels[min(self.base.index, len(dataset.test) - 1)])

    @property
    def class_names(self) -> tuple[str, ...]:
        """Of the pictures of the run on view; empty without labels."""
        pictures = self._on_view.pictures
        return () if pictures is None else pictures.names

    def choose_label(self, label: int) -> None:
        """Have conditional models decode the base as another class."""
        if label != self.label:
            self.go_to(replace(self.base, label=label))

    def restart(self) -> None:
        """Another run comes on view."""
        self._dropper.cancel()
        self._before_drag = None
        self.history.restart(Base("test"))
        self._show()

    def start(self) -> Start | None:
        """The base as an image or a code; None while its image is not here."""
        base, config = self.base, self._on_view.config
        if self._on_view.decoder is None or config is None:
            return None
        match base.kind:
            case "test":
                return _test_image(self._on_view.dataset, base.index)
            case "picture":
                return base.picture
            case "code":
                return base.code
            case _:
                return np.zeros(config.model.latent_dim, np.float32)

    def go_to(self, base: Base, before: Base | None = None) -> None:
        """Another base; the present one, or the one named, can be gone back to."""
        self.history.push(base, before)
        self._tell()

    def pick(self, code: Floats) -> None:
        """Make a code the base, as a click on its cell does."""
        self.go_to(Base("code", code=code, label=self.label))

    def drag(self, board: Traversal, latent: int, value: float) -> None:
        """Move one latent; all moves until `drop` are one step back.

        Args:
            board: what is on view.
            latent, value: which latent, and where to.
        """
        if self._before_drag is None:
            self._before_drag = self.base
        held = self.base.code if self.base.kind == "code" else board.base
        assert held is not None
        code = held.copy()
        code[latent] = value
        self.history.replace(Base("code", code=code, label=self.label))
        self._tell()

    def drop(self) -> None:
        """The mouse lets go of the row."""
        before, self._before_drag = self._before_drag, None
        if before is not None:
            self.go_to(self.base, before)

    def put_in(self, path: Path) -> None:
        """Make the picture in a file the base; it is read in the background."""
        shape = self.shape
        if shape is None:
            self.refused.emit(_NO_MODEL)
            return
        self._dropper.start(partial(_read_picture, path, shape))

    def shutdown(self) -> None:
        """End what runs in the background."""
        self._dropper.shutdown()

    def _connect(self) -> None:
        on_view, controls = self._on_view, self._controls
        on_view.z_changed.connect(self._on_z_changed)
        on_view.label_changed.connect(self._on_label_changed)
        on_view.picture_changed.connect(self._on_picture_changed)
        on_view.dataset_changed.connect(self._on_dataset_changed)
        on_view.dataset_failed.connect(self._on_dataset_failed)
        controls.base_chosen.connect(self._on_chosen)
        controls.label_chosen.connect(self.choose_label)
        controls.index_chosen.connect(self._on_index_chosen)
        controls.random_requested.connect(self._on_random)
        controls.undo_requested.connect(self._on_undo)
        controls.redo_requested.connect(self._on_redo)
        self._dropper.done.connect(self._on_read)
        self._dropper.failed.connect(self.failed)

    @property
    def _is_conditional(self) -> bool:
        """Whether the run on view is told classes."""
        decoder = self._on_view.decoder
        return decoder is not None and decoder.classes > 0

    def _tell(self) -> None:
        """A base that is a code is the code of all tabs; then the board is drawn anew."""
        if self.base.kind == "code" and self.base.code is not None:
            self._telling = True
            self._on_view.set_z(self.base.code)
            if self._is_conditional:
                self._on_view.set_label(self.label)
            self._telling = False
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        dataset = self._on_view.dataset
        images = 0 if dataset is None else len(dataset.test)
        self._controls.show_base(self.base.kind, self.base.index, images)
        self._controls.show_history(self.history.can_undo, self.history.can_redo)

    def _follow(self, base: Base) -> None:
        """The base has moved by itself: there is no way back to where it was."""
        self.history.replace(base)
        self._show()
        self.changed.emit()

    @Slot()
    def _on_z_changed(self) -> None:
        if self.base.kind == "code" and not self._telling and self._on_view.z is not None:
            self._follow(replace(self.base, code=self._on_view.z))

    @Slot()
    def _on_label_changed(self) -> None:
        """The class that all tabs share is that of the code that all tabs share."""
        if self.base.kind == "code" and not self._telling and self._is_conditional:
            self._follow(replace(self.base, label=self._on_view.label))
        elif self.base.kind != "test" and not self._telling:
            self.changed.emit()

    @Slot()
    def _on_picture_changed(self) -> None:
        picture = self._on_view.picture
        if self.base.kind == "picture" and picture is not None and not self._telling:
            self._follow(Base("picture", picture=picture, name=_PUT_IN))

    @Slot()
    def _on_dataset_changed(self) -> None:
        self._show()
        self.changed.emit()

    @Slot(object)
    def _on_dataset_failed(self, failure: Failure) -> None:
        """Without test images the board begins in the middle of the codes."""
        config = self._on_view.config
        if config is not None and self.base.kind == "test":
            zeros = np.zeros(config.model.latent_dim, np.float32)
            autoencoder = config.model.kind == "autoencoder"
            self._follow(Base("code", code=zeros) if autoencoder else Base("prior"))

    @Slot(str)
    def _on_chosen(self, kind: Kind) -> None:
        base = self._meant(kind)
        if base is None:
            self._show()
        else:
            self.go_to(base)

    def _meant(self, kind: Kind) -> Base | None:
        """The base that a word of the controls means; None where there is none, said why."""
        if kind == "picture":
            picture = self._on_view.picture
            if picture is None:
                self.refused.emit(_NO_PICTURE)
                return None
            return Base("picture", picture=picture, name=_PUT_IN)
        if kind == "code":
            return None if self._on_view.z is None else Base("code", code=self._on_view.z)
        return Base(kind, index=self._controls.index.value() - 1 if kind == "test" else 0)

    @Slot(int)
    def _on_index_chosen(self, index: int) -> None:
        self.go_to(Base("test", index=index))

    @Slot()
    def _on_random(self) -> None:
        if self._on_view.dataset is not None:
            images = len(self._on_view.dataset.test)
            self.go_to(Base("test", index=int(self._random.integers(images))))

    @Slot()
    def _on_undo(self) -> None:
        self.history.undo()
        self._tell()

    @Slot()
    def _on_redo(self) -> None:
        self.history.redo()
        self._tell()

    @Slot(object)
    def _on_read(self, read: tuple[str, Bytes]) -> None:
        name, picture = read
        self._telling = True
        self._on_view.set_picture(picture)
        self._telling = False
        self.go_to(Base("picture", picture=picture, name=name))


def _test_image(dataset: Dataset | None, index: int) -> Bytes | None:
    if dataset is None:
        return None
    images = dataset.test.images[np.array([min(index, len(dataset.test) - 1)])]
    return np.asarray(images[0], np.uint8)


def _read_picture(path: Path, shape: tuple[int, int, int], progress: Progress) -> tuple[str, Bytes]:
    progress(0.0, f"Reading {path.name}")
    return path.name, picture_from(path, shape)
