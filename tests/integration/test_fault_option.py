"""A teacher prepares a training with a fault on the command line."""

import pytest
from helpers.command_line import digitgui

from digitgui.installation.folders import data_folder
from model import load_network
from model.runs.run_store import RunStore
from model.sweeps.train_again import command_of
from model.training.faults import FAULTS

TRAIN = ("train", "--arch", "journal-8", "--batch-size", 8, "--limit", 100, "--epochs", 2, "--lr", "0.02")


def test_the_record_keeps_the_fault_where_no_list_shows_it(tmp_path) -> None:
    out = tmp_path / "prepared.safetensors"
    result = digitgui(*TRAIN, "--fault", "relu-mask", "--out", out, "--json").json
    assert result["fault"] == "relu-mask"
    store = RunStore(data_folder() / "runs")
    [record], problems = store.records()
    assert problems == []
    assert record.extra["fault"] == "relu-mask"
    assert record.state == "completed"
    assert "relu-mask" not in record.name
    assert "--fault relu-mask" in command_of(record)
    assert [type(layer).__name__ for layer in load_network(out).layers][1:3] == ["ReLU", "MaxPool2D"]
    told = digitgui("info", out)
    assert "a fault was planted in this training" in told.out
    assert "relu-mask" not in told.out
    assert digitgui("info", out, "--json").json["provenance"]["fault"] == "relu-mask"


def test_a_run_with_a_fault_cannot_be_continued_as_another() -> None:
    digitgui(*TRAIN, "--fault", "rate-100", "--max-seconds", "0.001")
    store = RunStore(data_folder() / "runs")
    [record], _ = store.records()
    assert record.state == "stopped"
    assert store.continuable() == ""
    assert not store.checkpoint_file(record.id).exists()


def test_the_fault_of_the_data_is_in_the_data_that_is_recorded(tmp_path) -> None:
    plain = digitgui(*TRAIN, "--json").json
    for name in ("inverted", "shuffled-labels"):
        other = digitgui(*TRAIN, "--fault", name, "--json").json
        assert other["data"]["sha256"] != plain["data"]["sha256"]
        assert other["report"]["accuracy"] < plain["report"]["accuracy"]


@pytest.mark.parametrize("option", ["--resume", "--checkpoint"])
def test_a_fault_is_for_a_fresh_run(tmp_path, option) -> None:
    result = digitgui(*TRAIN, "--fault", "inverted", option, tmp_path / "x.safetensors")
    assert result.status == 2
    assert "leave out --resume and --checkpoint" in result.err


def test_an_unknown_fault_is_refused_with_those_there_are() -> None:
    result = digitgui(*TRAIN, "--fault", "gremlin")
    assert result.status == 2
    assert all(name in result.err for name in FAULTS)
