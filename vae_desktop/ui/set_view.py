"""A loaded data set: its samples in the middle, what is known of it at the side."""

from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.core.data.dataset import Dataset, shape_text
from vae_desktop.core.data.summary import Summary, summarise
from vae_desktop.core.progress import Progress
from vae_desktop.session.data_library import LoadedSet
from vae_desktop.session.jobs import JobRunner
from vae_desktop.ui.column_scroll import ColumnScroll
from vae_desktop.ui.factor_sliders import FactorSliders
from vae_desktop.ui.fonts import use_tabular
from vae_desktop.ui.image_page import ImagePage
from vae_desktop.ui.import_report import ImportReport
from vae_desktop.ui.labels import MutedLabel
from vae_desktop.ui.numbers import count
from vae_desktop.ui.primary_button import PrimaryButton
from vae_desktop.ui.sample_panel import SamplePanel
from vae_desktop.ui.set_facts import SetFacts
from vae_desktop.ui.tab_bar import FlatTabs

_WIDTHS = (640, 312)


class SetView(QWidget):
    """Everything there is to see of one data set."""

    use_requested = Signal()
    import_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.loaded: LoadedSet | None = None
        self._measuring = JobRunner(self)
        self.title = QLabel()
        use_tabular(self.title, 4, bold=True)
        self.facts = MutedLabel()
        self.facts.setWordWrap(True)
        self.use_button = PrimaryButton("Use for training")
        self.use_button.setToolTip("Let the next run learn from this data set.")
        self.samples = SamplePanel()
        self.side = FlatTabs()
        self.set_facts = SetFacts()
        self.image_page = ImagePage()
        self.factor_page = FactorSliders()
        self.report = ImportReport()
        self.import_button = QPushButton("Import differently…")
        self.import_button.setToolTip("Choose size, colour or split anew.")
        self._make_pages()
        self._lay_out()
        self._connect()

    def show_set(self, loaded: LoadedSet) -> None:
        """Show another set; its pixels are measured in the background."""
        self.loaded = loaded
        data = loaded.dataset
        self.title.setText(data.title)
        self.facts.setText(_facts(loaded))
        self.factor_page.show_drawing(loaded.drawing)
        self.samples.show_set(data)
        self.set_facts.show_set(data)
        self._show_counts()
        self.report.show_report(loaded.notes, loaded.skipped)
        self._show_pages(has_factors=loaded.drawing is not None, is_own=data.name == "own")
        self._measuring.start(partial(_measure, data))

    def shutdown(self) -> None:
        """End what runs in the background."""
        self._measuring.shutdown()

    def _connect(self) -> None:
        self.use_button.clicked.connect(self.use_requested)
        self.import_button.clicked.connect(self.import_requested)
        self.samples.picked.connect(self._on_picked)
        self.samples.grid.opened.connect(self._on_opened)
        self.samples.part_changed.connect(self._show_counts)
        self.set_facts.classes.filter_changed.connect(self._on_filter_changed)
        self._measuring.done.connect(self._on_measured)

    def _make_pages(self) -> None:
        own = QWidget()
        layout = QVBoxLayout(own)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.report, 1)
        layout.addWidget(self.import_button, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addStretch()
        self._pages: dict[str, QWidget] = {
            "Set": ColumnScroll(self.set_facts, _WIDTHS[1]),
            "Image": self.image_page,
            "Factors": self.factor_page,
            "Import": own,
        }

    def _show_pages(self, *, has_factors: bool, is_own: bool) -> None:
        current = self.side.tabText(self.side.currentIndex())
        self.side.clear()
        for name, page in self._pages.items():
            if (name != "Factors" or has_factors) and (name != "Import" or is_own):
                self.side.addTab(page, name)
                if name == current:
                    self.side.setCurrentWidget(page)
        if self.loaded is not None and self.loaded.skipped:
            self.side.setCurrentWidget(self._pages["Import"])

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.facts)
        header = QHBoxLayout()
        header.setSpacing(16)
        header.addLayout(words, 1)
        header.addWidget(self.use_button, alignment=Qt.AlignmentFlag.AlignTop)
        body = QSplitter(Qt.Orientation.Horizontal)
        body.addWidget(self.samples)
        body.addWidget(self.side)
        body.setSizes(_WIDTHS)
        body.setStretchFactor(0, 1)
        body.setChildrenCollapsible(False)
        body.setHandleWidth(16)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addLayout(header)
        layout.addWidget(body, 1)

    def _show_counts(self) -> None:
        part = self.samples.part
        if self.loaded is None or part is None or part.labels is None:
            return
        names = self.loaded.dataset.label_names
        counts = np.bincount(part.labels, minlength=len(names)).tolist()
        self.set_facts.classes.show_counts(names, counts)

    def _on_filter_changed(self) -> None:
        if self.loaded is not None:
            self.samples.show_classes(self.set_facts.classes.chosen_classes)

    def _on_picked(self, row: int) -> None:
        part = self.samples.part
        if part is None or self.loaded is None:
            return
        factors: list[tuple[str, str]] = []
        drawing = self.loaded.drawing
        if drawing is not None:
            settings = drawing.settings_of(part, row)
            pairs = zip(drawing.knobs(settings), settings, strict=True)
            factors = [(knob.name, knob.text(float(setting))) for knob, setting in pairs]
        image = part.images[row : row + 1][0]
        self.image_page.show_image(image, self.samples.title_of(row), factors)
        self.factor_page.offer_image(part, row)

    def _on_opened(self) -> None:
        if self.side.currentWidget() is not self.factor_page:
            self.side.setCurrentWidget(self.image_page)

    def _on_measured(self, summary: Summary) -> None:
        self.set_facts.show_summary(summary)


def _measure(data: Dataset, progress: Progress) -> Summary:
    return summarise(data.train.images, progress)


def _facts(loaded: LoadedSet) -> str:
    data = loaded.dataset
    facts = [
        f"{count(len(data.train))} training and {count(len(data.test))} test images",
        shape_text(data.train.images.shape),
    ]
    for things, name in ((data.label_names, "class"), (data.factors, "factor")):
        if things:
            plural = ("es" if name == "class" else "s") if len(things) > 1 else ""
            facts.append(f"{len(things)} {name}{plural}")
    if loaded.skipped:
        facts.append(f"{count(len(loaded.skipped))} left out")
    return " · ".join(facts)
