"""Tables as other programs take them."""

import csv
from pathlib import Path

import pytest

from model.errors import ModelFileError
from model.sheets.table_files import named_source, numbered, write_table
from model.spreadsheet_cells import as_csv, as_tabs

ROWS = [["12", "-3.5", ""], ["a, page 2", "007", "-"]]


def test_a_table_is_written_with_commas_or_tabs(tmp_path: Path) -> None:
    assert as_csv(ROWS) == '12,-3.5,\n"a, page 2",007,-\n'
    assert as_tabs(ROWS) == "12\t-3.5\t\na, page 2\t007\t-\n"
    for name, separator in (("a.csv", ","), ("a.TSV", "\t")):
        write_table(tmp_path / name, ROWS)
        with (tmp_path / name).open(encoding="utf-8", newline="") as stream:
            assert list(csv.reader(stream, delimiter=separator)) == ROWS


def test_further_tables_are_numbered() -> None:
    assert [numbered(Path("x/table.csv"), number).name for number in (1, 2, 10)] == [
        "table.csv",
        "table-2.csv",
        "table-10.csv",
    ]


def test_no_name_of_a_file_becomes_a_formula() -> None:
    assert named_source(Path("scan.pdf"), 2) == "scan.pdf, page 2"
    for name in ("=1+1.png", "+a.png", "-a.png", "@a.png", "\ta.png"):
        assert named_source(Path(name)) == f"./{name}"


def test_a_source_is_a_name_and_its_folder_where_others_are_called_so() -> None:
    one, other = Path("a/1931.png"), Path("/scans/b/1931.png")
    assert named_source(one, among=[one, one, Path("a/1932.png")]) == "1931.png"
    assert named_source(one, 3, [one, other]) == "a/1931.png, page 3"
    assert named_source(other, among=[one, other]) == "b/1931.png"


def test_a_name_that_promises_another_file_is_refused(tmp_path: Path) -> None:
    for name in ("a.xlsx", "a.ODS", "a.json"):
        with pytest.raises(ModelFileError, match="expected a name that ends in"):
            write_table(tmp_path / name, ROWS)
    assert not list(tmp_path.iterdir())
    write_table(tmp_path / "table", ROWS)


def test_no_cell_becomes_a_formula_and_every_number_stays_one() -> None:
    numbers = ["-5", "-3.25", "-", "-.5", '"', "007", "1.", "", "-1.5e-07", "-12 %", "-1234.5", "="]
    assert as_tabs([numbers]) == '-5\t-3.25\t-\t-.5\t""""\t007\t1.\t\t-1.5e-07\t-12 %\t-1234.5\t=\n'
    for text in ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "-e5", "-A1", "-1e5+A1", "-1%+A1"):
        assert as_tabs([[text, "7"]]) == f"'{text}\t7\n".replace("\t=", " =").replace("\r", " ")


def test_a_name_of_several_lines_stays_in_one_row() -> None:
    assert list(csv.reader(as_csv([["a\nb\r\tc.png", "7"]]).splitlines())) == [["a b  c.png", "7"]]
