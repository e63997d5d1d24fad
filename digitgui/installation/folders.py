"""Where the program keeps what it remembers, with a window and without."""

from pathlib import Path

import platformdirs

LOG_NAME = "digitgui.log"
"""Of the file in the folder for data where the window notes what went wrong."""


def data_folder() -> Path:
    """Return the user's folder for this program's data, as this platform has it; it need not exist."""
    return platformdirs.user_data_path("digitgui", appauthor=False)


def runs_folder() -> Path:
    """Return the folder of the runs that the window and `digitgui train` keep; it need not exist."""
    return data_folder() / "runs"


def edits_folder() -> Path:
    """Return the folder where the window keeps corrections of data that have no path; it need not exist."""
    return data_folder() / "edits"


def cache_folder() -> Path:
    """Return the user's folder for what can be made anew; it need not exist."""
    return platformdirs.user_cache_path("digitgui", appauthor=False)
