"""The newest result on the test set, as figures."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from vae_desktop.core.events import Evaluation, Prepared
from vae_desktop.ui.chip import Chip
from vae_desktop.ui.flow import FlowLayout
from vae_desktop.ui.fonts import use_tabular
from vae_desktop.ui.labels import Caption, MutedLabel
from vae_desktop.ui.numbers import count
from vae_desktop.ui.plot_terms import EVERY, VARIATIONAL, Faces


class Figure(QWidget):
    """A number with its name."""

    def __init__(self) -> None:
        super().__init__()
        self.name, self.value = MutedLabel(), QLabel()
        use_tabular(self.value, bold=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(4)
        layout.addWidget(self.name)
        layout.addWidget(self.value)


class ResultsLine(QWidget):
    """What the run reached on the whole test set, and what these numbers mean."""

    measure_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Result on the test set")
        names = dict.fromkeys(name for faces in EVERY for name in faces.all)
        self.figures = {name: Figure() for name in names}
        self.what = Caption()
        self.about = Chip(
            "notes", "What these numbers mean, and with what they can be compared.", checked=False
        )
        self.measure = Chip(
            "measure…", "Measure the run on its test set with more than the loss.", checked=False
        )
        self.notes = MutedLabel()
        self.notes.setWordWrap(True)
        self._faces = VARIATIONAL
        self._lay_out()
        self.about.toggled.connect(self.notes.setVisible)
        self.measure.toggled.connect(self.measure_toggled)
        self.clear()

    def show_faces(self, faces: Faces) -> None:
        """Show the terms of another kind of run."""
        self._faces = faces

    def clear(self) -> None:
        """Show that there is no result yet."""
        self.what.setText("is measured after every epoch")
        for figure in self.figures.values():
            figure.hide()
        self.show_notes(())

    def show_notes(self, notes: tuple[str, ...]) -> None:
        """Have something to say about what the numbers mean, or nothing."""
        self.notes.setText(" ".join(notes))
        self.about.setVisible(bool(notes))
        self.about.setChecked(False)
        self.notes.hide()

    def take(self, event: Evaluation | Prepared) -> None:
        """Show a result, or what the results of a run will mean."""
        if isinstance(event, Prepared):
            self.show_notes(event.notes)
            return
        for name, face in self._faces.all.items():
            value = event.total if name == "total" else event.terms.get(name)
            if value is not None:
                self.figures[name].name.setText(face.label)
                self.figures[name].value.setText(face.write(value))
                self.figures[name].show()
        self.what.setText(f"epoch {count(event.epoch)}, {count(event.images)} images")

    def _lay_out(self) -> None:
        figures = FlowLayout(ends_right=False)
        figures.addWidget(QLabel("Test set  "))
        for figure in self.figures.values():
            figures.addWidget(figure)
        below = QHBoxLayout()
        below.setSpacing(4)
        below.addWidget(self.what, 1)
        below.addWidget(self.about)
        below.addWidget(self.measure)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(figures)
        layout.addLayout(below)
        layout.addWidget(self.notes)
