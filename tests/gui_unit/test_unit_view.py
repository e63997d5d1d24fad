"""The pinned number in the window: its terms in both directions, and the ways from number to number."""

from collections.abc import Callable

import numpy as np
import pytest
from helpers.cut_off import assert_nothing_is_cut_off
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.pages.inspect.unit_lines import MOST, forward_lines
from digitgui.pages.inspect.unit_view import EMPTY, FULL, UnitView
from digitgui.widgets.scrolling import ScrollColumn
from digitgui.widgets.tables.term_lines import Line
from model import build
from model.inspection.forward_terms import forward_terms
from model.inspection.trace import Unit, trace
from model.network.layers import AveragePool2D, BatchNorm, Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU
from model.network.network import Network

CONV = Unit("conv2", (3, 4, 6))


def open_view(window: MainWindow, qtbot: QtBot) -> UnitView:
    """Show the view, with the numbers of an example."""
    window.show_page("inspect")
    tabs = window.inspect_page.tabs.buttons()
    next(tab for tab in tabs if tab.text() == "Pinned number").click()
    inspection = window.session.inspection
    qtbot.waitUntil(lambda: inspection.trace is not None and inspection.is_current)
    inspection.choose_label(9)
    qtbot.waitUntil(lambda: inspection.is_current)
    return window.findChild(UnitView)


@pytest.fixture
def view(window: MainWindow, qtbot: QtBot) -> UnitView:
    """Show the view while no number is pinned."""
    window.resize(1280, 800)
    found = open_view(window, qtbot)
    pin(found, None)
    return found


def pin(view: UnitView, unit: Unit | None) -> None:
    view._inspection.pin(unit)


def totals(lines: list[Line]) -> tuple[float, float]:
    """Add up the terms of a table, and return what it says they add up to."""
    *terms, last = [line for line in lines if line.total is not None]
    assert last.is_sum
    return sum(line.total for line in terms), last.total


def texts(view: UnitView) -> str:
    return " ".join(part.text() for part in (view._made_of, view._used_by, view._source, view._goes_to))


def test_without_a_number_it_says_what_to_do(view: UnitView) -> None:
    assert view._stack.currentIndex() == EMPTY
    assert "Choose a number" in view._empty.text()
    pin(view, CONV)
    assert view._stack.currentIndex() == FULL
    pin(view, Unit("conv2", (99, 0, 0)))
    assert view._stack.currentIndex() == EMPTY


def test_the_terms_shown_add_up_to_the_number(view: UnitView) -> None:
    found = view._inspection.trace
    for unit in (CONV, Unit("dense1", (5,)), Unit("dense2", (9,)), Unit("conv1", (3, 9, 9))):
        for all_terms in (False, True):
            pin(view, unit)
            view.forward.all.setChecked(all_terms)
            view.backward.all.setChecked(all_terms)
            total, value = totals(view.forward.table.lines)
            assert value == found.value(unit)
            assert total == pytest.approx(value, rel=1e-4, abs=1e-4)
            total, gradient = totals(view.backward.table.lines)
            assert gradient == found.gradient(unit)
            assert total == pytest.approx(gradient, rel=1e-4, abs=1e-6)


def test_the_smaller_terms_are_summed_until_all_are_wanted(view: UnitView) -> None:
    pin(view, CONV)
    names = [line.name for line in view.forward.table.lines]
    assert len(names) == 6
    assert names[3:] == ["13 more maps", "bias", "sum"]
    sums = [abs(line.total) for line in view.forward.table.lines[:3]]
    assert sums == sorted(sums, reverse=True)
    view.forward.all.setFocus()
    QTest.keyClick(view.forward.all, Qt.Key.Key_Space)
    assert len(view.forward.table.lines) == 18 <= MOST
    assert view.forward.all.isVisible()


def test_the_name_counts_from_0_and_says_so(view: UnitView) -> None:
    pin(view, CONV)
    assert view.title.text() == "conv2, map 3, row 4, column 6"
    words = [part.text() for part in view.findChildren(type(view._made_of)) if part.isVisible()]
    assert sum("from 0" in text for text in words) == 1


