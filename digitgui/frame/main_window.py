"""The window: a rail of pages, the drawing beside them, menus, and one line of state."""

from PySide6.QtCore import QChildEvent, QEvent, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QDockWidget, QFileDialog, QWidget

from digitgui.drawings.prediction import takes_drawings
from digitgui.frame.action import Action, written_keys
from digitgui.frame.actions import ACTIONS
from digitgui.frame.announcing import Announcer
from digitgui.frame.arrivals import Arrivals
from digitgui.frame.banner_news import tell_in_banner
from digitgui.frame.closing import shut_down
from digitgui.frame.drawing_dock import DrawingDock
from digitgui.frame.files import Files
from digitgui.frame.getting_ready import GettingReady
from digitgui.frame.guide import Guide
from digitgui.frame.lessons import Lessons
from digitgui.frame.menu_keys import ask_for_menu, is_for_menu
from digitgui.frame.menus import Menus
from digitgui.frame.page_list import remembered_page
from digitgui.frame.page_stack import PageStack
from digitgui.frame.printing import ReportPrinting
from digitgui.frame.projector import Projector
from digitgui.frame.state_line import StateLine
from digitgui.frame.ways import Ways
from digitgui.frame.window_parts import SMALLEST, WindowParts
from digitgui.looks.file_dialog_looks import dress_file_dialog
from digitgui.looks.stylesheet import FRAME_SHEET
from digitgui.looks.theme import Theme, app_icon
from digitgui.looks.theme_controller import ThemeController, dress, take_style, take_typeface
from digitgui.pages.page import Surroundings
from digitgui.session import Session
from digitgui.settings import Settings
from digitgui.widgets.accessible_roles import tell_roles
from digitgui.widgets.banner import Banner
from digitgui.widgets.building import button, column_of, row_of
from digitgui.widgets.ink.canvas import Canvas
from digitgui.widgets.scrolling import bring_into_sight
from digitgui.widgets.typed_class import typed_label
from digitgui.work.overrides import guard_event_handlers

__all__ = ["MainWindow"]


