"""The menus: every command of the window, with its key."""

import os
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from digitgui.asking.drawing_files import open_drawing, open_photo, save_drawing
from digitgui.documents.model_document import unsaved_title
from digitgui.frame.arrivals import Arrivals
from digitgui.frame.files import Files
from digitgui.frame.help import show_about, show_shortcuts
from digitgui.frame.page_list import PAGES
from digitgui.frame.printing import ReportPrinting
from digitgui.frame.properties import show_properties
from digitgui.frame.ways import Ways
from digitgui.installation.shipped import DEFAULT
from digitgui.looks.theme_controller import ThemeChoice, ThemeController
from digitgui.session import Session
from digitgui.work.training_worker import RunState
from model.readers.library_data import OPENML_MNIST, SCIKIT_LEARN_DIGITS
from model.readers.sources import BUNDLED

__all__ = ["Menus"]


class Menus:
    """Builds the menu bar of a window and keeps it up to date.

    Parameters
    ----------
    window : QMainWindow
        Whose bar it is.
    session : Session
    ways : Ways
    files : Files
    arrivals : Arrivals
    themes : ThemeController

    Attributes
    ----------
    show_dock, guide : QAction
        Whether the drawing is shown beside the pages, and whether a canvas shows the box that a digit fills.
    reset_layout : QAction
        The window is wanted as it was at the very first start.
    """

    def __init__(
        self,
        window: QMainWindow,
        session: Session,
        ways: Ways,
        files: Files,
        arrivals: Arrivals,
        themes: ThemeController,
    ) -> None:
        self._window, self._session, self._ways, self._themes = window, session, ways, themes
        self._pen = ways.surroundings.pen
        self._build_file(files)
        self._build_edit(arrivals)
        self._build_view()
        self._build_model()
        self._build_data(files)
        self._build_help()
        ways.pages.shown.connect(self._enable_commands)
        session.trainings.run.state_changed.connect(self._show_training)
        session.trainings.runs_changed.connect(lambda: self._show_training(session.trainings.run.state))
        self._show_training(session.trainings.run.state)

    def _build_file(self, files: Files) -> None:
        window, session, menu = self._window, self._session, self._menu("&File")
        self._add(menu, "&Open model…", files.open_model, "Ctrl+O")
        self._recent(menu, "Open &recent model", "models", session.open_model)
        self._add(menu, "&Save model", files.save_model, "Ctrl+S")
        self._add(menu, "Save model &as…", files.save_model_as, "Ctrl+Shift+S")
        self._add(menu, "&Export model…", files.export_model)
        menu.addSeparator()
        self._add(menu, "Open &drawing…", lambda: open_drawing(window, session, self._pen.width))
        self._add(menu, "Open &photo…", lambda: open_photo(window, session))
        self._add(menu, "Save dra&wing…", lambda: save_drawing(window, session))
        menu.addSeparator()
        self._add(menu, "Pr&int report…", ReportPrinting(window, session, self._ways).start, "Ctrl+P")
        menu.addSeparator()
        self._add(menu, "&Quit", window.close, "Ctrl+Q")

    def _build_edit(self, arrivals: Arrivals) -> None:
        pen, menu = self._pen, self._menu("&Edit")
        stack = self._session.undo_stack
        for name, action, keys in (
            ("Undo", stack.createUndoAction(menu, "Undo"), ["Ctrl+Z"]),
            ("Redo", stack.createRedoAction(menu, "Redo"), ["Ctrl+Shift+Z", "Ctrl+Y"]),
        ):
            action.setData(name)  # for the help: the text tells what would be undone
            action.setShortcuts([QKeySequence(key) for key in keys])
            menu.addAction(action)
        self._add(menu, "&Paste picture", arrivals.paste_picture, "Ctrl+V")
        self._add(menu, "&Clear drawing", self._session.answering.clear, "Delete")
        menu.addSeparator()
        eraser = self._add_switch(menu, "&Eraser", False, "E")
        eraser.toggled.connect(pen.set_erasing)
        pen.erasing_changed.connect(eraser.setChecked)
        self._add(menu, "&Wider pen", lambda: pen.change(1), "]")
        self._add(menu, "&Narrower pen", lambda: pen.change(-1), "[")

    def _build_view(self) -> None:
        session, menu = self._session, self._menu("&View")
        for page in PAGES:
            self._add(menu, page.menu_title, partial(self._ways.pages.show_page, page.name), page.key)
        menu.addSeparator()
        shown = session.settings.flag("window/show_dock", True)
        self.show_dock = self._add_switch(menu, "Drawing &beside the pages", shown, "Ctrl+D")
        self._add(menu, "Re&play drawing", session.replay.start, "Ctrl+R")
        self.guide = self._add_switch(menu, "&Guide", session.settings.flag("draw/guide", True))
        themes = menu.addMenu("&Theme")
        group = QActionGroup(themes)
        for choice in ThemeChoice:
            entry = self._add(themes, f"&{choice.capitalize()}", partial(self._themes.choose, choice))
            entry.setCheckable(True)
            entry.setChecked(self._themes.choice is choice)
            group.addAction(entry)
        menu.addSeparator()
        larger = self._add(menu, "&Larger text", partial(self._themes.enlarge_text, 1))
        larger.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
        self._add(menu, "&Smaller text", partial(self._themes.enlarge_text, -1), "Ctrl+-")
        self._add(menu, "&Normal text size", partial(self._themes.enlarge_text, 0), "Ctrl+0")
        full = self._add(menu, "&Full screen", self._toggle_full_screen, "F11")
        full.setCheckable(True)
        menu.aboutToShow.connect(lambda: full.setChecked(self._window.isFullScreen()))
        menu.addSeparator()
        self.reset_layout = menu.addAction("Reset la&yout")

    def _toggle_full_screen(self) -> None:
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _build_model(self) -> None:
        session, menu, page = self._session, self._menu("&Model"), self._ways.pages.page
        self._train = self._add(menu, "&Train", lambda: page("train").start(), "F5")
        self._pause = self._add(menu, "&Pause, resume or continue", lambda: page("train").pause_or_resume(), "F6")
        self._stop = self._add(menu, "&Stop", session.trainings.run.stop, "Shift+F5")
        self._add(menu, "&Copy training command", lambda: page("train").copy_command())
        self._add(menu, "&Find the fault…", self._ways.find_fault)
        menu.addSeparator()
        self._add(menu, "Open the &default model", lambda: session.open_model(DEFAULT))
        unsaved = menu.addMenu("&Unsaved networks")
        unsaved.aboutToShow.connect(lambda: self._fill_unsaved(unsaved))
        menu.addSeparator()
        self._add(menu, "P&roperties…", lambda: show_properties(self._window, session.model))

    def _build_data(self, files: Files) -> None:
        menu, page = self._menu("&Data"), self._ways.pages.page
        self._fill_opening(files)
        menu.addMenu(self._ways.surroundings.open_data_menu)
        self._add(menu, "&Save a copy as…", files.save_data_as)
        menu.addSeparator()
        self._add(menu, "Check &labels", self._ways.show_suspects)
        corrections = [
            self._add(menu, "&Exclude / include", lambda: page("data").exclude()),
            self._add(menu, "Label is &correct", lambda: page("data").keep()),
            self._add(menu, "&Add to my digits", lambda: page("data").add_to_personal()),
        ]
        menu.addSeparator()
        self._add(menu, "&Re-roll the augmented pictures", self._ways.roll, "R")
        menu.addSeparator()
        wrong = [
            self._add(menu, "&Next wrong picture", lambda: page("evaluate").next_wrong(), "N"),
            self._add(menu, "&Previous wrong picture", lambda: page("evaluate").previous_wrong(), "P"),
        ]
        self._only_on = {"data": corrections, "evaluate": wrong}

    def _fill_opening(self, files: Files) -> None:
        opening, session = self._ways.surroundings.open_data_menu, self._session
        self._add(opening, "&Folder…", files.open_data_folder, "Ctrl+Shift+D")
        self._add(opening, "F&ile…", files.open_data_file, "Ctrl+Shift+O")
        self._recent(opening, "&Recent", "data", session.data.open)
        opening.addSeparator()
        self._add(opening, "&Bundled digits", lambda: session.data.open(BUNDLED, ask=False))
        mine = self._add(opening, "&My digits", lambda: session.data.open(str(session.personal.path)))
        opening.aboutToShow.connect(lambda: mine.setEnabled(len(session.personal) > 0))
        self._add(opening, "&scikit-learn digits, 8 × 8", lambda: session.data.open(SCIKIT_LEARN_DIGITS))
        self._add(opening, "MNIST from &OpenML, 70,000 pictures", lambda: session.data.open(OPENML_MNIST))

    def _enable_commands(self, page: str) -> None:
        """Let commands about what one page shows hold only while it is seen."""
        for name, actions in self._only_on.items():
            for action in actions:
                action.setEnabled(name == page)

    def _build_help(self) -> None:
        window, menu = self._window, self._menu("&Help")
        self._add(menu, "&Keyboard shortcuts", lambda: show_shortcuts(window, window.menuBar()), "F1")
        self._add(menu, "&About digitgui", lambda: show_about(window))

    def _menu(self, title: str) -> QMenu:
        return self._window.menuBar().addMenu(title)

    def _add(self, menu: QMenu, text: str, on_trigger: Callable[[], object], key: str = "") -> QAction:
        action = menu.addAction(text)
        action.triggered.connect(lambda _checked=False: on_trigger())
        if key:
            action.setShortcut(QKeySequence(key))
        return action

    def _add_switch(self, menu: QMenu, text: str, on: bool, key: str = "") -> QAction:
        action = self._add(menu, text, lambda: None, key)
        action.setCheckable(True)
        action.setChecked(on)
        return action

    def _recent(self, menu: QMenu, title: str, kind: str, open_: Callable[[str], object]) -> None:
        recent = menu.addMenu(title)
        recent.aboutToShow.connect(lambda: self._fill_recent(recent, kind, open_))

    def _fill_recent(self, menu: QMenu, kind: str, open_: Callable[[str], object]) -> None:
        menu.clear()
        for path in filter(os.path.exists, self._session.settings.recent(kind)):
            self._add(menu, path.replace("&", "&&"), lambda path=path: open_(path))  # type: ignore[misc]
        if menu.isEmpty():
            menu.addAction("Nothing opened yet").setEnabled(False)

    def _fill_unsaved(self, menu: QMenu) -> None:
        menu.clear()
        for path in self._session.model.unsaved():
            source, text = str(path), unsaved_title(path)
            self._add(
                menu,
                text.replace("&", "&&"),
                lambda source=source: self._session.open_model(source),  # type: ignore[misc]
            )
        if menu.isEmpty():
            menu.addAction("No unsaved networks").setEnabled(False)

    def _show_training(self, state: RunState) -> None:
        going = state in (RunState.RUNNING, RunState.PAUSED)
        self._train.setEnabled(state is RunState.IDLE)
        self._pause.setEnabled(going or self._session.trainings.can_continue)
        self._stop.setEnabled(going)
