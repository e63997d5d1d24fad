"""The columns of the table of runs: hidden, moved, as wide as the text or the user wants, and remembered."""

from helpers.runs_table import Shown, click_head, column, press_key
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from digitgui.frame.main_window import MainWindow
from digitgui.runs.run_columns import COLUMNS


def test_hidden_columns_and_their_order_are_remembered(whole: MainWindow, make_window) -> None:
    view = whole.runs_page.list.view
    next(entry for entry in view.columns_menu().actions() if entry.text() == "Seed").trigger()
    view.horizontalHeader().resizeSection(column("Name"), 222)
    click_head(whole, "Learning rate")
    whole.close()
    again = make_window().runs_page.list.view
    assert again.isColumnHidden(column("Seed"))
    assert again.columnWidth(column("Name")) == 222
    assert again.horizontalHeader().sortIndicatorSection() == column("Learning rate")


def test_columns_follow_the_text_both_ways_and_reset_layout_repairs_them(whole, make_window, qtbot) -> None:
    def widths(window: MainWindow) -> list[int]:
        return [window.runs_page.list.view.columnWidth(number) for number in range(len(COLUMNS))]

    def drag(window: MainWindow, title: str, pixels: int) -> None:
        header = window.runs_page.list.view.horizontalHeader()
        edge = header.sectionViewportPosition(column(title)) + header.sectionSize(column(title)) - 1
        start, end = (QPoint(edge + moved, header.height() // 2) for moved in (0, pixels))
        QTest.mousePress(header.viewport(), Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(header.viewport(), end)
        QTest.mouseRelease(header.viewport(), Qt.MouseButton.LeftButton, pos=end)

    usual = widths(whole)
    whole.themes.enlarge_text(3)
    qtbot.waitUntil(lambda: all(now > before for now, before in zip(widths(whole)[2:], usual[2:], strict=True)))
    whole.close()  # with the wide columns
    again = make_window()
    again.show_page("runs")
    qtbot.waitUntil(lambda: len(again.session.runs.records) > 0)
    again.themes.enlarge_text(-3)
    qtbot.waitUntil(lambda: widths(again) == usual)
    drag(again, "State", 40)
    dragged = [width + 40 * (number == column("State")) for number, width in enumerate(usual)]
    assert widths(again) == dragged
    again.runs_page.list.view.setColumnHidden(column("Loss"), True)
    again.themes.enlarge_text(3)
    qtbot.waitUntil(lambda: widths(again)[column("Name")] > usual[column("Name")])
    assert widths(again)[column("State")] == dragged[column("State")]
    again.close()
    third = make_window()
    third.show_page("runs")
    third.themes.enlarge_text(-3)
    hidden = [width * (number != column("Loss")) for number, width in enumerate(dragged)]
    qtbot.waitUntil(lambda: widths(third) == hidden)
    third.runs_page.list.view.horizontalHeader().moveSection(4, 7)
    third.menus.trigger("resetLayout")
    assert widths(third) == usual
    header = third.runs_page.list.view.horizontalHeader()
    assert [header.logicalIndex(place) for place in range(len(COLUMNS))] == list(range(len(COLUMNS)))
    third.close()
    assert widths(make_window()) == usual


def test_a_click_leaves_the_dot_and_the_star_in_sight(runs: Shown, records, qtbot) -> None:
    view = runs.runs_page.list.view
    view.horizontalHeader().resizeSection(column("Name"), view.viewport().width() - 80)
    bar = view.horizontalScrollBar()
    assert view.visualRect(runs.runs_page.list.table.index(0, column("State"))).right() > view.viewport().width()
    QTest.mouseClick(
        view.viewport(),
        Qt.MouseButton.LeftButton,
        pos=QPoint(view.viewport().width() - 8, view.visualRect(view.model().index(1, 0)).center().y()),
    )
    assert view.currentIndex().column() == column("State")
    qtbot.wait(QApplication.doubleClickInterval() + 300)  # Qt scrolls to what was clicked after that
    assert bar.value() == 0
    press_key(runs, Qt.Key.Key_Right)
    assert bar.value() > 0, "the keys scroll sideways"
    view.horizontalHeader().resizeSection(column("Name"), view.viewport().width() + 50)
    press_key(runs, Qt.Key.Key_Left)
    press_key(runs, Qt.Key.Key_Left)
    assert view.currentIndex().column() == column("Name")
    assert bar.value() == 0
