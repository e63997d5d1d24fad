"""What every layer gives, and the derivative there: the network as a glass box."""

import numpy as np
import pytest

from model import Network, build
from model.errors import ShapeError


def deep_in_float64(rng) -> Network:
    network = build("deep", seed=2, dtype=np.float64, input_shape=(1, 12, 12), classes=4)
    for name, array in network.named_arrays().items():
        if "running" in name:
            array[:] = rng.uniform(0.5, 1.5, array.shape)
    return network


def test_activations_are_copies_of_what_every_layer_gives_where_the_network_answers(rng) -> None:
    network = deep_in_float64(rng)
    images = rng.integers(0, 256, (3, 12, 12)).astype(np.uint8)
    statistics = network.weights()
    found = network.activations(network.to_input(images))
    assert list(found) == network.layer_names
    assert [array.shape[:-1] for array in found.values()] == network.shapes[1:]
    np.testing.assert_allclose(found["dense2"].T, network.logits(images), rtol=1e-12)
    kept = {name: array.copy() for name, array in found.items()}
    assert all(layer._context is None for layer in network.layers), "nobody asked for gradients"
    network.activations(network.to_input(images[::-1].copy()))
    for name, array in found.items():
        np.testing.assert_array_equal(array, kept[name])
    for name, array in network.weights().items():
        np.testing.assert_array_equal(array, statistics[name])


def test_gradients_of_activations_are_their_slopes(rng) -> None:
    network = deep_in_float64(rng)
    x = network.to_input(rng.integers(0, 256, (1, 12, 12)).astype(np.uint8)).copy()
    outputs = network.activations(x, remember=True)
    of_logits = np.array([[0.0], [1.0], [0.0], [-0.5]])
    grads = network.activation_gradients(of_logits)
    assert list(grads) == ["input", *network.layer_names]
    for index, name in enumerate(["input", *network.layer_names]):
        before = x if name == "input" else outputs[name]
        assert grads[name].shape == before.shape
        rest, place = network.layers[index:], tuple(rng.integers(0, length) for length in before.shape)
        sides = []
        for change in (1e-6, -1e-6):
            changed = before.copy()
            changed[place] += change
            for layer in rest:
                changed = layer.forward(changed)
            sides.append(float((of_logits * changed).sum()))
        assert grads[name][place] == pytest.approx((sides[0] - sides[1]) / 2e-6, abs=1e-6), name


def test_remembering_changes_no_answer_and_training_does(rng) -> None:
    network = deep_in_float64(rng)
    x = network.to_input(rng.integers(0, 256, (5, 12, 12)).astype(np.uint8)).copy()
    answer, weights = network.forward(x).copy(), network.weights()
    np.testing.assert_array_equal(network.forward(x, remember=True), answer)
    for name, array in network.weights().items():
        np.testing.assert_array_equal(array, weights[name])
    assert not np.allclose(network.forward(x, training=True), answer)
    assert not np.array_equal(network.weights()["batchnorm1.running_mean"], weights["batchnorm1.running_mean"])
    with pytest.raises(ShapeError, match="remember=True"):
        network.backward(answer)
