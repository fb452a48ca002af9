"""Moving the code that all tabs look at."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal

from vae_desktop.core.events import Floats
from vae_desktop.session.on_view import RunOnView


class Steering(QObject):
    """Sets the shared code; says of each change whether a hand is on it.

    Args:
        on_view: the run whose code it is.

    Attributes:
        by_hand: True while a change comes from something that is held or runs: whoever shows
            the code is to follow at once. A jump, from a click or from another tab, may glide.
        locked: latents (from 0) that `randomise` and `zero` leave where they are.
        means, deviations: float32 (D,), from where random codes come: the prior's, or the
            spread of the data's codes where there is no prior. None while that is not known.
        random: the generator of random codes; the window's own.
    """

    spread_changed = Signal()

    def __init__(self, on_view: RunOnView) -> None:
        super().__init__()
        self._on_view = on_view
        self.by_hand = False
        self.locked: set[int] = set()
        self.means: Floats | None = None
        self.deviations: Floats | None = None
        self.random = np.random.default_rng()

    def show_spread(self, means: Floats | None, deviations: Floats | None) -> None:
        """Take the mean and the standard deviation of every latent, (D,) each."""
        self.means, self.deviations = means, deviations
        self.spread_changed.emit()

    def hold(self, z: Floats) -> None:
        """The hand is on it: the code (D,) is here now, and soon elsewhere."""
        self.by_hand = True
        try:
            self._on_view.set_z(z)
        finally:
            self.by_hand = False

    def hold_latent(self, latent: int, value: float) -> None:
        """The same for one latent, from 0."""
        if self._on_view.z is not None:
            self.hold(_with(self._on_view.z, latent, value))

    def jump_latent(self, latent: int, value: float) -> None:
        """One latent, from 0, is elsewhere from now on."""
        if self._on_view.z is not None:
            self._on_view.set_z(_with(self._on_view.z, latent, value))

    def randomise(self) -> None:
        """Draw every latent that is not locked from its spread."""
        if self._on_view.z is None or self.means is None or self.deviations is None:
            return
        drawn = self.random.standard_normal(len(self.means)) * self.deviations + self.means
        self._jump_unlocked(drawn)

    def zero(self) -> None:
        """Set every latent that is not locked to 0."""
        if self._on_view.z is not None:
            self._jump_unlocked(np.zeros(len(self._on_view.z)))

    def _jump_unlocked(self, code: np.ndarray) -> None:
        assert self._on_view.z is not None
        z = np.array(code, np.float32)
        held = [latent for latent in self.locked if latent < len(z)]
        z[held] = self._on_view.z[held]
        self._on_view.set_z(z)


def _with(z: Floats, latent: int, value: float) -> Floats:
    changed = z.copy()
    changed[latent] = value
    return changed
