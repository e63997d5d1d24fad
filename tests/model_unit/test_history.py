"""What a run has shown so far."""

import json
import math

import pytest

from model.training.history import MAX_POINTS, STEPS_PER_POINT, FineCurve, History
from model.training.training import (
    BatchDone,
    EpochDone,
    FinishReason,
    LearningRateChanged,
    RunFinished,
    RunStarted,
)


def batches(count: int, loss: float = 1.0, pictures: int = 4) -> list[BatchDone]:
    return [BatchDone(step, loss, 1, pictures) for step in range(1, count + 1)]


EPOCH = EpochDone(1, 0.5, 0.75, 0.6, 0.7, 3.25, 0.01)


def test_every_hundred_batches_give_one_point_their_mean() -> None:
    history = History()
    grown = [history.add(event) for event in batches(50, 1.0) + batches(50, 3.0) + batches(30, 9.0)]
    assert STEPS_PER_POINT == 100
    assert [step for step, yes in enumerate(grown, 1) if yes] == [100]
    assert history.step_losses == [pytest.approx(2.0)]


def test_the_rest_of_an_epoch_gives_one_more_point_and_does_not_leak_into_the_next() -> None:
    history = History()
    for event in batches(30, 5.0):
        assert history.add(event) is False
    assert history.add(EPOCH) is True
    for event in batches(100, 1.0):
        history.add(event)
    assert history.step_losses == [pytest.approx(5.0), pytest.approx(1.0)]


def test_an_epoch_of_whole_hundreds_gives_no_empty_point() -> None:
    history = History()
    for event in batches(200):
        history.add(event)
    assert history.add(EPOCH) is False
    assert len(history.step_losses) == 2


def test_pictures_and_epochs_are_collected_and_other_events_change_nothing() -> None:
    history = History()
    assert history.add(RunStarted(3, 1, 12)) is False
    for event in batches(3, pictures=4):
        history.add(event)
    history.add(EPOCH)
    assert history.add(RunFinished(FinishReason.COMPLETED, None)) is False
    assert history.images_seen == 12
    assert history.epochs == [EPOCH]


def test_it_becomes_plain_values_for_json() -> None:
    history = History()
    for event in batches(2, loss=1 / 3):
        history.add(event)
    history.add(EPOCH)
    plain = json.loads(json.dumps(history.as_dict()))
    assert plain["train_loss_per_100_steps"] == [round(1 / 3, 6)]
    assert plain["epochs"] == [
        {
            "epoch": 1,
            "train_loss": 0.5,
            "train_accuracy": 0.75,
            "validation_loss": 0.6,
            "validation_accuracy": 0.7,
            "seconds": 3.25,
            "learning_rate": 0.01,
        }
    ]


def test_two_histories_share_nothing() -> None:
    first, second = History(), History()
    first.add(BatchDone(1, math.pi, 0, 1))
    first.add(EPOCH)
    assert (second.step_losses, second.epochs, second.images_seen) == ([], [], 0)


def test_what_is_read_again_is_what_was_written() -> None:
    history = History()
    for event in [*batches(130, loss=1 / 3), EPOCH, LearningRateChanged(131, 0.1)]:
        history.add(event)
    read = History.from_dict(json.loads(json.dumps(history.as_dict())))
    assert read.as_dict() == history.as_dict()
    assert (read.step_losses, read.epochs) == (history.step_losses, history.epochs)
    assert read.learning_rate_changes == history.learning_rate_changes
    assert read.images_seen == history.images_seen == 520


def test_what_a_later_version_has_noted_of_an_epoch_stays_beside_it() -> None:
    history = History()
    for event in (EPOCH, LearningRateChanged(3, 0.1)):
        history.add(event)
    saved = history.as_dict()
    saved["epochs"][0]["mood"] = "hopeful"
    saved["learning_rate_changes"][0]["by"] = "me"
    read = History.from_dict(saved)
    read.add(EPOCH)
    assert read.epochs == [EPOCH, EPOCH]
    assert [epoch.get("mood") for epoch in read.as_dict()["epochs"]] == ["hopeful", None]


def test_what_the_first_version_wrote_is_read_without_the_pictures_that_it_did_not_count() -> None:
    history = History()
    history.add(EPOCH)
    saved = history.as_dict()
    del saved["images_seen"]
    read = History.from_dict(saved)
    assert (read.epochs, read.images_seen, read.fine.begins_after) == ([EPOCH], 0, 1)


def test_the_validation_figures_of_0_1_0_are_read_under_the_names_of_now() -> None:
    history = History()
    history.add(EPOCH)
    new = history.as_dict()
    epoch = dict(new["epochs"][0])
    epoch |= {"monitor_loss": epoch.pop("validation_loss"), "monitor_accuracy": epoch.pop("validation_accuracy")}
    read = History.from_dict(new | {"epochs": [epoch]})
    assert read.epochs == [EPOCH]
    assert read.as_dict() == new


def test_a_fine_curve_has_a_mean_of_at_least_64_pictures_at_each_point() -> None:
    fine = FineCurve()
    for event in batches(32, 1.0) + batches(16, 3.0):
        fine.add(event)
    assert (fine.losses, fine.accuracies) == ([1.0, 1.0, 3.0], [0.25, 0.25, 0.25])
    assert fine.steps == [16, 32, 16]


def test_a_fine_curve_is_halved_when_it_is_full() -> None:
    fine = FineCurve()
    for step in range(1, MAX_POINTS + 1):
        fine.add(BatchDone(step, float(step % 2), 64, 64))
    assert (len(fine.steps), fine.images_per_point) == (MAX_POINTS // 2, 128)
    assert fine.steps[:2] == [2, 4]
    assert set(fine.losses) == {0.5}
