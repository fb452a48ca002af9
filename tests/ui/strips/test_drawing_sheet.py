"""Marks on a sheet: what they look like, and that each can be undone."""

import numpy as np
import pytest

from vae_desktop.core.handwriting import centre_of_mass
from vae_desktop.ui.drawing_sheet import Sheet, smooth_path


def stroke(sheet: Sheet, *points: tuple[float, float], width: float = 20, **kind: bool) -> None:
    sheet.begin(*points[0], width, **kind)
    for point in points[1:]:
        sheet.extend(*point)
    sheet.end()


@pytest.fixture
def sheet() -> Sheet:
    return Sheet((1, 28, 28))


def test_a_line_covers_what_the_pen_covers(sheet: Sheet) -> None:
    stroke(sheet, (60, 140), (220, 140))
    ink = sheet.ink()
    assert ink.shape == (280, 280)
    row, column = centre_of_mass(ink)
    assert (row, column) == pytest.approx((139.5, 139.5), abs=0.1)
    area = 160 * 20 + np.pi * 10**2  # a bar with round ends
    assert ink.sum() / 255 == pytest.approx(area, rel=0.005)


def test_edges_are_antialiased(sheet: Sheet) -> None:
    stroke(sheet, (50, 60), (200, 230))
    ink = sheet.ink()
    assert ((ink > 30) & (ink < 220)).sum() > 100


def test_a_click_leaves_a_dot(sheet: Sheet) -> None:
    stroke(sheet, (140, 100))
    assert sheet.ink().sum() / 255 == pytest.approx(np.pi * 10**2, rel=0.02)
    assert centre_of_mass(sheet.ink()) == pytest.approx((99.5, 139.5), abs=0.1)


def test_corners_are_rounded_and_ends_are_kept() -> None:
    corners = ((0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (200.0, 100.0))
    path = smooth_path(corners)
    ends = path.pointAtPercent(0), path.pointAtPercent(1)
    assert [(end.x(), end.y()) for end in ends] == [(0, 0), (200, 100)]
    places = [path.pointAtPercent(share) for share in np.linspace(0, 1, 200)]
    nearest = min(np.hypot(place.x() - 100, place.y()) for place in places)
    assert 10 < nearest < 40
    steps = np.array([(place.x(), place.y()) for place in places])
    turns = np.diff(np.unwrap(np.arctan2(*np.diff(steps, axis=0).T)))
    assert np.abs(turns).max() < 0.2


def test_the_eraser_takes_ink_away(sheet: Sheet) -> None:
    stroke(sheet, (60, 140), (220, 140))
    stroke(sheet, (140, 60), (140, 220), width=40, erases=True)
    ink = sheet.ink()
    assert not ink[:, 122:158].any()
    assert ink[140, 80] == 255


def test_every_mark_can_be_undone_and_made_again(sheet: Sheet) -> None:
    seen = [sheet.ink().copy()]
    stroke(sheet, (60, 60), (220, 60))
    seen.append(sheet.ink().copy())
    sheet.lay(np.full((1, 28, 28), 90, np.uint8))
    seen.append(sheet.ink().copy())
    sheet.invert()
    seen.append(sheet.ink().copy())
    stroke(sheet, (60, 200), (220, 200), erases=True)
    seen.append(sheet.ink().copy())
    sheet.clear()
    seen.append(sheet.ink().copy())
    for before in reversed(seen[:-1]):
        sheet.undo()
        assert (sheet.ink() == before).all()
    assert not sheet.can_undo
    for after in seen[1:]:
        sheet.redo()
        assert (sheet.ink() == after).all()
    assert not sheet.can_redo
    sheet.undo()
    stroke(sheet, (10, 10))
    assert not sheet.can_redo


def test_a_laid_picture_comes_back_to_the_last_bit() -> None:
    for shape in ((1, 28, 28), (3, 32, 32), (1, 64, 48), (3, 5, 7)):
        picture = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
        sheet = Sheet(shape)
        sheet.lay(picture)
        assert (sheet.as_it_is() == picture).all()
        assert sheet.base is not None
        stroke(sheet, (1, 1))
        assert sheet.base is None


def test_a_drawing_becomes_a_picture_of_the_run() -> None:
    sheet = Sheet((3, 32, 32))
    stroke(sheet, (30, 30), (60, 200))
    picture = sheet.as_mnist()
    assert picture.shape == (3, 32, 32)
    assert (picture[0] == picture[2]).all()
    row, column = centre_of_mass(picture[0])
    assert max(abs(row - 16), abs(column - 16)) <= 0.51
