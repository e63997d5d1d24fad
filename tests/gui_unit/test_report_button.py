"""Reports from the Runs page: written in another process, offered to be opened."""

from pathlib import Path

import pytest
from helpers.data_page import press, texts
from helpers.reports import Page
from helpers.stored_runs import CONFIGS, described, store_runs
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget

from digitgui.asking import file_dialogs
from digitgui.frame.main_window import MainWindow
from digitgui.pages.runs.runs_page import CURVES
from model.runs.run_record import RunRecord
from model.sweeps.sweep_grid import plan_from
from model.sweeps.sweeping import Sweep

WAIT = 240_000
"""Milliseconds: a report takes a second, but in a process that lets all others go first, also other tests."""


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(file_dialogs, "ask_report_target", lambda *_: tmp_path / "report.html")
    return tmp_path / "report.html"


@pytest.fixture
def runs(settings, make_window, qtbot) -> MainWindow:
    store_runs(settings.folder, limit=300, source="bundled")
    window = make_window()
    window.show_page("runs")
    qtbot.waitUntil(lambda: len(window.session.runs.records) == len(CONFIGS), timeout=5000)
    return window


def test_a_report_on_the_selected_run_is_written_and_opened(runs: MainWindow, target, monkeypatch, qtbot) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    reports, told = runs.session.reports, []
    reports.progressed.connect(lambda _detail: told.append(reports.share))
    press(runs.runs_page.detail, "Report…")
    assert reports.is_under_way
    assert reports.can_cancel
    qtbot.waitUntil(lambda: "Report saved" in runs.banner.text, timeout=WAIT)
    page = Page(target.read_text(encoding="utf-8"))
    assert told
    assert told == sorted(told)
    assert "journal-8" in page.text
    assert any(len(table) >= 10 for table in page.tables)
    press(runs.banner, "Open")
    assert opened == [str(target)]


def test_a_report_on_the_sweep_of_the_selected_run_is_written(runs: MainWindow, target, qtbot) -> None:
    folder = runs.session.sweeps.folder / "two"
    plan = plan_from({"seed": [0, 1]}, {"arch": "journal-8", "seed": 0})
    sweep = Sweep(folder, runs.session.data.dataset, plan)
    for task, (_, config) in zip(plan.tasks(0, [0, 1]), CONFIGS[::3], strict=True):
        sweep.store.write(
            RunRecord(task.run, "journal-8", described("journal-8", config), "completed", sweep="two")
        )
    runs.session.runs.refresh()
    qtbot.waitUntil(lambda: len(runs.session.runs.records) == len(CONFIGS) + 2, timeout=5000)
    runs.ways.show_sweep(folder)
    qtbot.waitUntil(lambda: "two: 2 of 2 runs done" in texts(runs.runs_page), timeout=5000)
    runs.runs_page.findChild(QPushButton, "reportOnSweep").click()
    qtbot.waitUntil(lambda: "Report saved" in runs.banner.text, timeout=WAIT)
    of_sweep = target.read_bytes()
    assert "two" in Page(target.read_text(encoding="utf-8")).text
    target.unlink()
    view, button = runs.runs_page.list.view, runs.runs_page.detail.report_button
    of_it = [record.id for record in runs.session.runs.records if record.sweep]
    view.select_runs(of_it, of_it[0])
    assert (len(of_it), button.text()) == (2, "Report of the sweep…")
    runs.runs_page.show_tab(CURVES)
    assert runs.runs_page.subject == [folder], "so it is printed, too"
    button.click()
    qtbot.waitUntil(target.exists, timeout=WAIT)
    assert target.read_bytes() == of_sweep
    view.select_runs(of_it[:1], of_it[0])
    assert button.text() == "Report…"
    other = next(record.id for record in runs.session.runs.records if not record.sweep)
    runs.runs_page.list.clear_filter()
    view.select_runs([*of_it, other], other)
    assert button.text() == "Report of 3 runs…"


def test_a_report_on_several_selected_runs_compares_them(runs: MainWindow, target, qtbot) -> None:
    view, button = runs.runs_page.list.view, runs.runs_page.detail.report_button
    first, second = runs.session.runs.records[0], runs.session.runs.records[2]
    view.select_runs([first.id, second.id], first.id)
    assert button.text() == "Report of 2 runs…"
    button.click()
    qtbot.waitUntil(lambda: "Report saved" in runs.banner.text, timeout=WAIT)
    page = Page(target.read_text(encoding="utf-8"))
    assert "A comparison of 2 runs" in page.text
    assert "sweep" not in page.text.casefold()
    for record in (first, second):
        accuracy = f"{100 * record.validation.accuracy:.2f} %"
        rows = [row for table in page.tables for row in table if record.arch in row and accuracy in row]
        assert rows, record.name


def test_the_suggested_name_is_allowed_on_every_system(settings, qtbot, monkeypatch) -> None:
    suggested: list[str] = []

    def decline(dialog: QFileDialog) -> int:
        suggested.extend(dialog.selectedFiles())
        return 0

    monkeypatch.setattr(QFileDialog, "exec", decline)
    parent = QWidget()
    qtbot.addWidget(parent)
    assert file_dialogs.ask_report_target(parent, settings, 'My <best> run: 1/2 "x"') is None
    assert Path(suggested[0]).name == "My -best- run- 1-2 -x-.html"


def test_a_report_that_cannot_be_written_is_told_in_a_sentence(
    runs: MainWindow, tmp_path, monkeypatch, qtbot
) -> None:
    monkeypatch.setattr(file_dialogs, "ask_report_target", lambda *_: tmp_path / "no" / "report.html")
    press(runs.runs_page.detail, "Report…")
    qtbot.waitUntil(lambda: "The report cannot be saved" in runs.banner.text, timeout=WAIT)
    assert not runs.session.reports.is_under_way
    monkeypatch.setattr(file_dialogs, "ask_report_target", lambda *_: tmp_path / "report.html")
    press(runs.runs_page.detail, "Report…")
    qtbot.waitUntil(lambda: "Report saved" in runs.banner.text, timeout=WAIT)
    assert "cannot be written" not in runs.banner.text
    assert runs.banner.property("tone") == "notice"
