"""A trace holds every output and every gradient, under names, and they are those of the layers."""

import numpy as np
import pytest

import model
from model import ConfigError, ShapeError, build
from model.inspection.trace import Unit, trace
from model.network.layers import Dense, Flatten
from model.network.model_card import ModelCard
from model.network.network import Network


def picture(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (28, 28), dtype=np.uint8)


@pytest.mark.parametrize("name", ["journal-8", "lenet", "deep"])
def test_the_names_and_shapes_are_those_of_the_layers(name: str) -> None:
    network = build(name)
    found = trace(network, picture(), 3)
    assert found["input"].shape == (1, 28, 28) == found["input.gradient"].shape
    for layer, shape in zip(network.layer_names, network.shapes[1:], strict=True):
        assert found[f"{layer}.output"].shape == shape == found[f"{layer}.gradient"].shape
    for parameter, one in network.named_parameters().items():
        assert np.array_equal(found[parameter], one.value)
        assert found[f"{parameter}.gradient"].shape == one.value.shape
    assert found["logits"].shape == found["probabilities"].shape == (10,)
    assert found["loss"].shape == ()


def test_the_answer_is_that_of_the_network() -> None:
    network = build("lenet")
    found = model.trace(network, picture())
    assert np.allclose(found["probabilities"], network.predict_proba(picture()[np.newaxis])[0], atol=1e-6)
    assert found.label == found.answer
    assert found.loss == pytest.approx(-np.log(found["probabilities"][found.answer]), rel=1e-5)


@pytest.mark.parametrize("name", ["journal-8", "lenet", "deep"])
def test_gradients_are_the_slopes_of_the_loss(name: str) -> None:
    network = build(name, dtype=np.float64)
    before = network.weights()
    found = trace(network, picture(), 7)
    rng = np.random.default_rng(1)
    for parameter, value in network.named_arrays().items():
        if f"{parameter}.gradient" not in found:
            continue  # a statistic
        place = tuple(rng.integers(0, size) for size in value.shape)
        losses = []
        for step in (1e-7, -1e-7):
            network.set_weights(before)
            network.named_arrays()[parameter][place] += step
            losses.append(trace(network, picture(), 7).loss)
        slope = (losses[0] - losses[1]) / 2e-7
        assert found[f"{parameter}.gradient"][place] == pytest.approx(slope, rel=1e-5, abs=1e-7), parameter


def test_two_classes_of_one_logit_have_two_probabilities() -> None:
    network = Network([Flatten(), Dense(1)], card=ModelCard("two"))
    found = trace(network, picture(), 0)
    logit = float(found["logits"][0])
    assert found["probabilities"] == pytest.approx([1 / (1 + np.exp(logit)), 1 / (1 + np.exp(-logit))], rel=1e-5)
    assert found.loss == pytest.approx(np.log1p(np.exp(logit)), rel=1e-5)


def test_a_number_is_found_by_its_place() -> None:
    found = trace(build("journal-8"), picture(), 3)
    unit = Unit("pool1", (3, 5, 6))
    assert found.has(unit)
    assert found.value(unit) == found["pool1.output"][3, 5, 6]
    assert found.gradient(unit) == found["pool1.gradient"][3, 5, 6]
    for other in (
        Unit("pool1", (8, 5, 6)),
        Unit("pool1", (3, 5)),
        Unit("pool2", (3, 5, 6)),
        Unit("pool1", (-1, 0, 0)),
    ):
        assert not found.has(other)


def test_a_trace_is_a_copy_and_can_be_saved(tmp_path) -> None:
    network = build("journal-8")
    found = trace(network, picture(), 3)
    kept = found["conv1.output"].copy()
    trace(network, picture(1), 4)
    assert np.array_equal(found["conv1.output"], kept)
    np.savez(tmp_path / "trace.npz", **found)
    with np.load(tmp_path / "trace.npz") as saved:
        assert set(saved) == set(found)
        assert np.array_equal(saved["conv1.kernel.gradient"], found["conv1.kernel.gradient"])


def test_what_the_network_does_not_take_is_refused() -> None:
    network = build("journal-8")
    with pytest.raises(ShapeError, match="expected pictures"):
        trace(network, np.zeros((20, 20), np.uint8))
    with pytest.raises(ConfigError, match="0 to 9, got 10"):
        trace(network, picture(), 10)
