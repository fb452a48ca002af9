"""KL bars, picture grid and the panels' promise to draw the last thing told."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.fakes import batches, evaluation, pictures
from vae_desktop.core.events import KL_IN_USE, Reconstructions
from vae_desktop.ui.image_grid import ImageGrid, pair_picture
from vae_desktop.ui.kl_bars import KlBars
from vae_desktop.ui.live import LivePanel, draw_most_overdue
from vae_desktop.ui.picture_view import PictureView


@pytest.fixture
def grid(qtbot: QtBot) -> ImageGrid:
    grid = ImageGrid()
    grid.resize(460, 600)
    grid.show()
    return grid


def tiled(images: np.ndarray, columns: int, gap: int = 1) -> np.ndarray:
    """An independent tiling, pixel by pixel from the index of each picture."""
    n, c, h, w = images.shape
    rows = -(-n // columns)
    canvas = np.zeros((rows * h + (rows - 1) * gap, columns * w + (columns - 1) * gap, c), np.uint8)
    for i in range(n):
        top, left = i // columns * (h + gap), i % columns * (w + gap)
        for channel in range(c):
            canvas[top : top + h, left : left + w, channel] = images[i, channel]
    return canvas.squeeze(-1) if c == 1 else canvas


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (1, 20, 31)])
def test_the_square_shows_64_reconstructions(grid: ImageGrid, shape: tuple[int, int, int]) -> None:
    shown = pictures(64, shape)
    grid.layouts.choose(1)
    grid.take(shown)
    grid.catch_up(0.0)
    np.testing.assert_array_equal(grid.view.picture, tiled(shown.reconstructions, 8))
    grid.originals.click()
    np.testing.assert_array_equal(grid.view.picture, tiled(shown.originals, 8))
    assert "originals" in grid.caption.text()


def test_holding_the_mouse_shows_the_originals(grid: ImageGrid, qtbot: QtBot) -> None:
    shown = pictures()
    grid.layouts.choose(1)
    grid.take(shown)
    grid.catch_up(0.0)
    grid.view.pressed.emit()
    np.testing.assert_array_equal(grid.view.picture, tiled(shown.originals, 8))
    grid.view.released.emit()
    np.testing.assert_array_equal(grid.view.picture, tiled(shown.reconstructions, 8))


@pytest.mark.parametrize("columns", [10, 5, 2])
def test_pairs_stand_above_each_other(columns: int) -> None:
    shown = pictures(10)
    picture = pair_picture(shown.originals, shown.reconstructions, columns)
    for index in range(10):
        row, column = divmod(index, columns)
        top, left = row * (2 * 28 + 1 + 6), column * 29
        across = slice(left, left + 28)
        above, below = picture[top : top + 28, across], picture[top + 29 : top + 57, across]
        np.testing.assert_array_equal(above, shown.originals[index, 0])
        np.testing.assert_array_equal(below, shown.reconstructions[index, 0])


def test_pairs_come_as_large_as_they_fit(grid: ImageGrid) -> None:
    grid.take(pictures())
    grid.catch_up(0.0)
    assert grid.view.picture.shape[1] == 5 * 29 - 1
    grid.resize(1200, 400)
    grid.catch_up(1.0)
    assert grid.view.picture.shape[1] == 10 * 29 - 1


def test_the_caption_says_what_is_shown(grid: ImageGrid) -> None:
    grid.take(pictures(step=4200))
    grid.catch_up(0.0)
    assert grid.caption.text().startswith("step 4,200, test images")
    grid.clear()
    grid.catch_up(1.0)
    assert grid.caption.text() == ""
    assert grid.view.picture.size == 0


def test_fewer_pictures_than_ten(grid: ImageGrid) -> None:
    shown = pictures(3)
    grid.take(Reconstructions(1, shown.originals, shown.reconstructions))
    grid.catch_up(0.0)
    assert grid.view.picture.any()


def test_pictures_are_enlarged_by_whole_factors(qtbot: QtBot) -> None:
    view = PictureView()
    view.resize(100, 100)
    checks = (np.indices((9, 9)).sum(0) % 2 * 255).astype(np.uint8)
    view.show_picture(checks)
    image = view.grab().toImage()
    factor = int(view.scale_for(9, 9))
    left = (image.width() - 9 * factor) // 2
    for row in range(9):
        for column in range(9):
            at = (left + column * factor + factor // 2, 4 + row * factor + factor // 2)
            assert image.pixelColor(*at).red() == checks[row, column]


@pytest.mark.parametrize("latents", [1, 2, 10, 64, 128])
def test_bars_for_any_number_of_latents(qtbot: QtBot, latents: int) -> None:
    bars = KlBars()
    bars.resize(400, 160)
    bars.show()
    kl = tuple(0.001 if j % 3 else 1.0 + j / 100 for j in range(latents))
    bars.take(evaluation(1, 100, kl))
    bars.catch_up(0.0)
    bars.grab()
    order = bars.bars.order
    assert sorted(order) == list(range(latents))
    assert np.all(np.diff(bars.bars.values[order]) <= 0)
    assert bars.bars.in_use == sum(value >= KL_IN_USE for value in kl)
    assert f"{bars.bars.in_use} of {latents} in use" in bars.summary.text()
    bars.log.click()
    bars.grab()


def test_flickering_bars_keep_their_places(qtbot: QtBot) -> None:
    bars = KlBars()
    bars.show()
    bars.take(evaluation(1, 100, (3.0, 2.9)))
    bars.catch_up(0.0)
    flicker = batches(101, 101)
    flicker.kl_per_latent[:] = (2.9, 3.0)
    bars.take(flicker)
    bars.catch_up(1.0)
    assert bars.bars.order.tolist() == [0, 1]


class CountingPanel(LivePanel):
    """Counts its drawings."""

    drawings = 0

    def draw(self) -> None:
        self.drawings += 1


def test_a_panel_draws_at_most_once_per_interval_and_the_last_in_the_end(qtbot: QtBot) -> None:
    panel = CountingPanel(0.1)
    panel.show()
    for tick in range(100):
        if tick < 50:
            panel.mark_stale()
        draw_most_overdue([panel], tick / 100)
    assert panel.drawings == 6
    assert panel.overdue(10.0) < 0


def test_one_panel_draws_on_a_tick(qtbot: QtBot) -> None:
    panels = [CountingPanel(0.1), CountingPanel(0.1)]
    for panel in panels:
        panel.show()
        panel.mark_stale()
    draw_most_overdue(panels, 1.0)
    assert sum(panel.drawings for panel in panels) == 1
    draw_most_overdue(panels, 1.0)
    assert [panel.drawings for panel in panels] == [1, 1]


def test_a_hidden_panel_draws_nothing_and_catches_up(qtbot: QtBot) -> None:
    panel = CountingPanel(0.1)
    panel.mark_stale()
    draw_most_overdue([panel], 1.0)
    assert panel.drawings == 0
    panel.show()
    assert panel.drawings == 1


@pytest.mark.parametrize("value", [np.inf, np.nan, -np.inf, 1e38])
@pytest.mark.parametrize("log", [False, True])
def test_bars_survive_any_number(qtbot: QtBot, value: float, log: bool) -> None:
    bars = KlBars()
    bars.resize(400, 160)
    bars.show()
    if log:
        bars.log.click()
    bars.take(evaluation(1, 100, (1.0, value, 0.5)))
    bars.catch_up(0.0)
    bars.grab()
    assert bars.bars.order.tolist()[-1] != 0
    bars.take(evaluation(2, 200, (1.0, 2.0, 0.5)))
    bars.catch_up(1.0)
    assert bars.bars.order.tolist() == [1, 0, 2]


def test_the_threshold_is_named_on_a_ground_of_its_own(qtbot: QtBot) -> None:
    bars = KlBars()
    bars.resize(300, 200)
    bars.show()
    bars.log.click()
    bars.take(evaluation(1, 100, tuple([5.0] * 40)))
    bars.catch_up(0.0)
    image = bars.bars.grab().toImage()
    ground = bars.palette().color(bars.backgroundRole()).rgb()
    rows = range(image.height() // 2, image.height() - 20)
    assert any(image.pixel(image.width() - 10, y) == ground for y in rows)
