"""A sweep shows its runs as they grow, tells the time that is left, and can be taken off the list."""

from dataclasses import replace
from pathlib import Path

import filelock
import pytest
from helpers.data_page import press, texts
from helpers.stored_runs import CONFIGS, described
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from digitgui.asking import file_dialogs
from digitgui.pages.runs.runs_page import RunsPage
from digitgui.runs.parallel_axes import Parallels
from digitgui.runs.run_reader import RunReader
from digitgui.runs.run_wording import names_apart
from digitgui.runs.sweep_pace import SweepPace
from digitgui.runs.sweep_request import SweepRequest
from model.readers.sources import open_data
from model.runs.run_record import RUNNING, RunNotes, RunRecord
from model.runs.run_store import RunStore
from model.sweeps.running_runs import LOCK, RunFollower
from model.sweeps.sweep_plan import Candidate, SweepPlan, complete
from model.sweeps.sweeping import Sweep, SweepProgress

START = 60_000
PLAN = SweepPlan((Candidate({"lr": 0.01}, complete({"arch": "lenet"})),))


def running(folder: Path, number: int = 1, epochs: int = 2) -> RunRecord:
    """Write how far one run of a sweep has come."""
    description = described(*CONFIGS[1]) | {"report": None}
    epochs_known = description["history"]["epochs"][:epochs]
    seen = epochs * description["data"]["train_pictures"]
    history = description["history"] | {"epochs": epochs_known, "images_seen": seen}
    record = RunRecord(f"000{number}-lenet", "lenet", description, RUNNING, sweep=folder.name)
    RunFollower(folder, record)(history, 4.0)
    return replace(
        record, id=str(folder / record.id), description=description | {"history": history, "seconds": 4.0}
    )


@pytest.fixture
def held(tmp_path: Path):
    """Make a sweep that another program has taken up, and that shows one run."""
    folder = tmp_path / "elsewhere"
    Sweep(folder, open_data("bundled").limited(100), PLAN)
    with filelock.FileLock(folder / LOCK):
        running(folder)
        yield folder


def test_runs_that_go_on_are_read_and_give_way_to_their_records(held: Path, tmp_path: Path) -> None:
    reader = RunReader(RunStore(tmp_path / "runs"), lambda: [held])
    (first,), problems = reader.read()
    assert (first.id, first.state, len(first.history.epochs)) == (str(held / "0001-lenet"), RUNNING, 2)
    assert not problems
    assert reader.read()[0][0] is first, "nothing is drawn anew"
    RunStore(held).write_notes("0001-lenet", RunNotes(note="the one"))
    running(held, epochs=3)
    (grown,), _ = reader.read()
    assert (len(grown.history.epochs), grown.notes.note) == (3, "the one")
    RunStore(held).write(replace(grown, id="0001-lenet", state="completed"))
    assert [record.state for record in reader.read()[0]] == ["completed"]


def test_nothing_of_it_goes_on_when_its_program_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    Sweep(folder, open_data("bundled").limited(100), PLAN)
    running(folder)
    assert RunReader(RunStore(tmp_path / "runs"), lambda: [folder]).read() == ([], [])


def test_the_time_left_follows_from_the_epochs_of_the_runs_that_go_on(tmp_path: Path) -> None:
    pace = SweepPace()
    assert (pace.share, pace.seconds_left) == (0.0, None)
    assert "starting" in pace.in_words
    pace.see_progress(SweepProgress(None, 0, 4, None, 0, 12, 12))
    assert (pace.in_words, pace.seconds_left) == ("0 of 4 runs · starting", None)
    first, second = (running(tmp_path / "x", number) for number in (1, 2))
    pace.see_running([first, second])  # each two of three epochs, in four seconds
    assert pace.share == pytest.approx(4 / 12)
    assert pace.seconds_left == pytest.approx(8 / (2 * 0.5))
    assert pace.in_words == "0 of 4 runs · 2 running · 8 s left"
    pace.see_progress(SweepProgress(replace(first, id="0001-lenet"), 1, 4, 99.0, 3, 9, 12))
    assert pace.running == [second]
    assert pace.seconds_left == pytest.approx(7 / (2 * 0.5)), "two at once, though one has not begun yet"
    pace.see_progress(SweepProgress(replace(first, id="0003-lenet"), 3, 4, 99.0, 9, 3, 12))
    assert pace.seconds_left == pytest.approx(1 / 0.5)


