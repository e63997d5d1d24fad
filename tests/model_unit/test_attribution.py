"""What an answer rests on: slopes that are measured, and patches that are blacked out one after the other."""

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.gradient_check import slopes

from model import Network, build
from model.errors import ConfigError, ShapeError
from model.inspection.attribution import gradient_times_input, occlusion, saliency
from model.network.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU
from model.network.model_card import ModelCard
from model.network.task import Task
from model.training.learner import Learner


@pytest.fixture
def network(mnist) -> Network:
    """Build a float64 network with all that answers otherwise than it trains, with statistics of real pictures."""
    layers = [
        Conv2D(4),
        ReLU(),
        MaxPool2D(2),
        BatchNorm(),
        Flatten(),
        Dropout(0.5),
        Dense(12),
        BatchNorm(),
        Dense(10),
    ]
    network = Network(layers, card=ModelCard(seed=3), dtype=np.float64, input_mean=0.13, input_deviation=0.31)
    for start in range(0, 200, 20):
        Learner(network).train_batch(mnist.images[start : start + 20], mnist.labels[start : start + 20])
    return network


def measured_saliency(network: Network, image: np.ndarray, digit: int) -> np.ndarray:
    """Measure the slope of a logit along every pixel, on the scale from 0 to 1."""
    pixels = image / 255

    def logit() -> float:
        x = (pixels - network.input_mean) / network.input_deviation
        return float(network.forward(x[np.newaxis, :, :, np.newaxis])[digit, 0])

    return slopes(logit, pixels)


@pytest.mark.parametrize("digit", [0, 4])
def test_saliency_equals_measured_slopes(network, digit) -> None:
    image = np.random.default_rng(5).integers(1, 255, (28, 28)).astype(np.uint8)  # on black ground, pools tie
    computed, measured = saliency(network, image, digit), measured_saliency(network, image, digit)
    assert computed.dtype == np.float32
    assert np.abs(measured).max() > 0.01
    np.testing.assert_allclose(computed, measured, atol=2e-6)
    times_input = gradient_times_input(network, image, digit)
    assert times_input.dtype == np.float32
    np.testing.assert_allclose(times_input, measured * (image / 255), atol=2e-6)


def test_the_slopes_of_training_or_of_another_digit_are_others(network, mnist) -> None:
    image = mnist.images[7]
    measured = measured_saliency(network, image, 4)
    assert np.abs(saliency(network, image, 5) - measured).max() > 0.01
    logits = network.forward(network.to_input(image[np.newaxis]), remember=True, training=True)
    naive = network.backward(np.eye(10)[:, 4:5] + 0 * logits, need_grad_in=True)
    assert naive is not None
    assert np.abs(naive[0, :, :, 0] / network.input_deviation - measured).max() > 0.01


@pytest.mark.parametrize("look", [saliency, gradient_times_input, occlusion])
def test_a_look_changes_nothing_in_the_network(network, mnist, look) -> None:
    weights = network.weights()
    look(network, mnist.images[3], 1)
    for name, array in network.weights().items():
        np.testing.assert_array_equal(array, weights[name])


def test_the_gradient_of_a_linear_network_is_weight_times_pixel(rng, mnist) -> None:
    network = Network([Flatten(), Dense(10)], input_mean=0.1, input_deviation=0.5)
    image = mnist.images[0]
    weight = network.named_parameters()["dense1.weight"].value
    rows = weight if weight.shape[0] == 10 else weight.T
    expected = rows[6].reshape(28, 28) / 0.5
    np.testing.assert_allclose(saliency(network, image, 6), expected, atol=1e-6)
    np.testing.assert_allclose(gradient_times_input(network, image, 6), expected * (image / 255), atol=1e-6)


def test_the_only_logit_of_two_classes_belongs_to_the_second(mnist) -> None:
    network = Network([Flatten(), Dense(1)])
    assert np.abs(saliency(network, mnist.images[0], 1)).max() > 0
    assert np.abs(saliency(network, mnist.images[0], 0)).max() == 0


@pytest.mark.parametrize("size", [1, 4, 5, 40])
def test_occlusion_equals_a_plain_loop(mnist, size) -> None:
    network, image, digit = build("journal-8", seed=2), mnist.images[4], 3
    before = network.predict_proba(image[np.newaxis])[0, digit]
    expected = np.zeros((28, 28))
    for row in range(28):
        for column in range(28):
            top, left = row - size // 2, column - size // 2
            picture = image.copy()
            picture[max(0, top) : top + size, max(0, left) : left + size] = 0
            expected[row, column] = before - network.predict_proba(picture[np.newaxis])[0, digit]
    found = occlusion(network, image, digit, size)
    assert found.dtype == np.float32
    assert np.abs(expected).max() > 1e-3
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_occlusion_is_nothing_where_no_ink_is(mnist) -> None:
    network = build("journal-8")
    assert not occlusion(network, np.zeros((28, 28), np.uint8), 3).any()
    dot = np.zeros((28, 28), np.uint8)
    dot[10, 20] = 255
    rows, columns = np.nonzero(occlusion(network, dot, 3))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (8, 12, 18, 22)


@pytest.mark.parametrize("look", [saliency, gradient_times_input, occlusion])
def test_what_a_network_cannot_look_at_is_refused(look) -> None:
    network, image = build("journal-8"), np.zeros((28, 28), np.uint8)
    assert "0 to 9" in error_of(ShapeError, lambda: look(network, image, 10))
    error_of(ShapeError, lambda: look(network, image, -1))
    error_of(ShapeError, lambda: look(network, image[:, :20], 1))
    error_of(ShapeError, lambda: look(network, image / 255, 1))


def test_a_patch_has_at_least_one_pixel() -> None:
    error_of(ConfigError, lambda: occlusion(build("journal-8"), np.zeros((28, 28), np.uint8), 1, size=0))


def test_a_network_that_has_diverged_has_no_slopes_and_says_so_without_noise(mnist) -> None:
    network = build("journal-8")
    for parameter in network.parameters():
        parameter.value[...] = np.nan
    assert np.isnan(saliency(network, mnist.images[0], 1)).any()
    assert np.isnan(occlusion(network, mnist.images[0], 1)).any()


def test_in_colour_the_parts_of_a_pixel_add_up() -> None:
    task = Task(("meadow", "sea", "rose"), (16, 16, 3), "photo")
    network = build("journal-8", 3, task, dtype=np.float64)
    image = np.random.default_rng(5).integers(0, 200, (16, 16, 3), np.uint8)
    image[:4] = 0
    maps = gradient_times_input(network, image, 2)
    assert maps.shape == (16, 16)
    step = 1e-4  # brighter and darker as a whole: the derivative is the sum of all parts

    def logit(scale: float) -> float:
        brighter = (scale - 1) * network.to_input(image[np.newaxis])  # its mean is 0 and its deviation 1
        return float(network.forward(network.to_input(image[np.newaxis]) + brighter)[2, 0])

    slope = (logit(1 + step) - logit(1 - step)) / (2 * step)
    assert maps.sum() == pytest.approx(slope, rel=1e-3)
    falls = occlusion(network, image, 2)
    assert falls.shape == (16, 16)
    assert not falls[:1].any()  # nothing is lit below those patches
    covered = image.copy()
    covered[8:13, 6:11] = 0
    before, after = (network.predict_proba(one[np.newaxis])[0, 2] for one in (image, covered))
    assert falls[10, 8] == pytest.approx(before - after, abs=1e-6)
