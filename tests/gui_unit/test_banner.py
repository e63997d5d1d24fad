"""Messages between the page and the line of state: each is whole, and covers nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QStackedWidget
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.frame.page_list import PAGES
from digitgui.widgets.banner import Banner


def assert_whole(banner: Banner, window: MainWindow) -> None:
    assert banner.isVisible()
    assert banner.visibleRegion().boundingRect() == banner.rect()
    place = QRect(banner.mapTo(window, QPoint()), banner.size())
    assert not place.intersects(window.statusBar().geometry())
    pages = banner.parentWidget().findChild(QStackedWidget)
    assert QRect(pages.mapTo(window, QPoint()), pages.size()).contains(place)
    for words in banner.findChildren(QLabel):
        if words.isVisible():
            assert banner.rect().contains(words.geometry()), words.text()
            assert words.height() >= words.heightForWidth(words.width()), words.text()


def test_a_second_message_is_shown_whole(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"\xff\xd8\xff\xe0 a JPEG")
    (tmp_path / "empty").mkdir()
    messages: list[str] = []
    window.session.failed.connect(messages.append)
    window.session.open_model(str(tmp_path / "a.safetensors"))
    qtbot.waitUntil(lambda: len(messages) == 1, timeout=10_000)
    window.session.data.open(str(tmp_path / "empty"))
    qtbot.waitUntil(lambda: len(messages) == 2, timeout=10_000)
    assert window.banner.text == "\n".join(messages)
    qtbot.waitUntil(lambda: assert_whole(window.banner, window))


@pytest.mark.parametrize("width", [980, 1280, 1900])
def test_messages_of_any_length_in_any_order_are_whole(window: MainWindow, width: int, qtbot: QtBot) -> None:
    window.resize(width, 640)
    texts = ["Short.", "A longer sentence that goes on. " * 12, "/a/path/without/a/blank" * 9, "One\nTwo\nThree"]
    for first in texts:
        for second in texts:
            window.banner.show_error(first)
            window.banner.show_notice(second, lambda: None)
            qtbot.waitUntil(lambda: assert_whole(window.banner, window))
            window.banner.show_error(second)
            qtbot.waitUntil(lambda: assert_whole(window.banner, window))
            close = next(one for one in window.banner.findChildren(QPushButton) if one.text() == "Close")
            QTest.mouseClick(close, Qt.MouseButton.LeftButton)
            window.banner.show_notice(first)
            qtbot.waitUntil(lambda: assert_whole(window.banner, window))


def test_it_stays_above_the_line_of_state_when_the_window_changes(window: MainWindow, qtbot: QtBot) -> None:
    window.banner.show_error("A longer sentence that goes on. " * 12)
    for width, height in ((980, 560), (1800, 900), (1024, 600)):
        window.resize(width, height)
        qtbot.waitUntil(lambda: assert_whole(window.banner, window))


def test_escape_closes_a_message(window: MainWindow, qtbot: QtBot) -> None:
    for page in PAGES:
        window.show_page(page.name)
        window.banner.show_error("Something went wrong.")
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Escape)
        assert not window.banner.isVisible(), page.name


def test_escape_first_ends_what_the_page_is_about(window: MainWindow, draw: Callable[..., None]) -> None:
    canvas = window.draw_page.canvas
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Right)  # the pen of the keyboard
    window.banner.show_error("Something went wrong.")
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert window.banner.isVisible()
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert not window.banner.isVisible()


def test_nothing_moves_in_the_middle_of_a_stroke(window: MainWindow, qtbot: QtBot) -> None:
    canvas = window.draw_page.canvas
    before = canvas.geometry()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    window.banner.show_error("Something went wrong.")
    qtbot.wait(20)
    assert canvas.geometry() == before
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(90, 90))
    qtbot.waitUntil(window.banner.isVisible)
    assert window.banner.text == "Something went wrong."


def test_an_error_goes_when_something_else_has_gone_well(window: MainWindow, qtbot: QtBot, monkeypatch) -> None:
    session, banner = window.session, window.banner
    monkeypatch.setattr("digitgui.widgets.banner.ERROR_OUTLIVES_SECONDS", 0.2)
    session.failed.emit("The file is gone.")
    session.model.changed.emit()
    assert banner.isVisible()  # what came at the same time may be about it
    qtbot.wait(250)
    session.model.changed.emit()
    assert not banner.isVisible()
    session.failed.emit("Learning rate: expected a number.")
    qtbot.wait(250)
    session.data.dataset = session.data.dataset.limited(40)
    window.train_page.form.epochs.setValue(1)
    window.train_page.start()
    assert "Learning rate" not in banner.text or not banner.isVisible()
    qtbot.waitUntil(lambda: not session.trainings.run.is_active, timeout=60_000)
