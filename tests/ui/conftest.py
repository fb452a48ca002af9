"""What the tests of the form share."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from vae_desktop.ui.config_form import ConfigForm


@pytest.fixture
def form(qtbot: QtBot, tmp_path: Path) -> ConfigForm:
    form = ConfigForm(lambda start: None, tmp_path)
    form.show()
    return form
