"""The line of state tells truly what is going on."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.frame.page_list import PAGES
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import PATIENCE_SECONDS, Activity, Computation
from model.training.training_config import TrainingConfig


@pytest.fixture
def quiet(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Wait until nothing is under way that the start of the program brings."""
    qtbot.waitUntil(lambda: not any(one.is_under_way for one in window.session.activity._all), timeout=20_000)
    return window


def begin(activity: Activity, title: str, go_on: threading.Event, **options: bool) -> Computation[None]:
    def work(on_progress: Callable[[float], None]) -> None:
        on_progress(0.4)
        go_on.wait(10)

    computation = Computation[None](title, InThread(BackgroundTasks(activity)), activity, tells=True, **options)
    computation.ask(work)
    return computation


def test_what_is_computed_is_named_with_its_share_and_the_time_left(quiet: MainWindow, qtbot: QtBot) -> None:
    line, go_on = quiet.state_line, threading.Event()
    assert line._epoch.text() == "Idle"
    first = begin(quiet.session.activity, "Teaching <your> hand", go_on)
    qtbot.waitUntil(lambda: line._busy.text().startswith("Teaching &lt;your&gt; hand 40 %, "))
    assert line._busy.text().endswith(" left")
    assert line._epoch.text() == ""
    second = begin(quiet.session.activity, "Evaluating", go_on)
    qtbot.waitUntil(lambda: line._busy.text().endswith(", +1 more"))
    assert [words.split(",")[0] for words in line._busy.toolTip().split("\n")] == [
        "Teaching <your> hand 40 %",
        "Evaluating 40 %",
    ]
    first.cancel()
    assert line._busy.text().startswith("Evaluating 40 %")
    go_on.set()
    qtbot.waitUntil(lambda: not second.is_under_way)
    qtbot.waitUntil(lambda: line._epoch.text() == "Idle")
    assert line._busy.text() == ""


def test_what_takes_only_a_moment_does_not_flicker(quiet: MainWindow, qtbot: QtBot) -> None:
    texts: list[str] = []
    activity = quiet.session.activity
    activity.changed.connect(lambda: texts.append(quiet.state_line._busy.text()))
    for _ in range(3):
        go_on = threading.Event()
        go_on.set()
        quick = begin(activity, "A moment", go_on)
        qtbot.waitUntil(lambda one=quick: not one.is_under_way)
    qtbot.wait(round(2500 * PATIENCE_SECONDS))
    assert texts == []
    assert quiet.state_line._epoch.text() == "Idle"


def test_every_computation_has_a_title_and_an_end_where_a_person_began_it(window: MainWindow) -> None:
    session = window.session
    for page in PAGES:  # some have computations of their own, and wait until they are shown
        window.show_page(page.name)
    titles = {one.title: one.can_cancel for one in session.activity._all}
    for title in ("Teaching your handwriting", "Measuring robustness", "Checking labels", "Evaluating"):
        assert titles[title]
    for title in ("Asking the network", "Laying out the map"):
        assert titles[title]
    assert not titles["Reading the runs"]
    session.second.ask("default")
    assert "Comparing with default" in {one.title for one in session.activity._all if one.is_under_way}
    session.evaluation.request()
    listed = [one for one in session.activity._all if one.is_under_way and one.can_cancel]
    for one in listed:
        one.cancel()
    assert not session.evaluation.is_busy
    assert session.second.name == ""


def hold_up(tasks: BackgroundTasks) -> threading.Event:
    go_on = threading.Event()
    tasks.start(lambda: go_on.wait(10), lambda _done: None, lambda _error: None)
    return go_on


def test_what_a_person_may_end_is_ended_by_a_click_or_a_key(quiet: MainWindow, qtbot: QtBot) -> None:
    activity, go_on = quiet.session.activity, threading.Event()
    cancel, height = quiet.findChild(QPushButton, "cancelWorkButton"), quiet.statusBar().height()
    assert not cancel.isVisible()
    steady = begin(activity, "Reading the runs", go_on)
    qtbot.waitUntil(lambda: activity.under_way == [steady])
    first, second = (begin(activity, title, go_on, can_cancel=True) for title in ("Evaluating", "Teaching"))
    qtbot.waitUntil(cancel.isVisible)
    assert cancel.accessibleName() == cancel.toolTip() == "Cancel: Evaluating"
    assert quiet.statusBar().height() == height
    qtbot.waitUntil(lambda: len(activity.under_way) == 3)
    QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert (first.is_under_way, second.is_under_way) == (False, True)
    qtbot.waitUntil(lambda: cancel.accessibleName() == "Cancel: Teaching")
    assert cancel.focusPolicy() & Qt.FocusPolicy.TabFocus
    cancel.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(cancel, Qt.Key.Key_Space)
    assert not second.is_under_way
    assert steady.is_under_way
    qtbot.waitUntil(lambda: not cancel.isVisible())
    go_on.set()
    qtbot.waitUntil(lambda: not steady.is_under_way)


