"""The window: a rail of pages, the drawing beside them, menus, and one line of state."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QMessageBox,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from digitgui.asking import file_dialogs
from digitgui.drawings.mime_pictures import holds_picture, local_files
from digitgui.drawings.pen import Pen
from digitgui.frame.banner_news import tell_in_banner
from digitgui.frame.drawing_dock import DrawingDock
from digitgui.frame.menus import Menus
from digitgui.frame.state_line import StateLine
from digitgui.looks.theme import Theme, app_icon, icon
from digitgui.looks.theme_controller import ThemeController
from digitgui.pages.data.data_page import DataPage
from digitgui.pages.draw.draw_page import DrawPage
from digitgui.pages.evaluate.evaluate_page import EvaluatePage
from digitgui.pages.hand.my_hand_page import MyHandPage
from digitgui.pages.runs.runs_page import RunsPage
from digitgui.pages.train.train_page import TrainPage
from digitgui.session import Session
from digitgui.settings import Settings
from digitgui.widgets.banner import Banner
from digitgui.widgets.building import with_shortcut
from digitgui.widgets.ink.canvas import Canvas
from digitgui.work.overrides import guard_event_handlers
from model.errors import ModelError
from model.runs.storage import SUFFIX

__all__ = ["MainWindow"]

PAGES = (
    *(("draw", "Draw"), ("data", "Data"), ("train", "Train"), ("hand", "My hand")),
    *(("evaluate", "Evaluate"), ("runs", "Runs")),
)
DRAW_PAGE, DATA_PAGE, TRAIN_PAGE, HAND_PAGE, EVALUATE_PAGE, RUNS_PAGE = range(6)
RAIL = (DRAW_PAGE, HAND_PAGE, DATA_PAGE, TRAIN_PAGE, EVALUATE_PAGE, RUNS_PAGE)
"""The pages as they stand in the rail; their numbers, and so their keys, stay what they have always been."""
ROOMY = {DATA_PAGE: 1200, EVALUATE_PAGE: 1200, RUNS_PAGE: 1600}
"""Pixels of width from which on the drawing stands beside these pages, which are wide themselves."""
SMALLEST = QSize(1024, 700)
USUAL = QSize(1280, 800)


class MainWindow(QMainWindow):
    """The whole program in a window.

    Parameters
    ----------
    settings : Settings, optional
        The user's own if not given.

    Attributes
    ----------
    session : Session
        What is open.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        guard_event_handlers()
        super().__init__()
        self.settings = settings or Settings()
        self.session = Session(self.settings, self)
        self.pen = Pen(self.settings, self)
        self.draw_page = DrawPage(self.session, self.pen)
        self.open_data_menu = QMenu("&Open data", self)
        self.data_page = DataPage(self.session, self.open_data_menu)
        self.train_page = TrainPage(self.session)
        self.hand_page = MyHandPage(self.session, self.pen, self.browse_my_digits)
        show_drawing = lambda: self.show_page(DRAW_PAGE)  # noqa: E731
        self.evaluate_page = EvaluatePage(self.session, self.open_data_menu, show_drawing, self.show_in_data)
        self.runs_page = RunsPage(self.session, lambda: self.show_page(TRAIN_PAGE), self.train_page.form.usual)
        first_pages = self.draw_page, self.data_page, self.train_page, self.hand_page
        self._pages = (*first_pages, self.evaluate_page, self.runs_page)
        self.dock = DrawingDock(self.session, self.pen)
        self._canvases = (self.draw_page.canvas, self.hand_page.canvas, self.dock.canvas)
        self._stack = QStackedWidget()
        self.banner = Banner(self)
        self.state_line = StateLine(self.session, self.statusBar())

        self.setWindowIcon(app_icon())
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST)
        self.resize(USUAL)
        self._build_frame()
        # last, or every part would be dressed again whenever it is put into another
        self.themes = ThemeController(self.settings, self)
        self.menus = Menus(self)
        self._connect()
        self._stack.currentChanged.connect(self._enable_commands)
        self._restore_layout()
        self._enable_commands(self._stack.currentIndex())
        self._apply_theme(self.themes.theme)
        self._show_title()
        if self.session.model.is_dirty:
            self.banner.show_notice("The network that you did not save the last time is open again.")

    # files

    def open_model_file(self) -> None:
        """Ask for a model file and open it."""
        path = file_dialogs.ask_model(self, self.settings)
        if path:
            self.session.open_model(str(path))

    def save_model(self) -> None:
        """Save the network to its file, or ask for one."""
        path = self.session.model.path
        if path:
            self.session.save_model(path)
        else:
            self.save_model_as()

    def save_model_as(self) -> None:
        """Ask for a file and save the network to it."""
        path = file_dialogs.ask_model_target(self, self.settings, self.session.model.name)
        if path:
            self.session.save_model(path)

    def open_data_file(self) -> None:
        """Ask for a data file and open it."""
        path = file_dialogs.ask_data_file(self, self.settings)
        if path:
            self.session.data.open(str(path))

    def open_data_folder(self) -> None:
        """Ask for a data folder and open it."""
        path = file_dialogs.ask_data_folder(self, self.settings)
        if path:
            self.session.data.open(str(path))

    def save_data_as(self) -> None:
        """Ask for a file and save the data to it, as it has been corrected."""
        path = file_dialogs.ask_data_target(self, self.settings, self.session.data.dataset.name)
        if path:
            self.session.data.save_copy(path)

    def show_suspects(self) -> None:
        """Show the pictures whose labels are most likely wrong."""
        self.show_page(DATA_PAGE)
        self.data_page.browser.show_suspects()

    def show_in_data(self, index: int) -> None:
        """Show a picture of the open data on the Data page."""
        self.show_page(DATA_PAGE)
        self.data_page.browser.go_to(index)

    def browse_my_digits(self) -> None:
        """Show the user's own digits on the Data page, where they are corrected."""
        before, data = self.session.data.dataset, self.session.data
        self.session.my_digits.open()
        self.show_page(DATA_PAGE)
        if before.source != str(self.session.personal.path):
            text = f"My digits are the open data now, in place of {before.name}."
            self.banner.show_notice(text, lambda: data.open(before.source, ask=False), "Back")

    def show_sweep(self, folder: Path) -> None:
        """Show what the sweep in a folder has found."""
        self.show_page(RUNS_PAGE)
        self.runs_page.show_sweep(folder)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a digit that nobody else wanted as what the drawing was meant to be."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        draws = self._stack.currentIndex() in (DRAW_PAGE, HAND_PAGE) or isinstance(self.focusWidget(), Canvas)
        text = event.text()
        if plain and draws and len(text) == 1 and text in "0123456789" and not event.isAutoRepeat():
            self.session.keeper.keep(int(text))
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let files, folders and pictures be dropped on the window."""
        if local_files(event.mimeData()) or holds_picture(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what has been dropped: a picture for the drawing, a model, or data."""
        event.acceptProposedAction()
        if holds_picture(event.mimeData()):
            self.take_picture(event.mimeData())
            return
        path = self._first(local_files(event.mimeData()))
        if path.name.lower().endswith(SUFFIX):
            self.session.open_model(str(path))
        else:
            self.session.data.open(str(path))

    def take_picture(self, data: QMimeData) -> None:
        """Let a picture that was dropped or copied become the drawing, and show that."""
        self._first(local_files(data))
        if holds_picture(data) and not any(canvas.isVisible() for canvas in self._canvases):
            self.show_page(DRAW_PAGE)
        self.session.pictures.take(data)

    def paste_picture(self) -> None:
        """Let the picture in the clipboard become the drawing."""
        self.take_picture(QGuiApplication.clipboard().mimeData() or QMimeData())

    def _first(self, files: list[Path]) -> Path:
        """Take one file, and say so where there are more."""
        if len(files) > 1:
            self.session.failed.emit(f"Drop one file or folder at a time: only {files[0].name} is opened.")
        return files[0] if files else Path()

    # pages

    def show_page(self, index: int) -> None:
        """Show a page; the dock stands beside every page that has no large canvas."""
        self.banner.forget_old_errors()
        self._stack.setCurrentIndex(index)
        page = self._stack.widget(index)
        assert page
        page.setFocus()
        self._rail.button(index).setChecked(True)
        self._show_dock()
        self.settings.set("window/page", index)

    def reset_layout(self) -> None:
        """Put window and dock back to where they were at the very first start."""
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        self.menus.show_dock.setChecked(True)
        self.resize(USUAL)
        self._show_dock()

    def set_dock_wanted(self, wanted: bool) -> None:
        """Let the drawing stand beside the pages, or not."""
        self.settings.set("window/show_dock", wanted)
        self._show_dock()

    def set_guide(self, shown: bool) -> None:
        """Show on every canvas the box that a digit fills, or do not; and remember it."""
        self.settings.set("draw/guide", shown)
        for canvas in self._canvases:
            canvas.set_guide(shown)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the training, keep what is unsaved, remember the layout; stay open where that fails."""
        self.runs_page.detail.keep_note()  # as long as anything can still be written
        self.settings.set("window/geometry", self.saveGeometry())
        self.settings.set("window/state", self.saveState())
        if not self._shut_down():
            event.ignore()
            return
        self.settings.save()
        event.accept()

    def _shut_down(self) -> bool:
        """End every thread; where the network cannot be kept, ask whether to leave without it."""
        try:
            if not self.session.keep_everything():
                return False
        except ModelError as error:
            question = f"The unsaved network cannot be kept: {error}.\n\nLeave without it?"
            answers = QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel
            answer = QMessageBox.warning(self, "digitgui", question, answers, QMessageBox.StandardButton.Cancel)
            if answer != QMessageBox.StandardButton.Discard:
                return False
        self.session.end_threads()
        return True

    def _build_frame(self) -> None:
        for page in self._pages:
            self._stack.addWidget(page)
        central = QWidget()
        layout = QHBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._build_rail())
        layout.addWidget(self._stack, 1)
        self.setCentralWidget(central)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)

    def _build_rail(self) -> QFrame:
        rail = QFrame()
        rail.setObjectName("rail")
        rail.setFixedWidth(85)
        layout = QVBoxLayout(rail)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(4)
        self._rail = QButtonGroup(self)
        for index in RAIL:
            name, title = PAGES[index]
            entry = QToolButton()
            entry.setObjectName(f"{name}PageButton")
            entry.setText(title)
            entry.setCheckable(True)
            entry.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            entry.setIconSize(QSize(20, 20))
            entry.setFixedSize(68, 60)
            entry.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            entry.setToolTip(with_shortcut(f"Show the {title} page", f"Ctrl+{index + 1}"))
            self._rail.addButton(entry, index)
            layout.addWidget(entry)
        layout.addStretch(1)
        self._rail.idClicked.connect(self.show_page)
        return rail

    def _connect(self) -> None:
        session = self.session
        self.themes.changed.connect(self._apply_theme)
        self.data_page.augmentation.pipeline_changed.connect(self._offer_pipeline)
        self._offer_pipeline()
        for canvas in self._canvases:
            canvas.picture_dropped.connect(self.take_picture)
        tell_in_banner(session, self.banner, self.show_sweep)
        session.model.changed.connect(self._show_title)
        session.data.proposal_changed.connect(self._show_proposal)

    def _restore_layout(self) -> None:
        self.restoreGeometry(self.settings.blob("window/geometry"))
        self.restoreState(self.settings.blob("window/state"))
        self.show_page(round(self.settings.number("window/page", 0, 0, len(PAGES) - 1)))

    def _show_dock(self) -> None:
        page = self._stack.currentIndex()
        has_no_room = page in (DRAW_PAGE, HAND_PAGE) or self.width() < ROOMY.get(page, 0)
        self.dock.setVisible(self.menus.show_dock.isChecked() and not has_no_room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the drawing stand beside the pages where there is room."""
        super().resizeEvent(event)
        self._show_dock()

    def _apply_theme(self, theme: Theme) -> None:
        for index, (name, _) in enumerate(PAGES):
            self._rail.button(index).setIcon(icon(name, theme.muted, theme.accent))
        for part in (*self._pages, self.dock):
            part.set_theme(theme)

    def _enable_commands(self, page: int) -> None:
        """Let the keys of a page hold only while it is seen."""
        self.menus.enable_corrections(page == DATA_PAGE)
        self.menus.enable_evaluation(page == EVALUATE_PAGE)

    def _offer_pipeline(self) -> None:
        """Let a training choose the pipeline that is set on the Data page."""
        self.train_page.form.set_custom_pipeline(self.data_page.augmentation.pipeline)

    def _show_proposal(self) -> None:
        data = self.session.data
        if data.is_asking and data.is_reading:
            self.show_page(DATA_PAGE)
        elif data.proposal and data.is_asking and self._stack.currentIndex() != DATA_PAGE:
            self.banner.show_notice(f"{data.proposal.dataset.name} waits on the Data page for your word.")

    def _show_title(self) -> None:
        model = self.session.model
        self.setWindowTitle(f"{model.name}{' *' if model.is_dirty else ''} – digitgui")
