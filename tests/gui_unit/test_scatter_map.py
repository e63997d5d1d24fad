"""The map of a data set, by real events: look around, choose, and see what was chosen."""

import time
from collections.abc import Callable

import numpy as np
import pytest
from helpers.mouse import turn_wheel
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitgui.looks.theme import DARK, DIGIT_COLORS, LIGHT
from digitgui.widgets.plots.scatter_map import ScatterMap

CORNERS = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [0, 0]], np.float32)
INDICES = np.array([10, 11, 12, 13, 14])
LABELS = np.array([0, 1, 2, 3, 4], np.uint8)
LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (20, 28, 28), np.uint8)


@pytest.fixture
def empty_map(qtbot: QtBot) -> ScatterMap:
    widget = ScatterMap("Open a data set to see its map")
    qtbot.addWidget(widget)
    widget.resize(600, 500)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture
def five(empty_map: ScatterMap, images: np.ndarray) -> ScatterMap:
    """Four pictures in the corners and one in the middle."""
    empty_map.set_points(CORNERS, INDICES, LABELS, images)
    return empty_map


def place_of(widget: ScatterMap, index: int) -> QPoint:
    """Find a point by its colour, as a person does."""
    image = widget.grab().toImage()
    color = QColor(DIGIT_COLORS[int(LABELS[index == INDICES][0])]).rgb()
    legend = round(widget.height() - 28)
    found = [(x, y) for y in range(legend) for x in range(image.width()) if image.pixel(x, y) == color]
    assert found, f"picture {index} cannot be seen"
    x, y = np.mean(found, axis=0)
    return QPoint(round(x), round(y))


def shown(widget: ScatterMap) -> QImage:
    return widget.grab().toImage()


def drag(widget: ScatterMap, start: QPoint, end: QPoint, button: Qt.MouseButton = LEFT) -> None:
    QTest.mousePress(widget, button, pos=start)
    QTest.mouseMove(widget, (start + end) / 2)
    QTest.mouseMove(widget, end)
    QTest.mouseRelease(widget, button, pos=end)


# what is seen


def test_points_lie_where_their_coordinates_say_with_up_upwards(five: ScatterMap) -> None:
    below_left, below_right, above_right, above_left, middle = (place_of(five, index) for index in INDICES)
    assert below_left.x() == pytest.approx(above_left.x(), abs=1)
    assert below_left.y() == pytest.approx(below_right.y(), abs=1)
    assert above_left.y() < middle.y() < below_left.y()
    assert below_right.x() - below_left.x() == pytest.approx(below_left.y() - above_left.y(), abs=2)
    assert (below_left + above_right).x() / 2 == pytest.approx(middle.x(), abs=1)


def test_without_points_the_message_stands_there(empty_map: ScatterMap, images: np.ndarray) -> None:
    assert empty_map.accessibleDescription() == "Open a data set to see its map"
    with_message = shown(empty_map)
    empty_map.set_message("")
    without = shown(empty_map)
    assert with_message != without
    empty_map.set_points(CORNERS[:0], INDICES[:0], LABELS[:0], images)
    assert shown(empty_map) == without
    for press in (lambda: QTest.mouseClick(empty_map, LEFT), lambda: QTest.keyClick(empty_map, Qt.Key.Key_Left)):
        press()  # nothing to choose, and no error


def test_both_themes_have_their_ground(five: ScatterMap) -> None:
    for theme in (LIGHT, DARK):
        five.set_theme(theme)
        assert shown(five).pixelColor(300, 30).name().upper() == theme.card


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_few_points_in_one_place_or_on_a_line_are_in_the_middle(
    empty_map: ScatterMap, images: np.ndarray, count: int
) -> None:
    coordinates = np.zeros((count, 2), np.float32)
    coordinates[:, 0] = np.arange(count) % 2
    empty_map.set_points(coordinates, INDICES[:count], LABELS[:count], images)
    assert 200 < place_of(empty_map, 10).y() < 260


def test_the_mouse_shows_the_picture_it_is_over(five: ScatterMap, images: np.ndarray) -> None:
    before, place = shown(five), place_of(five, 14)
    QTest.mouseMove(five, place)
    after = shown(five)
    near = after.copy(place.x() + 16, place.y() + 16, 200, 160)
    values = {near.pixelColor(x, y).lightness() for x in range(200) for y in range(160)}
    assert len(values) > 100  # the noise of the picture
    QTest.mouseMove(five, QPoint(300, 60))
    assert shown(five) == before


