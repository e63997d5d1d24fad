"""Runs on disk: written whole, read by anybody, claimed by one, deleted and taken back."""

import json
import math
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest

from model import build
from model.data.augmentation import Pipeline
from model.errors import ModelFileError, VersionError
from model.readers.sources import open_data
from model.runs.provenance import describe_run
from model.runs.run_record import INTERRUPTED, RUNNING, RunNotes, RunRecord
from model.runs.run_store import DELETED, RunStore
from model.training.history import History
from model.training.training import TrainingConfig, train

CONFIG = TrainingConfig(epochs=2, batch_size=32, learning_rate=0.05)


@pytest.fixture(scope="module")
def description() -> dict:
    dataset = open_data("bundled").limited(300)
    history = History()
    for event in train(build("journal-8"), dataset, CONFIG):
        history.add(event)
    return describe_run(dataset, CONFIG, history, event, 1.5)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


def written(store: RunStore, description: dict, **changes: object) -> RunRecord:
    record = replace(RunRecord(store.new_id("journal-8"), "journal-8", description), state="completed", **changes)
    store.write(record)
    return record


def test_what_is_written_is_read_again(store, description) -> None:
    record = written(store, description, begun_from="default", limit=300, sweep="mine", extra={"fold": 1})
    assert store.records() == ([record], [])
    assert record.report["count"] == 23
    assert record.history.epochs[-1].epoch == 2
    assert record.name == "journal-8, 0.05, batch 32, seed 0, fold 2"


def test_names_tell_apart_what_differs_in_optimiser_batch_size_or_augmentation(description) -> None:
    mine = Pipeline("my own", ())
    settings = (
        TrainingConfig(learning_rate=0.05),
        TrainingConfig(learning_rate=0.05, optimizer="adam"),
        TrainingConfig(learning_rate=0.05, batch_size=64, augmentation="journal"),
        TrainingConfig(learning_rate=0.05, augmentation=mine),
    )
    names = [RunRecord("x", "lenet", description | {"settings": config.as_dict()}).name for config in settings]
    assert names == [
        "lenet, 0.05, seed 0",
        "lenet, 0.05, adam, seed 0",
        "lenet, 0.05, batch 64, journal, seed 0",
        "lenet, 0.05, my own, seed 0",
    ]


def test_a_history_without_validation_pictures_is_read_again() -> None:
    dataset = open_data("bundled").limited(10)
    history = History()
    for event in train(build("journal-8"), dataset, CONFIG):
        history.add(event)
    read = History.from_dict(json.loads(json.dumps(describe_run(dataset, CONFIG, history, event, 1.0)["history"])))
    assert [math.isnan(done.validation_loss) for done in read.epochs] == [
        math.isnan(done.validation_loss) for done in history.epochs
    ]
    np.testing.assert_allclose(read.step_losses, history.step_losses, atol=1e-6)


def test_runs_are_read_in_the_order_of_their_beginnings(store, description) -> None:
    names = [written(store, description).id for _ in range(5)]
    assert [record.id for record in store.records()[0]] == names


def test_notes_and_the_record_do_not_overwrite_one_another(store, description) -> None:
    record = written(store, description)
    notes = RunNotes("the good one", "with a note", pinned=True)
    store.write_notes(record.id, notes)
    store.write(replace(record, state="stopped"))
    read = store.read(record.id)
    assert (read.name, read.notes, read.state) == ("the good one", notes, "stopped")


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"format": 1}', '{"format": 99}', '{"format": 1, "arch": "x", "description": {}}']
)
def test_a_damaged_record_is_told_of_and_hides_no_other(store, description, damage) -> None:
    good, bad = written(store, description), written(store, description)
    file = store.folder_of(bad.id) / "run.json"
    file.write_text(damage)
    records, problems = store.records()
    assert records == [good]
    assert len(problems) == 1
    assert bad.id in problems[0]
    assert file.read_text() == damage


def test_a_run_whose_loss_exploded_but_stayed_finite_is_read(store, description) -> None:
    history = json.loads(json.dumps(description["history"]))
    history["epochs"][-1] |= {"train_loss": 1.67e16, "validation_loss": 3e38}
    record = written(store, description | {"history": history})
    assert store.records() == ([record], [])
    store.write(record)
    assert not list(store.folder_of(record.id).glob("*not-understood*"))


