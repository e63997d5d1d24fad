"""The network taught the user's hand: what is shown, kept, brought back and refused."""

import shutil
from itertools import pairwise

import numpy as np
import pytest
from helpers.event_loop import watch_event_loop
from helpers.runs import same_weights
from helpers.strokes import FOOTED_SEVEN, character
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from digitgui.documents.hand_teaching import LEAST_DIGITS
from digitgui.documents.model_document import origin_of, unsaved_title
from digitgui.frame.main_window import MainWindow
from digitgui.frame.properties import properties_of
from digitgui.pages.hand.my_hand_page import MyHandPage
from digitgui.widgets.digit_changes import GAP, DigitChanges, Misread
from digitgui.wording import a_digit, percent
from model import drawing_to_digit, load_network, open_data
from model.handwriting.hands import paint
from model.training.teaching_report import count_right
from model.training.training import TrainingConfig


@pytest.fixture
def page(window: MainWindow) -> MyHandPage:
    window.show_page("hand")
    return window.hand_page


def teach(window: MainWindow, qtbot: QtBot) -> None:
    QTest.mouseClick(window.hand_page.teach.start, Qt.MouseButton.LeftButton)
    assert window.session.hand.share is not None
    qtbot.waitUntil(lambda: window.session.hand.lesson is not None, timeout=60_000)


def test_the_network_is_taught_kept_and_brought_back(filled: MainWindow, qtbot: QtBot) -> None:
    session = filled.session
    before, weights = session.model.network, session.model.network.weights()
    with watch_event_loop() as lateness:
        teach(filled, qtbot)
    assert lateness.worst < 300  # on a machine that may be busy; alone it is 30 ms
    lesson = session.hand.lesson
    assert lesson.report.hand_after.count == 60 - session.personal.halves.test_start
    assert session.model.network is before
    for name, value in before.weights().items():
        np.testing.assert_array_equal(value, weights[name])
    assert filled.hand_page.teach.keep.isVisible()
    QTest.mouseClick(filled.hand_page.teach.keep, Qt.MouseButton.LeftButton)
    assert session.model.network is lesson.network
    assert session.model.is_dirty
    assert session.model.network.card.provenance["taught"][0]["from"] == "default"
    undo = filled.banner.findChild(QPushButton, "bannerUndo")
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert session.model.network is before
    assert (session.model.name, session.model.is_dirty) == ("default", False)
    session.undo_stack.redo()
    assert session.model.network is lesson.network


def test_a_taught_network_tells_what_the_teaching_measured_and_no_accuracy_of_before(
    filled: MainWindow, qtbot: QtBot
) -> None:
    session, model = filled.session, filled.session.model
    model.network.card.provenance |= {"report": {"accuracy": 0.963, "count": 500}, "data": {"name": "MNIST 5,000"}}
    model.name = model.proposed_name  # as it is once it has been saved under that name
    assert model.name == "default, 96.3 % of MNIST 5,000"
    teach(filled, qtbot)
    filled.resize(1008, 592)
    qtbot.waitUntil(lambda: filled.width() == 1008)
    areas = [area for area in filled.findChildren(QScrollArea) if area.isAncestorOf(filled.hand_page.teach)]
    qtbot.waitUntil(lambda: [area.horizontalScrollBar().maximum() for area in areas] == [0], timeout=3000)
    report = session.hand.lesson.report
    assert report.of_learned()
    assert report.of_learned() in filled.hand_page.teach._verdict.text()
    session.hand.keep()
    qtbot.waitUntil(lambda: bool(model.unsaved()), timeout=10_000)
    told = f"{percent(report.base_after.accuracy)} of {report.base_after.count:,} pictures from other people"
    assert model.proposed_name == f"default my hand, {told}"
    assert unsaved_title(model.unsaved()[0]).startswith(f"default my hand, {told}, ")
    known = dict(dict(properties_of(model))["Accuracy"])
    assert known["Measured on"] == f"{report.base_after.count:,} pictures from other people, when it was taught"
    assert known["Accuracy"].endswith(f"before {percent(report.base_before.accuracy)}")
    model.take_weights(model.network.weights(), (0.0, 1.0))
    session.undo_stack.undo()
    assert model.proposed_name == "default, 96.3 % of MNIST 5,000"
    model.take_weights(model.network.weights(), (0.0, 1.0))
    assert origin_of(model.network.card.provenance) == "", "a training goes on, and has not measured yet"
    assert model.proposed_name == "default"


