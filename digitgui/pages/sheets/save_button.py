"""What the sheets become: a table, or a data set of their digits."""

from PySide6.QtWidgets import QMenu, QPushButton

from digitgui.asking import file_dialogs
from digitgui.session import Session
from digitgui.widgets.building import wrapped

__all__ = ["SaveButton"]


class SaveButton(QPushButton):
    """Asks what to save, and where."""

    def __init__(self, session: Session) -> None:
        super().__init__("Save…")
        self._session = session
        tip = "Save the table, or pictures of the digits that you confirmed or corrected"
        self.setToolTip(wrapped(tip))
        self.setAccessibleDescription(tip)
        self.setObjectName("saveTable")
        self.setProperty("primary", True)
        self.setProperty("menu", True)
        menu = QMenu(self)
        self._table = menu.addAction("&Table…", self._ask_table)
        self._digits = menu.addAction("&Cells as data set…", self._ask_digits)
        self._digits.setToolTip("Pictures of single digits and their labels, to train a network on")
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._show_entries)
        self.setMenu(menu)
        project = session.sheets
        for signal in (project.listed, project.sheet_changed):
            signal.connect(self._show)
        self._show()

    def _show(self) -> None:
        self.setEnabled(bool(self._session.sheets.read))

    def _show_entries(self) -> None:
        count = len(self._session.sheets.read)
        self._table.setText(f"&Table of all {count:,} sheets…" if count > 1 else "&Table…")
        self._digits.setEnabled(bool(self._session.sheet_teaching.count))

    def _ask_table(self) -> None:
        review, project = self._session.sheet_review, self._session.sheets
        record, path = review.record, project.path
        if path is None:
            return
        name = record.file.stem if record is not None and len(project.read) == 1 else "table"
        title = f"Save {len(project.read):,} sheets as one table" if len(project.read) > 1 else "Save table"
        path = file_dialogs.ask_table_target(self, self._session.settings, name, title, path.parent)
        if path:
            review.keep_typed()
            self._session.sheet_tables.save(path)

    def _ask_digits(self) -> None:
        project = self._session.sheets.path
        name = f"{project.parent.name} digits" if project is not None else "digits"
        path = file_dialogs.ask_digits_target(self, self._session.settings, name)
        if path:
            self._session.sheet_digits.save(path)
