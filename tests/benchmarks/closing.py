"""Seconds from the closing of the window to the end of the process, from every state that lasts.

Each state is reached in a program of its own, in the real window. Exits with 1 if any takes more than a second,
ends with another status than 0, or says anything.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from helpers.sheet_projects import small_sheet
from PIL import Image

MOST_SECONDS = 1.0
SCRIPT = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from digitgui.frame import app, main_window

folder = Path(sys.argv[2])

def begin(window):
    session = window.session
    data = session.data.dataset
    match sys.argv[1]:
        case "idle": pass
        case "training journal-24" | "training lenet" | "training deep":
            form = window.train_page.form
            form.arch.choose(sys.argv[1].split()[1]); form.epochs.setValue(50); window.train_page.start()
        case "teaching":
            session.personal.add(data.images[:40], data.labels[:40]); session.hand.teach()
        case "evaluating": session.evaluation.request()
        case "suspects": session.looks.find_suspects()
        case "map": session.looks.request_tsne()
        case "large photo": session.pictures.open(folder / "large.jpg")
        case "one-line table": session.data.open(str(folder / "line.csv"))
        case "large data": session.data.open(str(folder / "large.csv"))
        case "sweep": session.sweeps.start_journal(2)
        case "sheets": window.show_page("sheets"); session.sheets.add([folder / "sheets"])
        case "large scan": window.show_page("sheets"); session.sheets.add([folder / "large.jpg"])
        case _: raise SystemExit(3)

def close(window):
    print(time.time(), flush=True)
    window.close()

original = app._close_when_asked_to_end
def connected(application, window):
    original(application, window)
    QTimer.singleShot(300, lambda: begin(window))
    QTimer.singleShot(300 + int(float(sys.argv[3]) * 1000), lambda: close(window))
app._close_when_asked_to_end = connected
sys.exit(app.run())
"""
STATES = (
    "idle",
    "training journal-24",
    "training lenet",
    "training deep",
    "teaching",
    "evaluating",
    "suspects",
    "map",
    "large photo",
    "one-line table",
    "large data",
    "sweep",
    "sheets",
    "large scan",
)


def make_files(folder: Path) -> None:
    """Write what takes long to read."""
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (800, 1100), np.uint8)
    Image.fromarray(noise).resize((11_000, 7_000)).save(folder / "large.jpg", quality=60)
    rows = rng.integers(0, 256, (6_000, 785))
    rows[:, 0] %= 10
    np.savetxt(folder / "large.csv", rows, "%d", delimiter=",")
    (folder / "line.csv").write_text(",".join(map(str, rows.ravel().tolist())))
    (folder / "sheets").mkdir()
    sheet = small_sheet(rows=20, columns=8).picture
    for number in range(30):
        sheet.save(folder / "sheets" / f"{number}.png")


def closes_in(state: str, folder: Path, after_seconds: float) -> tuple[float, float, int, str]:
    """Return the seconds until the window was gone and the process too, its status, and what it said."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "XDG_DATA_HOME": home, "QT_QPA_PLATFORM": "offscreen"}
        command = [sys.executable, "-c", SCRIPT, state, str(folder), str(after_seconds)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=180)
        ended = time.time()
    closed_at = float(done.stdout.split()[0]) if done.stdout else ended
    return ended - closed_at, after_seconds, done.returncode, done.stderr.strip()


def main() -> int:
    """Close in every state, a moment and a while after it has begun."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("states", nargs="*", default=STATES)
    options = parser.parse_args()
    is_bad = False
    with tempfile.TemporaryDirectory() as name:
        make_files(Path(name))
        for state in options.states:
            for after in (0.2, 1.0, 3.0):
                seconds, _, status, said = closes_in(state, Path(name), after)
                bad = seconds > MOST_SECONDS or status != 0 or bool(said)
                is_bad |= bad
                print(
                    f"{state}, {after:g} s after it began: {seconds:.2f} s{' !' * bad} {said[-300:]}", flush=True
                )
    return int(is_bad)


if __name__ == "__main__":
    sys.exit(main())
