"""The strip of layers: what is painted are the numbers of the trace, and each of them can be pinned."""

from itertools import pairwise

import numpy as np
import pytest
from helpers.networks import KINDS, TRAINED, random_pictures
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitgui.looks.theme import DARK, DIGIT_COLORS, LIGHT
from digitgui.widgets.pictures.layer_strip import DEAD, LayerStrip
from digitgui.widgets.pictures.strip_columns import Column
from digitgui.widgets.pictures.tiling import Place
from digitgui.wording import single_text
from model import build
from model.inspection.receptive_field import receptive_field
from model.inspection.trace import Trace, Unit, trace
from model.network.layers import Conv2D, Dense, Flatten, ReLU
from model.network.network import Network

ORANGE, BLUE = (255, 138, 76), (76, 163, 255)


def trace_of(network: Network, seed: int = 0) -> Trace:
    return trace(network, random_pictures(network, 1, np.random.default_rng(seed))[0])


@pytest.fixture
def strip(qtbot: QtBot) -> LayerStrip:
    """A strip that pins what is chosen."""
    strip = LayerStrip()
    qtbot.addWidget(strip)
    strip.chosen.connect(strip.set_unit)
    strip.show()
    qtbot.waitExposed(strip)
    return strip


def show(strip: LayerStrip, found: Trace, *, every_layer: bool = False) -> None:
    """Show a network at its whole length."""
    strip.set_every_layer(every_layer)
    strip.set_trace(found)
    for _ in range(2):  # where there is more room, all may be laid out larger
        strip.resize(max(800, strip.columns.width + 40), strip.sizeHint().height() + 20)


def column_of(strip: LayerStrip, title: str) -> Column:
    return next(column for column in strip.columns.columns if column.title == title)


def middle(strip: LayerStrip, column: Column, place: Place) -> QPoint:
    """The point of the viewport in the middle of a number."""
    number, row, across = place
    box = column.tiling.box(number, range(row, row + 1), range(across, across + 1))
    point = box.translated(strip.columns.origin(column)).center() - QPointF(strip.horizontalScrollBar().value(), 0)
    return QPoint(int(point.x()), int(point.y()))


def painted(strip: LayerStrip) -> QImage:
    return strip.viewport().grab().toImage()


def expected_color(value: float, values: np.ndarray) -> tuple[int, ...]:
    """The colour of a number among others, as it is documented: grey, or orange and blue."""
    share = abs(value) / np.abs(values).max() if np.abs(values).max() else 0.0
    brightest = (255, 255, 255) if values.min() >= 0 else ORANGE if value > 0 else BLUE
    return tuple(share * part for part in brightest)


def places_of(column: Column, rng: np.random.Generator) -> list[Place]:
    """Some places of a column, those at its ends among them."""
    tiling = column.tiling
    sizes = tiling.count, tiling.height, tiling.width
    ends = [(0, 0, 0), (tiling.count - 1, tiling.height - 1, tiling.width - 1)]
    return [*ends, *(tuple(int(rng.integers(size)) for size in sizes) for _ in range(15))]


@pytest.mark.parametrize("every_layer", [False, True])
@pytest.mark.parametrize("kind", [*KINDS, "trained deep"])
def test_each_number_is_painted_in_its_colour_and_pinned_by_a_click(
    strip: LayerStrip, kind: str, every_layer: bool
) -> None:
    network = TRAINED["deep"]() if kind == "trained deep" else KINDS[kind]()
    found, rng = trace_of(network), np.random.default_rng(1)
    show(strip, found, every_layer=every_layer)
    image, pins = painted(strip), []
    strip.chosen.connect(pins.append)
    for column in strip.columns.columns[:-1]:
        values = column.stage.values(found)
        for place in places_of(column, rng):
            unit = column.unit(place)
            if unit is None:
                continue
            where = middle(strip, column, place)
            is_struck_out = values.ndim == 3 and not values[place[0]].any()
            if column.tiling.cell_height >= column.tiling.height and not is_struck_out:
                color = image.pixelColor(where)
                expected = expected_color(values[column.stage.place(unit)], values)
                assert np.allclose(color.getRgb()[:3], expected, atol=1.5), (column.title, place)
            QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=where)
            assert pins[-1] == unit
            assert found.has(unit)
            assert strip.words().startswith(f"{unit.layer}, ")
            assert strip.accessibleDescription() == strip.words()
    layers = {column.pins.name for column in strip.columns.columns}
    assert not every_layer or layers == {"input", *network.layer_names}


