"""A page is declared once: rail, menus, keys, help and settings know the same pages."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QLabel
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.frame.page_list import PAGES, PageEntry, remembered_page
from digitgui.pages.page import Page
from digitgui.settings import Settings
from model.training.training import TrainingConfig

NAMES = ["draw", "inspect", "sheets", "hand", "data", "train", "evaluate", "runs"]


def page_of(window: MainWindow, entry: PageEntry) -> Page:
    return window.findChild(entry.kind)


def test_keys_follow_the_rail(window: MainWindow) -> None:
    assert [entry.name for entry in PAGES] == NAMES
    assert [entry.key for entry in PAGES] == [f"Ctrl+{number}" for number in range(1, 9)]
    buttons = [window.findChild(QAbstractButton, f"{entry.name}PageButton") for entry in PAGES]
    assert [button.y() for button in buttons] == sorted(button.y() for button in buttons)
    for number, (entry, button) in enumerate(zip(PAGES, buttons, strict=True), start=1):
        QTest.keyClick(window, Qt.Key(Qt.Key.Key_0.value + number), Qt.KeyboardModifier.ControlModifier)
        assert page_of(window, entry).isVisible()
        assert button.isChecked()
        assert entry.key in button.toolTip()
        assert button.text() == entry.title


def test_what_a_page_is_for_takes_the_keys_when_one_comes_by_key_or_palette(
    window: MainWindow, qtbot: QtBot
) -> None:
    for number, name in reversed(list(enumerate(NAMES, start=1))):
        QTest.keyClick(
            QApplication.focusWidget() or window,
            Qt.Key(Qt.Key.Key_0.value + number),
            Qt.KeyboardModifier.ControlModifier,
        )
        page = page_of(window, PAGES[number - 1])
        qtbot.waitUntil(lambda: any(part.isVisible() for part in page.main_parts()))  # noqa: B023  once read
        usable = [part for part in page.main_parts() if part.isVisible() and part.isEnabled()]
        assert QApplication.focusWidget() is usable[0], name
        assert usable[0].focusPolicy() is not Qt.FocusPolicy.NoFocus
    drawing = window.session.drawing
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Space):
        QTest.keyClick(QApplication.focusWidget(), key)
    assert len(drawing.strokes) == 1  # with no click before
    window.show_page("evaluate")
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(QApplication.focusWidget(), "draw")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert QApplication.focusWidget() is window.draw_page.canvas


def test_rail_and_menu_show_every_page(window: MainWindow) -> None:
    (view,) = [entry.menu() for entry in window.menuBar().actions() if entry.text() == "&View"]
    in_menu = view.actions()[: len(PAGES)]
    for entry, action in reversed(list(zip(PAGES, in_menu, strict=True))):
        action.trigger()
        assert page_of(window, entry).isVisible()
        window.findChild(QAbstractButton, f"{PAGES[-1].name}PageButton").click()
        assert page_of(window, PAGES[-1]).isVisible()
        assert action.shortcut().toString() == entry.key


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_help_tells_the_keys_of_every_page(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F1)
    QTest.keyClick(window, Qt.Key.Key_F1)
    (dialog,) = window.findChildren(QDialog)  # asked for twice, and there once
    told = dialog.findChild(QLabel).text()
    for entry in PAGES:
        assert f">{entry.title}</td><td>{entry.key}<" in told
        for name, keys in entry.kind.keys:
            assert f">{name}</td><td>{keys[:1].upper()}{keys[1:]}<" in told
    assert "On the Runs page" in told
    assert "On the Draw page" not in told  # which has no keys of its own


def test_the_page_that_was_shown_last_is_remembered_by_its_name(
    make_window: Callable[[], MainWindow], settings: Settings
) -> None:
    window = make_window()
    for entry in PAGES:
        window.show_page(entry.name)
        assert settings.text("window/page") == remembered_page(settings) == entry.name
    window.close()
    assert page_of(make_window(), PAGES[-1]).isVisible()


def test_the_number_that_version_0_1_0_remembered_is_read_as_before(
    make_window: Callable[[], MainWindow], settings: Settings
) -> None:
    for number, name in enumerate(("draw", "data", "train", "hand", "evaluate", "runs")):
        settings.set("window/page", number)
        assert remembered_page(settings) == name
    settings.set("window/page", 4)
    assert make_window().evaluate_page.isVisible()


def test_pages_are_built_when_they_are_wanted_and_once(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(window.isActiveWindow)
    assert [entry.name for entry in PAGES if page_of(window, entry) is not None] == ["draw"]
    pages = {}
    for entry in PAGES:
        window.show_page(entry.name)
        page = pages[entry.name] = page_of(window, entry)
        assert page.isVisible()
        assert window.isActiveWindow(), "a part was a window of its own for a moment, before it had its place"
        window.show_page("draw")
        window.show_page(entry.name)
        assert window.findChildren(entry.kind) == [page]
    assert pages == {
        **{"draw": window.draw_page, "inspect": window.inspect_page, "sheets": window.sheets_page},
        **{"hand": window.hand_page, "data": window.data_page, "train": window.train_page},
        **{"evaluate": window.evaluate_page, "runs": window.runs_page},
    }


def test_choices_are_known_by_their_values_not_by_what_is_read(few: MainWindow, qtbot: QtBot) -> None:
    for page in (
        few.data_page,
        few.train_page,
        few.evaluate_page,
        few.runs_page,
    ):  # which wait until they are wanted
        assert page.findChildren(QComboBox)
    for box in few.findChildren(QComboBox):
        for row in range(box.count()):
            box.setItemText(row, f"{row}. in another language")
    form = few.train_page.form
    assert form.config() == TrainingConfig()
    for box, row in ((form.arch, 0), (form.optimizer, 3), (form.augmentation, 1), (form.schedule, 2)):
        box.setCurrentIndex(row)
    found = form.config()
    assert (form.arch.chosen, found.optimizer, found.augmentation, found.schedule) == (
        *("journal-8", "adam", "journal", "cosine"),
    )
    few.data_page.browser.order_box.setCurrentIndex(0)
    assert few.data_page.browser.view().order == "by index"
    few.data_page.augmentation.choice.setCurrentIndex(0)
    assert few.data_page.augmentation.pipeline.name == "journal"
    assert few.evaluate_page.gallery.gallery == "all wrong"
    sweep = few.runs_page.form
    assert [row.option for row in sweep.rows] == ["lr", "arch"]
