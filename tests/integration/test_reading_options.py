"""How the sub-commands are told how to read data, and what they say of it and meanwhile."""

import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers.command_line import digitgui
from PIL import Image

from digitgui.command_line import output
from digitgui.installation.folders import runs_folder
from model import load_network
from model.readers.npz_files import load_npz
from model.readers.sources import open_data
from model.runs.run_store import RunStore
from model.sweeps.train_again import command_of
from resources import BUNDLED_DIGITS

COUNT = 120


@pytest.fixture(scope="module")
def digits():
    data = load_npz(BUNDLED_DIGITS)
    return data.images[:COUNT], data.labels[:COUNT]


def save(file: Path, images, labels) -> Path:
    np.savez(file, images=images, labels=labels)
    return file


ODD = {
    "ink": ("dark", lambda images: 255 - images),
    "scale": ("stretched", lambda images: images // 2),
    "turn": ("transposed", lambda images: images.swapaxes(1, 2)),
    "fit": ("always", lambda images: np.pad(images[:, 4:24:2, 4:24:2], ((0, 0), (1, 17), (2, 16)))),
}
WRONG = {"ink": "bright", "scale": "bytes", "turn": "half", "fit": "never"}


@pytest.mark.parametrize("option", ODD)
def test_evaluate_reads_as_it_is_told(tmp_path, digits, option) -> None:
    choice, change = ODD[option]
    file = save(tmp_path / "mine.npz", change(digits[0]), digits[1])
    shared = ("evaluate", "default", "--data", file, "--split", "all", "--json")
    figures = {value: digitgui(*shared, f"--{option}", value).json for value in (choice, WRONG[option])}
    assert figures[choice]["accuracy"] > 0.95
    assert figures[WRONG[option]]["loss"] > figures[choice]["loss"]


@pytest.mark.parametrize("option", ["ink", "turn", "fit"])
def test_predict_reads_pictures_and_tables_as_it_is_told(tmp_path, digits, option) -> None:
    choice, change = ODD[option]
    images = np.ascontiguousarray(change(digits[0]))
    np.savez(tmp_path / "mine.npz", x_test=images[:20])
    files = []
    for number, image in enumerate(images[:20]):
        files.append(tmp_path / f"{number}.png")
        Image.fromarray(image).save(files[-1])
    for what in ([tmp_path / "mine.npz"], files):
        right = {}
        for value in (choice, WRONG[option]):
            done = digitgui("predict", "default", *what, f"--{option}", value, "--json").json
            certain = [max(one["probabilities"]) for one in done["predictions"]]
            answers = [int(np.argmax(one["probabilities"])) for one in done["predictions"]]
            right[value] = (np.array(answers) == digits[1][:20]) @ np.array(certain)
        assert right[choice] > 18
        assert right[WRONG[option]] < right[choice]


def test_predict_says_what_it_has_assumed_of_a_table(tmp_path, digits) -> None:
    np.savez(tmp_path / "mine.npz", x_test=np.roll(digits[0], 5, 1) // 16)
    done = digitgui("predict", "default", tmp_path / "mine.npz", "--json")
    assert len(done.json["predictions"]) == COUNT
    assert "mine.npz: its values range from 0 to 15: scaled to 0 to 255" in done.err
    assert "do not look like MNIST's digits: all were scaled and centred" in done.err


def test_a_run_notes_how_its_data_were_read_and_its_command_says_so(tmp_path, digits) -> None:
    file = save(tmp_path / "mine.npz", np.roll(digits[0], 4, 1), digits[1])
    out = tmp_path / "one.safetensors"
    options = ("--arch", "journal-8", "--epochs", 1, "--batch-size", 8, "--fit", "never")
    assert digitgui("train", "--data", file, *options, "--out", out).status == 0
    record = next(
        record
        for run in RunStore(runs_folder()).runs()
        if (record := RunStore(runs_folder()).read(run)).source == str(file)
    )
    assert record.data["read"] == {"fit": "never"}
    words = shlex.split(command_of(record))
    assert words[words.index("--fit") + 1] == "never"
    again = tmp_path / "again.safetensors"
    assert digitgui(*words[1:-1], again).status == 0
    first, second = load_network(out).weights(), load_network(again).weights()
    assert all((value == second[name]).all() for name, value in first.items())
    assert (
        "read" not in load_network(Path(BUNDLED_DIGITS).with_name("default.safetensors")).card.provenance["data"]
    )
    assert open_data(file).reading.fitted == COUNT


@pytest.mark.parametrize("wrong", [("--ink", "light"), ("--turn", "90"), ("--fit", "yes")])
def test_a_choice_that_is_none_is_wrong_usage(wrong) -> None:
    done = digitgui("evaluate", "default", *wrong)
    assert done.status == 2
    assert f"{wrong[0]}: expected auto, " in done.err


def test_predict_tells_how_far_it_is_in_a_folder(tmp_path, digits, monkeypatch) -> None:
    for number, image in enumerate(digits[0][:30]):
        Image.fromarray(image).save(tmp_path / f"{number}.png")
    assert " of 30 " not in digitgui("predict", "default", tmp_path).err
    monkeypatch.setattr(output, "SECONDS_PER_LINE", 0.0)
    done = digitgui("predict", "default", tmp_path, "--json")
    assert len(done.json["predictions"]) == 30
    assert "20 of 30 files read" in done.err


def test_reading_a_folder_of_pictures_is_told_of_too(tmp_path, digits, monkeypatch) -> None:
    for number, (image, label) in enumerate(zip(digits[0][:40], digits[1][:40], strict=True)):
        (tmp_path / str(label)).mkdir(exist_ok=True)
        Image.fromarray(image).save(tmp_path / str(label) / f"{number}.png")
    monkeypatch.setattr(output, "SECONDS_PER_LINE", 0.0)
    done = digitgui("evaluate", "default", "--data", tmp_path, "--split", "all", "--json")
    assert "20 of 40 pictures read" in done.err


@pytest.mark.parametrize("option", ["--lr", "--weight-decay", "--max-seconds"])
def test_a_decimal_comma_is_told_of(option) -> None:
    done = digitgui("train", option, "0,02", "--epochs", 1)
    assert done.status == 2
    assert "write 0.02, not 0,02" in done.err


def test_the_example_in_the_readme_runs_and_prints_a_line_an_epoch(tmp_path) -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    lines = text[text.index("    import model\n") :].split("\n\nA loop of your own")[0].splitlines()
    code = "\n".join(line[4:] for line in lines)
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120, check=True)
    assert len(done.stdout.splitlines()) == 3
    assert (tmp_path / "mine.safetensors").exists()
