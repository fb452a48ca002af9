"""The map under a real mouse: pan, zoom, hover, lasso, handles, keys, tiles, files."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vae_desktop.core.gaussians import ellipse
from vae_desktop.core.selecting import Mode
from vae_desktop.core.viewport import Viewport
from vae_desktop.ui.latent_map import LatentMap
from vae_desktop.ui.map_canvas import Overlay
from vae_desktop.ui.map_files import sized, write_map_png, write_map_svg
from vae_desktop.ui.map_gestures import Tool
from vae_desktop.ui.point_colours import by_class, by_value
from vae_desktop.ui.point_layer import Style, thinned
from vae_desktop.ui.region_layer import OPACITY

RANDOM = np.random.default_rng(4)
NAMES = ("a", "b")
SIDE = 8


def fetch(rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    return np.full((len(rows), 1, SIDE, SIDE), 200, np.uint8)


def decode(points: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Pictures of a known model: the upper half is as bright as z2 is high, the left edge is
    white where z1 is negative."""
    pictures = np.zeros((len(points), 1, SIDE, SIDE), np.uint8)
    pictures[:, 0, : SIDE // 2] = np.clip(128 + 30 * points[:, 1], 0, 255)[:, None, None]
    pictures[points[:, 0] < 0, 0, :, 0] = 255
    return pictures


def classes_at(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """What a known classifier reads: the quadrant, counter-clockwise from the upper right."""
    right, upper = points[:, 0] > 0, points[:, 1] > 0
    return np.where(upper, np.where(right, 0, 1), np.where(right, 3, 2)).astype(np.int64)


@pytest.fixture
def view(qtbot: QtBot) -> LatentMap:
    view = LatentMap(fetch, decode, classes_at)
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    return view


def show(view: LatentMap, points: NDArray[np.float32], *, anew: bool = True) -> None:
    labels = np.arange(len(points)) % 2
    colouring = by_class(labels, NAMES, len(points), "Petroff")
    view.canvas.points.show_points(points, np.arange(len(points)), colouring)
    view.show_points(points, anew=anew)


def pixel(view: LatentMap, x: float, y: float) -> QPoint:
    px, py = view.view.to_pixels(np.array([(x, y)]))[0]
    return QPoint(round(px), round(py))


def drag(
    qtbot: QtBot, view: LatentMap, *places: QPoint, keys: Qt.KeyboardModifier | None = None
) -> None:
    held = keys or Qt.KeyboardModifier.NoModifier
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, held, places[0])
    for place in places[1:]:
        qtbot.mouseMove(view, place)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, held, places[-1])


def test_hovering_tells_the_coordinates(view: LatentMap, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.pointed) as pointed:
        qtbot.mouseMove(view, pixel(view, 1.0, -2.0))
    assert pointed.args == pytest.approx([1.0, -2.0], abs=0.03)


def test_a_click_picks(view: LatentMap, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.picked) as picked:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=pixel(view, -1.5, 0.5))
    assert picked.args == pytest.approx([-1.5, 0.5], abs=0.03)


def test_dragging_pans_and_keeps_the_point_under_the_mouse(view: LatentMap, qtbot: QtBot) -> None:
    before = view.view.to_point(100, 100)
    drag(qtbot, view, QPoint(100, 100), QPoint(150, 120), QPoint(180, 60))
    assert view.view.to_point(180, 60) == pytest.approx(before)


