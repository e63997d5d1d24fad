import os
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from helpers.mouse import turn_wheel
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QInputDevice, QPointingDevice, QTabletEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitgui.drawings.drawing import Drawing
from digitgui.frame.main_window import MainWindow
from digitgui.widgets.ink.canvas import Canvas


@pytest.fixture
def drawing(qtbot: QtBot) -> Drawing:
    return Drawing()


@pytest.fixture
def canvas(qtbot: QtBot, drawing: Drawing) -> Canvas:
    canvas = Canvas(drawing)
    qtbot.addWidget(canvas)
    canvas.resize(300, 300)
    canvas.show()
    qtbot.waitExposed(canvas)
    return canvas


def test_the_left_button_draws(canvas: Canvas, drawing: Drawing, draw: Callable[..., None]) -> None:
    draw(canvas)
    assert len(drawing.strokes) == 1
    assert len(drawing.strokes[0].points) == 6
    assert not drawing.strokes[0].erases


def test_the_right_button_erases(canvas: Canvas, drawing: Drawing, draw: Callable[..., None]) -> None:
    draw(canvas)
    draw(canvas, mouse_button=Qt.MouseButton.RightButton)
    assert drawing.strokes[1].erases


def test_on_an_empty_canvas_the_eraser_does_nothing_and_tells(
    canvas: Canvas, drawing: Drawing, draw: Callable[..., None], qtbot: QtBot
) -> None:
    with qtbot.waitSignal(canvas.nothing_to_erase):
        draw(canvas, mouse_button=Qt.MouseButton.RightButton)
    canvas.erasing = True
    with qtbot.waitSignal(canvas.nothing_to_erase):
        draw(canvas)
    canvas.setFocus()
    with qtbot.waitSignal(canvas.nothing_to_erase):
        QTest.keyClick(canvas, Qt.Key.Key_Space)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert drawing.is_empty
    assert not drawing.undo_stack.canUndo()


def test_the_pen_stays_on_the_canvas_however_far_the_mouse_goes(canvas: Canvas, drawing: Drawing) -> None:
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton)
    for x, y in ((-900, 60), (150, 3100), (900, 150)):
        QTest.mouseMove(canvas, QPoint(x, y))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton)
    assert len(drawing.strokes[0].points) == 4
    assert drawing.strokes[0].bounds == pytest.approx((-0.5, -0.3, 0.5, 0.5), abs=0.01)


def test_the_same_gesture_at_another_size_is_the_same_drawing(
    canvas: Canvas, drawing: Drawing, draw: Callable[..., None]
) -> None:
    pictures = []
    for side in (150, 300, 640):
        canvas.resize(side, side)
        draw(canvas)
        pictures.append(drawing.to_gray().astype(float))
        drawing.clear()
    for picture in pictures[1:]:
        assert np.abs(picture - pictures[0]).mean() < 3  # of 255: pixels of the mouse are rounded


@pytest.mark.parametrize(("width", "height"), [(400, 200), (200, 400)])
def test_a_canvas_that_is_not_square_does_not_distort(
    canvas: Canvas, drawing: Drawing, draw: Callable[..., None], width: int, height: int
) -> None:
    canvas.resize(width, height)
    middle, reach = np.array([width, height]) / 2, 60
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    draw(canvas, [tuple((middle + reach * np.array(c)) / (width, height)) for c in corners])
    rows, columns = np.nonzero(drawing.to_gray())
    assert np.ptp(rows) == pytest.approx(np.ptp(columns), abs=3)


def test_the_screen_shows_the_strokes(canvas: Canvas, draw: Callable[..., None]) -> None:
    draw(canvas, [(0.2, 0.5), (0.8, 0.5)])
    image = canvas.grab().toImage()
    ratio = image.width() / canvas.width()
    assert image.pixelColor(round(150 * ratio), round(150 * ratio)).lightness() == 255
    assert image.pixelColor(round(150 * ratio), round(60 * ratio)).lightness() == 0


def test_the_stroke_at_work_is_on_the_screen_before_the_pen_is_lifted(canvas: Canvas, drawing: Drawing) -> None:
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(50, 150))
    QTest.mouseMove(canvas, QPoint(250, 150))
    assert drawing.live is not None
    assert canvas.grab().toImage().pixelColor(150, 150).lightness() == 255
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(250, 150))


def test_a_finger_draws(canvas: Canvas, drawing: Drawing) -> None:
    screen = QTest.createTouchDevice()
    QTest.touchEvent(canvas, screen).press(0, QPoint(50, 50), canvas)
    QTest.touchEvent(canvas, screen).move(0, QPoint(150, 150), canvas)
    QTest.touchEvent(canvas, screen).release(0, QPoint(150, 150), canvas)
    assert len(drawing.strokes) == 1
    assert drawing.strokes[0].points[0].x() == pytest.approx(-1 / 3, abs=0.01)


def send_pen(
    canvas: Canvas,
    kind: QEvent.Type,
    position: QPointF,
    pressure: float,
    tip: QPointingDevice.PointerType = QPointingDevice.PointerType.Pen,
) -> None:
    pen = QPointingDevice("pen", 1, QInputDevice.DeviceType.Stylus, tip, QInputDevice.Capability.Pressure, 1, 1)
    event = QTabletEvent(
        kind,
        pen,
        position,
        QPointF(canvas.mapToGlobal(position.toPoint())),
        pressure,
        *(0, 0, 0, 0, 0),
        Qt.KeyboardModifier.NoModifier,
        Qt.MouseButton.LeftButton,
        Qt.MouseButton.LeftButton,
    )
    QApplication.sendEvent(canvas, event)


