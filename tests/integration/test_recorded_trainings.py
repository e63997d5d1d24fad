"""Trainings of the command line, and of a window that is killed, are runs of one store."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from helpers.command_line import digitgui
from PySide6.QtCore import QStandardPaths

from digitgui.command_line.commands import _parser
from digitgui.command_line.terminal import open_data_aloud
from digitgui.installation.folders import data_folder
from digitgui.settings import Settings
from model import load_network
from model.runs.checkpoints import load_checkpoint
from model.runs.epoch_weights import EpochWeights
from model.runs.run_record import INTERRUPTED, RunRecord
from model.runs.run_store import RunStore
from model.sweeps.train_again import command_of

TRAIN = ("train", "--arch", "journal-8", "--batch-size", 4, "--limit", 100, "--seed", 3)


@pytest.fixture
def store() -> RunStore:
    return RunStore(data_folder() / "runs")


def only_run(store: RunStore) -> RunRecord:
    [record], problems = store.records()
    assert problems == []
    return record


def test_the_window_and_the_commands_keep_their_runs_in_one_folder() -> None:
    generic = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    assert Settings().folder == data_folder() == Path(generic) / "digitgui"


def test_a_training_of_the_command_line_is_recorded(store, tmp_path) -> None:
    out = tmp_path / "mine.safetensors"
    result = digitgui(*TRAIN, "--epochs", 2, "--initializer", "glorot", "--out", out, "--json").json
    record = only_run(store)
    assert (record.state, record.arch, record.limit, record.begun_from) == ("completed", "journal-8", 100, "")
    assert record.extra == {"initializer": "glorot"}
    assert record.settings == result["settings"]
    assert record.report["accuracy"] == result["report"]["accuracy"]
    for name, weights in load_network(out).weights().items():
        np.testing.assert_array_equal(load_network(store.model_file(record.id)).weights()[name], weights)
    digitgui(*TRAIN, "--epochs", 1, "--init", out)
    assert store.records()[0][1].begun_from == str(out)


def test_a_training_keeps_the_network_of_each_epoch_as_far_as_it_may(store, tmp_path) -> None:
    digitgui(*TRAIN, "--epochs", 2, "--out", tmp_path / "mine.safetensors")
    run = only_run(store).id
    epochs = EpochWeights(store.epochs_folder(run))
    assert epochs.epochs() == [0, 1, 2]
    for name, weights in load_network(tmp_path / "mine.safetensors").weights().items():
        np.testing.assert_array_equal(epochs.load(2).weights()[name], weights)
    digitgui(*TRAIN, "--epochs", 1, "--keep-epochs", 0)
    none_kept = store.records()[0][1]
    assert none_kept.extra["keep_epochs"] == 0
    assert not store.epochs_folder(none_kept.id).exists()
    assert "--keep-epochs 0" in command_of(none_kept)
    assert "--keep-epochs" not in command_of(store.read(run))
    refused = digitgui(*TRAIN, "--keep-epochs", -1)
    assert refused.status == 2
    assert "--keep-epochs must be a whole number from 0 to 100000" in refused.err


def test_a_sweep_keeps_no_epochs_and_has_no_option_for_it(tmp_path) -> None:
    (tmp_path / "grid.json").write_text('{"seed": [0, 1]}')
    sweep = ("sweep", "--grid", tmp_path / "grid.json", "--out", tmp_path / "out", "--jobs", 1)
    refused = digitgui(*sweep, "--keep-epochs", 5)
    assert refused.status == 2
    assert digitgui(*sweep, *TRAIN[1:5], "--limit", 60, "--epochs", 1).status == 0
    assert not list((tmp_path / "out").rglob("epochs"))


def test_data_are_found_again_from_any_folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    np.savez("mine.npz", images=np.zeros((9, 28, 28), np.uint8), labels=np.arange(9, dtype=np.uint8))
    options = _parser("train").parse_args(["train", "--data", "mine.npz"])
    assert open_data_aloud(options).source == str(tmp_path / "mine.npz")


def test_a_run_of_the_store_is_resumed_as_that_run(store, tmp_path) -> None:
    digitgui(*TRAIN, "--epochs", 1000, "--max-seconds", 1)
    record = only_run(store)
    checkpoint = store.checkpoint_file(record.id)
    epochs = load_checkpoint(checkpoint).state.epochs_done
    assert record.state == "stopped"
    again = digitgui("train", "--resume", checkpoint, "--limit", 100, "--max-seconds", 0.5)
    assert f"after epoch {epochs} of 1000" in again.err
    record = only_run(store)
    assert (record.state, record.limit) == ("stopped", 100)
    assert record.history.epochs[-1].epoch > epochs
    with store.claimed(record.id):
        refused = digitgui("train", "--resume", checkpoint, "--limit", 100)
    assert (refused.status, len(refused.err.splitlines())) == (1, 1)
    assert "already running" in refused.err

    elsewhere = tmp_path / "kept.safetensors"
    checkpoint.rename(elsewhere)
    digitgui("train", "--resume", elsewhere, "--limit", 100, "--max-seconds", 0.1)
    assert store.records()[0][1].begun_from == str(elsewhere)


def test_a_store_that_cannot_be_written_is_one_line(store) -> None:
    store.folder.parent.mkdir(parents=True)
    store.folder.write_text("a file")
    done = digitgui(*TRAIN, "--epochs", 1, "--json")
    assert done.json["reason"] == "completed"
    assert done.err.count("not recorded") == 1


WINDOW = """
import sys
from PySide6.QtCore import QTimer
from digitgui.frame import app, main_window
import model.runs.run_recorder
model.runs.run_recorder.RECORD_SECONDS = model.runs.run_recorder.CHECKPOINT_SECONDS = 0

