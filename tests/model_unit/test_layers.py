"""What every layer promises, and what pooling, ReLU, Flatten and Dense compute."""

import json
from collections.abc import Callable

import numpy as np
import pytest
from helpers import naive_reference
from helpers.errors import error_of
from helpers.properties import thorough
from hypothesis import assume, given
from hypothesis import strategies as st

from model.errors import ConfigError, ShapeError
from model.network import layers
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
    layer_from_config,
)

CASES: list[tuple[Callable[[], Layer], tuple[int, ...]]] = [
    (lambda: Conv2D(3, 3), (2, 6, 5)),
    (lambda: Conv2D(2, (1, 3), stride=(2, 1), padding=(1, 2)), (2, 5, 6)),
    (lambda: MaxPool2D(2), (2, 5, 6)),
    (lambda: MaxPool2D((2, 3), stride=(1, 2)), (2, 5, 6)),
    (lambda: AveragePool2D(2), (2, 5, 6)),
    (lambda: AveragePool2D((3, 2), stride=(2, 1)), (2, 5, 6)),
    (lambda: BatchNorm(momentum=0.2), (3, 4, 2)),
    (BatchNorm, (5,)),
    (lambda: Dropout(0.3), (2, 3, 4)),
    (lambda: MaxPool2D(3, stride=2), (2, 7, 6)),
    (ReLU, (2, 3, 4)),
    (ReLU, (7,)),
    (Flatten, (2, 3, 4)),
    (lambda: Dense(4), (6,)),
]
every_layer = pytest.mark.parametrize(
    ("make", "input_shape"), CASES, ids=lambda case: repr(case()) if callable(case) else ""
)


def initialized(make: Callable[[], Layer], input_shape: tuple[int, ...], dtype: type = np.float64) -> Layer:
    layer = make()
    layer.initialize(input_shape, np.random.default_rng(0), dtype)
    for parameter in layer.parameters().values():
        parameter.value += (
            np.linspace(-0.5, 0.5, parameter.value.size).reshape(parameter.value.shape).astype(dtype)
        )
    return layer


def same_mask(layer: Layer) -> None:
    if isinstance(layer, Dropout):
        layer.rng = np.random.default_rng(0)


def test_every_kind_of_layer_is_among_the_cases() -> None:
    kinds = {getattr(layers, name) for name in layers.__all__ if isinstance(getattr(layers, name), type)}
    concrete = {kind for kind in kinds if issubclass(kind, Layer) and kind is not Layer}
    assert {type(make()) for make, _ in CASES} == concrete


@every_layer
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_output_has_the_shape_that_was_told_and_the_dtype_of_the_layer(make, input_shape, dtype, rng) -> None:
    layer = initialized(make, input_shape, dtype)
    x = rng.standard_normal((*input_shape, 3)).astype(dtype)
    out = layer.forward(x, remember=True, training=True)
    assert out.shape == (*layer.output_shape(input_shape), 3)
    assert out.dtype == dtype
    grad_in = layer.backward(np.ones_like(out))
    assert grad_in is not None
    assert grad_in.shape == x.shape
    assert grad_in.dtype == dtype


@every_layer
def test_parameters_have_the_shapes_that_were_told(make, input_shape) -> None:
    layer = initialized(make, input_shape)
    shapes = {name: parameter.value.shape for name, parameter in layer.parameters().items()}
    assert shapes == layer.parameter_shapes(input_shape)
    assert all(parameter.grad.shape == parameter.value.shape for parameter in layer.parameters().values())


@every_layer
def test_neither_pass_changes_what_it_is_given(make, input_shape, rng) -> None:
    layer = initialized(make, input_shape)
    x = rng.standard_normal((*input_shape, 2))
    before = x.copy()
    out = layer.forward(x, remember=True, training=True)
    grad_out = rng.standard_normal(out.shape)
    grad_before = grad_out.copy()
    layer.backward(grad_out)
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(grad_out, grad_before)


@every_layer
def test_backward_needs_a_training_forward_and_uses_it_up(make, input_shape, rng) -> None:
    layer = initialized(make, input_shape)
    x = rng.standard_normal((*input_shape, 2))
    grad_out = np.ones((*layer.output_shape(input_shape), 2))
    assert repr(layer) in error_of(ShapeError, lambda: layer.backward(grad_out))
    for training in (False, True):
        layer.forward(x, training=training)
        error_of(ShapeError, lambda: layer.backward(grad_out))
    layer.forward(x, remember=True, training=True)
    layer.backward(grad_out)
    error_of(ShapeError, lambda: layer.backward(grad_out))


