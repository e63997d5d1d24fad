"""Plays a lesson: sets up the window for each step, and puts everything back at the end."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMainWindow

import resources
from digitgui.frame.before_lesson import BeforeLesson
from digitgui.frame.lesson_dock import LessonDock
from digitgui.frame.lesson_goals import GoalWatch
from digitgui.frame.lesson_set_up import LessonSetUp
from digitgui.frame.ways import Ways
from digitgui.lessons.lesson import Lesson, SetUp
from digitgui.lessons.reading import read_lesson
from digitgui.looks.theme_controller import ThemeController, dress
from digitgui.session import Session
from digitgui.work.turns import Wish

__all__ = ["LessonPlayer"]

LOOK_MILLISECONDS = 200
"""The window is looked at this often while something is to be done."""


class LessonPlayer(QObject):
    """One lesson at a time, in a panel beside the pages.

    Parameters
    ----------
    window : QMainWindow
        Where the panel stands.
    session : Session
    ways : Ways
    themes : ThemeController

    Attributes
    ----------
    lesson : Lesson or None
        The one that is played.
    number : int
        Of its step, counted from 0.
    is_reached : bool
        Whether the goal of the step is reached; True where it has none.

    Signals
    -------
    shown_changed()
        The panel has come or gone.
    """

    shown_changed = Signal()

    def __init__(self, window: QMainWindow, session: Session, ways: Ways, themes: ThemeController) -> None:
        super().__init__(window)
        self._session, self._ways = session, ways
        self._set_up = LessonSetUp(session, ways)
        self._before: BeforeLesson | None = None
        self._watch: GoalWatch | None = None
        self._is_beginning = False
        self.lesson: Lesson | None = None
        self.number = 0
        self.is_reached = True
        self.dock = LessonDock()
        self.dock.hide()
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.dock)
        dress(self.dock, themes.sheet)
        themes.changed.connect(lambda _theme: self.dock.fit_text())
        self.dock.fit_text()
        self.dock.step_wanted.connect(lambda number: self._obey(lambda: self.go_to(number)))
        self.dock.again_wanted.connect(lambda: self._obey(self.set_up_again))
        self.dock.close_wanted.connect(self.close)
        self._look = QTimer(self, interval=LOOK_MILLISECONDS)
        self._look.timeout.connect(self._see_window)

    def open(self, folder: Path) -> None:
        """Read a lesson, and begin where one stopped the last time."""
        self._session.tasks.start(lambda: read_lesson(folder), self._begin, self._session.report)

    def go_to(self, number: int) -> None:
        """Show a step; going back changes nothing but the page, going on sets the window up."""
        if self.lesson is None:
            return
        if number >= len(self.lesson.steps):
            self._remember(0)
            self.close()
        elif number == 0:
            self._show(0)
            self.set_up_again()
        elif number < self.number:
            self._show(number)
            self._set_up.go_back(self.lesson.steps[number].set_up)
            self._is_beginning = True
        else:
            self._show(number)
            self._begin_step(self.lesson.set_up_at(number))

    def _obey(self, do: Callable[[], object]) -> None:
        """Do what a button of the panel wants; the keys stay on it, though a page takes them when it is shown."""
        pressed = QApplication.focusWidget()
        do()
        if self.lesson and pressed is not None and self.dock.isAncestorOf(pressed):
            pressed.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_up_again(self) -> None:
        """Bring the window to where it is at this step if one has gone through all before it."""
        if self.lesson:
            self._set_up.cancel()  # it may be what a later step wants
            self._begin_step(self.lesson.set_up_until(self.number))
            self._look.start()

    def close(self) -> None:
        """Close the lesson, and open again what was open before it."""
        if not self._session.turns.refuses(Wish.LESSON):
            self.end()

    def end(self) -> None:
        """Do so whatever is going on; the training must have ended."""
        if self._before is not None:
            self._look.stop()
            self._set_up.cancel()
            before, self._before = self._before, None
            self.lesson = self._watch = None
            self.dock.hide()
            self.shown_changed.emit()
            before.put_back()

    def _begin(self, lesson: Lesson) -> None:
        if self._session.turns.refuses(Wish.LESSON):
            return
        self._before = self._before or BeforeLesson(self._session, self._ways)
        self.lesson = lesson
        known = self._session.settings.number(self._key, 0, 0, 1000)
        self._show(lesson.resumed_at(min(round(known), len(lesson.steps) - 1)))
        self.dock.show()
        self.shown_changed.emit()
        self.set_up_again()

    @property
    def _key(self) -> str:
        """What the place in the lesson is remembered by."""
        assert self.lesson
        folder = self.lesson.folder
        if folder.parent == resources.LESSONS.absolute():  # which lies elsewhere after an update
            return f"lesson/{folder.name}"
        return f"lesson/{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"

    def _remember(self, number: int) -> None:
        if number:
            self._session.settings.set(self._key, number)
        else:
            self._session.settings.forget(self._key)

    def _show(self, number: int) -> None:
        assert self.lesson
        self.number, self._watch = number, None
        self.is_reached = self.lesson.steps[number].goal is None
        self._remember(number)
        self.dock.show_step(self.lesson, number)
        self._look.start()

    def _begin_step(self, set_up: SetUp) -> None:
        assert self.lesson
        self._is_beginning, self._watch = True, None
        goal = self.lesson.steps[self.number].goal
        if goal and goal.kind == "evaluated":  # or there would be no button to reach it by
            self._session.evaluation.cancel()
            self._session.answers.forget()
            self._session.evaluation.forget()
        self._set_up.begin(set_up)

    def _see_window(self) -> None:
        """Go on where everything is open, and see whether the goal is reached."""
        if self.lesson is None or (self._is_beginning and not self._set_up.is_ready):
            return
        step = self.lesson.steps[self.number]
        if self._is_beginning:
            self._is_beginning = False
            self._set_up.finish(step.set_up)
            self._watch = GoalWatch(step.goal, self._session, self._ways) if step.goal else None
        if self._watch and self._watch.is_reached and step.goal:
            self.is_reached, self._watch = True, None
            self.dock.show_goal(step.goal.words, is_reached=True)
        if self._watch is None:
            self._look.stop()
