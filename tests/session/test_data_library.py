"""Loading and downloading in the background, with a download that the tests make up."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.samples import tiny_dataset, write_idx_folder
from vae_desktop.core.config import DataConfig
from vae_desktop.core.data import sprites
from vae_desktop.core.data.import_options import Colour, ImportOptions
from vae_desktop.core.errors import DataError
from vae_desktop.core.progress import Progress
from vae_desktop.session.data_library import DataLibrary, same_pictures

TIMEOUT = 20_000


def bring_bars(key: str, folder: Path, progress: Progress) -> None:
    progress(0.5, f"Downloading {key}")
    write_idx_folder(folder / "MNIST" / "raw", tiny_dataset())


def bring_nothing(key: str, folder: Path, progress: Progress) -> None:
    raise DataError("There is no network: take a built-in set.")


def bring_forever(key: str, folder: Path, progress: Progress) -> None:
    while True:
        progress(0.1, f"Downloading {key}")


@pytest.fixture
def library(qtbot: QtBot, tmp_path: Path) -> Iterator[DataLibrary]:
    library = DataLibrary(tmp_path, bring_bars)
    yield library
    library.shutdown()


def test_own_pictures_come_with_what_was_left_out(
    qtbot: QtBot, library: DataLibrary, tmp_path: Path
) -> None:
    images = np.random.default_rng(0).integers(0, 256, (20, 6, 9), np.uint8)
    np.save(tmp_path / "mine.npy", images)
    options = ImportOptions(colour=Colour.COLOUR, test_share=0.25)
    config = DataConfig(source="own", folder=str(tmp_path / "mine.npy"), pictures=options)
    with qtbot.waitSignal(library.loaded, timeout=TIMEOUT) as loaded:
        library.load(config)
    result = loaded.args[0]
    assert result.config == config
    assert result.dataset.image_shape == (3, 6, 9)
    assert (len(result.dataset.train), len(result.dataset.test)) == (15, 5)
    assert result.skipped == ()


def test_a_download_is_loaded(qtbot: QtBot, library: DataLibrary) -> None:
    with qtbot.waitSignal(library.loaded, timeout=TIMEOUT) as loaded:
        library.download("mnist")
    result = loaded.args[0]
    assert result.config == DataConfig(source="mnist", folder=str(library.downloads))
    expected = tiny_dataset().train.images
    np.testing.assert_array_equal(result.dataset.train.images, expected)


def test_sprites_come_with_their_drawing(qtbot: QtBot, library: DataLibrary) -> None:
    with qtbot.waitSignal(library.loaded, timeout=TIMEOUT) as loaded:
        library.load(DataConfig(source="sprites"))
    assert len(loaded.args[0].dataset.train) == sprites.TRAIN
    assert loaded.args[0].drawing is not None


def test_a_failed_download_is_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    library = DataLibrary(tmp_path, bring_nothing)
    with qtbot.waitSignal(library.failed, timeout=TIMEOUT) as failed:
        library.download("mnist")
    assert failed.args[0].sentence == "There is no network: take a built-in set."


def test_a_download_is_cancelled(qtbot: QtBot, tmp_path: Path) -> None:
    library = DataLibrary(tmp_path, bring_forever)
    library.download("mnist")
    assert library.busy
    with qtbot.waitSignal(library.cancelled, timeout=TIMEOUT):
        library.cancel()
    assert not library.busy


def test_configs_of_the_same_pictures() -> None:
    config = DataConfig(source="own", folder="here")
    assert same_pictures(config, config.model_copy(update={"train_limit": 10}))
    assert not same_pictures(config, config.model_copy(update={"folder": "there"}))
    inverted = config.model_copy(update={"pictures": ImportOptions(invert=True)})
    assert not same_pictures(config, inverted)
