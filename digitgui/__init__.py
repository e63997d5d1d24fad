"""The window and the command line around ``model``."""

from model.version import __version__

__all__ = ["__version__"]
