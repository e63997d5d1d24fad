"""Several networks that answer as one."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.errors import error_of

from model import DIGITS, build
from model.errors import ShapeError
from model.judging.ensemble import Ensemble
from model.judging.evaluation import evaluate
from model.network.layers import Dense, Flatten
from model.network.network import Network


def test_probabilities_are_the_mean_of_the_networks(mnist) -> None:
    networks = [build("journal-8", seed) for seed in range(3)]
    images = mnist.images[:5]
    expected = np.mean([network.predict_proba(images) for network in networks], axis=0)
    computed = Ensemble(networks).predict_proba(images)
    assert computed.dtype == np.float32
    np.testing.assert_allclose(computed, expected, rtol=1e-6)


def test_it_can_be_evaluated_as_a_network_can(mnist) -> None:
    networks = [build("journal-8", seed) for seed in range(2)]
    images, labels = mnist.images[:50], mnist.labels[:50]
    probabilities = Ensemble(networks).predict_proba(images)
    figures = evaluate(Ensemble(networks), images, labels)
    assert figures.accuracy == (probabilities.argmax(axis=1) == labels).mean()
    assert figures.loss == pytest.approx(-np.log(probabilities[np.arange(50), labels]).mean(), rel=1e-5)
    one = evaluate(Ensemble(networks[:1]), images, labels)
    assert one.loss == pytest.approx(evaluate(networks[0], images, labels).loss, rel=1e-5)


def test_certainty_has_a_finite_logarithm() -> None:
    network = Network([Flatten(), Dense(3)], (1, 1, 1))
    network.parameters()[1].value[:] = [0, 500, -500]
    assert np.isfinite(Ensemble([network]).logits(np.zeros((1, 1, 1), np.uint8))).all()


def test_networks_that_do_not_fit_together_are_refused() -> None:
    assert "none" in error_of(ShapeError, lambda: Ensemble([]))
    photographs = build("journal-8", task=replace(DIGITS, preparation="photo"))
    for other in (Network([Flatten(), Dense(3)], (1, 28, 28)), photographs):
        members = [build("journal-8"), other]
        assert "same pictures" in error_of(ShapeError, lambda members=members: Ensemble(members))
