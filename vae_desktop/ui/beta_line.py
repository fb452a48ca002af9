"""The run's β, and the same run once more with another one."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from vae_desktop.core.config import RunConfig, field_of, limits_of
from vae_desktop.core.errors import ConfigError
from vae_desktop.core.traversal_sheet import weight_text
from vae_desktop.ui.labels import MutedLabel, TextLine
from vae_desktop.ui.number_box import NumberBox

_WIDEST = "β 8888 on the total correlation"
_USUAL, _OTHER = 4.0, 1.0
_TIP = (
    "<span>Begin a new run with the same data, model, seed and training; only β is another. The "
    "run on view stays saved: compare the two with “Compare with…”.</span>"
)


class BetaLine(QWidget):
    """Says β and offers a run with another one."""

    train_requested = Signal(object)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._config: RunConfig | None = None
        self._beta: float | None = None
        self.text = TextLine(_WIDEST, gives_way=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.text.setAccessibleName("What weighs the KL term")
        self.words = MutedLabel("Train the same with β")
        self.box = NumberBox(limits_of(field_of("objective", "beta")))
        self.box.setAccessibleName("Another β")
        self.box.setToolTip(_TIP)
        self.box.setFixedWidth(80)
        self.button = QPushButton("Train")
        self.button.setAccessibleName("Train the same with another β")
        self.button.setToolTip(_TIP)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.text, self.words, self.box, self.button):
            layout.addWidget(widget)
        self.button.clicked.connect(self._on_clicked)

    def show_run(self, config: RunConfig) -> None:
        """Another run is on view."""
        self._config, self._beta = config, None
        beta = config.objective.beta
        self.box.set_value(_USUAL if beta != _USUAL else _OTHER)
        for widget in (self.words, self.box, self.button):
            widget.setVisible(config.applies("objective", "beta"))
        self._show()

    def show_beta(self, beta: float) -> None:
        """β of the newest step: it can move."""
        if beta != self._beta:
            self._beta = beta
            self._show()

    def wanted(self) -> RunConfig:
        """The run on view with the β of the box.

        Raises:
            ConfigError: that β cannot be.
            ValueError: the text is no number.
        """
        assert self._config is not None
        beta = self.box.value()
        if not math.isfinite(beta):
            raise ValueError(self.box.text())
        changes: dict[str, object] = {"beta": beta}
        if self._config.objective.schedule == "drawn":
            # A drawn line does not follow β: the new run holds it all the time.
            changes["schedule"] = "constant"
        return self._config.changed(objective=changes)

    def _show(self) -> None:
        if self._config is not None:
            self.text.setText(weight_text(self._config, self._beta))

    def _on_clicked(self) -> None:
        if self._config is None:
            return
        try:
            config = self.wanted()
        except ValueError:
            self.refused.emit(f"β: “{self.box.text()}” is no number; write one such as 4.")
            return
        except ConfigError as error:
            self.refused.emit(str(error))
            return
        self.train_requested.emit(config)
