"""The settings of a run and their limits."""

import json
import math
from dataclasses import FrozenInstanceError

import pytest
from helpers.errors import error_of

from model.data.augmentation import AUGMENTATIONS, Pipeline, Step
from model.errors import ConfigError
from model.network.optimizers import OPTIMIZERS
from model.network.schedules import SCHEDULES
from model.training.settings import SETTINGS, Number
from model.training.training_config import TrainingConfig

LIMITS = {
    name: setting
    for name, setting in SETTINGS.items()
    if isinstance(setting, Number) and name in TrainingConfig.__slots__
}


def test_the_defaults_are_those_of_the_best_run_of_the_journal() -> None:
    assert TrainingConfig().as_dict() == {
        "learning_rate": 0.005,
        "batch_size": 1,
        "epochs": 20,
        "seed": 0,
        "optimizer": "sgd",
        "augmentation": "none",
        "schedule": "constant",
        "label_smoothing": 0.0,
        "l1": 0.0,
        "l2": 0.0,
        "weight_decay": 0.0,
        "clip_norm": 0.0,
        "patience": 0,
        "standardize": False,
    }


def test_a_pipeline_of_ones_own_comes_back_from_plain_values() -> None:
    mine = Pipeline("mine", (Step("rotation", 20.0),))
    config = TrainingConfig(augmentation=mine)
    settings = json.loads(json.dumps(config.as_dict()))
    assert settings["augmentation"] == mine.as_dict()
    assert TrainingConfig(**settings) == config
    assert hash(config) != hash(TrainingConfig())
    settings["augmentation"]["steps"][0]["strength"] = 200
    assert "200" in error_of(ConfigError, lambda: TrainingConfig(**settings))


@pytest.mark.parametrize("name", LIMITS)
def test_both_limits_are_allowed_and_what_lies_beyond_is_refused(name) -> None:
    limits = LIMITS[name]
    for number in (limits.minimum, limits.maximum):
        assert getattr(TrainingConfig(**{"optimizer": "adamw", name: number}), name) == number
    for number in (
        limits.minimum / 2 if limits.minimum < 1e-3 and limits.minimum else limits.minimum - 1,
        limits.maximum + 1,
    ):
        message = error_of(ConfigError, lambda number=number: TrainingConfig(**{name: number}))
        assert all(text in message for text in (name, str(limits.minimum), str(limits.maximum), str(number)))


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_finite_number_is_refused(name, number) -> None:
    error_of(ConfigError, lambda: TrainingConfig(**{name: number}))


@pytest.mark.parametrize("name", ["batch_size", "epochs", "seed", "patience"])
def test_fractions_of_what_is_counted_are_refused(name) -> None:
    error_of(ConfigError, lambda: TrainingConfig(**{name: 2.5}))


@pytest.mark.parametrize("name", LIMITS)
def test_every_limit_explains_itself_in_a_sentence(name) -> None:
    limits = LIMITS[name]
    assert limits.minimum < limits.maximum
    assert limits.help.endswith(".")


@pytest.mark.parametrize(
    ("name", "known"), [("optimizer", OPTIMIZERS), ("augmentation", AUGMENTATIONS), ("schedule", SCHEDULES)]
)
def test_an_unknown_name_is_refused_and_the_known_ones_are_told(name, known) -> None:
    message = error_of(ConfigError, lambda: TrainingConfig(**{name: "magic"}))
    assert "magic" in message
    assert all(word in message for word in known)


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(FrozenInstanceError):
        TrainingConfig().epochs = 3


def test_weight_decay_is_refused_where_it_would_do_nothing() -> None:
    message = error_of(ConfigError, lambda: TrainingConfig(optimizer="sgd", weight_decay=0.1))
    assert "adamw" in message
    assert "l2" in message


def test_standardize_is_yes_or_no() -> None:
    assert "standardize" in error_of(ConfigError, lambda: TrainingConfig(standardize="no"))
