"""Steps on a copy: the film in the window, take back, keep, discard, and the open network left alone."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitgui.documents import stepping as stepping_module
from digitgui.drawings.example import example
from digitgui.frame.main_window import MainWindow
from digitgui.looks.theme import DARK, LIGHT
from digitgui.pages.inspect.gradient_check_view import GradientCheckView, told
from digitgui.pages.inspect.step_view import StepView
from digitgui.session import Session
from digitgui.settings import Settings
from model.inspection.gradient_check import CheckedLayer
from model.inspection.surgery import Part, Scale
from model.inspection.training_step import Epoch, Moment, Recipe, TrainingStep, take_step
from model.network.network import Network

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def session(settings: Settings, qtbot: QtBot) -> Iterator[Session]:
    session = Session(settings)
    session.inspection.show_drawing(example()[1].centred)
    session.inspection.choose_label(9)
    yield session
    session.keep_everything()
    session.end_threads()


@pytest.fixture
def view(session: Session, qtbot: QtBot) -> StepView:
    return shown(StepView(session), qtbot)


def shown(view, qtbot: QtBot):
    frame = QWidget()
    view.setParent(frame)
    for part in (view, frame):
        part.resize(606, 380)
    qtbot.addWidget(frame)
    frame.show()
    view.frame_around = frame
    return view


def press(view: StepView, qtbot: QtBot, button, steps: int) -> None:
    QTest.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: view.stepping.steps == steps and not view.stepping.is_under_way, timeout=60_000)


def weights_of(network) -> dict[str, np.ndarray]:
    assert isinstance(network, Network)
    return network.weights()


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return all(np.array_equal(one[name], other[name]) for name in one)


def test_a_step_is_that_of_the_model_on_a_copy(view: StepView, session: Session, qtbot: QtBot) -> None:
    before = weights_of(session.model.network)
    moment = Moment(session.model.network.copy(), Recipe("sgd", 0.01))
    expected = take_step(moment, example()[1].centred[np.newaxis], np.array([9]))
    press(view, qtbot, view.step, 1)
    assert same(weights_of(session.model.network), before)
    assert same(weights_of(session.inspection.network), weights_of(expected.after.network))
    assert session.inspection.title == "default after 1 step"
    assert f"{expected.loss_before:.4f} → {expected.loss_after:.4f}" in view.loss.text()
    assert not session.model.is_dirty


def test_the_film_is_gone_through_by_buttons_keys_and_by_itself(view: StepView, qtbot: QtBot) -> None:
    assert view.frame.title.text() == "No step yet"
    view._inspection.request()
    qtbot.waitUntil(lambda: view._inspection.is_current)
    assert view.loss.text() == f"Loss: {view._inspection.trace.loss:.4f}"
    assert not view.film.play_button.isEnabled()
    press(view, qtbot, view.step, 1)
    titles = [frame.title for frame in view._frames]
    assert view.frame.title.text() == titles[0] == "The loss"
    QTest.mouseClick(view.film.next_button, LEFT)
    assert view.frame.title.text() == "p - y"
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.frame.title.text() == titles[2]
    assert view.frame.sentence.text() == view._frames[2].sentence
    QTest.keyClick(view, Qt.Key.Key_Left)
    QTest.keyClick(view.film.position, Qt.Key.Key_End)
    assert view.frame.title.text() == titles[-1] == "The loss again"
    assert not view.film.next_button.isEnabled()
    view.film.speed.choose("667")
    view.film._timer.setInterval(5)
    QTest.mouseClick(view.film.play_button, LEFT)  # from the beginning again
    assert view.film.play_button.text() == "Pause"
    qtbot.waitUntil(lambda: view.film.position.value() > 2, timeout=5000)
    QTest.mouseClick(view.film.play_button, LEFT)
    assert view.film.play_button.text() == "Play"
    at = view.film.position.value()
    QTest.qWait(50)
    assert view.film.position.value() == at
    QTest.mouseClick(view.film.play_button, LEFT)
    qtbot.waitUntil(lambda: not view.film.is_playing, timeout=10_000)
    assert view.frame.title.text() == "The loss again"


def test_every_frame_shows_its_content(view: StepView, qtbot: QtBot) -> None:
    press(view, qtbot, view.step, 1)
    seen = set()
    for theme in (LIGHT, DARK):
        for part in (view.frame.maps, view.frame.bars, view.frame.table):
            part.set_theme(theme)
        for number, frame in enumerate(view._frames):
            view.film.position.setValue(number)
            current = view.frame.stack.currentWidget()
            assert not view.frame.grab().isNull()
            seen.add(type(current).__name__)
            if frame.maps:
                assert current is view.frame.maps
                assert all(title in current.accessibleDescription() for title, _ in frame.maps)
            if frame.table:
                assert current.item(0, 0).text() == frame.table[1][0]
    assert seen == {"SignedMaps", "SignedBars", "ScrollColumn", "TextTable"}


def test_optimiser_and_rate_are_those_of_the_next_step(view: StepView, session: Session, qtbot: QtBot) -> None:
    view.optimizer.choose("adam")
    assert view.rate.value() == 0.001
    view.rate.setValue(0.002)
    press(view, qtbot, view.step, 1)
    assert view.stepping.moment is not None
    assert view.stepping.moment.recipe == Recipe("adam", 0.002)
    assert "mean.0" in view.stepping.moment.memory


def test_take_back_goes_to_exactly_where_it_was(view: StepView, session: Session, qtbot: QtBot) -> None:
    view.optimizer.choose("momentum")
    press(view, qtbot, view.step, 1)
    after_one = view.stepping.moment
    press(view, qtbot, view.batch, 2)
    assert "Loss of 32" in view.loss.text()
    after_two = view.stepping.moment
    QTest.mouseClick(view.take_back, LEFT)
    assert view.stepping.moment is after_one
    assert session.inspection.title == "default after 1 step"
    assert view.frame.title.text() == "Taken back"
    assert view.loss.text() == ""
    press(view, qtbot, view.batch, 2)  # the same pictures, and the same velocities: the same bits
    assert same(weights_of(view.stepping.moment.network), weights_of(after_two.network))
    assert same(view.stepping.moment.memory, after_two.memory)
    QTest.mouseClick(view.take_back, LEFT)
    QTest.mouseClick(view.take_back, LEFT)
    assert session.inspection.is_of_open_network
    assert view.frame.title.text() == "No step yet"
    assert not view.take_back.isEnabled()
    assert not view.keep.isEnabled()


def test_only_so_many_steps_can_be_taken_back(
    view: StepView, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stepping_module, "MOST_KEPT", 2)
    for steps in (1, 2, 3):
        press(view, qtbot, view.step, steps)
    QTest.mouseClick(view.take_back, LEFT)
    QTest.mouseClick(view.take_back, LEFT)
    assert view.stepping.steps == 1
    assert not view.take_back.isEnabled()
    QTest.mouseClick(view.discard, LEFT)
    assert session.inspection.is_of_open_network


def test_keep_puts_the_copy_in_the_place_of_the_open_network_and_can_be_undone(
    view: StepView, session: Session, qtbot: QtBot
) -> None:
    before = session.model.network
    told = []
    session.stepping.kept.connect(told.append)
    press(view, qtbot, view.step, 1)
    press(view, qtbot, view.step, 2)
    trained = weights_of(view.stepping.moment.network)
    QTest.mouseClick(view.keep, LEFT)
    assert same(weights_of(session.model.network), trained)
    assert session.model.name == "default after 2 steps"
    assert session.model.is_dirty
    assert told == ["Now using default after 2 steps."]
    assert session.inspection.is_of_open_network
    assert view.stepping.steps == 0
    provenance = session.model.network.card.provenance
    assert provenance["stepped"][0]["steps"] == 2
    assert "report" not in provenance
    assert session.undo_stack.undoText() == "keeping the trained copy"
    session.undo_stack.undo()
    assert session.model.network is before
    assert session.model.name == "default"
    session.undo_stack.redo()
    assert same(weights_of(session.model.network), trained)


def test_nothing_is_kept_while_a_training_writes_into_the_open_network(
    view: StepView, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(view, qtbot, view.step, 1)
    monkeypatch.setattr(session.turns, "_is_going", dict.fromkeys(session.turns._is_going, lambda: True))
    before = session.model.network
    failed = []
    session.failed.connect(failed.append)
    QTest.mouseClick(view.keep, LEFT)
    assert session.model.network is before
    assert view.stepping.steps == 1
    assert failed == ["A network is being trained: stop the training before you keep the changed network."]


def test_an_epoch_runs_in_the_background_and_can_be_cancelled(
    view: StepView, session: Session, qtbot: QtBot
) -> None:
    press(view, qtbot, view.step, 1)
    moment, film = view.stepping.moment, view.stepping.told
    QTest.mouseClick(view.epoch, LEFT)
    assert view.stepping.is_under_way
    assert not view.step.isEnabled()
    qtbot.waitUntil(lambda: (view.stepping.share or 0) > 0, timeout=30_000)
    QTest.mouseClick(view._cancel, LEFT)
    assert not view.stepping.is_under_way
    assert view.stepping.moment is moment
    assert view.stepping.told is film
    assert view.step.isEnabled()


def test_an_epoch_goes_through_the_training_part(few: MainWindow, qtbot: QtBot) -> None:
    few.show_page("inspect")
    page, view = few.inspect_page, few.findChild(StepView)
    QTest.mouseClick(page.tabs.button(page.stack.indexOf(view)), LEFT)
    assert view.isVisible()
    count = len(few.session.data.dataset.split.train)
    press(view, qtbot, view.epoch, -(-count // 32))
    assert isinstance(view.stepping.told, Epoch)
    assert view.stepping.told.count == count
    assert view.frame.title.text() == "One epoch"
    press(view, qtbot, view.step, view.stepping.steps + 1)
    assert isinstance(view.stepping.told, TrainingStep)


def test_another_network_in_the_place_of_the_copy_ends_it(view: StepView, session: Session, qtbot: QtBot) -> None:
    press(view, qtbot, view.step, 1)
    session.inspection.look_at(session.model.network.copy(), "epoch 3")
    assert view.stepping.steps == 0
    press(view, qtbot, view.step, 1)
    assert session.inspection.title == "epoch 3 after 1 step"
    QTest.mouseClick(view.discard, LEFT)
    assert session.inspection.title == "epoch 3"


def test_a_step_that_is_being_taken_does_not_end_what_was_begun_meanwhile(
    view: StepView, session: Session, qtbot: QtBot
) -> None:
    QTest.mouseClick(view.epoch, LEFT)
    assert view.stepping.is_under_way
    session.operating.operate(Scale(Part("conv1", 0), 0))
    assert not view.stepping.is_under_way
    assert view.stepping.steps == 0
    assert session.operating.count == 1
    assert session.inspection.title == "default, changed"


def test_what_is_no_longer_a_number_cannot_be_kept(view: StepView, qtbot: QtBot) -> None:
    view.stepping.choose(Recipe("sgd", 1e30))
    press(view, qtbot, view.step, 1)
    assert not np.isfinite(view.stepping.told.loss_after)
    assert not view.keep.isEnabled()
    for number in range(len(view._frames)):
        view.film.position.setValue(number)
        view.frame.grab()
    assert "learning rate is too high" in view.frame.sentence.text()


# the check of the gradients


def test_the_check_fills_its_table(session: Session, qtbot: QtBot) -> None:
    view = shown(GradientCheckView(session), qtbot)
    QTest.mouseClick(view.start, LEFT)
    qtbot.waitUntil(lambda: view.checking.answer is not None, timeout=60_000)
    network = session.inspection.network
    names = [view.table.item(row, 0).text() for row in range(view.table.rowCount())]
    assert names == network.layer_names
    assert {view.table.item(row, 5).text() for row in range(view.table.rowCount())} == {"passes"}
    assert "default: All gradients are right" in view.verdict.text()
    session.inspection.choose_label(3)
    assert "have changed since" in view.verdict.text()
    QTest.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("Layer\tParameters")


def test_a_wrong_layer_is_named() -> None:
    rows = (CheckedLayer("conv1", 10, 8, 0, 0.5), CheckedLayer("relu1", 0, 8, 8, float("nan")))
    text, tone = told(rows)
    assert "Look at conv1 first" in text
    assert tone == "warning"


@pytest.mark.parametrize("kind", [StepView, GradientCheckView])
def test_it_fits_a_small_window_and_every_control_has_a_name(session: Session, qtbot: QtBot, kind) -> None:
    view = shown(kind(session), qtbot)
    least = view.minimumSizeHint()
    assert least.width() <= 400
    assert least.height() <= 360
    for control in view.findChildren(QWidget):
        if control.focusPolicy() != Qt.FocusPolicy.NoFocus and type(control).__name__ in (
            "ChoiceBox",
            "RealField",
            "QSlider",
            "TextTable",
        ):
            assert control.accessibleName(), control


def test_a_check_is_told_under_the_name_of_what_was_checked(session: Session, qtbot: QtBot) -> None:
    view = shown(GradientCheckView(session), qtbot)
    QTest.mouseClick(view.start, LEFT)
    qtbot.waitUntil(lambda: view.checking.answer is not None, timeout=60_000)
    session.inspection.look_at(session.model.network.copy(), "epoch 3")
    QTest.mouseClick(view.start, LEFT)
    QTest.mouseClick(view.cancel, LEFT)
    assert view.verdict.text().startswith("default: All gradients are right")
    assert "have changed since" in view.verdict.text()


def test_the_focus_stays_in_the_view_when_what_had_it_cannot_be_used(view: StepView, qtbot: QtBot) -> None:
    view.frame_around.activateWindow()
    view.step.setFocus()
    press(view, qtbot, view.step, 1)
    qtbot.waitUntil(view.step.hasFocus)
    view.take_back.setFocus()
    QTest.keyClick(view.take_back, Qt.Key.Key_Space)
    assert not view.take_back.isEnabled()
    assert view.step.hasFocus()


def test_after_a_check_the_focus_is_on_its_button_which_stays_where_it_is(session: Session, qtbot: QtBot) -> None:
    view = shown(GradientCheckView(session), qtbot)
    view.frame_around.activateWindow()
    view.start.setFocus()
    where = view.start.pos()
    QTest.keyClick(view.start, Qt.Key.Key_Space)
    qtbot.waitUntil(view.cancel.hasFocus)
    qtbot.waitUntil(lambda: view.checking.answer is not None, timeout=60_000)
    qtbot.waitUntil(view.start.hasFocus)
    qtbot.wait(20)
    assert view.start.pos() == where
    assert where.y() < 100


def test_a_step_moves_nothing_below(view: StepView, qtbot: QtBot) -> None:
    before = view.film.pos()
    QTest.mouseClick(view.step, LEFT)
    qtbot.wait(5)
    assert view.film.pos() == before
    qtbot.waitUntil(lambda: view.stepping.steps == 1 and not view.stepping.is_under_way, timeout=60_000)
    qtbot.wait(20)
    assert view.film.pos() == before
