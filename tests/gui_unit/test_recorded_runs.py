"""Every training in the window is a run on disk; runs are continued, trained again, and opened."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitgui.frame.main_window import MainWindow
from digitgui.work.training_worker import RunState
from model import build, load_network
from model.readers.sources import open_data
from model.runs.checkpoints import Checkpoint, save_checkpoint
from model.runs.provenance import describe_run
from model.runs.run_record import RUNNING, RunNotes, RunRecord
from model.training.history import History
from model.training.training import EpochDone, TrainingConfig, TrainingState, train

CONFIG = TrainingConfig(learning_rate=0.01, batch_size=32, epochs=2)
ENDLESS = TrainingConfig(learning_rate=0.01, batch_size=32, epochs=1000)


@pytest.fixture
def trainer(make_window: Callable[[], MainWindow]) -> MainWindow:
    window = make_window()
    window.session.data.dataset = open_data("bundled").limited(200)
    window.session.data.changed.emit()
    window.show_page("train")
    return window


def wait_idle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.trainings.run.state is RunState.IDLE, timeout=60_000)


def train_to_the_end(window: MainWindow, qtbot: QtBot, config: TrainingConfig = CONFIG) -> RunRecord:
    window.session.trainings.start("journal-8", config)
    wait_idle(window, qtbot)
    return window.session.trainings.store.read(window.session.trainings.status.run)


def stopped_run(window: MainWindow, qtbot: QtBot) -> RunRecord:
    window.session.trainings.start("journal-8", ENDLESS)
    qtbot.waitUntil(lambda: len(window.session.trainings.status.history.epochs) >= 1, timeout=60_000)
    window.session.trainings.run.stop()
    wait_idle(window, qtbot)
    return window.session.trainings.store.read(window.session.trainings.status.run)


def test_a_training_is_recorded_from_its_start_to_its_end(trainer, qtbot) -> None:
    session, states = trainer.session, []

    def look() -> None:
        records, _ = session.trainings.store.records()
        states.append([record.state for record in records])

    session.trainings.runs_changed.connect(look)
    record = train_to_the_end(trainer, qtbot)
    assert states[0] in ([RUNNING], ["completed"])  # the window may hear of it late
    assert states[-1] == ["completed"]
    assert record.data["sha256"] == session.data.dataset.fingerprint
    assert len(record.history.epochs) == 2
    saved = load_network(session.trainings.store.model_file(record.id))
    assert (
        saved.logits(session.data.dataset.images[:9])
        == session.model.network.logits(session.data.dataset.images[:9])
    ).all()
    assert "source" not in session.model.network.card.provenance["data"]
    assert not session.trainings.can_continue


def test_a_long_training_is_recorded_on_its_way(trainer, qtbot, monkeypatch) -> None:
    monkeypatch.setattr("model.runs.run_recorder.RECORD_SECONDS", 0)
    session = trainer.session
    session.trainings.start("journal-8", ENDLESS)

    def recorded_epochs() -> int:
        return sum(len(record.history.epochs) for record in session.trainings.store.records()[0])

    qtbot.waitUntil(lambda: recorded_epochs() >= 1, timeout=60_000)
    assert session.trainings.store.records()[0][0].state == RUNNING
    assert session.trainings.store.is_going_on(session.trainings.status.run)
    session.trainings.run.stop()
    wait_idle(trainer, qtbot)
    assert not session.trainings.store.is_going_on(session.trainings.status.run)


def test_continue_goes_on_in_the_same_record(trainer, qtbot) -> None:
    record, session = stopped_run(trainer, qtbot), trainer.session
    session.trainings.store.write_notes(record.id, RunNotes("mine", pinned=True))
    QTest.mouseClick(trainer.train_page.pause_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.trainings.run.is_active, timeout=10_000)
    assert session.trainings.status.run == record.id
    epochs = len(session.trainings.status.history.epochs)
    qtbot.waitUntil(lambda: len(session.trainings.status.history.epochs) > epochs, timeout=60_000)
    session.trainings.run.stop()
    wait_idle(trainer, qtbot)
    [found], _ = session.trainings.store.records()
    assert (found.id, found.state, found.name) == (record.id, "stopped", "mine")
    assert [epoch.epoch for epoch in found.history.epochs] == list(range(1, len(found.history.epochs) + 1))
    assert len(found.history.epochs) > epochs


def test_another_run_than_the_newest_can_be_continued_by_its_name(trainer, qtbot) -> None:
    first = stopped_run(trainer, qtbot)
    second = stopped_run(trainer, qtbot)
    session = trainer.session
    assert session.trainings.continuable == second.id
    session.trainings.continue_(first.id)
    qtbot.waitUntil(lambda: session.trainings.run.is_active, timeout=10_000)
    assert session.trainings.status.run == first.id
    session.trainings.run.stop()
    wait_idle(trainer, qtbot)
    session.trainings.store.delete(second.id)
    session.trainings.runs_changed.emit()
    assert session.trainings.continuable == first.id
    session.trainings.store.delete(first.id)
    session.trainings.runs_changed.emit()
    assert not session.trainings.can_continue
    qtbot.waitUntil(lambda: not trainer.train_page.pause_button.isEnabled(), timeout=10_000)


def test_a_run_that_another_program_goes_on_with_is_left_alone(trainer, qtbot) -> None:
    record, session = stopped_run(trainer, qtbot), trainer.session
    with session.trainings.store.claimed(record.id):
        session.trainings.continue_(record.id)
        qtbot.waitUntil(lambda: "already running" in trainer.banner.text, timeout=10_000)
    assert not session.trainings.run.is_active
    assert session.trainings.store.checkpoint_file(record.id).exists()


def write_checkpoint(folder: Path, *, limit: int) -> dict:
    """Write one after the first of two epochs, and return the description of the run so far."""
    dataset = open_data("bundled").limited(limit, 7)
    network = build("journal-8", 7)
    state, history = TrainingState(network, TrainingConfig(batch_size=32, epochs=2, seed=7)), History()
    events = train(network, dataset, state=state)
    for event in events:
        history.add(event)
        if isinstance(event, EpochDone):
            break
    events.close()
    begun = Checkpoint(network, state, history, dataset.fingerprint, dataset.name, 1.0)
    folder.mkdir(parents=True)
    save_checkpoint(begun, folder / "checkpoint.safetensors")
    return describe_run(dataset, state.config, history, None, 1.0)


def test_a_run_with_a_limit_goes_on_with_as_few_pictures(make_window, qtbot) -> None:
    window = make_window()
    session, store = window.session, window.session.trainings.store
    run = store.new_id("journal-8")
    description = write_checkpoint(store.folder_of(run), limit=100)
    store.write(RunRecord(run, "journal-8", description, state="stopped", limit=100))
    session.trainings.runs_changed.emit()
    session.trainings.continue_()
    qtbot.waitUntil(lambda: session.trainings.run.is_active, timeout=10_000)
    wait_idle(window, qtbot)
    assert (store.read(run).state, store.read(run).limit) == ("completed", 100)
    assert store.read(run).data["name"] == session.trainings.status.dataset.name == "MNIST 5,000, 100 of 5,000"


def test_a_run_that_cannot_go_on_with_these_data_says_how_to_get_its_own_back(trainer, qtbot) -> None:
    session = trainer.session
    session.data.relabel([3], (int(session.data.dataset.labels[3]) + 1) % 10)
    record = stopped_run(trainer, qtbot)
    session.undo_stack.undo()
    session.trainings.continue_(record.id)
    qtbot.waitUntil(lambda: "Cannot continue" in trainer.banner.text, timeout=10_000)
    assert "1 label changed then, no corrections now" in trainer.banner.text
    assert "redo corrections on the Data page" in trainer.banner.text
    session.undo_stack.redo()


def test_a_run_goes_on_with_its_own_split_and_says_so(trainer, qtbot) -> None:
    session = trainer.session
    before = session.data.dataset
    record = stopped_run(trainer, qtbot)
    session.data.cut(replace(before.split_rule, seed=7, stratified=not before.split_rule.stratified))
    session.trainings.continue_(record.id)
    qtbot.waitUntil(lambda: session.trainings.run.is_active, timeout=10_000)
    assert f"split again as it was for {record.name}" in trainer.banner.text
    assert session.data.dataset.split_rule == before.split_rule
    assert session.data.dataset.fingerprint == before.fingerprint
    session.trainings.run.stop()
    wait_idle(trainer, qtbot)


def test_the_checkpoint_of_an_earlier_program_is_still_found(make_window, settings, qtbot) -> None:
    write_checkpoint(settings.folder / "new", limit=100)
    (settings.folder / "new" / "checkpoint.safetensors").rename(settings.folder / "unfinished.safetensors")
    window = make_window()
    session = window.session
    assert session.trainings.can_continue
    session.data.dataset = open_data("bundled").limited(100, 7)
    session.trainings.continue_()
    qtbot.waitUntil(lambda: session.trainings.run.is_active, timeout=10_000)
    wait_idle(window, qtbot)
    [record], problems = session.trainings.store.records()
    assert (record.state, record.arch, problems) == ("completed", "journal-8", [])
    assert not session.trainings.can_continue


def test_a_run_is_trained_again_with_its_settings_and_todays_data(trainer, qtbot) -> None:
    record, session = train_to_the_end(trainer, qtbot), trainer.session
    form = trainer.train_page.form
    form.show_config("lenet", TrainingConfig())
    session.trainings.start_again(record)
    assert (form.arch.currentText(), form.config()) == ("journal-8", CONFIG)
    wait_idle(trainer, qtbot)
    again = session.trainings.store.read(session.trainings.status.run)
    assert again.id != record.id
    assert again.settings == record.settings
    assert [e.train_loss for e in again.history.epochs] == [e.train_loss for e in record.history.epochs]
    assert "not the same" not in trainer.banner.text
    session.data.dataset = open_data("bundled").limited(150)
    session.trainings.start_again(record)
    qtbot.waitUntil(lambda: "which is different" in trainer.banner.text, timeout=10_000)
    wait_idle(trainer, qtbot)


def test_a_run_that_cannot_be_trained_again_says_why(trainer, qtbot) -> None:
    record, session = train_to_the_end(trainer, qtbot), trainer.session
    session.trainings.start_again(RunRecord(record.id, "of-my-own", record.description))
    assert "of-my-own" in trainer.banner.text
    newer = record.description | {"settings": record.settings | {"new": 1}}
    session.trainings.start_again(RunRecord(record.id, "journal-8", newer))
    assert "cannot be trained again" in trainer.banner.text
    assert not session.trainings.run.is_active


def test_the_network_of_a_run_opens_under_its_name_and_is_saved_elsewhere(trainer, qtbot) -> None:
    record, session = train_to_the_end(trainer, qtbot), trainer.session
    session.trainings.store.write_notes(record.id, RunNotes("the good one"))
    session.open_model("default")
    qtbot.waitUntil(lambda: session.model.name == "default", timeout=10_000)
    session.trainings.open_network(record.id)
    qtbot.waitUntil(lambda: session.model.name == "the good one", timeout=10_000)
    assert (session.model.path, session.model.is_dirty) == (None, False)
    assert session.model.network.card.name == "journal-8"
    assert session.settings.recent("models") == []
    session.trainings.store.model_file(record.id).unlink()
    session.trainings.open_network(record.id)
    qtbot.waitUntil(lambda: "no network" in trainer.banner.text, timeout=10_000)
    stopped = stopped_run(trainer, qtbot)
    session.trainings.store.model_file(stopped.id).unlink()
    session.trainings.open_network(stopped.id)
    qtbot.waitUntil(lambda: session.model.name == stopped.name, timeout=10_000)


def test_a_store_that_cannot_be_written_costs_one_sentence(make_window, settings, qtbot) -> None:
    settings.folder.mkdir()
    (settings.folder / "runs").write_text("a file")
    window = make_window()
    window.session.data.dataset = open_data("bundled").limited(200)
    window.session.data.changed.emit()
    told: list[str] = []
    window.session.failed.connect(told.append)
    window.session.trainings.start("journal-8", CONFIG)
    wait_idle(window, qtbot)
    assert len(window.session.trainings.status.history.epochs) == 2
    assert [text for text in told if "not recorded" in text] == told[:1]
