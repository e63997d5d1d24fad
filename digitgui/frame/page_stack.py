"""The rail, and the pages that it shows."""

from typing import TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from digitgui.frame.page_list import PAGES, PageEntry, remember_page
from digitgui.looks.sizes import by_text, room_of, text_scale
from digitgui.looks.theme import Theme, icon
from digitgui.looks.theme_controller import dress
from digitgui.pages.page import Page, Surroundings
from digitgui.session import Session
from digitgui.widgets.building import with_shortcut
from digitgui.widgets.scrolling import ScrollColumn, scrolled

__all__ = ["PageStack"]

RAIL_WIDTH = 68
ICON_SIDE = 20
"""Pixels where text has 100 %."""
Kind = TypeVar("Kind", bound=Page)


class PageStack(QWidget):
    """Builds every page of the list, and shows one of them.

    Parameters
    ----------
    session : Session
    surroundings : Surroundings
        Of the pages.

    Signals
    -------
    shown(str)
        The page of this name has been asked for and is shown.
    """

    shown = Signal(str)

    def __init__(self, session: Session, surroundings: Surroundings) -> None:
        super().__init__()
        self._settings = session.settings
        self._pages = [entry.kind(session, surroundings) for entry in PAGES]
        self._stack = QStackedWidget()
        self._scrolled = [scrolled(page) for page in self._pages]
        for area in self._scrolled:
            self._stack.addWidget(area)
        self._sizes: dict[Page, tuple[float, float]] = {}  # room and text that each has taken its size for
        self._looks: tuple[Theme, str] | None = None
        self._worn: dict[Page, tuple[Theme, str]] = {}
        self._buttons = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._rail = ScrollColumn(self._buttons_in_rail())
        layout.addWidget(self._rail)
        layout.addWidget(self._stack, 1)

    @property
    def current(self) -> PageEntry:
        """The page that is shown."""
        return PAGES[self._stack.currentIndex()]

    def page(self, kind: type[Kind]) -> Kind:
        """Return the one page of a kind."""
        return next(page for page in self._pages if isinstance(page, kind))

    def show_page(self, name: str) -> None:
        """Show the page of this name, and remember it."""
        number = [entry.name for entry in PAGES].index(name)
        self._dress(number)
        self._stack.setCurrentIndex(number)
        self._make_room()
        self._pages[number].setFocus()
        self._buttons.button(number).setChecked(True)
        remember_page(self._settings, name)
        self.shown.emit(name)

    def set_theme(self, theme: Theme, sheet: str) -> None:
        """Take the colours and the style sheet of a theme; a page that is not shown does so when it is shown next.

        Six pages together take Qt 0.2 s, in which nothing else happens.
        """
        self._looks = theme, sheet
        dress(self._rail, sheet)
        for number, entry in enumerate(PAGES):
            button = self._buttons.button(number)
            button.setIcon(icon(entry.icon, theme.muted, theme.accent))
            button.setIconSize(QSize(by_text(ICON_SIDE), by_text(ICON_SIDE)))
            if number == self._stack.currentIndex():
                self._dress(number)
        self._make_room()

    def _dress(self, number: int) -> None:
        """Let a page wear what has been given, unless it does so."""
        page = self._pages[number]
        if self._looks is not None and self._worn.get(page) != self._looks:
            self._worn[page] = self._looks
            theme, sheet = self._looks
            dress(self._scrolled[number], sheet)
            page.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the pictures of the page grow with the window."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Let the page that is shown take the size that its room and its text ask for, if they have changed."""
        page, sizes = self._pages[self._stack.currentIndex()], (room_of(self.size()), text_scale())
        if self._sizes.get(page) != sizes:
            self._sizes[page] = sizes
            page.set_room(sizes[0])

    def _buttons_in_rail(self) -> QFrame:
        rail = QFrame()
        rail.setObjectName("rail")
        layout = QVBoxLayout(rail)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(4)
        for number, entry in enumerate(PAGES):
            button = QToolButton()
            button.setObjectName(f"{entry.name}PageButton")
            button.setText(entry.title)
            button.setCheckable(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(with_shortcut(f"Show the {entry.title} page", entry.key))
            self._buttons.addButton(button, number)
            layout.addWidget(button)
        layout.addStrut(RAIL_WIDTH)  # more where texts are larger
        layout.addStretch(1)
        self._buttons.idClicked.connect(lambda number: self.show_page(PAGES[number].name))
        return rail
