"""The figures of an evaluation, compared with plain loops and with numbers worked by hand."""

import json
import math
import pickle
from dataclasses import asdict, fields

import numpy as np
import pytest
from helpers.errors import error_of
from helpers.properties import few, thorough
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, classification_report, confusion_matrix, roc_auc_score

from model import build
from model.errors import DataFormatError, ShapeError
from model.judging.evaluation import evaluate, evaluate_briefly
from model.judging.one_against_rest import one_against_rest
from model.judging.scores import MEANINGS, TOP_K, DigitScores, Scores, meanings_for, score
from model.network.losses import softmax


def sure_of(answers, certainty: float = 0.91) -> np.ndarray:
    """Make probabilities of which the answer gets most, and the nine others the same."""
    probabilities = np.full((len(answers), 10), (1 - certainty) / 9, np.float32)
    probabilities[np.arange(len(answers)), answers] = certainty
    return probabilities


def random_answers(seed: int, n: int, digits: int = 10, steps: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Draw probabilities that know something of the labels; ``steps`` rounds them, so that some are equal."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, digits, n).astype(np.uint8)
    logits = rng.normal(0, 1.5, (n, 10)) + 2 * np.eye(10)[labels]
    if steps:
        logits = np.round(logits * steps / 4) * 4 / steps
    return softmax(logits.T).T.astype(np.float32), labels


def area_by_pairs(shows_it: np.ndarray, probability: np.ndarray) -> float:
    """Compare every picture of a digit with every other one: the area below the ROC curve by its meaning."""
    pairs = [np.sign(p - q) for p in probability[shows_it] for q in probability[~shows_it]]
    return float(np.mean([(sign + 1) / 2 for sign in pairs]))


def average_precision_by_lines(shows_it: np.ndarray, probability: np.ndarray) -> float:
    total, found_before = 0.0, 0.0
    for line in sorted(set(probability.tolist()), reverse=True):
        taken = probability >= line
        found = (taken & shows_it).sum() / shows_it.sum()
        total += (found - found_before) * (taken & shows_it).sum() / taken.sum()
        found_before = found
    return total


LABELS = np.array([0, 0, 0, 1, 1, 2], np.uint8)
ANSWERS = [0, 0, 1, 1, 1, 0]


def test_figures_equal_those_worked_by_hand() -> None:
    scores = score(sure_of(ANSWERS), LABELS)
    assert (scores.count, scores.accuracy) == (6, pytest.approx(4 / 6))
    assert scores.loss == pytest.approx(-(4 * math.log(0.91) + 2 * math.log(0.01)) / 6, rel=1e-5)
    # agreement 4 / 6; by chance 3/6 * 3/6 + 2/6 * 3/6 + 1/6 * 0 = 15/36
    assert scores.kappa == pytest.approx((4 / 6 - 15 / 36) / (1 - 15 / 36))
    # (p + z²/2n ± z sqrt(p (1 - p) / n + z²/4n²)) / (1 + z²/n) with p = 2/3, n = 6, z = 1.95996
    assert scores.interval == pytest.approx((0.30000, 0.90323), abs=1e-4)
    zero, one, two, *absent = scores.digits
    assert (zero.precision, zero.recall, zero.f1, zero.support) == pytest.approx((2 / 3, 2 / 3, 2 / 3, 3))
    assert (zero.specificity, one.specificity, two.specificity) == pytest.approx((2 / 3, 3 / 4, 1))
    assert (two.precision, two.recall, two.f1, two.support) == (0, 0, 0, 1)
    assert [digit.support for digit in absent] == [0] * 7
    assert scores.macro.recall == pytest.approx((2 / 3 + 1 + 0) / 10)
    assert scores.weighted.recall == pytest.approx(4 / 6)
    assert scores.macro.specificity == pytest.approx((2 / 3 + 3 / 4 + 8) / 10)
    assert scores.weighted.specificity == pytest.approx((3 * 2 / 3 + 2 * 3 / 4 + 1) / 6)
    # of 3 * 3 pairs of a 0 and another, the 0 has more in 2 * 2, and as much in 2 * 1 + 1 * 2
    assert zero.roc_auc == pytest.approx((4 + 4 / 2) / 9)


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (20, 20, 0.8389, 1)],
)
def test_the_interval_is_that_of_published_examples(right, count, low, high) -> None:
    # R. Newcombe, Statistics in Medicine 17, 1998, table I, method 3; the last one is its mirror image
    answers = np.where(np.arange(count) < right, 3, 4)
    assert score(sure_of(answers), np.full(count, 3, np.uint8)).interval == pytest.approx((low, high), abs=6e-5)