def test_each_map_can_have_a_scale_of_its_own(strip: LayerStrip) -> None:
    found = trace_of(build("journal-8"))
    show(strip, found)
    column, values = column_of(strip, "conv1 + ReLU"), found["relu1.output"]
    faint = int(values.max(axis=(1, 2)).argmin())
    row, across = (int(axis) for axis in np.unravel_index(values[faint].argmax(), values[faint].shape))
    where = middle(strip, column, (faint, row, across))
    assert painted(strip).pixelColor(where).red() < 250
    strip.set_each_map(True)
    assert painted(strip).pixelColor(where).red() == 255
    strip.set_each_map(False)
    assert painted(strip).pixelColor(where).red() < 250


def test_another_picture_and_another_network_are_shown_at_once(strip: LayerStrip) -> None:
    network = build("journal-8")
    show(strip, trace_of(network, 0))
    before, columns = painted(strip), strip.columns
    strip.set_trace(trace_of(network, 1))
    assert painted(strip) != before
    assert strip.columns is columns  # nothing is laid out anew while one draws
    strip.set_trace(trace_of(build("lenet")))
    assert [column.title for column in strip.columns.columns][-3:] == ["dense1 + ReLU", "dense2", "softmax"]
    strip.set_trace(None)
    assert strip.columns.columns == ()
    assert strip.words() == ""


def test_the_answer_has_a_bar_for_each_class_in_the_colour_of_its_digit(strip: LayerStrip) -> None:
    found = trace_of(build("journal-8"))
    show(strip, found)
    column, shares = column_of(strip, "softmax"), found["probabilities"]
    image, row = painted(strip), column.tiling.cell_height / 10
    for digit, share in enumerate(shares):
        y = int(strip.columns.top + (digit + 0.5) * row)
        colors = [image.pixelColor(x, y).name().upper() for x in range(column.left, column.left + column.width)]
        length = colors.count(DIGIT_COLORS[digit])
        assert length == pytest.approx(share * (column.width - 14), abs=4), digit
        QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(column.left + 30, y))
        assert strip.words().startswith(f"dense1, unit {digit}: ")
        assert strip.told_at(QPoint(column.left + 30, y)) == f"{digit}: {100 * share:.1f} %"


def test_one_logit_has_two_bars_and_both_pin_it(strip: LayerStrip) -> None:
    show(strip, trace_of(KINDS["one logit"]()))
    column = column_of(strip, "sigmoid")
    assert column.size == "2 classes"
    for row in (0, 1):
        where = middle(strip, column, (0, row, 0))
        QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=where)
        assert strip.words().startswith("dense1, unit 0: ")


