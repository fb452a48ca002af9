"""Boards drawn in the background, and saved runs beside the one on view."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.samples import tiny_config, tiny_dataset, write_idx_folder
from vae_desktop.core import runs
from vae_desktop.core.config import RunConfig
from vae_desktop.core.errors import RunError
from vae_desktop.core.events import Evaluation, Snapshot
from vae_desktop.core.latents import PictureSet
from vae_desktop.core.progress import silent
from vae_desktop.core.span import limit_span, prior_span
from vae_desktop.core.training import train
from vae_desktop.session.boards import MOST_PAUSE, BoardSource, BoardWish, DrawnBoard, draw_board
from vae_desktop.session.compared_runs import finished_runs, read_compared
from vae_desktop.session.decoder import Decoder

TIMEOUT = 20_000
SHAPE = (1, 8, 8)
IMAGE = tiny_dataset().test.images[np.array([4])][0]


@pytest.fixture(scope="module")
def decoder() -> Decoder:
    config = tiny_config().changed(model={"latent_dim": 3})
    snapshot = [e for e in train(config, tiny_dataset()) if isinstance(e, Snapshot)][-1]
    return Decoder(config.model, SHAPE, snapshot)


def wish(rows: tuple[int, int] = (0, 3), **changes: object) -> BoardWish:
    values = {"image": IMAGE, "code": None, "latents": np.array([2, 0, 1]), "span": prior_span(2)}
    return BoardWish(**{**values, "steps": 5, "rows": rows, **changes})  # type: ignore[arg-type]


def test_a_board_is_what_the_decoder_says(qtbot: QtBot, decoder: Decoder) -> None:
    source = BoardSource(lambda: decoder, None)
    with qtbot.waitSignal(source.drawn, timeout=TIMEOUT) as drawn:
        source.ask(wish(), urgent=True)
    board: DrawnBoard = drawn.args[0]
    base = decoder.encode(IMAGE[None])[0][0]
    assert np.allclose(board.traversal.base, base, atol=1e-5)
    assert board.step == decoder.step
    assert board.pictures.shape == (3, 5, *SHAPE)
    for row, latent in enumerate((2, 0, 1)):
        for column, value in enumerate((-2, -1, 0, 1, 2)):
            code = base.copy()
            code[latent] = value
            expected = decoder.decode(code[None])[0].astype(int)
            assert np.abs(board.pictures[row, column] - expected).max() <= 1
    source.shutdown()


class ByHand:
    """A conditional model made by hand: its code is the mean pixel and the class it is told, and
    a cell's pixels are 10 times its first number, and 100 more for class 1."""

    step, classes = 3, 2

    def encode(self, images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        mean = images.reshape(len(images), -1).mean(axis=1)
        code = np.stack([mean, labels], axis=1).astype(np.float32)
        return code, np.ones_like(code)

    def decode(self, z: np.ndarray, labels: np.ndarray) -> np.ndarray:
        light = 10 * z[:, 0] + 100 * labels
        return np.broadcast_to(light[:, None, None, None], (len(z), *SHAPE)).astype(np.uint8)


def test_an_image_is_encoded_as_its_class_and_its_board_decoded_as_another() -> None:
    image = np.full(SHAPE, 7, np.uint8)
    asked = wish(
        image=image,
        latents=np.array([0]),
        span=limit_span(0, 4),
        label=1,
        image_label=0,
        rows=(0, 1),
    )
    board = draw_board(ByHand(), asked, silent)  # type: ignore[arg-type]
    assert board.traversal.base.tolist() == [7, 0]
    assert board.base.max() == 170
    assert board.pictures[0, :, 0, 0, 0].tolist() == [100, 110, 120, 130, 140]


def test_only_the_rows_in_view_are_decoded(qtbot: QtBot, decoder: Decoder) -> None:
    source = BoardSource(lambda: decoder, None)
    with qtbot.waitSignal(source.drawn, timeout=TIMEOUT) as drawn:
        source.ask(wish(rows=(1, 2)), urgent=True)
    assert drawn.args[0].first == 1
    assert drawn.args[0].pictures.shape[0] == 1
    source.shutdown()


def test_of_many_wishes_the_first_and_the_newest_are_drawn(qtbot: QtBot, decoder: Decoder) -> None:
    source, bases = BoardSource(lambda: decoder, None), []
    source.drawn.connect(lambda board: bases.append(float(board.traversal.base[0])))
    for value in range(20):
        code = np.full(3, value, np.float32)
        source.ask(wish(image=None, code=code), urgent=True)
    qtbot.waitUntil(lambda: bool(bases) and bases[-1] == 19, timeout=TIMEOUT)
    assert bases == [0, 19]
    source.shutdown()


def test_live_boards_rest_but_urgent_ones_do_not(qtbot: QtBot, decoder: Decoder) -> None:
    source, times = BoardSource(lambda: decoder, None), []
    source.training = True
    source.drawn.connect(lambda board: times.append(board.traversal.steps))
    source.ask(wish(), urgent=False)
    qtbot.waitUntil(lambda: len(times) == 1, timeout=TIMEOUT)
    source.ask(wish(steps=7), urgent=False)
    assert not source.idle
    source.ask(wish(steps=9), urgent=True)
    qtbot.waitUntil(lambda: len(times) == 2, timeout=TIMEOUT)
    assert times == [5, 9]
    assert MOST_PAUSE <= 0.5
    source.shutdown()


def test_without_a_model_nothing_is_drawn(qtbot: QtBot) -> None:
    source = BoardSource(lambda: None, None)
    source.ask(wish(), urgent=True)
    source.forget()
    assert source.idle
    source.shutdown()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Runs of small pictures: β 1 and 4, an autoencoder, a classifier, other data."""
    place = tmp_path_factory.mktemp("runs")
    data = write_idx_folder(place / "data", tiny_dataset())
    other = write_idx_folder(place / "other", tiny_dataset(shape=(1, 10, 10)))
    plans: dict[str, tuple[dict, dict, Path]] = {
        "one": ({}, {"beta": 1}, data),
        "four": ({"latent_dim": 5}, {"beta": 4}, data),
        "plain": ({"kind": "autoencoder"}, {}, data),
        "classes": ({"kind": "classifier"}, {}, data),
        "told": ({"kind": "cvae"}, {}, data),
        "wide": ({}, {}, other),
        "gaussian": ({}, {"likelihood": "gaussian"}, data),
    }
    for name, (model, objective, pictures) in plans.items():
        config = tiny_config(epochs=1).changed(
            data={"source": "mnist", "folder": str(pictures)}, model=model, objective=objective
        )
        runs.create(place / name, config)
        set_ = tiny_dataset(shape=(1, 10, 10) if name == "wide" else SHAPE)
        for _ in runs.record(place / name, train(config, set_)):
            pass
    return {name: place / name for name in plans}


def config_of(folder: Path) -> RunConfig:
    return RunConfig.read(folder / runs.CONFIG)


def test_a_saved_run_is_read_for_a_board(folders: dict[str, Path]) -> None:
    pictures = PictureSet((("test", tiny_dataset().test),))
    run = read_compared(folders["four"], SHAPE, pictures, (), silent)
    assert run.weight == "β 4"
    assert run.codes is not None
    assert run.codes.shape == (90, 5)
    tested = [e for e in runs.read(folders["four"]).history if isinstance(e, Evaluation)][-1]
    assert run.importance.values.tolist() == tested.kl_per_latent.tolist()
    plain = read_compared(folders["plain"], SHAPE, pictures, (), silent)
    assert plain.importance.measure == "variance"


def test_a_conditional_run_is_told_the_true_classes(folders: dict[str, Path]) -> None:
    part, names = tiny_dataset().test, tiny_dataset().label_names
    pictures = PictureSet((("test", part),))
    run = read_compared(folders["told"], SHAPE, pictures, names, silent)
    rows = pictures.subset(90)
    assert part.labels is not None
    mu, _ = run.decoder.encode(part.images[rows], part.labels[rows])
    assert run.codes is not None
    np.testing.assert_allclose(run.codes, mu, atol=1e-5)
    with pytest.raises(RunError, match="told other classes"):
        read_compared(folders["told"], SHAPE, pictures, ("round", "square"), silent)


@pytest.mark.parametrize(
    ("name", "told"),
    [("classes", "no latents"), ("wide", "10×10 grey"), ("data", "holds no run"),
     ("nowhere", "not a folder")],
)  # fmt: skip
def test_runs_that_cannot_stand_beside(folders: dict[str, Path], name: str, told: str) -> None:
    folder = folders.get(name, folders["one"].parent / name)
    with pytest.raises(RunError, match=told):
        read_compared(folder, SHAPE, None, (), silent)


def test_an_autoencoder_needs_test_images(folders: dict[str, Path]) -> None:
    with pytest.raises(RunError, match="test images"):
        read_compared(folders["plain"], SHAPE, None, (), silent)


def test_finished_runs_of_the_same_data_and_likelihood(folders: dict[str, Path]) -> None:
    known = [*folders.values(), folders["one"].parent / "data"]
    found = finished_runs(known, config_of(folders["one"]), folders["one"], silent)
    assert [run.folder.name for run in found.runs] == ["four", "told"]
    assert found.runs[1].label == "β 1, told the class"
    assert found.others == 4
    run = found.runs[0]
    tested = [e for e in runs.read(run.folder).history if isinstance(e, Evaluation)][-1]
    assert (run.label, run.kl, run.reconstruction) == (
        "β 4, 5 latents",
        tested.kl,
        tested.reconstruction,
    )


def test_a_damaged_run_is_left_out(folders: dict[str, Path], tmp_path: Path) -> None:
    runs.create(tmp_path / "torn", config_of(folders["one"]))
    (tmp_path / "torn" / "history.jsonl").write_text("no history\n")
    found = finished_runs([tmp_path / "torn"], config_of(folders["one"]), None, silent)
    assert (found.runs, found.others) == ((), 1)
