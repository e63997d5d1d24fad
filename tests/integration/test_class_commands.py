"""The sub-commands on classes of a user's own, in grey and in colour."""

import json
from dataclasses import replace

import numpy as np
import pytest
from helpers.command_line import digitgui, digitgui_process
from helpers.named_pictures import draw_letter, save_letters, save_photographs, take_photograph
from PIL import Image

from model import DIGITS, build, load_network, save_network
from model.readers.prepared_pictures import prepared

SETTINGS = ("--arch", "lenet", "--epochs", 6, "--lr", 0.005, "--optimizer", "adam", "--batch-size", 8)


def test_two_letters_from_a_folder_to_an_answer(tmp_path, rng) -> None:
    folder, model = save_letters(tmp_path / "letters", "AB", 20), tmp_path / "letters.safetensors"
    trained = digitgui_process("train", "--data", folder, *SETTINGS, "--out", model, "--json").json
    assert trained["report"]["digits"].keys() >= {"A", "B"}
    network = load_network(model)
    assert (network.class_names, network.preparation, network.input_shape) == (("A", "B"), "ink", (1, 28, 28))

    result = digitgui("evaluate", model, "--data", folder, "--split", "all", "--json").json
    assert result["accuracy"] > 0.9
    assert [row["name"] for row in result["digits"]] == ["A", "B"]
    table = digitgui("evaluate", model, "--data", folder, "--split", "all").out
    assert "\n       A" in table
    assert "most probable classes" in table

    for letter in "AB":
        draw_letter(letter, rng, 130).save(tmp_path / f"{letter}.png")
    files = [tmp_path / "B.png", tmp_path / "A.png"]
    answered = digitgui("predict", model, *files, "--json").json
    assert answered["classes"] == ["A", "B"]
    assert [one["class"] for one in answered["predictions"]] == ["B", "A"]
    assert all("digit" not in one and len(one["probabilities"]) == 2 for one in answered["predictions"])
    assert digitgui("predict", model, *files).out.splitlines()[0].startswith(f"{files[0]}: B  (")
    known = digitgui("info", model, "--json").json
    assert (known["classes"], known["preparation"]) == (["A", "B"], "ink")
    assert "A, B" in digitgui("info", model).out


def test_photographs_in_colour_and_what_belongs_to_them(tmp_path, rng) -> None:
    folder, model = save_photographs(tmp_path / "views", 20), tmp_path / "views.safetensors"
    done = digitgui("train", "--data", folder, *SETTINGS, "--out", model)
    assert done.status == 0
    assert "2 classes (meadow and sea), 60 × 48 pixels in colour" in done.err
    assert digitgui("evaluate", model, "--data", folder, "--split", "all", "--json").json["accuracy"] > 0.9
    picture = tmp_path / "large.jpg"
    take_photograph("sea", rng, (300, 200)).save(picture)
    (answer,) = digitgui("predict", model, picture, "--json").json["predictions"]
    assert answer["class"] == "sea"
    assert answer["probabilities"][1] == pytest.approx(max(answer["probabilities"]))

    traced = digitgui("trace", model, picture, "--out", tmp_path / "trace.npz", "--json").json
    assert (traced["class"], traced["arrays"]["input"]) == ("sea", [3, 48, 60])

    letters = save_letters(tmp_path / "letters", "AB", 5)
    for command in (("evaluate", model), ("train", "--init", model, "--epochs", 1)):
        refused = digitgui(*command, "--data", letters)
        assert refused.status == 1
        assert refused.out == ""
        assert "60 × 48 pixels in colour" in refused.err.splitlines()[-1]
        assert "28 × 28 pixels in grey" in refused.err.splitlines()[-1]
    again = digitgui("evaluate", "default", "--data", letters)
    assert again.status == 1
    assert "the digits 0 to 9" in again.err
    assert "2 classes (A and B)" in again.err


def test_a_sweep_and_its_report_count_by_the_classes(tmp_path) -> None:
    folder, grid = save_photographs(tmp_path / "views", 16), tmp_path / "grid.json"
    grid.write_text(json.dumps({"arch": ["journal-8"], "lr": [0.01, 0.05], "epochs": [3], "batch_size": [8]}))
    out, page = tmp_path / "sweep", tmp_path / "sweep.html"
    swept = digitgui("sweep", "--data", folder, "--grid", grid, "--out", out, "--folds", 2, "--json").json
    assert {tuple(one["reports"][0]["report"])[1:3] for one in swept["runs"]} == {("meadow", "sea")}
    model = next(out.rglob("model.safetensors"))
    assert load_network(model).class_names == ("meadow", "sea")
    assert digitgui("report", out, "--out", page).status == 0
    assert ">sea<" in page.read_text()


@pytest.mark.parametrize("shape", [(32, 32, 3), (28, 28, 1)])
def test_classes_of_photographs_that_are_numbered_0_to_9_are_no_digits(tmp_path, rng, shape) -> None:
    model, picture = tmp_path / "numbered.safetensors", tmp_path / "sea.png"
    save_network(build("lenet", 1, replace(DIGITS, picture_shape=shape, preparation="photo")), model)
    take_photograph("sea", rng, (300, 200)).save(picture)
    (answer,) = digitgui("predict", model, picture, "--json").json["predictions"]
    assert "digit" not in answer
    assert "digits" not in answer
    assert answer["class"] == str(np.argmax(answer["probabilities"]))


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 3), (40, 30)])
def test_an_array_without_labels_is_prepared_as_the_network_takes_pictures(tmp_path, rng, shape) -> None:
    task = replace(DIGITS, class_names=("meadow", "sea"), preparation="photo")
    network = build("lenet", 1, task)
    save_network(network, tmp_path / "grey.safetensors")
    views = [take_photograph(name, rng, (shape[1], shape[0])) for name in ("sea", "meadow", "sea")]
    pictures = np.stack([np.asarray(view.convert("RGB" if len(shape) == 3 else "L")) for view in views])
    np.save(tmp_path / "views.npy", pictures)
    answers = digitgui("predict", tmp_path / "grey.safetensors", tmp_path / "views.npy", "--json").json[
        "predictions"
    ]
    expected = network.predict_proba(np.stack([prepared(Image.fromarray(one), task) for one in pictures]))
    np.testing.assert_allclose([one["probabilities"] for one in answers], expected, atol=0.01)


def test_a_choice_of_preparation_goes_through_the_command_line(tmp_path) -> None:
    folder = save_photographs(tmp_path / "views", 6)
    done = digitgui(
        "train", "--data", folder, "--preparation", "ink", "--epochs", 1, "--out", tmp_path / "x.safetensors"
    )
    assert done.status == 0, done.err
    assert load_network(tmp_path / "x.safetensors").input_shape == (1, 28, 28)
    assert digitgui("predict", "default", "--preparation", "magic", folder).status == 2


@pytest.fixture
def rng() -> np.random.Generator:
    """Make the same random numbers in every test."""
    return np.random.default_rng(7)
