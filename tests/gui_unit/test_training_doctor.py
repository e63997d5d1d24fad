"""The doctor on the Train page: what it says while a network learns, and what its buttons do."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from helpers.cut_off import assert_nothing_is_cut_off
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.looks.theme import LIGHT
from digitgui.pages.train.layers_table import LayersTable
from digitgui.pages.train.train_page import DOCTOR
from digitgui.runs import trainings
from digitgui.widgets.share_scale import ShareScale
from digitgui.work.training_worker import RunState
from model import Dataset
from model.readers.sources import open_data
from model.training.diagnosis import HEALTHY_SHARES
from model.training.measurements import Gauge
from model.training.training_config import TrainingConfig
from model.training.training_events import LayerMeasured, LayersMeasured

LONG = TrainingConfig(learning_rate=0.02, batch_size=8, epochs=900)


@pytest.fixture
def trainer(make_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """Open the doctor in a window that measures often, with 400 digits."""
    monkeypatch.setattr(trainings, "Gauge", lambda sample: Gauge(sample, share=0.2))
    window = make_window()
    window.session.data.dataset = open_data("bundled").limited(400)
    window.show_page("train")
    QTest.mouseClick(window.train_page.tabs.button(DOCTOR), Qt.MouseButton.LeftButton)
    return window


def train(window: MainWindow, config: TrainingConfig, arch: str = "journal-8") -> None:
    window.train_page.form.show_config(arch, config)
    QTest.mouseClick(window.train_page.train_button, Qt.MouseButton.LeftButton)


def stop(window: MainWindow, qtbot: QtBot) -> None:
    window.session.trainings.run.stop()
    qtbot.waitUntil(lambda: not window.session.trainings.run.is_active, timeout=20_000)


def press_first(window: MainWindow, text: str) -> None:
    button = window.train_page.doctor.findings[0].apply
    assert button.text() == text
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def wait_for(window: MainWindow, qtbot: QtBot, symptom: str) -> None:
    head = window.train_page.doctor.findings[0].head
    qtbot.waitUntil(lambda: head.isVisible() and head.text() == f"⚠ {symptom}", timeout=60_000)


def test_layers_are_shown_as_they_are_measured(trainer: MainWindow, qtbot: QtBot) -> None:
    doctor = trainer.train_page.doctor
    assert "While a network learns" in doctor._verdict.text()
    assert not doctor.table.isVisible()
    train(trainer, LONG, "lenet")
    status = trainer.session.trainings.status
    qtbot.waitUntil(lambda: len(status.measured) == 10 and doctor.table.isVisible(), timeout=60_000)
    stop(trainer, qtbot)
    qtbot.waitUntil(lambda: f"step {status.measured[-1].step:,};" in doctor._measured.text(), timeout=5000)
    texts = doctor.table.texts()
    assert [row[0] for row in texts] == ["conv1", "conv2", "dense1", "dense2"]
    assert texts[2][3] == f"{status.measured[-1].layers[2].dead}/128"
    assert texts[3][3] == "–"
    trainer.resize(1024, 640)
    qtbot.wait(100)
    assert_nothing_is_cut_off(trainer.train_page)


def test_a_run_goes_on_with_the_higher_rate_that_is_advised(trainer: MainWindow, qtbot: QtBot) -> None:
    train(trainer, replace(LONG, learning_rate=2e-5))
    wait_for(trainer, qtbot, "Learning rate too low")
    assert trainer.train_page.tabs.button(DOCTOR).text() == "Doctor (1)"
    run = trainer.session.trainings.status.run
    press_first(trainer, "Apply now")
    changes = trainer.session.trainings.status.history.learning_rate_changes
    qtbot.waitUntil(lambda: bool(changes), timeout=20_000)
    assert changes[-1].learning_rate == 2e-4
    assert trainer.train_page.form.learning_rate.value() == 2e-4
    assert trainer.session.trainings.status.run == run
    assert trainer.session.trainings.run.state is RunState.RUNNING
    qtbot.waitUntil(lambda: trainer.train_page.tabs.button(DOCTOR).text() == "Doctor", timeout=5000)
    stop(trainer, qtbot)


def test_a_run_that_cannot_be_mended_makes_room_for_another(trainer: MainWindow, qtbot: QtBot) -> None:
    train(trainer, replace(LONG, learning_rate=1.0, batch_size=1))
    wait_for(trainer, qtbot, "Learning rate too high")
    qtbot.waitUntil(
        lambda: trainer.train_page.doctor.findings[0].apply.text() == "Apply and train anew", timeout=60_000
    )
    first = trainer.session.trainings.status.run
    press_first(trainer, "Apply and train anew")
    qtbot.waitUntil(lambda: trainer.session.trainings.status.run != first, timeout=30_000)
    status = trainer.session.trainings.status
    assert trainer.session.trainings.run.state is RunState.RUNNING
    assert status.config.learning_rate == trainer.train_page.form.learning_rate.value() == 0.1
    assert status.config.batch_size == 1
    assert status.finished is None
    assert "A fresh training has begun: learning rate 0.1." in trainer.banner.text
    stop(trainer, qtbot)
    assert trainer.session.trainings.store.read(first).state == "stopped"


def test_after_a_run_its_remedy_begins_another(trainer: MainWindow, qtbot: QtBot) -> None:
    train(trainer, replace(LONG, learning_rate=2e-5, epochs=2))
    qtbot.waitUntil(lambda: not trainer.session.trainings.run.is_active, timeout=60_000)
    wait_for(trainer, qtbot, "Learning rate too low")
    first = trainer.session.trainings.status.run
    button = trainer.train_page.doctor.findings[0].apply
    assert "Learning rate 0.0002" in button.accessibleDescription()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert button.text() == "Apply and train anew"
    QTest.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: trainer.session.trainings.status.run != first, timeout=30_000)
    assert trainer.session.trainings.status.config.learning_rate == 2e-4
    stop(trainer, qtbot)


def test_missing_digits_lead_to_the_data(trainer: MainWindow, qtbot: QtBot) -> None:
    data = open_data("bundled")
    keep = data.labels != 3
    trainer.session.data.dataset = Dataset(data.images[keep][:300], data.labels[keep][:300], "few", "few")
    train(trainer, LONG)
    wait_for(trainer, qtbot, "Digits missing")
    assert "no picture of 3," in trainer.train_page.doctor.findings[0].sees.text()
    press_first(trainer, "Show the data")
    assert trainer.data_page.isVisible()
    stop(trainer, qtbot)


def test_curves_and_doctor_take_turns(trainer: MainWindow) -> None:
    page = trainer.train_page
    assert page.doctor.isVisible()
    assert not page.loss.isVisible()
    QTest.keyClick(page.tabs.button(0), Qt.Key.Key_Space)
    assert page.loss.isVisible()
    assert not page.doctor.isVisible()


def test_a_share_lies_where_the_scale_says(qtbot: QtBot) -> None:
    scale = ShareScale(HEALTHY_SHARES)
    qtbot.addWidget(scale)
    scale.resize(210, 20)
    scale.set_theme(LIGHT)
    assert scale.place(1e-6) == pytest.approx(5, abs=1)
    assert scale.place(1.0) == scale.place(7.0) == pytest.approx(205, abs=1)
    assert scale.place(1e-3) == pytest.approx(105)
    scale.show_share(1e-3, "0.1 %, usual")
    assert scale.accessibleDescription() == "0.1 %, usual"
    image = scale.grab().toImage()
    colors = [image.pixelColor(QPoint(x, 10)).name().upper() for x in (2, 125, 105, 208)]
    assert colors == [LIGHT.track, LIGHT.muted, LIGHT.accent, LIGHT.track]


def test_small_and_large_updates_are_told_apart_in_words(qtbot: QtBot) -> None:
    frame, table = QWidget(), LayersTable()
    qtbot.addWidget(frame)
    table.setParent(frame)
    shares = {"conv1": 1e-4, "conv2": 1e-3, "dense1": 0.5, "dense2": 1e-7}
    layers = tuple(LayerMeasured(name, 123.4, share, 1.0) for name, share in shares.items())
    table.show_measured([LayersMeasured(1, layers, 10, 0, 0)])
    assert [row[2] for row in table.texts()] == ["0.01 % ▾", "0.1 %  ", "50 % ▴", "<0.001 % ▾"]
    assert [row[1] for row in table.texts()] == ["123"] * 4
    said = [scale.accessibleDescription() for scale in table.findChildren(ShareScale)]
    assert said == ["0.01 %, small", "0.1 %, usual", "50 %, large", "<0.001 %, small"]
    table.show_measured([LayersMeasured(2, layers[:2], 10, 0, 0)])
    assert len(table.texts()) == 2
    assert np.isclose(layers[2].update_share, 0.5)
