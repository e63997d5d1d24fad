"""The sub-command that reads sheets, as a person and a script call it."""

import csv
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from helpers.command_line import digitgui
from helpers.made_sheets import MadeSheet, SheetPlan, hand_of_pictures, make_sheet, scanned
from PIL import Image

from model.readers.npz_files import load_npz
from resources import BUNDLED_DIGITS

PLAN = SheetPlan(rows=5, columns=3, digits=(1, 2), header=True, blank=0.1)


class Scans(NamedTuple):
    """A sheet with titles, the same on its head, on two pages, shifted, and a page without anything."""

    sheet: MadeSheet
    folder: Path

    def texts(self, table: str) -> list[list[str]]:
        with (self.folder / table).open(encoding="utf-8", newline="") as stream:
            return list(csv.reader(stream))

    def right(self, texts: list[list[str]]) -> float:
        return float((np.array(texts) == np.array(self.sheet.texts)).mean())


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Scans:
    known = load_npz(BUNDLED_DIGITS)
    rng = np.random.default_rng(4)
    sheet = scanned(make_sheet(PLAN, hand_of_pictures(known.images, known.labels), rng), rng)
    folder = tmp_path_factory.mktemp("scans")
    picture = sheet.picture.copy()
    picture.save(folder / "sheet.png")
    picture.rotate(180).save(folder / "turned.png")
    blank = Image.new("L", picture.size, 240)
    picture.save(folder / "pages.tif", save_all=True, append_images=[blank, picture])
    blank.save(folder / "blank.png")
    shifted = Image.new("L", (picture.width + 60, picture.height + 40), 235)
    shifted.paste(picture, (60, 40))
    shifted.save(folder / "shifted.png")
    return Scans(sheet, folder)


def test_a_sheet_becomes_a_table_without_its_titles(scans: Scans) -> None:
    done = digitgui("sheet", scans.folder / "sheet.png", "--out", scans.folder / "a.csv")
    assert done.status == 0, done.err
    texts = scans.texts("a.csv")
    assert [len(row) for row in texts] == [3] * 5
    assert scans.right(texts) >= 0.8
    assert "5 × 3 cells, written to" in done.out


def test_json_has_every_cell_and_where_it_is(scans: Scans) -> None:
    done = digitgui("sheet", scans.folder / "turned.png", "--json")
    (sheet,) = done.json["sheets"]
    assert (sheet["file"], sheet["page"]) == (str(scans.folder / "turned.png"), 1)
    assert (sheet["rows"], sheet["columns"]) == (5, 3)
    cells = sheet["cells"]
    assert [(cell["row"], cell["column"]) for cell in cells] == [
        (row, col) for row in range(5) for col in range(3)
    ]
    assert scans.right(np.reshape([cell["text"] for cell in cells], (5, 3)).tolist()) >= 0.8
    width, height = scans.sheet.picture.size
    for cell in cells:
        assert set(cell) == {"row", "column", "text", "confidence", "doubtful", "why", "box", "decided_by"}
        assert 0 <= cell["confidence"] <= 1
        assert cell["doubtful"] == bool(cell["why"])
        x, y = scans.sheet.corners[cell["row"], cell["column"]].mean(axis=0)
        left, top, right, bottom = cell["box"]
        assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((width - x, height - y), abs=6)


def test_pages_become_tables_and_one_without_a_table_is_named(scans: Scans) -> None:
    done = digitgui("sheet", scans.folder / "pages.tif", "--out", scans.folder / "b.csv")
    assert done.status == 1
    assert "page 2: expected a table of numbers" in done.err
    assert "1 of 3 sheets could not be read" in done.err
    assert scans.texts("b.csv") == scans.texts("b-3.csv")
    assert not (scans.folder / "b-2.csv").exists()


def test_together_the_first_column_is_the_source(scans: Scans) -> None:
    file = scans.folder / "sheet.png"
    done = digitgui("sheet", file, file, "--together", "--out", scans.folder / "c.csv")
    assert done.status == 0, done.err
    table = scans.texts("c.csv")
    assert [row[0] for row in table] == ["sheet.png"] * 10
    assert scans.right([row[1:] for row in table[:5]]) >= 0.8


def test_a_layout_is_used_for_another_scan_of_the_form(scans: Scans) -> None:
    layout = scans.folder / "form.json"
    one = ["sheet", scans.folder / "sheet.png", "--out", scans.folder / "d.csv", "--save-layout", layout]
    assert digitgui(*one).status == 0
    content = json.loads(layout.read_text())
    assert content["header_rows"] == 1
    content |= {"left_out": [[0, 0], [4, 2]], "names": {"2": "10 h"}, "forms": {"1": {"smallest": 500}}}
    layout.write_text(json.dumps(content))
    table = scans.folder / "f.csv"
    again = ["sheet", scans.folder / "shifted.png", "--layout", layout, "--together", "--out", table, "--json"]
    (sheet,) = digitgui(*again).json["sheets"]
    assert scans.texts("f.csv")[0] == ["source", "1", "2", "10 h"]
    assert sheet["column_names"] == ["", "", "10 h"]
    assert {cell["why"] for cell in sheet["cells"] if cell["column"] == 1 and cell["text"]} == {"less than 500"}
    assert (sheet["rows"], sheet["columns"]) == (5, 3)
    assert (sheet["cells"][0]["text"], sheet["cells"][14]["text"]) == ("", "")
    x, y = scans.sheet.corners[2, 1].mean(axis=0)
    left, top, right, bottom = sheet["cells"][7]["box"]
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((x + 60, y + 40), abs=6)


def test_without_a_table_one_sentence_is_said(scans: Scans) -> None:
    done = digitgui("sheet", scans.folder / "blank.png", "--out", scans.folder / "e.csv")
    assert (done.status, done.out) == (1, "")
    assert done.err.count("\n") == 1
    assert "blank.png: expected a table of numbers" in done.err
    assert not (scans.folder / "e.csv").exists()


def test_wrong_usage_is_told_of(scans: Scans) -> None:
    for options, told in (([], "--out TABLE.csv"), (["--together", "--json"], "--together needs --out")):
        done = digitgui("sheet", scans.folder / "sheet.png", *options)
        assert done.status == 2
        assert told in done.err
    (scans.folder / "no.json").write_text("form: 1")
    for options, told in (
        (["--out", scans.folder / "x.xlsx"], "x.xlsx: expected a name that ends in .csv or .tsv"),
        (["--json", "--layout", scans.folder / "no.json"], "no.json: expected the layout of a sheet, as --save-"),
    ):
        done = digitgui("sheet", scans.folder / "sheet.png", *options)
        assert (done.status, done.out, done.err.count("\n")) == (1, "", 1)
        assert told in done.err
        assert "char 0" not in done.err
    assert not (scans.folder / "x.xlsx").exists()
    none = digitgui("sheet", scans.folder / "none.png", "--json")
    assert (none.status, none.out) == (1, "")
    assert "none.png: expected a scan as JPEG, PNG, TIFF or PDF, found no such file" in none.err
