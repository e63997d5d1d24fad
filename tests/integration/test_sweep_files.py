"""``digitgui sweep`` with files that all runs share, and on a cluster whose workers go."""

import json
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from helpers.cluster import another_worker, cluster
from helpers.command_line import digitgui
from helpers.strokes import write_digits, write_letters

from model import load_network
from model.runs.run_store import RunStore
from model.sweeps.train_again import command_of

SHARED = ("--epochs", 1, "--batch-size", 8, "--limit", 100)
SHORT = ("--epochs", 1, "--batch-size", 2, "--limit", 2000, "--data", "bundled")


@pytest.fixture
def files(tmp_path, monkeypatch) -> tuple[object, ...]:
    monkeypatch.setattr("model.handwriting.hands.SCRIBBLES", 6)
    monkeypatch.setattr("model.handwriting.hands.OVERLAYS", 4)
    digits, letters = write_digits(tmp_path / "digits.npz"), write_letters(tmp_path / "letters.npz")
    assert digitgui("train", "--arch", "journal-8", *SHARED, "--out", tmp_path / "begin.safetensors").status == 0
    return "--strokes", digits, "--refuse", letters, "--init", tmp_path / "begin.safetensors"


def grid(folder: Path, **choices: object) -> Path:
    file = folder / "grid.json"
    file.write_text(json.dumps(choices))
    return file


def test_runs_learn_from_the_files_and_are_what_train_gives(tmp_path, files) -> None:
    file, out = grid(tmp_path, lr=[0.01, 0.05]), tmp_path / "out"
    done = digitgui("sweep", "--grid", file, *SHARED, *files, "--out", out, "--jobs", 1, "--json")
    assert [run["settings"]["lr"] for run in done.json["runs"]] == [0.01, 0.05]
    assert "the pen strokes are painted" in done.err
    store = RunStore(out)
    (run, *_) = done.json["runs"][1]["folders"]
    assert run == "0002-journal-8"
    words = shlex.split(command_of(store.read(run)))
    again = tmp_path / "again.safetensors"
    assert digitgui(*words[1:-1], again).status == 0
    first, second = load_network(store.model_file(run)).weights(), load_network(again).weights()
    assert all((value == second[name]).all() for name, value in first.items())


def test_the_command_of_a_report_repeats_such_a_sweep(tmp_path, files) -> None:
    file, out = grid(tmp_path, lr=[0.01, 0.05]), tmp_path / "out"
    first = digitgui("sweep", "--grid", file, *SHARED, *files, "--out", out, "--jobs", 1, "--json").json
    assert digitgui("report", out, "--out", tmp_path / "out.html").status == 0
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    words = shlex.split(re.search(r"<code>digitgui sweep (.*?)</code>", page)[1])
    second = digitgui("sweep", *words[:-1], tmp_path / "again", "--jobs", 1, "--json").json
    assert [run["loss"] for run in second["runs"]] == [run["loss"] for run in first["runs"]]
    goes_on = digitgui("sweep", "--grid", file, *SHARED, *files, "--out", out, "--jobs", 1, "--json")
    assert "2 of 2 runs are done already" in goes_on.err
    other = digitgui("sweep", "--grid", file, *SHARED, *files[:4], "--arch", "journal-8", "--out", out, "--json")
    assert other.status == 1
    assert "holds a sweep of other" in other.err
    twice = digitgui("sweep", *words[:-1], tmp_path / "third", *files[:2])
    assert twice.status == 2
    assert "leave out --strokes" in twice.err


@pytest.mark.parametrize(
    ("choices", "options", "words"),
    [
        ({"lr": [0.01]}, ("--refuse", "letters.npz"), "--refuse needs --strokes"),
        ({"arch": ["lenet"]}, ("--init", "default"), "remove arch and initializer"),
        ({"lr": [0.01]}, ("--init", "nowhere.safetensors"), "no such file"),
        (None, ("--init", "default"), "journal's experiment"),
    ],
)
def test_files_that_do_not_go_together_are_wrong_usage(tmp_path, choices, options, words) -> None:
    asked = grid(tmp_path, **choices) if choices else "journal"
    done = digitgui("sweep", "--grid", asked, *options, "--out", tmp_path / "out")
    assert done.status == 2
    assert words in done.err
    assert not (tmp_path / "out").exists()


def test_a_file_of_strokes_that_is_not_there_costs_one_line(tmp_path) -> None:
    options = ("--strokes", tmp_path / "nowhere.npz", "--out", tmp_path / "out")
    done = digitgui("sweep", "--grid", grid(tmp_path, lr=[0.01]), *options)
    assert done.status == 1
    assert "nowhere.npz" in done.err.splitlines()[-1]


class Sweeping:
    """A sweep in a process of its own, and what it has said so far."""

    def __init__(self, *arguments: object) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "digitgui", "sweep", *map(str, arguments)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        with self.process.stderr as stream:
            for line in stream:
                self.lines.append(line)

    def wait_for(self, words: str, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not any(words in line for line in self.lines):
            assert time.monotonic() < deadline, self.lines
            assert self.process.poll() is None, self.lines
            time.sleep(0.02)

    def end(self) -> int:
        status = self.process.wait(timeout=60)
        self._reader.join()
        return status


def test_a_sweep_says_when_all_workers_are_gone_and_goes_on_with_the_next(tmp_path, files) -> None:
    out = tmp_path / "out"
    with cluster(tmp_path, 1) as (address, workers):
        given = (*SHORT, *files[:2], *files[4:], "--out", out, "--dask", address)
        sweep = Sweeping("--grid", grid(tmp_path, seed=[0, 1, 2]), *given)
        sweep.wait_for("run 1 of 3")
        workers[0].kill()
        sweep.wait_for(
            f"all Dask workers are gone; the sweep waits until you start one: dask worker {address}", 15
        )
        sweep.process.send_signal(signal.SIGINT)
        assert sweep.end() == 1
        assert sweep.lines[-1] == "digitgui: stopped\n"
        sweep = Sweeping("--grid", grid(tmp_path, seed=[0, 1, 2]), *given)
        with another_worker(tmp_path, address):
            sweep.wait_for("run 2 of 3")
        sweep.wait_for("all Dask workers are gone", 15)
        with another_worker(tmp_path, address):
            sweep.wait_for("a Dask worker is back: the sweep continues", 30)
            assert sweep.end() == 0
    assert sum("all Dask workers are gone" in line for line in sweep.lines) == 1
    assert len(list(out.glob("*/run.json"))) == 3


def test_a_scheduler_that_goes_is_said_in_one_line(tmp_path) -> None:
    with cluster(tmp_path, 1) as (address, _):
        sweep = Sweeping(
            "--grid", grid(tmp_path, seed=[0, 1]), *SHORT, "--out", tmp_path / "out", "--dask", address
        )
        sweep.wait_for("run 1 of 2")
    assert sweep.end() == 1
    assert f"the Dask scheduler at {address} is gone" in sweep.lines[-1]
    assert not any("Traceback" in line for line in sweep.lines)