def begin():
    window = next(w for w in app.QApplication.topLevelWidgets() if isinstance(w, main_window.MainWindow))
    session = window.session
    session.data.dataset = session.data.dataset.limited(200)
    session.trainings.runs_changed.connect(lambda: tell(session))
    if sys.argv[1] == "train":
        window.train_page.form.batch_size.setValue(32)
        window.train_page.form.epochs.setValue(1000)
        window.train_page.start()
    else:
        window.train_page.pause_or_resume()

def tell(session):
    print(session.trainings.status.run, len(session.trainings.status.history.epochs), flush=True)

original = app._close_when_asked_to_end
def connected(application, window):
    original(application, window)
    QTimer.singleShot(300, begin)
app._close_when_asked_to_end = connected
sys.exit(app.run())
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_run_whose_window_was_killed_goes_on_in_the_next_window(store) -> None:
    run, epochs = _epochs_in_a_window("train", at_least=2, then=signal.SIGKILL)
    killed = only_run(store)
    assert (killed.id, killed.state) == (run, INTERRUPTED)
    assert len(killed.history.epochs) >= 1
    begun = load_checkpoint(store.checkpoint_file(run))
    assert begun.state.epochs_done >= 1

    again, epochs = _epochs_in_a_window("continue", at_least=begun.state.epochs_done + 2, then=signal.SIGTERM)
    assert again == run
    finished = only_run(store)
    assert (finished.id, finished.state) == (run, INTERRUPTED)
    assert len(finished.history.epochs) >= epochs


def _epochs_in_a_window(what: str, *, at_least: int, then: signal.Signals) -> tuple[str, int]:
    """Train in a window of its own until it tells of so many epochs, then send it a signal."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        [sys.executable, "-c", WINDOW, what], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        started, run, epochs = time.monotonic(), "", 0
        while epochs < at_least:
            assert time.monotonic() - started < 60
            run, number = process.stdout.readline().split()
            epochs = int(number)
        process.send_signal(then)
        process.communicate(timeout=30)
    return run, epochs
