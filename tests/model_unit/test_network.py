"""Networks as wholes: what they refuse, what they promise, and that they learn."""

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.journal_loops import JournalLoops

from model import Network, build
from model.errors import ConfigError, ShapeError
from model.network.answering import INFERENCE_BATCH
from model.network.layers import BatchNorm, Conv2D, Dense, Flatten, Layer, MaxPool2D, ReLU, number_layers
from model.network.losses import softmax_cross_entropy
from model.network.optimizers import SGD
from model.training.learner import Learner


@pytest.fixture
def network() -> Network:
    """Build the smallest network of the journal, with every bias in use."""
    network = build("journal-8", seed=1)
    for parameter in network.parameters():
        parameter.value += np.float32(0.01)
    return network


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([Dense(10)], ["dense1", "1×28×28", "Flatten"]),
        ([Flatten(), Conv2D(2, 3)], ["conv1", "784"]),
        ([Flatten(), MaxPool2D(2)], ["pool1", "784"]),
        ([Conv2D(2, 29), Flatten()], ["conv1", "29×29", "28×28"]),
        ([MaxPool2D(5), MaxPool2D(5), MaxPool2D((2, 1)), Flatten()], ["pool3", "2×1", "1×1"]),
        ([Conv2D(2, 3), ReLU()], ["(2, 26, 26)"]),
        ([], ["(1, 28, 28)"]),
    ],
    ids=[
        "no flatten",
        "conv of vector",
        "pool of vector",
        "large kernel",
        "pooled away",
        "maps at the end",
        "empty",
    ],
)
def test_a_network_that_cannot_be_built_names_layer_and_shape(layers, words) -> None:
    message = error_of(ShapeError, lambda: Network(layers))
    assert all(word in message for word in words), message


def test_layers_are_numbered_by_kind() -> None:
    layers: list[Layer] = [Conv2D(1), ReLU(), MaxPool2D(), Conv2D(1), ReLU(), Flatten(), Dense(2)]
    assert number_layers(layers) == ["conv1", "relu1", "pool1", "conv2", "relu2", "flatten1", "dense1"]


def test_parameters_come_by_name_in_the_order_of_the_layers(network) -> None:
    assert list(network.named_parameters()) == ["conv1.kernel", "conv1.bias", "dense1.weight", "dense1.bias"]
    assert [p.value.shape for p in network.parameters()] == [(8, 1, 3, 3), (8,), (10, 1352), (10,)]


@pytest.mark.parametrize("n", [0, 1, INFERENCE_BATCH - 1, INFERENCE_BATCH, INFERENCE_BATCH + 1])
def test_probabilities_have_a_row_a_picture_that_sums_to_one(network, mnist, n) -> None:
    probabilities = network.predict_proba(mnist.images[:n])
    assert probabilities.shape == (n, 10)
    assert probabilities.dtype == np.float32
    assert probabilities.flags.c_contiguous
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_a_picture_gets_the_same_probabilities_alone_and_among_others(network, mnist) -> None:
    together = network.predict_proba(mnist.images[:150])
    for index in (0, 63, 64, 149):
        np.testing.assert_allclose(network.predict_proba(mnist.images[[index]])[0], together[index], atol=1e-6)


def test_answers_survive_the_next_call(network, mnist) -> None:
    first = network.predict_proba(mnist.images[:3])
    logits = network.logits(mnist.images[:3])
    before, logits_before = first.copy(), logits.copy()
    network.predict_proba(mnist.images[3:9])
    np.testing.assert_array_equal(first, before)
    np.testing.assert_array_equal(logits, logits_before)


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((1, 28, 28), np.float32),
        np.zeros((1, 28, 28), np.int64),
        np.zeros((28, 28), np.uint8),
        np.zeros((1, 28, 28, 1), np.uint8),
        np.zeros((1, 32, 32), np.uint8),
        np.zeros((1, 784), np.uint8),
    ],
    ids=lambda images: f"{images.dtype}{images.shape}",
)
def test_pictures_of_another_shape_or_dtype_are_refused(network, images) -> None:
    calls = (
        network.predict_proba,
        network.to_input,
        lambda x: Learner(network).loss_and_gradients(x, np.zeros(len(x), int)),
    )
    for call in calls:
        message = error_of(ShapeError, lambda call=call: call(images))
        assert str(images.dtype) in message
        assert str(images.shape) in message
        assert "(n, 28, 28)" in message


