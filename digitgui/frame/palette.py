"""The palette."""

from digitgui.frame.window_parts import WindowParts

__all__ = ["open_palette"]


def open_palette(_window: WindowParts) -> None:
    """Open."""
