"""Tiles, cells and PNG files."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vae_desktop.core.imaging import interleave, read_png, tile, to_uint8, untile, write_png


def numbered(count: int, shape: tuple[int, int, int]) -> np.ndarray:
    """Pictures each filled with its own number, from 1."""
    return np.stack([np.full(shape, index + 1, np.uint8) for index in range(count)])


def test_tile_by_hand() -> None:
    picture = tile(numbered(3, (1, 1, 2)), columns=2, gap=1)
    assert picture.tolist() == [[1, 1, 0, 2, 2], [0, 0, 0, 0, 0], [3, 3, 0, 0, 0]]


def test_tile_keeps_colour_and_direction() -> None:
    image = np.zeros((1, 3, 2, 3), np.uint8)
    image[0, 0, 0, 2] = 9  # red, top right
    picture = tile(image, columns=1)
    assert picture.shape == (2, 3, 3)
    assert picture[0, 2].tolist() == [9, 0, 0]
    assert picture.sum() == 9


@given(
    st.integers(1, 12),
    st.sampled_from([1, 3]),
    st.integers(1, 6),
    st.integers(1, 6),
    st.integers(1, 5),
    st.integers(0, 3),
)
def test_untile_undoes_tile(
    count: int, channels: int, height: int, width: int, columns: int, gap: int
) -> None:
    random = np.random.default_rng(count)
    images = random.integers(0, 256, (count, channels, height, width)).astype(np.uint8)
    cells = untile(tile(images, columns, gap), (channels, height, width), columns, gap)
    assert np.array_equal(cells[:count], images)
    assert not cells[count:].any()


def test_untile_refuses_other_shapes() -> None:
    with pytest.raises(ValueError, match="does not hold tiles"):
        untile(np.zeros((10, 10), np.uint8), (1, 4, 4), columns=2)


def test_interleave_puts_pairs_below_each_other() -> None:
    upper, lower = numbered(4, (1, 1, 1)), numbered(4, (1, 1, 1)) + 10
    assert interleave(upper, lower, columns=2).ravel().tolist() == [1, 2, 11, 12, 3, 4, 13, 14]


def test_to_uint8_rounds_and_clips() -> None:
    pictures = torch.tensor([0.0, 0.1, 0.5, 1.0, 1.5, -0.2, float("nan")])
    assert to_uint8(pictures).tolist() == [0, 26, 128, 255, 255, 0, 0]


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3)])
def test_png_round_trip(tmp_path: Path, shape: tuple[int, ...]) -> None:
    picture = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    write_png(tmp_path / "a.png", picture)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")), picture)
    assert np.array_equal(read_png(tmp_path / "a.png"), picture)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_read_png_refuses_other_files(tmp_path: Path) -> None:
    Image.new("RGBA", (2, 2)).save(tmp_path / "alpha.png")
    with pytest.raises(ValueError, match="neither"):
        read_png(tmp_path / "alpha.png")
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(OSError, match="cannot identify"):
        read_png(tmp_path / "text.png")
