"""What can be heard of the window, and done in it by keys alone, on every page and tab, and in every dialog."""

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from helpers.accessible_walk import faults_for_ears, faults_for_keys
from helpers.evaluate_page import evaluate
from helpers.sheet_window import show_small_sheet
from PySide6.QtCore import QFileInfo, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QStyle,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

import resources
from digitgui.frame.announcing import EVERY_SECONDS
from digitgui.frame.main_window import MainWindow
from digitgui.frame.page_list import PAGES
from digitgui.frame.palette import Palette
from digitgui.looks.theme import icon
from digitgui.settings import Settings
from digitgui.wording import percent
from model.runs.run_record import RunRecord

Faults = dict[str, str]
SETTLING, MOST_LOOKS = 50, 40
"""Milliseconds after which a page that looks as before is taken for still; so often it is looked at."""


def look(part: QWidget, found: Faults, where: str, qtbot: QtBot) -> None:
    _wait_until_still(part, qtbot)
    for fault in (*faults_for_ears(part), *faults_for_keys(part)):
        found.setdefault(fault, where)


def _wait_until_still(part: QWidget, qtbot: QtBot) -> None:
    before = None
    for _ in range(MOST_LOOKS):
        qtbot.wait(SETTLING)
        now = part.grab().toImage()
        if now == before:
            return
        before = now


def walk(window: MainWindow, found: Faults, qtbot: QtBot) -> None:
    """Show every tab of every page."""
    for page in PAGES:
        window.show_page(page.name)
        qtbot.wait(SETTLING)
        tabs = [one for one in window.findChildren(QPushButton) if one.property("tab") and one.isVisible()]
        for tab in tabs or [None]:
            if tab is not None:
                tab.click()
            look(window, found, f"{page.name} {tab.text() if tab else ''}", qtbot)


def walk_dialogs(window: MainWindow, found: Faults, qtbot: QtBot) -> None:
    for name in ("shortcuts", "about", "properties", "reportProblem"):
        window.menus.trigger(name)
        (dialog,) = (one for one in window.findChildren(QDialog) if one.isVisible())
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        assert dialog.windowTitle()
        look(dialog, found, name, qtbot)
        dialog.close()
        qtbot.waitUntil(lambda: not window.findChildren(QDialog))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.open_palette()
    (palette,) = window.findChildren(Palette)
    found.update(dict.fromkeys(faults_for_ears(palette), "palette"))
    palette.close()
    window.lessons.open(min(path for path in resources.LESSONS.iterdir() if path.is_dir()))
    qtbot.waitUntil(lambda: window.lessons.width > 0, timeout=20_000)
    look(window, found, "a lesson", qtbot)


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_every_part_has_name_role_and_words_and_is_led_to_by_keys(
    make_window: Callable[[], MainWindow], settings: Settings, qtbot: QtBot
) -> None:
    settings.set("train/more", True)
    window, found = make_window(), Faults()
    window.resize(1700, 1000)
    walk(window, found, qtbot)
    walk_dialogs(window, found, qtbot)
    assert not found, "\n".join(f"{where}: {fault}" for fault, where in sorted(found.items()))


def test_so_it_is_with_drawings_runs_scores_and_a_sheet(
    make_window: Callable[[], MainWindow],
    stored: list[RunRecord],
    draw: Callable[..., None],
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    window, found = make_window(), Faults()
    window.resize(1700, 1000)
    draw(window.draw_page.canvas)
    bundled = window.session.data.dataset
    window.session.personal.add(bundled.images[:60], bundled.labels[:60])
    qtbot.waitUntil(lambda: len(window.session.runs.records) == len(stored), timeout=20_000)
    evaluate(window, qtbot)
    show_small_sheet(window, tmp_path, qtbot)
    walk(window, found, qtbot)
    window.show_page("runs")
    window.runs_page.list.view.selectAll()
    look(window, found, "several runs", qtbot)
    window.runs_page.ask_for_sweep()
    look(window, found, "a new sweep", qtbot)
    assert not found, "\n".join(f"{where}: {fault}" for fault, where in sorted(found.items()))


def test_answers_are_announced_the_last_one_always_and_no_two_within_a_second(
    window: MainWindow, draw: Callable[..., None], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    said: list[tuple[float, str]] = []

    def hear(event: object) -> None:  # as a screen reader would, of which the tests have none
        if isinstance(event, QAccessibleAnnouncementEvent):
            said.append((time.monotonic(), event.message()))

    monkeypatch.setattr(QAccessible, "updateAccessibility", staticmethod(hear))
    draw(window.draw_page.canvas)
    sure = percent(window.session.answering.prediction.probabilities[7])
    qtbot.waitUntil(lambda: [text for _, text in said] == [f"Answer: 7, {sure} sure"])
    for _ in range(3):
        window.session.drawing.clear()
        draw(window.draw_page.canvas)
    window.session.drawing.clear()
    qtbot.waitUntil(lambda: said[-1][1] == "No drawing", timeout=5000)
    times = [when for when, _ in said]
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.95 * EVERY_SECONDS
    assert len(said) == 2
    window.session.failed.emit("Cannot read this file")
    assert said[-1][1] == "Cannot read this file"


def test_what_the_answer_is_can_be_heard_at_the_digit_and_the_bars(
    window: MainWindow, draw: Callable[..., None]
) -> None:
    draw(window.draw_page.canvas)
    digit = window.findChild(QLabel, "predictedDigit")
    sure = percent(window.session.answering.prediction.probabilities[7])
    assert digit.accessibleDescription().startswith(f"7, {sure} sure")
    told = QAccessible.queryAccessibleInterface(window.draw_page.answer.bars)
    assert told.role() is QAccessible.Role.Chart
    assert f"7: {window.session.answering.prediction.probabilities[7]:.1%}" in told.text(
        QAccessible.Text.Description
    )
    window.session.drawing.clear()
    assert digit.accessibleDescription() == ""


def test_arrow_keys_look_at_similar_pictures_and_return_chooses(small: MainWindow, qtbot: QtBot) -> None:
    grid = small.data_page.picture.neighbours
    small.data_page.show_tab(0)
    grid.set_images(small.session.data.dataset.images, np.arange(40, 50))
    chosen: list[int] = []
    grid.selected.connect(chosen.append)
    grid.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(grid, key)
    assert not chosen
    assert grid.accessibleDescription() == "picture 3 of 10"
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert chosen == [42]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_file_dialogs_have_our_icons_and_names(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    dialog = QFileDialog(window, "Open", str(tmp_path))
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    foreign = dialog.style().standardIcon(QStyle.StandardPixmap.SP_ArrowBack).pixmap(20).toImage()
    dialog.show()
    back = dialog.findChild(QToolButton, "backButton")
    assert back.icon().pixmap(20).toImage() != foreign
    assert back.accessibleName()
    answers = dialog.findChild(QDialogButtonBox).buttons()
    assert len(answers) == 2
    assert all(answer.icon().isNull() for answer in answers)
    folder = dialog.iconProvider().icon(QFileInfo(str(tmp_path / "inside"))).pixmap(20).toImage()
    assert folder == icon("folder", window.themes.theme.muted).pixmap(20).toImage()
    dialog.close()
