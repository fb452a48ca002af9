"""What the mouse means, without a mouse."""

import pytest

from vae_desktop.core.selecting import Mode
from vae_desktop.ui.map_gestures import (
    Dragged,
    Lined,
    Outlined,
    Panned,
    Picked,
    Pixel,
    Press,
    Result,
    Steered,
    Tool,
    Traced,
    mode_of,
    moved,
    pressed,
    released,
    zoom_of,
)


def drag(tool: Tool, *trail: Pixel, handles: list[Pixel] | None = None) -> list[Result | None]:
    """What happens on the way and at the end."""
    press, results = pressed(tool, trail[0], handles or []), []
    for at in trail[1:]:
        press, result = moved(press, at)
        results.append(result)
    return [*results, released(press)]


@pytest.mark.parametrize("tool", [tool for tool in Tool if tool is not Tool.STEER])
def test_a_click_picks_whatever_the_tool(tool: Tool) -> None:
    assert drag(tool, (10, 10), (12, 11)) == [None, Picked((10, 10))]


def test_panning_moves_by_what_the_mouse_moved() -> None:
    assert drag(Tool.PAN, (0, 0), (10, 0), (10, 5)) == [Panned(10, 0), Panned(0, 5), None]


def test_a_rectangle_has_four_corners() -> None:
    *_, last = drag(Tool.RECTANGLE, (10, 20), (50, 60), (30, 5))
    assert last == Outlined(((10, 20), (30, 20), (30, 5), (10, 5)))


def test_a_lasso_follows_the_mouse_without_crowding() -> None:
    *_, last = drag(Tool.LASSO, (0, 0), (10, 0), (11, 0), (10, 10), (0, 10))
    assert last == Outlined(((0, 0), (10, 0), (10, 10), (0, 10)))


def test_a_line_is_told_while_it_is_drawn() -> None:
    assert drag(Tool.PATH, (0, 0), (10, 0), (20, 9)) == [
        Lined((0, 0), (10, 0)),
        Lined((0, 0), (20, 9)),
        None,
    ]


def test_steering_follows_the_mouse_from_the_first_pixel_on() -> None:
    assert drag(Tool.STEER, (5, 5), (6, 5), (9, 9)) == [Steered((6, 5)), Steered((9, 9)), None]


def test_a_free_line_is_told_when_it_ends() -> None:
    trail = ((0, 0), (10, 0), (20, 5))
    assert drag(Tool.DRAW, *trail) == [None, None, Traced(trail)]
    assert Press(Tool.DRAW, trail, dragging=True).line == trail
    assert Press(Tool.LASSO, trail, dragging=True).line == ()


@pytest.mark.parametrize("tool", list(Tool))
def test_a_handle_comes_before_the_tool(tool: Tool) -> None:
    results = drag(tool, (52, 50), (70, 50), handles=[(0, 0), (50, 50), (56, 50)])
    assert results == [Dragged(1, (70, 50)), None]


def test_a_handle_far_away_is_none() -> None:
    assert pressed(Tool.PAN, (0, 0), [(20, 0)]).handle is None
    assert pressed(Tool.PAN, (0, 0), []).handle is None


def test_an_outline_is_shown_while_it_is_drawn() -> None:
    press = Press(Tool.LASSO, ((0, 0), (9, 9)), dragging=True)
    assert press.outline == ((0, 0), (9, 9))
    assert Press(Tool.PAN, ((0, 0), (9, 9)), dragging=True).outline == ()


def test_keys_add_and_remove() -> None:
    assert mode_of(ctrl=False, alt=False) is Mode.REPLACE
    assert mode_of(ctrl=True, alt=False) is Mode.ADD
    assert mode_of(ctrl=False, alt=True) is mode_of(ctrl=True, alt=True) is Mode.REMOVE


def test_the_wheel_zooms_there_and_back() -> None:
    assert zoom_of(15) > 1
    assert zoom_of(15) * zoom_of(-15) == pytest.approx(1)
    assert zoom_of(30) == pytest.approx(zoom_of(15) ** 2)