def test_a_run_is_compared_by_the_epoch_whose_weights_it_has(store, description) -> None:
    epochs = json.loads(json.dumps(description["history"]["epochs"]))
    epochs[0] |= {"validation_loss": 0.1, "validation_accuracy": 0.9}
    epochs[1] |= {"validation_loss": None, "validation_accuracy": 0.2}
    history = description["history"] | {"epochs": epochs}
    last = RunRecord("x", "lenet", description | {"history": history}, state="completed")
    assert last.validation == (0.2, None)
    patient = description | {"history": history, "settings": description["settings"] | {"patience": 3}}
    assert RunRecord("x", "lenet", patient, state="completed").validation == (0.9, 0.1)
    assert RunRecord("x", "lenet", patient, state="diverged").validation == (0.2, None)


def test_a_record_that_is_nested_deeply_is_refused(store, description) -> None:
    record = written(store, description)
    file = store.folder_of(record.id) / "run.json"
    for depth in (40, 900, 100_000):
        file.write_text(json.dumps(json.loads(file.read_text()) if depth < 40 else {"format": 1})[:-1]
                        + f', "deep": {"[" * depth}{"]" * depth}}}')  # fmt: skip
        assert "is damaged" in store.records()[1][0]


@pytest.mark.parametrize("notes", ["{", "[]", '{"name": 3}', '{"pinned": "yes"}', '{"note": null}'])
def test_damaged_notes_cost_only_the_notes(store, description, notes) -> None:
    record = written(store, description)
    (store.folder_of(record.id) / "notes.json").write_text(notes)
    assert store.records() == ([record], [])


def test_a_run_is_going_on_as_long_as_it_is_claimed(store, description) -> None:
    record = written(store, description)
    store.write(replace(record, state=RUNNING))
    with store.claimed(record.id):
        assert store.read(record.id).state == RUNNING
        with pytest.raises(ModelFileError, match="already running"), store.claimed(record.id):
            pass
        with pytest.raises(ModelFileError, match="stop it before"):
            store.delete(record.id)
    assert store.read(record.id).state == INTERRUPTED


def test_a_run_that_ends_while_it_is_read_was_not_interrupted(store, description) -> None:
    record = written(store, description)
    store.write(replace(record, state=RUNNING))

    class Ending(RunStore):
        def is_going_on(self, run: str) -> bool:
            self.write(replace(record, state="completed"))
            return super().is_going_on(run)

    assert Ending(store.folder).read(record.id).state == "completed"


def test_a_run_that_another_program_deletes_while_all_are_read_is_no_damage(store, description) -> None:
    record = written(store, description)

    class Deleting(RunStore):
        def read(self, run: str) -> RunRecord:
            self.delete(run)
            return super().read(run)

    assert Deleting(store.folder).records() == ([], [])
    assert not store.folder_of(record.id).exists()


def test_a_record_of_a_newer_program_asks_for_an_update(store, description) -> None:
    record = written(store, description)
    file = store.folder_of(record.id) / "run.json"
    file.write_text(file.read_text().replace('"format": 2', '"format": 3'))
    with pytest.raises(ModelFileError, match="update the program"):
        store.read(record.id)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_a_run_whose_program_was_killed_was_interrupted(store, description) -> None:
    record = written(store, description)
    store.write(replace(record, state=RUNNING))
    script = (
        "import sys, time; from model.runs.run_store import RunStore\n"
        f"with RunStore({str(store.folder)!r}).claimed({record.id!r}):\n"
        "    print('claimed', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline()
        assert store.read(record.id).state == RUNNING
        other.send_signal(signal.SIGKILL)
        other.wait()
    assert store.read(record.id).state == INTERRUPTED


def test_a_deleted_run_can_be_taken_back_until_the_bin_is_emptied(store, description) -> None:
    record = written(store, description)
    store.delete(record.id)
    assert store.records() == ([], [])
    store.restore(record.id)
    assert store.records() == ([record], [])
    store.delete(record.id)
    store.empty_bin([record.id])
    with pytest.raises(ModelFileError, match="cannot be moved"):
        store.restore(record.id)


def test_a_bin_keeps_what_others_may_take_back_but_not_for_ever(store, description) -> None:
    mine, other, forgotten = (written(store, description) for _ in range(3))
    for record in (mine, other, forgotten):
        store.delete(record.id)
    long_ago = time.time() - 30 * 24 * 3600
    os.utime(store.folder / DELETED / forgotten.id, (long_ago, long_ago))
    store.empty_bin([mine.id])
    assert [folder.name for folder in (store.folder / DELETED).iterdir()] == [other.id]


def test_a_run_that_was_made_long_ago_lies_in_the_bin_since_its_deletion(store, description) -> None:
    record = written(store, description)
    os.utime(store.folder_of(record.id), (0, 0))
    store.delete(record.id)
    store.empty_bin([])
    store.restore(record.id)
    assert store.records() == ([record], [])


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path, description) -> None:
    (tmp_path / "file").write_text("")
    store = RunStore(tmp_path / "file")
    with pytest.raises(ModelFileError, match="cannot be written"):
        written(store, description)
    with pytest.raises(ModelFileError, match="cannot be written"), store.claimed("x"):
        pass
    assert store.records() == ([], [])


