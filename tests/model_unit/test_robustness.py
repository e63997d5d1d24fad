"""Accuracy against the strength of an operation: what a good network cannot stand, it is measured not to stand."""

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.runs import small_network

import resources
from model import load_network
from model.data.augmentation import OPERATIONS
from model.errors import ConfigError, DataFormatError
from model.judging.robustness import accuracies, accuracy_by_strength, destroys_labels, strengths_of


@pytest.fixture(scope="module")
def network():
    return load_network(resources.DEFAULT_MODEL)


@pytest.mark.parametrize("name", OPERATIONS)
def test_strengths_reach_from_nothing_to_the_maximum(name) -> None:
    strengths = strengths_of(name)
    assert (strengths[0], strengths[-1]) == (0, OPERATIONS[name].maximum)
    assert (np.diff(strengths) > 0).all()
    assert len(strengths) == (2 if name == "flip" else 9)


def test_nothing_is_the_plain_accuracy_and_half_a_turn_and_a_flip_destroy_labels(network, mnist) -> None:
    images, labels = mnist.images[:300], mnist.labels[:300]
    plain = (network.predict_proba(images).argmax(axis=1) == labels).mean()
    for operation, strength in (("rotation", 180.0), ("flip", 1.0), ("noise", 100.0)):
        found = accuracy_by_strength(
            network, images, labels, operation, np.array([0, strength]), np.random.default_rng(0)
        )
        assert found[0] == pytest.approx(plain)
        assert found[1] < 0.55
    mild = accuracy_by_strength(network, images, labels, "shear", np.array([0.25]), np.random.default_rng(0))
    assert mild[0] > 0.95


def test_the_same_seed_gives_the_same_curve(network, mnist) -> None:
    curves = [
        accuracy_by_strength(
            network,
            mnist.images[:50],
            mnist.labels[:50],
            "elastic",
            strengths_of("elastic"),
            np.random.default_rng(1),
        )
        for _ in range(2)
    ]
    np.testing.assert_array_equal(*curves)


def test_whoever_stops_asking_ends_the_measurement(mnist) -> None:
    asked: list[float] = []

    def strengths():
        for strength in (0.0, 10.0, 20.0):
            asked.append(strength)
            yield strength

    measured = accuracies(
        small_network(), mnist.images[:20], mnist.labels[:20], "rotation", strengths(), np.random.default_rng(0)
    )
    assert 0 <= next(measured) <= 1
    measured.close()
    assert asked == [0.0]


def test_no_pictures_and_a_strength_that_is_none_are_refused(mnist) -> None:
    def measure(n: int, strength: float) -> None:
        arguments = mnist.images[:n], mnist.labels[:n], "noise", np.array([strength]), np.random.default_rng(0)
        accuracy_by_strength(small_network(), *arguments)

    assert "no pictures" in error_of(DataFormatError, lambda: measure(0, 1.0))
    assert "101" in error_of(ConfigError, lambda: measure(5, 101.0))


@pytest.mark.parametrize(
    ("accuracy", "plain", "destroyed"),
    [(0.54, 1.0, True), (0.56, 1.0, False), (0.3, 0.5, False), (0.0, 0.1, False)],
)
def test_labels_are_destroyed_below_half_of_the_way_to_guessing(accuracy, plain, destroyed) -> None:
    assert destroys_labels(accuracy, plain) is destroyed
