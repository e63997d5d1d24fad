"""Messages over the lower edge of the window: each is whole, and none covers the line of state."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.widgets.banner import Banner


def assert_whole(banner: Banner, window: MainWindow) -> None:
    assert banner.isVisible()
    assert banner.visibleRegion().boundingRect() == banner.rect()
    assert banner.geometry().bottom() < window.statusBar().geometry().top()
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
    assert_whole(window.banner, window)


@pytest.mark.parametrize("width", [980, 1280, 1900])
def test_messages_of_any_length_in_any_order_are_whole(window: MainWindow, width: int) -> None:
    window.resize(width, 640)
    texts = ["Short.", "A longer sentence that goes on. " * 12, "/a/path/without/a/blank" * 9, "One\nTwo\nThree"]
    for first in texts:
        for second in texts:
            window.banner.show_error(first)
            window.banner.show_notice(second, lambda: None)
            assert_whole(window.banner, window)
            window.banner.show_error(second)
            assert_whole(window.banner, window)
            close = next(one for one in window.banner.findChildren(QPushButton) if one.text() == "Close")
            QTest.mouseClick(close, Qt.MouseButton.LeftButton)
            window.banner.show_notice(first)
            assert_whole(window.banner, window)


def test_it_stays_above_the_line_of_state_when_the_window_changes(window: MainWindow, qtbot: QtBot) -> None:
    window.banner.show_error("A longer sentence that goes on. " * 12)
    for width, height in ((980, 560), (1800, 900), (1024, 600)):
        window.resize(width, height)
        qtbot.waitUntil(lambda: assert_whole(window.banner, window))
