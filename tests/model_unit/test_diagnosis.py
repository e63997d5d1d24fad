"""What the doctor finds in real trainings, and that it keeps quiet about good ones."""

import math
from dataclasses import replace

import numpy as np
import pytest
from helpers.runs import same_weights

from model import Dataset, build
from model.training.diagnosis import Course, Finding, Symptom, diagnose, update_shares
from model.training.history import History
from model.training.measurements import Gauge, sample_of
from model.training.training import TrainingState, train
from model.training.training_config import TrainingConfig
from model.training.training_events import (
    EpochDone,
    FinishReason,
    LayersMeasured,
    LearningRateChanged,
    RunFinished,
)

GOOD = TrainingConfig(learning_rate=0.02, batch_size=8, epochs=3)
TOO_FAST = replace(GOOD, learning_rate=0.5, batch_size=1)


def course_of(dataset: Dataset, config: TrainingConfig, arch: str = "journal-8") -> Course:
    """Train, and measure every step."""
    state = TrainingState(network := build(arch), config)
    state.gauge = Gauge(sample_of(dataset), math.inf)
    history, measured, reason = History(), [], None
    for event in train(network, dataset, state=state):
        history.add(event)
        if isinstance(event, LayersMeasured):
            measured = [*measured, event][-10:]
        if isinstance(event, RunFinished):
            reason = event.reason
    missing = np.flatnonzero(dataset.label_counts("train") == 0).tolist()
    return Course(config, history, measured, missing, reason)


def found(dataset: Dataset, config: TrainingConfig, arch: str = "journal-8") -> dict[Symptom, Finding]:
    return {finding.symptom: finding for finding in diagnose(course_of(dataset, config, arch))}


@pytest.fixture(scope="module")
def some_hundred(mnist) -> Dataset:
    return mnist.limited(600)


@pytest.fixture(scope="module")
def few(mnist) -> Dataset:
    """Take 80 pictures to learn from, and 120 to be measured by."""
    return Dataset(mnist.images[:200], mnist.labels[:200], "few", "few", own_validation_start=80)


@pytest.mark.parametrize("arch", ["journal-8", "lenet"])
@pytest.mark.parametrize(
    "config",
    [
        GOOD,
        replace(GOOD, optimizer="adam", learning_rate=0.002),
        replace(GOOD, augmentation="handwriting"),
        replace(GOOD, schedule="one-cycle", label_smoothing=0.1),
        replace(GOOD, batch_size=1, learning_rate=0.005, epochs=2),
    ],
)
def test_good_trainings_show_nothing(some_hundred, arch, config) -> None:
    assert found(some_hundred, config, arch) == {}


@pytest.fixture(scope="module")
def too_fast(some_hundred) -> Course:
    """Train at a rate that leaves no unit alive."""
    return course_of(some_hundred, TOO_FAST)


def test_a_rate_a_hundred_times_too_high_is_seen_and_a_smaller_one_advised(some_hundred, too_fast) -> None:
    large = replace(GOOD, learning_rate=1.0, batch_size=32)
    for rate, course in ((0.5, too_fast), (1.0, course_of(some_hundred, large))):
        findings = {finding.symptom: finding for finding in diagnose(course)}
        assert list(findings) == [Symptom.RATE_TOO_HIGH]
        finding = findings[Symptom.RATE_TOO_HIGH]
        assert finding.changes == {"learning_rate": rate / 10}
        assert "guessing" in finding.sees


def test_a_network_whose_units_are_all_dead_must_begin_anew(too_fast) -> None:
    (finding,) = diagnose(too_fast)
    assert "8 of 8 units dead" in finding.sees
    assert finding.anew


def test_a_run_that_diverges_is_told_with_its_step(some_hundred) -> None:
    course = course_of(some_hundred, TrainingConfig(1.0, 1, 2, standardize=True))
    assert course.reason is FinishReason.DIVERGED
    (finding,) = diagnose(course)
    assert finding.symptom is Symptom.DIVERGED
    assert 1 < course.history.last_step < 100
    assert f"after step {course.history.last_step}, in epoch 1" in finding.sees
    assert finding.changes == {"learning_rate": 0.1}
    assert finding.anew


@pytest.mark.parametrize(("optimizer", "rate"), [("sgd", 5e-5), ("adam", 1e-5), ("momentum", 5e-6)])
def test_a_rate_too_low_is_seen_and_the_run_may_go_on(some_hundred, optimizer, rate) -> None:
    findings = found(some_hundred, replace(GOOD, optimizer=optimizer, learning_rate=rate))
    assert list(findings) == [Symptom.RATE_TOO_LOW]
    finding = findings[Symptom.RATE_TOO_LOW]
    assert finding.changes == {"learning_rate": pytest.approx(10 * rate)}
    assert not finding.anew


