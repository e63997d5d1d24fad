"""Networks of one's own: layers as a value, fitted to pictures, written and read."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from model import ARCHITECTURES, Learner, build, load_network, save_network
from model.errors import ConfigError, ShapeError
from model.network.architecture import Architecture, LayerEntry, read_architecture
from model.network.architectures import architecture_from, architecture_of, as_plain
from model.network.layers import Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU

OWN = Architecture.of("my own", [Conv2D(4, (3, 5), stride=2), ReLU(), Dropout(0.25), Dense(10)])


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32)])
def test_what_it_says_of_each_layer_is_what_the_built_network_has(name: str, shape: tuple[int, int, int]) -> None:
    network = build(name, input_shape=shape, classes=7)
    own = Architecture.of("copy", network.layers)
    rows = own.fitted(shape, 7)
    assert [row.output_shape for row in rows] == network.shapes[1:]
    assert [(row.name, row.parameters) for row in rows] == [(row.name, row.parameters) for row in network.table()]
    assert sum(row.multiplications for row in rows) == network.multiplications
    assert [row.is_added for row in rows] == [False] * (len(rows) - 1) + [True]
    again = build(own, 0, input_shape=shape, classes=7)
    assert again.card.name == "copy"
    for mine, named in zip(again.parameters(), network.parameters(), strict=True):
        np.testing.assert_array_equal(mine.value, named.value)


def test_multiplications_are_counted_as_a_loop_would() -> None:
    rows = OWN.fitted((3, 9, 11), 6)
    height, width = (9 - 3) // 2 + 1, (11 - 5) // 2 + 1
    assert rows[0].output_shape == (4, height, width)
    counted = sum(1 for _ in np.ndindex(4, height, width, 3, 3, 5))
    assert rows[0].multiplications == counted
    assert rows[-1].multiplications == 4 * height * width * 6


def test_the_last_layers_are_added_for_the_classes_that_there_are() -> None:
    assert [type(layer) for layer in OWN.layers_for(3)] == [Conv2D, ReLU, Dropout, Flatten, Dense]
    assert Architecture("linear", ()).layers_for(12)[-1].config() == {"outputs": 12}
    flat = Architecture.of("flat", [Flatten(), Dense(20), ReLU(), Dense(10)])
    assert [layer.config() for layer in flat.layers_for(3)] == [{}, {"outputs": 20}, {}, {"outputs": 3}]


def test_files_are_read_as_they_were_written_and_a_model_file_keeps_the_layers(tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    file.write_text(OWN.to_json())
    assert read_architecture(file) == OWN
    assert architecture_from(str(file)) == OWN == architecture_from(OWN.to_json())
    assert architecture_of(json.loads(json.dumps(as_plain(OWN)))) == OWN
    assert architecture_from("lenet") == architecture_of("lenet") == "lenet"
    short = architecture_from(
        '{"name": "s", "layers": [{"kind": "Conv2D", "config": {"filters": 2}}, {"kind": "ReLU"}]}'
    )
    assert isinstance(short, Architecture)
    assert short.layers[0].config["kernel_size"] == (3, 3)
    network = build(OWN, 3, input_shape=(1, 12, 12), classes=4)
    save_network(network, tmp_path / "own.safetensors")
    loaded = load_network(tmp_path / "own.safetensors")
    assert Architecture.of(loaded.card.name, loaded.layers).layers == (*OWN.layers, LayerEntry("Flatten", {}))
    rng = np.random.default_rng(0)
    images, labels = rng.integers(0, 256, (6, 12, 12), np.uint8), np.arange(6) % 4
    assert math.isfinite(Learner(loaded).loss_and_gradients(images, labels))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "cannot be read"),
        ('{"layers": []}', "an object with name and layers"),
        ('{"name": "a", "layers": 3}', "as a list"),
        ('{"name": "a/b", "layers": []}', "'a/b'"),
        ('{"name": "..", "layers": []}', "'..'"),
        ('{"name": "lenet", "layers": []}', "lenet is a network of the program"),
        ('{"name": "a", "layers": ["ReLU"]}', "layer 1: expected a layer as an object"),
        ('{"name": "a", "layers": [{"kind": "ReLU"}, {"kind": "Conv3D"}]}', "layer 2: there is no layer 'Conv3D'"),
        ('{"name": "a", "layers": [{"kind": "Conv2D"}]}', "layer 1: Conv2D lacks filters"),
        (
            '{"name": "a", "layers": [{"kind": "Dense", "config": {"units": 3}}]}',
            "Dense takes outputs, got 'units'",
        ),
        (
            '{"name": "a", "layers": [{"kind": "Conv2D", "config": {"filters": 0}}]}',
            "filters must be a whole number",
        ),
        (
            '{"name": "a", "layers": [{"kind": "Conv2D", "config": {"filters": true}}]}',
            "must be a number, got True",
        ),
        ('{"name": "a", "layers": [{"kind": "Dropout", "config": {"rate": NaN}}]}', "must be a number, got nan"),
        (
            '{"name": "a", "layers": [{"kind": "BatchNorm", "config": {"epsilon": 1e999}}]}',
            "must be a number, got inf",
        ),
        (json.dumps({"name": "a", "layers": [{"kind": "ReLU"}] * 101}), "at most 100 layers"),
        ("alexnet", "a file that ends in .json, or JSON in {}, got 'alexnet'"),
        ("missing.json", "missing.json cannot be read"),
    ],
)
def test_what_is_no_architecture_is_refused_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as error:
        architecture_from(text)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("layers", "place", "words"),
    [
        ([Conv2D(8, 30)], 0, "a window of 30×30 does not fit into maps of 28×28"),
        ([ReLU(), *(MaxPool2D(2) for _ in range(5))], 5, "a window of 2×2 does not fit into maps of 1×1"),
        ([Dense(5), ReLU()], 0, "put Flatten before it"),
        ([Flatten(), Conv2D(8, 3)], 1, "takes maps, but a row of 784 numbers comes in"),
        ([Flatten(), Dense(5)], 1, "the program adds the last Dense"),
        ([Flatten(), Dense(60_000), ReLU()], 1, "more than the 40,000,000 allowed"),
        ([Conv2D(10**30, 1)], 0, "more than the 40,000,000 allowed"),
        ([Conv2D(9_000, 1)], 0, "a picture needs"),
    ],
)
def test_what_cannot_be_built_is_said_at_its_layer_and_no_array_is_made(
    layers: list, place: int, words: str
) -> None:
    own = Architecture.of("own", [*layers, Dense(10)])
    rows = own.fitted((1, 28, 28), 10)
    assert words in rows[place].problem
    assert [row.output_shape is None for row in rows] == [number >= place for number in range(len(rows))]
    assert sum(bool(row.problem) for row in rows) == 1
    with pytest.raises(ShapeError, match=f"own, {rows[place].name}: "):
        own.check((1, 28, 28), 10)
    with pytest.raises(ShapeError):
        build(own)


def test_layers_are_put_in_left_out_and_moved_without_changing_what_was() -> None:
    kinds = lambda one: [entry.kind for entry in one.layers]  # noqa: E731
    longer = OWN.with_layer(1, LayerEntry.of(MaxPool2D(2)))
    assert kinds(longer) == ["Conv2D", "MaxPool2D", "ReLU", "Dropout"]
    assert longer.without_layer(1) == OWN
    assert kinds(longer.with_moved(0, 1)) == ["MaxPool2D", "Conv2D", "ReLU", "Dropout"]
    assert kinds(longer.with_moved(3, -2)) == ["Conv2D", "Dropout", "MaxPool2D", "ReLU"]
    assert longer.with_moved(3, 1) == longer == longer.with_moved(0, -1)
    assert kinds(longer.with_other(0, LayerEntry.of(Flatten()))) == ["Flatten", "MaxPool2D", "ReLU", "Dropout"]
    assert kinds(OWN) == ["Conv2D", "ReLU", "Dropout"]
    with pytest.raises(ConfigError, match="ends in Dense, found ReLU"):
        Architecture.of("cut", [Flatten(), ReLU()])
