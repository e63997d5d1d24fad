"""A run that stopped goes on as if it had not."""

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors
import safetensors.numpy
from helpers.errors import error_of
from helpers.runs import count_pieces_as

from model import load_network, save_network
from model.data.augmentation import Pipeline, Step
from model.errors import CorruptError, ModelFileError, VersionError
from model.network.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU
from model.network.model_card import ModelCard
from model.network.network import Network
from model.network.optimizers import OPTIMIZERS
from model.runs.checkpoints import RUN_KEY, Checkpoint, load_checkpoint, save_checkpoint
from model.runs.storage import checksum
from model.training.history import History
from model.training.training import Best, EpochDone, LearningRateChanged, TrainingConfig, TrainingState, train

CONFIG = TrainingConfig(
    learning_rate=0.02,
    batch_size=10,
    epochs=4,
    seed=3,
    augmentation="handwriting",
    schedule="one-cycle",
    patience=3,
)


def network() -> Network:
    layers = [Conv2D(2, 5, stride=2), BatchNorm(), MaxPool2D(2), ReLU(), Flatten(), Dropout(0.3), Dense(10)]
    return Network(layers, card=ModelCard(seed=3))


def run(net, data, state, history, *, until=math.inf, new_rate_in=math.inf):
    """Train until an epoch is done; change the learning rate on the way."""
    events = train(net, data, state=state)
    for event in events:
        history.add(event)
        if isinstance(event, EpochDone) and event.epoch == new_rate_in:
            state.learning_rate = 0.01
        if isinstance(event, EpochDone) and event.epoch >= until:
            break
    events.close()


MINE = Pipeline("mine", (Step("thickness", 1.0, 0.5), Step("elastic", 1.5), Step("noise", 20.0, 0.5)))


@pytest.mark.parametrize(
    ("optimizer", "augmentation"), [*((name, "handwriting") for name in OPTIMIZERS), ("sgd", MINE)]
)
@pytest.mark.parametrize("stop_after", [1, 3])
def test_stopped_and_resumed_gives_the_bits_of_a_run_never_stopped(
    tmp_path, mnist, optimizer, augmentation, stop_after
) -> None:
    data = mnist.limited(60)
    config = replace(CONFIG, optimizer=optimizer, augmentation=augmentation)
    whole, whole_history = network(), History()
    run(whole, data, TrainingState(whole, config), whole_history, new_rate_in=1)

    first, history = network(), History()
    state = TrainingState(first, config)
    run(first, data, state, history, until=stop_after, new_rate_in=1)
    save_checkpoint(
        Checkpoint(first, state, history, data.fingerprint, data.name, 1.5), tmp_path / "c.safetensors"
    )
    saved = load_checkpoint(tmp_path / "c.safetensors")
    assert saved.state.config == config
    assert (saved.state.epochs_done, saved.seconds, saved.data_sha256) == (stop_after, 1.5, data.fingerprint)
    run(saved.network, data, saved.state, saved.history)

    for name, array in whole.weights().items():
        np.testing.assert_array_equal(saved.network.weights()[name], array, err_msg=name)
    assert saved.history.step_losses == whole_history.step_losses
    assert saved.history.images_seen == whole_history.images_seen
    assert saved.history.fine == whole_history.fine
    assert saved.history.fine.begins_after == 0
    assert [replace(e, seconds=0) for e in saved.history.epochs] == [
        replace(e, seconds=0) for e in whole_history.epochs
    ]
    assert saved.history.learning_rate_changes == whole_history.learning_rate_changes
    assert len(whole_history.learning_rate_changes) == 1


@pytest.mark.parametrize("epochs_done", [0, CONFIG.epochs])
def test_what_is_noted_of_a_run_is_read_again(tmp_path, epochs_done) -> None:
    net, history = network(), History(images_seen=77)
    state = TrainingState(net, CONFIG)
    state.epochs_done, state.best = epochs_done, Best(2, 0.25, net.weights())
    save_checkpoint(Checkpoint(net, state, history, "abc", "mine", 1.5), tmp_path / "c.safetensors")
    saved = load_checkpoint(tmp_path / "c.safetensors")
    assert (saved.data_sha256, saved.data_name, saved.seconds) == ("abc", "mine", 1.5)
    assert (saved.state.epochs_done, saved.state.steps_done) == (epochs_done, 0)
    assert saved.state.best is not None
    assert (saved.state.best.epoch, saved.state.best.loss) == (2, 0.25)
    assert saved.history.images_seen == 77


