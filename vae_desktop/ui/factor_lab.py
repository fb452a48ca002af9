"""The factor lab: what each latent knows of each known factor, scored and seen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.core.data.factor_drawing import drawing_of
from vae_desktop.core.factor_matches import FactorInformation
from vae_desktop.core.files import write_atomically
from vae_desktop.core.known_factors import lacks_factors
from vae_desktop.session.factor_source import FactorSource
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.state import Failure, State
from vae_desktop.ui.ask import Ask
from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.information_heat import InformationHeat
from vae_desktop.ui.job_line import JobLine
from vae_desktop.ui.labels import Caption, Heading
from vae_desktop.ui.match_board import MatchBoard
from vae_desktop.ui.numbers import count, latent_name
from vae_desktop.ui.score_panel import ScorePanel, meanings_for

if TYPE_CHECKING:
    from vae_desktop.session.session import OpenedRun

_WIDTHS, _HEIGHTS = (720, 480), (330, 270)
_NO_RUN = "No run yet. Train one on the sprites or the built-in digits, whose factors are known."
_NO_LATENTS = "This run is a classifier: it has no latents to compare with known factors."
_WAITING = "The factor lab begins with the first weights."
_LOADING = "The images are being read."
_NO_FACTORS = (
    "{title} has no known factors, so how well latents stand for factors cannot be measured, and "
    "nothing is made up instead. {more}"
)
_PROXIES = "With its labels two proxies can be measured: they tell classes apart, not factors."
_TOLD = "This model is told the class, so a good one needs no codes that tell it."
_NO_LABELS = "It has no labels either, from which proxies could be had."
_INSTEAD = "The sprites and the built-in digits have known factors."


class FactorLab(QWidget):
    """Mutual information, scores, and each factor beside the latent that matches it.

    Args:
        on_view: the run that is looked at.
        ask: asks for files.
    """

    failed = Signal(object)
    noticed = Signal(str)

    def __init__(self, on_view: RunOnView, ask: Ask) -> None:
        super().__init__()
        self._on_view, self._ask = on_view, ask
        self._random = np.random.default_rng()
        self._training = False
        self.source = FactorSource(on_view, self)
        self.heat, self.matches, self.scores = InformationHeat(), MatchBoard(), ScorePanel(on_view)
        self.caption, self.job = Caption(), JobLine()
        self.update_button, self.save_button = QPushButton("Update"), QPushButton("Save CSV…")
        self.base_button = QPushButton("Another base image")
        self.board_caption = Caption()
        self.empty, self.lacking = EmptyState(_NO_RUN), EmptyState("")
        self._left = QStackedWidget()
        self._stack = QStackedWidget()
        self._dress()
        self._lay_out()
        self._connect()
        self._show_page()

    def show_run(self, run: OpenedRun) -> None:
        """Another run comes on view."""
        self.scores.forget()
        self._show_page()

    def show_state(self, state: State) -> None:
        """The session is now in this state."""
        self._training = state.active
        self.source.show_state(state)
        self.scores.show_active(state.active)

    def shutdown(self) -> None:
        """End what runs in the background; nothing runs afterwards."""
        self.source.shutdown()
        self.scores.shutdown()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.source.watch(True)
        self._show_page()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.source.watch(False)

    def _dress(self) -> None:
        self.update_button.setToolTip("Estimate with the newest weights now.")
        self.save_button.setToolTip("Save the map of mutual information as CSV.")
        self.base_button.setToolTip("Sweep from another of the set's images.")

    def _lay_out(self) -> None:
        self._left.addWidget(self._heat_page())
        self._left.addWidget(self.lacking)
        upper = QSplitter(Qt.Orientation.Horizontal)
        self._split = QSplitter(Qt.Orientation.Vertical)
        for splitter, parts, sizes in (
            (upper, (self._left, self.scores), _WIDTHS),
            (self._split, (upper, self._board_page()), _HEIGHTS),
        ):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(16)
            for part in parts:
                splitter.addWidget(part)
            splitter.setSizes(list(sizes))
            splitter.setStretchFactor(0, sizes[0])
            splitter.setStretchFactor(1, sizes[1])
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._split)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def _heat_page(self) -> QWidget:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(Heading("Mutual information", "nats"))
        line.addWidget(self.caption, 1)
        line.addWidget(self.update_button)
        line.addWidget(self.save_button)
        return _page(line, self.job, self.heat)

    def _board_page(self) -> QWidget:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(
            Heading(
                "Factors and their latents",
                "drawn above, decoded below; nats known of those there are",
            )
        )
        line.addWidget(self.board_caption, 1)
        line.addWidget(self.base_button)
        self._board = _page(line, self.matches)
        return self._board

    def _connect(self) -> None:
        self.update_button.clicked.connect(self._on_update)
        self.save_button.clicked.connect(self._on_save)
        self.base_button.clicked.connect(self._on_another_base)
        self.job.cancel_requested.connect(self.source.cancel)
        self.source.changed.connect(self._on_changed)
        self.source.began.connect(self._on_began)
        self.source.progressed.connect(self.job.show_progress)
        self.source.ended.connect(self.job.end)
        self.source.failed.connect(self._on_failed)
        self._on_view.run_changed.connect(self._show_page)
        self._on_view.weights_changed.connect(self._on_weights_changed)
        self._on_view.dataset_changed.connect(self._show_page)
        self._on_view.dataset_failed.connect(self._on_failed)

    @Slot()
    def _show_page(self) -> None:
        """The lab, or the sentence that says why it is not there."""
        sentence = self._obstacle()
        self._stack.setCurrentIndex(0 if sentence else 1)
        self.empty.sentence.setText(sentence)
        data = self._on_view.dataset
        if sentence or data is None:
            self.scores.show_possible(False)
            return
        known = not lacks_factors(data)
        labelled = data.train.labels is not None and data.test.labels is not None
        if self.scores.rows.meanings != meanings_for(known):
            self.scores.use(meanings_for(known))
        self._left.setCurrentIndex(0 if known else 1)
        self._board.setVisible(known and drawing_of(data) is not None)
        self.scores.setVisible(known or labelled)
        self.scores.show_possible(known or labelled)
        if not known:
            config = self._on_view.config
            told = config is not None and config.model.kind == "cvae"
            proxies = f"{_PROXIES} {_TOLD}" if told else _PROXIES
            more = f"{proxies if labelled else _NO_LABELS} {_INSTEAD}"
            self.lacking.sentence.setText(_NO_FACTORS.format(title=data.title, more=more))

    def _obstacle(self) -> str:
        """Why there is nothing to see, or ""."""
        config = self._on_view.config
        if config is None:
            return _NO_RUN
        if config.model.kind == "classifier":
            return _NO_LATENTS
        if self._on_view.decoder is None:
            return _WAITING
        return _LOADING if self._on_view.dataset is None else ""

    @Slot()
    def _on_changed(self) -> None:
        view = self.source.view
        self.heat.show_information(None if view is None else view.information)
        self.matches.show_matches([] if view is None else view.matches)
        self.caption.setText("" if view is None else _about(view.information))
        self.save_button.setEnabled(view is not None)
        self.base_button.setEnabled(view is not None)

    @Slot()
    def _on_began(self) -> None:
        if not self._training:
            self.job.begin()

    @Slot(object)
    def _on_failed(self, failure: Failure) -> None:
        if self._stack.currentIndex() == 1:
            self.caption.setText(failure.sentence)
        elif self.isVisible():
            self.empty.sentence.setText(failure.sentence)
        if failure.details:
            self.failed.emit(failure)

    @Slot(int)
    def _on_weights_changed(self, step: int) -> None:
        if self._stack.currentIndex() == 0:
            self._show_page()

    @Slot()
    def _on_update(self) -> None:
        self.source.update_now()

    @Slot()
    def _on_another_base(self) -> None:
        data = self._on_view.dataset
        drawing = None if data is None else drawing_of(data)
        if data is None or drawing is None:
            return
        row = int(self._random.integers(0, len(data.test)))
        self.source.set_base(drawing.settings_of(data.test, row))
        self.board_caption.setText(f"base: test image {count(row + 1)}")

    @Slot()
    def _on_save(self) -> None:
        view = self.source.view
        if view is None:
            return
        start = Path.home() / "factors.csv"
        path = self._ask.choose_file_to_save(self, "Save", start, "CSV (*.csv)")
        if path is None:
            return
        try:
            write_atomically(path, as_csv(view.information).encode())
        except OSError as error:
            reason = error.strerror or "it cannot be written"
            self.failed.emit(Failure(f"{path} is not saved: {reason}. Choose another folder."))
        else:
            self.noticed.emit(f"Saved in {path}.")


def as_csv(found: FactorInformation) -> str:
    """A line per factor: its entropy, then the nats that each latent knows."""
    latents = [latent_name(index) for index in range(found.information.shape[1])]
    lines = [",".join(("factor", "entropy", *latents))]
    for name, entropy, known in zip(found.names, found.entropy, found.information, strict=True):
        lines.append(",".join((name, f"{entropy:.6f}", *(f"{value:.6f}" for value in known))))
    return "\n".join(lines) + "\n"


def _about(found: FactorInformation) -> str:
    """How an estimate was got."""
    sorted_by = "KL" if found.has_posterior else "variance, as these codes have no KL"
    images = f"{count(found.images)} images"
    told = f"; the model is told {' and '.join(found.told)}" if found.told else ""
    return f"{images}, weights of step {count(found.step)}; latents by {sorted_by}{told}"


def _page(line: QHBoxLayout, *parts: QWidget) -> QWidget:
    """A heading line with widgets below it; the last takes the room."""
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    layout.addLayout(line)
    for part in parts:
        layout.addWidget(part)
    layout.setStretchFactor(parts[-1], 1)
    return page
