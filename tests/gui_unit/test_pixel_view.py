"""A picture with its values, by mouse and by keyboard."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitgui.looks.theme import DARK, LIGHT
from digitgui.widgets.pictures.pixel_view import PixelView


@pytest.fixture
def pixels() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)


@pytest.fixture
def view(qtbot: QtBot, pixels: np.ndarray) -> PixelView:
    """A view of 300×290 with cells of 10: 10 to the left, 5 above."""
    view = PixelView()
    qtbot.addWidget(view)
    view.set_image(pixels)
    view.resize(300, 290)
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.fixture
def said(view: PixelView) -> list[str]:
    words: list[str] = []
    view.hovered.connect(words.append)
    return words


def shown(view: PixelView) -> QImage:
    return view.grab().toImage()


def cell(row: int, column: int) -> QPoint:
    """The middle of a cell."""
    return QPoint(10 + 10 * column + 5, 5 + 10 * row + 5)


def test_every_pixel_is_a_square_of_its_value(view: PixelView, pixels: np.ndarray) -> None:
    view.clearFocus()
    image = shown(view)
    for row in range(28):
        for column in range(28):
            corners = [cell(row, column) + QPoint(x, y) for x in (-4, 3) for y in (-4, 3)]
            assert {image.pixelColor(corner).red() for corner in corners} == {int(pixels[row, column])}


@pytest.mark.parametrize(("row", "column"), [(0, 0), (12, 7), (27, 27)])
def test_the_mouse_tells_the_value(
    view: PixelView, said: list[str], pixels: np.ndarray, row: int, column: int
) -> None:
    before = shown(view)
    QTest.mouseMove(view, cell(row, column))
    words = f"row {row}, column {column}: {pixels[row, column]}"
    assert said == [words]
    assert view.accessibleDescription() == words
    assert shown(view) != before
    QTest.mouseMove(view, cell(row, column) + QPoint(2, 2))  # within the same pixel
    assert said == [words]
    QTest.mouseMove(view, QPoint(3, 100))  # beside the picture
    assert said == [words, ""]
    assert shown(view) == before


def test_the_pixel_pointed_to_is_framed(view: PixelView) -> None:
    QTest.mouseMove(view, cell(12, 7))
    image = shown(view)
    frame = image.pixelColor(cell(12, 7) - QPoint(6, 0)).name().upper()
    assert frame == LIGHT.accent
    view.set_theme(DARK)
    assert shown(view).pixelColor(cell(12, 7) - QPoint(6, 0)).name().upper() == DARK.accent


@pytest.mark.parametrize("row", [0, 13, 27])
@pytest.mark.parametrize("column", [0, 13, 27])
def test_the_words_stay_inside_and_leave_the_pixel_free(
    view: PixelView, pixels: np.ndarray, row: int, column: int
) -> None:
    QTest.mouseMove(view, cell(row, column))
    image = shown(view)
    assert image.pixelColor(cell(row, column)).red() == pixels[row, column]
    white = sum(image.pixelColor(x, y).name().upper() == LIGHT.card for x in range(10, 290) for y in range(5, 285))
    assert white > 1000


def test_the_arrows_move_the_pixel_and_stop_at_the_rim(
    view: PixelView, said: list[str], pixels: np.ndarray
) -> None:
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Up):
        QTest.keyClick(view, key)
    assert said[-1] == f"row 13, column 13: {pixels[13, 13]}"
    for _ in range(30):
        QTest.keyClick(view, Qt.Key.Key_Right)
        QTest.keyClick(view, Qt.Key.Key_Down)
    assert said[-1] == f"row 27, column 27: {pixels[27, 27]}"


def test_another_picture_tells_its_own_value_and_none_tells_nothing(view: PixelView, said: list[str]) -> None:
    QTest.mouseMove(view, cell(5, 6))
    view.set_image(np.full((28, 28), 9, np.uint8))
    assert said[-1] == "row 5, column 6: 9"
    view.set_image(None)
    assert said[-1] == ""
    QTest.mouseMove(view, cell(5, 7))
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert said[-1] == ""


def test_values_are_written_where_there_is_room(view: PixelView) -> None:
    view.set_image(np.full((28, 28), 200, np.uint8))
    view.clearFocus()

    def colors() -> set[int]:
        image = shown(view)
        left = (image.width() - image.width() // 28 * 28) // 2
        return {image.pixelColor(left + x, left + y).red() for x in range(2, 200) for y in range(2, 200)}

    view.resize(28 * 21, 28 * 21)
    assert colors() == {200}
    view.resize(28 * 22, 28 * 22)
    assert len(colors()) > 5
    assert min(colors()) < 60
