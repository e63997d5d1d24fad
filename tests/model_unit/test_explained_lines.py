"""The lines that are shown are those of the installed package that compute."""

import linecache

import numpy as np
import pytest

from digitgui.looks.formula_outlines import outlines_of
from model.inspection import explained_lines
from model.inspection.explained_lines import lines_of_input, lines_of_layer, lines_of_loss
from model.inspection.trace import Trace, trace
from model.network.layers import (
    LAYER_KINDS,
    AveragePool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPool2D,
    ReLU,
)
from model.network.network import Network

BOTH = ("forward", "backward")


def network() -> Network:
    """Build one with every kind of layer, and with both ways of pooling."""
    convolutions = [
        Conv2D(4, 3, padding=1),
        ReLU(),
        MaxPool2D(2),
        BatchNorm(),
        Conv2D(6, (3, 5)),
        AveragePool2D(2),
    ]
    return Network([*convolutions, MaxPool2D(2, stride=1), Flatten(), Dropout(0.2), Dense(10)])


@pytest.fixture(scope="module")
def found() -> Trace:
    return trace(network(), np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8), 3)


def test_there_are_lines_for_every_kind_of_layer() -> None:
    kinds = {(kind, way) for kind in LAYER_KINDS.values() for way in BOTH}
    assert kinds == set(explained_lines._SOURCES)


@pytest.mark.parametrize("way", BOTH)
def test_lines_stand_in_the_installed_file_and_are_marked(found: Trace, way) -> None:
    shown = [
        *(lines_of_layer(layer, way) for layer in found.layers),
        lines_of_loss(found, way),
        lines_of_input(found),
    ]
    for lines in shown:
        assert linecache.getline(str(lines.path), lines.first_line).strip() == lines.text.splitlines()[0]
        assert '"""' not in lines.text
        whole = lines.path.read_text(encoding="utf-8")
        assert all(line.strip() in whole for line in lines.text.splitlines())
        assert lines.marked, lines.text
        assert lines.place.startswith("model/network/")


def test_each_mark_is_found() -> None:
    """A line that is written anew needs another mark."""
    for source in explained_lines._SOURCES.values():
        lines = explained_lines._explained(source, "")
        for mark in source.marks:
            assert any(mark.strip() in lines.text.splitlines()[number] for number in lines.marked), mark
    for function, marks in explained_lines._IN_PAIRS.values():
        text = explained_lines._explained(explained_lines._Source(function, marks, ()), "").text
        assert all(mark in text for mark in marks)


def test_the_shapes_are_those_of_the_network(found: Trace) -> None:
    shapes = lines_of_layer(found.layer("conv2"), "forward").shapes
    assert "Kernels 6 × 60" in shapes  # 4 channels of 3 × 5
    assert "60 × 120" in shapes  # 12 × 10 positions
    assert "one sum of 120 products" in lines_of_layer(found.layer("conv2"), "backward").shapes
    assert "10 × 120" in lines_of_layer(found.layer("dense1"), "backward").shapes
    assert "t = 3" in lines_of_loss(found, "forward").shapes


def test_one_logit_has_the_sigmoid() -> None:
    two = Network([Flatten(), Dense(1)])
    lines = lines_of_loss(trace(two, np.zeros((28, 28), np.uint8), 1), "forward")
    assert "def sigmoid_cross_entropy" in lines.text
    assert "np.log1p" in lines.text.splitlines()[lines.marked[0]]


def test_all_formulas_can_be_set(found: Trace) -> None:
    formulas = {formula for source in explained_lines._SOURCES.values() for formula in source.formulas}
    formulas |= {formula for way in BOTH for formula in lines_of_loss(found, way).formulas}
    formulas |= set(lines_of_input(found).formulas)
    for formula, outline in outlines_of(sorted(formulas)).items():
        assert len(outline.points) == len(outline.codes) > 20, formula
        assert outline.points[:, 1].min() < 0, "above the baseline"
