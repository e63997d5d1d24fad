"""The palette: everything that can be done, found by typing."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QListView, QWidget
from shiboken6 import isValid

from digitgui.frame.palette_entries import Entry, best_first, entries_of, more_of
from digitgui.frame.palette_row import ROW_HEIGHT, PaletteRow
from digitgui.frame.window_parts import WindowParts
from digitgui.looks.sizes import by_text
from digitgui.looks.theme_controller import dress
from digitgui.widgets.building import column_of
from digitgui.widgets.steady_label import SteadyLabel
from digitgui.work.overrides import guard_event_handlers

__all__ = ["Entries", "Palette", "open_palette"]

WIDTH, ROWS = 680, 12
MARGIN = 16
MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: 1 - ROWS, Qt.Key.Key_PageDown: ROWS - 1}
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


def open_palette(window: WindowParts) -> None:
    """Show the palette of a window, or close it if it is shown."""
    guard_event_handlers()
    for shown in filter(Palette.isVisible, window.findChildren(Palette)):
        shown.close_and_return()
        return
    palette = Palette(window)
    dress(palette, window.themes.sheet)
    palette.take_place()
    palette.show()
    palette.field.setFocus(Qt.FocusReason.PopupFocusReason)


class Entries(QAbstractListModel):
    """The entries that fit what was typed, the best first."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def show_entries(self, entries: list[Entry]) -> None:
        """Show these, and no others."""
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many there are."""
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What is shown, and told to assistive technology."""
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == Qt.ItemDataRole.UserRole:
            return entry
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(entry)
        if role in (Qt.ItemDataRole.AccessibleDescriptionRole, Qt.ItemDataRole.ToolTipRole):
            return entry.about
        return None


def spoken(entry: Entry) -> str:
    """Say all that a line shows."""
    state = {True: "on", False: "off", None: ""}[entry.is_on]
    return ", ".join(filter(None, (entry.text, state, entry.where, entry.keys, entry.why_not)))


class Palette(QWidget):
    """Lies over the whole window, with the field and the list at the top; a click beside them closes it.

    Parameters
    ----------
    window : WindowParts
    """

    def __init__(self, window: WindowParts) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._window, self._focus_before = window, QApplication.focusWidget()
        self._found = entries_of(window)
        self._more: list[Entry] | None = None  # nothing of it is shown before something is typed
        self.field, self.list, self._about = QLineEdit(), QListView(), SteadyLabel(name="muted", lines=2)
        self._entries = Entries(self)
        self._build()
        self._filter("")
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        window.installEventFilter(self)
        self.list.clicked.connect(self.run)
        self.list.activated.connect(self.run)
        QApplication.instance().focusChanged.connect(self._see_focus)  # type: ignore[union-attr]

    def _build(self) -> None:
        self.setAccessibleName("Search all commands")
        self.field.setObjectName("paletteField")
        self.field.setPlaceholderText("What do you want to do? A command, page, file, run or sheet")
        self.field.setAccessibleName("Search")
        self.field.setAccessibleDescription("Type words or initials; arrow keys choose, Return does it")
        self.list.setModel(self._entries)
        self.list.setObjectName("paletteList")
        self.list.setAccessibleName("What was found")
        self.list.setItemDelegate(PaletteRow(self._window.themes.theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.list.selectionModel().currentChanged.connect(self._show_current)
        self._panel = QFrame(self)
        self._panel.setObjectName("palette")
        column_of(self.field, (self.list, 1), self._about, inside=self._panel, margin=8, spacing=8)

    # what is found

    def _filter(self, typed: str) -> None:
        """Show what fits, and choose the best."""
        if typed and self._more is None:
            self._more = more_of(self._window)
            self._window.session.runs.changed.connect(self._read_anew)  # they may still be on their way
        self._entries.show_entries(
            best_first([*self._found, *(self._more or [])] if typed else self._found, typed)
        )
        if self._entries.entries:
            self.list.setCurrentIndex(self._entries.index(0))
        else:
            self._about.setText("Nothing has such a name. Try another word.")
            self._announce(self._about.text())

    def _read_anew(self) -> None:
        """List the runs as they are now; what is chosen stays."""
        self._more = more_of(self._window)
        chosen = self.list.currentIndex().data(Qt.ItemDataRole.UserRole)
        self._filter(self.field.text())
        for row, entry in enumerate(self._entries.entries):
            if chosen and (entry.text, entry.where) == (chosen.text, chosen.where):
                self.list.setCurrentIndex(self._entries.index(row))
                break

    def _show_current(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        entry = self._entries.entries[index.row()]
        self._about.setText(f"{entry.why_not}. {entry.about}" if entry.why_not else entry.about)
        self._announce(spoken(entry))

    def _announce(self, words: str) -> None:
        """Let a screen reader say what is chosen while the keyboard stays in the field."""
        if QAccessible.isActive() and self.isVisible():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.field, words))

    def run(self, index: QModelIndex) -> None:
        """Close, and do what stands here, if it can be done."""
        if not index.isValid() or self._entries.entries[index.row()].why_not:
            return
        entry = self._entries.entries[index.row()]
        self.close_and_return()
        entry.run()

    # coming and going

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let keys in the field move in the list, and follow the size of the window."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self.take_place()
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._obey(event)
        return super().eventFilter(watched, event)

    def _obey(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in MOVES:
            row = self.list.currentIndex().row() + MOVES[key]
            self.list.setCurrentIndex(self._entries.index(min(max(0, row), self._entries.rowCount() - 1)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.run(self.list.currentIndex())
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes; nothing else reaches the window below."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_and_return()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the panel closes."""
        if not self._panel.geometry().contains(event.position().toPoint()):
            self.close_and_return()

    def close_and_return(self) -> None:
        """Close, and give the keyboard back."""
        before = self._focus_before
        self.close()
        if before is not None and isValid(before) and before.isVisible():  # its page may have built itself anew
            before.setFocus(Qt.FocusReason.PopupFocusReason)

    def _see_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Close when the keyboard has gone elsewhere in the window."""
        if new is not None and self.isVisible() and not self.isAncestorOf(new):
            self.close()

    def take_place(self) -> None:
        """Lie over the whole window, with the panel at the top, in the middle."""
        self.setGeometry(self._window.rect())
        width = min(by_text(WIDTH), self.width() - 2 * MARGIN)
        top = self._window.menuBar().height() + MARGIN // 2
        rows = ROWS * by_text(ROW_HEIGHT)
        height = (
            self._panel.sizeHint().height() - self.list.sizeHint().height() + rows + 2 * self.list.frameWidth()
        )
        self._panel.setGeometry((self.width() - width) // 2, top, width, min(height, self.height() - top - MARGIN))
        self.raise_()
