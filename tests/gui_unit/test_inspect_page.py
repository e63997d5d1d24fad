"""The Inspect page: its head, the strip while one draws, and the maps and kernels below."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from helpers.model_files import LENET
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.pages.inspect.inspect_page import EXAMPLE, InspectPage
from digitgui.pages.inspect.step_view import StepView
from digitgui.pages.inspect.surgery_view import SurgeryView
from digitgui.widgets.pictures.tile_sheet import TileSheet
from model import build, load_network
from model.inspection.surgery import Part, Scale
from model.inspection.trace import Unit
from model.judging.ensemble import Ensemble
from model.network.layers import Dense, Flatten
from model.network.network import Network


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> InspectPage:
    """The page with the example."""
    window.show_page("inspect")
    page = window.inspect_page
    qtbot.waitUntil(lambda: shown(page))
    return page


def shown(page: InspectPage) -> bool:
    """Whether the strip shows what there is to be shown."""
    inspection = page._inspection
    return inspection.is_current and page.strip._trace is inspection.trace


def texts(page: InspectPage) -> str:
    return "\n".join(part.text() for part in page.findChildren(QLabel) if part.isVisible())


def open_network(window: MainWindow, network, page: InspectPage, qtbot: QtBot) -> None:
    window.session.model.replace(network, name="other")
    names = page._inspection.network.layer_names
    qtbot.waitUntil(lambda: shown(page) and [one.name for one in page.strip._trace.layers] == names)


def middle(sheet: TileSheet, number: int, row: int = 0, column: int = 0) -> QPoint:
    box = sheet.tiling.box(number, range(row, row + 1), range(column, column + 1))
    return (box.translated(QPointF(sheet.origin)).center()).toPoint()


def test_an_example_is_looked_into_until_something_is_drawn(
    window: MainWindow, page: InspectPage, draw: Callable[..., None], qtbot: QtBot
) -> None:
    assert EXAMPLE in texts(page)
    assert "answers 7" in texts(page)
    example = page.strip._trace.image
    draw(window.dock.canvas)
    qtbot.waitUntil(lambda: shown(page) and EXAMPLE not in texts(page))
    drawn = window.session.answering.prediction.picture
    assert np.array_equal(page.strip._trace.image, drawn)
    assert not np.array_equal(drawn, example)
    window.session.drawing.clear()
    qtbot.waitUntil(lambda: EXAMPLE in texts(page))


def test_a_number_worth_a_look_is_pinned_at_once_and_anew_for_another_picture(
    window: MainWindow, page: InspectPage, draw: Callable[..., None], qtbot: QtBot
) -> None:
    inspection = page._inspection

    def is_largest() -> bool:
        output = inspection.trace["conv2.output"]
        return inspection.unit.layer == "conv2" and inspection.trace.value(inspection.unit) == output.max()

    assert is_largest()
    assert "Pinned: conv2, map " in texts(page)
    draw(window.dock.canvas, ((0.3, 0.7), (0.7, 0.7)))
    qtbot.waitUntil(lambda: EXAMPLE not in texts(page) and shown(page))
    assert is_largest()  # of the whole stroke, not of its beginning
    page.number.setValue(42)
    qtbot.waitUntil(lambda: shown(page) and inspection.index == 41)
    assert is_largest()
    assert np.array_equal(page.strip._trace.image, window.session.data.dataset.images[41])


def test_the_pin_rests_until_a_stroke_has_ended(window: MainWindow, page: InspectPage, qtbot: QtBot) -> None:
    canvas, before = window.dock.canvas, page._inspection.unit
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 150))
    QTest.mouseMove(canvas, QPoint(130, 150))
    qtbot.waitUntil(lambda: EXAMPLE not in texts(page) and shown(page))
    assert page._inspection.unit == before
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(130, 150))
    qtbot.waitUntil(lambda: page._inspection.unit != before)


def test_what_the_user_has_pinned_stays_while_they_draw(
    window: MainWindow, page: InspectPage, draw: Callable[..., None], qtbot: QtBot
) -> None:
    strip = page.strip
    column = next(one for one in strip.columns.columns if one.title == "pool1")
    box = column.tiling.box(3, range(4, 5), range(5, 6)).translated(strip.columns.origin(column))
    where = box.center().toPoint() - QPoint(strip.horizontalScrollBar().value(), 0)
    QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=where)
    unit = Unit("pool1", (3, 4, 5))
    assert page._inspection.unit == unit
    draw(window.dock.canvas)
    qtbot.waitUntil(lambda: shown(page) and EXAMPLE not in texts(page))
    assert page._inspection.unit == unit
    assert f"Pinned: pool1, map 3, row 4, column 5: {page._inspection.trace.value(unit):.4g}" in texts(page)
    strip.setFocus()
    QTest.keyClick(strip, Qt.Key.Key_Right)
    assert page._inspection.unit == Unit("pool1", (3, 4, 6))


def test_every_layer_can_be_seen_by_itself(page: InspectPage) -> None:
    assert [column.title for column in page.strip.columns.columns][:2] == ["input", "conv1 + ReLU"]
    page.every_layer.click()
    titles = [column.title for column in page.strip.columns.columns]
    assert titles == ["input", *(layer.name for layer in page._inspection.trace.layers), "softmax"]
    assert "conv2: 32 maps of 11 × 11" in texts(page)
    page.every_layer.click()
    assert "conv2 + ReLU: 32 maps of 11 × 11" in texts(page)


def test_the_layer_that_is_pinned_at_first_is_seen(window: MainWindow, page: InspectPage, qtbot: QtBot) -> None:
    window.resize(1024, 640)
    page._inspection.pin(Unit("input", (0, 3, 4)))
    assert page.strip.horizontalScrollBar().value() == 0
    page._suggested = page._inspection.unit  # as if it had been pinned for the user, who draws something else
    page.number.setValue(42)
    qtbot.waitUntil(lambda: shown(page) and page._inspection.unit.layer == "conv2")
    strip, bar = page.strip, page.strip.horizontalScrollBar()
    frame = strip.columns.frame(strip._chosen_column())
    assert bar.value() <= frame.left()
    assert frame.right() <= bar.value() + strip.viewport().width()


def test_the_right_answer_of_a_drawing_is_called_as_answered(page: InspectPage) -> None:
    assert page.label.currentText() == "As answered"
    page.number.setValue(42)
    assert page.label.currentText() == "Its label"
    page.sources.button(0).click()
    assert page.label.currentText() == "As answered"


def test_the_tabs_stand_in_one_row_in_a_usual_window(window: MainWindow, page: InspectPage, qtbot: QtBot) -> None:
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: len({tab.y() for tab in page.tabs.buttons()}) == 1)


def test_each_map_by_itself_reaches_strip_and_maps(page: InspectPage) -> None:
    strip, maps = page.strip.grab().toImage(), page.maps.maps.grab().toImage()
    page.each_map.click()
    assert page.strip.grab().toImage() != strip
    assert page.maps.maps.grab().toImage() != maps


def test_maps_are_large_below_and_a_click_pins_there_too(page: InspectPage) -> None:
    page._inspection.pin(Unit("conv1", (2, 3, 4)))
    maps, values = page.maps.maps, page._inspection.trace["relu1.output"]
    assert maps.tiling.count == 16
    assert maps.tiling.cell_width > 26
    image = maps.viewport().grab().toImage()
    for place in ((0, 5, 6), (1, 13, 20), (2, 20, 9)):
        grey = image.pixelColor(middle(maps, *place)).red()
        assert grey == pytest.approx(255 * max(0, values[place]) / values.max(), abs=1.5)
    QTest.mouseClick(maps.viewport(), Qt.MouseButton.LeftButton, pos=middle(maps, 1, 13, 20))
    assert page._inspection.unit == Unit("conv1", (1, 13, 20))
    maps.setFocus()
    QTest.keyClick(maps, Qt.Key.Key_PageDown)
    QTest.keyClick(maps, Qt.Key.Key_Down)
    assert page._inspection.unit == Unit("conv1", (2, 14, 20))
    assert maps.accessibleDescription() == f"relu1, map 2, row 14, column 20: {values[2, 14, 20]:.4g}"


def test_kernels_are_shown_a_row_for_each_map_and_a_column_for_each_channel(page: InspectPage) -> None:
    page._inspection.pin(Unit("conv2", (1, 3, 4)))
    sheet, kernel = page.maps.weights, page._inspection.trace["conv2.kernel"]
    assert "Kernels of 3 × 3: a row for each of 32 maps, a column for each of 16 channels" in texts(page)
    assert (sheet.tiling.rows, sheet.tiling.columns) == (32, 16)
    image, largest = sheet.viewport().grab().toImage(), np.abs(kernel).max()
    for channel in (0, 3, 7):
        for row, column in ((0, 0), (1, 2), (2, 1)):
            value = kernel[1, channel, row, column]
            color = image.pixelColor(middle(sheet, 16 + channel, row, column)).getRgb()[:3]
            brightest = (255, 138, 76) if value > 0 else (76, 163, 255)
            assert np.allclose(color, [abs(value) / largest * part for part in brightest], atol=2)
    page._inspection.pin(Unit("conv1", (1, 3, 4)))
    assert "16 kernels of 3 × 3, one for each map" in texts(page)


def test_weights_of_a_dense_layer_lie_as_the_maps_they_multiply(page: InspectPage) -> None:
    page._inspection.pin(Unit("dense1", (5,)))
    sheet, weight = page.maps.weights, page._inspection.trace["dense1.weight"][5].reshape(32, 5, 5)
    assert "Weights of unit 5, laid out as what they multiply: pool2" in texts(page)
    assert sheet.tiling.count == 32
    words = sheet._tiles.tell((3, 4, 1))
    assert words == f"weight of pool2, map 3, row 4, column 1: {weight[3, 4, 1]:.4g}"
    page._inspection.pin(Unit("dense2", (3,)))
    assert "Weights of unit 3, laid out as what they multiply: dense1 + ReLU" in texts(page)
    assert sheet.tiling.count == 128


def test_each_kind_of_layer_says_what_it_multiplies_with(
    window: MainWindow, page: InspectPage, qtbot: QtBot
) -> None:
    open_network(window, build("deep"), page, qtbot)
    page.every_layer.click()
    said = {
        "input": "The input has no weights",
        "pool1": "keeps the largest number of each window",
        "relu1": "lets positive numbers through",
        "flatten1": "lays the maps out as one row",
        "dropout1": "does nothing while the network answers",
        "batchnorm1": "Of map 0 it takes the mean",
        "batchnorm4": "Of unit 0 it takes the mean",
    }
    for layer, words in said.items():
        axes = len(page._inspection.trace[layer if layer == "input" else f"{layer}.output"].shape)
        page._inspection.pin(Unit(layer, (0,) * axes))
        assert words in texts(page), layer


def test_while_it_is_trained_the_kernels_follow(window: MainWindow, page: InspectPage, qtbot: QtBot) -> None:
    page._inspection.pin(Unit("conv1", (1, 3, 4)))
    before = page.maps.weights._tiles.values.copy()
    model = window.session.model
    weights = model.network.weights()
    weights["conv1.kernel"] = weights["conv1.kernel"] * -1
    model.take_weights(weights, (model.network.input_mean, model.network.input_deviation))
    qtbot.waitUntil(lambda: np.array_equal(page.maps.weights._tiles.values, -before))


def test_another_network_pins_another_number(window: MainWindow, page: InspectPage, qtbot: QtBot) -> None:
    page._inspection.pin(Unit("conv2", (1, 3, 4)))
    open_network(window, build("journal-8"), page, qtbot)
    assert page._inspection.unit.layer == "conv1"
    open_network(window, Network([Flatten(), Dense(10)]), page, qtbot)
    assert page._inspection.unit == Unit("dense1", (page._inspection.trace.answer,))


def test_of_an_ensemble_the_first_network_is_looked_into(
    window: MainWindow, page: InspectPage, qtbot: QtBot
) -> None:
    open_network(window, Ensemble([build("journal-8"), load_network(LENET)]), page, qtbot)
    assert [column.title for column in page.strip.columns.columns] == [
        *("input", "conv1 + ReLU", "pool1", "dense1", "softmax"),
    ]
    assert "The first network of other answers" in texts(page)


def test_what_another_view_pins_comes_in_sight(window: MainWindow, page: InspectPage, qtbot: QtBot) -> None:
    window.resize(1024, 640)
    qtbot.waitUntil(page.strip.horizontalScrollBar().isVisible)
    page._inspection.pin(Unit("dense2", (3,)))
    assert page.strip.horizontalScrollBar().value() > 0
    page.number.setValue(42)
    qtbot.waitUntil(lambda: shown(page) and page._inspection.index == 41)
    assert page._inspection.unit == Unit("dense2", (3,))


def test_nothing_is_computed_or_painted_unseen(
    window: MainWindow, page: InspectPage, draw: Callable[..., None], qtbot: QtBot
) -> None:
    before = page.strip._trace
    window.show_page("train")
    draw(window.dock.canvas)
    qtbot.wait(100)
    assert page.strip._trace is before
    window.show_page("inspect")
    qtbot.waitUntil(lambda: shown(page) and page.strip._trace is not before)


def test_strip_and_sheets_are_stops_of_the_tab_key_with_names(page: InspectPage) -> None:
    for part in (page.strip, page.maps.maps, page.maps.weights):
        assert part.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert part.accessibleName()
    assert page.strip.accessibleDescription() == page.strip.words()


def test_the_page_has_what_it_needs_in_a_small_window(window: MainWindow, page: InspectPage, qtbot: QtBot) -> None:
    window.resize(1024, 640)
    qtbot.wait(50)
    strip = page.strip
    qtbot.waitUntil(lambda: strip.viewport().height() >= strip.columns.bottom)
    assert strip.horizontalScrollBar().isVisible()
    assert page.width() <= 700


def test_the_number_of_the_picture_follows_what_is_chosen_elsewhere(window: MainWindow, page: InspectPage) -> None:
    window.session.inspection.choose_picture(11)
    assert page.number.value() == 12
    assert page.sources.button(1).isChecked()
    window.session.inspection.choose_drawing()
    assert page.sources.button(0).isChecked()


def test_fewer_data_that_are_opened_leave_the_drawing_in_sight(
    window: MainWindow, page: InspectPage, qtbot: QtBot, tmp_path: Path
) -> None:
    page.number.setValue(400)
    page._inspection.choose_label(3)
    bundled = window.session.data.dataset
    np.savez(tmp_path / "mine.npz", images=bundled.images[:300], labels=bundled.labels[:300])
    window.session.data.open(str(tmp_path / "mine.npz"), ask=False)
    qtbot.waitUntil(lambda: len(window.session.data.dataset) == 300, timeout=20_000)
    assert page.number.maximum() == 300
    assert page._inspection.index is None
    assert page._inspection.chosen_label is None
    qtbot.waitUntil(lambda: EXAMPLE in texts(page))


def test_there_is_a_way_back_from_every_other_network(window: MainWindow, page: InspectPage, qtbot: QtBot) -> None:
    session = window.session
    back = page.other.back
    assert not page.other.isVisible()
    session.stepping.step()
    qtbot.waitUntil(lambda: session.stepping.steps == 1, timeout=20_000)
    assert page.other.words.text() == "You see default after 1 step, not the open network."
    assert not back.isVisible(), "the copy can be discarded"
    qtbot.mouseClick(page.other.decide, Qt.MouseButton.LeftButton)
    assert page.findChild(StepView).isVisible()
    session.operating.operate(Scale(Part("conv1", 0), 0))
    qtbot.mouseClick(page.other.decide, Qt.MouseButton.LeftButton)
    assert page.findChild(SurgeryView).isVisible(), "the upper of two copies is decided on first"
    session.operating.discard()
    assert page.other.words.text() == "You see default after 1 step, not the open network."
    session.inspection.look_at(build("journal-8"), "an earlier epoch")
    assert not page.other.decide.isVisible()
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert session.inspection.is_of_open_network
    assert not page.other.isVisible()


def test_nothing_moves_where_another_network_is_looked_into(
    window: MainWindow, page: InspectPage, qtbot: QtBot
) -> None:
    window.resize(1100, 700)
    qtbot.wait(50)
    before = page.tabs.button(0).mapTo(page, QPoint())
    page._inspection.look_at(build("journal-8"), "journal-8 before training")
    qtbot.waitUntil(lambda: shown(page))
    qtbot.wait(50)
    assert page.tabs.button(0).mapTo(page, QPoint()) == before
    page._inspection.look_at(None)
    qtbot.wait(50)
    assert page.tabs.button(0).mapTo(page, QPoint()) == before


def test_the_tab_key_leads_to_the_current_tab_and_arrows_to_the_others(page: InspectPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.tabs.button(3), Qt.MouseButton.LeftButton)
    stops = [number for number in range(8) if page.tabs.button(number).focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == [3]
    page.tabs.button(3).setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(page.tabs.button(3), Qt.Key.Key_Right)
    assert page.tabs.checkedId() == page.stack.currentIndex() == 4
    assert page.tabs.button(4).hasFocus()
