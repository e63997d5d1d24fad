"""The window as other people's scripts call it."""

import os
import subprocess
import sys
from pathlib import Path

import digitgui

USE = """
import sys
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
application = QApplication([])
from digitgui import MainWindow
window = MainWindow()
if sys.argv[1] == "shown":
    window.show()
canvas = window.findChild(QWidget, "drawingCanvas")
canvas.setFixedSize(300, 300)
predicted = window.findChild(QLabel, "predictedDigit")
assert predicted.text() == ""
QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(150, 60))
for y in range(70, 240, 10):
    QTest.mouseMove(canvas, QPoint(150, y))
QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(150, 240))
assert predicted.text() == "1", predicted.text()
window.findChild(QAbstractButton, "clearButton").click()
assert predicted.text() == "", predicted.text()
names = ("trainButton", "pauseButton", "stopButton", "epochCount", "learningRate", "lossCurve")
assert all(window.findChild(QWidget, name) for name in names)
assert window.close()
"""


def python(script: str, *arguments: str, folder: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_DATA_HOME": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_script_draws_in_the_window_and_reads_the_answer(tmp_path: Path) -> None:
    python(USE, "shown", folder=tmp_path)


def test_the_window_answers_before_it_is_shown(tmp_path: Path) -> None:
    python(USE, "hidden", folder=tmp_path)


def test_a_script_finds_the_same_parts_whatever_page_is_shown(tmp_path: Path) -> None:
    settings = tmp_path / "digitgui" / "settings.ini"
    settings.parent.mkdir()
    settings.write_text("[window]\npage=runs\n")
    python(USE, "hidden", folder=tmp_path)


def test_importing_the_package_or_the_command_line_loads_no_qt(tmp_path: Path) -> None:
    loads = "import sys, {}; assert not {{'PySide6', 'pyqtgraph'}} & set(sys.modules)"
    for module in ("digitgui", "digitgui.__main__", "digitgui.command_line.commands"):
        python(loads.format(module), folder=tmp_path)


def test_the_package_has_what_it_says_and_nothing_else() -> None:
    assert all(hasattr(digitgui, name) for name in digitgui.__all__)
    assert not hasattr(digitgui, "AnotherWindow")
