"""The time machine on Inspect: a run as it was after each epoch, by slider, keys and sentences."""

from collections.abc import Callable

import numpy as np
import pytest
from helpers.event_loop import watch_event_loop
from helpers.runs import same_weights
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.pages.inspect.inspect_page import VIEWS
from digitgui.pages.inspect.time_view import TimeView
from digitgui.pages.train.train_page import TrainPage
from digitgui.widgets.plots.probability_plot import NAMED_FROM, ProbabilityPlot, name_places
from digitgui.work.training_worker import RunState
from model.data.splitting import SplitRule
from model.inspection.surgery import Part, Scale
from model.inspection.time_machine import confusion, some_of
from model.readers.sources import open_data
from model.runs.epoch_weights import EpochWeights, bound_of
from model.training.training import TrainingConfig

CONFIG = TrainingConfig(learning_rate=0.02, batch_size=16, epochs=4)


@pytest.fixture
def trainer(make_window: Callable[[], MainWindow]) -> MainWindow:
    window = make_window()
    window.session.data.dataset = open_data("bundled").limited(600)
    return window


def view_of(window: MainWindow) -> TimeView:
    """Go to the time machine."""
    window.show_page("inspect")
    page = window.inspect_page
    page.tabs.button([make for _, _, make in VIEWS].index(TimeView)).click()
    return page.findChild(TimeView)


def trained(window: MainWindow, qtbot: QtBot, config: TrainingConfig = CONFIG, keep: int = 200) -> str:
    window.session.trainings.start("journal-8", config, keep)
    qtbot.waitUntil(lambda: window.session.trainings.run.state is RunState.IDLE, timeout=60_000)
    return window.session.trainings.status.run


def settled(window: MainWindow, qtbot: QtBot, epochs: list[int]) -> TimeView:
    """Wait until everything about these epochs is known."""
    view, machine = view_of(window), window.session.time_machine

    def is_known() -> bool:
        answers, measured = machine.answers, machine.measured
        return bool(answers and measured and answers.epochs == epochs and measured.epochs == epochs)

    qtbot.waitUntil(is_known, timeout=60_000)
    return view


def kept_by(window: MainWindow, run: str) -> EpochWeights:
    return EpochWeights(window.session.trainings.store.epochs_folder(run))


def test_without_runs_it_says_what_will_appear_and_leads_there(trainer, qtbot) -> None:
    view = view_of(trainer)
    qtbot.waitUntil(lambda: "when it learned" in view._nothing.text())
    (button,) = [one for one in view.findChildren(type(view.play)) if one.objectName() == "trainForPast"]
    assert button.isVisible()
    assert not view.slider.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not view.isVisible()
    assert trainer.findChild(type(view.play), "trainButton").isVisible()


def test_the_slider_shows_what_each_epoch_answers_and_confuses(trainer, qtbot) -> None:
    run = trained(trainer, qtbot)
    view = settled(trainer, qtbot, [0, 1, 2, 3, 4])
    session = trainer.session
    session.inspection.choose_picture(7)
    picture = session.data.dataset.images[7:8]
    images, labels = some_of(*session.data.dataset.part("validation"))
    for epoch in (2, 0, 4):
        view.slider.setValue(epoch)
        network = kept_by(trainer, run).load(epoch)
        expected = network.predict_proba(picture)[0]
        qtbot.waitUntil(lambda expected=expected: np.array_equal(view.bars.probabilities, expected))
        np.testing.assert_array_equal(view.matrix._counts, confusion(network, images, labels))
        qtbot.waitUntil(lambda network=network: same_weights(session.inspection.network, network))
        assert view.where.text() == (f"epoch {epoch} of 4" if epoch else "before training")
    assert session.inspection.title == "journal-8 after epoch 4"
    assert not session.inspection.is_of_open_network


