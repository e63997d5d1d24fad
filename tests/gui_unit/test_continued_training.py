"""Runs that are stopped and continued, steered on their way, and the finer settings of the form."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from digitgui.command_line.commands import _parser
from digitgui.command_line.setting_options import config_of
from digitgui.frame.main_window import MainWindow
from digitgui.wording import JOURNAL
from digitgui.work.training_worker import RunState
from model import Dataset, build
from model.data.dataset import SplitRule
from model.errors import VersionError
from model.readers.sources import open_data
from model.runs.storage import encode_network
from model.training.training import TrainingConfig, train

CONFIG = TrainingConfig(
    learning_rate=0.003,
    batch_size=32,
    epochs=30,
    optimizer="adamw",
    schedule="one-cycle",
    augmentation="handwriting",
    standardize=True,
)


def few_digits(count: int) -> Dataset:
    return open_data("bundled").limited(count)


def pressed(window: MainWindow, name: str) -> QAbstractButton:
    button = window.findChild(QAbstractButton, name)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    return button


def wait_for_epochs(window: MainWindow, qtbot: QtBot, count: int) -> None:
    qtbot.waitUntil(lambda: len(window.session.trainings.status.history.epochs) >= count, timeout=60_000)


def wait_idle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.trainings.run.state is RunState.IDLE, timeout=60_000)


def lone_checkpoint(window: MainWindow, content: bytes) -> Path:
    file = window.session.trainings.store.checkpoint_file("20260101-000000-000000-lenet-abcd")
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    window.session.trainings.runs_changed.emit()
    window.train_page._show_progress()
    return file


@pytest.fixture
def training(make_window: Callable[[], MainWindow], qtbot: QtBot) -> Callable[[], MainWindow]:
    """Open a window whose form has `CONFIG`, and whose data are few."""

    def make() -> MainWindow:
        window = make_window()
        window.session.data.dataset = few_digits(400)
        window.session.data.changed.emit()
        window.show_page("train")
        window.train_page.form.show_config("journal-8", CONFIG)
        return window

    return make


def test_a_run_stopped_and_continued_ends_with_the_bits_of_one_never_stopped(training, qtbot) -> None:
    window = training()
    pressed(window, "trainButton")
    wait_for_epochs(window, qtbot, 2)
    pressed(window, "stopButton")
    wait_idle(window, qtbot)
    assert len(window.session.trainings.status.history.epochs) < CONFIG.epochs
    button = pressed(window, "pauseButton")
    qtbot.waitUntil(lambda: window.session.trainings.run.is_active, timeout=10_000)
    assert button.text() == "Pause"
    assert 1 <= len(window.session.trainings.status.history.epochs) <= CONFIG.epochs
    wait_idle(window, qtbot)
    assert len(window.session.trainings.status.history.epochs) == CONFIG.epochs
    assert not window.session.trainings.can_continue
    assert button.text() == "Pause"
    assert not button.isEnabled()

    alone = build("journal-8")
    for _ in train(alone, few_digits(400), CONFIG):
        pass
    network = window.session.model.network
    for name, weights in alone.weights().items():
        np.testing.assert_array_equal(network.weights()[name], weights)
    images = few_digits(400).images[:20]
    np.testing.assert_array_equal(network.logits(images), alone.logits(images))  # with the same standardised input


def open_other(window: MainWindow, dataset: Dataset) -> None:
    window.session.data.dataset = dataset
    window.session.data.changed.emit()


def test_a_run_cut_off_by_the_end_of_the_program_can_be_continued_in_the_next(training, qtbot) -> None:
    window = training()
    pressed(window, "trainButton")
    wait_for_epochs(window, qtbot, 2)
    assert window.close()
    again = training()
    assert again.train_page.pause_button.text() == "Continue"
    again.train_page.form.show_config("lenet", TrainingConfig())
    page = again.train_page
    open_other(again, few_digits(200))
    qtbot.waitUntil(lambda: not page.pause_button.isEnabled(), timeout=10_000)
    assert page.pause_button.text() == "Pause"
    qtbot.waitUntil(lambda: page._speed.text().startswith("Cannot continue journal-8"), timeout=10_000)
    again.session.trainings.continue_()  # as the Runs page does
    qtbot.waitUntil(lambda: "learned from" in again.banner.text, timeout=10_000)
    open_other(again, few_digits(400))
    qtbot.waitUntil(page.pause_button.isEnabled, timeout=10_000)
    pressed(again, "pauseButton")
    qtbot.waitUntil(lambda: again.session.trainings.run.is_active, timeout=10_000)
    form = again.train_page.form
    assert (form.arch.currentText(), form.config()) == ("journal-8", CONFIG)
    assert len(again.session.trainings.status.history.epochs) >= 1
    pressed(again, "stopButton")
    wait_idle(again, qtbot)


def test_a_damaged_checkpoint_is_told_once_and_set_aside_under_a_name_that_is_told(training, qtbot) -> None:
    window = training()
    file = lone_checkpoint(window, b"half of a file")
    other = file.with_name(f"{file.name}.not-understood")
    other.write_bytes(b"of another day")
    pressed(window, "pauseButton")
    qtbot.waitUntil(lambda: "cannot be continued" in window.banner.text, timeout=10_000)
    assert not file.exists()
    kept = file.with_name(f"{file.name} 2.not-understood")
    assert str(kept) in window.banner.text
    assert "train again" in window.banner.text
    assert (kept.read_bytes(), other.read_bytes()) == (b"half of a file", b"of another day")
    qtbot.waitUntil(lambda: not window.train_page.pause_button.isEnabled(), timeout=10_000)


def test_a_checkpoint_that_cannot_be_read_for_a_moment_stays_and_goes_on_in_the_next(
    training, qtbot, monkeypatch
) -> None:
    window = training()
    pressed(window, "trainButton")
    wait_for_epochs(window, qtbot, 1)
    pressed(window, "stopButton")
    wait_idle(window, qtbot)
    file = window.session.trainings.store.checkpoint_file(window.session.trainings.status.run)
    before = file.read_bytes()

    def fail(*_arguments: object, **_options: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr("safetensors.safe_open", fail)
        pressed(window, "pauseButton")
        qtbot.waitUntil(lambda: "Input/output error" in window.banner.text, timeout=10_000)
    assert "Try Continue again" in window.banner.text
    assert file.read_bytes() == before
    pressed(window, "pauseButton")
    qtbot.waitUntil(lambda: window.session.trainings.run.is_active, timeout=10_000)
    pressed(window, "stopButton")
    wait_idle(window, qtbot)


def test_a_run_whose_record_a_newer_program_has_written_is_not_gone_on_with(training, qtbot) -> None:
    window = training()
    pressed(window, "trainButton")
    wait_for_epochs(window, qtbot, 1)
    pressed(window, "stopButton")
    wait_idle(window, qtbot)
    file = window.session.trainings.store.record_file(window.session.trainings.status.run)
    newer = re.sub(r'"format": \d+', '"format": 99', file.read_text())
    file.write_text(newer)
    pressed(window, "pauseButton")
    qtbot.waitUntil(lambda: "update the program" in window.banner.text, timeout=10_000)
    assert not window.session.trainings.run.is_active
    assert file.read_text() == newer


def test_a_run_that_goes_on_keeps_the_fine_line_of_its_curve(training, qtbot) -> None:
    window = training()
    pressed(window, "trainButton")
    wait_for_epochs(window, qtbot, 2)
    before = window.session.trainings.status.curves
    assert window.close()
    again = training()
    pressed(again, "pauseButton")
    qtbot.waitUntil(lambda: again.session.trainings.run.is_active, timeout=10_000)
    history, curves = again.session.trainings.status.history, again.session.trainings.status.curves
    epochs = len(history.epochs)
    assert epochs >= 1
    qtbot.waitUntil(lambda: len(history.epochs) > epochs, timeout=60_000)
    pressed(again, "stopButton")
    wait_idle(again, qtbot)
    x, losses = curves.train_epochs(), curves.train_losses()
    assert curves.means == 0
    assert np.all(np.diff(x) > 0)
    whole = x <= min(epochs, before.train_epochs()[-1])
    assert whole.sum() >= 4 * epochs
    np.testing.assert_array_equal(losses[whole], before.train_losses()[: whole.sum()])
    np.testing.assert_array_equal(curves.train_accuracies()[whole], before.train_accuracies()[: whole.sum()])


def test_another_learning_rate_during_the_run_is_followed_and_remembered(training, qtbot) -> None:
    window = training()
    form = window.train_page.form
    pressed(window, "trainButton")
    wait_for_epochs(window, qtbot, 1)
    assert form.learning_rate.isEnabled()
    assert not form.batch_size.isEnabled()
    form.learning_rate.lineEdit().selectAll()
    QTest.keyClicks(form.learning_rate.lineEdit(), "0.0005")
    QTest.keyClick(form.learning_rate.lineEdit(), Qt.Key.Key_Return)
    changes = window.session.trainings.status.history.learning_rate_changes
    qtbot.waitUntil(lambda: len(changes) == 1, timeout=10_000)
    assert changes[0].learning_rate == 0.0005
    assert "0.0005" in window.banner.text
    pressed(window, "stopButton")
    wait_idle(window, qtbot)
    provenance = window.session.model.network.card.provenance
    assert provenance["history"]["learning_rate_changes"][0]["learning_rate"] == 0.0005


def test_the_finer_settings_open_and_close_and_are_remembered(make_window) -> None:
    window = make_window()
    window.show_page("train")
    form = window.train_page.form
    assert not form.schedule.isVisible()
    QTest.mouseClick(form._more, Qt.MouseButton.LeftButton)
    assert form.schedule.isVisible()
    assert not form._numbers["weight_decay"].isEnabled()
    form.optimizer.setCurrentText("adamw")
    assert form._numbers["weight_decay"].isEnabled()
    form._numbers["weight_decay"].setValue(0.02)
    form._numbers["patience"].setValue(3)
    form.standardize.setChecked(True)
    window.close()
    again = make_window()
    again.show_page("train")
    config = again.train_page.form.config()
    assert again.train_page.form.schedule.isVisible()
    assert (config.weight_decay, config.patience, config.standardize) == (0.02, 3, True)
    again.train_page.form.optimizer.setCurrentText("sgd")
    assert again.train_page.form.config().weight_decay == 0


def test_names_on_the_train_page_explain_their_fields_too(make_window) -> None:
    form = make_window().train_page.form
    captions = {part.text(): part.toolTip() for part in form.findChildren(QLabel) if part.toolTip()}
    assert captions["Learning rate"] == form.learning_rate.toolTip()
    assert "From 0.000001 to 1." in captions["Learning rate"]
    assert "From 0 to 0.5." in captions["Smoothing"]
    assert JOURNAL in captions["Batch size"].replace("&#x27;", "'")
    form.lock(True)
    assert (
        form.arch.toolTip()
        == next(part for part in form.findChildren(QLabel) if part.text() == "Network").toolTip()
    )
    told = form.arch.itemData(form.arch.findData("journal-8"), Qt.ItemDataRole.ToolTipRole)
    assert "8 filters" in told
    assert JOURNAL in told


def test_the_copied_command_trains_with_the_same_settings(make_window) -> None:
    form = make_window().train_page.form
    config = TrainingConfig(
        0.02, 16, 5, 7, "nesterov", "journal", "cosine", 0.1, 0.001, 0.002, 0.0, 3.5, 4, standardize=True
    )
    form.show_config("lenet", config)
    options = _parser("train").parse_args(shlex.split(form.command("bundled", SplitRule()))[1:])
    assert (options.arch, config_of(options)) == ("lenet", config)


def test_continue_means_the_last_run_even_if_it_was_stopped_in_its_first_epoch(training, qtbot) -> None:
    window = training()
    pressed(window, "trainButton")
    wait_for_epochs(window, qtbot, 2)
    pressed(window, "stopButton")
    wait_idle(window, qtbot)
    form = window.train_page.form
    form.arch.setCurrentText("deep")
    pressed(window, "trainButton")
    qtbot.waitUntil(lambda: window.session.trainings.status.history.images_seen > 0, timeout=30_000)
    pressed(window, "stopButton")
    wait_idle(window, qtbot)
    pressed(window, "pauseButton")
    qtbot.waitUntil(lambda: window.session.trainings.run.is_active, timeout=10_000)
    assert window.session.model.network.card.name == "deep"
    assert window.session.trainings.status.history.epochs == []
    pressed(window, "stopButton")
    wait_idle(window, qtbot)


def test_continuing_by_key_hands_no_value_of_the_form_to_the_run(training, qtbot) -> None:
    window = training()
    form = window.train_page.form
    pressed(window, "trainButton")
    wait_for_epochs(window, qtbot, 1)
    pressed(window, "stopButton")
    wait_idle(window, qtbot)
    form.learning_rate.setFocus()
    form.learning_rate.setValue(0.5)
    window.train_page.pause_or_resume()
    qtbot.waitUntil(lambda: window.session.trainings.run.is_active, timeout=10_000)
    wait_for_epochs(window, qtbot, 3)
    assert form.learning_rate.value() == CONFIG.learning_rate
    assert window.session.trainings.status.history.learning_rate_changes == []
    pressed(window, "stopButton")
    wait_idle(window, qtbot)


def test_a_rate_that_was_set_in_the_epoch_that_was_cut_off_holds_when_the_run_goes_on(training, qtbot) -> None:
    window = training()
    pressed(window, "trainButton")
    wait_for_epochs(window, qtbot, 1)
    window.train_page.form.learning_rate.setValue(0.001)
    history = window.session.trainings.status.history
    qtbot.waitUntil(lambda: bool(history.learning_rate_changes), timeout=10_000)
    pressed(window, "stopButton")
    wait_idle(window, qtbot)
    kept = len(window.session.model.unsaved())
    pressed(window, "pauseButton")
    qtbot.waitUntil(lambda: window.session.trainings.run.is_active, timeout=10_000)
    assert window.train_page.form.learning_rate.value() == 0.001
    qtbot.waitUntil(lambda: bool(window.session.trainings.status.history.learning_rate_changes), timeout=10_000)
    assert len(window.session.model.unsaved()) <= max(1, kept)  # the same network, not another
    pressed(window, "stopButton")
    wait_idle(window, qtbot)


def test_a_run_that_only_another_program_can_read_is_kept(training, qtbot, monkeypatch) -> None:
    window = training()
    file = lone_checkpoint(window, b"of a newer program")

    def refuse(_path: object) -> None:
        raise VersionError("update the program")

    monkeypatch.setattr("digitgui.runs.begun_run.load_checkpoint", refuse)
    window.train_page._show_progress()
    assert "stopped" in window.train_page._head.text()
    pressed(window, "pauseButton")
    qtbot.waitUntil(lambda: "update the program" in window.banner.text, timeout=10_000)
    assert str(file) in window.banner.text
    assert file.exists()
    assert not window.session.trainings.can_continue


def test_a_run_of_a_later_version_makes_room_for_the_one_before_it(training, qtbot) -> None:
    window = training()
    trainings = window.session.trainings
    pressed(window, "trainButton")
    wait_for_epochs(window, qtbot, 1)
    pressed(window, "stopButton")
    wait_idle(window, qtbot)
    mine = trainings.continuable
    later = trainings.store.checkpoint_file("29990101-000000-000000-lenet-abcd")
    later.parent.mkdir()
    network = build("lenet")
    run = {"format": 99, "config": {}, "arrays_sha256": ""}
    later.write_bytes(encode_network(network, later, **{"digitgui.run": json.dumps(run)}))
    trainings.runs_changed.emit()
    assert trainings.continuable == later.parent.name
    window.train_page._show_progress()
    pressed(window, "pauseButton")
    qtbot.waitUntil(lambda: "format 99" in window.banner.text, timeout=10_000)
    assert str(later) in window.banner.text
    assert "Continue now resumes the run before it" in window.banner.text
    trainings.runs_changed.emit()
    assert trainings.continuable == mine
    pressed(window, "pauseButton")
    qtbot.waitUntil(lambda: trainings.run.is_active, timeout=10_000)
    assert trainings.status.run == mine
    pressed(window, "stopButton")
    wait_idle(window, qtbot)
    assert later.exists()