def test_after_a_change_of_the_rate_it_is_judged_anew(some_hundred) -> None:
    course = course_of(some_hundred, replace(GOOD, learning_rate=5e-5))
    assert diagnose(course)
    last = course.history.last_step
    course.history.add(LearningRateChanged(last + 1, 5e-4, 3.0))
    assert course.learning_rate == 5e-4
    assert diagnose(course) == []
    course.history.add(replace(course.history.epochs[-1], epoch=4))
    again = replace(course, measured=[replace(one, step=last + 1) for one in course.measured])
    (finding,) = diagnose(again)
    assert finding.changes == {"learning_rate": 5e-3}


def test_dead_units_in_a_network_that_learns(few) -> None:
    config = TrainingConfig(0.1, 8, 6, optimizer="momentum")
    finding = found(few, config)[Symptom.DEAD_UNITS]
    assert "7 of 8 units dead" in finding.sees
    assert finding.changes == {"learning_rate": 0.033}


def test_sure_and_wrong_answers_are_a_saturated_softmax(few) -> None:
    config = TrainingConfig(0.1, 8, 20, optimizer="momentum")
    course = course_of(few, config)
    finding = {one.symptom: one for one in diagnose(course)}[Symptom.SATURATED]
    assert f"of {course.measured[-1].wrong} wrong answers on 60 pictures" in finding.sees
    assert finding.changes == {"label_smoothing": 0.1}
    assert Symptom.SATURATED not in found(few, replace(config, label_smoothing=0.1))


def test_a_growing_gap_asks_for_augmentation_or_patience(few) -> None:
    config = TrainingConfig(0.03, 8, 20, optimizer="adam")
    course = course_of(few, config)
    finding = {one.symptom: one for one in diagnose(course)}[Symptom.OVERFITTING]
    losses = [epoch.validation_loss for epoch in course.history.epochs]
    assert f"since epoch {1 + int(np.argmin(losses))} the validation loss has risen" in finding.sees
    assert finding.changes == {"augmentation": "handwriting"}
    augmented = replace(course, config=replace(config, augmentation="journal"))
    assert {one.symptom: one for one in diagnose(augmented)}[Symptom.OVERFITTING].changes == {"patience": 5}
    patient = replace(augmented, config=replace(augmented.config, patience=5))
    assert Symptom.OVERFITTING not in {one.symptom for one in diagnose(patient)}


def test_missing_digits_are_named_also_before_training(mnist) -> None:
    keep = ~np.isin(mnist.labels, [2, 7])
    dataset = Dataset(mnist.images[keep][:300], mnist.labels[keep][:300], "few", "few")
    finding = found(dataset, GOOD)[Symptom.CLASSES_MISSING]
    assert "no picture of 2 and 7" in finding.sees
    assert finding.changes == {}
    (before,) = diagnose(Course(GOOD, History(), missing=[4]))
    assert before.sees == "The training part has no picture of 4, so the network cannot learn it."


def test_spent_patience_is_told_with_the_epoch_that_is_kept(few) -> None:
    config = TrainingConfig(0.03, 8, 40, optimizer="adam", patience=3)
    course = course_of(few, config)
    assert course.reason is FinishReason.STOPPED_EARLY
    finding = {one.symptom: one for one in diagnose(course)}[Symptom.PATIENCE_SPENT]
    losses = [epoch.validation_loss for epoch in course.history.epochs]
    assert f"the weights of epoch {1 + int(np.argmin(losses))}" in finding.sees
    assert finding.changes == {"schedule": "cosine"}


def test_labels_that_do_not_belong_to_the_pictures_are_suspected(mnist) -> None:
    dataset = mnist.limited(1500)
    labels = np.random.default_rng(0).permutation(dataset.labels)
    findings = found(replace(dataset, labels=labels), replace(GOOD, learning_rate=0.01, epochs=2))
    assert list(findings) == [Symptom.NOT_LEARNING]
    assert findings[Symptom.NOT_LEARNING].changes == {}


def test_what_is_advised_may_be_set(some_hundred) -> None:
    for rate in (1e-6, 1.0):
        config = replace(GOOD, learning_rate=rate, epochs=1)
        findings = diagnose(course_of(some_hundred, config))
        assert any(replace(config, **finding.changes) != config for finding in findings)


def test_a_remedy_helps(some_hundred, too_fast) -> None:
    (finding,) = diagnose(too_fast)
    mended = course_of(some_hundred, replace(TOO_FAST, **finding.changes))
    assert mended.history.epochs[-1].train_loss < 0.5


def test_shares_are_medians(digits) -> None:
    course = course_of(digits, replace(GOOD, epochs=2))
    shares = [[layer.update_share for layer in one.layers] for one in course.measured]
    assert update_shares(course.measured) == dict(zip(("conv1", "dense1"), np.median(shares, axis=0), strict=True))
    assert update_shares([]) == {}


def test_diagnosis_leaves_the_run_alone(digits) -> None:
    network, alone = build("journal-8"), build("journal-8")
    history = History()
    for event in train(network, digits, GOOD):
        history.add(event)
        diagnose(Course(GOOD, history))
    list(train(alone, digits, GOOD))
    assert same_weights(network, alone)
    assert all(isinstance(epoch, EpochDone) for epoch in history.epochs)
