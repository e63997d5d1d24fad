"""The open network as a document: what is kept of it where nobody has saved it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from digitgui.documents.model_document import UNSAVED_KEPT, ModelDocument, origin_of, plain_name
from digitgui.settings import Settings
from digitgui.work.background import BackgroundTasks
from digitgui.work.computation import Activity
from model import build, load_network, save_network
from model.atomic_files import as_file_name
from model.errors import ModelFileError


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[BackgroundTasks]:
    tasks = BackgroundTasks()
    yield tasks
    tasks.shut_down()


@pytest.fixture
def activity(qtbot: QtBot) -> Iterator[Activity]:
    activity = Activity()
    yield activity
    activity.shut_down()


@pytest.fixture
def model(settings: Settings, tasks: BackgroundTasks, activity: Activity) -> ModelDocument:
    return ModelDocument(settings, tasks, activity)


def learn(model: ModelDocument, value: float) -> None:
    """Let all weights have one value, as if training had reached it."""
    weights = {name: np.full_like(old, value) for name, old in model.network.weights().items()}
    model.take_weights(weights, (0.0, 1.0))


def learned(file: Path) -> float:
    return round(float(next(iter(load_network(file).weights().values())).flat[0]), 3)


def settle(tasks: BackgroundTasks, qtbot: QtBot) -> None:
    for _ in range(2):
        tasks.finish()
        qtbot.wait(1)  # what has ended is told


def test_an_older_state_never_takes_the_place_of_a_newer_one(
    model: ModelDocument, tasks: BackgroundTasks, qtbot: QtBot
) -> None:
    model.replace(build("journal-8"), name="mine")
    is_free = threading.Event()
    tasks.start(is_free.wait, lambda _done: None, lambda _error: None)
    learn(model, 0.2)
    model.keep_soon()  # waits for what is under way
    learn(model, 0.3)
    model.replace(build("journal-8", 1), name="other")
    is_free.set()
    settle(tasks, qtbot)
    assert [learned(file) for file in model.unsaved()] == [0.3]


def test_a_network_that_is_being_kept_when_the_program_ends_is_kept_once(
    model: ModelDocument, tasks: BackgroundTasks
) -> None:
    learn(model, 0.2)
    model.keep_soon()
    learn(model, 0.3)
    tasks.finish()  # nobody is told any more, as at the end of the program
    model.keep_unsaved()
    assert [learned(file) for file in model.unsaved()] == [0.3]


def test_what_was_saved_is_not_kept_afterwards(
    model: ModelDocument, tasks: BackgroundTasks, tmp_path: Path, qtbot: QtBot
) -> None:
    learn(model, 0.2)
    model.save(tmp_path / "mine.safetensors")
    tasks.finish()
    is_free = threading.Event()
    tasks.start(is_free.wait, lambda _done: None, lambda _error: None)
    model.keep_soon()
    qtbot.waitUntil(lambda: not model.is_dirty, timeout=5000)
    is_free.set()
    settle(tasks, qtbot)
    assert model.unsaved() == []


def test_the_last_ten_are_kept_and_the_open_one(
    model: ModelDocument, tasks: BackgroundTasks, qtbot: QtBot
) -> None:
    for value in range(UNSAVED_KEPT + 2):  # as trainings do
        model.replace(build("journal-8"), name="mine")
        learn(model, value)
        model.keep_soon()
        settle(tasks, qtbot)
    values = [float(value) for value in range(UNSAVED_KEPT + 2)]
    assert [learned(file) for file in model.unsaved()] == values[:1:-1]

    oldest = model.unsaved()[-1]
    learn(model, 99)
    model.replace(build("journal-8"), name="mine")
    learn(model, 100)
    model.open(str(oldest))  # its turn to go comes while it is opened, since the one before it is kept first
    settle(tasks, qtbot)
    assert learned(oldest) == model.network.parameters()[0].value.flat[0] == 2
    model.replace(build("journal-8"), name="mine")
    learn(model, 101)
    model.keep_unsaved()
    assert oldest not in model.unsaved()
    assert len(model.unsaved()) == UNSAVED_KEPT


def test_what_the_next_start_opens_is_kept_however_many_networks_a_lesson_keeps(
    model: ModelDocument, settings: Settings, tasks: BackgroundTasks, activity: Activity, qtbot: QtBot
) -> None:
    learn(model, 0.25)
    model.keep_unsaved()
    model.remembers = False
    for value in range(UNSAVED_KEPT + 2):
        model.replace(build("journal-8"), name="of the lesson")
        learn(model, value)
        model.keep_soon()
        settle(tasks, qtbot)
    assert len(model.unsaved()) == UNSAVED_KEPT + 1
    # as after the program was killed
    again = ModelDocument(settings, tasks, activity)
    assert again.network.parameters()[0].value.flat[0] == 0.25
    again.replace(build("journal-8"), name="another", is_dirty=True)
    settle(tasks, qtbot)
    assert 0.25 not in [learned(file) for file in again.unsaved()]  # from now on it may go


def test_an_unsaved_network_has_its_name_again(
    model: ModelDocument, settings: Settings, tasks: BackgroundTasks, activity: Activity, qtbot: QtBot
) -> None:
    model.replace(build("journal-8"), name="the good one", is_dirty=True)
    settle(tasks, qtbot)
    again = ModelDocument(settings, tasks, activity)
    assert (again.name, again.is_dirty) == ("the good one", True)
    again.replace(build("journal-8"), name="another")
    again.open(str(again.unsaved()[0]))
    settle(tasks, qtbot)
    assert (again.name, again.is_dirty) == ("the good one", True)


def test_the_line_of_doubt_is_kept_once_it_rests(model: ModelDocument, qtbot: QtBot) -> None:
    for hundredths in range(20, 30):
        model.set_refuse_below(hundredths / 100)
    assert model.unsaved() == []  # writing ten times would be for nothing
    qtbot.waitUntil(lambda: bool(model.unsaved()), timeout=5000)
    assert load_network(model.unsaved()[0]).card.refuse_below == 0.29


def test_which_network_was_open_is_noted_until_its_file_is_known_to_be_damaged(
    model: ModelDocument,
    settings: Settings,
    tasks: BackgroundTasks,
    activity: Activity,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    learn(model, 0.2)
    path = model.keep_unsaved()
    assert path

    def fail(_path: object) -> None:
        raise ModelFileError("the disk is asleep")

    with monkeypatch.context() as patched:
        patched.setattr("digitgui.documents.model_document.load_reader", fail)
        assert not ModelDocument(settings, tasks, activity).is_dirty
    assert ModelDocument(settings, tasks, activity)._kept == path
    path.write_bytes(b"damaged")
    assert not ModelDocument(settings, tasks, activity).is_dirty
    assert settings.text("model/reopen_unsaved") == ""


def test_the_file_saved_or_opened_last_is_open_at_the_next_start(
    model: ModelDocument,
    settings: Settings,
    tasks: BackgroundTasks,
    activity: Activity,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    mine, other = tmp_path / "mine.safetensors", tmp_path / "other.safetensors"
    save_network(build("journal-8"), other)
    learn(model, 0.2)
    model.save(mine)
    settle(tasks, qtbot)
    again = ModelDocument(settings, tasks, activity)
    assert (again.name, again.path, again.is_dirty) == ("mine", mine, False)
    assert again.network.parameters()[0].value.flat[0] == pytest.approx(0.2)
    again.open(str(other))
    settle(tasks, qtbot)
    third = ModelDocument(settings, tasks, activity)
    assert (third.name, third.path) == ("other", other)
    learn(third, 0.4)
    third.keep_unsaved()
    fourth = ModelDocument(settings, tasks, activity)
    assert (fourth.path, fourth.is_dirty) == (None, True)  # what is unsaved comes first
    fourth.open("default")
    settle(tasks, qtbot)
    fifth = ModelDocument(settings, tasks, activity)
    assert (fifth.name, fifth.path, fifth.is_dirty) == ("default", None, False)


def test_the_network_of_a_run_is_open_again_under_the_name_of_the_run(
    model: ModelDocument,
    settings: Settings,
    tasks: BackgroundTasks,
    activity: Activity,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    save_network(build("journal-8"), tmp_path / "model.safetensors")
    model.open(str(tmp_path / "model.safetensors"), name="lenet, 0.02")
    settle(tasks, qtbot)
    again = ModelDocument(settings, tasks, activity)
    assert (again.name, again.path) == ("lenet, 0.02", None)  # Save asks for a file
    assert settings.recent("models") == []


@pytest.mark.parametrize("damage", [Path.unlink, lambda file: file.write_bytes(b"damaged")])
def test_a_file_that_is_gone_or_damaged_is_named_once_and_the_default_is_open(
    model: ModelDocument,
    settings: Settings,
    tasks: BackgroundTasks,
    activity: Activity,
    tmp_path: Path,
    qtbot: QtBot,
    damage: Callable[[Path], object],
) -> None:
    mine = tmp_path / "mine.safetensors"
    learn(model, 0.2)
    model.save(mine)
    settle(tasks, qtbot)
    damage(mine)
    again, told = ModelDocument(settings, tasks, activity), []
    again.failed.connect(told.append)
    settle(tasks, qtbot)
    assert (again.name, again.path) == ("default", None)
    (sentence,) = told
    assert "mine.safetensors" in sentence
    third = ModelDocument(settings, tasks, activity)
    third.failed.connect(told.append)
    settle(tasks, qtbot)
    assert len(told) == 1


def test_of_a_name_only_the_proposed_accuracy_is_left_out() -> None:
    known = {"report": {"accuracy": 0.984}, "data": {"name": "a/b"}}
    told = origin_of(known)
    assert plain_name(f"lenet, {told}", known) == "lenet"
    assert plain_name(as_file_name(f"lenet, {told}"), known) == "lenet", "as a file has it"
    for own in (f"lenet, {told} my best", "Class 9b, 50 % of pupils' digits", f"{told}", "lenet, "):
        assert plain_name(own, known) == own
    assert plain_name(f"lenet, {told}", {}) == f"lenet, {told}", "nothing is known of these weights"
