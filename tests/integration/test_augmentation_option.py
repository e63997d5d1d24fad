"""Pipelines on the command line: given as a name, a file or JSON, kept in the model, and told by info."""

from pathlib import Path

import pytest
from helpers.command_line import digitgui
from helpers.model_files import rewrite

from model.data.augmentation import PRESETS, Pipeline, Step

TRAIN = ("train", "--arch", "journal-8", "--epochs", 1, "--limit", 30, "--json")
MINE = Pipeline("mine", (Step("rotation", 20.0, 0.5), Step("noise", 3.0)))


@pytest.mark.parametrize("how", ["inline", "file"])
def test_a_pipeline_of_ones_own_is_trained_with_and_kept_in_the_model(how, tmp_path) -> None:
    (tmp_path / "mine.json").write_text(MINE.to_json(), encoding="utf-8")
    given = MINE.to_json() if how == "inline" else tmp_path / "mine.json"
    out = tmp_path / "x.safetensors"
    result = digitgui(*TRAIN, "--augment", given, "--out", out).json
    assert result["augmentation"] == result["settings"]["augmentation"] == MINE.as_dict()
    assert digitgui("info", out, "--json").json["provenance"]["augmentation"] == MINE.as_dict()
    told = digitgui("info", out).out
    assert "augmentation: mine\n" in told
    assert "    rotation up to 20°, for 50 % of the pictures\n" in told
    assert "{'name': 'mine'" not in told


def test_of_a_preset_the_whole_pipeline_is_kept(tmp_path) -> None:
    out = tmp_path / "x.safetensors"
    result = digitgui(*TRAIN, "--augment", "journal", "--out", out).json
    assert result["settings"]["augmentation"] == "journal"
    assert result["augmentation"] == PRESETS["journal"].as_dict()
    assert "journal, one of these for each picture" in digitgui("info", out).out


def test_a_pipeline_of_a_later_program_is_shown_as_it_stands(tmp_path) -> None:
    out = tmp_path / "x.safetensors"
    digitgui(*TRAIN, "--out", out)
    rewrite(out, lambda header, _: header["provenance"].update(augmentation={"name": "warp drive"}))
    done = digitgui("info", out)
    assert done.status == 0
    assert "warp drive" in done.out


def test_a_run_with_a_pipeline_goes_on_from_its_checkpoint(tmp_path) -> None:
    kept = tmp_path / "kept.safetensors"
    digitgui(*TRAIN, "--augment", MINE.to_json(), "--checkpoint", kept)
    result = digitgui("train", "--resume", kept, "--limit", 30, "--json").json
    assert result["settings"]["augmentation"] == MINE.as_dict()
    assert digitgui("info", kept, "--json").json["unfinished_run"]["config"]["augmentation"] == MINE.as_dict()


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ("blur", "handwriting"),
        ("gone.json", "gone.json"),
        ("binary.json", "binary.json"),
        ("wrong.json", "200"),
        ("{", "JSON"),
        ('{"name": "x", "steps": [{"operation": "flip", "strength": 7}]}', "flip"),
    ],
)
def test_what_is_no_pipeline_is_wrong_usage_told_in_one_line(given, word, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    Path("binary.json").write_bytes(b"\xff\xfe\x00")
    Path("wrong.json").write_text('{"name": "x", "steps": [{"operation": "rotation", "strength": 200}]}')
    done = digitgui("train", "--augment", given)
    assert (done.status, done.out) == (2, "")
    assert word in done.err.splitlines()[-1]
    assert done.err.splitlines()[-1].startswith("digitgui train: --augment: ")
    assert "Traceback" not in done.err