def test_a_pen_draws_with_pressure(canvas: Canvas, drawing: Drawing) -> None:
    send_pen(canvas, QEvent.Type.TabletPress, QPointF(50, 50), 0.5)
    send_pen(canvas, QEvent.Type.TabletMove, QPointF(150, 50), 0.8)
    send_pen(canvas, QEvent.Type.TabletMove, QPointF(200, 50), 0.01)
    send_pen(canvas, QEvent.Type.TabletRelease, QPointF(200, 50), 0.0)
    assert drawing.strokes[0].pressures == pytest.approx([0.5, 0.8, 0.25])


def test_the_other_end_of_the_pen_erases(canvas: Canvas, drawing: Drawing, draw: Callable[..., None]) -> None:
    draw(canvas)
    eraser = QPointingDevice.PointerType.Eraser
    send_pen(canvas, QEvent.Type.TabletPress, QPointF(50, 50), 0.5, eraser)
    send_pen(canvas, QEvent.Type.TabletRelease, QPointF(50, 50), 0.0, eraser)
    assert drawing.strokes[1].erases


@pytest.mark.parametrize(("turn", "wanted"), [(120, 1), (-120, -1)])
def test_the_wheel_asks_for_another_pen_width(canvas: Canvas, qtbot: QtBot, turn: int, wanted: int) -> None:
    event = QWheelEvent(
        QPointF(100, 100),
        QPointF(canvas.mapToGlobal(QPoint(100, 100))),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    with qtbot.waitSignal(canvas.pen_width_wanted) as caught:
        QApplication.sendEvent(canvas, event)
    assert caught.args == [wanted]


def test_keyboard_focus_can_be_seen(canvas: Canvas) -> None:
    canvas.clearFocus()
    without = canvas.grab().toImage()
    canvas.setFocus()
    assert canvas.grab().toImage() != without


def test_parts_of_a_notch_add_up(canvas: Canvas, qtbot: QtBot) -> None:
    wanted: list[int] = []
    canvas.pen_width_wanted.connect(wanted.append)
    for _ in range(9):
        turn_wheel(canvas, QPoint(100, 100), 0.25)
    assert wanted == [1, 1]


def test_lifting_the_finger_that_draws_ends_the_stroke(canvas: Canvas, drawing: Drawing) -> None:
    screen = QTest.createTouchDevice()
    QTest.touchEvent(canvas, screen).press(0, QPoint(50, 50), canvas)
    QTest.touchEvent(canvas, screen).move(0, QPoint(50, 50), canvas).press(1, QPoint(200, 200), canvas)
    QTest.touchEvent(canvas, screen).release(0, QPoint(50, 50), canvas).stationary(1)
    QTest.touchEvent(canvas, screen).move(1, QPoint(250, 250), canvas)
    assert drawing.live is None
    QTest.touchEvent(canvas, screen).release(1, QPoint(250, 250), canvas)

    assert [len(stroke.points) for stroke in drawing.strokes] == [1]


def test_the_guide_is_the_box_of_mnist_and_lies_under_the_ink(
    canvas: Canvas, drawing: Drawing, draw: Callable[..., None]
) -> None:
    edge = round(150 - 300 * 10 / 28)
    draw(canvas, [(0.1, 0.7), (0.6, 0.7)])  # across the left edge of the box
    with_guide = canvas.grab().toImage()
    assert 0 < max(with_guide.pixelColor(edge + shift, 100).lightness() for shift in (-1, 0, 1)) < 80
    assert with_guide.pixelColor(edge, 210).lightness() == 255
    assert drawing.to_gray()[:150].max() == 0
    canvas.set_guide(False)
    without = canvas.grab().toImage()
    assert max(without.pixelColor(edge + shift, 100).lightness() for shift in (-1, 0, 1)) == 0


def test_the_guide_can_be_switched_off_for_good(make_window: Callable[[], MainWindow]) -> None:
    window = make_window()
    shown = window.draw_page.canvas.grab().toImage()
    (guide,) = [entry for entry in window.findChildren(QAction) if entry.text() == "&Guide"]
    assert guide.isChecked()
    guide.trigger()
    assert window.draw_page.canvas.grab().toImage() != shown
    window.close()
    again = make_window()
    (guide,) = [entry for entry in again.findChildren(QAction) if entry.text() == "&Guide"]
    assert not guide.isChecked()
    assert not any(canvas._has_guide for canvas in again.findChildren(Canvas))


AT_RATIO = """
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
from digitgui.drawings.drawing import Drawing
from digitgui.frame.main_window import MainWindow
from digitgui.widgets.ink.canvas import Canvas
for side in (201, 300, 333):
    window, drawing = QWidget(), Drawing()
    canvas = Canvas(drawing, window)
    canvas.set_guide(False)
    canvas.setGeometry(7, 5, side, side)
    window.resize(400, 400)
    window.show()
    application.processEvents()
    assert canvas.devicePixelRatioF() == RATIO
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    for step in range(90):
        QTest.mouseMove(canvas, QPoint(40 + step, 40 + step * step // 60))
        application.processEvents()
    canvas.clearFocus()
    moving = window.grab().toImage()
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(129, 172))
    assert window.grab().toImage() == moving
    afresh = Canvas(drawing, window)
    afresh.set_guide(False)
    afresh.setGeometry(canvas.geometry())
    canvas.hide()
    afresh.show()
    assert window.grab().toImage() == moving
    assert abs(canvas._image().width() - side * RATIO) < 1
    window.close()
print("exact")
"""


@pytest.mark.parametrize("ratio", [1.5, 2.0])
def test_every_pixel_of_a_fine_screen_is_painted(ratio: float) -> None:
    environment = {**os.environ, "QT_SCALE_FACTOR": str(ratio), "QT_QPA_PLATFORM": "offscreen"}
    script = AT_RATIO.replace("RATIO", str(ratio))
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "exact\n", done.stderr
