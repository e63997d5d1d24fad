"""The line of state tells truly what is going on."""

import threading
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import PATIENCE_SECONDS, Activity, Computation


@pytest.fixture
def quiet(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Wait until nothing is under way that the start of the program brings."""
    qtbot.waitUntil(lambda: not any(one.is_under_way for one in window.session.activity._all), timeout=20_000)
    return window


def begin(activity: Activity, title: str, go_on: threading.Event) -> Computation[None]:
    def work(on_progress: Callable[[float], None]) -> None:
        on_progress(0.4)
        go_on.wait(10)

    computation = Computation[None](title, InThread(BackgroundTasks(activity)), activity, tells=True)
    computation.ask(work)
    return computation


def test_what_is_computed_is_named_with_its_share_and_the_time_left(quiet: MainWindow, qtbot: QtBot) -> None:
    line, go_on = quiet.state_line, threading.Event()
    assert line._epoch.text() == "idle"
    first = begin(quiet.session.activity, "Teaching <your> hand", go_on)
    qtbot.waitUntil(lambda: line._busy.text().startswith("Teaching &lt;your&gt; hand 40 %, "))
    assert line._busy.text().endswith(" left")
    assert (line._epoch.text(), line._busy.toolTip()) == ("", "")
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
    qtbot.waitUntil(lambda: line._epoch.text() == "idle")
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
    assert quiet.state_line._epoch.text() == "idle"


def test_every_computation_has_a_title_and_an_end_where_a_person_began_it(window: MainWindow) -> None:
    session = window.session
    titles = {one.title: one.can_cancel for one in session.activity._all}
    for title in ("Teaching your hand", "Measuring robustness", "Looking for wrong labels", "Evaluating"):
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