def test_a_click_on_a_term_leads_backwards_and_forwards(view: UnitView) -> None:
    pin(view, CONV)
    table = view.forward.table
    group = int(table.lines[0].name.removeprefix("map "))
    QTest.mouseClick(table, Qt.MouseButton.LeftButton, pos=table.cell_rect((0, 0, 1, 2)).center())
    assert view._inspection.unit == Unit("pool1", (group, 5, 8))
    later = view.backward.table
    line = next(number for number, one in enumerate(later.lines) if one.grids)
    QTest.mouseClick(later, Qt.MouseButton.LeftButton, pos=later.cell_rect((line, 0, 0, 0)).center())
    there = view._inspection.unit
    assert there.layer == "conv2"
    assert view.title.text().startswith("conv2")
    later.setFocus()
    QTest.keyClick(later, Qt.Key.Key_Return)
    assert view._inspection.unit == Unit("relu2", there.index)


def test_keys_lead_to_the_numbers_beside_it(view: UnitView) -> None:
    pin(view, CONV)
    view.title.setFocus()
    for key, index in [
        (Qt.Key.Key_Right, (3, 4, 7)),
        (Qt.Key.Key_Down, (3, 5, 7)),
        (Qt.Key.Key_PageDown, (4, 5, 7)),
        (Qt.Key.Key_Left, (4, 5, 6)),
        (Qt.Key.Key_Up, (4, 4, 6)),
        (Qt.Key.Key_PageUp, (3, 4, 6)),
    ]:
        QTest.keyClick(view.title, key)
        assert view._inspection.unit == Unit("conv2", index)
    pin(view, Unit("dense1", (0,)))
    for key, index in [(Qt.Key.Key_Up, 0), (Qt.Key.Key_Down, 1), (Qt.Key.Key_Right, 2), (Qt.Key.Key_Left, 1)]:
        QTest.keyClick(view.title, key)
        assert view._inspection.unit == Unit("dense1", (index,))
    QTest.keyClick(view.title, Qt.Key.Key_X)


def test_the_softmax_is_shown_step_by_step(view: UnitView) -> None:
    found = view._inspection.trace
    pin(view, CONV)
    assert not view.answer.isVisible()
    pin(view, Unit("dense2", (7,)))
    assert not view.answer.isHidden()
    lines = view.answer.table.lines
    for digit, line in enumerate(lines[:10]):
        logit, shifted, exponential, probability = (float(grid.numbers[0, 0]) for grid in line.grids)
        assert logit == found["logits"][digit]
        assert shifted == pytest.approx(logit - found["logits"].max(), abs=1e-6)
        assert exponential == pytest.approx(np.exp(shifted))
        assert probability == found["probabilities"][digit]
        assert bool(line.grids[0].marked[0, 0]) == (digit == 7)
    assert lines[9].name == "9 (right)"
    assert lines[-1].total == found.loss
    assert [line.total for line in view.backward.table.lines] == [
        found["probabilities"][7],
        0,
        found.gradient(Unit("dense2", (7,))),
    ]


def test_what_it_adds_is_shown_on_request(view: UnitView) -> None:
    found = view._inspection.trace
    place = np.unravel_index(np.abs(found["conv2.gradient"]).argmax(), found["conv2.gradient"].shape)
    unit = Unit("conv2", tuple(int(at) for at in place))
    pin(view, unit)
    assert "144 weights, 1 bias and 144 numbers of pool1" in view._goes_to.text()
    assert "sum over the 121 numbers" in view._goes_to.text()
    assert all(terms.isHidden() for terms in view.shares)
    view.show_shares.setChecked(True)
    assert [terms.title.text() for terms in view.shares] == ["conv2.kernel", "conv2.bias", "pool1"]
    assert not any(terms.isHidden() for terms in view.shares)
    line = view.shares[0].table.lines[0]
    group = int(line.name.removeprefix("map "))
    own, whole = (grid.numbers for grid in line.grids)
    row, column = unit.index[1:]
    patch = found["pool1.output"][group, row : row + 3, column : column + 3]
    assert own == pytest.approx(found.gradient(unit) * patch, rel=1e-5)
    assert np.array_equal(whole, found["conv2.kernel.gradient"][unit.index[0], group])
    pin(view, Unit("dense2", (3,)))
    assert len(view.shares[0].table.lines[0].grids) == 1  # of a dense weight nothing else adds to the gradient


