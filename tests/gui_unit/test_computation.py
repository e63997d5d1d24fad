"""The one state machine of background work, and the list of what is under way."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from digitgui.work.background import BackgroundTasks, InThread
from digitgui.work.computation import PATIENCE_SECONDS, Activity, Computation
from digitgui.work.separate_process import SeparateProcess
from model.errors import DataFormatError


@pytest.fixture
def activity(qtbot: QtBot) -> Iterator[Activity]:
    activity = Activity()
    yield activity
    activity.shut_down()


class Work:
    """Counts how often it is carried out, and waits for a word."""

    def __init__(self) -> None:
        self.calls: list[object] = []
        self.may_go_on = threading.Event()

    def __call__(self, question: object = None) -> object:
        self.calls.append(question)
        assert self.may_go_on.wait(10)
        return question


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work()
    yield work
    work.may_go_on.set()


@pytest.fixture
def make(activity: Activity) -> Callable[..., Computation[object]]:
    def make(**options: object) -> Computation[object]:
        return Computation("Thinking", InThread(BackgroundTasks(activity)), activity, **options)

    return make


def settle(computation: Computation[object], qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not computation.is_under_way, timeout=10_000)


def test_who_asks_the_same_shares_one_answer(make, work: Work, qtbot: QtBot) -> None:
    thinking, array = make(), object()
    done: list[object] = []
    thinking.done.connect(done.append)
    thinking.ask(work, 5, basis=(array, 1000, "x"))
    assert thinking.is_under_way
    thinking.ask(work, 6, basis=(array, 10**3, "x"))
    work.may_go_on.set()
    settle(thinking, qtbot)
    thinking.ask(work, 7, basis=(array, 1000, "x"))
    assert not thinking.is_under_way
    assert (work.calls, done) == ([5], [5])
    assert (thinking.answer, thinking.basis, thinking.is_current) == (5, (array, 1000, "x"), True)
    thinking.ask_anew(work, 8)
    settle(thinking, qtbot)
    assert thinking.answer == 8


def test_what_was_asked_of_other_inputs_is_dropped(make, work: Work, qtbot: QtBot) -> None:
    thinking, done = make(), []
    thinking.done.connect(done.append)
    for question in (1, 2, 3):
        thinking.ask(work, question, basis=(object(),))
    qtbot.waitUntil(lambda: bool(work.calls))
    work.may_go_on.set()
    settle(thinking, qtbot)
    assert done == [3]
    assert work.calls in ([1, 3], [3])  # what had not begun never did


def test_an_answer_that_comes_after_its_inputs_have_changed_says_so(make, work: Work, qtbot: QtBot) -> None:
    thinking, changes = make(), []
    thinking.ask(work, 1)
    thinking.outdate()
    work.may_go_on.set()
    settle(thinking, qtbot)
    assert (thinking.answer, thinking.is_current) == (1, False)
    thinking.ask(work, 2)
    settle(thinking, qtbot)
    assert (thinking.answer, thinking.is_current) == (2, True)
    thinking.changed.connect(lambda: changes.append(thinking.is_current))
    thinking.outdate()
    thinking.outdate()
    assert changes == [False]
    assert thinking.answer == 2


def test_a_failure_is_told_once_and_may_be_tried_again(make, qtbot: QtBot) -> None:
    thinking, said = make(failure="It cannot be known"), []
    thinking.failed.connect(said.append)
    thinking.ask(lambda: "before")
    settle(thinking, qtbot)

    def fail() -> None:
        raise DataFormatError("nothing is there")

    thinking.ask_anew(fail)
    thinking.ask(fail)
    settle(thinking, qtbot)
    assert said == [thinking.problem] == ["It cannot be known: nothing is there"]
    assert thinking.answer == "before"
    thinking.ask(lambda: "again")
    settle(thinking, qtbot)
    assert (thinking.answer, thinking.problem) == ("again", "")
    assert len(said) == 1


@pytest.mark.parametrize("end", ["cancel", "forget"])
def test_what_is_cancelled_delivers_nothing(make, work: Work, qtbot: QtBot, end: str) -> None:
    thinking, heard = make(tells=True), []

    def tell_all(on_progress: Callable[[float], None]) -> object:
        work()
        on_progress(0.5)
        return "too late"

    thinking.ask(lambda on_progress: "before")
    settle(thinking, qtbot)
    for signal in (thinking.done, thinking.failed, thinking.progressed):
        signal.connect(heard.append)
    thinking.ask_anew(tell_all)
    qtbot.waitUntil(lambda: bool(work.calls))
    getattr(thinking, end)()
    work.may_go_on.set()
    thinking.place._tasks.finish()
    qtbot.wait(50)
    assert heard == []
    assert (thinking.is_under_way, thinking.share, thinking.seconds) == (False, None, 0.0)
    assert thinking.answer == ("before" if end == "cancel" else None)
    thinking.ask_anew(lambda on_progress: "after")
    settle(thinking, qtbot)
    assert heard == ["after"]


def test_it_says_how_far_it_is_and_how_long_it_will_take(make, qtbot: QtBot) -> None:
    thinking, told, go_on = make(tells=True), [], threading.Event()
    thinking.progressed.connect(lambda detail: told.append((thinking.share, detail)))

    def count(on_progress: Callable[..., None]) -> None:
        on_progress(0.01)
        time.sleep(0.1)
        for step in range(1000):  # the window hears only now and then of what happens so often
            on_progress(0.5, f"first of {step}")
        go_on.wait(10)

    thinking.ask(count)
    assert (thinking.share, thinking.seconds_left) == (0.0, None)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == [(0.01, None), (0.5, "first of 0")]
    assert thinking.seconds_left == pytest.approx(thinking.seconds, rel=0.1)
    go_on.set()
    settle(thinking, qtbot)
    assert (len(told), thinking.share, thinking.seconds_left) == (2, None, None)


def test_the_next_may_be_asked_inside_an_answer(make, qtbot: QtBot) -> None:
    thinking, done = make(), []

    def go_on(answer: int) -> None:
        done.append(answer)
        if answer < 3:
            thinking.ask(lambda: answer + 1, basis=(answer,))
            assert thinking.is_under_way

    thinking.done.connect(go_on)
    thinking.ask(lambda: 1)
    qtbot.waitUntil(lambda: thinking.answer == 3)
    assert done == [1, 2, 3]
    assert not thinking.is_under_way


def test_what_is_known_already_is_not_computed(make, work: Work) -> None:
    thinking = make()
    thinking.ask(work)
    thinking.put("from a file")
    assert (thinking.is_under_way, thinking.is_current, thinking.answer) == (False, True, "from a file")
    thinking.ask(work)
    assert not thinking.is_under_way


def test_the_end_of_the_program_ends_what_is_under_way(activity: Activity, make, work: Work) -> None:
    thinking, sleeping = make(tells=True), Computation("Sleeping", SeparateProcess(activity), activity)
    heard: list[object] = []

    def tell_for_ever(on_progress: Callable[[float], None]) -> None:
        while True:
            on_progress(0.1)
            time.sleep(0.01)

    for one in (thinking, sleeping):
        one.done.connect(heard.append)
        one.failed.connect(heard.append)
    thinking.ask(tell_for_ever)
    sleeping.ask(time.sleep, 60)
    activity.shut_down()
    names = [thread.name for thread in threading.enumerate()]
    assert not [name for name in names if name.startswith(("background", "separate"))]
    thinking.ask_anew(tell_for_ever)
    assert not thinking.is_under_way
    assert heard == []


def test_a_computation_may_run_in_another_process(activity: Activity, qtbot: QtBot) -> None:
    counting = Computation[int]("Counting", SeparateProcess(activity), activity)
    counting.ask(len, [1, 2, 3])
    settle(counting, qtbot)
    assert counting.answer == 3


def test_what_takes_longer_than_a_moment_is_listed_until_it_ends(
    activity: Activity, make, work: Work, qtbot: QtBot
) -> None:
    slow, quick, heard = make(), make(), []
    activity.changed.connect(lambda: heard.append([one.title for one in activity.under_way]))
    quick.ask(lambda: None)
    settle(quick, qtbot)
    qtbot.wait(600)
    assert heard == []
    begun = time.monotonic()
    slow.ask(work)
    qtbot.waitUntil(lambda: activity.under_way == [slow])
    assert time.monotonic() - begun > PATIENCE_SECONDS
    qtbot.waitUntil(lambda: ["Thinking"] in heard)
    slow.cancel()
    assert heard[-1] == []
    assert activity.under_way == []


def test_the_list_has_the_oldest_first(activity: Activity, make, work: Work, qtbot: QtBot) -> None:
    younger, older = make(), make()
    older.ask(work)
    qtbot.wait(50)
    younger.ask(work)
    qtbot.waitUntil(lambda: activity.under_way == [older, younger])
    work.may_go_on.set()


def test_what_changes_while_it_is_under_way_is_told_at_once(make, work: Work) -> None:
    thinking, changes = make(), []
    thinking.ask(work, 1)
    thinking.changed.connect(lambda: changes.append((thinking.is_under_way, thinking.is_outdated)))
    thinking.outdate()
    thinking.outdate()
    assert changes == [(True, True)]


def test_an_answer_holds_again_when_its_inputs_have_come_back(make, work: Work, qtbot: QtBot) -> None:
    thinking = make()
    thinking.renew()  # nothing was asked
    assert not thinking.is_current
    work.may_go_on.set()
    thinking.ask(work, 1)
    settle(thinking, qtbot)
    thinking.outdate()
    thinking.renew()
    assert thinking.is_current
    work.may_go_on.clear()
    thinking.ask_anew(work, 2)
    thinking.outdate()
    thinking.cancel()
    thinking.renew()  # what was asked last has no answer, and the one before is of other inputs
    assert (thinking.answer, thinking.is_current, thinking.is_outdated) == (1, False, True)
    thinking.ask_anew(work, 3)
    thinking.outdate()
    thinking.renew()  # while it is under way
    work.may_go_on.set()
    settle(thinking, qtbot)
    assert (thinking.answer, thinking.is_current) == (3, True)
    thinking.forget()
    thinking.renew()  # there is nothing that could hold
    assert (thinking.answer, thinking.is_current, thinking.is_outdated) == (None, False, True)


def test_what_is_forgotten_is_told(make, qtbot: QtBot) -> None:
    thinking, changes = make(), []
    thinking.ask(lambda: 1, basis=("x",))
    settle(thinking, qtbot)
    thinking.changed.connect(lambda: changes.append((thinking.answer, thinking.basis, thinking.asked)))
    thinking.clear()
    assert changes == []
    thinking.forget()
    assert changes == [(None, (), ())]


def test_a_failure_can_be_told_from_another(make, qtbot: QtBot) -> None:
    thinking, said = make(failure="It cannot be known"), []
    thinking.failed.connect(lambda _sentence: said.append((type(thinking.error), thinking.asked)))

    def fail() -> None:
        raise DataFormatError("nothing is there")

    thinking.ask(fail, basis=("x",))
    settle(thinking, qtbot)
    assert said == [(DataFormatError, ("x",))]
    assert thinking.basis == ()
    thinking.ask(lambda: 1)
    settle(thinking, qtbot)
    assert thinking.error is None


@pytest.mark.parametrize("end", [None, "cancel", "forget"])
def test_what_comes_afterwards_comes_once_unless_nobody_wants_it(make, work: Work, qtbot: QtBot, end) -> None:
    thinking, ends = make(), []
    thinking.ask(work, 1)
    thinking.changed.connect(lambda: ends.append(thinking.answer) if not thinking.is_under_way else None)
    for _ in range(3):
        thinking.afterwards(lambda: thinking.ask_anew(work, 2))
    if end:
        getattr(thinking, end)()
    work.may_go_on.set()
    settle(thinking, qtbot)
    qtbot.wait(50)
    assert thinking.answer == (None if end else 2)
    assert ends == ([None] if end else [2]), "between the two it was never at rest"
