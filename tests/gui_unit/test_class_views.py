"""Every view with classes of one's own: two in colour, and 47 in grey, by what a person sees and does."""

from pathlib import Path

import numpy as np
import pytest
from helpers.data_page import texts
from helpers.evaluate_page import HereAndNow
from helpers.named_pictures import save_photographs
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.widgets.digit_buttons import DigitButtons
from digitgui.widgets.plots.probability_plot import ProbabilityPlot
from digitgui.work.background import BackgroundTasks, InThread
from model import Dataset, TrainingConfig, build
from model.data.splitting import SplitRule
from model.judging.confusion_order import confusion_order
from model.network.task import Task
from model.reports.report_making import report_on_folder

LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghijlmnqrty") + tuple("αβγδεζ")
MANY = Task(LETTERS[:47])


def many_pictures(each: int = 4) -> Dataset:
    """Make pictures of 47 classes that a network tells apart: a bar whose place is the class, with noise."""
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(47, dtype=np.uint8), each)
    images = rng.integers(0, 40, (len(labels), 28, 28), np.uint8)
    for image, label in zip(images, labels, strict=True):
        row, column = divmod(int(label), 7)
        image[4 * row : 4 * row + 4, 4 * column : 4 * column + 4] = 250
    return Dataset(images, labels, "letters", "openml:1", task=MANY, split_rule=SplitRule(stratified=True))


def open_dataset(window: MainWindow, dataset: Dataset) -> None:
    """Put data in the place of what is open, as `DataDocument.accept` does."""
    data = window.session.data
    data.dataset = dataset
    data.opened.emit()
    data.changed.emit()


