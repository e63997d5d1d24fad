"""What the program says before its window is there."""

import sys

from PySide6.QtCore import qInstallMessageHandler

from digitgui.frame.log import report_surprises
from digitgui.frame.main_window import MainWindow
from digitgui.settings import Settings


def test_a_folder_that_cannot_be_made_is_told_without_the_systems_number(
    window: MainWindow, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    (tmp_path / "file").touch()
    said: list[str] = []
    window.session.failed.connect(said.append)
    before = qInstallMessageHandler(None)
    report_surprises(window.session, Settings(tmp_path / "file"))
    qInstallMessageHandler(before)
    assert len(said) == 1
    assert "file is not writable (" in said[0]
    assert "Errno" not in said[0]
