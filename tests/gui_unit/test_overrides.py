"""What Qt calls goes on after a surprise, whatever it is."""

import subprocess
import sys

import pytest

SURPRISE = """
import sys
import numpy as np
from PySide6.QtCore import QAbstractTableModel, QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QStyledItemDelegate, QTableView
from digitgui.work.overrides import guard_event_handlers

def surprise():
    return np.zeros(3)[np.array([7])]  # raised by C code, in the middle of an override

class Table(QAbstractTableModel):
    __module__ = "digitgui.table"
    def rowCount(self, parent=None): return 2
    def columnCount(self, parent=None): return 2
    def data(self, index, role=Qt.ItemDataRole.DisplayRole):
        return surprise() if sys.argv[1] == "data" else "text"
    def headerData(self, section, orientation, role=Qt.ItemDataRole.DisplayRole):
        return surprise() if sys.argv[1] == "headerData" else "head"

class Delegate(QStyledItemDelegate):
    __module__ = "digitgui.table"
    def paint(self, painter, option, index):
        surprise() if sys.argv[1] == "paint" else super().paint(painter, option, index)

class View(QTableView):
    __module__ = "digitgui.table"
    def sizeHint(self):
        return surprise() if sys.argv[1] == "sizeHint" else super().sizeHint()

told = []
application = QApplication([])
guard_event_handlers()
sys.excepthook = lambda kind, *_: told.append(kind.__name__)
view = View()
view.setModel(Table())
view.setItemDelegate(Delegate())
view.setVisible(True)
view.adjustSize()
view.grab()
print("went on", set(told))
"""


@pytest.mark.parametrize("override", ["data", "headerData", "paint", "sizeHint"])
def test_the_program_goes_on_after_a_surprise_in_a_method_that_returns_something(override: str) -> None:
    command = [sys.executable, "-c", SURPRISE, override]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "went on {'IndexError'}\n"