def test_a_checkpoint_opens_as_a_model(tmp_path, mnist) -> None:
    net, state = network(), None
    state = TrainingState(net, CONFIG)
    run(net, mnist.limited(60), state, History(), until=1)
    save_checkpoint(Checkpoint(net, state, History(), "", "", 0.0), tmp_path / "c.safetensors")
    opened = load_network(tmp_path / "c.safetensors")
    np.testing.assert_array_equal(opened.logits(mnist.images[:3]), net.logits(mnist.images[:3]))


def test_a_run_without_a_validation_part_can_be_kept(tmp_path, mnist) -> None:
    net, history = network(), History()
    state = TrainingState(net, replace(CONFIG, patience=0))
    run(net, mnist.limited(5), state, history, until=1)
    save_checkpoint(Checkpoint(net, state, history, "", "", 0.0), tmp_path / "c.safetensors")
    assert math.isnan(load_checkpoint(tmp_path / "c.safetensors").history.epochs[0].validation_loss)


def test_a_finished_model_is_no_checkpoint(tmp_path) -> None:
    save_network(network(), tmp_path / "m.safetensors")
    assert "checkpoint" in error_of(CorruptError, lambda: load_checkpoint(tmp_path / "m.safetensors"))
    error_of(ModelFileError, lambda: load_checkpoint(tmp_path / "nowhere.safetensors"))


@pytest.fixture
def kept(tmp_path, mnist):
    net, history = network(), History()
    state = TrainingState(net, replace(CONFIG, optimizer="adam"))
    run(net, mnist.limited(60), state, history, until=1)
    history.add(LearningRateChanged(7, 0.1))
    file = tmp_path / "c.safetensors"
    save_checkpoint(Checkpoint(net, state, history, "", "", 0.0), file)
    return file


def rewritten(file, change) -> None:
    with safetensors.safe_open(file, framework="numpy") as opened:
        metadata = opened.metadata()
        arrays = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
    run = json.loads(metadata[RUN_KEY])
    change(run, arrays)
    if "run.best.dense1.weight" not in arrays:  # left out by whoever wrote it, not lost on the way
        run["arrays_sha256"] = checksum({name: arrays[name] for name in arrays if name.startswith("run.")})
    file.write_bytes(safetensors.numpy.save(arrays, metadata | {RUN_KEY: json.dumps(run)}))


@pytest.mark.parametrize(
    "change",
    [
        lambda run, arrays: run.pop("streams"),
        lambda run, arrays: run["streams"].pop("dropout"),
        lambda run, arrays: run["config"].update(batch_size=0),
        lambda run, arrays: run.update(learning_rate="fast"),
        lambda run, arrays: run["history"].update(epochs=3),
        lambda run, arrays: run["fine_curve"]["steps"].append(3),
        lambda run, arrays: run.update(format="new"),
        lambda run, arrays: arrays.pop("run.optimizer.mean.0"),
        lambda run, arrays: arrays["run.optimizer.mean.0"].__iadd__(1),
        lambda run, arrays: run.update(history=None),
        lambda run, arrays: run.update(epochs_done=math.inf),
        lambda run, arrays: run.update(epochs_done=-5),
        lambda run, arrays: run.update(epochs_done=99),
        lambda run, arrays: run.update(learning_rate=math.nan),
        lambda run, arrays: run.update(best=[1]),
        lambda run, arrays: run["streams"]["dropout"]["state"].update(state=2**300),
        lambda run, arrays: arrays.pop("run.best.dense1.weight"),
    ],
)
def test_a_damaged_run_is_refused_in_one_sentence(kept, change) -> None:
    rewritten(kept, change)
    assert "c.safetensors" in error_of(CorruptError, lambda: load_checkpoint(kept))


@pytest.mark.parametrize("share", [0, 0.3, 0.999])
def test_a_checkpoint_cut_short_is_refused(kept, share) -> None:
    data = kept.read_bytes()
    kept.write_bytes(data[: int(share * len(data))])
    error_of(CorruptError, lambda: load_checkpoint(kept))


def test_a_run_that_nests_without_end_is_refused(kept) -> None:
    with safetensors.safe_open(kept, framework="numpy") as opened:
        metadata = opened.metadata()
        arrays = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
    kept.write_bytes(safetensors.numpy.save(arrays, metadata | {RUN_KEY: "[" * 200_000}))
    error_of(CorruptError, lambda: load_checkpoint(kept))