@given(
    seed=st.integers(0, 9999),
    n=st.integers(1, 40),
    digits=st.integers(1, 10),
    steps=st.sampled_from([0, 1, 3]),
)
@thorough
def test_every_figure_equals_that_of_a_plain_loop(seed, n, digits, steps) -> None:
    probabilities, labels = random_answers(seed, n, digits, steps)
    scores = score(probabilities, labels)
    answers = probabilities.argmax(axis=1)
    pairs = list(zip(labels.tolist(), answers.tolist(), strict=True))
    for one in scores.digits:
        d = one.digit
        shows_it = labels == d
        hits = pairs.count((d, d))
        shown, said = sum(label == d for label, _ in pairs), sum(answer == d for _, answer in pairs)
        assert one.support == shown
        assert one.recall == pytest.approx(hits / shown if shown else 0)
        assert one.precision == pytest.approx(hits / said if said else 0)
        assert one.f1 == pytest.approx(2 * hits / (shown + said) if shown + said else 0)
        others = [answer for label, answer in pairs if label != d]
        expected = [answer != d for answer in others]
        assert one.specificity == (
            pytest.approx(np.mean(expected)) if others else pytest.approx(np.nan, nan_ok=True)
        )
        curves = scores.roc[d], scores.precision_recall[d]
        assert [len(curve.x) > 0 for curve in curves] == [shown > 0 and len(others) > 0, shown > 0]
        assert [math.isnan(area) for area in (one.roc_auc, one.pr_auc)] == [len(curve.x) == 0 for curve in curves]
        if len(curves[0].x):
            assert one.roc_auc == pytest.approx(area_by_pairs(shows_it, probabilities[:, d]))
        if shown:
            assert one.pr_auc == pytest.approx(average_precision_by_lines(shows_it, probabilities[:, d]))
    by_chance = sum((labels == d).mean() * (answers == d).mean() for d in range(10))
    kappa = (scores.accuracy - by_chance) / (1 - by_chance) if by_chance < 1 else np.nan
    assert scores.kappa == pytest.approx(kappa, nan_ok=True)
    np.testing.assert_array_equal(scores.confusion, [[pairs.count((t, a)) for a in range(10)] for t in range(10)])


@given(seed=st.integers(0, 9999), n=st.integers(1, 30), steps=st.sampled_from([0, 1, 3]))
@few
def test_top_k_counts_labels_among_the_first_and_the_smaller_digit_comes_first(seed, n, steps) -> None:
    probabilities, labels = random_answers(seed, n, steps=steps)
    scores = score(probabilities, labels)
    for k, share in enumerate(scores.top_k, start=1):
        ranked = [sorted(range(10), key=lambda d, row=row: (-row[d], d))[:k] for row in probabilities.tolist()]
        hits = [label in best for label, best in zip(labels.tolist(), ranked, strict=True)]
        assert share == pytest.approx(np.mean(hits))
    assert len(scores.top_k) == TOP_K
    assert scores.top_k[0] == scores.accuracy


def test_equal_probabilities_are_an_answer_of_0_and_tell_nothing_apart() -> None:
    labels = np.arange(10, dtype=np.uint8)
    scores = score(np.full((10, 10), 0.1, np.float32), labels)
    assert scores.top_k == pytest.approx((0.1, 0.2, 0.3, 0.4, 0.5))
    assert scores.loss == pytest.approx(math.log(10))
    assert scores.kappa == pytest.approx(0)
    assert scores.roc_auc == pytest.approx(0.5)
    assert scores.mean_average_precision == pytest.approx(0.1)
    assert scores.calibration.expected_error == pytest.approx(0, abs=1e-7)


