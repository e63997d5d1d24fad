from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitgui.drawing import Drawing
from digitgui.widgets.canvas import Canvas


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
    draw(canvas, mouse_button=Qt.MouseButton.RightButton)
    assert drawing.strokes[0].erases


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


def test_the_other_end_of_the_pen_erases(canvas: Canvas, drawing: Drawing) -> None:
    eraser = QPointingDevice.PointerType.Eraser
    send_pen(canvas, QEvent.Type.TabletPress, QPointF(50, 50), 0.5, eraser)
    send_pen(canvas, QEvent.Type.TabletRelease, QPointF(50, 50), 0.0, eraser)
    assert drawing.strokes[0].erases


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
