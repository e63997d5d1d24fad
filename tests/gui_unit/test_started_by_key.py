"""A training that is begun by a key takes what is being typed, or says what is wrong with it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from model.readers.sources import open_data


@pytest.fixture
def trainer(window: MainWindow) -> MainWindow:
    window.session.data.dataset = open_data("bundled").limited(100)
    window.show_page("train")
    window.train_page.form.arch.choose("journal-8")
    return window


def type_into(field: QAbstractSpinBox, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field.lineEdit(), text)


@pytest.mark.parametrize("text", ["1,5", "0", ""])
def test_what_is_no_number_of_a_field_is_shown_as_wrong_and_nothing_begins(
    trainer: MainWindow, qtbot: QtBot, text: str
) -> None:
    field = trainer.train_page.form.epochs
    type_into(field, text or "\b")
    QTest.keyClick(trainer, Qt.Key.Key_F5)
    qtbot.wait(50)
    assert not trainer.session.trainings.run.is_active
    assert field.property("wrong") is True
    assert field.lineEdit().text() == text, "it stays in sight"
    assert trainer.banner.text.endswith(
        f"Epochs: expected a whole number from 1 to 1,000, found {text or 'nothing'}."
    )
    type_into(field, "2")
    assert field.property("wrong") is False
    QTest.keyClick(trainer, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: trainer.session.trainings.run.is_active, timeout=5000)
    assert trainer.session.trainings.status.config.epochs == 2
    trainer.session.trainings.run.stop()
    qtbot.waitUntil(lambda: not trainer.session.trainings.run.is_active, timeout=20_000)


def test_the_key_takes_the_number_that_is_being_typed(trainer: MainWindow, qtbot: QtBot) -> None:
    type_into(trainer.train_page.form.learning_rate, "0,03")
    QTest.keyClick(trainer, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: trainer.session.trainings.run.is_active, timeout=5000)
    assert trainer.session.trainings.status.config.learning_rate == 0.03
    assert trainer.session.trainings.status.history.learning_rate_changes == []
    trainer.session.trainings.run.stop()
    qtbot.waitUntil(lambda: not trainer.session.trainings.run.is_active, timeout=20_000)
