"""The list of runs: what is looked for, and the table."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFrame, QLineEdit, QVBoxLayout

from digitgui.documents.data_difference import difference
from digitgui.looks.sizes import by_text
from digitgui.runs.run_columns import COLUMNS
from digitgui.runs.run_table import RunTable
from digitgui.runs.run_wording import STATE_GROUPS, sweep_folder_of
from digitgui.runs.runs_document import RunsDocument
from digitgui.settings import Settings
from digitgui.widgets.building import chip, column_of, label
from digitgui.widgets.flow_layout import FlowLayout
from digitgui.widgets.scrolling import leave_wheel
from digitgui.widgets.tables.run_table_view import RunTableView
from model.runs.run_record import RunRecord

ALL = "all"
GROUPS = (ALL, *STATE_GROUPS)
LAYOUT_KEY = f"runs/columns{len(COLUMNS)}"
"""A layout of another number of columns is not taken up again."""
WIDTHS_KEY = f"{LAYOUT_KEY}_own_widths"
"""Numbers of the columns whose width a person has chosen, between commas."""
WAIT_MILLISECONDS = 100
FILTER_WIDTH = 200


class RunListCard(QFrame):
    """Filters and shows the runs.

    Signals
    -------
    shown_changed()
        Other runs are in the table.
    """

    shown_changed = Signal()

    def __init__(self, document: RunsDocument, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("card")
        self._document, self._settings = document, settings
        self._open_data: Mapping[str, Any] = {}
        self.table = RunTable()
        self.view = RunTableView(self.table)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Search…")
        self.filter.setToolTip("Find runs by their name, network, sweep or note")
        self.filter.setAccessibleName("Filter of the runs")
        self.filter.setClearButtonEnabled(True)
        self.sweeps = QComboBox()
        self.sweeps.setAccessibleName("Sweep of the runs")
        self.sweeps.setToolTip("Show the runs of one sweep")
        self.sweeps.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        leave_wheel(self.sweeps)
        self._list_sweeps()
        self.count = label(name="muted")  # which stands in the head of the page
        self._nothing = label("No matching runs. Change the filter, or choose All", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        QVBoxLayout(self.view.viewport()).addWidget(self._nothing)
        column_of(self._filter_row(), (self.view, 1), inside=self, margin=16, spacing=12)
        self._later = QTimer(self, singleShot=True, interval=WAIT_MILLISECONDS)
        self._later.timeout.connect(self.refresh)
        self.filter.textChanged.connect(self._filter)
        self.sweeps.currentIndexChanged.connect(self._filter)
        self.table.renamed.connect(document.rename)
        self.table.modelReset.connect(self._tell_count)
        self.table.modelReset.connect(self.shown_changed)
        self.set_room(1.0)
        self._restore_layout()

    def set_open_data(self, open_data: Mapping[str, Any]) -> None:
        """Mark runs that learned from other data than is open, as `model.runs.provenance.describe_data` tells."""
        self._open_data = open_data
        self.refresh()

    def refresh(self) -> None:
        """Show the runs as they are now; not while a name is being written, which that would end."""
        if self.view.is_editing:
            self._later.start()
            return
        self._list_sweeps()
        records, now = self._document.records, self._open_data
        others = [record for record in records if now and record.data["sha256"] != now["sha256"]]
        self.table.set_records(records, {record.id: _how_other(record, now) for record in others})
        self._tell_count()

    def clear_filter(self) -> None:
        """Show all runs."""
        self.show_sweep(None)

    def show_sweep(self, folder: str | None) -> None:
        """Show all runs of one sweep; all there are for None."""
        self.filter.clear()
        self._groups.button(0).setChecked(True)
        self.sweeps.setCurrentIndex(max(0, self.sweeps.findData(folder)))
        self._filter()

    def _list_sweeps(self) -> None:
        """Offer the sweeps there are; with none there is nothing to choose."""
        folders = dict.fromkeys(filter(None, map(sweep_folder_of, self._document.records)))
        entries = [
            ("All runs", None),
            ("Not in a sweep", ""),
            *((Path(folder).name, folder) for folder in folders),
        ]
        self.sweeps.setVisible(bool(folders))
        if [data for _, data in entries] == [self.sweeps.itemData(row) for row in range(self.sweeps.count())]:
            return
        chosen = self.sweeps.currentData()
        with QSignalBlocker(self.sweeps):
            self.sweeps.clear()
            for text, data in entries:
                self.sweeps.addItem(text, data)
            self.sweeps.setCurrentIndex(
                max(0, [data for _, data in entries].index(chosen) if chosen in folders else 0)
            )
        if chosen is not None and chosen not in folders:
            self._filter()

    def _filter_row(self) -> FlowLayout:
        self._groups = QButtonGroup(self)
        groups = [
            chip(self._groups, number, name, f"Show {name} runs", self._filter, name=f"{name}RunsChip")
            for number, name in enumerate(GROUPS)
        ]
        groups[0].setChecked(True)
        row = FlowLayout(spacing=4)
        for part in (self.filter, self.sweeps, *groups):
            row.addWidget(part)
        return row

    def set_room(self, room: float) -> None:  # noqa: ARG002
        """Let the field for searching be as wide as the text asks for."""
        self.filter.setFixedWidth(by_text(FILTER_WIDTH))

    def _filter(self) -> None:
        group = GROUPS[max(0, self._groups.checkedId())]
        self.table.set_filter(self.filter.text(), group, self.sweeps.currentData())
        self._tell_count()

    def _tell_count(self) -> None:
        shown, there = len(self.table.records), len(self._document.records)
        runs = "1 run" if there == 1 else f"{there:,} runs"
        self._nothing.setVisible(there > 0 and not shown)
        self.count.setText((runs if shown == there else f"{shown:,} of {runs}") if there else "")

    def _restore_layout(self) -> None:
        view, header = self.view, self.view.horizontalHeader()
        if header.restoreState(self._settings.blob(LAYOUT_KEY)):
            view.own_widths = self._own_widths()
        view.set_room(1.0)
        self.table.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())
        view.layout_changed.connect(self._keep_layout)

    def _own_widths(self) -> set[int]:
        """Read whose width a person has chosen; earlier versions did not write it: what is not usual may be."""
        columns = range(len(COLUMNS))
        if self._settings.has(WIDTHS_KEY):
            written = self._settings.text(WIDTHS_KEY).split(",")
            return {number for number in columns if str(number) in written}
        usual = {number: (COLUMNS[number].width, self.view.usual_width(number), 0) for number in columns}
        return {number for number in columns if self.view.columnWidth(number) not in usual[number]}

    def _keep_layout(self) -> None:
        self._settings.set(LAYOUT_KEY, self.view.horizontalHeader().saveState())
        self._settings.set(WIDTHS_KEY, ",".join(map(str, sorted(self.view.own_widths))))


def _how_other(record: RunRecord, now: Mapping[str, Any]) -> str:
    how = difference(record.data, now)
    return "It learned from data other than what is open now" + (f": {how}" if how else "")
