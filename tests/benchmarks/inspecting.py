"""How fast the Inspect page follows the pen: ``make bench-inspect`` prints this.

From a movement of the pen until the strip shows the numbers of that drawing, and how long the window's own thread
works for the page in between; alone, and beside a training.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from benchmarks.responsiveness import report, train, wait
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from digitgui.frame.main_window import MainWindow
from digitgui.settings import Settings
from digitgui.widgets.pictures.layer_strip import LayerStrip
from digitgui.widgets.pictures.tile_sheet import TileSheet
from model import build

PEN_MOVES = 100
PATIENCE_SECONDS = 1.0


class Clock:
    """Adds up what the page does on the window's thread, and notes when the strip has been painted."""

    def __init__(self, window: MainWindow) -> None:
        page = window.inspect_page
        self.page, self.busy, self.painted = page, 0.0, 0.0
        self._is_new = False
        page._inspection.traced.connect(self._see_trace)
        page._inspection._take = self._timed(page._inspection._take)
        page._inspection._tracing.done.disconnect()
        page._inspection._tracing.done.connect(page._inspection._take)
        for widget in (page.strip, *page.findChildren(TileSheet)):
            self._time_painting(widget)

    def restart(self) -> None:
        """Forget what has been."""
        self.busy = self.painted = 0.0
        self._is_new = False

    def _see_trace(self) -> None:
        self._is_new = self.page._inspection.is_current

    def _timed(self, function: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object) -> object:
            begun = time.thread_time()
            try:
                return function(*arguments)
            finally:
                self.busy += time.thread_time() - begun

        return call

    def _time_painting(self, widget: QWidget) -> None:
        timed = self._timed(widget.paintEvent)

        def paint(event: object) -> None:
            timed(event)
            if isinstance(widget, LayerStrip) and self._is_new and not self.painted:
                self.painted = time.perf_counter()

        widget.paintEvent = paint


def measure(window: MainWindow, clock: Clock) -> tuple[np.ndarray, np.ndarray]:
    """Return milliseconds from a movement to the painted strip, and those of work on the window's thread."""
    canvas = window.dock.canvas
    latencies, busy = [], []
    window.session.drawing.clear()
    wait(300)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    for move in range(PEN_MOVES):
        spot = QPoint(round(100 + 50 * np.cos(move / 9)), round(100 + 60 * np.sin(move / 7)))
        clock.restart()
        moved = time.perf_counter()
        QTest.mouseMove(canvas, spot)
        while not clock.painted and time.perf_counter() < moved + PATIENCE_SECONDS:
            wait(1)
        latencies.append(1000 * ((clock.painted or time.perf_counter()) - moved))
        wait(12)
        busy.append(1000 * clock.busy)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    return np.array(latencies), np.array(busy)


def main() -> int:
    """Print a table of milliseconds."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    window = MainWindow(Settings(Path(tempfile.mkdtemp())))
    window.resize(1366, 768)
    window.show()
    wait(1500)
    clock = Clock(window)
    print("| milliseconds                                 | median |    p95 |    p99 |    max |")
    print("| -------------------------------------------- | -----: | -----: | -----: | -----: |")
    for arch in ("journal-8", "lenet", "deep"):
        window.session.model.replace(build(arch), name=arch)
        window.show_page("inspect")
        wait(500)
        latencies, busy = measure(window, clock)
        report(f"{arch}: pen move to painted strip", latencies)
        report(f"{arch}: work on the window's thread", busy)
    for arch in ("lenet", "deep"):
        window.show_page("train")
        train(window, arch, 64)
        window.show_page("inspect")
        wait(500)
        latencies, busy = measure(window, clock)
        report(f"training {arch}: pen move to painted strip", latencies)
        report(f"training {arch}: on the window's thread", busy)
        window.train_page.stop_button.click()
        while window.session.trainings.run.is_active:
            wait(20)
    window.close()
    application.processEvents()
    return 0


if __name__ == "__main__":
    sys.exit(main())
