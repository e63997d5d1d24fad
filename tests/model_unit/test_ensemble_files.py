"""An ensemble in one file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors
import safetensors.numpy
from helpers.errors import error_of

from model import build, load_network
from model.errors import CorruptError, ModelFileError, VersionError
from model.judging.ensemble import Ensemble
from model.network.layers import Dense, Flatten
from model.network.network import Network
from model.runs.ensemble_files import load_digit_reader, save_reader
from model.runs.storage import ENSEMBLE_KEY


@pytest.fixture
def both() -> Ensemble:
    ensemble = Ensemble([build("journal-8", 1), build("lenet", 2)])
    ensemble.card.refuse_below = 0.6
    ensemble.networks[1].card.provenance = {"data": {"name": "mine.npz"}}
    return ensemble


@pytest.fixture
def file(both: Ensemble, tmp_path: Path) -> Path:
    save_reader(both, tmp_path / "both.safetensors")
    return tmp_path / "both.safetensors"


def rewrite(file: Path, change: Callable[[dict[str, Any], dict[str, Any]], object]) -> None:
    with safetensors.safe_open(file, framework="numpy") as archive:
        known = json.loads(archive.metadata()[ENSEMBLE_KEY])
    tensors = {name: np.array(array) for name, array in safetensors.numpy.load_file(file).items()}
    change(known, tensors)
    file.write_bytes(safetensors.numpy.save(tensors, {ENSEMBLE_KEY: json.dumps(known)}))


def test_an_ensemble_gives_the_same_answers_from_its_file(both: Ensemble, file: Path, rng) -> None:
    images = rng.integers(0, 256, (5, 28, 28)).astype(np.uint8)
    opened = load_digit_reader(file)
    assert isinstance(opened, Ensemble)
    np.testing.assert_array_equal(opened.predict_proba(images), both.predict_proba(images))
    assert (opened.card.name, opened.card.refuse_below) == ("ensemble", 0.6)
    assert [one.card.name for one in opened.networks] == ["journal-8", "lenet"]
    assert opened.networks[1].card.provenance == {"data": {"name": "mine.npz"}}
    twin = opened.copy()
    twin.networks[0].parameters()[0].value[...] = 0
    twin.card.refuse_below = 0.1
    np.testing.assert_array_equal(opened.predict_proba(images), both.predict_proba(images))
    assert opened.card.refuse_below == 0.6


def test_a_network_opens_as_before(tmp_path: Path) -> None:
    save_reader(build("journal-8"), tmp_path / "one.safetensors")
    assert isinstance(load_digit_reader(tmp_path / "one.safetensors"), Network)
    assert load_network(tmp_path / "one.safetensors").card.name == "journal-8"


def test_what_needs_one_network_refuses_an_ensemble_and_says_what_to_do(file: Path) -> None:
    assert "holds an ensemble" in error_of(ModelFileError, lambda: load_network(file))


@pytest.mark.parametrize(
    "change",
    [
        lambda known, tensors: known.update(networks=[]),
        lambda known, tensors: known.update(networks=7),
        lambda known, tensors: known.update(refuse_below=7),
        lambda known, tensors: known.pop("name"),
        lambda known, tensors: known["networks"].pop(),
        lambda known, tensors: known["networks"].append({}),
        lambda known, tensors: tensors.update({"2/conv1.kernel": np.zeros(2)}),
        lambda known, tensors: tensors.pop("1/conv1.bias"),
        lambda known, tensors: tensors["0/conv1.bias"].fill(1),
    ],
)
def test_a_damaged_file_gives_a_sentence(file: Path, change) -> None:
    rewrite(file, change)
    assert file.name in error_of(CorruptError, lambda: load_digit_reader(file))


def test_a_file_of_a_later_version_says_to_update(file: Path) -> None:
    rewrite(file, lambda known, tensors: known.update(format_version=2))
    assert "update the program" in error_of(VersionError, lambda: load_digit_reader(file))


def test_an_ensemble_for_other_classes_reads_no_digits(tmp_path: Path) -> None:
    save_reader(Ensemble([Network([Flatten(), Dense(5)])]), tmp_path / "five.safetensors")
    assert "ten digits" in error_of(ModelFileError, lambda: load_digit_reader(tmp_path / "five.safetensors"))


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"nonsense")
    error_of(CorruptError, lambda: load_digit_reader(tmp_path / "a.safetensors"))
    error_of(ModelFileError, lambda: load_digit_reader(tmp_path / "b.safetensors"))
