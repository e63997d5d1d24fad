"""A tab, a choice, a switch and an action each look like one thing, on every page."""

from itertools import groupby
from pathlib import Path

import pytest
from helpers.evaluate_page import evaluate
from helpers.sheet_window import show_small_sheet
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QPushButton,
    QRadioButton,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

import resources
from digitgui.frame.main_window import MainWindow
from digitgui.frame.page_list import PAGES
from digitgui.widgets.wrapped_button import WrappedButton

LOOKS = ("tab", "chip", "primary", "small")
OTHERS = ("searchButton",)
"""The field that opens the palette is no button to the eye."""


def form_of(one: QAbstractButton) -> str:
    """Tell what a control is by how it looks."""
    looks = [look for look in LOOKS if one.property(look)]
    assert len(looks) < 2, f"{one.text()} looks like {looks}"
    return {"tab": "tab", "chip": "choice"}.get(looks[0] if looks else "", "action")


def kind_of(one: QAbstractButton) -> str:
    """Tell what a control is by what it does; empty for what has its own form: the rail, and parts of Qt's."""
    if isinstance(one, QCheckBox):
        return "switch"
    if not isinstance(one, QPushButton) or one.objectName() in OTHERS:
        return ""
    group = one.group()
    if one.isCheckable():
        stays_alone = (group is not None and group.exclusive()) or one.autoExclusive()
        return "one of several" if stays_alone else "a button that is a switch"
    return "pressed"


ALLOWED = {"one of several": {"tab", "choice"}, "pressed": {"action", "choice"}}


def faults_of_forms(whole: QWidget) -> set[str]:
    """Name what looks like something else than it is, and what begins with a small letter."""
    faults = set()
    for one in whole.findChildren(QAbstractButton):
        kind, text = kind_of(one), one.text().replace("&", "").strip()
        if not kind:
            continue
        if kind == "switch":
            if any(one.property(look) for look in LOOKS):
                faults.add(f"the switch {text!r} looks like a button")
        elif form_of(one) not in ALLOWED.get(kind, ()):
            faults.add(f"{text!r} is {kind}, and looks like {form_of(one)}")
        if text[:1].islower() and text[1:2] != "-":  # t-SNE
            faults.add(f"{text!r} begins with a small letter")
    for foreign in (QRadioButton, QTabBar):
        faults |= {f"a {foreign.__name__}" for _ in whole.findChildren(foreign)}
    faults |= {f"the tool button {one.text()!r}" for one in whole.findChildren(QToolButton) if is_foreign(one)}
    return faults


def is_foreign(one: QToolButton) -> bool:
    """Whether a tool button is none of the rail, and none that Qt puts into a field or a menu bar."""
    return bool(one.text()) and not one.objectName().endswith("PageButton")


def heights_of(window: MainWindow) -> dict[str, set[int]]:
    """Measure what is seen, by its form; what may have several lines is left out."""
    seen = [
        (f"{form_of(one)} {'small' if one.property('small') else ''}", one.height())
        for one in window.findChildren(QPushButton)
        if one.isVisible() and kind_of(one) and not isinstance(one, WrappedButton)
    ]
    return {form: {height for _, height in every} for form, every in groupby(sorted(seen), lambda pair: pair[0])}


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_every_control_has_the_one_form_of_what_it_is(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    heights: dict[str, set[int]] = {}
    window.resize(1700, 1000)
    show_small_sheet(window, tmp_path, qtbot)
    evaluate(window, qtbot)
    window.lessons.open(min(path for path in resources.LESSONS.iterdir() if path.is_dir()))
    qtbot.waitUntil(lambda: window.lessons.width > 0, timeout=20_000)
    for page in PAGES:
        window.show_page(page.name)
        built = window.ways.pages.page(page.name)
        tabs = [one for one in built.findChildren(QPushButton) if one.property("tab") and one.isVisible()]
        for tab in tabs or [None]:
            if tab is not None:
                tab.click()
            QApplication.processEvents()
            for form, found in heights_of(window).items():
                heights.setdefault(form, set()).update(found)
        assert len({one.height() for one in tabs}) <= 1
    assert not faults_of_forms(window)
    assert {form: found for form, found in heights.items() if len(found) > 1} == {}
