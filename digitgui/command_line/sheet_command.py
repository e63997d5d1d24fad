"""The sub-command ``sheet``: read tables of handwritten numbers from scans and photos."""

import argparse
from pathlib import Path
from typing import Any

from digitgui.command_line.output import UnfinishedError, say, telling_progress
from digitgui.command_line.terminal import check_target
from digitgui.installation.shipped import DEFAULT, open_digit_reader
from model.errors import ConfigError, DataFormatError
from model.sheets.sheet_record import SheetRecord
from model.sheets.table_files import check_ending, headed, named_source, numbered, write_table

__all__ = ["add_options", "run"]

MOST_NAMED = 12
"""Doubtful cells that are listed for each sheet."""


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
        help="the file of a network or of an ensemble, or default, the shipped one (default: %(default)s)",
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
    from model.sheets.scan_files import find_scans  # noqa: PLC0415
    from model.sheets.sheet_pages import pages_of, read_record  # noqa: PLC0415

    check_target(options.out)
    if options.out is not None:
        check_ending(options.out)
    check_target(options.save_layout)
    layout = load_layout(options.layout) if options.layout else None
    network = open_digit_reader(options.model)
    files = find_scans(options.scans)
    found = [page for file in files for page in pages_of(file)]
    unread = [_unread(page, page.problem) for page in found if page.problem]
    pages = [page for page in found if not page.problem]
    sheets: list[dict[str, Any]] = []
    together: list[list[str]] = []
    tell = telling_progress("sheets read")
    for index, page in enumerate(pages):
        tell(index, len(pages))
        try:
            sheet = read_record(network, page, options.model, layout)
        except DataFormatError as error:
            unread.append(_unread(page, str(error)))
            continue
        assert sheet.layout is not None
        if not sheets and options.save_layout is not None:
            save_layout(options.save_layout, sheet.layout)
        if not sheets:
            together += [["source", *line] for line in headed(sheet.layout.column_names)]
        sheets.append(sheet.as_dict())
        source = named_source(sheet.file, sheet.page if sheet.is_one_of_several else None, files)
        together += [[source, *texts] for texts in sheet.texts]
        target = options.out if options.together or options.out is None else numbered(options.out, index + 1)
        if target is not None:
            write_table(target, together if options.together else sheet.table)
        if not options.json:
            _print_summary(sheet, target)
    return _finished({"sheets": sheets}, unread)


def _unread(page: SheetRecord, reason: str) -> dict[str, Any]:
    return {"file": str(page.file), "page": page.page, "reason": reason.removeprefix(f"{page.file.name}: ")}


def _print_summary(sheet: SheetRecord, target: Path) -> None:
    """Say how large the table is, and which cells to look at."""
    name = f"{sheet.file}, page {sheet.page}" if sheet.is_one_of_several else f"{sheet.file}"
    print(f"{name}: {sheet.rows:,} × {sheet.columns:,} cells, written to {target}")
    places = [
        f"row {cell[0] + 1} column {cell[1] + 1} ({sheet.text(cell) or 'blank'}: {sheet.reading(cell).why})"
        for cell in sheet.doubtful
    ]
    if places:
        more = f"; and {len(places) - MOST_NAMED:,} more" if len(places) > MOST_NAMED else ""
        count = f"{len(places):,} of {sheet.rows * sheet.columns:,}"
        print(f"doubtful, {count}: {'; '.join(places[:MOST_NAMED])}{more}")


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
