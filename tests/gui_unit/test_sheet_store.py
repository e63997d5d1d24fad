"""Sheets are kept, whatever other windows do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.sheet_projects import known_sheet
from pytestqt.qtbot import QtBot

from digitgui.documents import sheet_store
from digitgui.documents.sheet_store import SheetStore
from digitgui.work.background import BackgroundTasks
from digitgui.work.safekeeping import Safekeeping
from model.sheets.project_files import load_project, save_project


@pytest.fixture
def safekeeping(qtbot: QtBot) -> Iterator[Safekeeping]:
    tasks = BackgroundTasks()
    safekeeping = Safekeeping(tasks)
    yield safekeeping
    safekeeping.shut_down()
    tasks.shut_down()


def test_sheets_wait_while_another_window_writes_them(
    safekeeping: Safekeeping, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_store, "LOCK_SECONDS", 0.05)
    path, sheet = tmp_path / "sheets.json", known_sheet(tmp_path / "scan.png")
    save_project(path, [sheet])
    store = SheetStore(tmp_path / "own", safekeeping)
    store.know(path, [sheet])
    (tmp_path / "own" / "sheets").mkdir(parents=True)
    with store._lock(path):
        store.save(path, [sheet.with_decision((0, 0), "7")])
        safekeeping._tasks.finish()
        assert list(safekeeping.waiting.values()) == ["another window is still writing them"]
        assert not load_project(path)[0].decided
    safekeeping.try_again()
    safekeeping._tasks.finish()
    assert not safekeeping.waiting
    assert load_project(path)[0].decided == {(0, 0): "7"}


def test_a_folder_that_cannot_be_written_takes_no_corrections(safekeeping: Safekeeping, tmp_path: Path) -> None:
    (tmp_path / "own").write_text("a file where the folder of locks would be")
    path, sheet = tmp_path / "sheets.json", known_sheet(tmp_path / "scan.png").with_decision((0, 0), "7")
    SheetStore(tmp_path / "own", safekeeping).save(path, [sheet])
    safekeeping._tasks.finish()
    assert load_project(path)[0].decided == {(0, 0): "7"}
