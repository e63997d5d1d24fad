"""A table of terms: how numbers are written, where they lie, and what mouse and keys do."""

from collections.abc import Hashable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from digitgui.looks.theme import DARK, LIGHT
from digitgui.widgets.tables.term_layout import lay_out
from digitgui.widgets.tables.term_lines import (
    Grid,
    Line,
    cell_text,
    exponent_of,
    total_text,
    tsv_rows,
)
from digitgui.widgets.tables.term_table import TermTable
from digitgui.wording import single_text


def named(target: Hashable) -> str:
    return f"cell {target}"


def lines(count: int = 2, size: int = 3) -> list[Line]:
    rng = np.random.default_rng(3)
    values, weights = rng.uniform(0, 1, (count, size, size)), rng.normal(0, 0.3, (count, size, size))
    found = []
    for index in range(count):
        products = values[index] * weights[index]
        first = Grid(values[index], "sees", 1.0, target=lambda row, column, index=index: (index, row, column))
        parts = first, "×", Grid(weights[index], "kernel", 1.0), "=", Grid(products, "product", 1.0)
        found.append(Line(f"map {index}", parts, float(products.sum())))
    total = sum(line.total for line in found)
    return [*found, Line("bias", total=0.5), Line("sum", total=total + 0.5, is_sum=True)]


@pytest.fixture
def table(qtbot: QtBot) -> TermTable:
    table = TermTable("Terms", named)
    qtbot.addWidget(table)
    table.show_lines(lines())
    table.resize(600, 200)
    table.show()
    qtbot.waitExposed(table)
    table.clearFocus()
    return table


@pytest.fixture
def chosen(table: TermTable) -> list[Hashable]:
    found: list[Hashable] = []
    table.chosen.connect(found.append)
    return found


@pytest.mark.parametrize(
    ("largest", "exponent"),
    [(0, 0), (0.5, 0), (999, 0), (0.0312, -2), (2e-7, -7), (1e5, 5), (np.inf, 0), (np.nan, 0)],
)
def test_small_and_large_numbers_are_written_with_a_power_of_ten(largest: float, exponent: int) -> None:
    assert exponent_of(largest) == exponent


@pytest.mark.parametrize(
    ("number", "exponent", "text"),
    [
        (0.644, 0, "0.64"),
        (-0.0, 0, "0.00"),
        (-0.08, 0, "−0.08"),
        (-0.001, 0, "0.00"),
        (12.34, 0, "12.3"),
        (123.4, 0, "123"),
        (9.996, 0, "10.0"),
        (-3.1e-5, -5, "−3.10"),
        (np.nan, 0, "nan"),
    ],
)
def test_a_cell_has_two_decimals(number: float, exponent: int, text: str) -> None:
    assert cell_text(number, exponent) == text


def test_terms_can_be_added_up_by_eye() -> None:
    assert total_text(1.8789, 2.0) == "+1.879"
    assert total_text(-0.0003, 2.0) == "0.000"
    assert [total_text(number, 1.5e-6) for number in (1.5e-6, -2e-8, 0)] == ["+1.500e-06", "−0.020e-06", "0.000"]


@pytest.mark.parametrize("number", [-0.006627, 0.09802, 0.1673, -0.001, 0.0009512, 1.5e-7])
def test_a_number_alone_and_in_a_sum_is_spelled_the_same(number: float) -> None:
    assert total_text(number, abs(number)).lstrip("+").rstrip("0") == single_text(number).rstrip("0")
    assert ("e" in single_text(number)) == (abs(number) < 0.001)
    assert "-" not in single_text(number).replace("e-", "")


def test_all_numbers_are_copied_for_a_spreadsheet(table: TermTable) -> None:
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    rows = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert [row[0] for row in rows] == ["map 0", "", "", "map 1", "", "", "bias", "sum"]
    first = table.lines[0]
    assert [float(cell) for cell in rows[1][1:4]] == pytest.approx(first.grids[0].numbers[1], rel=1e-8)
    assert rows[0][4] == "×"
    assert rows[0][8] == "="
    assert float(rows[0][-1]) == pytest.approx(first.total, rel=1e-8)
    assert float(rows[-1][1]) == pytest.approx(sum(float(rows[at][-1]) for at in (0, 3, 6)), rel=1e-7)


def test_a_grid_that_is_lower_than_its_neighbour_leaves_cells_free() -> None:
    parts = Grid(np.ones((1, 2))), "=", Grid(np.full((2, 1), 3.0))
    assert tsv_rows([Line("a", parts, 2.0)]) == [["a", "1", "1", "=", "3", "2"], ["", "", "", "", "3"]]


def color(table: TermTable, place: tuple[int, int, int, int], image: QImage | None = None) -> tuple[int, int, int]:
    rect = table.cell_rect(place)
    found = (image or table.grab().toImage()).pixelColor(rect.left() + 4, rect.top() + 4)
    return found.red(), found.green(), found.blue()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_ground_tells_sign_and_size(table: TermTable, theme) -> None:
    table.set_theme(theme)
    table.show_lines([Line("a", (Grid(np.array([[1.0, 0.3, 0.0, -0.3, -1.0]]), "sees", 1.0),), 0.0)])
    colors = [color(table, (0, 0, 0, column)) for column in range(5)]
    card = tuple(int(theme.card[at : at + 2], 16) for at in (1, 3, 5))
    assert colors[0] == (255, 138, 76)
    assert colors[4] == (76, 163, 255)
    assert colors[2] == card
    for near, far in ((1, 0), (3, 4)):
        assert sum(abs(a - b) for a, b in zip(colors[near], card, strict=True)) > 0
        assert sum(abs(a - b) for a, b in zip(colors[near], colors[far], strict=True)) > 100


