"""What steers a run: early stopping, another learning rate on the way, penalties, standardised input."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.runs import same_weights, small_network

from model import Network
from model.data.augmentation import augment
from model.errors import DataFormatError
from model.judging.evaluation import loss_and_accuracy
from model.network.layers import Dense, Flatten
from model.network.schedules import SCHEDULES
from model.training import training
from model.training.learner import Learner
from model.training.training import (
    BatchDone,
    EpochDone,
    FinishReason,
    LearningRateChanged,
    TrainingConfig,
    TrainingState,
    finish,
    train,
)

CONFIG = TrainingConfig(learning_rate=0.05, batch_size=10, epochs=4, seed=3)


def trained(data, config):
    network = small_network()
    return network, list(train(network, data, config))


def epochs_of(events) -> list[EpochDone]:
    return [event for event in events if isinstance(event, EpochDone)]


def test_patience_ends_the_run_and_brings_the_best_weights_back(digits, monkeypatch) -> None:
    losses = iter([0.9, 0.5, 0.6, 0.7, 0.1])
    weights = []

    def loss_of(network, images, labels):
        weights.append(network.weights())
        return next(losses), 0.5

    monkeypatch.setattr(training, "loss_and_accuracy", loss_of)
    network, events = trained(digits, replace(CONFIG, epochs=9, patience=2))
    finished = events[-1]
    assert (finished.reason, finished.best_epoch) == (FinishReason.STOPPED_EARLY, 2)
    assert len(epochs_of(events)) == 4
    for name, array in network.weights().items():
        np.testing.assert_array_equal(array, weights[1][name])


def test_a_run_with_patience_that_completes_also_ends_with_its_best(digits) -> None:
    network, events = trained(digits, replace(CONFIG, learning_rate=0.9, batch_size=3, epochs=6, patience=6))
    validation = [epoch.validation_loss for epoch in epochs_of(events)]
    finished = events[-1]
    assert finished.reason is FinishReason.COMPLETED
    assert finished.best_epoch == 1 + int(np.argmin(validation))
    assert loss_and_accuracy(network, *digits.part("validation"))[0] == min(validation)


def test_without_patience_nothing_is_brought_back(digits) -> None:
    network, events = trained(digits, CONFIG)
    assert events[-1].best_epoch is None
    assert loss_and_accuracy(network, *digits.part("validation"))[0] == epochs_of(events)[-1].validation_loss


def test_without_a_validation_part_patience_never_ends_a_run(mnist) -> None:
    _, events = trained(mnist.limited(5), replace(CONFIG, patience=1))
    assert events[-1].reason is FinishReason.COMPLETED
    assert len(epochs_of(events)) == 4


def test_another_learning_rate_on_the_way_is_followed_and_told(digits) -> None:
    network = small_network()
    state = TrainingState(network, CONFIG)
    events = []
    for event in train(network, digits, state=state):
        events.append(event)
        if isinstance(event, BatchDone) and event.step == 8:
            state.learning_rate = 0.01
    changes = [event for event in events if isinstance(event, LearningRateChanged)]
    assert changes == [LearningRateChanged(9, 0.01)]
    assert [epoch.learning_rate for epoch in epochs_of(events)] == [0.05, 0.01, 0.01, 0.01]
    assert not same_weights(network, trained(digits, CONFIG)[0])


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_sets_the_learning_rate_of_every_step(digits, schedule) -> None:
    network = small_network()
    state = TrainingState(network, replace(CONFIG, schedule=schedule))
    rates = [
        state.optimizer.learning_rate
        for event in train(network, digits, state=state)
        if isinstance(event, BatchDone)
    ]
    assert len(rates) == 24
    assert rates == [0.05 * SCHEDULES[schedule](step / 24) for step in range(24)]


def test_standardised_input_comes_from_the_train_part_alone(digits) -> None:
    network, _ = trained(digits, replace(CONFIG, epochs=1, standardize=True))
    pictures = digits.part("train")[0]
    assert network.input_mean == pytest.approx(pictures.mean() / 255)
    assert network.input_deviation == pytest.approx(pictures.std() / 255)


@pytest.mark.parametrize(
    "change", [{"l1": 0.01}, {"l2": 0.1}, {"clip_norm": 0.1}, {"label_smoothing": 0.3}, {"standardize": True}]
)
def test_every_setting_changes_what_is_learned(digits, change) -> None:
    assert not same_weights(trained(digits, replace(CONFIG, **change))[0], trained(digits, CONFIG)[0])


def test_penalties_make_weights_smaller_and_l1_makes_many_zero(digits) -> None:
    def weight(**change):
        return trained(digits, replace(CONFIG, epochs=20, **change))[0].weights()["dense1.weight"]

    plain, l2, l1 = weight(), weight(l2=0.2), weight(l1=0.05)
    assert np.square(l2).sum() < np.square(plain).sum() / 2
    assert (np.abs(l1) < 0.01).mean() > 2 * (np.abs(plain) < 0.01).mean()


def test_augmentation_ahead_of_time_draws_what_it_would_draw_in_time(digits, monkeypatch) -> None:
    monkeypatch.setattr(training, "AUGMENTATION_CHUNK", 20)
    seen = []
    network = small_network()
    monkeypatch.setattr(
        Learner, "train_batch", lambda self, images, labels, **_: (seen.append(images), (1.0, 0))[1]
    )
    config = replace(CONFIG, augmentation="handwriting", epochs=1)
    list(train(network, digits, config))
    streams = training.random_streams(config.seed)
    order = streams.shuffling.permutation(51)
    images = digits.part("train")[0]
    expected = [augment(images[order[s : s + 20]], "handwriting", streams.augmentation) for s in (0, 20, 40)]
    np.testing.assert_array_equal(np.concatenate(seen), np.concatenate(expected))


def test_a_run_with_patience_that_somebody_stops_also_ends_with_its_best(digits) -> None:
    network = small_network()
    state = TrainingState(network, replace(CONFIG, learning_rate=0.9, batch_size=3, epochs=9, patience=9))
    for event in train(network, digits, state=state):
        if isinstance(event, EpochDone) and event.epoch == 6:
            break
    finished = finish(network, digits, FinishReason.STOPPED, state)
    assert finished.best_epoch == state.best.epoch
    assert loss_and_accuracy(network, *digits.part("validation"))[0] == state.best.loss


def test_a_network_with_too_few_classes_is_refused_before_anything_is_learned(digits) -> None:
    network = Network([Flatten(), Dense(1)])
    before = network.weights()
    assert "the classes 0 to 1" in error_of(DataFormatError, lambda: list(train(network, digits, CONFIG)))
    assert all(np.array_equal(before[name], array) for name, array in network.weights().items())
