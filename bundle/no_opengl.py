"""Runs early in the packaged app: Qt's OpenGL modules are not in it, and nobody misses them.

pyqtgraph imports them for curves and views that are drawn by OpenGL, an option that the program
never turns on (seen with pyqtgraph 0.14.0); with them come 10 MB. It derives a class from
QOpenGLWidget when it is imported, so that one must be there; whoever made one would be told so.
"""

import sys
from types import ModuleType


class QOpenGLWidget:
    """In place of the widget, which is not in the app."""

    def __init__(self, *_: object, **__: object) -> None:
        raise RuntimeError("The packaged app has no OpenGL; see no_opengl.py of its build.")


def _stand_in(name: str) -> ModuleType:
    module = ModuleType(name, "No OpenGL; see no_opengl.py of the build.")
    sys.modules[name] = module
    return module


_stand_in("PySide6.QtOpenGL")
_stand_in("PySide6.QtOpenGLWidgets").QOpenGLWidget = QOpenGLWidget  # type: ignore[attr-defined]
