"""What is drawn looks as the rest: accents, marks, icons, and what floats over the window."""

import re
from collections.abc import Callable
from importlib import resources as packaged

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt, QUrl, Slot
from PySide6.QtGui import QColor, QDesktopServices, QEnterEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

import resources
from digitgui.frame.drawing_dock import MARGIN
from digitgui.frame.main_window import MainWindow
from digitgui.looks.theme import DARK, LIGHT
from digitgui.looks.theme_controller import ThemeChoice
from digitgui.widgets.plots.curve_plot import CurvePlot
from digitgui.widgets.plots.plot_looks import MOST_MARKS, marked_points
from digitgui.widgets.plots.trait_strip import TraitStrip
from model.runs.run_record import RunRecord

Draw = Callable[..., None]


def test_icon_and_reports_have_the_accent_of_the_window() -> None:
    assert f'fill="{LIGHT.accent}"' in resources.icon("app").read_text(encoding="utf-8")
    sheet = packaged.files("model.reports").joinpath("templates/style.css").read_text(encoding="utf-8")
    accents = re.findall(r"--accent: (#\w{6}); --accent-soft: (#\w{6});", sheet)
    assert accents == [(theme.accent, theme.accent_soft) for theme in (LIGHT, DARK)]


@pytest.mark.parametrize("count", [0, 1, 2, MOST_MARKS, MOST_MARKS + 1, 100, 1000])
def test_marks_are_few_even_and_end_with_the_curve(count: int) -> None:
    marked = marked_points(count)
    assert len(marked) == count if count <= MOST_MARKS else MOST_MARKS // 2 <= len(marked) <= MOST_MARKS
    assert len(set(np.diff(marked))) <= 1
    assert not count or (marked[0] >= 0 and marked[-1] == count - 1)


def test_a_long_curve_has_the_marks_of_its_legend_and_its_table_has_each_point_once(qtbot: QtBot) -> None:
    plot = CurvePlot("Loss", top=10.0)
    qtbot.addWidget(plot)
    epochs = np.arange(1.0, 101)
    plot.show_curves(100, (epochs, 1 / epochs), (epochs.tolist(), (2 / epochs).tolist()))
    assert 15 < len(plot._marks.getData()[0]) <= MOST_MARKS
    assert plot._marks.getData()[0][-1] == 100
    assert len([row for row in plot.table_rows() if row[0] == "validation"]) == 100
    assert {row[0] for row in plot.table_rows()[1:]} == {"training", "training, smoothed", "validation"}


def _columns(image: QImage, row: int, color: str) -> int:
    return sum(image.pixelColor(x, row) == QColor(color) for x in range(image.width()))


def test_values_that_are_all_the_same_are_a_line_that_says_so_and_no_histogram(qtbot: QtBot) -> None:
    strip = TraitStrip("Size", 0.05, "% of the sheet", 100.0)
    qtbot.addWidget(strip)
    strip.resize(300, 52)
    row = 20  # below the marks
    strip.set_values(np.full(500, 0.714), [])
    assert 1 <= _columns(strip.grab().toImage(), row, LIGHT.muted) <= 3
    spread = np.random.default_rng(0).normal(0.7, 0.2, 500)
    strip.set_values(spread, [])
    assert _columns(strip.grab().toImage(), row, LIGHT.muted) > 20


def _hover(part: QWidget) -> None:
    place = QPointF(9, 9)
    QApplication.sendEvent(part, QEnterEvent(place, place, place))


