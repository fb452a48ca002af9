"""Traversals decoded in the background: the newest wish wins, and training hardly notices."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import perf_counter, thread_time
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from vae_desktop.core.difference import heat
from vae_desktop.core.events import Floats
from vae_desktop.core.latents import Bytes, Coder
from vae_desktop.core.progress import Progress
from vae_desktop.core.span import Span
from vae_desktop.core.traversal import Rows, Traversal, traversal
from vae_desktop.core.traversal_sheet import decode_all, decoding_as
from vae_desktop.session.jobs import JobRunner

if TYPE_CHECKING:
    from vae_desktop.session.decoder import Decoder

LEAST_PAUSE, MOST_PAUSE = 0.4, 0.45
"""Seconds between the beginnings of two live boards, at least and at most."""
LIVE_SHARE = 0.03
"""Of the processor's time, what live boards may take; beyond that they come more seldom, but
not more seldom than `MOST_PAUSE`."""


@dataclass(frozen=True, eq=False)
class BoardWish:
    """What a board is to show.

    Attributes:
        image: uint8 (C, H, W), the base image; None where the base is a code.
        code: float32 (D,), the base; None where it is an image.
        latents: int64 (R,), which latents make the rows.
        span, steps: of the columns.
        codes: (n, D), the encoded images, for quantiles.
        rows: first row to decode, and the one after the last.
        difference: show the difference from the base.
        label: the class that a conditional model decodes as.
        image_label: the class of the base image.
    """

    image: Bytes | None
    code: Floats | None
    latents: Rows
    span: Span
    steps: int
    codes: Floats | None = None
    rows: tuple[int, int] = (0, 128)
    difference: bool = False
    label: int = 0
    image_label: int = 0


@dataclass(frozen=True, eq=False)
class DrawnBoard:
    """A board as it came out.

    Attributes:
        step: whose weights these were.
        traversal: all of its codes.
        first: the first row that was decoded.
        pictures: uint8 (n, S, C, H, W), what the cells of `first` and the following rows show.
        given: uint8 (C, H, W), the base image; None where the base is a code.
        base: uint8 (C, H, W), the base as it is decoded.
        seconds: processor time that it took.
    """

    step: int
    traversal: Traversal
    first: int
    pictures: Bytes
    given: Bytes | None
    base: Bytes
    seconds: float


def draw_board(coder: Coder, wish: BoardWish, progress: Progress) -> DrawnBoard:
    """Encode the base and decode the wanted rows.

    Raises:
        Cancelled: by `progress`.
    """
    begin = thread_time()
    code = wish.code
    if code is None:
        assert wish.image is not None
        code = coder.encode(wish.image[None], np.array([wish.image_label]))[0][0]
    decode = decoding_as(coder, wish.label)
    board = traversal(code, wish.latents, wish.span, wish.steps, wish.codes)
    first = max(0, min(wish.rows[0], len(wish.latents) - 1))
    base = decode(board.base[None])[0]
    pictures = decode_all(decode, board.codes_of(slice(first, wish.rows[1])), progress)
    if wish.difference:
        flat = heat(pictures.reshape(-1, *pictures.shape[2:]), base)
        pictures = flat.reshape(*pictures.shape[:2], *flat.shape[1:])
    seconds = thread_time() - begin
    return DrawnBoard(coder.step, board, first, pictures, wish.image, base, seconds)


class BoardSource(QObject):
    """Draws boards of one model, one after the other.

    A wish that comes while a board is drawn waits for its end; of several that wait, the
    newest is drawn.

    Args:
        decoder: the model with its newest weights; None while there is none.
        parent: owns it.
    """

    drawn = Signal(object)
    failed = Signal(object)

    def __init__(self, decoder: Callable[[], Decoder | None], parent: QObject | None) -> None:
        super().__init__(parent)
        self._decoder = decoder
        self._copy: Decoder | None = None
        self._copied: tuple[Decoder, int] | None = None
        self._runner = JobRunner(self)
        self._runner.done.connect(self._on_done)
        self._runner.failed.connect(self._on_failed)
        self._runner.cancelled.connect(self._on_cancelled)
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._on_rested)
        self._wish: BoardWish | None = None
        self._last: BoardWish | None = None
        self._urgent = False
        self._began, self._pause = float("-inf"), LEAST_PAUSE
        self.training = False

    @property
    def idle(self) -> bool:
        """Whether nothing is drawn and nothing waits."""
        return self._wish is None and not self._runner.busy

    def ask(self, wish: BoardWish, *, urgent: bool) -> None:
        """Draw a board; an urgent one (somebody acts) does not wait for training's sake."""
        self._wish = self._last = wish
        self._urgent = self._urgent or urgent
        self._begin()

    def refresh(self) -> None:
        """Draw the last board again, with newer weights; where none was asked for, nothing."""
        if self._last is not None:
            self.ask(self._last, urgent=False)

    def forget(self) -> None:
        """What waits or is drawn is no longer wanted; another model may come."""
        self._wish = self._last = self._copy = self._copied = None
        self._rest.stop()
        self._runner.cancel()

    def coder(self) -> Decoder | None:
        """A copy of the newest model that another thread may use."""
        return copy.deepcopy(self._decoder())

    def shutdown(self) -> None:
        """End what runs in the background."""
        self._wish = None
        self._rest.stop()
        self._runner.shutdown()

    def _begin(self) -> None:
        if self._wish is None or self._runner.busy:
            return
        rest = self._began + self._pause - perf_counter()
        if self.training and not self._urgent and rest > 0:
            if not self._rest.isActive():
                self._rest.start(round(1e3 * rest) + 1)
            return
        coder = self._newest_copy()
        if coder is None:
            return
        wish, self._wish, self._urgent = self._wish, None, False
        self._began = perf_counter()
        self._runner.start(partial(_drawn, coder, wish, 1 if self.training else 0))

    def _newest_copy(self) -> Decoder | None:
        """The copy is made anew only for newer weights: it takes milliseconds."""
        decoder = self._decoder()
        if decoder is None:
            return None
        if self._copied != (decoder, decoder.step):
            self._copy, self._copied = copy.deepcopy(decoder), (decoder, decoder.step)
        return self._copy

    @Slot()
    def _on_rested(self) -> None:
        self._begin()

    @Slot(object)
    def _on_done(self, board: DrawnBoard) -> None:
        wanted = board.seconds / (LIVE_SHARE * (os.cpu_count() or 1))
        self._pause = float(np.clip(wanted, LEAST_PAUSE, MOST_PAUSE))
        self.drawn.emit(board)
        self._begin()

    @Slot(object)
    def _on_failed(self, failure: object) -> None:
        self._wish = None
        self.failed.emit(failure)

    @Slot()
    def _on_cancelled(self) -> None:
        self._begin()


def _drawn(coder: Coder, wish: BoardWish, thread_count: int, progress: Progress) -> DrawnBoard:
    from vae_desktop.core.devices import threads

    with threads(thread_count):
        return draw_board(coder, wish, progress)
