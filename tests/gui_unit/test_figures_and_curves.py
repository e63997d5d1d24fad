"""The figures of the Evaluate page and its curves: each with its meaning, sorted, copied, looked at closely."""

import numpy as np
import pytest
from helpers.data_page import texts
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitgui.pages.evaluate.evaluate_page import EvaluatePage
from digitgui.widgets.building import LONGEST_LINE
from digitgui.widgets.plots.curve_plot import CurvePlot
from model.judging.scores import MEANINGS


def test_every_figure_tells_its_meaning_by_keyboard_and_by_mouse(evaluate_page: EvaluatePage) -> None:
    evaluate_page.show_tab(1)
    for key, tile in evaluate_page.figures.tiles.items():
        assert MEANINGS[key] in tile.toolTip()
        assert len(tile.toolTip()) <= LONGEST_LINE or tile.toolTip().startswith("<p>")  # Qt breaks no other lines
        tile.setFocus(Qt.FocusReason.TabFocusReason)
        assert MEANINGS[key] in evaluate_page.figures.sentence
    table = evaluate_page.figures.table
    table.setFocus()
    table.setCurrentCell(0, 2)
    assert evaluate_page.figures.sentence == MEANINGS["recall"]
    table.setCurrentCell(10, 1)
    assert evaluate_page.figures.sentence == f"{MEANINGS['precision']} {MEANINGS['macro']}"


def test_the_table_is_sorted_by_a_click_and_copied_with_tabs(evaluate_page: EvaluatePage) -> None:
    evaluate_page.show_tab(1)
    table, scores = evaluate_page.figures.table, evaluate_page.scores
    head = table.horizontalHeader()
    place = head.viewport().rect().center()
    place.setX(head.sectionViewportPosition(2) + 8)
    QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
    recalls = [float(table.item(row, 2).text()) for row in range(10)]
    assert recalls == sorted(recalls)
    assert [table.item(row, 0).text() for row in (10, 11)] == ["macro", "weighted"]
    table.setFocus()
    table.setCurrentCell(0, 0)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0][:3] == ["digit", "precision", "recall"]
    assert len(lines) == 13
    assert lines[1][2] == f"{min(one.recall for one in scores.digits):.3f}"


def test_curves_of_one_digit_and_of_the_corner(evaluate_page: EvaluatePage) -> None:
    evaluate_page.show_tab(2)
    curves, scores = evaluate_page.curves, evaluate_page.scores
    assert f"{scores.macro.roc_auc:.4f}" in texts(curves)
    curves.classes.group.button(4).click()
    assert f"ROC-AUC, digit 4: {scores.digits[4].roc_auc:.4f}" in texts(curves)
    curves.corner.click()
    (left, right), (bottom, top) = curves.plot.getPlotItem().viewRange()
    assert (left, right, bottom, top) == pytest.approx((0, 0.1, 0.9, 1), abs=0.01)
    curves.kinds.button(2).click()
    assert f"{100 * scores.calibration.expected_error:.2f} %" in texts(curves)
    assert not curves.corner.isVisible()


def test_figures_of_a_network_that_has_diverged_are_left_out_without_a_warning(qtbot: QtBot) -> None:
    plot = CurvePlot("Loss against epochs", top=10.0)
    qtbot.addWidget(plot)
    plot.show()
    nothing = np.zeros(0)
    for validation in ([np.nan, np.nan], [0.5, np.nan], [np.inf, np.nan]):
        plot.show_curves(5, (nothing, nothing), ([1, 2], validation))
        plot.grab()