def _ground(window: MainWindow, part: QWidget) -> str:
    """Return the colour just inside the line around what floats."""
    place = part.mapTo(window, QPoint(4, part.height() // 2))
    return window.grab().toImage().pixelColor(place).name().upper()


def test_what_floats_has_the_ground_of_the_theme_and_leaves_the_answer_clear(
    window: MainWindow, draw: Draw
) -> None:
    page = window.draw_page
    draw(page.canvas)
    window.resize(1280, 800)
    for choice, theme in ((ThemeChoice.DARK, DARK), (ThemeChoice.LIGHT, LIGHT)):
        window.themes.choose(choice)
        for frame in (page.xray._frames[1], page.xray._frames[-1]):
            _hover(frame.picture)
            shown = page.xray.enlargement
            assert shown.isVisible()
            assert _ground(window, shown) == theme.card
            assert not QRect(page.answer.mapTo(window, QPoint()), page.answer.size()).intersects(shown.geometry())
            QApplication.sendEvent(frame.picture, QEvent(QEvent.Type.Leave))


def test_the_figures_of_curves_have_a_ground(window: MainWindow, stored: list[RunRecord], qtbot: QtBot) -> None:
    window.resize(1280, 800)
    window.show_page("runs")
    page = window.runs_page
    qtbot.waitUntil(lambda: page.list.view.selected_runs != [], timeout=10_000)
    page.show_tab(0)
    qtbot.waitUntil(lambda: bool(page.curves.plot._items), timeout=10_000)
    page.curves.plot.setFocus()
    QTest.keyClick(page.curves.plot, Qt.Key.Key_Left)
    assert page.curves.plot.readout.isVisible()
    assert _ground(window, page.curves.plot.readout) == window.themes.theme.card


@pytest.mark.parametrize("size", [(1024, 640), (1280, 720)])
def test_draw_never_scrolls_sideways(window: MainWindow, draw: Draw, size: tuple[int, int], qtbot: QtBot) -> None:
    page, bar = window.draw_page, window.draw_page.parentWidget().parentWidget().horizontalScrollBar()
    window.resize(*size)
    canvas, answer = page.canvas.mapTo(page, QPoint()), page.answer.mapTo(page, QPoint())
    assert canvas.x() < answer.x()
    window.lessons.open(min(path for path in resources.LESSONS.iterdir() if path.is_dir()))
    qtbot.waitUntil(lambda: window.lessons.width > 0, timeout=20_000)
    window.show_page("draw")
    for is_drawn in (False, True):
        if is_drawn:
            draw(page.canvas)
        for tab in page.tabs.buttons():
            tab.click()
            qtbot.wait(50)
            assert bar.maximum() == 0, (tab.text(), is_drawn)
    page.tabs.button(0).click()
    frames = [frame.mapTo(page, QPoint()).y() for frame in page.xray._frames]
    assert frames == sorted(frames)
    assert len(set(frames)) == 2
    window.lessons.end()
    window.themes.project(size[0])
    qtbot.wait(50)
    assert window.themes.text_percent > 100
    assert bar.maximum() == 0
    assert len({frame.mapTo(page, QPoint()).y() for frame in page.xray._frames}) == 1


def test_the_drawing_beside_the_pages_grows_with_the_window(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("data")
    sides = []
    for size in ((1366, 768), (1920, 1080), (1366, 768)):
        window.resize(*size)
        around = 3 * MARGIN + window.dock.widget().verticalScrollBar().sizeHint().width()
        qtbot.waitUntil(lambda around=around: window.dock.width() == window.dock.canvas.width() + around)
        qtbot.wait(50)
        assert window.dock.isVisible()
        sides.append((window.dock.canvas.width(), window.dock.bars.height(), window.dock.width()))
    usual, large, again = sides
    assert again == usual
    assert usual[0] == 200
    assert all(now > 1.3 * before for now, before in zip(large, usual, strict=True)), sides


class _Browser(QObject):
    """Takes the place of the browser."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        """Remember what is to be opened."""
        self.opened.append(url.toString())


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_about_shows_the_logo_and_its_links_lead_on(window: MainWindow, qtbot: QtBot) -> None:
    browser = _Browser()
    QDesktopServices.setUrlHandler("https", browser, "take")
    window.menus.trigger("about")
    dialog = window.findChild(QDialog, "about")
    logo, text = dialog.findChildren(QLabel)
    assert logo.pixmap().toImage().pixelColor(logo.pixmap().width() // 2, 8).name().upper() == LIGHT.accent
    links = re.findall(r'href="([^"]+)"', text.text())
    assert len(links) > 4
    for link in links[2:]:
        text.linkActivated.emit(link)
    assert browser.opened == links[2:]
    QDesktopServices.unsetUrlHandler("https")
    text.linkActivated.emit(links[0])
    qtbot.waitUntil(lambda: window.findChild(QWidget, "tourCard") is not None)
    assert not dialog.isVisible()