def test_it_works_by_keyboard(trainer, qtbot) -> None:
    trained(trainer, qtbot)
    view = settled(trainer, qtbot, [0, 1, 2, 3, 4])
    trainer.activateWindow()
    view.slider.setFocus()
    for key, epoch in ((Qt.Key.Key_Home, 0), (Qt.Key.Key_Right, 1), (Qt.Key.Key_End, 4), (Qt.Key.Key_Left, 3)):
        QTest.keyClick(view.slider, key)
        assert trainer.session.time_machine.epoch == epoch
    assert view.slider.accessibleName()
    assert view.slider.accessibleDescription() == "epoch 3 of 4"


def test_back_leads_to_the_open_network(trainer, qtbot) -> None:
    trained(trainer, qtbot)
    view, inspection = settled(trainer, qtbot, [0, 1, 2, 3, 4]), trainer.session.inspection
    assert not view.back.isEnabled()
    view.slider.setValue(1)
    qtbot.waitUntil(lambda: not inspection.is_of_open_network)
    qtbot.mouseClick(view.back, Qt.MouseButton.LeftButton)
    assert inspection.is_of_open_network
    assert not view.back.isEnabled()


def test_another_network_that_is_opened_ends_the_look_back(trainer, qtbot) -> None:
    trained(trainer, qtbot)
    view, session = settled(trainer, qtbot, [0, 1, 2, 3, 4]), trainer.session
    view.slider.setValue(1)
    qtbot.waitUntil(lambda: not session.inspection.is_of_open_network)
    session.model.replace(session.model.network.copy(), name="another")
    assert session.inspection.is_of_open_network


def test_play_goes_through_all_epochs_and_ends(trainer, qtbot, monkeypatch) -> None:
    monkeypatch.setattr("digitgui.pages.inspect.time_view.SLOWEST", 20)
    monkeypatch.setattr("digitgui.pages.inspect.time_view.FASTEST", 5)
    trained(trainer, qtbot)
    view, seen = settled(trainer, qtbot, [0, 1, 2, 3, 4]), []
    view.slider.valueChanged.connect(seen.append)
    qtbot.mouseClick(view.play, Qt.MouseButton.LeftButton)
    assert view.play.text() == "Pause"
    qtbot.waitUntil(lambda: view.play.text() == "Play")
    assert seen == [0, 1, 2, 3, 4]
    qtbot.mouseClick(view.play, Qt.MouseButton.LeftButton)
    trainer.show_page("train")
    assert view.play.text() == "Play"


def test_the_sentence_is_about_the_chosen_pair(trainer, qtbot) -> None:
    trained(trainer, qtbot)
    view = settled(trainer, qtbot, [0, 1, 2, 3, 4])
    qtbot.waitUntil(lambda: "4" in view.sentence.text())
    assert "validation part" in view._measured.text()
    view.first.choose("9")
    assert view.sentence.text() == "Choose two different digits."
    view.first.choose("0")
    assert "0" in view.sentence.text()


def test_new_epochs_of_a_training_appear_while_it_goes_on(trainer, qtbot) -> None:
    session = trainer.session
    view = view_of(trainer)
    session.trainings.start("journal-8", TrainingConfig(learning_rate=0.01, batch_size=8, epochs=1000))
    qtbot.waitUntil(lambda: view.slider.isVisible() and view.slider.maximum() >= 2, timeout=60_000)
    before = view.slider.maximum()
    qtbot.waitUntil(lambda: view.slider.maximum() > before, timeout=60_000)
    assert view.slider.value() == view.slider.maximum(), "it stays with the last one"
    view.slider.setValue(1)
    before = view.slider.maximum()
    qtbot.waitUntil(lambda: view.slider.maximum() > before, timeout=60_000)
    assert session.time_machine.epoch == session.time_machine.past.epochs[1], "it stays where it was put"
    session.trainings.run.stop()
    qtbot.waitUntil(lambda: session.trainings.run.state is RunState.IDLE, timeout=60_000)


