"""Layers of one's own are checked from the window, too."""

from pathlib import Path

import pytest
from helpers import own_layers
from PySide6.QtCore import Qt

from digitgui.asking import file_dialogs
from digitgui.pages.inspect.check_view import CheckView
from model.layer_check.checking import template_text


@pytest.fixture
def view(window) -> CheckView:
    window.show_page("inspect")
    view = window.inspect_page.findChild(CheckView)
    window.inspect_page.stack.setCurrentWidget(view)
    return view


def checked(view: CheckView, path: Path, qtbot, monkeypatch) -> str:
    monkeypatch.setattr(file_dialogs, "ask_layers", lambda *_: path)
    view.check.setFocus()
    with qtbot.waitSignal(view._checking.done, timeout=60_000):
        qtbot.mouseClick(view.check, Qt.MouseButton.LeftButton)
    return view._sentence.text()


def test_right_layers_pass(view: CheckView, qtbot, monkeypatch) -> None:
    assert "all right" in checked(view, Path(own_layers.__file__), qtbot, monkeypatch)
    assert not view.text.isVisible()
    assert "✓ conv_forward: passed" in view._functions.text().splitlines()


def test_a_mistake_is_shown_with_its_likely_cause(view: CheckView, qtbot, monkeypatch, tmp_path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("import numpy as np\n\n\ndef relu_forward(x):\n    return np.abs(x)\n", encoding="utf-8")
    assert "1 of 1 function wrong" in checked(view, file, qtbot, monkeypatch)
    assert view.text.isVisible()
    assert "likely" in view.text.toPlainText()
    assert view._functions.text() == "✗ relu_forward: failed"
    qtbot.waitUntil(view.again.isVisible)
    assert view.again.hasFocus()
    file.write_text(
        "import numpy as np\n\n\ndef relu_forward(x):\n    return np.maximum(x, 0)\n", encoding="utf-8"
    )
    with qtbot.waitSignal(view._checking.done, timeout=60_000):
        qtbot.mouseClick(view.again, Qt.MouseButton.LeftButton)
    assert "all right" in view._sentence.text()
    assert view.again.hasFocus()


def test_the_template_is_saved(view: CheckView, window, qtbot, monkeypatch, tmp_path) -> None:
    file = tmp_path / "my_layers.py"
    monkeypatch.setattr(file_dialogs, "ask_layers_target", lambda *_: file)
    with qtbot.waitSignal(window.session.noticed):
        qtbot.mouseClick(view.template, Qt.MouseButton.LeftButton)
    assert file.read_text(encoding="utf-8") == template_text()
    monkeypatch.setattr(file_dialogs, "ask_layers_target", lambda *_: tmp_path / "nowhere" / "my_layers.py")
    with qtbot.waitSignal(window.session.failed):
        qtbot.mouseClick(view.template, Qt.MouseButton.LeftButton)


def test_a_check_that_is_cancelled_does_not_seem_to_go_on(view: CheckView, qtbot, tmp_path) -> None:
    file = tmp_path / "endless.py"
    file.write_text("def relu_forward(x):\n    while True:\n        pass\n", encoding="utf-8")
    view.check_file(file)
    assert "Checking" in view._sentence.text()
    view._checking.cancel()
    assert view._sentence.text() == "endless.py has not been checked."
    assert view.check.isEnabled()
