"""What a desktop is told of the program's files: their types are recognised, and `digitgui FILE` opens each."""

import configparser
import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from helpers.model_files import LENET
from helpers.sheet_projects import store_project
from pytestqt.qtbot import QtBot

import resources
from digitgui.__main__ import _file_to_open
from digitgui.frame.main_window import MainWindow
from model.sheets.project_files import PROJECT_NAME

LINUX = Path(__file__).parents[2] / "installers" / "linux"
ASK_QT = """
import json, sys
from PySide6.QtCore import QMimeDatabase
types = QMimeDatabase()
print(json.dumps([types.mimeTypeForFile(file).name() for file in sys.argv[1:]]))
"""


def told_types() -> list[str]:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read(LINUX / "digitgui.desktop", encoding="utf-8")
    assert entry["Desktop Entry"]["Exec"] == "digitgui %f"
    return entry["Desktop Entry"]["MimeType"].strip(";").split(";")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Return a file of each type, with what belongs to it beside it."""
    model, lesson = tmp_path / "mine.safetensors", tmp_path / "lesson"
    shutil.copy(LENET, model)
    shutil.copytree(next(resources.LESSONS.glob("2-*")), lesson)
    sheets = tmp_path / "sheets"
    sheets.mkdir()
    store_project(sheets, "scan.png")
    return {
        "application/x-safetensors": model,
        "application/x-digitgui-sheets": sheets / PROJECT_NAME,
        "application/x-digitgui-lesson": lesson / "lesson.md",
    }


def test_each_type_is_told_everywhere_and_opened_when_the_program_is_started_with_such_a_file(
    window: MainWindow, files: dict[str, Path], qtbot: QtBot
) -> None:
    told = sorted(told_types())
    assert told == sorted(files)
    described = ET.parse(LINUX / "digitgui.metainfo.xml").iter("mediatype")
    assert sorted(str(one.text) for one in described) == told
    for file in files.values():
        assert _file_to_open([str(file)]) == file
        window.arrivals.open_file(file)
    session = window.session
    qtbot.waitUntil(lambda: session.model.path == files["application/x-safetensors"], timeout=20_000)
    qtbot.waitUntil(lambda: len(session.sheets.sheets) == 1, timeout=20_000)
    qtbot.waitUntil(lambda: bool(window.lessons.player and window.lessons.player.lesson), timeout=20_000)
    assert not window.banner.text


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such list of types")
def test_a_desktop_recognises_each_type_and_takes_no_other_file_for_one(
    files: dict[str, Path], tmp_path: Path
) -> None:
    packages = tmp_path / "share" / "mime" / "packages"
    packages.mkdir(parents=True)
    shutil.copy(LINUX / "digitgui-mime.xml", packages / "digitgui.xml")
    without_ending = shutil.copy(LENET, tmp_path / "mine")
    others = tmp_path / "other.json", tmp_path / "other.md"
    for other in others:
        other.write_text("{}", encoding="utf-8")
    asked = [*files.values(), without_ending, *others]
    told = subprocess.run(
        [sys.executable, "-c", ASK_QT, *asked],
        env={**os.environ, "XDG_DATA_HOME": str(tmp_path / "share")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(told.stdout) == [*files, "application/x-safetensors", "application/json", "text/markdown"]
