"""What the program says before its window is there."""

import sys

from digitgui.frame.app import _report_surprises
from digitgui.frame.main_window import MainWindow
from digitgui.settings import Settings


def test_a_folder_that_cannot_be_made_is_told_without_the_systems_number(
    window: MainWindow, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    (tmp_path / "file").touch()
    said: list[str] = []
    window.session.failed.connect(said.append)
    _report_surprises(window, Settings(tmp_path / "file"))
    assert len(said) == 1
    assert "file is not writable (" in said[0]
    assert "Errno" not in said[0]
