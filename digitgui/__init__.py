"""The window and the command line around ``model``."""

__version__ = "0.1.0"
