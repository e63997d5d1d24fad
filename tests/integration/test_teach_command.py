"""The sub-command that teaches a hand, as a script calls it."""

import json
from pathlib import Path

import numpy as np
import pytest
from helpers.command_line import Done, digitgui, digitgui_process
from helpers.model_files import LENET
from helpers.strokes import FOOTED_SEVEN, character

from model import drawing_to_digit, load_network
from model.handwriting.hands import paint
from model.readers.npz_files import load_npz
from resources import BUNDLED_DIGITS


@pytest.fixture(scope="module")
def hand(tmp_path_factory) -> Path:
    """Write a hand that slants, with parts of its own."""
    digits = load_npz(BUNDLED_DIGITS)
    images, labels = digits.images[:100].copy(), digits.labels[:100]
    for row in range(28):
        images[:, row] = np.roll(images[:, row], row - 14, axis=1)
    file = tmp_path_factory.mktemp("hand") / "hand.npz"
    np.savez(file, x_train=images[:60], y_train=labels[:60], x_test=images[60:], y_test=labels[60:])
    return file


@pytest.fixture(scope="module")
def pupil(tmp_path_factory) -> Path:
    """Train a network that has much to learn, and much to forget."""
    out = tmp_path_factory.mktemp("pupil") / "pupil.safetensors"
    settings = "--arch", "journal-24", "--epochs", "12", "--batch-size", "16", "--lr", "0.1"
    assert digitgui("train", *settings, "--out", out).status == 0
    return out


@pytest.fixture(scope="module")
def taught(hand: Path, pupil: Path) -> tuple[Done, Path]:
    out = hand.parent / "taught.safetensors"
    return digitgui_process("teach", pupil, "--samples", hand, "--out", out, "--json", "--force"), out


def test_teach_prints_what_changed_and_writes_the_network(taught, pupil) -> None:
    done, out = taught
    result = done.json
    assert result["out"] == str(out)
    assert set(result) >= {"before", "after", "accepted", "seconds"}
    for when in ("before", "after"):
        assert 0 < result[when]["base_accuracy"] <= 1
        assert result[when]["hand_count"] == 40
    assert result["after"]["hand_accuracy"] > result["before"]["hand_accuracy"]
    assert (result["taught"], result["hand_is_held_out"]) == (60, True)
    network, before = load_network(out), load_network(pupil)
    assert not np.array_equal(network.weights()["dense1.weight"], before.weights()["dense1.weight"])
    (taught_once,) = network.card.provenance["taught"]
    assert (taught_once["from"], taught_once["pictures"]) == (str(pupil), 60)
    assert network.card.provenance["settings"] == before.card.provenance["settings"]


def test_the_same_seed_teaches_the_same(taught, hand: Path, pupil: Path, tmp_path: Path) -> None:
    again = digitgui("teach", pupil, "--samples", hand, "--out", tmp_path / "again.safetensors", "--force")
    assert again.status == 0
    assert "misread before" in again.out
    for name, value in load_network(taught[1]).weights().items():
        np.testing.assert_array_equal(value, load_network(tmp_path / "again.safetensors").weights()[name])


def test_twelve_sevens_of_one_writer_are_enough(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    sevens = np.stack([drawing_to_digit(paint(character(FOOTED_SEVEN, rng))) for _ in range(52)])
    np.savez(tmp_path / "my-7.npz", images=sevens[:12], labels=np.full(12, 7))
    out = tmp_path / "taught.safetensors"
    done = digitgui("teach", LENET, "--samples", tmp_path / "my-7.npz", "--out", out)
    assert done.status == 0
    assert "Too few of your digits to test: these 12 were used for teaching" in done.out
    unseen = sevens[12:]
    before = (load_network(LENET).predict_proba(unseen).argmax(axis=1) != 7).sum()
    assert before > 10
    assert (load_network(out).predict_proba(unseen).argmax(axis=1) != 7).sum() < before / 4


def test_a_network_that_forgets_is_not_written_unless_forced(pupil: Path, tmp_path: Path) -> None:
    digits = load_npz(BUNDLED_DIGITS)
    threes = digits.images[digits.labels == 3][:60]  # a hand that calls every 3 an 8
    np.savez(tmp_path / "wrong.npz", images=threes, labels=np.full(60, 8))
    files = "--samples", tmp_path / "wrong.npz", "--out", tmp_path / "out.safetensors"
    call = ("teach", pupil, *files, "--json")
    refused = digitgui(*call)
    assert refused.status == 1
    assert not (tmp_path / "out.safetensors").exists()
    result = json.loads(refused.out)  # what there is to know is told all the same
    assert (result["accepted"], result["out"]) == (False, None)
    assert "has forgotten too much" in refused.err.splitlines()[-1]
    forced = digitgui(*call, "--force")
    assert forced.status == 0
    assert not forced.json["accepted"]
    assert not forced.json["hand_is_held_out"]
    assert load_network(tmp_path / "out.safetensors").card.provenance["taught"][0]["pictures"] == 60


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--samples", "nowhere.npz", "--out", "x.safetensors"), "nowhere.npz"),
        (("--samples", "bundled", "--out", "no-folder/x.safetensors"), "no-folder"),
        (("--samples", "bundled", "--out", "x.safetensors", "--seed", "-1"), "seed"),
    ],
)
def test_what_cannot_be_taught_costs_one_line(options: tuple[str, ...], words: str) -> None:
    done = digitgui("teach", "default", *options)
    assert done.status in (1, 2)
    assert words in done.err.strip().splitlines()[-1]
    assert "Traceback" not in done.err
