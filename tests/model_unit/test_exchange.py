"""The whole forward pass against an independent runtime: onnxruntime on the exported file."""

import sys

import numpy as np
import onnxruntime
import pytest
from helpers.errors import error_of
from helpers.networks import KINDS, random_pictures, stirred

from model import build
from model.errors import ModelFileError
from model.exchange.formats import FORMATS, export_network
from model.exchange.onnx_export import encode_onnx, save_onnx


@pytest.mark.parametrize("name", KINDS)
def test_onnxruntime_gives_the_same_answers(name, rng) -> None:
    network = stirred(KINDS[name](), rng)
    images = random_pictures(network, 9, rng)
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


def test_a_runtime_that_answers_otherwise_is_believed_and_nothing_is_written(tmp_path, monkeypatch) -> None:
    class Other:
        def __init__(self, content: bytes, **_options: object) -> None:
            pass

        def run(self, _outputs: object, feed: dict[str, np.ndarray]) -> list[np.ndarray]:
            return [np.full((len(feed["images"]), 10), 0.1, np.float32)]

    monkeypatch.setattr(onnxruntime, "InferenceSession", Other)
    assert "differ" in error_of(ModelFileError, lambda: save_onnx(build("journal-8"), tmp_path / "m.onnx"))
    assert not (tmp_path / "m.onnx").exists()


@pytest.mark.parametrize("ending", FORMATS)
def test_a_network_that_has_diverged_is_not_exported(ending, tmp_path) -> None:
    network = build("journal-8")
    network.parameters()[0].value[...] = np.nan
    assert "infinite" in error_of(ModelFileError, lambda: export_network(network, tmp_path / f"m{ending}"))
    assert not list(tmp_path.iterdir())


def test_every_format_of_the_window_writes_what_its_ending_says(tmp_path) -> None:
    beginnings = {
        ".c": b"/* The network",
        ".int8.c": b"/* The network",
        ".py": b'"""',
        ".zip": b"PK",
        ".onnx": b"\x08",
    }
    for ending in FORMATS:
        sentence = export_network(build("journal-8"), tmp_path / f"m{ending}")
        assert (tmp_path / f"m{ending}").read_bytes().startswith(beginnings[ending])
        assert ("8 bits" in (tmp_path / f"m{ending}").read_bytes().decode("latin-1")[:300]) == (
            ending == ".int8.c"
        )
        assert ("flash" in sentence) == ending.endswith(".c")
