"""The window and the command line around ``model``."""

from model import __version__

__all__ = ["__version__"]
