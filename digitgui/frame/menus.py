"""The menus: every command of the window, with its key."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from digitgui.asking.drawing_files import open_drawing, open_photo, save_drawing
from digitgui.documents.model_document import name_and_time
from digitgui.frame.help import show_about, show_shortcuts
from digitgui.installation.shipped import DEFAULT
from digitgui.looks.theme_controller import ThemeChoice
from digitgui.work.training_worker import RunState
from model.readers.library_data import OPENML_MNIST, SCIKIT_LEARN_DIGITS
from model.readers.sources import BUNDLED

if TYPE_CHECKING:
    from digitgui.frame.main_window import MainWindow

__all__ = ["Menus"]


class Menus:
    """Builds the menu bar of a window and keeps it up to date.

    Attributes
    ----------
    show_dock : QAction
        Whether the drawing stands beside the pages.
    """

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._build_file()
        self._build_edit()
        self._build_view()
        self._build_model()
        self._build_data()
        self._build_help()
        window.session.trainings.run.state_changed.connect(self._show_training)
        window.session.trainings.runs_changed.connect(
            lambda: self._show_training(window.session.trainings.run.state)
        )
        self._show_training(window.session.trainings.run.state)

    def _build_file(self) -> None:
        window, menu = self._window, self._menu("&File")
        self._add(menu, "&Open model…", window.open_model_file, "Ctrl+O")
        self._recent(menu, "Open &recent model", "models", window.session.open_model)
        self._add(menu, "&Save model", window.save_model, "Ctrl+S")
        self._add(menu, "Save model &as…", window.save_model_as, "Ctrl+Shift+S")
        menu.addSeparator()
        self._add(menu, "Open &drawing…", lambda: open_drawing(window, window.session, window.pen.width))
        self._add(menu, "Open &photo…", lambda: open_photo(window, window.session))
        self._add(menu, "Save dra&wing…", lambda: save_drawing(window, window.session))
        menu.addSeparator()
        self._add(menu, "&Quit", window.close, "Ctrl+Q")

    def _build_edit(self) -> None:
        window, menu = self._window, self._menu("&Edit")
        stack = window.session.undo_stack
        for action, keys in (
            (stack.createUndoAction(menu, "Undo"), ["Ctrl+Z"]),
            (stack.createRedoAction(menu, "Redo"), ["Ctrl+Shift+Z", "Ctrl+Y"]),
        ):
            action.setData(action.text().split()[0])
            action.setShortcuts([QKeySequence(key) for key in keys])
            menu.addAction(action)
        self._add(menu, "&Paste picture", window.paste_picture, "Ctrl+V")
        self._add(menu, "&Clear drawing", window.session.drawing.clear, "Delete")
        menu.addSeparator()
        eraser = self._add(menu, "&Eraser", lambda: None, "E")
        eraser.setCheckable(True)
        eraser.toggled.connect(window.pen.set_erasing)
        window.pen.erasing_changed.connect(eraser.setChecked)
        self._add(menu, "&Wider pen", lambda: window.pen.change(1), "]")
        self._add(menu, "&Narrower pen", lambda: window.pen.change(-1), "[")

    def _build_view(self) -> None:
        window, menu = self._window, self._menu("&View")
        pages = ((0, "&Draw"), (3, "My &hand"), (1, "D&ata"), (2, "T&rain"), (4, "E&valuate"), (5, "R&uns"))
        for index, title in pages:
            self._add(menu, title, lambda index=index: window.show_page(index), f"Ctrl+{index + 1}")  # type: ignore[misc]
        menu.addSeparator()
        self.show_dock = self._add(menu, "Drawing &beside the pages", lambda: None, "Ctrl+D")
        self.show_dock.setCheckable(True)
        self.show_dock.setChecked(window.settings.flag("window/show_dock", True))
        self.show_dock.toggled.connect(window.set_dock_wanted)
        self._add(menu, "Re&play the drawing", window.session.replay.start, "Ctrl+R")
        guide = self._add(menu, "&Guide", lambda: None)
        guide.setCheckable(True)
        guide.setChecked(window.settings.flag("draw/guide", True))
        guide.toggled.connect(window.set_guide)
        window.set_guide(guide.isChecked())
        themes = menu.addMenu("&Theme")
        group = QActionGroup(themes)
        for choice in ThemeChoice:
            entry = themes.addAction(f"&{choice.capitalize()}")
            entry.setCheckable(True)
            entry.setChecked(window.themes.choice is choice)
            entry.triggered.connect(lambda _checked=False, choice=choice: window.themes.choose(choice))
            group.addAction(entry)
        menu.addSeparator()
        self._add(menu, "Reset &layout", window.reset_layout)

    def _build_model(self) -> None:
        window, menu = self._window, self._menu("&Model")
        self._train = self._add(menu, "&Train", window.train_page.start, "F5")
        self._pause = self._add(menu, "&Pause, resume or continue", window.train_page.pause_or_resume, "F6")
        self._stop = self._add(menu, "&Stop", window.session.trainings.run.stop, "Shift+F5")
        self._add(menu, "&Copy training command", window.train_page.copy_command)
        menu.addSeparator()
        self._add(menu, "Open the &default model", lambda: window.session.open_model(DEFAULT))
        unsaved = menu.addMenu("&Unsaved networks")
        unsaved.aboutToShow.connect(lambda: self._fill_unsaved(unsaved))

    def _build_data(self) -> None:
        window, menu = self._window, self._menu("&Data")
        opening, session = window.open_data_menu, window.session
        menu.addMenu(opening)
        self._add(opening, "&Folder…", window.open_data_folder, "Ctrl+Shift+D")
        self._add(opening, "F&ile…", window.open_data_file, "Ctrl+Shift+O")
        self._recent(opening, "&Recent", "data", session.data.open)
        opening.addSeparator()
        self._add(opening, "The &bundled digits", lambda: session.data.open(BUNDLED))
        mine = self._add(opening, "&My digits", lambda: session.data.open(str(session.personal.path)))
        opening.aboutToShow.connect(lambda: mine.setEnabled(len(session.personal) > 0))
        self._add(opening, "&scikit-learn's digits of 8 × 8", lambda: session.data.open(SCIKIT_LEARN_DIGITS))
        self._add(opening, "MNIST's 70,000 from &OpenML (fetched)", lambda: session.data.open(OPENML_MNIST))
        self._add(menu, "&Save a copy as…", window.save_data_as)
        menu.addSeparator()
        page = window.data_page
        self._add(menu, "Find s&uspects", window.show_suspects)
        self._corrections = [
            self._add(menu, "&Leave out, or take in", page.exclude),
            self._add(menu, "&Keep the label", page.keep),
            self._add(menu, "&Add to my digits", page.add_to_personal),
        ]
        menu.addSeparator()
        self._add(menu, "&Re-roll the augmented pictures", page.augmentation.roll, "R")
        menu.addSeparator()
        self._evaluation = [
            self._add(menu, "&Next wrong picture", window.evaluate_page.next_wrong, "N"),
            self._add(menu, "&Previous wrong picture", window.evaluate_page.previous_wrong, "P"),
        ]

    def enable_corrections(self, enabled: bool) -> None:
        """Let selected pictures be corrected, or not, where nobody sees them."""
        for action in self._corrections:
            action.setEnabled(enabled)

    def enable_evaluation(self, enabled: bool) -> None:
        """Let wrong pictures be gone to, or not, where nobody sees them."""
        for action in self._evaluation:
            action.setEnabled(enabled)

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

    def _recent(self, menu: QMenu, title: str, kind: str, open_: Callable[[str], object]) -> None:
        recent = menu.addMenu(title)
        recent.aboutToShow.connect(lambda: self._fill_recent(recent, kind, open_))

    def _fill_recent(self, menu: QMenu, kind: str, open_: Callable[[str], object]) -> None:
        menu.clear()
        for path in filter(os.path.exists, self._window.settings.recent(kind)):
            self._add(menu, path.replace("&", "&&"), lambda path=path: open_(path))  # type: ignore[misc]
        if menu.isEmpty():
            menu.addAction("Nothing has been opened yet").setEnabled(False)

    def _fill_unsaved(self, menu: QMenu) -> None:
        menu.clear()
        for path in self._window.session.model.unsaved():
            source, text = str(path), ", ".join(filter(None, name_and_time(path)))
            self._add(
                menu,
                text.replace("&", "&&"),
                lambda source=source: self._window.session.open_model(source),  # type: ignore[misc]
            )
        if menu.isEmpty():
            menu.addAction("Everything has been saved").setEnabled(False)

    def _show_training(self, state: RunState) -> None:
        going = state in (RunState.RUNNING, RunState.PAUSED)
        self._train.setEnabled(state is RunState.IDLE)
        self._pause.setEnabled(going or self._window.session.trainings.can_continue)
        self._stop.setEnabled(going)
