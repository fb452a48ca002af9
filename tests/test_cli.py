"""The command line: results, one-line errors, and JSON at the end."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.samples import tiny_dataset, write_idx_folder
from vae_desktop import __version__, cli, paths
from vae_desktop.core import runs
from vae_desktop.core.events import Evaluation

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's folders."""
    monkeypatch.setattr(paths, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(paths, "log_file", lambda: tmp_path / "log" / "vae-desktop.log")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return write_idx_folder(tmp_path / "data", tiny_dataset())


@pytest.fixture
def arguments(tmp_path: Path, data_dir: Path) -> list[str]:
    """A training that takes a moment."""
    return [
        *("train", "--dataset", "mnist", "--data-dir", str(data_dir), "--epochs", "2"),
        *("--batch-size", "30", "--hidden", "24, 12", "--latent-dim", "3", "--beta", "2"),
        *("--lr", "3e-3", "--seed", "5", "--threads", "1", "--out", str(tmp_path / "run")),
    ]


def last_line(capsys: Captured) -> dict:
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert isinstance(result, dict)
    return result


def test_train_and_evaluate_agree(arguments: list[str], tmp_path: Path, capsys: Captured) -> None:
    assert cli.run([*arguments, "--json"]) == 0
    trained = last_line(capsys)
    assert trained.keys() == {
        "run", "model", "dataset", "epochs", "reason", "measure", "test",
        "images_per_second", "seconds",
    }  # fmt: skip
    assert (trained["model"], trained["dataset"], trained["epochs"]) == ("vae", "mnist", 2)
    test = trained["test"]
    assert test.keys() == {"loss", "reconstruction", "kl", "images"}
    assert test["images"] == 90
    assert test["loss"] == pytest.approx(test["reconstruction"] + 2 * test["kl"])
    saved = runs.read(Path(trained["run"]))
    assert saved.config.model.hidden == (24, 12)
    assert saved.config.training.seed == 5
    evaluation = [event for event in saved.history if isinstance(event, Evaluation)][-1]
    assert test["loss"] == evaluation.total
    assert cli.run(["evaluate", trained["run"], "--json"]) == 0
    assert last_line(capsys)["test"]["loss"] == pytest.approx(test["loss"], rel=1e-6)


def test_a_run_is_measured_on_another_set(
    arguments: list[str], tmp_path: Path, capsys: Captured
) -> None:
    cli.run(arguments)
    other = write_idx_folder(tmp_path / "other", tiny_dataset(50, 40))
    assert cli.run(["evaluate", str(tmp_path / "run"), "--data-dir", str(other), "--json"]) == 0
    assert last_line(capsys)["test"]["images"] == 40
    wrong = write_idx_folder(tmp_path / "wrong", tiny_dataset(50, 40, (1, 9, 9)))
    assert cli.run(["evaluate", str(tmp_path / "run"), "--data-dir", str(wrong)]) == 2
    assert "9×9 grey, but the run was trained on 8×8 grey" in capsys.readouterr().err


def test_metrics_are_in_the_json(arguments: list[str], tmp_path: Path, capsys: Captured) -> None:
    cli.run(arguments)
    command = ["evaluate", str(tmp_path / "run"), "--metrics", "iwae, active,knn,pca", "--json"]
    assert cli.run([*command, "--samples", "7"]) == 0
    result = last_line(capsys)
    assert result.keys() == {"run", "dataset", "test", "iwae", "active", "knn", "pca"}
    assert result["iwae"]["samples"] == 7
    assert result["iwae"]["standard_error"] > 0
    assert len(result["active"]["variances"]) == 3
    assert 0 <= result["knn"]["accuracy"] <= 1
    assert result["pca"]["components"] == 3
    assert cli.run(["evaluate", str(tmp_path / "run"), "--metrics", "fid"]) == 2
    assert "There is no metric “fid”" in capsys.readouterr().err


def test_scores_against_factors_need_factors_but_separation_needs_only_labels(
    arguments: list[str], tmp_path: Path, capsys: Captured
) -> None:
    cli.run(arguments)
    command = ["evaluate", str(tmp_path / "run"), "--metrics"]
    assert cli.run([*command, "dci"]) == 2
    assert "dci: MNIST has no known factors, so" in capsys.readouterr().err
    assert cli.run([*command, "separation", "--json"]) == 0
    found = last_line(capsys)["separation"]
    assert 0 < found["between"] < 1
    assert (found["images"], found["classes"]) == (90, 2)


def test_a_classifier_tells_its_accuracy(data_dir: Path, tmp_path: Path, capsys: Captured) -> None:
    command = ["train", "--dataset", "mnist", "--data-dir", str(data_dir), "--epochs", "3"]
    command += ["--preset", "classifier", "--hidden", "20", "--batch-size", "30", "--json"]
    assert cli.run([*command, "--out", str(tmp_path / "run")]) == 0
    trained = last_line(capsys)
    assert trained["model"] == "classifier"
    assert 0 < trained["test"]["accuracy"] <= 1
    assert trained["test"]["kl"] is None
    assert cli.run(["evaluate", str(tmp_path / "run"), "--json"]) == 0
    assert last_line(capsys)["test"] == pytest.approx(trained["test"])
    config = runs.read(tmp_path / "run").config
    assert (config.training.optimizer, config.model.hidden) == ("sgd", (20,))


def test_a_run_is_continued(arguments: list[str], tmp_path: Path, capsys: Captured) -> None:
    cli.run(arguments)
    folder = str(tmp_path / "run")
    assert cli.run(["train", "--resume", folder]) == 2
    assert "has done 2 already; ask for more" in capsys.readouterr().err
    assert cli.run(["train", "--resume", folder, "--seed", "3"]) == 2
    assert "beside --resume give only --epochs" in capsys.readouterr().err
    assert cli.run(["train", "--resume", folder, "--epochs", "3", "--json"]) == 0
    assert last_line(capsys)["epochs"] == 3
    saved = runs.read(tmp_path / "run")
    epochs = [event.epoch for event in saved.history if isinstance(event, Evaluation)]
    assert epochs == [1, 2, 3]


def test_every_setting_has_an_option(
    arguments: list[str], tmp_path: Path, capsys: Captured
) -> None:
    extra = "--objective tc --schedule drawn --points 0:0,1.5:2 --likelihood gaussian "
    extra += "--optimizer sgd --momentum 0.5 --lr-schedule cosine --gradient-clip 1 "
    extra += "--patience 7 --train-limit 60 --activation tanh --no-bottleneck-relu"
    assert cli.run([*arguments, *extra.split()]) == 0
    config = runs.read(tmp_path / "run").config
    objective = config.objective
    assert (objective.kind, objective.likelihood, objective.beta) == ("tc", "gaussian", 2.0)
    assert objective.points == ((0.0, 0.0), (1.5, 2.0))
    assert (config.training.momentum, config.training.gradient_clip) == (0.5, 1.0)
    assert (config.data.train_limit, config.model.activation) == (60, "tanh")


def test_a_training_needs_a_folder(capsys: Captured) -> None:
    assert cli.run(["train"]) == 2
    assert "--out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (["--latent-dim", "0"], "Latents: 0 is not allowed; it must be at least 1."),
        (["--beta", "-1"], "β"),
        (["--hidden", "four"], "Hidden layers"),
        (["--model", "gan"], "Model"),
        (["--preset", "gan"], "There is no preset “gan”"),
        (["--points", "1,2"], "write epoch:β, as in 0:0,5:1,10:4"),
        (["--schedule", "drawn"], "there is no point"),
        (["--inputs", "normalised"], "choose unit"),
        (["--architecture", "conv", "--data-dir", "SMALL"], "conv takes pictures"),
        (["--device", "abacus"], "Device"),
        (["--dataset", "nothing"], "There is no data set “nothing”"),
        (["--dataset", "/no/such/pictures", "--data-dir", "x"], "neither a data set nor a file"),
        (["--data-dir", "/nowhere"], "/nowhere lacks"),
        (["--batch-size", "1000"], "more than the 300 training images"),
        (["--beta", "much"], "beta"),
        (["--no-such-option"], "--no-such-option"),
    ],
)
def test_wrong_options_are_one_line(
    arguments: list[str], tmp_path: Path, capsys: Captured, extra: list[str], words: str
) -> None:
    write_idx_folder(tmp_path / "small", tiny_dataset(50, 40, (1, 5, 5)))
    extra = [str(tmp_path / "small") if word == "SMALL" else word for word in extra]
    assert cli.run([*arguments, *extra]) == 2
    captured = capsys.readouterr()
    assert len(captured.err.splitlines()) == 1
    assert captured.err.startswith("vae-desktop: ")
    assert words in captured.err
    assert captured.out == ""


