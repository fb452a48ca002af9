"""The drawn schedule of β: what the mouse and the keys do, and what is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from vae_desktop.core.config import ObjectiveConfig
from vae_desktop.ui import beta_points
from vae_desktop.ui.beta_points import Points
from vae_desktop.ui.schedule_editor import DrawnSchedule, ScheduleEditor
from vae_desktop.ui.schedule_plot import round_top
from vae_desktop.ui.theme import accent, muted, palette

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
START: Points = ((0.0, 1.0), (5.0, 4.0), (10.0, 1.0))


@pytest.fixture
def editor(qtbot: QtBot) -> ScheduleEditor:
    editor = ScheduleEditor()
    editor.resize(240, 96)
    editor.show()
    show(editor, "drawn")
    editor.set_value(START)
    return editor


@pytest.fixture
def plot(editor: ScheduleEditor) -> DrawnSchedule:
    return editor.plot


def show(editor: ScheduleEditor, schedule: str, **settings: float) -> None:
    """Let the editor show a schedule in a run of 10 epochs."""
    objective = ObjectiveConfig.model_validate({"schedule": schedule, **settings})
    editor.show_course(objective, 10)


def place(plot: DrawnSchedule, epoch: float, beta: float) -> QPoint:
    return plot.place_of((epoch, beta)).toPoint()


def test_a_click_adds_a_point(editor: ScheduleEditor, plot: DrawnSchedule, qtbot: QtBot) -> None:
    with qtbot.waitSignal(editor.changed):
        qtbot.mouseClick(plot, LEFT, pos=place(plot, 7.5, 0.5))
    assert len(editor.value()) == 4
    epoch, beta = editor.value()[2]
    assert epoch == pytest.approx(7.5, abs=0.2)
    assert beta == pytest.approx(0.5, abs=0.2)


def test_a_point_is_dragged_between_its_neighbours(plot: DrawnSchedule, qtbot: QtBot) -> None:
    top = plot.top
    qtbot.mousePress(plot, LEFT, pos=place(plot, 5, 4))
    qtbot.mouseMove(plot, place(plot, 7, 2))
    assert plot.points[1] == pytest.approx((7, 2), abs=0.2)
    assert "epoch" in plot.reading
    qtbot.mouseMove(plot, QPoint(1000, -1000))
    assert plot.points[1][0] < plot.points[2][0] == 10.0
    assert plot.points[1][1] == top
    assert plot.top == top, "the axis keeps still while a point is dragged"
    qtbot.mouseRelease(plot, LEFT, pos=QPoint(1000, -1000))
    assert plot.top > top
    assert len(plot.points) == 3


def test_a_right_click_removes_a_point(plot: DrawnSchedule, qtbot: QtBot) -> None:
    qtbot.mouseClick(plot, RIGHT, pos=place(plot, 5, 4))
    assert plot.points == (START[0], START[2])
    qtbot.mouseClick(plot, RIGHT, pos=place(plot, 5, 4))
    assert plot.points == (START[0], START[2]), "there was no point"


def test_a_double_click_takes_all_points_away(plot: DrawnSchedule, qtbot: QtBot) -> None:
    qtbot.mouseDClick(plot, LEFT, pos=place(plot, 5, 4))
    assert plot.points == ()


def test_the_keys_choose_and_move_points(plot: DrawnSchedule, qtbot: QtBot) -> None:
    keys = Qt.Key
    plot.setFocus()
    for key in (keys.Key_PageDown, keys.Key_Right, keys.Key_Right, keys.Key_Up, keys.Key_Down):
        qtbot.keyClick(plot, key)
    assert plot.points == (START[0], (5.2, 4.0), START[2])
    qtbot.keyClick(plot, keys.Key_Up)
    assert plot.points[1][1] > 4.0
    qtbot.keyClick(plot, keys.Key_Delete)
    assert plot.points == (START[0], START[2])
    qtbot.keyClick(plot, keys.Key_PageUp)
    qtbot.keyClick(plot, keys.Key_Insert)
    assert plot.points == (START[0], (5.0, 1.0), START[2])
    assert plot.chosen == 1


def test_other_keys_are_left_to_the_form(plot: DrawnSchedule, qtbot: QtBot) -> None:
    qtbot.keyClick(plot, Qt.Key.Key_A)
    plot.set_points(())
    qtbot.keyClick(plot, Qt.Key.Key_Delete)
    assert plot.points == ()


def test_the_value_under_the_mouse_is_written(plot: DrawnSchedule, qtbot: QtBot) -> None:
    plot.clearFocus()
    assert plot.reading == ""
    qtbot.mouseMove(plot, place(plot, 5, 4))
    assert plot.reading == "epoch 5  β 4"
    plot.mouse = QPointF(place(plot, 2.5, 0.1))
    assert plot.reading.startswith("epoch 2.5  β 2.5")


def test_a_reader_of_the_screen_hears_the_points(plot: DrawnSchedule) -> None:
    assert "epoch 5: β 4" in plot.accessibleDescription()


@pytest.mark.parametrize(
    ("schedule", "illustrates"),
    [("constant", False), ("warm-up", True), ("cyclical", True), ("drawn", False)],
)
def test_what_beta_will_do_is_shown(
    editor: ScheduleEditor, schedule: str, illustrates: bool, qtbot: QtBot
) -> None:
    show(editor, schedule, beta=4.0)
    assert editor.illustrates == illustrates
    if illustrates:
        qtbot.mouseClick(editor.plot, LEFT, pos=place(editor.plot, 2, 2))
        qtbot.keyClick(editor.plot, Qt.Key.Key_Delete)
    assert editor.value() == START, "it can only be looked at"
    editor.show_course(None, 10)
    assert not editor.illustrates


def test_the_shape_of_a_warm_up(editor: ScheduleEditor) -> None:
    show(editor, "warm-up", beta=4.0, warmup_epochs=5.0)
    for epoch, beta in ((0, "0"), (2.5, "2"), (8, "4")):
        editor.plot.mouse = editor.plot.place_of((epoch, 1))
        assert editor.plot.reading == f"epoch {epoch}  β {beta}"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("enabled", [False, True])
def test_points_are_painted_where_they_are(
    editor: ScheduleEditor, plot: DrawnSchedule, dark: bool, enabled: bool
) -> None:
    plot.setPalette(palette(dark))
    editor.setEnabled(enabled)
    image = plot.grab().toImage()
    colours = {image.pixelColor(plot.place_of(p).toPoint()).name() for p in plot.points}
    colour = accent if enabled else muted
    assert colours == {colour(plot.palette()).name()}


def test_no_more_points_than_a_schedule_takes() -> None:
    full = tuple((float(epoch), 1.0) for epoch in range(64))
    assert beta_points.added(full, (3.4, 2.0)) == (full, 3)
    points, index = beta_points.added(full, (3.0, 2.0))
    assert (len(points), index, points[3]) == (64, 3, (3.0, 2.0))


@given(
    epochs=st.lists(st.integers(0, 100), min_size=1, max_size=20, unique=True).map(sorted),
    index=st.integers(0, 19),
    epoch=st.floats(-50, 150),
    beta=st.floats(-10, 2000),
)
def test_points_stay_in_order(epochs: list[int], index: int, epoch: float, beta: float) -> None:
    points = tuple((float(at), 1.0) for at in epochs)
    after = beta_points.moved(points, index % len(points), (epoch, beta), 0.1)
    assert [at for at, _ in after] == sorted({at for at, _ in after})
    ObjectiveConfig(points=after)


@given(st.floats(1e-6, 1e6))
def test_the_axis_ends_not_far_above(value: float) -> None:
    assert value < round_top(value) <= 2 * value
