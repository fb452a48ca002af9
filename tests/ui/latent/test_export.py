"""Files of the Latent tab: written in the background, whole or not at all."""

from pathlib import Path

import numpy as np
import pytest

from tests.fakes import RecordedAnswers
from tests.ui.latent.bench import TIMEOUT, Bench, config_for, told_by
from vae_desktop.core.events import Event
from vae_desktop.core.progress import Progress
from vae_desktop.ui.latent_tab import LatentTab


@pytest.fixture(scope="module")
def told(folder: Path) -> list[Event]:
    return told_by(config_for(folder))


def test_everything_is_saved_where_the_user_says(
    bench: Bench,
    tab: LatentTab,
    told: list[Event],
    answers: RecordedAnswers,
    tmp_path: Path,
) -> None:
    failures: list[object] = []
    tab.failed.connect(failures.append)
    notices: list[str] = []
    tab.noticed.connect(notices.append)
    tab.export.save_csv()
    assert "no codes" in failures.pop().sentence
    bench.open(told)
    tab.selection_desk.select(np.array([1, 2, 3]))
    bench.qtbot.waitUntil(lambda: tab.selection.measured is not None, timeout=TIMEOUT)
    tab.path.preset.click()
    tab.drawers.choose(2)
    for name, save in {
        "map.png": tab.export.save_png,
        "map.svg": tab.export.save_svg,
        "codes.csv": tab.export.save_csv,
        "codes.npz": tab.export.save_npz,
        "selection.csv": tab.selection.csv.click,
        "selection.png": tab.selection.save.click,
        "path.png": tab.path.save.click,
        "path.gif": tab.path.gif.click,
    }.items():
        answers.file = tmp_path / name
        save()
        bench.qtbot.waitUntil(lambda: not tab.export.writer.busy, timeout=TIMEOUT)
        assert notices.pop() == f"Saved in {tmp_path / name}."
        assert (tmp_path / name).stat().st_size > 0
    assert len((tmp_path / "selection.csv").read_text().splitlines()) == 4
    answers.folder = tmp_path / "projector"
    tab.export.save_projector()
    bench.qtbot.waitUntil(lambda: not tab.export.writer.busy, timeout=TIMEOUT)
    assert (tmp_path / "projector" / "projector_config.json").exists()
    answers.file = tmp_path / "missing" / "codes.csv"
    tab.export.save_csv()
    bench.qtbot.waitUntil(lambda: len(failures) == 1, timeout=TIMEOUT)
    assert "is not saved" in failures[0].sentence


def test_a_file_that_is_cancelled_is_not_there_and_only_one_is_written_at_a_time(
    bench: Bench, tab: LatentTab, told: list[Event], answers: RecordedAnswers, tmp_path: Path
) -> None:
    bench.open(told)
    failures: list[object] = []
    tab.failed.connect(failures.append)
    path = tmp_path / "codes.csv"

    def endless(path: Path, progress: Progress) -> None:
        while True:
            progress(0.5, "Writing codes")

    tab.export.writer.write(path, endless)
    bench.qtbot.waitUntil(tab.export.writer.job.isVisible, timeout=TIMEOUT)
    assert tab.export.writer.job.sentence.text() == "Writing codes"
    answers.file = path
    tab.export.save_csv()
    assert "still being written" in failures[0].sentence
    assert not answers.asked
    tab.export.writer.job.cancel_button.click()
    bench.qtbot.waitUntil(lambda: not tab.export.writer.busy, timeout=TIMEOUT)
    assert not tab.export.writer.job.isVisible()
    assert list(tmp_path.glob("*.csv")) == []
    assert len(failures) == 1
