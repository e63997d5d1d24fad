"""The window and the command line around ``model``."""

from importlib import import_module
from typing import Any

from digitgui.installation.own_packages import find_own_packages

__all__ = ["MainWindow", "__version__"]

find_own_packages()

IMPORTED_WHEN_ASKED_FOR = {"MainWindow": "digitgui.frame.main_window", "__version__": "model.version"}
"""The command line needs no Qt, and NumPy, which ``model`` imports, reads what `digitgui.__main__` sets before."""


def __getattr__(name: str) -> Any:
    if name in IMPORTED_WHEN_ASKED_FOR:
        return getattr(import_module(IMPORTED_WHEN_ASKED_FOR[name]), name)
    raise AttributeError(f"module 'digitgui' has no attribute {name!r}")