def test_sentences_say_what_happens(view: UnitView) -> None:
    for unit, expected in (
        (Unit("input", (0, 10, 10)), ["the pixel", "conv1 uses it 9 times for each of its 16 maps", "no further"]),
        (Unit("conv1", (3, 9, 9)), ["its kernel", "relu1", "1 bias and 9 numbers of the picture"]),
        (Unit("relu1", (3, 9, 9)), ["max(0, x)", "pool1"]),
        (
            Unit("pool1", (3, 5, 5)),
            ["window of relu1", "conv2 uses it 9 times", "It comes from 288 numbers of conv2"],
        ),
        (Unit("flatten1", (77,)), ["in one row", "all 128 units of dense1"]),
        (Unit("dense1", (5,)), ["each of 800 inputs", "relu3", "800 weights"]),
        (Unit("dense2", (5,)), ["This is a logit", "its probability, less 1"]),
    ):
        pin(view, unit)
        assert [words for words in expected if words not in texts(view)] == []


def test_the_winner_is_marked_and_a_relu_lets_through_what_is_above_0(view: UnitView) -> None:
    found = view._inspection.trace
    place = tuple(int(at) for at in np.unravel_index(found["pool1.output"].argmax(), found["pool1.output"].shape))
    pin(view, Unit("pool1", place))
    grid = view.forward.table.lines[0].grids[0]
    assert np.array_equal(grid.marked, grid.numbers == found.value(Unit("pool1", place)))
    for sign, words in ((1, "which lets it through"), (-1, "which stops it: what comes out is 0")):
        places = np.argwhere(sign * found["conv1.output"] > 0)
        pin(view, Unit("conv1", tuple(places[0].tolist())))
        assert words in texts(view)


def test_ties_are_named(view: UnitView, window: MainWindow, qtbot: QtBot) -> None:
    inspection = view._inspection
    inspection.show_drawing(np.zeros((28, 28), np.uint8))
    inspection.request()
    qtbot.waitUntil(lambda: inspection.is_current)
    pin(view, Unit("pool1", (3, 5, 5)))
    assert "4 tie, and the gradient goes to row 10, column 10" in texts(view)
    assert view.forward.table.lines[0].grids[0].marked.all()
    pin(view, Unit("relu1", (3, 10, 11)))
    assert "or one that ties with it" in texts(view)
    assert "another number takes the gradient" in texts(view)


def test_every_kind_of_layer_is_shown(view: UnitView, qtbot: QtBot) -> None:
    layers = [
        *(
            Conv2D(2, 3, stride=2, padding=1),
            BatchNorm(),
            ReLU(),
            MaxPool2D(3, stride=2),
            AveragePool2D(2, stride=3),
        ),
        *(Flatten(), Dropout(0.3), Dense(4), BatchNorm(), Dense(1)),
    ]
    inspection = view._inspection
    inspection.look_at(Network(layers))
    inspection.choose_label(1)
    view.show_shares.setChecked(True)
    inspection.request()
    qtbot.waitUntil(lambda: inspection.is_current)
    found = inspection.trace
    for layer in ("input", *(one.name for one in found.layers)):
        shape = found[found.name_of(layer)].shape
        for index in {(0,) * len(shape), tuple(size - 1 for size in shape)}:
            pin(view, Unit(layer, index))
            assert view._stack.currentIndex() == FULL
            assert view.forward.table.lines[-1].total == found.value(Unit(layer, index))
            assert view.backward.table.lines[-1].total == found.gradient(Unit(layer, index))
            view.grab()


def test_it_follows_the_picture_only_while_it_is_seen(view: UnitView, window: MainWindow, qtbot: QtBot) -> None:
    inspection = view._inspection
    pin(view, CONV)
    before = view.forward.table.lines[-1].total
    picture = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    inspection.show_drawing(picture)
    qtbot.waitUntil(lambda: inspection.is_current)
    seen = view.forward.table.lines[-1].total
    assert seen == inspection.trace.value(CONV) != before
    window.show_page("draw")
    inspection.show_drawing(np.zeros((28, 28), np.uint8))
    inspection.request()
    qtbot.waitUntil(lambda: inspection.is_current)
    assert view.forward.table.lines[-1].total == seen
    window.show_page("inspect")
    qtbot.waitUntil(lambda: view.forward.table.lines[-1].total == inspection.trace.value(CONV))


