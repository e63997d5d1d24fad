"""The window on screens of several sizes: it fits, and what it cannot show at once scrolls."""

from collections.abc import Callable

import pytest
from helpers.cut_off import assert_nothing_is_cut_off
from helpers.mouse import turn_wheel
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QAbstractSpinBox, QComboBox, QScrollArea, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import FRAME, MainWindow
from digitgui.frame.page_list import PAGES
from digitgui.looks import stylesheet, theme_controller
from digitgui.settings import Settings
from digitgui.widgets.ink.canvas import Canvas

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
    window.menus.reset_layout.trigger()
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
@pytest.mark.parametrize("data_tab", [0, 1, 2])
def test_nothing_is_cut_off_or_under_a_scroll_bar(
    make_window: Callable[[], MainWindow],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
    draw: Callable[..., None],
    family: str,
    size: tuple[int, int],
    data_tab: int,
) -> None:
    _write_in(family, monkeypatch)
    settings.set("train/more", True)
    settings.set("data/tab", data_tab)
    window = make_window()
    window.resize(*size)
    assert (window.width(), window.height()) == size
    draw(window.draw_page.canvas)
    for page in PAGES if not data_tab else [page for page in PAGES if page.name == "data"]:
        window.show_page(page.name)
        qtbot.wait(50)
        qtbot.waitUntil(lambda: assert_nothing_is_cut_off(window))
