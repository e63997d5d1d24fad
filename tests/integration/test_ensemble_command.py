"""Ensembles on the command line: written by ``evaluate``, asked by ``evaluate`` and ``predict``."""

from pathlib import Path

import pytest
from helpers.command_line import digitgui
from helpers.model_files import LENET
from PIL import Image

from model import build, load_network, open_data, save_network


@pytest.fixture
def both(tmp_path: Path) -> Path:
    network = load_network(LENET)
    network.card.refuse_below = 0.3
    save_network(network, tmp_path / "other.safetensors")
    done = digitgui("evaluate", LENET, tmp_path / "other.safetensors", "--save", tmp_path / "both.safetensors")
    assert done.status == 0, done.err
    return tmp_path / "both.safetensors"


def test_an_ensemble_is_written_measured_and_asked(both: Path, tmp_path: Path) -> None:
    alone = digitgui("evaluate", LENET, "--json").json
    assert digitgui("evaluate", both, "--json").json["accuracy"] == alone["accuracy"]
    Image.fromarray(open_data("bundled").images[0]).save(tmp_path / "digit.png")
    answer = digitgui("predict", both, tmp_path / "digit.png", "--json").json["predictions"][0]
    assert answer["digit"] == int(open_data("bundled").labels[0])


@pytest.mark.parametrize(
    "command",
    [
        ("teach", "--samples", "bundled", "--out"),
        ("export", "--onnx"),
        ("calibrate", "--out"),
        ("train", "--epochs", "1", "--out"),
    ],
)
def test_what_needs_one_network_refuses_an_ensemble(both: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    name, *options = command
    arguments = ["--init", both] if name == "train" else [both]
    done = digitgui(name, *arguments, *options, tmp_path / "out")
    assert done.status == 1
    assert "holds an ensemble" in done.err
    assert not (tmp_path / "out").exists()


def test_one_model_is_no_ensemble(tmp_path: Path) -> None:
    save_network(build("journal-8"), tmp_path / "one.safetensors")
    done = digitgui("evaluate", tmp_path / "one.safetensors", "--save", tmp_path / "two.safetensors")
    assert done.status == 2
    assert "at least two" in done.err
