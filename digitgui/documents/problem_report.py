"""The report of a problem: what is installed here, and the end of the log."""

import os
from pathlib import Path

from digitgui.installation.folders import LOG_NAME
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import Activity, Computation

__all__ = ["ProblemReport", "report_text"]

LOG_BYTES = 6000
"""Of the log's end: some errors with their traces, and no more than a form takes."""


class ProblemReport(Computation[str]):
    """Gathers the text of a report; nothing is sent anywhere.

    Parameters
    ----------
    folder : Path
        Where the log is.
    activity : Activity
    """

    def __init__(self, folder: Path, activity: Activity) -> None:
        place = InThread(BackgroundTasks(activity))
        super().__init__("Gathering versions", place, activity, failure="The report cannot be gathered")
        self._folder = folder

    def gather(self) -> None:
        """Gather it anew."""
        self.ask_anew(report_text, self._folder)


def report_text(folder: Path) -> str:
    """Write versions, facts and the end of the log, in which paths of the user's files are shortened."""
    from digitgui.installation.doctor import as_text, facts, without_home  # noqa: PLC0415  the window opens sooner
    from digitgui.installation.private_paths import without_paths  # noqa: PLC0415

    log = without_home(without_paths(_end_of_log(folder / LOG_NAME)))
    return f"{as_text(facts())}\n\nEnd of the log:\n{log}"


def _end_of_log(path: Path) -> str:
    """Return the last lines of the log, whole ones."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - LOG_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return "(there is no log yet)\n"
    return text.partition("\n")[2] if size > LOG_BYTES else text
