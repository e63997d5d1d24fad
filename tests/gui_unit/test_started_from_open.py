"""A training in the window that begins with the open network, on other classes and on the same."""

import numpy as np
from helpers.named_pictures import save_letters, save_photographs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.pages.train.training_form import FRESH, OPEN, OWN
from model import load_network


def open_data(window: MainWindow, folder, qtbot: QtBot) -> None:
    window.session.data.open(str(folder))
    window.show_page("data")
    qtbot.waitUntil(lambda: window.session.data.proposal is not None, timeout=20_000)
    window.data_page.import_page.accept_button.click()


def train(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("train")
    QTest.mouseClick(window.train_page.train_button, Qt.MouseButton.LeftButton)
    assert window.session.trainings.run.is_active
    qtbot.waitUntil(lambda: not window.session.trainings.run.is_active, timeout=20_000)
    window.session.tasks.finish()


def test_the_open_network_goes_on_to_other_classes_and_the_run_can_be_repeated(
    window: MainWindow, qtbot: QtBot, tmp_path
) -> None:
    session, page, told = window.session, window.train_page, []
    form, before = page.form, session.model.network.weights()
    session.noticed.connect(told.append)
    session.failed.connect(told.append)
    form.show_config("journal-8", form.config())
    form.epochs.setValue(1)
    form.batch_size.setValue(32)
    form.learning_rate.setValue(1e-6)
    form.start.choose(OPEN)
    assert not form.arch.isEnabled()
    assert page._parameters.text() == "The next training begins with all weights of lenet."
    assert page.layers.list.item(0, 0).text() == "conv1 · 16, 3×3"
    page.copy_command()
    assert "--init default" in told[-1]
    assert "--arch" not in told[-1]

    open_data(window, save_letters(tmp_path / "letters", "XYZ", 12), qtbot)
    assert (
        "its last layer, for the digits 0 to 9, is made anew for 3 classes (X, Y and Z)" in page._parameters.text()
    )
    train(window, qtbot)
    assert session.model.network.class_names == ("X", "Y", "Z")
    assert any("made anew" in sentence for sentence in told)
    after = session.model.network.weights()
    np.testing.assert_allclose(after["conv2.kernel"], before["conv2.kernel"], atol=1e-4)
    assert after["dense2.weight"].shape == (3, 128)
    (record,), _ = session.trainings.store.records()
    kept = load_network(record.begun_from)
    assert all(np.array_equal(value, before[key]) for key, value in kept.weights().items())
    page.copy_command()
    assert told[-1] == "Save the open network first: the command begins with its file."

    form.start.choose(OPEN)
    session.trainings.start_again(record)  # with the network that it began with then, not the one that is open now
    qtbot.waitUntil(lambda: len(session.trainings.store.runs()) == 2, timeout=20_000)
    qtbot.waitUntil(lambda: not session.trainings.run.is_active, timeout=20_000)
    session.tasks.finish()
    assert form.start.chosen == FRESH
    for key, value in session.model.network.weights().items():
        np.testing.assert_array_equal(value, after[key])

    open_data(window, save_photographs(tmp_path / "views", 6), qtbot)
    form.start.choose(OPEN)
    window.show_page("train")
    told.clear()
    QTest.mouseClick(page.train_button, Qt.MouseButton.LeftButton)
    assert not session.trainings.run.is_active
    assert "begin with fresh weights, or with a network for such pictures" in told[-1]
    assert "begin with fresh weights" in page._parameters.text()
    form.arch.choose(OWN)
    page.layers.copy.click()
    assert (form.start.chosen, form.arch.chosen) == (FRESH, OWN)
    assert page.form.own.architecture.name == "my lenet"
