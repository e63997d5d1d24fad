"""The epochs that a run keeps: which, how much room they take, and what comes of damaged ones."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.runs import same_weights, small_network

from model import Dataset, Network, load_network
from model.errors import ConfigError, CorruptError, ModelFileError
from model.readers.sources import open_data
from model.runs.checkpoints import Checkpoint, load_checkpoint
from model.runs.epoch_weights import EpochWeights, as_option, bound_of, first_to_go, noted
from model.runs.run_record import RunRecord
from model.runs.run_recorder import RunRecorder
from model.runs.run_store import RunStore
from model.runs.storage import encode_network
from model.training.history import History
from model.training.training import EpochDone, TrainingConfig, TrainingState, train

RUN = "20260101-000000-000000-small-abcd"
GOLDEN_RUN = Path(__file__).parents[1] / "golden" / "run_of_0_1_0"


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return open_data("bundled").limited(200)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


def fresh(**settings: object) -> Checkpoint:
    network = small_network()
    config = TrainingConfig(**{"epochs": 4, "batch_size": 32, **settings})
    return Checkpoint(network, TrainingState(network, config), History(), "", "", 0.0)


def follow(store: RunStore, dataset: Dataset, run: Checkpoint, *, until: int = 1000, **extra: object) -> list[str]:
    """Train and record; return what was complained of. ``until`` ends it after an epoch, as a kill does."""
    told: list[str] = []
    recorder = RunRecorder(store, RunRecord(RUN, "small", {}, extra=extra))
    events = train(run.network, dataset, state=run.state)
    with recorder.following(run, dataset, on_problem=told.append):
        for event in events:
            run.history.add(event)
            recorder.take(event, 1.0)
            if isinstance(event, EpochDone) and event.epoch == until:
                break
        events.close()
    return told


def after_epochs(dataset: Dataset, epochs: int, **settings: object) -> Network:
    """Train anew, as far as an epoch, without a record."""
    run = fresh(**settings)
    if epochs:
        for event in train(run.network, dataset, state=run.state):
            if isinstance(event, EpochDone) and event.epoch == epochs:
                break
    return run.network


def kept(store: RunStore) -> EpochWeights:
    return EpochWeights(store.epochs_folder(RUN))


def test_every_epoch_is_kept_with_its_very_bits(store, dataset) -> None:
    assert follow(store, dataset, fresh()) == []
    assert kept(store).epochs() == [0, 1, 2, 3, 4]
    for epoch in (0, 1, 4):
        assert same_weights(kept(store).load(epoch), after_epochs(dataset, epoch))
        assert kept(store).load(epoch).dtype == np.float32
    assert store.runs_with_epochs() == [RUN]


def test_keeping_epochs_changes_no_bit(tmp_path, dataset) -> None:
    with_them, without = fresh(), fresh()
    follow(RunStore(tmp_path / "with"), dataset, with_them)
    follow(RunStore(tmp_path / "without"), dataset, without, keep_epochs=0)
    assert same_weights(with_them.network, without.network)
    assert not RunStore(tmp_path / "without").epochs_folder(RUN).exists()


def test_the_network_before_the_training_scales_its_input_as_all_later_ones(store, dataset) -> None:
    follow(store, dataset, fresh(standardize=True))
    first, last = kept(store).load(0), kept(store).load(4)
    assert (first.input_mean, first.input_deviation) == (last.input_mean, last.input_deviation) != (0.0, 1.0)
    assert same_weights(first, small_network())


def test_a_run_that_goes_on_has_all_its_epochs(store, dataset) -> None:
    follow(store, dataset, fresh(), until=2)
    begun = load_checkpoint(store.checkpoint_file(RUN))
    (kept(store).folder / "00003.safetensors").write_bytes(b"of an epoch that was lost")
    (kept(store).folder / "00009.safetensors").write_bytes(b"of an epoch that was lost")
    next_one = begun.state.epochs_done + 1
    follow(store, dataset, begun, until=next_one)
    assert kept(store).epochs() == list(range(next_one + 1))
    assert same_weights(kept(store).load(next_one), after_epochs(dataset, next_one))


def test_a_run_continued_elsewhere_begins_with_the_epoch_it_came_with(store, tmp_path, dataset) -> None:
    follow(store, dataset, fresh(), until=2)
    begun, other = load_checkpoint(store.checkpoint_file(RUN)), RunStore(tmp_path / "other")
    first = begun.state.epochs_done
    follow(other, dataset, begun)
    assert kept(other).epochs() == list(range(first, 5))


def test_the_bound_holds_at_every_moment(store, dataset, monkeypatch) -> None:
    size = len(encode_network(small_network(), "x"))
    bound, most, written = 6.5 * size / 1e6, 0, 0

    def watched(path: Path, content: bytes, **how: object) -> None:
        nonlocal most, written
        lying = sum(file.stat().st_size for file in path.parent.iterdir())
        most, written = max(most, lying + len(content)), written + 1
        path.write_bytes(content)

    monkeypatch.setattr("model.runs.epoch_weights.write_atomically", watched)
    weights = EpochWeights(store.epochs_folder(RUN))
    for epoch in range(40):
        weights.keep(epoch, small_network(), 5, bound)
    assert most <= bound * 1e6
    assert written == 40
    assert {0, 5, 39} < set(EpochWeights(weights.folder).epochs())
    assert len(weights.epochs()) == 6


def thinned(count: int, room: int, best: int | None = None) -> list[int]:
    epochs: list[int] = []
    for epoch in range(count):
        epochs.append(epoch)
        if len(epochs) > room:
            epochs.remove(first_to_go(epochs, best))
    return epochs


def test_powers_of_two_the_latest_and_the_best_stay() -> None:
    epochs = thinned(1000, 40, best=77)
    assert {0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 77, 997, 998, 999} <= set(epochs)
    assert len(epochs) == 40


def test_what_lies_between_is_thinned_evenly() -> None:
    gaps = np.diff([epoch for epoch in thinned(1000, 60) if 100 <= epoch < 990])
    assert gaps.max() <= 4 * max(gaps.min(), 8)
    assert gaps.max() <= 50


def test_with_hardly_any_room_the_first_the_best_and_the_last_stay() -> None:
    assert thinned(100, 3, best=40) == [0, 40, 99]
    assert thinned(100, 1) == [99]


def test_the_best_epoch_so_far_is_the_one_that_stays(store, dataset, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(
        EpochWeights, "keep", lambda _self, epoch, _network, best, _megabytes: asked.append((epoch, best))
    )
    run = fresh(learning_rate=0.3, epochs=6, batch_size=4)
    follow(store, dataset, run)
    losses = [epoch.validation_loss for epoch in run.history.epochs]
    bests = [int(np.argmin(losses[:done])) + 1 for done in range(1, 7)]
    assert asked == [(0, None), *zip(range(1, 7), bests, strict=True)]
    assert bests != list(range(1, 7)), "or this test proves nothing"


def test_an_epoch_that_is_too_large_is_told_once_and_the_training_goes_on(store, dataset, monkeypatch) -> None:
    monkeypatch.setattr("model.runs.epoch_weights.MEGABYTE", 1000)
    run = fresh()
    (sentence,) = follow(store, dataset, run, keep_epochs=1)
    assert "takes" in sentence
    assert "only 1 MB are allowed" in sentence
    assert "continues" in sentence
    assert len(run.history.epochs) == 4
    assert kept(store).epochs() == []


def test_a_folder_that_cannot_be_written_is_told_once(store, dataset) -> None:
    store.folder_of(RUN).mkdir(parents=True)
    store.epochs_folder(RUN).write_text("a file where the folder would be")
    run = fresh()
    (sentence,) = follow(store, dataset, run)
    assert "cannot be written" in sentence
    assert len(run.history.epochs) == 4
    assert store.epochs_folder(RUN).read_text() == "a file where the folder would be"
    assert kept(store).epochs() == []


@pytest.mark.parametrize("damage", [b"", b"no model", None])
def test_a_damaged_or_missing_epoch_is_told_and_left_alone(store, dataset, damage) -> None:
    follow(store, dataset, fresh())
    file = kept(store).file(2)
    if damage is None:
        file.unlink()
    else:
        file.write_bytes(damage)
    with pytest.raises(ModelFileError, match=re.escape("epoch 2 cannot be shown: ")) as told:
        kept(store).load(2)
    assert isinstance(told.value, CorruptError) == (damage is not None)
    assert same_weights(kept(store).load(3), after_epochs(dataset, 3))
    assert damage is None or file.read_bytes() == damage


def test_other_files_are_neither_epochs_nor_removed(store) -> None:
    weights = EpochWeights(store.epochs_folder(RUN))
    weights.folder.mkdir(parents=True)
    for name in ("notes.txt", "7.safetensors", "00003.safetensors.not-understood"):
        (weights.folder / name).write_text("mine")
    weights.keep(0, small_network(), None, 1)
    weights.forget_after(-1)
    assert weights.epochs() == []
    assert len(list(weights.folder.iterdir())) == 3


def test_epochs_follow_their_run_into_the_bin_and_back(store, dataset) -> None:
    follow(store, dataset, fresh())
    store.delete(RUN)
    assert (kept(store).epochs(), store.runs_with_epochs()) == ([], [])
    store.restore(RUN)
    assert kept(store).epochs() == [0, 1, 2, 3, 4]
    store.delete(RUN)
    store.empty_bin([RUN])
    assert not list(store.folder.rglob("*.safetensors"))


def test_runs_of_earlier_versions_have_none_and_open_as_before() -> None:
    store, run = RunStore(GOLDEN_RUN.parent), GOLDEN_RUN.name
    assert store.read(run).history.epochs
    assert EpochWeights(store.epochs_folder(run)).epochs() == []
    assert bound_of(store.read(run).extra) == 200


def test_a_kept_epoch_opens_as_a_model(store, dataset) -> None:
    follow(store, dataset, fresh())
    assert same_weights(load_network(kept(store).file(1)), after_epochs(dataset, 1))


def test_the_bound_of_a_run_is_recorded_where_it_is_unusual() -> None:
    assert (noted(200), noted(50), noted(0)) == ({}, {"keep_epochs": 50}, {"keep_epochs": 0})
    assert (as_option(200), as_option(0)) == ([], ["--keep-epochs", "0"])
    assert (bound_of({}), bound_of({"keep_epochs": 50})) == (200, 50)
    for wrong in (-1, 1.5, "all", None, True):
        with pytest.raises(ConfigError):
            bound_of({"keep_epochs": wrong})


def test_a_record_with_an_impossible_bound_is_damaged(store, dataset) -> None:
    follow(store, dataset, fresh(), keep_epochs=1)
    record = store.read(RUN)
    assert bound_of(record.extra) == 1
    store.write(replace(record, extra={"keep_epochs": -1}))
    with pytest.raises(CorruptError, match="keep_epochs"):
        store.read(RUN)