def test_all_right_and_all_wrong_are_the_ends_of_every_scale() -> None:
    labels = np.repeat(np.arange(10, dtype=np.uint8), 3)
    right, wrong = score(sure_of(labels), labels), score(sure_of((labels + 1) % 10), labels)
    for averages in (right.macro, right.weighted):
        assert list(asdict(averages).values()) == pytest.approx([1] * 6)
    assert (right.accuracy, right.kappa, right.top_k[0], right.interval[1]) == pytest.approx((1, 1, 1, 1))
    assert (wrong.accuracy, wrong.top_k[0], wrong.interval[0], wrong.macro_f1) == (0, 0, 0, 0)
    assert wrong.kappa == pytest.approx(-1 / 9)
    assert wrong.macro.specificity == pytest.approx(24 / 27)
    assert right.calibration.expected_error == pytest.approx(0.09)
    assert wrong.calibration.expected_error == pytest.approx(0.91)


def test_one_picture_leaves_open_what_one_picture_cannot_tell() -> None:
    scores = score(sure_of([7]), np.array([7], np.uint8))
    assert scores.accuracy == 1
    assert scores.interval == pytest.approx((0.2065, 1), abs=1e-4)
    assert math.isnan(scores.kappa)
    seven, eight = scores.digits[7], scores.digits[8]
    assert math.isnan(seven.specificity)
    assert math.isnan(seven.roc_auc)
    assert (seven.pr_auc, eight.specificity) == (1, 1)
    assert math.isnan(eight.pr_auc)
    assert math.isnan(scores.roc_auc)
    assert scores.mean_average_precision == 1
    assert math.isnan(scores.weighted.specificity)


def test_a_missing_digit_counts_in_the_f1_of_all_and_not_in_the_areas() -> None:
    labels = np.array([label for label in range(9) for _ in range(4)], np.uint8)
    scores = score(sure_of(labels), labels)
    assert scores.macro_f1 == pytest.approx(0.9)
    assert (scores.weighted.f1, scores.roc_auc, scores.mean_average_precision) == pytest.approx((1, 1, 1))
    assert math.isnan(scores.digits[9].roc_auc)


def test_probabilities_that_vanish_or_are_none_are_borne() -> None:
    labels = np.array([0, 1, 2], np.uint8)
    certain = np.eye(10, dtype=np.float32)[[0, 1, 1]]
    assert score(certain, labels).loss == pytest.approx(-np.log(np.finfo(np.float32).tiny) / 3)
    diverged = score(np.full((3, 10), np.nan, np.float32), labels)
    assert math.isnan(diverged.loss)
    assert diverged.accuracy == pytest.approx(1 / 3)
    assert diverged.confusion[:, 0].sum() == 3
    assert diverged.as_dict()["loss"] is None


def test_curves_of_many_pictures_keep_their_course_with_few_points() -> None:
    probabilities, labels = random_answers(1, 6_000)
    scores = score(probabilities, labels)
    for digit in range(10):
        shows_it, probability = labels == digit, probabilities[:, digit]
        roc, precision_recall = scores.roc[digit], scores.precision_recall[digit]
        for curve in (roc, precision_recall):
            assert 50 < len(curve.x) == len(curve.y) <= 200
            assert (np.diff(curve.x) >= 0).all()
            assert curve.x.dtype == curve.y.dtype == np.float64
        assert (roc.x[0], roc.y[0], roc.x[-1], roc.y[-1]) == (0, 0, 1, 1)
        assert (precision_recall.x[0], precision_recall.x[-1]) == (0, 1)
        assert scores.digits[digit].roc_auc == pytest.approx(roc_auc_score(shows_it, probability))
        assert scores.digits[digit].pr_auc == pytest.approx(average_precision_score(shows_it, probability))
        assert np.trapezoid(roc.y, roc.x) == pytest.approx(scores.digits[digit].roc_auc, abs=0.003)
        area = np.trapezoid(precision_recall.y, precision_recall.x)
        assert area == pytest.approx(scores.digits[digit].pr_auc, abs=0.01)


