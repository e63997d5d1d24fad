"""The pages of scans, as records: listed, and read."""

from dataclasses import replace
from pathlib import Path

from model.errors import DataFormatError
from model.handwriting.segmentation import Reader
from model.sheets.form_choice import fitted
from model.sheets.layout import Layout
from model.sheets.scan_files import page_count, read_page
from model.sheets.sheet_reading import read_sheet
from model.sheets.sheet_record import SheetRecord

__all__ = ["pages_of", "read_record"]


def pages_of(file: Path) -> list[SheetRecord]:
    """List the pages of a scan; of one that cannot be opened, a single page with its problem."""
    try:
        count = page_count(file)
    except DataFormatError as error:
        return [SheetRecord(file, problem=str(error))]
    return [SheetRecord(file, number, count > 1) for number in range(1, count + 1)]


def read_record(network: Reader, page: SheetRecord, read_by: str, layout: Layout | None = None) -> SheetRecord:
    """Read a page of which nothing is known.

    Parameters
    ----------
    network : Reader
    page : SheetRecord
    read_by : str
        What the network is called.
    layout : Layout, optional
        Of a sheet of the same form; the forms of its columns choose among the readings.

    Raises
    ------
    DataFormatError
        If the page cannot be opened, or has no table.
    """
    read = read_sheet(network, read_page(page.file, page.page), layout)
    return fitted(replace(page, layout=read.layout, cells=read.cells, read_by=read_by))
