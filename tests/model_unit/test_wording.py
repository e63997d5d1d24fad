"""Words that the window, the command line and the reports share."""

import math

import pytest

from model.plain_values import finite
from model.training.settings import SETTING_NAMES
from model.training.training_config import TrainingConfig
from model.wording import duration, epochs, pictures, setting_text


def test_every_setting_of_a_training_has_a_name_of_its_own() -> None:
    assert set(TrainingConfig.__slots__) <= set(SETTING_NAMES)
    assert len(set(SETTING_NAMES.values())) == len(SETTING_NAMES)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (pictures(1), "1 picture"),
        (pictures(5000), "5,000 pictures"),
        (epochs(1), "1 epoch"),
        (epochs(0), "0 epochs"),
        (duration(3599.6), "1 h 0 min"),
        (setting_text(False), "no"),
        (setting_text(0), "0"),
        (setting_text({"name": "mine", "steps": [{}, {}], "one_per_picture": False}), "mine (2 steps)"),
    ],
)
def test_numbers_and_settings_are_written_as_people_say_them(written, words) -> None:
    assert written == words


def test_what_json_cannot_express_becomes_none_at_any_depth() -> None:
    assert finite({"a": [1.5, math.nan, {"b": math.inf}], "c": "nan", "d": 7}) == {
        "a": [1.5, None, {"b": None}],
        "c": "nan",
        "d": 7,
    }