def test_dead_maps_are_struck_out_and_said_to_be(strip: LayerStrip) -> None:
    network = build("journal-8")
    network.named_arrays()["conv1.bias"][3] = -100
    show(strip, trace_of(network))
    column = column_of(strip, "conv1 + ReLU")
    struck = [
        number
        for number in range(8)
        if painted(strip)
        .copy(column.tiling.cell(number).translated(strip.columns.origin(column)).toRect())
        .pixelColor(column.tiling.cell_width // 2, column.tiling.cell_height // 2)
        .name()
        == "#8a94a3"
    ]
    assert struck == [3]
    assert DEAD in strip.told_at(middle(strip, column, (3, 5, 5)))
    assert DEAD not in strip.told_at(middle(strip, column, (2, 5, 5)))


def test_the_pinned_number_its_map_and_what_it_sees_are_framed(strip: LayerStrip) -> None:
    found = trace_of(build("lenet"))
    show(strip, found)
    unit = Unit("conv2", (9, 4, 7))
    bare = painted(strip)
    strip.set_unit(unit)
    for theme in (LIGHT, DARK):
        strip.set_theme(theme)
        marked = painted(strip)
        column, first = column_of(strip, "conv2 + ReLU"), strip.columns.columns[0]
        _, rows, across = receptive_field(found.layers, unit)
        field = first.tiling.box(0, rows, across).translated(strip.columns.origin(first))
        cell = column.tiling.cell(9).translated(strip.columns.origin(column))
        for box in (field, cell):
            for y in (box.top() - 1, box.bottom()):
                assert marked.pixelColor(int(box.center().x()), int(y)).name().upper() == theme.accent
        assert strip.stage is column.stage
    strip.set_theme(LIGHT)
    strip.set_unit(None)
    assert painted(strip) == bare


def test_what_is_merged_tells_both_numbers(strip: LayerStrip) -> None:
    found = trace_of(build("lenet"))
    show(strip, found)
    places = np.argwhere(found["conv1.output"] < 0)[0]
    unit = Unit("conv1", tuple(int(place) for place in places))
    strip.set_unit(unit)
    assert strip.words().endswith(f": {single_text(found.value(unit))}, after ReLU 0")
    strip.set_every_layer(True)
    assert strip.words().endswith(f": {single_text(found.value(unit))}")


def test_the_keys_lead_to_every_number(strip: LayerStrip) -> None:
    found = trace_of(build("lenet"))
    show(strip, found)
    strip.set_unit(Unit("conv1", (5, 3, 4)))
    strip.setFocus()

    def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> Unit:
        QTest.keyClick(strip, key, modifier)
        return strip._unit

    control, keys = Qt.KeyboardModifier.ControlModifier, Qt.Key
    assert press(keys.Key_Right) == Unit("conv1", (5, 3, 5))
    assert press(keys.Key_Down) == Unit("conv1", (5, 4, 5))
    assert press(keys.Key_Left) == Unit("conv1", (5, 4, 4))
    assert press(keys.Key_Up) == Unit("conv1", (5, 3, 4))
    assert press(keys.Key_PageDown) == Unit("conv1", (6, 3, 4))
    assert press(keys.Key_PageUp) == Unit("conv1", (5, 3, 4))
    for _ in range(9):
        press(keys.Key_PageUp)
        press(keys.Key_Up)
    assert strip._unit == Unit("conv1", (0, 0, 4))  # no further
    strip.set_unit(Unit("conv1", (15, 25, 25)))
    assert press(keys.Key_Right, control) == Unit("pool1", (15, 12, 12))
    assert press(keys.Key_Left, control) == Unit("conv1", (15, 24, 24))
    assert press(keys.Key_End) == Unit("dense2", (9,))
    assert press(keys.Key_Right, control) == Unit("dense2", (9,))
    assert press(keys.Key_Up) == Unit("dense2", (8,))
    assert press(keys.Key_Home).layer == "input"
    assert press(keys.Key_Left, control).layer == "input"


def test_units_are_walked_in_rows_and_the_last_row_may_be_short(strip: LayerStrip) -> None:
    network = Network([Conv2D(3), ReLU(), Flatten(), Dense(19), Dense(4)])
    found = trace_of(network)
    show(strip, found)
    tiling = column_of(strip, "dense1").tiling
    assert tiling.height * tiling.width > 19
    strip.set_unit(Unit("dense1", (18,)))
    strip.setFocus()
    QTest.keyClick(strip, Qt.Key.Key_Right)
    assert found.has(strip._unit)
    QTest.keyClick(strip, Qt.Key.Key_Up)
    assert strip._unit.layer == "dense1"
    corner = middle(strip, column_of(strip, "dense1"), (0, tiling.height - 1, tiling.width - 1))
    assert strip.told_at(corner) == ""  # where there is no unit
    assert painted(strip).pixelColor(corner).name().upper() == LIGHT.card


def test_what_is_longer_than_the_window_scrolls_and_keys_bring_it_in_sight(
    strip: LayerStrip, qtbot: QtBot
) -> None:
    strip.resize(574, strip.sizeHint().height())
    strip.set_trace(trace_of(build("deep")))
    bar = strip.horizontalScrollBar()
    qtbot.waitUntil(bar.isVisible)
    assert bar.maximum() == strip.columns.width - strip.viewport().width()
    assert strip.viewport().height() >= strip.columns.bottom
    strip.set_unit(Unit("conv1", (0, 0, 0)))
    strip.chosen.disconnect()
    strip.chosen.connect(lambda unit: strip.set_unit(unit, in_sight=True))
    strip.setFocus()
    QTest.keyClick(strip, Qt.Key.Key_End)
    frame = strip.columns.frame(column_of(strip, "dense2"))
    assert bar.value() <= frame.left()
    assert frame.right() <= bar.value() + strip.viewport().width()
    QTest.keyClick(strip, Qt.Key.Key_Home)
    assert bar.value() == 0
    column = column_of(strip, "dense2")
    bar.setValue(bar.maximum())
    where = middle(strip, column, (0, 3, 0))
    QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert strip.words().startswith("dense2, unit 3: ")


def test_all_layers_of_lenet_fit_into_a_laptop_beside_the_dock(strip: LayerStrip) -> None:
    strip.resize(942, strip.sizeHint().height())
    strip.set_trace(trace_of(build("lenet")))
    assert strip.columns.width <= 942
    widths = [(column.left, column.left + column.width) for column in strip.columns.columns]
    assert all(before[1] < after[0] for before, after in pairwise(widths))


def test_dragging_pins_what_is_under_the_mouse(strip: LayerStrip) -> None:
    found = trace_of(build("journal-8"))
    show(strip, found)
    column = column_of(strip, "pool1")
    QTest.mousePress(strip.viewport(), Qt.MouseButton.LeftButton, pos=middle(strip, column, (2, 3, 4)))
    assert strip._unit == Unit("pool1", (2, 3, 4))
    QTest.mouseMove(strip.viewport(), middle(strip, column, (2, 3, 9)))
    assert strip._unit == Unit("pool1", (2, 3, 9))
    QTest.mouseRelease(strip.viewport(), Qt.MouseButton.LeftButton, pos=middle(strip, column, (2, 3, 9)))
    QTest.mouseMove(strip.viewport(), middle(strip, column, (2, 8, 8)))
    assert strip._unit == Unit("pool1", (2, 3, 9))


def test_the_focus_is_seen(strip: LayerStrip) -> None:
    show(strip, trace_of(build("journal-8")))
    strip.set_unit(Unit("conv1", (0, 5, 5)))
    strip.clearFocus()
    before = painted(strip)
    strip.setFocus()
    assert painted(strip) != before


def test_a_network_that_has_diverged_says_so(strip: LayerStrip) -> None:
    network = build("journal-8")
    network.named_arrays()["conv1.kernel"][2] = np.nan
    network.named_arrays()["conv1.kernel"][3] = np.inf
    with np.errstate(invalid="ignore"):
        found = trace_of(network)
    show(strip, found)
    column = column_of(strip, "conv1 + ReLU")
    assert column.scale(found).ends == ("not", "finite")
    values = np.where(np.isfinite(found["relu1.output"]), found["relu1.output"], 0)
    place = (0, 9, 9)
    color = painted(strip).pixelColor(middle(strip, column, place)).getRgb()[:3]
    assert np.allclose(color, expected_color(values[place], values), atol=1.5)
    assert "nan" in strip.told_at(middle(strip, column, (2, 9, 9)))


def test_both_themes_have_their_ground_between_the_maps(strip: LayerStrip) -> None:
    show(strip, trace_of(build("journal-8")))
    column = column_of(strip, "conv1 + ReLU")
    gap = strip.columns.origin(column) + QPointF(column.tiling.cell_width + 1, 10)
    for theme in (LIGHT, DARK):
        strip.set_theme(theme)
        image = painted(strip)
        assert image.pixelColor(int(gap.x()), int(gap.y())).name().upper() == theme.card
        assert image.pixelColor(2, 2) == QColor(theme.card)


def test_larger_text_and_more_room_are_taken(strip: LayerStrip) -> None:
    show(strip, trace_of(build("lenet")))
    usual = strip.sizeHint().height()
    strip.set_room(2.0)
    assert strip.sizeHint().height() > usual + 100
    strip.resize(3000, 500)
    for column in strip.columns.columns:
        assert column.tiling.size.height() <= strip.columns.maps_height
        font = QFont(strip.font())
        font.setPixelSize(12)
        assert column.width >= QFontMetrics(font).horizontalAdvance(column.title) - 4


@pytest.mark.parametrize("room", [1.0, 1.3, 2.0])
@pytest.mark.parametrize("name", ["journal-8", "journal-16", "lenet", "deep"])
def test_no_map_is_larger_than_those_that_it_was_made_of(strip: LayerStrip, name: str, room: float) -> None:
    show(strip, trace_of(build(name)))
    strip.set_room(room)
    maps = [one for one in strip.columns.columns if one.stage and len(one.stage.shape) == 3]
    assert len(maps) > 2
    for one, other in pairwise(maps):
        assert other.tiling.cell_height <= one.tiling.cell_height
