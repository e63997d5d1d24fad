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
from digitgui.widgets.scrolling import ScrollColumn, StillArea

__all__ = ["PageStack"]

RAIL_WIDTH = 68
ICON_SIDE = 20
"""Pixels where text has 100 %."""
Kind = TypeVar("Kind", bound=Page)


class PageStack(QWidget):
    """Builds every page of the list, some of them only when they are first wanted, and shows one of them.

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
        self._session, self._surroundings = session, surroundings
        self._pages: dict[PageEntry, Page] = {}
        self._stack = QStackedWidget()
        self._areas = [StillArea() for _ in PAGES]
        for entry, area in zip(PAGES, self._areas, strict=True):
            if not entry.waits:
                self._built(entry)
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
        """Return the one page of a kind; it is built now if it has waited."""
        page = self._built(next(entry for entry in PAGES if entry.kind is kind))
        assert isinstance(page, kind)
        return page

    def page_built(self, kind: type[Kind]) -> Kind | None:
        """Return the one page of a kind, unless it still waits."""
        return next((page for page in self._pages.values() if isinstance(page, kind)), None)

    def show_page(self, name: str) -> None:
        """Show the page of this name, and remember it."""
        number = [entry.name for entry in PAGES].index(name)
        page = self._built(PAGES[number])
        self._dress(number)
        self._stack.setCurrentIndex(number)
        self._make_room()
        page.setFocus()
        self._buttons.button(number).setChecked(True)
        remember_page(self._session.settings, name)
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

    def _built(self, entry: PageEntry) -> Page:
        """Return a page, which is built when it is first asked for."""
        if entry not in self._pages:
            self._pages[entry] = page = entry.kind(self._session, self._surroundings)
            self._areas[PAGES.index(entry)].hold(page)
        return self._pages[entry]

    def _dress(self, number: int) -> None:
        """Let a page wear what has been given, unless it does so."""
        page = self._built(PAGES[number])
        if self._looks is not None and self._worn.get(page) != self._looks:
            self._worn[page] = self._looks
            theme, sheet = self._looks
            dress(self._areas[number], sheet)
            page.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the pictures of the page grow with the window."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Let the page that is shown take the size that its room and its text ask for, if they have changed."""
        page, sizes = self._built(self.current), (room_of(self.size()), text_scale())
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
