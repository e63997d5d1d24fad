"""A million pictures: opened, trained on, evaluated and scrolled through; ``make bench-data MNIST=folder``.

They are MNIST's training pictures, paler, and two in five of them moved. For each step it prints the seconds, and
the most memory that its process ever had, with all that is mapped of files.
"""

import os
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from benchmarks.large_data import FRAMES, most_memory
from benchmarks.responsiveness import wait
from helpers.event_loop import watch_event_loop
from PySide6.QtWidgets import QApplication

from digitgui.frame.main_window import MainWindow
from digitgui.settings import Settings
from model import Dataset
from model.readers.sources import open_data

COUNT, AT_ONCE = 1_000_000, 10_000
SECONDS = 60
"""Of training."""
HOMES = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")


def write_million(data: Dataset, folder: Path, count: int = COUNT, seed: int = 1) -> None:
    """Write so many pictures, all of them different, as two IDX files."""
    rng, end = np.random.default_rng(seed), data.official_test_start or len(data)
    folder.mkdir(parents=True)
    files = folder / "train-images-idx3-ubyte", folder / "train-labels-idx1-ubyte"
    with files[0].open("wb") as images, files[1].open("wb") as labels:
        images.write(struct.pack(">4B3I", 0, 0, 8, 3, count, 28, 28))
        labels.write(struct.pack(">4BI", 0, 0, 8, 1, count))
        for start in range(0, count, AT_ONCE):
            chosen = rng.integers(end, size=min(AT_ONCE, count - start))
            pictures = data.images[chosen] * rng.uniform(0.8, 1, (len(chosen), 1, 1))
            moves = rng.integers(-2, 3, (len(chosen), 2)) * (rng.random((len(chosen), 1)) < 0.4)
            for move in np.unique(moves, axis=0):
                moved = (moves == move).all(axis=1)
                pictures[moved] = np.roll(pictures[moved], move, (1, 2))
            images.write(pictures.astype(np.uint8).tobytes())
            labels.write(data.labels[chosen].tobytes())


def run(what: str, *command: str) -> None:
    """Run a command, and print its time and its memory."""
    begun = time.perf_counter()
    with Path(os.devnull).open("wb") as nothing:
        process = subprocess.Popen([sys.executable, "-m", *command], stdout=nothing, stderr=nothing)
        _, status, usage = os.wait4(process.pid, 0)
    seconds, megabytes = time.perf_counter() - begun, usage.ru_maxrss / 1024
    failed = "" if status == 0 else "  failed"
    computed = usage.ru_utime + usage.ru_stime
    print(
        f"{what:<34} {seconds:6.1f} s, {computed:5.1f} s of them computing, {megabytes:5.0f} MB{failed}",
        flush=True,
    )


def measure_window(source: str) -> None:
    """Open a source in a window, scroll through it, and print the longest times without response."""
    application = QApplication([])
    window = MainWindow(Settings(Path(tempfile.mkdtemp())))
    window.resize(1366, 768)
    window.show()
    window.show_page("data")
    wait(3000)
    data, browser = window.session.data, window.data_page.browser
    bar = browser.grid.verticalScrollBar()

    def scroll() -> None:
        for step in range(FRAMES):
            bar.setValue(step * bar.maximum() // FRAMES)
            browser.grid.viewport().repaint()
            application.processEvents()

    steps: list[tuple[str, Callable[[], object], Callable[[], bool]]] = [
        ("opening", lambda: data.open(source), lambda: data.proposal is not None),
        ("showing", data.accept, lambda: True),
        ("scrolling", scroll, lambda: True),
        ("choosing a digit", lambda: browser.show_digit(3), lambda: True),
        ("going to a picture", lambda: browser.go_to(len(data.dataset) // 2), lambda: True),
        ("excluding a picture", lambda: data.exclude([5]), lambda: True),
        ("the map", lambda: window.data_page.show_tab(1), lambda: window.session.looks.features is not None),
    ]
    for what, begin, is_done in steps:
        with watch_event_loop() as late:
            begun, before = time.perf_counter(), time.thread_time()
            begin()
            held = time.thread_time() - before
            while not is_done():
                wait(10)
            seconds = time.perf_counter() - begun
            wait(1000)
        print(
            f"  {what:<20} {seconds:6.1f} s, {late.worst:5.0f} ms without response at most,"
            f" {1000 * held:4.0f} ms of computing in the window, {most_memory():5.0f} MB",
            flush=True,
        )
    window.close()
    application.processEvents()


def main(mnist: str) -> None:
    """Measure every step in a process of its own, with nothing kept before the first."""
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(dict.fromkeys(HOMES, home))
        source, saved = f"{home}/million", f"{home}/network.safetensors"
        write_million(open_data(mnist), Path(source))
        train = ["--arch", "journal-8", "--batch-size", "64", "--max-seconds", str(SECONDS), "--out", saved]
        run("training on 60,000, an epoch", "digitgui", "train", "--data", mnist, *train, "--epochs", "1")
        run(f"training on a million, {SECONDS} s", "digitgui", "train", "--data", source, *train, "--epochs", "1")
        run("the same, opened before", "digitgui", "train", "--data", source, *train, "--epochs", "1")
        run("evaluating a million", "digitgui", "evaluate", saved, "--data", source, "--split", "all")
        print("a million in the window", flush=True)
        command = [sys.executable, "-m", "benchmarks.million", "--window", source]
        subprocess.run(command, check=True, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"})


if __name__ == "__main__":
    if sys.argv[1] == "--window":
        measure_window(sys.argv[2])
    else:
        main(sys.argv[1])