def test_what_is_ended_there_does_not_begin_again(few: MainWindow, qtbot: QtBot) -> None:
    session, cancel = few.session, few.findChild(QPushButton, "cancelWorkButton")
    few.show_page("evaluate")
    go_on = hold_up(session.activity.tasks)
    session.evaluation.request()
    session.model.replace(session.model.network.copy(), name="a twin")
    session.evaluation.request()
    qtbot.waitUntil(lambda: cancel.accessibleName() == "Cancel: Asking the network")
    QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)
    go_on.set()
    session.activity.tasks.finish()
    qtbot.wait(50)
    assert not session.answers.is_under_way
    assert not session.evaluation.is_busy
    assert session.answers.probabilities is None


@pytest.mark.parametrize("what", ["network", "picture", "run"])
def test_what_a_file_brings_is_named_and_can_be_cancelled(
    quiet: MainWindow, qtbot: QtBot, tmp_path: Path, what: str
) -> None:
    session, cancel = quiet.session, quiet.findChild(QPushButton, "cancelWorkButton")
    before, failures = session.model.network, []
    session.failed.connect(failures.append)
    tasks = session.pictures._reading.place._tasks if what == "picture" else session.tasks
    go_on = hold_up(tasks)
    if what == "network":
        session.open_model("default")
        title = "Opening default"
    elif what == "picture":
        Image.fromarray(np.full((20, 20), 90, np.uint8)).save(tmp_path / "seven.png")
        session.pictures.open(tmp_path / "seven.png")
        title = "Reading seven.png"
    else:
        session.trainings.continue_("some run")
        title = "Reading some run"
    qtbot.waitUntil(lambda: quiet.state_line._busy.text() == title)
    assert quiet.state_line._epoch.text() == ""
    assert cancel.accessibleName() == f"Cancel: {title}"
    QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)
    go_on.set()
    tasks.finish()
    qtbot.wait(50)
    assert quiet.state_line._epoch.text() == "Idle"
    assert (session.model.network, session.drawing.picture, failures) == (before, None, [])


def test_what_ends_between_two_looks_does_not_stay(
    quiet: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitgui.work.computation.PATIENCE_SECONDS", 0.0)
    line, go_on = quiet.state_line, threading.Event()
    some = begin(quiet.session.activity, "Reading your digits", go_on)
    quiet.session.data.changed.emit()  # the line is written anew for another reason, before the first look
    go_on.set()
    qtbot.waitUntil(lambda: not some.is_under_way)
    qtbot.waitUntil(lambda: line._busy.text() == "", timeout=2000)
    assert line._epoch.text() == "Idle"


def test_the_buttons_stand_still_while_texts_change(quiet: MainWindow, qtbot: QtBot) -> None:
    activity, go_on = quiet.session.activity, threading.Event()
    cancel, stop = (quiet.findChild(QPushButton, name) for name in ("cancelWorkButton", "stopRunButton"))
    places = set()
    for title in ("Evaluating", "Teaching your handwriting, which takes a long while " * 5):
        work = begin(activity, title, go_on, can_cancel=True)
        qtbot.waitUntil(cancel.isVisible)
        qtbot.wait(50)
        places.add(cancel.mapTo(quiet, cancel.rect().topLeft()).toTuple())
        assert quiet.width() <= 1280
        work.cancel()
    assert len(places) == 1
    quiet.session.data.dataset = quiet.session.data.dataset.limited(200)
    quiet.session.trainings.start("journal-8", TrainingConfig(batch_size=8, epochs=1000))
    qtbot.waitUntil(stop.isVisible, timeout=5000)
    where = stop.mapTo(quiet, stop.rect().topLeft())
    work = begin(activity, "Evaluating", go_on, can_cancel=True)
    qtbot.waitUntil(cancel.isVisible)
    qtbot.wait(50)
    assert stop.mapTo(quiet, stop.rect().topLeft()) == where
    assert cancel.mapTo(quiet, cancel.rect().topLeft()).toTuple() in places
    work.cancel()
    assert stop.accessibleName().startswith("Stop training")
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not stop.isVisible(), timeout=20_000)
    assert quiet.session.trainings.status.finished
    go_on.set()
