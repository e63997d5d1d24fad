"""The digits of a number in the window: from the drawing to columns and frames."""

from collections.abc import Iterator

import numpy as np
import pytest
from helpers.pictures import draw_digit
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

import resources
from digitgui.documents.model_document import ModelDocument
from digitgui.drawings.drawing import Drawing
from digitgui.drawings.number_reading import NumberReader
from digitgui.looks.theme import DARK, DIGIT_COLORS, LIGHT
from digitgui.settings import Settings
from digitgui.widgets.ink.number_boxes import NumberBoxes, paint_frames
from digitgui.work.background import BackgroundTasks
from digitgui.work.computation import Activity
from model import Network, build, load_network
from model.handwriting.segmentation import ReadDigit, Segment

SEVEN = [(-0.1, -0.2), (0.1, -0.2), (0.05, 0.0), (0.0, 0.2)]
ONE = [(0.0, -0.2), (0.0, 0.2)]


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(resources.DEFAULT_MODEL)


def draw_stroke(drawing: Drawing, points: list[tuple[float, float]], x: float) -> None:
    drawing.begin_stroke(QPointF(points[0][0] + x, points[0][1]), width=0.05)
    for right, down in points[1:]:
        drawing.extend_stroke(QPointF(right + x, down))
    drawing.end_stroke()


def read(digit: int, confidence: float) -> ReadDigit:
    probabilities = np.full(10, (1 - confidence) / 9, np.float32)
    probabilities[digit] = confidence
    picture = draw_digit(7, 28)
    return ReadDigit(Segment(0, 0, 28, 28, picture), picture, probabilities)


@pytest.fixture
def reader(qtbot: QtBot, tmp_path) -> Iterator[NumberReader]:
    tasks = BackgroundTasks()
    drawing, activity = Drawing(), Activity()
    reader = NumberReader(drawing, ModelDocument(Settings(tmp_path), tasks, activity), activity, drawing)
    yield reader
    activity.shut_down()
    tasks.shut_down()


def test_a_drawn_number_is_read_with_boxes_around_its_digits(qtbot: QtBot, reader) -> None:
    drawing = reader.parent()
    draw_stroke(drawing, SEVEN, -0.3)
    draw_stroke(drawing, ONE, 0.0)
    draw_stroke(drawing, SEVEN, 0.3)
    qtbot.waitUntil(lambda: reader.number is not None and len(reader.number.digits) == 3)
    assert reader.number.text == "717"
    for box, x in zip(reader.number.boxes, (-0.3, 0.0, 0.3), strict=True):
        assert abs(box.center().x() - x) < 0.02
        assert box.top() == pytest.approx(-0.225, abs=0.01)
        assert box.bottom() == pytest.approx(0.225, abs=0.01)


def test_a_lone_digit_and_an_empty_canvas_are_no_number(qtbot: QtBot, reader) -> None:
    drawing = reader.parent()
    draw_stroke(drawing, SEVEN, -0.3)
    draw_stroke(drawing, ONE, 0.0)
    qtbot.waitUntil(lambda: reader.number is not None)
    drawing.clear()
    assert reader.number is None
    draw_stroke(drawing, SEVEN, 0.0)
    qtbot.waitUntil(lambda: not reader.reading.is_under_way)
    assert reader.number is None


def test_one_stroke_is_one_digit_however_wide(qtbot: QtBot, reader) -> None:
    turns = np.linspace(0, 2 * np.pi, 40)
    wide_zero = [(0.42 * np.sin(turn), -0.08 * np.cos(turn)) for turn in turns]
    draw_stroke(reader.parent(), wide_zero, 0.0)
    qtbot.waitUntil(lambda: not reader.reading.is_under_way)
    assert reader.number is None
    reader.parent().clear()
    draw_stroke(reader.parent(), wide_zero[:20], 0.0)
    draw_stroke(reader.parent(), wide_zero[19:], 0.0)
    qtbot.waitUntil(lambda: reader.number is not None)


def test_digits_on_one_another_are_no_number(qtbot: QtBot, reader) -> None:
    draw_stroke(reader.parent(), SEVEN, 0.0)
    draw_stroke(reader.parent(), [(0.1, -0.2), (-0.1, 0.2)], 0.0)
    qtbot.waitUntil(lambda: not reader.reading.is_under_way)
    assert reader.number is None


def test_another_network_reads_the_number_again(qtbot: QtBot, reader) -> None:
    draw_stroke(reader.parent(), SEVEN, -0.2)
    draw_stroke(reader.parent(), SEVEN, 0.2)
    qtbot.waitUntil(lambda: reader.number is not None)
    before = reader.number
    reader._model.replace(build("journal-8", 0), name="fresh")
    qtbot.waitUntil(lambda: reader.number is not before)


@pytest.mark.parametrize("count", [1, 3, 8])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_up_to_eight_digits_fit_into_a_card(qtbot: QtBot, count, theme) -> None:
    boxes = NumberBoxes()
    qtbot.addWidget(boxes)
    boxes.set_theme(theme)
    boxes.resize(388, boxes.sizeHint().height())
    empty = boxes.grab().toImage()
    boxes.set_digits([read(index % 10, 0.9) for index in range(count)])
    image = boxes.grab().toImage()
    width = min(388 / count, 150)
    for index in range(count):
        bar_colors = {
            image.pixelColor(x, y).name().upper()
            for x in range(round(index * width) + 2, round((index + 1) * width) - 2)
            for y in range(image.height() * 9 // 20, image.height(), 3)
        }
        assert DIGIT_COLORS[index % 10] in bar_colors
    assert image != empty
    assert boxes.accessibleDescription().count("90.0 %") == count
    boxes.set_digits([])
    assert boxes.grab().toImage() == empty


def test_frames_lie_where_the_digits_were_found(qtbot: QtBot) -> None:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    with QPainter(image) as painter:
        paint_frames(painter, QRectF(0, 0, 400, 300), [QRectF(-0.1, -0.2, 0.2, 0.4)], [7], "#FF0000")
    red = np.array(
        [[image.pixelColor(x, y).red() > 128 for x in range(400)] for y in range(110, 240)]
    )  # below the digit
    columns, rows = np.flatnonzero(red.any(axis=0)), np.flatnonzero(red.any(axis=1))
    assert columns[0] == pytest.approx(200 - 30 - 3, abs=1)
    assert columns[-1] == pytest.approx(200 + 30 + 3, abs=1)
    assert rows[-1] + 110 == pytest.approx(150 + 60 + 3, abs=1)
