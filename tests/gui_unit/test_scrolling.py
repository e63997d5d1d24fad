"""What scrolls: to what keys lead to, and not to what gets the focus because another part has lost it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from digitgui.widgets.building import column_of
from digitgui.widgets.focus import keeping_focus
from digitgui.widgets.scrolling import ScrollColumn, StillArea


def still(content: QWidget) -> StillArea:
    """Let something scroll both ways."""
    area = StillArea()
    area.hold(content)
    return area


@pytest.mark.parametrize("make", [still, ScrollColumn])
def test_the_tab_key_scrolls_and_what_is_hidden_or_disabled_does_not(qtbot: QtBot, make) -> None:
    content, first, last = QWidget(), QLineEdit(), QLineEdit()
    column_of(first, 1000, last, inside=content)
    area = make(content)
    qtbot.addWidget(area)
    area.resize(200, 200)
    with qtbot.waitActive(area):
        area.show()
        area.activateWindow()
    bar = area.verticalScrollBar()
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert last.hasFocus()
    at = bar.value()
    assert at > 800
    last.setEnabled(False)
    assert first.hasFocus()
    assert bar.value() == at
    last.setEnabled(True)
    last.setFocus()
    bar.setValue(at)
    last.hide()
    assert first.hasFocus()
    assert bar.value() == at


def test_a_successor_in_the_view_takes_the_focus(qtbot: QtBot) -> None:
    around = QWidget()
    view = QWidget(around)
    own, unusable, successor, other = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
    unusable.setEnabled(False)
    column_of(own, unusable, successor, inside=view)
    other.setParent(around)
    view.resize(300, 200)
    qtbot.addWidget(around)
    with qtbot.waitActive(around):
        around.show()
        around.activateWindow()
    own.setFocus()
    with keeping_focus(view, unusable, successor):
        own.hide()
    assert successor.hasFocus()
    own.show()
    own.setFocus()
    with keeping_focus(view, successor):
        unusable.hide()
    assert own.hasFocus()
