"""Softmax and its cross-entropy: right, and finite whatever the logits."""

import numpy as np
import pytest
from helpers.gradient_check import slopes
from helpers.properties import thorough
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import log_loss

from model.network.layers import Parameter
from model.network.losses import (
    NO_DIGIT,
    add_weight_penalty,
    sigmoid,
    sigmoid_cross_entropy,
    softmax,
    softmax_cross_entropy,
)

logit_arrays = arrays(
    np.float64,
    st.tuples(st.integers(2, 12), st.integers(1, 6)),
    elements=st.floats(-1000, 1000),
)


@given(logits=logit_arrays)
@thorough
def test_probabilities_lie_between_zero_and_one_and_sum_to_one(logits) -> None:
    probabilities = softmax(logits)
    assert (probabilities >= 0).all()
    assert (probabilities <= 1).all()
    np.testing.assert_allclose(probabilities.sum(axis=0), 1, rtol=1e-12)


def test_softmax_of_logits_worked_by_hand() -> None:
    logits = np.log(np.array([[1.0, 5], [2, 5], [5, 10]]))
    np.testing.assert_allclose(softmax(logits), [[1 / 8, 1 / 4], [2 / 8, 1 / 4], [5 / 8, 1 / 2]])


@pytest.mark.parametrize("odd", [np.inf, -np.inf, np.nan])
def test_logits_of_a_network_that_has_diverged_give_nan_and_no_warning(odd) -> None:
    logits = np.zeros((10, 3), np.float32)
    logits[:, 1] = odd
    probabilities = softmax(logits)
    assert np.isnan(probabilities[:, 1]).all()
    np.testing.assert_allclose(probabilities[:, [0, 2]], 0.1)
    loss, _ = softmax_cross_entropy(logits, np.array([1, 2, 3]))
    assert not np.isfinite(loss)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logits_of_a_thousand_overflow_nothing(dtype) -> None:
    logits = np.array([[1000, -1000], [0, 1000], [-1000, 1000]], dtype)
    np.testing.assert_array_equal(softmax(logits), np.array([[1, 0], [0, 0.5], [0, 0.5]], dtype))
    loss, grad = softmax_cross_entropy(logits, np.array([1, 0], np.uint8))
    assert loss == pytest.approx((1000 + 2000 + np.log(2)) / 2)
    assert np.isfinite(grad).all()


@given(logits=logit_arrays, shift=st.floats(-500, 500))
@thorough
def test_adding_a_constant_to_every_logit_changes_nothing(logits, shift) -> None:
    np.testing.assert_allclose(softmax(logits + shift), softmax(logits), atol=1e-9)


@given(logits=logit_arrays, seed=st.integers(0, 99))
@thorough
def test_the_gradient_of_each_picture_sums_to_zero(logits, seed) -> None:
    labels = np.random.default_rng(seed).integers(0, len(logits), logits.shape[1])
    _, grad = softmax_cross_entropy(logits, labels)
    np.testing.assert_allclose(grad.sum(axis=0), 0, atol=1e-12)


@given(n=st.integers(1, 20), seed=st.integers(0, 99))
@thorough
def test_the_loss_equals_that_of_scikit_learn(n, seed) -> None:
    rng = np.random.default_rng(seed)
    logits, labels = rng.normal(0, 3, (10, n)), rng.integers(0, 10, n)
    loss, _ = softmax_cross_entropy(logits, labels)
    assert loss == pytest.approx(log_loss(labels, softmax(logits).T, labels=range(10)))


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_gradient_equals_the_slope_of_the_mean_loss(n, rng) -> None:
    logits, labels = rng.standard_normal((4, n)), rng.integers(0, 4, n)
    _, grad = softmax_cross_entropy(logits, labels)
    measured = slopes(lambda: softmax_cross_entropy(logits, labels)[0], logits)
    np.testing.assert_allclose(grad, measured, atol=1e-7)


def test_ten_equal_logits_cost_the_logarithm_of_ten() -> None:
    loss, grad = softmax_cross_entropy(np.zeros((10, 2), np.float32), np.array([3, 7], np.uint8))
    assert isinstance(loss, float)
    assert loss == pytest.approx(np.log(10))
    assert grad.dtype == np.float32
    assert grad[3, 0] == pytest.approx((0.1 - 1) / 2)
    assert grad[3, 1] == pytest.approx(0.1 / 2)


def test_the_loss_of_many_pictures_is_summed_in_float64() -> None:
    logits = np.zeros((10, 200_000), np.float32)
    logits[0, ::2] = 3.3
    labels = np.zeros(200_000, np.uint8)
    of_a_pair, _ = softmax_cross_entropy(logits[:, :2], labels[:2])
    of_all_pairs, _ = softmax_cross_entropy(logits, labels)
    assert of_all_pairs == pytest.approx(of_a_pair, rel=1e-12)


def test_logits_are_left_as_they_were() -> None:
    logits = np.arange(6.0).reshape(3, 2)
    softmax(logits)
    softmax_cross_entropy(logits, np.array([0, 1]))
    np.testing.assert_array_equal(logits, np.arange(6.0).reshape(3, 2))


