"""Runs whose numbers leave the finite ones."""

import math
import warnings
from dataclasses import replace

import numpy as np
import pytest
from helpers.runs import same_weights, small_network

from model import Network
from model.training.settings import SETTINGS
from model.training.training import (
    BatchDone,
    EpochDone,
    FinishReason,
    RunFinished,
    RunStarted,
    TrainingConfig,
    train,
)

CONFIG = TrainingConfig(learning_rate=0.05, batch_size=10, epochs=2, seed=3)


def poison(network: Network) -> None:
    network.parameters()[-1].value[:] = np.nan


def test_a_loss_that_is_not_finite_ends_the_run_with_the_weights_of_the_last_whole_epoch(digits) -> None:
    network, good = small_network(), None
    events = []
    for event in train(network, digits, replace(CONFIG, epochs=5)):
        events.append(event)
        if isinstance(event, EpochDone) and event.epoch == 2:
            good = network.copy()
        if isinstance(event, BatchDone) and event.step == 14:  # in the third epoch
            poison(network)
    assert isinstance(events[-2], BatchDone)
    assert events[-2].step == 14
    assert events[-1].reason is FinishReason.DIVERGED
    assert good is not None
    assert same_weights(network, good)
    assert math.isfinite(events[-1].report.loss)


def test_in_the_first_epoch_the_initial_weights_come_back(digits) -> None:
    network = small_network()
    events = []
    for event in train(network, digits, CONFIG):
        events.append(event)
        if isinstance(event, BatchDone) and event.step == 1:
            poison(network)
    assert events[-1].reason is FinishReason.DIVERGED
    assert same_weights(network, small_network())


def test_weights_that_break_in_the_last_step_of_an_epoch_are_noticed(digits) -> None:
    network = small_network()
    events = []
    for event in train(network, digits, CONFIG):
        events.append(event)
        if isinstance(event, BatchDone) and event.step == 6:
            poison(network)
    assert [type(event) for event in events] == [RunStarted, *[BatchDone] * 6, RunFinished]
    assert events[-1].reason is FinishReason.DIVERGED
    assert same_weights(network, small_network())


def test_a_run_that_overflows_ends_without_warnings(digits) -> None:
    network = small_network()
    for event in train(network, digits, CONFIG):
        if isinstance(event, BatchDone):
            network.parameters()[0].value[...] = 1e38
    assert event.reason is FinishReason.DIVERGED


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_the_largest_learning_rate_ends_with_finite_weights(digits, optimizer) -> None:
    config = TrainingConfig(SETTINGS["learning_rate"].maximum, 1, 3, 0, optimizer)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        network = small_network()
        events = list(train(network, digits, config))
    assert isinstance(events[-1], RunFinished)
    assert all(np.isfinite(parameter.value).all() for parameter in network.parameters())
