"""60,000 pictures in the window, from every form of file: ``make bench-data MNIST=folder`` prints the figures."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from benchmarks.responsiveness import wait
from helpers.event_loop import watch_event_loop
from PIL import Image
from PySide6.QtWidgets import QApplication
from threadpoolctl import threadpool_limits

from digitgui.documents.browsing import Order
from digitgui.frame.main_window import MainWindow
from digitgui.settings import Settings
from model import Dataset
from model.readers.sources import open_data
from model.training.suspects import look_for_suspects

FRAMES = 200


def write_forms(data: Dataset, folder: Path) -> dict[str, Path]:
    """Write the training part as a NumPy archive, as Keras' archive of long integers, as rows, and as files."""
    end = data.official_test_start or len(data)
    images, labels = data.images[:end], data.labels[:end]
    np.savez(folder / "plain.npz", images=images, labels=labels)
    whole = {"x_train": images, "y_train": labels, "x_test": data.images[end:], "y_test": data.labels[end:]}
    np.savez_compressed(folder / "keras.npz", **{name: array.astype(np.int64) for name, array in whole.items()})
    np.savetxt(folder / "rows.csv", np.column_stack([labels, images.reshape(end, -1)]), fmt="%d", delimiter=",")
    for digit in range(10):
        (folder / "files" / str(digit)).mkdir(parents=True)
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        Image.fromarray(image).save(folder / "files" / str(label) / f"{number}.png")
    names = {"npz": "plain.npz", "npz of int64": "keras.npz", "csv": "rows.csv", "60,000 png": "files"}
    return {what: folder / name for what, name in names.items()}


def measure(source: str) -> None:
    """Open one source in a window, scroll and sort it, and print a row of the table."""
    application = QApplication([])
    window = MainWindow(Settings(Path(tempfile.mkdtemp())))
    window.resize(1600, 1000)
    window.show()
    window.show_page("data")
    wait(3000)
    data, browser = window.session.data, window.data_page.browser
    with watch_event_loop() as opening:
        begun = time.perf_counter()
        window.session.data.open(source)
        while data.proposal is None:
            wait(10)
        seconds = time.perf_counter() - begun
        data.accept()
        wait(3000)
    bar = browser.grid.verticalScrollBar()
    begun = time.perf_counter()
    for step in range(FRAMES):
        bar.setValue(step * bar.maximum() // FRAMES)
        browser.grid.viewport().repaint()
    frames = FRAMES / (time.perf_counter() - begun)
    with watch_event_loop() as browsing:
        browser.order_box.choose(Order.LOSS)
        browser.show_matching()
        while window.session.answers.share is not None:
            wait(10)
        browser.show_digit(3)
        window.data_page.show_tab(1)
        wait(1000)
    megabytes = most_memory()
    print(
        f"{seconds:6.1f} s {opening.worst:6.0f} ms {browsing.worst:6.0f} ms {frames:8.0f} {megabytes:6.0f} MB",
        flush=True,
    )
    window.close()
    application.processEvents()


def most_memory() -> float:
    """Most memory that this process has had, in MB; off Linux that of its parent may count."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(mnist: str) -> None:
    """Measure every form in a process of its own."""
    print("                open | longest hold-up of the window, opening and browsing | frames a second | memory")
    with tempfile.TemporaryDirectory() as folder:
        sources = {"idx": Path(mnist), **write_forms(open_data(mnist), Path(folder))}
        for what, source in sources.items():
            print(f"{what:<14}", end="", flush=True)
            command = [sys.executable, "-m", "benchmarks.large_data", "--one", str(source)]
            subprocess.run(command, check=True, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"})


def find_planted(data: Dataset, seed: int = 5) -> None:
    """Make 2 % of the labels wrong at random, and print how many of them are among the 2 % most suspect."""
    rng = np.random.default_rng(seed)
    end = data.official_test_start or len(data)
    labels = data.labels[:end].copy()
    planted = rng.choice(end, end // 50, replace=False)
    labels[planted] = (labels[planted] + rng.integers(1, 10, len(planted))) % 10
    begun = time.perf_counter()
    with threadpool_limits(limits=1, user_api="blas"):  # as in the process of its own that the window uses
        suspects = look_for_suspects(data.images[:end], labels)
    first = np.argsort(-suspects.suspicion)[: len(planted)]
    found, seconds = np.isin(planted, first).mean(), time.perf_counter() - begun
    print(
        f"of {len(planted):,} wrong labels in {end:,}: {found:.0%} among as many suspects, {seconds:.0f} s",
        flush=True,
    )


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        measure(sys.argv[2])
    else:
        main(sys.argv[1])
        find_planted(open_data("bundled"))
        find_planted(open_data(sys.argv[1]))
