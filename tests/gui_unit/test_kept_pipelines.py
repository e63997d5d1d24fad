"""The user's own augmentation, at the next start and in files."""

from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.augmentation_lab import set_strength

from digitgui.pages.data import augmentation_lab
from digitgui.pages.data.augmentation_lab import CHOICE_KEY, CUSTOM_KEY, AugmentationLab
from digitgui.settings import Settings
from model.data.augmentation import PRESETS, Pipeline, Step

MINE = Pipeline("mine", (Step("rotation", 20.5, 0.5), Step("noise", 3.0)))


def test_ones_own_pipeline_is_there_again_at_the_next_start(make_lab: Callable[[], AugmentationLab]) -> None:
    first = make_lab()
    set_strength(first, "elastic", 2.5)
    first.rows["noise"].switch.click()
    again = make_lab()
    assert again.pipeline == first.pipeline
    assert again.choice.currentText() == "custom"
    assert again.rows["elastic"].value.text() == "2.5 px sd"
    again.choice.setCurrentText("journal")
    assert make_lab().pipeline == PRESETS["journal"]


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"name": "x", "steps": [{"operation": "blur"}]}'])
def test_a_broken_value_counts_as_not_there(
    make_lab: Callable[[], AugmentationLab], settings: Settings, broken: str
) -> None:
    settings.set(CUSTOM_KEY, broken)
    settings.set(CHOICE_KEY, "custom")
    assert make_lab().pipeline.steps == PRESETS["handwriting"].steps
    settings.set(CHOICE_KEY, "gone")
    assert make_lab().pipeline == PRESETS["handwriting"]


def test_a_pipeline_goes_through_a_file_unchanged(
    lab: AugmentationLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.json"
    file.write_text(MINE.to_json(), encoding="utf-8")
    monkeypatch.setattr(augmentation_lab, "ask_pipeline", lambda *_: file)
    monkeypatch.setattr(augmentation_lab, "ask_pipeline_target", lambda *_: tmp_path / "out.json")
    lab.import_json()
    assert lab.pipeline == MINE, "20.5 degrees too, between two positions of the slider"
    assert lab.choice.currentText() == "custom"
    assert not lab.rows["scale"].switch.isChecked()
    lab.export_json()
    assert Pipeline.from_json((tmp_path / "out.json").read_text(encoding="utf-8")) == MINE
    set_strength(lab, "noise", 4)
    assert lab.pipeline == Pipeline("custom", (Step("rotation", 20.5, 0.5), Step("noise", 4.0)))


def test_what_passes_for_a_preset_becomes_ones_own_and_nothing_is_nothing(
    lab: AugmentationLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.json"
    monkeypatch.setattr(augmentation_lab, "ask_pipeline", lambda *_: file)
    for text, name, choice in (
        ('{"name": "journal", "steps": []}', "custom", "custom"),
        (PRESETS["journal"].to_json(), "journal", "journal"),
        (PRESETS["none"].to_json(), "custom", "custom"),
    ):
        file.write_text(text)
        lab.import_json()
        assert (lab.pipeline.name, lab.choice.currentText()) == (name, choice)
    assert lab.pipeline.is_identity
    flip = '{"name": "x", "steps": [{"operation": "flip", "strength": 0, "enabled": false}]}'
    file.write_text(flip)
    lab.import_json()
    lab.rows["flip"].switch.click()
    assert Step("flip", 1.0) in lab.pipeline.steps, "a switch without a slider means all of it"


def test_files_that_cannot_be_used_are_told_once_and_change_nothing(
    lab: AugmentationLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrong.json").write_text('{"name": "x", "steps": [{"operation": "rotation", "strength": 999}]}')
    failures: list[str] = []
    lab.failed.connect(failures.append)
    for name, word in (("gone.json", "gone.json"), ("wrong.json", "999")):
        monkeypatch.setattr(augmentation_lab, "ask_pipeline", lambda *_, name=name: tmp_path / name)
        lab.import_json()
        assert word in failures[-1]
    monkeypatch.setattr(augmentation_lab, "ask_pipeline_target", lambda *_: tmp_path / "gone" / "x.json")
    lab.export_json()
    assert len(failures) == 3
    assert lab.pipeline == PRESETS["handwriting"]
    monkeypatch.setattr(augmentation_lab, "ask_pipeline", lambda *_: None)
    monkeypatch.setattr(augmentation_lab, "ask_pipeline_target", lambda *_: None)
    lab.import_json()
    lab.export_json()
    assert len(failures) == 3
