"""What is left of a run on disk, whichever way it ends."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.runs import same_weights

from model import Dataset, build, load_network
from model.errors import ModelFileError
from model.readers.sources import open_data
from model.runs.checkpoints import Checkpoint, load_checkpoint
from model.runs.provenance import describe_run
from model.runs.run_record import FAILED, INTERRUPTED, RUNNING, RunNotes, RunRecord
from model.runs.run_recorder import RunRecorder
from model.runs.run_store import RunStore
from model.training.history import History
from model.training.training import (
    EpochDone,
    FinishReason,
    RunFinished,
    TrainingConfig,
    TrainingState,
    finish,
    train,
)

CONFIG = TrainingConfig(epochs=3, batch_size=32, learning_rate=0.01)
RUN = "20260101-000000-000000-journal-8-abcd"


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return open_data("bundled").limited(200)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


def fresh(config: TrainingConfig = CONFIG) -> Checkpoint:
    network = build("journal-8")
    return Checkpoint(network, TrainingState(network, config), History(), "", "", 0.0)


def follow(
    store: RunStore,
    dataset: Dataset,
    run: Checkpoint,
    *,
    leave: Callable[[object], bool] = lambda _event: False,
    record: RunRecord | None = None,
    **tellers: Callable[..., object],
) -> None:
    """Train and record; end the run, as one who presses Stop does, when ``leave`` says so of an event."""
    recorder = RunRecorder(store, record or RunRecord(RUN, "journal-8", {}, begun_from="default"))
    events = train(run.network, dataset, state=run.state)
    with recorder.following(run, dataset, **tellers):
        for event in events:
            run.history.add(event)
            recorder.take(event, 1.0)
            if isinstance(event, RunFinished) or leave(event):
                break
        events.close()
        last = event if isinstance(event, RunFinished) else None
        last = last or finish(run.network, dataset, FinishReason.STOPPED, run.state)
        run.network.card.provenance = describe_run(dataset, run.state.config, run.history, last, 1.0)
        recorder.end(last.reason)


def after_epoch(number: int) -> Callable[[object], bool]:
    return lambda event: isinstance(event, EpochDone) and event.epoch == number


def test_a_run_that_comes_to_its_end_leaves_its_record_and_its_network(store, dataset) -> None:
    run, seen = fresh(), []
    follow(store, dataset, run, on_written=lambda: seen.append(store.read(RUN)))
    assert [record.state for record in (seen[0], seen[-1])] == [RUNNING, "completed"]  # a slow disk sees more
    assert (seen[0].source, seen[0].data["sha256"]) == ("bundled", dataset.fingerprint)
    assert len(store.read(RUN).history.epochs) == 3
    assert store.read(RUN).report["count"] > 0
    assert store.read(RUN).begun_from == "default"
    saved = load_network(store.model_file(RUN))
    assert same_weights(saved, run.network)
    assert saved.card.provenance["reason"] == "completed"
    assert store.continuable() == ""
    assert not store.checkpoint_file(RUN).exists()


@pytest.mark.parametrize("epoch_seconds", [0.05, 0.3, 0.7, 1.9, 5.0])
def test_a_program_that_is_killed_loses_an_epoch_or_two_seconds(
    store, dataset, monkeypatch, epoch_seconds
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("model.runs.run_recorder.time.perf_counter", lambda: clock[0])
    run = fresh(replace(CONFIG, epochs=max(3, round(4 / epoch_seconds))))
    recorder = RunRecorder(store, RunRecord(RUN, "journal-8", {}))
    with recorder.following(run, dataset):
        for event in train(run.network, dataset.limited(20), state=run.state):
            clock[0] += epoch_seconds * isinstance(event, EpochDone)
            run.history.add(event)
            recorder.take(event, 1.0)
            if isinstance(event, EpochDone):
                kept = load_checkpoint(store.checkpoint_file(RUN)).state.epochs_done
                lost_before_the_next = (event.epoch - kept + 1) * epoch_seconds
                assert lost_before_the_next < max(epoch_seconds, 2) + 1e-9


def test_a_run_that_was_stopped_goes_on_in_the_same_record_with_the_same_bits(store, dataset) -> None:
    follow(store, dataset, fresh(), leave=after_epoch(1))
    assert store.read(RUN).state == "stopped"
    assert store.continuable() == RUN
    store.write_notes(RUN, RunNotes("mine"))
    begun = load_checkpoint(store.checkpoint_file(RUN))
    assert (begun.data_sha256, begun.data_name, begun.seconds) == (dataset.fingerprint, dataset.name, 1.0)
    assert begun.state.epochs_done == 1
    states = []

    def look() -> None:
        states.append((store.read(RUN).state, store.model_file(RUN).exists()))

    follow(store, dataset, begun, record=store.read(RUN), on_written=look)
    assert states == [
        (RUNNING, False),
        ("completed", True),
    ]  # the network of its first part is not that of the run
    whole = fresh()
    for _ in train(whole.network, dataset, state=whole.state):
        pass
    assert same_weights(load_network(store.model_file(RUN)), whole.network)
    record = store.read(RUN)
    assert ([epoch.epoch for epoch in record.history.epochs], record.name) == ([1, 2, 3], "mine")
    assert (record.begun_from, store.continuable()) == ("default", "")


def test_a_run_that_diverged_keeps_its_checkpoint(store, dataset) -> None:
    run = fresh()

    def overflow(event: object) -> bool:
        if after_epoch(1)(event):
            run.network.parameters()[0].value[:] = np.inf
        return False

    follow(store, dataset, run, leave=overflow)
    assert load_checkpoint(store.checkpoint_file(RUN)).state.epochs_done == 1
    assert (store.read(RUN).state, store.continuable()) == ("diverged", RUN)
    assert load_network(store.model_file(RUN)).card.provenance["reason"] == "diverged"


@pytest.mark.parametrize(("error", "state"), [(RuntimeError, FAILED), (KeyboardInterrupt, INTERRUPTED)])
def test_an_error_is_recorded_and_the_run_let_go(store, dataset, error, state) -> None:
    def fail(event: object) -> bool:
        if after_epoch(2)(event):
            raise error
        return False

    with pytest.raises(error):
        follow(store, dataset, fresh(), leave=fail)
    assert store.read(RUN).state == state
    assert len(store.read(RUN).history.epochs) == 2
    assert store.continuable() == RUN
    assert not store.is_going_on(RUN)


def test_the_training_is_worth_more_than_its_record(tmp_path, dataset) -> None:
    (tmp_path / "runs").write_text("a file where the folder would be")
    run, told = fresh(), []
    follow(RunStore(tmp_path / "runs"), dataset, run, on_problem=told.append)
    assert len(run.history.epochs) == 3
    assert len(told) == 1
    assert "cannot be written" in told[0]
    assert "continues" in told[0]


def test_what_can_be_written_no_longer_is_told_once(store, dataset) -> None:
    told: list[str] = []

    def take_folder_away(event: object) -> bool:
        if after_epoch(1)(event):
            (store.folder_of(RUN) / "run.json").unlink()
            (store.folder_of(RUN) / "run.json").mkdir()
            store.checkpoint_file(RUN).unlink()
            store.checkpoint_file(RUN).mkdir()
        return False

    run = fresh()
    follow(store, dataset, run, leave=take_folder_away, on_problem=told.append)
    assert len(run.history.epochs) == 3
    assert len(told) == 1
    assert same_weights(load_network(store.model_file(RUN)), run.network)


def test_a_run_whose_end_cannot_be_recorded_may_go_on(store, dataset, monkeypatch) -> None:
    written = RunStore.write

    def write(self: RunStore, record: RunRecord) -> None:
        if record.state == "completed":
            raise ModelFileError("no space left on the disk")
        written(self, record)

    monkeypatch.setattr(RunStore, "write", write)
    follow(store, dataset, fresh(), on_problem=lambda _problem: None)
    assert store.read(RUN).state == INTERRUPTED
    assert store.continuable() == RUN


def test_the_newest_run_that_may_go_on_is_found(store, tmp_path, dataset) -> None:
    older, newer = (f"2026010{day}-000000-000000-lenet-abcd" for day in (1, 2))
    for run in (older, newer):
        store.folder_of(run).mkdir(parents=True)
        store.checkpoint_file(run).write_bytes(b"")
    assert store.continuable() == newer
    assert (store.continuable({newer}), store.continuable({newer, older})) == (older, "")
    with store.claimed(newer):
        assert store.continuable() == older
    left_over = tmp_path / "unfinished.safetensors"
    left_over.write_bytes(b"of an earlier program")
    store.adopt_checkpoint(left_over)
    assert not left_over.exists()
    assert store.checkpoint_file(store.continuable()).read_bytes() == b"of an earlier program"
    assert store.records() == ([], [])


def test_a_model_file_does_not_tell_where_the_data_lie(dataset) -> None:
    elsewhere = replace(dataset, source="/home/somebody/secret.npz")
    here, there = (describe_run(data, CONFIG, History(), None, 0.0) for data in (dataset, elsewhere))
    assert "somebody" not in str(there)
    assert here["data"]["source_sha256"] != there["data"]["source_sha256"]
