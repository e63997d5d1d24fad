"""The window: a rail of pages, the drawing beside them, menus, and one line of state."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QChildEvent, QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from digitgui.drawings.prediction import takes_drawings
from digitgui.frame.arrivals import Arrivals
from digitgui.frame.banner_news import tell_in_banner
from digitgui.frame.closing import shut_down
from digitgui.frame.drawing_dock import DrawingDock
from digitgui.frame.files import Files
from digitgui.frame.getting_ready import GettingReady
from digitgui.frame.menus import Menus
from digitgui.frame.page_list import remembered_page
from digitgui.frame.page_stack import PageStack
from digitgui.frame.state_line import StateLine
from digitgui.frame.ways import Ways
from digitgui.looks.sizes import by_text
from digitgui.looks.stylesheet import FRAME_SHEET
from digitgui.looks.theme import Theme, app_icon
from digitgui.looks.theme_controller import ThemeController, dress, take_style, take_typeface
from digitgui.pages.page import Surroundings
from digitgui.session import Session
from digitgui.settings import Settings
from digitgui.widgets.banner import Banner
from digitgui.widgets.building import column_of
from digitgui.widgets.ink.canvas import Canvas
from digitgui.widgets.typed_class import typed_label
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

__all__ = ["MainWindow"]

SMALLEST = QSize(960, 548)
USUAL = QSize(1280, 800)
FRAME = QSize(16, 48)
"""Room for what a desktop puts around a window, which is not known before the window is seen."""


class MainWindow(QMainWindow):
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
        self._arrivals = Arrivals(self, self.session, surroundings, lambda: self._pages.current.name)
        self.state_line = StateLine(self.session, self.statusBar())

        self.setWindowIcon(app_icon())
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST)
        self._take_usual_place()
        column_of((self._pages, 1), inside=middle)
        self.setCentralWidget(middle)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        self.setStyleSheet(FRAME_SHEET)
        # last, or every part would be dressed again whenever it is put into another
        self.themes = ThemeController(self.settings, self)
        files = Files(self, self.session)
        self.menus = Menus(self, self.session, self.ways, files, self._arrivals, self.themes)
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
        return GettingReady(self._pages, self.session)

    # the pages, each of which is built when it is first wanted

    @property
    def draw_page(self) -> "DrawPage":
        """The Draw page."""
        return self._pages.page("draw")

    @property
    def inspect_page(self) -> "InspectPage":
        """The Inspect page."""
        return self._pages.page("inspect")

    @property
    def sheets_page(self) -> "SheetsPage":
        """The Sheets page."""
        return self._pages.page("sheets")

    @property
    def hand_page(self) -> "MyHandPage":
        """The My hand page."""
        return self._pages.page("hand")

    @property
    def data_page(self) -> "DataPage":
        """The Data page."""
        return self._pages.page("data")

    @property
    def train_page(self) -> "TrainPage":
        """The Train page."""
        return self._pages.page("train")

    @property
    def evaluate_page(self) -> "EvaluatePage":
        """The Evaluate page."""
        return self._pages.page("evaluate")

    @property
    def runs_page(self) -> "RunsPage":
        """The Runs page."""
        return self._pages.page("runs")

    def show_page(self, name: str) -> None:
        """Show a page, by its name in the list of pages."""
        self._pages.show_page(name)

    def reset_layout(self) -> None:
        """Put window and dock back to where they were at the very first start."""
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        self.menus.show_dock.setChecked(True)
        self._take_usual_place()
        self._show_dock()

    # events

    def event(self, event: QEvent) -> bool:
        """Let a key that names a class say what the drawing was, also where a menu has it: E is an eraser, too."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_name = not self.session.model.task.is_digits and self._names_drawing(event) is not None
            if is_name:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a key that nothing else wanted: a digit says what the drawing was, Escape closes a message."""
        digit = self._names_drawing(event)
        if event.key() == Qt.Key.Key_Escape and self.banner.isVisible():
            self.banner.hide()
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
        if self._arrivals.are_welcome(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what has been dropped."""
        event.acceptProposedAction()
        self._arrivals.take(event.mimeData())

    def childEvent(self, event: QChildEvent) -> None:
        """Dress a dialog or a menu before it is seen."""
        super().childEvent(event)
        child = event.child()
        if event.type() == QEvent.Type.ChildPolished and isinstance(child, QWidget) and child.isWindow():
            dress(child, self.themes.sheet)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the drawing stand beside the pages where there is room."""
        super().resizeEvent(event)
        self._show_dock()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the training, keep what is unsaved, remember the layout; stay open where that fails."""
        if self._pages.is_built("runs"):
            self.runs_page.detail.keep_note()  # as long as anything can still be written
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
            return shut_down(self, self.session)
        finally:
            self._is_closing = False

    # what belongs to the window as a whole

    def _connect(self) -> None:
        self.themes.changed.connect(self._apply_theme)
        self._pages.shown.connect(self._see_page)
        self._pages.built.connect(self._see_canvases)
        self._see_canvases(self.dock)
        self.menus.show_dock.toggled.connect(self._set_dock_wanted)
        self.menus.guide.toggled.connect(self._set_guide)
        self.menus.reset_layout.triggered.connect(self.reset_layout)
        tell_in_banner(self.session, self.banner, self.ways.show_sweep)
        self.session.model.changed.connect(self._see_model)

    def _take_usual_place(self) -> None:
        """Stand in the middle of what the desktop leaves free of the screen, and never reach beyond it."""
        free = self.screen().availableGeometry()
        whole = QRect(QPoint(), (USUAL + FRAME).boundedTo(free.size()))
        whole.moveCenter(free.center())
        self.move(whole.topLeft())
        self.resize(whole.size() - FRAME)

    def _restore_layout(self) -> None:
        self.restoreGeometry(self.settings.blob("window/geometry"))
        self.restoreState(self.settings.blob("window/state"))
        self.show_page(remembered_page(self.settings))

    def _see_canvases(self, part: QWidget) -> None:
        """Hear of the canvases of a part that has just been built, and let them look as the others do."""
        for canvas in part.findChildren(Canvas):
            canvas.picture_dropped.connect(self._arrivals.take_picture)
            canvas.nothing_to_erase.connect(self._tell_of_eraser)
            canvas.use_photo(self.session.photo)
            canvas.set_task(self.session.model.task)
            canvas.set_guide(self.menus.guide.isChecked())

    def _see_page(self) -> None:
        self.banner.forget_old_errors()
        self._show_dock()

    def _show_dock(self) -> None:
        """Let the dock stand beside every page that has no large canvas, where it is wanted and there is room."""
        roomy_from = self._pages.current.roomy_from
        has_room = roomy_from is not None and self.width() >= by_text(roomy_from)
        self.dock.setVisible(self.menus.show_dock.isChecked() and has_room)

    def _set_dock_wanted(self, wanted: bool) -> None:
        self.settings.set("window/show_dock", wanted)
        self._show_dock()

    def _set_guide(self, shown: bool) -> None:
        """Show on every canvas the box that a digit fills, or do not; and remember it."""
        self.settings.set("draw/guide", shown)
        for canvas in self.findChildren(Canvas):
            canvas.set_guide(shown)

    def _tell_of_eraser(self) -> None:
        remedy = "Press E to switch the eraser off" if self.pen.erasing else "Draw with the left button"
        self.banner.show_notice(f"There is nothing to erase yet. {remedy}.")

    def _apply_theme(self, theme: Theme) -> None:
        self.style().unpolish(self)  # which forgets the colours of its own sheet
        self.style().polish(self)
        children = self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        windows = [child for child in children if child.isWindow()]
        for part in (self.menuBar(), self.statusBar(), self.dock, self.banner, *windows):
            dress(part, self.themes.sheet)
        self._pages.set_theme(theme, self.themes.sheet)
        self.dock.set_theme(theme)
        self._show_dock()

    def _see_model(self) -> None:
        for canvas in self.findChildren(Canvas):
            canvas.set_task(self.session.model.task)
        self._show_title()

    def _show_title(self) -> None:
        model = self.session.model
        self.setWindowTitle(f"{model.name}{' *' if model.is_dirty else ''} – digitgui")
