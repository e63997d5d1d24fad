import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QMessageBox,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.settings import Settings
from digitgui.work.training_worker import RunState
from model import Network, build, load_network, save_network
from model.network.layers import Dense, Flatten

Draw = Callable[..., None]


def answer(window: MainWindow) -> str:
    return window.findChild(QLabel, "predictedDigit").text()


def start_quick_training(window: MainWindow, epochs: int = 1) -> None:
    window.show_page("train")
    window.train_page.form.arch.setCurrentText("journal-8")
    window.train_page.form.batch_size.setValue(64)
    window.train_page.form.learning_rate.setValue(0.1)
    window.findChild(QSpinBox, "epochCount").setValue(epochs)
    window.findChild(QAbstractButton, "trainButton").click()


def wait_idle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.trainings.run.state is RunState.IDLE, timeout=60_000)


def test_a_drawing_is_recognised_the_moment_the_program_opens(window: MainWindow, draw: Draw) -> None:
    assert answer(window) == ""
    draw(window.findChild(QWidget, "drawingCanvas"))
    assert answer(window) == "7"
    window.findChild(QAbstractButton, "clearButton").click()
    assert answer(window) == ""


def test_the_answer_follows_the_pen_while_it_moves(window: MainWindow, qtbot: QtBot) -> None:
    canvas = window.findChild(QWidget, "drawingCanvas")
    answers = []
    window.session.answering.changed.connect(lambda: answers.append(window.session.answering.prediction))
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 80))
    for y in range(90, 250, 10):
        QTest.mouseMove(canvas, QPoint(100, y))
        qtbot.wait(12)
    assert len(answers) > 5
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 250))
    assert answer(window) == "1"


def test_erasing_everything_takes_the_answer_back(window: MainWindow, draw: Draw) -> None:
    canvas = window.draw_page.canvas
    draw(canvas, [(0.5, 0.3), (0.5, 0.7)])
    assert answer(window)
    window.pen.set_percent(15)
    for x in (0.45, 0.5, 0.55):
        draw(canvas, [(x, 0.2), (x, 0.8)], mouse_button=Qt.MouseButton.RightButton)
    assert answer(window) == ""


def test_training_from_the_window_teaches_the_network_that_answers(
    window: MainWindow, qtbot: QtBot, draw: Draw
) -> None:
    draw(window.draw_page.canvas)
    start_quick_training(window, epochs=3)
    assert window.session.trainings.run.is_active
    wait_idle(window, qtbot)
    status = window.session.trainings.status
    assert status.finished.report.accuracy > 0.85
    assert status.progress == pytest.approx(1.0)
    assert window.session.model.network.card.name == "journal-8"
    assert window.session.model.network.card.provenance["settings"]["epochs"] == 3
    assert window.session.model.is_dirty
    assert answer(window) == "7"
    losses = status.curves.train_losses()
    assert losses[-5:].mean() < 0.5 * losses[:5].mean()
    x, _ = window.findChild(QWidget, "lossCurve").getPlotItem().listDataItems()[0].getData()
    assert len(x) == len(losses)


def test_drawing_is_answered_while_a_network_trains(window: MainWindow, qtbot: QtBot, draw: Draw) -> None:
    start_quick_training(window, epochs=500)
    qtbot.waitUntil(lambda: window.session.trainings.status.history.images_seen > 20_000, timeout=30_000)
    draw(window.dock.canvas)
    assert window.session.answering.prediction is not None
    assert answer(window) == "7"
    window.findChild(QAbstractButton, "stopButton").click()
    wait_idle(window, qtbot)


