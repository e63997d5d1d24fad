"""Training as a generator of events: their order, what they tell, and what they leave behind."""

import math
from dataclasses import replace

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.runs import same_weights, small_network

from model import Dataset, Network, build
from model.errors import DataFormatError
from model.judging.evaluation import evaluate, loss_and_accuracy
from model.network.optimizers import SGD
from model.training import training
from model.training.learner import Learner
from model.training.training import (
    BatchDone,
    EpochDone,
    FinishReason,
    RunFinished,
    RunStarted,
    TrainingConfig,
    finish,
    random_streams,
    train,
)

CONFIG = TrainingConfig(learning_rate=0.05, batch_size=10, epochs=2, seed=3)


@pytest.fixture(scope="module")
def official(mnist) -> Dataset:
    """Take 60 digits of which the last 20 are an official test part: 37, 3 and 20."""
    return Dataset(mnist.images[:60], mnist.labels[:60], "official", "", 40)


def trained(data: Dataset, config: TrainingConfig = CONFIG, seed: int = 0) -> tuple[Network, list]:
    network = small_network(seed)
    return network, list(train(network, data, config))


def test_events_come_in_order_and_number(digits) -> None:
    _, events = trained(digits)
    epoch = [BatchDone] * 6 + [EpochDone]
    assert [type(event) for event in events] == [RunStarted, *epoch, *epoch, RunFinished]
    batches = [event for event in events if isinstance(event, BatchDone)]
    assert [event.step for event in batches] == list(range(1, 13))
    assert [event.count for event in batches] == [10, 10, 10, 10, 10, 1] * 2
    assert [event.epoch for event in events if isinstance(event, EpochDone)] == [1, 2]


def test_the_first_event_tells_what_will_come(digits, official) -> None:
    assert next(train(small_network(), digits, CONFIG)) == RunStarted(6, 2, 51)
    assert next(train(small_network(), official, CONFIG)) == RunStarted(4, 2, 37)


def test_nothing_is_computed_before_the_first_event_has_come(digits, monkeypatch) -> None:
    def computed(*arguments, **options):
        raise AssertionError("something was computed")

    monkeypatch.setattr(Network, "forward", computed)
    monkeypatch.setattr(training, "augment", computed)
    network = small_network()
    before = network.copy()
    events = train(network, digits, CONFIG)
    assert isinstance(next(events), RunStarted)
    assert same_weights(network, before)
    with pytest.raises(AssertionError, match="something was computed"):
        next(events)


def test_losses_are_those_before_each_step_and_epochs_their_means(digits) -> None:
    network, events = trained(digits, replace(CONFIG, epochs=1))
    batches = [event for event in events if isinstance(event, BatchDone)]
    epoch = next(event for event in events if isinstance(event, EpochDone))
    assert epoch.train_loss == pytest.approx(sum(b.loss * b.count for b in batches) / 51)
    assert epoch.train_accuracy == sum(b.correct for b in batches) / 51
    assert (epoch.validation_loss, epoch.validation_accuracy) == loss_and_accuracy(
        network, *digits.part("validation")
    )
    assert 0 < epoch.seconds < 60

    order = random_streams(CONFIG.seed).shuffling.permutation(51)[:10]
    images, labels = digits.part("train")
    expected, correct = Learner(small_network()).train_batch(images[order], labels[order])
    assert (batches[0].loss, batches[0].correct) == (expected, correct)


def test_the_report_is_about_the_test_part(digits, official) -> None:
    for data in (digits, official):
        network, events = trained(data)
        finished = events[-1]
        assert finished.reason is FinishReason.COMPLETED
        expected = evaluate(network, *data.part("test"))
        assert (finished.report.loss, finished.report.count) == (expected.loss, len(data.part("test")[0]))
        np.testing.assert_array_equal(finished.report.confusion, expected.confusion)


def test_an_official_source_is_watched_on_its_validation_part(official) -> None:
    network, events = trained(official, replace(CONFIG, epochs=1))
    epoch = next(event for event in events if isinstance(event, EpochDone))
    assert (epoch.validation_loss, epoch.validation_accuracy) == loss_and_accuracy(
        network, *official.part("validation")
    )


def test_parts_that_are_empty_give_no_figures(mnist) -> None:
    _, events = trained(mnist.limited(5), replace(CONFIG, epochs=1))
    epoch, finished = events[-2:]
    assert math.isnan(epoch.validation_loss)
    assert math.isnan(epoch.validation_accuracy)
    assert (finished.report, finished.reason) == (None, FinishReason.COMPLETED)


def test_nothing_to_train_on_is_refused(mnist) -> None:
    data = Dataset(mnist.images[:9], mnist.labels[:9], "only a test", "", 0)
    assert "only a test" in error_of(DataFormatError, lambda: next(train(small_network(), data)))


@pytest.mark.parametrize("augmentation", ["none", "journal", "handwriting"])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_the_same_seed_gives_the_same_bits(digits, augmentation, optimizer) -> None:
    config = replace(CONFIG, learning_rate=0.01, augmentation=augmentation, optimizer=optimizer)
    first, events = trained(digits, config)
    second, events_again = trained(digits, config)
    assert same_weights(first, second)
    assert [e for e in events if isinstance(e, BatchDone)] == [e for e in events_again if isinstance(e, BatchDone)]
    other, _ = trained(digits, replace(config, seed=4))
    assert not same_weights(first, other)


