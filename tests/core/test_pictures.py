"""Single pictures: how they are decoded and fitted, what is refused and why."""

import contextlib
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.core.picture_makers import BAD_FILES, GREY_RAMP, encoded, png_header_only
from vae_desktop.core.data.fitting import Plan, fitted
from vae_desktop.core.data.import_options import Fit
from vae_desktop.core.data.pictures import PIXEL_LIMIT, Trait, decode, read_header
from vae_desktop.core.errors import DataError

# --- decoding one picture ---


def test_grey_and_colour_pixels_are_kept() -> None:
    assert np.array_equal(decode(io.BytesIO(encoded(GREY_RAMP))), GREY_RAMP[None])
    colour = np.stack([GREY_RAMP, 255 - GREY_RAMP, GREY_RAMP // 2], axis=2)
    assert np.array_equal(decode(io.BytesIO(encoded(colour))), colour.transpose(2, 0, 1))


def test_16_bits_keep_their_range() -> None:
    deep = np.array([[0, 257, 32896, 65535]], np.uint16)
    stream = io.BytesIO(encoded(deep))
    assert decode(stream).tolist() == [[[0, 1, 128, 255]]]
    stream.seek(0)
    assert read_header(stream).traits == {Trait.DEEP}


def test_transparent_pixels_are_laid_on_black() -> None:
    rgba = np.array([[[200, 100, 50, 255], [200, 100, 50, 0], [200, 100, 50, 51]]], np.uint8)
    stream = io.BytesIO(encoded(rgba))
    assert decode(stream)[:, 0].T.tolist() == [[200, 100, 50], [0, 0, 0], [40, 20, 10]]
    stream.seek(0)
    assert read_header(stream).traits == {Trait.TRANSPARENT}


def test_palette_gives_its_colours() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 250, 240, 230])
    image.putpixel((1, 0), 1)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    stream.seek(0)
    assert decode(stream)[:, 0].T.tolist() == [[10, 20, 30], [250, 240, 230]]


def test_animation_gives_its_first_frame() -> None:
    frames = [Image.fromarray(np.full((3, 3), level, np.uint8)) for level in (40, 200)]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    stream.seek(0)
    assert set(decode(stream).ravel().tolist()) == {40}
    stream.seek(0)
    assert Trait.ANIMATED in read_header(stream).traits


def test_photo_is_turned_as_the_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the top of the scene is on the right side of the stored image
    stored = np.zeros((8, 16), np.uint8)
    stored[:, 8:] = 255
    stream = io.BytesIO(encoded(stored, "JPEG", exif=exif))
    assert read_header(stream).size == (8, 16)
    stream.seek(0)
    shown = decode(stream)
    assert shown.shape == (1, 16, 8)
    # Turned by a quarter clockwise, the right half is at the bottom.
    assert shown[0, :4].max() < 20
    assert shown[0, -4:].min() > 235


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0.0, 0.5, 1.0], [0, 128, 255]), ([0.0, 100.0, 255.0], [0, 100, 255])],
)
def test_floats_in_a_picture(values: list[float], expected: list[int]) -> None:
    stream = io.BytesIO(encoded(np.array([values], np.float32), "TIFF"))
    assert decode(stream).ravel().tolist() == expected


@pytest.mark.parametrize("values", [[0.0, np.nan], [-5.0, 3.0], [0.0, 1e9], [0.0, np.inf]])
def test_floats_out_of_range_are_refused(values: list[float]) -> None:
    with pytest.raises(DataError):
        decode(io.BytesIO(encoded(np.array([values], np.float32), "TIFF")))


def test_gigantic_picture_is_refused_from_its_header() -> None:
    before = Image.MAX_IMAGE_PIXELS
    for side in (50_000, 10_000):  # beyond and within what Pillow itself would take
        assert side * side > PIXEL_LIMIT
        for read in (read_header, decode):
            with pytest.raises(DataError, match="too large"):
                read(io.BytesIO(png_header_only(side, side)))
    assert before == Image.MAX_IMAGE_PIXELS


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_file_is_refused(name: str) -> None:
    with pytest.raises(DataError, match=r"\.$"):
        decode(io.BytesIO(BAD_FILES[name]))


SEEDS = [
    encoded(GREY_RAMP, kind) for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM")
] + [encoded(np.dstack([GREY_RAMP] * 4)), encoded(GREY_RAMP.astype(np.uint16))]


@settings(max_examples=250, deadline=None)
@given(
    seed=st.sampled_from(SEEDS),
    keep=st.floats(0, 1),
    edits=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=6)), max_size=5),
)
def test_damaged_pictures_only_raise_data_error(
    seed: bytes, keep: float, edits: list[tuple[float, bytes]]
) -> None:
    data = bytearray(seed[: int(len(seed) * keep)])
    for place, piece in edits:
        start = int(place * len(data))
        data[start : start + len(piece)] = piece
    for read in (read_header, decode):
        with contextlib.suppress(DataError):
            read(io.BytesIO(bytes(data)))


# --- from any size to the size of the model ---


def test_crop_takes_the_middle() -> None:
    wide = np.zeros((1, 4, 12), np.uint8)
    wide[:, :, 4:8] = 255
    assert fitted(wide, Plan((4, 4), 1)).min() == 255


def test_pad_adds_black_bars_even_when_inverted() -> None:
    white_paper = np.full((1, 4, 8), 255, np.uint8)
    assert fitted(white_paper, Plan((8, 8), 1, invert=True, fit=Fit.PAD)).max() == 0
    black = np.zeros((1, 4, 8), np.uint8)
    result = fitted(black, Plan((8, 8), 1, invert=True, fit=Fit.PAD))
    assert result[0, :, 3].tolist() == [0, 0, 255, 255, 255, 255, 0, 0]


def test_stretch_uses_everything() -> None:
    halves = np.zeros((1, 4, 8), np.uint8)
    halves[:, :, 4:] = 255
    result = fitted(halves, Plan((4, 4), 1, fit=Fit.STRETCH))
    assert result[0, 0, 0] == 0
    assert result[0, 0, 3] == 255


def test_grey_is_luma_and_colour_of_grey_repeats_it() -> None:
    red = np.zeros((3, 4, 4), np.uint8)
    red[0] = 255
    assert fitted(red, Plan((4, 4), 1))[0, 0, 0] == 76  # 0.299 · 255
    assert fitted(GREY_RAMP[None], Plan((8, 6), 3)).tolist() == [GREY_RAMP.tolist()] * 3


@settings(max_examples=120, deadline=None)
@given(
    have=st.tuples(st.integers(1, 200), st.integers(1, 200)),
    want=st.tuples(st.integers(1, 60), st.integers(1, 60)),
    fit=st.sampled_from(Fit),
    channels=st.sampled_from([1, 3]),
)
def test_every_size_becomes_the_wanted_one(
    have: tuple[int, int], want: tuple[int, int], fit: Fit, channels: int
) -> None:
    picture = np.full((channels, have[1], have[0]), 77, np.uint8)
    result = fitted(picture, Plan(want, 1, fit=fit))
    assert result.shape == (1, want[1], want[0])
    assert set(np.unique(result)) <= ({0, 77} if fit is not Fit.PAD else set(range(78)))
    assert result.max() == 77
