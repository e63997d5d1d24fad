"""Figures of merit, compared with ones worked by hand."""

import numpy as np
import pytest
from helpers.errors import error_of
from sklearn.metrics import classification_report

from model import Network
from model.errors import DataFormatError
from model.judging.evaluation import evaluate, loss_and_accuracy
from model.network.layers import Dense, Flatten


@pytest.fixture
def reader() -> Network:
    """Build a network that answers the digit d where pixel d of the first row is lit, with logits 0 and 5."""
    network = Network([Flatten(), Dense(10)])
    weight = network.named_parameters()["dense1.weight"].value
    weight[...] = 0
    weight[np.arange(10), np.arange(10)] = 5
    return network


def pictures(answers) -> np.ndarray:
    images = np.zeros((len(answers), 28, 28), np.uint8)
    images[np.arange(len(answers)), 0, answers] = 255
    return images


LABELS = np.array([0, 0, 0, 1, 1, 2], np.uint8)
ANSWERS = [0, 0, 1, 1, 1, 0]
RIGHT, WRONG = -np.log(np.exp(5) / (np.exp(5) + 9)), -np.log(1 / (np.exp(5) + 9))


def test_figures_equal_those_worked_by_hand(reader) -> None:
    evaluation = evaluate(reader, pictures(ANSWERS), LABELS)
    assert evaluation.count == 6
    assert evaluation.accuracy == pytest.approx(4 / 6)
    assert evaluation.loss == pytest.approx((4 * RIGHT + 2 * WRONG) / 6, rel=1e-5)
    expected = np.zeros((10, 10), int)
    expected[0, 0], expected[0, 1], expected[1, 1], expected[2, 0] = 2, 1, 2, 1
    np.testing.assert_array_equal(evaluation.confusion, expected)


def test_the_report_has_every_digit_even_those_that_are_absent(reader) -> None:
    evaluation = evaluate(reader, pictures(ANSWERS), LABELS)
    report = evaluation.report
    assert set(map(str, range(10))) < set(report)
    assert report["0"] == pytest.approx({"precision": 2 / 3, "recall": 2 / 3, "f1-score": 2 / 3, "support": 3})
    assert report["1"] == pytest.approx({"precision": 2 / 3, "recall": 1, "f1-score": 0.8, "support": 2})
    assert report["2"] == pytest.approx({"precision": 0, "recall": 0, "f1-score": 0, "support": 1})
    assert report["7"]["support"] == 0
    expected = classification_report(LABELS, ANSWERS, labels=range(10), zero_division=0, output_dict=True)
    assert set(report) == set(expected)
    for name, figures in expected.items():
        assert report[name] == pytest.approx(figures)


def test_macro_f1_is_the_mean_over_all_ten_digits_as_in_the_report(reader) -> None:
    evaluation = evaluate(reader, pictures(ANSWERS), LABELS)
    assert evaluation.macro_f1 == pytest.approx((2 / 3 + 0.8 + 0) / 10)
    assert evaluation.macro_f1 == pytest.approx(evaluation.report["macro avg"]["f1-score"])


def test_a_perfect_reader_gets_ones(reader) -> None:
    labels = np.arange(10, dtype=np.uint8)
    evaluation = evaluate(reader, pictures(labels), labels)
    assert (evaluation.accuracy, evaluation.macro_f1) == (1.0, 1.0)
    np.testing.assert_array_equal(evaluation.confusion, np.eye(10, dtype=int))


def test_loss_and_accuracy_alone_are_the_same_figures(reader) -> None:
    loss, accuracy = loss_and_accuracy(reader, pictures(ANSWERS), LABELS)
    evaluation = evaluate(reader, pictures(ANSWERS), LABELS)
    assert (loss, accuracy) == (evaluation.loss, evaluation.accuracy)
    assert type(loss) is type(accuracy) is float


def test_an_empty_part_is_refused_with_advice(reader) -> None:
    message = error_of(DataFormatError, lambda: evaluate(reader, pictures([]), LABELS[:0]))
    assert "another part" in message
