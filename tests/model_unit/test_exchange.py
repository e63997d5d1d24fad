"""The whole forward pass against an independent runtime: onnxruntime on the exported file."""

import sys

import numpy as np
import onnxruntime
import pytest
from helpers.errors import error_of

from model import ARCHITECTURES, build
from model.errors import ModelFileError
from model.exchange.formats import export_network
from model.exchange.onnx_export import encode_onnx, save_onnx
from model.network.layers import AveragePool2D, BatchNorm, Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU
from model.network.network import Network

NETWORKS = {
    "strided, padded, rectangular": lambda: Network(
        [
            *(Conv2D(5, (3, 2), stride=(2, 1), padding=(1, 2)), ReLU(), MaxPool2D((3, 2), stride=(1, 2))),
            *(Conv2D(4, 3), AveragePool2D((2, 3)), BatchNorm(), ReLU()),
            *(Flatten(), Dropout(0.5), Dense(12), BatchNorm(), ReLU(), Dense(10)),
        ]
    ),
    "colours": lambda: Network(
        [Conv2D(6, 5, padding=2), MaxPool2D(2), ReLU(), Flatten(), Dense(7)], (3, 20, 15), input_mean=0.3
    ),
    "one logit": lambda: Network(
        [Conv2D(3), ReLU(), Flatten(), Dense(1)], (1, 9, 9), input_mean=0.13, input_deviation=0.31
    ),
} | {name: (lambda name=name: build(name)) for name in ARCHITECTURES}


@pytest.mark.parametrize("name", NETWORKS)
def test_onnxruntime_gives_the_same_answers(name, rng) -> None:
    network = NETWORKS[name]()
    for key, array in network.named_arrays().items():
        if "variance" in key:
            array[...] = rng.uniform(0.5, 2, array.shape)
        elif array.ndim == 1:  # biases, scales, shifts and means would else be zeros and ones
            array += rng.normal(0, 0.2, array.shape).astype(array.dtype)
    channels, height, width = network.input_shape
    shape = (9, height, width) if channels == 1 else (9, height, width, channels)
    images = rng.integers(0, 256, shape).astype(np.uint8)
    session = onnxruntime.InferenceSession(encode_onnx(network), providers=["CPUExecutionProvider"])
    logits, probabilities = session.run(["logits", "probabilities"], {"images": images})
    size = np.abs(logits).max()
    np.testing.assert_allclose(network.logits(images), logits, rtol=1e-5, atol=1e-5 * size)
    np.testing.assert_allclose(network.predict_proba(images), probabilities, atol=1e-5)


def test_real_digits_through_the_shipped_model(mnist, tmp_path) -> None:
    from digitgui.installation.shipped import open_model

    network = open_model("default")
    save_onnx(network, tmp_path / "m.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "m.onnx", providers=["CPUExecutionProvider"])
    images = mnist.images[:200]
    (probabilities,) = session.run(["probabilities"], {"images": images})
    np.testing.assert_allclose(network.predict_proba(images), probabilities, atol=1e-5)


def test_where_nothing_can_be_written_one_sentence_says_so(tmp_path) -> None:
    error_of(ModelFileError, lambda: save_onnx(build("journal-8"), tmp_path / "no" / "m.onnx"))


def test_without_the_package_a_sentence_says_what_to_do(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    assert "pip install onnx" in error_of(
        ModelFileError, lambda: save_onnx(build("journal-8"), tmp_path / "m.onnx")
    )


def test_the_ending_tells_the_format(tmp_path) -> None:
    export_network(build("journal-8"), tmp_path / "M.ONNX")
    assert (tmp_path / "M.ONNX").read_bytes() == encode_onnx(build("journal-8"))
    assert ".onnx" in error_of(ModelFileError, lambda: export_network(build("journal-8"), tmp_path / "m.png"))
