"""The menu bar, built from the list of actions."""

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from digitgui.frame.action import Action, Choices
from digitgui.frame.actions import ACTIONS, THEME
from digitgui.frame.data_actions import OPEN_DATA
from digitgui.frame.window_parts import WindowParts
from digitgui.widgets.building import explain_button

__all__ = ["Menus"]


class Menus(QObject):
    """Builds the menu bar of a window and keeps it up to date.

    Parameters
    ----------
    window : WindowParts
        Complete but for its menus.
    """

    def __init__(self, window: WindowParts) -> None:
        super().__init__(window)
        self._window = window
        self._actions: dict[Action, QAction] = {}
        self._menus: dict[str, QMenu] = {}
        for one in ACTIONS:
            menu = self._menu(one.menu)
            if one.line:
                menu.addSeparator()
            if isinstance(one, Action):
                self._actions[one] = self._added(menu, one)
            else:
                choices = menu.addMenu(one.text)
                choices.aboutToShow.connect(partial(self._fill, choices, one))
        themes = QActionGroup(self)
        for action in self._menus[THEME].actions():
            themes.addAction(action)
        session, run = window.session, window.session.trainings.run
        window.ways.pages.shown.connect(self.refresh)
        window.pen.erasing_changed.connect(self.refresh)
        run.state_changed.connect(self.refresh)
        session.trainings.runs_changed.connect(self.refresh)
        session.trainings.stopped_changed.connect(self.refresh)
        session.undo_stack.indexChanged.connect(self.refresh)
        window.ways.pages.built.connect(self._explain_buttons)
        self._explain_buttons(window.dock)
        self.refresh()

    def trigger(self, name: str) -> None:
        """Do what the action of this name does, as if its menu had been opened and it were chosen there."""
        self.refresh()
        next(entry for one, entry in self._actions.items() if one.name == name).trigger()

    def refresh(self) -> None:
        """Let every entry, and its key, be as things stand now."""
        for one, action in self._actions.items():
            action.setEnabled(not one.reason(self._window))
            if one.is_on:
                action.setChecked(one.is_on(self._window))
            if one.now:
                action.setText(one.now(self._window))

    def _menu(self, path: str) -> QMenu:
        """Return the menu of this path, which is made when it is first asked for."""
        if path not in self._menus:
            above, _, title = path.rpartition("/")
            if path == OPEN_DATA:
                menu = self._window.ways.surroundings.open_data_menu  # pages have it, too
                self._menu(above).addMenu(menu)
            else:
                menu = (self._menu(above) if above else self._window.menuBar()).addMenu(title)
            menu.aboutToShow.connect(self.refresh)
            self._menus[path] = menu
        return self._menus[path]

    def _added(self, menu: QMenu, one: Action) -> QAction:
        action = QAction(one.text, self)  # lives as long as what refreshes it
        menu.addAction(action)
        action.setObjectName(one.name)
        action.setShortcuts([QKeySequence(key) for key in one.keys.split()])
        action.setStatusTip(one.about)
        action.setCheckable(one.is_on is not None)
        action.triggered.connect(lambda _checked: self._run(one))
        return action

    def _explain_buttons(self, part: QWidget) -> None:
        """Let the buttons that do what an action does tell the same, and name its key."""
        by_name = {one.name: one for one in self._actions}
        for button in part.findChildren(QAbstractButton):
            if one := by_name.get(button.property("does") or ""):
                explain_button(button, one.about, one.keys)

    def _run(self, one: Action) -> None:
        one.run(self._window)
        self.refresh()

    def _fill(self, menu: QMenu, choices: Choices) -> None:
        menu.clear()
        for text, choose in choices.entries(self._window):
            menu.addAction(text.replace("&", "&&")).triggered.connect(lambda _checked, choose=choose: choose())
        if menu.isEmpty():
            menu.addAction(choices.none).setEnabled(False)
