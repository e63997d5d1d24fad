"""The sub-commands as a person or a script runs them: in a process of their own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from helpers.command_line import Done, digitgui, digitgui_process
from helpers.model_files import LENET
from helpers.pictures import STROKES, draw_digit
from helpers.runs import same_weights
from PIL import Image

from digitgui.command_line.commands import run
from model import build, load_network
from model.network.optimizers import SGD
from model.readers.npz_files import load_npz
from model.runs.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from model.training.history import History
from model.training.training import BatchDone, EpochDone, TrainingConfig, TrainingState, train
from resources import BUNDLED_DIGITS, DEFAULT_MODEL

TRAIN = ("train", "--data", "bundled", "--arch", "journal-8", "--epochs", 2, "--batch-size", 4, "--limit", 100)


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> tuple[Done, Path]:
    """Train once for all tests that only look at the result."""
    out = tmp_path_factory.mktemp("trained") / "mine.safetensors"
    return digitgui_process(*TRAIN, "--seed", 5, "--lr", 0.02, "--out", out, "--json"), out


def test_train_prints_one_json_object_and_progress_beside_it(trained) -> None:
    done, out = trained
    result = done.json
    assert result["arch"] == "journal-8"
    assert result["reason"] == "completed"
    assert result["out"] == str(out)
    assert result["images_per_second"] > 0
    assert result["settings"]["learning_rate"] == 0.02
    assert result["settings"]["seed"] == 5
    assert result["data"]["train_pictures"] == 85
    assert len(result["history"]["epochs"]) == 2
    assert (result["report"]["part"], result["report"]["count"]) == ("test", 8)
    assert "epoch 1:" in done.err
    assert "epoch 2:" in done.err
    assert "85 pictures" in done.err
    assert str(out) in done.err


def test_the_file_that_train_wrote_opens_and_tells_its_history(trained) -> None:
    done, out = trained
    network = load_network(out)
    assert (network.card.name, network.card.seed) == ("journal-8", 5)
    assert network.card.provenance == {key: done.json[key] for key in network.card.provenance}
    assert network.card.provenance["data"]["name"] == "MNIST 5,000, 100 of 5,000"


def test_the_same_seed_trains_the_same_weights_and_another_seed_others(trained, tmp_path) -> None:
    _, out = trained
    digitgui(*TRAIN, "--seed", 5, "--lr", 0.02, "--out", tmp_path / "again.safetensors")
    digitgui(*TRAIN, "--seed", 6, "--lr", 0.02, "--out", tmp_path / "other.safetensors")
    first, again, other = (
        load_network(f).weights() for f in (out, tmp_path / "again.safetensors", tmp_path / "other.safetensors")
    )
    for name, value in first.items():
        np.testing.assert_array_equal(value, again[name])
        assert not np.array_equal(value, other[name])


def test_train_with_every_option_from_a_file_of_ones_own(tmp_path) -> None:
    digits = load_npz(BUNDLED_DIGITS)
    np.savez(tmp_path / "mine.npz", images=digits.images[:60], labels=digits.labels[:60])
    result = digitgui(
        *("train", "--data", tmp_path / "mine.npz", "--arch", "lenet", "--epochs", 1, "--lr", 0.001),
        *("--batch-size", 8, "--optimizer", "adamw", "--augment", "handwriting", "--seed", 1, "--json"),
        *("--schedule", "cosine", "--label-smoothing", 0.1, "--l1", 1e-5, "--l2", 1e-4, "--weight-decay", 0.01),
        *("--clip-norm", 5, "--patience", 3, "--standardize", "--initializer", "glorot"),
    ).json
    assert result["settings"] == {
        "learning_rate": 0.001,
        "batch_size": 8,
        "epochs": 1,
        "seed": 1,
        "optimizer": "adamw",
        "augmentation": "handwriting",
        "schedule": "cosine",
        "label_smoothing": 0.1,
        "l1": 1e-5,
        "l2": 1e-4,
        "weight_decay": 0.01,
        "clip_norm": 5.0,
        "patience": 3,
        "standardize": True,
    }
    assert result["out"] is None
    assert str(tmp_path) not in json.dumps(result), "a model that is passed on need not tell whose folder it was"


def test_train_without_json_leaves_standard_output_alone() -> None:
    done = digitgui("train", "--arch", "journal-8", "--epochs", 1, "--limit", 30)
    assert (done.status, done.out) == (0, "")
    assert "not saved" in done.err


def test_a_handful_of_pictures_gives_valid_json_without_figures() -> None:
    result = digitgui("train", "--arch", "journal-8", "--epochs", 1, "--limit", 5, "--json").json
    assert result["report"] is None
    assert result["history"]["epochs"][0]["validation_loss"] is None


def test_train_stops_when_the_time_is_over_and_keeps_what_was_learned(tmp_path) -> None:
    out = tmp_path / "x.safetensors"
    started = time.monotonic()
    done = digitgui("train", "--epochs", 1000, "--max-seconds", 0.5, "--out", out, "--json")
    assert time.monotonic() - started < 20
    assert done.json["reason"] == "stopped"
    assert 0.5 <= done.json["seconds"] < 5
    assert done.json["report"]["accuracy"] > 0.3
    assert load_network(out).card.provenance["reason"] == "stopped"


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_keeps_what_was_learned(tmp_path, how) -> None:
    out = tmp_path / "x.safetensors"
    command = [sys.executable, "-m", "digitgui", "train", "--epochs", "1000", "--out", str(out), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("step"):
                break
        process.send_signal(how)
        stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == 0, stderr
    assert json.loads(stdout)["reason"] == "stopped"
    assert "Traceback" not in stderr
    assert load_network(out).card.name == "journal-24"


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interruption_leaves_no_step_half_done(tmp_path, monkeypatch) -> None:
    steps = []

    def step(optimizer: SGD) -> None:
        steps.append(True)
        if len(steps) == 3:
            os.kill(os.getpid(), signal.SIGINT)
        original(optimizer)

    original = SGD.step
    monkeypatch.setattr(SGD, "step", step)
    out = tmp_path / "x.safetensors"
    assert run([*map(str, TRAIN), "--out", str(out)]) == 0
    monkeypatch.undo()
    network, data = build("journal-8", 0), load_npz(BUNDLED_DIGITS).limited(100, 0)
    events = train(network, data, TrainingConfig(epochs=2, batch_size=4))
    assert sum(isinstance(next(events), BatchDone) for _ in range(4)) == 3
    events.close()
    assert same_weights(load_network(out), network)


def test_an_interrupted_run_goes_on_from_its_checkpoint_as_if_nothing_had_happened(tmp_path) -> None:
    arguments = [*TRAIN, "--seed", 5, "--optimizer", "adam", "--augment", "journal", "--epochs", 3]
    whole, kept, rest = (tmp_path / f"{name}.safetensors" for name in ("whole", "kept", "rest"))
    digitgui(*arguments, "--out", whole)
    done = digitgui(*arguments, "--checkpoint", kept, "--max-seconds", 1e-9)  # before the first epoch is done
    assert done.status == 0
    assert not kept.exists()
    digitgui(*arguments, "--checkpoint", kept)  # the last checkpoint is that of the whole run
    state = load_checkpoint(kept)
    assert state.state.epochs_done == 3

    interrupted = load_checkpoint(kept)
    network = build("journal-8", 5)
    data = load_npz(BUNDLED_DIGITS).limited(100, 5)
    begun = TrainingState(network, interrupted.state.config)
    events, history = train(network, data, state=begun), History()
    for event in events:
        history.add(event)
        if isinstance(event, EpochDone):
            break
    events.close()
    save_checkpoint(Checkpoint(network, begun, history, data.fingerprint, data.name, 1.0), kept)
    result = digitgui("train", "--resume", kept, "--limit", 100, "--out", rest, "--json")
    assert "after epoch 1 of 3" in result.err
    assert len(result.json["history"]["epochs"]) == 3
    for name, value in load_network(whole).weights().items():
        np.testing.assert_array_equal(value, load_network(rest).weights()[name])
    other = digitgui("train", "--resume", kept, "--limit", 90)
    assert (other.status, len(other.err.splitlines())) == (1, 1)
    assert "--limit" in other.err


def test_export_writes_what_other_programs_read(tmp_path) -> None:
    result = digitgui_process("export", "default", "--onnx", tmp_path / "m.onnx", "--json").json
    assert result["onnx"] == str(tmp_path / "m.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "m.onnx", providers=["CPUExecutionProvider"])
    assert [entry.name for entry in session.get_inputs()] == ["images"]


def test_evaluate_measures_the_part_that_was_asked_for(trained) -> None:
    _, out = trained
    network, data = load_network(out), load_npz(BUNDLED_DIGITS)
    counts = {}
    for split in ("test", "validation"):
        result = digitgui("evaluate", out, "--data", "bundled", "--split", split, "--json").json
        counts[split] = result["count"]
        images, labels = data.part(split)
        probabilities = network.predict_proba(images)
        assert result["accuracy"] == pytest.approx((probabilities.argmax(axis=1) == labels).mean())
        assert result["loss"] == pytest.approx(
            -np.log(probabilities[np.arange(len(labels)), labels]).mean(), rel=1e-4
        )
        assert 0 < result["macro_f1"] < 1
        assert np.sum(result["confusion"]) == result["count"]
    assert counts == {"test": 375, "validation": 375}


def test_evaluate_averages_several_models(trained, tmp_path) -> None:
    _, out = trained
    one = digitgui("evaluate", out, "--json").json
    both = digitgui("evaluate", out, "default", "--json").json
    assert both["model"] == f"{out} + default"
    assert both["count"] == one["count"]
    assert both["accuracy"] > one["accuracy"]
    assert both["loss"] < one["loss"]


def test_evaluate_without_json_prints_a_report() -> None:
    done = digitgui("evaluate", LENET, "--split", "all")
    assert done.status == 0
    assert "5,000 pictures" in done.out
    assert "precision" in done.out


def test_evaluate_uses_the_official_test_part_of_a_source(tmp_path) -> None:
    digits = load_npz(BUNDLED_DIGITS)
    parts = {"x_train": digits.images[:50], "y_train": digits.labels[:50]}
    np.savez(tmp_path / "k.npz", **parts, x_test=digits.images[50:70], y_test=digits.labels[50:70])
    assert digitgui("evaluate", "default", "--data", tmp_path / "k.npz", "--json").json["count"] == 20


@pytest.fixture(scope="module")
def drawings(tmp_path_factory) -> dict[str, Path]:
    """Draw digits in both polarities, and leave one sheet empty."""
    folder = tmp_path_factory.mktemp("drawings")
    for digit in STROKES:
        sheet = draw_digit(digit, 200)
        Image.fromarray(sheet).save(folder / f"bright {digit}.png")
        Image.fromarray(255 - sheet).convert("RGB").save(folder / f"dark {digit}.jpg")
    Image.new("RGB", (60, 40), "white").save(folder / "empty.png")
    Image.new("L", (28, 28), 0).save(folder / "black.png")
    return {file.stem: file for file in sorted(folder.iterdir())}


def test_info_tells_layers_and_provenance(trained) -> None:
    _, out = trained
    result = digitgui("info", out, "--json").json
    assert (result["name"], result["parameters"], result["input_shape"]) == ("journal-8", 13_610, [1, 28, 28])
    assert [layer["name"] for layer in result["layers"]] == ["conv1", "relu1", "pool1", "flatten1", "dense1"]
    assert sum(layer["parameters"] for layer in result["layers"]) == 13_610
    assert result["provenance"]["settings"]["seed"] == 5
    text = digitgui("info", out).out
    assert "13,610 parameters" in text
    assert "conv1" in text


FAILURES = {
    "no such model": ("info", "gone.safetensors"),
    "no such data": ("train", "--data", "gone.npz"),
    "no such picture": ("predict", "default", "gone.png"),
    "no picture": ("predict", "default", __file__),
    "no model": ("evaluate", __file__),
    "no place for onnx": ("export", "default", "--onnx", Path(__file__) / "x"),
    "no checkpoint": ("train", "--resume", DEFAULT_MODEL),
    "data of another kind": ("evaluate", "default", "--data", __file__),
    "an empty part": ("evaluate", "default", "--data", "few.npz"),
    "no place to write": (
        "train",
        "--arch",
        "journal-8",
        "--limit",
        20,
        "--epochs",
        1,
        "--out",
        Path(__file__) / "x",
    ),
}


@pytest.mark.parametrize("case", FAILURES)
def test_work_that_fails_ends_with_status_1_and_one_line(case, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    np.savez("few.npz", images=np.zeros((3, 28, 28), np.uint8), labels=np.arange(3, dtype=np.uint8))
    done = digitgui(*FAILURES[case], "--json")
    assert (done.status, done.out) == (1, "")
    assert "Traceback" not in done.err
    last = done.err.splitlines()[-1]
    assert last.startswith("digitgui: ")
    if case != "no place to write":
        assert done.err.splitlines() == [last]


@pytest.mark.parametrize(
    "arguments",
    [
        ("frobnicate",),
        ("train", "--arch", "resnet"),
        ("train", "--epochs", "many"),
        ("train", "--limit", "0"),
        ("train", "--optimizer", "magic"),
        ("train", "--unknown"),
        ("evaluate",),
        ("evaluate", "default", "--split", "exam"),
        ("predict", "default"),
        ("info", "--json"),
        ("train", "--epochs", "x"),
        ("train", "--limit", "x"),
        ("train", "--max-seconds", "x"),
        ("train", "--lr", "1,5"),
        ("train", "--out"),
        ("sweep", "--out", "x", "--grid", "journal", "--jobs", "2", "--dask", "x"),
    ],
)
def test_wrong_usage_ends_with_status_2(arguments) -> None:
    done = digitgui(*arguments)
    assert (done.status, done.out) == (2, "")
    (sentence,) = done.err.splitlines()
    assert re.fullmatch(
        r"(digitgui[ a-z]*): .*\b(expected|check its spelling)\b.*; \1 --help tells more", sentence
    )
    assert not re.search(r"argument|invalid|_|\bint\b|error:", sentence)


@pytest.mark.parametrize(
    "arguments", [("--epochs", 0), ("--lr", 5), ("--lr", "nan"), ("--batch-size", 0), ("--seed", -1)]
)
def test_a_setting_outside_its_limits_is_told_in_one_line(arguments) -> None:
    done = digitgui("train", *arguments)
    assert (done.status, done.out) == (2, "")
    assert str(arguments[1]) in done.err.splitlines()[-1]
    assert "Traceback" not in done.err


def out_of_reach(kind: str, folder: Path) -> Path:
    return {
        "no folder": folder / "gone" / "x.safetensors",
        "a folder": folder,
        "below a file": Path(__file__) / "x",
    }[kind]


@pytest.mark.parametrize(
    "kind",
    [
        "no folder",
        "below a file",
        "a folder",
    ],
)
def test_a_place_that_cannot_be_written_is_told_before_training_begins(kind, tmp_path) -> None:
    out = out_of_reach(kind, tmp_path)
    done = digitgui("train", "--arch", "journal-8", "--limit", 20, "--epochs", 1, "--out", out)
    assert done.status == 1
    assert "epoch 1" not in done.err


def test_help_and_version() -> None:
    assert "train" in digitgui_process("--help").out
    assert digitgui("--version").out.startswith("digitgui ")
    assert "--max-seconds" in digitgui("train", "--help").out
