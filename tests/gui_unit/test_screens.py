"""The window on screens of several sizes: it fits, and what it cannot show at once scrolls."""

from collections.abc import Callable

import pytest
from helpers.cut_off import assert_nothing_is_cut_off
from helpers.mouse import turn_wheel
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QScrollArea,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.frame.page_list import PAGES
from digitgui.frame.window_parts import FRAME
from digitgui.looks import stylesheet, theme_controller
from digitgui.settings import Settings
from digitgui.widgets.ink.canvas import Canvas
from digitgui.widgets.pictures.digit_picture import DigitPicture
from digitgui.widgets.pictures.heat_map import HeatMap
from digitgui.widgets.pictures.image_grid import ImageGrid
from digitgui.widgets.pictures.pixel_view import PixelView

SMALL, LAPTOP = QRect(0, 0, 1024, 640), QRect(0, 0, 1366, 768 - 40)
"""What is free of the smallest screen, and of a laptop's beside its task bar."""


@pytest.fixture(params=[SMALL, LAPTOP, QRect(0, 30, 1280, 770), QRect(0, 0, 1920, 1080)], ids=str)
def free(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> QRect:
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _screen: request.param)
    return request.param


def test_it_fits_the_screen_it_opens_on_with_its_frame(
    free: QRect, make_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    window = make_window()
    assert free.contains(QRect(window.pos(), window.size() + FRAME))
    for page in PAGES:
        window.show_page(page.name)
        qtbot.wait(20)
        assert free.contains(QRect(window.pos(), window.size() + FRAME))  # no page asks for more
        assert window.statusBar().isVisible()
        assert window.rect().contains(window.statusBar().geometry())
    window.resize(700, 300)
    window.menus.trigger("resetLayout")
    assert free.contains(QRect(window.pos(), window.size() + FRAME))


@pytest.mark.parametrize("free", [SMALL], indirect=True)
def test_what_is_below_the_edge_of_a_small_window_can_be_scrolled_to(
    free: QRect,
    make_window: Callable[[], MainWindow],
    qtbot: QtBot,
) -> None:
    window = make_window()
    tabs = window.draw_page.tabs.buttons()[0].parentWidget()
    area = next(area for area in window.findChildren(QScrollArea) if area.widget() is window.draw_page)
    qtbot.waitUntil(area.verticalScrollBar().isVisible)
    qtbot.waitUntil(lambda: not area.horizontalScrollBar().isVisible())
    turn_wheel(tabs, QPoint(5, 5), -50)
    assert area.viewport().rect().contains(QRect(tabs.mapTo(area.viewport(), QPoint()), tabs.size()))


def test_the_wheel_changes_only_a_field_that_has_the_focus(
    make_window: Callable[[], MainWindow], settings: Settings, qtbot: QtBot
) -> None:
    settings.set("train/more", True)
    window = make_window()
    window.resize(1024, 600)
    for page in PAGES:
        window.show_page(page.name)
        qtbot.wait(20)
        for field in window.findChildren(QWidget):
            if field.isVisible() and field.isEnabled() and _has_a_value(field):
                assert not field.focusPolicy() & ~Qt.FocusPolicy.StrongFocus, field
                _unfocus(window)
                before = _value(field)
                for notches in (-1, 1, -1):
                    turn_wheel(field, field.rect().center(), notches)
                    assert _value(field) == before, (page.name, field.accessibleName())


def _write_in(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stylesheet, "TYPEFACE", family)
    monkeypatch.setattr(theme_controller, "TYPEFACE", family)


def _unfocus(window: MainWindow) -> None:
    focused = window.focusWidget()
    if focused is not None:
        focused.clearFocus()


def _has_a_value(field: QWidget) -> bool:
    return isinstance(field, QAbstractSpinBox | QComboBox | QAbstractSlider) and not isinstance(field, QScrollBar)


def _value(field: QWidget) -> object:
    return field.currentIndex() if isinstance(field, QComboBox) else field.value()


def test_the_wheel_over_a_long_form_scrolls_it(
    make_window: Callable[[], MainWindow], settings: Settings, qtbot: QtBot
) -> None:
    settings.set("train/more", True)
    window = make_window()
    window.resize(1024, 600)
    window.show_page("train")
    form = window.train_page.form
    area = form.parentWidget().parentWidget()
    bar = area.verticalScrollBar()
    qtbot.waitUntil(bar.isVisible)
    window.train_page.train_button.setFocus()
    epochs = form.epochs.value()
    turn_wheel(form.epochs, QPoint(10, 10), -1)
    assert bar.value() > 0
    assert window.focusWidget() is window.train_page.train_button
    QTest.mouseClick(form.epochs, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(form.epochs.hasFocus)
    turn_wheel(form.epochs, QPoint(10, 10), 1)
    assert form.epochs.value() == epochs + 1


def test_the_wheel_over_the_canvas_changes_the_pen_where_one_draws(window: MainWindow) -> None:
    canvas, percent = window.findChild(Canvas, "drawingCanvas"), window.pen.percent
    canvas.clearFocus()
    turn_wheel(canvas, QPoint(50, 50), 1)
    assert window.pen.percent == percent
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    turn_wheel(canvas, QPoint(50, 50), 1)
    assert window.pen.percent == percent + 1


@pytest.mark.parametrize("family", ["Inter", "DejaVu Sans"])
@pytest.mark.parametrize("size", [(1008, 592), (1350, 680)])
def test_nothing_is_cut_off_or_under_a_scroll_bar(
    make_window: Callable[[], MainWindow],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
    draw: Callable[..., None],
    family: str,
    size: tuple[int, int],
) -> None:
    _write_in(family, monkeypatch)
    settings.set("train/more", True)
    window = make_window()
    window.resize(*size)
    assert (window.width(), window.height()) == size
    draw(window.draw_page.canvas)
    for page in PAGES:
        window.show_page(page.name)
        for tab in range(3) if page.name == "data" else [0]:
            window.data_page.show_tab(tab)
            qtbot.wait(50)
            qtbot.waitUntil(lambda: assert_nothing_is_cut_off(window))


def _enlarge(window: MainWindow, qtbot: QtBot, steps: int) -> None:
    """Press Ctrl++ so many times, or Ctrl+- where it is below 0, and wait until that is seen."""
    before, key = _text_size(window), Qt.Key.Key_Plus if steps > 0 else Qt.Key.Key_Minus
    qtbot.waitUntil(window.isActiveWindow)  # or it hears no shortcut
    for _ in range(abs(steps)):
        QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: (_text_size(window) - before) * steps > 0)


def _text_size(window: MainWindow) -> int:
    return window.menuBar().fontInfo().pixelSize()


def test_text_grows_and_shrinks_by_keys_and_is_remembered(
    make_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    window = make_window()
    usual = _text_size(window)
    _enlarge(window, qtbot, 2)
    larger = _text_size(window)
    window.close()
    again = make_window()
    assert _text_size(again) == larger
    _enlarge(again, qtbot, -9)
    assert _text_size(again) < usual
    QTest.keyClick(again, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: _text_size(again) == usual)


def test_larger_text_is_not_cut_off(
    make_window: Callable[[], MainWindow],
    settings: Settings,
    qtbot: QtBot,
    draw: Callable[..., None],
) -> None:
    settings.set("train/more", True)
    window = make_window()
    draw(window.draw_page.canvas)
    for _ in range(2):
        _enlarge(window, qtbot, 1)
        for page in PAGES:
            window.show_page(page.name)
            qtbot.wait(50)
            qtbot.waitUntil(lambda: assert_nothing_is_cut_off(window))


def test_full_screen_comes_and_goes_by_its_key(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_F11)
    qtbot.waitUntil(window.isFullScreen)
    assert window.statusBar().isVisible()
    QTest.keyClick(window, Qt.Key.Key_F11)
    qtbot.waitUntil(lambda: not window.isFullScreen())


def test_accuracy_is_in_per_cent_on_axes_and_empty_plots_have_the_scale_to_come(window: MainWindow) -> None:
    window.show_page("train")
    page = window.train_page
    for epochs in (20, 5):
        page.form.epochs.setValue(epochs)
        for plot in (page.loss, page.accuracy):
            assert plot.viewRange()[0][1] == pytest.approx(1.03 * epochs)
    for axis in (
        page.accuracy.getPlotItem().getAxis("left"),
        window.runs_page.curves.plot.accuracy.getAxis("left"),
    ):
        assert axis.tickStrings([0.0, 0.5, 1.0], 1.0, 0.5) == ["0 %", "50 %", "100 %"]
        assert axis.tickStrings([0.955, 0.96], 1.0, 0.005) == ["95.5 %", "96 %"]


def test_what_is_empty_is_no_black_slab(window: MainWindow, qtbot: QtBot) -> None:
    for page in PAGES:
        window.show_page(page.name)
        qtbot.wait(20)
        for part in (
            window.findChildren(DigitPicture) + window.findChildren(PixelView) + window.findChildren(HeatMap)
        ):
            if part.isVisible() and part is not window.data_page.picture.pixels:
                middle = part.grab().toImage().pixelColor(part.rect().center())
                assert middle.name() != "#000000" or _shows_something(part), (page.name, part.accessibleName())
    window.show_page("hand")
    grid = window.hand_page.findChild(ImageGrid)
    assert grid.viewport().grab().toImage().pixelColor(4, 4).name().upper() == window.themes.theme.field


def _shows_something(part: QWidget) -> bool:
    return getattr(part, "_image", None) is not None or getattr(part, "_pixels", None) is not None
