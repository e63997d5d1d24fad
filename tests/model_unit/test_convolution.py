"""The patches behind a convolution, and what `Conv2D` computes from them."""

import numpy as np
import pytest
from helpers import naive_reference
from helpers.properties import thorough
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.signal import correlate

from model.network.layers import Conv2D
from model.network.patches import add_patches, output_length, windows

sizes = st.tuples(st.integers(1, 4), st.integers(1, 4))
strides = st.tuples(st.integers(1, 3), st.integers(1, 3))
shapes = st.tuples(st.integers(1, 3), st.integers(1, 8), st.integers(1, 8), st.integers(1, 3))


@pytest.mark.parametrize(
    ("length", "window", "stride", "padding", "expected"),
    [
        (28, 3, 1, 0, 26),
        (26, 2, 2, 0, 13),
        (11, 2, 2, 0, 5),
        (28, 3, 1, 1, 28),
        (28, 5, 2, 2, 14),
        (2, 3, 1, 0, 0),
    ],
)
def test_positions_of_a_window_along_an_axis(length, window, stride, padding, expected) -> None:
    assert output_length(length, window, stride, padding) == expected


@given(shape=shapes, window=sizes, stride=strides)
@thorough
def test_windows_show_the_pixels_they_name(shape, window, stride) -> None:
    assume(window[0] <= shape[1] and window[1] <= shape[2])
    x = np.arange(np.prod(shape), dtype=np.float64).reshape(shape)
    view = windows(x, window, stride)
    for i, j, c, r, s, b in np.ndindex(view.shape):
        assert view[i, j, c, r, s, b] == x[c, r * stride[0] + i, s * stride[1] + j, b]
    assert view.shape[3:5] == (
        output_length(shape[1], window[0], stride[0]),
        output_length(shape[2], window[1], stride[1]),
    )


@given(shape=shapes, window=sizes, stride=strides, seed=st.integers(0, 99))
@thorough
def test_adding_patches_is_the_transpose_of_gathering_them(shape, window, stride, seed) -> None:
    assume(window[0] <= shape[1] and window[1] <= shape[2])
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(shape)
    gathered = windows(x, window, stride).copy()
    patches = rng.standard_normal(gathered.shape)
    added = add_patches(patches, stride, np.zeros(shape))
    assert np.vdot(gathered, patches) == pytest.approx(np.vdot(x, added), rel=1e-10, abs=1e-10)


def test_adding_patches_adds_to_what_is_there_already() -> None:
    out = np.ones((1, 3, 1, 1))
    add_patches(np.ones((2, 1, 1, 2, 1, 1)), (1, 1), out)
    np.testing.assert_array_equal(out.ravel(), [2, 3, 2])


def convolution_case(shape, window, stride, padding, filters, seed):
    assume(window[0] <= shape[1] + 2 * padding[0] and window[1] <= shape[2] + 2 * padding[1])
    rng = np.random.default_rng(seed)
    layer = Conv2D(filters, window, stride=stride, padding=padding)
    layer.initialize(shape[:3], rng, np.float64)
    layer.parameters()["bias"].value[:] = rng.standard_normal(filters)
    return layer, rng.standard_normal(shape)


cases = given(
    shape=shapes,
    window=sizes,
    stride=strides,
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    filters=st.integers(1, 3),
    seed=st.integers(0, 99),
)


@cases
@thorough
def test_a_convolution_equals_the_loops(shape, window, stride, padding, filters, seed) -> None:
    layer, x = convolution_case(shape, window, stride, padding, filters, seed)
    kernel, bias = (layer.parameters()[name].value for name in ("kernel", "bias"))
    expected = naive_reference.convolution(x, kernel, bias, stride=stride, padding=padding)
    np.testing.assert_allclose(layer.forward(x), expected, rtol=1e-10, atol=1e-12)


@cases
@thorough
def test_a_convolution_equals_the_correlation_of_scipy(shape, window, stride, padding, filters, seed) -> None:
    layer, x = convolution_case(shape, window, stride, padding, filters, seed)
    kernel, bias = (layer.parameters()[name].value for name in ("kernel", "bias"))
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    out = layer.forward(x)
    for f in range(filters):
        for b in range(shape[3]):
            full = correlate(padded[..., b], kernel[f], mode="valid", method="direct")[0]
            expected = full[:: stride[0], :: stride[1]] + bias[f]
            np.testing.assert_allclose(out[f, :, :, b], expected, rtol=1e-10, atol=1e-12)


def test_the_kernel_is_not_turned() -> None:
    layer = Conv2D(1, 2)
    layer.initialize((1, 2, 2), np.random.default_rng(0), np.float64)
    layer.parameters()["kernel"].value[0, 0] = [[1, 10], [100, 1000]]
    x = np.array([[1.0, 2], [3, 4]]).reshape(1, 2, 2, 1)
    assert layer.forward(x).item() == 1 + 20 + 300 + 4000


def test_padding_surrounds_with_zeros_in_every_batch() -> None:
    layer = Conv2D(1, 3, padding=1)
    layer.initialize((1, 3, 3), np.random.default_rng(0), np.float64)
    layer.parameters()["kernel"].value[...] = 1
    for n in (4, 1, 3):
        out = layer.forward(np.ones((1, 3, 3, n)))
        np.testing.assert_array_equal(out[0, :, :, n - 1], [[4, 6, 4], [6, 9, 6], [4, 6, 4]])
