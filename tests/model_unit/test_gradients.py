"""Every backward pass against measured slopes, and proof that the check can fail."""

import math

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.gradient_check import away_from_kinks, check_layer, check_network
from helpers.properties import few, thorough
from helpers.runs import count_pieces_as
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from model import build
from model.errors import ShapeError
from model.network.layers import AveragePool2D, BatchNorm, Conv2D, Dense, Dropout, Flatten, Layer, MaxPool2D, ReLU
from model.network.losses import NO_DIGIT, softmax_cross_entropy
from model.network.model_card import ModelCard
from model.network.network import Network
from model.training.learner import Learner

lengths = st.integers(1, 6)
pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))


def prepared(layer: Layer, input_shape: tuple[int, ...], seed: int = 0) -> Layer:
    rng = np.random.default_rng(seed)
    layer.initialize(input_shape, rng, np.float64)
    for parameter in layer.parameters().values():
        parameter.value[...] = rng.standard_normal(parameter.value.shape)
    return layer


@given(
    channels=st.integers(1, 3),
    height=lengths,
    width=lengths,
    n=st.integers(1, 3),
    filters=st.integers(1, 3),
    kernel=pairs,
    stride=pairs,
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)),
)
@thorough
def test_convolution(channels, height, width, n, filters, kernel, stride, padding) -> None:
    assume(kernel[0] <= height + 2 * padding[0] and kernel[1] <= width + 2 * padding[1])
    layer = prepared(Conv2D(filters, kernel, stride=stride, padding=padding), (channels, height, width))
    check_layer(layer, np.random.default_rng(1).standard_normal((channels, height, width, n)))


@given(channels=st.integers(1, 2), height=lengths, width=lengths, n=st.integers(1, 3), window=pairs, stride=pairs)
@thorough
def test_pooling(channels, height, width, n, window, stride) -> None:
    assume(window[0] <= height and window[1] <= width)
    check_layer(MaxPool2D(window, stride=stride), away_from_kinks((channels, height, width, n), seed=2))


@given(channels=st.integers(1, 2), height=lengths, width=lengths, n=st.integers(1, 3), window=pairs, stride=pairs)
@thorough
def test_average_pooling(channels, height, width, n, window, stride) -> None:
    assume(window[0] <= height and window[1] <= width)
    x = np.random.default_rng(2).standard_normal((channels, height, width, n))
    check_layer(AveragePool2D(window, stride=stride), x)


@given(shape=st.lists(st.integers(1, 4), min_size=1, max_size=3), n=st.integers(1, 5), epsilon=st.floats(0.01, 1))
@thorough
def test_batch_normalization(shape, n, epsilon) -> None:
    layer = prepared(BatchNorm(epsilon=epsilon), tuple(shape))
    check_layer(layer, np.random.default_rng(1).standard_normal((*shape, n)))


@given(shape=st.lists(st.integers(1, 5), min_size=2, max_size=4), rate=st.floats(0, 0.9))
@few
def test_dropout(shape, rate) -> None:
    check_layer(Dropout(rate), np.random.default_rng(1).standard_normal(shape))


@given(inputs=st.integers(1, 7), outputs=st.integers(1, 5), n=st.integers(1, 4))
@thorough
def test_dense(inputs, outputs, n) -> None:
    layer = prepared(Dense(outputs), (inputs,))
    check_layer(layer, np.random.default_rng(1).standard_normal((inputs, n)))


@given(shape=st.lists(st.integers(1, 5), min_size=2, max_size=4))
@few
def test_relu(shape) -> None:
    check_layer(ReLU(), away_from_kinks(tuple(shape), seed=3))


@given(shape=st.tuples(*[st.integers(1, 4)] * 4))
@few
def test_flatten(shape) -> None:
    check_layer(Flatten(), np.random.default_rng(1).standard_normal(shape))


NETWORKS = {
    "dense only": lambda: [Flatten(), Dense(4)],
    "two dense layers": lambda: [Flatten(), Dense(5), ReLU(), Dense(4)],
    "pooling first": lambda: [MaxPool2D(2), Flatten(), Dense(4)],
    "as in the journal": lambda: [Conv2D(2, 3), ReLU(), MaxPool2D(2), Flatten(), Dense(4)],
    "stacked": lambda: [Conv2D(2, 3), ReLU(), MaxPool2D(2), Conv2D(3, 2), ReLU(), Flatten(), Dense(4)],
    "strided and padded": lambda: [
        Conv2D(2, (3, 2), stride=(2, 1), padding=(1, 2)),
        ReLU(),
        Conv2D(2, 2, padding=1),
        MaxPool2D(3, stride=2),
        Flatten(),
        Dense(4),
    ],
    "relu last": lambda: [Flatten(), Dense(4), ReLU()],
    "one logit": lambda: [Conv2D(2, 3), ReLU(), AveragePool2D(2), Flatten(), Dense(1)],
    "normalized": lambda: [
        *(Conv2D(2, 3, padding=1), MaxPool2D(2), ReLU(), BatchNorm()),
        *(Conv2D(3, 2), BatchNorm(), ReLU(), MaxPool2D(2)),
        *(Flatten(), Dropout(0.4), Dense(5), BatchNorm(), Dropout(0.2), Dense(4)),
    ],
}


