"""Grad-CAM is its formula on the arrays of the layers; the random twin has learned nothing."""

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.model_files import LENET
from PIL import Image

from model import Network, build, load_network
from model.errors import ConfigError, ShapeError
from model.inspection.grad_cam import cam_layer, enlarged, grad_cam
from model.inspection.random_twin import likeness, random_twin
from model.inspection.trace import trace
from model.network.layers import BatchNorm, Conv2D, Dense, Flatten, MaxPool2D, ReLU


@pytest.mark.parametrize(("name", "layer"), [("journal-8", "relu1"), ("lenet", "relu2"), ("deep", "batchnorm3")])
def test_the_layer_is_what_comes_of_the_last_convolution(name: str, layer: str) -> None:
    assert cam_layer(build(name)) == layer


def test_a_convolution_with_small_maps_is_passed_over() -> None:
    small = [Conv2D(4, 9), MaxPool2D(4), Conv2D(4, 2), ReLU(), Flatten(), Dense(10)]
    assert cam_layer(Network(small)) == "conv1"  # whose maps have 20 × 20 places, the others 4 × 4
    pooled = [Conv2D(4), MaxPool2D(2), BatchNorm(), ReLU(), Flatten(), Dense(10)]
    assert cam_layer(Network(pooled)) == "conv1"
    none = Network([Flatten(), Dense(10)])
    assert cam_layer(none) is None
    assert "at least 5 × 5" in error_of(ConfigError, lambda: grad_cam(none, np.zeros((28, 28), np.uint8), 1))


@pytest.mark.parametrize("name", ["journal-8", "lenet", "deep"])
@pytest.mark.parametrize("digit", [2, 7])
def test_grad_cam_is_its_formula_on_the_traced_arrays(mnist, name: str, digit: int) -> None:
    network, image = build(name, seed=4, dtype=np.float64), mnist.images[5]
    found = grad_cam(network, image, digit)
    slope = measured_slope(network, image, digit, found.layer)
    of_digit, of_other = trace(network, image, digit), trace(network, image, 9)
    maps, name_of_slope = of_digit[f"{found.layer}.output"], f"{found.layer}.gradient"
    difference = of_other[name_of_slope] - of_digit[name_of_slope]  # of the losses: how much one logit is above
    expected = slope - measured_slope(network, image, 9, found.layer)
    np.testing.assert_allclose(difference, expected, atol=1e-10)
    weights = [slope[one].sum() / slope[one].size for one in range(len(maps))]
    sums = sum(weight * one for weight, one in zip(weights, maps, strict=True))
    np.testing.assert_allclose(found.weights, weights, atol=1e-12)
    np.testing.assert_allclose(found.sums, sums, atol=1e-12)
    assert found.is_empty == (not (sums > 0).any())
    assert found.values.shape == (28, 28)
    np.testing.assert_allclose(found.values, enlarged(np.where(sums > 0, sums, 0), (28, 28)), atol=1e-7)


def measured_slope(network: Network, image: np.ndarray, digit: int, layer: str) -> np.ndarray:
    """Return the gradient of a logit in a layer, from the network's plain layers."""
    network.activations(network.to_input(image[np.newaxis]), remember=True)
    return network.activation_gradients(np.eye(10)[:, [digit]])[layer][..., 0]


def test_a_map_is_empty_where_every_weighted_sum_is_negative(mnist) -> None:
    network = build("journal-8")
    network.named_parameters()["dense1.weight"].value[3] = -1
    found = grad_cam(network, mnist.images[0], 3)
    assert (found.sums <= 0).all()
    assert found.is_empty
    assert not found.values.any()


@pytest.mark.parametrize("side", [5, 7, 11, 26, 28])
def test_a_map_is_enlarged_as_pillow_does(rng, side: int) -> None:
    values = rng.standard_normal((side, side)).astype(np.float32)
    expected = np.asarray(Image.fromarray(values, "F").resize((28, 28), Image.Resampling.BILINEAR))
    np.testing.assert_allclose(enlarged(values, (28, 28)), expected, atol=1e-5)


def test_what_a_network_cannot_look_at_is_refused() -> None:
    network, image = build("journal-8"), np.zeros((28, 28), np.uint8)
    assert "0 to 9" in error_of(ShapeError, lambda: grad_cam(network, image, 10))
    error_of(ShapeError, lambda: grad_cam(network, image / 255, 1))


def test_the_random_twin_has_the_same_layers_and_none_of_the_weights() -> None:
    network = load_network(LENET)
    twin = random_twin(network)
    assert [repr(layer) for layer in twin.layers] == [repr(layer) for layer in network.layers]
    assert (twin.input_mean, twin.input_deviation) == (network.input_mean, network.input_deviation)
    began = build("lenet", seed=network.card.seed)
    for name, one in twin.named_parameters().items():
        if one.value.ndim > 1:
            for other in (network, began):
                correlation = np.corrcoef(one.value.ravel(), other.named_parameters()[name].value.ravel())[0, 1]
                assert abs(correlation) < 0.3, name
    assert np.array_equal(random_twin(network).weights()["conv1.kernel"], twin.weights()["conv1.kernel"])


def test_likeness_is_the_rank_correlation(rng) -> None:
    from scipy.stats import spearmanr

    one = rng.integers(-3, 4, (28, 28)).astype(np.float32)  # with many ties
    other = (one + rng.integers(-2, 3, (28, 28))).astype(np.float32)
    assert likeness(one, other) == pytest.approx(spearmanr(one.ravel(), other.ravel()).statistic)
    assert likeness(one, one) == pytest.approx(1)
    assert likeness(one, -one) == pytest.approx(-1)
    assert likeness(one, np.exp(one)) == pytest.approx(1)  # only the order counts
    assert likeness(one, np.zeros_like(one)) is None
    assert likeness(one, np.full_like(one, np.nan)) is None
