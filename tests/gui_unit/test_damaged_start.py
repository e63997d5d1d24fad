"""Whatever is damaged of what the program reads at its start, the window opens."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest
from helpers.damage import changed, some_changes
from helpers.readable_in_window import READABLE_IN_WINDOW
from helpers.stored_runs import store_runs
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitgui.documents import data_document, model_document
from digitgui.documents.personal_set import read_halves
from digitgui.frame.main_window import MainWindow
from digitgui.runs import sweeps
from digitgui.settings import Settings
from model.errors import DataFormatError
from model.readers.edit_files import edits_beside, load_edits

FLIPS = 1500


def flipped(whole: bytes, bit: int) -> bytes:
    place = bit // 8
    return whole[:place] + bytes([whole[place] ^ (1 << bit % 8)]) + whole[place + 1 :]


def test_my_digits_with_a_bit_turned_are_read_or_refused(tmp_path: Path) -> None:
    """Eleven kinds of errors came out of libraries; two of them, of 31,912 bits, kept the window from opening."""
    [whole] = READABLE_IN_WINDOW["my digits"].contents()
    refused = 0
    for bit in Random(0).sample(range(8 * len(whole)), FLIPS):
        (tmp_path / "my-digits.npz").write_bytes(flipped(whole, bit))
        try:
            read_halves(tmp_path / "my-digits.npz")
        except DataFormatError:
            refused += 1
    assert refused > FLIPS / 2


def damaged_head(whole: bytes) -> bytes:
    """Let the head of the first array begin a text that never ends: tokenize raises TokenError."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"{'descr'", b"({{'desc"))
    return stream.getvalue()


def test_the_window_opens_with_damaged_digits_and_sets_them_aside(
    make_window: Callable[[], MainWindow], settings: Settings, qtbot: QtBot
) -> None:
    settings.folder.mkdir(parents=True)
    [whole] = READABLE_IN_WINDOW["my digits"].contents()
    damaged = damaged_head(whole)
    (settings.folder / "my-digits.npz").write_bytes(damaged)
    window = make_window()
    qtbot.waitUntil(lambda: "My digits cannot be read" in window.banner.text)
    assert [file.read_bytes() for file in settings.folder.glob("my-digits.damaged*")] == [damaged]
    assert len(window.session.personal) == 0


@pytest.mark.parametrize("seed", range(2))
def test_the_window_opens_whatever_is_damaged(
    make_window: Callable[[], MainWindow], settings: Settings, qtbot: QtBot, seed: int
) -> None:
    first = make_window()
    first.session.data.relabel([0, 1, 2], 4)
    store_runs(settings.folder)
    for name in ("drawing", "my digits"):
        kind = READABLE_IN_WINDOW[name]
        (settings.folder / kind.name).write_bytes(kind.contents()[0])
    first.session.tasks.finish()
    first.close()
    assert list(settings.folder.rglob("*.edits.json"))
    random = Random(seed)
    files = [file for file in sorted(settings.folder.rglob("*")) if file.is_file() and file.suffix != ".lock"]
    assert {file.name for file in files} >= {"settings.ini", "drawing.npz", "my-digits.npz", "run.json"}
    for file in files:
        file.write_bytes(changed(file.read_bytes(), some_changes(random)))
    window = make_window()
    window.show_page("runs")
    window.session.tasks.finish()
    QApplication.processEvents()
    assert window.isVisible()


@pytest.mark.parametrize("called", ["n" * 300, "caf\udce9-\udcff", "n/" * 3000], ids=["long", "no UTF-8", "deep"])
def test_the_window_opens_whatever_files_it_remembers(
    make_window: Callable[[], MainWindow], settings: Settings, called: str
) -> None:
    for key in (data_document.LAST_KEY, model_document.LAST_KEY, model_document.REOPEN_KEY, sweeps.ADDED_KEY):
        settings.set(key, called)
    settings.add_recent("data", called)
    window = make_window()
    window.show_page("runs")
    window.session.tasks.finish()
    assert window.isVisible()


def test_data_whose_name_is_no_text_are_opened_and_corrected(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    for called in ("caf\udce9-\udcff.npz", "n" * 250 + ".npz"):
        shown = window.session.data.dataset
        np.savez(tmp_path / "x.npz", images=shown.images[:50], labels=shown.labels[:50])
        file = (tmp_path / "x.npz").rename(tmp_path / called)
        window.session.data.open(str(file), ask=False)
        qtbot.waitUntil(lambda file=file: window.session.data.dataset.source == str(file))
        other = (int(shown.labels[3]) + 1) % 10
        window.session.data.relabel([3], other)
        window.session.tasks.finish()
        assert [entry["label"] for entry in load_edits(edits_beside(file)).entries] == [other]
