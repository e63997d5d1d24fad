"""The sub-command that writes both passes of a picture, as a notebook uses it."""

import json

import numpy as np
import pytest
from helpers.command_line import digitgui
from helpers.pictures import draw_digit
from PIL import Image

from model import build, load_network, save_network
from model.inspection.trace import trace
from model.readers.picture_files import read_picture


@pytest.fixture
def files(tmp_path):
    save_network(build("journal-8", seed=3), tmp_path / "small.safetensors")
    Image.fromarray(255 - draw_digit(4, 200)).save(tmp_path / "4.png")
    return tmp_path


def test_the_arrays_are_those_of_the_layers(files) -> None:
    out = files / "trace.npz"
    done = digitgui("trace", files / "small.safetensors", files / "4.png", "--label", 9, "--out", out, "--json")
    network = load_network(files / "small.safetensors")
    expected = trace(network, read_picture(files / "4.png").digit, 9)
    with np.load(out, allow_pickle=False) as arrays:
        assert {name: list(array.shape) for name, array in arrays.items()} == done.json["arrays"]
        for name in (
            "conv1.output",
            "conv1.gradient",
            "conv1.kernel.gradient",
            "dense1.weight",
            "input",
            "logits",
        ):
            assert np.array_equal(arrays[name], expected[name]), name
        assert float(arrays["loss"]) == pytest.approx(done.json["loss"])
    assert done.json["label"] == 9
    assert json.loads(json.dumps(done.json)) == done.json


def test_without_a_label_the_answer_is_taken_for_right(files) -> None:
    done = digitgui("trace", "default", files / "4.png", "--out", files / "trace.npz")
    assert "answer 4" in done.out
    assert "if 4 is right" in done.out
    assert "conv1.kernel.gradient" in done.out


@pytest.mark.parametrize(
    ("change", "sentence", "status"),
    [
        ({"--label": 10}, "0 to 9, got 10", 1),
        ({"--out": "trace.txt"}, "ends in .npz", 2),
        ({"--out": "nowhere/trace.npz"}, "there is no folder", 1),
        ({"image": "missing.png"}, "missing.png", 1),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(files, monkeypatch, change, sentence, status) -> None:
    monkeypatch.chdir(files)
    wanted = {"image": "4.png", "--label": 4, "--out": "trace.npz"} | change
    image = wanted.pop("image")
    pairs = [part for pair in wanted.items() for part in pair]
    done = digitgui("trace", "default", image, *pairs)
    assert done.status == status
    assert sentence in done.err
    assert not (files / "trace.npz").exists()
