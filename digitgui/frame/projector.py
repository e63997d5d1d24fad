"""Shows the window to a class: large text, high contrast, and only what matters."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMainWindow, QWidget

from digitgui.frame.page_stack import PageStack
from digitgui.looks.theme_controller import ThemeController
from digitgui.widgets.building import ASIDE

__all__ = ["Projector"]


class Projector(QObject):
    """Fills the screen, and goes back to exactly what was before; nothing of it is remembered.

    Parameters
    ----------
    window : QMainWindow
    themes : ThemeController
    pages : PageStack

    Attributes
    ----------
    is_on : bool

    Signals
    -------
    changed()
    """

    changed = Signal()

    def __init__(self, window: QMainWindow, themes: ThemeController, pages: PageStack) -> None:
        super().__init__(window)
        self._window, self._themes = window, themes
        self.is_on = False
        self._state = window.windowState()
        self._hidden: list[QWidget] = []
        pages.built.connect(self._hide_parts)

    def toggle(self) -> None:
        """Begin, or go back."""
        if self.is_on:
            self.end()
        else:
            self._begin()

    def end(self) -> None:
        """Go back, if it is on."""
        if self.is_on:
            self.is_on = False
            self._window.setWindowState(self._state)
            self._themes.project(0)
            for part in self._hidden:
                part.show()
            self._hidden = []
            self.changed.emit()

    def _begin(self) -> None:
        self.is_on = True
        self._state = self._window.windowState()
        self._hide(self._window.statusBar())
        self._hide_parts(self._window)
        self._themes.project(self._window.screen().size().width())
        self._window.setWindowState(self._state | Qt.WindowState.WindowFullScreen)
        self.changed.emit()

    def _hide_parts(self, whole: QWidget) -> None:
        """Hide what is of no use to a class, also on a page that has just been built."""
        if self.is_on:
            for part in whole.findChildren(QWidget):
                if part.property(ASIDE):
                    self._hide(part)

    def _hide(self, part: QWidget) -> None:
        if not part.isHidden():
            part.hide()
            self._hidden.append(part)
