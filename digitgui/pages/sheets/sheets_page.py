"""The Sheets page: scans of handwritten numbers on the left, what is read on them on the right."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSplitter, QStackedWidget, QWidget

from digitgui.asking import file_dialogs
from digitgui.pages.page import Page, Surroundings
from digitgui.pages.sheets.focused_button import clicked_focused
from digitgui.pages.sheets.layout_tools import TAKE_OUT, LayoutTools
from digitgui.pages.sheets.review_card import ReviewCard
from digitgui.pages.sheets.save_button import SaveButton
from digitgui.pages.sheets.sheet_view import STEP, SheetView
from digitgui.pages.sheets.table_card import TableCard
from digitgui.pages.sheets.trouble_line import TroubleLine
from digitgui.session import Session
from digitgui.widgets.arrow_keys import ARROWS
from digitgui.widgets.building import (
    STRETCH,
    button,
    card_of,
    column_of,
    label,
    row_of,
)
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.focus import keeping_focus

__all__ = ["SheetsPage"]

SIGNS = frozenset('0123456789.,-"')
COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
"""With these, a key is for a menu; with Shift, it is a digit or ditto marks on many keyboards."""
OTHERS = Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4
"""With Alt, one of the other readings."""
ENTER = Qt.Key.Key_Return, Qt.Key.Key_Enter
WIDTHS = [560, 500]
"""Of scan and table, against each other."""
EMPTY, OPEN, NO_DIGITS = 0, 1, 2
INVITATION = (
    "Photograph or scan sheets of handwritten numbers. The table on them is found, every cell is read, and the"
    " doubtful cells are shown to you one after another. What you decide is kept in a file beside the scans."
)
OF_DIGITS = (
    "Sheets hold digits, and the open network knows {}: it reads none of them. Open a network for digits to read"
    " and review sheets; what has been read is kept."
)


class SheetsPage(Page):
    """Open scans, look through the doubtful cells, and save the table."""

    keys = (
        ("Overwrite the cell", "digits, point, minus, Backspace, Delete"),
        ("Keep the cell and go to the next doubtful one", "Return"),
        ("Decide for another reading", "Alt+1 to Alt+4"),
        ("Leave the cell open", "Escape"),
        ("Another cell", "arrow keys"),
        ("The sheet before or after", "Page Up, Page Down"),
        ("Copy the table of this sheet", "Ctrl+C in the table"),
        ("Make the scan larger or smaller", "Ctrl with the wheel"),
        ("Put the table right", "drag one of its corners, or any of its lines"),
        ("Move the line beside, or below, the cell", "Alt with an arrow key, on the scan"),
        ("Split, join, leave out rows and columns", "right click, or the Menu key"),
        ("Name a column", "double click on its header"),
    )

    def __init__(self, session: Session, surroundings: Surroundings) -> None:
        super().__init__(session, surroundings)
        self._project, self._review, self._scan = session.sheets, session.sheet_review, session.sheet_scan
        self._is_restored = False
        self._title, self._subtitle = label(name="heading"), label(name="muted", wrap=True)
        self._take_out = QAction(TAKE_OUT, self)
        self._take_out.triggered.connect(self._review.take_out)
        self._title.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.view = SheetView()
        self.review_card, self.table_card = ReviewCard(session), TableCard(session)
        self.layout_tools = LayoutTools(session, self.view, self.table_card, self.review_card)
        self._title.addActions([self.layout_tools.read_again, self._take_out])
        self.trouble = TroubleLine(session)
        self._stack = _Shown()
        self._of_digits = label("", "muted", wrap=True)
        for part in (self._empty(), self._open(), self._no_digits()):
            self._stack.addWidget(part)
        column_of((self._stack, 1), inside=self, margin=16)
        self.view.chosen.connect(lambda row, column: self._review.choose((row, column)))
        review, project = self._review, self._project
        review.sheet_chosen.connect(self._show_sheet)
        review.changed.connect(self._show_sheet)
        review.cell_chosen.connect(lambda: self.view.show_cell(self._review.cell))
        review.cell_chosen.connect(self._tell_cell)
        for signal in (project.sheet_changed, project.reading.changed, project.opening.changed):
            signal.connect(self._show_state)
        session.model.changed.connect(self._show_sheet)
        session.sheet_teaching.offered.connect(self._show_state)
        self._scan.changed.connect(self._show_scan)
        self._show_sheet()

    def main_parts(self) -> Sequence[QWidget]:
        """Return the scan, or what opens the first."""
        return self.view, self._first_adder

    def showEvent(self, event: QShowEvent) -> None:
        """Open what was open last, the first time, and catch up with what has changed unseen."""
        super().showEvent(event)
        if not self._is_restored:
            self._is_restored = True
            self._project.restore()
        self._show_sheet()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Review by keys, wherever on the page the focus is."""
        if self._is_undo_of_typed(event):
            self._review.drop_typed()
        elif event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() in OTHERS:
            self.review_card.take_other(OTHERS.index(Qt.Key(event.key())))
        elif event.modifiers() & COMMANDS or self._review.record is None or not self._obey(event):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Let Delete empty the cell, and Undo drop what is typed, where they are for a menu otherwise."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_delete = event.key() == Qt.Key.Key_Delete and not event.modifiers()
            if (is_delete and self._review.record is not None) or self._is_undo_of_typed(event):
                event.accept()
                return True
        return super().event(event)

    def _is_undo_of_typed(self, event: QKeyEvent) -> bool:
        return self._review.typed is not None and event.matches(QKeySequence.StandardKey.Undo)

    def _obey(self, event: QKeyEvent) -> bool:
        """Do what a key means; tell whether it means something."""
        review, key = self._review, Qt.Key(event.key())
        if event.text() in SIGNS:
            review.type_sign(event.text())
        elif key == Qt.Key.Key_Backspace:
            review.erase()
        elif key == Qt.Key.Key_Delete:
            review.empty()
        elif key in ENTER:
            if not clicked_focused(self):
                review.keep()
        elif key == Qt.Key.Key_Escape:
            review.leave_open()
        elif key in ARROWS:
            review.move(*ARROWS[key])
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            review.choose_sheet(review.index + (1 if key == Qt.Key.Key_PageDown else -1))
        else:
            return False
        return True

    # the parts

    def _empty(self) -> QWidget:
        """Say what will be here, and how it comes."""
        whole = QWidget()
        words = label(INVITATION, "muted", wrap=True)
        words.setMaximumWidth(560)
        self._empty_note = label(name="muted")
        self._first_adder = self._adder("addFirstScans")
        card = card_of(
            STRETCH,
            label("No sheets are open", "figure"),
            words,
            row_of(self._first_adder, self._empty_note, STRETCH, spacing=12),
            label("Or drop scans, or a folder of them, on the window.", "muted"),
            STRETCH,
            spacing=12,
        )
        column_of(label("Sheets", "heading"), (card, 1), inside=whole, spacing=16)
        return whole

    def _no_digits(self) -> QWidget:
        """Say why there are no sheets while the open network knows other classes."""
        whole = QWidget()
        column_of(label("Sheets", "heading"), self._of_digits, STRETCH, inside=whole, spacing=16)
        return whole

    def _open(self) -> QWidget:
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(16)
        splitter.addWidget(self._scan_card())
        right = QWidget()
        column_of(self.layout_tools.checks, self.review_card, (self.table_card, 1), inside=right, spacing=16)
        splitter.addWidget(right)
        for number, width in enumerate(WIDTHS):
            splitter.setStretchFactor(number, width)
        splitter.setSizes(WIDTHS)
        whole = QWidget()
        column_of(self._head(), self.trouble, (splitter, 1), inside=whole, spacing=16)
        return whole

    def _head(self) -> QHBoxLayout:
        project = self._project
        self._read = button(
            "Read", "Read the sheets that have not been read", project.read_rest, name="readSheets"
        )
        self._stop = button(
            "Stop reading", "Read no further; what has been read stays", project.stop, name="stopReading"
        )
        tip = "Read all sheets again with the open network; what you decided stays"
        self._again = button("Read again", tip, self._review.read_again, name="readAgain")
        self.save = SaveButton(self._session)
        buttons = FlowLayout(spacing=8)
        for part in (
            self._read,
            self._stop,
            self._again,
            self._adder("addScans"),
            self.layout_tools.button,
            self.save,
        ):
            buttons.addWidget(part)
        for part in (self._read, self._stop, self._again):
            part.hide()
        return row_of((column_of(self._title, self._subtitle, spacing=4), 1), buttons, spacing=8)

    def _adder(self, name: str) -> QWidget:
        """Make a button that asks for scans or a folder."""
        opener = button("Add scans…", "Add scans or photos of sheets", lambda: None, name=name)
        menu = QMenu(opener)
        menu.addAction("&Files…", self._ask_scans)
        menu.addAction("F&older…", self._ask_folder)
        if name == "addScans":
            menu.addSeparator()
            menu.addAction(self._take_out)
            menu.addAction("&Close these sheets", self._close)
        else:
            opener.setProperty("primary", True)
        opener.setProperty("menu", True)
        opener.setMenu(menu)
        return opener

    def _scan_card(self) -> QFrame:
        self._before = button("‹", "The sheet before", partial(self._go, -1), shortcut="PgUp", look="small")
        self._after = button("›", "The sheet after", partial(self._go, 1), shortcut="PgDown", look="small")
        for one, name in ((self._before, "The sheet before"), (self._after, "The sheet after")):
            one.setAccessibleName(name)
        header = label("Header rows", "muted"), self.layout_tools.header
        smaller = button("−", "Make the scan smaller", lambda: self.view.enlarge(1 / STEP), look="small")
        larger = button("+", "Make the scan larger", lambda: self.view.enlarge(STEP), look="small")
        for one, name in ((smaller, "Make the scan smaller"), (larger, "Make the scan larger")):
            one.setAccessibleName(name)
        fit = button("Fit", "Make the scan as wide as its place", self.view.fit, look="small")
        foot = row_of(self._before, self._after, 8, *header, STRETCH, smaller, larger, fit, spacing=6)
        return card_of((self.view, 1), foot, spacing=8)

    def _go(self, step: int) -> None:
        self._review.choose_sheet(self._review.index + step)

    # what is asked for

    def _ask_scans(self) -> None:
        self._project.add(file_dialogs.ask_scans(self, self._session.settings))

    def _ask_folder(self) -> None:
        folder = file_dialogs.ask_scan_folder(self, self._session.settings)
        if folder:
            self._project.add([folder])

    def _close(self) -> None:
        self._review.keep_typed()
        self._project.close()

    # what is shown

    def _show_sheet(self) -> None:
        """Show the sheet that is looked at."""
        record = self._review.record
        task = self._session.model.task
        self._of_digits.setText(OF_DIGITS.format(task.words_of_classes()))
        shown = EMPTY if record is None else OPEN
        with keeping_focus(self, *self.main_parts()):
            self._stack.setCurrentIndex(shown if task.is_digits else NO_DIGITS)
        self.view.show_cells(record)
        self._show_state()
        if self.isVisible():
            self._scan.request()
        self.view.show_cell(self._review.cell)

    def _show_scan(self) -> None:
        record = self._review.record
        words = self._scan.problem or ("Opening the scan…" if record is not None else "")
        self.view.show_scan(self._scan.scan, words)
        self.view.show_cells(record)
        self._show_state()

    def _show_state(self) -> None:
        """Say what is known, what is going on, and what can be done."""
        record, project = self._review.record, self._project
        self._empty_note.setText("Opening scans…" if project.opening.is_under_way else "")
        if record is None:
            return
        self._title.setText(record.name)
        self._subtitle.setText(" · ".join(self._facts()))
        index, count = self._review.index, len(project.sheets)
        self._before.setEnabled(index > 0)
        self._after.setEnabled(index < count - 1)
        going = project.reading.is_under_way
        self._stop.setVisible(going)
        self._read.setVisible(not going and bool(project.unread))
        name = self._session.model.name
        is_offered = self._session.sheet_teaching.offer is not None
        is_other = self._scan.has_changed or any(sheet.read_by != name for sheet in project.read)
        can_help = is_other or any(sheet.problem and not sheet.is_read for sheet in project.sheets)
        self.layout_tools.read_again.setVisible(can_help and not going and not is_offered)
        self.trouble.show_state()
        self._again.setVisible(can_help and not going and not is_offered and self.trouble.isHidden())
        self.layout_tools.show_state()
        self._tell_cell()

    def _tell_cell(self) -> None:
        """Let those hear who do not see which cell is chosen, and what else is on the scan."""
        told = [self.review_card.view.accessibleDescription(), *(self._facts() if self._review.record else ())]
        self.view.setAccessibleDescription("; ".join(told))

    def _facts(self) -> list[str]:
        """List what is known of the sheet."""
        record, project = self._review.record, self._project
        assert record is not None
        count = len(project.sheets)
        facts = [f"sheet {self._review.index + 1:,} of {count:,}"] if count > 1 else []
        if record.is_read:
            facts.append(f"{record.rows:,} rows × {record.columns:,} columns found")
            facts.append(f"{record.rows * record.columns:,} cells, {len(record.doubtful):,} doubtful")
        elif record.problem:
            facts.append("no table")
        else:
            facts.append("reading…" if project.reading.is_under_way else "not read yet")
        if record.is_read and record.read_by != self._session.model.name:
            facts.append(f"read by {record.read_by}")
        if self._scan.has_changed:
            facts.append("the scan has changed since it was read")
        if project.reading.is_under_way and count > 1:
            facts.append(f"{count - len(project.unread):,} of {count:,} read")
        return facts


class _Shown(QStackedWidget):
    """Asks for the room of what is seen, and not of what is behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(lambda _index: self.updateGeometry())

    def minimumSizeHint(self) -> QSize:
        """Ask for the least that this needs."""
        shown = self.currentWidget()
        return shown.minimumSizeHint() if shown is not None else QSize()

    def sizeHint(self) -> QSize:
        """Ask for what this would like."""
        shown = self.currentWidget()
        return shown.sizeHint() if shown is not None else QSize()

    def hasHeightForWidth(self) -> bool:
        """Ask for the same height in any width; what wraps inside asks anew where the width is another."""
        return False
