"""Logging, and what happens to errors that nobody foresaw."""

import faulthandler
import logging
import sys
import threading
import traceback
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TextIO

log = logging.getLogger("vae_desktop")

LOG_BYTES = 1 << 20

Report = Callable[[str, str], None]
"""Takes a sentence and a traceback; may be called from any thread."""

_crash_file: TextIO | None = None  # kept open: the interpreter writes to it as it dies


def start_log(path: Path) -> None:
    """Write the program's log to a file; where that is not possible, to nowhere."""
    logger = logging.getLogger("vae_desktop")
    logger.setLevel(logging.INFO)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8"
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)


def start_crash_file(path: Path) -> str:
    """Let the interpreter write its last words to a file.

    Returns:
        What it wrote when it died the last time, or "".
    """
    global _crash_file
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        if _crash_file is not None:
            _crash_file.close()
        _crash_file = path.open("w", encoding="utf-8")
        faulthandler.enable(_crash_file)
    except OSError as error:
        log.warning("No crash file: %s", error)
        return ""
    return before


def install_hooks(report: Report) -> None:
    """Log every uncaught exception of any thread, then hand it to `report`."""

    def on_exception(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        log.error("Uncaught exception\n%s", details)
        report(f"Something went wrong that was not foreseen ({kind.__name__}: {error}).", details)

    def on_thread_exception(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            on_exception(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    sys.excepthook = on_exception
    threading.excepthook = on_thread_exception