GOLDEN = Path(__file__).parents[1] / "golden" / "run_of_0_1_0"


def changed(file: Path, **entries: object) -> bytes:
    """Write something else into a file of JSON, as another version would; return what it holds then."""
    file.write_text(json.dumps(json.loads(file.read_text()) | entries))
    return file.read_bytes()


def test_a_run_of_the_first_version_is_read_and_its_notes_too() -> None:
    record = RunStore(GOLDEN.parent).read(GOLDEN.name)
    assert record.notes == RunNotes("kept", "of the first version", pinned=True)
    assert (record.state, record.limit, len(record.history.epochs)) == ("stopped", 60, 2)
    assert record.settings["optimizer"] == "momentum"
    saved = json.loads((GOLDEN / "run.json").read_text())["description"]["history"]["epochs"]
    assert [done.validation_loss for done in record.history.epochs] == [epoch["monitor_loss"] for epoch in saved]
    assert record.validation == (saved[-1]["monitor_accuracy"], saved[-1]["monitor_loss"])


def test_both_files_tell_their_format_and_keep_what_a_later_version_has_noted(store, description) -> None:
    record = written(store, description)
    store.write_notes(record.id, RunNotes("a name"))
    files = [store.folder_of(record.id) / name for name in ("run.json", "notes.json")]
    for file in files:
        changed(file, mood="hopeful")
    read = store.read(record.id)
    assert read.notes.name == "a name"
    store.write(replace(read, state="stopped"))
    store.write_notes(record.id, replace(read.notes, pinned=True))
    for file in files:
        entry = json.loads(file.read_text())
        assert (entry["format"], entry["mood"]) == (2, "hopeful")
    assert store.read(record.id) == replace(read, state="stopped", notes=RunNotes("a name", pinned=True))


def test_notes_of_a_newer_program_are_told_of_and_not_written_over(store, description) -> None:
    record = written(store, description)
    store.write_notes(record.id, RunNotes("a name"))
    file = store.folder_of(record.id) / "notes.json"
    kept = changed(file, format=3, name={"in": "another form"})
    [read], [problem] = store.records()
    assert replace(read, notes=RunNotes()) == record
    assert record.id in problem
    assert "notes.json has format 3" in problem
    for notes in (replace(read.notes, pinned=True), RunNotes(pinned=True)):
        with pytest.raises(ModelFileError, match="update the program"):
            store.write_notes(record.id, notes)
    assert file.read_bytes() == kept


def test_a_record_of_a_newer_program_is_not_written_over(store, description) -> None:
    record = written(store, description)
    file = store.folder_of(record.id) / "run.json"
    kept = changed(file, format=3)
    with pytest.raises(VersionError, match="update the program"):
        store.write(record)
    assert file.read_bytes() == kept


@pytest.mark.parametrize("name", ["run.json", "notes.json"])
def test_what_is_damaged_is_set_aside_and_never_lost_when_it_is_written_anew(store, description, name) -> None:
    record = written(store, description)
    file = store.folder_of(record.id) / name
    for damage in ("{1", "{2"):
        file.write_text(damage)
        store.write(record)
        store.write_notes(record.id, RunNotes("a name"))
    assert store.read(record.id) == replace(record, notes=RunNotes("a name"))
    aside = sorted(file.parent.glob("*.not-understood"))
    assert [one.name for one in aside] == [f"{name} 2.not-understood", f"{name}.not-understood"]
    assert {one.read_text() for one in aside} == {"{1", "{2"}


def test_notes_that_cannot_be_read_for_a_moment_are_not_written_over(store, description, monkeypatch) -> None:
    record = written(store, description)
    store.write_notes(record.id, RunNotes("a name"))
    real = Path.open

    def fail(path: Path, *arguments: object, **options: object) -> IO[Any]:
        if path.name == "notes.json":
            raise OSError(5, "Input/output error", str(path))
        return real(path, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", fail)
        read = store.read(record.id)
    assert "Input/output error" in read.notes.problem
    with pytest.raises(ModelFileError, match="Input/output error"):
        store.write_notes(record.id, replace(read.notes, pinned=True))
    assert store.read(record.id).notes == RunNotes("a name")
