"""An ensemble as the open network."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from helpers.evaluate_page import HereAndNow
from helpers.model_files import LENET
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.frame.properties import as_text, properties_of
from digitgui.pages.evaluate.insight_view import _maps
from model import load_network
from model.inspection.attribution import gradient_times_input
from model.judging.ensemble import Ensemble
from model.runs.ensemble_files import load_digit_reader, save_reader


@pytest.fixture
def both(tmp_path: Path) -> Path:
    save_reader(Ensemble([load_network(LENET), load_network(LENET)]), tmp_path / "both.safetensors")
    return tmp_path / "both.safetensors"


def open_file(window: MainWindow, file: Path, qtbot: QtBot) -> None:
    window.session.open_model(str(file))
    qtbot.waitUntil(lambda: window.session.model.name == file.stem, timeout=20_000)


def test_an_ensemble_answers_is_evaluated_and_is_open_again(
    few: MainWindow, both: Path, make_window: Callable[[], MainWindow], draw, qtbot: QtBot
) -> None:
    open_file(few, both, qtbot)
    draw(few.draw_page.canvas)
    session = few.session
    assert session.answering.prediction.digit == 7
    qtbot.waitUntil(lambda: session.answering.number_is_current, timeout=10_000)
    session.evaluation.place = HereAndNow()
    session.evaluation.request()
    qtbot.waitUntil(lambda: bool(session.evaluation.scores), timeout=60_000)
    assert session.evaluation.scores["all"].accuracy > 0.95
    assert "Mean of 2 networks" in as_text(properties_of(session.model))
    session.model.set_refuse_below(0.42)
    few.close()
    again = make_window().session.model  # with the line of doubt, which was not saved
    assert isinstance(again.network, Ensemble)
    assert (again.name, again.is_dirty, again.network.card.refuse_below) == ("both", True, 0.42)
    again.save(both)
    qtbot.waitUntil(lambda: not again.is_dirty, timeout=10_000)
    assert load_digit_reader(both).card.refuse_below == 0.42


def test_what_needs_one_network_says_so(window: MainWindow, both: Path, qtbot: QtBot, tmp_path: Path) -> None:
    open_file(window, both, qtbot)
    session = window.session
    session.hand.teach()
    assert "An ensemble cannot be taught" in window.banner.text
    assert not window.hand_page.teach.start.isEnabled()
    session.exporting.export(tmp_path / "both.onnx")
    assert "An ensemble cannot be exported" in window.banner.text
    file_menu = window.menuBar().actions()[0].menu()
    next(action for action in file_menu.actions() if "int report" in action.text()).trigger()
    assert "An ensemble has no report" in window.banner.text


def test_the_gradient_is_the_mean_of_the_networks() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (28, 28)).astype(np.uint8)
    network = load_network(LENET)
    found = _maps(Ensemble([network, load_network(LENET)]), picture, 3)
    np.testing.assert_allclose(found[2], gradient_times_input(network, picture, 3), rtol=1e-5)
