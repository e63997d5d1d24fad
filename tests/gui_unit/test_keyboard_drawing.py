"""A digit drawn with nothing but the keyboard."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitgui.drawings.drawing import Drawing
from digitgui.frame.main_window import MainWindow
from digitgui.widgets.ink.canvas import Canvas
from digitgui.widgets.ink.key_pen import CELLS

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    canvas = Canvas(Drawing())
    qtbot.addWidget(canvas)
    canvas.resize(280, 280)
    canvas.show()
    qtbot.waitExposed(canvas)
    canvas.setFocus()
    return canvas


def press(canvas: Canvas, *keys: Key, times: int = 1, far: bool = False) -> None:
    for _ in range(times):
        for key in keys:
            QTest.keyClick(canvas, key, SHIFT if far else Qt.KeyboardModifier.NoModifier)


def shown_cell(canvas: Canvas) -> tuple[int, int] | None:
    """Find the frame of the pen of the keyboard on the screen, as column and row."""
    image = canvas.grab().toImage().convertToFormat(canvas.grab().toImage().Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[6:-6, 6:-6]
    accent = canvas._accent
    found = np.argwhere((pixels[..., :3] == (accent.blue(), accent.green(), accent.red())).all(axis=-1))
    if not len(found):
        return None
    row, column = (found.min(axis=0) + found.max(axis=0)) / 2 + 6
    return int(column // (image.width() / CELLS)), int(row // (image.height() / CELLS))


def test_a_one_is_drawn_and_recognised(window: MainWindow) -> None:
    canvas = window.draw_page.canvas
    canvas.setFocus()
    press(canvas, Key.Key_Up, times=2, far=True)
    press(canvas, Key.Key_Space)
    press(canvas, Key.Key_Down, times=16)
    press(canvas, Key.Key_Space)
    assert window.session.answering.prediction.digit == 1


def test_a_seven_is_drawn_and_recognised(window: MainWindow) -> None:
    canvas = window.draw_page.canvas
    canvas.setFocus()
    press(canvas, Key.Key_Up, times=2, far=True)
    press(canvas, Key.Key_Left, times=5)
    press(canvas, Key.Key_Return)
    press(canvas, Key.Key_Right, times=11)
    for _ in range(8):
        press(canvas, Key.Key_Down, times=2)
        press(canvas, Key.Key_Left)
    assert len(window.session.drawing.strokes) == 0
    press(canvas, Key.Key_Return)
    assert len(window.session.drawing.strokes) == 1
    assert window.session.answering.prediction.digit == 7


def test_moving_draws_only_while_the_pen_is_down(canvas: Canvas) -> None:
    drawing = canvas._drawing
    press(canvas, Key.Key_Right, times=3)
    assert drawing.is_empty
    press(canvas, Key.Key_Space, Key.Key_Right, Key.Key_Right, Key.Key_Space, Key.Key_Right)
    press(canvas, Key.Key_Space, Key.Key_Space)
    assert [len(stroke.points) for stroke in drawing.strokes] == [3, 1]
    assert drawing.strokes[0].points[1].x() - drawing.strokes[0].points[0].x() == pytest.approx(1 / CELLS)


def test_shift_goes_four_cells_and_the_rim_stops(canvas: Canvas) -> None:
    press(canvas, Key.Key_Left, far=True)
    assert shown_cell(canvas) == (CELLS // 2 - 4, CELLS // 2)
    press(canvas, Key.Key_Left, Key.Key_Up, times=10, far=True)
    press(canvas, Key.Key_Space)
    canvas_pen = canvas._drawing.live.points[0]
    assert (canvas_pen.x(), canvas_pen.y()) == pytest.approx((0.5 / CELLS - 0.5, 0.5 / CELLS - 0.5))


def test_the_cursor_is_seen_only_while_the_keyboard_is_used(canvas: Canvas) -> None:
    assert shown_cell(canvas) is None
    press(canvas, Key.Key_Down)
    assert shown_cell(canvas) == (CELLS // 2, CELLS // 2 + 1)
    press(canvas, Key.Key_Escape)
    assert shown_cell(canvas) is None
    press(canvas, Key.Key_Down)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    assert shown_cell(canvas) is None


def test_escape_lifts_the_pen(canvas: Canvas) -> None:
    press(canvas, Key.Key_Space, Key.Key_Right, Key.Key_Escape)
    assert canvas._drawing.live is None
    assert len(canvas._drawing.strokes) == 1
    press(canvas, Key.Key_Right)
    assert len(canvas._drawing.strokes[0].points) == 2


def test_emptying_the_canvas_lifts_the_pen(canvas: Canvas) -> None:
    press(canvas, Key.Key_Space, Key.Key_Right)
    canvas._drawing.clear()
    assert canvas.accessibleDescription().startswith("Pen up")
    press(canvas, Key.Key_Space, Key.Key_Right, Key.Key_Space)
    assert [len(stroke.points) for stroke in canvas._drawing.strokes] == [2]


def test_losing_the_focus_lifts_the_pen(window: MainWindow, qtbot: QtBot) -> None:
    canvas = window.draw_page.canvas
    canvas.setFocus()
    press(canvas, Key.Key_Space, Key.Key_Right)
    QTest.keyClick(canvas, Key.Key_Tab)
    assert window.session.drawing.live is None
    assert len(window.session.drawing.strokes) == 1


def test_the_keyboard_draws_with_the_pen_that_is_chosen(window: MainWindow) -> None:
    canvas = window.draw_page.canvas
    canvas.setFocus()
    window.pen.set_percent(12)
    press(canvas, Key.Key_Space, Key.Key_Space, Key.Key_Backspace)
    assert window.pen.erasing
    press(canvas, Key.Key_Space, Key.Key_Space)
    ink, eraser = window.session.drawing.strokes
    assert (ink.width, ink.erases, eraser.erases) == (pytest.approx(0.12), False, True)
    press(canvas, Key.Key_Backspace)
    assert not window.pen.erasing


def test_a_screen_reader_hears_where_the_pen_is(canvas: Canvas) -> None:
    assert "arrow keys" in canvas.accessibleDescription()
    press(canvas, Key.Key_Right)
    assert canvas.accessibleDescription() == "Pen up, column 16, row 15 of 28"
    press(canvas, Key.Key_Space)
    assert canvas.accessibleDescription().startswith("Pen down")
    press(canvas, Key.Key_Escape)
    assert "arrow keys" in canvas.accessibleDescription()


def test_other_keys_are_left_to_others(canvas: Canvas, qtbot: QtBot) -> None:
    for key in (Key.Key_7, Key.Key_A, Key.Key_Escape):
        press(canvas, key)
    assert canvas._drawing.is_empty
    assert shown_cell(canvas) is None
