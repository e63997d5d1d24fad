"""What tests of the Sheets page do again and again."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitgui.documents.sheet_project import SheetProject
from digitgui.pages.sheets.sheets_page import SheetsPage

__all__ = ["PATIENCE", "press", "wait_read"]

PATIENCE = 60_000


def wait_read(project: SheetProject, qtbot: QtBot, sheets: int = 1) -> None:
    """Wait until so many sheets are there, and nothing is read any more."""
    qtbot.waitUntil(
        lambda: (
            len(project.sheets) >= sheets and not project.opening.is_under_way and not project.reading.is_under_way
        ),
        timeout=PATIENCE,
    )


def press(page: SheetsPage, *keys: Qt.Key | str, on: QWidget | None = None) -> None:
    """Press keys, or type texts."""
    for key in keys:
        if isinstance(key, str):
            QTest.keyClicks(on or page, key)
        else:
            QTest.keyClick(on or page, key)
