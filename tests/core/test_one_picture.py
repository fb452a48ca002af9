"""One picture from a file in the shape of a run's pictures; bad files get a sentence."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vae_desktop.core.data import one_picture
from vae_desktop.core.data.one_picture import fit_picture, read_picture
from vae_desktop.core.errors import DataError


def save(path: Path, pixels: np.ndarray) -> Path:
    Image.fromarray(pixels).save(path)
    return path


def test_a_picture_of_the_shape_comes_as_it_is(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    picture = read_picture(save(tmp_path / "digit.png", pixels), (1, 28, 28))
    assert picture.dtype == np.uint8
    assert (picture == pixels[None]).all()


def test_other_proportions_get_black_bars(tmp_path: Path) -> None:
    pixels = np.full((50, 100), 200, np.uint8)
    picture = read_picture(save(tmp_path / "wide.png", pixels), (1, 28, 28))
    assert not picture[0, :7].any()
    assert not picture[0, 21:].any()
    assert (picture[0, 7:21] == 200).all()


def test_colour_becomes_grey_and_grey_colour(tmp_path: Path) -> None:
    red = np.zeros((8, 8, 3), np.uint8)
    red[..., 0] = 255
    grey = read_picture(save(tmp_path / "red.png", red), (1, 8, 8))
    assert (grey == 76).all()  # 0.299 · 255
    three = read_picture(save(tmp_path / "grey.png", red[..., 0]), (3, 8, 8))
    assert (three == 255).all()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.txt", b"Dear diary", "notes.txt cannot be used. It is not a picture"),
        ("empty.png", b"", "empty.png cannot be used. It is empty"),
        ("broken.png", b"\x89PNG\r\n\x1a\n" + bytes(40), "broken.png cannot be used."),
        ("run.pkl", b"\x80\x04cos\nsystem\n.", "run.pkl cannot be used. It is not a picture"),
    ],
)
def test_what_is_no_picture_gets_a_sentence(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_picture(path, (1, 28, 28))
    assert str(caught.value).startswith(said)


def test_a_folder_and_a_missing_file_get_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.png"):
        with pytest.raises(DataError, match="is not a file; choose"):
            read_picture(path, (1, 28, 28))


def test_what_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path / "large.png", np.zeros((90, 90), np.uint8))
    monkeypatch.setattr(one_picture, "FILE_LIMIT", 20)
    with pytest.raises(DataError, match=r"large\.png is larger than"):
        read_picture(path, (1, 28, 28))
    monkeypatch.setattr(one_picture, "PIXEL_LIMIT", 8000)
    with pytest.raises(DataError, match="90×90 pixels"):
        fit_picture(np.zeros((1, 90, 90), np.uint8), (1, 28, 28))