@pytest.mark.parametrize("name", NETWORKS)
@given(
    n=st.integers(1, 3),
    channels=st.sampled_from([1, 3]),
    height=st.integers(7, 9),
    width=st.integers(7, 9),
    smoothing=st.sampled_from([0.0, 0.2]),
    seed=st.integers(0, 1000),
)
@settings(few, max_examples=8)  # every one of them measures the slopes along hundreds of numbers
def test_whole_networks(name, n, channels, height, width, smoothing, seed) -> None:
    n += 2 * (name == "normalized")  # of a batch of one, normalisation leaves nothing
    network = Network(NETWORKS[name](), (channels, height, width), ModelCard(seed=seed), np.float64)
    rng = np.random.default_rng(seed)
    for parameter in network.parameters():
        parameter.value += rng.normal(0, 0.1, parameter.value.shape)  # a bias of 0 lies on the kink of ReLU
    labels = rng.integers(0, min(4, network.classes), n).astype(np.uint8)
    check_network(network, rng.random((channels, height, width, n)), labels, label_smoothing=smoothing)


def test_digits_through_a_named_network(mnist) -> None:
    network = build("journal-8", dtype=np.float64)
    rng = np.random.default_rng(0)
    network.parameters()[1].value[:] = rng.normal(0, 0.1, 8)
    images, labels = mnist.images[:2], mnist.labels[:2]
    Learner(network).loss_and_gradients(images, labels)
    for name, parameter in network.named_parameters().items():
        for index in rng.choice(parameter.value.size, min(8, parameter.value.size), replace=False):
            place = np.unravel_index(index, parameter.value.shape)
            computed = parameter.grad[place]
            original = parameter.value[place]
            sides = []
            for step in (1e-6, -1e-6):
                parameter.value[place] = original + step
                sides.append(Learner(network.copy()).loss_and_gradients(images, labels))
            parameter.value[place] = original
            assert computed == pytest.approx((sides[0] - sides[1]) / 2e-6, rel=1e-4, abs=1e-7), name


class _WrongBiasSign(Conv2D):
    def backward(self, grad_out, *, need_grad_in=True):
        grad_in = super().backward(grad_out, need_grad_in=need_grad_in)
        self.parameters()["bias"].grad *= -1
        return grad_in


class _HalfKernelGradient(Conv2D):
    def backward(self, grad_out, *, need_grad_in=True):
        grad_in = super().backward(grad_out, need_grad_in=need_grad_in)
        self.parameters()["kernel"].grad *= 0.5
        return grad_in


class _InputGradientMoved(Conv2D):
    def backward(self, grad_out, *, need_grad_in=True):
        grad_in = super().backward(grad_out, need_grad_in=need_grad_in)
        return np.roll(grad_in, 1, axis=1)


class _SlightlyWrongWeight(Dense):
    def backward(self, grad_out, *, need_grad_in=True):
        grad_in = super().backward(grad_out, need_grad_in=need_grad_in)
        self.parameters()["weight"].grad *= 1.0001
        return grad_in


class _BiasOfOnePicture(Dense):
    def backward(self, grad_out, *, need_grad_in=True):
        grad_in = super().backward(grad_out, need_grad_in=need_grad_in)
        self.parameters()["bias"].grad[...] = grad_out[:, 0]
        return grad_in


class _GradientThroughNegatives(ReLU):
    def backward(self, grad_out, *, need_grad_in=True):
        super().backward(grad_out, need_grad_in=need_grad_in)
        return grad_out


@pytest.mark.parametrize(
    ("layer", "input_shape", "culprit"),
    [
        (_WrongBiasSign(2, 2), (2, 4, 4), "bias"),
        (_HalfKernelGradient(2, 2), (2, 4, 4), "kernel"),
        (_InputGradientMoved(2, 2), (2, 4, 4), "input"),
        (_SlightlyWrongWeight(3), (4,), "weight"),
        (_BiasOfOnePicture(3), (4,), "bias"),
        (_GradientThroughNegatives(), (5,), "input"),
    ],
    ids=lambda part: type(part).__name__ if isinstance(part, Layer) else "",
)
def test_a_wrong_backward_pass_is_caught_and_named(layer, input_shape, culprit) -> None:
    layer = prepared(layer, input_shape)
    with pytest.raises(AssertionError, match=f"{culprit}: the gradient is off"):
        check_layer(layer, away_from_kinks((*input_shape, 3), seed=1))


