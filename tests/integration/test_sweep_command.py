"""``digitgui sweep`` as a person or a script runs it."""

import html
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.cluster import cluster
from helpers.command_line import Done, digitgui, digitgui_process

from digitgui.command_line.commands import run
from model.sweeps import sweep_workers
from model.sweeps.journal_experiment import JOURNAL_SETTINGS
from model.training.training import TrainingConfig

SHARED = ("--epochs", 1, "--batch-size", 8, "--limit", 200)
PATIENCE = 180
"""Seconds that a program may take on a busy machine, where Dask alone needs ten to begin."""
SHORT = ("--epochs", 1, "--batch-size", 2, "--limit", 2000)
"""For runs that take long enough to be interrupted."""


@pytest.fixture
def sweep(capsys) -> Callable[..., Done]:
    """Run the command in this process, which has scikit-learn already."""

    def run_here(*arguments: object) -> Done:
        status = run(["sweep", *map(str, arguments)])
        return Done(status, *capsys.readouterr())

    return run_here


def grid(folder: Path, **choices: object) -> Path:
    file = folder / "grid.json"
    file.write_text(json.dumps({name.replace("_", "-"): values for name, values in choices.items()}))
    return file


def started(*arguments: object) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "digitgui", "sweep", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that Ctrl+C can be pressed in its terminal, not in that of the tests
    )


def wait_until(condition: Callable[[], bool], process: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)


def runs_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/run.json"))


def test_a_sweep_prints_one_json_object_with_every_combination(tmp_path) -> None:
    file = grid(tmp_path, arch=["journal-8"], lr=[0.01, 0.05], seed=[0, 1])
    done = digitgui_process(
        "sweep", "--data", "bundled", "--grid", file, "--out", tmp_path / "out", *SHARED, "--jobs", 1, "--json"
    )
    result = done.json
    assert [run["settings"] for run in result["runs"]] == [
        {"arch": "journal-8", "lr": rate, "seed": seed} for rate in (0.01, 0.05) for seed in (0, 1)
    ]
    assert result["best"] == max(result["runs"], key=lambda run: (run["accuracy"], -run["loss"]))
    assert result["measured_on"] == "validation"
    assert "run 4 of 4: arch journal-8" in done.err
    trained = digitgui("train", "--arch", "journal-8", "--lr", 0.05, "--seed", 1, *SHARED, "--json").json
    assert result["runs"][3]["accuracy"] == trained["history"]["epochs"][-1]["validation_accuracy"]
    assert result["runs"][3]["test_accuracy"] == trained["report"]["accuracy"]
    assert result["runs"][3]["reports"][0]["confusion"] == trained["report"]["confusion"]


def test_the_table_is_for_people_and_marks_the_best(sweep, tmp_path) -> None:
    file = grid(tmp_path, lr=[0.0001, 0.05], augment=["none", {"steps": [], "name": "mine"}])
    done = sweep("--grid", file, "--out", tmp_path / "out", *SHARED, "--folds", 2)
    assert done.status == 0, done.err
    lines = done.out.splitlines()
    assert lines[0] == "mean accuracy over the folds, the best (*) first"
    assert len(lines) == 5
    assert all("±" in line for line in lines[1:])
    assert [line.endswith("*") for line in lines] == [False, True, False, False, False]
    accuracies = [float(line.split("%")[0]) for line in lines[1:]]
    assert accuracies == sorted(accuracies, reverse=True)
    assert sum("augment mine" in line for line in lines) == 2
    assert "fold 2" in done.err
    assert "left" in done.err