@pytest.mark.parametrize("index", INDICES)
def test_the_picture_under_the_mouse_stays_inside_the_window(five: ScatterMap, index: int) -> None:
    place = place_of(five, index)
    before = shown(five)
    QTest.mouseMove(five, place)
    after = shown(five)
    changed = [
        (x, y) for x in range(0, 600, 3) for y in range(0, 500, 3) if before.pixel(x, y) != after.pixel(x, y)
    ]
    area = 9 * len(changed)
    assert 112 * 120 < area < 250 * 200


def test_points_that_are_not_visible_are_faint_and_cannot_be_chosen(five: ScatterMap, qtbot: QtBot) -> None:
    place = place_of(five, 12)
    mask = np.ones(20, np.bool_)
    mask[12] = False
    five.set_visible_indices(mask)
    color = shown(five).pixelColor(place)
    assert color.name().upper() not in (DIGIT_COLORS[2], LIGHT.card)
    with qtbot.assertNotEmitted(five.selected):
        QTest.mouseClick(five, LEFT, pos=place)
    with qtbot.waitSignal(five.region_chosen) as caught:
        drag(five, QPoint(2, 2), QPoint(598, 470))
    assert caught.args[0].tolist() == [10, 11, 13, 14]
    five.set_visible_indices(None)
    assert place_of(five, 12) == place


# choosing


@pytest.mark.parametrize("index", INDICES)
def test_a_click_selects_the_nearest_picture(five: ScatterMap, qtbot: QtBot, index: int) -> None:
    with qtbot.waitSignal(five.selected) as caught, qtbot.assertNotEmitted(five.region_chosen):
        QTest.mouseClick(five, LEFT, pos=place_of(five, index) + QPoint(4, -5))
    assert caught.args == [index]
    assert five.current == index
    assert f"picture {index}, label {index - 10}" in five.accessibleDescription()


def test_a_click_on_empty_ground_means_all(five: ScatterMap, qtbot: QtBot) -> None:
    with qtbot.waitSignal(five.region_chosen) as caught, qtbot.assertNotEmitted(five.selected):
        QTest.mouseClick(five, LEFT, pos=QPoint(300, 60))
    assert caught.args[0].dtype == np.intp
    assert len(caught.args[0]) == 0


def test_a_rectangle_chooses_all_within_in_any_direction(five: ScatterMap, qtbot: QtBot) -> None:
    corner, other = place_of(five, 13) - QPoint(9, 9), place_of(five, 14) + QPoint(9, 9)
    for start, end in ((corner, other), (other, corner)):
        with qtbot.waitSignal(five.region_chosen) as caught, qtbot.assertNotEmitted(five.selected):
            drag(five, start, end)
        assert caught.args[0].tolist() == [13, 14]


def test_the_rectangle_can_be_seen_while_it_is_drawn(five: ScatterMap) -> None:
    before = shown(five)
    QTest.mousePress(five, LEFT, pos=QPoint(50, 50))
    QTest.mouseMove(five, QPoint(250, 250))
    during = shown(five)
    assert during.pixelColor(240, 60) != before.pixelColor(240, 60)
    assert during.pixelColor(260, 60) == before.pixelColor(260, 60)
    QTest.mouseRelease(five, LEFT, pos=QPoint(250, 250))
    assert shown(five).pixelColor(240, 60) == before.pixelColor(240, 60)


def test_the_arrows_go_to_the_nearest_picture_in_their_direction(five: ScatterMap, images: np.ndarray) -> None:
    cross = np.array([[-1, 0], [1, 0], [0, 1], [0, -1], [0, 0]], np.float32)  # left, right, above, below, middle
    five.set_points(cross, INDICES, LABELS, images)
    chosen: list[int] = []
    five.selected.connect(chosen.append)
    key = Qt.Key
    for arrow in (key.Key_Up, key.Key_Left, key.Key_Left, key.Key_Right, key.Key_Up, key.Key_Down, key.Key_Down):
        QTest.keyClick(five, arrow)
    assert chosen == [14, 10, 14, 12, 14, 13]  # first the one in the middle; nothing is left of the left one
    five.set_current(10)
    five.set_visible_indices(np.arange(20) != 14)
    QTest.keyClick(five, key.Key_Right)
    assert chosen[-1] in (11, 12, 13)


