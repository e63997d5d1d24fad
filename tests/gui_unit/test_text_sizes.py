"""All pages in windows of several sizes, with text of several sizes, in two typefaces: everything can be read."""

from collections.abc import Callable, Iterator

import pytest
from helpers.cut_off import faults
from helpers.evaluate_page import evaluate
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.looks import stylesheet, theme_controller
from digitgui.looks.theme_controller import TEXT_SIZES
from digitgui.settings import Settings
from model.runs.run_record import RunRecord

SIZES = (1008, 592), (1900, 1000)
FAMILIES = {"Inter": (200, 150, 100, 80), "DejaVu Sans": (100, 150)}
"""Sizes of text in either typeface."""


def _views(window: MainWindow) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield every view of every page, and what shows it."""
    draw, data, judged, runs = window.draw_page, window.data_page, window.evaluate_page, window.runs_page
    for number in range(3):
        yield "draw", draw.tabs.button(number).click
    inspect = window.inspect_page
    for tab in inspect.tabs.buttons():
        yield "inspect", tab.click
    yield "hand", lambda: None
    for number in range(3):
        yield "data", lambda number=number: data.show_tab(number)
    yield "train", lambda: None
    for number in range(4):
        yield "evaluate", lambda number=number: judged.show_tab(number)
    yield "evaluate", judged.gallery.picture.why.toggle
    yield "runs", runs.close_form
    for number in range(4):
        yield "runs", lambda number=number: runs.show_tab(number)
    yield "runs", runs.ask_for_sweep


def _settle() -> None:
    """Let layouts come to rest: each turn may bring another."""
    for _ in range(6):
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)


def _lasting_faults(window: MainWindow) -> list[str]:
    """Look for faults that do not go by themselves in the next turns."""
    found: list[str] = []
    for _ in range(4):
        _settle()
        found = list(faults(window))
        if not found:
            break
    return found


def _write_in(window: MainWindow, family: str, percent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (stylesheet, theme_controller):
        monkeypatch.setattr(place, "TYPEFACE", family)
    theme_controller.take_typeface()
    now = window.themes.text_percent
    window.themes.enlarge_text(TEXT_SIZES.index(percent) - TEXT_SIZES.index(now))


def test_nothing_is_cut_off_or_covered_in_any_size_of_text(
    few: MainWindow,
    settings: Settings,
    stored: list[RunRecord],
    draw: Callable[..., None],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draw(few.draw_page.canvas)
    few.train_page.form._show_more(True)
    evaluate(few, qtbot)
    few.show_page("runs")
    qtbot.waitUntil(lambda: len(few.session.runs.records) == len(stored))
    few.runs_page.select([record.id for record in stored])
    few.show_page("draw")
    few.draw_page.tabs.button(1).click()
    qtbot.waitUntil(lambda: not any(one.is_under_way for one in few.session.activity._all), timeout=20_000)
    few.setUpdatesEnabled(False)  # what is painted is looked at elsewhere
    found: dict[str, str] = {}
    for family, percents in FAMILIES.items():
        for percent in percents:
            _write_in(few, family, percent, monkeypatch)
            for size in SIZES:
                few.resize(*size)
                for page, show in _views(few):
                    few.show_page(page)
                    show()
                    assert (few.width(), few.height()) == size
                    for fault in _lasting_faults(few):
                        found.setdefault(f"{page}: {fault}", f"{family}, {percent} %, {size}")
    assert not found, "\n".join(f"{fault} ({where})" for fault, where in found.items())
