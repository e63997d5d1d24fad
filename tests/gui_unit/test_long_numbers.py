"""Numbers that are long, or whole pages: nothing of them is cut off, and a page leads to Sheets."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.pictures import draw_digit
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from digitgui.asking import file_dialogs
from digitgui.drawings.read_number import ReadNumber
from digitgui.frame.main_window import MainWindow
from digitgui.looks.sizes import by_text
from digitgui.widgets.ink.number_boxes import GAP, NARROWEST_COLUMN, NumberBoxes
from digitgui.wording import percent
from model import build, open_data
from model.handwriting.segmentation import ReadDigit, Segment
from model.network.task import Task

SEVEN = ((0.0, 0.3), (0.14, 0.29), (0.11, 0.45), (0.07, 0.65))
ROWS, COLUMNS = 5, 7


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Write a page of five rows of seven digits, dark on white paper."""
    data = open_data("bundled")
    paper = np.full((1100, 1600), 250, np.uint8)
    for place, index in enumerate(data.split.validation[: ROWS * COLUMNS]):
        digit = np.asarray(Image.fromarray(data.images[index]).resize((110, 110)))
        top, left = 60 + 200 * (place // COLUMNS), 120 + 200 * (place % COLUMNS)
        paper[top : top + 110, left : left + 110] -= (0.9 * digit).astype(np.uint8)
    Image.fromarray(paper).save(tmp_path / "page.png")
    return tmp_path / "page.png"


def draw_sevens(canvas: QWidget, qtbot: QtBot, *lefts: float) -> None:
    """Draw sevens with the mouse, beside one another."""
    side = canvas.width()
    for left in lefts:
        places = [QPoint(round(side * (left + x)), round(side * y)) for x, y in SEVEN]
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
        for place in places[1:]:
            QTest.mouseMove(canvas, place)
            qtbot.wait(2)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])


def click(part: QWidget) -> None:
    QTest.mouseClick(part, Qt.MouseButton.LeftButton)


def assert_all_is_seen(boxes: NumberBoxes) -> None:
    """Demand that no digit is cut off, none lies on another, and each can be scrolled to."""
    columns = [boxes.column_of(index) for index in range(len(boxes._digits))]
    whole = boxes.rect().toRectF()
    assert all(whole.contains(column) for column in columns)
    assert not any(one.intersects(other) for place, one in enumerate(columns) for other in columns[:place])
    assert min(column.width() for column in columns) >= by_text(NARROWEST_COLUMN) - GAP
    assert min(column.height() for column in columns) >= 130
    area = boxes.parentWidget().parentWidget() if boxes.parentWidget() else None
    if isinstance(area, QScrollArea):
        assert area.viewport().width() >= boxes.width()
        assert area.verticalScrollBar().maximum() == max(0, boxes.height() - area.viewport().height())


def test_a_photo_of_a_page_says_so_and_is_read_on_sheets(
    window: MainWindow, qtbot: QtBot, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering, card = window.session.answering, window.draw_page.answer
    button = window.findChild(QPushButton, "readOnSheets")
    window.resize(1024, 640)
    draw_sevens(window.draw_page.canvas, qtbot, 0.2, 0.6)
    qtbot.waitUntil(lambda: answering.number is not None, timeout=10_000)
    assert not button.isVisible()  # a number of two digits is no page
    click(window.findChild(QPushButton, "clearButton"))
    qtbot.wait(20)

    monkeypatch.setattr(file_dialogs, "ask_photo", lambda *_: page)
    click(window.findChild(QPushButton, "photoButton"))
    qtbot.waitUntil(lambda: answering.number is not None and answering.number.is_page, timeout=20_000)
    qtbot.wait(50)
    assert len(answering.number.digits) > 0.9 * ROWS * COLUMNS
    words = [part.text() for part in card.findChildren(QLabel) if part.isVisible()]
    assert f"{len(answering.number.digits)} digits in 5 rows" in words
    assert any("looks like a page" in text for text in words)
    assert_all_is_seen(card.number)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Tab)
    assert card.number.hasFocus()
    QTest.keyClick(card.number, Qt.Key.Key_Down)
    area = card.number.parentWidget().parentWidget()
    assert area.verticalScrollBar().value() > 0  # also by keys

    click(button)
    sheets = window.session.sheets
    assert window._pages.current.name == "sheets"
    qtbot.waitUntil(lambda: len(sheets.sheets) == 1, timeout=20_000)
    assert sheets.path.parent == page.parent
    qtbot.waitUntil(lambda: not sheets.opening.is_under_way, timeout=20_000)
    sheets.stop()


