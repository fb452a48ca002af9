"""Scores against known factors as rows: name, value, what it means, and how it was got."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from vae_desktop.session.state import Failure
from vae_desktop.ui.fonts import use_tabular
from vae_desktop.ui.labels import Caption, MutedLabel, TextLine
from vae_desktop.ui.numbers import count, percent

if TYPE_CHECKING:
    from vae_desktop.session.factor_scoring import Score


class Meaning(NamedTuple):
    """A score for a reader: its name, one sentence, and its sign in `METRICS`."""

    key: str
    name: str
    sentence: str


AGAINST_FACTORS = (
    Meaning(
        "mig",
        "MIG",
        "How much more of a factor the best latent knows than the second best: 0 to 1.",
    ),
    Meaning(
        "beta-vae",
        "β-VAE score",
        "How often a linear classifier names the factor that pairs of images share.",
    ),
    Meaning(
        "factor-vae",
        "FactorVAE score",
        "How often the latent that varies least names the factor that images share.",
    ),
    Meaning(
        "dci",
        "DCI disentanglement",
        "Whether each latent matters for one factor only, in boosted trees: 0 to 1.",
    ),
    Meaning(
        "sap",
        "SAP",
        "How much better the best latent alone predicts a factor than the second best.",
    ),
)
BY_LABELS = (
    Meaning(
        "knn",
        "Nearest neighbours (proxy)",
        "How often the nearest training codes know the class of a test image.",
    ),
    Meaning(
        "separation",
        "Classes apart (proxy)",
        "Share of the codes' variance that lies between the means of the classes.",
    ),
)


class ScoreRows(QWidget):
    """A row per score; the values come one after the other.

    Attributes:
        texts: what is said of each score, by its key: value and how it was got.
    """

    def __init__(self, meanings: Sequence[Meaning]) -> None:
        super().__init__()
        self.meanings = tuple(meanings)
        self.texts: dict[str, tuple[str, str]] = {}
        self._values: dict[str, TextLine] = {}
        self._hows: dict[str, Caption] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(0)
        for index, meaning in enumerate(self.meanings):
            self._add_row(grid, 4 * index, meaning)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(4 * len(self.meanings), 1)

    def clear(self) -> None:
        """Nothing is known yet."""
        self.texts = {}
        for meaning in self.meanings:
            self._values[meaning.key].setText("–")
            self._hows[meaning.key].setText("")

    def show_score(self, key: str, score: Score | Failure) -> None:
        """Show a score, or why there is none."""
        value, how = written(score)
        self.texts[key] = value, how
        self._values[key].setText(value)
        self._hows[key].setText(how)

    def as_text(self) -> str:
        """A line per score, columns parted by tabs."""
        known = [meaning for meaning in self.meanings if meaning.key in self.texts]
        return "\n".join("\t".join((one.name, *self.texts[one.key])) for one in known)

    def _add_row(self, grid: QGridLayout, row: int, meaning: Meaning) -> None:
        value, how = TextLine("0.000 ± 0.000"), Caption()
        use_tabular(value, bold=True)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        value.setAccessibleName(meaning.name)
        value.setText("–")
        sentence = MutedLabel(meaning.sentence)
        sentence.setWordWrap(True)
        self._values[meaning.key], self._hows[meaning.key] = value, how
        grid.addWidget(QLabel(meaning.name), row, 0)
        grid.addWidget(value, row, 1)
        grid.addWidget(sentence, row + 1, 0, 1, 2)
        grid.addWidget(how, row + 2, 0, 1, 2)
        grid.setRowMinimumHeight(row + 3, 8)


def written(score: Score | Failure) -> tuple[str, str]:
    """A score's value, and how it was got."""
    from vae_desktop.core.factor_scores import DciScore
    from vae_desktop.core.metrics import ClassSeparation, NeighbourAccuracy

    if isinstance(score, Failure):
        return "–", score.sentence
    if isinstance(score, NeighbourAccuracy):
        how = f"{score.neighbours} of {count(score.train_images)} training codes vote"
        return percent(score.accuracy), f"{how}; {count(score.images)} test images"
    if isinstance(score, ClassSeparation):
        how = f"{count(score.classes)} classes, {count(score.images)} test images"
        return percent(score.between), how
    repeated = f", drawn {score.draws} times; ± is their standard deviation"
    how = f"{count(score.images)} images{repeated if score.draws > 1 else ', drawn once'}"
    if isinstance(score, DciScore):
        completeness = with_spread(score.completeness, score.completeness_spread)
        told = with_spread(score.informativeness, score.informativeness_spread)
        how = f"completeness {completeness}, informativeness {told}; {how}"
    return with_spread(score.score, score.spread), f"{how}; seed {score.seed}"


def with_spread(value: float, spread: float | None) -> str:
    """'0.231 ± 0.012'."""
    return f"{value:.3f}" if spread is None else f"{value:.3f} ± {spread:.3f}"
