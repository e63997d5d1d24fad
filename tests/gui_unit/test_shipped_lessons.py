"""Each lesson that comes with the program is walked through in a real window, from start to end."""

from collections.abc import Callable

import pytest
from helpers.lesson_play import LONG, go_on, play, press, waits
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

import resources
from digitgui.frame.main_window import MainWindow
from digitgui.pages.train.fault_card import FaultCard
from model.training.fault_lab import CURVES, VIEWS, curves_of
from model.training.faults import FAULTS

FOLDERS = sorted(path for path in resources.LESSONS.iterdir() if path.is_dir())
PIXELS, AUGMENTATION, FAULT = FOLDERS
SCRIBBLE = ((0.3, 0.3), (0.7, 0.7), (0.3, 0.7), (0.7, 0.3), (0.5, 0.2), (0.5, 0.8), (0.2, 0.5), (0.8, 0.5))
TWO = ((0.3, 0.35), (0.5, 0.2), (0.68, 0.35), (0.5, 0.6), (0.3, 0.8), (0.72, 0.8))


@pytest.fixture
def whole(window: MainWindow) -> MainWindow:
    """Open a window of usual size."""
    window.resize(1366, 768)
    return window


@pytest.mark.shipped_network
def test_from_pixels_to_maps(whole: MainWindow, draw: Callable[..., None], qtbot: QtBot) -> None:
    player = play(whole, PIXELS, qtbot)
    waits(player, qtbot)
    draw(whole.draw_page.canvas)
    go_on(player, qtbot)
    assert whole.draw_page.tabs.checkedButton().text() == "Step by step"
    go_on(player, qtbot)
    page, inspection = whole.inspect_page, whole.session.inspection
    assert page.isVisible()
    assert inspection.unit is not None
    assert inspection.unit.layer == "conv1"
    go_on(player, qtbot)
    assert page.tabs.checkedButton().text() == "Pinned number"
    waits(player, qtbot)
    column = next(one for one in page.strip.columns.columns if one.title.startswith("conv1"))
    box = column.tiling.box(3, range(14, 15), range(9, 10)).translated(page.strip.columns.origin(column))
    QTest.mouseClick(
        page.strip.viewport(),
        Qt.MouseButton.LeftButton,
        pos=box.center().toPoint() - QPoint(page.strip.horizontalScrollBar().value(), 0),
    )
    assert inspection.unit.layer == "conv1"
    go_on(player, qtbot)
    assert inspection.unit.layer == "pool1"
    go_on(player, qtbot)
    go_on(player, qtbot)
    assert whole.draw_page.isVisible()
    waits(player, qtbot)
    press(next(one for one in whole.draw_page.findChildren(QPushButton) if one.objectName() == "clearButton"))
    draw(whole.draw_page.canvas, SCRIBBLE)
    go_on(player, qtbot)
    assert player.lesson is None
    assert not player.dock.isVisible()
    play(whole, PIXELS, qtbot)
    assert player.number == 0  # it was finished


def test_why_my_digits_fail(whole: MainWindow, draw: Callable[..., None], qtbot: QtBot) -> None:
    player = play(whole, AUGMENTATION, qtbot)
    form = whole.train_page.form
    assert (form.arch.chosen, form.epochs.value(), form.augmentation.chosen) == ("lenet", 8, "none")
    accuracies, at_two_pixels = [], []
    for number in range(2):
        waits(player, qtbot)
        press(whole.train_page.train_button)
        qtbot.waitUntil(lambda: player.is_reached, timeout=LONG)
        epoch = whole.session.trainings.status.history.epochs[-1]
        accuracies.append((epoch.train_accuracy, epoch.validation_accuracy))
        go_on(player, qtbot)
        if number == 0:
            waits(player, qtbot)
            draw(whole.draw_page.canvas, TWO)
            go_on(player, qtbot)
        lab = whole.data_page.augmentation
        assert lab.isVisible()
        waits(player, qtbot)
        press(lab.detail.measure_button)
        qtbot.waitUntil(lambda: player.is_reached, timeout=LONG)
        at_two_pixels.append(lab.measurement.curves.accuracies["translation"][1])
        go_on(player, qtbot)
    # what the lesson says of them
    (clean_train, clean), (varied_train, varied) = accuracies
    assert clean_train > 0.99
    assert clean < 0.98
    assert varied_train < 0.95
    assert varied > clean
    assert at_two_pixels[0] < 0.75
    assert at_two_pixels[1] > 0.9
    assert form.augmentation.chosen == "handwriting"
    assert form.learning_rate.value() == 0.02  # which the step itself does not say
    go_on(player, qtbot)
    waits(player, qtbot)
    press(whole.draw_page.findChild(QPushButton, "clearButton"))
    draw(whole.draw_page.canvas, TWO)
    go_on(player, qtbot)
    assert player.lesson is None


def answer(where: QWidget, text: str) -> None:
    press(next(one for one in where.findChildren(QPushButton) if one.text() == text))


def name_fault(card: FaultCard, stage: int) -> None:
    """Answer one of the three questions rightly."""
    fault = FAULTS[card.fault]
    if stage == 1:
        answer(card.questions[0], CURVES[curves_of(card._gathering.answer)])
    elif stage == 2:
        press(card.views.button(list(VIEWS).index(fault.view)))
        answer(card.questions[1], "It shows here")
    else:
        answer(card.questions[2], fault.cause)


def test_find_the_fault(whole: MainWindow, qtbot: QtBot) -> None:
    player = play(whole, FAULT, qtbot)
    waits(player, qtbot)
    press(whole.train_page.train_button)
    qtbot.waitUntil(lambda: player.is_reached, timeout=LONG)
    assert whole.session.trainings.status.history.epochs[0].train_loss < 1  # as the lesson says
    go_on(player, qtbot)
    card = whole.train_page.fault
    assert card.isVisible()
    assert card.which.chosen == "shuffled-labels"
    waits(player, qtbot)
    press(card.start)
    go_on(player, qtbot)
    assert card._gathering.answer.epochs[-1].train_loss > 2.2
    for stage in (1, 2, 3):
        waits(player, qtbot)
        name_fault(card, stage)
        go_on(player, qtbot)
    assert card.which.chosen == "hidden"
    assert card.stage == 0
    waits(player, qtbot)
    press(card.start)
    qtbot.waitUntil(lambda: card.stage == 1, timeout=LONG)
    for stage in (1, 2):
        name_fault(card, stage)
        assert not player.is_reached
    name_fault(card, 3)
    go_on(player, qtbot)
    assert sum(fault.curves == "usual" for fault in FAULTS.values()) == 4  # as the lesson says
    go_on(player, qtbot)
    assert player.lesson is None