@pytest.mark.parametrize("count", [0, 1, 3])
def test_labels_must_be_one_for_each_picture(network, mnist, count) -> None:
    message = error_of(
        ShapeError, lambda: Learner(network).loss_and_gradients(mnist.images[:2], mnist.labels[:count])
    )
    assert f"{count} for 2" in message


@pytest.mark.parametrize("bad", [10, 255])
def test_a_label_beyond_the_classes_is_refused_clearly(network, mnist, bad) -> None:
    error_of(ShapeError, lambda: Learner(network).loss_and_gradients(mnist.images[:1], np.array([bad], np.uint8)))


@pytest.mark.parametrize("labels", [np.array([3, -1]), np.array([3.0, 1.0])], ids=["negative", "fractions"])
def test_labels_that_are_no_digits_are_refused(network, mnist, labels) -> None:
    error_of(ShapeError, lambda: Learner(network).loss_and_gradients(mnist.images[:2], labels))


def test_labels_that_are_no_plain_row_are_refused(network, mnist) -> None:
    error_of(ShapeError, lambda: Learner(network).loss_and_gradients(mnist.images[:2], np.array([[3], [1]])))


def test_pictures_are_scaled_to_one_and_turned_to_the_last_axis(network, mnist) -> None:
    x = network.to_input(mnist.images[:3])
    assert x.shape == (1, 28, 28, 3)
    assert x.dtype == np.float32
    for index in range(3):
        np.testing.assert_allclose(x[0, :, :, index], mnist.images[index] / 255, rtol=1e-6)
    assert network.to_input(np.full((1, 28, 28), 255, np.uint8)).max() == 1


def test_loss_and_gradients_is_the_mean_loss_and_fills_the_gradients(network, mnist) -> None:
    images, labels = mnist.images[:7], mnist.labels[:7]
    expected, _ = softmax_cross_entropy(network.logits(images).T, labels)
    before = network.weights()
    loss = Learner(network).loss_and_gradients(images, labels)
    assert isinstance(loss, float)
    assert loss == pytest.approx(expected, rel=1e-6)
    assert all(p.grad.any() for p in network.parameters())
    for name, value in network.weights().items():
        np.testing.assert_array_equal(value, before[name])


def test_the_gradient_of_a_batch_is_the_mean_of_those_of_its_pictures(mnist) -> None:
    network = build("journal-8", dtype=np.float64)
    total = [np.zeros_like(p.value) for p in network.parameters()]
    for index in range(4):
        Learner(network).loss_and_gradients(mnist.images[[index]], mnist.labels[[index]])
        for one, parameter in zip(total, network.parameters(), strict=True):
            one += parameter.grad / 4
    Learner(network).loss_and_gradients(mnist.images[:4], mnist.labels[:4])
    for one, parameter in zip(total, network.parameters(), strict=True):
        np.testing.assert_allclose(parameter.grad, one, rtol=1e-9, atol=1e-12)


def test_one_step_of_a_batch_counts_right_answers(network, mnist) -> None:
    answers = network.logits(mnist.images[:50]).argmax(axis=1)
    _, correct = Learner(network).train_batch(mnist.images[:50], mnist.labels[:50])
    assert correct == np.count_nonzero(answers == mnist.labels[:50])


def test_backward_without_a_training_forward_raises(network, mnist) -> None:
    error_of(ShapeError, lambda: network.backward(np.ones((10, 2), np.float32)))
    network.predict_proba(mnist.images[:2])
    error_of(ShapeError, lambda: network.backward(np.ones((10, 2), np.float32)))


def test_another_pass_between_training_forward_and_backward_raises(network, mnist) -> None:
    network.forward(network.to_input(mnist.images[:2]), remember=True, training=True)
    network.forward(network.to_input(mnist.images[2:4]))
    error_of(ShapeError, lambda: network.backward(np.ones((10, 2), np.float32)))


def test_the_input_gradient_comes_only_if_asked_for(network, mnist) -> None:
    network.forward(network.to_input(mnist.images[:2]), remember=True, training=True)
    assert network.backward(np.ones((10, 2), np.float32)) is None
    network.forward(network.to_input(mnist.images[:2]), remember=True, training=True)
    grad_in = network.backward(np.ones((10, 2), np.float32), need_grad_in=True)
    assert grad_in is not None
    assert grad_in.shape == (1, 28, 28, 2)


