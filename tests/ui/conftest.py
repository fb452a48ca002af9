"""What tests of the form and of the tabs share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes import RecordedAnswers
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.config_form import ConfigForm


@pytest.fixture
def form(qtbot: QtBot, tmp_path: Path) -> ConfigForm:
    form = ConfigForm(lambda start: None, tmp_path)
    form.show()
    return form


@pytest.fixture
def on_view(qtbot: QtBot, tmp_path: Path) -> Iterator[RunOnView]:
    """Nothing is on view yet; caches are in a folder of the test's own."""
    on_view = RunOnView(tmp_path / "cache")
    yield on_view
    on_view.shutdown()


@pytest.fixture
def answers() -> RecordedAnswers:
    return RecordedAnswers()
