"""Networks of one's own, and those begun with another, on the command line."""

import json

import numpy as np
from helpers.command_line import digitgui
from helpers.named_pictures import save_letters, save_photographs

from digitgui.installation.folders import runs_folder
from model import load_network
from model.network.architecture import read_architecture
from model.runs.run_store import RunStore
from model.sweeps.train_again import command_of

LAYERS = [
    {"kind": "Conv2D", "config": {"filters": 4, "kernel_size": [5, 3], "stride": 3}},
    {"kind": "BatchNorm"},
    {"kind": "ReLU"},
]
QUICK = ("--epochs", 1, "--batch-size", 8, "--lr", 0.01)


def test_own_layers_are_described_trained_repeated_and_compared(tmp_path) -> None:
    file, model, views = (
        tmp_path / "tiny.json",
        tmp_path / "tiny.safetensors",
        save_photographs(tmp_path / "v", 12),
    )
    file.write_text(json.dumps({"name": "tiny", "layers": LAYERS}))
    digits = digitgui("info", file, "--json").json
    assert (digits["name"], digits["input_shape"], len(digits["layers"])) == ("tiny", [1, 28, 28], 5)
    told = digitgui("info", file, "--data", views, "--json").json
    assert told["classes"] == ["meadow", "sea"]
    assert f"{told['multiplications']:,} multiplications" in digitgui("info", file, "--data", views).out
    assert digitgui("train", "--data", views, "--arch", file, *QUICK, "--out", model).status == 0
    known = digitgui("info", model, "--json").json
    assert (known["name"], known["parameters"]) == ("tiny", told["parameters"])
    assert (
        known["multiplications"]
        == told["multiplications"]
        == sum(one["multiplications"] for one in told["layers"])
    )
    assert [one["layer"] for one in known["layers"]] == [one["layer"] for one in told["layers"]]

    (record,), _ = RunStore(runs_folder()).records()
    assert record.architecture == read_architecture(file)
    assert '{"name": "tiny", "layers": [{"kind": "Conv2D"' in command_of(record)
    grid, out = tmp_path / "grid.json", tmp_path / "sweep"
    grid.write_text(json.dumps({"arch": [str(file), "journal-8", {"name": "linear", "layers": []}]}))
    sweep = ("sweep", "--data", views, "--grid", grid, "--out", out, "--jobs", 1, *QUICK, "--json")
    compared = digitgui(*sweep).json["runs"]
    assert [
        (run["settings"]["arch"] if isinstance(run["settings"]["arch"], str) else run["settings"]["arch"]["name"])
        for run in compared
    ] == ["tiny", "journal-8", "linear"]
    records = {record.arch: record for record in RunStore(out).records()[0]}
    assert records["tiny"].architecture == read_architecture(file)
    assert load_network(RunStore(out).model_file(records["linear"].id)).layer_names == ["flatten1", "dense1"]
    assert digitgui(*sweep).json["runs"] == compared  # continued, not repeated


def test_what_cannot_be_built_is_refused_before_the_training_in_one_sentence(tmp_path) -> None:
    file, letters = tmp_path / "bad.json", save_letters(tmp_path / "letters", "AB", 4)
    for layers, status, words in (
        ([{"kind": "Conv3D"}], 2, "layer 1: there is no layer 'Conv3D'"),
        ([{"kind": "Conv2D", "config": {"filters": -1}}], 2, "layer 1: filters must be a whole number"),
        ([{"kind": "MaxPool2D", "config": {"window": 40}}], 1, "bad, pool1: a window of 40×40 does not fit"),
        ([{"kind": "Conv2D", "config": {"filters": 10**9}}], 1, "more than the 40,000,000 allowed"),
    ):
        file.write_text(json.dumps({"name": "bad", "layers": layers}))
        refused = digitgui("train", "--data", letters, "--arch", file, *QUICK)
        assert refused.status == status, refused.err
        assert words in refused.err.splitlines()[-1]
        assert "Traceback" not in refused.err
    assert digitgui("info", "default", "--data", letters).status == 2


def test_a_network_begins_with_another_and_learns_other_classes(tmp_path) -> None:
    two, three = save_letters(tmp_path / "two", "AB", 12), save_letters(tmp_path / "three", "XYZ", 12)
    first, second = tmp_path / "first.safetensors", tmp_path / "second.safetensors"
    assert digitgui("train", "--data", two, "--arch", "lenet", *QUICK, "--out", first).status == 0
    slow = ("--epochs", 1, "--batch-size", 40, "--lr", 1e-6)
    done = digitgui("train", "--data", three, "--init", first, *slow, "--out", second)
    assert done.status == 0, done.err
    assert "its last layer, for 2 classes (A and B), is made anew for 3 classes (X, Y and Z)" in done.err
    before, after = load_network(first), load_network(second)
    assert after.class_names == ("X", "Y", "Z")
    for key in ("conv1.kernel", "conv2.kernel", "dense1.weight"):
        np.testing.assert_allclose(after.weights()[key], before.weights()[key], atol=1e-4)
    record = RunStore(runs_folder()).records()[0][-1]
    assert f"--init {first}" in command_of(record)
    grid, out = tmp_path / "grid.json", tmp_path / "sweep"
    grid.write_text('{"seed": [0, 1]}')
    swept = digitgui("sweep", "--data", three, "--init", first, "--grid", grid, "--out", out, "--jobs", 1, *slow)
    assert swept.status == 0, swept.err
    networks = [load_network(RunStore(out).model_file(run)) for run in RunStore(out).runs()]
    assert [network.class_names for network in networks] == [("X", "Y", "Z")] * 2
    assert not np.allclose(
        networks[0].weights()["dense2.weight"], networks[1].weights()["dense2.weight"], atol=1e-3
    )
    views = save_photographs(tmp_path / "views", 4)
    refused = digitgui("train", "--data", views, "--init", first, *slow)
    assert refused.status == 1
    assert "begin with fresh weights, or with a network for such pictures" in refused.err.splitlines()[-1]
