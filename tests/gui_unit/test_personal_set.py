"""My digits in their file, which other windows and other programs may want too."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitgui.asking import file_dialogs
from digitgui.documents.personal_set import PersonalSet, read_halves
from digitgui.frame.main_window import MainWindow
from digitgui.work.safekeeping import Safekeeping
from model import DIGITS, Dataset, open_data
from model.readers.npz_files import AS_WRITTEN, load_npz, save_npz


def test_two_windows_lose_nothing_of_each_other(window: MainWindow, settings) -> None:
    images = np.random.default_rng(0).integers(0, 256, (6, 28, 28), np.uint8)
    labels = np.arange(6, dtype=np.uint8)
    session, stacks = window.session, (QUndoStack(window), QUndoStack(window))
    first, second = (
        PersonalSet(settings.folder, stack, Safekeeping(session.tasks, session), session) for stack in stacks
    )

    def kept() -> list[int]:
        session.tasks.finish()
        with np.load(first.path) as arrays:
            return sorted([*arrays["y_train"].tolist(), *arrays["y_test"].tolist()])

    first.add(images[:2], labels[:2])
    second.add(images[2:3], labels[2:3])
    assert kept() == [0, 1, 2]
    first.add(images[3:5], labels[3:5])
    assert kept() == [0, 1, 2, 3, 4]
    stacks[0].undo()
    stacks[0].undo()
    assert kept() == [2]
    stacks[0].redo()
    second.add(images[5:], labels[5:])
    assert kept() == [0, 1, 2, 5]
    stacks[1].undo()
    assert kept() == [0, 1, 2]


def test_digits_unlike_mnist_are_taught_and_shown_as_they_were_added(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    images, labels = np.zeros((20, 28, 28), np.uint8), np.arange(20, dtype=np.uint8) % 10
    for index in range(20):
        images[index, 2 : 8 + index // 2, 3 + index % 2] = 90  # short, thin and faint, in a corner
    count = session.personal.add(images, labels)
    assert count > 8
    qtbot.waitUntil(lambda: session.hand.digits is not None, timeout=20_000)
    window.ways.browse_my_digits()
    qtbot.waitUntil(lambda: session.data.dataset.source == str(session.personal.path), timeout=20_000)
    for shown in (session.hand.digits, session.data.dataset):
        np.testing.assert_array_equal(shown.images, session.personal.halves.images)
        assert not shown.notes
    session.my_digits.relabel(0, 9)
    qtbot.waitUntil(lambda: session.hand.digits.labels[0] == 9, timeout=20_000)
    assert session.data.dataset.labels[0] == 9


def test_my_digits_are_exported_but_never_over_what_is_in_use(
    few: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    session = few.session
    few.show_page("hand")
    session.personal.add(session.data.dataset.images[:60], session.data.dataset.labels[:60])
    qtbot.waitUntil(lambda: session.hand.digits is not None, timeout=20_000)

    def export(path: Path) -> None:
        monkeypatch.setattr(file_dialogs, "ask_data_target", lambda *_: path)
        QTest.mouseClick(few.hand_page.digits._export, Qt.MouseButton.LeftButton)

    for path in (tmp_path / "mine.npz", session.personal.path):
        content = path.read_bytes()
        export(path)
        session.tasks.finish()
        assert path.read_bytes() == content
        assert f"{path.name} is the open data set or My digits" in few.banner.text
    export(tmp_path / "exported.npz")
    qtbot.waitUntil((tmp_path / "exported.npz").exists, timeout=5000)
    assert len(load_npz(tmp_path / "exported.npz")) == 60


def test_digits_that_look_like_photographs_are_the_users_all_the_same(tmp_path) -> None:
    images = np.random.default_rng(3).integers(0, 256, (60, 28, 28), np.uint8)
    labels = (np.arange(60) % 10).astype(np.uint8)
    save_npz(Dataset(images, labels, "mine", "mine", 20), tmp_path / "my-digits.npz")
    halves, _ = read_halves(tmp_path / "my-digits.npz")
    opened = open_data(str(tmp_path / "my-digits.npz"), **asdict(AS_WRITTEN))
    assert opened.task == DIGITS
    for found in (halves.images, opened.images):
        np.testing.assert_array_equal(found, images)