def test_the_wheel_zooms_about_the_mouse(view: LatentMap, qtbot: QtBot) -> None:
    before, scale = view.view.to_point(50, 60), view.view.scale
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(
        view,
        QWheelEvent(
            QPointF(50, 60),
            QPointF(50, 60),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            none,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )
    assert view.view.scale < scale
    assert view.view.to_point(50, 60) == pytest.approx(before)


def test_the_lasso_tells_its_outline_and_what_keys_were_held(view: LatentMap, qtbot: QtBot) -> None:
    view.choose_tool(Tool.LASSO)
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    places = [pixel(view, *corner) for corner in corners]
    for keys, mode in (
        (Qt.KeyboardModifier.NoModifier, Mode.REPLACE),
        (Qt.KeyboardModifier.ControlModifier, Mode.ADD),
        (Qt.KeyboardModifier.AltModifier, Mode.REMOVE),
    ):
        with qtbot.waitSignal(view.outlined) as outlined:
            drag(qtbot, view, *places, keys=keys)
        np.testing.assert_allclose(outlined.args[0], corners, atol=0.05)
        assert outlined.args[1] is mode


def test_handles_are_dragged_with_any_tool(view: LatentMap, qtbot: QtBot) -> None:
    view.choose_tool(Tool.RECTANGLE)
    view.show_overlay(Overlay(handles=[(0.0, 0.0), (2.0, 1.0)]))
    with qtbot.waitSignal(view.handle_dragged) as dragged:
        drag(qtbot, view, pixel(view, 2.0, 1.0), pixel(view, -1.0, 2.0))
    assert dragged.args == [1, pytest.approx(-1.0, abs=0.03), pytest.approx(2.0, abs=0.03)]


def test_keys_move_the_cursor_finely_with_shift(view: LatentMap, qtbot: QtBot) -> None:
    places: list[tuple[float, float]] = []
    view.pointed.connect(lambda x, y: places.append((x, y)))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    (x1, y1), (x2, _), (_, y3) = places
    assert 0 < x2 - x1 < 2 * view.view.scale
    assert y3 - y1 > 5 * view.view.scale
    with qtbot.waitSignal(view.picked) as picked:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert tuple(picked.args) == places[-1]
    with qtbot.waitSignal(view.cancelled):
        qtbot.keyClick(view, Qt.Key.Key_Escape)


def test_axes_hold_still_and_widen_until_the_user_takes_them(view: LatentMap, qtbot: QtBot) -> None:
    near = RANDOM.uniform(-5, 5, (100, 2)).astype(np.float32)
    show(view, near)
    first = view.view
    show(view, near / 4, anew=False)
    assert view.view == first
    show(view, near * 3, anew=False)
    wider = view.view
    assert wider.bounds[2] > 2 * first.bounds[2]
    drag(qtbot, view, QPoint(10, 10), QPoint(30, 30))
    mine = view.view
    show(view, near * 9, anew=False)
    assert view.view == mine
    view.settle()
    assert view.view == mine
    view.fit()
    assert view.view.bounds[2] > 3 * first.bounds[2]


def test_points_are_painted_where_they_are_in_their_colours(view: LatentMap) -> None:
    points = np.array([(-2, 1), (2, -1)], np.float32)
    show(view, points)
    view.set_dot_size(9)
    image = view.grab().toImage()
    for point, colour in zip(points, view.canvas.points.colouring.colours, strict=True):
        shade = image.pixelColor(pixel(view, *point))
        assert (shade.red(), shade.green(), shade.blue()) == tuple(colour)


def test_tiles_are_upright_and_not_mirrored(view: LatentMap, qtbot: QtBot) -> None:
    view.image_shape = (SIDE, SIDE)
    view.set_layer("tiles", True)
    view.decode_anew(1)
    qtbot.waitUntil(lambda: _finished(view))
    tiles = view.canvas.tiles
    assert tiles.grid is not None
    high, low = tiles.picture[1, SIDE // 2], tiles.picture[-SIDE + 1, SIDE // 2]
    assert int(high) > int(low)
    assert tiles.picture[SIDE - 1, 0] == 255
    assert tiles.picture[SIDE - 1, -SIDE] == 0
    for place, centre in enumerate(tiles.grid.centres()):
        row, column = divmod(place, tiles.grid.columns)
        cell = tiles.picture[SIDE * row :, SIDE * column :][:SIDE, :SIDE]
        assert np.array_equal(cell, decode(centre[None])[0, 0])
    view.canvas.layers.discard("rings")
    image = view.grab().toImage()
    inside = [image.pixelColor(pixel(view, 1.6, y)).red() for y in (-2.0, 2.0)]
    assert inside[0] != inside[1] or inside == [0, 0]


QUADRANTS = np.array([(200, 0, 0), (0, 200, 0), (0, 0, 200), (200, 200, 0)], np.uint8)


def show_regions(view: LatentMap, qtbot: QtBot) -> None:
    """Only the regions, on a map whose middle is (0, 0)."""
    view.image_shape, view.judged = (SIDE, SIDE), True
    view.view = Viewport(0.0, 0.0, 0.02, view.width(), view.height())
    view.canvas.regions.set_colours(QUADRANTS)
    for layer in ("points", "rings"):
        view.set_layer(layer, False)
    view.set_layer("verdict", True)
    settle_regions(view, qtbot)


def settle_regions(view: LatentMap, qtbot: QtBot) -> None:
    def settled() -> bool:
        view.catch_up(0.0)
        return view.canvas.regions.grid is not None and not view.canvas.regions.busy

    qtbot.waitUntil(settled)


def test_regions_lie_where_the_classifier_reads_them(view: LatentMap, qtbot: QtBot) -> None:
    show_regions(view, qtbot)
    regions = view.canvas.regions
    assert regions.grid is not None
    assert np.array_equal(regions.classes.ravel(), classes_at(regions.grid.centres()))
    assert regions.grid.width / view.view.scale <= 4
    ground = np.array(view.palette().base().color().getRgb()[:3])
    picture = view.grab().toImage()
    for x, y, label in ((1, 1, 0), (-1, 1, 1), (-1, -1, 2), (1, -1, 3)):
        shown = picture.pixelColor(pixel(view, x, y)).getRgb()[:3]
        expected = ground + OPACITY * (QUADRANTS[label] - ground.astype(float))
        assert shown == pytest.approx(tuple(expected), abs=3)


def test_regions_follow_zoom_and_newer_models(view: LatentMap, qtbot: QtBot) -> None:
    show_regions(view, qtbot)
    regions = view.canvas.regions
    coarse = regions.grid
    assert coarse is not None
    view.view = view.view.zoomed(4.0, 10, 10)
    view.refresh()
    settle_regions(view, qtbot)
    assert regions.grid is not None
    assert regions.grid.width < coarse.width
    regions._read = lambda points: np.full(len(points), 2)
    before = regions.classes.copy()
    view.decode_anew("newer")
    view.catch_up(0.0)
    assert regions.classes.shape == before.shape
    settle_regions(view, qtbot)
    assert (regions.classes == 2).all()


def test_tiles_and_regions_take_turns(view: LatentMap, qtbot: QtBot) -> None:
    view.image_shape, view.judged = (SIDE, SIDE), True
    for layer in ("tiles", "verdict"):
        view.set_layer(layer, True)
    settle_regions(view, qtbot)
    qtbot.waitUntil(lambda: _finished(view))
    regions = view.canvas.regions
    assert regions.grid is not None
    view.set_layer("verdict", False)
    view.decode_anew("newer")
    view.catch_up(0.0)
    assert not regions.busy


def test_tiles_refine_while_zooming(view: LatentMap, qtbot: QtBot) -> None:
    view.image_shape = (SIDE, SIDE)
    view.set_layer("tiles", True)
    qtbot.waitUntil(lambda: _finished(view))
    coarse = view.canvas.tiles.grid
    view._take_view(view.view.zoomed(4.0, 250, 200))
    qtbot.waitUntil(lambda: _finished(view) and view.canvas.tiles.grid != coarse)
    fine = view.canvas.tiles.grid
    assert coarse is not None
    assert fine is not None
    assert fine.width == coarse.width / 4


def _finished(view: LatentMap) -> bool:
    view.catch_up(0.0)
    return view.canvas.tiles.grid is not None and not view.canvas.tiles.busy


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1)])
def test_a_window_of_one_pixel(view: LatentMap, size: tuple[int, int]) -> None:
    show(view, RANDOM.normal(size=(50, 2)).astype(np.float32))
    view.image_shape = (SIDE, SIDE)
    for layer in ("tiles", "density"):
        view.set_layer(layer, True)
    for style in Style:
        view.set_style(style)
        view.resize(*size)
        view.setFixedSize(*size)
        view.catch_up(0.0)
        assert not view.grab().isNull()


