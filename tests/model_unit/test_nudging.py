"""A nudge: what the slope promises and what the loss does, and every kink between them."""

import numpy as np
import pytest

from model import ConfigError, build
from model.inspection.nudging import Kink, Nudger, Weight
from model.inspection.plain_pass import in_float64
from model.inspection.trace import Unit, trace
from model.network.layers import AveragePool2D, Conv2D, Dense, Flatten, MaxPool2D, ReLU
from model.network.model_card import ModelCard
from model.network.network import Network

UNITS = [
    Unit("input", (0, 14, 14)),
    Unit("conv1", (3, 10, 12)),
    Unit("pool1", (5, 4, 7)),
    Unit("conv2", (7, 3, 3)),
    Unit("flatten1", (99,)),
    Unit("dense1", (17,)),
    Unit("dense2", (4,)),
]


def picture(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (28, 28), dtype=np.uint8)


def loss_with(network: Network, unit: Unit, amount: float, label: int) -> float:
    """Compute the loss with a number changed, from scratch, in float64."""
    network = in_float64(network)
    x = network.to_input(picture()[np.newaxis]).copy()
    if unit.layer == "input":
        x[(*unit.index, 0)] += amount
    for name, layer in zip(network.layer_names, network.layers, strict=True):
        x = layer.forward(x).copy()
        if name == unit.layer:
            x[(*unit.index, 0)] += amount
    x = x[:, 0]
    return float(np.log(np.exp(x - x.max()).sum()) + x.max() - x[label])


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("amount", [0.05, -0.7])
def test_the_change_is_that_of_the_loss_computed_anew(unit: Unit, amount: float) -> None:
    network = build("lenet")
    nudged = Nudger(network, picture(), 3).nudge(unit, amount)
    assert nudged.loss == pytest.approx(loss_with(network, unit, 0.0, 3), rel=1e-12)
    assert nudged.loss_after == pytest.approx(loss_with(network, unit, amount, 3), rel=1e-12)
    found = trace(network, picture(), 3)
    assert nudged.value == pytest.approx(found.value(unit), rel=1e-4, abs=1e-5)
    assert nudged.slope == pytest.approx(found.gradient(unit), rel=1e-3, abs=1e-6)
    assert nudged.promised == nudged.slope * amount


@pytest.mark.parametrize(
    "parameter", ["conv1.kernel", "conv1.bias", "conv2.kernel", "dense1.weight", "dense2.bias"]
)
def test_a_nudged_weight_changes_the_loss_as_the_changed_network_does(parameter: str) -> None:
    network = build("lenet")
    rng = np.random.default_rng(1)
    at = tuple(int(rng.integers(0, size)) for size in network.named_parameters()[parameter].value.shape)
    nudger = Nudger(network, picture(), 3)
    nudged = nudger.nudge(Weight(parameter, at), 0.2)
    other = in_float64(network)
    other.named_parameters()[parameter].value[at] += 0.2
    assert nudged.loss_after == pytest.approx(trace(other, picture(), 3).loss, rel=1e-10)
    assert nudger.nudge(Weight(parameter, at), 0.2) == nudged  # the weight has been put back
    assert nudged.value == pytest.approx(float(network.named_parameters()[parameter].value[at]))


@pytest.mark.parametrize("name", ["journal-8", "lenet", "deep"])
def test_a_small_nudge_without_kinks_keeps_the_promise(name: str) -> None:
    network = build(name)
    nudger = Nudger(network, picture(), 3)
    unit = Unit("pool1", (2, 5, 5))
    without = 0
    for place in (unit, nudger.strongest_weight(unit), nudger.bias_of(unit), Unit(network.layer_names[-1], (3,))):
        nudged = nudger.nudge(place, 1e-7)
        if not nudged.kinks:
            assert nudged.real == pytest.approx(nudged.promised, rel=1e-4, abs=1e-13)
            assert nudged.agrees
            without += 1
    assert without >= 3


def small_network(pool) -> Network:
    """Make one whose numbers are known: two logits, each the sum of all, the second times two."""
    network = Network([ReLU(), pool, Flatten(), Dense(2)], (1, 2, 2), ModelCard("small"), np.float64)
    network.named_parameters()["dense1.weight"].value[:] = [[1.0], [2.0]]
    return network


def test_a_change_of_the_winner_is_a_kink() -> None:
    image = np.array([[51, 102], [0, 255]], np.uint8)  # 0.2, 0.4, 0, 1
    nudger = Nudger(small_network(MaxPool2D(2)), image, 0)
    assert nudger.nudge(Unit("input", (0, 0, 1)), 0.5).kinks == ()  # 0.9 < 1
    crossed = nudger.nudge(Unit("input", (0, 0, 1)), 0.7)
    assert crossed.kinks == (Kink("pool1", "winner", 1, ties=0),)
    assert crossed.promised == 0
    assert crossed.real > 0.01
    assert not crossed.agrees


