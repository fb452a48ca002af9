"""The samples, the facts and the sliders of one data set, against numpy and the core."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF, QImage
from pytestqt.qtbot import QtBot

from tests.samples import tiny_dataset
from vae_desktop.core.config import DataConfig
from vae_desktop.core.data import digits, sprites
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.data.factor_drawing import drawing_of
from vae_desktop.core.data.import_options import Skipped
from vae_desktop.session.data_library import LoadedSet
from vae_desktop.ui.class_counts import ClassCounts
from vae_desktop.ui.sample_grid import SampleGrid
from vae_desktop.ui.set_view import SetView
from vae_desktop.ui.theme import palette

TIMEOUT = 20_000
SHAPES = [(1, 8, 8), (3, 12, 12), (1, 6, 20), (3, 30, 10)]


def loaded(data: Dataset) -> LoadedSet:
    return LoadedSet(DataConfig(source=data.name), data, drawing=drawing_of(data))


def built_in_digits() -> Dataset:
    train, test = digits.generate(60, 20)
    names = tuple("0123456789")
    return Dataset("digits", "Digits", train, test, names, digits.FACTORS)


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[SetView]:
    view = SetView()
    view.resize(1000, 600)
    view.show()
    yield view
    view.shutdown()


@pytest.fixture
def grid(qtbot: QtBot) -> SampleGrid:
    grid = SampleGrid()
    grid.resize(400, 300)
    grid.show()
    return grid


def show(grid: SampleGrid, images: NDArray[np.uint8]) -> None:
    grid.show_images(images, str, "Image {}".format)
    grid.show_rows(np.arange(len(images), dtype=np.int64))


def colours_in(image: QImage) -> set[tuple[int, ...]]:
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return {colour.getRgb()[:3] for colour in pixels}


@pytest.mark.parametrize("shape", SHAPES)
def test_pictures_look_right_in_every_shape(grid: SampleGrid, shape: tuple[int, int, int]) -> None:
    """One picture fills its place with exactly its own pixels."""
    image = np.random.default_rng(0).integers(1, 256, (1, *shape), np.uint8)
    show(grid, image)
    grid.show_labels(False)
    channels, height, width = shape
    scale = round(grid._scale)
    shown = grid.viewport().grab().toImage()
    for row in range(height):
        for column in range(width):
            at = QPoint(4 + column * scale + scale // 2, 4 + row * scale + scale // 2)
            expected = image[0, :, row, column].tolist() * (3 if channels == 1 else 1)
            assert list(shown.pixelColor(at).getRgb()[:3]) == expected


def test_large_pictures_are_shown_small(grid: SampleGrid) -> None:
    images = np.zeros((6, 3, 640, 960), np.uint8)
    images[:, 0, :320] = 250
    images[:, 2, 320:] = 250
    show(grid, images)
    grid.show_labels(False)
    size = grid._picture_size()
    assert max(size.width(), size.height()) <= 72
    shown = grid.viewport().grab().toImage()
    top, bottom = (shown.pixelColor(30, 4 + int(size.height() * y)) for y in (0.25, 0.75))
    assert (top.red(), top.blue(), bottom.red(), bottom.blue()) == (250, 0, 0, 250)


class CountedImages:
    """Pictures on demand that remember which of them were asked for."""

    def __init__(self, count: int) -> None:
        self.shape = (count, 1, 8, 8)
        self.asked: list[int] = []

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: object) -> NDArray[np.uint8]:
        rows = np.arange(len(self))[key]
        self.asked += rows.tolist()
        return np.zeros((len(rows), *self.shape[1:]), np.uint8)


def test_of_an_endless_set_only_what_is_on_screen_is_fetched(grid: SampleGrid) -> None:
    images = CountedImages(737_280)
    grid.show_images(images, str, str)
    grid.show_rows(np.arange(len(images), dtype=np.int64))
    grid.grab()
    on_screen = len(grid.on_screen)
    assert images.asked == list(range(on_screen))
    assert on_screen < 100
    grid.grab()
    assert len(images.asked) == on_screen
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
    grid.grab()
    assert images.asked[-1] == 737_279
    assert len(images.asked) < 200


def test_the_keyboard_walks_through_the_samples(qtbot: QtBot, grid: SampleGrid) -> None:
    show(grid, np.zeros((500, 1, 8, 8), np.uint8))
    picked: list[int] = []
    grid.picked.connect(picked.append)
    keys = Qt.Key
    for key in (keys.Key_Right, keys.Key_Down, keys.Key_Up, keys.Key_Left, keys.Key_Left):
        qtbot.keyClick(grid, key)
    assert picked == [1, 1 + grid.columns, 1, 0, 0]
    qtbot.keyClick(grid, keys.Key_End)
    assert picked[-1] == 499
    assert 499 in grid.on_screen
    assert grid.accessibleDescription() == "Image 499"
    with qtbot.waitSignal(grid.opened):
        qtbot.keyClick(grid, keys.Key_Return)


def test_a_click_picks_the_picture_under_the_mouse(qtbot: QtBot, grid: SampleGrid) -> None:
    show(grid, np.zeros((50, 1, 8, 8), np.uint8))
    cell = grid._cell()
    with qtbot.waitSignals([grid.picked, grid.opened]):
        at = QPoint(int(cell.width() * 1.5), int(cell.height() * 1.5))
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert grid.place == grid.columns + 1


def test_zooming_keeps_the_first_picture_on_screen(grid: SampleGrid) -> None:
    show(grid, np.zeros((5000, 1, 28, 28), np.uint8))
    grid.verticalScrollBar().setValue(8000)
    first, columns = grid.on_screen[0], grid.columns
    grid.zoom(1)
    assert grid.columns < columns
    assert first in grid.on_screen


def test_zooming_ends_where_pictures_are_large_or_hardly_legible(grid: SampleGrid) -> None:
    show(grid, np.zeros((5000, 1, 28, 28), np.uint8))
    sizes = []
    for steps in (-50, -1, 50, 1):
        grid.zoom(steps)
        sizes.append(grid._picture_size().width())
    assert sizes[0] == sizes[1] == 28
    assert sizes[2] == sizes[3] == 12 * 28


@pytest.mark.parametrize("shape", SHAPES)
def test_mean_image_and_figures_are_what_numpy_says(
    qtbot: QtBot, view: SetView, shape: tuple[int, int, int]
) -> None:
    data = tiny_dataset(shape=shape)
    view.show_set(loaded(data))
    images = np.asarray(data.train.images)
    qtbot.waitUntil(lambda: "Measured" in view.set_facts.basis.text(), timeout=TIMEOUT)
    mean = np.rint(images.mean(0)).astype(np.uint8).transpose(1, 2, 0)
    np.testing.assert_array_equal(view.set_facts.mean_view.picture, mean.squeeze())
    figures = {name: figure.text() for name, figure in view.set_facts.figures.items()}
    assert figures == {
        "Mean": f"{images.mean() / 255:.3f}",
        "Deviation": f"{(images / 255).std():.3f}",
        "Zero": f"{100 * (images == 0).mean():.1f}%",
    }
    assert view.set_facts.basis.text() == "Measured on 300 images"


def test_header_says_what_the_set_is(view: SetView) -> None:
    view.show_set(loaded(sprites.load(3000, test_count=1000)))
    assert view.title.text() == sprites.TITLE
    facts = "3,000 training and 1,000 test images · 64×64 grey · 3 classes · 6 factors"
    assert view.facts.text() == facts
    about = view.set_facts.about.text()
    assert sprites.SOURCE in about
    assert sprites.LICENCE in about


def test_counts_and_filter_follow_the_labels(view: SetView) -> None:
    data = tiny_dataset()
    assert data.train.labels is not None
    assert data.test.labels is not None
    view.show_set(loaded(data))
    classes = view.set_facts.classes
    texts = [classes.item(row).toolTip() for row in range(classes.count())]
    train = np.bincount(data.train.labels)
    assert texts == [f"horizontal: {train[0]}", f"vertical: {train[1]}"]
    classes.item(1).setSelected(True)
    np.testing.assert_array_equal(view.samples.grid.rows, np.flatnonzero(data.train.labels == 1))
    assert view.samples.caption.text() == f"{train[1]} of 300 images"
    view.samples.parts.choose(1)
    np.testing.assert_array_equal(view.samples.grid.rows, np.flatnonzero(data.test.labels == 1))
    assert classes.item(0).toolTip() == f"horizontal: {np.bincount(data.test.labels)[0]}"
    view.set_facts.all_button.click()
    assert len(view.samples.grid.rows) == 90


@pytest.mark.parametrize("name", ["green", "illicit", "WAVY", "T-shirt/top", "0123456789"])
def test_the_longest_class_name_is_not_cut(qtbot: QtBot, name: str) -> None:
    classes = ClassCounts(choosable=False)
    qtbot.addWidget(classes)
    classes.show_counts(["a", name], [1, 2])
    side = Qt.TextElideMode.ElideRight
    assert QFontMetricsF(classes.font()).elidedText(name, side, classes._rows.name_width) == name


def test_shuffling_shows_the_same_pictures_in_another_order(view: SetView) -> None:
    view.show_set(loaded(tiny_dataset()))
    view.samples.shuffle.click()
    assert view.samples.grid.rows.tolist() != list(range(300))
    assert sorted(view.samples.grid.rows) == list(range(300))


def test_the_picked_image_is_shown_large(view: SetView) -> None:
    data = tiny_dataset(shape=(3, 6, 10))
    view.show_set(loaded(data))
    view.samples.grid.pick(7)
    view.samples.grid.opened.emit()
    assert view.side.currentWidget() is view.image_page
    expected = np.asarray(data.train.images)[7].transpose(1, 2, 0)
    np.testing.assert_array_equal(view.image_page.view.picture, expected)
    assert view.image_page.title.text().startswith("Training image 8 of 300, label ")


def test_a_set_without_labels_has_neither_classes_nor_labels(view: SetView) -> None:
    plain = tiny_dataset()
    data = Dataset("own", "Own", *(type(p)(p.images) for p in (plain.train, plain.test)))
    view.show_set(loaded(data))
    assert view.set_facts.classes.isHidden()
    assert view.samples.labels.isHidden()
    assert "classes" not in view.facts.text()


def test_pages_are_those_that_the_set_has(view: SetView) -> None:
    def pages() -> list[str]:
        return [view.side.tabText(index) for index in range(view.side.count())]

    view.show_set(loaded(tiny_dataset()))
    assert pages() == ["Set", "Image"]
    view.show_set(loaded(sprites.load(20, test_count=5)))
    assert pages() == ["Set", "Image", "Factors"]


def test_what_was_left_out_is_listed(view: SetView) -> None:
    plain = tiny_dataset()
    own = Dataset("own", "Mine", plain.train, plain.test, plain.label_names)
    skipped = tuple(Skipped(f"{n}.png", "It is damaged.") for n in range(4))
    view.show_set(LoadedSet(DataConfig(source="own"), own, ("All became grey.",), skipped))
    assert view.facts.text().endswith("4 left out")
    assert view.side.tabText(view.side.currentIndex()) == "Import"
    assert view.report.notes.text() == "All became grey."
    lines = view.report.skipped.toPlainText().splitlines()
    assert lines == [f"{n}.png: It is damaged." for n in range(4)]


def test_a_slider_changes_the_digit_as_the_core_draws_it(view: SetView) -> None:
    view.show_set(loaded(built_in_digits()))
    page = view.factor_page
    names = ["digit", "variant", *(factor.name for factor in digits.FACTORS[1:])]
    assert [row.name.text() for row in page.rows] == names
    page.rows[0].slider.setValue(4)
    page.rows[2].slider.setValue(page.rows[2].slider.maximum())
    factors = digits.NEUTRAL.copy()
    factors[1] = digits.FACTOR_LIMITS[1][1]
    expected = digits.render_factors(np.array([4]), factors[None])[0, 0]
    np.testing.assert_array_equal(page.view.picture, expected)
    page.reset_button.click()
    neutral = digits.render_factors(np.array([0]), digits.NEUTRAL[None])[0, 0]
    np.testing.assert_array_equal(page.view.picture, neutral)


def test_a_variant_that_the_new_digit_lacks_becomes_its_last(view: SetView) -> None:
    view.show_set(loaded(built_in_digits()))
    rows = view.factor_page.rows
    most = max(range(10), key=lambda digit: len(digits.variant_names(digit)))
    rows[0].slider.setValue(most)
    rows[1].slider.setValue(rows[1].slider.maximum())
    rows[0].slider.setValue(1)
    assert rows[1].text.text() == digits.variant_names(1)[-1]


def test_the_style_of_a_picked_sprite_is_that_sprite(view: SetView) -> None:
    data = sprites.load(200, test_count=5)
    view.show_set(loaded(data))
    view.samples.grid.pick(150)
    view.factor_page.take_button.click()
    expected = data.train.images[np.array([150])][0, 0]
    np.testing.assert_array_equal(view.factor_page.view.picture, expected)
    x = view.factor_page.rows[3].slider
    x.setValue(31 if x.value() < 16 else 0)
    assert (view.factor_page.view.picture != expected).any()


def test_views_follow_the_palette(view: SetView) -> None:
    view.show_set(loaded(built_in_digits()))
    for dark in (True, False):
        view.setPalette(palette(dark))
        assert palette(dark).window().color().getRgb()[:3] in colours_in(
            view.grab().toImage().scaled(60, 40)
        )
