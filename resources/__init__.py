"""The files that come with the program, and their paths."""

from pathlib import Path

__all__ = ["BUNDLED_DIGITS", "DEFAULT_MODEL", "FONTS", "LESSONS", "icon"]

_FOLDER = Path(__file__).parent

BUNDLED_DIGITS = _FOLDER / "mnist_5000.npz"
"""5,000 of MNIST's training pictures, 500 a digit: ``images`` uint8 (5000, 28, 28), ``labels`` uint8 (5000,)."""

DEFAULT_MODEL = _FOLDER / "default.safetensors"
"""The network that is open when the program starts."""

FONTS = tuple(sorted((_FOLDER / "fonts").glob("*.ttf")))
"""The typeface of the window, Inter, in three weights."""

LESSONS = _FOLDER / "lessons"
"""The lessons that come with the program, a folder each."""


def icon(name: str) -> Path:
    """Return the path of the SVG of an icon; its lines have the colour ``currentColor``."""
    return _FOLDER / "icons" / f"{name}.svg"