def test_a_tie_is_named() -> None:
    image = np.array([[255, 255], [0, 255]], np.uint8)
    nudger = Nudger(small_network(MaxPool2D(2)), image, 0)
    first, second = Unit("input", (0, 0, 0)), Unit("input", (0, 0, 1))
    assert nudger.nudge(first, 0.1).kinks == ()  # it has the gradient, and goes on winning
    for unit, amount in ((first, -0.1), (second, 0.1)):
        assert nudger.nudge(unit, amount).kinks == (Kink("pool1", "winner", 1, ties=1),)
    assert nudger.nudge(second, -0.1).kinks == ()


def test_a_relu_that_switches_is_a_kink() -> None:
    layers = [Flatten(), Dense(1), ReLU(), Dense(2)]
    network = Network(layers, (1, 1, 1), ModelCard("relu"), np.float64)
    for name, value in {"dense1.weight": [[1.0]], "dense1.bias": [-0.5], "dense2.weight": [[0.0], [1.0]]}.items():
        network.named_parameters()[name].value[:] = value
    nudger = Nudger(network, np.array([[51]], np.uint8), 0)  # 0.2 - 0.5: stopped
    below = nudger.nudge(Unit("dense1", (0,)), 0.2)
    assert below.kinks == ()
    assert below.real == below.promised == 0
    above = nudger.nudge(Unit("dense1", (0,)), 0.4)
    assert above.kinks == (Kink("relu1", "ReLU", 1),)
    assert above.real == pytest.approx(np.log1p(np.exp(0.1)) - np.log(2))
    assert not above.agrees


def test_what_switches_on_the_way_and_back_is_a_kink_too() -> None:
    layers = [Flatten(), Dense(2), ReLU(), Dense(1), ReLU(), Dense(2)]
    network = Network(layers, (1, 1, 1), ModelCard("bump"), np.float64)
    values = {  # relu(t) - 2 relu(t - 0.5) - 0.2, above 0 for t from 0.2 to 0.8 only
        "dense1.weight": [[1.0], [1.0]],
        "dense1.bias": [0.0, -0.5],
        "dense2.weight": [[1.0, -2.0]],
        "dense2.bias": [-0.2],
        "dense3.weight": [[0.0], [1.0]],
    }
    for name, value in values.items():
        network.named_parameters()[name].value[:] = value
    nudged = Nudger(network, np.array([[26]], np.uint8), 0).nudge(Unit("input", (0, 0, 0)), 0.85)
    assert nudged.real == pytest.approx(0, abs=1e-12)
    assert Kink("relu2", "ReLU", 1) in nudged.kinks


def test_averages_and_the_softmax_alone_have_no_kinks() -> None:
    network = Network([AveragePool2D(2), Flatten(), Dense(10)], card=ModelCard("smooth"))
    nudger = Nudger(network, picture(), 3)
    nudged = nudger.nudge(Unit("dense1", (3,)), 5.0)
    assert nudged.kinks == ()
    assert not nudged.agrees  # it is curved
    assert nudger.nudge(Unit("dense1", (3,)), 0.01).agrees


def test_the_weight_and_the_bias_of_a_number_are_those_that_make_it() -> None:
    nudger = Nudger(build("lenet"), picture(), 3)
    gradient = nudger.network.named_parameters()["conv2.kernel"].grad[7]
    for unit in (Unit("conv2", (7, 3, 3)), Unit("relu2", (7, 3, 3)), Unit("pool2", (7, 1, 1))):
        strongest = nudger.strongest_weight(unit)
        assert strongest is not None
        assert strongest.parameter == "conv2.kernel"
        assert strongest.index[0] == 7
        assert abs(nudger.slope_of(strongest)[1]) == np.abs(gradient).max()
        assert nudger.bias_of(unit) == Weight("conv2.bias", (7,))
    assert nudger.bias_of(Unit("flatten1", (7 * 25 + 3,))) == Weight("conv2.bias", (7,))
    assert nudger.bias_of(Unit("relu3", (17,))) == Weight("dense1.bias", (17,))
    assert nudger.strongest_weight(Unit("input", (0, 3, 3))) is None
    assert nudger.bias_of(Unit("input", (0, 3, 3))) is None


def test_a_number_that_is_not_there_is_refused() -> None:
    nudger = Nudger(build("journal-8"), picture(), 3)
    for place in (Unit("pool1", (8, 0, 0)), Unit("pool1", (3, 2)), Weight("conv1.kernel", (0, 1, 0, 0))):
        with pytest.raises(ConfigError, match="there is no number"):
            nudger.nudge(place, 0.1)
    with pytest.raises(ConfigError, match=r"there is no conv9\.kernel"):
        nudger.nudge(Weight("conv9.kernel", (0,)), 0.1)


def test_one_logit_is_nudged_too() -> None:
    network = Network([Conv2D(2, 3), ReLU(), Flatten(), Dense(1)], card=ModelCard("two"))
    nudged = Nudger(network, picture(), 1).nudge(Unit("dense1", (0,)), 0.3)
    logit = nudged.value
    assert nudged.real == pytest.approx(np.log1p(np.exp(-logit - 0.3)) - np.log1p(np.exp(-logit)), abs=1e-12)