def test_random_search_and_halving(sweep, tmp_path) -> None:
    file = grid(tmp_path, lr={"from": 0.0001, "to": 0.1, "log": True}, batch_size={"from": 2, "to": 16})
    options = ("--grid", file, "--random", 4, "--halving", "--epochs", 3, "--limit", 200, "--arch", "journal-8")
    first = sweep(*options, "--out", tmp_path / "out", "--jobs", 1, "--json")
    assert "done already" not in first.err
    result = first.json
    assert sorted(run["epochs"] for run in result["runs"]) == [1, 1, 3, 3]
    assert result["best"]["epochs"] == 3
    assert len({run["settings"]["lr"] for run in result["runs"]}) == 4
    again = sweep(*options, "--out", tmp_path / "out", "--jobs", 1, "--json")
    assert again.json["runs"] == result["runs"]
    assert "6 of 6 runs are done already" in again.err
    table = sweep(*options, "--out", tmp_path / "out").out.splitlines()
    assert "later rounds before earlier ones" in table[0]
    assert ["3 epochs" in line for line in table[1:]] == [True, True, False, False]


def all_but_seconds(runs: list[dict]) -> list[dict]:
    return [{**one, "seconds": None} for one in runs]


def test_the_command_in_a_report_repeats_a_sweep_drawn_at_random_with_halving_and_folds(sweep, tmp_path) -> None:
    file = grid(tmp_path, lr={"from": 0.001, "to": 0.1})
    out, page, again = tmp_path / "out", tmp_path / "out.html", tmp_path / "again"
    options = ("--random", 3, "--seed", 5, "--halving", "--folds", 2, "--epochs", 3, "--limit", 100)
    first = sweep("--grid", file, *options, "--split-seed", 4, "--out", out, "--jobs", 1, "--json")
    assert run(["report", str(out), "--out", str(page)]) == 0
    command = re.search(r"<code>digitgui sweep (.*?)</code>", page.read_text(encoding="utf-8"))[1]
    words = shlex.split(html.unescape(command))
    assert words[-2:] == ["--out", "out-again"]
    file.unlink()
    second = sweep(*words[:-1], again, "--jobs", 1, "--json")
    assert all_but_seconds(second.json["runs"]) == all_but_seconds(first.json["runs"])
    with pytest.raises(SystemExit):
        sweep(*words[:-1], again, "--folds", 3)


