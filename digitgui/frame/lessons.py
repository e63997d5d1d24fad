"""The lessons of a window, whose player is made when the first one begins."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMainWindow

import resources
from digitgui.asking.file_dialogs import ask_lesson_folder
from digitgui.frame.ways import Ways
from digitgui.looks.theme_controller import ThemeController
from digitgui.session import Session

if TYPE_CHECKING:  # imported when the first lesson begins: the window opens sooner
    from digitgui.frame.lesson_player import LessonPlayer

__all__ = ["Lessons"]


class Lessons(QObject):
    """Offers the lessons that come with the program, and those in folders.

    Parameters
    ----------
    window : QMainWindow
    session : Session
    ways : Ways
    themes : ThemeController

    Attributes
    ----------
    player : LessonPlayer or None
        What plays them; None before the first.

    Signals
    -------
    shown_changed()
        A lesson stands beside the pages from now on, or no longer does.
    """

    shown_changed = Signal()

    def __init__(self, window: QMainWindow, session: Session, ways: Ways, themes: ThemeController) -> None:
        super().__init__(window)
        self._window, self._session, self._ways, self._themes = window, session, ways, themes
        self.player: LessonPlayer | None = None

    def open(self, folder: Path) -> None:
        """Begin the lesson in a folder, or go on with it."""
        if self.player is None:
            from digitgui.frame.lesson_player import LessonPlayer  # noqa: PLC0415

            self.player = LessonPlayer(self._window, self._session, self._ways, self._themes)
            self.player.shown_changed.connect(self.shown_changed)
        self.player.open(folder)

    def ask(self) -> None:
        """Ask for a folder, and begin the lesson in it."""
        folder = ask_lesson_folder(self._window, self._session.settings)
        if folder:
            self.open(folder)

    def end(self) -> None:
        """Put back what was open before a lesson, where the window closes; the training must have ended."""
        if self.player:
            self.player.end()

    @property
    def width(self) -> int:
        """Pixels of the window that a lesson takes."""
        dock = self.player.dock if self.player else None
        return dock.width() if dock and dock.isVisibleTo(self._window) else 0

    def entries(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """Yield the title of each lesson that comes with the program, and what begins it; then ask for another."""
        for folder in sorted(path for path in resources.LESSONS.iterdir() if path.is_dir()):
            with (folder / "lesson.md").open(encoding="utf-8") as file:
                yield file.readline().lstrip("# ").strip(), partial(self.open, folder)
        yield "Open a folder…", self.ask