def test_points_that_are_not_finite_leave_the_view_alone(view: LatentMap) -> None:
    before = view.view
    show(view, np.full((20, 2), np.nan, np.float32), anew=False)
    assert view.view == before
    assert not view.grab().isNull()


@pytest.mark.parametrize("style", list(Style))
def test_styles_paint_something_at_the_points(view: LatentMap, style: Style) -> None:
    show(view, np.array([(0, 0), (2, 2)], np.float32))
    view.canvas.layers = {"points"}
    view.set_style(style)
    image = view.grab().toImage()
    place = pixel(view, 0, 0)
    ground = view.palette().base().color()
    around = [
        image.pixelColor(place + QPoint(dx, dy)) for dx in range(-4, 5) for dy in range(-4, 5)
    ]
    assert any(shade != ground for shade in around)


def test_thumbnails_are_thinned_to_one_per_cell() -> None:
    pixels = np.array([(5, 5), (6, 6), (45, 5), (-1, 3), (99.9, 49.9), (200, 5)])
    assert thinned(pixels, 100, 50, 40).tolist() == [0, 2, 4]


def test_scales_colour_from_low_to_high() -> None:
    colouring = by_value(np.array([0.0, 1.0, 2.0, np.nan]), "error")
    assert colouring.numbers[0] == colouring.numbers[3] == 1
    assert colouring.numbers[0] < colouring.numbers[1] < colouring.numbers[2]
    assert colouring.scale == ("error", 0.0, pytest.approx(2.0, abs=0.02))
    assert len(by_value(np.full(3, np.nan), "error").numbers) == 3


