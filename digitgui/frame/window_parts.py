"""What the window consists of, for all that is done with it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QMainWindow

from digitgui.drawings.pen import Pen
from digitgui.frame.arrivals import Arrivals
from digitgui.frame.drawing_dock import DrawingDock
from digitgui.frame.files import Files
from digitgui.frame.lessons import Lessons
from digitgui.frame.printing import ReportPrinting
from digitgui.frame.projector import Projector
from digitgui.frame.ways import Ways
from digitgui.looks.sizes import by_text, room_of
from digitgui.looks.theme_controller import ThemeController
from digitgui.session import Session
from digitgui.settings import Settings
from digitgui.widgets.ink.canvas import Canvas

if TYPE_CHECKING:  # each is imported when it is first wanted
    from digitgui.pages.data.data_page import DataPage
    from digitgui.pages.draw.draw_page import DrawPage
    from digitgui.pages.evaluate.evaluate_page import EvaluatePage
    from digitgui.pages.hand.my_hand_page import MyHandPage
    from digitgui.pages.inspect.inspect_page import InspectPage
    from digitgui.pages.runs.runs_page import RunsPage
    from digitgui.pages.sheets.sheets_page import SheetsPage
    from digitgui.pages.train.train_page import TrainPage

__all__ = ["SMALLEST", "WindowParts"]

SMALLEST = QSize(960, 548)
USUAL = QSize(1280, 800)
FRAME = QSize(16, 48)
"""Room for what a desktop puts around a window, which is not known before the window is seen."""


class WindowParts(QMainWindow):
    """The parts of the window, which actions reach through it, and where they stand.

    Attributes
    ----------
    settings, session : Settings, Session
        What is remembered, and what is open.
    ways, files, arrivals, printing : Ways, Files, Arrivals, ReportPrinting
        To what lies on another page; what asks for a file first, takes what comes by itself, and prints reports.
    pen, themes, dock : Pen, ThemeController, DrawingDock
        Of all canvases, the colours and the size of text, and the drawing beside the pages.
    lessons, projector : Lessons, Projector
        What plays lessons, and what shows the window to a class.

    Signals
    -------
    palette_wanted()
        Everything that can be done is to be searched.
    tour_wanted()
        A newcomer is to be led through the pages.
    word_wanted(str)
        The glossary is to explain this word; where it is empty, the one that has the keyboard.
    """

    palette_wanted = Signal()
    tour_wanted = Signal()
    word_wanted = Signal(str)
    settings: Settings
    session: Session
    ways: Ways
    files: Files
    arrivals: Arrivals
    printing: ReportPrinting
    pen: Pen
    themes: ThemeController
    dock: DrawingDock
    lessons: Lessons
    projector: Projector

    # the pages, each of which is built when it is first wanted

    @property
    def draw_page(self) -> "DrawPage":
        """The Draw page."""
        return self.ways.pages.page("draw")

    @property
    def inspect_page(self) -> "InspectPage":
        """The Inspect page."""
        return self.ways.pages.page("inspect")

    @property
    def sheets_page(self) -> "SheetsPage":
        """The Sheets page."""
        return self.ways.pages.page("sheets")

    @property
    def hand_page(self) -> "MyHandPage":
        """The My hand page."""
        return self.ways.pages.page("hand")

    @property
    def data_page(self) -> "DataPage":
        """The Data page."""
        return self.ways.pages.page("data")

    @property
    def train_page(self) -> "TrainPage":
        """The Train page."""
        return self.ways.pages.page("train")

    @property
    def evaluate_page(self) -> "EvaluatePage":
        """The Evaluate page."""
        return self.ways.pages.page("evaluate")

    @property
    def runs_page(self) -> "RunsPage":
        """The Runs page."""
        return self.ways.pages.page("runs")

    def show_page(self, name: str) -> None:
        """Show a page, by its name in the list of pages."""
        self.ways.pages.show_page(name)

    def reset_layout(self) -> None:
        """Put window, dock and the columns of the runs back to where they were at the very first start."""
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        self.take_usual_place()
        self.want_dock(True)
        self.runs_page.list.view.reset_columns()

    @property
    def wants_dock(self) -> bool:
        """Whether the drawing is to stand beside the pages."""
        return self.settings.flag("window/show_dock", True)

    def want_dock(self, wanted: bool) -> None:
        """Let the drawing stand beside the pages, or not; and remember it."""
        self.settings.set("window/show_dock", wanted)
        self.show_dock()

    @property
    def shows_guide(self) -> bool:
        """Whether canvases show the box that a digit fills."""
        return self.settings.flag("draw/guide", True)

    def set_guide(self, shown: bool) -> None:
        """Show on every canvas the box that a digit fills, or do not; and remember it."""
        self.settings.set("draw/guide", shown)
        for canvas in self.findChildren(Canvas):
            canvas.set_guide(shown)

    def take_usual_place(self) -> None:
        """Stand in the middle of what the desktop leaves free of the screen, and never reach beyond it."""
        free = self.screen().availableGeometry()
        whole = QRect(QPoint(), (USUAL + FRAME).boundedTo(free.size()))
        whole.moveCenter(free.center())
        self.move(whole.topLeft())
        self.resize(whole.size() - FRAME)

    def _make_room_in_dock(self) -> None:
        """Let the dock be as wide as the window asks for, unless a person has made it wider."""
        dock, room = self.dock, room_of(self.size())
        if dock.room != room:
            is_least = dock.width() <= dock.minimumSizeHint().width()
            dock.set_room(room)
            if is_least:  # later: it is still being laid out
                QTimer.singleShot(0, dock, self._narrow_dock)

    def _narrow_dock(self) -> None:
        self.resizeDocks([self.dock], [self.dock.minimumSizeHint().width()], Qt.Orientation.Horizontal)

    def show_dock(self) -> None:
        """Let the dock stand beside every page that has no large canvas, where it is wanted and there is room."""
        self._make_room_in_dock()
        roomy_from = self.ways.pages.current.roomy_from
        has_room = roomy_from is not None and self.width() - self.lessons.width >= by_text(roomy_from)
        self.dock.setVisible(self.wants_dock and has_room and not self.projector.is_on)
