"""Evaluating takes its time: what may happen meanwhile, how it is ended, and asked for again."""

import itertools
import threading
from pathlib import Path

import numpy as np
from helpers.data_page import press
from helpers.evaluate_page import HereAndNow, answers_of, open_arrays, spoil
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.pages.evaluate.evaluate_page import EMPTY


def test_other_data_may_open_while_the_network_is_asked(few: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    page, dataset = few.evaluate_page, few.session.data.dataset
    few.session.evaluation.place = HereAndNow()
    few.show_page("evaluate")
    press(page, "Evaluate")
    open_arrays(few, qtbot, tmp_path / "other.npz", dataset.images[:50], dataset.labels[:50])
    qtbot.wait(100)
    assert page._stack.currentIndex() == EMPTY
    press(page, "Evaluate")
    page.parts.button(0).click()
    qtbot.waitUntil(lambda: page.scores is not None, timeout=30_000)
    assert page.scores.count == 50


def test_asking_can_be_cancelled_and_begun_again(few: MainWindow, qtbot: QtBot) -> None:
    session, page = few.session, few.evaluate_page
    session.evaluation.place = HereAndNow()
    few.show_page("evaluate")
    page.parts.button(0).click()
    press(page, "Evaluate")
    assert page._cancel.isVisible()
    press(page, "Cancel")
    session.looks.tasks.finish()
    qtbot.wait(50)
    assert session.answers.probabilities is None
    assert page._stack.currentIndex() == EMPTY
    assert not page._cancel.isVisible()
    press(page, "Evaluate")
    qtbot.waitUntil(lambda: page.scores is not None, timeout=30_000)


def test_scoring_that_was_cancelled_is_made_up_for(few: MainWindow, qtbot: QtBot) -> None:
    session, page = few.session, few.evaluate_page
    few.show_page("evaluate")
    page.parts.button(0).click()
    session.evaluation.request()
    qtbot.waitUntil(lambda: session.evaluation.is_scoring, timeout=30_000)
    press(page, "Cancel")
    assert not session.evaluation.is_busy
    session.evaluation.place = HereAndNow()
    press(page, "Evaluate")
    assert page.scores.count == 300
    session.evaluation.cancel()  # nothing is going on: nothing is lost
    assert page.scores.count == 300
    wrong = int(session.data.dataset.labels[0] + 1) % 10
    session.data.relabel([0], wrong)
    session.evaluation.cancel()  # before the patience with further corrections has ended
    session.evaluation.request()
    assert page.scores.digits[wrong].support == np.count_nonzero(session.data.dataset.labels == wrong)


def test_the_window_may_close_while_the_network_is_asked_and_scored(few: MainWindow, qtbot: QtBot) -> None:
    few.show_page("evaluate")
    press(few.evaluate_page, "Evaluate")
    qtbot.waitUntil(lambda: few.session.evaluation.is_scoring, timeout=30_000)
    few.session.second.ask("default")
    few.close()  # the fixture looks for threads that are left


def hold_up(window: MainWindow) -> threading.Event:
    """Let what the network is asked wait for a word."""
    go_on = threading.Event()
    window.session.activity.tasks.start(lambda: go_on.wait(10), lambda _done: None, lambda _error: None)
    return go_on


def test_who_evaluates_again_gets_the_answers_of_the_network_that_is_open_then(
    few: MainWindow, qtbot: QtBot
) -> None:
    session = few.session
    session.evaluation.place = HereAndNow()
    go_on = hold_up(few)
    session.evaluation.request()
    session.model.replace(spoil(session.model.network), name="spoilt")
    session.evaluation.request()
    go_on.set()
    qtbot.waitUntil(lambda: session.evaluation.is_current, timeout=30_000)
    assert session.evaluation.name == session.answers.name == "spoilt"
    np.testing.assert_array_equal(session.answers.answers(), answers_of(few))


def test_a_network_in_training_is_asked_once_more_and_not_for_ever(few: MainWindow, qtbot: QtBot) -> None:
    session, model, answers = few.session, few.session.model, []
    session.answers.done.connect(answers.append)
    deviations = itertools.count(1.001, 0.001)

    def learn() -> None:
        model.take_weights(model.network.weights(), (0.0, next(deviations)))

    session.answers.progressed.connect(lambda _: learn())
    session.answers.request()
    learn()
    session.answers.request()
    qtbot.waitUntil(lambda: not session.answers.is_under_way, timeout=30_000)
    qtbot.wait(50)
    assert len(answers) == 2
    assert session.answers.probabilities is answers[-1]


def test_a_second_network_that_fails_does_not_end_the_evaluation(few: MainWindow, qtbot: QtBot, tmp_path) -> None:
    session = few.session
    session.evaluation.place = HereAndNow()
    (tmp_path / "bad.safetensors").write_text("no network")
    go_on = hold_up(few)
    session.evaluation.request()
    with qtbot.waitSignal(session.failed, timeout=10_000):
        session.second.ask(str(tmp_path / "bad.safetensors"))
    assert session.evaluation.is_busy
    go_on.set()
    qtbot.waitUntil(lambda: session.evaluation.is_current, timeout=30_000)