def test_what_is_no_number_and_what_is_outside_has_no_colour(table: TermTable) -> None:
    numbers, inside = np.array([[np.nan, 5.0, np.inf]]), np.array([[True, False, True]])
    table.show_lines([Line("a", (Grid(numbers, "sees", np.inf, inside),), np.nan)])
    assert color(table, (0, 0, 0, 0)) == (255, 255, 255)
    assert color(table, (0, 0, 0, 1)) == tuple(int(LIGHT.field[at : at + 2], 16) for at in (1, 3, 5))
    assert table.words((0, 0, 0, 1)) == "outside the map: padding, 0"


def test_grids_go_on_in_the_next_row_where_it_is_narrow(table: TermTable) -> None:
    wide, narrow = table.heightForWidth(600), table.heightForWidth(300)
    assert narrow > 1.8 * wide - 60
    table.resize(300, narrow)
    for line in range(2):
        tops = [table.cell_rect((line, grid, 0, 0)).top() for grid in range(3)]
        assert tops[0] < tops[1] < tops[2]
        assert all(table.cell_rect((line, grid, 2, 2)).right() < 300 for grid in range(3))


def test_a_grid_with_no_room_for_numbers_shows_its_colours(table: TermTable) -> None:
    table.show_lines([Line("a", (Grid(np.eye(28), "sees", 1.0),), 28.0)])
    table.resize(400, 400)
    assert table.cell_rect((0, 0, 27, 27)).right() < 400
    assert table.cell_rect((0, 0, 0, 0)).width() < 16
    assert color(table, (0, 0, 5, 5)) == (255, 138, 76)


def test_a_click_chooses_what_a_cell_stands_for(table: TermTable, chosen: list[Hashable]) -> None:
    QTest.mouseClick(table, Qt.MouseButton.LeftButton, pos=table.cell_rect((1, 0, 2, 1)).center())
    assert chosen == [(1, 2, 1)]
    QTest.mouseClick(table, Qt.MouseButton.LeftButton, pos=table.cell_rect((1, 1, 2, 1)).center())  # a kernel
    QTest.mouseClick(table, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert chosen == [(1, 2, 1)]


def test_the_hand_tells_what_can_be_chosen(table: TermTable) -> None:
    QTest.mouseMove(table, table.cell_rect((0, 0, 1, 1)).center())
    assert table.cursor().shape() == Qt.CursorShape.PointingHandCursor
    QTest.mouseMove(table, table.cell_rect((0, 2, 1, 1)).center())
    assert table.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_the_arrows_lead_through_all_grids_and_return_chooses(table: TermTable, chosen: list[Hashable]) -> None:
    table.setFocus()
    first = table.lines[0].grids[0].numbers
    assert table.accessibleDescription() == f"cell (0, 0, 0): {first[0, 0]:.6g}"
    for _ in range(4):
        QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert chosen == [(1, 1, 0)]
    for _ in range(20):
        QTest.keyClick(table, Qt.Key.Key_Right)
    assert table.accessibleDescription().startswith("map 1, product, row 1, column 2: ")
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert chosen == [(1, 1, 0)]
    for key in (Qt.Key.Key_Down,) * 5 + (Qt.Key.Key_Up,) * 9 + (Qt.Key.Key_Left,) * 20:
        QTest.keyClick(table, key)
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert chosen[-1] == (0, 0, 0)


def test_the_focus_is_seen_and_survives_other_lines(table: TermTable) -> None:
    table.clearFocus()
    before = table.grab().toImage()
    table.setFocus()
    assert table.grab().toImage() != before
    for key in (Qt.Key.Key_Down,) * 5:
        QTest.keyClick(table, key)
    table.show_lines(lines(1))
    assert table.accessibleDescription().startswith("cell (0, 0, 0)")
    table.show_lines([Line("bias", total=1.0)])
    assert table.accessibleDescription() == "arrow keys lead through the numbers"
    unfocused = table.grab().toImage()
    table.clearFocus()
    assert table.grab().toImage() != unfocused
    QTest.keyClick(table, Qt.Key.Key_Down)


def test_the_keys_bring_their_cell_into_sight(qtbot: QtBot) -> None:
    area, table = QScrollArea(), TermTable("Terms", named)
    area.setWidgetResizable(True)
    table.show_lines(lines(20))
    area.setWidget(table)
    area.resize(600, 150)
    qtbot.addWidget(area)
    area.show()
    qtbot.waitExposed(area)
    table.setFocus()
    for _ in range(40):
        QTest.keyClick(table, Qt.Key.Key_Down)
    assert area.verticalScrollBar().value() > 200
    assert table.accessibleDescription().startswith("cell (13, ")


def test_totals_are_written_on_one_scale(table: TermTable) -> None:
    faint = [Line("a", total=3e-6), Line("b", total=-2e-8), Line("sum", total=2.98e-6, is_sum=True)]
    table.show_lines(faint)
    image = table.grab().toImage()
    assert len({image.pixelColor(x, y).rgb() for x in range(0, 300, 2) for y in range(60)}) > 3


def test_a_sign_at_the_end_keeps_clear_of_the_total(table: TermTable) -> None:
    one, text = np.array([[2.0]]), table.fontMetrics()
    line = Line("a", (Grid(one, "sees"), "×", Grid(one, "weight"), "="), 4.0)
    found = lay_out([line], 600, text, text)
    sign, rect = found.lines[0].signs[-1]
    assert sign == "="
    assert rect.right() <= found.right - text.horizontalAdvance(total_text(4.0, 4.0))
