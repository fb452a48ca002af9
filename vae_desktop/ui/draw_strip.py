"""One's own handwriting in latent space: drawn, normalised, encoded, rebuilt and read."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from vae_desktop.core.events import Floats
from vae_desktop.core.latents import Coder
from vae_desktop.core.projection import LinearMap
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.ask import Ask
from vae_desktop.ui.draw_answer import DrawAnswer
from vae_desktop.ui.draw_seen import AS_DRAWN, DrawSeen
from vae_desktop.ui.draw_tools import DrawTools
from vae_desktop.ui.drawing_canvas import DrawingCanvas
from vae_desktop.ui.drawing_sheet import Sheet
from vae_desktop.ui.job_line import JobLine
from vae_desktop.ui.map_canvas import Overlay
from vae_desktop.ui.numbers import count
from vae_desktop.ui.picture_input import PictureInput
from vae_desktop.ui.posterior_trail import PosteriorTrail
from vae_desktop.ui.strip import DecodeStrip
from vae_desktop.ui.strip_parts import APART
from vae_desktop.ui.theme import TRAIL

Bytes = NDArray[np.uint8]

_INTERVAL = 0.016
_KINDS = "Pictures (*.png *.jpg *.jpeg *.gif *.bmp *.tif *.tiff *.webp *.pbm *.pgm *.ppm)"
_EMPTY = "Nothing is drawn yet: draw on the black square, take a test image or drop a picture here."
_NO_WEIGHTS = "The model's answer comes with its first weights."


class DrawStrip(DecodeStrip):
    """A canvas, what becomes of the drawing, and what the model makes of that.

    Args:
        on_view: the run that all tabs look at.
        ask: asks for a file.
    """

    title = "Draw"
    tip = "Draw a digit, or take a picture, and see where the model puts it."

    def __init__(self, on_view: RunOnView, ask: Ask) -> None:
        super().__init__(on_view)
        self.interval = _INTERVAL
        self._ask = ask
        self._random = np.random.default_rng()
        self._picture: Bytes | None = None
        self._name = ""
        self._put: Floats | None = None
        self.mu: Floats | None = None
        self.input = PictureInput(on_view, self)
        self.trail = PosteriorTrail()
        self.canvas, self.tools, self.job = DrawingCanvas(), DrawTools(), JobLine()
        self.seen, self.answer = DrawSeen(), DrawAnswer()
        self._lay_out()
        self._connect()
        self._show_history()
        self.setAcceptDrops(True)

    @property
    def sheet(self) -> Sheet:
        """What is drawn on."""
        return self.canvas.sheet

    def draw(self) -> None:
        self._match_shape()
        self._show_history()
        self._look_at(self.seen.show_sheet(self.sheet))

    def onto(self, overlay: Overlay, plane: LinearMap) -> Overlay:
        return self.trail.onto(overlay, plane, TRAIL)

    def shutdown(self) -> None:
        self.input.shutdown()

    def showEvent(self, event: QShowEvent) -> None:
        self.mark_stale()
        super().showEvent(event)
        self.on_view.want_dataset()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if data.hasImage() or any(url.isLocalFile() for url in data.urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.input.take_mime(event.mimeData())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = QKeySequence.StandardKey
        for wanted, action in (
            (key.Undo, self._on_undo),
            (key.Redo, self._on_redo),
            (key.Paste, self._on_paste),
            (key.Delete, self._on_clear),
        ):
            if event.matches(wanted):
                action()
                return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(960, 200)

    def _match_shape(self) -> None:
        """A run with pictures of another shape needs another sheet."""
        shape = self.on_view.image_shape
        if shape is not None and shape != self.sheet.shape:
            self.canvas.show_sheet(Sheet(shape))
            self.seen.choose_usual(shape)

    def _look_at(self, picture: Bytes | None) -> None:
        """Show what the model makes of a picture; None for an empty sheet."""
        is_new = not _same(picture, self._picture)
        if is_new:
            self._picture = picture
            self.on_view.set_picture(picture)
        decoder = self.on_view.decoder
        if picture is None or decoder is None:
            self._show_nothing(_EMPTY if picture is None else _NO_WEIGHTS)
            return
        self.trail.add(picture)
        self.trail.encode(decoder)
        self.mu = self.trail.mu[-1]
        self._show_answer(picture, decoder)
        if self.answer.follow.isChecked() and (is_new or self._is_there()):
            self._go()
        self.marks_changed.emit()

    def _is_there(self) -> bool:
        """Whether the current code is the one that the drawing was last given."""
        return self._put is not None and _same(self.on_view.z, self._put)

    def _go(self) -> None:
        if self.mu is not None and np.isfinite(self.mu).all():
            self._put = self.mu.copy()
            self.on_view.set_z(self._put)

    def _show_nothing(self, sentence: str) -> None:
        self.trail.clear()
        self.mu = self._put = None
        self.answer.show_nothing(sentence)
        self.marks_changed.emit()

    def _show_answer(self, picture: Bytes, decoder: Coder) -> None:
        assert self.mu is not None
        rebuilt = decoder.decode(self.mu[None])[0]
        name = f"{self._name} · " if self._name and self.sheet.base is not None else ""
        where = f"{name}{self._class_told()}step {count(decoder.step)}"
        self.answer.show_code(rebuilt, self.mu, self.trail.sigma[-1], where)
        self.answer.show_verdict(self.on_view.judge, picture)

    def _class_told(self) -> str:
        """What a conditional model was told that the picture is."""
        view = self.on_view
        if view.decoder is None or view.pictures is None or not view.decoder.classes:
            return ""
        return f"taken for “{view.pictures.names[view.label]}” · "

    def _show_history(self) -> None:
        sheet = self.sheet
        self.tools.show_history(undo=sheet.can_undo, redo=sheet.can_redo, clear=not sheet.is_empty)

    def _changed(self) -> None:
        """The sheet is another."""
        self.canvas.update()
        self._show_history()
        self.mark_stale()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(APART)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(self.tools, alignment=top)
        row.addWidget(self.canvas)
        row.addWidget(self.seen, alignment=top)
        row.addWidget(self.answer, 1, top)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.job)
        layout.addLayout(row, 1)

    def _connect(self) -> None:
        view, tools = self.on_view, self.tools
        view.run_changed.connect(self._on_run_changed)
        view.weights_changed.connect(self._on_stale)
        view.judge_changed.connect(self._on_stale)
        view.picture_changed.connect(self._on_picture_changed)
        view.dataset_changed.connect(self._on_dataset_changed)
        self.canvas.drawn.connect(self._on_stale)
        tools.tools.chosen.connect(self._on_tool_chosen)
        tools.pen.changed.connect(self._on_pen_changed)
        tools.undo.clicked.connect(self._on_undo)
        tools.redo.clicked.connect(self._on_redo)
        tools.clear.clicked.connect(self._on_clear)
        tools.invert.clicked.connect(self._on_invert)
        tools.index.valueChanged.connect(self.input.take_test)
        tools.index.lineEdit().returnPressed.connect(self._on_index_entered)
        tools.random.clicked.connect(self._on_random)
        tools.file.clicked.connect(self._on_file)
        tools.paste.clicked.connect(self._on_paste)
        self.seen.chosen.connect(self._on_stale)
        self.answer.follow.toggled.connect(self._on_follow_toggled)
        self.answer.go.clicked.connect(self._on_go)
        self._connect_input()

    def _connect_input(self) -> None:
        self.input.taken.connect(self._on_taken)
        self.input.failed.connect(self.failed)
        self.job.follow(self.input.jobs)

    @Slot()
    def _on_stale(self) -> None:
        self.mark_stale()

    @Slot()
    def _on_run_changed(self) -> None:
        """The drawing stays, for the next model; what was told of it is forgotten."""
        self._picture = None
        self._show_nothing("")
        self._on_dataset_changed()
        self.mark_stale()

    @Slot()
    def _on_picture_changed(self) -> None:
        """Another view put a picture in, or took ours away."""
        picture = self.on_view.picture
        if _same(picture, self._picture):
            return
        if picture is None:
            self.sheet.clear()
            self._changed()
        else:
            self._match_shape()
            self._on_taken(picture, "")

    @Slot()
    def _on_dataset_changed(self) -> None:
        dataset = self.on_view.dataset
        self.tools.index.blockSignals(True)
        self.tools.show_test_images(0 if dataset is None else len(dataset.test))
        self.tools.index.blockSignals(False)

    @Slot(int)
    def _on_tool_chosen(self, index: int) -> None:
        self.canvas.erases = index == 1

    @Slot()
    def _on_pen_changed(self) -> None:
        self.canvas.pen = self.tools.pen.value

    @Slot()
    def _on_undo(self) -> None:
        self.sheet.undo()
        self._changed()

    @Slot()
    def _on_redo(self) -> None:
        self.sheet.redo()
        self._changed()

    @Slot()
    def _on_clear(self) -> None:
        self.sheet.clear()
        self.seen.choose_usual(self.sheet.shape)
        self._changed()

    @Slot()
    def _on_invert(self) -> None:
        self.sheet.invert()
        self._changed()

    @Slot()
    def _on_index_entered(self) -> None:
        """Also the number that is there already can be wanted."""
        self.input.take_test(self.tools.index.value())

    @Slot()
    def _on_random(self) -> None:
        number = self.tools.index.maximum() + 1
        index = int(self._random.integers(number))
        if index == self.tools.index.value():
            self.input.take_test(index)
        self.tools.index.setValue(index)

    @Slot()
    def _on_file(self) -> None:
        path = self._ask.choose_file(self, "Take a picture", None, _KINDS)
        if path is not None:
            self.input.take_file(path)

    @Slot()
    def _on_paste(self) -> None:
        self.input.take_mime(QGuiApplication.clipboard().mimeData())

    @Slot(object, str)
    def _on_taken(self, picture: Bytes, name: str) -> None:
        """A picture is the input now; one can draw on it."""
        self._match_shape()
        self._name = name
        self.seen.stage.show_choice(AS_DRAWN)
        if not _same(self.sheet.base, picture):
            self.sheet.lay(picture)
        self._changed()

    @Slot(bool)
    def _on_follow_toggled(self, follows: bool) -> None:
        if follows:
            self._go()

    @Slot()
    def _on_go(self) -> None:
        self._go()


def _same(one: NDArray[np.generic] | None, other: NDArray[np.generic] | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other)
