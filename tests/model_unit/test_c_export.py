"""Exported C files, compiled without a warning, against the network itself."""

import re

import numpy as np
import pytest
from helpers.c_compiler import COMPILER, compiled_answers, run_main
from helpers.errors import error_of
from helpers.networks import KINDS, TRAINED, random_pictures, stirred

from model import build
from model.errors import ModelFileError
from model.exchange.c_export import encode_c, save_c
from model.exchange.c_int8_export import encode_int8_c, save_int8_c
from model.exchange.quantizing import quantized
from model.network.layers import AveragePool2D, Conv2D, Dense, Flatten, ReLU
from model.network.network import Network

pytestmark = pytest.mark.skipif(COMPILER is None, reason="there is no C compiler")


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_network_gives_the_same_probabilities(name, rng, tmp_path) -> None:
    network = stirred(KINDS[name](), rng)
    save_c(network, tmp_path / "m.c")
    images = random_pictures(network, 9, rng)
    digits, probabilities = compiled_answers(tmp_path / "m.c", images, network.classes)
    expected = network.predict_proba(images)
    np.testing.assert_allclose(probabilities, expected, atol=1e-5)
    np.testing.assert_array_equal(digits, expected.argmax(axis=1))


@pytest.mark.shipped_network
@pytest.mark.parametrize("name", TRAINED)
def test_bundled_pictures_are_answered_alike(name, mnist, tmp_path) -> None:
    network, some = TRAINED[name](), mnist.images[:: 10 if name == "deep" else 1]  # all take `deep` 25 seconds
    save_c(network, tmp_path / "m.c")
    digits, probabilities = compiled_answers(tmp_path / "m.c", some)
    expected = network.predict_proba(some)
    np.testing.assert_array_equal(digits, expected.argmax(axis=1))
    np.testing.assert_allclose(probabilities, expected, atol=1e-5)


@pytest.mark.parametrize("save", [save_c, save_int8_c])
def test_main_proves_the_file_and_notices_a_wrong_number(save, tmp_path) -> None:
    file = tmp_path / "m.c"
    save(TRAINED["lenet"](), file)
    done = run_main(file)
    assert (done.returncode, "as expected" in done.stdout) == (0, True)
    text = file.read_text()
    place = re.search(r"dense2_(?:biases|shifts)\[\d+\] = \{\n    (\S+),", text)
    file.write_text(f"{text[: place.start(1)]}3.0f{text[place.end(1) :]}")
    changed = run_main(file)
    assert changed.returncode == 1
    assert "NOT as expected" in changed.stdout


@pytest.mark.shipped_network
@pytest.mark.parametrize("name", TRAINED)
def test_weights_of_8_bits_compute_what_was_measured_and_lose_next_to_nothing(name, mnist, tmp_path) -> None:
    network, of_all = TRAINED[name](), slice(None, None, 20 if name == "deep" else 5)
    some, labels = mnist.images[of_all], mnist.labels[of_all]
    small = quantized(network, mnist.images[1::20])
    (tmp_path / "m.c").write_text(encode_int8_c(network, small)[0])
    digits, probabilities = compiled_answers(tmp_path / "m.c", some)
    np.testing.assert_allclose(probabilities, small.predict_proba(some), atol=1e-4)
    before = (network.predict_proba(some).argmax(axis=1) == labels).mean()
    if name != "standardised":  # which is hardly trained, and wavers
        assert (digits == labels).mean() >= before - 0.002


@pytest.mark.parametrize(
    "name", ["strided, padded, rectangular", "padded by more than its kernel", "pooled as a whole", "dense alone"]
)
def test_every_kind_of_network_with_weights_of_8_bits(name, rng, tmp_path) -> None:
    network = stirred(KINDS[name](), rng)
    images = random_pictures(network, 60, rng)
    small = quantized(network, images)
    (tmp_path / "m.c").write_text(encode_int8_c(network, small)[0])
    _, probabilities = compiled_answers(tmp_path / "m.c", images)
    np.testing.assert_allclose(probabilities, small.predict_proba(images), atol=1e-4)
    np.testing.assert_allclose(probabilities, network.predict_proba(images), atol=0.1)


def test_a_network_of_one_dense_layer_compiles_without_a_warning(rng, tmp_path) -> None:
    network = stirred(Network([AveragePool2D(2), Flatten(), ReLU(), Dense(10)]), rng)
    images = random_pictures(network, 20, rng)
    small = quantized(network, images)
    (tmp_path / "m.c").write_text(encode_int8_c(network, small)[0])
    _, probabilities = compiled_answers(tmp_path / "m.c", images)
    np.testing.assert_allclose(probabilities, small.predict_proba(images), atol=1e-4)


def test_the_head_tells_memory_as_the_compiler_counts_it() -> None:
    network = TRAINED["lenet"]()
    text, sentence = encode_c(network)
    flash, memory = (int(number.replace(",", "")) for number in re.findall(r"([\d,]+) bytes", sentence))
    assert flash == 4 * network.parameter_count
    halves = re.findall(r"#define \w+_HALF (\d+)", text)
    assert memory == 4 * sum(map(int, halves))
    assert f"{flash} bytes" in text[:3000]
    assert f"{memory} bytes" in text[:3000]


def test_the_file_is_ascii_and_allocates_nothing() -> None:
    network = build("journal-8")
    network.card.name = "mein Netz */ ??/ größer\n# 1"
    text, _ = encode_c(network)
    assert text.isascii()
    assert "malloc" not in text
    assert text.count("*/") == text.count("/*")
    assert "??" not in text
    assert max(map(len, text.splitlines())) <= 132


def test_what_cannot_be_written_is_said_in_a_sentence(tmp_path) -> None:
    error_of(ModelFileError, lambda: save_c(build("journal-8"), tmp_path / "no" / "m.c"))
    colours = KINDS["colours"]()
    assert "28×28" in error_of(ModelFileError, lambda: save_int8_c(colours, tmp_path / "m.c"))
    ends_otherwise = Network([Conv2D(10, 28), Flatten()])
    assert "dense" in error_of(ModelFileError, lambda: save_int8_c(ends_otherwise, tmp_path / "m.c"))
    assert not list(tmp_path.iterdir())
