"""Reports on paper."""

import re
import sys
from pathlib import Path

import pytest
from helpers.reports import CONFIG, run_once
from helpers.stored_runs import CONFIGS, store_runs
from PySide6.QtCore import Qt
from PySide6.QtGui import QPdfWriter, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.runs import paper
from model.reports.report import report_on_run


def pages_of(file: Path) -> int:
    return len(re.findall(rb"/Type /Page\b", file.read_bytes()))


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Accept the dialog with a PDF as printer."""
    target = tmp_path / "printed.pdf"

    def accept(dialog: QPrintDialog) -> int:
        dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        dialog.printer().setOutputFileName(str(target))
        return 1

    monkeypatch.setattr(QPrintDialog, "exec", accept)
    return target


def press_ctrl_p(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)


def test_the_report_of_the_selected_run_is_printed(settings, make_window, qtbot: QtBot, target: Path) -> None:
    store_runs(settings.folder, limit=300, source="bundled")
    window = make_window()
    window.show_page("runs")
    qtbot.waitUntil(lambda: len(window.session.runs.records) == len(CONFIGS), timeout=5000)
    asked = []
    window.session.printing.changed.connect(lambda: asked.append(window.session.printing.answer))
    press_ctrl_p(window)
    qtbot.waitUntil(lambda: f"Report printed to {target}" in window.banner.text, timeout=60_000)
    assert pages_of(target) >= 2
    assert window.runs_page.detail._record.name in asked[-1]


def test_elsewhere_that_of_the_open_network_is_printed(window: MainWindow, qtbot: QtBot, target: Path) -> None:
    window.session.model.replace(run_once(CONFIG).network, name="mine")
    window.show_page("evaluate")
    press_ctrl_p(window)
    qtbot.waitUntil(lambda: f"Report printed to {target}" in window.banner.text, timeout=60_000)
    assert pages_of(target) >= 2
    page = window.session.printing.answer
    assert "Wrong pictures" in page  # the open data are those of its training


def test_a_network_that_tells_of_no_run_gives_a_sentence(window: MainWindow, qtbot: QtBot, target: Path) -> None:
    window.session.model.network.card.provenance = {}
    press_ctrl_p(window)
    qtbot.waitUntil(
        lambda: "The report cannot be made: default records no run" in window.banner.text, timeout=60_000
    )
    assert not target.exists()


def test_without_a_printer_and_a_file_a_sentence_says_what_to_do(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QPrintDialog, "exec", lambda _dialog: 1)
    monkeypatch.setattr(QPrinter, "printerName", lambda _printer: "")
    window.session.printing.done.emit("<body></body>")
    window.session.printing.wait()
    assert "There is no printer. Print to a file" in window.banner.text


def test_where_the_system_cannot_print_a_sentence_says_what_to_do(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtPrintSupport", None)
    window.session.printing.done.emit("<body></body>")
    assert "This system cannot print" in window.banner.text


@pytest.mark.qt_log_ignore("QPdf", "QPainter")
def test_a_file_that_cannot_be_written_is_named(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    file = str(tmp_path / "no folder" / "printed.pdf")
    window.session.printing.print_on(QPdfWriter(file), file, "")
    qtbot.waitUntil(lambda: f"cannot be printed to {file}" in window.banner.text, timeout=10_000)


def test_paper_has_all_that_the_page_has(tmp_path: Path, qapp) -> None:
    ran = run_once(CONFIG)
    html = report_on_run(ran.record, ran.network, ran.dataset, command="digitgui train --data bundled")
    html = paper._in_light_colors(html)
    assert "var(--" not in html.replace("var(--strength)", "").partition("</style>")[2]
    assert html.count("<svg") == len(list(paper._drawn(html))) == 5
    document = QTextDocument()
    on_paper = paper._for_paper(html)
    document.setHtml(on_paper)
    text = document.toPlainText()
    for title in re.findall(r"<h2[^>]*>(.*?)</h2>", html):
        assert title in text
    assert on_paper.count("<img") == html.count("<img") + 5
    assert on_paper.count("bgcolor") >= 10
    assert "matplotlib" not in text
    assert "↓ →" in text
    assert "label, answer" not in text  # it is for those who listen