def test_using_augmentation_does_not_move_the_shuffling(digits, monkeypatch) -> None:
    seen = []
    monkeypatch.setattr(
        Learner, "train_batch", lambda self, images, labels, **_: (seen.append(labels.tolist()), (1.0, 0))[1]
    )
    trained(digits)
    trained(digits, replace(CONFIG, augmentation="journal"))
    assert seen[:12] == seen[12:]


def test_streams_of_randomness_are_independent_and_repeatable() -> None:
    draws = [
        [generator.random() for generator in (streams.shuffling, streams.augmentation, streams.dropout)]
        for streams in (random_streams(1), random_streams(1), random_streams(2))
    ]
    assert draws[0] == draws[1]
    assert len({*draws[0], *draws[2]}) == 6


def test_every_epoch_sees_every_training_picture_once_in_another_order(digits, monkeypatch) -> None:
    seen = []
    monkeypatch.setattr(
        Learner,
        "train_batch",
        lambda self, images, labels, **_: (seen.extend(x.tobytes() for x in images), (1.0, 0))[1],
    )
    trained(digits)
    first, second = seen[:51], seen[51:]
    everything = sorted(image.tobytes() for image in digits.part("train")[0])
    assert sorted(first) == sorted(second) == everything
    assert first != second


@pytest.mark.parametrize("official_test", [False, True])
def test_only_the_train_part_is_learned_from(digits, official, official_test) -> None:
    data = official if official_test else digits
    images, labels = data.images.copy(), data.labels.copy()
    held_out = np.concatenate([data.split.validation, data.split.test])
    images[held_out], labels[held_out] = 255 - images[held_out], 9 - labels[held_out]
    poisoned = Dataset(images, labels, "poisoned", "", data.official_test_start)
    assert same_weights(trained(data)[0], trained(poisoned)[0])
    labels[data.split.train[0]] ^= 1
    assert not same_weights(trained(data)[0], trained(poisoned)[0])


@pytest.mark.parametrize(("batch_size", "chunk"), [(7, 20), (10, 20), (64, 20), (1, 20), (51, 512), (4096, 512)])
def test_pictures_are_changed_in_chunks_of_whole_batches(digits, monkeypatch, batch_size, chunk) -> None:
    changed, batches = [], []
    monkeypatch.setattr(training, "AUGMENTATION_CHUNK", chunk)
    monkeypatch.setattr(training, "augment", lambda images, preset, rng: (changed.append(len(images)), images)[1])
    monkeypatch.setattr(
        Learner,
        "train_batch",
        lambda self, images, labels, **_: (batches.append((len(images), len(labels))), (1.0, 0))[1],
    )
    trained(digits, replace(CONFIG, batch_size=batch_size, epochs=1))
    full, rest = divmod(51, batch_size)
    assert batches == [(batch_size, batch_size)] * full + [(rest, rest)] * bool(rest)
    assert sum(changed) == 51
    assert all(size % batch_size == 0 for size in changed[:-1])
    assert max(changed) <= max(batch_size, chunk)


def test_stopping_at_any_event_leaves_finite_weights_and_ends_the_run(digits) -> None:
    config = replace(CONFIG, batch_size=20, augmentation="journal")
    _, events = trained(digits, config)
    for stop_after in range(1, len(events) + 1):
        network = small_network()
        running = train(network, digits, config)
        for _ in range(stop_after):
            next(running)
        running.close()
        assert all(np.isfinite(parameter.value).all() for parameter in network.parameters())
        with pytest.raises(StopIteration):
            next(running)
        report = finish(network, digits, FinishReason.STOPPED)
        assert report.reason is FinishReason.STOPPED
        assert report.report is not None


def test_a_batch_is_done_when_the_weights_have_changed(digits) -> None:
    network, expected = small_network(), small_network()
    running = train(network, digits, CONFIG)
    next(running)
    next(running)
    order = random_streams(CONFIG.seed).shuffling.permutation(51)[:10]
    images, labels = digits.part("train")
    Learner(expected).loss_and_gradients(images[order], labels[order])
    SGD(expected.parameters(), learning_rate=CONFIG.learning_rate).step()
    assert same_weights(network, expected)
    running.close()
    assert same_weights(network, expected)


def test_the_weights_between_two_events_are_those_of_whole_steps(digits) -> None:
    network = small_network()
    running = train(network, digits, CONFIG)
    next(running)
    weights = []
    for _ in range(3):
        next(running)
        weights.append(network.weights())
    running.close()
    again = small_network()
    for step, _ in enumerate(train(again, digits, CONFIG)):
        if 1 <= step <= 3:
            assert all(np.array_equal(weights[step - 1][name], value) for name, value in again.weights().items())


def test_a_network_learns_the_bundled_digits(mnist) -> None:
    """A third of the way to the journal's figures: 600 digits, 3 epochs."""
    network = build("journal-8", seed=0)
    events = list(train(network, mnist.limited(700), TrainingConfig(0.01, 4, 3)))
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert epochs[0].train_loss > epochs[1].train_loss > epochs[2].train_loss
    assert epochs[-1].train_accuracy > 0.85
    assert events[-1].report.accuracy > 0.7
