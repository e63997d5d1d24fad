"""Help ▸ Report a problem: what it shows and copies; the log; and files that the program is started with."""

import importlib.metadata
import logging
import re
import sys
from email.message import Message
from pathlib import Path

import pytest
from helpers.model_files import LENET
from PySide6.QtCore import qInstallMessageHandler, qWarning
from PySide6.QtGui import QAction, QFileOpenEvent
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from digitgui.frame.log import LOGGER, report_surprises
from digitgui.frame.main_window import MainWindow
from digitgui.frame.opened_files import OpenedFiles
from digitgui.installation.issues_page import issues_page
from model.version import __version__


def test_the_report_has_versions_and_the_end_of_the_log_and_no_folder_of_the_users(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    before = qInstallMessageHandler(None)
    report_surprises(window.session, window.settings)
    try:
        qWarning("a warning of Qt about ä")
        sys.excepthook(ValueError, ValueError(f"cannot read {tmp_path}/Class 5b/Anna.png"), None)
    finally:
        qInstallMessageHandler(before)
        for handler in [one for one in LOGGER.handlers if isinstance(one, logging.FileHandler)]:
            LOGGER.removeHandler(handler)
            handler.close()
    entry = next(one for one in window.findChildren(QAction) if one.text().replace("&", "") == "Report a problem…")
    entry.trigger()
    dialog = window.findChild(QDialog, "problemReport")
    copy, shown = dialog.findChild(QPushButton, "copyReport"), dialog.findChild(QPlainTextEdit)
    assert not copy.isEnabled()
    qtbot.waitUntil(copy.isEnabled, timeout=20_000)
    text = shown.toPlainText()
    assert text.startswith(f"digitgui {__version__}\n")
    assert "numpy 2" in text
    assert "WARNING Qt: a warning of Qt about ä" in text
    assert "ValueError: cannot read …/.png" in text
    assert not re.search("Class 5b|Anna", text)
    assert str(tmp_path) not in text
    shown.setPlainText(text.replace("numpy", ""))
    copy.click()
    assert QApplication.clipboard().text() == text.replace("numpy", "")
    told = " ".join(one.text() for one in dialog.findChildren(QLabel))
    assert "send it to the people you got digitgui from." in told
    dialog.close()
    monkeypatch.setattr(
        importlib.metadata, "metadata", lambda _name: addressed("Issues, https://example.org/issues")
    )
    entry.trigger()
    (dialog,) = [one for one in window.findChildren(QDialog, "problemReport") if one.isVisible()]
    told = " ".join(one.text() for one in dialog.findChildren(QLabel))
    assert 'send it to <a href="https://example.org/issues">' in told
    qtbot.waitUntil(dialog.findChild(QPushButton, "copyReport").isEnabled, timeout=20_000)
    dialog.close()


@pytest.mark.parametrize(
    ("line", "page"),
    [
        ("Bug Tracker, https://example.org/bugs", "https://example.org/bugs"),
        ("Documentation, https://example.org", ""),
        ("Issues, file:///etc/passwd", ""),
    ],
)
def test_only_an_address_for_reports_is_taken(line: str, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "metadata", lambda _name: addressed(line))
    assert issues_page() == page


def addressed(line: str) -> Message:
    """Return metadata of a package with one address."""
    found = Message()
    found["Project-URL"] = line
    return found


def test_a_file_that_the_program_is_started_with_is_opened(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    model = tmp_path / "mine.safetensors"
    model.write_bytes(Path(LENET).read_bytes())
    window.arrivals.open_file(model)
    qtbot.waitUntil(lambda: window.session.model.path == model, timeout=20_000)
    opened = OpenedFiles(QApplication.instance(), window.arrivals)  # as on macOS
    QApplication.sendEvent(QApplication.instance(), QFileOpenEvent(str(LENET)))
    QApplication.instance().removeEventFilter(opened)
    qtbot.waitUntil(lambda: window.session.model.path == Path(LENET), timeout=20_000)
    project = tmp_path / "digitgui-sheets.json"
    project.write_text('{"format": 1}')
    window.arrivals.open_file(project)
    assert window._pages.current.name == "sheets"
    qtbot.waitUntil(lambda: "expected a project of sheets" in window.banner.text, timeout=20_000)
