"""A folder of one's own, dropped on the window: three clicks later, a network for it answers."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from helpers.named_pictures import save_photographs
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from model import open_data
from model.training.fitting import fitting_settings

MOST_SECONDS = 10
"""Of CPU time, from the folder to the first answer."""


def save_as_letters(folder: Path, digits: dict[str, int], each: slice) -> Path:
    """Write some of the bundled digits, each in a folder that is called as another class."""
    bundled = open_data("bundled")
    for name, digit in digits.items():
        (folder / name).mkdir(parents=True)
        for number in np.flatnonzero(bundled.labels == digit)[each]:
            Image.fromarray(bundled.images[number]).save(folder / name / f"{number}.png")
    return folder


class Clicker:
    """Clicks in the middle of what is seen there, and counts."""

    def __init__(self, window: MainWindow) -> None:
        self.count, self._window = 0, window

    def __call__(self, button: QPushButton) -> None:
        middle = button.mapTo(self._window, button.rect().center())
        assert button.isEnabled()
        assert self._window.childAt(middle) is button
        QTest.mouseClick(self._window.windowHandle(), Qt.MouseButton.LeftButton, pos=middle)
        self.count += 1


def drop(window: MainWindow, folder: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(400, 300), copy, data, left, none))


def to_the_last_click(window: MainWindow, folder: Path, qtbot: QtBot) -> Clicker:
    click, session = Clicker(window), window.session
    drop(window, folder)
    qtbot.waitUntil(lambda: session.data.proposal is not None, timeout=60_000)
    click(window.data_page.import_page.accept_button)
    click(window.data_page.findChild(QPushButton, "trainOnThese"))
    qtbot.waitUntil(lambda: session.trainings.run.is_active, timeout=60_000)
    qtbot.waitUntil(lambda: not session.trainings.run.is_active, timeout=120_000)
    click(window.train_page.findChild(QPushButton, "askButton"))
    assert window._pages.current.name == "draw"
    return click


def held_out_accuracy(window: MainWindow, folder: Path) -> float:
    images, labels = (others := open_data(str(folder))).images, others.labels
    return float((window.session.model.network.predict_proba(images).argmax(axis=1) == labels).mean())


@pytest.mark.shipped_network
def test_twenty_drawings_of_each_class(window: MainWindow, qtbot: QtBot, tmp_path, draw: Callable) -> None:
    begun = time.process_time()
    twenty = save_as_letters(tmp_path / "mine", {"A": 4, "B": 7}, slice(20))
    click = to_the_last_click(window, twenty, qtbot)
    draw(window.draw_page.canvas)  # a 7
    qtbot.waitUntil(lambda: window.session.answering.prediction is not None, timeout=20_000)
    assert time.process_time() - begun < MOST_SECONDS
    assert click.count == 3
    assert window.session.answering.prediction.digit == 1
    assert held_out_accuracy(window, save_as_letters(tmp_path / "others", {"A": 4, "B": 7}, slice(20, 170))) > 0.9
    assert window.session.data.dataset.split.part("test").size  # which training leaves alone


def test_twenty_photographs_of_each_class(window: MainWindow, qtbot: QtBot, tmp_path) -> None:
    begun, usual = time.process_time(), window.train_page.form.config()
    click = to_the_last_click(window, save_photographs(tmp_path / "mine", 20), qtbot)
    qtbot.waitUntil(lambda: window.session.answering.prediction is not None, timeout=20_000)
    assert time.process_time() - begun < MOST_SECONDS
    assert click.count == 3
    dataset = window.session.data.dataset
    assert window.session.answering.prediction.digit == dataset.labels[dataset.split.test[0]]
    assert held_out_accuracy(window, save_photographs(tmp_path / "others", 100, seed=7)) > 0.9
    window.show_page("data")
    assert not window.data_page.findChild(QPushButton, "trainOnThese").isVisible()
    assert window.train_page.form.config() != usual
    window.ways.back_to_digits()
    qtbot.waitUntil(lambda: window.session.data.task.is_digits, timeout=20_000)
    assert window.train_page.form.config() == usual, "digits would be trained with the settings of photographs"


def test_settings_fit_the_number_and_the_kind_of_the_pictures(tmp_path) -> None:
    few = fitting_settings(open_data(str(save_photographs(tmp_path / "views", 5))))[1]
    arch, many = fitting_settings(open_data("bundled"))
    assert (few.augmentation, few.epochs, few.batch_size) == ("photo", 40, 8)
    assert (arch, many.augmentation, many.batch_size) == ("lenet", "handwriting", 32)
    assert many.epochs < few.epochs
    small = open_data(str(save_photographs(tmp_path / "small", 5, size=(8, 8))))
    assert fitting_settings(small)[0] == "journal-24"
