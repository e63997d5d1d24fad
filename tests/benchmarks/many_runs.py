"""A thousand runs in the window: how long it does not answer, in milliseconds."""

import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.responsiveness import wait
from helpers.event_loop import watch_event_loop
from helpers.stored_runs import store_runs
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from digitgui.frame.main_window import MainWindow
from digitgui.settings import Settings
from model.runs.run_store import RECORD

COUNT = 1000
POINTS = 860
"""As many as twenty epochs of 4,250 pictures leave, one by one."""


def fill(folder: Path, count: int) -> None:
    """Write so many runs, each with another seed."""
    store_runs(folder)
    files = list((folder / "runs").glob(f"*/{RECORD}"))
    entries = [json.loads(file.read_text()) for file in files]
    for seed in range(count - len(files)):
        entry = entries[seed % len(entries)]
        entry["description"]["settings"]["seed"] = seed
        entry["description"]["history"]["train_loss_per_100_steps"] = [1.0] * POINTS
        target = folder / "runs" / f"20260101-000000-{seed:06d}-{entry['arch']}-0000"
        target.mkdir()
        (target / RECORD).write_text(json.dumps(entry))


def measure(title: str, do: Callable[[], object], milliseconds: int = 400) -> None:
    """Print the longest time that the event loop stood still after something was done."""
    with watch_event_loop() as lateness:
        do()
        wait(milliseconds)
    print(f"{title:<42} {lateness.worst:5.0f} ms")


def main(count: int = COUNT) -> None:
    """Open the page, and do what a person does there."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    folder = Path(tempfile.mkdtemp())
    fill(folder, count)
    window = MainWindow(Settings(folder))
    window.show()
    gc.freeze()  # as the program does
    wait(1500)
    page, runs = window.runs_page, window.session.runs
    begun = time.perf_counter()
    with watch_event_loop() as lateness:
        window.show_page("runs")
        while not runs.has_read:
            wait(5)
        seconds = time.perf_counter() - begun
        wait(400)
    print(f"{count:,} runs are there after {seconds:.1f} s")
    print(f"{'reading and showing them':<42} {lateness.worst:5.0f} ms")
    names = [record.id for record in page.list.table.records]
    view = page.list.view
    measure("reading them again", runs.refresh, 2500)
    measure("sorting by accuracy", lambda: view.sortByColumn(4, Qt.SortOrder.AscendingOrder))
    measure("filtering", lambda: page.list.filter.setText("lenet momentum"))
    measure("no filter", page.list.filter.clear)
    measure("curves of ten", lambda: view.select_runs(names[:10]))
    measure("smoothing them", lambda: page.curves.smoothing.setValue(9))
    measure("selecting all", view.selectAll)
    measure("pinning one", lambda: page.pin(names[500:501]))
    measure("deleting 500", lambda: runs.delete(names[:500]), 1500)
    measure("taking them back", window.session.undo_stack.undo, 1500)
    measure("parallel coordinates", lambda: page.show_tab(2))
    window.close()
    application.processEvents()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
