"""The Evaluate page: which pictures it shows, what it says, and when that no longer holds."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from helpers.cut_off import assert_nothing_is_cut_off
from helpers.data_page import choose, press, texts
from helpers.evaluate_page import answers_of, open_arrays
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitgui.documents.evaluated_pictures import Gallery
from digitgui.documents.evaluation import PATIENCE_MILLISECONDS
from digitgui.frame.main_window import MainWindow
from digitgui.pages.evaluate.evaluate_page import CONTENT, EMPTY, EvaluatePage
from digitgui.widgets.tables.confusion_figures import words
from model import build
from model.data.dataset import SplitRule


def click_cell(evaluate_page: EvaluatePage, cell: tuple[int, int]) -> None:
    matrix = evaluate_page.confusion.matrix
    QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=matrix.cell_rect(cell).center().toPoint())


def a_mistake(window: MainWindow) -> tuple[int, int]:
    answers, labels = answers_of(window), window.session.data.dataset.labels
    index = np.flatnonzero(answers != labels)[0]
    return int(labels[index]), int(answers[index])


def test_an_empty_page_says_what_will_come_and_scores_in_another_process(few: MainWindow, qtbot: QtBot) -> None:
    page, dataset = few.evaluate_page, few.session.data.dataset
    QTest.keyClick(few, Qt.Key.Key_7, Qt.KeyboardModifier.ControlModifier)
    assert page.isVisible()
    assert page._stack.currentIndex() == EMPTY
    assert "How good is the network" in texts(page)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert QApplication.focusWidget() is page._cancel
    qtbot.waitUntil(lambda: page._stack.currentIndex() == CONTENT, timeout=60_000)
    assert QApplication.focusWidget() is page.confusion.matrix
    part = dataset.split.test
    right = answers_of(few)[part] == dataset.labels[part]
    assert page.figures.accuracy.text == f"{100 * right.mean():.2f} %"
    assert f"{len(part)} pictures" in texts(page)
    page.parts.button(0).click()
    assert page.scores.count == 300


def test_the_pictures_of_a_cell_are_shown_by_mouse_and_by_keyboard(
    evaluate_page: EvaluatePage, few: MainWindow
) -> None:
    evaluate_page.show_tab(0)
    answers, labels = answers_of(few), few.session.data.dataset.labels
    label, answer = a_mistake(few)
    click_cell(evaluate_page, (label, answer))
    np.testing.assert_array_equal(
        evaluate_page.gallery.grid.shown, np.flatnonzero((labels == label) & (answers == answer))
    )
    assert evaluate_page.gallery.gallery is Gallery.CELLS
    assert f"Label {label} · answer {answer}" in texts(evaluate_page.gallery)

    matrix = evaluate_page.confusion.matrix
    click_cell(evaluate_page, (2, 2))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right):
        QTest.keyClick(matrix, key)
    np.testing.assert_array_equal(evaluate_page.gallery.grid.shown, np.flatnonzero((labels == 2) & (answers == 2)))
    QTest.keyClick(matrix, Qt.Key.Key_Return)
    np.testing.assert_array_equal(evaluate_page.gallery.grid.shown, np.flatnonzero((labels == 3) & (answers == 3)))
    assert matrix.chosen_cells == {(3, 3)}
    choose(evaluate_page.gallery.box, Gallery.EVERYTHING)
    assert not matrix.chosen_cells


def test_only_pictures_of_the_part_are_shown(evaluate_page: EvaluatePage, few: MainWindow) -> None:
    answers, dataset = answers_of(few), few.session.data.dataset
    press(evaluate_page, "training")
    wrong = np.flatnonzero(answers != dataset.labels)
    np.testing.assert_array_equal(evaluate_page.gallery.grid.shown, np.intersect1d(wrong, dataset.split.train))
    assert "The network learned from these pictures" in texts(evaluate_page)
    assert evaluate_page.confusion.matrix._counts.sum() == len(dataset.split.train)


def test_right_and_wrong_pictures_can_be_chosen_at_once(evaluate_page: EvaluatePage, few: MainWindow) -> None:
    evaluate_page.show_tab(0)
    wrong = answers_of(few) != few.session.data.dataset.labels
    assert 0 < wrong.sum() < 300
    press(evaluate_page, "Right")
    np.testing.assert_array_equal(evaluate_page.gallery.grid.shown, np.flatnonzero(~wrong))
    press(evaluate_page, "Wrong")
    np.testing.assert_array_equal(evaluate_page.gallery.grid.shown, np.flatnonzero(wrong))
    assert [one.text() for one in evaluate_page.confusion._groups.buttons() if one.isChecked()] == ["Wrong"]
    evaluate_page.confusion.matrix.chosen.emit(3, 5)  # of one cell there is no chip
    assert not [one for one in evaluate_page.confusion._groups.buttons() if one.isChecked()]
    press(evaluate_page.confusion, "All")
    assert len(evaluate_page.gallery.grid.shown) == 300
    assert evaluate_page.confusion._groups.checkedButton().text() == "All"


@pytest.mark.parametrize("other", ["Wrong", "Right", "All"])
def test_a_cell_looks_chosen_only_while_its_pictures_are_shown(
    evaluate_page: EvaluatePage, few: MainWindow, other
) -> None:
    evaluate_page.show_tab(0)
    matrix = evaluate_page.confusion.matrix
    place = matrix.cell_rect((6, 4)).center().toPoint()
    QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=place)
    matrix.setFocus()
    assert "Label 6, answered 4" in texts(evaluate_page.confusion)
    press(evaluate_page.confusion, other)
    assert (6, 4) not in matrix.chosen_cells or len(matrix.chosen_cells) > 1
    assert "Label 6, answered 4" not in texts(evaluate_page.confusion)
    after = matrix.grab().toImage()
    matrix.clearFocus()
    assert matrix.grab().toImage() == after  # the keys' frame was gone, too
    matrix.setFocus()
    QTest.keyClick(matrix, Qt.Key.Key_Down)
    assert "Label 7, answered 4" in texts(evaluate_page.confusion)


def test_galleries_begin_with_the_worst(evaluate_page: EvaluatePage, few: MainWindow) -> None:
    probabilities = few.session.evaluation.probabilities
    confidence, wrong = probabilities.max(axis=1), answers_of(few) != few.session.data.dataset.labels
    grid = evaluate_page.gallery.grid
    choose(evaluate_page.gallery.box, Gallery.CONFIDENT)
    assert set(grid.shown) == set(np.flatnonzero(wrong))
    assert (np.diff(confidence[grid.shown]) <= 0).all()
    choose(evaluate_page.gallery.box, Gallery.UNSURE)
    assert set(grid.shown) == set(np.flatnonzero(~wrong))
    assert (np.diff(confidence[grid.shown]) >= 0).all()


def test_keys_go_to_the_next_and_the_previous_wrong_picture(evaluate_page: EvaluatePage, few: MainWindow) -> None:
    wrong = np.flatnonzero(answers_of(few) != few.session.data.dataset.labels)
    choose(evaluate_page.gallery.box, Gallery.EVERYTHING)
    grid = evaluate_page.gallery.grid
    grid.select(int(wrong[0]))
    QTest.keyClick(few, Qt.Key.Key_N)
    assert grid.current == wrong[1]
    QTest.keyClick(few, Qt.Key.Key_P)
    QTest.keyClick(few, Qt.Key.Key_P)
    assert grid.current == wrong[-1]
    QTest.keyClick(few, Qt.Key.Key_N)
    assert grid.current == wrong[0]
    press_correct = evaluate_page.confusion.chosen.emit
    press_correct(frozenset({(0, 0)}))
    QTest.keyClick(few, Qt.Key.Key_N)
    assert evaluate_page.gallery.gallery is Gallery.WRONG
    assert grid.current == wrong[0]
    few.show_page("draw")
    QTest.keyClick(few, Qt.Key.Key_N)
    assert grid.current == wrong[0]


def test_figures_of_an_earlier_network_say_so_and_are_renewed_only_on_demand(
    evaluate_page: EvaluatePage, few: MainWindow, qtbot: QtBot
) -> None:
    model, answers = few.session.model, few.session.answers
    assert not evaluate_page._stale.isVisible()
    before, asked = evaluate_page.figures.accuracy.text, answers.probabilities
    for share in (0.5, 0.1, 0.0):  # as a training does
        weights = {name: value * share for name, value in model.network.weights().items()}
        model.take_weights(weights, (0.0, 1.0))
    assert evaluate_page._stale.isVisible()
    qtbot.wait(50)
    assert evaluate_page.figures.accuracy.text == before
    assert answers.probabilities is asked
    press(evaluate_page, "Re-evaluate")
    qtbot.waitUntil(
        lambda: not evaluate_page._stale.isVisible() and evaluate_page.figures.accuracy.text != before,
        timeout=30_000,
    )
    assert evaluate_page.scores.loss == pytest.approx(np.log(10), rel=1e-3)


def test_another_network_and_its_name_are_told_apart(evaluate_page: EvaluatePage, few: MainWindow) -> None:
    assert "spoilt on " in texts(evaluate_page)
    model = few.session.model
    spoilt = model.network
    model.replace(build("journal-8", 9), name="another")
    assert "spoilt on " in texts(evaluate_page)
    assert evaluate_page._stale.isVisible()
    model.replace(spoilt.copy(), name="the same")  # as a lesson, or undo, puts it back
    assert "the same on " in texts(evaluate_page)
    assert not evaluate_page._stale.isVisible()
    model.take_weights(model.network.weights(), (0.1, 1.0))
    assert evaluate_page._stale.isVisible()


def test_a_network_that_is_saved_bears_the_name_of_its_file(
    evaluate_page: EvaluatePage, few: MainWindow, tmp_path
) -> None:
    few.session.save_model(tmp_path / "final.safetensors")
    few.session.tasks.finish()
    QTest.qWait(50)
    assert "final on " in texts(evaluate_page)
    assert not evaluate_page._stale.isVisible()


def test_corrected_labels_are_scored_again_and_the_pictures_stay(
    evaluate_page: EvaluatePage, few: MainWindow, qtbot: QtBot
) -> None:
    grid, answers = evaluate_page.gallery.grid, answers_of(few)
    shown, right = grid.shown, evaluate_page.scores.accuracy
    first = int(shown[0])
    grid.select(0)
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key(Qt.Key.Key_0 + int(answers[first])))
    assert few.session.data.dataset.labels[first] == answers[first]
    assert grid.current == shown[1]
    np.testing.assert_array_equal(grid.shown, shown)
    qtbot.waitUntil(lambda: evaluate_page.scores.accuracy == pytest.approx(right + 1 / 300), timeout=10_000)
    np.testing.assert_array_equal(grid.shown, shown)
    few.show_page("draw")
    few.session.undo_stack.undo()
    qtbot.wait(PATIENCE_MILLISECONDS + 50)
    assert evaluate_page.scores.accuracy == pytest.approx(right + 1 / 300)  # nobody looks
    few.show_page("evaluate")
    assert evaluate_page.scores.accuracy == pytest.approx(right)


def test_what_is_told_of_a_cell_and_of_a_figure_follows_corrected_labels(
    evaluate_page: EvaluatePage, few: MainWindow, qtbot: QtBot
) -> None:
    evaluate_page.show_tab(0)
    card, grid = evaluate_page.confusion, evaluate_page.gallery.grid
    matrix, cell = card.matrix, a_mistake(few)
    count = matrix._counts[cell]
    click_cell(evaluate_page, cell)
    assert card._sentence.text() == words(matrix._counts, cell, matrix._names)
    figures = evaluate_page.figures
    figures.accuracy.pointed.emit(figures.accuracy.words)
    before = figures.sentence
    grid.select(0)
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key(Qt.Key.Key_0 + cell[1]))
    qtbot.waitUntil(lambda: matrix._counts[cell] == count - 1, timeout=10_000)
    assert card._sentence.text() == words(matrix._counts, cell, matrix._names), "what is chosen"
    assert figures.sentence == figures.accuracy.words != before
    QTest.mouseMove(matrix, matrix.cell_rect((cell[1], cell[1])).center().toPoint())
    told = card._sentence.text()
    few.session.undo_stack.undo()
    qtbot.waitUntil(lambda: matrix._counts[cell] == count, timeout=10_000)
    assert card._sentence.text() == words(matrix._counts, (cell[1], cell[1]), matrix._names) != told, (
        "under the mouse"
    )


def test_another_cut_shows_the_pictures_of_the_new_part(
    evaluate_page: EvaluatePage, few: MainWindow, qtbot: QtBot
) -> None:
    press(evaluate_page, "test")
    choose(evaluate_page.gallery.box, Gallery.EVERYTHING)
    few.session.data.cut(SplitRule(seed=7))
    part = np.sort(few.session.data.dataset.split.test)
    qtbot.waitUntil(lambda: np.array_equal(evaluate_page.gallery.grid.shown, part), timeout=10_000)


def test_a_picture_goes_onto_the_canvas_and_is_undone_in_one_step(
    evaluate_page: EvaluatePage, few: MainWindow, draw: Callable[..., None]
) -> None:
    draw(few.draw_page.canvas)
    few.show_page("evaluate")
    evaluate_page.gallery.grid.select(1)
    index = evaluate_page.gallery.grid.current
    press(evaluate_page, "Draw it")
    drawing = few.session.drawing
    assert few.draw_page.isVisible()
    np.testing.assert_array_equal(drawing.picture, few.session.data.dataset.images[index])
    assert not drawing.strokes
    few.session.undo_stack.undo()
    assert drawing.picture is None
    assert len(drawing.strokes) == 1


def test_a_picture_is_found_on_the_data_page(evaluate_page: EvaluatePage, few: MainWindow) -> None:
    evaluate_page.gallery.grid.select(2)
    index = evaluate_page.gallery.grid.current
    press(few.data_page.browser, "3")
    press(evaluate_page, "In the data")
    assert few.data_page.isVisible()
    grid = few.data_page.browser.grid
    assert grid.current == index
    assert few.focusWidget() is grid
    digit = (int(few.session.data.dataset.labels[index]) + 1) % 10
    QTest.keyClick(few.focusWidget(), str(digit))  # the keyboard is where the picture is
    assert few.session.data.dataset.labels[index] == digit


def test_why_shows_what_speaks_for_the_answer_and_for_the_label(
    evaluate_page: EvaluatePage, few: MainWindow
) -> None:
    picture = evaluate_page.gallery.picture
    label, answer = a_mistake(few)
    assert f"Label {label} · answer {answer}" in texts(picture)
    press(picture, "Why")
    few.session.activity.tasks.finish()
    QTest.qWait(50)
    of_answer = picture.insight.gradient.grab().toImage(), picture.insight.occlusion.grab().toImage()
    assert f"orange ink speaks for {answer}" in texts(picture)
    few.session.model.take_weights(few.session.model.network.weights(), (0.0, 1.0001))
    picture.insight.chips.button(1).click()
    few.session.activity.tasks.finish()
    QTest.qWait(50)
    assert f"orange ink speaks for {label}" in texts(picture)
    assert "has changed since it answered" in texts(picture)
    assert picture.insight.gradient.grab().toImage() != of_answer[0]
    assert picture.insight.occlusion.grab().toImage() != of_answer[1]


def test_nothing_is_cut_off_in_the_smallest_window(
    evaluate_page: EvaluatePage, few: MainWindow, qtbot: QtBot
) -> None:
    few.resize(1024, 700)
    few.session.second.ask("default")
    qtbot.waitUntil(lambda: few.session.second.comparison is not None, timeout=30_000)
    few.session.model.take_weights(few.session.model.network.weights(), (0.0, 1.0001))  # which takes more words
    evaluate_page.gallery.picture.why.click()
    few.session.activity.tasks.finish()
    for tab in range(4):
        evaluate_page.show_tab(tab)
        qtbot.waitUntil(lambda: assert_nothing_is_cut_off(few))
    table = evaluate_page.figures.table
    assert all(table.sizeHintForColumn(column) <= table.columnWidth(column) for column in range(8))


def test_a_missing_digit_an_empty_part_and_a_single_picture(
    evaluate_page: EvaluatePage, few: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    dataset = few.session.data.dataset
    some = dataset.labels != 7
    open_arrays(few, qtbot, tmp_path / "no seven.npz", dataset.images[some], dataset.labels[some])
    assert evaluate_page._stack.currentIndex() == EMPTY
    assert not len(evaluate_page.gallery.grid.shown)
    press(evaluate_page, "Evaluate")
    qtbot.waitUntil(lambda: evaluate_page._stack.currentIndex() == CONTENT, timeout=30_000)
    assert evaluate_page.figures.table.item(7, 5).text() == "–"

    open_arrays(few, qtbot, tmp_path / "one.npz", dataset.images[:1], dataset.labels[:1])
    press(evaluate_page, "Evaluate")
    qtbot.waitUntil(lambda: evaluate_page._stack.currentIndex() == CONTENT, timeout=30_000)
    assert ": 1 picture" in texts(evaluate_page)
    empty = next(name for name in ("validation", "test") if not len(few.session.data.dataset.indices(name)))
    press(evaluate_page, empty)
    assert evaluate_page._stack.currentIndex() == EMPTY
    assert f"There are no {empty} pictures" in texts(evaluate_page)
    assert not evaluate_page._evaluate.isVisible()


def test_a_digit_key_relabels_the_picture_that_is_shown_wherever_the_focus_is(evaluate_page) -> None:
    session, grid = evaluate_page._session, evaluate_page.gallery.grid
    for focus in (evaluate_page.confusion.matrix, evaluate_page.parts.buttons()[0], grid):
        grid.select(0)
        index = grid.current
        focus.setFocus()
        label = (int(session.data.dataset.labels[index]) + 1) % 10
        QTest.keyClick(focus, Qt.Key(Qt.Key.Key_0.value + label))
        assert session.data.dataset.labels[index] == label
        session.undo_stack.undo()
