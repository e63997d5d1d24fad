"""How the window feels while a network trains: ``make bench`` prints this.

Two figures are taken in a real window on the platform that ``QT_QPA_PLATFORM`` names: how late a timer of 10 ms
fires, and how long it takes from a movement of the pen until the bars are painted.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QPoint, QSize, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from digitgui.frame.main_window import MainWindow
from digitgui.settings import Settings

SECONDS = 6
PERIOD_MS = 10
PEN_MOVES = 150
USUAL_SIZE = QSize(1366, 768)


def wait(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def timer_lateness_ms() -> np.ndarray:
    """Measure how late a precise timer fires, in milliseconds."""
    late: list[float] = []
    due = time.perf_counter() + PERIOD_MS / 1000

    def tick() -> None:
        nonlocal due
        now = time.perf_counter()
        late.append(max(0.0, 1000 * (now - due)))
        due = now + PERIOD_MS / 1000

    timer = QTimer(interval=PERIOD_MS)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start()
    wait(SECONDS * 1000)
    timer.stop()
    return np.array(late[5:])


def pen_latency_ms(window: MainWindow) -> np.ndarray:
    """Measure the time from a movement of the mouse to the end of the painting of the bars that it changed."""
    canvas, bars = window.dock.canvas, window.dock.bars
    if window.draw_page.isVisible():
        canvas, bars = window.draw_page.canvas, window.draw_page.answer.bars
    assert canvas.isVisible(), "there is nothing to draw on"
    painted: list[float] = []
    original = bars.paintEvent

    def paint(event: object) -> None:
        original(event)
        painted.append(time.perf_counter())

    bars.paintEvent = paint
    latencies = []
    for stroke in range(3):
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(40 + 30 * stroke, 40))
        for move in range(PEN_MOVES // 3):
            angle = move / 8
            spot = QPoint(round(100 + 40 * np.cos(angle)) + 10 * stroke, round(100 + 60 * np.sin(angle)))
            painted.clear()
            moved = time.perf_counter()
            QTest.mouseMove(canvas, spot)
            deadline = moved + 0.5
            while not painted and time.perf_counter() < deadline:
                wait(0)
            latencies.append(1000 * ((painted[0] if painted else time.perf_counter()) - moved))
            wait(9)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    del bars.paintEvent
    return np.array(latencies)


def report(what: str, figures: np.ndarray) -> None:
    """Print one line of the table."""
    p50, p95, p99 = np.percentile(figures, [50, 95, 99])
    print(f"| {what:<44} | {p50:6.1f} | {p95:6.1f} | {p99:6.1f} | {figures.max():6.1f} |", flush=True)


def train(window: MainWindow, arch: str, batch_size: int) -> None:
    """Begin a training that outlasts the measurement."""
    form = window.train_page.form
    form.arch.setCurrentText(arch)
    form.batch_size.setValue(batch_size)
    form.epochs.setValue(1000)
    window.train_page.train_button.click()
    wait(1500)


def main() -> int:
    """Print a table of milliseconds."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    window = MainWindow(Settings(Path(tempfile.mkdtemp())))
    window.resize(USUAL_SIZE)  # a narrow one has no canvas beside the Train page
    window.show()
    wait(2500)
    print("| milliseconds                                 | median |    p95 |    p99 |    max |")
    print("| -------------------------------------------- | -----: | -----: | -----: | -----: |")
    report("timer of 10 ms, late by: idle", timer_lateness_ms())
    report("pen move to painted bars: idle", pen_latency_ms(window))
    window.show_page("train")
    for arch, batch_size in (
        ("journal-8", 1),
        ("journal-24", 1),
        ("journal-24", 32),
        ("lenet", 32),
        ("lenet", 128),
        ("deep", 64),
    ):
        train(window, arch, batch_size)
        what = f"training {arch}, batch {batch_size}"
        report(f"timer of 10 ms, late by: {what}", timer_lateness_ms())
        report(f"pen move to painted bars: {what}", pen_latency_ms(window))
        window.train_page.stop_button.click()
        while window.session.trainings.run.is_active:
            wait(20)
    window.close()
    application.processEvents()
    return 0


if __name__ == "__main__":
    sys.exit(main())