def show_evaluated(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    session.evaluation.place = HereAndNow()
    window.show_page("evaluate")
    window.evaluate_page.parts.button(0).click()
    session.evaluation.request()
    qtbot.waitUntil(lambda: session.evaluation.is_current, timeout=60_000)


def open_photographs(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    window.session.data.open(str(save_photographs(folder, 20)), ask=False)
    qtbot.waitUntil(lambda: not window.session.data.task.is_digits, timeout=60_000)
    window.show_page("data")


def test_draw_says_so_too_and_leads_to_a_network_for_them(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_photographs(window, qtbot, tmp_path / "x")
    window.show_page("draw")
    page, run = window.draw_page, window.session.trainings.run
    assert "The open network knows the digits 0 to 9, the open data have 2 classes (meadow and sea)." in texts(
        page
    )
    begin = page.findChild(QPushButton, "trainOnThese")
    QTest.mouseClick(begin, Qt.MouseButton.LeftButton)
    assert window.train_page.isVisible()
    assert run.is_active
    run.stop()
    qtbot.waitUntil(lambda: not run.is_active, timeout=60_000)
    window.show_page("draw")
    assert not begin.isVisible()  # the network that was begun is for them


def test_photographs_are_filtered_and_relabelled_by_the_names_of_their_classes(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_photographs(window, qtbot, tmp_path / "x")
    session, page = window.session, window.data_page
    browser, card, (height, width, _) = page.browser, page.picture, session.data.task.picture_shape
    assert f"{width} × {height} colour · 2 classes (meadow and sea)" in texts(page)
    told = "The open network knows the digits 0 to 9, the open data have 2 classes (meadow and sea)."
    assert told in texts(card)
    browser.show_box.choose("wrong")
    assert "the data have" in browser._empty_text(browser.view())
    browser.show_box.choose("everything")

    browser.classes.group.button(1).click()
    dataset = session.data.dataset
    assert set(dataset.labels[browser.grid.shown]) == {1}
    middle = browser.grid.viewport().grab().toImage().pixelColor(browser.grid._cell(0).center())
    assert middle.blue() > middle.red()  # the sea, in its colours
    index = browser.grid.current
    browser.grid.setFocus()
    QTest.keyClick(browser.grid, "1")
    assert session.data.dataset.labels[index] == 1  # no class is a character
    next(one for one in card.classes.findChildren(QPushButton) if one.text() == "meadow").click()
    assert session.data.dataset.labels[index] == 0
    assert "Label meadow, was sea" in texts(card)
    assert session.undo_stack.undoText().endswith("as meadow")
    session.undo_stack.undo()
    assert session.data.dataset.labels[index] == 1
    card.pixels.setFocus()
    QTest.keyClick(card.pixels, Qt.Key.Key_Left)
    assert " green, " in card.pixels.accessibleDescription()
    qtbot.waitUntil(lambda: session.looks.features is not None, timeout=60_000)


def test_photographs_are_judged_and_reported_by_the_names_of_their_classes(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    session, failures = window.session, []
    session.failed.connect(failures.append)
    open_photographs(window, qtbot, tmp_path / "x")
    config = TrainingConfig(epochs=3, learning_rate=0.005, optimizer="adam", batch_size=8, augmentation="none")
    session.trainings.start("lenet", config)
    qtbot.waitUntil(lambda: session.trainings.status.finished is not None, timeout=120_000)
    show_evaluated(window, qtbot)
    page, scores = window.evaluate_page, session.evaluation.scores["all"]
    matrix = page.confusion.matrix
    assert matrix.words((1, 0)).startswith("Label sea, answered meadow:")
    place = matrix.cell_rect((1, 1)).center().toPoint()
    QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=place)
    shown = page.gallery.grid.shown
    assert len(shown) == scores.confusion[1, 1] > 0
    assert set(session.data.dataset.labels[shown]) == {1}
    assert [name for name, _, _ in page.gallery.picture.bars.shown()] == ["meadow", "sea"]
    page.gallery.picture.why.click()
    qtbot.waitUntil(lambda: "speak for sea" in texts(page.gallery.picture.insight), timeout=60_000)
    page.show_tab(2)
    assert page.curves.classes.group.button(1).text() == "sea"
    for view in (page.confusion, page.figures, page.curves, page.gallery):
        assert "digit" not in texts(view).lower()

    window.show_page("runs")
    qtbot.waitUntil(lambda: window.runs_page.detail.digits.isVisibleTo(window), timeout=60_000)
    assert "sea" in texts(window.runs_page.detail.digits)
    html, _ = report_on_folder(session.runs.store.folder_of(session.runs.records[-1].id), session.settings.folder)
    assert "2 classes (meadow and sea)" in html
    assert "digits" not in html.split("<main>")[1].split('id="again"')[0]
    assert failures == []


def test_buttons_and_curves_are_of_any_classes(qtbot: QtBot) -> None:
    buttons, chosen = DigitButtons(), []
    qtbot.addWidget(buttons)
    buttons.chosen.connect(chosen.append)
    buttons.set_task(Task(("cat", "dog & cow"), (32, 32, 3), "photo"))
    buttons.show_answer(1, is_one_digit=True)
    assert [chip.text() for chip in buttons._chips] == ["cat", "dog && cow"]
    assert [bool(chip.property("answer")) for chip in buttons._chips] == [False, True]
    QTest.keyClick(buttons._chips[0], Qt.Key.Key_End)
    assert buttons._chips[1].focusPolicy() == Qt.FocusPolicy.TabFocus
    buttons._chips[1].click()
    buttons.set_task(MANY)
    buttons.show_answer(4, is_one_digit=True)
    assert buttons._box is not None
    assert buttons._box.chosen == 4
    buttons._box.setCurrentIndex(8)
    buttons._box.activated.emit(8)
    assert chosen == [1, 7]

    plot = ProbabilityPlot()
    qtbot.addWidget(plot)
    plot.set_names(MANY.class_names)
    rows = np.full((3, 47), 0.001, np.float32)
    rows[:, 40] = [0.2, 0.6, 0.9]
    plot.show_answers([1, 2, 3], rows)
    assert [name.toPlainText() for name in plot._names if name.isVisible()] == [MANY.class_names[40]]
    plot.grab()


@pytest.fixture
def many(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Open 47 classes, and a network that confuses two of them that stand far apart."""
    session = window.session
    session.looks._describing.place = InThread(BackgroundTasks(session))
    open_dataset(window, many_pictures())
    network = build("journal-16", task=MANY)
    session.model.replace(network, name="letters")
    return window


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_47_classes_are_found_by_typing_and_given_by_keys(many: MainWindow) -> None:
    session, data = many.session, many.data_page
    many.show_page("data")
    browser = data.browser
    box = browser.classes.box
    assert box is not None
    box.setFocus()
    box.lineEdit().selectAll()
    QTest.keyClicks(box, "b")
    QTest.keyClick(box, Qt.Key.Key_Return)
    label = browser.view().digit
    assert MANY.class_names[label] in "Bb"
    assert set(session.data.dataset.labels[browser.grid.shown]) == {label}
    browser.grid.setFocus()
    index = browser.grid.current
    QTest.keyClick(browser.grid, Qt.Key.Key_X, Qt.KeyboardModifier.ShiftModifier)  # a class, not Exclude
    assert MANY.class_names[session.data.dataset.labels[index]] == "X"
    session.undo_stack.undo()
    assert session.data.dataset.labels[index] == label
    end = QPoint(browser.histogram.width() - 2, 9)
    QTest.mouseClick(browser.histogram, Qt.MouseButton.LeftButton, pos=end)
    assert browser.view().digit == 46
    for tab in range(3):
        data.show_tab(tab)
        data.grab()


def test_the_matrix_of_47_classes_is_enlarged_and_ordered_by_confusion(many: MainWindow, qtbot: QtBot) -> None:
    show_evaluated(many, qtbot)
    page = many.evaluate_page
    card, matrix, bars = page.confusion, page.confusion.matrix, page.gallery.picture.bars
    shown = bars.shown()
    assert (len(shown), shown[-1][0]) == (10, "38 others")
    assert sum(share for _, _, share in shown) == pytest.approx(1, abs=1e-4)
    assert page.figures.table.rowCount() == 47 + 2
    for tab in range(4):
        page.show_tab(tab)
        for one in page.findChildren(QPushButton):
            told = f"{one.text()}; {one.toolTip()}; {one.accessibleDescription()}"
            assert "digit" not in told or not one.isVisible(), told
    page.show_tab(0)
    width = matrix.width()
    card.zoom.setValue(card.zoom.maximum())
    qtbot.waitUntil(lambda: matrix.width() > width, timeout=20_000)
    matrix.setFocus()
    for _ in range(60):
        QTest.keyClick(matrix, Qt.Key.Key_Right)  # to the last column, and no further
    assert matrix._current == (0, 46)
    assert matrix.visibleRegion().contains(matrix.cell_rect((0, 46)).center().toPoint())
    page.grab()
    card.zoom.setValue(0)

    counts = np.diag(np.full(47, 10))
    counts[3, 40] = counts[40, 3] = 6
    matrix.set_counts(counts, MANY.class_names)
    card._order = confusion_order(counts)
    card.by_confusion.click()
    lefts = [matrix.cell_rect((one, one)).left() for one in (3, 40)]
    assert abs(lefts[0] - lefts[1]) == matrix.cell_rect((3, 3)).width()  # side by side
    chosen = []
    matrix.chosen.connect(lambda *cell: chosen.append(cell))
    QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=matrix.cell_rect((3, 40)).center().toPoint())
    assert chosen == [(3, 40)]
    for tab in range(4):
        page.show_tab(tab)
        page.grab()
