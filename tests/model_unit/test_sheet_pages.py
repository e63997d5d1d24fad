"""The pages of scans become records, which are read with the forms of a layout."""

from dataclasses import replace
from pathlib import Path

import pytest
from helpers.sheet_projects import small_sheet

from model.errors import DataFormatError
from model.runs.ensemble_files import load_digit_reader
from model.sheets.column_forms import ColumnForm
from model.sheets.sheet_pages import pages_of, read_record
from resources import DEFAULT_MODEL


def test_pages_are_listed_and_read_with_the_forms_of_their_layout(tmp_path: Path) -> None:
    sheet = small_sheet(3, 2)
    file, network = tmp_path / "pages.tif", load_digit_reader(DEFAULT_MODEL)
    sheet.picture.save(file, save_all=True, append_images=[sheet.picture])
    pages = pages_of(file)
    assert [page.name for page in pages] == ["pages.tif, page 1", "pages.tif, page 2"]
    first = read_record(network, pages[0], "default")
    assert first.layout is not None
    assert (first.texts, first.read_by, first.name) == (sheet.texts, "default", pages[0].name)
    second = read_record(network, pages[1], "default", replace(first.layout, forms={1: ColumnForm(largest=-1)}))
    assert not second.needs_fit
    assert second.broken.keys() == {(row, 1) for row in range(3)}
    assert second.as_dict()["page"] == 2
    with pytest.raises(DataFormatError):
        read_record(network, replace(pages[0], page=3), "default")


def test_a_scan_that_cannot_be_opened_is_one_page_with_a_problem(tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_text("no picture")
    (page,) = pages_of(tmp_path / "scan.png")
    assert page.problem.startswith("scan.png: expected")
    assert not page.is_read