def test_a_run_is_never_overwritten(arguments: list[str], tmp_path: Path, capsys: Captured) -> None:
    cli.run(arguments)
    before = (tmp_path / "run" / "weights.safetensors").read_bytes()
    assert cli.run(arguments) == 2
    assert "already holds a run" in capsys.readouterr().err
    assert (tmp_path / "run" / "weights.safetensors").read_bytes() == before


def test_a_word_that_is_neither_command_nor_folder(capsys: Captured) -> None:
    assert cli.run(["trian"]) == 2
    assert "“trian” is neither a command nor the folder of a run" in capsys.readouterr().err


def test_evaluating_what_is_no_run(tmp_path: Path, capsys: Captured) -> None:
    assert cli.run(["evaluate", str(tmp_path)]) == 2
    assert "holds no run" in capsys.readouterr().err


def test_version_and_help(capsys: Captured) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out == f"vae-desktop {__version__}\n"
    assert cli.run(["--help"]) == 0
    assert "vae-desktop train --dataset digits" in capsys.readouterr().out


def test_datasets_says_what_is_at_hand(data_dir: Path, capsys: Captured) -> None:
    assert cli.run(["datasets", "--data-dir", str(data_dir)]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "built in" in out
    assert "found in" in out


def test_the_window_without_a_screen_is_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert cli.run([]) == 2
    assert "There is no screen" in capsys.readouterr().err


def test_an_unforeseen_error_is_no_traceback(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    from vae_desktop.core import training

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(training, "train", broken)
    assert cli.run(arguments) == 1
    captured = capsys.readouterr()
    assert len(captured.err.splitlines()) == 1
    assert "Traceback" not in captured.err
    assert "a fault of ours" in (tmp_path / "log" / "vae-desktop.log").read_text()


def test_results_do_not_depend_on_the_terminal(arguments: list[str], tmp_path: Path) -> None:
    """Two runs of the same command give the same weights to the last bit."""
    cli.run(arguments)
    arguments[-1] = str(tmp_path / "again")
    cli.run(arguments)
    first, second = (runs.read(tmp_path / name).weights.weights for name in ("run", "again"))
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_a_run_can_be_named_behind_an_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`vae-desktop --portable my-run` opens it, as without the option."""
    asked: list[object] = []
    monkeypatch.setattr(cli.paths, "go_portable", lambda: asked.append("portable"))
    monkeypatch.setattr(cli, "_window", lambda folder: asked.append(folder) or 0)
    assert cli.run(["--portable", str(tmp_path)]) == 0
    assert asked == ["portable", tmp_path]