@every_layer
def test_an_inference_forward_leaves_no_stale_context(make, input_shape, rng) -> None:
    layer = initialized(make, input_shape)
    x = rng.standard_normal((*input_shape, 2))
    layer.forward(x, remember=True, training=True)
    layer.forward(x)
    assert layer._context is None
    error_of(ShapeError, lambda: layer.backward(np.ones((*layer.output_shape(input_shape), 2))))


@every_layer
def test_without_need_of_the_input_gradient_the_parameters_get_the_same(make, input_shape, rng) -> None:
    layer = initialized(make, input_shape)
    x = rng.standard_normal((*input_shape, 3))
    grad_out = rng.standard_normal((*layer.output_shape(input_shape), 3))
    layer.forward(x, remember=True, training=True)
    layer.backward(grad_out)
    with_input = {name: parameter.grad.copy() for name, parameter in layer.parameters().items()}
    layer.forward(x, remember=True, training=True)
    grad_in = layer.backward(grad_out, need_grad_in=False)
    assert grad_in is None or isinstance(layer, Flatten)
    for name, parameter in layer.parameters().items():
        np.testing.assert_array_equal(parameter.grad, with_input[name])


@every_layer
def test_batch_sizes_may_go_up_and_down(make, input_shape, rng) -> None:
    reused = initialized(make, input_shape)
    for n in (3, 1, 8, 2, 5):
        fresh = initialized(make, input_shape)
        for name, array in fresh.statistics().items():
            array[...] = reused.statistics()[name]
        x = rng.standard_normal((*input_shape, n))
        grad_out = rng.standard_normal((*fresh.output_shape(input_shape), n))
        same_mask(reused)
        np.testing.assert_array_equal(
            reused.forward(x, remember=True, training=True), fresh.forward(x, remember=True, training=True)
        )
        np.testing.assert_array_equal(reused.backward(grad_out), fresh.backward(grad_out))
        for name, parameter in fresh.parameters().items():
            np.testing.assert_array_equal(reused.parameters()[name].grad, parameter.grad)


@every_layer
def test_gradients_are_replaced_not_added_up(make, input_shape, rng) -> None:
    layer = initialized(make, input_shape)
    x, grad_out = rng.standard_normal((*input_shape, 2)), np.ones((*layer.output_shape(input_shape), 2))
    same_mask(layer)
    layer.forward(x, remember=True, training=True)
    first = np.array(layer.backward(grad_out))
    same_mask(layer)
    layer.forward(x, remember=True, training=True)
    np.testing.assert_array_equal(layer.backward(grad_out), first)


@every_layer
def test_a_layer_can_be_made_again_from_its_config_through_json(make, input_shape) -> None:
    layer = make()
    config = json.loads(json.dumps(layer.config()))
    again = layer_from_config(type(layer).__name__, config)
    assert type(again) is type(layer)
    assert again.config() == layer.config()
    assert repr(again) == repr(layer)
    assert again.output_shape(input_shape) == layer.output_shape(input_shape)


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("Conv3D", {}),
        ("object", {}),
        ("Layer", {}),
        ("Dense", {}),
        ("Dense", {"outputs": 3, "x": 1}),
        ("ReLU", {"a": 1}),
    ],
)
def test_an_unknown_layer_or_hyper_parameter_is_refused(kind, config) -> None:
    assert kind in error_of(ConfigError, lambda: layer_from_config(kind, config))


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: Conv2D(0), "filters"),
        (lambda: Conv2D(2.5), "filters"),
        (lambda: Conv2D(True), "filters"),
        (lambda: Conv2D(2, 0), "kernel_size"),
        (lambda: Conv2D(2, (3, 3, 3)), "kernel_size"),
        (lambda: Conv2D(2, stride=0), "stride"),
        (lambda: Conv2D(2, padding=-1), "padding"),
        (lambda: MaxPool2D(0), "window"),
        (lambda: MaxPool2D(2, stride=(1, 0)), "stride"),
        (lambda: Dense("10"), "outputs"),
    ],
)
def test_hyper_parameters_outside_their_limits_are_refused(make, name) -> None:
    assert name in error_of(ConfigError, make)


