"""The rail, and the pages that it shows."""

from typing import TYPE_CHECKING, Literal, overload

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
from digitgui.work.overrides import guard_event_handlers

if TYPE_CHECKING:  # each is imported when it is first wanted
    from digitgui.pages.data.data_page import DataPage
    from digitgui.pages.draw.draw_page import DrawPage
    from digitgui.pages.evaluate.evaluate_page import EvaluatePage
    from digitgui.pages.hand.my_hand_page import MyHandPage
    from digitgui.pages.inspect.inspect_page import InspectPage
    from digitgui.pages.runs.runs_page import RunsPage
    from digitgui.pages.sheets.sheets_page import SheetsPage
    from digitgui.pages.train.train_page import TrainPage

__all__ = ["PageStack"]

RAIL_WIDTH = 68
ICON_SIDE = 20
"""Pixels where text has 100 %."""


class PageStack(QWidget):
    """Builds each page of the list when it is first wanted, and shows one of them.

    Parameters
    ----------
    session : Session
    surroundings : Surroundings
        Of the pages.

    Signals
    -------
    built(Page)
        This page is there from now on.
    shown(str)
        The page of this name has been asked for and is shown.
    """

    built = Signal(object)
    shown = Signal(str)

    def __init__(self, session: Session, surroundings: Surroundings) -> None:
        super().__init__()
        self._session, self._surroundings = session, surroundings
        self._pages: dict[PageEntry, Page] = {}
        self._stack = QStackedWidget()
        self._areas = [StillArea() for _ in PAGES]
        for area in self._areas:
            self._stack.addWidget(area)
        self._shown_page: Page | None = None
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

    @overload
    def page(self, name: Literal["draw"]) -> "DrawPage": ...
    @overload
    def page(self, name: Literal["inspect"]) -> "InspectPage": ...
    @overload
    def page(self, name: Literal["sheets"]) -> "SheetsPage": ...
    @overload
    def page(self, name: Literal["hand"]) -> "MyHandPage": ...
    @overload
    def page(self, name: Literal["data"]) -> "DataPage": ...
    @overload
    def page(self, name: Literal["train"]) -> "TrainPage": ...
    @overload
    def page(self, name: Literal["evaluate"]) -> "EvaluatePage": ...
    @overload
    def page(self, name: Literal["runs"]) -> "RunsPage": ...
    @overload
    def page(self, name: str) -> Page: ...
    def page(self, name: str) -> Page:
        """Return the page of this name; it is built now if it has waited."""
        return self._built(next(entry for entry in PAGES if entry.name == name))

    def is_built(self, name: str) -> bool:
        """Whether the page of this name is there, and waits no longer."""
        return any(entry.name == name for entry in self._pages)

    def show_page(self, name: str) -> None:
        """Show the page of this name, and remember it."""
        number = [entry.name for entry in PAGES].index(name)
        page = self._built(PAGES[number])
        self._shown_page = page
        self._dress(number)
        self._stack.setCurrentIndex(number)
        self._make_room()
        page.setFocus()
        self._buttons.button(number).setChecked(True)
        remember_page(self._session.settings, name)
        self.shown.emit(name)

    def dress_page(self, name: str) -> None:
        """Let the page of this name, which may not be seen, look as it would if it were shown."""
        self._dress([entry.name for entry in PAGES].index(name))

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
            if self._pages.get(entry) is self._shown_page is not None:
                self._dress(number)
        self._make_room()

    def _built(self, entry: PageEntry) -> Page:
        """Return a page, which is built when it is first asked for."""
        if entry not in self._pages:
            kind = entry.kind
            guard_event_handlers()  # those that have just been imported
            self._pages[entry] = page = kind(self._session, self._surroundings)
            self._areas[PAGES.index(entry)].hold(page)
            self.built.emit(page)
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
        if self._shown_page is None:
            return
        page, sizes = self._shown_page, (room_of(self.size()), text_scale())
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
            button.setToolTip(with_shortcut(entry.about.rstrip("."), entry.key))
            self._buttons.addButton(button, number)
            layout.addWidget(button)
        layout.addStrut(RAIL_WIDTH)  # more where texts are larger
        layout.addStretch(1)
        self._buttons.idClicked.connect(lambda number: self.show_page(PAGES[number].name))
        return rail
