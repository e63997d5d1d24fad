"""The table of runs, pressed and read by titles of its columns."""

from typing import Protocol

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from digitgui.pages.runs.runs_page import RunsPage
from digitgui.runs.run_columns import COLUMNS
from digitgui.session import Session


class Shown(Protocol):
    """The page with what it shows, alone or in the whole window."""

    session: Session
    runs_page: RunsPage


def column(title: str) -> int:
    return next(number for number, entry in enumerate(COLUMNS) if entry.title == title)


def shown(window: Shown, title: str = "Network") -> list[str]:
    table = window.runs_page.list.table
    return [table.index(row, column(title)).data() for row in range(table.rowCount())]


def click_head(window: Shown, title: str) -> None:
    header = window.runs_page.list.view.horizontalHeader()
    window.runs_page.list.view.scrollTo(window.runs_page.list.table.index(0, column(title)))
    place = QPoint(header.sectionViewportPosition(column(title)) + 12, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def click_cell(window: Shown, row: int, number: int) -> None:
    view = window.runs_page.list.view
    QTest.mouseClick(
        view.viewport(),
        Qt.MouseButton.LeftButton,
        pos=view.visualRect(window.runs_page.list.table.index(row, number)).center(),
    )


def press_key(window: Shown, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.runs_page.list.view, key, keys)
