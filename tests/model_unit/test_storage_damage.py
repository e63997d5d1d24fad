"""Model files that are damaged, foreign or malicious: refused clearly, or proven harmless."""

import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from helpers.errors import error_of
from helpers.model_files import header_of, rewrite

from model import build, load_network, save_network
from model.errors import CorruptError, ModelFileError, VersionError
from model.runs.storage import FORMAT_VERSION


@pytest.fixture
def file(tmp_path) -> Path:
    """Save a small network to be damaged."""
    network = build("journal-8", seed=5)
    for parameter in network.parameters():
        parameter.value += np.float32(0.01)
    save_network(network, tmp_path / "x.safetensors")
    return tmp_path / "x.safetensors"


def test_a_file_cut_at_any_length_is_refused(file) -> None:
    whole = file.read_bytes()
    lengths = {
        *np.linspace(0, len(whole) - 1, 30).astype(int),
        1,
        7,
        8,
        9,
        100,
        1000,
        len(whole) - 4,
        len(whole) - 1,
    }
    for length in sorted(lengths):
        file.write_bytes(whole[:length])
        assert "x.safetensors" in error_of(CorruptError, lambda: load_network(file))


def test_bytes_too_many_are_refused(file) -> None:
    file.write_bytes(file.read_bytes() + b"\0")
    error_of(CorruptError, lambda: load_network(file))


def flipped(whole: bytes, place: int, bit: int) -> bytes:
    return whole[:place] + bytes([whole[place] ^ (1 << bit)]) + whole[place + 1 :]


def check_flips(file: Path, places: np.ndarray, mnist) -> int:
    """Flip a bit at each place; return how many flips were refused. The others must change no answer."""
    whole, bits, refused = file.read_bytes(), np.random.default_rng(1), 0
    expected = load_network(file).predict_proba(mnist.images[:20])
    for place in places:
        file.write_bytes(flipped(whole, int(place), int(bits.integers(8))))
        try:
            network = load_network(file)
        except ModelFileError:
            refused += 1
        else:
            np.testing.assert_array_equal(network.predict_proba(mnist.images[:20]), expected)
    return refused


def test_a_flipped_bit_among_the_weights_is_noticed(file, mnist) -> None:
    size = file.stat().st_size
    places = np.random.default_rng(0).integers(8 + int.from_bytes(file.read_bytes()[:8], "little"), size, 200)
    assert check_flips(file, places, mnist) > 180  # the rest hit a golden picture or a last digit of its logits


def test_a_flipped_bit_in_the_safetensors_header_is_noticed_or_harmless(file, mnist) -> None:
    """Up to our own header; that one is the business of the next test."""
    start = file.read_bytes().index(b'\\"format_version')
    assert check_flips(file, np.arange(start), mnist) > start * 0.9


def test_a_flipped_bit_in_our_header_is_noticed_or_harmless(file, mnist) -> None:
    whole = file.read_bytes()
    start, end = whole.index(b'\\"format_version'), 8 + int.from_bytes(whole[:8], "little")
    places = np.random.default_rng(0).integers(start, end, 300)
    assert check_flips(file, places, mnist) > 200


def test_one_weight_exchanged_is_noticed(file) -> None:
    def change(header, tensors) -> None:
        tensors["dense1.weight"][3, 700] += 1e-4

    assert "weights have changed" in error_of(CorruptError, lambda: load_network(rewrite(file, change)))


def test_answers_that_no_longer_come_out_are_noticed(file) -> None:
    def change(header, tensors) -> None:
        tensors["golden.logits"][2, 4] += 0.1

    assert "answers" in error_of(CorruptError, lambda: load_network(rewrite(file, change)))


def test_a_newer_format_asks_for_a_newer_program(file) -> None:
    newer = rewrite(file, lambda header, tensors: header.update(format_version=FORMAT_VERSION + 1))
    message = error_of(VersionError, lambda: load_network(newer))
    assert f"format {FORMAT_VERSION + 1}" in message
    assert "update the program" in message


def test_a_newer_format_is_told_even_if_all_else_is_new(file) -> None:
    def change(header, tensors) -> None:
        header.clear()
        header["format_version"] = 99

    error_of(VersionError, lambda: load_network(rewrite(file, change)))


def test_a_newer_preprocessing_asks_for_a_newer_program(file) -> None:
    newer = rewrite(file, lambda header, tensors: header.update(preprocessing_version=99))
    error_of(VersionError, lambda: load_network(newer))


@pytest.mark.parametrize("content", [b"", b"hello", b"{}", bytes(2000), b"\xff" * 2000, b"PK\x03\x04" + bytes(99)])
def test_another_kind_of_file_is_refused(tmp_path, content) -> None:
    (tmp_path / "notes.txt").write_bytes(content)
    message = error_of(CorruptError, lambda: load_network(tmp_path / "notes.txt"))
    assert "notes.txt" in message


@pytest.mark.parametrize("metadata", [None, {"format": "pt"}, {"digitgui": "[1]"}, {"digitgui": "no json"}])
def test_another_safetensors_file_is_refused(tmp_path, metadata) -> None:
    safetensors.numpy.save_file({"w": np.zeros(3, np.float32)}, tmp_path / "other.safetensors", metadata)
    message = error_of(CorruptError, lambda: load_network(tmp_path / "other.safetensors"))
    assert "other.safetensors" in message
    assert "digitgui" in message


