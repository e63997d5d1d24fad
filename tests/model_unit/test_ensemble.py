"""Several networks that answer as one."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.errors import error_of

from model import DIGITS, build
from model.errors import ShapeError
from model.judging.ensemble import Ensemble, answer_alike
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


def test_networks_answer_alike_only_if_all_that_answers_depend_on_is_the_same() -> None:
    one = build("journal-8", 1)
    assert answer_alike(one, one.copy())
    others = [one.copy() for _ in range(3)]
    others[0].parameters()[-1].value[3] += 1e-6
    others[1].input_mean = 0.1
    others[2].card = replace(one.card, class_names=tuple("abcdefghij"))
    others += [build("journal-8", 2), build("journal-16", 1), Network([Flatten(), Dense(10)])]
    assert not any(answer_alike(one, other) for other in others)
    flat = [Network([Flatten(), Dense(2)], shape, draw_weights=False) for shape in ((1, 4, 4), (1, 2, 8))]
    assert not answer_alike(*flat)
    assert answer_alike(Ensemble([one, others[0]]), Ensemble([one.copy(), others[0].copy()]))
    assert not answer_alike(Ensemble([one, others[0]]), Ensemble([others[0], one]))
    assert not answer_alike(Ensemble([one, one]), one)


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
