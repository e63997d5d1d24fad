"""Model files: what is written comes back, now and in years."""

import json
import os
import stat
import threading
from pathlib import Path

import numpy as np
import pytest
import safetensors
from golden import make_colours_format_3, make_journal_8_format_1, make_normalized_format_2
from golden.make_journal_8_format_1 import pictures
from helpers.errors import error_of
from helpers.model_files import header_of, rewrite

import resources
from model import ARCHITECTURES, Network, build, load_network, save_network
from model.atomic_files import set_aside, write_atomically
from model.errors import ModelFileError
from model.handwriting.preprocessing import VERSION as PREPROCESSING_VERSION
from model.network.layers import AveragePool2D, BatchNorm, Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU
from model.network.model_card import ModelCard
from model.runs.storage import DIGITS_VERSION, SUFFIX, load_digit_network
from model.training.learner import Learner
from model.training.training import TrainingConfig, train


@pytest.fixture
def network() -> Network:
    """Build a small network whose biases are in use."""
    network = build("journal-8", seed=5)
    for parameter in network.parameters():
        parameter.value += np.float32(0.01)
    return network


def names_in(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


@pytest.mark.parametrize(("side", "classes"), [(28, 9), (14, 10)])
def test_a_network_for_other_pictures_or_classes_reads_no_digits(tmp_path, side, classes) -> None:
    save_network(Network([Flatten(), Dense(classes)], (1, side, side)), tmp_path / "x.safetensors")
    message = error_of(ModelFileError, lambda: load_digit_network(tmp_path / "x.safetensors"))
    assert f"found one for {side}×{side} (ink) and {classes}" in message


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_network_comes_back_with_the_same_bits(tmp_path, mnist, name) -> None:
    network = build(name, seed=3)
    for _ in train(network, mnist.limited(20), TrainingConfig(0.01, 4, 1)):
        pass
    save_network(network, tmp_path / "x.safetensors")
    again = load_network(tmp_path / "x.safetensors")
    for key, value in network.weights().items():
        np.testing.assert_array_equal(again.weights()[key], value)
    np.testing.assert_array_equal(again.predict_proba(mnist.images[:99]), network.predict_proba(mnist.images[:99]))
    assert (again.card.name, again.card.seed, again.dtype) == (name, 3, np.float32)
    assert [repr(layer) for layer in again.layers] == [repr(layer) for layer in network.layers]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_any_network_of_any_layers_comes_back(tmp_path, dtype) -> None:
    layers = [
        Conv2D(2, (3, 5), stride=(1, 2), padding=(2, 0)),
        MaxPool2D((2, 3), stride=1),
        ReLU(),
        Flatten(),
        Dense(4),
    ]
    network = Network(layers, (1, 12, 17), ModelCard("ö × 数", 7), dtype)
    save_network(network, str(tmp_path / "x.safetensors"))
    again = load_network(str(tmp_path / "x.safetensors"))
    assert (again.card.name, again.input_shape, again.classes) == ("ö × 数", (1, 12, 17), 4)
    assert {parameter.value.dtype for parameter in again.parameters()} == {np.dtype(dtype)}
    images = np.random.default_rng(0).integers(0, 256, (5, 12, 17), np.uint8)
    np.testing.assert_array_equal(again.logits(images), network.logits(images))


@pytest.mark.parametrize("outputs", [1, 5])
def test_a_network_for_colours_with_statistics_and_scaling_comes_back(tmp_path, rng, outputs) -> None:
    layers = [Conv2D(3, 3), BatchNorm(), ReLU(), AveragePool2D(2), Flatten(), Dropout(0.3), Dense(outputs)]
    network = Network(
        layers, (3, 8, 9), ModelCard(seed=2), initializer="glorot", input_mean=0.2, input_deviation=0.4
    )
    images = rng.integers(0, 256, (6, 8, 9, 3)).astype(np.uint8)
    Learner(network).train_batch(
        images, rng.integers(0, network.classes, 6).astype(np.uint8)
    )  # statistics of its own
    save_network(network, tmp_path / "x.safetensors")
    again = load_network(tmp_path / "x.safetensors")
    assert (again.input_mean, again.input_deviation, again.initializer) == (0.2, 0.4, "glorot")
    assert [repr(layer) for layer in again.layers] == [repr(layer) for layer in network.layers]
    np.testing.assert_array_equal(again.logits(images), network.logits(images))


def test_a_loaded_network_can_be_trained_on(tmp_path, network, mnist) -> None:
    save_network(network, tmp_path / "x.safetensors")
    again = load_network(tmp_path / "x.safetensors")
    for one in (network, again):
        for _ in train(one, mnist.limited(20), TrainingConfig(0.01, 4, 1)):
            pass
    np.testing.assert_array_equal(again.logits(mnist.images[:9]), network.logits(mnist.images[:9]))


def test_provenance_comes_back(tmp_path, network) -> None:
    network.card.provenance = {"settings": {"lr": 0.1, "names": ["ö", None, True]}, "history": [[1, 2.5], []]}
    save_network(network, tmp_path / "x.safetensors")
    assert load_network(tmp_path / "x.safetensors").card.provenance == network.card.provenance


def test_the_header_says_what_the_file_is(tmp_path, network) -> None:
    file = tmp_path / f"x{SUFFIX}"
    save_network(network, file)
    header = header_of(file)
    assert header["format_version"] == DIGITS_VERSION == 2  # programs that know of digits alone read it
    assert header["preprocessing_version"] == PREPROCESSING_VERSION
    assert header["labels"] == list("0123456789")
    assert header["input_shape"] == [1, 28, 28]
    assert [entry["kind"] for entry in header["layers"]] == ["Conv2D", "ReLU", "MaxPool2D", "Flatten", "Dense"]
    with safetensors.safe_open(file, framework="numpy") as archive:
        assert set(archive.keys()) == {*network.named_parameters(), "golden.images", "golden.logits"}


@pytest.mark.parametrize(
    ("version", "made_by", "seen"),
    [
        (1, make_journal_8_format_1, pictures),
        (2, make_normalized_format_2, pictures),
        (3, make_colours_format_3, make_colours_format_3.pictures),
    ],
)
def test_the_golden_file_of_every_format_still_opens_and_answers(version, made_by, seen) -> None:
    advice = (
        f"{made_by.MODEL.name} stands for the files that people have: change the program until it opens again, not"
        f" the file ({made_by.__name__} tells how it was made)"
    )
    assert made_by.MODEL.stat().st_size < 60_000
    expected = json.loads(made_by.ANSWERS.read_text(encoding="utf-8"))
    try:
        network = load_network(made_by.MODEL)
    except ModelFileError as error:
        pytest.fail(f"{error}: {advice}")
    np.testing.assert_allclose(network.predict_proba(seen()), expected["probabilities"], atol=1e-5, err_msg=advice)
    assert network.card.provenance == expected["provenance"], advice
    assert header_of(made_by.MODEL)["format_version"] == version, advice


def test_the_shipped_model_opens_and_reads_digits(mnist) -> None:
    network = load_network(resources.DEFAULT_MODEL)
    right = network.predict_proba(mnist.images[:500]).argmax(axis=1) == mnist.labels[:500]
    assert right.mean() > 0.97


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path, network) -> None:
    file = tmp_path / "x.safetensors"
    file.write_bytes(b"an older file")
    file.chmod(0o640)
    save_network(network, file)
    assert load_network(file).card.name == "journal-8"
    assert names_in(tmp_path) == ["x.safetensors"]
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_atomically(tmp_path / "atomic", b"")
    assert (tmp_path / "atomic").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_a_link_is_followed_and_stays_a_link(tmp_path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_without_waiting_for_the_disk_the_same_is_written(tmp_path, network, monkeypatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda handle: pytest.fail("it waited"))
    save_network(network, tmp_path / "x.safetensors", durable=False)
    assert load_network(tmp_path / "x.safetensors").card.name == "journal-8"


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_disk_without_permissions_is_written_all_the_same(tmp_path, monkeypatch) -> None:
    def refuse(*arguments):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    write_atomically(tmp_path / "x", b"new")
    assert (tmp_path / "x").read_bytes() == b"new"


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, network, monkeypatch, step) -> None:
    file = tmp_path / "x.safetensors"
    save_network(network, file)
    before = file.read_bytes()

    def fail(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(step, fail)
    message = error_of(ModelFileError, lambda: save_network(build("lenet"), file))
    monkeypatch.undo()
    assert str(file) in message
    assert "No space left on device" in message
    assert file.read_bytes() == before
    assert names_in(tmp_path) == ["x.safetensors"]


def test_an_interruption_while_writing_leaves_the_old_file_too(tmp_path, monkeypatch) -> None:
    file = tmp_path / "x"
    write_atomically(file, b"old")

    def interrupt(handle):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(file, b"new")
    assert file.read_bytes() == b"old"
    assert names_in(tmp_path) == ["x"]


@pytest.mark.parametrize("kind", ["a folder", "below a file", "too long a name", "no folder"])
def test_a_place_that_cannot_be_written_is_named(tmp_path, network, kind) -> None:
    (tmp_path / "file").write_bytes(b"x")
    target = {
        "a folder": tmp_path,
        "below a file": tmp_path / "file" / "x.safetensors",
        "no folder": tmp_path / "gone" / "x.safetensors",
        "too long a name": tmp_path / ("x" * 256),
    }[kind]
    assert str(target) in error_of(ModelFileError, lambda: save_network(network, target))
    assert names_in(tmp_path) == ["file"]


@pytest.mark.skipif(os.name != "posix", reason="Windows refuses to replace a file that is being read")
def test_readers_never_see_half_a_file(tmp_path, network) -> None:
    file, stop, broken = tmp_path / "x.safetensors", threading.Event(), []
    save_network(network, file)

    def read() -> None:
        while not stop.is_set():
            try:
                load_network(file)
            except ModelFileError as error:
                broken.append(str(error))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(20):
        save_network(network, file)
    stop.set()
    reader.join()
    assert not broken


def test_a_file_that_is_not_there_is_named(tmp_path) -> None:
    message = error_of(ModelFileError, lambda: load_network(tmp_path / "gone.safetensors"))
    assert "gone.safetensors" in message
    assert "no such file" in message


def test_a_folder_is_no_model(tmp_path) -> None:
    assert str(tmp_path) in error_of(ModelFileError, lambda: load_network(tmp_path))


def test_provenance_that_json_cannot_hold_is_refused_clearly(tmp_path, network) -> None:
    network.card.provenance = {"accuracy": np.float32(0.5)}
    error_of(ModelFileError, lambda: save_network(network, tmp_path / "x.safetensors"))


def test_a_network_that_is_not_finite_is_refused_when_saved(tmp_path, network) -> None:
    network.parameters()[0].value[...] = np.nan
    error_of(ModelFileError, lambda: save_network(network, tmp_path / "x.safetensors"))


def test_a_rewritten_file_still_opens(tmp_path, network) -> None:
    """The tool by which other tests damage files does no damage itself."""
    file: Path = tmp_path / "x.safetensors"
    save_network(network, file)
    assert load_network(rewrite(file, lambda header, tensors: None)).card.name == "journal-8"


def test_a_folder_in_place_of_a_model_is_said_to_be_one(tmp_path) -> None:
    assert "is a folder: expected a model file" in error_of(ModelFileError, lambda: load_network(tmp_path))


def test_a_file_that_is_set_aside_takes_no_other_files_name(tmp_path) -> None:
    names = []
    for content in ("first", "second", "third"):
        (tmp_path / "x.safetensors").write_text(content)
        names.append(set_aside(tmp_path / "x.safetensors").name)
    assert names == [f"x.safetensors{number}.not-understood" for number in ("", " 2", " 3")]
    assert [(tmp_path / name).read_text() for name in names] == ["first", "second", "third"]