def test_a_run_can_be_chosen_and_one_without_epochs_is_not_offered(trainer, qtbot) -> None:
    first, none_kept = trained(trainer, qtbot), trained(trainer, qtbot, keep=0)
    second = trained(trainer, qtbot, TrainingConfig(learning_rate=0.02, batch_size=16, epochs=2))
    view = settled(trainer, qtbot, [0, 1, 2])
    offered = [view.runs.itemData(row) for row in range(view.runs.count())]
    assert offered == [second, first]
    assert none_kept not in offered
    assert not trainer.session.trainings.store.epochs_folder(none_kept).exists()
    view.runs.choose(first)
    settled(trainer, qtbot, [0, 1, 2, 3, 4])
    assert trainer.session.time_machine.past.run == first
    assert view.runs.chosen == first


def test_the_train_page_sets_how_much_is_kept(trainer, qtbot, make_window) -> None:
    trainer.show_page("train")
    page, session = trainer.findChild(TrainPage), trainer.session
    page.form.show_config("journal-8", TrainingConfig(batch_size=32, epochs=1))
    assert "--keep-epochs" not in page.form.command("bundled", SplitRule())
    page.form.keep_epochs.setValue(0)
    assert page.form.keep_epochs.text() == "Off"
    assert "--keep-epochs 0 --out" in page.form.command("bundled", SplitRule())
    page.start()
    qtbot.waitUntil(lambda: session.trainings.run.state is RunState.IDLE, timeout=60_000)
    run = session.trainings.status.run
    assert bound_of(session.trainings.store.read(run).extra) == 0
    assert not session.trainings.store.epochs_folder(run).exists()
    assert make_window().findChild(TrainPage).form.keep_epochs.value() == 0, "it is remembered"


def test_training_again_keeps_as_much_as_the_run_did(trainer, qtbot) -> None:
    first, session = trained(trainer, qtbot, keep=0), trainer.session
    session.trainings.start_again(session.trainings.store.read(first))
    qtbot.waitUntil(lambda: session.trainings.run.state is RunState.IDLE, timeout=60_000)
    assert session.trainings.status.run != first
    assert bound_of(session.trainings.store.read(session.trainings.status.run).extra) == 0


def test_a_damaged_epoch_is_told_and_the_others_are_shown(trainer, qtbot) -> None:
    run = trained(trainer, qtbot)
    kept_by(trainer, run).file(2).write_bytes(b"no network")
    view = settled(trainer, qtbot, [0, 1, 3, 4])
    assert "Epoch 2 cannot be shown" in view._problem.text()
    assert view._problem.isVisible()
    assert view.slider.maximum() == 3
    assert kept_by(trainer, run).file(2).read_bytes() == b"no network"


def test_a_run_whose_epochs_are_all_damaged_is_told(trainer, qtbot) -> None:
    run = trained(trainer, qtbot)
    for epoch in range(5):
        kept_by(trainer, run).file(epoch).write_bytes(b"no network")
    view = view_of(trainer)
    qtbot.waitUntil(lambda: "cannot be shown" in view._nothing.text(), timeout=20_000)
    assert not view.slider.isVisible()


def test_epochs_of_another_network_are_told(trainer, qtbot) -> None:
    run = trained(trainer, qtbot)
    session = trainer.session
    session.trainings.start("journal-16", TrainingConfig(batch_size=32, epochs=1))
    qtbot.waitUntil(lambda: session.trainings.run.state is RunState.IDLE, timeout=60_000)
    other = kept_by(trainer, session.trainings.status.run).file(1)
    kept_by(trainer, run).file(3).write_bytes(other.read_bytes())
    session.time_machine.choose(run)
    view = settled(trainer, qtbot, [0, 1, 2, 4])
    assert "another network" in view._problem.text()


def test_data_without_validation_pictures_are_told(trainer, qtbot) -> None:
    trained(trainer, qtbot)
    session = trainer.session
    session.data.dataset = session.data.dataset.limited(3)
    assert not len(session.data.dataset.part("validation")[0])
    view = view_of(trainer)
    qtbot.waitUntil(lambda: "no validation pictures" in view._measured.text(), timeout=20_000)
    assert not view.matrix.isVisible()


