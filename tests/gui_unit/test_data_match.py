"""Whether the open network, and the curves, belong to the data as they are now."""

from dataclasses import replace

import pytest

from digitgui.documents.data_difference import difference
from digitgui.frame.main_window import MainWindow
from digitgui.work.training_worker import RunState
from model.data.dataset import SplitRule
from model.data.edits import Edits
from model.readers.sources import open_data
from model.runs.provenance import describe_data
from model.training.training import TrainingConfig

CONFIG = TrainingConfig(batch_size=32, epochs=1)


@pytest.fixture
def trained(small, qtbot) -> MainWindow:
    small.session.trainings.start("journal-8", CONFIG)
    qtbot.waitUntil(lambda: small.session.trainings.run.state is RunState.IDLE, timeout=60_000)
    return small


def wait_for_badge(window, qtbot, *, shown: bool) -> None:
    badge = window.state_line.older_data
    qtbot.waitUntil(lambda: badge.isVisible() == shown, timeout=10_000)
    assert bool(window.session.data_match.of_model) == shown


def test_a_correction_makes_the_model_one_from_older_data(trained, qtbot) -> None:
    session = trained.session
    assert not trained.state_line.older_data.isVisible()
    session.data.relabel([3, 4], (session.data.dataset.labels[3] + 1) % 10)
    wait_for_badge(trained, qtbot, shown=True)
    assert "no corrections then" in trained.state_line.older_data.toolTip()
    assert "Train again" in trained.state_line.older_data.toolTip()
    trained.show_page("train")
    qtbot.waitUntil(lambda: "the data has changed since" in trained.train_page._speed.text(), timeout=10_000)
    session.undo_stack.undo()
    wait_for_badge(trained, qtbot, shown=False)
    qtbot.waitUntil(lambda: "changed since" not in trained.train_page._speed.text(), timeout=10_000)


def test_another_cut_and_another_training_are_noticed(trained, qtbot) -> None:
    session = trained.session
    session.data.cut(SplitRule(seed=5))
    wait_for_badge(trained, qtbot, shown=True)
    assert "split in another way" in trained.state_line.older_data.toolTip()
    session.trainings.start("journal-8", CONFIG)
    wait_for_badge(trained, qtbot, shown=False)
    qtbot.waitUntil(lambda: session.trainings.run.state is RunState.IDLE, timeout=60_000)


def test_the_file_of_a_model_remembers_which_data_it_knew(trained, qtbot, tmp_path) -> None:
    session = trained.session
    session.save_model(tmp_path / "m.safetensors")
    qtbot.waitUntil(lambda: not session.model.is_dirty, timeout=10_000)
    session.open_model("default")
    qtbot.waitUntil(lambda: session.model.name == "default", timeout=10_000)
    session.data.exclude([1])
    qtbot.waitUntil(lambda: bool(session.data_match.of_curves), timeout=10_000)
    assert not session.data_match.of_model
    session.open_model(str(tmp_path / "m.safetensors"))
    wait_for_badge(trained, qtbot, shown=True)
    session.data.open("bundled", ask=False)
    wait_for_badge(trained, qtbot, shown=False)  # other data altogether
    assert session.data_match.of_curves
    trained.show_page("train")
    assert "other data is open now" in trained.train_page._speed.text()


def test_pictures_that_were_learned_from_beside_are_no_other_data() -> None:
    dataset = open_data("bundled").limited(100)
    now = describe_data(dataset)
    with_strokes = now | {"extra": "900 digits from strokes", "sha256": "another"}
    assert difference(with_strokes, now) == ""
    corrected = describe_data(dataset.edited(Edits(excluded=frozenset([1]))))
    assert "training pictures then" in difference(with_strokes, corrected)


@pytest.mark.parametrize("known", [{}, {"sha256": None}, {"sha256": 5, "train_pictures": "many", "edits": []}])
def test_what_another_program_wrote_is_read_as_far_as_it_goes(known) -> None:
    assert isinstance(difference(known, describe_data(open_data("bundled").limited(20))), str)


def test_other_pictures_under_the_same_name_are_told() -> None:
    dataset = open_data("bundled").limited(20)
    images = dataset.images.copy()
    images[0, 0, 0] ^= 1
    then = describe_data(replace(dataset, images=images))
    assert difference(then, describe_data(dataset)) == "other pictures or labels"
