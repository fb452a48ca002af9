"""What tests of the run on view share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.samples import tiny_config, tiny_dataset, write_idx_folder
from vae_desktop.core.config import RunConfig
from vae_desktop.core.events import Event, Prepared, Snapshot
from vae_desktop.core.training import train
from vae_desktop.session.on_view import RunOnView


@pytest.fixture
def on_view(qtbot: QtBot, tmp_path: Path) -> Iterator[RunOnView]:
    on_view = RunOnView(tmp_path / "cache")
    yield on_view
    on_view.shutdown()


@pytest.fixture
def config(tmp_path: Path) -> RunConfig:
    """Trains on a small data set in a folder."""
    folder = write_idx_folder(tmp_path / "data", tiny_dataset())
    return tiny_config().changed(data={"source": "mnist", "folder": str(folder)})


@pytest.fixture(scope="session")
def told() -> list[Event]:
    """What a training tells of its weights."""
    events = train(tiny_config(), tiny_dataset())
    return [event for event in events if isinstance(event, Prepared | Snapshot)]
