"""What the mouse means on a map: pure functions from one press to its end, no widgets."""

import math
from dataclasses import dataclass, replace
from enum import Enum

from vae_desktop.core.selecting import Mode

Pixel = tuple[float, float]

CLICK_REACH = 4.0
"""Pixels that a click may wander."""
TRAIL_STEP = 3.0
"""Pixels between two corners of a lasso, at least."""
ZOOM_PER_STEP = 1.2
HANDLE_REACH = 9.0


class Tool(Enum):
    """What dragging on the map does."""

    PAN = "pan"
    RECTANGLE = "rectangle"
    LASSO = "lasso"
    PATH = "path"
    STEER = "steer"
    DRAW = "draw"


@dataclass(frozen=True)
class Panned:
    """The contents were dragged by so many pixels."""

    dx: float
    dy: float


@dataclass(frozen=True)
class Picked:
    """A place was clicked."""

    at: Pixel


@dataclass(frozen=True)
class Outlined:
    """A region was drawn; its corners in order."""

    corners: tuple[Pixel, ...]


@dataclass(frozen=True)
class Dragged:
    """A handle was dragged to a place."""

    handle: int
    at: Pixel


@dataclass(frozen=True)
class Lined:
    """A line was drawn from one place to another."""

    start: Pixel
    end: Pixel


@dataclass(frozen=True)
class Steered:
    """The mouse is held down at a place."""

    at: Pixel


@dataclass(frozen=True)
class Traced:
    """A line was drawn freely; its corners in order."""

    corners: tuple[Pixel, ...]


Result = Panned | Picked | Outlined | Dragged | Lined | Steered | Traced


@dataclass(frozen=True)
class Press:
    """A mouse button that is down.

    Attributes:
        tool: what was chosen when it went down.
        trail: where the mouse was, the first and the newest place included.
        handle: the handle that was under it; None for none.
        dragging: whether it has moved farther than a click may.
    """

    tool: Tool
    trail: tuple[Pixel, ...]
    handle: int | None = None
    dragging: bool = False

    @property
    def outline(self) -> tuple[Pixel, ...]:
        """The corners of the region drawn so far; empty where the tool draws none."""
        if not self.dragging or self.handle is not None:
            return ()
        if self.tool is Tool.LASSO:
            return self.trail
        if self.tool is Tool.RECTANGLE:
            (left, top), (right, bottom) = self.trail[0], self.trail[-1]
            return ((left, top), (right, top), (right, bottom), (left, bottom))
        return ()

    @property
    def line(self) -> tuple[Pixel, ...]:
        """The corners of the line that is being drawn freely; empty where none is."""
        drawn = self.tool is Tool.DRAW and self.dragging and self.handle is None
        return self.trail if drawn else ()


def pressed(tool: Tool, at: Pixel, handles: list[Pixel]) -> Press:
    """The button went down at a place; `handles` are where things can be dragged."""
    distances = [math.dist(at, handle) for handle in handles]
    nearest = min(range(len(handles)), key=distances.__getitem__, default=None)
    if nearest is not None and distances[nearest] > HANDLE_REACH:
        nearest = None
    return Press(tool, (at,), nearest)


def moved(press: Press, at: Pixel) -> tuple[Press, Result | None]:
    """The mouse moved with the button down: the press now, and what happens meanwhile."""
    last = press.trail[-1]
    if press.tool is Tool.STEER and press.handle is None:
        return replace(press, dragging=True), Steered(at)
    dragging = press.dragging or math.dist(press.trail[0], at) > CLICK_REACH
    if not dragging:
        return press, None
    if press.tool in (Tool.LASSO, Tool.DRAW) and press.handle is None:
        far = math.dist(last, at) >= TRAIL_STEP
        trail = (*press.trail, at) if far else press.trail
    else:
        trail = (press.trail[0], at)
    now = replace(press, trail=trail, dragging=True)
    if press.handle is not None:
        return now, Dragged(press.handle, at)
    if press.tool is Tool.PAN:
        return now, Panned(at[0] - last[0], at[1] - last[1])
    if press.tool is Tool.PATH:
        return now, Lined(press.trail[0], at)
    return now, None


def released(press: Press) -> Result | None:
    """The button went up: what was done."""
    if not press.dragging:
        return Picked(press.trail[0])
    if press.line:
        return Traced(press.line)
    return Outlined(press.outline) if press.outline else None


def zoom_of(wheel_degrees: float) -> float:
    """How much larger a turn of the wheel makes the map; a notch is 15 degrees."""
    return float(ZOOM_PER_STEP ** (wheel_degrees / 15))


def mode_of(*, ctrl: bool, alt: bool) -> Mode:
    """What an outline does while keys are held."""
    return Mode.REMOVE if alt else Mode.ADD if ctrl else Mode.REPLACE
