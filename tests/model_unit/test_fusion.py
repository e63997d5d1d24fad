"""The fast path gives the numbers of the plain layers, which stand beside it."""

import numpy as np
import pytest
from helpers.properties import thorough
from hypothesis import assume, given
from hypothesis import strategies as st

from model import build
from model.network import convolution, sliding_rows, small_products
from model.network.fused_convolution import FusedConv
from model.network.fusion import FusedConvOfOnePatch, fuse
from model.network.layers import BatchNorm, Conv2D, Dense, Flatten, Layer, MaxPool2D, ReLU
from model.network.sliding_rows import FEW_PICTURES, FusedConvByRows
from model.network.small_products import multiply, row_products


def orders(conv: Conv2D) -> dict[str, list[Layer]]:
    return {
        "relu first": [conv, ReLU(), MaxPool2D(2)],
        "pooling first": [conv, MaxPool2D(2), ReLU()],
        "no relu": [conv, MaxPool2D(2)],
        "no pooling": [conv, ReLU()],
        "alone": [conv],
    }


def passes(layers, x, grad_out, *, need_grad_in=True):
    out = x
    for layer in layers:
        out = layer.forward(out, remember=True, training=True)
    if grad_out is None:
        return out.copy()
    grad = grad_out
    for index, layer in reversed(list(enumerate(layers))):
        grad = layer.backward(grad, need_grad_in=need_grad_in or index > 0)
    gradients = [parameter.grad.copy() for layer in layers for parameter in layer.parameters().values()]
    return [out.copy(), *gradients, *([] if grad is None else [grad.copy()])]


def test_a_fused_step_is_shown_as_its_convolution_and_what_else_it_does(rng) -> None:
    conv, strided = Conv2D(3, (2, 1)), Conv2D(3, (2, 1), stride=2)
    for layer in (conv, strided):
        layer.initialize((2, 6, 6), rng, np.float32)
    shown = "(filters=3, kernel_size=(2, 1), stride=(1, 1), padding=(0, 0), "
    kinds = ((True, True), (True, True), (True, False), (False, True), (False, False))
    assert [repr(fuse(layers)[0]) for layers in orders(conv).values()] == [
        f"FusedConvByRows{shown}pool={pool}, relu={relu})" for pool, relu in kinds
    ]
    shown = "FusedConv(filters=3, kernel_size=(2, 1), stride=(2, 2), padding=(0, 0), pool=True, relu=False)"
    assert repr(fuse([strided, MaxPool2D(2)])[0]) == shown


@given(
    order=st.sampled_from(sorted(orders(Conv2D(1)))),
    shape=st.tuples(
        st.integers(1, 3), st.integers(2, 9), st.integers(2, 9), st.sampled_from([1, 2, FEW_PICTURES, 7, 32, 33])
    ),
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=st.tuples(st.integers(1, 2), st.integers(1, 2)),
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    strip_bytes=st.sampled_from([1, 3000, 1 << 20]),
    in_tiles=st.booleans(),
    values=st.integers(2, 40),
)
@thorough
def test_a_fused_step_equals_its_layers(
    order, shape, kernel, stride, padding, strip_bytes, in_tiles, values
) -> None:
    rng = np.random.default_rng(values)
    conv = Conv2D(3, kernel, stride=stride, padding=padding)
    assume(
        shape[1] + 2 * padding[0] >= kernel[0] + stride[0] and shape[2] + 2 * padding[1] >= kernel[1] + stride[1]
    )
    conv.initialize(shape[:3], rng, np.float64)
    for parameter in conv.parameters().values():
        parameter.value[...] = rng.integers(-2, 3, parameter.value.shape)
    x = rng.integers(-values, values, shape) / 4  # sums are exact, and many tie
    layers = orders(conv)[order]
    steps = fuse(layers)
    expected_out = passes(layers, x, None)
    grad_out = rng.integers(-9, 9, expected_out.shape) / 2
    with pytest.MonkeyPatch.context() as patch:
        expected = passes(layers, x, grad_out)
        patch.setattr(convolution, "STRIP_BYTES", strip_bytes)
        patch.setattr(small_products, "small_products_are_fast", lambda: in_tiles)
        patch.setattr(small_products, "TILE", 8 if in_tiles else 32)
        for count in (shape[3], max(1, shape[3] - 1), shape[3]):  # the last batch finds the memory of the others
            computed = passes(steps, x[..., :count], grad_out[..., :count])
    assert len(computed) == len(expected) == 4
    for ours, plain in zip(computed, expected, strict=True):
        np.testing.assert_array_equal(ours, plain)


@given(
    shape=st.tuples(st.integers(1, 3), st.integers(3, 9), st.integers(3, 9), st.integers(1, 4)),
    padding=st.integers(0, 1),
    strip_bytes=st.sampled_from([1, 2000]),
)
@thorough
def test_a_convolution_in_strips_equals_one_in_one_piece(shape, padding, strip_bytes) -> None:
    rng = np.random.default_rng(0)
    conv = Conv2D(2, 3, padding=padding, stride=(2, 1))
    conv.initialize(shape[:3], rng, np.float64)
    x = rng.standard_normal(shape)
    grad_out = rng.standard_normal((*conv.output_shape(shape[:3]), shape[3]))
    whole = passes([conv], x, grad_out)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(convolution, "STRIP_BYTES", strip_bytes)
        for ours, plain in zip(passes([conv], x, grad_out), whole, strict=True):
            np.testing.assert_allclose(ours, plain, rtol=1e-12, atol=1e-12)


