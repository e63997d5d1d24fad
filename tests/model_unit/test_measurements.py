"""What is measured of a training from inside is right, changes nothing, and takes little time."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from helpers.runs import same_weights

from model import Network, build
from model.network.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU
from model.network.losses import softmax
from model.network.model_card import ModelCard
from model.training.measurements import MOST_SHARE, Gauge, sample_of
from model.training.training import TrainingState, train
from model.training.training_config import TrainingConfig
from model.training.training_events import BatchDone, LayersMeasured

CONFIG = TrainingConfig(learning_rate=0.05, batch_size=8, epochs=2, seed=3, augmentation="handwriting")


def of_every_kind() -> Network:
    layers = [Conv2D(4, 3), MaxPool2D(2), ReLU(), BatchNorm(), Flatten(), Dropout(0.3), Dense(12), ReLU()]
    return Network([*layers, Dense(10)], card=ModelCard("every kind", 5))


class Steps:
    """The clock of a machine on which everything takes a second."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def measured(network: Network, dataset, config: TrainingConfig, share: float = math.inf) -> list:
    state = TrainingState(network, config)
    state.gauge = Gauge(sample_of(dataset), share)
    return list(train(network, dataset, state=state))


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam", "adamw"])
def test_a_measured_training_has_the_same_bits(digits, optimizer) -> None:
    config = replace(CONFIG, optimizer=optimizer, patience=2, clip_norm=1.0, l2=0.01, standardize=True)
    alone, watched = of_every_kind(), of_every_kind()
    events = list(train(alone, digits, config))
    others = measured(watched, digits, config)
    assert same_weights(alone, watched)
    of_steps = [event for event in events if isinstance(event, BatchDone)]
    assert of_steps == [event for event in others if isinstance(event, BatchDone)]
    assert len([event for event in others if isinstance(event, LayersMeasured)]) == len(of_steps)


def test_nothing_is_measured_if_nobody_asks(digits) -> None:
    assert not [event for event in train(of_every_kind(), digits, CONFIG) if isinstance(event, LayersMeasured)]


def test_a_batch_in_two_halves_is_measured_whole(mnist) -> None:
    config = TrainingConfig(learning_rate=0.05, batch_size=64, epochs=1)
    dataset = mnist.limited(100)
    alone, watched = build("deep"), build("deep")
    list(train(alone, dataset, config))
    events = measured(watched, dataset, config)
    assert same_weights(alone, watched)
    assert all(layer.gradient_norm > 0 for layer in next(filter(is_measured, events)).layers)


def is_measured(event: object) -> bool:
    return isinstance(event, LayersMeasured)


def test_norms_are_those_of_the_step(digits) -> None:
    network = of_every_kind()
    before = network.weights()
    state = TrainingState(network, replace(CONFIG, optimizer="momentum"))
    state.gauge = Gauge(sample_of(digits), math.inf)
    for event in train(network, digits, state=state):
        if isinstance(event, BatchDone):
            gradients = {name: parameter.grad.copy() for name, parameter in network.named_parameters().items()}
            after = network.weights()
        if isinstance(event, LayersMeasured):
            assert [layer.name for layer in event.layers] == ["conv1", "dense1", "dense2"]
            for layer in event.layers:
                names = [name for name in gradients if name.startswith(layer.name)]
                assert layer.gradient_norm == pytest.approx(norm(gradients, names), rel=1e-4)
                assert layer.weight_norm == pytest.approx(norm(before, names), rel=1e-4)
                changes = {name: after[name] - before[name] for name in names}
                assert layer.update_norm == pytest.approx(norm(changes, names), rel=1e-4)
                assert layer.update_share == pytest.approx(norm(changes, names) / norm(before, names), rel=1e-4)
            before = after


def norm(arrays, names) -> float:
    return math.sqrt(sum(float(number) ** 2 for name in names for number in arrays[name].ravel()))


def test_dead_units_and_wrong_answers_are_counted(digits) -> None:
    network = of_every_kind()
    conv, dense = network.layers[0], network.layers[6]
    conv.parameters()["bias"].value[[1, 3]] = -100
    dense.parameters()["bias"].value[[0, 5, 7]] = -100
    network.parameters()[-1].value[4] = 50  # the network is sure of 4, whatever it sees
    state = TrainingState(network, replace(CONFIG, learning_rate=1e-6))
    images, labels = sample_of(digits)
    state.gauge = Gauge((images, labels), math.inf)
    event = next(filter(is_measured, train(network, digits, state=state)))
    outputs = network.activations(network.to_input(images))
    dead = [
        sum(not np.any(unit > 0) for unit in outputs[name].reshape(len(outputs[name]), -1))
        for name in ("relu1", "relu2")
    ]
    assert dead[0] == 2
    assert dead[1] >= 3
    assert [(layer.units, layer.dead) for layer in event.layers] == [(4, dead[0]), (12, dead[1]), (0, 0)]
    assert event.layers[0].dead_share == 0.5
    assert event.pictures == len(labels)
    probabilities = softmax(outputs["dense2"])
    wrong = probabilities.argmax(axis=0) != labels
    assert event.wrong == wrong.sum() > 0
    assert event.sure_and_wrong == (wrong & (probabilities.max(axis=0) > 0.99)).sum() == wrong.sum()


def test_a_network_of_one_logit_is_measured_too(digits) -> None:
    network = Network([Flatten(), Dense(1)])
    gauge = Gauge((digits.images[:3], np.array([0, 1, 1])), math.inf)
    network.layers[1].parameters()["weight"].value[...] = 0
    network.layers[1].parameters()["bias"].value[...] = 20
    gauge.watch(network, lambda: None, 1)
    found = gauge.take()
    assert (found.wrong, found.sure_and_wrong) == (1, 1)
    assert gauge.take() is None


def test_measuring_takes_no_more_than_its_share(digits) -> None:
    clock, network, seen = Steps(), of_every_kind(), []
    gauge = Gauge(sample_of(digits), 0.1, clock)
    for number in range(1, 200):
        gauge.watch(network, lambda: None, number)
        if found := gauge.take():
            seen.append((found.step, clock.now))
    assert seen[0][0] == 1
    pauses = [after[1] - before[1] for before, after in itertools.pairwise(seen)]
    assert min(pauses) >= 2 / 0.1  # two seconds each, one before the step and one after it
    assert MOST_SHARE <= 0.02


def test_a_slow_network_answers_fewer_pictures(mnist) -> None:
    for arch, pictures in (("journal-8", 94), ("deep", 24)):
        gauge = Gauge(sample_of(mnist), math.inf)
        gauge.watch(build(arch), lambda: None, 1)
        assert gauge.take().pictures == pictures


def test_the_sample_is_of_the_validation_part(mnist, digits) -> None:
    images, labels = sample_of(mnist)
    assert 90 <= len(images) <= 100
    validation = mnist.part("validation")[0]
    assert all((validation == image).all(axis=(1, 2)).any() for image in images)
    assert len(labels) == len(images)
    assert len(sample_of(digits)[0]) == len(digits.split.validation)
    assert len(sample_of(digits.limited(7))[0]) == 7  # there is no validation part