def test_the_experiment_of_the_journal(sweep, tmp_path) -> None:
    options = ("--grid", "journal", "--epochs", 1, "--out", tmp_path / "out")
    result = sweep(*options, "--json").json
    assert [
        (run["settings"]["arch"], run["settings"]["lr"], run["journal_accuracy"]) for run in result["runs"]
    ] == [
        ("journal-8", 0.001, 0.866),
        ("journal-16", 0.001, 0.870),
        ("journal-24", 0.001, 0.883),
        ("journal-24", 0.005, 0.883),
        ("journal-24", 0.01, 0.887),
    ]
    assert all(run["count"] == 231 for run in result["runs"])
    record = json.loads((tmp_path / "out" / "0005-journal-24" / "run.json").read_text())
    settings = record["description"]["settings"]
    assert (settings["batch_size"], settings["optimizer"], settings["augmentation"]) == (1, "sgd", "journal")
    assert record["limit"] == 3078
    assert record["description"]["report"]["digits"]["8"]["support"] == 25
    assert sum(map(sum, record["description"]["report"]["confusion"])) == 231

    for name in ("epochs", "batch_size", "optimizer"):
        assert getattr(TrainingConfig(), name) == JOURNAL_SETTINGS[name], "which no option has to say"

    table = sweep(*options)
    assert "5 of 5 runs are done already" in table.err
    assert table.out.count("confusion matrix") == table.out.count("precision") == 5
    assert "the journal: 88.7%" in table.out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"lr": [0.01', "is not JSON"),
        ("[1, 2]", "expected options with lists of values"),
        ('{"speed": [1]}', "there is no option 'speed'"),
        ('{"lr": []}', "lr: expected a list of values, at least one"),
        ('{"lr": 0.01}', "lr: expected a list of values"),
        ('{"lr": [0.01, "fast"]}', "lr must be a number from"),
        ('{"lr": [0.01, 0.01]}', "lr: 0.01 occurs twice"),
        ('{"lr": [0.01], "lr": [0.02]}', "lr occurs twice"),
        ('{"batch-size": [1], "batch_size": [2]}', "batch-size occurs twice"),
        ('{"epochs": [1.5]}', "epochs must be a whole number"),
        ('{"arch": ["resnet"]}', "arch must be one of"),
        ('{"augment": ["wild"]}', "augment: expected none, journal"),
        ('{"augment": [7]}', "augment: "),
        ('{"standardize": [1]}', "standardize must be true or false"),
        ('{"limit": [0]}', "limit must be a whole number"),
        ('{"weight-decay": [0.1]}', "--weight-decay is only for adamw"),
        ('{"lr": {"from": 0.1, "to": 0.2}}', "lr is a range"),
        ('{"lr": {"from": 0.1}}', "lr: expected a range"),
        ('{"lr": {"from": 0.1, "to": 7}}', "lr must be a number from"),
    ],
)
def test_a_bad_grid_is_said_in_one_sentence_that_names_the_option(
    tmp_path, content, words, monkeypatch, capsys
) -> None:
    (tmp_path / "epochs.json").write_text(content)
    with pytest.raises(SystemExit) as ended:
        run(["sweep", "--grid", str(tmp_path / "epochs.json"), "--out", str(tmp_path / "out")])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    (sentence,) = said.splitlines()
    assert sentence.startswith("digitgui sweep: ")
    assert words in sentence
    assert "--epochs.json" not in sentence
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--lr", "0.02", "--augment", "none", "--epochs", "3"), "leave out --lr and --augment"),
        (("--seed", "3"), "leave out --seed"),
        (("--grid", "journal", "--arch", "lenet"), "leave out --arch"),
    ],
)
def test_a_setting_that_the_grid_has_is_not_taken_from_the_line_too(tmp_path, options, words, capsys) -> None:
    file = grid(tmp_path, lr=[0.01, 0.05], augment=["none", "journal"], seed=[0, 1])
    with pytest.raises(SystemExit) as ended:
        run(["sweep", "--grid", str(file), "--out", str(tmp_path / "out"), *options])
    assert ended.value.code == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_sample_is_drawn_by_the_seed_of_the_line_though_the_grid_has_seeds(sweep, tmp_path) -> None:
    file = grid(tmp_path, seed={"from": 0, "to": 10**6})
    options = ("--grid", file, "--random", 1, *SHARED, "--arch", "journal-8", "--jobs", 1, "--json")
    one, other = (sweep(*options, "--seed", n, "--out", tmp_path / str(n)).json["best"] for n in (3, 4))
    assert one["settings"] != other["settings"]


@pytest.mark.parametrize(
    "wrong",
    [
        ("--grid", "nowhere.json"),
        ("--grid", "journal", "--random", "3"),
        ("--grid", "journal", "--jobs", "0"),
        ("--grid", "journal", "--jobs", "2", "--dask", "tcp://127.0.0.1:1"),
        ("--grid", "journal", "--folds", "1"),
    ],
)
def test_wrong_usage_ends_with_2(tmp_path, wrong, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["sweep", *wrong, "--out", str(tmp_path / "out")])
    assert ended.value.code == 2


def traces_in(err: str) -> list[str]:
    """Find lines of tracebacks through the program; what joblib's janitor, another process, prints is its own."""
    own = tuple(f'File "{Path(__file__).parents[2] / package}' for package in ("model", "digitgui"))
    return [line for line in err.splitlines() if line.lstrip().startswith(own)]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")
