"""Surgery in the window: on a copy that the whole page looks at, measured, undone, and kept."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.cut_off import assert_nothing_is_cut_off
from helpers.model_files import LENET
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from digitgui.documents import operating
from digitgui.frame.main_window import MainWindow
from digitgui.pages.inspect.inspect_page import InspectPage
from digitgui.pages.inspect.other_network_line import OtherNetworkLine
from digitgui.pages.inspect.step_view import StepView
from digitgui.pages.inspect.surgery_view import SurgeryView
from model import Network, build, load_network
from model.inspection.surgery import AddNoise, Part, Scale
from model.inspection.trace import Unit
from model.judging.ensemble import Ensemble
from model.readers.sources import BUNDLED

NUMBER = 7


@pytest.fixture
def view(few: MainWindow, qtbot: QtBot) -> SurgeryView:
    """Look at a picture of the data."""
    view = few.inspect_page.findChild(SurgeryView)
    few.show_page("inspect")
    page = few.inspect_page
    page.tabs.button([page.stack.widget(tab) for tab in range(page.stack.count())].index(view)).click()
    page.sources.button(1).click()
    page.number.setValue(NUMBER + 1)
    settle(few, qtbot)
    return view


def settle(window: MainWindow, qtbot: QtBot) -> None:
    """Wait until nothing is computed any more."""
    calm = 0

    def is_calm() -> bool:
        nonlocal calm
        calm = 0 if any(one.is_under_way for one in window.session.activity._all) else calm + 1
        return calm > 3

    qtbot.waitUntil(is_calm, timeout=30_000)


def texts(part: QWidget) -> str:
    return " ".join(text.text() for text in part.findChildren(QLabel) if text.isVisible())


def press(part: QWidget) -> None:
    QTest.mouseClick(part, Qt.MouseButton.LeftButton)


def same(one: Network, other: Network) -> bool:
    ours, theirs = one.weights(), other.weights()
    return ours.keys() == theirs.keys() and all(ours[name].tobytes() == theirs[name].tobytes() for name in ours)


@pytest.mark.parametrize(("source", "is_known"), [(BUNDLED, True), ("/tmp/mine.npz", False)])
def test_pictures_that_the_shipped_network_knows_are_told(
    view: SurgeryView, few: MainWindow, qtbot: QtBot, source: str, is_known: bool
) -> None:
    few.session.data.dataset = replace(few.session.data.dataset, source=source)
    press(view.apply)
    settle(few, qtbot)
    assert "before," in texts(view)
    assert ("The default network learned from these" in texts(view)) == is_known


def test_a_map_is_switched_off_on_a_copy_and_all_is_told(view: SurgeryView, few: MainWindow, qtbot: QtBot) -> None:
    session, before = few.session, few.session.model.network.copy()
    assert "Nothing is changed yet" in texts(view)
    assert not view.undo.isEnabled()
    assert not view.keep.isEnabled()
    view.layer.choose("conv2")
    view.number.setValue(3)
    press(view.apply)
    settle(few, qtbot)
    inspection = session.inspection
    assert same(session.model.network, before)
    assert inspection.title == "default, changed"
    assert not inspection.is_of_open_network
    assert not inspection.trace["conv2.output"][3].any()
    assert inspection.trace["conv2.output"][4].any()
    told = texts(view)
    assert "1. conv2, map 3: switched off" in told
    images, labels = session.data.dataset.part("validation")
    for network, word in ((before, "before"), (inspection.network, "after")):
        right = float((network.predict_proba(images).argmax(axis=1) == labels).mean())
        assert f"{100 * right:.1f} % {word}" in told
        answer = network.predict_proba(session.data.dataset.images[NUMBER][np.newaxis])[0]
        assert f"{answer.argmax()} ({100 * answer.max():.1f} %) {word}" in told
    assert f"on {len(images)} validation pictures" in told


def test_operations_are_undone_one_by_one(view: SurgeryView, few: MainWindow, qtbot: QtBot) -> None:
    session, states = few.session, [few.session.model.network.copy()]
    for deed in ("times", "vertical edges", "random", "reset"):
        view.layer.choose("conv2")
        view.deed.choose(deed)
        assert view.factor.isVisible() == (deed == "times")
        press(view.apply)
        states.append(session.inspection.network.copy())
    for deed in ("prune", "noise"):
        view.deed_to_all.choose(deed)
        press(view.apply_to_all)
        states.append(session.inspection.network.copy())
    assert session.operating.count == 6
    assert "6. All layers: noise added, 50 % of the deviation" in texts(view)
    while session.operating.count:
        assert same(session.inspection.network, states.pop())
        press(view.undo)
    assert same(session.inspection.network, states.pop())
    assert session.inspection.is_of_open_network
    assert "Nothing is changed yet" in texts(view)
    press(view.apply)
    press(view.apply)
    press(view.undo_all)
    assert session.inspection.is_of_open_network
    settle(few, qtbot)


def test_the_choice_follows_the_pinned_number(view: SurgeryView, few: MainWindow) -> None:
    pin = few.session.inspection.pin
    pin(Unit("pool1", (9, 3, 3)))
    assert (view.layer.chosen, view.number.value(), view.number.maximum()) == ("conv1", 9, 15)
    assert view.deed.findData("blur") >= 0
    pin(Unit("relu3", (100,)))
    assert (view.layer.chosen, view.number.value(), view.number.maximum()) == ("dense1", 100, 127)
    assert view.deed.findData("blur") == -1
    assert view.deed.findData("random") >= 0
    pin(Unit("input", (0, 3, 3)))
    assert view.layer.chosen == "dense1"
    few.session.inspection.look_at(build("journal-8"), "small")
    assert [view.layer.itemData(row) for row in range(view.layer.count())] == ["conv1", "dense1"]


def test_all_is_done_by_keyboard(view: SurgeryView, few: MainWindow) -> None:
    view.layer.setFocus(Qt.FocusReason.TabFocusReason)
    reached = [few.focusWidget()]
    for _ in range(8):
        QTest.keyClick(few.focusWidget(), Qt.Key.Key_Tab)
        reached.append(few.focusWidget())
    for part in (view.layer, view.number, view.deed, view.apply, view.deed_to_all, view.share, view.apply_to_all):
        assert part in reached
        assert part.accessibleName() or part.text()
    view.apply.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(view.apply, Qt.Key.Key_Space)
    assert few.session.operating.count == 1
    view.undo.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(view.undo, Qt.Key.Key_Space)
    assert few.session.operating.count == 0


def test_a_changed_copy_is_kept_and_that_is_undone(view: SurgeryView, few: MainWindow, qtbot: QtBot) -> None:
    session = few.session
    open_network = session.model.network
    session.inspection.pin(Unit("conv1", (0, 3, 3)))
    press(view.apply)
    changed = session.inspection.network.copy()
    press(view.keep)
    assert same(session.model.network, changed)
    assert (session.model.name, session.model.is_dirty) == ("default, changed", True)
    (done,) = session.model.network.card.provenance["surgery"]
    assert (done["from"], done["operations"]) == ("default", ["conv1, map 0: switched off"])
    assert "report" not in session.model.network.card.provenance
    assert session.inspection.is_of_open_network
    assert session.operating.count == 0
    assert "Now using default, changed" in few.banner.text
    QTest.keyClick(few, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.model.network is open_network
    assert session.model.name == "default"
    QTest.keyClick(few, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert same(session.model.network, changed)
    settle(few, qtbot)


def test_where_another_network_is_looked_at_the_operations_are_gone(
    view: SurgeryView, few: MainWindow, qtbot: QtBot
) -> None:
    session = few.session
    press(view.apply)
    earlier = build("lenet", seed=3)
    session.inspection.look_at(earlier, "epoch 3")
    assert session.operating.count == 0
    assert "Nothing is changed yet" in texts(view)
    press(view.apply)
    assert session.inspection.title == "epoch 3, changed"
    press(view.undo)
    assert session.inspection.network is earlier
    assert session.inspection.title == "epoch 3"
    settle(few, qtbot)


def test_the_first_accuracy_is_measured_once(
    view: SurgeryView, few: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int | None] = []
    accuracy = operating._accuracy
    monkeypatch.setattr(operating, "_accuracy", lambda *of: asked.append(of[4]) or accuracy(*of))
    press(view.apply)
    settle(few, qtbot)
    before = few.session.operating.accuracy.before
    press(view.apply)
    settle(few, qtbot)
    assert asked == [None, before]


def test_a_slow_network_is_measured_on_fewer_pictures() -> None:
    images, labels = np.zeros((3000, 28, 28), np.uint8), np.zeros(3000, np.uint8)
    counts = {name: len(operating._measured_on(build(name), images, labels)[0]) for name in ("lenet", "deep")}
    assert counts["lenet"] == 1000
    assert 200 < counts["deep"] < 1000


def test_an_ensemble_is_looked_into_but_not_replaced(view: SurgeryView, few: MainWindow, qtbot: QtBot) -> None:
    few.session.model.replace(Ensemble([load_network(LENET), load_network(LENET)]), name="both")
    press(view.apply)
    settle(few, qtbot)
    assert few.session.operating.count == 1
    assert not view.keep.isEnabled()
    assert "an ensemble" in texts(view)


def test_what_does_not_fit_is_told(few: MainWindow) -> None:
    few.session.operating.operate(Scale(Part("conv9", 0), 0))
    assert "no map or unit 0 of conv9" in few.banner.text
    few.session.operating.operate(AddNoise(-1))
    assert few.session.operating.count == 0
    assert few.session.inspection.is_of_open_network


@pytest.mark.parametrize("steps", [0, 2, 10])
def test_nothing_is_cut_off_in_the_smallest_window(
    view: SurgeryView, few: MainWindow, qtbot: QtBot, steps: int
) -> None:
    few.resize(1024, 640)
    few.themes.enlarge_text(steps)
    qtbot.waitUntil(lambda: assert_nothing_is_cut_off(few))
    view.deed.choose("times")
    for _ in range(5):
        press(view.apply)
        press(view.apply_to_all)
    settle(few, qtbot)
    qtbot.waitUntil(lambda: assert_nothing_is_cut_off(few))


def test_a_copy_waits_below_one_that_was_made_of_it(view: SurgeryView, few: MainWindow, qtbot: QtBot) -> None:
    session, page = few.session, few.findChild(InspectPage)
    press(view.apply)
    changed = session.inspection.network.copy()
    settle(few, qtbot)
    session.stepping.step()
    settle(few, qtbot)
    assert session.inspection.title == "default, changed after 1 step"
    assert session.operating.count == 1
    for refused in (view.apply, view.undo, view.undo_all, view.keep):  # else a step would be gone without a word
        with qtbot.waitSignal(session.operating.failed) as told:
            press(refused)
        assert "Keep or discard default, changed after 1 step first" in told.args[0]
    assert session.stepping.steps == 1
    page.findChild(OtherNetworkLine).decide.click()
    assert page.stack.currentWidget() is page.findChild(StepView)
    session.stepping.discard()
    settle(few, qtbot)
    assert session.inspection.title == "default, changed"
    assert same(session.inspection.network, changed)
    assert session.operating.count == 1
    press(view.undo)
    assert session.inspection.is_of_open_network
    settle(few, qtbot)


def test_steps_wait_below_operations_that_were_made_of_them(
    view: SurgeryView, few: MainWindow, qtbot: QtBot
) -> None:
    session = few.session
    session.stepping.step()
    settle(few, qtbot)
    press(view.apply)
    settle(few, qtbot)
    assert session.stepping.steps == 1
    session.stepping.step()
    assert "Keep or discard default after 1 step, changed first" in few.banner.text
    press(view.undo)
    assert session.inspection.title == "default after 1 step"
    session.stepping.take_back()
    assert session.inspection.is_of_open_network
    settle(few, qtbot)
