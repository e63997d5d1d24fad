"""Every view with classes of one's own: two in colour, and 47 in grey, by what a person sees and does."""

from pathlib import Path

import numpy as np
import pytest
from helpers.data_page import texts
from helpers.evaluate_page import HereAndNow
from helpers.named_pictures import save_photographs
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
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
    return Dataset(images, labels, "letters", "letters", task=MANY, split_rule=SplitRule(stratified=True))


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


def test_two_classes_in_colour_from_a_folder_to_the_report(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    session, failures = window.session, []
    session.failed.connect(failures.append)
    session.data.open(str(save_photographs(tmp_path / "x", 20)), ask=False)
    qtbot.waitUntil(lambda: not session.data.task.is_digits, timeout=60_000)
    window.show_page("data")
    page, task = window.data_page, session.data.task
    browser, card = page.browser, page.picture
    assert f"{task.picture_shape[1]} × {task.picture_shape[0]} colour · 2 classes (meadow and sea)" in texts(page)
    assert "The open network is about others." in texts(card)
    browser.show_box.choose("wrong")
    browser.show_matching()
    assert "the data have" in browser._empty_text(browser.view())
    browser.show_box.choose("everything")

    browser.classes.group.button(1).click()  # the filter
    assert set(session.data.dataset.labels[browser.grid.shown]) == {1}
    middle = browser.grid.viewport().grab().toImage().pixelColor(24, 24)
    assert middle.blue() > middle.red()  # the sea, in its colours
    index = browser.grid.current
    browser.grid.setFocus()
    QTest.keyClick(browser.grid, "1")
    assert session.data.dataset.labels[index] == 1  # no class is a character
    next(one for one in card.classes.findChildren(type(card._keep)) if one.text() == "meadow").click()
    assert session.data.dataset.labels[index] == 0
    assert "Label meadow, was sea" in texts(card)
    assert session.undo_stack.undoText().endswith("as meadow")
    session.undo_stack.undo()
    assert session.data.dataset.labels[index] == 1
    qtbot.mouseMove(card.pixels, QPoint(20, 20))
    QTest.keyClick(card.pixels, Qt.Key.Key_Left)
    assert "green" in card.pixels.accessibleDescription()

    config = TrainingConfig(epochs=3, learning_rate=0.005, optimizer="adam", batch_size=8, augmentation="none")
    session.trainings.start("lenet", config)
    qtbot.waitUntil(lambda: session.trainings.status.finished is not None, timeout=120_000)
    show_evaluated(window, qtbot)
    evaluate = window.evaluate_page
    scores = session.evaluation.scores["all"]
    matrix = evaluate.confusion.matrix
    assert matrix.words((1, 0)).startswith("Label sea, answered meadow:")
    spot = matrix.cell_rect((1, 1)).center().toPoint()
    QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=spot)
    shown = evaluate.gallery.grid.shown
    assert len(shown) == scores.confusion[1, 1]
    assert set(session.data.dataset.labels[shown]) <= {1}
    bars = evaluate.gallery.picture.bars
    assert [name for name, _, _ in bars.shown()] == ["meadow", "sea"]
    evaluate.gallery.picture.why.click()
    qtbot.waitUntil(lambda: "makes" in texts(evaluate.gallery.picture.insight), timeout=60_000)
    assert "digit" not in texts(evaluate).lower()
    evaluate.show_tab(2)
    evaluate.grab()
    assert evaluate.curves.classes.group.button(1).text() == "sea"

    window.show_page("runs")
    record = session.runs.records[-1]
    qtbot.waitUntil(lambda: window.runs_page.detail.digits.isVisibleTo(window), timeout=20_000)
    assert "sea" in texts(window.runs_page.detail.digits)
    html, _ = report_on_folder(session.runs.store.folder_of(record.id), session.settings.folder)
    assert "meadow" in html
    assert "32 × 32 pixels in colour" in html or "pixels in colour" in html
    assert "digit</" not in html
    assert failures == []


@pytest.fixture
def many(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Open 47 classes, and a network that confuses two of them that stand far apart."""
    session = window.session
    session.looks._describing.place = InThread(BackgroundTasks(session))
    open_dataset(window, many_pictures())
    network = build("journal-16", task=MANY)
    session.model.replace(network, name="letters")
    return window


def test_47_classes_are_filtered_typed_ordered_and_enlarged(many: MainWindow, qtbot: QtBot) -> None:
    session, data = many.session, many.data_page
    many.show_page("data")
    browser, dataset = data.browser, session.data.dataset
    box = browser.classes.box
    assert box is not None
    box.setFocus()
    box.lineEdit().selectAll()
    QTest.keyClicks(box, "b")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert MANY.class_names[browser.view().digit] in "Bb"
    assert set(dataset.labels[browser.grid.shown]) == {browser.view().digit}
    browser.grid.setFocus()
    index = browser.grid.current
    QTest.keyClick(browser.grid, Qt.Key.Key_X, Qt.KeyboardModifier.ShiftModifier)  # X is a class, not Exclude
    assert MANY.class_names[session.data.dataset.labels[index]] == "X"
    session.undo_stack.undo()
    browser.histogram.grab()
    QTest.mouseClick(browser.histogram, Qt.MouseButton.LeftButton, pos=QPoint(browser.histogram.width() - 2, 9))
    assert browser.view().digit == 46
    for tab in range(3):
        data.show_tab(tab)
        data.grab()

    show_evaluated(many, qtbot)
    card = many.evaluate_page.confusion
    assert card._many.isVisible()
    matrix = card.matrix
    before = matrix.size()
    card.zoom.setValue(card.zoom.maximum())
    qtbot.waitUntil(lambda: matrix.width() > before.width(), timeout=5000)
    matrix.setFocus()
    for _ in range(60):
        QTest.keyClick(matrix, Qt.Key.Key_Right)  # to the last column, and no further
    area = matrix.parentWidget().parentWidget()
    assert area.horizontalScrollBar().value() > 0
    counts = np.diag(np.full(47, 10))
    counts[3, 40] = counts[40, 3] = 6
    matrix.set_counts(counts, MANY.class_names)
    card._order = confusion_order(counts)
    card.by_confusion.click()
    card.zoom.setValue(0)
    rects = [matrix.cell_rect((one, one)) for one in (3, 40)]
    assert abs(rects[0].left() - rects[1].left()) == rects[0].width()  # side by side
    chosen = []
    matrix.chosen.connect(lambda *cell: chosen.append(cell))
    QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=matrix.cell_rect((3, 40)).center().toPoint())
    assert chosen == [(3, 40)]
    bars = many.evaluate_page.gallery.picture.bars
    assert len(bars.shown()) == 10
    assert bars.shown()[-1][0] == "38 others"
    assert sum(share for _, _, share in bars.shown()) == pytest.approx(1, abs=1e-4)
    for tab in range(4):
        many.evaluate_page.show_tab(tab)
        many.evaluate_page.grab()
    assert many.evaluate_page.figures.table.rowCount() == 49
