"""What tests of the Sheets page do again and again."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from digitgui.documents.sheet_project import SheetProject
from digitgui.frame.main_window import MainWindow
from digitgui.pages.sheets.sheets_page import SheetsPage
from helpers.sheet_projects import small_sheet, store_project
from model.sheets.sheet_record import SheetRecord

__all__ = [
    "PATIENCE",
    "choose",
    "entries",
    "menu_at",
    "press",
    "record",
    "show_small_sheet",
    "show_two_sheets",
    "wait_read",
]

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


def record(page: SheetsPage) -> SheetRecord:
    """Return the sheet that is looked at."""
    found = page._session.sheet_review.record
    assert found is not None
    return found


def menu_at(where: QWidget, place: QPoint) -> QMenu:
    """Right-click."""
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(where, QContextMenuEvent(reason, place, where.mapToGlobal(place)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def entries(menu: QMenu) -> Iterator[str]:
    """List what a menu offers, with what is in its submenus."""
    return (action.text().replace("&", "") for action in menu.actions())


def choose(menu: QMenu, *texts: str) -> None:
    """Choose what begins so, in the menu or in one inside it."""
    *outer, last = texts
    inside = menu
    for text in outer:
        inside = next(one.menu() for one in inside.actions() if one.text().replace("&", "").startswith(text))
    action = next(one for one in inside.actions() if one.text().replace("&", "").startswith(last))
    assert action.isEnabled()
    action.trigger()
    menu.close()


def show_two_sheets(window: MainWindow, folder: Path, qtbot: QtBot) -> SheetsPage:
    """Show two sheets that have been read already."""
    window.show_page("sheets")
    window.session.sheets.add(store_project(folder, "first.png", "second.png")[:1])
    wait_read(window.session.sheets, qtbot, 2)
    qtbot.waitUntil(lambda: window.session.sheet_scan.scan is not None)
    return window.sheets_page


def show_small_sheet(window: MainWindow, folder: Path, qtbot: QtBot) -> SheetsPage:
    """Show a sheet of 4 × 3 cells that has just been read."""
    small_sheet().picture.save(folder / "scan.png")
    window.show_page("sheets")
    window.session.sheets.add([folder / "scan.png"])
    wait_read(window.session.sheets, qtbot)
    qtbot.waitUntil(lambda: window.session.sheet_scan.scan is not None)
    return window.sheets_page
