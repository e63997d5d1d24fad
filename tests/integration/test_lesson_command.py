"""``digitgui lesson`` checks a lesson and its files, and writes one to change."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import resources
from digitgui.command_line import commands


def test_a_template_is_a_lesson(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "lesson"
    assert commands.run(["lesson", str(folder), "--template"]) == 0
    assert commands.run(["lesson", str(folder), "--check", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told == {"title": "My lesson", "steps": ["Draw a seven", "A question", "Train a small network"]}
    text = (folder / "lesson.md").read_bytes()
    assert commands.run(["lesson", str(folder), "--template"]) == 1
    assert "found one" in capsys.readouterr().err
    assert (folder / "lesson.md").read_bytes() == text


def test_shipped_lessons_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    for folder in resources.LESSONS.iterdir():
        assert commands.run(["lesson", str(folder), "--check"]) == 0
        assert "nothing wrong" in capsys.readouterr().out


def test_what_is_wrong_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lesson.md"
    file.write_text("# A\n\n## B\n\nC\n\n```step\nnetwork: x.safetensors\n```\n", encoding="utf-8")
    assert commands.run(["lesson", str(tmp_path), "--check"]) == 1
    assert "lesson.md, line 8: expected a file in the folder" in capsys.readouterr().err
    (tmp_path / "x.safetensors").write_bytes(b"nothing")
    assert commands.run(["lesson", str(tmp_path), "--check"]) == 1  # the file itself is opened
    assert "x.safetensors" in capsys.readouterr().err
    for options in (["lesson"], ["lesson", str(tmp_path), "--check", "--template"]):
        with pytest.raises(SystemExit) as ended:
            commands.run(options)
        assert ended.value.code == 2


def test_what_steps_name_is_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ink.inkml").write_text("<ink><trace>nothing", encoding="utf-8")
    Image.new("L", (30, 30)).save(tmp_path / "blank.png")
    np.savez(tmp_path / "few.npz", images=np.full((20, 28, 28), 9, np.uint8), labels=np.arange(20) % 10)
    for lines, words in (
        ("page: draw\ndrawing: ink.inkml", "step 1, B: ink.inkml: "),
        ("page: draw\ndrawing: blank.png", "step 1, B: blank.png: expected a drawing, found a blank picture"),
        ("page: data\ndata: few.npz\npicture: 21", "step 1, B: expected a picture from 1 to 20 of few"),
        ("page: inspect\nnetwork: default\nlayer: conv9", "step 1, B: expected a layer of the network (conv1, "),
    ):
        text = f"# A\n\n## B\n\nC\n\n```step\n{lines}\n```\n"
        (tmp_path / "lesson.md").write_text(text, encoding="utf-8")
        assert commands.run(["lesson", str(tmp_path), "--check"]) == 1, lines
        assert words in capsys.readouterr().err
    after = "\n## D\n\nE\n\n```step\npage: inspect\nlayer: conv9\n```\n"
    text = "# A\n\n## B\n\nC\n\n```step\nnetwork: default\nuntil: trained\n```\n" + after
    (tmp_path / "lesson.md").write_text(text, encoding="utf-8")
    assert commands.run(["lesson", str(tmp_path), "--check"]) == 0  # of a network that is trained in the lesson