def test_a_sweep_that_was_stopped_or_killed_goes_on_and_repeats_nothing(sweep, tmp_path) -> None:
    out = tmp_path / "out"
    options = ("--grid", grid(tmp_path, seed=list(range(8))), "--out", out, *SHORT, "--jobs", 2, "--json")
    kept: dict[Path, int] = {}
    for how in (signal.SIGINT, signal.SIGKILL):
        process, before = started(*options), len(kept)
        wait_until(lambda before=before: len(runs_in(out)) > before, process)
        children = children_of(process)
        if how == signal.SIGINT:
            press_ctrl_c_twice(process)
        else:
            process.kill()
        _, err = process.communicate(timeout=PATIENCE)
        assert not traces_in(err), err
        assert ("finished runs are kept" in err) == (how == signal.SIGINT)
        assert {file: file.stat().st_mtime_ns for file in kept} == kept
        kept = {file: file.stat().st_mtime_ns for file in runs_in(out)}
        assert len(kept) < 8
        wait_for_the_end_of(children)

    done = sweep(*options)
    assert f"{len(kept)} of 8 runs are done already" in done.err
    assert done.err.count(": accuracy") == 8 - len(kept)
    assert len(done.json["runs"]) == 8
    assert {file: file.stat().st_mtime_ns for file in kept} == kept


def press_ctrl_c_twice(process: subprocess.Popen) -> None:
    """Send what a terminal sends to the process and to all that it has begun, as somebody impatient has it."""
    for _ in range(2):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.05)


def children_of(process: subprocess.Popen) -> list[str]:
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True, check=True
    )
    return found.stdout.split()


def wait_for_the_end_of(children: list[str]) -> None:
    assert len(children) >= 2
    deadline = time.monotonic() + 10
    while subprocess.run(["ps", "-p", ",".join(children)], capture_output=True, check=False).returncode == 0:
        assert time.monotonic() < deadline, "a process has been left behind"
        time.sleep(0.1)


def test_a_cluster_that_loses_a_worker_finishes_and_loses_and_doubles_nothing(sweep, tmp_path) -> None:
    file = grid(tmp_path, seed=list(range(8)))
    out, shared = tmp_path / "out", ("--grid", file, *SHORT, "--json")
    with cluster(tmp_path, 2) as (address, workers):
        process = started(*shared, "--out", out, "--dask", address)
        wait_until(lambda: bool(runs_in(out)), process)
        press_ctrl_c_twice(process)
        _, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 1
        assert not traces_in(err), err
        for run in runs_in(out)[2:]:  # a busy machine may have done nearly all by now: enough is left to lose
            shutil.rmtree(run.parent)
        kept = len(runs_in(out))
        process = started(*shared, "--out", out, "--dask", address)
        wait_until(lambda: len(runs_in(out)) > kept, process)
        assert len(runs_in(out)) < 7, "too late to lose anything"
        workers[0].kill()
        output, err = process.communicate(timeout=PATIENCE)
        assert workers[1].poll() is None
    assert process.returncode == 0, err
    result = json.loads(output)
    assert [run["settings"]["seed"] for run in result["runs"]] == list(range(8))
    assert [run.parent.name for run in runs_in(out)] == [f"{n:04d}-journal-24" for n in range(1, 9)]
    told = {line.partition(":")[2].split(",")[0] for line in err.splitlines() if ": accuracy" in line}
    assert len(told) == err.count(": accuracy") == 8 - kept, "each run comes once"

    here = sweep(*shared, "--out", tmp_path / "here", "--jobs", 2).json
    assert [run["accuracy"] for run in here["runs"]] == [run["accuracy"] for run in result["runs"]]


def test_a_cluster_that_is_not_there_is_said_in_one_line(sweep, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(sweep_workers, "WORKER_PATIENCE", 1)
    options = ("--grid", grid(tmp_path, seed=[0]), "--out", tmp_path / "out")
    begun = time.monotonic()
    done = sweep(*options, "--dask", "tcp://127.0.0.1:9")
    assert done.status == 1
    assert "there is no Dask scheduler at tcp://127.0.0.1:9" in done.err.splitlines()[-1]
    assert time.monotonic() - begun < 15, "nobody waits longer for an address that is wrong"
    with cluster(tmp_path, 0) as (address, _):
        done = sweep(*options, "--dask", address)
    assert done.status == 1
    assert "has no worker" in done.err.splitlines()[-1]
