"""Scores against known factors as rows: name, value, what it means, and how it was got."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from vae_desktop.core.factor_scores import TREE_IMAGES
from vae_desktop.session.state import Failure
from vae_desktop.ui.fonts import use_tabular
from vae_desktop.ui.labels import Caption, MutedLabel, TextLine
from vae_desktop.ui.numbers import count, percent

if TYPE_CHECKING:
    from vae_desktop.session.factor_scoring import Score


class Meaning(NamedTuple):
    """A row: the key of its score, its name for a reader, and one sentence.

    The key is a name in `METRICS`, or of a further number of the row before.
    """

    key: str
    name: str
    sentence: str


AGAINST_FACTORS = (
    Meaning("mig", "MIG", "How much more the best latent knows of a factor than the next."),
    Meaning(
        "beta-vae",
        "β-VAE score",
        "How often a linear classifier names what pairs of images share.",
    ),
    Meaning(
        "factor-vae",
        "FactorVAE score",
        "How often the calmest latent names what 64 images share.",
    ),
    Meaning(
        "dci",
        "DCI",
        f"Whether a latent matters for one factor only, to trees of {TREE_IMAGES:,} images.",
    ),
    Meaning(
        "completeness", "DCI completeness", "Whether each factor is in one latent only, in them."
    ),
    Meaning(
        "informativeness", "DCI informativeness", "How often they tell a factor's level right."
    ),
    Meaning("sap", "SAP", "How much better the best latent alone predicts a factor than the next."),
)
BY_LABELS = (
    Meaning(
        "knn",
        "Nearest neighbours (proxy)",
        "How often the nearest training codes know a test image's class.",
    ),
    Meaning(
        "separation",
        "Classes apart (proxy)",
        "Share of the codes' variance that is between the classes' means.",
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
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        for index, meaning in enumerate(self.meanings):
            self._add_row(grid, 3 * index, meaning)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(3 * len(self.meanings), 1)

    def clear(self) -> None:
        """Nothing is known yet."""
        self.texts = {}
        for meaning in self.meanings:
            self._values[meaning.key].setText("–")
            self._hows[meaning.key].setText("")

    def show_score(self, key: str, score: Score | Failure) -> None:
        """Show a score, or why there is none."""
        for part, (value, how) in parts_of(score).items():
            self.texts[part or key] = value, how
            self._values[part or key].setText(value)
            self._hows[part or key].setText(how)

    def as_text(self) -> str:
        """A line per score, columns parted by tabs."""
        known = [meaning for meaning in self.meanings if meaning.key in self.texts]
        return "\n".join("\t".join((one.name, *self.texts[one.key])) for one in known)

    def _add_row(self, grid: QGridLayout, row: int, meaning: Meaning) -> None:
        value, how = TextLine("00.000 ± 00.000"), Caption()
        use_tabular(value, bold=True)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        value.setAccessibleName(meaning.name)
        value.setText("–")
        sentence = MutedLabel(meaning.sentence)
        sentence.setWordWrap(True)
        self._values[meaning.key], self._hows[meaning.key] = value, how
        grid.addWidget(QLabel(meaning.name), row, 0)
        grid.addWidget(how, row, 1)
        grid.addWidget(value, row, 2)
        grid.addWidget(sentence, row + 1, 0, 1, 3)
        grid.setRowMinimumHeight(row + 2, 4)


def written(score: Score | Failure) -> tuple[str, str]:
    """A score's value, and how it was got."""
    from vae_desktop.core.metrics import ClassSeparation, NeighbourAccuracy

    if isinstance(score, Failure):
        return "–", score.sentence
    if isinstance(score, NeighbourAccuracy):
        how = f"{score.neighbours} of {count(score.train_images)} codes vote"
        return percent(score.accuracy), f"{how}; {count(score.images)} test images"
    if isinstance(score, ClassSeparation):
        how = f"{count(score.classes)} classes, {count(score.images)} test images"
        return percent(score.between), how
    how = f"{count(score.images)} images"
    if score.left_out:
        how += f"; without {' and '.join(score.left_out)}, which the model is told"
    return with_spread(score.score, score.spread), how


def with_spread(value: float, spread: float | None) -> str:
    """'0.231 ± 0.012'."""
    return f"{value:.3f}" if spread is None else f"{value:.3f} ± {spread:.3f}"


def parts_of(score: Score | Failure) -> dict[str, tuple[str, str]]:
    """DCI as its three scores, by the keys of their rows; others as they are, without a key."""
    from vae_desktop.core.factor_scores import DciScore

    value, how = written(score)
    if isinstance(score, Failure) or not isinstance(score, DciScore):
        return {"": (value, how)}
    return {
        "": (value, how),
        "completeness": (with_spread(score.completeness, score.completeness_spread), how),
        "informativeness": (with_spread(score.informativeness, score.informativeness_spread), how),
    }
