"""Probabilities that mean what they say, and the line of doubt."""

import json

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.properties import thorough
from hypothesis import given
from hypothesis import strategies as st

from model import Network, build, load_network, save_network
from model.errors import ConfigError, DataFormatError
from model.judging.calibration import (
    THRESHOLDS,
    CoverageCurve,
    calibrate,
    coverage_curve,
    expected_calibration_error,
    fit_temperature,
    threshold_that_refuses,
)
from model.network.layers import Dense, Flatten, ReLU
from model.network.losses import softmax
from model.training.learner import Learner


def drawn_answers(rng, n: int = 8_000) -> tuple[np.ndarray, np.ndarray]:
    """Draw logits, and labels from exactly the probabilities that they stand for."""
    logits = rng.normal(0, 2, (n, 10))
    cumulative = softmax(logits.T).T.cumsum(axis=1)
    return logits, (rng.random((n, 1)) > cumulative).sum(axis=1).clip(0, 9)


def random_probabilities(seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    probabilities = softmax(rng.normal(0, 3, (10, n))).T.astype(np.float32)
    return probabilities, rng.integers(0, 10, n).astype(np.uint8)


@pytest.mark.parametrize("factor", [0.3, 1.0, 2.5, 6.0])
def test_the_temperature_undoes_a_known_factor(rng, factor) -> None:
    logits, labels = drawn_answers(rng)
    assert fit_temperature((logits * factor).astype(np.float32), labels) == pytest.approx(factor, rel=0.05)


def test_a_temperature_needs_pictures() -> None:
    error_of(DataFormatError, lambda: fit_temperature(np.zeros((0, 10)), np.zeros(0, np.uint8)))


@given(seed=st.integers(0, 9999), n=st.integers(1, 80), bins=st.integers(1, 20))
@thorough
def test_the_calibration_error_equals_that_of_a_plain_loop(seed, n, bins) -> None:
    probabilities, labels = random_probabilities(seed, n)
    probabilities[::7] = np.eye(10)[3]  # sure to the last digit: they belong to the last bin
    expected = 0.0
    for number in range(bins):
        inside = [
            (row.max(), row.argmax() == label)
            for row, label in zip(probabilities.astype(np.float64), labels, strict=True)
            if number <= row.max() * bins < number + 1 or (number == bins - 1 and row.max() >= 1)
        ]
        if inside:
            confidence = sum(sure for sure, _ in inside) / len(inside)
            accuracy = sum(right for _, right in inside) / len(inside)
            expected += len(inside) / n * abs(accuracy - confidence)
    assert expected_calibration_error(probabilities, labels, bins) == pytest.approx(expected, abs=1e-9)


def test_honest_probabilities_have_no_calibration_error_and_boasting_ones_do(rng) -> None:
    logits, labels = drawn_answers(rng)
    assert expected_calibration_error(softmax(logits.T).T, labels) < 0.02
    assert expected_calibration_error(softmax(4 * logits.T).T, labels) > 0.1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_calibrating_changes_probabilities_and_no_answer(mnist, dtype) -> None:
    network = build("journal-8", seed=1, dtype=dtype)
    for _ in range(3):
        Learner(network).train_batch(mnist.images[:120], mnist.labels[:120])
        for parameter in network.parameters():
            parameter.value -= 0.3 * parameter.grad
    for parameter in list(network.parameters())[-2:]:
        parameter.value *= 12  # it boasts
    images, labels = mnist.images[300:500], mnist.labels[300:500]
    before, error = network.logits(images), expected_calibration_error(network.predict_proba(images), labels)
    temperature = calibrate(network, images, labels)
    assert temperature > 2
    after = network.logits(images)
    assert after.dtype == dtype
    np.testing.assert_allclose(after * temperature, before, rtol=1e-3, atol=1e-4)
    np.testing.assert_array_equal(after.argmax(axis=1), before.argmax(axis=1))
    assert expected_calibration_error(network.predict_proba(images), labels) < 0.7 * error
    assert calibrate(network, images, labels) == pytest.approx(1, rel=0.01)


def test_only_a_network_that_ends_in_a_dense_layer_is_calibrated(mnist) -> None:
    network = Network([Flatten(), Dense(10), ReLU()])
    weights = network.weights()
    message = error_of(ConfigError, lambda: calibrate(network, mnist.images[:9], mnist.labels[:9]))
    assert "ReLU" in message
    for name, value in network.weights().items():
        np.testing.assert_array_equal(value, weights[name])


@given(seed=st.integers(0, 9999), n=st.integers(1, 40), m=st.integers(0, 10))
@thorough
def test_the_coverage_curve_equals_that_of_a_plain_loop(seed, n, m) -> None:
    probabilities, labels = random_probabilities(seed, n)
    of_no_digit = random_probabilities(seed + 1, m)[0] if m else None
    curve = coverage_curve(probabilities, labels, of_no_digit)
    assert curve.pictures == n
    for line, coverage, accuracy in zip(THRESHOLDS, curve.coverage, curve.accuracy, strict=True):
        answered = [row.argmax() == y for row, y in zip(probabilities, labels, strict=True) if row.max() >= line]
        assert coverage == pytest.approx(len(answered) / n)
        assert accuracy == (pytest.approx(sum(answered) / len(answered)) if answered else 1)
    assert (np.diff(curve.coverage) <= 0).all()
    if of_no_digit is None:
        assert curve.rejection is None
    else:
        assert curve.rejection is not None
        expected = [np.mean([row.max() < line for row in of_no_digit]) for line in THRESHOLDS]
        np.testing.assert_allclose(curve.rejection, expected)


@pytest.mark.parametrize("m", [0, 5])
def test_a_curve_goes_through_json_and_through_a_model_file(tmp_path, m) -> None:
    curve = coverage_curve(*random_probabilities(1, 30), random_probabilities(2, m)[0] if m else None)
    network = build("journal-8")
    network.card.provenance["calibration"] = {"curve": curve.as_dict()}
    save_network(network, tmp_path / "x.safetensors")
    saved = load_network(tmp_path / "x.safetensors").card.provenance["calibration"]["curve"]
    assert saved == json.loads(json.dumps(curve.as_dict()))
    again = CoverageCurve.from_dict(saved)
    assert again is not None
    assert again.pictures == 30
    np.testing.assert_allclose(again.coverage, curve.coverage, atol=1e-5)
    np.testing.assert_allclose(again.accuracy, curve.accuracy, atol=1e-5)
    assert (again.rejection is None) == (m == 0)


GOOD = coverage_curve(*random_probabilities(1, 30), random_probabilities(2, 5)[0]).as_dict()


@pytest.mark.parametrize(
    "saved",
    [
        None,
        3,
        "curve",
        [],
        {},
        [1, 2],
        {name: entry for name, entry in GOOD.items() if name != "pictures"},
        {name: entry for name, entry in GOOD.items() if name != "rejection"},
        GOOD | {"pictures": "many"},
        GOOD | {"pictures": None},
        GOOD | {"pictures": float("inf")},
        GOOD | {"coverage": None},
        GOOD | {"accuracy": GOOD["accuracy"][:-1]},
        GOOD | {"accuracy": [GOOD["accuracy"]]},
        GOOD | {"coverage": ["a"] * 101},
        GOOD | {"coverage": [[1], 2]},
        GOOD | {"coverage": [float("nan")] * 101},
        GOOD | {"coverage": [None] * 101},
        GOOD | {"rejection": 0.5},
        GOOD | {"rejection": {}},
    ],
    ids=range(20),
)
def test_a_damaged_curve_is_no_curve(saved) -> None:
    assert CoverageCurve.from_dict(GOOD) is not None
    assert CoverageCurve.from_dict(saved) is None


@given(seed=st.integers(0, 9999), n=st.integers(1, 60), share=st.sampled_from([0.0, 0.01, 0.1, 0.5, 1.0]))
@thorough
def test_the_line_refuses_at_most_a_share_and_the_next_thousandth_more(seed, n, share) -> None:
    confidence = np.random.default_rng(seed).random(n).astype(np.float32)
    line = threshold_that_refuses(confidence, share)
    assert line == round(line, 3)
    assert (confidence < line).mean() <= share
    assert share == 1 or (confidence < line + 0.0011).mean() > share