def test_a_resumed_run_keeps_its_input_scaling_and_its_two_cores(tmp_path, mnist, monkeypatch) -> None:
    count_pieces_as(2, monkeypatch)
    data, config = mnist.limited(80), replace(CONFIG, batch_size=30, standardize=True)
    whole = network()
    run(whole, data, TrainingState(whole, config), History())
    first, history = network(), History()
    state = TrainingState(first, config)
    run(first, data, state, history, until=2)
    save_checkpoint(Checkpoint(first, state, history, "", "", 0.0), tmp_path / "c.safetensors")
    saved = load_checkpoint(tmp_path / "c.safetensors")
    run(saved.network, data, saved.state, saved.history)
    assert (saved.network.input_mean, saved.network.input_deviation) == (whole.input_mean, whole.input_deviation)
    for name, array in whole.weights().items():
        np.testing.assert_array_equal(saved.network.weights()[name], array, err_msg=name)


RAIN = {"name": "mine", "steps": [{"operation": "rain", "strength": 1.0}]}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda run, arrays: run.update(format=4, history="in another form"), "format 4"),
        (lambda run, arrays: run["config"].update(magic=1), "magic"),
        (lambda run, arrays: run["config"].update(optimizer="lion"), "optimizer lion"),
        (lambda run, arrays: run["config"].update(augmentation="weather"), "augmentation weather"),
        (lambda run, arrays: run["config"].update(augmentation=RAIN), "augmentation rain"),
    ],
)
def test_a_run_of_a_newer_program_is_not_called_damaged(kept, change, what) -> None:
    rewritten(kept, change)
    message = error_of(VersionError, lambda: load_checkpoint(kept))
    assert "c.safetensors" in message
    assert what in message
    assert "update the program" in message


def test_a_file_that_cannot_be_read_for_a_moment_is_not_called_damaged(kept, monkeypatch) -> None:
    network = load_network(kept)
    monkeypatch.setattr("model.runs.checkpoints.load_network", lambda _path: network)

    def fail(*_arguments: object, **_options: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(safetensors, "safe_open", fail)
        assert "Input/output error" in error_of(ModelFileError, lambda: load_checkpoint(kept))
    load_checkpoint(kept)


def test_what_a_later_version_has_noted_beside_is_written_again(kept) -> None:
    rewritten(kept, lambda run, arrays: run.update(mood="hopeful"))
    checkpoint = load_checkpoint(kept)
    checkpoint.state.epochs_done = 2
    save_checkpoint(replace(checkpoint, seconds=7.0), kept)
    with safetensors.safe_open(kept, framework="numpy") as opened:
        run = json.loads(opened.metadata()[RUN_KEY])
    assert (run["mood"], run["epochs_done"], run["seconds"]) == ("hopeful", 2, 7.0)


def test_what_a_later_version_says_of_an_epoch_is_no_damage_and_is_written_again(kept, mnist) -> None:
    def add(saved: dict, _arrays: object) -> None:
        saved["history"]["epochs"][0]["mood"] = "hopeful"
        saved["history"]["learning_rate_changes"][0]["by"] = "me"
        saved["history"]["warmth"] = [1]
        saved["fine_curve"]["gradients"] = [1.0]

    rewritten(kept, add)
    saved = load_checkpoint(kept)
    run(saved.network, mnist.limited(60), saved.state, saved.history, until=2)
    save_checkpoint(saved, kept)
    again = load_checkpoint(kept)
    assert again.history == saved.history
    assert [epoch.get("mood") for epoch in again.history.as_dict()["epochs"]] == ["hopeful", None]


GOLDEN = Path(__file__).parents[1] / "golden" / "run_of_0_1_0"


def test_a_checkpoint_of_the_first_version_goes_on(tmp_path, mnist) -> None:
    shutil.copy(GOLDEN / "checkpoint.safetensors", tmp_path)
    saved, data = load_checkpoint(tmp_path / "checkpoint.safetensors"), mnist.limited(60)
    assert saved.data_sha256 == data.fingerprint
    assert [epoch.epoch for epoch in saved.history.epochs] == [1, 2]
    assert saved.history.images_seen == 2 * data.training_count
    assert saved.history.fine.begins_after == 2
    run(saved.network, data, saved.state, saved.history)
    assert saved.state.epochs_done == saved.state.config.epochs == 4
    assert saved.history.images_seen == 4 * data.training_count
