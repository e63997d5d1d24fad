"""Every plot, table and matrix gives its numbers and a picture where it stands."""

import csv
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from helpers.data_page import press
from helpers.evaluate_page import evaluate
from helpers.stored_runs import described
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QGraphicsView,
    QMenu,
    QPushButton,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from digitgui.asking import file_dialogs
from digitgui.frame.main_window import MainWindow
from digitgui.frame.page_list import PAGES
from digitgui.looks.theme import DARK
from digitgui.looks.theme_controller import ThemeChoice
from digitgui.pages.page import Page
from digitgui.runs.parallel_axes import Parallels
from digitgui.runs.run_wording import validation_accuracy
from digitgui.widgets.figure_export import HasRows, copy_figure, figure_at, rows_of, save_figure
from digitgui.widgets.later import Later
from digitgui.widgets.plots.curve_plot import CurvePlot
from digitgui.widgets.plots.parallel_plot import ParallelPlot
from digitgui.widgets.plots.reliability_plot import ReliabilityPlot
from digitgui.widgets.plots.scatter_map import ScatterMap
from digitgui.widgets.plots.trait_strip import TraitStrip
from digitgui.widgets.tables.term_table import TermTable
from digitgui.widgets.tables.text_table import TextTable
from model import Task, TrainingConfig
from model.judging.calibration import measure_calibration
from model.runs.run_record import RunRecord

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


OWN_MENUS = {"RunTableView", "CellTableView"}
"""Which offer more than their numbers."""
TABBED = {"draw", "train", "evaluate"}
"""Pages with plots on their tabs, which compute little when they are shown."""


def surface(figure: QWidget) -> QWidget:
    """Return what the mouse is over."""
    return figure.viewport() if isinstance(figure, QAbstractScrollArea) else figure


def menu_over(part: QWidget, page: Page) -> QMenu | None:
    """Ask for the menu in the middle of a part, by the mouse."""
    part = surface(part)
    place = part.visibleRegion().boundingRect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, part.mapToGlobal(place))
    QApplication.sendEvent(part, event)
    menus = [menu for menu in page.findChildren(QMenu) if menu.isVisible()]
    return menus[0] if menus else None


def export_of(figure: QWidget, folder: Path) -> None:
    """Write a figure in every form, and read the pictures."""
    for suffix in ("png", "svg", "csv"):
        save_figure(figure, folder / f"x.{suffix}")
    assert (folder / "x.csv").stat().st_size
    with Image.open(folder / "x.png") as picture:
        assert picture.width == pytest.approx(2 * figure.width(), abs=2)
        assert picture.convert("RGBA").getextrema()[3] == (255, 255), "on a ground, not on what was in the memory"
        assert len(np.unique(np.asarray(picture.convert("RGB")).reshape(-1, 3), axis=0)) > 3
    assert ET.parse(folder / "x.svg").getroot().tag.endswith("svg")


