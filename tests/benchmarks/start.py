"""How long the start takes: ``make bench`` prints this.

The window is compared with an empty one of PySide6 that has imported pyqtgraph, each in a process of its own, by
turns: other programs hold up both. The empty window is there when it has been painted; ours when its page has been
painted, a stroke has been drawn on it, and the shipped network has answered.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

EMPTY = """
import json, os, sys, time
import pyqtgraph
from PySide6.QtWidgets import QApplication, QWidget

class Window(QWidget):
    def paintEvent(self, event):
        print(json.dumps({"wall": time.time() - float(sys.argv[1]), "cpu": time.process_time()}), flush=True)
        os._exit(0)

application = QApplication([])
window = Window()
window.resize(1280, 800)
window.show()
application.exec()
"""
OURS = """
import gc, json, os, sys, time
os.environ["OPENBLAS_NUM_THREADS"] = "1"
gc.disable()  # both as digitgui.__main__ does before it imports the window
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from digitgui.frame import app

class Pen(QObject):
    def __init__(self, application, window):
        super().__init__(application)
        self.canvas, self.answer = window.draw_page.canvas, window.findChild(QLabel, "predictedDigit")
        self.canvas.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.canvas.removeEventFilter(self)
            QTimer.singleShot(0, self.draw)
        return False

    def draw(self):
        x, y = self.canvas.width() // 2, self.canvas.height() // 4
        QTest.mousePress(self.canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
        for move in range(10):
            QTest.mouseMove(self.canvas, QPoint(x, y + move * y // 5))
        QTest.mouseRelease(self.canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, 3 * y))
        self.look()

    def look(self):
        if self.answer.text():
            print(json.dumps({"wall": time.time() - float(sys.argv[1]), "cpu": time.process_time()}), flush=True)
            os._exit(0)
        QTimer.singleShot(1, self.look)

original = app._close_when_asked_to_end
def connected(application, window):
    original(application, window)
    application.pen = Pen(application, window)
app._close_when_asked_to_end = connected
app.run()
"""
Seconds = Mapping[str, float]


def started(script: str) -> Seconds:
    """Return the seconds until a script says that it is usable, and those of its processor time."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-c", script, str(time.time())]
        done = subprocess.run(
            command, env=environment(home), capture_output=True, text=True, timeout=120, check=True
        )
    seconds: Seconds = json.loads(done.stdout)
    return seconds


def carried_out(*arguments: str) -> Seconds:
    """Return the seconds that a command takes, and those of its processor time."""
    with tempfile.TemporaryDirectory() as home:
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        command = [sys.executable, "-m", "digitgui", *arguments]
        subprocess.run(command, env=environment(home), capture_output=True, check=True)
        wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"wall": wall, "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


def environment(home: str) -> dict[str, str]:
    """Return that of a first start, with compiled modules, as an installation has them."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    compiled = kept.get("PYTHONPYCACHEPREFIX") or str(Path(tempfile.gettempdir()) / "digitgui_compiled")
    return {**kept, "XDG_DATA_HOME": home, "PYTHONPYCACHEPREFIX": compiled}


def main() -> int:
    """Print a table of seconds, and of ratios to the empty window."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=9, help="how often each is started")
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "one.png"
        pixels = np.zeros((60, 60), np.uint8)
        pixels[10:50, 28:33] = 255
        Image.fromarray(pixels).save(picture)
        rows: dict[str, Callable[[], Seconds]] = {
            "an empty window": lambda: started(EMPTY),
            "the window": lambda: started(OURS),
            "digitgui --help": lambda: carried_out("--help"),
            "digitgui predict, one picture": lambda: carried_out("predict", "default", str(picture)),
        }
        for measure in rows.values():
            measure()  # compiles what is not compiled yet
        measured = [{name: measure() for name, measure in rows.items()} for _ in range(times)]
    print("| start, median                  | seconds | CPU seconds | to an empty window | of CPU |")
    print("| ------------------------------ | ------: | ----------: | -----------------: | -----: |")
    for name in rows:
        wall, cpu = (median(one[name][kind] for one in measured) for kind in ("wall", "cpu"))
        ratios = [
            median(one[name][kind] / one["an empty window"][kind] for one in measured) for kind in ("wall", "cpu")
        ]
        print(f"| {name:<30} | {wall:7.2f} | {cpu:11.2f} | {ratios[0]:18.2f} | {ratios[1]:6.2f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
