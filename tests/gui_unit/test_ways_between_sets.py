"""From digits to other data and back: OpenML by a number, a picture that is kept, digits again by one command."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from helpers.named_pictures import save_photographs
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from model import build, save_network
from model.network.task import Task


def command(window: MainWindow, text: str) -> QAction:
    return next(action for action in window.findChildren(QAction) if action.text().replace("&", "") == text)


def test_the_opened_picture_is_kept_and_one_command_leads_back_to_digits(
    make_window: Callable[[], MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    names = ("meadow", "sea with islands and ships")
    folder = save_photographs(tmp_path / "views", 6, names=names)
    network = build("lenet", 0, Task(names, (48, 60, 3), "photo"))
    save_network(network, tmp_path / "views.safetensors")
    window = make_window()
    session = window.session
    width = window.dock.minimumSizeHint().width()
    session.open_model(str(tmp_path / "views.safetensors"))
    session.data.open(str(folder), ask=False)
    qtbot.waitUntil(lambda: session.model.task == network.task == session.data.task, timeout=30_000)
    session.pictures.open(next((folder / names[1]).iterdir()))
    qtbot.waitUntil(lambda: session.photo.opened is not None, timeout=20_000)
    before = session.answering.prediction.probabilities
    assert window.dock.minimumSizeHint().width() == width, "long names make it no wider"
    assert window.close()

    again = make_window().session
    qtbot.waitUntil(lambda: again.photo.opened is not None and again.data.task == network.task, timeout=30_000)
    np.testing.assert_array_equal(again.answering.prediction.probabilities, before)
    assert not again.undo_stack.canUndo()

    (window,) = (again.parent(),)
    command(window, "Back to digits").trigger()
    qtbot.waitUntil(lambda: again.model.task.is_digits and again.data.task.is_digits, timeout=30_000)
    again.photo.clear()
    assert window.close()
    assert not (again.settings.folder / "photo.png").exists()


def test_openml_is_asked_for_by_number(window: MainWindow, monkeypatch) -> None:
    opened: list[str] = []
    told: list[str] = []
    monkeypatch.setattr(window.session.data, "open", opened.append)
    window.session.failed.connect(told.append)
    for text in ("41039: EMNIST balanced", " 40923 ", "letters"):
        monkeypatch.setattr(QInputDialog, "getItem", lambda *_, text=text: (text, True))
        command(window, "Other data from OpenML…").trigger()
    monkeypatch.setattr(QInputDialog, "getItem", lambda *_: ("1", False))
    command(window, "Other data from OpenML…").trigger()
    assert opened == ["openml:41039", "openml:40923"]
    assert told == ["openml:letters: expected the number of a data set, as openml.org shows it: openml:40996"]
