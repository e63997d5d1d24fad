"""What the user made, while the disk is full: tried again, asked about, saved elsewhere."""

import errno
import stat
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.runs.runs_document import RunsDocument
from digitgui.work.safekeeping import Change, Safekeeping
from model.readers.edit_files import load_edits, save_edits
from model.readers.npz_files import load_npz
from model.runs.run_store import RunStore

Button = QMessageBox.StandardButton


class Disk:
    """A disk that can be full."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_full = False
        make = tempfile.mkstemp

        def mkstemp(*arguments: object) -> tuple[int, str]:
            if self.is_full:
                raise OSError(errno.ENOSPC, "No space left on device")
            return make(*arguments)

        monkeypatch.setattr("model.atomic_files.tempfile.mkstemp", mkstemp)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def make_changes(window: MainWindow) -> None:
    """Add to my digits, correct a label, and write a note."""
    session = window.session
    dataset = session.data.dataset
    session.personal.add(dataset.images[:8], dataset.labels[:8])
    session.data.exclude([3, 4])
    session.runs.set_note(session.runs.records[0].id, "what I must remember")


def what_is_kept(window: MainWindow) -> tuple[int, int, str]:
    folder = window.settings.folder
    digits = len(load_npz(folder / "my-digits.npz").images) if (folder / "my-digits.npz").exists() else 0
    edits = load_edits(folder / "edits" / "bundled.edits.json").entries
    run = window.session.runs.records[0].id
    return digits, len(edits), RunStore(folder / "runs").read(run).notes.note


@pytest.fixture
def window(stored: list, make_window: Callable[[], MainWindow], qtbot: QtBot) -> MainWindow:
    made = make_window()
    made.session.runs.refresh()
    qtbot.waitUntil(lambda: len(made.session.runs.records) == len(stored), timeout=5000)
    return made


def answers(monkeypatch: pytest.MonkeyPatch, *given: Button) -> list[str]:
    """Answer the question at the end; return what it said each time."""
    asked: list[str] = []
    left = list(given)

    def execute(box: QMessageBox) -> int:
        asked.append(box.informativeText())
        return left.pop(0).value

    monkeypatch.setattr(QMessageBox, "exec", execute)
    return asked


def test_what_a_full_disk_refused_is_written_as_soon_as_there_is_room(
    window: MainWindow, disk: Disk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    window.session.failed.connect(told.append)
    disk.is_full = True
    make_changes(window)
    window.session.tasks.finish()
    qtbot.waitUntil(lambda: bool(told), timeout=5000)
    assert "No space left on device" in told[0]
    assert len(window.session.safekeeping.waiting) == 3
    window.session.runs.refresh()
    qtbot.wait(400)
    assert window.session.runs.records[0].notes.note == "what I must remember", "it stays in sight meanwhile"
    disk.is_full = False
    window.session.safekeeping.findChild(QTimer).timeout.emit()
    qtbot.waitUntil(lambda: not window.session.safekeeping.waiting, timeout=5000)
    assert what_is_kept(window) == (8, 2, "what I must remember")


def test_closing_names_what_is_not_saved_and_tries_again(
    window: MainWindow, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk.is_full = True
    make_changes(window)
    asked = answers(monkeypatch, Button.Cancel)
    assert not window.close()
    for what in ("My digits", "corrections of MNIST 5,000", "notes of journal-8", "No space left on device"):
        assert what in asked[0]
    asked = answers(monkeypatch, Button.Retry, Button.Cancel)
    assert not window.close()
    assert len(asked) == 2
    disk.is_full = False
    assert window.close()
    assert what_is_kept(window) == (8, 2, "what I must remember")


def test_what_cannot_be_saved_is_saved_elsewhere(
    window: MainWindow, disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = window.session.data.dataset.images[:8]
    disk.is_full = True
    make_changes(window)
    window.session.tasks.finish()
    target = tmp_path / "stick"
    target.mkdir()

    def choose(*_: object) -> str:
        disk.is_full = False  # of the other disk
        return str(target)

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", choose)
    asked = answers(monkeypatch, Button.Save)
    disk_again = window.session.safekeeping.write_elsewhere

    def write_elsewhere(folder: Path) -> None:
        disk_again(folder)
        disk.is_full = True

    monkeypatch.setattr(Safekeeping, "write_elsewhere", lambda _self, folder: write_elsewhere(folder))
    assert window.close()
    assert len(asked) == 1
    np.testing.assert_array_equal(
        np.sort(load_npz(target / "my-digits.npz").images.sum((1, 2))), np.sort(images.sum((1, 2)))
    )
    assert len(load_edits(target / "MNIST 5,000.edits.json").entries) == 2
    assert "what I must remember" in next(target.glob("notes of *.json")).read_text()


def test_what_a_person_has_written_is_for_their_eyes_only(window: MainWindow) -> None:
    make_changes(window)
    assert window.close()
    folder = window.settings.folder
    private = [folder / "my-digits.npz", next(folder.glob("runs/*/notes.json"))]
    assert [stat.S_IMODE(file.stat().st_mode) for file in private] == [0o600, 0o600]


def test_notes_are_written_before_their_run_is_deleted(window: MainWindow, qtbot: QtBot) -> None:
    runs: RunsDocument = window.session.runs
    run = runs.records[0].id
    runs.set_note(run, "the last word")
    runs.delete([run])
    window.session.undo_stack.undo()
    qtbot.waitUntil(lambda: runs.record(run) is not None, timeout=5000)
    window.session.tasks.finish()
    assert RunStore(window.settings.folder / "runs").read(run).notes.note == "the last word"


def test_one_disk_that_recovers_says_nothing_of_another(window: MainWindow, qtbot: QtBot) -> None:
    keeping, told, noticed = window.session.safekeeping, [], []
    keeping.failed.connect(told.append)
    keeping.noticed.connect(noticed.append)
    full = {"home", "stick"}

    def write(disk: str) -> None:
        if disk in full:
            raise OSError(errno.ENOSPC, "No space left on device")

    for disk in sorted(full):
        keeping.keep(disk, Change(f"what lies on the {disk}", lambda disk=disk: write(disk), lambda _folder: None))
    qtbot.waitUntil(lambda: len(told) == 2, timeout=5000)
    full.remove("home")
    keeping.try_again()
    qtbot.waitUntil(lambda: list(keeping.waiting) == ["what lies on the stick"], timeout=5000)
    window.session.tasks.finish()
    QApplication.processEvents()
    assert noticed == []
    full.clear()
    keeping.try_again()
    qtbot.waitUntil(lambda: bool(noticed), timeout=5000)
    assert keeping.waiting == {}
    assert len(told) == 2, "each is told once"


def test_a_correction_that_comes_while_another_is_being_written_is_not_lost(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, writing, go_on = window.session.data, threading.Event(), threading.Event()

    def slowly(*arguments: object) -> None:
        save_edits(*arguments)
        writing.set()
        go_on.wait(10)

    monkeypatch.setattr("digitgui.documents.edit_store.save_edits", slowly)
    data.exclude([1])
    assert writing.wait(10)
    data.exclude([3])
    go_on.set()
    data.exclude([5])
    window.session.tasks.finish()
    edits, _ = load_edits(window.settings.folder / "edits" / "bundled.edits.json").edits_of(data.dataset)
    assert edits.excluded == {1, 3, 5}
