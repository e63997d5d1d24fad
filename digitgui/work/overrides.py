"""Lets the program go on when something unexpected happens in a method that Qt calls."""

import functools
import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QRectF, QSize
from shiboken6 import Shiboken

INSTEAD = {
    "event": False,
    "eventFilter": False,
    "paint": None,
    "data": None,
    "headerData": None,
    "sizeHint": QSize(),
    "minimumSizeHint": QSize(),
    "boundingRect": QRectF(),
    "focusNextPrevChild": False,
}
"""The overrides besides event handlers that Qt calls, and what each returns where it fails."""


def guard_event_handlers() -> None:
    """Let every method of this package that Qt calls report its exceptions itself, where that is needed.

    On Python 3.11, PySide6 (6.8 to 6.11, at the least) takes an exception that C code has raised, such as NumPy's
    IndexError, for an object before it is one when it leaves an override, and the process dies
    (tests/integration/test_window_process.py). Python 3.12 has no such exceptions.
    """
    if sys.version_info >= (3, 12):
        return
    for kind in _subclasses(Shiboken.Object):
        if kind.__module__.startswith("digitgui."):
            for name, method in list(vars(kind).items()):
                is_handler = name.endswith("Event") or name in INSTEAD
                if is_handler and callable(method) and not hasattr(method, "is_guarded"):
                    setattr(kind, name, _guarded(method))


def _guarded(handler: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(handler)
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return handler(*arguments, **named)
        except Exception:
            sys.excepthook(*sys.exc_info())  # as PySide does where it can
            return INSTEAD.get(handler.__name__)

    call.is_guarded = True  # type: ignore[attr-defined]
    return call


def _subclasses(kind: type) -> set[type]:
    direct: set[type] = set(kind.__subclasses__())
    return direct.union(*(_subclasses(other) for other in direct))
