"""The named networks."""

import re

import numpy as np
import pytest
from helpers.errors import error_of

from model import ARCHITECTURES, build
from model.errors import ConfigError
from model.network.convolution import Conv2D

PARAMETERS = {"journal-8": 13_610, "journal-16": 27_210, "journal-24": 40_810, "lenet": 108_618, "deep": 943_786}


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_name_builds_a_network_for_ten_digits(name) -> None:
    network = build(name)
    assert network.card.name == name
    assert network.input_shape == (1, 28, 28)
    assert network.classes == 10
    assert network.predict_proba(np.zeros((2, 28, 28), np.uint8)).shape == (2, 10)


@pytest.mark.parametrize(("name", "count"), PARAMETERS.items())
def test_parameters_are_as_many_as_worked_by_hand(name, count) -> None:
    # journal: f * (9 + 1) + (f * 13 * 13 + 1) * 10; lenet: 160 + 4,640 + 801 * 128 + 129 * 10
    # deep: 320 + 9,248 + 18,496 + 36,928 + 73,856 + 6,273 * 128 + 129 * 10 + 2 * (32 + 64 + 128 + 128)
    assert build(name).parameter_count == count


def test_colour_has_fewer_than_two_million_parameters_and_takes_pictures_from_16_to_64_pixels() -> None:
    # 896 + 13,872 + 41,568 + 83,040 + 166,080 + 331,968 + 442,624 + 1,025 * 10 + 2 * (48 + 2 * 96 + 2 * 192 + 256)
    assert build("colour", input_shape=(3, 32, 32)).parameter_count == 1_092_058
    for channels, side in ((1, 16), (3, 16), (1, 28), (3, 64)):
        network = build("colour", input_shape=(channels, side, side), classes=200)
        shape = (1, side, side) if channels == 1 else (1, side, side, 3)
        assert network.predict_proba(np.zeros(shape, np.uint8)).shape == (1, 200)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_description_that_names_a_number_of_parameters_tells_the_truth(name) -> None:
    told = re.search(r"([\d,]+) parameters", ARCHITECTURES[name])
    if told:
        assert int(told[1].replace(",", "")) == build(name).parameter_count


def test_the_table_shows_every_layer_of_the_journal() -> None:
    rows = [(row.name, row.output_shape, row.parameters) for row in build("journal-8").table()]
    assert rows == [
        ("conv1", (8, 26, 26), 80),
        ("relu1", (8, 26, 26), 0),
        ("pool1", (8, 13, 13), 0),
        ("flatten1", (1352,), 0),
        ("dense1", (10,), 13_530),
    ]


def test_deep_has_three_rounds_of_convolutions_whose_pictures_keep_their_size() -> None:
    convolutions = [layer for layer in build("deep").layers if isinstance(layer, Conv2D)]
    assert [(layer.filters, layer.kernel_size, layer.padding) for layer in convolutions] == [
        (filters, (3, 3), (1, 1)) for filters in (32, 32, 64, 64, 128)
    ]
    kinds = "".join(type(layer).__name__[0] for layer in build("deep").layers)
    assert kinds == "CRCMRB" + "CRCMRB" + "CRB" + "FD" + "DRBD" + "D"


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(name) -> None:
    first, again, other = build(name, 5).weights(), build(name, 5).weights(), build(name, 6).weights()
    for key, value in first.items():
        np.testing.assert_array_equal(value, again[key])
        assert value.dtype == np.float32
        if key.endswith(("kernel", "weight")):  # the others begin as zeros and ones
            assert not np.array_equal(value, other[key])


def test_float64_is_for_checking_gradients() -> None:
    assert {p.value.dtype for p in build("lenet", dtype=np.float64).parameters()} == {np.dtype(np.float64)}


def test_an_unknown_name_is_refused_and_the_known_ones_are_told() -> None:
    message = error_of(ConfigError, lambda: build("resnet"))
    assert "resnet" in message
    assert all(name in message for name in ARCHITECTURES)
