"""A run measured on its own data: what is measured of which model, and progress as one."""

from pathlib import Path

import pytest

from tests.samples import tiny_config, tiny_dataset
from vae_desktop.core import runs
from vae_desktop.core.data import catalogue
from vae_desktop.core.errors import Cancelled, RunError
from vae_desktop.core.evaluation import Scores
from vae_desktop.core.training import train
from vae_desktop.session.measuring import Stages, measure, metrics_for


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A trained run, whose data set is the tiny one."""
    monkeypatch.setattr(catalogue, "load", lambda *_: tiny_dataset())
    folder = runs.create(tmp_path / "run", tiny_config())
    for _ in runs.record(folder, train(tiny_config(), tiny_dataset())):
        pass
    return folder


def test_everything_that_the_model_allows_is_measured(folder: Path, tmp_path: Path) -> None:
    shares: list[float] = []
    found = measure(folder, tmp_path, 3, lambda share, sentence: shares.append(share))
    assert isinstance(found.result.scores, Scores)
    assert found.result.metrics.keys() == {"iwae", "active", "knn", "pca"}
    assert found.result.metrics["iwae"].samples == 3
    assert found.epoch == tiny_config().training.epochs
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1


def test_measuring_can_be_cancelled(folder: Path, tmp_path: Path) -> None:
    def give_up(share: float, sentence: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        measure(folder, tmp_path, 3, give_up)


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no run"):
        measure(tmp_path, tmp_path, 3, lambda share, sentence: None)


@pytest.mark.parametrize(
    ("kind", "labelled", "expected"),
    [
        ("vae", True, ["iwae", "active", "knn", "pca"]),
        ("cvae", True, ["iwae", "active", "knn", "pca"]),
        ("vae", False, ["iwae", "active", "pca"]),
        ("autoencoder", True, ["active", "knn", "pca"]),
        ("classifier", True, []),
    ],
)
def test_each_kind_has_its_metrics(kind: str, labelled: bool, expected: list[str]) -> None:
    assert metrics_for(kind, labelled=labelled) == expected


def test_tasks_in_a_row_are_one_progress() -> None:
    told: list[float] = []
    stages = Stages(lambda share, sentence: told.append(share), 2)
    for share in (0.0, 0.5, 0.0, 0.5, 1.0):
        stages.report(share, "")
    assert told == [0.0, 0.25, 0.5, 0.75, 1.0]
