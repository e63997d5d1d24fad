"""What is said of each setting once, and what an error says of one."""

import pickle

import pytest

from model.errors import ConfigError
from model.sweeps.sweep_plan import complete
from model.training.settings import SETTING_NAMES, SETTING_OF, SETTINGS, Choice, Number, with_option
from model.training.training_config import USUAL, TrainingConfig


def test_every_setting_is_described_and_has_a_usual_value() -> None:
    assert set(SETTINGS) == set(USUAL) == {*TrainingConfig.__slots__, "arch", "initializer", "limit"}
    assert len(SETTING_OF) == len(SETTINGS)
    assert len(set(SETTING_NAMES.values())) == len(SETTING_NAMES)
    assert all(setting.help.endswith(".") and setting.title for setting in SETTINGS.values())
    assert complete({}) == USUAL


def wrong(name: str) -> object:
    setting = SETTINGS[name]
    return setting.maximum + 1 if isinstance(setting, Number) else "magic"


@pytest.mark.parametrize("name", SETTINGS)
def test_whoever_refuses_a_setting_says_which(name: str) -> None:
    with pytest.raises(ConfigError) as refused:
        complete({name: wrong(name)})
    error = refused.value
    assert error.setting == name
    assert str(error).startswith(f"{name} must be ")
    assert with_option(error) == str(error).replace(name, f"--{SETTINGS[name].option}", 1)
    assert error.called("This box").startswith("This box must be ")


def test_values_that_look_like_a_setting_stay_as_they_were_written() -> None:
    with pytest.raises(ConfigError) as refused:
        TrainingConfig(optimizer="epochs, seed and l1")
    assert with_option(refused.value).endswith("got 'epochs, seed and l1'")


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"weight_decay": 0.1}, "weight_decay"),
        ({"augmentation": {"name": "mine"}}, "augmentation"),
        ({"limit": 0}, "limit"),
        ({"standardize": 1}, "standardize"),
    ],
)
def test_what_is_wrong_in_other_ways_is_about_its_setting_too(settings, name) -> None:
    with pytest.raises(ConfigError) as refused:
        complete(settings)
    assert refused.value.setting == name


def test_an_error_about_no_setting_is_its_sentence_whatever_it_is_called() -> None:
    error = ConfigError("a sweep needs at least one combination of settings")
    assert str(error) == error.called("--lr") == with_option(error) == error.sentence


def test_an_error_comes_back_from_another_process_as_it_was() -> None:
    error = pickle.loads(pickle.dumps(ConfigError("must be above 0, got -1", "epochs")))
    assert (str(error), error.setting) == ("epochs must be above 0, got -1", "epochs")


def test_every_name_of_a_choice_can_be_chosen() -> None:
    for name, setting in SETTINGS.items():
        for choice in setting.names if isinstance(setting, Choice) else ():
            assert complete({name: choice})[name] == choice
