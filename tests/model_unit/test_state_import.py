"""Networks out of weights alone, as PyTorch and Keras programs save them."""

import json
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from helpers.errors import error_of
from helpers.networks import TRAINED, stirred
from helpers.readable_networks import MAPPINGS

from model import build, save_network
from model.errors import ConfigError, ModelFileError
from model.exchange.importing import import_network, is_of_another_program
from model.network.layers import AveragePool2D, BatchNorm, Conv2D, Dense, Flatten, MaxPool2D, ReLU
from model.network.network import Network
from model.runs.storage import golden_images

OF_OTHERS = Path(__file__).parents[1] / "golden" / "of_other_programs"
ANSWERS = json.loads((OF_OTHERS / "answers.json").read_text())


def keras_state(network: Network) -> dict[str, np.ndarray]:
    """Lay out the arrays of a network as Keras does: the channels last everywhere."""
    state, maps = {}, None
    for name, layer, shape in zip(network.layer_names, network.layers, network.shapes, strict=False):
        arrays = [parameter.value for parameter in layer.parameters().values()]
        match layer:
            case Conv2D():
                state |= {f"{name}/kernel:0": arrays[0].transpose(2, 3, 1, 0), f"{name}/bias:0": arrays[1]}
            case Flatten():
                maps = shape
            case Dense():
                weight = arrays[0]
                if maps:
                    weight = weight.reshape(-1, *maps).transpose(0, 2, 3, 1).reshape(len(weight), -1)
                    maps = None
                state |= {f"{name}/kernel:0": weight.T, f"{name}/bias:0": arrays[1]}
            case BatchNorm():
                arrays += list(layer.statistics().values())
                parts = ("gamma", "beta", "moving_mean", "moving_variance")
                state |= {f"{name}/{part}:0": array for part, array in zip(parts, arrays, strict=True)}
    return {name: np.ascontiguousarray(array) for name, array in state.items()}


def pytorch_state(network: Network) -> dict[str, np.ndarray]:
    """Name the arrays of a network as PyTorch does in a sequence."""
    state = {}
    for number, layer in enumerate(network.layers):
        arrays = {"kernel": "weight", "scale": "weight", "shift": "bias", "running_variance": "running_var"}
        own = {key: parameter.value for key, parameter in layer.parameters().items()} | layer.statistics()
        state |= {f"net.{number}.{arrays.get(key, key)}": array for key, array in own.items()}
        if isinstance(layer, BatchNorm):
            state[f"net.{number}.num_batches_tracked"] = np.array(7)
    return state


def saved(path: Path, state: dict[str, np.ndarray]) -> Path:
    path.write_bytes(safetensors.numpy.save({key: np.ascontiguousarray(array) for key, array in state.items()}))
    return path


@pytest.mark.parametrize("name", MAPPINGS)
def test_files_of_other_programs_give_the_answers_that_they_gave_there(name) -> None:
    mapping = json.dumps({"layers": MAPPINGS[name]})
    imported = import_network(OF_OTHERS / f"{name}.safetensors", mapping)
    found = imported.network.predict_proba(golden_images((1, 28, 28)))
    np.testing.assert_allclose(found, ANSWERS[name], atol=1e-5)
    assert ("turned" in "\n".join(imported.notes)) == (name == "keras")


@pytest.mark.parametrize("arch", ["journal-16", "lenet", "deep"])
@pytest.mark.parametrize("state_of", [keras_state, pytorch_state])
def test_the_networks_of_this_program_are_recognised(arch, state_of, rng, tmp_path) -> None:
    network = stirred(build(arch), rng)
    if state_of is keras_state:
        for layer in network.layers:
            if isinstance(layer, BatchNorm):
                layer.epsilon = 1e-3
    imported = import_network(saved(tmp_path / "m.safetensors", state_of(network)))
    images = golden_images((1, 28, 28))
    np.testing.assert_allclose(imported.network.predict_proba(images), network.predict_proba(images), atol=1e-5)
    assert imported.network.card.name == arch


def test_equal_layers_follow_the_natural_order_of_names_or_the_mapping(rng, tmp_path) -> None:
    network = stirred(
        Network([Flatten(), Dense(10), ReLU(), Dense(10), ReLU(), Dense(10)]), rng
    )  # two of them look alike
    first, second, third = (layer.parameters() for layer in network.layers[1::2])
    layers = ["Flatten", {"Dense": {"outputs": 10}}, "ReLU", {"Dense": {"outputs": 10}}, "ReLU"]
    layers.append({"Dense": {"outputs": 10}})
    images = golden_images((1, 28, 28))

    def state(*names: str) -> dict[str, np.ndarray]:
        rows = zip(names, (first, second, third), strict=True)
        return {f"{name}.{key}": parameters[key].value for name, parameters in rows for key in ("weight", "bias")}

    file = saved(tmp_path / "m.safetensors", state("fc1", "fc2", "fc10"))
    found = import_network(file, json.dumps({"layers": layers})).network
    np.testing.assert_allclose(found.predict_proba(images), network.predict_proba(images), atol=1e-6)
    file = saved(tmp_path / "m.safetensors", state("a", "head", "b"))
    mapping = {"layers": layers, "arrays": {"dense2": "head"}}
    found = import_network(file, json.dumps(mapping)).network
    np.testing.assert_allclose(found.predict_proba(images), network.predict_proba(images), atol=1e-6)


