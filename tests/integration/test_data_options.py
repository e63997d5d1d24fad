"""How the sub-commands cut and correct the data they open, as a script calls them."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers.command_line import Done, digitgui
from PIL import Image

import digitgui as digitgui_package
from model.data.edits import Edits
from model.readers.edit_files import edits_beside, save_edits
from model.readers.npz_files import load_npz
from resources import BUNDLED_DIGITS, DEFAULT_MODEL

TRAIN = ("train", "--data", "bundled", "--arch", "journal-8", "--epochs", 2, "--batch-size", 4, "--limit", 100)


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> tuple[Done, Path]:
    """Train once for all tests that only look at the result."""
    out = tmp_path_factory.mktemp("trained") / "mine.safetensors"
    return digitgui(*TRAIN, "--seed", 5, "--lr", 0.02, "--out", out, "--json"), out


def test_data_can_be_cut_in_another_way(trained, tmp_path) -> None:
    _, out = trained
    usual, other, stratified = (
        digitgui("evaluate", out, "--split", "test", "--json", *options).json
        for options in ((), ("--split-seed", 7), ("--split-seed", 7, "--stratify"))
    )
    assert usual["count"] == other["count"] == 375
    assert usual["confusion"] != other["confusion"]
    assert {sum(row) for row in stratified["confusion"]} <= {37, 38}
    assert {sum(row) for row in other["confusion"]} - {37, 38}


def test_the_parts_of_a_source_can_be_mixed(tmp_path) -> None:
    data = load_npz(BUNDLED_DIGITS)
    arrays = {"x_train": data.images[:60], "y_train": data.labels[:60]}
    arrays |= {"x_test": data.images[60:100], "y_test": data.labels[60:100]}
    np.savez(tmp_path / "mine.npz", **arrays)
    options = ("evaluate", DEFAULT_MODEL, "--data", tmp_path / "mine.npz", "--json")
    assert digitgui(*options).json["count"] == 40
    assert digitgui(*options, "--mix-parts").json["count"] == 8


def test_corrections_beside_the_data_hold_here_too(tmp_path) -> None:
    data = load_npz(BUNDLED_DIGITS)
    file = tmp_path / "mine.npz"
    np.savez(file, images=data.images[:40], labels=data.labels[:40])
    save_edits(
        load_npz(file).edited(Edits({0: (int(data.labels[0]) + 1) % 10}, frozenset({1, 2}))), edits_beside(file)
    )
    done = digitgui("evaluate", DEFAULT_MODEL, "--data", file, "--split", "all", "--json")
    assert done.json["count"] == 38
    assert done.json["accuracy"] < 1
    assert "1 label changed, 2 pictures excluded" in done.err


@pytest.mark.parametrize("seed", ["-1", "x", str(2**32)])
def test_a_seed_of_the_cut_that_is_none_is_wrong_usage(seed) -> None:
    done = digitgui("evaluate", DEFAULT_MODEL, f"--split-seed={seed}")
    assert done.status == 2


def test_what_was_turned_and_scaled_is_said_on_standard_error(tmp_path) -> None:
    data = load_npz(BUNDLED_DIGITS)
    lying = np.ascontiguousarray(data.images[:100].swapaxes(1, 2)) // 16
    np.savez(tmp_path / "mine.npz", images=lying, labels=data.labels[:100])
    done = digitgui("evaluate", DEFAULT_MODEL, "--data", tmp_path / "mine.npz", "--split", "all", "--json")
    assert done.json["accuracy"] > 0.9
    assert "mine.npz, 100: its values range from 0 to 15: scaled to 0 to 255" in done.err
    assert "are not upright" in done.err


NAMED = "数字/Ш.npz"
COMMANDS = [
    ("info", "default"),
    ("evaluate", "default", "--data", NAMED),
    ("evaluate", "default", "default", "--compare", "--data", NAMED),
    ("predict", "default", NAMED, "数字"),
    ("train", "--data", NAMED, "--arch", "journal-8", "--epochs", "1", "--out", "数字/Ш.safetensors"),
    ("sweep", "--data", NAMED, "--grid", "數.json", "--epochs", "1", "--out", "数字/sweep", "--jobs", "1"),
    ("report", "数字/sweep", "--out", "数字/Ш.html"),
    ("calibrate", "default", "--data", NAMED, "--split", "train", "--out", "数字/c.safetensors"),
    ("teach", "default", "--samples", NAMED, "--out", "数字/t.safetensors", "--force"),
    ("export", "default", "--onnx", "数字/Ш.onnx"),
    ("train", "--data", "nowhere/Ш"),
    ("train", "--lr", "0,02"),
    ("predict", "Ш.safetensors", "Ш.png"),
    *(
        (name, "--help")
        for name in ("train", "evaluate", "sweep", "predict", "teach", "info", "export", "calibrate", "report")
    ),
]
EVERY_COMMAND = """
import sys
from digitgui.__main__ import main
from helpers_of_this import COMMANDS
for command in COMMANDS:
    try:
        main(list(command))
    except SystemExit:
        pass
"""


@pytest.mark.parametrize("page", ["cp1252", "ascii"])
def test_output_in_another_code_page_ends_in_no_traceback(tmp_path, page) -> None:
    data = load_npz(BUNDLED_DIGITS)
    (tmp_path / "数字").mkdir()
    np.savez(tmp_path / NAMED, images=data.images[:60], labels=data.labels[:60])
    Image.fromarray(data.images[0]).save(tmp_path / "数字" / "Ш.png")
    (tmp_path / "數.json").write_text('{"arch": ["journal-8"], "lr": [0.01]}')
    (tmp_path / "helpers_of_this.py").write_text(f"COMMANDS = {COMMANDS!r}", encoding="utf-8")
    path = os.pathsep.join([str(Path(digitgui_package.__file__).parents[1]), str(tmp_path)])
    done = subprocess.run(
        [sys.executable, "-c", EVERY_COMMAND],
        capture_output=True,
        cwd=tmp_path,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": page, "PYTHONPATH": path},
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr
    assert done.stdout.count(b"usage: ") == 9
    for name in ("Ш.safetensors", "sweep/sweep.json", "Ш.html", "c.safetensors", "t.safetensors", "Ш.onnx"):
        assert (tmp_path / "数字" / name).exists(), done.stderr