def test_all_plots_and_tables_of_all_pages_can_be_exported(few: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    evaluate(few, qtbot)
    for kind in ("ROC", "Calibration"):
        press(few.evaluate_page.curves, kind)
    few.session.handwriting.request()
    qtbot.waitUntil(lambda: few.session.handwriting.training is not None, timeout=20_000)
    found, kinds, asked = set(), set(), set()
    for entry in PAGES:
        few.show_page(entry.name)
        page = few.ways.pages.page(entry.name)
        for later in page.findChildren(Later):
            _ = later.part
        tabs = [one for one in page.findChildren(QPushButton) if one.property("tab") and entry.name in TABBED]
        for show in [tab.click for tab in tabs] or [lambda: None]:
            show()
            qtbot.wait(20)
            for part in page.findChildren(QWidget):
                if not isinstance(part, QGraphicsView | QTableView | HasRows):
                    continue
                figure = figure_at(part, page)
                assert figure is not None, part
                kind = type(figure).__name__
                kinds.add(kind)
                if figure not in found:
                    found.add(figure)
                    rows = rows_of(figure)
                    assert isinstance(figure, TermTable) or len({len(row) for row in rows}) <= 1, figure
                is_seen = part is figure and figure.isVisible() and not surface(figure).visibleRegion().isEmpty()
                if is_seen and kind not in asked | OWN_MENUS:
                    export_of(figure, tmp_path)
                    menu = menu_over(figure, page)
                    assert menu is not None, figure
                    asked.add(kind)
                    texts = [action.text().replace("&", "") for action in menu.actions()]
                    assert texts == ["Copy as table", "Export as PNG, SVG or CSV…"]
                    menu.hide()
    assert kinds >= {
        "OverlayPlot",
        "StrengthPlot",
        "RunTableView",
        "CellTableView",
        "TextTable",
        "TermTable",
        "ScorePlot",
        "ScatterMap",
        "ParallelPlot",
    }
    assert asked >= {
        "CurvePlot",
        "DoubtPlot",
        "ReliabilityPlot",
        "ConfusionMatrix",
        "ScoreTable",
        "LabelHistogram",
        "TraitStrip",
    }


def test_the_numbers_are_those_that_are_shown(qtbot: QtBot, tmp_path: Path) -> None:
    plot = CurvePlot("Loss against epochs", top=10.0)
    qtbot.addWidget(plot)
    steps, losses = np.array([0.5, 1.0]), np.array([2.25, 1.125])
    plot.show_curves(2, (steps, losses), ([1, 2], [1.5, float("nan")]), means=2)
    save_figure(plot, tmp_path / "curves.csv")
    with (tmp_path / "curves.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["curve", "epoch", "loss"]
    assert [row[1:] for row in rows if row[0] == "training"] == [["0.5", "2.25"], ["1", "1.125"]]
    assert [row[1:] for row in rows if row[0] == "validation"] == [["1", "1.5"]]

    probabilities = np.array([[0.95, 0.05], [0.85, 0.15], [0.4, 0.6], [0.95, 0.05]], np.float32)
    calibration = measure_calibration(probabilities, np.array([0, 1, 1, 0], np.uint8))
    reliability = ReliabilityPlot()
    qtbot.addWidget(reliability)
    assert len(reliability.table_rows()) == 1
    reliability.show_calibration(calibration)
    answers = [int(row[4]) for row in rows_of(reliability)[1:]]  # and not the logarithms that are drawn
    assert answers == [count for count in calibration.count.tolist() if count]
    assert sum(answers) == 4

    table = TextTable("Layers")
    qtbot.addWidget(table)
    table.show_rows([["layer", "shape", "cost"], ["Dense", "10", "7,850"], ["ReLU", "10", "0"]])
    assert rows_of(table) == [["Layer", "Shape", "Cost"], ["Dense", "10", "7,850"], ["ReLU", "10", "0"]]
    table.setColumnHidden(1, True)
    table.horizontalHeader().moveSection(2, 0)
    assert rows_of(table)[1] == ["7,850", "Dense"]


def test_the_menu_copies_and_writes(
    few: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = few.evaluate_page
    evaluate(few, qtbot)
    matrix = page.confusion.matrix
    menu = menu_over(matrix, page)
    assert menu is not None
    menu.actions()[0].trigger()
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0] == ["label \\ answer", *"0123456789"]
    counts = np.array([line[1:] for line in lines[1:]], int)
    np.testing.assert_array_equal(counts, few.session.evaluation.scores["all"].confusion)
    few.themes.choose(ThemeChoice.DARK)
    save_figure(matrix, tmp_path / "matrix.png")
    with Image.open(tmp_path / "matrix.png") as picture:
        corner = picture.convert("RGBA").getpixel((1, picture.height - 2))
    assert corner == QColor(DARK.card).getRgb(), "the ground of its card"
    few.themes.choose(ThemeChoice.LIGHT)
    target = tmp_path / "matrix.svg"
    monkeypatch.setattr(file_dialogs, "ask_figure_target", lambda *_: target)
    menu.actions()[1].trigger()
    assert ET.parse(target).getroot().tag.endswith("svg")
    assert str(target) in few.banner.text
    monkeypatch.setattr(file_dialogs, "ask_figure_target", lambda *_: tmp_path / "no" / "matrix.csv")
    menu.actions()[1].trigger()
    assert "cannot be written" in few.banner.text
    menu.hide()
    assert menu_over(page.findChild(QWidget, "heading") or page, page) is None
    assert figure_at(page.childAt(QPoint(2, 2)), page) is None


@pytest.mark.parametrize(("key", "modifier"), [(Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier), (None, None)])
def test_the_menu_key_lists_what_is_in_sight_or_is_about_what_has_the_keys(
    few: MainWindow, qtbot: QtBot, key: Qt.Key | None, modifier: Qt.KeyboardModifier | None
) -> None:
    def ask(page: Page) -> QMenu:
        focused = QApplication.focusWidget()
        if key is None:  # as Qt does for the Menu key
            reason, place = QContextMenuEvent.Reason.Keyboard, focused.rect().center()
            QApplication.sendEvent(focused, QContextMenuEvent(reason, place, focused.mapToGlobal(place)))
        else:
            QTest.keyClick(focused, key, modifier)
        (menu,) = [one for one in page.findChildren(QMenu) if one.isVisible()]
        return menu

    few.show_page("train")
    page = few.train_page
    few.activateWindow()
    page.train_button.setFocus()
    qtbot.waitUntil(page.train_button.hasFocus)
    menu = ask(page)
    assert [entry.text() for entry in menu.actions()] == ["Loss against epochs", "Accuracy against epochs"]
    menu.actions()[1].menu().actions()[0].trigger()
    assert QGuiApplication.clipboard().text().startswith("curve\tepoch\taccuracy")
    menu.hide()
    few.show_page("data")
    few.data_page.show_tab(1)
    scatter = few.data_page.map_card.map
    qtbot.waitUntil(lambda: len(scatter.table_rows()) > 1, timeout=20_000)
    few.activateWindow()
    scatter.setFocus()
    qtbot.waitUntil(scatter.hasFocus)
    menu = ask(few.data_page)
    assert menu.actions()[0].text().replace("&", "") == "Copy as table"
    menu.actions()[0].trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    dataset = few.session.data.dataset
    assert len(lines) == 1 + len(dataset)
    assert lines[3].split("\t")[0::3] == ["2", str(dataset.labels[2])]
    menu.hide()


def test_maps_strips_and_lines_give_the_numbers_that_they_draw(qtbot: QtBot) -> None:
    scatter = ScatterMap()
    qtbot.addWidget(scatter)
    places = np.array([[0.5, 1], [2, -3], [4, 5]], np.float32)
    images, labels = np.zeros((9, 28, 28), np.uint8), np.array([2, 0, 1], np.uint8)
    scatter.set_points(places, np.array([7, 3, 5]), labels, images, Task(("cat", "dog", "owl")))
    assert rows_of(scatter)[1:] == [["3", "2", "-3", "cat"], ["5", "4", "5", "dog"], ["7", "0.5", "1", "owl"]]
    scatter.set_visible_indices(np.arange(9) > 4)
    assert [row[0] for row in rows_of(scatter)] == ["picture", "5", "7"]

    strip = TraitStrip("Slant", 1.0, "°", 2.0)
    qtbot.addWidget(strip)
    strip.set_values(np.array([0.0, 1, 2, 3, 40]), [5.0, 6.5])
    head, *bars, earlier, mine = rows_of(strip)
    assert head == ["", "from in °", "to in °", "digits"]
    assert (earlier, mine) == (["Earlier drawings", "10", "10", "1"], ["Your drawing", "13", "13", "1"])
    assert sum(int(bar[3]) for bar in bars) == 5
    assert all(float(bar[1]) < float(bar[2]) for bar in bars)
    assert float(bars[0][1]) <= 0
    assert float(bars[-1][2]) >= 80

    records = [
        RunRecord(name, "lenet", described("lenet", TrainingConfig(learning_rate=rate)), "completed")
        for name, rate in (("one", 0.1), ("two", 0.25))
    ]
    plot = ParallelPlot()
    qtbot.addWidget(plot)
    plot.show_parallels(Parallels.of(records))
    accuracy = f"{validation_accuracy(records[0]):.6g}"
    assert [row[1:] for row in rows_of(plot)] == [
        ["Learning rate", "Validation accuracy"],
        ["0.1", accuracy],
        ["0.25", accuracy],
    ]


def test_no_name_of_a_figure_becomes_a_formula(qtbot: QtBot, tmp_path: Path) -> None:
    table = TextTable("Classes")
    qtbot.addWidget(table)
    table.show_rows([["Class", "Figure"], ["=HYPERLINK(1)", "-0.5"], ["@SUM(A1)", "-1.5e-07"]])
    save_figure(table, tmp_path / "a.csv")
    copy_figure(table)
    pasted = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    written = list(csv.reader((tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()))
    for rows in (pasted, written):
        assert rows[-2:] == [["'=HYPERLINK(1)", "-0.5"], ["'@SUM(A1)", "-1.5e-07"]]