def test_dense_alone_from_keras_needs_no_permutation(rng, tmp_path) -> None:
    network = stirred(Network([Flatten(), Dense(30), ReLU(), Dense(10)]), rng)
    state = {f"layers/dense_{name}/vars/{index}": array for name, index, array in _numbered(network)}
    mapping = {"layers": ["Flatten", {"Dense": {"outputs": 30}}, "ReLU", {"Dense": {"outputs": 10}}]}
    imported = import_network(saved(tmp_path / "m.safetensors", state), json.dumps(mapping))
    images = golden_images((1, 28, 28))
    np.testing.assert_allclose(imported.network.predict_proba(images), network.predict_proba(images), atol=1e-6)


def _numbered(network: Network) -> list[tuple[str, int, np.ndarray]]:
    return [
        (name, index, parameter.value.T)
        for name, layer in zip(network.layer_names, network.layers, strict=True)
        for index, parameter in enumerate(layer.parameters().values())
    ]


def test_pooling_after_flattened_maps_of_one_pixel_and_a_mapping_in_a_file(rng, tmp_path) -> None:
    network = stirred(Network([Conv2D(6, 5), MaxPool2D(2), AveragePool2D(12), Flatten(), Dense(10)]), rng)
    layers = [{"Conv2D": {"filters": 6, "kernel_size": 5}}, "MaxPool2D", {"AveragePool2D": {"window": 12}}]
    (tmp_path / "map.json").write_text(json.dumps({"layers": [*layers, "Flatten", {"Dense": {"outputs": 10}}]}))
    file = saved(tmp_path / "m.safetensors", keras_state(network))
    imported = import_network(file, str(tmp_path / "map.json"), "0-255")
    assert imported.network.input_deviation == pytest.approx(1 / 255)
    network.input_deviation = 1 / 255
    images = golden_images((1, 28, 28))
    np.testing.assert_allclose(imported.network.predict_proba(images), network.predict_proba(images), atol=1e-5)


def test_what_does_not_fit_is_one_sentence(rng, tmp_path) -> None:
    state = pytorch_state(build("lenet"))
    file = saved(tmp_path / "m.safetensors", state)

    def message(mapping: str = "") -> str:
        return error_of(ModelFileError, lambda: import_network(file, mapping))

    assert "conv1" in message("journal-8")
    saved(file, {key: array for key, array in state.items() if "7" not in key})
    assert "--mapping" in message()
    assert "conv1" not in message("lenet")
    saved(file, state | {"extra.weight": np.zeros((3, 3), np.float32)})
    assert "extra" in message("lenet")
    saved(file, {"a.bias": np.zeros(3, np.float32)})
    assert "order" in message("lenet")
    saved(file, {"steps": np.zeros(3, np.float32)})
    assert "steps" in message("lenet")
    saved(file, state | {"net.0.weight": state["net.0.weight"] * np.nan})
    assert "finite" in message("lenet")


@pytest.mark.parametrize(
    "mapping",
    [
        *("resnet", "{", "[]", '{"layers": []}', '{"layers": ["Softmax"]}', '{"layers": [3]}', '{"layers": 3}'),
        *('{"layers": ["ReLU"], "order": "tf"}', '{"layers": ["ReLU"], "weights": {}}'),
        '{"layers": [{"Conv2D": {"filters": 0}}]}',
    ],
)
def test_a_mapping_that_is_none_is_one_sentence(mapping, tmp_path) -> None:
    file = saved(tmp_path / "m.safetensors", pytorch_state(build("lenet")))
    assert "mapping" in error_of(ConfigError, lambda: import_network(file, mapping))


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("m.pt", "safetensors.torch"),
        ("m.pkl", "pickle"),
        ("m.h5", "Keras"),
        ("m.keras", "Keras"),
        ("m.txt", "ONNX"),
    ],
)
def test_other_files_are_never_opened(name, word, tmp_path) -> None:
    (tmp_path / name).write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    assert word in error_of(ModelFileError, lambda: import_network(tmp_path / name))


def test_files_of_this_program_and_damaged_ones_are_not_of_another(tmp_path) -> None:
    save_network(TRAINED["journal-8"](), tmp_path / "own.safetensors")
    (tmp_path / "bad.safetensors").write_bytes(b"\xff" * 100)
    (tmp_path / "short.safetensors").write_bytes((10).to_bytes(8, "little") + b"{")
    for name in ("own", "bad", "short"):
        assert not is_of_another_program(tmp_path / f"{name}.safetensors")
    assert is_of_another_program(saved(tmp_path / "other.safetensors", pytorch_state(build("journal-8"))))
    assert "without importing" in error_of(ModelFileError, lambda: import_network(tmp_path / "own.safetensors"))
