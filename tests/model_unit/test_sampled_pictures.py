"""Features and excitement of many pictures are those of the plain layers, picture by picture."""

import numpy as np
import pytest
from helpers.errors import error_of

from model import Dataset, Network, build
from model.errors import ConfigError
from model.inspection import sampled_pictures
from model.inspection.sampled_pictures import (
    excitement,
    feature_layer,
    features_in,
    hidden_features,
    training_sample,
)
from model.inspection.trace import trace
from model.judging.embedding import nearest, nearest_to
from model.network.layers import Dense, Flatten


@pytest.mark.parametrize(("name", "layer"), [("journal-8", "flatten1"), ("lenet", "relu3"), ("deep", "dropout2")])
def test_features_are_what_the_last_dense_layer_takes(mnist, name: str, layer: str) -> None:
    network, told = build(name, seed=2), []
    count = 70 if name != "deep" else 3
    features = hidden_features(network, mnist.images[:count], told.append)
    assert feature_layer(network) == layer
    assert told == [start / count for start in range(0, count, 64)]
    for picture in (0, count - 1):
        traced = trace(network, mnist.images[picture])
        np.testing.assert_allclose(features[picture], traced[f"{layer}.output"], atol=1e-5)
        np.testing.assert_array_equal(features_in(traced), traced[f"{layer}.output"])


def test_the_nearest_are_those_of_a_search_through_all(mnist) -> None:
    network = build("lenet", seed=2)
    features = hidden_features(network, mnist.images[:200])
    point = features_in(trace(network, mnist.images[300]))
    distances = [float(np.sqrt(((row.astype(np.float64) - point) ** 2).sum())) for row in features]
    expected = sorted(range(200), key=lambda picture: distances[picture])[:8]
    assert nearest_to(features, point, 8).tolist() == expected
    assert nearest_to(features, features[5], 8)[0] == 5
    assert nearest_to(features, features[5], 8, left_out=5).tolist() == nearest(features, 5, 8).tolist()
    assert 5 not in nearest_to(features, features[5], 8, left_out=5)
    assert len(nearest_to(features[:3], point, 8)) == 3
    assert len(nearest_to(features[:1], point, 8, left_out=0)) == 0


def test_a_network_without_hidden_layers_says_so() -> None:
    assert feature_layer(Network([Flatten(), Dense(10)])) == "flatten1"
    flat = Network([Flatten(), Dense(10)])
    flat.layers = flat.layers[1:]
    error_of(ConfigError, lambda: feature_layer(flat))


@pytest.mark.parametrize("layer", ["conv1", "relu1", "pool1", "conv2", "pool2", "dense1", "relu3"])
def test_excitement_is_the_largest_number_of_each_map(mnist, layer: str) -> None:
    network = build("lenet", seed=3)
    found = excitement(network, mnist.images[:70], layer)
    outputs = [trace(network, image)[f"{layer}.output"] for image in mnist.images[:70]]
    for number in (0, 5):
        largest = [output[number].max() for output in outputs]
        np.testing.assert_allclose(found.values[:, number], largest, atol=1e-4)
        top = found.strongest(number, 8)
        assert np.allclose(np.sort(largest)[::-1][:8], np.array(largest)[top], atol=1e-4)
        for picture in top[:3]:
            if outputs[0].ndim == 3:
                row, column = found.place(picture, number)
                assert outputs[picture][number, row, column] == pytest.approx(largest[picture], abs=1e-4)
            else:
                assert found.place(picture, number) == (0, 0)


def test_excitement_tells_how_far_it_has_come(mnist) -> None:
    told: list[float] = []
    excitement(build("journal-8"), mnist.images[:128], "conv1", told.append)
    assert told == [0.0, 0.5]


def test_the_sample_is_of_the_training_part_and_keeps_within_bounds(
    mnist: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    train = mnist.indices("train")
    assert np.array_equal(training_sample(mnist, 128), train)
    monkeypatch.setattr(sampled_pictures, "MOST_PICTURES", 100)
    some = training_sample(mnist, 128)
    assert len(some) == 100
    assert set(some) <= set(train.tolist())
    assert np.bincount(mnist.labels[some]).tolist() == [10] * 10
    assert np.array_equal(some, training_sample(mnist, 128))
    monkeypatch.setattr(sampled_pictures, "MOST_NUMBERS", 640)
    assert len(training_sample(mnist, 128)) == 5