def test_a_page_whose_file_is_gone_leads_to_sheets_all_the_same(make_window, qtbot: QtBot, page: Path) -> None:
    window = make_window()
    window.session.pictures.open(page)
    qtbot.waitUntil(lambda: window.session.answering.number is not None, timeout=20_000)
    assert window.findChild(QPushButton, "readOnSheets").text() == "Read it on Sheets"
    window.close()
    window = make_window()  # which knows the picture, and no file
    button = window.findChild(QPushButton, "readOnSheets")
    qtbot.waitUntil(button.isVisible, timeout=20_000)
    assert button.text() == "Go to Sheets"
    assert_all_is_seen(window.draw_page.answer.number)
    click(button)
    assert window._pages.current.name == "sheets"
    assert window.session.sheets.sheets == []


def test_a_photo_that_looks_like_no_digit_may_be_a_page(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    session, button = window.session, window.findChild(QPushButton, "readOnSheets")
    noise = np.random.default_rng(0).integers(0, 2, (40, 60)).astype(np.uint8)
    Image.fromarray(250 - 240 * np.kron(noise, np.ones((6, 6), np.uint8))).save(tmp_path / "text.png")
    session.model.set_refuse_below(1.0)
    session.pictures.open(tmp_path / "text.png")
    qtbot.waitUntil(lambda: session.drawing.picture is not None and not session.answering.is_reading)
    assert session.answering.number is None
    assert session.answering.prediction.doubt
    assert button.isVisible()
    assert button.text() == "A page? Read it on Sheets"
    session.model.set_refuse_below(0.0)
    assert not button.isVisible()
    session.model.set_refuse_below(1.0)
    session.drawing.clear()
    draw_sevens(window.draw_page.canvas, qtbot, 0.4)
    qtbot.waitUntil(lambda: not session.answering.is_reading)
    assert session.answering.prediction.doubt
    assert not button.isVisible()  # what is drawn is no page


@pytest.mark.parametrize(
    ("rows", "is_page"), [((2,), False), ((8,), False), ((9,), True), ((1, 1), True), ((8, 8, 8), True)]
)
def test_a_photo_of_several_rows_or_a_long_one_is_a_page_and_a_drawing_never(
    rows: tuple[int, ...], is_page: bool
) -> None:
    digits = sevens(*rows)
    assert ReadNumber(digits, [], is_photo=True).is_page == is_page
    assert ReadNumber(digits, [], is_photo=True).rows == len(rows)
    assert not ReadNumber(digits, []).is_page


def sevens(*rows: int) -> list[ReadDigit]:
    """Make rows of sevens, as they are read."""
    seven, probabilities = draw_digit(7, 28), np.zeros(10, np.float32)
    probabilities[7] = 1.0
    one = ReadDigit(Segment(0, 0, 28, 28, seven), seven, probabilities)
    return [replace(one, row=row) for row, count in enumerate(rows) for _ in range(count)]


@pytest.mark.parametrize("width", [216, 388, 470, 900])
@pytest.mark.parametrize("rows", [(2,), (12,), (30,), (8,) * 6, (1, 17)], ids=str)
def test_digits_go_on_in_another_line_where_there_is_no_room(
    qtbot: QtBot, rows: tuple[int, ...], width: int
) -> None:
    digits = sevens(*rows)
    boxes = NumberBoxes()
    qtbot.addWidget(boxes)
    boxes.resize(width, 100)
    boxes.set_digits(digits)
    boxes.resize(width, boxes.minimumSizeHint().height())
    assert boxes.minimumSizeHint().width() <= 216
    assert_all_is_seen(boxes)
    columns = [boxes.column_of(index) for index in range(len(digits))]
    font = boxes.font()
    font.setPixelSize(by_text(11))
    assert QFontMetrics(font).horizontalAdvance(percent(1.0)) <= min(column.width() for column in columns) + 8
    first = sum(rows[:-1])
    if first:  # a row begins a line
        assert columns[first].left() == columns[0].left()
        assert columns[first].top() >= columns[first - 1].bottom()


def test_the_dock_shows_a_number_as_draw_does_and_nothing_where_nothing_is_drawn(
    window: MainWindow, qtbot: QtBot
) -> None:
    session, dock = window.session, window.dock
    window.resize(1280, 800)
    window.show_page("train")
    seen = next(part for part in dock.findChildren(QWidget) if part.accessibleName().startswith("The 28×28"))
    digit = dock.findChild(QLabel, "smallDigit")

    def shown() -> tuple[bool, bool, bool]:
        return seen.isVisible(), dock.bars.isVisible(), dock.number.isVisible()

    assert shown() == (False, True, False)
    place = dock.canvas.mapTo(window, QPoint()), dock.canvas.size()
    draw_sevens(dock.canvas, qtbot, 0.1)
    qtbot.waitUntil(lambda: not session.answering.is_reading)
    assert shown() == (True, True, False)
    assert digit.text() == "7"
    draw_sevens(dock.canvas, qtbot, 0.3, 0.5, 0.7, 0.84)
    qtbot.waitUntil(lambda: session.answering.number is not None, timeout=10_000)
    qtbot.wait(50)
    number = session.answering.number
    assert shown() == (False, False, True)
    assert digit.text() == number.text
    assert digit.width() >= digit.fontMetrics().horizontalAdvance(number.text)
    least = min(one.confidence for one in number.digits)
    assert percent(least) in dock.number.accessibleDescription()
    assert_all_is_seen(dock.number)
    assert (dock.canvas.mapTo(window, QPoint()), dock.canvas.size()) == place
    click(next(part for part in dock.findChildren(QPushButton) if part.text() == "Clear"))
    assert shown() == (False, True, False)
    letters = Task(tuple("abcdef"))
    session.model.replace(build("journal-8", 0, letters), name="letters")
    assert any(part.text() == "Draw here" for part in dock.findChildren(QLabel))  # beside an empty canvas, too


@pytest.mark.parametrize(("size", "steps"), [((1024, 640), 0), ((1366, 728), 0), ((1366, 728), 2)])
def test_a_number_is_written_as_large_as_all_of_it_fits(
    window: MainWindow, qtbot: QtBot, size: tuple[int, int], steps: int
) -> None:
    card, canvas = window.draw_page.answer, window.draw_page.canvas
    digit = card.findChild(QLabel, "predictedDigit")
    window.resize(*size)
    for _ in range(steps):
        window.themes.enlarge_text(1)
    qtbot.wait(50)
    place = canvas.mapTo(window, QPoint()), canvas.size()
    for rows in ((2,), (8,), (13,), (30,), (9, 9, 9)):
        number = ReadNumber(sevens(*rows), [])
        card.show_number(number, 0.5, is_current=True)
        qtbot.wait(20)
        how = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignCenter
        written = digit.fontMetrics().boundingRect(digit.rect(), how, number.text)
        assert digit.rect().contains(written), rows
        said = next(part for part in card.findChildren(QLabel) if part.text().startswith("A number of"))
        assert said.width() >= said.sizeHint().width(), rows
        assert_all_is_seen(card.number)
        assert (canvas.mapTo(window, QPoint()), canvas.size()) == place, rows