class MainWindow(WindowParts):
    """The whole program in a window.

    Parameters
    ----------
    settings : Settings, optional
        The user's own if not given.
    hurries : bool
        Whether even the Draw and the Train page may be built when they are first wanted. Scripts look for their
        parts by name.

    Attributes
    ----------
    session : Session
        What is open.
    ways : Ways
        To what lies on another page.
    """

    def __init__(self, settings: Settings | None = None, *, hurries: bool = False) -> None:
        guard_event_handlers()
        take_style()
        tell_roles()
        take_typeface()
        super().__init__()
        self.settings = settings or Settings()
        self._is_closing = False
        self.session = Session(self.settings, self)
        surroundings = Surroundings(self.settings, self)
        self.pen = surroundings.pen
        self._pages = PageStack(self.session, surroundings)
        self.dock = DrawingDock(self.session, self.pen)
        middle = QWidget()
        self.banner = Banner(middle, lambda: self.session.drawing.live is not None)
        self.ways = Ways(self.session, self._pages, surroundings, self.banner)
        self.state_line = StateLine(self.session, self.statusBar())

        self.setWindowIcon(app_icon())
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST)
        self.take_usual_place()
        column_of((self._pages, 1), inside=middle)
        self.setCentralWidget(middle)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        self.setStyleSheet(FRAME_SHEET)
        # last, or every part would be dressed again whenever it is put into another
        self.themes = ThemeController(self.settings, self)
        self.files = Files(self, self.session)
        self.printing = ReportPrinting(self, self.session, self.ways)
        self.lessons = Lessons(self, self.session, self.ways, self.themes)
        self.arrivals = Arrivals(
            self, self.session, surroundings, lambda: self._pages.current.name, self.lessons.open
        )
        self.projector = Projector(self, self.themes, self._pages)
        self.guide = Guide(self, self.banner)
        self.menus = Menus(self)
        self.palette_wanted.connect(self.open_palette)
        self._show_search_button()
        self._connect()
        self._restore_layout()
        self._apply_theme(self.themes.theme)
        self._show_title()
        if not hurries:
            _ = self.draw_page, self.train_page
        if self.session.model.is_dirty:
            self.banner.show_notice("Restored your unsaved network from last time.")

    def get_ready(self) -> GettingReady:
        """Make ready, step by step, what has been left for later."""
        ready = GettingReady(self._pages, self.session)
        ready.done.connect(self.guide.mark_terms)
        return ready

    def tell_refused(self, sentence: str) -> None:
        """Say what a number field has not taken."""
        self.banner.show_error(sentence)

    def forget_refused(self, sentence: str) -> None:
        """Say it no longer."""
        self.banner.forget_error(sentence)

    def open_palette(self) -> None:
        """Let everything that can be done be searched."""
        from digitgui.frame.palette import open_palette  # noqa: PLC0415  nothing of it is needed before

        open_palette(self)

    def _show_search_button(self) -> None:
        """Let the palette be found by those who know no keys."""
        (search,) = (one for one in ACTIONS if isinstance(one, Action) and one.name == "search")
        text = f"Search…   {written_keys(search.keys)}"
        opener = button(text, search.about, self.open_palette, shortcut=search.keys, name="searchButton")
        opener.setAccessibleName(search.title)
        if self.menuBar().isNativeMenuBar():  # which has no room for it
            self.statusBar().addPermanentWidget(opener)
        else:
            corner = QWidget(self.menuBar())  # or PySide would delete it
            row_of(opener, inside=corner).setContentsMargins(0, 2, 8, 2)
            self.menuBar().setCornerWidget(corner)

    # events

    def event(self, event: QEvent) -> bool:
        """Let a key that names a class say what the drawing was, also where a menu has it: E is an eraser, too."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_name = not self.session.model.task.is_digits and self._names_drawing(event) is not None
            if is_name:
                event.accept()
                return True
        return super().event(event)

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Hand the keys on, and bring into sight what has them: an area scrolls by itself only within itself."""
        found = super().focusNextPrevChild(forwards)
        bring_into_sight(self.focusWidget())
        return found

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a key that nothing else wanted: a digit says what the drawing was, Escape closes a message."""
        digit = self._names_drawing(event)
        if is_for_menu(event):
            ask_for_menu(self.focusWidget() or self)
        elif event.key() == Qt.Key.Key_Escape and self.banner.isVisible():
            self.banner.hide()
        elif event.key() == Qt.Key.Key_Escape and self.projector.is_on:
            self.projector.toggle()
        elif digit is not None and not event.isAutoRepeat():
            self.session.keeper.keep(digit)
        else:
            super().keyPressEvent(event)

    def _names_drawing(self, event: QKeyEvent) -> int | None:
        """Return the class whose name was typed, where one draws; None for another key, or elsewhere."""
        task = self.session.model.task
        draws = self._pages.current.has_canvas or isinstance(self.focusWidget(), Canvas)
        return typed_label(event, task) if draws and takes_drawings(task) else None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let files, folders and pictures be dropped on the window."""
        if self.arrivals.are_welcome(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what has been dropped."""
        event.acceptProposedAction()
        self.arrivals.take(event.mimeData())

    def childEvent(self, event: QChildEvent) -> None:
        """Dress a dialog or a menu before it is seen."""
        super().childEvent(event)
        child = event.child()
        if event.type() == QEvent.Type.ChildPolished and isinstance(child, QWidget) and child.isWindow():
            dress(child, self.themes.sheet)
            if isinstance(child, QFileDialog):
                dress_file_dialog(child, self.themes.theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the drawing stand beside the pages where there is room."""
        super().resizeEvent(event)
        self.show_dock()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the training, keep what is unsaved, remember the layout; stay open where that fails."""
        if self._pages.is_built("runs"):
            self.runs_page.detail.keep_note()  # as long as anything can still be written
        self.projector.end()
        self.settings.set("window/geometry", self.saveGeometry())
        self.settings.set("window/state", self.saveState())
        if self._is_closing or not self._shut_down():
            event.ignore()
            return
        self.settings.save()
        event.accept()

    def _shut_down(self) -> bool:
        """Shut down once: the end of the computer's session may come while a question is open."""
        self._is_closing = True
        try:
            if self.session.trainings.run.shut_down():
                self.lessons.end()
            return shut_down(self, self.session)
        finally:
            self._is_closing = False

    # what belongs to the window as a whole

    def _connect(self) -> None:
        self.themes.changed.connect(self._apply_theme)
        self._pages.shown.connect(self._see_page)
        self._pages.built.connect(self._see_canvases)
        self.projector.changed.connect(self.show_dock)
        self.lessons.shown_changed.connect(self.show_dock)
        for forget in (self.banner.forget_notice, self.banner.forget_earlier_errors):
            self.lessons.shown_changed.connect(forget)  # the network and data that they are about go
        self._see_canvases(self.dock)
        tell_in_banner(self.session, self.banner, self.ways.show_sweep)
        Announcer(self, self.session)
        self.session.model.changed.connect(self._see_model)

    def _restore_layout(self) -> None:
        self.restoreGeometry(self.settings.blob("window/geometry"))
        self.restoreState(self.settings.blob("window/state"))
        self.show_page(remembered_page(self.settings))

    def _see_canvases(self, part: QWidget) -> None:
        """Hear of the canvases of a part that has just been built, and let them look as the others do."""
        for canvas in part.findChildren(Canvas):
            canvas.picture_dropped.connect(self.arrivals.take_picture)
            canvas.nothing_to_erase.connect(self._tell_of_eraser)
            canvas.use_photo(self.session.photo)
            canvas.set_task(self.session.model.task)
            canvas.set_guide(self.shows_guide)

    def _see_page(self) -> None:
        self.banner.forget_old_errors()
        self.show_dock()

    def _tell_of_eraser(self) -> None:
        remedy = "Press E to switch the eraser off" if self.pen.erasing else "Draw with the left button"
        self.banner.show_notice(f"There is nothing to erase yet. {remedy}.")

    def _apply_theme(self, theme: Theme) -> None:
        self.style().unpolish(self)  # which forgets the colours of its own sheet
        self.style().polish(self)
        children = self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        windows = [child for child in children if child.isWindow()]
        docks = [child for child in children if isinstance(child, QDockWidget)]
        for part in (self.menuBar(), self.statusBar(), *docks, self.banner, *windows):
            dress(part, self.themes.sheet)
        self._pages.set_theme(theme, self.themes.sheet)
        self.dock.set_theme(theme)
        self.show_dock()

    def _see_model(self) -> None:
        for canvas in self.findChildren(Canvas):
            canvas.set_task(self.session.model.task)
        self._show_title()

    def _show_title(self) -> None:
        model = self.session.model
        self.setWindowTitle(f"{model.name}{' *' if model.is_dirty else ''} – digitgui")
