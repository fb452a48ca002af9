"""What tests of the Latent tab share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes import RecordedAnswers
from tests.samples import tiny_dataset, write_idx_folder
from tests.ui.latent.bench import Bench
from vae_desktop.session.judging import JudgeSource
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.latent_tab import LatentTab


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_idx_folder(tmp_path_factory.mktemp("data"), tiny_dataset())


@pytest.fixture
def judges(qtbot: QtBot, on_view: RunOnView, tmp_path: Path) -> Iterator[JudgeSource]:
    judges = JudgeSource(on_view, tmp_path / "runs", lambda: [])
    yield judges
    judges.shutdown()


@pytest.fixture
def tab(
    qtbot: QtBot, on_view: RunOnView, judges: JudgeSource, answers: RecordedAnswers
) -> Iterator[LatentTab]:
    tab = LatentTab(on_view, judges, answers)
    tab.resize(1248, 640)
    tab.show()
    yield tab
    tab.shutdown()


@pytest.fixture
def bench(qtbot: QtBot, tab: LatentTab, on_view: RunOnView, folder: Path) -> Bench:
    return Bench(qtbot, tab, on_view, folder)