def test_many_classes_share_colours() -> None:
    labels = np.arange(300)
    colouring = by_class(labels, [str(k) for k in labels], 300, "Paired")
    assert colouring.numbers.min() >= 1
    assert colouring.numbers.max() <= len(colouring.colours)


def test_png_of_any_size(view: LatentMap, tmp_path: Path) -> None:
    show(view, np.array([(0.5, 0.5)], np.float32))
    view.set_dot_size(9)
    for width in (64, 1500):
        path = tmp_path / f"{width}.png"
        write_map_png(path, view.canvas, view.view, width, view.palette(), view.font())
        image = QImage(str(path))
        assert image.width() == width
        assert image.height() == round(width * 400 / 500)
        at = sized(view.view, width).to_pixels(np.array([(0.5, 0.5)]))[0]
        around = [
            image.pixelColor(int(at[0]) + dx, int(at[1]) + dy).getRgb()[:3]
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
        ]
        assert (63, 144, 218) in around, around
    assert view.canvas.points.size == 9


def test_svg_has_one_picture_and_words_as_vectors(view: LatentMap, tmp_path: Path) -> None:
    show(view, RANDOM.normal(size=(500, 2)).astype(np.float32))
    view.canvas.axes = ("first axis", "second axis")
    round_one = ellipse(np.zeros(2), np.eye(2))
    view.show_overlay(Overlay(prior=(0.0, 0.0), posteriors=[round_one]))
    path = tmp_path / "map.svg"
    write_map_svg(path, view.canvas, view.view, view.palette(), view.font())
    text = path.read_text(encoding="utf-8")
    assert text.count("<image") == 1
    assert "first axis" in text
    assert "second axis" in text
    assert text.count("<circle") + text.count("<ellipse") + text.count("<path") >= 3
    assert text.count("<text") < 400


def test_a_view_keeps_its_part_of_the_plane_at_any_size() -> None:
    view = Viewport(1, 2, 0.1, 300, 200)
    assert sized(view, 900).bounds == pytest.approx(view.bounds)
    assert sized(view, 0).width == 1
