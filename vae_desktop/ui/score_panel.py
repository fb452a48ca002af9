"""Scores of the run on view: a button, how far it is, and a row for each."""

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSpinBox

from vae_desktop.core.factor_scores import FACTOR_METRICS
from vae_desktop.session.factor_scoring import PROXIES, FactorScorer
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.labels import Caption, MutedLabel
from vae_desktop.ui.numbers import count, plural
from vae_desktop.ui.result_panel import ResultPanel
from vae_desktop.ui.score_rows import AGAINST_FACTORS, BY_LABELS, Meaning, ScoreRows

_DRAWS, _MOST_DRAWS, _MOST_SEED = 3, 20, 999_999
_ASKS, _ASKS_LITTLE = "not scored yet; it takes minutes", "not scored yet"
_TRAINS = "can be scored when training rests"


class ScorePanel(ResultPanel):
    """Scores against known factors or, for sets without, the proxies that need only labels.

    Args:
        on_view: the run that is scored.
    """

    def __init__(self, on_view: RunOnView) -> None:
        super().__init__("Scores", "Score")
        self.scorer = FactorScorer(on_view, self)
        self._active, self._possible = False, False
        self._step, self._drawn = -1, (_DRAWS, 0)
        self.caption = Caption()
        self.draws, self.seed = QSpinBox(), QSpinBox()
        self.rows = ScoreRows(AGAINST_FACTORS)
        self._dress()
        pairs = zip(self._names, (self.draws, self.seed), strict=True)
        self.stack(self.caption, [one for pair in pairs for one in pair], beside=True)
        self._connect()
        self.use(AGAINST_FACTORS)

    def use(self, meanings: Sequence[Meaning]) -> None:
        """Offer these scores; what was known is forgotten."""
        self.scorer.cancel()
        self._step = -1
        self.rows = ScoreRows(meanings)
        self.show_results(self.rows)
        repeated = tuple(meanings) == AGAINST_FACTORS
        for widget in (self.draws, self.seed, *self._names):
            widget.setVisible(repeated)
        self._show_controls()

    def show_possible(self, possible: bool) -> None:
        """Whether there is anything to score."""
        self._possible = possible
        self._show_controls()

    def show_active(self, active: bool) -> None:
        """Whether a training is under way: it needs the processor for itself."""
        self._active = active
        self._show_controls()

    def forget(self) -> None:
        """Another run comes on view."""
        self.use(self.rows.meanings)

    def shutdown(self) -> None:
        """End what runs in the background."""
        self.scorer.shutdown()

    def _dress(self) -> None:
        self.button.setToolTip("Draw images, encode them, and compute every score below.")
        self.copy_button.setToolTip("Put the scores into the clipboard as a table.")
        self.draws.setRange(1, _MOST_DRAWS)
        self.draws.setValue(_DRAWS)
        self.draws.setAccessibleName("How often images are drawn")
        self.draws.setToolTip("How often images are drawn anew; the spread is over these draws.")
        self.seed.setRange(0, _MOST_SEED)
        self.seed.setAccessibleName("Seed of the draws")
        self.seed.setToolTip("The same seed draws the same images.")
        self._names = [MutedLabel("draws"), MutedLabel("seed")]

    def _connect(self) -> None:
        self.button.clicked.connect(self._on_clicked)
        self.copy_button.clicked.connect(self._on_copy)
        self.job.cancel_requested.connect(self.scorer.cancel)
        self.scorer.began.connect(self._on_began)
        self.scorer.progressed.connect(self.job.show_progress)
        self.scorer.scored.connect(self._on_scored)
        self.scorer.ended.connect(self._on_ended)

    def _show_controls(self) -> None:
        can = self._possible and not self._active and not self.scorer.busy
        for control in (self.button, self.draws, self.seed):
            control.setEnabled(can)
        self.copy_button.setVisible(bool(self.rows.texts))
        if self._step >= 0:
            self.caption.setText(self._how())
        elif self._active:
            self.caption.setText(_TRAINS)
        else:
            asks = _ASKS if self.rows.meanings == AGAINST_FACTORS else _ASKS_LITTLE
            self.caption.setText(asks if self._possible else "")

    def _keys(self) -> list[str]:
        """What is to be computed for the rows."""
        keys = [meaning.key for meaning in self.rows.meanings]
        return [key for key in keys if key in (*FACTOR_METRICS, *PROXIES)]

    def _how(self) -> str:
        """Whose scores these are, and how they were drawn."""
        about = f"weights of step {count(self._step)}"
        if self.rows.meanings != AGAINST_FACTORS:
            return about
        draws, seed = self._drawn
        spread = f"± over {plural(draws, 'draw')}" if draws > 1 else "drawn once"
        return f"{about}, {spread}, seed {seed}"

    @Slot()
    def _on_clicked(self) -> None:
        self._drawn = self.draws.value(), self.seed.value()
        self.scorer.start(self._keys(), *self._drawn)

    @Slot(int)
    def _on_began(self, step: int) -> None:
        self.rows.clear()
        self._step = step
        self.job.begin()
        self._show_controls()

    @Slot(str, object)
    def _on_scored(self, key: str, score: object) -> None:
        if any(meaning.key == key for meaning in self.rows.meanings):
            self.rows.show_score(key, score)  # type: ignore[arg-type]
            self._show_controls()

    @Slot()
    def _on_ended(self) -> None:
        self.job.end()
        if not self.rows.texts:
            self._step = -1
        self._show_controls()

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.caption.text()}\n{self.rows.as_text()}")


def meanings_for(has_factors: bool) -> tuple[Meaning, ...]:
    """Which scores a set allows."""
    return AGAINST_FACTORS if has_factors else BY_LABELS