def test_a_network_that_cannot_be_brought_back_is_told(filled: MainWindow, qtbot: QtBot) -> None:
    session, before = filled.session, filled.session.model.network
    teach(filled, qtbot)
    session.hand.keep()
    taught = session.model.network
    session.tasks.finish()
    QCoreApplication.processEvents()  # the taught network has been kept
    session.model.set_refuse_below(0.123)  # and is to be kept once more before it is replaced
    folder = session.model._unsaved_folder
    shutil.rmtree(folder)
    folder.write_text("a file in the way")
    session.undo_stack.undo()
    assert session.model.network is taught
    assert "The network was not replaced" in filled.banner.text
    folder.unlink()
    folder.mkdir()
    session.undo_stack.redo()
    session.undo_stack.undo()
    assert session.model.network is before


def test_a_taught_network_can_be_discarded_and_a_teaching_cancelled(filled: MainWindow, qtbot: QtBot) -> None:
    session, before = filled.session, filled.session.model.network
    QTest.mouseClick(filled.hand_page.teach.start, Qt.MouseButton.LeftButton)
    session.hand.cancel()
    assert session.hand.share is None
    teach(filled, qtbot)
    session.hand.discard()
    assert session.hand.lesson is None
    assert session.model.network is before
    assert filled.hand_page.teach.start.isVisible()


def test_a_taught_network_that_nobody_decided_about_is_kept_at_the_end(filled: MainWindow, qtbot: QtBot) -> None:
    teach(filled, qtbot)
    model, taught = filled.session.model, filled.session.hand.lesson.network
    assert model.unsaved() == []
    filled.close()
    (kept,) = model.unsaved()
    assert kept.stem.endswith("default my hand")
    assert same_weights(load_network(kept), taught)


def test_browsing_my_digits_offers_the_way_back_to_the_data(filled: MainWindow, qtbot: QtBot) -> None:
    session, before = filled.session, filled.session.data.dataset
    filled.ways.browse_my_digits()
    qtbot.waitUntil(lambda: session.data.dataset.source == str(session.personal.path), timeout=10_000)
    back = filled.banner.findChild(QPushButton, "bannerUndo")
    assert (back.isVisible(), back.text()) == (True, "Back")
    QTest.mouseClick(back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.data.dataset.source == before.source, timeout=10_000)


def test_a_network_that_forgot_is_not_offered_first(filled: MainWindow, qtbot: QtBot) -> None:
    session, card = filled.session, filled.hand_page.teach
    teach(filled, qtbot)
    report = session.hand.lesson.report
    report.base_after.right[3] -= 40
    session.hand.changed.emit()
    assert card.keep.text() == "Keep anyway"
    assert not card.keep.property("primary")
    session.hand.discard()


def test_the_main_button_follows_what_became_better_and_worse(filled: MainWindow, qtbot: QtBot) -> None:
    card, session = filled.hand_page.teach, filled.session
    teach(filled, qtbot)
    report = session.hand.lesson.report
    cases = {  # more misread of one's own and of others': which button
        (0, 0): "",
        (0, -10): "Keep",
        (-2, 0): "Keep",
        (-2, -10): "Keep",
        (-2, 1): "Keep",  # others' may fall a little
        (1, -10): "Discard",
        (0, 1): "Discard",
        (1, 0): "Discard",
        (-2, 40): "Discard",
    }
    right = report.hand_after.right, report.base_after.right
    for scores, now in ((report.hand_before, right[0]), (report.base_before, right[1])):
        now[:] = scores.right[:] = scores.counts
        scores.right[3] -= 2 if now is right[0] else 15
    for (mine, others), main in cases.items():
        right[0][:], right[1][:] = report.hand_before.right, report.base_before.right
        right[0][3] -= mine
        right[1][3] -= others
        session.hand.changed.emit()
        main_ones = [button.text() for button in (card.keep, card.discard) if button.property("primary")]
        assert main_ones == [main] * bool(main), (mine, others)
    counts = f"of {report.hand_after.count} of yours and {report.base_after.count:,} from other people"
    assert counts in card._words.text()
    session.hand.discard()