def test_memory_that_is_used_again_changes_no_result(mnist) -> None:
    reused = build("lenet", seed=2)
    for n in (5, 1, 80, 3, 64, 2):
        fresh = build("lenet", seed=2)
        images, labels = mnist.images[:n], mnist.labels[:n]
        assert Learner(reused).loss_and_gradients(images, labels) == Learner(fresh).loss_and_gradients(
            images, labels
        )
        for one, other in zip(reused.parameters(), fresh.parameters(), strict=True):
            np.testing.assert_array_equal(one.grad, other.grad)
        np.testing.assert_array_equal(reused.predict_proba(images), fresh.predict_proba(images))


def test_a_copy_is_equal_and_independent(network, mnist) -> None:
    network.card.provenance = {"settings": {"seed": 1}}
    twin = network.copy()
    np.testing.assert_array_equal(twin.predict_proba(mnist.images[:5]), network.predict_proba(mnist.images[:5]))
    assert (twin.card.name, twin.card.seed, twin.card.provenance) == (
        network.card.name,
        network.card.seed,
        network.card.provenance,
    )
    before = network.weights()
    Learner(twin).loss_and_gradients(mnist.images[:5], mnist.labels[:5])
    SGD(twin.parameters(), learning_rate=0.5).step()
    twin.card.provenance["settings"]["seed"] = 9
    for name, value in network.weights().items():
        np.testing.assert_array_equal(value, before[name])
    assert not any(p.grad.any() for p in network.parameters())
    assert network.card.provenance == {"settings": {"seed": 1}}


def test_weights_are_copies_and_can_be_written_back(network) -> None:
    saved = network.weights()
    arrays = [p.value for p in network.parameters()]
    for parameter in network.parameters():
        parameter.value += 1
    network.set_weights(saved)
    for array, parameter, value in zip(arrays, network.parameters(), saved.values(), strict=True):
        assert parameter.value is array
        assert parameter.value is not value
        np.testing.assert_array_equal(array, value)


def test_weights_of_another_network_are_refused(network) -> None:
    before = network.weights()
    for other in (build("journal-16").weights(), {"conv1.kernel": before["conv1.kernel"]}, {}):
        message = error_of(ShapeError, lambda other=other: network.set_weights(other))
        assert "journal-8" in message
        assert all(np.array_equal(value, before[name]) for name, value in network.weights().items())


def test_twenty_digits_are_learned_by_heart(mnist) -> None:
    images, labels = mnist.images[:20], mnist.labels[:20]
    network = build("journal-8", seed=0)
    optimizer = SGD(network.parameters(), learning_rate=0.1)
    losses = []
    for _ in range(60):
        losses.append(Learner(network).loss_and_gradients(images, labels))
        optimizer.step()
    assert (network.predict_proba(images).argmax(axis=1) == labels).all()
    assert losses[0] > 2
    assert losses[-1] < 0.05


def test_steps_equal_those_of_the_journal_in_loops(mnist) -> None:
    loops = JournalLoops(filters=3, seed=4)
    network = Network([Conv2D(3, 3), ReLU(), MaxPool2D(2), Flatten(), Dense(10)], dtype=np.float64)
    kernel, kernel_bias, weight, bias = network.parameters()
    loops.kernel_biases += [0.1, -0.2, 0.0]
    kernel.value[:, 0], kernel_bias.value[:] = loops.kernels, loops.kernel_biases
    weight.value[:], bias.value[:] = loops.weights, loops.biases
    optimizer = SGD(network.parameters(), learning_rate=0.05)
    for index in range(3):
        loss = Learner(network).loss_and_gradients(mnist.images[[index]], mnist.labels[[index]])
        optimizer.step()
        expected = loops.train_step(mnist.images[index], int(mnist.labels[index]), 0.05)
        assert loss == pytest.approx(expected, rel=1e-10)
        for ours, theirs in (
            (kernel.value[:, 0], loops.kernels),
            (kernel_bias.value, loops.kernel_biases),
            (weight.value, loops.weights),
            (bias.value, loops.biases),
        ):
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_pictures_in_colour_are_learned_channel_by_channel(rng) -> None:
    network = Network([Conv2D(4, 3), ReLU(), MaxPool2D(2), Flatten(), Dense(3)], (3, 8, 6))
    labels = rng.integers(0, 3, 60).astype(np.uint8)
    images = rng.integers(0, 60, (60, 8, 6, 3)).astype(np.uint8)
    images[np.arange(60), :, :, labels] += 150  # the class is which colour is bright
    x = network.to_input(images)
    np.testing.assert_allclose(x[2, 1, 4, 7], images[7, 1, 4, 2] / 255, rtol=1e-6)
    optimizer = SGD(network.parameters(), learning_rate=0.05)
    for _ in range(60):
        Learner(network).loss_and_gradients(images, labels)
        optimizer.step()
    assert (network.predict_proba(images).argmax(axis=1) == labels).all()
    message = error_of(ShapeError, lambda: network.predict_proba(images[..., 0]))
    assert "(n, 8, 6, 3)" in message
    assert "(60, 8, 6)" in message