def test_strips_cover_every_row_once() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(convolution, "STRIP_BYTES", 100)
        assert convolution.strips(7, 30) == [slice(0, 3), slice(3, 6), slice(6, 7)]
        assert convolution.strips(2, 1000) == [slice(0, 1), slice(1, 2)]
        assert convolution.strips(5, 1) == [slice(0, 5)]


@given(
    filters=st.integers(1, 9),
    length=st.integers(1, 7),
    tiles=st.integers(1, 3),
    tile=st.sampled_from([1, 2, 5, 7]),
    few=st.sampled_from([3, 20, 1200]),
    small=st.sampled_from([50, 10**6]),
)
@thorough
def test_products_in_small_parts_equal_those_in_one(filters, length, tiles, tile, few, small) -> None:
    rng = np.random.default_rng(filters)
    kernels, columns = rng.integers(-5, 6, (filters, length)) / 4, rng.integers(-5, 6, (2, length, 4 * tiles)) / 4
    left = rng.integers(-5, 6, (filters, 4 * tiles)) / 4
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(small_products, "small_products_are_fast", lambda: True)
        for name, value in {"TILE": tile, "FEW_RESULTS": few, "SMALL": small}.items():
            patch.setattr(small_products, name, value)
        out = np.full((2, filters, 4 * tiles), np.nan)
        multiply(kernels, columns, out)
        np.testing.assert_array_equal(out, kernels @ columns)
        np.testing.assert_array_equal(row_products(left, columns[0], 4), left @ columns[0].T)
        np.testing.assert_array_equal(row_products(left, columns[0], tiles), left @ columns[0].T)


def test_few_and_many_pictures_take_other_steps_and_give_the_same_numbers(rng, monkeypatch) -> None:
    conv = Conv2D(3, 3, padding=1)
    conv.initialize((2, 6, 6), rng, np.float64)
    for layers in orders(conv).values():
        steps, x = fuse(layers), rng.integers(-9, 9, (2, 6, 6, 9)) / 4
        grad_out = rng.integers(-9, 9, passes(layers, x, None).shape) / 4
        by_rows = passes(steps, x, grad_out)
        monkeypatch.setattr(sliding_rows, "FEW_PICTURES", 9)
        by_others = passes(steps, x, grad_out)
        without_input = passes(steps, x, grad_out, need_grad_in=False)
        monkeypatch.setattr(sliding_rows, "FEW_PICTURES", FEW_PICTURES)
        without_input_by_rows = passes(steps, x, grad_out, need_grad_in=False)
        for mine, other in zip(by_rows, by_others, strict=True):
            np.testing.assert_allclose(mine, other, rtol=1e-12, atol=1e-12)
        for mine, same in zip(without_input + without_input_by_rows, by_others[:-1] + by_rows[:-1], strict=True):
            np.testing.assert_array_equal(mine, same)


def test_what_is_fused_and_what_is_not() -> None:
    for name, kinds in {
        "journal-24": [FusedConvOfOnePatch, Flatten, Dense],
        "lenet": [FusedConvOfOnePatch, FusedConvByRows, Flatten, Dense, ReLU, Dense],
    }.items():
        assert [type(step) for step in fuse(build(name).layers)] == kinds

    class Own(Conv2D):
        """A layer of somebody's own, which may compute something else."""

    def kinds_of(*layers: Layer) -> list[type]:
        shape: tuple[int, ...] = (2, 12, 12)
        for layer in layers:
            layer.initialize(shape, np.random.default_rng(0), np.float32)
            shape = layer.output_shape(shape)
        return [type(step) for step in fuse(layers)]

    assert kinds_of(Conv2D(2), MaxPool2D(3)) == [FusedConvByRows, MaxPool2D]
    assert kinds_of(Conv2D(2), MaxPool2D(2, stride=1)) == [FusedConvByRows, MaxPool2D]
    assert kinds_of(Conv2D(2), BatchNorm(), MaxPool2D(2)) == [FusedConvByRows, BatchNorm, MaxPool2D]
    assert kinds_of(Conv2D(2), ReLU(), Conv2D(2), MaxPool2D(2)) == [FusedConvByRows, FusedConvByRows]
    assert kinds_of(Conv2D(2), MaxPool2D(2), Conv2D(1), ReLU(), MaxPool2D(2)) == [FusedConvByRows, FusedConvByRows]
    assert kinds_of(Conv2D(2, stride=(2, 1)), MaxPool2D(2)) == [FusedConv]
    assert kinds_of(Conv2D(2, stride=(2, 1)), ReLU()) == [FusedConv]
    assert kinds_of(Own(2), MaxPool2D(2)) == [Own, MaxPool2D]


def test_a_fused_step_shares_the_parameters_of_its_convolution() -> None:
    network = build("lenet")
    steps = fuse(network.layers)
    assert steps[0].parameters() is network.layers[0].parameters()
    network.set_weights(build("lenet", seed=1).weights())
    again = fuse(network.layers)[0].forward(np.ones((1, 28, 28, 1), np.float32))
    np.testing.assert_array_equal(steps[0].forward(np.ones((1, 28, 28, 1), np.float32)), again)


@pytest.mark.parametrize("name", ["journal-8", "journal-24", "lenet", "deep"])
def test_named_networks_answer_as_their_plain_layers_do(name, mnist) -> None:
    network = build(name)
    x = network.to_input(mnist.images[:7])
    plain = x
    for layer in network.layers:
        plain = layer.forward(plain)
    np.testing.assert_allclose(network.forward(x), plain, rtol=1e-4, atol=1e-4)