def layers_of(header) -> dict:
    return {entry["kind"]: entry["config"] for entry in header["layers"]}


GIGANTIC = {
    "filters": lambda header, tensors: layers_of(header)["Conv2D"].update(filters=10**12),
    "kernel": lambda header, tensors: layers_of(header)["Conv2D"].update(
        kernel_size=[10**9, 10**9], padding=[10**9] * 2
    ),
    "dense": lambda header, tensors: layers_of(header)["Dense"].update(outputs=10**15),
    "picture": lambda header, tensors: header.update(input_shape=[1, 10**9, 10**9]),
    "many layers": lambda header, tensors: header["layers"].extend(
        [{"kind": "Dense", "config": {"outputs": 10**5}}] * 99
    ),
}


@pytest.mark.parametrize("case", GIGANTIC)
def test_a_header_that_declares_a_gigantic_network_is_refused_before_memory_is_taken(file, case) -> None:
    rewrite(file, GIGANTIC[case])
    started = time.process_time()
    tracemalloc.start()
    try:
        error_of(CorruptError, lambda: load_network(file))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000
    assert time.process_time() - started < 2


def test_a_header_whose_intermediate_results_are_gigantic_is_refused(file) -> None:
    """A padding of a thousand million with as long a stride keeps every array of the file at its size."""

    def change(header, tensors) -> None:
        layers_of(header)["Conv2D"].update(padding=[10**9] * 2, stride=[2 * 10**9 // 26 + 1] * 2)

    error_of(CorruptError, lambda: load_network(rewrite(file, change)))


BROKEN_LAYERS = {
    "no list": lambda header, tensors: header.update(layers=None),
    "none": lambda header, tensors: header.update(layers=[]),
    "numbers": lambda header, tensors: header.update(layers=[1, 2]),
    "without config": lambda header, tensors: header.update(layers=[{"kind": "ReLU"}]),
    "a dangerous name": lambda header, tensors: header["layers"][1].update(kind="os.system"),
    "a wrong setting": lambda header, tensors: layers_of(header)["Conv2D"].update(filters=-8),
    "another setting": lambda header, tensors: layers_of(header)["Conv2D"].update(dilation=2),
    "another order": lambda header, tensors: header["layers"].reverse(),
    "one missing": lambda header, tensors: header["layers"].pop(2),
    "another picture": lambda header, tensors: header.update(input_shape=[1, 30, 30]),
    "no picture": lambda header, tensors: header.update(input_shape="28"),
}


@pytest.mark.parametrize("case", BROKEN_LAYERS)
def test_a_broken_list_of_layers_is_refused(file, case) -> None:
    rewrite(file, BROKEN_LAYERS[case])
    assert "x.safetensors" in error_of(CorruptError, lambda: load_network(file))


def test_a_layer_of_a_later_version_is_told_as_such(file) -> None:
    rewrite(file, lambda header, tensors: header["layers"][1].update(kind="Sigmoid"))
    message = error_of(VersionError, lambda: load_network(file))
    assert "Sigmoid" in message
    assert "update the program" in message


@pytest.mark.parametrize("name", ["conv1.kernel", "dense1.bias", "golden.images", "golden.logits"])
def test_an_array_that_is_missing_is_refused_and_named(file, name) -> None:
    message = error_of(
        CorruptError, lambda: load_network(rewrite(file, lambda header, tensors: tensors.pop(name)))
    )
    assert name in message


def test_an_array_too_many_is_refused_and_named(file) -> None:
    def change(header, tensors) -> None:
        tensors["payload"] = np.zeros(9, np.float32)

    assert "payload" in error_of(CorruptError, lambda: load_network(rewrite(file, change)))


NEEDED = ["format_version", "name", "input_shape", "seed", "dtype", "layers", "provenance", "weights_sha256"]


@pytest.mark.parametrize("key", NEEDED)
def test_an_entry_that_is_missing_in_the_header_is_refused(file, key) -> None:
    assert key in header_of(file)
    error_of(CorruptError, lambda: load_network(rewrite(file, lambda header, tensors: header.pop(key))))


BAD_ENTRIES = [
    ("seed", -1),
    ("seed", "x"),
    ("seed", None),
    ("dtype", "gloat32"),
    ("dtype", "int32"),
    ("provenance", [1]),
    ("provenance", "abc"),
    ("format_version", float("inf")),
    ("input_shape", [1, float("inf"), 28]),
]


@pytest.mark.parametrize(("key", "entry"), BAD_ENTRIES)
def test_a_bad_entry_in_the_header_is_refused(file, key, entry) -> None:
    error_of(
        CorruptError, lambda: load_network(rewrite(file, lambda header, tensors: header.update({key: entry})))
    )


@pytest.mark.parametrize(("key", "entry"), [("dtype", "object"), ("dtype", "float16")])
def test_a_dtype_other_than_float32_and_float64_is_refused(file, key, entry) -> None:
    error_of(
        CorruptError, lambda: load_network(rewrite(file, lambda header, tensors: header.update({key: entry})))
    )


@pytest.mark.parametrize(("name", "dtype"), [("golden.images", np.float32), ("golden.images", np.int8)])
def test_arrays_of_another_dtype_are_refused(file, name, dtype) -> None:
    def change(header, tensors) -> None:
        tensors[name] = tensors[name].astype(dtype)

    error_of(CorruptError, lambda: load_network(rewrite(file, change)))
