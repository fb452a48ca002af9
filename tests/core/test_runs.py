"""A run's folder: what is kept, that it comes back, and what happens to broken ones."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from tests.samples import tiny_config, tiny_dataset
from vae_desktop.core import history, runs
from vae_desktop.core.errors import RunError, TrainingError
from vae_desktop.core.events import (
    Batches,
    Checkpoint,
    Ended,
    Evaluation,
    Event,
    Prepared,
    Reconstructions,
    Snapshot,
)
from vae_desktop.core.imaging import write_png
from vae_desktop.core.training import train


@pytest.fixture(scope="module")
def told() -> list[Event]:
    """The events of a training."""
    return list(train(tiny_config(), tiny_dataset()))


@pytest.fixture
def folder(tmp_path: Path, told: list[Event]) -> Path:
    """The folder of that training."""
    folder = runs.create(tmp_path / "run", tiny_config())
    list(runs.record(folder, told))
    return folder


def alike(one: Any, two: Any) -> bool:
    """Whether two values are equal to the last bit, arrays and dictionaries included."""
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(alike(one[name], two[name]) for name in one)
    return type(one) is type(two) and np.array_equal(one, two)


def test_a_run_comes_back_to_the_last_bit(folder: Path, told: list[Event]) -> None:
    saved = runs.read(folder)
    fingerprint = tiny_dataset().fingerprint
    assert saved.config == tiny_config().changed(data={"fingerprint": fingerprint})
    kept = [event for event in told if isinstance(event, Batches | Evaluation | Ended)]
    prepared = told[0]
    assert vars(saved.prepared) == vars(prepared)
    assert [type(event) for event in saved.history] == [type(event) for event in kept]
    for before, after in zip(kept, saved.history, strict=True):
        assert alike(vars(before), vars(after))
    last = [event for event in told if isinstance(event, Snapshot)][-1]
    assert saved.weights.step == last.step == 20
    assert all(
        np.array_equal(saved.weights.weights[name], last.weights[name]) for name in last.weights
    )
    pictures = [event for event in told if isinstance(event, Reconstructions)][-1]
    assert saved.preview is not None
    assert np.array_equal(saved.preview.originals, pictures.originals)
    assert np.array_equal(saved.preview.reconstructions, pictures.reconstructions)


def test_a_run_is_told_again_in_order(folder: Path) -> None:
    events = list(runs.read(folder).events())
    assert isinstance(events[0], Prepared)
    assert [type(event) for event in events[-3:]] == [Ended, Reconstructions, Snapshot]


def test_recording_passes_everything_on(tmp_path: Path, told: list[Event]) -> None:
    folder = runs.create(tmp_path / "run", tiny_config())
    passed_on = list(runs.record(folder, told))
    assert passed_on == [event for event in told if not isinstance(event, Checkpoint)]


def test_few_pictures_come_back_too(tmp_path: Path) -> None:
    folder = runs.create(tmp_path / "run", tiny_config())
    told = list(runs.record(folder, train(tiny_config(), tiny_dataset(60, 5, (3, 4, 6)))))
    pictures = [event for event in told if isinstance(event, Reconstructions)][-1]
    preview = runs.read(folder).preview
    assert preview is not None
    assert np.array_equal(preview.originals, pictures.originals)


def test_the_folder_holds_plain_files(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    assert names == [
        "checkpoint.safetensors",
        "config.json",
        "history.jsonl",
        "preview.png",
        "weights.safetensors",
    ]
    for line in (folder / "history.jsonl").read_text().splitlines():
        assert "event" in json.loads(line)


def test_weights_are_there_after_the_first_epoch(tmp_path: Path) -> None:
    folder = runs.create(tmp_path / "run", tiny_config(epochs=3))
    steps = []
    events = runs.record(folder, train(tiny_config(epochs=3), tiny_dataset()))
    seen_evaluation = False
    for event in events:
        if isinstance(event, Snapshot) and seen_evaluation:
            steps.append(runs.read_weights(folder / runs.WEIGHTS).step)
            seen_evaluation = False
        seen_evaluation = seen_evaluation or isinstance(event, Evaluation)
    assert steps == [10, 20, 30]


def test_a_failed_training_keeps_its_last_good_weights(tmp_path: Path, told: list[Event]) -> None:
    good = next(event for event in told if isinstance(event, Snapshot))

    def failing() -> Iterator[Event]:
        yield told[0]
        yield good
        raise TrainingError("It went wrong.")

    folder = runs.create(tmp_path / "run", tiny_config())
    with pytest.raises(TrainingError, match="It went wrong"):
        list(runs.record(folder, failing()))
    assert runs.read(folder).weights.step == good.step


def test_an_interrupted_training_keeps_its_weights(tmp_path: Path) -> None:
    folder = runs.create(tmp_path / "run", tiny_config())
    events = runs.record(folder, train(tiny_config(), tiny_dataset()))
    for event in events:
        if isinstance(event, Batches):
            break
    events.close()
    saved = runs.read(folder)
    assert not any(isinstance(event, Ended) for event in saved.history)


def test_a_second_run_never_overwrites_the_first(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(RunError, match="already holds a run"):
        runs.create(folder, tiny_config(seed=5))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_free_folder(tmp_path: Path) -> None:
    assert runs.free_folder(tmp_path, "run") == tmp_path / "run"
    (tmp_path / "run").mkdir()
    (tmp_path / "run 2").mkdir()
    assert runs.free_folder(tmp_path, "run") == tmp_path / "run 3"


def test_a_cancelled_run_leaves_no_folder(tmp_path: Path, folder: Path) -> None:
    empty = runs.create(tmp_path / "cancelled", tiny_config())
    runs.discard_unstarted(empty)
    assert not empty.exists()
    runs.discard_unstarted(folder)
    assert (folder / runs.WEIGHTS).exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RunError, match="cannot be written"):
        runs.create(tmp_path / "file" / "run", tiny_config())


def test_a_folder_that_vanishes_stops_the_recording(tmp_path: Path, told: list[Event]) -> None:
    with pytest.raises(RunError, match=r"cannot be written any more.*kept"):
        list(runs.record(tmp_path / "gone", told))


def test_no_run_in_the_folder(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no run"):
        runs.read(tmp_path)
    with pytest.raises(RunError, match="not a folder"):
        runs.read(tmp_path / "none")


@pytest.mark.parametrize("name", ["history.jsonl", "weights.safetensors", "config.json"])
@pytest.mark.parametrize("damage", ["missing", "empty", "noise", "half"])
def test_broken_files_are_named(folder: Path, name: str, damage: str) -> None:
    path = folder / name
    content = path.read_bytes()
    path.unlink()
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "noise":
        path.write_bytes(np.random.default_rng(0).bytes(500))
    elif damage == "half":
        path.write_bytes(content[: len(content) // 2])
    if (name, damage) == ("history.jsonl", "half"):
        # A history that a crash has cut is still good as far as it goes.
        assert len(runs.read(folder).history) < len(content.splitlines())
        return
    with pytest.raises(RunError, match=name.replace(".", r"\.")):
        runs.read(folder)


@pytest.mark.parametrize(
    ("number", "name", "value"),
    [
        (1, "epochs", "x"),
        (1, "epochs", -1),
        (1, "epochs", 0),
        (1, "steps_per_epoch", 0),
        (1, "parameters", None),
        (1, "image_shape", [1, 8]),
        (2, "step", []),
        (2, "total", [1.0]),
        (2, "seconds", float("nan")),
        (3, "total", "a"),
        (3, "images", 1.5),
    ],
)
def test_values_of_the_wrong_kind_are_refused(
    folder: Path, number: int, name: str, value: object
) -> None:
    path = folder / "history.jsonl"
    lines = path.read_text().splitlines()
    values = json.loads(lines[number - 1])
    assert name in values
    lines[number - 1] = json.dumps({**values, name: value})
    path.write_text("\n".join(lines))
    with pytest.raises(RunError, match=f"line {number}"):
        history.read(path)


@pytest.mark.parametrize("rows", [8, 9 * 3 - 1])
def test_a_preview_of_another_height_is_left_out(folder: Path, rows: int) -> None:
    write_png(folder / "preview.png", np.zeros((rows, 16 * 9 - 1), np.uint8))
    assert runs.read(folder).preview is None


def test_names_that_no_disk_takes(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written"):
        runs.create(tmp_path / ("x" * 300), tiny_config())
    with pytest.raises(RunError, match="cannot be read"):
        runs.read(tmp_path / ("x" * 300))


@pytest.mark.parametrize(
    "line", ["null", "[]", '"text"', '{"event": "Snapshot"}', '{"event": "Ended", "x": 1}', "{}"]
)
def test_senseless_lines_are_refused(folder: Path, line: str) -> None:
    path = folder / "history.jsonl"
    lines = path.read_text().splitlines()
    lines[1] = line
    path.write_text("\n".join(lines))
    with pytest.raises(RunError, match="line 2"):
        history.read(path)


def test_a_missing_preview_is_no_reason_to_refuse(folder: Path) -> None:
    (folder / "preview.png").write_bytes(b"no picture")
    assert runs.read(folder).preview is None


def test_weights_of_another_architecture_are_refused(folder: Path) -> None:
    config = tiny_config().changed(model={"latent_dim": 5})
    (folder / "config.json").write_text(config.to_json())
    with pytest.raises(RunError, match="do not fit the model"):
        runs.read(folder)


def test_weights_of_another_type_are_refused(folder: Path) -> None:
    data = safetensors.numpy.save(
        {"a": np.zeros(3)}, metadata={"vae_desktop": '{"epoch": 1, "step": 1}'}
    )
    (folder / "weights.safetensors").write_bytes(data)
    with pytest.raises(RunError, match="damaged or not from this program"):
        runs.read(folder)
