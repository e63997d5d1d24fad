"""Two networks on the same pictures."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from helpers.data_page import press, texts
from helpers.evaluate_page import answers_of, evaluate, spoil
from pytestqt.qtbot import QtBot

from digitgui.documents.evaluated_pictures import Gallery
from digitgui.frame.main_window import MainWindow
from digitgui.installation.shipped import SHIPPED_NOTE
from digitgui.pages.evaluate.compare_card import CompareCard
from digitgui.work.separate_process import SeparateProcess
from model import build, save_network
from model.runs.run_record import RunRecord


@pytest.fixture
def card(few: MainWindow, qtbot: QtBot) -> CompareCard:
    evaluate(few, qtbot)
    few.evaluate_page.show_tab(3)
    qtbot.waitUntil(lambda: few.session.runs.has_read, timeout=5000)
    return few.evaluate_page.compare


def ask(window: MainWindow, qtbot: QtBot, source: str) -> None:
    second = window.session.second
    second.ask(source)
    qtbot.waitUntil(lambda: second.comparison is not None, timeout=30_000)


def test_the_same_network_makes_no_difference(
    card: CompareCard, few: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    save_network(few.session.model.network, tmp_path / "twin.safetensors")
    ask(few, qtbot, str(tmp_path / "twin.safetensors"))
    assert "right on exactly the same pictures" in texts(card)
    assert "Only twin: 0" in [chip.text() for chip in card.chips.buttons()]


def test_the_pictures_that_only_one_network_gets_right_are_shown(
    card: CompareCard, few: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    other = spoil(few.session.model.network, seed=1)
    save_network(other, tmp_path / "other.safetensors")
    ask(few, qtbot, str(tmp_path / "other.safetensors"))
    labels = few.session.data.dataset.labels
    mine = answers_of(few) == labels
    its = other.predict_proba(few.session.data.dataset.images).argmax(axis=1) == labels
    assert (mine & ~its).any()
    gallery = few.evaluate_page.gallery
    for number, expected in enumerate((mine & its, mine & ~its, its & ~mine, ~mine & ~its)):
        card.chips.button(number).click()
        np.testing.assert_array_equal(gallery.grid.shown, np.flatnonzero(expected))
        assert card.chips.button(number).text().endswith(f": {expected.sum()}")
    assert gallery.gallery is Gallery.COMPARED
    assert "McNemar" in texts(card)
    assert "other: " in texts(gallery.picture)


def test_figures_bear_the_name_of_the_network_that_gave_the_answers(
    card: CompareCard, few: MainWindow, qtbot: QtBot
) -> None:
    few.session.model.replace(spoil(few.session.model.network, seed=1), name="the next")
    ask(few, qtbot, "default")
    assert few.evaluate_page._stale.isVisible()
    assert card.names == ("spoilt", "default")
    assert card.chips.button(1).text().startswith("Only spoilt: ")
    assert "the next" not in texts(card)


def test_the_shipped_network_is_not_praised_for_digits_that_it_knows(
    make_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    window = make_window()
    evaluate(window, qtbot)
    window.session.model.replace(build("journal-8", 5), name="default")
    assert SHIPPED_NOTE not in window.evaluate_page._note.text()  # its figures are not shown yet
    window.evaluate_page.show_tab(3)
    card = window.evaluate_page.compare
    ask(window, qtbot, "default")
    assert SHIPPED_NOTE in card._warning.text()
    assert card._warning.isVisible()
    assert not card._words.isVisible()


def test_of_other_digits_the_shipped_network_needs_no_warning(
    card: CompareCard, few: MainWindow, qtbot: QtBot
) -> None:
    ask(few, qtbot, "default")
    assert card._head.isVisible()
    assert not card._warning.isVisible()


def test_another_part_is_compared_by_itself(card: CompareCard, few: MainWindow, qtbot: QtBot) -> None:
    ask(few, qtbot, "default")
    press(few.evaluate_page, "Training")
    counts = [int(chip.text().rpartition(" ")[2]) for chip in card.chips.buttons()]
    assert sum(counts) == len(few.session.data.dataset.split.train)


def test_a_bad_file_is_told_in_one_sentence_and_leaves_the_page_as_it_is(
    card: CompareCard, few: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "bad.safetensors").write_text("no network")
    with qtbot.waitSignal(few.session.failed, timeout=10_000) as told:
        few.session.second.ask(str(tmp_path / "bad.safetensors"))
    assert "bad.safetensors" in told.args[0]
    assert "Traceback" not in told.args[0]
    assert "Choose a second network" in texts(card)
    assert not few.session.second.name


def test_a_bad_file_brings_the_comparison_back_that_was_shown(
    card: CompareCard, few: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    ask(few, qtbot, "default")
    shown = card._head.text()
    (tmp_path / "bad.safetensors").write_text("no network")
    with qtbot.waitSignal(few.session.failed, timeout=10_000):
        few.session.second.ask(str(tmp_path / "bad.safetensors"))
    qtbot.waitUntil(lambda: few.session.second.comparison is not None, timeout=10_000)
    assert card._head.isVisible()
    assert card._head.text() == shown


def test_a_comparison_that_fails_leaves_nobody_waiting(card: CompareCard, few: MainWindow, qtbot: QtBot) -> None:
    second = few.session.second
    process = second._comparing.place = SeparateProcess(second)
    second.ask("default")
    qtbot.waitUntil(lambda: process.is_running, timeout=30_000)
    with qtbot.waitSignal(few.session.failed, timeout=10_000) as told:
        qtbot.waitUntil(lambda: process._job._process is not None, timeout=10_000)
        process._job._process.kill()  # as a system without memory does
    assert "cannot be compared" in told.args[0]
    assert "Choose a second network" in texts(card)


def test_the_menu_offers_networks_that_were_not_saved(card: CompareCard, few: MainWindow, qtbot: QtBot) -> None:
    model = few.session.model
    model.take_weights(model.network.weights(), (0.0, 1.0001))
    model.replace(spoil(model.network), name="the next")
    card._menu.aboutToShow.emit()
    actions = [action for action in card._menu.actions() if "spoilt" in action.text()]
    assert len(actions) == 1
    assert re.fullmatch(r"spoilt, \d{4}-\d\d-\d\d \d\d:\d\d", actions[0].text())
    actions[0].trigger()
    second = few.session.second
    qtbot.waitUntil(lambda: second.comparison is not None, timeout=30_000)
    assert second.name == "spoilt"


def test_the_menu_offers_runs_that_have_left_a_network(
    stored: list[RunRecord], card: CompareCard, few: MainWindow, qtbot: QtBot
) -> None:
    session = few.session
    session.runs.rename(stored[1].id, "mine & yours")
    save_network(session.model.network, session.trainings.store.model_file(stored[1].id))
    card._menu.aboutToShow.emit()
    offered = [action for action in card._menu.actions() if "mine" in action.text()]
    assert len(offered) == 1
    assert not any(stored[0].name in action.text() for action in card._menu.actions())
    offered[0].trigger()
    qtbot.waitUntil(lambda: session.second.comparison is not None, timeout=30_000)
    assert card.names == ("spoilt", "mine & yours")


def test_asking_can_be_cancelled_and_ends_with_the_data(
    card: CompareCard, few: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    second = few.session.second
    second.ask("default")
    assert "Asking default" in texts(card)
    press(card, "Cancel")
    second._asking.place._tasks.finish()
    qtbot.wait(50)
    assert second.probabilities is None
    assert "Choose a second network" in texts(card)

    ask(few, qtbot, "default")
    np.savez(
        tmp_path / "few.npz",
        images=few.session.data.dataset.images[:9],
        labels=few.session.data.dataset.labels[:9],
    )
    few.session.data.open(str(tmp_path / "few.npz"), ask=False)
    qtbot.waitUntil(lambda: len(few.session.data.dataset) == 9, timeout=20_000)
    assert second.probabilities is None
    assert second.comparison is None
