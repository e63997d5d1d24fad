"""The sub-command ``sheet``: read tables of handwritten numbers from scans and photos."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitgui.command_line.terminal import UnfinishedError, check_target, say, telling_progress
from digitgui.installation.shipped import DEFAULT, open_reader
from model.errors import ConfigError, DataFormatError
from model.sheets.table_files import headed, named_source, numbered, write_table

if TYPE_CHECKING:
    from model.sheets.sheet_reading import ReadSheet

__all__ = ["add_options", "run"]

MOST_NAMED = 12
"""Doubtful cells that are listed for each sheet."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of a file.

    Attributes
    ----------
    file : path
    number : int
        From 1.
    is_one_of_several : bool
    """

    file: Path
    number: int
    is_one_of_several: bool

    @property
    def source(self) -> str:
        """What a table calls it."""
        return named_source(self.file, self.number if self.is_one_of_several else None)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    parser.add_argument(
        "scans",
        metavar="SCAN",
        nargs="+",
        type=Path,
        help="a scan or photo of a sheet (JPEG, PNG, TIFF or PDF, with any number of pages), or a folder of them",
    )
    parser.add_argument(
        "--out",
        metavar="TABLE.csv",
        type=Path,
        help="write the table here, with tabs if it ends in .tsv; further pages become TABLE-2.csv, TABLE-3.csv;"
        " may be left out with --json",
    )
    parser.add_argument(
        "--together", action="store_true", help="write all pages into one table, whose first column is the source"
    )
    parser.add_argument("--layout", metavar="FILE.json", type=Path, help="where the cells of this form lie")
    parser.add_argument(
        "--save-layout", metavar="FILE.json", type=Path, help="save where the cells of the first sheet lie"
    )
    parser.add_argument(
        "--model",
        metavar="MODEL",
        default=DEFAULT,
        help="the file of a model or of an ensemble (default: %(default)s)",
    )
    parser.set_defaults(complete=_complete)


def _complete(options: argparse.Namespace) -> None:
    """Raise `ConfigError` if the options do not fit together."""
    if options.out is None and not options.json:
        raise ConfigError("choose where to write the table, as in --out TABLE.csv, or print it with --json")
    if options.together and options.out is None:
        raise ConfigError("--together needs --out TABLE.csv")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Read all sheets, write their tables, and return the cells.

    Raises
    ------
    UnfinishedError
        At the end, if some of the sheets cannot be read.
    """
    from model.sheets.layout import load_layout, save_layout  # noqa: PLC0415  OpenCV takes a moment
    from model.sheets.scan_files import find_scans, read_page  # noqa: PLC0415
    from model.sheets.sheet_reading import read_sheet  # noqa: PLC0415

    check_target(options.out)
    check_target(options.save_layout)
    layout = load_layout(options.layout) if options.layout else None
    network = open_reader(options.model)
    unread: list[dict[str, Any]] = []
    pages = list(_pages(find_scans(options.scans), unread))
    sheets: list[dict[str, Any]] = []
    together: list[list[str]] = []
    tell = telling_progress("sheets read")
    for index, page in enumerate(pages):
        tell(index, len(pages))
        try:
            sheet = read_sheet(network, read_page(page.file, page.number), layout)
        except DataFormatError as error:
            unread.append({"file": str(page.file), "page": page.number, "reason": _reason(page, error)})
            continue
        if not sheets and options.save_layout is not None:
            save_layout(options.save_layout, sheet.layout)
        names = sheet.layout.column_names
        if not sheets:
            together += [["source", *line] for line in headed(names)]
        sheets.append({"file": str(page.file), "page": page.number, **sheet.as_dict()})
        together += [[page.source, *texts] for texts in sheet.texts]
        target = options.out if options.together or options.out is None else numbered(options.out, index + 1)
        if target is not None:
            write_table(target, together if options.together else [*headed(names), *sheet.texts])
        if not options.json:
            _print_summary(page, sheet, target)
    return _finished({"sheets": sheets}, unread)


def _pages(files: list[Path], unread: list[dict[str, Any]]) -> Iterator[_Page]:
    """Go through the pages of all files; a file that cannot be opened is noted as unread."""
    from model.sheets.scan_files import page_count  # noqa: PLC0415

    for file in files:
        try:
            count = page_count(file)
        except DataFormatError as error:
            unread.append({"file": str(file), "page": 1, "reason": str(error).removeprefix(f"{file.name}: ")})
            continue
        for number in range(1, count + 1):
            yield _Page(file, number, count > 1)


def _reason(page: _Page, error: DataFormatError) -> str:
    return str(error).removeprefix(f"{page.file.name}: ")


def _print_summary(page: _Page, sheet: "ReadSheet", target: Path) -> None:
    """Say how large the table is, and which cells to look at."""
    rows, columns = sheet.layout.rows, sheet.layout.columns
    print(f"{page.source}: {rows:,} × {columns:,} cells, written to {target}")
    places = [
        f"row {row + 1} column {column + 1} ({cell.text or 'blank'}: {cell.why})"
        for row, cells in enumerate(sheet.fitted_cells)
        for column, cell in enumerate(cells)
        if cell.is_doubtful
    ]
    if places:
        more = f"; and {len(places) - MOST_NAMED:,} more" if len(places) > MOST_NAMED else ""
        print(f"doubtful, {len(places):,} of {rows * columns:,}: {'; '.join(places[:MOST_NAMED])}{more}")


def _finished(result: dict[str, Any], unread: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the result, or say what is missing from it."""
    if not unread:
        return result
    lines = [_line(**one) for one in unread]
    if len(lines) == 1 and not result["sheets"]:
        raise DataFormatError(lines[0])
    for line in lines:
        say(line)
    total = len(result["sheets"]) + len(unread)
    raise UnfinishedError(f"{len(unread):,} of {total:,} sheets could not be read", {**result, "unread": unread})


def _line(file: str, page: int, reason: str) -> str:
    """Say why a sheet was not read."""
    return f"{file}, page {page}: {reason}" if page > 1 else f"{file}: {reason}"