def test_a_wrong_layer_inside_a_network_is_caught_and_named() -> None:
    layers = [_WrongBiasSign(2, 3), ReLU(), MaxPool2D(2), Flatten(), Dense(3)]
    network = Network(layers, input_shape=(1, 7, 7), dtype=np.float64)
    network.parameters()[1].value[:] = 0.3
    x = np.random.default_rng(0).random((1, 7, 7, 2))
    with pytest.raises(AssertionError, match=r"conv1\.bias|wrongbiassign"):
        check_network(network, x, np.array([0, 2], np.uint8))


def test_numbers_away_from_kinks_are_all_different_and_never_zero() -> None:
    numbers = away_from_kinks((3, 4, 5), seed=0)
    assert len(np.unique(numbers)) == math.prod(numbers.shape)
    assert np.abs(numbers).min() > 1e-3
    assert (numbers > 0).any()
    assert (numbers < 0).any()


# pictures of no digit


@pytest.mark.parametrize("name", ["as in the journal", "normalized"])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_whole_networks_with_pictures_of_no_digit(name, smoothing, rng) -> None:
    network = Network(NETWORKS[name](), input_shape=(1, 8, 8), dtype=np.float64, card=ModelCard(seed=1))
    for parameter in network.parameters():
        parameter.value += rng.normal(0, 0.1, parameter.value.shape)
    labels = np.array([NO_DIGIT, 2, NO_DIGIT, 0, 3], np.uint8)
    check_network(network, rng.random((1, 8, 8, 5)), labels, label_smoothing=smoothing)


def naive_counts(network: Network, images, labels) -> int:
    """Count the right answers: of what is no digit, those that give no digit half of the probability."""
    right = 0
    for row, label in zip(network.predict_proba(images), labels, strict=True):
        right += row.max() < 0.5 if label == NO_DIGIT else row.argmax() == label
    return right


@pytest.mark.parametrize("way", ["whole", "halves", "pieces", "pieces of halves"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_halves_and_pieces_learn_from_pictures_of_no_digit_as_a_whole_batch_does(
    mnist, monkeypatch, way, smoothing
) -> None:
    labels = mnist.labels[:35].copy()
    labels[::3] = NO_DIGIT
    images = mnist.images[:35].copy()
    images[::6] //= 8  # faint, so that some are doubted and some are not

    def fresh() -> Network:
        network = build("journal-8", seed=2, dtype=np.float64)
        for parameter in network.parameters():
            parameter.value *= 2
        return network

    network = fresh()
    x = network.to_input(images)
    loss, grad_logits = softmax_cross_entropy(
        network.forward(x, remember=True, training=True), labels, label_smoothing=smoothing
    )
    network.backward(grad_logits)
    expected = [parameter.grad.copy() for parameter in network.parameters()]
    right = naive_counts(network, images, labels)
    doubted = naive_counts(network, images[::3], labels[::3])
    assert 0 < doubted < 12

    other = fresh()
    count_pieces_as(2 if "halves" in way else 1, monkeypatch)
    if "pieces" in way:
        monkeypatch.setattr("model.network.gradients.PIECE_NUMBERS", 1)
    assert Learner(other).train_batch(images, labels, label_smoothing=smoothing) == (
        pytest.approx(loss, rel=1e-10),
        right,
    )
    for parameter, grad in zip(other.parameters(), expected, strict=True):
        np.testing.assert_allclose(parameter.grad, grad, rtol=1e-8, atol=1e-11)


def test_a_label_of_no_digit_that_is_taken_for_a_class_is_caught(monkeypatch, rng) -> None:
    """The check fails if the loss forgets that the target of these is even."""
    network = Network([Flatten(), Dense(4)], input_shape=(1, 4, 4), dtype=np.float64)
    labels = np.array([NO_DIGIT, 2], np.uint8)

    def forgetful(logits, labels, *, label_smoothing=0.0):
        loss, grad = softmax_cross_entropy(logits, labels, label_smoothing=label_smoothing)
        grad[:, labels == NO_DIGIT] += 1 / len(labels) / len(logits)  # as with a target of zeros
        return loss, grad

    monkeypatch.setattr("helpers.gradient_check.softmax_cross_entropy", forgetful)
    with pytest.raises(AssertionError, match="dense1"):
        check_network(network, rng.random((1, 4, 4, 2)), labels)


def test_whoever_asks_for_a_loss_of_digits_gives_digits(mnist) -> None:
    labels = np.array([1, NO_DIGIT], np.uint8)
    assert "0 to 9" in error_of(
        ShapeError, lambda: Learner(build("journal-8")).loss_and_gradients(mnist.images[:2], labels)
    )