def test_one_logit_tells_between_two_classes(rng) -> None:
    network = Network([Flatten(), Dense(1)], (1, 4, 4))
    labels = rng.integers(0, 2, 40).astype(np.uint8)
    images = (rng.integers(0, 90, (40, 4, 4)) + 120 * labels[:, np.newaxis, np.newaxis]).astype(np.uint8)
    assert network.classes == 2
    before = Learner(network).loss_and_gradients(images, labels)
    optimizer = SGD(network.parameters(), learning_rate=0.3)
    for _ in range(200):
        loss, _ = Learner(network).train_batch(images, labels)
        optimizer.step()
    assert loss < before / 2
    probabilities = network.predict_proba(images)
    assert probabilities.shape == (40, 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)
    assert int((probabilities.argmax(axis=1) == labels).sum()) == Learner(network).train_batch(images, labels)[1]
    assert "from 0 to 1" in error_of(ShapeError, lambda: Learner(network).loss_and_gradients(images, labels + 1))


def test_standardised_input_has_the_mean_and_deviation_it_was_given(rng) -> None:
    images = rng.integers(0, 256, (20, 5, 5)).astype(np.uint8)
    mean, deviation = float(images.mean() / 255), float(images.std() / 255)
    network = Network([Flatten(), Dense(2)], (1, 5, 5), input_mean=mean, input_deviation=deviation)
    x = network.to_input(images)
    assert x.mean() == pytest.approx(0, abs=1e-5)
    assert x.std() == pytest.approx(1, rel=1e-5)
    twin = network.copy()
    np.testing.assert_array_equal(twin.logits(images), network.logits(images))
    assert "input_deviation" in error_of(ConfigError, lambda: Network([Flatten(), Dense(2)], input_deviation=0.0))


@pytest.mark.parametrize("batch_size", [1, 2, 7])
def test_a_normalized_network_learns_from_batches_of_one_and_two(rng, batch_size) -> None:
    layers = [Conv2D(2, 3), ReLU(), Flatten(), Dense(6), BatchNorm(), ReLU(), Dense(10)]
    network = Network(layers, (1, 6, 6))
    before = network.weights()
    images = rng.integers(0, 256, (batch_size, 6, 6)).astype(np.uint8)
    for _ in range(20):
        Learner(network).train_batch(images, np.arange(batch_size, dtype=np.uint8))
        SGD(network.parameters(), learning_rate=0.05).step()
    for name, parameter in network.named_parameters().items():
        if not name.endswith("bias"):
            assert not np.array_equal(parameter.value, before[name]), name
    assert network.weights()["batchnorm1.running_variance"].min() > 1e-6


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (((0, 28, 28),), "at least 1"),
        (((28, 28),), "channels"),
        (((1, 28.5, 28),), "28.5"),
        (("abc",), "abc"),
    ],
)
def test_an_input_that_is_no_picture_is_refused(arguments, word) -> None:
    assert word in error_of(ShapeError, lambda: Network([Flatten(), Dense(2)], *arguments))


def test_what_is_no_layer_or_stands_twice_is_refused() -> None:
    assert "got 3" in error_of(ConfigError, lambda: Network([Flatten(), 3]))
    assert "ReLU()" in error_of(ConfigError, lambda: Network([Flatten]))
    dense = Dense(784)
    assert "twice" in error_of(ConfigError, lambda: Network([Flatten(), dense, dense]))
    assert "dense1" in error_of(ShapeError, lambda: Network([Flatten(), Dense(10**12)]))
    assert "pair" in error_of(ConfigError, lambda: Conv2D(2, "a"))
    assert "10000" in error_of(ConfigError, lambda: Conv2D(2, stride=10**18))


def test_glorot_is_a_choice_and_an_unknown_initializer_is_refused() -> None:
    he, glorot = build("journal-8"), build("journal-8", initializer="glorot")
    weight = glorot.weights()["dense1.weight"]
    assert np.abs(weight).max() <= np.sqrt(6 / (1352 + 10))
    assert weight.std() == pytest.approx(np.sqrt(2 / (1352 + 10)), rel=0.02)
    assert not np.array_equal(weight, he.weights()["dense1.weight"])
    assert "glorot" in error_of(ConfigError, lambda: build("journal-8", initializer="magic"))