def test_no_teaching_while_a_network_is_trained(filled: MainWindow, qtbot: QtBot) -> None:
    filled.session.trainings.start("journal-8", TrainingConfig(epochs=50))
    filled.session.hand.teach()
    assert filled.session.hand.share is None
    assert "stop the training" in filled.banner.text


def test_without_digits_there_is_nothing_to_teach(page: MyHandPage) -> None:
    assert not page.teach.start.isEnabled()


def test_too_few_digits_are_told_before_they_are_taught(
    page: MyHandPage, window: MainWindow, qtbot: QtBot, rng_images
) -> None:
    session, start = window.session, page.teach.start
    assert str(LEAST_DIGITS) in start.toolTip()
    session.personal.add(rng_images(LEAST_DIGITS - 1), np.full(LEAST_DIGITS - 1, 4, np.uint8))
    qtbot.waitUntil(lambda: "so far there are 9" in session.hand.lack, timeout=5000)
    assert not start.isEnabled()
    session.hand.teach()
    assert session.hand.share is None
    assert "so far there are 9" in window.banner.text
    session.personal.add(rng_images(1), np.array([4], np.uint8))
    qtbot.waitUntil(lambda: not session.hand.lack, timeout=5000)
    assert start.isEnabled()  # one digit alone will do: the others are replayed


def test_twelve_sevens_of_one_writer_are_taught_by_themselves(
    page: MyHandPage, window: MainWindow, draw, qtbot: QtBot
) -> None:
    session, card, rng = window.session, page.teach, np.random.default_rng(0)
    for _ in range(12):
        for stroke in character(FOOTED_SEVEN, rng):
            draw(page.canvas, stroke / 20 + (0.3, 0.2))
        qtbot.waitUntil(page.meant.isEnabled, timeout=10_000)
        QTest.keyClick(page.canvas, Qt.Key.Key_7)
    qtbot.waitUntil(lambda: session.hand.counts[7] == 12, timeout=20_000)
    assert "7: 12" in page.counters.accessibleDescription()
    QTest.mouseClick(card.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Teaching your handwriting" in text_of(window.statusBar()), timeout=10_000)
    qtbot.waitUntil(lambda: session.hand.lesson is not None, timeout=120_000)
    lesson = session.hand.lesson
    assert lesson.report.hand_after.counts.tolist() == [0] * 7 + [6, 0, 0]
    assert lesson.report.is_acceptable
    unseen = np.stack([drawing_to_digit(paint(character(FOOTED_SEVEN, rng))) for _ in range(40)])
    sevens = unseen, np.full(40, 7, np.uint8)
    before, after = count_right(session.model.network, sevens).errors, count_right(lesson.network, sevens).errors
    assert before > 10
    assert after < before / 4
    assert "yours: 7s" in card.table.accessibleDescription()
    assert "from other people: 0s" in card.table.accessibleDescription()


def text_of(part: QWidget) -> str:
    return " ".join(label.text() for label in part.findChildren(QLabel))


def test_each_digit_is_shown_before_and_after(filled: MainWindow, qtbot: QtBot) -> None:
    session, card = filled.session, filled.hand_page.teach
    teach(filled, qtbot)
    report = session.hand.lesson.report
    report.base_before.right[7], report.base_after.right[7] = report.base_after.counts[7] - (1, 2)
    session.hand.changed.emit()
    assert f"7s 1 then 2 of {report.base_after.counts[7]}" in card.table.accessibleDescription()
    assert "Misread digits from other people:" in card._changed.text()
    assert "7s rose from 1 to 2" in card._changed.text()
    session.hand.discard()


def test_each_of_my_digits_carries_its_label(filled: MainWindow) -> None:
    grid, digits = filled.hand_page.digits.grid, filled.session.hand.digits
    assert grid._badges == {index: digits.labels[index] for index in digits.included}


def test_digits_that_cannot_be_read_any_more_are_not_taught(filled: MainWindow, qtbot: QtBot) -> None:
    session, start = filled.session, filled.hand_page.teach.start
    session.tasks.finish()
    assert start.isEnabled()
    session.personal.path.write_bytes(b"no archive")
    with qtbot.waitSignal(session.failed, timeout=10_000):
        session.hand.read_digits()
    assert session.hand.digits is None
    assert not start.isEnabled()
    assert session.hand.lack.startswith("My digits cannot be read: ")
    session.hand.teach()
    assert not session.hand.is_under_way


# one of my digits


def click_sample(window: MainWindow, position: int) -> int:
    """Click a thumbnail; return its index among my digits."""
    grid = window.hand_page.digits.grid
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid._cell(position).center())
    return int(grid.shown[position])


