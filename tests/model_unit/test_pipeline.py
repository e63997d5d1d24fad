"""Pipelines as values: checked, in order, and through JSON unchanged."""

import json
from dataclasses import FrozenInstanceError

import pytest
from helpers.errors import error_of

from model.data.augmentation import OPERATIONS, PRESETS, Pipeline, Step
from model.errors import ConfigError

MINE = Pipeline("mine", (Step("rotation", 20.0, 0.5), Step("noise", 3.0, enabled=False)), one_per_picture=True)


@pytest.mark.parametrize("pipeline", [*PRESETS.values(), MINE], ids=lambda pipeline: pipeline.name)
def test_json_gives_the_same_pipeline_again(pipeline) -> None:
    text = pipeline.to_json()
    assert Pipeline.from_json(text) == pipeline
    assert hash(Pipeline.from_json(text)) == hash(pipeline)
    assert Pipeline.from_dict(pipeline.as_dict()) == pipeline
    assert json.loads(text) == pipeline.as_dict()
    assert "\n" not in text


def test_what_may_be_left_out_has_a_default() -> None:
    text = '{"name": "mine", "steps": [{"operation": "noise", "strength": 7}]}'
    assert Pipeline.from_json(text) == Pipeline("mine", (Step("noise", 7.0, 1.0, True),), False)


def test_steps_stand_in_the_order_of_application() -> None:
    shuffled = Pipeline("x", tuple(Step(name, 1 if name == "flip" else 0) for name in reversed(OPERATIONS)))
    assert [step.operation for step in shuffled.steps] == list(OPERATIONS)
    assert list(OPERATIONS) == [
        *("thickness", "flip", "rotation", "shear", "scale", "translation", "elastic", "crop"),
        *("contrast", "brightness", "saturation", "noise"),
    ]


def test_a_pipeline_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        MINE.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize("name", OPERATIONS)
def test_both_ends_of_a_strength_are_allowed_and_what_lies_beyond_is_refused(name) -> None:
    maximum = OPERATIONS[name].maximum
    for strength in (0, maximum):
        assert Step(name, strength).strength == strength
    for strength in (-1, maximum + 1, float("nan"), float("inf"), True, "1", None):
        message = error_of(ConfigError, lambda strength=strength: Step(name, strength))
        assert all(part in message for part in (name, f"{maximum:g}", repr(strength)))


WRONG = {
    "no JSON": ("{", "JSON"),
    "a list": ("[]", "name, steps"),
    "deep": ("[" * 100_000, "JSON"),
    "no name": ('{"steps": []}', "lacks name"),
    "no steps": ('{"name": "x"}', "lacks steps"),
    "name of two lines": ('{"name": "x\\ny", "steps": []}', "line of text"),
    "steps that are none": ('{"name": "x", "steps": 3}', "list"),
    "a step that is none": ('{"name": "x", "steps": ["flip"]}', "operation"),
    "unknown key": ('{"name": "x", "steps": [], "seed": 1}', "seed"),
    "unknown key of a step": ('{"name": "x", "steps": [{"operation": "flip", "strength": 1, "p": 1}]}', "'p'"),
    "unknown operation": ('{"name": "x", "steps": [{"operation": "blur", "strength": 1}]}', "blur"),
    "operation of another kind": ('{"name": "x", "steps": [{"operation": [], "strength": 1}]}', "[]"),
    "no strength": ('{"name": "x", "steps": [{"operation": "flip"}]}', "lacks strength"),
    "parts of pixels": ('{"name": "x", "steps": [{"operation": "translation", "strength": 1.5}]}', "whole"),
    "probability": ('{"name": "x", "steps": [{"operation": "flip", "strength": 1, "probability": 1.1}]}', "1.1"),
    "enabled": ('{"name": "x", "steps": [{"operation": "flip", "strength": 1, "enabled": 1}]}', "true or false"),
    "one for each": ('{"name": "x", "steps": [], "one_per_picture": "yes"}', "one_per_picture"),
    "twice": (
        '{"name": "x", "steps": ['
        + '{"operation": "flip", "strength": 1},' * 1
        + '{"operation": "flip", "strength": 0}]}',
        "twice",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_pipeline_is_told_in_one_sentence(case) -> None:
    text, word = WRONG[case]
    assert word in error_of(ConfigError, lambda: Pipeline.from_json(text))


def test_sentences_say_how_strong_and_how_often() -> None:
    assert MINE.sentences() == ["rotation up to 20°, for 50 % of the pictures"]
    assert PRESETS["none"].sentences() == []
    assert "flip, for 25 % of the pictures" in PRESETS["journal"].sentences()
    texts = Pipeline("x", (Step("scale", 0.15), Step("noise", 7.5), Step("shear", 0.2, 1 / 3))).sentences()
    assert texts == [
        "shear up to 0.2 px/row, for 33.3 % of the pictures",
        "scale up to 15 %, for 100 % of the pictures",
        "noise up to 7.5 of 255, for 100 % of the pictures",
    ]
