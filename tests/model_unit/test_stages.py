"""Layers are shown as a person counts them, and every number of each can be pinned all the same."""

import numpy as np
import pytest
from helpers.networks import KINDS, random_pictures

from model import build
from model.inspection.stages import default_unit, stage_of, stages_of
from model.inspection.trace import Trace, Unit, trace
from model.network.layers import Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU
from model.network.network import Network


def trace_of(network: Network) -> Trace:
    return trace(network, random_pictures(network, 1, np.random.default_rng(0))[0])


def test_relu_goes_with_the_layer_before_it_and_what_changes_nothing_is_not_seen() -> None:
    layers = trace_of(build("lenet")).layers
    assert [(stage.title, stage.name, stage.source, stage.shape) for stage in stages_of(layers)] == [
        ("input", "input", "input", (1, 28, 28)),
        ("conv1 + ReLU", "conv1", "relu1", (16, 26, 26)),
        ("pool1", "pool1", "pool1", (16, 13, 13)),
        ("conv2 + ReLU", "conv2", "relu2", (32, 11, 11)),
        ("pool2", "pool2", "pool2", (32, 5, 5)),
        ("dense1 + ReLU", "dense1", "relu3", (128,)),
        ("dense2", "dense2", "dense2", (10,)),
    ]
    names = [stage.title for stage in stages_of(layers, every_layer=True)]
    assert names == ["input", *(layer.name for layer in layers)]


def test_deep_has_fourteen_stages() -> None:
    titles = [stage.title for stage in stages_of(trace_of(build("deep")).layers)]
    assert len(titles) == 14
    assert titles[2:5] == ["conv2", "pool1 + ReLU", "batchnorm1"]


@pytest.mark.parametrize("every_layer", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_every_layer_is_in_one_stage_and_its_numbers_have_places_there(kind: str, every_layer: bool) -> None:
    found = trace_of(KINDS[kind]())
    stages = stages_of(found.layers, every_layer=every_layer)
    assert [name for stage in stages for name in stage.layers] == ["input", *(one.name for one in found.layers)]
    for stage in stages:
        assert stage.values(found).shape == stage.shape
        last = tuple(size - 1 for size in stage.shape)
        assert found.has(stage.unit(last))
        assert stage.place(stage.unit(last)) == last
        assert stage.place(Unit("none", last)) is None
    for layer in found.layers:
        stage = stages[stage_of(stages, layer.name)]
        first, last = (tuple(f(size) for size in layer.output_shape) for f in (lambda _: 0, lambda size: size - 1))
        assert stage.place(Unit(layer.name, first)) == tuple(0 for _ in stage.shape)
        assert stage.place(Unit(layer.name, last)) == tuple(size - 1 for size in stage.shape)


def test_a_flat_number_is_seen_where_it_was_before() -> None:
    found = trace_of(build("lenet"))
    stage = stages_of(found.layers)[4]
    assert stage.layers == ("pool2", "flatten1")
    for number in (0, 37, 799):
        unit = Unit("flatten1", (number,))
        assert found.value(unit) == found["pool2.output"][stage.place(unit)]


def test_odd_networks() -> None:
    def titles(*layers) -> list[str]:
        return [stage.title for stage in stages_of(trace_of(Network(list(layers))).layers)]

    assert titles(ReLU(), Flatten(), Dense(10)) == ["input", "relu1", "dense1"]
    assert titles(Flatten(), Dropout(0.5), Dense(4)) == ["input", "dense1"]
    assert titles(Conv2D(10, 28), ReLU(), ReLU(), Flatten()) == ["input", "conv1 + ReLU", "relu2"]
    assert titles(MaxPool2D(2), Dropout(0.2), ReLU(), Flatten(), Dense(3)) == ["input", "pool1", "relu1", "dense1"]


def test_the_number_to_begin_with_is_the_largest_of_the_last_convolution_or_the_answer() -> None:
    found = trace_of(build("lenet"))
    unit = default_unit(found)
    assert unit.layer == "conv2"
    assert found.value(unit) == found["conv2.output"].max()
    without = trace_of(KINDS["dense alone"]())
    assert default_unit(without) == Unit("dense2", (without.answer,))
    one = trace_of(Network([Flatten(), Dense(1)]))
    assert default_unit(one) == Unit("dense1", (0,))


def test_a_network_that_has_diverged_has_a_number_to_begin_with() -> None:
    network = build("journal-8")
    network.named_arrays()["conv1.kernel"][...] = np.nan
    found = trace_of(network)
    assert found.has(default_unit(found))
