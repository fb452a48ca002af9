"""Many codes decoded in the background for a view."""

import copy
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from vae_desktop.core.events import Floats
from vae_desktop.core.latents import Bytes, Coder, Rows
from vae_desktop.core.progress import Progress
from vae_desktop.session.jobs import JobRunner
from vae_desktop.session.on_view import RunOnView

CHUNK = 200
"""Codes decoded at a time; the work can be ended after each."""


@dataclass(frozen=True, eq=False)
class Decoded:
    """Codes and what a model made of them.

    Attributes:
        codes: float32 (n, D).
        pictures: uint8 (n, C, H, W).
        step: whose weights these were.
        about: what the view said of its wish.
        labels: int64 (n,), the classes that a conditional model was told; None for its own.
    """

    codes: Floats
    pictures: Bytes
    step: int
    about: object = None
    labels: Rows | None = None


@dataclass(frozen=True, eq=False)
class _Wish:
    """What is to be decoded; see `Decoded`."""

    codes: Floats
    about: object
    labels: Rows | None


class BackgroundDecoder(QObject):
    """Decodes one wish after the other with the newest weights of the run on view.

    What has begun is finished and told, and then the newest wish is next: so a view that
    wishes without pause sees pictures all the time.
    """

    decoded = Signal(object)
    failed = Signal(object)

    def __init__(self, on_view: RunOnView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_view = on_view
        self._jobs = JobRunner(self)
        self._next: _Wish | None = None
        self._jobs.done.connect(self._on_done)
        self._jobs.failed.connect(self._on_failed)
        self._jobs.cancelled.connect(self._begin)
        on_view.run_changed.connect(self.forget)

    @property
    def busy(self) -> bool:
        """Whether something that was wanted is still to be told."""
        return self._jobs.busy

    def want(self, codes: Floats, about: object = None, labels: Rows | None = None) -> None:
        """Decode codes (n, D), of classes `labels` (n,); `decoded` follows with `about` in it."""
        self._next = _Wish(codes, about, labels)
        if not self._jobs.busy:
            self._begin()

    @Slot()
    def forget(self) -> None:
        """What was wanted is wanted no more."""
        self._next = None
        self._jobs.cancel()

    def shutdown(self) -> None:
        """End what runs in the background."""
        self._next = None
        self._jobs.shutdown()

    @Slot()
    def _begin(self) -> None:
        # A copy: the window's own model takes newer weights meanwhile.
        coder = copy.deepcopy(self._on_view.decoder)
        if self._next is None or coder is None:
            return
        wish, self._next = self._next, None
        self._jobs.start(partial(_decode, coder, wish))

    @Slot(object)
    def _on_done(self, result: Decoded) -> None:
        self.decoded.emit(result)
        self._begin_if_idle()

    @Slot(object)
    def _on_failed(self, failure: object) -> None:
        self.failed.emit(failure)
        self._begin_if_idle()

    def _begin_if_idle(self) -> None:
        """Go on, unless a listener has wished for something and so begun already."""
        if not self._jobs.busy:
            self._begin()


def _decode(coder: Coder, wish: _Wish, progress: Progress) -> Decoded:
    """The codes with their pictures.

    Raises:
        Cancelled: by `progress`.
    """
    from vae_desktop.core.devices import threads

    codes, labels, parts = wish.codes, wish.labels, []
    with threads(1):
        for start in range(0, len(codes), CHUNK):
            progress(start / len(codes), "Decoding")
            cut = slice(start, start + CHUNK)
            parts.append(coder.decode(codes[cut], None if labels is None else labels[cut]))
    return Decoded(codes, np.concatenate(parts), coder.step, wish.about, labels)
