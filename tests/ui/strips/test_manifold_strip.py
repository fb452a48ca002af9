"""The manifold grid, under a real mouse, and as a file."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot
from scipy.stats import norm

from tests.fakes import RecordedAnswers, evaluation
from tests.samples import tiny_dataset
from tests.ui.strips.conftest import Open, Show
from vae_desktop.core.imaging import read_png
from vae_desktop.core.projection import two_latents
from vae_desktop.session.clouds import CloudSource
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.session import OpenedRun
from vae_desktop.ui.decode_tab import DecodeTab
from vae_desktop.ui.manifold_strip import CODES, EQUAL, PRIOR, ManifoldStrip
from vae_desktop.ui.map_canvas import Overlay

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def strip(on_view: RunOnView, codes: CloudSource, answers: RecordedAnswers) -> ManifoldStrip:
    return ManifoldStrip(on_view, codes, answers)


def wait_for_grid(qtbot: QtBot, strip: ManifoldStrip) -> np.ndarray:
    """Let the strip draw, and wait for its codes."""
    strip.catch_up(0.0)
    qtbot.waitUntil(lambda: not strip._decoder.busy, timeout=10_000)
    assert strip.shown is not None
    return strip.shown.codes


def test_the_grid_goes_through_the_quantiles_of_the_prior(
    qtbot: QtBot, strip: ManifoldStrip, show_run: Show, open_strip: Open
) -> None:
    coder = show_run()
    open_strip(strip)
    strip.steps.setValue(9)
    codes = wait_for_grid(qtbot, strip)
    steps = norm.ppf(np.linspace(0.05, 0.95, 9))
    assert codes.reshape(9, 9, 2)[0, :, 0] == pytest.approx(steps, abs=1e-6)
    assert codes.reshape(9, 9, 2)[:, 0, 1] == pytest.approx(steps[::-1], abs=1e-6)
    assert (strip.plot.grid.pictures == coder.decode(codes)).all()
    overlay = strip.onto(Overlay(), two_latents(2))
    ((outline, _),) = overlay.curves
    assert np.abs(outline).max() == pytest.approx(steps[-1], abs=1e-5)


def test_a_click_goes_to_the_code_and_the_mouse_shows_it_large(
    qtbot: QtBot, strip: ManifoldStrip, show_run: Show, open_strip: Open, on_view: RunOnView
) -> None:
    coder = show_run()
    open_strip(strip)
    strip.steps.setValue(7)
    codes = wait_for_grid(qtbot, strip)
    grid = strip.plot.grid
    qtbot.mouseMove(grid, grid.cell(10).center().toPoint())
    assert (strip.lens.picture == coder.decode(codes[10:11])[0, 0]).all()
    assert (strip.row.pictures == coder.decode(codes[7:14])).all()
    assert (strip.column.pictures == coder.decode(codes[3::7][::-1])).all()
    qtbot.mouseClick(grid, LEFT, pos=grid.cell(10).center().toPoint())
    assert on_view.z == pytest.approx(codes[10])
    qtbot.mouseMove(strip, strip.rect().topLeft())
    grid.leaveEvent(None)  # type: ignore[arg-type]
    qtbot.mouseClick(strip.row, LEFT, pos=strip.row.cell(6).center().toPoint())
    assert on_view.z == pytest.approx(codes[13])
    qtbot.mouseClick(strip.column, LEFT, pos=strip.column.cell(0).center().toPoint())
    assert on_view.z == pytest.approx(codes[48])


def test_any_two_latents_with_the_others_held(
    qtbot: QtBot, strip: ManifoldStrip, show_run: Show, open_strip: Open, on_view: RunOnView
) -> None:
    show_run(latents=5)
    on_view.set_z(np.array([0.1, 0.2, 0.3, 0.4, 0.5]))
    open_strip(strip)
    wait_for_grid(qtbot, strip)
    assert strip.latents.isVisible()
    strip.pair.first.setCurrentIndex(3)
    strip.pair.first.activated.emit(3)
    strip.pair.second.setCurrentIndex(3)
    strip.pair.second.activated.emit(3)
    codes = wait_for_grid(qtbot, strip)
    assert strip.pair.first.currentIndex() != 3
    held = [latent for latent in range(5) if latent not in (3, strip.pair.first.currentIndex())]
    assert codes[:, held] == pytest.approx(np.tile((np.array(held) + 1) / 10, (len(codes), 1)))
    moved = on_view.z
    assert moved is not None
    moved = moved.copy()
    moved[held[0]] = 2
    on_view.set_z(moved)
    assert wait_for_grid(qtbot, strip)[0, held[0]] == 2


def choose(qtbot: QtBot, box: QComboBox, latent: int) -> None:
    """Choose a latent in the list that a click on the box opens."""
    box.showPopup()
    for key in (Qt.Key.Key_Home, *[Qt.Key.Key_Down] * latent, Qt.Key.Key_Return):
        qtbot.keyClick(box.view(), key)
    assert box.currentIndex() == latent


def test_the_grid_goes_over_the_latents_of_the_pad_until_others_are_chosen(
    qtbot: QtBot, strip: ManifoldStrip, show_run: Show, on_view: RunOnView, tmp_path: Path
) -> None:
    tab = DecodeTab(on_view, [strip])
    try:
        tab.resize(1248, 660)
        tab.show()
        show_run(latents=5)
        assert on_view.config is not None

        def pair() -> tuple[int, int]:
            """The two latents in which the pictures of the grid are different."""
            codes = wait_for_grid(qtbot, strip)
            first, second = np.flatnonzero(np.ptp(codes, axis=0))
            return (first, second) if codes[0, first] != codes[1, first] else (second, first)

        assert pair() == (0, 1)
        tab.take(evaluation(1, 10, kl_per_latent=(0.1, 2.0, 0.2, 5.0, 1.0)))
        assert tab.pad.pair == (3, 1)
        assert pair() == (3, 1)
        choose(qtbot, tab.bar.pair.second, 4)
        assert pair() == (3, 4)
        choose(qtbot, strip.pair.first, 2)
        assert pair() == (2, 4)
        choose(qtbot, tab.bar.pair.first, 0)
        assert (tab.pad.pair, pair()) == ((0, 4), (2, 4))
        qtbot.mouseClick(strip.as_pad, LEFT)
        assert pair() == (0, 4)
        choose(qtbot, strip.pair.second, 1)
        choose(qtbot, strip.pair.second, 4)
        choose(qtbot, tab.bar.pair.first, 3)
        assert pair() == (3, 4), "chosen back to the pad's own, it follows the pad again"
        qtbot.mouseClick(strip.as_pad, LEFT)
        choose(qtbot, tab.bar.pair.first, 0)
        assert pair() == (3, 4)
        tab.show_run(OpenedRun(2, tmp_path, on_view.config))
        show_run(latents=4)
        assert pair() == (0, 1), "another run begins with the latents of the pad"
    finally:
        tab.shutdown()


def test_equal_steps_reach_as_far_as_is_said(
    qtbot: QtBot, strip: ManifoldStrip, show_run: Show, open_strip: Open
) -> None:
    show_run()
    open_strip(strip)
    strip.steps.setValue(5)
    strip.spacing.choose(EQUAL)
    strip.reach.set_value(4)
    codes = wait_for_grid(qtbot, strip)
    assert codes[:5, 0] == pytest.approx([-4, -2, 0, 2, 4])


def test_an_autoencoder_has_a_grid_over_its_codes(
    qtbot: QtBot, strip: ManifoldStrip, show_run: Show, open_strip: Open, codes: CloudSource
) -> None:
    coder = show_run(kind="autoencoder")
    open_strip(strip)
    assert strip.no_prior.isVisible()
    strip.spacing.choose(PRIOR)
    assert strip.spacing.index == CODES
    qtbot.waitUntil(lambda: codes.cloud is not None, timeout=10_000)
    shown = wait_for_grid(qtbot, strip)
    mu, _ = coder.encode(tiny_dataset().test.images)
    low, high = np.quantile(mu, (0.01, 0.99), axis=0)
    assert shown.min(axis=0) == pytest.approx(low, abs=1e-4)
    assert shown.max(axis=0) == pytest.approx(high, abs=1e-4)


def test_the_next_model_with_a_prior_has_its_grid_again(
    strip: ManifoldStrip, show_run: Show, open_strip: Open
) -> None:
    show_run(kind="autoencoder")
    open_strip(strip)
    assert strip.spacing.index == CODES
    show_run()
    assert strip.spacing.index == PRIOR
    strip.spacing.choose(EQUAL)
    show_run(kind="autoencoder")
    show_run()
    assert strip.spacing.index == EQUAL


def test_one_latent_makes_one_row(
    qtbot: QtBot, strip: ManifoldStrip, show_run: Show, open_strip: Open
) -> None:
    show_run(latents=1)
    open_strip(strip)
    codes = wait_for_grid(qtbot, strip)
    assert len(codes) == strip.steps.value()
    strip.onto(Overlay(), two_latents(1))


@pytest.mark.parametrize("steps", [5, 40])
def test_the_png_holds_every_pixel_and_the_values(
    qtbot: QtBot,
    strip: ManifoldStrip,
    show_run: Show,
    open_strip: Open,
    answers: RecordedAnswers,
    tmp_path: Path,
    steps: int,
) -> None:
    coder = show_run()
    open_strip(strip)
    strip.steps.setValue(steps)
    codes = wait_for_grid(qtbot, strip)
    answers.file = tmp_path / "grid.png"
    with qtbot.waitSignal(strip.noticed):
        qtbot.mouseClick(strip.save, LEFT)
    saved = read_png(answers.file)
    factor = -(-1000 // (8 * steps))
    tiled = coder.decode(codes).reshape(steps, steps, 8, 8).transpose(0, 2, 1, 3)
    wanted = tiled.reshape(steps * 8, steps * 8).repeat(factor, 0).repeat(factor, 1)
    inked = saved != 255
    # The grid is where the sheet is not white over a whole row of pictures.
    height, width = wanted.shape
    rows = [
        (top, left)
        for top in range(saved.shape[0] - height)
        for left in range(saved.shape[1] - width)
        if (saved[top, left : left + 40, 0] == wanted[0, :40]).all()
        and (saved[top : top + height, left : left + width, 0] == wanted).all()
    ]
    assert rows
    top, left = rows[0]
    assert inked[:, : left - 1].any()
    assert inked[top + height + 1 :].any()


def test_before_the_first_weights_there_is_a_sentence(
    strip: ManifoldStrip, open_strip: Open
) -> None:
    open_strip(strip)
    assert "first weights" in strip.caption.text()
    assert not strip.save.isEnabled()