def test_pause_and_resume_from_the_window(window: MainWindow, qtbot: QtBot) -> None:
    start_quick_training(window, epochs=500)
    pause = window.findChild(QAbstractButton, "pauseButton")
    qtbot.waitUntil(lambda: window.session.trainings.status.history.images_seen > 0, timeout=30_000)
    pause.click()
    assert pause.text() == "Resume"
    qtbot.wait(150)
    seen = window.session.trainings.status.history.images_seen
    qtbot.wait(150)
    assert window.session.trainings.status.history.images_seen == seen
    pause.click()
    assert pause.text() == "Pause"
    qtbot.waitUntil(lambda: window.session.trainings.status.history.images_seen > seen, timeout=10_000)
    window.findChild(QAbstractButton, "stopButton").click()
    wait_idle(window, qtbot)
    assert window.findChild(QAbstractButton, "trainButton").isEnabled()


def test_closing_during_training_ends_the_thread_and_keeps_the_network(
    make_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    window = make_window()
    start_quick_training(window, epochs=500)
    qtbot.waitUntil(lambda: window.session.model.is_dirty, timeout=30_000)
    weights = window.session.model.network.weights()
    started = time.monotonic()
    assert window.close()
    assert time.monotonic() - started < 5
    assert not window.session.trainings.run.is_active

    again = make_window()
    assert again.session.model.is_dirty
    assert again.session.model.name == "journal-8"
    for name, value in again.session.model.network.weights().items():
        assert np.array_equal(value, weights[name])


def test_an_unsaved_network_survives_a_new_training(window: MainWindow, qtbot: QtBot) -> None:
    start_quick_training(window)
    wait_idle(window, qtbot)
    first = window.session.model.network.weights()
    start_quick_training(window)
    assert "Find it under Network" in window.banner.text
    wait_idle(window, qtbot)
    model = window.session.model
    qtbot.waitUntil(lambda: len(model.unsaved()) == 2, timeout=10_000)  # written in the background
    for name, value in load_network(model.unsaved()[1]).weights().items():
        assert np.array_equal(value, first[name])


def test_saving_and_opening_a_model(window: MainWindow, qtbot: QtBot, tmp_path: Path, draw: Draw) -> None:
    draw(window.draw_page.canvas)
    default = window.session.answering.prediction.probabilities.copy()
    start_quick_training(window)
    wait_idle(window, qtbot)
    own = window.session.answering.prediction.probabilities.copy()
    assert not np.allclose(own, default)
    window.session.save_model(tmp_path / "mine.safetensors")
    qtbot.waitUntil(lambda: not window.session.model.is_dirty, timeout=10_000)
    assert not window.session.model.unsaved()
    assert load_network(tmp_path / "mine.safetensors").card.provenance["reason"] == "completed"
    assert window.windowTitle().startswith("mine –")
    window.session.open_model("default")
    qtbot.waitUntil(lambda: window.session.model.name == "default", timeout=10_000)
    assert np.allclose(window.session.answering.prediction.probabilities, default, atol=1e-6)
    window.session.open_model(str(tmp_path / "mine.safetensors"))
    qtbot.waitUntil(lambda: window.session.model.name == "mine", timeout=10_000)
    assert np.allclose(window.session.answering.prediction.probabilities, own, atol=1e-6)
    assert not window.session.model.is_dirty
    assert window.settings.recent("models")[0] == str(tmp_path / "mine.safetensors")


def write_nonsense(path: Path) -> None:
    path.write_text("this is no archive\n")


def write_half_a_model(path: Path) -> None:
    save_network(build("journal-8"), path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("name", "write", "kind"),
    [
        ("text.npz", write_nonsense, "data"),
        ("text.csv", write_nonsense, "data"),
        ("text.safetensors", write_nonsense, "model"),
        ("half.safetensors", write_half_a_model, "model"),
        ("missing.safetensors", lambda path: None, "model"),
    ],
)
def test_a_wrong_file_gives_one_message_and_nothing_is_lost(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    draw: Draw,
    name: str,
    write: Callable[[Path], None],
    kind: str,
) -> None:
    draw(window.draw_page.canvas)
    write(tmp_path / name)
    network, dataset = window.session.model.network, window.session.data.dataset
    messages: list[str] = []
    window.session.failed.connect(messages.append)
    opening = window.session.data.open if kind == "data" else window.session.open_model
    opening(str(tmp_path / name))
    qtbot.waitUntil(lambda: bool(messages), timeout=10_000)
    qtbot.wait(100)
    assert len(messages) == 1
    assert name in messages[0]
    assert "Traceback" not in messages[0]
    assert window.banner.isVisible()
    assert window.banner.text == messages[0]
    assert window.session.model.network is network
    assert window.session.data.dataset is dataset
    assert answer(window) == "7"


def test_news_stand_beside_a_new_error_and_leave_before_it(window: MainWindow, monkeypatch) -> None:
    banner = window.banner
    banner.show_error("Something went wrong.")
    banner.show_notice("Something else went well.")
    banner.show_error("A second thing went wrong.")  # the moment after: nobody can have read the notice yet
    assert banner.text == "Something went wrong.\nA second thing went wrong.\nSomething else went well."
    banner.show_notice("Saved.")
    assert banner.text.endswith("A second thing went wrong.\nSaved.")
    assert banner.property("tone") == "bad"
    banner._timer.timeout.emit()
    assert banner.text == "Something went wrong.\nA second thing went wrong."
    window.show_page("runs")
    assert banner.isVisible()  # nobody can have read it yet
    monkeypatch.setattr("digitgui.widgets.banner.ERROR_STAYS_SECONDS", 0)
    window.show_page("train")
    assert not banner.isVisible()


def test_an_error_that_has_stood_for_long_outlives_notices_until_it_is_closed(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitgui.widgets.banner.ERROR_STAYS_SECONDS", 0)
    banner, done = window.banner, []
    banner.show_error("Training failed: the disk is full.")
    banner.show_notice("Learning rate 0.01 from step 3 on.")
    assert banner.text == "Training failed: the disk is full.\nLearning rate 0.01 from step 3 on."
    banner._timer.timeout.emit()
    assert banner.text == "Training failed: the disk is full."
    banner.show_notice("Kept as a 7.", lambda: done.append(7))
    QTest.mouseClick(banner.findChild(QPushButton, "bannerUndo"), Qt.MouseButton.LeftButton)
    assert done == [7]
    assert banner.isVisible()
    assert banner.text == "Training failed: the disk is full."
    close = next(button for button in banner.findChildren(QPushButton) if button.text() == "Close")
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not banner.isVisible()


def test_an_error_from_before_the_window_is_seen_stays(settings: Settings, qtbot: QtBot) -> None:
    window = MainWindow(settings)
    qtbot.addWidget(window)
    window.banner.show_error("Something went wrong.")
    window.banner.show_notice("Something else went well.")
    window.show()
    assert window.banner.text == "Something went wrong.\nSomething else went well."
    assert window.banner.isVisible()
    window.close()


def test_a_model_is_not_opened_over_a_training(window: MainWindow, qtbot: QtBot) -> None:
    start_quick_training(window, epochs=500)
    window.session.open_model("default")
    assert "stop the training" in window.banner.text
    window.session.trainings.run.stop()
    wait_idle(window, qtbot)
    assert window.session.model.network.card.name == "journal-8"


def test_a_model_that_arrives_after_training_began_is_dropped(window: MainWindow, qtbot: QtBot) -> None:
    window.session.open_model("default")
    start_quick_training(window)
    wait_idle(window, qtbot)
    assert window.session.model.network.card.name == "journal-8"


def test_a_network_that_cannot_be_kept_stays_open(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_quick_training(window)
    wait_idle(window, qtbot)
    network = window.session.model.network
    folder = window.settings.folder / "unsaved"
    shutil.rmtree(folder)
    folder.write_text("a file where the folder should be")
    start_quick_training(window)
    assert not window.session.trainings.run.is_active
    assert window.session.model.network is network
    assert window.session.model.is_dirty
    assert "cannot be" in window.banner.text

    questions: list[str] = []

    def cancel(box: QMessageBox) -> int:
        questions.append(box.informativeText())
        return QMessageBox.StandardButton.Cancel.value

    with monkeypatch.context() as patch:
        patch.setattr(QMessageBox, "exec", cancel)
        assert not window.close()
    assert "the network journal-8" in questions[0]
    assert "cannot be" in questions[0]
    assert window.isVisible()


def test_networks_replaced_within_a_second_are_all_kept(window: MainWindow) -> None:
    model = window.session.model
    for seed in range(4):
        model.take_weights(model.network.weights(), (0.0, 1.0))
        model.replace(build("journal-8", seed), name="journal-8")
    assert len(model.unsaved()) == 4


def test_what_was_learned_is_kept_while_training_goes_on(window: MainWindow, qtbot: QtBot) -> None:
    start_quick_training(window, epochs=500)
    qtbot.waitUntil(lambda: bool(window.session.model.unsaved()), timeout=30_000)
    assert load_network(window.session.model.unsaved()[0]).card.name == "journal-8"
    window.session.trainings.run.stop()
    wait_idle(window, qtbot)
    (kept,) = window.session.model.unsaved()
    qtbot.waitUntil(lambda: load_network(kept).card.provenance.get("reason") == "stopped", timeout=10_000)


def test_a_model_for_other_classes_answers_the_drawing_by_them(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, draw
) -> None:
    save_network(Network([Flatten(), Dense(5)]), tmp_path / "five.safetensors")
    draw(window.draw_page.canvas)
    window.session.open_model(str(tmp_path / "five.safetensors"))
    qtbot.waitUntil(lambda: window.session.model.network.classes == 5, timeout=10_000)
    assert window.findChild(QLabel, "predictedDigit").text() in set("01234")
    assert [name for name, _, _ in window.draw_page.answer.bars.shown()] == list("01234")
    assert window.banner.isHidden()


def test_a_stroke_cut_off_by_another_page_does_not_join_the_next(window: MainWindow) -> None:
    canvas, left = window.draw_page.canvas, Qt.MouseButton.LeftButton
    QTest.mousePress(canvas, left, pos=QPoint(50, 50))
    QTest.mouseMove(canvas, QPoint(60, 60))
    window.show_page("data")
    window.show_page("draw")
    QTest.mousePress(canvas, left, pos=QPoint(200, 200))
    QTest.mouseRelease(canvas, left, pos=QPoint(200, 200))
    assert [len(stroke.points) for stroke in window.session.drawing.strokes] == [2, 1]


def test_clearing_with_the_pen_down_takes_the_answer_back(window: MainWindow) -> None:
    canvas, left = window.draw_page.canvas, Qt.MouseButton.LeftButton
    QTest.mousePress(canvas, left, pos=QPoint(100, 50))
    QTest.mouseMove(canvas, QPoint(100, 200))
    QTest.keyClick(window, Qt.Key.Key_Delete)
    QTest.mouseRelease(canvas, left, pos=QPoint(100, 200))
    assert window.session.drawing.is_empty
    assert answer(window) == ""


def test_a_network_that_has_not_learned_says_so(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("train")
    window.train_page.form.arch.setCurrentText("journal-8")
    window.train_page.form.batch_size.setValue(4096)
    window.train_page.form.learning_rate.setValue(1e-6)
    window.train_page.form.epochs.setValue(1)
    window.train_page.train_button.click()
    wait_idle(window, qtbot)
    assert "has not learned much" in window.banner.text


def test_opened_data_is_open_again_at_the_next_start(
    make_window: Callable[[], MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    window = make_window()
    images, labels = window.session.data.dataset.images[:50], window.session.data.dataset.labels[:50]
    np.savez(tmp_path / "mine.npz", images=images, labels=labels)
    window.session.data.open(str(tmp_path / "mine.npz"), ask=False)
    qtbot.waitUntil(lambda: len(window.session.data.dataset) == 50, timeout=10_000)
    window.close()
    again = make_window()
    qtbot.waitUntil(lambda: len(again.session.data.dataset) == 50, timeout=10_000)
