"""Tables that have been read, as files for other programs: CSV, and text with tabs for spreadsheets."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from model.atomic_files import write_atomically
from model.errors import ModelFileError
from model.spreadsheet_cells import BEGINS_A_FORMULA, as_csv, as_tabs

__all__ = ["check_ending", "headed", "named_source", "numbered", "write_table"]

TABS = {".tsv", ".tab", ".txt"}
"""Endings of files whose cells are kept apart by tabs."""
COMMAS = {".csv", ""}


def check_ending(path: Path) -> None:
    """Make sure that a name does not promise another kind of file.

    Raises
    ------
    ModelFileError
        If it does.
    """
    if path.suffix.lower() not in TABS | COMMAS:
        raise ModelFileError(
            f"{path.name}: expected a name that ends in .csv or .tsv, which spreadsheets open, found {path.suffix}"
        )


def write_table(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write a table in UTF-8: with tabs where the name ends in .tsv, .tab or .txt, otherwise as CSV.

    Raises
    ------
    ModelFileError
        If the file cannot be written, or its name ends otherwise.
    """
    check_ending(path)
    text = as_tabs(rows) if path.suffix.lower() in TABS else as_csv(rows)
    write_atomically(path, text.encode("utf-8", "backslashreplace"))


def numbered(path: Path, number: int) -> Path:
    """Return the file of a table, from 1: TABLE.csv, TABLE-2.csv, TABLE-3.csv."""
    return path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")


def named_source(file: Path, page: int | None = None, among: Iterable[Path] = ()) -> str:
    """Write where a row comes from: the name of the file, and that of its folder if other files are called so.

    No spreadsheet takes it for a formula.

    Parameters
    ----------
    file : Path
    page : int, optional
        If the file has several.
    among : iterable of Path
        All files of the table.
    """
    is_alone = all(other == file for other in among if other.name == file.name)
    name = file.name if is_alone else f"{file.absolute().parent.name}/{file.name}"
    told = name if page is None else f"{name}, page {page}"
    return f"./{told}" if told.startswith(BEGINS_A_FORMULA) else told


def headed(names: Sequence[str]) -> list[list[str]]:
    """Return the first line of a table: the names of its columns, or their numbers; none if none has a name."""
    if not any(names):
        return []
    named = [name or str(number) for number, name in enumerate(names, 1)]
    return [[f"'{name}" if name.startswith(BEGINS_A_FORMULA) else name for name in named]]