@pytest.mark.parametrize("size", [(1008, 592), (1900, 1000)])
def test_it_fits_small_windows_and_uses_large_ones(
    make_window: Callable[[], MainWindow], qtbot: QtBot, size: tuple[int, int]
) -> None:
    window = make_window()
    window.resize(*size)
    view = open_view(window, qtbot)
    view.show_shares.setChecked(True)
    for unit in (CONV, Unit("dense1", (5,)), Unit("dense2", (5,))):
        pin(view, unit)
        qtbot.waitUntil(lambda: assert_nothing_is_cut_off(window))
    assert (view.backward.x() > view.forward.x() + 100) == (size[0] > 1200)
    assert (view._left.indexOf(view.source) >= 0) == (size[0] > 1200)
    assert view.source.x() == (view.forward.x() if size[0] > 1200 else view.nudge.x())


def test_it_is_as_high_as_what_it_says_and_the_page_alone_scrolls(
    view: UnitView, window: MainWindow, qtbot
) -> None:
    pin(view, CONV)
    page = window.inspect_page
    area = page.parentWidget().parentWidget()
    assert isinstance(area, QScrollArea)
    bar = area.verticalScrollBar()
    qtbot.waitUntil(lambda: view.forward.height() >= view.forward.table.height() > 0 and bar.maximum() > 400)
    assert not view.findChildren(ScrollColumn)
    bar.setValue(bar.maximum())
    place = view.backward.table.cell_rect((0, 0, 0, 0)).center()
    QTest.mouseClick(view.backward.table, Qt.MouseButton.LeftButton, pos=place)
    assert view._inspection.unit != CONV
    assert view.title.mapTo(area.viewport(), QPoint()).y() >= 0  # back at the top of what is said
    page.tabs.button(0).click()
    qtbot.waitUntil(lambda: bar.maximum() < 200)


def test_a_picture_of_several_colours_has_channels() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (28, 28, 3), dtype=np.uint8)
    found = trace(build("journal-8", input_shape=(3, 28, 28)), picture)
    unit = Unit("conv1", (2, 3, 4))
    lines = forward_lines(found, unit, forward_terms(found, unit), all_terms=False)
    assert {line.name for line in lines[:3]} == {"channel 0", "channel 1", "channel 2"}


def test_of_thousands_of_inputs_so_many_are_shown_and_the_rest_is_summed() -> None:
    found = trace(build("deep"), np.full((28, 28), 90, np.uint8))
    unit = Unit("dense1", (2,))
    terms = forward_terms(found, unit)
    few = forward_lines(found, unit, terms, all_terms=False)
    assert [line.name for line in few[10:]] == [
        f"{terms.products.products.size - 10:,} more inputs",
        "bias",
        "sum",
    ]
    largest = np.sort(np.abs(terms.products.products), axis=None)[::-1][:10]
    assert [abs(line.total) for line in few[:10]] == pytest.approx(largest)
    for line in few[:10]:
        value, weight = (float(grid.numbers[0, 0]) for grid in line.grids)
        assert value * weight == pytest.approx(line.total)
        assert found.value(line.grids[0].target_of(0, 0)) == value
    total, value = totals(few)
    assert total == pytest.approx(value, rel=1e-4, abs=1e-5)
    assert len(forward_lines(found, unit, terms, all_terms=True)) == 130
    wide = trace(Network([Flatten(), Dense(MOST + 50), Dense(3)]), np.full((28, 28), 90, np.uint8))
    unit = Unit("dense2", (2,))
    lines = forward_lines(wide, unit, forward_terms(wide, unit), all_terms=True)
    assert len(lines) == MOST + 3
    assert lines[MOST].name == "50 more units"
    total, value = totals(lines)
    assert total == pytest.approx(value, rel=1e-4, abs=1e-5)
