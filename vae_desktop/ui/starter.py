"""Begins runs and goes on with them, with the settings of the form; says what is refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from vae_desktop.core.config import RunConfig
from vae_desktop.core.errors import ConfigError, UserError
from vae_desktop.preferences import Preferences
from vae_desktop.session.state import State
from vae_desktop.ui.config_form import ConfigForm
from vae_desktop.ui.messages import MessageBar

if TYPE_CHECKING:
    from vae_desktop.session.session import TrainingSession


class Starter:
    """What the start button does.

    Args:
        session: does it.
        form: the settings.
        messages: where a refusal is said.
        preferences: remember the settings of the last run.
    """

    def __init__(
        self,
        session: TrainingSession,
        form: ConfigForm,
        messages: MessageBar,
        preferences: Preferences,
    ) -> None:
        self._session, self._form = session, form
        self._messages, self._preferences = messages, preferences
        self._of_run: RunConfig | None = None

    @property
    def goes_on(self) -> bool:
        """Whether a start goes on with the run on view.

        So it does while the settings are those of the run; the epochs may be more or fewer.
        """
        if not self._session.can_resume or self._of_run is None:
            return False
        wanted = self.settings()
        epochs = {"epochs": self._of_run.training.epochs}
        return wanted is not None and wanted.changed(training=epochs) == self._of_run

    def settings(self) -> RunConfig | None:
        """What the form says; None where that cannot be."""
        try:
            return self._form.config()
        except ConfigError:
            return None

    def follow_run(self) -> None:
        """The form now shows the settings of the run on view."""
        self._of_run = self.settings()

    def start(self) -> None:
        """Go on after a pause, or with an unfinished run; else train a new one."""
        if self._session.state is State.PAUSED:
            self._session.resume()
        elif self.goes_on:
            self.attempt(self._go_on)
        else:
            self.start_anew()

    def start_anew(self) -> None:
        """Train with the settings of the form, as a new run."""
        self.attempt(self._start_anew)

    def start_with(self, config: RunConfig) -> None:
        """Train with other settings as a new run; the form shows them then."""
        self.attempt(partial(self._start, config))

    def move_lever(self, name: str, value: float) -> bool:
        """Change β or the learning rate of the run; False where that is refused."""
        move = {"beta": self._session.set_beta, "learning_rate": self._session.set_learning_rate}
        return self.attempt(lambda: move[name](value))

    def attempt(self, act: Callable[[], None]) -> bool:
        """Do something that may be refused, and say so; True where it was not."""
        try:
            act()
        except UserError as error:
            self._messages.show_refusal(str(error))
            return False
        return True

    def _go_on(self) -> None:
        self._session.resume_run(self._form.config().training.epochs)

    def _start_anew(self) -> None:
        self._start(self._form.config())

    def _start(self, config: RunConfig) -> None:
        self._session.start(config)
        self._preferences.set("last_config", config.model_dump(mode="json"))
