"""How the user's own data are split into parts: evenly, unless an earlier program or the user had it otherwise."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from model import open_data
from model.data.dataset import PARTS, SplitRule
from model.readers.sources import BUNDLED


def few_of_each(folder: Path) -> Path:
    """Write ten pictures of each digit; split at random, some parts have none of a digit."""
    bundled = open_data("bundled")
    chosen = np.concatenate([np.flatnonzero(bundled.labels == digit)[:20] for digit in range(10)])
    np.savez(folder / "few.npz", images=bundled.images[chosen], labels=bundled.labels[chosen])
    return folder / "few.npz"


def missing(window: MainWindow) -> int:
    dataset = window.session.data.dataset
    return sum((dataset.label_counts(part) == 0).sum() for part in PARTS)


def open_few(window: MainWindow, path: Path, qtbot: QtBot) -> None:
    window.session.data.open(str(path), ask=False)
    qtbot.waitUntil(lambda: len(window.session.data.dataset) == 200, timeout=20_000)


def test_own_data_are_split_with_the_same_shares_of_digits(window: MainWindow, tmp_path, qtbot) -> None:
    assert not window.session.data.dataset.split_rule.stratified  # the bundled digits stay as they were
    open_few(window, few_of_each(tmp_path), qtbot)
    assert window.session.data.dataset.split_rule.stratified
    assert missing(window) == 0
    assert not window.data_page.browser.findChild(QPushButton, "stratify").isVisible()


def test_data_of_0_1_0_keep_their_parts_and_the_warning_offers_the_remedy(
    make_window, settings, tmp_path, qtbot
) -> None:
    path = few_of_each(tmp_path)
    settings.add_recent("data", str(path))  # as 0.1.0 left it
    settings.set("data/last", str(path))
    window = make_window()
    qtbot.waitUntil(lambda: len(window.session.data.dataset) == 200, timeout=20_000)
    assert window.session.data.dataset.split_rule == SplitRule()
    assert missing(window) > 0
    window.show_page("data")
    remedy = window.data_page.browser.findChild(QPushButton, "stratify")
    assert remedy.isVisible()
    QTest.mouseClick(remedy, Qt.MouseButton.LeftButton)
    assert missing(window) == 0
    assert not remedy.isVisible()
    window.close()
    again = make_window()
    qtbot.waitUntil(lambda: len(again.session.data.dataset) == 200, timeout=20_000)
    assert again.session.data.dataset.split_rule == SplitRule(stratified=True)


def test_each_of_ones_own_data_remembers_whether_it_is_stratified(window: MainWindow, tmp_path, qtbot) -> None:
    data, path = window.session.data, few_of_each(tmp_path)
    open_few(window, path, qtbot)
    data.cut(SplitRule(7, stratified=False))
    data.open(BUNDLED, ask=False)
    qtbot.waitUntil(lambda: data.dataset.source == BUNDLED, timeout=20_000)
    assert data.dataset.split_rule == SplitRule(7)
    open_few(window, path, qtbot)
    assert data.dataset.split_rule == SplitRule(7)
    path.rename(tmp_path / "other.npz")
    open_few(window, tmp_path / "other.npz", qtbot)
    qtbot.waitUntil(lambda: data.dataset.source.endswith("other.npz"), timeout=20_000)
    assert data.dataset.split_rule == SplitRule(7, stratified=True)


def test_the_import_page_offers_the_remedy_too(make_window, settings, tmp_path, qtbot) -> None:
    path = few_of_each(tmp_path)
    settings.add_recent("data", str(path))
    window = make_window()
    window.session.data.open(str(path))
    page = window.data_page.import_page
    qtbot.waitUntil(page.accept_button.isVisible, timeout=20_000)
    remedy = page.findChild(QPushButton, "stratify")
    assert remedy.isVisible()
    QTest.mouseClick(remedy, Qt.MouseButton.LeftButton)
    assert not remedy.isVisible()
    QTest.mouseClick(page.accept_button, Qt.MouseButton.LeftButton)
    assert len(window.session.data.dataset) == 200
    assert missing(window) == 0
