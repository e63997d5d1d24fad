"""The window as a process of its own: how it begins and ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from model.runs.run_record import INTERRUPTED
from model.runs.run_store import RunStore

SCRIPT = """
import sys
from PySide6.QtCore import QTimer
from digitgui.frame import app, main_window

def begin():
    window = next(w for w in app.QApplication.topLevelWidgets() if isinstance(w, main_window.MainWindow))
    window.train_page.form.epochs.setValue(1000)
    window.train_page.start()
    window.session.model.weights_changed.connect(lambda: print("learned", flush=True))

original = app._close_when_asked_to_end
def connected(application, window):
    original(application, window)
    QTimer.singleShot(300, begin)
app._close_when_asked_to_end = connected
sys.exit(app.run())
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_window_that_is_told_to_end_keeps_what_it_was_learning(tmp_path: Path, how: signal.Signals) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_DATA_HOME": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        for _ in range(2):  # the first is the fresh network
            assert process.stdout.readline() == "learned\n"
        process.send_signal(how)
        started = time.monotonic()
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert time.monotonic() - started < 15
    [run], problems = RunStore(tmp_path / "digitgui" / "runs").records()
    assert (run.state, problems) == (INTERRUPTED, [])
    assert (tmp_path / "digitgui" / "runs" / run.id / "checkpoint.safetensors").exists()
    kept = [file.name for file in (tmp_path / "digitgui" / "unsaved").glob("*.safetensors")]
    assert any("journal-24" in name for name in kept)


SURPRISE = """
import sys
import numpy as np
from PySide6.QtCore import QTimer
from digitgui.frame import app, main_window
from digitgui.pages.hand.my_hand_page import MyHandPage
from digitgui.pages.data.picture_card import PictureCard
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QTouchEvent
from PySide6.QtTest import QTest

def surprise(*_, **__):
    np.zeros(3)[np.array([7])]  # raised by C code, in the middle of an override

def begin():
    window = next(w for w in app.QApplication.topLevelWidgets() if isinstance(w, main_window.MainWindow))
    canvas = window.hand_page.canvas
    match sys.argv[1]:
        case "showEvent":
            assert window.data_page  # built before
            PictureCard.refresh = surprise
            window.show_page("data")
        case "event":
            window.show_page("hand")
            app.QApplication.postEvent(canvas, QTouchEvent(QEvent.Type.TouchBegin))  # without a point
        case "eventFilter":
            window.show_page("hand")
            MyHandPage._guides = surprise
            QTest.keyClick(canvas, Qt.Key.Key_Space)
    QTimer.singleShot(200, lambda: (print(window.banner.text, flush=True), window.close()))

original = app._close_when_asked_to_end
def connected(application, window):
    original(application, window)
    QTimer.singleShot(300, begin)
app._close_when_asked_to_end = connected
sys.exit(app.run())
"""


@pytest.mark.parametrize("override", ["showEvent", "event", "eventFilter"])
def test_the_program_goes_on_after_a_surprise_in_an_override(tmp_path: Path, override: str) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_DATA_HOME": str(tmp_path)}
    command = [sys.executable, "-c", SURPRISE, override]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "Something unexpected went wrong" in done.stdout
    assert "IndexError" in (tmp_path / "digitgui" / "digitgui.log").read_text()
