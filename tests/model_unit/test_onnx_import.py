"""Networks out of ONNX files: of this program, of PyTorch and Keras, and what does not fit."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from helpers.errors import error_of
from helpers.networks import KINDS, TRAINED, random_pictures, stirred
from helpers.runs import small_network
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from model import build, load_network, save_network
from model.bounds import VARIABLE
from model.errors import ConfigError, DataFormatError, ModelFileError
from model.exchange.imported import Scaling
from model.exchange.importing import import_network
from model.exchange.onnx_export import encode_onnx, save_onnx
from model.network.layers import Dropout
from model.runs.storage import golden_images

OF_OTHERS = Path(__file__).parents[1] / "golden" / "of_other_programs"
ANSWERS = json.loads((OF_OTHERS / "answers.json").read_text())


@pytest.mark.parametrize("name", [name for name in KINDS if name not in ("colours", "one logit")])
def test_what_this_program_has_exported_comes_back(name, rng, tmp_path) -> None:
    network = stirred(KINDS[name](), rng)
    save_onnx(network, tmp_path / "m.onnx")
    again = import_network(tmp_path / "m.onnx").network
    images = random_pictures(network, 20, rng)
    np.testing.assert_allclose(again.predict_proba(images), network.predict_proba(images), atol=1e-5)


def test_an_imported_network_is_saved_as_any_other(tmp_path) -> None:
    network = TRAINED["lenet"]()
    save_onnx(network, tmp_path / "m.onnx")
    save_network(import_network(tmp_path / "m.onnx").network, tmp_path / "m.safetensors")
    opened = load_network(tmp_path / "m.safetensors")
    assert opened.card.provenance["imported"]["file"] == "m.onnx"
    assert [type(layer) for layer in opened.layers] == [type(layer) for layer in network.layers]


@pytest.mark.parametrize("name", ["pytorch", "pytorch_traced", "keras"])
def test_files_of_other_programs_give_the_answers_that_they_gave_there(name, mnist) -> None:
    imported = import_network(OF_OTHERS / f"{name}.onnx")
    found = imported.network.predict_proba(golden_images((1, 28, 28)))
    np.testing.assert_allclose(found, ANSWERS[name.partition("_")[0]], atol=1e-5)
    assert imported.notes[0] == "the input: pixels from 0 to 1"
    session = onnxruntime.InferenceSession(OF_OTHERS / f"{name}.onnx", providers=["CPUExecutionProvider"])
    (entry,) = session.get_inputs()
    images = mnist.images[::500]
    fed = [(image / 255).astype(np.float32).reshape(1, *entry.shape[1:]) for image in images]
    output = np.concatenate([session.run(None, {entry.name: one})[0] for one in fed])
    if name != "keras":
        output = np.exp(output) / np.exp(output).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(imported.network.predict_proba(images), output, atol=1e-5)


def save_graph(
    path: Path,
    nodes: list[tuple[str, list[str], dict[str, Any]]],
    constants: dict[str, Any],
    shape: tuple[int | str, ...] = ("n", 1, 28, 28),
    kind: int = TensorProto.FLOAT,
) -> Path:
    """Write a graph of nodes that each take what the one before gave, and further inputs."""
    made, value = [], "x"
    for number, (operator, others, told) in enumerate(nodes):
        made.append(helper.make_node(operator, [value, *others], [f"v{number}"], **told))
        value = f"v{number}"
    kept = [numpy_helper.from_array(np.asarray(array), name) for name, array in constants.items()]
    inputs = [helper.make_tensor_value_info("x", kind, shape)]
    outputs = [helper.make_tensor_value_info(value, TensorProto.FLOAT, ("n", "k"))]
    graph = helper.make_graph(made, "graph", inputs, outputs, kept)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save_model(model, path)
    return path


RNG = np.random.default_rng(5)
WEIGHTS = {
    "kernel": RNG.normal(0, 0.3, (4, 1, 3, 3)).astype(np.float32),
    "maps": RNG.normal(0, 0.05, (4 * 13 * 13, 10)).astype(np.float32),
    "dense": RNG.normal(0, 0.05, (784, 10)).astype(np.float32),
    "bias": RNG.normal(0, 0.3, 10).astype(np.float32),
    "flat": np.array([-1, 676]),
    "scale": np.float32(1 / 255),
    "deviation": np.float32(0.3081),
    "mean": np.float32(0.1307),
}
CONV = [("Conv", ["kernel"], {}), ("Relu", [], {}), ("MaxPool", [], {"kernel_shape": [2, 2], "strides": [2, 2]})]
END = [("Reshape", ["flat"], {}), ("MatMul", ["maps"], {}), ("Add", ["bias"], {})]


def reference(path: Path, images: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (logits,) = session.run(None, {"x": images.reshape(-1, *shape)})
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


SCALED = [("Mul", ["scale"], {}), ("Sub", ["mean"], {}), ("Div", ["deviation"], {})]


@pytest.mark.parametrize(
    ("nodes", "scaling", "expected"),
    [
        ([*CONV, *END], "0-255", Scaling(0, 1 / 255)),
        ([*CONV, *END], "0.1307,0.3081", Scaling(0.1307, 0.3081)),
        ([*SCALED, *CONV, *END], "", Scaling(0.1307, 0.3081)),
        ([*SCALED[1:], *CONV, *END], "", Scaling(0.1307, 0.3081)),
        ([*CONV, *END], "", Scaling()),
    ],
)
def test_the_scale_of_the_input_is_told_or_found(nodes, scaling, expected, tmp_path, mnist) -> None:
    path = save_graph(tmp_path / "m.onnx", nodes, WEIGHTS)
    network = import_network(path, scaling=scaling).network
    assert network.input_mean == pytest.approx(expected.mean, abs=1e-6)
    assert network.input_deviation == pytest.approx(expected.deviation)
    images = mnist.images[::500]
    x = (
        images.astype(np.float32)
        if nodes[0] == SCALED[0] or scaling == "0-255"
        else (images / 255).astype(np.float32)
    )
    if "," in scaling:
        x = (x - np.float32(0.1307)) / np.float32(0.3081)
    np.testing.assert_allclose(network.predict_proba(images), reference(path, x, (1, 28, 28)), atol=1e-5)


@pytest.mark.parametrize(
    ("nodes", "shape"),
    [
        ([("MatMul", ["dense"], {}), ("Add", ["bias"], {})], (784,)),
        ([("Flatten", [], {}), ("Gemm", ["dense", "bias"], {})], (28, 28)),
        ([("Transpose", [], {"perm": [0, 3, 1, 2]}), *CONV, *END], (28, 28, 1)),
        ([("Unsqueeze", ["axis"], {}), *CONV, *END], (28, 28)),
        ([("Reshape", ["maps_shape"], {}), *CONV, *END], (784,)),
        ([*CONV, ("Transpose", [], {"perm": [0, 2, 3, 1]}), *END], (1, 28, 28)),
        ([("Conv", ["kernel"], {"auto_pad": "VALID"}), *CONV[1:], *END], (1, 28, 28)),
        ([*CONV, ("Mul", ["channels"], {}), ("Add", ["channels"], {}), *END], (1, 28, 28)),
    ],
)
def test_every_usual_layout_gives_the_same_answers(nodes, shape, tmp_path, mnist) -> None:
    more = {"axis": np.array([1]), "maps_shape": np.array([-1, 1, 28, 28])}
    more["channels"] = RNG.normal(1, 0.3, (4, 1, 1)).astype(np.float32)
    path = save_graph(tmp_path / "m.onnx", nodes, WEIGHTS | more, ("n", *shape))
    images = mnist.images[::500]
    expected = reference(path, (images / 255).astype(np.float32), shape)
    np.testing.assert_allclose(import_network(path).network.predict_proba(images), expected, atol=1e-5)


PADDED = {"kernel_shape": [2, 2], "strides": [2, 2], "pads": [1, 1, 1, 1]}


@pytest.mark.parametrize(
    ("nodes", "word"),
    [
        ([("LeakyRelu", [], {}), *END], "LeakyRelu"),
        ([("Conv", ["kernel"], {"dilations": [2, 2]}), *END], "dilation"),
        ([("Conv", ["kernel"], {"pads": [0, 0, 1, 1]}), *END], "unequally"),
        ([CONV[0], ("MaxPool", [], PADDED), *END], "padding"),
        ([CONV[0], ("MaxPool", [], {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1}), *END], "edge"),
        ([*CONV, ("Softmax", [], {}), *END], "softmax"),
        ([("Flatten", [], {"axis": 2}), ("Gemm", ["dense"], {})], "axis 1"),
        ([("Flatten", [], {}), ("Gemm", ["dense", "bias"], {"alpha": 0.5})], "Gemm"),
        ([("Neg", [], {}), *CONV, *END], "Neg"),
        ([("Mul", ["minus"], {}), *CONV, *END], "bright"),
        ([("Flatten", [], {}), ("MatMul", ["wide"], {})], "ten digits"),
        ([*CONV, ("MatMul", ["narrow"], {})], "dense1.weight"),
        ([*CONV, ("Mul", ["rows"], {}), *END], "channel"),
    ],
)
def test_what_does_not_fit_is_one_sentence(nodes, word, tmp_path) -> None:
    more = {
        "minus": np.float32(-1),
        "wide": np.zeros((784, 26), np.float32),
        "narrow": np.zeros((13, 10), np.float32),
        "rows": np.ones((13, 13), np.float32),
    }
    path = save_graph(tmp_path / "m.onnx", nodes, WEIGHTS | more)
    message = error_of(ModelFileError, lambda: import_network(path))
    assert word in message
    assert "m.onnx" in message or word == "bright"


def test_a_network_for_other_pictures_is_named(tmp_path) -> None:
    save_onnx(KINDS["colours"](), tmp_path / "m.onnx")
    assert "20 × 15" in error_of(ModelFileError, lambda: import_network(tmp_path / "m.onnx"))


def test_branches_are_no_layers(tmp_path) -> None:
    nodes = [
        helper.make_node("Relu", ["x"], ["a"]),
        helper.make_node("Conv", ["a", "kernel"], ["b"]),
        helper.make_node("Conv", ["a", "kernel"], ["c"]),
        helper.make_node("Add", ["b", "c"], ["d"]),
    ]
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ("n", 1, 28, 28))],
        [helper.make_tensor_value_info("d", TensorProto.FLOAT, ("n", "k"))],
        [numpy_helper.from_array(WEIGHTS["kernel"], "kernel")],
    )
    onnx.save_model(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), tmp_path / "m.onnx")
    assert "branches" in error_of(ModelFileError, lambda: import_network(tmp_path / "m.onnx"))


def test_a_graph_that_was_misunderstood_is_noticed(tmp_path, monkeypatch) -> None:
    path = save_graph(tmp_path / "m.onnx", [*CONV, *END], WEIGHTS)
    monkeypatch.setattr("model.exchange.onnx_nodes.ReLU", Dropout)
    assert "differ" in error_of(ModelFileError, lambda: import_network(path))


def test_a_misunderstood_graph_is_noticed_where_probabilities_are_all_0_or_1(tmp_path, monkeypatch) -> None:
    sure = WEIGHTS["dense"].copy()
    sure[:, 3] += 1
    constants = {"dense": sure, "factors": np.linspace(1, 1.3, 10, dtype=np.float32)}
    nodes = [("Flatten", [], {}), ("MatMul", ["dense"], {}), ("Mul", ["factors"], {}), ("Softmax", [], {})]
    path = save_graph(tmp_path / "m.onnx", nodes, constants)
    import_network(path, scaling="0-255")
    monkeypatch.setattr("model.exchange.onnx_nodes.Walk._change_last", lambda *_, **__: None)
    assert "differ" in error_of(ModelFileError, lambda: import_network(path, scaling="0-255"))


@pytest.mark.parametrize("batch", [8, 10**12])
def test_a_batch_that_the_file_fixes_takes_no_memory(batch, tmp_path, mnist) -> None:
    path = save_graph(
        tmp_path / "m.onnx", [*CONV, *END], WEIGHTS | {"flat": np.array([batch, 676])}, (batch, 1, 28, 28)
    )
    network = import_network(path).network
    free = save_graph(tmp_path / "free.onnx", [*CONV, *END], WEIGHTS)
    images = mnist.images[::500]
    expected = reference(free, (images / 255).astype(np.float32), (1, 28, 28))
    np.testing.assert_allclose(network.predict_proba(images), expected, atol=1e-5)


def test_it_is_told_whether_the_scale_of_the_input_was_assumed(tmp_path) -> None:
    path = save_graph(tmp_path / "m.onnx", [*CONV, *END], WEIGHTS)
    save_onnx(build("journal-8"), tmp_path / "ours.onnx")
    assert import_network(path).assumes_scale
    assert not import_network(path, scaling="0-1").assumes_scale
    assert not import_network(tmp_path / "ours.onnx").assumes_scale


def test_damaged_and_missing_files_and_a_missing_package(tmp_path, monkeypatch) -> None:
    content = (OF_OTHERS / "pytorch.onnx").read_bytes()
    (tmp_path / "half.onnx").write_bytes(content[: len(content) // 2])
    (tmp_path / "none.onnx").write_bytes(b"")
    for name in ("half.onnx", "none.onnx"):
        assert name in error_of(ModelFileError, lambda name=name: import_network(tmp_path / name))
    assert "no such file" in error_of(ModelFileError, lambda: import_network(tmp_path / "gone.onnx"))
    assert "--mapping" in error_of(ModelFileError, lambda: import_network(OF_OTHERS / "keras.onnx", "lenet"))
    assert "0-255" in error_of(ConfigError, lambda: import_network(OF_OTHERS / "keras.onnx", scaling="0-7"))
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)
    assert "pip install onnx" in error_of(ModelFileError, lambda: import_network(OF_OTHERS / "keras.onnx"))


def test_a_scale_told_beside_that_of_the_file_is_refused(tmp_path) -> None:
    save_onnx(build("journal-8"), tmp_path / "m.onnx")
    assert "--input" in error_of(ModelFileError, lambda: import_network(tmp_path / "m.onnx", scaling="0-1"))


@settings(max_examples=100, deadline=None)
@given(data=st.data(), name=st.sampled_from(["keras.onnx", "pytorch.onnx", "pytorch_traced.onnx"]))
def test_damage_of_any_kind_is_one_sentence(tmp_path_factory, data, name) -> None:
    content = bytearray((OF_OTHERS / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))])
    message = ""
    try:
        import_network(path)
    except ModelFileError as error:
        message = str(error)
    assert len(message.splitlines()) <= 1


def with_weights_outside(path: Path, location: str, weights: Path, **told: object) -> Path:
    """Write a network whose first kernel is in another file."""
    model = onnx.load_model_from_string(encode_onnx(small_network()))
    kernel = next(one for one in model.graph.initializer if len(one.dims) == 4)
    weights.write_bytes(kernel.raw_data)
    kernel.ClearField("raw_data")
    kernel.data_location = TensorProto.EXTERNAL
    for key, value in {"location": location, **told}.items():
        kernel.external_data.add(key=key, value=str(value))
    path.write_bytes(model.SerializeToString())
    return path


def test_weights_in_a_file_beside_it_are_read_from_there_and_nowhere_else(tmp_path, monkeypatch, mnist) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    path = with_weights_outside(tmp_path / "x.onnx", "x.onnx.data", tmp_path / "x.onnx.data")
    found = import_network(path).network.predict_proba(mnist.images[:5])
    np.testing.assert_allclose(found, small_network().predict_proba(mnist.images[:5]), atol=1e-5)
    (tmp_path / "x.onnx.data").rename(tmp_path / "elsewhere" / "x.onnx.data")
    assert "put that file into the same folder" in error_of(ModelFileError, lambda: import_network(path))


@pytest.mark.parametrize("location", ["../w.bin", "", "/etc/hostname", "folder/w.bin", ".", "w" * 300, "a\0b"])
def test_weights_in_another_folder_are_not_read(tmp_path, location) -> None:
    (tmp_path / "model" / "folder").mkdir(parents=True)
    (tmp_path / "model" / "folder" / "w.bin").write_bytes(b"0" * 200)
    path = with_weights_outside(tmp_path / "model" / "x.onnx", location, tmp_path / "w.bin")
    assert "x.onnx" in error_of(ModelFileError, lambda: import_network(path))


@pytest.mark.parametrize("told", [{}, {"length": 10**7}, {"length": "many"}, {"offset": -1}, {"length": -1}])
def test_weights_beside_it_that_are_more_than_the_bound_or_nonsense_are_not_read(
    tmp_path, monkeypatch, told
) -> None:
    monkeypatch.setenv(VARIABLE, "0.1")
    path = with_weights_outside(tmp_path / "x.onnx", "w.bin", tmp_path / "w.bin", **told)
    with (tmp_path / "w.bin").open("ab") as file:
        file.truncate(200_000)
    is_too_much = told in ({}, {"length": 10**7}, {"offset": -1})
    assert "x.onnx" in error_of(DataFormatError if is_too_much else ModelFileError, lambda: import_network(path))


@pytest.mark.parametrize("name", ["x.onnx", "x.safetensors"])
def test_networks_larger_than_the_bound_are_not_read(tmp_path, monkeypatch, name) -> None:
    monkeypatch.setenv(VARIABLE, "0.001")
    (tmp_path / name).write_bytes((OF_OTHERS / f"pytorch{Path(name).suffix}").read_bytes())
    assert "expected at most 0.001 MB" in error_of(DataFormatError, lambda: import_network(tmp_path / name))