def test_an_arrow_brings_its_picture_into_the_window(five: ScatterMap) -> None:
    five.set_current(14)
    for _ in range(6):
        turn_wheel(five, place_of(five, 14), 1)
    QTest.keyClick(five, Qt.Key.Key_Up)
    assert five.current in (12, 13)
    assert QRectF(five.rect()).contains(QPointF(place_of(five, five.current)))


def test_the_chosen_picture_has_a_ring_and_keeps_it_in_another_map(five: ScatterMap, images: np.ndarray) -> None:
    without = shown(five)
    five.set_current(14)
    assert shown(five) != without
    five.set_points(CORNERS[::-1].copy(), INDICES, LABELS, images)
    assert five.current == 14
    five.set_current(3)  # is not on the map
    assert five.current == -1


# looking around


def test_the_wheel_zooms_around_the_mouse_and_a_double_click_resets(five: ScatterMap, qtbot: QtBot) -> None:
    at_first, place = shown(five), place_of(five, 12)
    middle = place_of(five, 14)
    turn_wheel(five, place, 3)
    QTest.mouseMove(five, QPoint(5, 5))
    assert (place_of(five, 12) - place).manhattanLength() <= 2
    distance = (place_of(five, 14) - place_of(five, 12)).x() / (middle - place).x()
    assert distance == pytest.approx(1.25**3, rel=0.03)
    with qtbot.assertNotEmitted(five.region_chosen), qtbot.assertNotEmitted(five.selected):
        QTest.mouseDClick(five, LEFT, pos=QPoint(300, 60))
    QTest.mouseMove(five, QPoint(6, 5))
    assert shown(five) == at_first


def test_the_middle_button_and_the_space_bar_move_the_map(five: ScatterMap, qtbot: QtBot) -> None:
    five.set_current(14)
    turn_wheel(five, place_of(five, 14), 4)
    start = place_of(five, 14)
    drag(five, start + QPoint(60, 60), start + QPoint(90, 40), MIDDLE)
    assert (place_of(five, 14) - start - QPoint(30, -20)).manhattanLength() <= 2
    QTest.keyPress(five, Qt.Key.Key_Space)
    assert five.cursor().shape() == Qt.CursorShape.OpenHandCursor
    with qtbot.assertNotEmitted(five.region_chosen):
        drag(five, start + QPoint(90, 90), start + QPoint(60, 110))
    assert (place_of(five, 14) - start).manhattanLength() <= 2
    QTest.keyRelease(five, Qt.Key.Key_Space)
    assert five.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_the_map_cannot_get_lost(five: ScatterMap) -> None:
    drag(five, QPoint(300, 60), QPoint(3000, 2000), MIDDLE)  # nothing to move where all is shown
    assert len({place_of(five, index).toTuple() for index in INDICES}) == 5


def test_sixty_thousand_points_are_painted_once_and_hovering_is_quick(empty_map: ScatterMap) -> None:
    rng = np.random.default_rng(0)
    points, labels = (
        rng.standard_normal((60_000, 2)).astype(np.float32),
        rng.integers(0, 10, 60_000).astype(np.uint8),
    )
    empty_map.set_points(points, np.arange(60_000), labels, np.zeros((60_000, 28, 28), np.uint8))

    def paint_anew(step: int) -> None:
        empty_map.set_visible_indices(None)
        empty_map.repaint()

    def hover(step: int) -> None:
        QTest.mouseMove(empty_map, QPoint(200 + step, 240))
        empty_map.repaint()

    def choose(step: int) -> None:
        empty_map.set_current(step)
        empty_map.repaint()

    assert quickest(paint_anew) < 0.05
    assert quickest(hover) < 0.016
    assert quickest(choose) < 0.016


def quickest(call: Callable[[int], None]) -> float:
    """Measure what the best of a few calls takes this thread: other programs may be at work."""
    seconds = []
    for step in range(8):
        started = time.thread_time()
        call(step)
        seconds.append(time.thread_time() - started)
    return min(seconds)