def test_the_bins_of_the_calibration_hold_all_pictures() -> None:
    probabilities, labels = random_answers(3, 500)
    calibration = score(probabilities, labels).calibration
    filled = calibration.count > 0
    assert calibration.count.sum() == 500
    assert not filled[0], "nobody is least sure of ten digits and surer of none"
    np.testing.assert_array_equal(filled, np.isfinite(calibration.accuracy))
    np.testing.assert_array_equal(filled, np.isfinite(calibration.confidence))
    edges = np.arange(16) / 15
    assert (calibration.confidence[filled] >= edges[:-1][filled]).all()
    assert (calibration.confidence[filled] <= edges[1:][filled]).all()
    weighted = calibration.count[filled] @ np.abs(calibration.accuracy - calibration.confidence)[filled] / 500
    assert calibration.expected_error == pytest.approx(weighted)


@pytest.mark.parametrize(
    ("probabilities", "labels"),
    [
        (sure_of([1, 2]), np.array([1], np.uint8)),
        (sure_of([1, 2]), np.array([1, 10], np.uint8)),
        (sure_of([1])[0], np.array([1], np.uint8)),
    ],
    ids=["too few labels", "an eleventh digit", "one row alone"],
)
def test_what_does_not_fit_is_refused(probabilities, labels) -> None:
    assert "expected" in error_of(ShapeError, lambda: score(probabilities, labels))


def test_no_pictures_are_refused_with_advice() -> None:
    message = error_of(DataFormatError, lambda: score(np.zeros((0, 10), np.float32), np.zeros(0, np.uint8)))
    assert "another part" in message


def test_scores_travel_between_processes_and_into_json() -> None:
    probabilities, labels = random_answers(5, 60, digits=8)
    scores = score(probabilities, labels)
    again = pickle.loads(pickle.dumps(scores))
    assert isinstance(again, Scores)
    assert again.macro == scores.macro
    np.testing.assert_array_equal(again.roc[3].y, scores.roc[3].y)
    saved = json.loads(json.dumps(scores.as_dict(), allow_nan=False))
    assert saved["accuracy_interval"] == list(scores.interval)
    assert saved["digits"][3]["roc_auc"] == scores.digits[3].roc_auc
    assert saved["digits"][9]["roc_auc"] is None
    assert saved["expected_calibration_error"] == scores.calibration.expected_error
    assert saved["calibration"]["accuracy"][0] is None


def test_every_figure_has_its_meaning_in_one_sentence() -> None:
    figures = {field.name for field in (*fields(Scores), *fields(DigitScores))}
    curves = {"roc", "precision_recall"}
    assert figures - curves - {"count", "digit", "digits", "name", "order"} <= set(MEANINGS)
    assert {f"{curve}_curve" for curve in curves} <= set(MEANINGS)
    assert all(text.endswith(".") and "\n" not in text and len(text) < 160 for text in MEANINGS.values())


@pytest.mark.parametrize("count", [3, 9, 47])
def test_no_area_is_above_1_where_rounding_would_make_it_so(count) -> None:
    probability = np.linspace(0.9, 0.8, count).astype(np.float32)
    assert one_against_rest(np.ones(count, bool), probability).pr_auc <= 1


def test_the_figures_at_the_end_of_a_training_are_those_of_the_whole_evaluation_and_of_scikit_learn(mnist) -> None:
    network, data = build("journal-8", 3), mnist.limited(300)
    images, labels = data.images[data.labels != 4], data.labels[data.labels != 4]  # one digit has no pictures
    brief, whole = evaluate_briefly(network, images, labels), evaluate(network, images, labels)
    for name in ("count", "loss", "accuracy", "macro_f1", "report"):
        assert getattr(brief, name) == getattr(whole, name), name
    np.testing.assert_array_equal(brief.confusion, whole.confusion)
    answers = network.logits(images).argmax(axis=1)
    theirs = classification_report(labels, answers, labels=range(10), output_dict=True, zero_division=0)
    np.testing.assert_array_equal(brief.confusion, confusion_matrix(labels, answers, labels=range(10)))
    for row in (*map(str, range(10)), "macro avg", "weighted avg"):
        assert brief.report[row] == pytest.approx(theirs[row]), row


def test_the_meanings_speak_of_digits_only_where_there_are_some() -> None:
    assert meanings_for(tuple("0123456789")) is MEANINGS
    of_letters = meanings_for(tuple("ABCDE"))
    assert of_letters.keys() == MEANINGS.keys()
    assert not any("digit" in text for text in of_letters.values())
    assert "1.6 nats" in of_letters["loss"]
