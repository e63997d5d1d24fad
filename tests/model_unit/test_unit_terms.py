"""What a pinned number is made of, forwards and backwards: terms of the layers' own arrays that add up to it."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from helpers.model_files import LENET
from helpers.properties import thorough
from hypothesis import assume, given
from hypothesis import strategies as st

from model import ARCHITECTURES, build, load_network
from model.inspection.answer_terms import answer_terms
from model.inspection.backward_terms import backward_terms, layer_after, shares
from model.inspection.forward_terms import (
    Entered,
    Normalised,
    Passed,
    Pooled,
    Rectified,
    WeightedSum,
    forward_terms,
    maps_before,
)
from model.inspection.trace import Trace, Unit, trace
from model.network.layers import (
    AveragePool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool2D,
    ReLU,
)
from model.network.model_card import ModelCard
from model.network.network import Network

UNITS = 60
EXACT = {np.dtype(np.float32): 1e-5, np.dtype(np.float64): 1e-12}
"""How far terms may be from their sum: a share of it, or of what they add up to where they cancel out."""
Shape = tuple[int, int, int]


def picture(shape: Shape = (1, 28, 28), seed: int = 0) -> np.ndarray:
    pixels = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    return pixels[0] if shape[0] == 1 else pixels.transpose(1, 2, 0)


def network(*layers: Layer, shape: Shape = (1, 28, 28), dtype: type = np.float32, **settings: float) -> Network:
    """Build a network whose biases, scales and statistics are not those of the beginning."""
    made = Network(list(layers), shape, ModelCard("unit"), dtype, **settings)
    rng = np.random.default_rng(5)
    for name, array in made.named_arrays().items():
        if array.ndim == 1:
            array += rng.normal(0, 0.3, array.shape).astype(dtype)
        if name.endswith("variance"):
            np.abs(array, out=array)
    return made


def units_of(found: Trace, layer: str, most: int = UNITS) -> list[Unit]:
    """Take all numbers of a layer, or some at random, the first and the last among them."""
    shape = found[found.name_of(layer)].shape
    size = math.prod(shape)
    rng = np.random.default_rng(1)
    places = range(size) if size <= most else {0, size - 1, *rng.choice(size, most, replace=False).tolist()}
    return [Unit(layer, tuple(int(at) for at in np.unravel_index(place, shape))) for place in places]


def close(terms: float, value: float, sizes: float, dtype: np.dtype) -> bool:
    return abs(terms - value) <= EXACT[np.dtype(dtype)] * max(abs(value), sizes) + 1e-30


def check_forward(found: Trace, unit: Unit) -> None:
    terms, value, dtype = forward_terms(found, unit), found.value(unit), found["input"].dtype
    assert terms.value == value
    if isinstance(terms, WeightedSum):
        assert close(terms.products.total + terms.bias, value, np.abs(terms.products.products).sum(), dtype)
        source = found[found.name_of(terms.products.layer)]
        check_products(found, terms.products, source)
    elif isinstance(terms, Rectified):
        assert value == max(0, terms.x)
        assert terms.x == found.value(terms.source)
    elif isinstance(terms, Passed):
        assert value == found.value(terms.source)
    elif isinstance(terms, Normalised):
        sizes = (abs(terms.x) + abs(terms.mean)) / terms.deviation * abs(terms.scale) + abs(terms.shift)
        assert close(terms.normalised * terms.scale + terms.shift, value, sizes, dtype)
    elif isinstance(terms, Pooled):
        assert [terms.window[at] for at in terms.winners] == [value] * len(terms.winners)
        assert terms.is_largest == bool(terms.winners)
        expected = terms.window.max() if terms.is_largest else terms.window.mean(dtype=np.float64)
        assert close(float(expected), value, float(np.abs(terms.window).mean()), dtype)
        for place in np.ndindex(terms.window.shape):
            assert found.value(terms.unit(*place)) == terms.window[place]
    else:
        assert isinstance(terms, Entered)
        assert close((terms.pixel / 255 - terms.mean) / terms.deviation, value, 1 / terms.deviation, dtype)


def check_products(found: Trace, products, values: np.ndarray) -> None:
    """Every term names the number that it multiplies, and the largest groups come first."""
    assert np.array_equal(products.products, products.values.astype(np.float64) * products.weights)
    assert products.totals == pytest.approx(products.products.sum(axis=(1, 2)), nan_ok=True)
    assert (np.diff(np.abs(products.totals)) <= 0).all()
    for place in np.ndindex(products.values.shape):
        unit = products.unit(*place)
        if unit is None:
            assert products.values[place] == 0
        else:
            assert found.has(unit)
            assert products.values[place] == values[unit.index]


def check_backward(found: Trace, unit: Unit) -> None:
    gradient, dtype = found.gradient(unit), found["input"].dtype
    terms = backward_terms(found, unit)
    if terms is None:
        assert unit.layer == found.layers[-1].name
        return
    assert close(terms.total, gradient, np.abs(terms.products).sum(), dtype)
    check_products(found, terms, found[f"{terms.layer}.gradient"])


def check_shares(found: Trace, layer: str) -> None:
    """What all numbers of a layer add makes up the whole gradients of its parameters and of the layer before."""
    whole = {name: np.zeros_like(found[name], np.float64) for name in found if name.endswith(".gradient")}
    sizes = {name: array.copy() for name, array in whole.items()}
    for unit in units_of(found, layer, 10**9):
        for share in shares(found, unit):
            assert share.own.shape == share.whole.shape
            if share.adders:
                target = f"{share.name}.gradient"
                assert np.array_equal(found[target][share.index], share.whole)
                whole[target][share.index] += share.own
                sizes[target][share.index] += np.abs(share.own)
    for name in found:
        if name.startswith(f"{layer}.") and name.count(".") == 2:
            error = np.abs(whole[name] - found[name])
            assert (
                error <= EXACT[found["input"].dtype] * np.maximum(sizes[name], np.abs(found[name])) + 1e-30
            ).all()


def check_layer(found: Trace, layer: str, of: Callable[[Trace, Unit], None], most: int = UNITS) -> None:
    for unit in units_of(found, layer, most):
        of(found, unit)


def check(found: Trace, most: int = UNITS) -> None:
    for layer in ("input", *(one.name for one in found.layers)):
        check_layer(found, layer, check_forward, most)
        check_layer(found, layer, check_backward, most)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_terms_of_every_architecture_add_up(name: str, dtype: type) -> None:
    check(trace(build(name, dtype=dtype), picture(), 3), most=12 if name == "deep" else UNITS)


def test_the_terms_of_a_trained_network_add_up(mnist) -> None:
    for index in (0, 7):
        check(trace(load_network(LENET), mnist.images[index], int(mnist.labels[index])))


CASES: dict[str, tuple[list[Layer], Shape]] = {
    "stride larger than the kernel": ([Conv2D(3, 2, stride=3), Flatten(), Dense(4)], (2, 9, 10)),
    "stride smaller than the kernel": ([Conv2D(3, 5, stride=2), Flatten(), Dense(4)], (1, 11, 12)),
    "padding": ([Conv2D(2, 3, padding=2), Conv2D(3, 3, padding=1), Flatten(), Dense(4)], (1, 6, 7)),
    "rectangles": ([Conv2D(2, (1, 3), stride=(2, 1), padding=(1, 2)), Flatten(), Dense(3)], (3, 5, 6)),
    "windows that overlap": ([Conv2D(2, 1), MaxPool2D(3, stride=2), Flatten(), Dense(3)], (1, 9, 9)),
    "a rim that no window covers": ([Conv2D(2, 1), MaxPool2D(2), Flatten(), Dense(3)], (1, 7, 5)),
    "windows with gaps": ([Conv2D(2, 1), MaxPool2D(2, stride=3), Flatten(), Dense(3)], (1, 8, 8)),
    "means that overlap": ([AveragePool2D((3, 2), stride=(2, 1)), Flatten(), Dense(3)], (2, 8, 6)),
    "normalised maps": ([Conv2D(3, 3), BatchNorm(), ReLU(), BatchNorm(), Flatten(), Dense(3)], (1, 6, 6)),
    "normalised units": ([Flatten(), Dense(5), BatchNorm(), ReLU(), Dense(3)], (1, 4, 5)),
    "dropout": ([Conv2D(2, 3), Dropout(0.3), Flatten(), Dropout(0.5), Dense(3)], (1, 5, 6)),
    "one logit": ([Conv2D(2, 3), ReLU(), Flatten(), Dense(4), ReLU(), Dense(1)], (1, 6, 6)),
    "colour": ([Conv2D(4, 3, padding=1), ReLU(), MaxPool2D(2), Flatten(), Dense(3)], (3, 6, 7)),
    "no convolution": ([Flatten(), Dense(3)], (3, 4, 5)),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("case", CASES)
def test_the_terms_of_every_kind_of_layer_add_up(case: str, dtype: type) -> None:
    layers, shape = CASES[case]
    made = network(
        *(type(layer)(**layer.config()) for layer in layers),
        shape=shape,
        dtype=dtype,
        input_mean=0.13,
        input_deviation=0.31,
    )
    found = trace(made, picture(shape), 1)
    check(found, most=10**9)
    for layer in found.layers:
        check_shares(found, layer.name)


sizes = st.tuples(st.integers(1, 4), st.integers(1, 4))


@given(
    shape=st.tuples(st.integers(1, 3), st.integers(3, 9), st.integers(3, 9)),
    kernel=sizes,
    stride=sizes,
    padding=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    window=sizes,
    step=sizes,
    pool=st.sampled_from([MaxPool2D, AveragePool2D]),
)
@thorough
def test_the_terms_add_up_for_any_shape(shape, kernel, stride, padding, window, step, pool) -> None:
    conv, pooling = Conv2D(2, kernel, stride=stride, padding=padding), pool(window, stride=step)
    for length, size, by, pad, over in zip(shape[1:], kernel, stride, padding, window, strict=True):
        assume(length + 2 * pad >= size)
        assume((length + 2 * pad - size) // by + 1 >= over)
    found = trace(network(conv, ReLU(), pooling, Flatten(), Dense(3), shape=shape), picture(shape), 0)
    check(found, most=20)
    check_shares(found, "conv1")
    check_shares(found, "dense1")


@pytest.mark.parametrize("case", ["padding", "windows that overlap", "means that overlap", "normalised maps"])
def test_what_a_number_gives_is_what_the_number_before_gets(case: str) -> None:
    layers, shape = CASES[case]
    found = trace(network(*(type(layer)(**layer.config()) for layer in layers), shape=shape), picture(shape), 1)
    for layer in ("input", *(one.name for one in found.layers[:-1])):
        for unit in units_of(found, layer):
            terms = backward_terms(found, unit)
            for group, row, column in np.ndindex(terms.values.shape):
                later = terms.unit(group, row, column)
                given_by_later = shares(found, later)[-1]
                assert given_by_later.name == layer
                assert np.isclose(given_by_later.own, terms.products[group, row, column], atol=1e-12).any()
                assert np.isclose(given_by_later.whole, found.gradient(unit), atol=1e-12).any()


def test_a_wrong_term_is_noticed() -> None:
    """A negative control: each check turns red where one number is another."""
    found = trace(build("lenet"), picture(), 3)
    for layer, array in [
        ("conv2", "conv2.kernel"),
        ("conv2", "conv2.bias"),
        ("dense1", "dense1.weight"),
        ("relu1", "conv1.output"),
        ("pool1", "relu1.output"),
    ]:
        wrong = replace(found, arrays={**found.arrays, array: found[array] + np.float32(0.01)})
        with pytest.raises(AssertionError):
            check_layer(wrong, layer, check_forward)
    for layer, array in [("relu1", "pool1.gradient"), ("pool1", "conv2.kernel"), ("pool2", "flatten1.gradient")]:
        wrong = replace(found, arrays={**found.arrays, array: found[array] * np.float32(1.001) + np.float32(1e-4)})
        with pytest.raises(AssertionError):
            check_layer(wrong, layer, check_backward)
    wrong = replace(
        found, arrays={**found.arrays, "conv1.kernel.gradient": found["conv1.kernel.gradient"] * 1.001}
    )
    with pytest.raises(AssertionError):
        check_shares(wrong, "conv1")


def test_cells_of_the_padding_are_outside() -> None:
    found = trace(network(Conv2D(2, 3, padding=1), Flatten(), Dense(3), shape=(1, 5, 5)), picture((1, 5, 5)))
    products = forward_terms(found, Unit("conv1", (1, 0, 4))).products
    assert products.inside.tolist() == [[False, False, False], [True, True, False], [True, True, False]]
    assert products.unit(0, 0, 0) is None
    assert products.unit(0, 1, 0) == Unit("input", (0, 0, 3))
    assert products.count == 4
    assert (shares(found, Unit("conv1", (1, 0, 4)))[-1].own[0, 0] == 0).all()


@pytest.mark.parametrize("window", [{"window": 2}, {"window": 2, "stride": 1}])
def test_all_numbers_that_tie_are_named_and_the_first_takes_the_gradient(window: dict[str, int]) -> None:
    even = np.full((4, 4), 80, np.uint8)
    found = trace(network(MaxPool2D(**window), Flatten(), Dense(3), shape=(1, 4, 4)), even, 0)
    unit = Unit("pool1", (0, 0, 0))
    assert forward_terms(found, unit).winners == ((0, 0), (0, 1), (1, 0), (1, 1))
    assert shares(found, unit)[0].own.tolist() == [[found.gradient(unit), 0], [0, 0]]
    check(found)


def test_inputs_of_a_dense_layer_are_shown_in_the_maps_that_they_came_from() -> None:
    found = trace(build("deep"), picture(), 3)
    products = forward_terms(found, Unit("dense1", (5,))).products
    assert products.values.shape == (128, 7, 7)
    assert products.layer == "dropout1"
    unit = products.unit(2, 3, 4)
    assert unit.index == (int(products.groups[2]) * 49 + 3 * 7 + 4,)
    assert maps_before(found, found.layer("dense2")) is None
    assert forward_terms(found, Unit("dense2", (5,))).products.values.shape == (128, 1, 1)


@pytest.mark.parametrize("label", [0, 1, None])
@pytest.mark.parametrize("outputs", [1, 4])
def test_the_answer_is_told_step_by_step(outputs: int, label: int | None) -> None:
    found = trace(network(Flatten(), Dense(outputs), shape=(1, 5, 5)), picture((1, 5, 5)), label)
    steps = answer_terms(found)
    assert steps.is_binary == (outputs == 1)
    assert steps.shifted == pytest.approx(steps.logits - steps.largest, abs=1e-6)
    assert steps.exponentials / steps.total == pytest.approx(steps.probabilities, rel=1e-5)
    assert steps.loss == pytest.approx(-np.log(steps.probabilities[steps.label]), rel=1e-5)
    expected = (steps.probabilities - steps.target)[-outputs:]
    assert steps.gradients == pytest.approx(expected, abs=1e-6)
    assert steps.target.sum() == 1 == steps.target[found.label]


def test_a_network_that_has_diverged_is_told_of_without_an_error() -> None:
    made = build("deep")
    made.named_arrays()["conv2.kernel"][:] = np.inf
    found = trace(made, picture(), 3)
    for layer in ("input", *(one.name for one in found.layers)):
        unit = units_of(found, layer)[0]
        forward_terms(found, unit)
        backward_terms(found, unit)
        shares(found, unit)
    answer_terms(found)


def test_nothing_comes_after_the_last_layer_and_nothing_is_before_a_pixel() -> None:
    found = trace(build("journal-8"), picture(), 3)
    assert layer_after(found, "dense1") is None
    assert layer_after(found, "input").name == "conv1"
    assert backward_terms(found, Unit("dense1", (3,))) is None
    assert shares(found, Unit("input", (0, 3, 4))) == ()