def test_curves_of_a_sweep_are_shown_as_they_grow_until_a_person_selects_others(small, qtbot: QtBot) -> None:
    page, sweeps = small.runs_page, small.session.sweeps
    small.show_page("runs")
    usual = small.train_page.form.usual() | {"arch": "journal-8", "batch_size": 1, "epochs": 900}
    sweeps.start("sweep", SweepRequest({"seed": [0, 1]}, usual), 1)
    line, stop = small.state_line, small.findChild(QPushButton, "stopRunButton")
    qtbot.waitUntil(lambda: bool(page.curves.curves) and len(page.curves.curves[0].epochs) > 0, timeout=START)
    assert page.curves.isVisible()
    before = len(page.curves.curves[0].epochs)
    qtbot.waitUntil(lambda: len(page.curves.curves[0].epochs) > before, timeout=START)
    (shown,) = page.list.view.selected_runs
    assert small.session.runs.record(shown).state == RUNNING
    qtbot.waitUntil(lambda: "s left" in page.progress.text and "s left" in line._epoch.text(), timeout=START)

    failures: list[str] = []
    small.session.failed.connect(failures.append)
    page.delete_selected()
    assert "cancel its sweep" in failures[-1]
    small.session.runs.rename(shown, "mine")
    notes = Path(shown) / "notes.json"
    qtbot.waitUntil(notes.exists, timeout=5000)
    page.list.view.clearSelection()
    qtbot.wait(2500)
    assert page.list.view.selected_runs == []

    assert stop.isVisible()
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert sweeps.going is None
    assert not stop.isVisible()


def test_an_added_sweep_can_be_taken_off_the_list_and_stays_where_it_is(
    runs_page: RunsPage, tmp_path: Path, monkeypatch, qtbot
) -> None:
    session, folder = runs_page._session, tmp_path / "elsewhere"
    Sweep(folder, open_data("bundled").limited(100), PLAN)
    arch, config = CONFIGS[1]
    RunStore(folder).write(RunRecord("0001-lenet", arch, described(arch, config), "completed", sweep="elsewhere"))
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    monkeypatch.setattr(file_dialogs, "ask_sweep_folder", lambda *_: folder)
    press(runs_page, "Open sweep folder…")
    off = runs_page.findChild(QPushButton, "takeSweepOff")
    qtbot.waitUntil(off.isVisible, timeout=5000)
    QTest.mouseClick(off, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.runs.record(str(folder / "0001-lenet")) is None, timeout=5000)
    assert folder not in session.sweeps.folders()
    assert str(folder) not in session.settings.text("sweeps/added")
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before
    qtbot.waitUntil(lambda: not off.isVisible(), timeout=2000)


def test_runs_of_one_name_that_learned_from_different_data_are_told_apart(runs_page: RunsPage, qtbot) -> None:
    session = runs_page._session
    arch, config = CONFIGS[1]
    description = described(arch, config)
    other = description | {"data": description["data"] | {"name": "mine", "sha256": "f" * 64}}
    twin = description | {"data": description["data"] | {"sha256": "e" * 64}}
    store = session.runs.store
    known = next(record for record in session.runs.records if record.arch == "lenet")
    store.write(replace(known, id="20990101-other", description=other))
    session.runs.refresh()
    qtbot.waitUntil(lambda: session.runs.record("20990101-other") is not None, timeout=5000)
    table = runs_page.list.table
    texts = {table.index(row, 2).data() for row in range(table.rowCount())}
    assert {f"{known.name} · {known.data['name']}", f"{known.name} · mine"} <= texts
    assert table.index(table.row_of(known.id), 2).data(Qt.ItemDataRole.EditRole) == known.name
    runs_page.list.view.select_runs([known.id, "20990101-other"], known.id)
    qtbot.waitUntil(lambda: len(runs_page.curves.curves) == 2, timeout=5000)
    assert len({curves.name for curves in runs_page.curves.curves}) == 2
    both = [known, replace(known, id="twin", description=twin)]
    assert len(set(names_apart(both).values())) == 2, "data of one name"
    assert set(names_apart([known, replace(known, id="again")]).values()) == {known.name}


def test_runs_of_one_name_with_other_settings_are_told_apart_wherever_they_are_named(
    runs_page: RunsPage, qtbot
) -> None:
    session, detail = runs_page._session, runs_page.detail
    known = next(record for record in session.runs.records if record.arch == "lenet")
    settings = known.settings | {"epochs": 20, "patience": 4}
    longer = replace(known, id="20990101-longer", description=known.description | {"settings": settings})
    assert longer.name == known.name
    session.runs.store.write(longer)
    session.runs.refresh()
    qtbot.waitUntil(lambda: session.runs.record(longer.id) is not None, timeout=5000)
    names = [f"{known.name} · 3 epochs · patience 0", f"{known.name} · 20 epochs · patience 4"]
    table = runs_page.list.table
    assert set(names) <= {table.index(row, 2).data() for row in range(table.rowCount())}
    runs_page.list.view.select_runs([known.id, longer.id], known.id)
    qtbot.waitUntil(lambda: {curves.name for curves in runs_page.curves.curves} == set(names), timeout=5000)
    assert names[0] in texts(detail)
    assert set(names) <= set(Parallels.of(session.runs.records).names)
    begun = replace(known, id="begun", begun_from="/home/me/runs/begun/begun.safetensors")
    assert names_apart([known, begun])["begun"] == f"{known.name} · begun with another network"


def test_what_is_known_of_a_run_has_the_height_of_the_page(runs_page: RunsPage) -> None:
    assert runs_page.detail.height() > 0.8 * (runs_page.height() - 100)
    top = runs_page.detail.mapTo(runs_page, QPoint(0, 0)).y()
    assert top == runs_page.list.mapTo(runs_page, QPoint(0, 0)).y()
    assert "Runs" in [one.text() for one in runs_page.findChildren(QLabel, "heading")]