def test_other_data_than_the_run_learned_from_are_named(trainer, qtbot) -> None:
    trained(trainer, qtbot)
    settled(trainer, qtbot, [0, 1, 2, 3, 4])
    trainer.session.data.dataset = open_data("bundled")
    trainer.session.data.changed.emit()
    view = view_of(trainer)
    told = ("The run learned from", "The data has changed since")
    qtbot.waitUntil(lambda: any(words in view._measured.text() for words in told), timeout=60_000)


def test_moving_the_slider_holds_nothing_up(trainer, qtbot) -> None:
    trained(trainer, qtbot)
    view = settled(trainer, qtbot, [0, 1, 2, 3, 4])
    qtbot.wait(200)
    with watch_event_loop() as lateness:
        for place in [0, 1, 2, 3, 4, 3, 2, 1, 0] * 5:
            view.slider.setValue(place)
            qtbot.wait(10)
    assert lateness.worst < 200, "on a slow machine; about 20 ms on a quiet one"


@pytest.mark.parametrize("height", [130, 200, 400])
def test_a_digit_above_a_sure_answer_is_not_cut_off(qtbot, height) -> None:
    plot = ProbabilityPlot()
    qtbot.addWidget(plot)
    plot.resize(400, height)
    rows = np.zeros((3, 10), np.float32)
    rows[:, 4] = 1
    plot.show_answers([0, 1, 2], rows)
    with qtbot.waitExposed(plot):
        plot.show()
    name = plot._names[4]
    top = name.mapRectToScene(name.boundingRect()).top()
    assert top >= plot.getPlotItem().getViewBox().sceneBoundingRect().top() - 0.5


def test_runs_have_their_names_after_a_restart(trainer, qtbot, make_window) -> None:
    run = trained(trainer, qtbot)
    trainer.close()
    window = make_window()
    assert not window.session.runs.has_read
    view = view_of(window)
    qtbot.waitUntil(lambda: view.runs.currentText().startswith("journal-8, 0.02"), timeout=20_000)
    assert view.runs.chosen == run


def test_digits_stand_apart_at_the_highest_points_of_their_curves() -> None:
    rows = np.zeros((5, 10), np.float32)
    rows[:, 7] = [0.2, 0.5, 0.9, 0.99, 1.0]
    rows[:, 2] = [0.3, 0.4, 0.1, 0.0, 0.0]
    rows[:, 5] = [0.31, 0.1, 0.0, 0.0, 0.0]
    rows[:, 1] = NAMED_FROM - 0.01
    assert name_places([0, 1, 2, 4, 8], rows) == {
        7: (8, 1.0),
        2: (1, pytest.approx(0.4)),
        5: (0, pytest.approx(0.31)),
    }
    crowded = np.zeros((1, 10), np.float32)
    crowded[0, :3] = [0.5, 0.45, 0.2]
    assert name_places([3], crowded) == {0: (3, 0.5), 2: (3, pytest.approx(0.2))}
    assert name_places([], crowded[:0]) == {}


def test_new_epochs_leave_alone_what_has_been_changed_of_one(trainer, qtbot) -> None:
    session = trainer.session
    view = view_of(trainer)
    session.trainings.start("journal-8", TrainingConfig(learning_rate=0.01, batch_size=8, epochs=1000))
    qtbot.waitUntil(lambda: view.slider.isVisible() and view.slider.maximum() >= 2, timeout=60_000)
    view.slider.setValue(1)
    qtbot.waitUntil(lambda: not session.inspection.is_of_open_network, timeout=20_000)
    session.operating.operate(Scale(Part("conv1", 0), 0))
    title, before = session.inspection.title, view.slider.maximum()
    qtbot.waitUntil(lambda: view.slider.maximum() > before + 1, timeout=60_000)
    assert session.inspection.title == title
    assert session.operating.count == 1
    session.trainings.run.stop()
    qtbot.waitUntil(lambda: session.trainings.run.state is RunState.IDLE, timeout=60_000)
    session.model.replace(session.model.network.copy(), name="another")
    assert session.operating.count == 1
    assert not session.time_machine.is_looking
