"""Closing the window while a file is written that the user asked for: it is waited for, or asked about."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from digitgui.frame import closing
from digitgui.frame.main_window import MainWindow

Button = QMessageBox.StandardButton


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[tuple[str, list[str]]]]:
    """Answer the question at the end; return what it named each time, and its buttons."""

    def answers(*given: Button) -> list[tuple[str, list[str]]]:
        told: list[tuple[str, list[str]]] = []
        left = list(given)

        def execute(box: QMessageBox) -> int:
            told.append((box.informativeText(), [button.text() for button in box.buttons()]))
            return left.pop(0).value

        monkeypatch.setattr(QMessageBox, "exec", execute)
        return told

    return answers


def test_an_export_is_waited_for(window: MainWindow, tmp_path: Path, asked) -> None:
    told = asked()
    window.session.exporting.export(tmp_path / "mine.c")
    assert window.close()
    assert (tmp_path / "mine.c").exists()
    assert told == []


def test_an_export_that_takes_long_is_named_and_can_be_waited_for_or_lost(
    window: MainWindow, tmp_path: Path, asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "FILE_SECONDS", 0)
    window.session.exporting.export(tmp_path / "mine.int8.c")
    told = asked(Button.Retry, Button.Cancel)
    assert not window.close()
    assert window.isVisible()
    named, buttons = told[1]
    assert "exporting mine.int8.c" in named
    assert "still being written" in named
    assert "Save elsewhere…" not in buttons
    asked(Button.Discard)
    assert window.close()
    assert not (tmp_path / "mine.int8.c").exists()


def test_trying_again_waits(window: MainWindow, tmp_path: Path, asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "FILE_SECONDS", 0)
    window.session.exporting.export(tmp_path / "mine.c")
    told = asked(Button.Retry)
    execute = QMessageBox.exec

    def retry(box: QMessageBox) -> int:
        monkeypatch.setattr(closing, "FILE_SECONDS", 60)
        return execute(box)

    monkeypatch.setattr(QMessageBox, "exec", retry)
    assert window.close()
    assert len(told) == 1
    assert (tmp_path / "mine.c").exists()


def test_an_export_that_fails_meanwhile_keeps_the_window_open_and_says_so(
    window: MainWindow, tmp_path: Path, asked
) -> None:
    asked()
    window.session.exporting.export(tmp_path / "no folder" / "mine.c")
    assert not window.close()
    assert "cannot be exported" in window.banner.text
    assert window.close()


def test_a_copy_of_data_that_cannot_be_written_keeps_the_window_open(
    window: MainWindow, tmp_path: Path, asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    asked()
    with monkeypatch.context() as patch:
        patch.setattr("model.atomic_files.tempfile.mkstemp", full)
        window.session.data.save_copy(tmp_path / "copy.npz")
        assert not window.close()
    assert "copy" in window.banner.text
    window.session.data.save_copy(tmp_path / "copy.npz")
    assert window.close()
    assert (tmp_path / "copy.npz").exists()


def test_a_printing_is_waited_for(
    window: MainWindow, tmp_path: Path, asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def accept(dialog: QPrintDialog) -> int:
        dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        dialog.printer().setOutputFileName(str(tmp_path / "printed.pdf"))
        return 1

    told = asked()
    monkeypatch.setattr(QPrintDialog, "exec", accept)
    monkeypatch.setattr(closing, "FILE_SECONDS", 60)
    QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert window.session.writing
    assert window.close()
    assert (tmp_path / "printed.pdf").stat().st_size > 1000
    assert told == []
