"""Beginning with the weights of another network: what is kept, what is made anew, what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.errors import error_of

from model import Learner, Network, build
from model.errors import ShapeError
from model.network.layers import Conv2D, Flatten
from model.network.model_card import ModelCard
from model.network.starting_point import start_from, words_of_start
from model.network.task import DIGITS, Task

VIEWS = Task(("cat", "dog", "owl"), (16, 20, 3), "photo")
OTHERS = Task(("sea", "meadow"), (16, 20, 3), "photo")


def learned(name: str, task: Task) -> Network:
    """Make a network whose every array differs from that of any fresh one."""
    network = build(name, 3, task)
    rng = np.random.default_rng(5)
    network.set_weights({key: rng.uniform(0.5, 1, w.shape).astype("f4") for key, w in network.weights().items()})
    network.input_mean, network.input_deviation = 0.4, 0.2
    network.card.refuse_below = 0.8
    return network


@pytest.mark.parametrize("name", ["lenet", "deep", "colour"])
def test_all_but_the_last_layer_is_kept_for_other_classes_and_the_source_stays(name: str) -> None:
    source = learned(name, VIEWS)
    before = source.weights()
    started = start_from(source, OTHERS, seed=7)
    last = started.layer_names[-1]
    for key, value in started.weights().items():
        if key.startswith(f"{last}."):
            assert value.shape[0] == 2
            assert np.abs(value).max() < 0.5
        else:
            np.testing.assert_array_equal(value, before[key])
    assert (started.input_mean, started.input_deviation, started.card.refuse_below) == (0.4, 0.2, 0.5)
    assert started.task == OTHERS
    again, other = start_from(source, OTHERS, seed=7), start_from(source, OTHERS, seed=8)
    weight = f"{last}.weight"
    np.testing.assert_array_equal(again.weights()[weight], started.weights()[weight])
    assert not np.array_equal(other.weights()[weight], started.weights()[weight])
    images, labels = np.zeros((4, 16, 20, 3), np.uint8), np.array([0, 1, 1, 0])
    Learner(started).loss_and_gradients(images, labels)
    for parameter in started.parameters():
        parameter.value -= 0.1
    assert all(np.array_equal(value, before[key]) for key, value in source.weights().items())
    assert words_of_start(source, OTHERS) == (
        f"begins with the weights of {name}; its last layer, for 3 classes (cat, dog and owl), is made anew for"
        " 2 classes (sea and meadow)"
    )


def test_all_weights_are_kept_for_the_same_classes_and_classes_in_another_order_are_others() -> None:
    source = learned("lenet", VIEWS)
    started = start_from(source, VIEWS, seed=7)
    assert all(np.array_equal(value, source.weights()[key]) for key, value in started.weights().items())
    assert (started.card.refuse_below, source.card.refuse_below) == (0.5, 0.8)
    assert words_of_start(source, VIEWS) == "begins with all weights of lenet"
    turned = start_from(source, Task(("dog", "cat", "owl"), (16, 20, 3), "photo"), seed=7)
    assert turned.class_names == ("dog", "cat", "owl")
    assert not np.array_equal(turned.weights()["dense2.weight"], source.weights()["dense2.weight"])


def test_numbered_photographs_are_no_digits() -> None:
    source, photographs = learned("lenet", DIGITS), replace(DIGITS, preparation="photo")
    started = start_from(source, photographs, seed=7)
    assert started.task == photographs
    assert np.abs(started.weights()["dense2.weight"]).max() < 0.5
    np.testing.assert_array_equal(started.weights()["dense1.weight"], source.weights()["dense1.weight"])
    assert words_of_start(source, photographs) == (
        "begins with the weights of lenet; its last layer, for the digits 0 to 9 (ink), is made anew for 10"
        " classes (0, 1, 2, 3, 4, 5, …, 9) (photo)"
    )
    source.card.preparation = None  # as files that name none have it
    assert start_from(source, DIGITS, seed=7).card.preparation == "ink"


def test_other_pictures_and_layers_that_cannot_be_made_anew_are_refused_in_a_sentence() -> None:
    message = error_of(ShapeError, lambda: start_from(build("lenet"), VIEWS, 0))
    assert message == (
        "lenet takes pictures of 28 × 28 pixels in grey, the data have 20 × 16 pixels in colour: begin with fresh"
        " weights, or with a network for such pictures"
    )
    grown = Network([Conv2D(10, 28), Flatten()], (1, 28, 28), ModelCard("grown"))
    assert start_from(grown, DIGITS, 0).classes == 10
    message = error_of(ShapeError, lambda: start_from(grown, Task(("A", "B")), 0))
    assert message.startswith("grown ends in Flatten(), which cannot be made for other classes")
