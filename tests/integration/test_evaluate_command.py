"""``digitgui evaluate``: its figures, and two networks compared."""

from pathlib import Path

import numpy as np
import pytest
from helpers.command_line import digitgui, digitgui_process

from digitgui.command_line.terminal import confusion_as_text
from model import Network, build, load_network, open_data, save_network
from model.judging.evaluation import evaluate
from model.readers.npz_files import load_npz
from model.runs.provenance import describe_data, is_other_selection
from model.training.learner import Learner
from resources import BUNDLED_DIGITS, DEFAULT_MODEL

CONTRACT = {"accuracy", "loss", "macro_f1", "count", "confusion", "report"}


@pytest.fixture(scope="module")
def beginner(tmp_path_factory) -> Path:
    """Save a network that has learned a little, so that it is wrong now and then."""
    data = load_npz(BUNDLED_DIGITS).limited(300)
    network = build("journal-8", seed=1)
    for _ in range(15):
        Learner(network).train_batch(*data.part("train"))
        for parameter in network.parameters():
            parameter.value -= 0.2 * parameter.grad
    file = tmp_path_factory.mktemp("models") / "beginner.safetensors"
    save_network(network, file)
    return file


def test_every_figure_is_in_the_json_object(beginner) -> None:
    result = digitgui_process("evaluate", beginner, "--split", "validation", "--json").json
    scores = evaluate(load_network(beginner), *load_npz(BUNDLED_DIGITS).part("validation"))
    assert set(result) == CONTRACT | {"model", "data", "split"} | set(scores.as_dict())
    assert result["accuracy_interval"] == pytest.approx(scores.interval)
    assert result["accuracy_interval"][0] < result["accuracy"] < result["accuracy_interval"][1]
    assert result["top_k"] == pytest.approx(scores.top_k)
    assert result["top_k"][0] == result["accuracy"] < result["top_k"][1]
    for name in ("kappa", "roc_auc", "mean_average_precision"):
        assert 0.1 < result[name] < 1
        assert result[name] == pytest.approx(getattr(scores, name))
    assert result["specificity"] == pytest.approx(scores.macro.specificity)
    assert result["pr_auc"] == result["mean_average_precision"]
    assert result["expected_calibration_error"] == pytest.approx(scores.calibration.expected_error, rel=1e-4)
    assert [digit["support"] for digit in result["digits"]] == np.sum(result["confusion"], axis=1).tolist()
    assert result["digits"][4]["recall"] == result["report"]["4"]["recall"]


def test_figures_that_cannot_be_known_are_null_and_dashes(tmp_path) -> None:
    digits = load_npz(BUNDLED_DIGITS)
    sevens = np.flatnonzero(digits.labels == 7)[:3]
    np.savez(tmp_path / "sevens.npz", images=digits.images[sevens], labels=digits.labels[sevens])
    command = ("evaluate", "default", "--data", tmp_path / "sevens.npz", "--split", "all")
    result = digitgui(*command, "--json").json
    assert (result["accuracy"], result["kappa"], result["roc_auc"]) == (1, None, None)
    lines = digitgui(*command).out.splitlines()
    assert "3 pictures, accuracy 100.00%" in lines[1]
    assert "Cohen's kappa –, mean average precision 1.0000" in lines[4]
    assert next(line.split() for line in lines if line.startswith("       7")) == [
        *("7", "1.0000", "1.0000", "1.0000", "–", "–", "1.0000", "3")
    ]


def test_two_models_are_compared_picture_by_picture(beginner) -> None:
    networks: list[Network] = [load_network(beginner), load_network(DEFAULT_MODEL)]
    data = load_npz(BUNDLED_DIGITS)
    places = data.indices("test")
    right = [
        network.predict_proba(data.images[places]).argmax(axis=1) == data.labels[places] for network in networks
    ]
    result = digitgui("evaluate", beginner, "default", "--compare", "--json").json
    comparison = result["comparison"]
    assert result["count"] == len(places)
    assert [entry["model"] for entry in result["models"]] == [str(beginner), "default"]
    assert [entry["accuracy"] for entry in result["models"]] == pytest.approx([of_one.mean() for of_one in right])
    assert comparison["both"] == (right[0] & right[1]).sum()
    only_b = places[right[1] & ~right[0]]
    assert comparison["only_b"] == len(only_b) > 10
    assert comparison["pictures"]["only_b"] == only_b.tolist()
    assert sum(comparison[group] for group in ("both", "only_a", "only_b", "neither")) == len(places)
    assert comparison["p_value"] < 0.001
    assert comparison["sentence"].startswith("default is better: default alone gets ")


def test_a_comparison_in_words() -> None:
    told = digitgui("evaluate", "default", "default", "--compare")
    assert "learned from the bundled digits" in told.err
    lines = told.out.splitlines()
    assert lines[0] == "375 pictures, the test part of MNIST 5,000"
    assert lines[1][3:] == lines[2][3:]
    assert lines[3].split() == ["both", "are", "right", "374"]
    assert lines[-1] == "default and default are right on exactly the same pictures."


@pytest.mark.parametrize("models", [["default"], ["default"] * 3])
def test_a_comparison_takes_two_models(models) -> None:
    done = digitgui("evaluate", *models, "--compare")
    assert (done.status, done.out) == (2, "")
    assert f"--compare takes two model files, got {len(models)}" in done.err


def test_a_comparison_on_no_pictures_ends_with_one_line(tmp_path) -> None:
    np.savez(tmp_path / "few.npz", images=np.zeros((3, 28, 28), np.uint8), labels=np.arange(3, dtype=np.uint8))
    done = digitgui("evaluate", "default", "default", "--compare", "--data", tmp_path / "few.npz", "--json")
    assert (done.status, done.out) == (1, "")
    assert done.err.splitlines()[-1].startswith("digitgui: there are no pictures")


def test_pictures_that_a_model_may_know_are_told_of(tmp_path) -> None:
    out = tmp_path / "few.safetensors"
    some = ("--limit", "100", "--epochs", "1", "--batch-size", "32", "--arch", "journal-8")
    digitgui("train", *some, "--out", out)
    told = digitgui("evaluate", out, "--data", "bundled").err
    assert "learned from MNIST 5,000, 100 of 5,000, split in another way: it may know some" in told
    data = open_data("bundled")
    assert not is_other_selection(describe_data(data), data)
    assert "may know some" not in digitgui("evaluate", out, "--data", "scikit-learn-digits").err


def test_a_confusion_matrix_of_many_classes_has_a_line_for_each() -> None:
    names = [*"ABCDEFGHIJKLMNOPQRSTUVWXY", "traffic light"]
    text = confusion_as_text(np.diag(np.arange(26) * 50), names)
    _, head, *rows = text.split("\n")
    assert head.split() == [*names[:-1], "traffic…"]
    assert len(rows) == 26
    assert rows[25].split() == ["traffic", "light", *"0" * 25, "1250"]
    assert {len(row) for row in rows} == {len(head)}
    assert head.index("Y") == rows[24].index("1200") + 3