@given(logits=logit_arrays, smoothing=st.floats(0, 0.5), seed=st.integers(0, 99))
@thorough
def test_a_smoothed_loss_is_the_mean_surprise_at_the_smoothed_target(logits, smoothing, seed) -> None:
    classes, n = logits.shape
    labels = np.random.default_rng(seed).integers(0, classes, n)
    target = np.full((classes, n), smoothing / classes)
    target[labels, np.arange(n)] += 1 - smoothing
    logs = logits - logits.max(axis=0) - np.log(np.exp(logits - logits.max(axis=0)).sum(axis=0))
    loss, grad = softmax_cross_entropy(logits, labels, label_smoothing=smoothing)
    assert loss == pytest.approx(-(target * logs).sum() / n, rel=1e-9, abs=1e-9)
    np.testing.assert_allclose(grad, (softmax(logits) - target) / n, atol=1e-12)


def test_the_gradient_of_the_smoothed_loss_is_its_slope(rng) -> None:
    logits, labels = rng.standard_normal((4, 3)), np.array([0, 3, 1])
    _, grad = softmax_cross_entropy(logits, labels, label_smoothing=0.3)
    measured = slopes(lambda: softmax_cross_entropy(logits, labels, label_smoothing=0.3)[0], logits)
    np.testing.assert_allclose(grad, measured, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_sigmoid_of_large_logits_overflows_nothing(dtype) -> None:
    logits = np.array([[-1000, 0, 1000, np.log(3)]], dtype)
    np.testing.assert_allclose(sigmoid(logits), [[0, 0.5, 1, 0.75]], rtol=1e-6)
    loss, grad = sigmoid_cross_entropy(logits, np.array([1, 1, 1, 0], np.uint8))
    assert loss == pytest.approx((1000 + np.log(2) + 0 + np.log(4)) / 4, rel=1e-6)
    np.testing.assert_allclose(grad, [[-0.25, -0.125, 0, 0.1875]], rtol=1e-6)
    assert grad.dtype == dtype


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_one_logit_is_as_two_of_which_one_is_zero(rng, smoothing) -> None:
    row, labels = rng.standard_normal((1, 6)) * 3, rng.integers(0, 2, 6).astype(np.uint8)
    two = np.concatenate([np.zeros((1, 6)), row])
    loss, grad = sigmoid_cross_entropy(row, labels, label_smoothing=smoothing)
    expected_loss, expected_grad = softmax_cross_entropy(two, labels, label_smoothing=smoothing)
    assert loss == pytest.approx(expected_loss)
    np.testing.assert_allclose(grad, expected_grad[1:], atol=1e-12)


def test_a_weight_penalty_adds_its_slope_to_the_gradients(rng) -> None:
    weight, bias = Parameter.of(rng.standard_normal((3, 4))), Parameter.of(rng.standard_normal(3))
    other = Parameter.of(rng.standard_normal((2, 3)))
    weight.grad[:] = 1
    assert add_weight_penalty([other, weight, bias], l1=0.3, l2=0.7) == pytest.approx(
        sum(0.3 * np.abs(one.value).sum() + 0.35 * (one.value**2).sum() for one in (other, weight))
    )
    computed = weight.grad - 1

    def penalty() -> float:
        return add_weight_penalty([weight, bias], l1=0.3, l2=0.7)

    np.testing.assert_allclose(computed, slopes(penalty, weight.value), atol=1e-6)
    assert not bias.grad.any()
    assert add_weight_penalty([weight]) == 0


# pictures of no class


@given(logits=logit_arrays, seed=st.integers(0, 99), smoothing=st.sampled_from([0.0, 0.1]))
@thorough
def test_a_picture_of_no_class_costs_least_where_all_classes_are_equal(logits, seed, smoothing) -> None:
    classes, n = logits.shape
    labels = np.random.default_rng(seed).choice([0, 1, NO_DIGIT], n).astype(np.uint8)
    loss, grad = softmax_cross_entropy(logits, labels, label_smoothing=smoothing)
    log_p = logits - logits.max(axis=0)
    log_p -= np.log(np.exp(log_p).sum(axis=0))
    expected = 0.0
    for column, label in enumerate(labels):
        for row in range(classes):
            target = smoothing / classes + (1 - smoothing) * (row == label)
            if label == NO_DIGIT:
                target = 1 / classes
            expected -= target * log_p[row, column]
            assert grad[row, column] * n == pytest.approx(np.exp(log_p[row, column]) - target, abs=1e-9)
    assert loss == pytest.approx(expected / n, abs=1e-9, rel=1e-9)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_gradient_of_no_class_equals_the_slope(rng, smoothing) -> None:
    logits, labels = rng.standard_normal((10, 4)), np.array([NO_DIGIT, 3, NO_DIGIT, 9], np.uint8)

    def loss() -> float:
        return softmax_cross_entropy(logits, labels, label_smoothing=smoothing)[0]

    _, grad = softmax_cross_entropy(logits, labels, label_smoothing=smoothing)
    np.testing.assert_allclose(grad, slopes(loss, logits), atol=1e-7)
    labels[0] = 5  # a label like any other gives another gradient
    assert np.abs(grad - slopes(loss, logits)).max() > 0.01


def test_equal_logits_are_what_no_class_asks_for() -> None:
    loss, grad = softmax_cross_entropy(np.zeros((10, 3), np.float32), np.full(3, NO_DIGIT, np.uint8))
    assert loss == pytest.approx(np.log(10))
    np.testing.assert_allclose(grad, 0, atol=1e-8)
    assert grad.dtype == np.float32
