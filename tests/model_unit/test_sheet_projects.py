"""A project of sheets is written and read again, wherever its folder is by then."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.sheet_projects import DOUBTFUL, ROWS, known_sheet, store_project

from model.errors import DataFormatError, ModelFileError, VersionError
from model.sheets.cell import CellReading
from model.sheets.project_files import PROJECT_NAME, load_project, read_project, save_project
from model.sheets.sheet_record import SheetRecord


@pytest.fixture
def sheet(tmp_path: Path) -> SheetRecord:
    return known_sheet(tmp_path / "scan.png")


def test_everything_that_is_known_is_read_again(tmp_path: Path, sheet: SheetRecord) -> None:
    sheets = [
        sheet.with_decision((0, 1), "8").with_decision((3, 0), "").with_left_out((2, 2), left_out=True),
        SheetRecord(tmp_path / "pages.pdf", 2, is_one_of_several=True, problem="there is no table"),
        SheetRecord(tmp_path.parent / "elsewhere.png"),
    ]
    save_project(tmp_path / PROJECT_NAME, sheets)
    first, second, third = load_project(tmp_path / PROJECT_NAME)
    assert first.texts == sheets[0].texts
    assert first.cells == sheet.cells
    assert (first.doubtful, first.corrected) == ([(1, 2)], [(0, 1), (3, 0)])
    assert np.array_equal(first.layout.nodes, sheet.layout.nodes)
    assert (first.file, first.read_by) == (sheet.file, "default")
    assert (second.name, second.problem, second.is_read) == ("pages.pdf, page 2", "there is no table", False)
    assert third.file == tmp_path.parent / "elsewhere.png"


def test_a_folder_can_move_with_its_project(tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    store_project(tmp_path / "before", "scan.png")
    moved = (tmp_path / "before").rename(tmp_path / "after")
    assert [sheet.file for sheet in load_project(moved / PROJECT_NAME)] == [moved / "scan.png"]


def test_a_sheet_that_has_changed_is_written_anew(tmp_path: Path, sheet: SheetRecord) -> None:
    path = tmp_path / PROJECT_NAME
    save_project(path, [sheet])
    save_project(path, [sheet.with_decision((0, 0), "7")])
    assert load_project(path)[0].text((0, 0)) == "7"
    save_project(path, [sheet])
    assert load_project(path)[0].text((0, 0)) == ROWS[0][0]


def test_what_is_there_stays_where_the_new_one_cannot_be_written(
    tmp_path: Path, sheet: SheetRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / PROJECT_NAME
    save_project(path, [sheet])
    before = path.read_bytes()

    def fail(_path: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(ModelFileError, match="No space left"):
        save_project(path, [])
    assert path.read_bytes() == before
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content.pop("format"),
        lambda content: content["sheets"][0].pop("file"),
        lambda content: content["sheets"][0]["sheet"]["cells"].pop(),
        lambda content: content["sheets"][0]["sheet"]["cells"][0].pop(),
        lambda content: content["sheets"][0]["sheet"]["cells"][0][0].update(confidence=float("nan")),
        lambda content: content["sheets"][0]["sheet"]["layout"].update(nodes=[[1, 2]]),
        lambda content: content["sheets"].append(3),
    ],
)
def test_a_damaged_project_is_told_in_a_sentence(tmp_path: Path, damage: Callable[[Any], object]) -> None:
    store_project(tmp_path, "scan.png")
    path = tmp_path / PROJECT_NAME
    content = json.loads(path.read_text())
    damage(content)
    path.write_text(json.dumps(content))
    with pytest.raises(DataFormatError, match=PROJECT_NAME):
        load_project(path)


def test_decisions_about_cells_that_are_not_there_are_counted_and_left_out(tmp_path: Path) -> None:
    store_project(tmp_path, "scan.png")
    path = tmp_path / PROJECT_NAME
    content = json.loads(path.read_text())
    content["sheets"][0]["sheet"]["decided"] = [[9, 0, "1"], [3, 2, "5"], [0, -1, "2"]]
    path.write_text(json.dumps(content))
    (sheet,), left_out = read_project(path)
    assert (sheet.decided, left_out) == ({(3, 2): "5"}, 2)


def test_a_project_of_a_later_version_says_so(tmp_path: Path) -> None:
    path = tmp_path / PROJECT_NAME
    path.write_text('{"format": 2, "sheets": "otherwise"}')
    with pytest.raises(VersionError, match="update digitgui"):
        load_project(path)


def test_a_decision_ends_the_doubt_and_leaving_out_empties(sheet: SheetRecord) -> None:
    assert sheet.doubtful == list(DOUBTFUL)
    confirmed = sheet.with_decision((1, 2), ROWS[1][2])
    assert (1, 2) not in confirmed.doubtful
    assert confirmed.corrected == []
    assert confirmed.with_decision((1, 2), None).doubtful == list(DOUBTFUL)
    out = sheet.with_left_out((0, 1), left_out=True)
    assert out.text((0, 1)) == ""
    assert out.doubtful == list(DOUBTFUL[1:])
    assert out.with_left_out((0, 1), left_out=False).texts == sheet.texts
    assert replace(sheet, cells=[], layout=None).texts == []
    assert sheet.with_decision((4, 0), "7").decided == {}


def test_json_tells_who_decided(sheet: SheetRecord) -> None:
    found = sheet.with_decision((0, 1), "8").as_dict()
    assert (found["rows"], found["columns"]) == (4, 3)
    cells = found["cells"]
    assert isinstance(cells, list)
    assert [cell["decided_by"] for cell in cells].count("person") == 1
    assert cells[1]["text"] == "8"
    assert not cells[1]["doubtful"]
    assert cells[1]["why"] == ""
    assert cells[5]["doubtful"]
    assert cells[0]["box"] == [60, 40, 120, 80]


def test_what_another_network_reads_leaves_what_a_person_decided(sheet: SheetRecord) -> None:
    decided = sheet.with_decision((0, 1), "8").with_decision((0, 0), ROWS[0][0])
    other = [[CellReading("9", 0.5, "50 % sure") for _ in row] for row in ROWS]
    after = decided.with_new_readings(other, "taught")
    assert (after.text((0, 1)), after.text((0, 0)), after.text((1, 1))) == ("8", ROWS[0][0], "9")
    assert after.corrected == decided.corrected == [(0, 1)]
    assert after.read_by == "taught"
    assert len(after.doubtful) == 10


def test_a_project_is_written_in_a_fraction_of_the_time_that_copying_its_cells_takes(
    tmp_path: Path, sheet: SheetRecord
) -> None:
    large = replace(sheet, layout=None, cells=[list(sheet.cells[0]) * 100 for _ in range(20)])
    copying, writing = [], []
    for _ in range(3):  # of a loaded machine, the quietest moment counts
        begun = time.process_time()
        copies = [[asdict(cell) for cell in row] for row in large.cells]
        copied = time.process_time()
        save_project(tmp_path / PROJECT_NAME, [large])
        copying.append(copied - begun)
        writing.append(time.process_time() - copied)
    assert min(writing) < min(copying)
    written = json.loads((tmp_path / PROJECT_NAME).read_text())["sheets"][0]["sheet"]["cells"]
    assert written == json.loads(json.dumps(copies))
