"""What is looked at grows with the window, what is read with the size of text; both are seen in either theme."""

from collections.abc import Callable

import pytest
from helpers.evaluate_page import evaluate
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.looks.theme import CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT, Theme
from digitgui.looks.theme_controller import TEXT_SIZES
from digitgui.settings import Settings
from digitgui.widgets.building import label
from digitgui.widgets.ink.canvas import EDGE
from digitgui.widgets.pictures.digit_picture import DigitPicture
from digitgui.widgets.probability_bars import ProbabilityBars

USUAL, PROJECTED = (1280, 800), (1920, 1080)


def _grown(window: MainWindow, part: QWidget, qtbot: QtBot) -> float:
    """Show a part in a usual window and then in a large one: how many times as high is it?"""
    heights = []
    for size in (USUAL, PROJECTED):
        window.resize(*size)
        qtbot.waitUntil(part.isVisible)
        qtbot.wait(20)
        heights.append(part.height())
    return heights[1] / heights[0]


def test_answers_and_pictures_grow_with_the_window(
    few: MainWindow, draw: Callable[..., None], qtbot: QtBot
) -> None:
    draw(few.draw_page.canvas)
    assert _grown(few, few.draw_page.answer.bars, qtbot) > 1.3
    for picture in filter(DigitPicture.isVisible, few.draw_page.findChildren(DigitPicture)):
        assert _grown(few, picture, qtbot) > 1.25
    few.show_page("data")
    assert _grown(few, few.data_page.picture.pixels, qtbot) > 1.25
    assert few.data_page.picture.means.viewport().width() // few.data_page.picture.means._side >= 10
    few.data_page.show_tab(2)
    assert _grown(few, few.data_page.augmentation.preview.variants, qtbot) > 1.2


def test_what_is_evaluated_grows_with_the_window(few: MainWindow, qtbot: QtBot) -> None:
    evaluate(few, qtbot)
    few.show_page("evaluate")
    page = few.evaluate_page
    page.show_tab(0)
    assert _grown(few, page.confusion.matrix, qtbot) > 1.3
    page.gallery.picture.why.click()
    for shown in (page.gallery.picture.insight.gradient, page.gallery.picture.insight.occlusion):
        assert _grown(few, shown, qtbot) > 1.15  # by whole pixels of the picture
    few.session.activity.tasks.finish()


def test_bars_fill_the_card(window: MainWindow, draw: Callable[..., None], qtbot: QtBot) -> None:
    window.resize(*PROJECTED)
    draw(window.draw_page.canvas)
    qtbot.wait(20)
    card, bars = window.draw_page.answer, window.draw_page.answer.bars
    assert bars.height() > 0.6 * card.height()


def test_text_has_twice_its_size_for_a_projector(window: MainWindow) -> None:
    usual = window.menuBar().fontInfo().pixelSize()
    window.themes.enlarge_text(len(TEXT_SIZES))
    assert window.menuBar().fontInfo().pixelSize() == 2 * usual
    window.show_page("train")
    axis = window.train_page.loss.getPlotItem().getAxis("left")
    assert axis.style["tickFont"].pixelSize() == 24
    window.themes.enlarge_text(0)
    assert window.menuBar().fontInfo().pixelSize() == usual


def _luminance(color: str) -> float:
    shares = (QColor(color).redF(), QColor(color).greenF(), QColor(color).blueF())
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST_LIGHT, CONTRAST_DARK], ids=lambda theme: theme.name)
def test_empty_bars_and_the_edge_of_the_canvas_are_seen(window: MainWindow, theme: Theme, qtbot: QtBot) -> None:
    assert _contrast(theme.track, theme.card) >= 1.5
    assert _contrast(EDGE.name(), theme.card) >= 3
    assert _contrast(EDGE.name(), "#000000") >= 3
    bars = ProbabilityBars()
    qtbot.addWidget(bars)
    bars.set_theme(theme)
    bars.resize(300, 240)
    middle = bars.grab().toImage().pixelColor(150, 12)
    assert middle.name().upper() == theme.track
    window.show_page("data")
    canvas = window.draw_page.canvas
    assert canvas.grab().toImage().pixelColor(0, canvas.height() // 2) == EDGE


def test_no_line_ends_between_a_number_and_its_sign(qapp: QApplication, qtbot: QtBot) -> None:
    words = label("Best guess 12.2 % sure, below 69 % it is doubted", wrap=True)
    qtbot.addWidget(words)
    for width in range(40, 300, 7):
        assert words.heightForWidth(width) > 0
    assert super(type(words), words).text().count("\N{NO-BREAK SPACE}%") == 2
    assert words.text() == "Best guess 12.2 % sure, below 69 % it is doubted"


def test_evaluate_opens_on_the_matrix_also_where_another_order_of_tabs_was_remembered(
    make_window: Callable[[], MainWindow], settings: Settings
) -> None:
    settings.set("evaluate/tab", 0)  # as version 0.1.0 left it in every case
    page = make_window().evaluate_page
    assert page._views.currentWidget() is page.confusion
    page.show_tab(2)
    page = make_window().evaluate_page
    assert page._views.currentWidget() is page.curves
