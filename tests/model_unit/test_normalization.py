"""Batch normalisation: what it computes in training and afterwards, and Dropout, the other layer with two ways."""

import numpy as np
import pytest
from helpers.errors import error_of

from model.errors import ConfigError
from model.network.layers import BatchNorm, Dense, Dropout, Flatten
from model.network.network import Network
from model.training.learner import Learner


def normalization(channels: int, **config: float) -> BatchNorm:
    layer = BatchNorm(**config)
    layer.initialize((channels,), np.random.default_rng(0), np.float64)
    return layer


def test_in_training_every_channel_gets_mean_zero_and_deviation_one(rng) -> None:
    layer = normalization(3)
    x = rng.normal(5, 3, (3, 4, 5, 6))
    out = layer.forward(x, remember=True, training=True)
    np.testing.assert_allclose(out.mean(axis=(1, 2, 3)), 0, atol=1e-12)
    np.testing.assert_allclose(out.std(axis=(1, 2, 3)), 1, atol=1e-5)


def test_a_batch_worked_by_hand() -> None:
    layer = normalization(1, epsilon=5.0)
    layer.parameters()["scale"].value[:] = 6
    layer.parameters()["shift"].value[:] = 1
    out = layer.forward(
        np.array([[1.0, 5.0]]), remember=True, training=True
    )  # mean 3, variance 4: divided by the root of 9
    np.testing.assert_allclose(out, [[1 - 4, 1 + 4]])


def test_the_running_statistics_follow_and_answer_afterwards(rng) -> None:
    layer = normalization(2, momentum=0.25)
    x = rng.normal([[2.0], [-1.0]], [[3.0], [0.5]], (2, 50))
    layer.forward(x, remember=True, training=True)
    statistics = layer.statistics()
    np.testing.assert_allclose(statistics["running_mean"], 0.25 * x.mean(axis=1))
    np.testing.assert_allclose(statistics["running_variance"], 0.75 + 0.25 * x.var(axis=1, ddof=1))
    for _ in range(100):
        layer.forward(x, remember=True, training=True)
    before = {name: array.copy() for name, array in statistics.items()}
    out = layer.forward(x[:, :1])  # one picture, of whose batch nothing can be learned
    expected = (x[:, :1] - x.mean(axis=1, keepdims=True)) / x.std(axis=1, ddof=1, keepdims=True)
    np.testing.assert_allclose(out, expected, rtol=1e-4)
    assert all(np.array_equal(before[name], array) for name, array in statistics.items())


def test_a_channel_without_variance_becomes_its_shift() -> None:
    layer = normalization(1)
    np.testing.assert_array_equal(
        layer.forward(np.full((1, 4), 7.0), remember=True, training=True), np.zeros((1, 4))
    )
    assert np.isfinite(layer.backward(np.ones((1, 4)))).all()


def test_statistics_are_saved_copied_and_set_with_the_weights(rng) -> None:
    network = Network([Flatten(), Dense(4), BatchNorm(), Dense(2)], (1, 3, 3))
    images = rng.integers(0, 256, (8, 3, 3)).astype(np.uint8)
    Learner(network).train_batch(images, np.zeros(8, np.uint8))
    weights = network.weights()
    assert weights["batchnorm1.running_mean"].any()
    assert "batchnorm1.running_mean" not in network.named_parameters()
    np.testing.assert_array_equal(network.copy().logits(images), network.logits(images))


@pytest.mark.parametrize("config", [{"momentum": 0}, {"momentum": 1.5}, {"epsilon": 0}, {"epsilon": -1}])
def test_settings_that_cannot_work_are_refused(config) -> None:
    assert next(iter(config)) in error_of(ConfigError, lambda: BatchNorm(**config))


def test_dropout_drops_its_share_and_keeps_the_sum() -> None:
    layer = Dropout(0.25)
    out = layer.forward(np.ones((100, 200)), remember=True, training=True)
    assert set(np.unique(out)) == {0.0, 1 / 0.75}
    assert (out == 0).mean() == pytest.approx(0.25, abs=0.01)
    assert out.mean() == pytest.approx(1, abs=0.02)
    np.testing.assert_array_equal(layer.backward(np.ones((100, 200))), out)


def test_dropout_does_nothing_outside_training() -> None:
    x = np.ones((3, 4))
    assert Dropout(0.9).forward(x) is x


@pytest.mark.parametrize("rate", [-0.1, 1, 1.5, "0.5", True])
def test_a_rate_that_leaves_nothing_is_refused(rate) -> None:
    assert "rate" in error_of(ConfigError, lambda: Dropout(rate))


def test_every_batch_and_every_layer_gets_masks_of_its_own() -> None:
    network = Network([Flatten(), Dropout(0.5), Dropout(0.5), Dense(2)], (1, 20, 20))
    learner, masks = Learner(network), []
    for _ in range(2):
        learner.train_batch(np.full((1, 20, 20), 255, np.uint8), np.zeros(1, np.uint8))
        masks += [network.layers[1]._workspace.array("factors", (400, 1), np.float32).copy()]
        masks += [network.layers[2]._workspace.array("factors", (400, 1), np.float32).copy()]
    assert len({mask.tobytes() for mask in masks}) == 4