def test_a_thumbnail_opens_and_is_called_another_digit(filled: MainWindow, qtbot: QtBot) -> None:
    session, card = filled.session, filled.hand_page.digits
    assert not card.sample.isVisible()
    index = click_sample(filled, 0)
    before = int(session.hand.digits.labels[index])
    counts = session.hand.counts
    assert card.sample.isVisible()
    assert f"{a_digit(before).capitalize()}, for t" in text_of(card.sample)
    other = (before + 1) % 10
    chips = card.sample.labels.findChildren(QPushButton)
    assert [chip.text() for chip in chips if chip.property("answer")] == [str(before)]
    QTest.mouseClick(chips[other], Qt.MouseButton.LeftButton)
    assert session.hand.counts[other] == counts[other] + 1
    assert f"{a_digit(other).capitalize()}, for t" in text_of(card.sample)
    card.grid.setFocus()
    QTest.keyClick(card.grid, Qt.Key.Key_4)  # as the digit keys do, where the grid has the focus
    assert session.hand.digits.labels[index] == 4
    session.tasks.finish()
    assert open_data(str(session.personal.path)).labels[index] == 4  # and it is written
    for _ in range(2):
        session.undo_stack.undo()
    assert session.hand.counts == counts
    QTest.keyClick(card.grid, Qt.Key.Key_Escape)
    assert not card.sample.isVisible()


def test_a_thumbnail_is_deleted_and_comes_back(filled: MainWindow, qtbot: QtBot) -> None:
    session, card = filled.session, filled.hand_page.digits
    index = click_sample(filled, 3)
    QTest.mouseClick(card.sample.delete, Qt.MouseButton.LeftButton)
    assert index not in card.grid.shown
    assert sum(session.hand.counts) == 59
    assert not card.sample.isVisible()
    session.undo_stack.undo()
    assert index in card.grid.shown
    assert sum(session.hand.counts) == 60


def test_a_thumbnail_is_corrected_where_my_digits_are_the_open_data(filled: MainWindow, qtbot: QtBot) -> None:
    session, card = filled.session, filled.hand_page.digits
    filled.ways.browse_my_digits()
    qtbot.waitUntil(lambda: session.data.dataset.source == str(session.personal.path), timeout=10_000)
    filled.show_page("hand")
    index = click_sample(filled, 0)
    other = (int(session.hand.digits.labels[index]) + 1) % 10
    QTest.mouseClick(card.sample.labels.findChildren(QPushButton)[other], Qt.MouseButton.LeftButton)
    assert session.data.dataset.labels[index] == other
    qtbot.waitUntil(lambda: session.hand.digits.labels[index] == other, timeout=10_000)


def test_a_thumbnail_is_shown_on_draw(filled: MainWindow) -> None:
    session = filled.session
    index = click_sample(filled, 2)
    QTest.mouseClick(filled.hand_page.digits.sample.show_on_draw, Qt.MouseButton.LeftButton)
    assert filled.draw_page.isVisible()
    np.testing.assert_array_equal(session.answering.prediction.picture, session.hand.digits.images[index])


def test_the_last_of_my_digits_is_not_deleted(window: MainWindow, qtbot: QtBot, rng_images) -> None:
    session = window.session
    session.personal.add(rng_images(1), np.array([3], np.uint8))
    qtbot.waitUntil(lambda: sum(session.hand.counts) == 1, timeout=10_000)
    session.my_digits.delete(0)
    assert sum(session.hand.counts) == 1
    assert "your last digit" in window.banner.text


def test_two_digit_counts_side_by_side_do_not_run_into_one_another(qtbot: QtBot) -> None:
    table = DigitChanges()
    qtbot.addWidget(table)
    table.show_rows(Misread("", [99] * 10, [15] * 10, [13] * 10))
    table.resize(table.minimumSizeHint())
    table.show()
    image = table.grab().toImage()
    lines = range(image.height() // 2 + 2, image.height())
    inked = [
        column
        for column in range(image.width())
        if any(image.pixel(column, line) != image.pixel(0, image.height() - 1) for line in lines)
    ]
    assert sum(after - before > GAP // 2 for before, after in pairwise(inked)) == 10, "eleven pairs stand apart"
