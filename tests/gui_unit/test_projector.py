"""The projector mode fills the screen with what a class can read, and goes back to exactly what was before."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.looks.theme import CONTRAST_DARK, CONTRAST_LIGHT
from digitgui.looks.theme_controller import ThemeChoice
from digitgui.widgets.building import ASIDE


def picture_of(window: MainWindow) -> dict[str, object]:
    """Return what everything looks like."""
    page = window._pages._shown_page
    parts = {part for whole in (page, window.dock, window.statusBar(), window.menuBar()) for part in _all(whole)}
    return {
        "window": (window.geometry(), window.windowState(), window.themes.theme, window.themes.text_percent),
        "sheet": window.themes.sheet,
        "settings": {key: window.settings._store.value(key) for key in window.settings._store.allKeys()},
        "parts": {id(part): (part.isVisible() and part.geometry(), part.font().pixelSize()) for part in parts},
    }


def _all(whole: QWidget) -> list[QWidget]:
    return [whole, *whole.findChildren(QWidget)]


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitActive(window).__enter__()
    QTest.keyClick(window, key, modifier)
    qtbot.wait(100)


def test_it_comes_back(window: MainWindow, draw: Callable[..., None], qtbot: QtBot) -> None:
    window.resize(1300, 750)
    draw(window.draw_page.canvas)
    window.themes.choose(ThemeChoice.DARK)
    window.themes.enlarge_text(1)
    window.show_page("train")
    window.banner.hide()
    qtbot.wait(300)
    before = picture_of(window)
    assert window.dock.isVisible()

    press(window, Qt.Key.Key_F11, Qt.KeyboardModifier.ShiftModifier, qtbot)
    assert window.projector.is_on
    assert window.isFullScreen()
    assert window.size() == window.screen().size()
    assert window.themes.theme is CONTRAST_DARK
    assert window.themes.text_percent == 175  # three sizes larger than 110
    assert not any(part.isVisible() for part in (window.dock, window.statusBar()))
    asides = [part for part in window.train_page.findChildren(QWidget) if part.property(ASIDE)]
    assert asides
    assert not any(part.isVisible() for part in asides)
    assert window.train_page.train_button.isVisible()
    window.themes.enlarge_text(-1)
    assert window.themes.text_percent == 150
    window.themes.enlarge_text(0)
    assert window.themes.text_percent == 175

    press(window, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier, qtbot)
    assert not window.projector.is_on
    qtbot.waitUntil(lambda: picture_of(window) == before, timeout=5000)

    # by its key from a full screen, in the other theme, over a page that is built meanwhile
    window.themes.choose(ThemeChoice.LIGHT)
    window.setWindowState(Qt.WindowState.WindowFullScreen)
    assert not window._pages.is_built("evaluate")
    for _ in range(2):
        window.menus.trigger("projector")
        if window.projector.is_on:
            assert window.themes.theme is CONTRAST_LIGHT
            window.show_page("evaluate")
            window.show_page("draw")
            assert not window.draw_page.answer.meant.isVisible()
    assert window.isFullScreen()
    assert window.statusBar().isVisible()
    assert window.draw_page.answer.meant.isVisible()
    assert window.themes.text_percent == 110


def test_a_window_that_is_closed_while_it_is_on_opens_as_before(
    make_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    window = make_window()
    window.resize(1200, 700)
    window.menus.trigger("projector")
    window.close()
    again = make_window()
    assert (again.size().width(), again.size().height()) == (1200, 700)
    assert not again.isFullScreen()
    assert again.themes.text_percent == 100
    assert again.statusBar().isVisible()


@pytest.mark.parametrize(("width", "percent"), [(1024, 125), (1366, 150), (1920, 150), (800, 100)])
def test_text_is_as_large_as_the_screen_allows(window: MainWindow, width: int, percent: int) -> None:
    window.themes.project(width)
    assert window.themes.text_percent == percent
    window.themes.project(0)
    assert window.themes.text_percent == 100
