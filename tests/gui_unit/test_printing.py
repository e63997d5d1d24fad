"""Reports on paper."""

import itertools
import re
import sys
from pathlib import Path
from statistics import median

import pytest
from helpers.reports import CONFIG, changed, run_once
from helpers.stored_runs import CONFIGS, store_runs
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPageLayout, QPdfWriter, QTextBlock
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.looks.theme import DARK, LIGHT
from digitgui.runs import paper
from digitgui.runs.matrix_on_paper import cells_of, draw_matrix, names_of
from model import reports
from model.reports.report import report_on_run

HEIGHT = 980.0
"""Of a page, in the document's pixels."""


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


def page_of(box: QRectF) -> tuple[int, int]:
    """Return on which pages something begins and ends."""
    return int(box.top() // HEIGHT), int((box.bottom() - 1) // HEIGHT)


def test_paper_has_all_that_the_page_has_and_cuts_nothing(qapp) -> None:
    ran = run_once(CONFIG)
    html = report_on_run(ran.record, ran.network, ran.dataset, command="digitgui train --data bundled")
    on_paper, pictures = paper._for_paper(paper._in_light_colors(html))
    assert "var(--" not in on_paper.replace("var(--strength)", "")
    assert len(pictures) == html.count("<svg") + 1 == on_paper.count("picture:"), "the curves and the matrix"
    assert {round(image.deviceIndependentSize().width()) for image in pictures} == {332, 680}
    document = paper.document_for_paper(html, HEIGHT)
    text = document.toPlainText()
    for title in re.findall(r"<h2[^>]*>(.*?)</h2>", html):
        assert title in text
    assert on_paper.count("<img") == html.count("<img") + len(pictures)
    assert "matplotlib" not in text
    assert "label, answer" not in text  # it is for those who listen
    parts = paper._parts(document)
    assert document.pageCount() > 2
    for part, following in itertools.pairwise(parts):
        first, last = page_of(paper._box(document, part))
        assert first == last, "each of these fits on a page"
        if isinstance(part, QTextBlock) and part.blockFormat().headingLevel():
            assert page_of(paper._box(document, following))[0] == first, part.text()


def test_on_paper_that_lies_across_nothing_is_cut_either(tmp_path: Path, qapp) -> None:
    ran = run_once(CONFIG)
    html = report_on_run(ran.record, ran.network, ran.dataset)
    pages = {}
    for orientation in QPageLayout.Orientation:
        file = tmp_path / f"{orientation.name}.pdf"
        device = QPdfWriter(str(file))
        device.setPageOrientation(orientation)
        paper.print_report(html, device)
        del device
        pages[orientation.name] = pages_of(file)
    assert pages["Portrait"] <= pages["Landscape"] <= pages["Portrait"] + 1


def test_a_table_longer_than_a_page_begins_below_its_heading(qapp) -> None:
    row = "<tr><td>a run</td><td class='number'>98 %</td></tr>"
    begins = set()
    for space in range(0, 120, 8):  # so that somewhere the heading comes last on its page
        words = f"{'<p>words</p>' * 33}<p style='margin-top: {space}px'>words</p>"
        head = "<thead><tr><th>Run</th><th>Accuracy</th></tr></thead>"
        html = f'<body>{words}<h2>All runs</h2><table class="wide">{head}{row * 100}</table></body>'
        document = paper.document_for_paper(html, HEIGHT)
        heading, table = paper._parts(document)[-2:]
        first_line = table.cellAt(1, 0).firstCursorPosition().block()
        begin = page_of(paper._box(document, first_line))[0]
        assert page_of(paper._box(document, heading))[0] == begin < document.pageCount() - 1
        begins.add(begin)
    assert begins == {0, 1}, "on the page of the words as long as there is room"


def matrix_of(classes: int) -> tuple[str, tuple[str, ...], list[list[int]]]:
    """Return the matrix of a report, as HTML, with its names and its numbers."""
    ran = run_once(CONFIG)
    names = tuple(f"Österreichische Straßenbahnhaltestelle & {number}" for number in range(classes))
    numbers = range(classes)
    confusion = [[900 if row == column else (row + column) % 3 for column in numbers] for row in numbers]
    confusion[-1][-2] = 900
    digits = dict.fromkeys((*names, "macro avg", "weighted avg"), ran.record.report["digits"]["0"])
    report = ran.record.report | {"count": sum(map(sum, confusion)), "confusion": confusion, "digits": digits}
    html = report_on_run(changed(ran.record, report=report), None, None)
    return re.search(r'<table class="confusion.*?</table>', html, flags=re.DOTALL)[0], names, confusion


def test_the_matrix_on_paper_has_every_name_and_number_and_fits_a_page(qapp) -> None:
    assert draw_matrix(matrix_of(200)[0], 680, 1).height() < paper.LEAST_HEIGHT - paper.FOOTER
    table, names, confusion = matrix_of(26)
    assert tuple(names_of(table)) == names
    assert [[int(cell.text or 0) for cell in row] for row in cells_of(table)] == confusion
    image = draw_matrix(table, 680, 2)
    assert image.width() == 2 * 680
    (right, beside) = (_ground(image, x, image.height() - 14) for x in (1330, 1330 - 37))
    assert right[2] - right[0] > 60 < right[0], "right, in blue, through which the number is read"
    assert beside[0] > beside[2], "wrong, in orange"


def _ground(image: QImage, x: int, y: int) -> tuple[float, float, float]:
    """Return red, green and blue of what lies behind a number, whatever strokes of it are there."""
    around = [image.pixelColor(x + across, y + down) for across in range(-9, 10) for down in range(-9, 10)]
    red, green, blue = (median(channel) for channel in zip(*(c.getRgb()[:3] for c in around), strict=True))
    return red, green, blue


def test_reports_have_the_colours_of_the_window(qapp) -> None:
    style = (Path(reports.__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")
    for theme, colors in zip((LIGHT, DARK), re.findall(r":root \{(.*?)\}", style, re.DOTALL), strict=True):
        found = dict(re.findall(r"--([\w-]+): (#\w{6})", colors))
        for name in ("window", "card", "text", "muted", "accent", "second", "good", "warning", "bad", "field"):
            assert found[name] == getattr(theme, name), name
        assert found["accent-soft"] == theme.accent_soft
