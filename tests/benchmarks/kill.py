"""Kills the program while it trains, keeps digits, corrections and cells of sheets, or sweeps.

What was shown as kept must be there. Each program is a real one, killed (SIGKILL) at a random moment. Exits with 1
if something was lost that was on the disk before, or more of a training than an epoch or two seconds.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from helpers.sheet_projects import store_project

from model.readers.edit_files import load_edits
from model.readers.npz_files import load_npz
from model.runs.checkpoints import load_checkpoint
from model.runs.run_store import RunStore
from model.sheets.project_files import PROJECT_NAME, load_project

MOST_LOST_SECONDS = 2.0
SHEETS = 60
SLACK_SECONDS = 0.5
"""For the disk and the start of the child's clock."""
CHILD = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from digitgui import MainWindow
from digitgui.settings import Settings
from pathlib import Path

application = QApplication([])
window = MainWindow(Settings(Path(sys.argv[2])))
session = window.session
data = session.data.dataset
told = 0
CELLS = 12

def say(count):
    print(count, time.time(), flush=True)

def step():
    global told
    match sys.argv[1]:
        case "training":
            done = session.trainings.status.epoch - 1 if session.trainings.status else 0
            if done > told:
                told = done
                say(done)
        case "digits":
            session.personal.add(data.images[told:told + 1], data.labels[told:told + 1])
            session.tasks.finish()
            told += 1
            say(told)
        case "corrections":
            session.data.exclude([told])
            session.tasks.finish()
            told += 1
            say(told)
        case "sheets" if session.sheets.sheets and told < CELLS * len(session.sheets.sheets):
            session.sheet_review.choose_sheet(told // CELLS)
            session.sheet_review.choose((told % CELLS // 3, told % 3))
            session.sheet_review.decide("1234")
            session.tasks.finish()
            told += 1
            say(told)

def begin():
    if sys.argv[1] == "training":
        window.train_page.form.epochs.setValue(1000)
        window.train_page.form.arch.choose("journal-8")
        window.train_page.form.batch_size.setValue(32)
        window.train_page.start()
    if sys.argv[1] == "sheets":
        session.sheets.add([Path(sys.argv[2]) / "scans"])
    timer.start()

timer = QTimer(interval=5)
timer.timeout.connect(step)
QTimer.singleShot(200, begin)
application.exec()
"""


def killed(what: str, home: Path, after_seconds: float) -> tuple[int, float, float]:
    """Kill a program some seconds after its first word; return its last count, and when it said that and died."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    if what == "sheets":
        (home / "scans").mkdir()
        store_project(home / "scans", *(f"{number}.png" for number in range(SHEETS)))
    command = [sys.executable, "-c", CHILD, what, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout
        first = child.stdout.readline()
        time.sleep(after_seconds)
        child.send_signal(signal.SIGKILL)
        died = time.time()
        lines = (first + child.stdout.read()).split("\n")
    whole = [line.split() for line in lines if len(line.split()) == 2]
    return int(whole[-1][0]), float(whole[-1][1]), died


def lost_of_training(home: Path, died: float, done: int) -> str:
    """Tell what is wrong with what a killed training has left; empty if nothing is."""
    store = RunStore(home / "runs")
    [run] = store.runs()
    checkpoint = load_checkpoint(store.checkpoint_file(run))
    written = store.checkpoint_file(run).stat().st_mtime
    seconds_an_epoch = checkpoint.seconds / max(1, checkpoint.state.epochs_done)
    lost = died - written
    allowed = max(seconds_an_epoch, MOST_LOST_SECONDS) + SLACK_SECONDS
    store.read(run)
    return "" if lost < allowed else f"{lost:.1f} s lost ({done - checkpoint.state.epochs_done} epochs)"


def check(what: str, home: Path, count: int, died: float) -> str:
    """Tell what was lost; empty if nothing was."""
    match what:
        case "training":
            return lost_of_training(home, died, count)
        case "digits":
            kept = len(load_npz(home / "my-digits.npz"))
            return "" if kept >= count else f"{kept} of {count} digits"
        case "sheets":
            sheets = load_project(home / "scans" / PROJECT_NAME)
            kept = sum(len(sheet.decided) for sheet in sheets)
            return "" if kept >= count and len(sheets) == SHEETS else f"{kept} of {count} cells"
        case _:
            kept = len(load_edits(home / "edits" / "bundled.edits.json").entries)
            return "" if kept >= count else f"{kept} of {count} corrections"


def killed_sweep(folder: Path, chance: random.Random, times: int) -> str:
    """Kill one sweep again and again; tell how its end differs from that of one that was left alone."""
    grid = folder / "grid.json"
    grid.write_text(json.dumps({"arch": ["journal-8"], "lr": [0.01, 0.02, 0.05], "seed": list(range(10))}))
    shared = ("--grid", grid, "--limit", 300, "--epochs", 2, "--batch-size", 16, "--jobs", 2, "--json")

    def command(out: str) -> list[str]:
        return [sys.executable, "-m", "digitgui", "sweep", *map(str, shared), "--out", str(folder / out)]

    for _ in range(times):
        with subprocess.Popen(command("killed"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
            time.sleep(chance.uniform(2, 6))
            child.kill()
    ends = [
        subprocess.run(command(out), capture_output=True, text=True, check=False) for out in ("killed", "whole")
    ]
    if any(end.returncode for end in ends):
        return f"it does not go on: {ends[0].stderr[-200:]}"
    figures = [[(run["settings"], run["accuracy"]) for run in json.loads(end.stdout)["runs"]] for end in ends]
    return "" if figures[0] == figures[1] else "other figures than without a kill"


def main() -> int:
    """Kill, look, and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    chance, bad = random.Random(options.seed), 0
    for what in ("training", "digits", "corrections", "sheets"):
        problems = []
        for _ in range(options.times):
            with tempfile.TemporaryDirectory() as name:
                count, _, died = killed(what, Path(name), chance.uniform(0, 4))
                problems += [problem] if (problem := check(what, Path(name), count, died)) else []
        bad += len(problems)
        print(
            f"{what}: killed {options.times} times, {len(problems)} with a loss {'; '.join(problems)}", flush=True
        )
    with tempfile.TemporaryDirectory() as name:
        problem = killed_sweep(Path(name), chance, options.times)
    print(f"sweep: killed {options.times} times, {problem or 'the same figures as without a kill'}")
    return int(bool(bad or problem))


if __name__ == "__main__":
    sys.exit(main())
