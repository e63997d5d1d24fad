"""The runs as a table for a view: filtered, sorted, pinned ones on top."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPen, QPixmap

from digitgui.looks.theme import LIGHT, Theme, tabular
from digitgui.runs.run_columns import BEGUN, COLUMNS, CURVE, DATA, NAME, PIN, RATE, STATE
from digitgui.runs.run_wording import STATE_GROUPS, names_apart, sweep_folder_of
from model.runs.run_record import RunRecord

Index = QModelIndex | QPersistentModelIndex
DOT = 16
NO_PARENT = QModelIndex()
FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
NAME_FLAGS = FLAGS | Qt.ItemFlag.ItemIsEditable


class RunTable(QAbstractTableModel):
    """Shows some of the runs in some order.

    It sorts by itself: a proxy would ask Python twice for every comparison, which holds up the window where there
    are a thousand runs.

    Signals
    -------
    renamed(str, str)
        A person has called a run something else.
    """

    renamed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.records: list[RunRecord] = []
        self._all: Sequence[RunRecord] = ()
        self._other_data: Mapping[str, str] = {}
        self._names: Mapping[str, str] = {}
        self._words: list[str] = []
        self._texts: dict[str, tuple[RunRecord, str]] = {}
        self._states: Collection[str] = ()
        self._sweep: str | None = None
        self._order = (BEGUN, Qt.SortOrder.DescendingOrder)
        self._colors: Mapping[str, str] = {}
        self._kept: Collection[str] = ()
        self._theme = LIGHT
        self._font = QFont()

    # what is shown

    def set_records(self, records: Sequence[RunRecord], other_data: Mapping[str, str]) -> None:
        """Show other runs.

        Parameters
        ----------
        records : sequence of RunRecord
        other_data : mapping of str to str
            The runs that learned from other data than is open, and how it differs.
        """
        self._all, self._other_data = records, other_data
        self._names = names_apart(records)
        self._arrange()

    def set_filter(self, text: str, group: str, sweep: str | None = None) -> None:
        """Show only some runs.

        Parameters
        ----------
        text : str
            Words, each of which they hold.
        group : str
            Of their state; any if there is none of that name.
        sweep : str, optional
            The folder of their sweep, empty for those of none; any if not given.
        """
        self._words = text.casefold().split()
        self._states = STATE_GROUPS.get(group, ())
        self._sweep = sweep
        self._arrange()

    def set_colors(self, colors: Mapping[str, str], kept: Collection[str]) -> None:
        """Give runs the colours of their curves; those that are kept have a ring."""
        self._colors, self._kept = colors, kept
        self._tell_changed(CURVE)  # no more, or a name that is being written would begin anew

    def set_looks(self, theme: Theme, font: QFont) -> None:
        """Take the colours of a theme, and the font of the view."""
        self._theme, self._font = theme, tabular(font)
        self._tell_changed()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; what has nothing there comes last."""
        self._order = (column, order)
        self._arrange()

    def row_of(self, run: str) -> int:
        """Tell in which row a run stands; -1 for none."""
        return next((row for row, record in enumerate(self.records) if record.id == run), -1)

    def _arrange(self) -> None:
        records = self._sorted([record for record in self._all if self._is_wanted(record)])
        if [record.id for record in records] == [record.id for record in self.records]:
            self.records = records
            self._tell_changed()
            return
        self.beginResetModel()
        self.records = records
        self.endResetModel()

    def _is_wanted(self, record: RunRecord) -> bool:
        if self._states and record.state not in self._states:
            return False
        if self._sweep is not None and sweep_folder_of(record) != self._sweep:
            return False
        return all(word in self._text_of(record) for word in self._words)

    def _text_of(self, record: RunRecord) -> str:
        """Put together what a filter looks through, once for each record."""
        known = self._texts.get(record.id)
        if known is None or known[0] is not record:
            parts = [*(column.text(record) for column in COLUMNS), record.notes.note]
            known = self._texts[record.id] = (record, " ".join(parts).casefold())
        return known[1]

    def _sorted(self, records: list[RunRecord]) -> list[RunRecord]:
        column, order = self._order
        key = COLUMNS[column].key
        keyed = [(key(record), record) for record in reversed(records)]  # the newest first among equals
        there = [pair for pair in keyed if pair[0] is not None]
        there.sort(key=lambda pair: pair[0], reverse=order is Qt.SortOrder.DescendingOrder)
        in_order = [record for _, record in there] + [record for own, record in keyed if own is None]
        return sorted(in_order, key=lambda record: not record.notes.pinned)

    def _tell_changed(self, last: int = len(COLUMNS) - 1) -> None:
        if self.records:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.records) - 1, last))

    # what Qt asks

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Return how many runs are shown."""
        return 0 if parent.isValid() else len(self.records)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        """Return how many columns there are, hidden ones too."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column, or what it means."""
        if orientation is Qt.Orientation.Vertical:
            return None
        column = COLUMNS[section]
        return {
            Qt.ItemDataRole.DisplayRole: column.title,
            Qt.ItemDataRole.ToolTipRole: column.tip or None,
            Qt.ItemDataRole.TextAlignmentRole: _alignment(column.is_number),
        }.get(Qt.ItemDataRole(role))

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let names be edited."""
        return NAME_FLAGS if index.column() == NAME else FLAGS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: PLR0911  one a role
        """Return what stands in a cell, or how it looks."""
        record, number = self.records[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._mark(record, number) + self._text(record, number)
            case Qt.ItemDataRole.EditRole:
                return COLUMNS[number].text(record)
            case Qt.ItemDataRole.DecorationRole if number == CURVE:
                return self._dot(record.id)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(COLUMNS[number].is_number)
            case Qt.ItemDataRole.FontRole if COLUMNS[number].is_number:
                return self._font
            case Qt.ItemDataRole.ForegroundRole:
                return self._color(record, number)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(record, number)
            case Qt.ItemDataRole.AccessibleTextRole if number == CURVE:
                return "curves are shown" if record.id in self._colors else "curves are not shown"
            case Qt.ItemDataRole.AccessibleTextRole if number == PIN:
                return "pinned" if record.notes.pinned else "not pinned"
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take another name from the editor."""
        record = self.records[index.row()]
        if role != Qt.ItemDataRole.EditRole or str(value).strip() == record.name:
            return False
        self.renamed.emit(record.id, str(value))
        return True

    def _text(self, record: RunRecord, number: int) -> str:
        return self._names.get(record.id, record.name) if number == NAME else COLUMNS[number].text(record)

    def _mark(self, record: RunRecord, number: int) -> str:
        return "≠ " if number == DATA and record.id in self._other_data else ""

    def _color(self, record: RunRecord, number: int) -> QColor | None:
        theme = self._theme
        if number == PIN:
            return QColor(theme.accent if record.notes.pinned else theme.muted)
        if number == STATE:
            tones = {"running": theme.accent, "failed": theme.bad, "stopped": theme.muted}
            group = next((name for name, states in STATE_GROUPS.items() if record.state in states), "")
            return QColor(tones[group]) if group in tones else None
        return QColor(theme.muted) if number == DATA and record.id in self._other_data else None

    def _tip(self, record: RunRecord, number: int) -> str | None:
        if number == NAME:
            return f"{self._text(record, number)}\n{record.notes.note}".strip()
        if number == DATA and record.id in self._other_data:
            return f"≠: {self._other_data[record.id]}"
        if number == RATE and record.rates_set:
            return f"{record.learning_rates}, set by hand"
        return COLUMNS[number].tip or None

    def _dot(self, run: str) -> QIcon:
        pixmap = QPixmap(DOT * 2, DOT * 2)
        pixmap.setDevicePixelRatio(2)
        pixmap.fill(Qt.GlobalColor.transparent)
        color = self._colors.get(run)
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(color or self._theme.muted), 1.5 if color else 1))
            if color and run in self._kept:
                painter.drawEllipse(QPointF(DOT / 2, DOT / 2), 7, 7)
            if color:
                painter.setBrush(QColor(color))
            painter.drawEllipse(QPointF(DOT / 2, DOT / 2), 4, 4)
        icon = QIcon(pixmap)
        icon.addPixmap(pixmap, QIcon.Mode.Selected)  # or a selection would tint the colour
        return icon


def _alignment(is_number: bool) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