@given(
    shape=st.tuples(st.integers(1, 2), st.integers(1, 7), st.integers(1, 7), st.integers(1, 3)),
    window=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    stride=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    values=st.integers(2, 50),
)
@thorough
def test_pooling_equals_the_loops_even_with_ties_and_overlaps(shape, window, stride, values) -> None:
    assume(window[0] <= shape[1] and window[1] <= shape[2])
    rng = np.random.default_rng(values)
    x = rng.integers(0, values, shape).astype(np.float64)  # few values: many ties
    layer = MaxPool2D(window, stride=stride)
    out = layer.forward(x, remember=True, training=True)
    np.testing.assert_array_equal(out, naive_reference.max_pool(x, window=window, stride=stride))
    grad_out = rng.integers(-9, 9, out.shape).astype(np.float64)
    expected = naive_reference.max_pool_backward(x, grad_out, window=window, stride=stride)
    np.testing.assert_array_equal(layer.backward(grad_out), expected)


@given(
    shape=st.tuples(st.integers(1, 2), st.integers(1, 7), st.integers(1, 7), st.integers(1, 3)),
    window=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    stride=st.tuples(st.integers(1, 3), st.integers(1, 3)),
)
@thorough
def test_average_pooling_equals_the_loops(shape, window, stride) -> None:
    assume(window[0] <= shape[1] and window[1] <= shape[2])
    x = np.random.default_rng(0).standard_normal(shape)
    out = AveragePool2D(window, stride=stride).forward(x)
    np.testing.assert_allclose(out, naive_reference.average_pool(x, window=window, stride=stride), atol=1e-12)


def test_among_tied_pixels_the_first_in_reading_order_alone_gets_the_gradient() -> None:
    layer = MaxPool2D(2)
    x = np.array([[0.0, 5, 7, 7], [5, 5, 7, 7]])[np.newaxis, :, :, np.newaxis]
    layer.forward(x, remember=True, training=True)
    grad_in = layer.backward(np.array([3.0, 4.0]).reshape(1, 1, 2, 1))
    assert grad_in is not None
    np.testing.assert_array_equal(grad_in[0, :, :, 0], [[0, 3, 4, 0], [0, 0, 0, 0]])


def test_pooling_leaves_out_rows_and_columns_that_no_whole_window_covers() -> None:
    layer = MaxPool2D(2)
    x = np.arange(25.0).reshape(1, 5, 5, 1)
    np.testing.assert_array_equal(layer.forward(x, remember=True, training=True)[0, :, :, 0], [[6, 8], [16, 18]])
    grad_in = layer.backward(np.ones((1, 2, 2, 1)))
    assert grad_in is not None
    assert not grad_in[0, 4].any()
    assert not grad_in[0, :, 4].any()
    assert grad_in.sum() == 4


def test_pooling_takes_the_largest_of_negative_numbers() -> None:
    x = -np.arange(1.0, 5).reshape(1, 2, 2, 1)
    assert MaxPool2D(2).forward(x).item() == -1


def test_relu_stops_the_gradient_where_its_input_is_zero_or_less() -> None:
    layer = ReLU()
    x = np.array([[-2.0], [0.0], [3.0]])
    np.testing.assert_array_equal(layer.forward(x, remember=True, training=True), [[0], [0], [3]])
    np.testing.assert_array_equal(layer.backward(np.full((3, 1), 5.0)), [[0], [0], [5]])


def test_flatten_lays_out_channels_then_rows_then_columns() -> None:
    x = np.arange(24.0).reshape(2, 3, 2, 2)
    out = Flatten().forward(x)
    np.testing.assert_array_equal(out[:, 1], [x[c, r, s, 1] for c in range(2) for r in range(3) for s in range(2)])


@given(inputs=st.integers(1, 6), outputs=st.integers(1, 5), n=st.integers(1, 4), seed=st.integers(0, 99))
@thorough
def test_dense_equals_the_loops(inputs, outputs, n, seed) -> None:
    layer = initialized(lambda: Dense(outputs), (inputs,))
    weight, bias = (layer.parameters()[name].value for name in ("weight", "bias"))
    x = np.random.default_rng(seed).standard_normal((inputs, n))
    np.testing.assert_allclose(layer.forward(x), naive_reference.dense(x, weight, bias), rtol=1e-12, atol=1e-12)


def test_initial_weights_follow_he_and_biases_are_zero() -> None:
    layer = Dense(200)
    layer.initialize((500,), np.random.default_rng(0), np.float64)
    weight = layer.parameters()["weight"].value
    assert abs(weight.mean()) < 0.001
    assert weight.std() == pytest.approx(np.sqrt(2 / 500), rel=0.01)
    assert not layer.parameters()["bias"].value.any()
    conv = Conv2D(300, (3, 5))
    conv.initialize((4, 9, 9), np.random.default_rng(0), np.float64)
    assert conv.parameters()["kernel"].value.std() == pytest.approx(np.sqrt(2 / (4 * 3 * 5)), rel=0.02)
