"""The window and the command line around ``model``."""

from typing import Any

from model.version import __version__

__all__ = ["MainWindow", "__version__"]


def __getattr__(name: str) -> Any:
    """Load the window, and Qt with it, only for whoever asks for it: the command line does not."""
    if name == "MainWindow":
        from digitgui.frame.main_window import MainWindow  # noqa: PLC0415

        return MainWindow
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
